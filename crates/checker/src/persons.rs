//! Persons in what a row publishes: in running text, in the name of an organisation, in the cell
//! of its representative. Asked where the checker has a finder; natural persons' own rows are
//! never public and only looked at for numbers.

use super::{
    builtin::Builtin,
    file::FileCheck,
    format::{Format, Plan, Rule},
    names,
    report::{Code, Found},
    row::Row,
    scan,
};
use foldhash::fast::FixedState;
use std::collections::HashMap;
use xinheng_domain::{
    catalogue::FieldKind,
    finder::{Context, Finder, Kind, Reading, Reason, Span, Verdict},
    finding::Severity,
    identity, redact, text,
};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// What was found in the texts read so far, by their hash: the same words stand in thousands of
/// rows. Bounded.
#[derive(Debug)]
pub(super) struct Readings {
    /// Those in which something was found.
    found: HashMap<u64, Reading, FixedState>,
    /// Hashes of those in which nothing was, each in the place that its last digits name: small
    /// enough to stay near, for nearly all texts are such.
    silent: Box<[u64; SILENT]>,
    nothing: Reading,
}

/// Readings kept with what was found: two megabytes at most.
const KEPT: usize = 1 << 14;
/// Hashes kept of texts in which nothing was found.
const SILENT: usize = 1 << 10;
/// Pieces of a text that a sentence names.
const NAMED: usize = 3;
/// Characters that are shown on either side of a piece.
const AROUND: usize = 6;

impl Default for Readings {
    fn default() -> Self {
        Self {
            found: HashMap::default(),
            silent: Box::new([0; SILENT]),
            nothing: Reading::default(),
        }
    }
}

impl Readings {
    /// What the finder finds in a text of which nothing else is known.
    fn of(&mut self, finder: &Finder, text: &str) -> &Reading {
        let shape = shape_of(text);
        let silent = shape.unwrap_or_else(|| xxh3_64(text.as_bytes()));
        let place = &mut self.silent[silent as usize % SILENT];
        if *place == silent {
            return &self.nothing;
        }
        let hash = shape.map_or(silent, |_| xxh3_64(text.as_bytes()));
        if !self.found.contains_key(&hash) {
            let reading = finder.read(text, &Context::default());
            if reading == self.nothing {
                *place = silent;
                return &self.nothing;
            }
            if self.found.len() >= KEPT {
                self.found.clear();
            }
            self.found.insert(hash, reading);
        }
        self.found.get(&hash).unwrap_or(&self.nothing)
    }
}

/// What is left of a document number of the usual form without its digits: whom it names, none of
/// them tells. `None` of anything else. Nearly every row has a number of its own.
fn shape_of(text: &str) -> Option<u64> {
    /// Bytes of a number of the usual form.
    const LONGEST: usize = 96;
    /// Digits of a serial number; no number of a person is so short.
    const SERIAL: usize = 6;
    let (issuer, rest) = (text.len() <= LONGEST)
        .then(|| text.split_once('〔'))
        .flatten()?;
    let serial = rest.get(4..)?.strip_prefix('〕')?.strip_suffix('号')?;
    let usual = scan::is_usual_number(text)
        && issuer.chars().all(scan::is_han)
        && serial.len() <= SERIAL
        && serial.bytes().all(|b| b.is_ascii_digit());
    usual.then(|| xxh3_64_with_seed(issuer.as_bytes(), 1 + serial.len() as u64))
}

/// What a row says of its parties, for reading its texts.
struct Parties<'a> {
    /// The representative's cell.
    head: &'a str,
    /// The party and the authorities: whole wherever they stand.
    whole: [&'a str; 3],
}

impl Parties<'_> {
    /// Whether the representative may stand in the text, also with marks between the characters
    /// or without the family name: two of the characters do.
    fn may_name_head(&self, text: &str) -> bool {
        let letters = self.head.bytes().any(|b| b.is_ascii_alphabetic());
        if letters && text.bytes().any(|b| b.is_ascii_alphabetic()) {
            return true;
        }
        let signs = || self.head.chars().filter(|c| scan::is_han(*c));
        let (mut met, mut left) = (0, signs().count());
        for c in signs() {
            // Of most names the first two say already that it is not there.
            if met + left < 2 {
                return false;
            }
            left -= 1;
            met += usize::from(text.contains(c));
            if met == 2 {
                return true;
            }
        }
        false
    }

    fn read(&self, finder: &Finder, readings: &mut Readings, text: &str) -> Reading {
        let alone = readings.of(finder, text);
        let stands = |name: &&str| !name.is_empty() && text.contains(*name);
        // Parties that stay whole take findings away, and never bring one.
        let asked =
            self.may_name_head(text) || !alone.spans.is_empty() && self.whole.iter().any(stands);
        if !asked {
            return alone.clone();
        }
        finder.read(
            text,
            &Context {
                persons: &[self.head],
                whole: &self.whole,
            },
        )
    }
}

