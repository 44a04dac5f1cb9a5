//! What a row says of its own publicity against what the rulebook gives: the last day, and the
//! class that the unit which decided has stated.

use super::{
    condition::Test,
    format::Format,
    report::{Code, Found, Messages},
    rules::Across,
    state::{State, View},
};
use jiff::civil::Date;
use std::collections::HashMap;
use xinheng_domain::{
    basis::Basis,
    catalogue::{Item, PublicityRule, Role},
    finding::Severity,
    publicity::{Class, ClassView, Effects, PeriodStart, Regime, class_view},
};

/// Code of the finding that the file's own last day is another; sentences are in
/// `rulebook/messages/`.
pub const PUBLICITY_END_DIFFERS: &str = "publicity-end-differs";
/// Code of the finding that the class stated is none of those the rules allow.
pub const CLASS_AGAINST_RULES: &str = "class-against-rules";
/// Code of the finding that the rules leave several classes and the row states none.
pub const CLASS_NOT_STATED: &str = "class-not-stated";

/// What class and last day depend on.
#[derive(Debug, Clone)]
pub struct PublicityRules {
    regimes: Vec<Regime>,
    effects: Effects,
    /// How months are counted, from which day on; ascending.
    periods: Vec<(Date, PeriodStart)>,
    /// The classes' sources as they are cited.
    cited: HashMap<Basis, String>,
}

impl PublicityRules {
    /// Takes the rulebook's regimes, what withholds a record whatever its class, how months are
    /// counted from which day on, and how sources are cited.
    #[must_use]
    pub fn new(
        regimes: &[Regime],
        effects: &Effects,
        mut periods: Vec<(Date, PeriodStart)>,
        cite: &dyn Fn(&Basis) -> String,
    ) -> Self {
        periods.sort_by_key(|(from, _)| *from);
        Self {
            regimes: regimes.to_vec(),
            effects: effects.clone(),
            periods,
            cited: regimes
                .iter()
                .flat_map(|regime| &regime.classes)
                .map(|class| (class.basis.clone(), cite(&class.basis)))
                .collect(),
        }
    }

    fn period(&self, on: Date) -> PeriodStart {
        let mut known = self.periods.iter().rev();
        let in_force = known.find(|(from, _)| *from <= on);
        in_force
            .or(self.periods.first())
            .map_or(PeriodStart::NextDay, |(_, start)| *start)
    }

    /// Compiles the rules for an item that has classes.
    pub(super) fn compile(&self, item: &Item, messages: &Messages) -> Option<Compiled> {
        let PublicityRule::Classes { table } = &item.publicity else {
            return None;
        };
        let form = item.form();
        let place = |role| form.place_of(role);
        // Of another item's table a rule may name fields that this one lacks: it never holds.
        let tests = |r: &Regime| -> Vec<Option<Test>> {
            let rules = r.rules.iter();
            rules.map(|c| Test::compile(&c.when, form).ok()).collect()
        };
        Some(Compiled {
            table: table.clone(),
            decided_on: place(Role::DecisionDate)?,
            end: place(Role::PublicityEnd),
            stated: place(Role::StatedClass),
            publish: place(Role::Publish),
            dispute: place(Role::DisputeState),
            tests: self.regimes.iter().map(tests).collect(),
            end_differs: messages.find(PUBLICITY_END_DIFFERS),
            against_rules: messages.find(CLASS_AGAINST_RULES),
            not_stated: messages.find(CLASS_NOT_STATED),
        })
    }
}

/// The rules of one item, every field found once.
#[derive(Debug)]
pub(super) struct Compiled {
    table: String,
    decided_on: usize,
    end: Option<usize>,
    stated: Option<usize>,
    publish: Option<usize>,
    dispute: Option<usize>,
    /// By regime and rule.
    tests: Vec<Vec<Option<Test>>>,
    end_differs: Option<Code>,
    against_rules: Option<Code>,
    not_stated: Option<Code>,
}

