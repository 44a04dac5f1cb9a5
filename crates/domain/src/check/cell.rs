//! One cell against the plan of its field: read, normalise, say what is wrong.

use super::{
    builtin::Builtin,
    format::{Format, Need, Plan},
    report::Found,
    row::Span,
    scan,
    state::{Norm, State, push_date, push_yuan, several},
};
use crate::{
    amount::{AmountError, Fen, whole_amount},
    catalogue::{FieldKind, Role},
    code::{self, CodeSeverity, CodeTables, Verdict},
    condition::VALUE_SEPARATOR,
    date::{self, DateError, DateForm},
    finding::Severity,
    identity,
    record::RecordId,
    redact, text,
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
    /// Somewhere in the row is a character that has no business in a cell, or a line break.
    pub(super) suspect: bool,
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
        if self.suspect && self.raw.contains('\u{1a}') {
            self.refuse(Builtin::TextUndecodable, state, found);
            return;
        }
        if value.is_empty() {
            if matches!(self.plan.need, Need::Always) {
                self.refuse(Builtin::RequiredMissing, state, found);
            }
            return;
        }
        state.set(self.field, self.raw_norm(value));
        if matches!(
            value.as_bytes().first(),
            Some(b'#' | b'=' | b'u' | b'U' | b'n' | b'N' | b'[')
        ) && self.no_value(value, state, found)
        {
            return;
        }
        if self.plan.is_number && is_scientific(value) {
            self.refuse(Builtin::DigitsLost, state, found);
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

    /// An error of a spreadsheet's formula, a formula without a value, or a program's word for
    /// "nothing", in place of a value.
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
            return false;
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
        if self.plan.kind == FieldKind::IdentityNumber {
            return identity::mask_identity(self.raw);
        }
        redact::mask_identity_numbers(self.raw).into_owned()
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

    fn running_text(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        self.characters(value, true, state, found);
        self.length(value, state, found);
        let rule = self
            .plan
            .personal_data
            .and_then(|i| self.format.rules.get(i));
        if let Some(rule) = rule
            && scan::may_hold_number(value)
            && let Some(hit) = redact::scan(value)
        {
            let mut personal = Found::new(rule.code, rule.severity)
                .column(self.column)
                .field(self.field)
                .value(self.shown())
                .other(hit.kind.title());
            personal.expected.clone_from(&rule.expected);
            personal.basis.clone_from(&rule.basis);
            found.push(personal);
        }
    }

    fn length(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        let Some(length) = scan::longer_than(value, self.plan.max_chars) else {
            return;
        };
        if self.plan.too_long == Severity::RefuseRow {
            state.set_bad(self.field);
        }
        found.push(
            self.found(Builtin::TextTooLong, self.plan.too_long)
                .expected(format!("不超过{}个字符", self.plan.max_chars))
                .other(length.to_string()),
        );
    }

    /// Dangerous characters; in running text, line breaks are made equal.
    fn characters(&self, value: &str, lines: bool, state: &mut State, found: &mut Vec<Found>) {
        // Invisible characters at the ends were trimmed from the value; they count.
        if !self.suspect || !scan::suspect(self.raw) {
            return;
        }
        let dangers = text::dangers(self.raw);
        for danger in dangers.iter() {
            let builtin = match danger {
                text::Danger::Control if self.raw.contains('\u{1a}') => Builtin::TextUndecodable,
                text::Danger::Control => Builtin::TextControl,
                text::Danger::Replacement => Builtin::TextUndecodable,
                text::Danger::ZeroWidth | text::Danger::Direction => Builtin::TextInvisible,
            };
            state.set_bad(self.field);
            found.push(
                self.found(builtin, Severity::RefuseRow)
                    .other(danger.title())
                    .suggestion(
                        (builtin == Builtin::TextInvisible)
                            .then(|| text::clean(&self.shown()).into_owned()),
                    ),
            );
        }
        if lines && value.contains('\r') {
            state.write(self.field, |out| out.push_str(&text::clean(value)));
        }
        let told = dangers.contains(text::Danger::Control);
        if !lines && !told && value.contains(['\n', '\r', '\t']) {
            self.refuse(Builtin::TextControl, state, found);
        }
    }

    fn name(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        self.characters(value, false, state, found);
        self.length(value, state, found);
        if state.is_bad(self.field) {
            return;
        }
        if is_placeholder_name(value) {
            let role = self.format.field(self.field).and_then(|f| f.role);
            if role == Some(Role::SubjectName) {
                self.refuse(Builtin::NamePlaceholder, state, found);
            } else {
                found.push(self.found(Builtin::NamePlaceholder, Severity::Warn));
            }
            return;
        }
        if !scan::odd_for_a_name(value) {
            return;
        }
        if value.contains(['*', '＊', '×']) {
            self.refuse(Builtin::NameMasked, state, found);
        } else if let Some(c) = value.chars().find(|c| is_special(*c)) {
            state.set_bad(self.field);
            found.push(
                self.found(Builtin::NameSpecial, Severity::RefuseRow)
                    .other(c.to_string()),
            );
        }
    }

    fn number(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        self.characters(value, false, state, found);
        self.length(value, state, found);
        let mended = (self.plan.kind == FieldKind::DocumentNumber && !value.contains('〔'))
            .then(|| text::with_year_brackets(value))
            .flatten();
        if let Some(mended) = &mended
            && !state.is_bad(self.field)
        {
            state.write(self.field, |out| out.push_str(mended));
            found.push(
                self.found(Builtin::DocumentBrackets, Severity::Warn)
                    .suggestion(Some(mended.clone())),
            );
        }
        let value = mended.as_deref().unwrap_or(value);
        if !state.is_bad(self.field)
            && scan::has_full_width(value)
            && value
                .chars()
                .any(|c| text::narrow(c).is_ascii_alphanumeric() && !c.is_ascii())
        {
            let narrow = |c: char| match text::narrow(c) {
                n if n.is_ascii_alphanumeric() => n,
                _ => c,
            };
            found.push(
                self.found(Builtin::FullWidth, Severity::Warn)
                    .suggestion(Some(value.chars().map(narrow).collect())),
            );
        }
    }

    fn unified_code(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        let check = code::check(value, self.codes);
        if check.severity == CodeSeverity::Ok
            || check.verdict == Verdict::Placeholder && self.plan.placeholder_allowed
        {
            return;
        }
        if check.severity == CodeSeverity::Error {
            let Some(builtin) = Builtin::of_verdict(check.verdict) else {
                return;
            };
            state.set_bad(self.field);
            let suggestion = check.suggestion.or_else(|| tidy_code(value, self.codes));
            if suggestion.is_none()
                && let Some((code, changed)) = code::look_alike(value, self.codes)
            {
                found.push(
                    self.found(Builtin::CodeLookAlike, Severity::RefuseRow)
                        .suggestion(Some(code))
                        .other(changed),
                );
                return;
            }
            found.push(
                self.found(builtin, Severity::RefuseRow)
                    .suggestion(suggestion)
                    .other(value.chars().count().to_string()),
            );
            return;
        }
        for verdict in std::iter::once(check.verdict).chain(check.also) {
            if let Some(builtin) = Builtin::of_verdict(verdict) {
                found.push(self.found(builtin, Severity::Warn));
            }
        }
    }

    fn organisation_code(&self, value: &str, found: &mut Vec<Found>) {
        if code::check_organisation_code(value) != code::OrganisationCodeVerdict::Ok {
            found.push(self.found(Builtin::OrganisationCodeBad, Severity::Warn));
        }
    }

    fn coded(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        let Some(list) = &self.plan.list else { return };
        if let Some(entry) = list.find(value) {
            state.set(self.field, Norm::Title(entry));
            return;
        }
        let mut unknown = Vec::new();
        let mut written = String::new();
        let whole = [value];
        let parts: Vec<&str> = if self.plan.several {
            several(value).collect()
        } else {
            whole.to_vec()
        };
        for part in parts {
            let narrow = text::half_width(part);
            let open = list
                .list
                .open_prefix
                .as_deref()
                .is_some_and(|p| is_open(part, p));
            let title = match list.find(part).or_else(|| list.find(narrow.trim())) {
                Some(entry) => list.title(entry),
                None => {
                    if !open {
                        unknown.push(part);
                    }
                    part
                }
            };
            if !written.is_empty() {
                written.push(VALUE_SEPARATOR);
            }
            written.push_str(title);
        }
        state.write(self.field, |out| out.push_str(&written));
        if unknown.is_empty() {
            return;
        }
        if list.unknown == Severity::RefuseRow {
            state.set_bad(self.field);
        }
        let titles: Vec<&str> = list.list.entries.iter().map(|e| e.title.as_str()).collect();
        found.push(
            self.found(Builtin::CodedUnknown, list.unknown)
                .expected(titles.join("、"))
                .other(unknown.join("、")),
        );
    }

    fn date(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        match date::parse(value) {
            Ok(parsed) => {
                state.set_date(self.field, parsed.date);
                if parsed.form != DateForm::Dash || value.len() != 10 {
                    state.write(self.field, |out| push_date(out, parsed.date));
                }
                if parsed.form == DateForm::Words {
                    found.push(
                        self.found(Builtin::DateInWords, Severity::Warn)
                            .suggestion(Some(parsed.date.to_string())),
                    );
                }
            }
            Err(error) => {
                state.set_bad(self.field);
                let suggestion = match error {
                    DateError::Serial(date) => Some(date.to_string()),
                    _ => None,
                };
                found.push(
                    self.found(Builtin::DateInvalid, Severity::RefuseRow)
                        .expected("YYYY-MM-DD或者YYYY/MM/DD")
                        .suggestion(suggestion)
                        .other(error.to_string()),
                );
            }
        }
    }

    fn amount(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        match Fen::parse_wan(value) {
            Ok(Fen(fen)) => {
                state.set_fen(self.field, fen);
                state.write(self.field, |out| push_yuan(out, fen));
            }
            Err(error) => {
                let written = whole_amount(value);
                let suggestion = written.map(|fen| fen.wan().replace("万元", ""));
                // The column's own unit, behind a plain number: nothing else can be meant.
                if let Some(fen) = written
                    && value.ends_with("万元")
                    && !value
                        .chars()
                        .any(|c| c.is_alphabetic() && !matches!(c, '万' | '元'))
                {
                    state.set_fen(self.field, fen.0);
                    state.write(self.field, |out| push_yuan(out, fen.0));
                    found.push(
                        self.found(Builtin::AmountUnit, Severity::Warn)
                            .suggestion(suggestion),
                    );
                    return;
                }
                state.set_bad(self.field);
                let expected = match error {
                    AmountError::HasUnit => "只填数字，单位是万元",
                    _ => "以万元为单位的数字，最多六位小数",
                };
                found.push(
                    self.found(Builtin::AmountInvalid, Severity::RefuseRow)
                        .expected(expected)
                        .suggestion(suggestion)
                        .other(error.to_string()),
                );
            }
        }
    }

    fn identity_number(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        self.characters(value, false, state, found);
        if state.is_bad(self.field) {
            return;
        }
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let like_ours = digits >= 14 && matches!(value.len(), 15 | 18);
        let bad = !value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'(' | b')' | b'-'))
            || value.len() < 5
            || like_ours && !identity::has_birthday(value.as_bytes());
        if bad {
            found.push(self.found(Builtin::IdentityNumberBad, Severity::Warn));
        } else if digits == 15 && value.len() == 15 {
            found.push(self.found(Builtin::IdentityNumberOld, Severity::Warn));
        }
    }
}