impl FileCheck<'_> {
    /// Looks at everything of the row that may show a person.
    pub(super) fn persons(&mut self, row: &Row<'_>, is_person: bool) {
        let checker = self.checker;
        let Some(finder) = checker.finder.as_deref() else {
            return;
        };
        let mut found = std::mem::take(&mut self.found);
        let mut readings = std::mem::take(&mut self.readings);
        self.party_name(finder, row, is_person, &mut found);
        if !is_person {
            self.representative(finder, row, &mut found);
        }
        let view = self.view(row);
        let roles = &self.format.roles;
        let get = |field: Option<usize>| field.and_then(|f| view.get(f)).unwrap_or_default();
        let parties = Parties {
            head: get(roles.legal_representative),
            whole: [
                get(roles.subject_name),
                get(roles.authority_name),
                get(roles.source_name),
            ],
        };
        for &field in &self.format.texts {
            let Some(text) = view.get(field).filter(|_| !self.state.is_bad(field)) else {
                continue;
            };
            if is_person {
                found.extend(
                    numbers(self.format, field, text).map(|told| self.placed(row, field, told)),
                );
                continue;
            }
            let reading = parties.read(finder, &mut readings, text);
            let Some(rule) = rule_of(self.format, field) else {
                continue;
            };
            let said = spoken(rule, text, &reading).into_iter();
            found.extend(said.map(|told| self.placed(row, field, told)));
        }
        self.found = found;
        self.readings = readings;
    }

    /// A finding at a field's cell.
    fn placed(&self, row: &Row<'_>, field: usize, found: Found) -> Found {
        let column = self.column_of(field).map_or(0, |c| c + 1);
        found
            .column(column)
            .field(field)
            .value(self.as_read(row, field))
    }

    /// Numbers, plates, a representative in brackets: no licence has such a name.
    fn party_name(&self, finder: &Finder, row: &Row<'_>, is_person: bool, found: &mut Vec<Found>) {
        let Some(field) = self.format.roles.subject_name else {
            return;
        };
        let view = self.view(row);
        let Some(name) = view.get(field).filter(|_| !self.state.is_bad(field)) else {
            return;
        };
        let kinds = (!is_person).then(|| in_name(finder, name)).flatten();
        let told = match kinds {
            Some(kinds) => {
                Some(Found::new(Builtin::NamePersonal, Severity::RefuseRow).other(kinds))
            }
            None => numbers(self.format, field, name),
        };
        found.extend(told.map(|told| self.placed(row, field, told)));
    }

    /// What stands in the representative's cell beside one plain name.
    fn representative(&self, finder: &Finder, row: &Row<'_>, found: &mut Vec<Found>) {
        let Some(field) = self.format.roles.legal_representative else {
            return;
        };
        let view = self.view(row);
        let Some(cell) = view.get(field).filter(|_| !self.state.is_bad(field)) else {
            return;
        };
        // Nearly every cell; with a title it would be longer.
        if cell.len() <= PLAIN && cell.chars().all(scan::is_han) {
            return;
        }
        let persons = finder.persons_in_cell(cell);
        let signs = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
        let plain = match persons.as_slice() {
            [] => true,
            [one] => signs(one) == signs(cell) || names::is_organisation(one),
            _ => false,
        };
        if !plain {
            let read: Vec<String> = persons.iter().map(|p| format!("“{p}”")).collect();
            let told =
                Found::new(Builtin::RepresentativeRead, Severity::Warn).other(read.join("、"));
            found.push(self.placed(row, field, told));
        }
    }
}

/// Bytes of a name of three characters.
const PLAIN: usize = 9;

/// What the name of an organisation holds of a person, in words; `None` where there is nothing.
pub(super) fn in_name(finder: &Finder, name: &str) -> Option<String> {
    // Most names hold no digit and no bracket; the shortest number is a landline's, and a plate
    // has a letter.
    const LANDLINE: u32 = 7;
    const PLATE: u32 = 3;
    let (mut digits, mut letters, mut brackets) = (0, 0, 0);
    for c in name.chars() {
        match text::narrow(c) {
            '0'..='9' => digits += 1,
            'A'..='Z' | 'a'..='z' => letters += 1,
            '(' | '[' | '【' | '〔' => brackets += 1,
            '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '幺'
            | '壹' | '贰' | '叁' | '肆' | '伍' | '陆' | '柒' | '捌' | '玖' => digits += 1,
            _ => {}
        }
    }
    let may = brackets > 0 || digits >= LANDLINE || digits >= PLATE && letters > 0;
    let fault = may
        .then(|| finder.organisation_name_fault(name))
        .flatten()?;
    let mut titles: Vec<&str> = Vec::new();
    for kind in &fault.kinds {
        if !titles.contains(&kind.title()) {
            titles.push(kind.title());
        }
    }
    Some(titles.join("、"))
}

