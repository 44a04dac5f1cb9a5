//! Files for the platform above: which records go into which template, column by column.

use crate::{basis::Basis, condition::Condition};
use serde::{Deserialize, Serialize};

/// A template of the platform above (`rulebook/forward/*.toml`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForwardTemplate {
    /// Short English id, e.g. `penalty-organisations`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Catalogue item whose records it takes.
    pub item: String,
    /// For natural persons; otherwise for organisations.
    pub persons: bool,
    /// Name of the sheet.
    pub sheet: String,
    /// Where the template is described.
    pub basis: Vec<Basis>,
    /// How dates are written.
    pub dates: DateForm,
    /// How amounts are written.
    pub amounts: AmountForm,
    /// What is not to be forwarded, and why.
    #[serde(default)]
    pub exclude: Vec<Exclusion>,
    /// The columns, in order.
    #[serde(rename = "column")]
    pub columns: Vec<ForwardColumn>,
}

/// Rows that are not forwarded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Which.
    pub when: Condition,
    /// Why, in Chinese.
    pub reason: String,
    /// By which document.
    pub basis: Basis,
}

/// One column: a field of the item, or always the same text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForwardColumn {
    /// Field id.
    #[serde(default)]
    pub field: Option<String>,
    /// The header; the field's own name where absent.
    #[serde(default)]
    pub header: Option<String>,
    /// What stands in every row.
    #[serde(default)]
    pub constant: Option<String>,
}

/// How a template writes dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DateForm {
    /// `2026/03/05`
    #[serde(rename = "YYYY/MM/DD")]
    Slash,
    /// `2026-03-05`
    #[serde(rename = "YYYY-MM-DD")]
    Dash,
}

/// How a template writes amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountForm {
    /// In ten thousands of yuan, at most six decimals, none that are not needed.
    Wan,
    /// In yuan, two decimals.
    Yuan,
}

/// What became of the rows of an answer of the platform above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReceiptCounters {
    /// Rows of the answer.
    pub rows: u64,
    /// Accepted above.
    pub accepted: u64,
    /// Refused above.
    pub refused: u64,
    /// Accepted, and refused by another row of the same answer: not taken for accepted.
    #[serde(default)]
    pub contradicted: u64,
    /// Of those refused, about rows that an earlier answer had accepted.
    #[serde(default)]
    pub taken_back: u64,
    /// About rows that were never sent from here, or that cannot be told apart.
    pub unknown: u64,
    /// Rows that could not be read.
    pub faulty: u64,
}

impl DateForm {
    /// A date `YYYY-MM-DD`, as the template wants it.
    #[must_use]
    pub fn write(self, date: &str) -> String {
        match self {
            Self::Slash => date.replace('-', "/"),
            Self::Dash => date.to_owned(),
        }
    }
}

impl AmountForm {
    /// Decimal yuan with two places (`20000.00`), as the template wants it (`2`). What is no such
    /// amount stays as it is.
    #[must_use]
    pub fn write(self, yuan: &str) -> String {
        if self == Self::Yuan {
            return yuan.to_owned();
        }
        let digits: String = yuan.chars().filter(|c| *c != '.').collect();
        let sound = yuan
            .split_once('.')
            .is_some_and(|(whole, part)| !whole.is_empty() && part.len() == 2);
        let Some(fen) = digits.parse::<u64>().ok().filter(|_| sound) else {
            return yuan.to_owned();
        };
        let (whole, part) = (fen / 1_000_000, fen % 1_000_000);
        let part = format!("{part:06}");
        match part.trim_end_matches('0') {
            "" => whole.to_string(),
            part => format!("{whole}.{part}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_in_ten_thousands_of_yuan() {
        for (yuan, wan) in [
            ("2000.00", "0.2"),
            ("20000.00", "2"),
            ("0.01", "0.000001"),
            ("0.00", "0"),
            ("1234567.89", "123.456789"),
            ("两万", "两万"),
            ("12", "12"),
        ] {
            assert_eq!(AmountForm::Wan.write(yuan), wan, "{yuan}");
            assert_eq!(AmountForm::Yuan.write(yuan), yuan);
        }
    }

    #[test]
    fn a_written_amount_is_read_back_as_the_same() {
        for fen in [0, 1, 99, 100, 1_000_000, 1_000_001, 99_999_999_999] {
            let yuan = format!("{}.{:02}", fen / 100, fen % 100);
            let wan = AmountForm::Wan.write(&yuan);
            assert_eq!(crate::amount::Fen::parse_wan(&wan).map(|f| f.0), Ok(fen));
        }
    }

    #[test]
    fn dates() {
        assert_eq!(DateForm::Slash.write("2026-03-05"), "2026/03/05");
        assert_eq!(DateForm::Dash.write("2026-03-05"), "2026-03-05");
    }
}