impl Across<'_> {
    /// Says where the row's own class or last day is another than the rules give, and where the
    /// class is left to the unit that decided and the row does not state it; of the class only
    /// where the row is `asked` for it.
    pub(super) fn publicity(
        &self,
        rules: &PublicityRules,
        (state, asked): (&State, bool),
        found: &mut Vec<Found>,
    ) {
        let format: &Format = self.format;
        let Some(compiled) = &format.publicity else {
            return;
        };
        let date = |field: usize| {
            let sound = !state.is_bad(field);
            state.dates.get(field).copied().flatten().filter(|_| sound)
        };
        let Some(decided_on) = date(compiled.decided_on) else {
            return;
        };
        let view = View {
            format,
            state,
            text: self.row.text(),
        };
        let stated = compiled.stated.filter(|f| !state.is_bad(*f));
        let of_class = stated.filter(|_| asked && !withheld(rules, compiled, &view));
        let end = compiled.end.and_then(|field| Some((field, date(field)?)));
        // Nothing to be said, whatever the rules give.
        if of_class.is_none() && end.is_none() {
            return;
        }
        let holds = |regime: usize, rule: usize| {
            let tests = compiled.tests.get(regime);
            let test = tests.and_then(|t| t.get(rule)?.as_ref());
            test.is_some_and(|t| t.holds(&view))
        };
        let said = class_view(
            &rules.regimes,
            &compiled.table,
            (decided_on, self.today),
            rules.period(decided_on),
            stated.and_then(|field| view.get(field)),
            &holds,
        );
        if let Some(field) = of_class {
            self.class(rules, (compiled, field), &said, found);
        }
        if let (Some((field, end)), Some(computed)) = (end, said.until)
            && end != computed
        {
            self.end(compiled, field, (end, computed), found);
        }
    }

    fn class(
        &self,
        rules: &PublicityRules,
        (compiled, field): (&Compiled, usize),
        said: &ClassView<'_>,
        found: &mut Vec<Found>,
    ) {
        // What contradicts the rules is told with the classes they leave: no second question.
        let (code, classes) = if said.against.is_empty() {
            (compiled.not_stated, &said.open)
        } else {
            (compiled.against_rules, &said.against)
        };
        let words: Vec<&str> = classes.iter().map(|c| word(c)).collect();
        if let (Some(code), false) = (code, words.is_empty()) {
            let told = self.found(code, Severity::Warn, field);
            let mut told = told.expected(words.join("、"));
            let bases = classes.iter().filter_map(|c| rules.cited.get(&c.basis));
            let mut bases: Vec<&str> = bases.map(String::as_str).collect();
            bases.dedup();
            told.basis = Some(bases.join("；"));
            found.push(told);
        }
    }

    fn end(
        &self,
        compiled: &Compiled,
        field: usize,
        (end, computed): (Date, Date),
        found: &mut Vec<Found>,
    ) {
        let other = if end < computed {
            format!("报送的早于按规定计算的{computed}，以报送的为准")
        } else {
            format!("报送的晚于按规定计算的{computed}，以按规定计算的为准")
        };
        if let Some(code) = compiled.end_differs {
            found.push(
                self.found(code, Severity::Warn, field)
                    .expected(computed.to_string())
                    .other(other),
            );
        }
    }
}

/// How a clerk writes the class; its title, where no statement names it.
fn word(class: &Class) -> &str {
    class.stated.as_deref().unwrap_or(&class.title)
}

/// Whether the row is not shown whatever its class.
fn withheld(rules: &PublicityRules, compiled: &Compiled, view: &View<'_>) -> bool {
    [
        (compiled.publish, &rules.effects.publish),
        (compiled.dispute, &rules.effects.dispute),
    ]
    .into_iter()
    .any(|(field, effects)| {
        let value = field.and_then(|f| view.get(f));
        value.is_some_and(|value| effects.iter().any(|e| e.value == value))
    })
}
