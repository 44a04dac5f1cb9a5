//! The file's own last day of publicity against the one the rulebook gives.

use super::{
    condition::Test,
    format::Format,
    report::Found,
    rules::Across,
    state::{State, View},
};
use crate::{
    catalogue::{Item, PublicityRule, Role},
    finding::Severity,
    publicity::{PeriodStart, Regime, computed_end},
};
use jiff::civil::Date;

/// The finding's code; its sentence is in `rulebook/messages/`.
pub const PUBLICITY_END_DIFFERS: &str = "publicity-end-differs";

/// What the last day depends on.
#[derive(Debug, Clone)]
pub struct PublicityEnds {
    regimes: Vec<Regime>,
    /// How months are counted, from which day on; ascending.
    periods: Vec<(Date, PeriodStart)>,
}

impl PublicityEnds {
    /// Takes the rulebook's regimes, and how months are counted from which day on.
    #[must_use]
    pub fn new(regimes: &[Regime], mut periods: Vec<(Date, PeriodStart)>) -> Self {
        periods.sort_by_key(|(from, _)| *from);
        Self {
            regimes: regimes.to_vec(),
            periods,
        }
    }

    fn period(&self, on: Date) -> PeriodStart {
        let mut known = self.periods.iter().rev();
        let in_force = known.find(|(from, _)| *from <= on);
        in_force
            .or(self.periods.first())
            .map_or(PeriodStart::NextDay, |(_, start)| *start)
    }

    /// Compiles the rules for an item whose files may carry an end of their own.
    pub(super) fn compile(&self, item: &Item) -> Option<Compiled> {
        let PublicityRule::Classes { table } = &item.publicity else {
            return None;
        };
        let place = |role| item.fields.iter().position(|f| f.role == Some(role));
        // Of another item's table a rule may name fields that this one lacks: it never holds.
        let tests = |r: &Regime| -> Vec<Option<Test>> {
            let rules = r.rules.iter();
            rules.map(|c| Test::compile(&c.when, item).ok()).collect()
        };
        Some(Compiled {
            table: table.clone(),
            end: place(Role::PublicityEnd)?,
            decided_on: place(Role::DecisionDate)?,
            tests: self.regimes.iter().map(tests).collect(),
        })
    }
}

/// The rules of one item, every field found once.
#[derive(Debug)]
pub(super) struct Compiled {
    table: String,
    end: usize,
    decided_on: usize,
    /// By regime and rule.
    tests: Vec<Vec<Option<Test>>>,
}

impl Across<'_> {
    /// Says where the file's own end is another day than the computed one; the earlier wins.
    pub(super) fn publicity_end(
        &self,
        ends: &PublicityEnds,
        state: &State,
        found: &mut Vec<Found>,
    ) {
        let format: &Format = self.format;
        let Some(compiled) = &format.ends else { return };
        let date = |field: usize| {
            let sound = !state.is_bad(field);
            state.dates.get(field).copied().flatten().filter(|_| sound)
        };
        let (Some(end), Some(decided_on)) = (date(compiled.end), date(compiled.decided_on)) else {
            return;
        };
        let view = View {
            format,
            state,
            text: self.row.text(),
        };
        let computed = computed_end(
            &ends.regimes,
            &compiled.table,
            (decided_on, self.today),
            ends.period(decided_on),
            &|regime, rule| {
                let tests = compiled.tests.get(regime);
                let test = tests.and_then(|t| t.get(rule)?.as_ref());
                test.is_some_and(|t| t.holds(&view))
            },
        );
        let Some(computed) = computed.filter(|c| *c != end) else {
            return;
        };
        let other = if end < computed {
            format!("报送的早于按规定计算的{computed}，以报送的为准")
        } else {
            format!("报送的晚于按规定计算的{computed}，以按规定计算的为准")
        };
        if let Some(code) = format.end_differs {
            found.push(
                self.found(code, Severity::Warn, compiled.end)
                    .expected(computed.to_string())
                    .other(other),
            );
        }
    }
}