/// The code inside a cell that holds more: blanks, full-width characters, a leading
/// "统一社会信用代码：", a trailing "(1/1)". Only where that leaves a sound code: a suggestion,
/// never taken by itself.
fn tidy_code(value: &str, codes: &CodeTables) -> Option<String> {
    let key: String = text::clean(value)
        .chars()
        .map(text::narrow)
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    // An apostrophe is how a spreadsheet is told to keep text.
    let bare = key
        .trim_start_matches(['\'', '‘', '’', '`'])
        .trim_start_matches("统一社会信用代码")
        .trim_start_matches([':', '：']);
    let bare = bare.split('(').next().unwrap_or_default();
    let tidy = bare.to_ascii_uppercase();
    (tidy != value && code::check(&tidy, codes).severity != CodeSeverity::Error).then_some(tidy)
}

/// `其他-…` with any kind of dash or colon.
fn is_open(value: &str, prefix: &str) -> bool {
    let stem = prefix.trim_end_matches(['-', '－', '—']);
    value.strip_prefix(stem).is_some_and(|rest| {
        let tail = rest.trim_start_matches(['-', '－', '—', ':', '：', '(', '（']);
        tail.len() < rest.len() && !tail.trim().is_empty()
    })
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

/// Words that programs write where they found nothing. `无` and the like may be meant.
fn is_nothing(value: &str) -> bool {
    const WORDS: [&str; 5] = ["undefined", "null", "nan", "none", "[object object]"];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(value))
}

fn is_placeholder_name(value: &str) -> bool {
    const WORDS: [&str; 16] = [
        "undefined",
        "null",
        "none",
        "nan",
        "n/a",
        "na",
        "无",
        "空",
        "暂无",
        "不详",
        "未知",
        "测试",
        "test",
        "待定",
        "同上",
        "略",
    ];
    let short = value.len() <= 9;
    short && WORDS.iter().any(|word| word.eq_ignore_ascii_case(value))
        || !value.bytes().any(is_letter) && !value.chars().any(char::is_alphanumeric)
}

/// ASCII letters and digits, and the lead bytes of nearly every Chinese character.
const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, 0xe4..=0xe9)
}

/// Characters that stand in no name: marks of programs and of lost encodings.
fn is_special(c: char) -> bool {
    matches!(
        c,
        '<' | '>'
            | '{'
            | '}'
            | '|'
            | '\\'
            | '^'
            | '~'
            | '`'
            | '$'
            | '%'
            | '@'
            | ';'
            | '='
            | '?'
            | '_'
            | '"'
            | '？'
            | '；'
            | '！'
            | '!'
            | '￥'
            | '…'
            | '�'
    ) || matches!(c as u32, 0xe000..=0xf8ff | 0x1f000..=0x1faff)
}
