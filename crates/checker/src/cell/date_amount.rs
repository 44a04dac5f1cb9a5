//! Dates and amounts.

use super::Cell;
use crate::{
    builtin::Builtin,
    report::Found,
    scan,
    spelling::Spelling,
    state::{State, push_date, push_yuan},
};
use xinheng_domain::{
    amount::{AmountError, Fen, whole_amount},
    date::{self, DateError, DateForm, Parsed},
    finding::Severity,
    text,
};

impl Cell<'_> {
    pub(super) fn date(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        match date::parse(value) {
            Ok(parsed) => {
                state.set_date(self.field, parsed.date);
                // Ten bytes are ten characters only where none is of full width.
                let standard = value.len() == 10 && value.is_ascii();
                let kept = parsed.form == DateForm::Dash && standard && !parsed.spaced;
                if !kept {
                    state.write(self.field, |out| push_date(out, parsed.date));
                    self.date_spelling(value, &parsed, state);
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
                let suggestion = error.suggestion().map(|date| date.to_string());
                found.push(
                    self.found(Builtin::DateInvalid, Severity::RefuseRow)
                        .expected("YYYY-MM-DD或者YYYY/MM/DD")
                        .suggestion(suggestion)
                        .other(self.why_no_date(value, error)),
                );
            }
        }
    }

    /// The reason; of a validity without an end also what the catalogue wants written for it.
    #[cold]
    fn why_no_date(&self, value: &str, error: DateError) -> String {
        const ENDLESS: [&str; 6] = ["长期", "永久", "无期限", "无限期", "终身", "没有期限"];
        let field = self.format.field(self.field);
        let help = field
            .and_then(|field| field.help.as_deref())
            .filter(|_| ENDLESS.iter().any(|word| value.contains(word)));
        help.map_or_else(
            || error.to_string(),
            |help| format!("{error}（{}）", help.trim_end_matches('。')),
        )
    }

    /// Notes what is written otherwise than `YYYY-MM-DD` or `YYYY/MM/DD`, with zeros or without.
    fn date_spelling(&self, value: &str, parsed: &Parsed, state: &mut State) {
        let mut note = |met: bool, spelling| {
            if met {
                state.note(self.field, spelling);
            }
        };
        let form = match parsed.form {
            DateForm::Dot => Some(Spelling::DateDots),
            DateForm::Chinese => Some(Spelling::DateWords),
            DateForm::Compact => Some(Spelling::DateCompact),
            // Words have a finding at each cell.
            DateForm::Slash | DateForm::Dash | DateForm::Words => None,
        };
        if let Some(form) = form {
            note(true, form);
        }
        note(parsed.wide, Spelling::DateWide);
        note(parsed.spaced, Spelling::DateSpaced);
        // Midnight as programs write a date cell into a file.
        let by_hand = parsed.timed && !value.contains("T00:00:00");
        note(by_hand, Spelling::DateTimed);
    }

    pub(super) fn amount(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        match Fen::parse_wan(value) {
            Ok(Fen(fen)) => {
                state.set_fen(self.field, fen);
                state.write(self.field, |out| push_yuan(out, fen));
                // Of a number without commas: before those a zero is refused.
                let mut digits = value.chars().map(text::narrow);
                if digits.next() == Some('0') && digits.next().is_some_and(|c| c.is_ascii_digit()) {
                    state.note(self.field, Spelling::AmountZeros);
                }
                if !value.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
                    if value.contains([',', '，']) {
                        state.note(self.field, Spelling::AmountCommas);
                    }
                    if !value.is_ascii() {
                        state.note(self.field, Spelling::AmountWide);
                    }
                }
            }
            Err(error) => {
                // A blank between two digits may part two numbers.
                let idle = |a: char, b: char| !(a.is_numeric() && b.is_numeric());
                let bare = scan::without_blanks(value, idle);
                let bare = bare.as_deref().unwrap_or(value);
                // `0.2万` in a column of 万元.
                let wan = if bare.ends_with('万') { "元" } else { "" };
                let written = whole_amount(&format!("{bare}{wan}"));
                let suggestion = written.map(|fen| fen.wan().replace("万元", ""));
                // The column's own unit, behind a plain number: nothing else can be meant.
                if let Some(fen) = written
                    && (value.ends_with("万元") || value.ends_with('万'))
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
                    AmountError::HasUnit | AmountError::UnitUnclear => "数字，单位是万元",
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
}
