//! Dates and amounts.

use super::Cell;
use crate::{
    amount::{AmountError, Fen, whole_amount},
    check::{
        builtin::Builtin,
        report::Found,
        state::{State, push_date, push_yuan},
    },
    date::{self, DateError, DateForm},
    finding::Severity,
};

impl Cell<'_> {
    pub(super) fn date(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
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

    pub(super) fn amount(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
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
}
