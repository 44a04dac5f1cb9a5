//! One cell against the plan of its field: read, normalise, say what is wrong. What each kind of
//! field asks for is in the modules below.

mod code;
mod coded;
mod date_amount;
mod name;
mod number;
mod text;

use super::{
    builtin::Builtin,
    format::{Format, Need, Plan},
    report::Found,
    row::Span,
    scan,
    state::{Norm, State},
};
use xinheng_domain::{
    catalogue::FieldKind, code::CodeTables, finding::Severity, formula, identity, record::RecordId,
    redact,
};

/// A cell and all that is needed to judge it.
pub(super) struct Cell<'a> {
    pub(super) format: &'a Format,
    pub(super) plan: &'a Plan,
    pub(super) codes: &'a CodeTables,
    /// Index of the field.
    pub(super) field: usize,
    /// Column in the file, from 1.
    pub(super) column: usize,
    /// As read.
    pub(super) raw: &'a str,
    /// Where it begins in the row's text.
    pub(super) start: u32,
    /// What is somewhere in the row.
    pub(super) odd: scan::Odd,
    /// Persons are looked for once the whole row is known.
    pub(super) finds: bool,
}

impl Cell<'_> {
    /// Judges the cell and enters its value.
    pub(super) fn check(&self, state: &mut State, found: &mut Vec<Found>) {
        let value = if self.raw.is_empty() {
            ""
        } else {
            scan::trim(self.raw)
        };
        // Bytes that are no text would be trimmed away as control characters.
        if self.odd.suspect && self.raw.contains('\u{1a}') {
            self.refuse(Builtin::TextUndecodable, state, found);
            return;
        }
        if value.is_empty() {
            if matches!(self.plan.need, Need::Always) {
                self.refuse(Builtin::RequiredMissing, state, found);
            } else if self.odd.suspect && !self.raw.is_empty() {
                // Something stands there that nobody sees.
                self.hidden(state, found);
            }
            return;
        }
        state.set(self.field, self.raw_norm(value));
        if self.says_nothing(value) {
            self.refuse(Builtin::SaysNothing, state, found);
            return;
        }
        if matches!(
            value.as_bytes().first(),
            // The last leads the signs of full width.
            Some(b'#' | b'=' | b'+' | b'-' | b'@' | b'u' | b'U' | b'n' | b'N' | b'[' | 0xef)
        ) && self.no_value(value, state, found)
        {
            return;
        }
        if self.plan.is_number && is_scientific(value) {
            self.refuse(Builtin::DigitsLost, state, found);
            return;
        }
        // The other kinds look for themselves, and then go on with what else there is to say.
        if self.odd.suspect
            && matches!(
                self.plan.kind,
                FieldKind::UnifiedCode
                    | FieldKind::OrganisationCode
                    | FieldKind::Coded
                    | FieldKind::Date
                    | FieldKind::AmountWan
                    | FieldKind::RecordId
            )
            && self.hidden(state, found)
        {
            return;
        }
        match self.plan.kind {
            FieldKind::Text => self.running_text(value, state, found),
            FieldKind::Name => self.name(value, state, found),
            FieldKind::Number | FieldKind::DocumentNumber => self.number(value, state, found),
            FieldKind::UnifiedCode => self.unified_code(value, state, found),
            FieldKind::OrganisationCode => self.organisation_code(value, found),
            FieldKind::Coded => self.coded(value, state, found),
            FieldKind::Date => self.date(value, state, found),
            FieldKind::AmountWan => self.amount(value, state, found),
            FieldKind::IdentityNumber => self.identity_number(value, state, found),
            FieldKind::RecordId => {
                if RecordId(value.to_owned()).subject_key().is_none() {
                    self.refuse(Builtin::RecordIdBad, state, found);
                }
            }
        }
    }

    /// Whether a text or a document number that every row needs holds a stroke or a word in place
    /// of what is to be told.
    #[inline]
    fn says_nothing(&self, value: &str) -> bool {
        const SHORT: usize = 30;
        value.len() <= SHORT
            && matches!(self.plan.need, Need::Always)
            && matches!(self.plan.kind, FieldKind::Text | FieldKind::DocumentNumber)
            && (!value
                .chars()
                .any(|c| scan::is_han(c) || c.is_alphanumeric())
                || is_no_answer(value))
    }

    /// An error of a spreadsheet's formula, a formula without a value, a text that is run as one,
    /// or a program's word for "nothing", in place of a value.
    #[cold]
    fn no_value(&self, value: &str, state: &mut State, found: &mut Vec<Found>) -> bool {
        if is_cell_error(value) {
            self.refuse(Builtin::CellError, state, found);
            return true;
        }
        if self.plan.kind != FieldKind::Name && is_nothing(value) {
            if matches!(self.plan.need, Need::Always) {
                self.refuse(Builtin::ValuePlaceholder, state, found);
            } else {
                state.set(self.field, Norm::Empty);
                found.push(self.found(Builtin::ValuePlaceholder, Severity::Warn));
            }
            return true;
        }
        let Some(formula) = value.strip_prefix('=').filter(|f| !f.is_empty()) else {
            return self.runs(value, state, found);
        };
        state.set_bad(self.field);
        // `="0123"` is how programs keep a spreadsheet from rounding: the text is the value.
        let text = formula.strip_prefix('"').and_then(|f| f.strip_suffix('"'));
        let plain = text.filter(|t| {
            let personal = redact::mask_identity_numbers(t) != **t;
            !t.contains('"') && !t.is_empty() && !personal
        });
        found.push(
            self.found(Builtin::CellFormula, Severity::RefuseRow)
                .suggestion(plain.map(str::to_owned)),
        );
        true
    }

    /// A text that a spreadsheet would run wherever the record is opened in one. Dates and amounts
    /// hold nothing but what they are read as.
    fn runs(&self, value: &str, state: &mut State, found: &mut Vec<Found>) -> bool {
        let read = matches!(self.plan.kind, FieldKind::Date | FieldKind::AmountWan);
        if read || !formula::runs(value) {
            return false;
        }
        state.set_bad(self.field);
        let shown = self.shown();
        let plain = formula::without_signs(&shown);
        found.push(
            self.found(Builtin::CellRuns, Severity::RefuseRow)
                .suggestion((!plain.is_empty()).then(|| plain.to_owned())),
        );
        true
    }

    fn raw_norm(&self, value: &str) -> Norm {
        let lead = value.as_ptr() as usize - self.raw.as_ptr() as usize;
        let start = self.start + lead as u32;
        Norm::Raw(Span {
            start,
            end: start + value.len() as u32,
        })
    }

    /// The value for a finding: identity numbers masked.
    fn shown(&self) -> String {
        shown(Some(self.plan), self.raw)
    }

    fn found(&self, builtin: Builtin, severity: Severity) -> Found {
        Found::new(builtin, severity)
            .column(self.column)
            .field(self.field)
            .value(self.shown())
    }

    fn refuse(&self, builtin: Builtin, state: &mut State, found: &mut Vec<Found>) {
        state.set_bad(self.field);
        found.push(self.found(builtin, Severity::RefuseRow));
    }
}