/// The rule that has a field's text looked at for personal data.
fn rule_of(format: &Format, field: usize) -> Option<&Rule> {
    format.rules.get(format.plan(field)?.personal_data?)
}

/// Whether the finder reads the cells of a field, once all of the row is known: those of names, which
/// hold the row's own persons, are only looked at for numbers.
pub(super) const fn is_read(plan: &Plan) -> bool {
    let read = matches!(
        plan.kind,
        FieldKind::Text | FieldKind::DocumentNumber | FieldKind::Number
    );
    plan.personal_data.is_some() && read
}

/// Numbers of persons in what is published or kept, by their form alone.
pub(super) fn numbers(format: &Format, field: usize, value: &str) -> Option<Found> {
    let rule = rule_of(format, field)?;
    let hit = scan::may_hold_number(value)
        .then(|| redact::scan(value))
        .flatten()?;
    let span = Span {
        start: hit.range.start,
        end: hit.range.end,
        kind: hit.kind,
        verdict: Verdict::Certain,
        announced_by: None,
    };
    Some(told(
        rule,
        (rule.code, rule.severity),
        places(value, &[span], |_| true),
    ))
}

fn told(rule: &Rule, (code, severity): (Code, Severity), other: String) -> Found {
    let mut found = Found::new(code, severity).other(other);
    found.expected.clone_from(&rule.expected);
    found.basis.clone_from(&rule.basis);
    found
}

/// What is said of a text: what is withheld whole, or what is masked for certain and in doubt.
/// What is certain is the rule's own finding.
fn spoken(rule: &Rule, text: &str, reading: &Reading) -> Vec<Found> {
    let warn = |builtin: Builtin| (builtin.into(), Severity::Warn);
    let mut said = Vec::new();
    if let Some(about) = reading.withhold.and_then(about) {
        let shown = places(text, &reading.spans, |_| true);
        let other = if shown.is_empty() {
            about.to_owned()
        } else {
            format!("{about}（{shown}）")
        };
        said.push(told(rule, warn(Builtin::TextWithheld), other));
        return said;
    }
    for (verdict, code) in [
        (Verdict::Certain, (rule.code, rule.severity)),
        (Verdict::Doubtful, warn(Builtin::PersonDoubtful)),
    ] {
        let shown = places(text, &reading.spans, |span| span.verdict == verdict);
        if !shown.is_empty() {
            said.push(told(rule, code, shown));
        }
    }
    said
}

/// What a text tells about that is withheld whole. One that is mostly masked is masked alone.
const fn about(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::MostlyMasked => None,
        Reason::Illness => Some("个人的健康状况"),
        Reason::Victim => Some("被害人"),
        Reason::Sexual => Some("个人隐私"),
        Reason::Minor => Some("未成年人"),
    }
}

/// The pieces with the words around them: `“由【甲乙丙】到场签收”（姓名）`.
fn places(text: &str, spans: &[Span], wanted: impl Fn(&Span) -> bool) -> String {
    let mut shown: Vec<String> = Vec::new();
    let mut count = 0;
    for (i, span) in spans.iter().enumerate().filter(|(_, s)| wanted(s)) {
        count += 1;
        if shown.len() == NAMED {
            continue;
        }
        // Of a neighbour nothing is repeated: it may be a number that must not be.
        let from = i
            .checked_sub(1)
            .and_then(|i| spans.get(i))
            .map_or(0, |s| s.end);
        let to = spans.get(i + 1).map_or(text.len(), |s| s.start);
        let before = text.get(from..span.start).unwrap_or_default();
        let behind = text.get(span.end..to).unwrap_or_default();
        let first = before
            .char_indices()
            .rev()
            .nth(AROUND - 1)
            .map_or(0, |(at, _)| at);
        let last = behind
            .char_indices()
            .nth(AROUND)
            .map_or(behind.len(), |(at, _)| at);
        let piece = text.get(span.start..span.end).unwrap_or_default();
        let piece = match span.kind {
            Kind::IdentityNumber | Kind::Passport | Kind::Card | Kind::BankAccount => {
                identity::mask_identity(piece)
            }
            _ => piece.to_owned(),
        };
        let place = format!(
            "“{}【{piece}】{}”（{}）",
            before.get(first..).unwrap_or_default(),
            behind.get(..last).unwrap_or_default(),
            span.kind.title()
        );
        // A sentence is one line.
        shown.push(place.replace(char::is_control, " "));
    }
    let mut said = shown.join("、");
    if count > NAMED {
        said.push_str(&format!("等{count}处"));
    }
    said
}

#[cfg(test)]
#[path = "persons_tests.rs"]
mod tests;
