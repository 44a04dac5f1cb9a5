//! What must hold between the cells of a row.

use super::{
    builtin::Builtin,
    cell::shown,
    condition::Indexed,
    format::{Check, Format, Need, Rule},
    header::Layout,
    names,
    report::Found,
    row::Row,
    scan,
    state::{State, View, several},
};
use jiff::civil::Date;
use xinheng_domain::{
    amount::{Fen, find_amount},
    code::PLACEHOLDER,
    finding::Severity,
    redact,
};

/// A row whose cells have been read.
pub(super) struct Across<'a> {
    pub(super) format: &'a Format,
    pub(super) layout: &'a Layout,
    pub(super) row: &'a Row<'a>,
    pub(super) today: Date,
    /// Indexes of the rules that can speak in this file.
    pub(super) rules: &'a [usize],
}

impl Across<'_> {
    /// Applies everything that looks at more than one cell.
    pub(super) fn check(&self, state: &mut State, found: &mut Vec<Found>) {
        self.emptiness(state, found);
        self.validity(state, found);
        self.swapped(state, found);
        for rule in self.rules.iter().filter_map(|i| self.format.rules.get(*i)) {
            self.rule(rule, state, found);
        }
    }

    /// A finding at a field's cell; the column is 0 where the file has no such column.
    pub(super) fn found(
        &self,
        code: impl Into<super::report::Code>,
        severity: Severity,
        field: usize,
    ) -> Found {
        let column = self.layout.of_field.get(field).copied().flatten();
        let raw = column.map_or("", |c| self.row.cell(c));
        let value = shown(self.format.plan(field), raw);
        Found::new(code, severity)
            .column(column.map_or(0, |c| c + 1))
            .field(field)
            .value(value)
    }

    fn emptiness(&self, state: &mut State, found: &mut Vec<Found>) {
        for &field in &self.format.conditional {
            let Some(plan) = self.format.plan(field) else {
                continue;
            };
            let view = View {
                format: self.format,
                state,
                text: self.row.text(),
            };
            if state.filled(field) {
                if plan.empty_when.as_ref().is_some_and(|t| t.holds(&view)) {
                    found.push(self.found(Builtin::MustBeEmpty, Severity::RefuseRow, field));
                    state.set_bad(field);
                }
                continue;
            }
            let (test, builtin, severity) = match &plan.need {
                Need::When(test) => (test, Builtin::RequiredMissing, Severity::RefuseRow),
                Need::WarnWhen(test) => (test, Builtin::RecommendedMissing, Severity::Warn),
                Need::Optional | Need::Always => continue,
            };
            if test.holds(&view) {
                // A word of a program stands there: told already, and now a reason to refuse.
                let told = found
                    .iter_mut()
                    .find(|f| f.field == Some(field) && f.code == Builtin::ValuePlaceholder.into());
                if let Some(told) = told {
                    if severity == Severity::RefuseRow {
                        told.severity = severity;
                        state.set_bad(field);
                    }
                    continue;
                }
                found.push(self.found(builtin, severity, field));
                if severity == Severity::RefuseRow {
                    state.set_bad(field);
                }
            }
        }
    }

    /// An organisation in place of the legal representative, and a person's name in its own.
    fn swapped(&self, state: &State, found: &mut Vec<Found>) {
        // Bytes that a person's name has at most, and an organisation's at least.
        const PERSON: usize = 12;
        const ORGANISATION: usize = 15;
        let roles = &self.format.roles;
        let (Some(name), Some(head)) = (roles.subject_name, roles.legal_representative) else {
            return;
        };
        let view = View {
            format: self.format,
            state,
            text: self.row.text(),
        };
        let is_long = |head: &&str| head.len() >= ORGANISATION && names::is_organisation(head);
        if view.get(head).filter(is_long).is_some()
            && view.get(name).is_some_and(|name| name.len() <= PERSON)
        {
            found.push(self.found(Builtin::NameSwapped, Severity::Warn, head));
        }
    }

    /// Coded values on the day of the decision.
    fn validity(&self, state: &State, found: &mut Vec<Found>) {
        let date = self.format.roles.decision_date;
        let Some(day) = date.and_then(|d| state.dates.get(d).copied().flatten()) else {
            return;
        };
        let view = View {
            format: self.format,
            state,
            text: self.row.text(),
        };
        for &field in &self.format.dated_codes {
            let list = self.format.plan(field).and_then(|p| p.list.as_ref());
            let (Some(list), Some(value)) = (list, view.get(field)) else {
                continue;
            };
            for part in several(value) {
                let entry = list.list.entries.iter().find(|e| e.title == part);
                let late = |e: &xinheng_domain::code_list::CodeEntry| {
                    e.from.is_some_and(|from| day < from) || e.until.is_some_and(|end| day > end)
                };
                if let Some(entry) = entry.filter(|e| late(e)) {
                    let from = entry.from.map_or(String::new(), |d| format!("自{d}起"));
                    let until = entry.until.map_or(String::new(), |d| format!("至{d}止"));
                    found.push(
                        self.found(Builtin::CodedNotInForce, Severity::RefuseRow, field)
                            .other(part)
                            .expected(format!("{from}{until}")),
                    );
                }
            }
        }
    }

    fn rule(&self, rule: &Rule, state: &mut State, found: &mut Vec<Found>) {
        if state.is_bad(rule.field) {
            return;
        }
        let view = View {
            format: self.format,
            state,
            text: self.row.text(),
        };
        // What must hold holds nearly always, and says so sooner than most conditions.
        if self.holds(rule, &view) || rule.when.as_ref().is_some_and(|t| !t.holds(&view)) {
            return;
        }
        let mut breach = self.found(rule.code, rule.severity, rule.field);
        breach.expected.clone_from(&rule.expected);
        breach.basis.clone_from(&rule.basis);
        breach.other = self.compared(rule, &view);
        if let Check::AmountNotInYuan(..) = rule.check {
            let meant = view.fen(rule.field).map(|fen| Fen(fen / FOLD).wan());
            breach.suggestion = meant.map(|wan| wan.replace("万元", ""));
        }
        found.push(breach);
        if rule.severity == Severity::RefuseRow {
            state.set_bad(rule.field);
        }
    }

    fn holds(&self, rule: &Rule, view: &View<'_>) -> bool {
        let own = view.get(rule.field);
        let date = view.date(rule.field);
        match &rule.check {
            Check::Holds(test) => test.holds(view),
            Check::NotAfterToday => date.is_none_or(|d| d <= self.today),
            Check::NotBeforeToday => date.is_none_or(|d| d >= self.today),
            Check::NotBefore(other) => match (date, view.date(*other)) {
                (Some(own), Some(other)) => own >= other,
                _ => true,
            },
            Check::TogetherWith(other) => own.is_some() == view.get(*other).is_some(),
            Check::DiffersFrom(other) => own.is_none() || own != view.get(*other),
            Check::AmountAsWrittenIn(other, after) => {
                match (view.fen(rule.field), view.get(*other)) {
                    (Some(fen), Some(text)) => {
                        written_in(text, after).is_none_or(|a| a == Fen(fen))
                    }
                    _ => true,
                }
            }
            Check::AmountNotInYuan(other, after) => {
                match (view.fen(rule.field), view.get(*other)) {
                    // A yuan, taken for 万元, at least.
                    (Some(fen), Some(text)) if fen >= FOLD * 100 => written_in(text, after)
                        .is_none_or(|Fen(written)| written.checked_mul(FOLD) != Some(fen)),
                    _ => true,
                }
            }
            Check::YearNear(other) => match (own.and_then(year_of), view.date(*other)) {
                (Some(year), Some(date)) => (year - date.year()).abs() <= 1,
                _ => true,
            },
            Check::NoPersonalData => true,
            Check::LooksLikeDocumentNumber => own.is_none_or(|number| {
                scan::is_document_number(number) && scan::is_plain_number(number)
            }),
        }
    }

    /// What the blamed value was held against, for the sentence.
    fn compared(&self, rule: &Rule, view: &View<'_>) -> String {
        match &rule.check {
            Check::NotAfterToday | Check::NotBeforeToday => self.today.to_string(),
            Check::NotBefore(other) | Check::DiffersFrom(other) | Check::YearNear(other) => {
                let value = view.get(*other).unwrap_or_default();
                redact::mask_identity_numbers(value).into_owned()
            }
            Check::TogetherWith(other) => {
                let other = self.format.field(*other);
                other.map_or(String::new(), |f| f.name.clone())
            }
            Check::AmountAsWrittenIn(other, after) | Check::AmountNotInYuan(other, after) => view
                .get(*other)
                .and_then(|text| find_amount(text, after))
                .map_or(String::new(), Fen::grouped_yuan),
            _ => String::new(),
        }
    }
}

/// Yuan in 1 万元.
const FOLD: i64 = 10_000;

/// The year in the brackets of a document number.
fn year_of(number: &str) -> Option<i16> {
    let (_, rest) = number.split_once('〔')?;
    let year = rest.split_once('〕').map(|(year, _)| year)?;
    (year.len() == 4).then(|| year.parse().ok()).flatten()
}

/// [`find_amount`], with a quick answer where the text is the amount and nothing else:
/// `罚款2000元`.
fn written_in(text: &str, after: &[String]) -> Option<Fen> {
    let plain = || {
        let rest = after
            .iter()
            .find_map(|word| text.strip_prefix(word.as_str()))?;
        let digits = rest.strip_suffix("元整").or(rest.strip_suffix('元'))?;
        let sound = matches!(digits.len(), 1..=12) && digits.bytes().all(|b| b.is_ascii_digit());
        let yuan: i64 = sound.then(|| digits.parse().ok())??;
        yuan.checked_mul(100).map(Fen)
    };
    plain().or_else(|| find_amount(text, after))
}

/// Whether a code names anybody: filled and not the filler.
pub(super) fn names_somebody(code: Option<&str>) -> bool {
    code.is_some_and(|c| c != PLACEHOLDER)
}