/// What stands in a cell, for a finding: numbers of persons masked. A program's word for
/// "nothing" is nobody's number.
pub(super) fn shown(plan: Option<&Plan>, raw: &str) -> String {
    let personal = plan.is_some_and(|p| p.kind == FieldKind::IdentityNumber);
    if personal && !is_nothing(scan::trim(raw)) {
        return identity::mask_identity(raw);
    }
    redact::mask_identity_numbers(raw).into_owned()
}

/// `9.13301E+17`: what a spreadsheet makes of a long number.
fn is_scientific(value: &str) -> bool {
    let Some((mantissa, exponent)) = value.split_once(['E', 'e']) else {
        return false;
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix('+').unwrap_or_default();
    whole.len() == 1 && digits(whole) && digits(part) && digits(exponent)
}

fn is_cell_error(value: &str) -> bool {
    const ERRORS: [&str; 8] = [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "#GETTING_DATA",
    ];
    ERRORS.contains(&value)
}

/// A word that answers nothing, or a single character.
fn is_no_answer(value: &str) -> bool {
    const WORDS: [&str; 10] = [
        "无", "空", "略", "暂无", "没有", "不详", "未知", "同上", "测试", "待定",
    ];
    WORDS.contains(&value)
        || "test".eq_ignore_ascii_case(value)
        || "n/a".eq_ignore_ascii_case(value)
        || value.chars().nth(1).is_none()
}

/// Words that programs write where they found nothing. `无` and the like may be meant.
fn is_nothing(value: &str) -> bool {
    const WORDS: [&str; 5] = ["undefined", "null", "nan", "none", "[object object]"];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(value))
}
