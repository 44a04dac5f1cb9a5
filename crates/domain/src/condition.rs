//! Typed conditions over a row's fields: the only logic a rulebook file can express.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The values of one row, by field id, as normalised text: trimmed, dates `YYYY-MM-DD`,
/// code-list values by their title, several values of one cell joined by `、`, amounts as
/// decimal yuan with two places. An empty or missing cell is `None`.
pub trait Values {
    /// The value of `field`, or `None` where the cell is empty or the column is missing.
    fn value(&self, field: &str) -> Option<&str>;
}

/// A condition on a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    /// Every one holds.
    All {
        /// The parts.
        all: Vec<Condition>,
    },
    /// At least one holds.
    Any {
        /// The parts.
        any: Vec<Condition>,
    },
    /// It does not hold.
    Not {
        /// The part.
        not: Box<Condition>,
    },
    /// A test of one field.
    Field(FieldTest),
}

/// A test of one field; every stated part must hold. An empty cell passes only `present = false`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct FieldTest {
    /// Field id.
    pub field: String,
    /// The whole value is one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<String>,
    /// One of the cell's values (a multi-valued code list) is one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub has: Vec<String>,
    /// Every one of the cell's values is one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// The text contains one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contains: Vec<String>,
    /// The text starts with one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub starts_with: Vec<String>,
    /// The cell is filled, or empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub present: Option<bool>,
    /// The date is this day or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_or_after: Option<Date>,
    /// The date is before this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Date>,
    /// The amount in yuan is at least this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least_yuan: Option<i64>,
    /// The amount in yuan is below this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below_yuan: Option<i64>,
}

/// Between the values of a multi-valued cell, once normalised.
pub const VALUE_SEPARATOR: char = '、';

impl Condition {
    /// Whether the condition holds for the row.
    #[must_use]
    pub fn holds<V: Values + ?Sized>(&self, row: &V) -> bool {
        match self {
            Self::All { all } => all.iter().all(|c| c.holds(row)),
            Self::Any { any } => any.iter().any(|c| c.holds(row)),
            Self::Not { not } => !not.holds(row),
            Self::Field(test) => test.holds(row.value(&test.field)),
        }
    }

    /// Every field id the condition reads.
    pub fn fields<'a>(&'a self, into: &mut Vec<&'a str>) {
        match self {
            Self::All { all: parts } | Self::Any { any: parts } => {
                parts.iter().for_each(|c| c.fields(into));
            }
            Self::Not { not } => not.fields(into),
            Self::Field(test) => into.push(&test.field),
        }
    }
}

impl FieldTest {
    fn holds(&self, value: Option<&str>) -> bool {
        let Some(value) = value.filter(|v| !v.is_empty()) else {
            return self.present == Some(false);
        };
        let among = |list: &[String], v: &str| list.iter().any(|x| x == v);
        self.present != Some(false)
            && (self.is.is_empty() || among(&self.is, value))
            && (self.has.is_empty() || value.split(VALUE_SEPARATOR).any(|v| among(&self.has, v)))
            && (self.only.is_empty() || value.split(VALUE_SEPARATOR).all(|v| among(&self.only, v)))
            && (self.contains.is_empty()
                || self.contains.iter().any(|x| value.contains(x.as_str())))
            && (self.starts_with.is_empty()
                || self
                    .starts_with
                    .iter()
                    .any(|x| value.starts_with(x.as_str())))
            && (self.on_or_after.is_none() && self.before.is_none()
                || value.parse::<Date>().is_ok_and(|d| {
                    self.on_or_after.is_none_or(|from| d >= from)
                        && self.before.is_none_or(|end| d < end)
                }))
            && (self.at_least_yuan.is_none() && self.below_yuan.is_none()
                || crate::amount::Fen::parse_yuan(value).is_some_and(|fen| {
                    self.at_least_yuan
                        .is_none_or(|y| fen.0 >= y.saturating_mul(100))
                        && self
                            .below_yuan
                            .is_none_or(|y| fen.0 < y.saturating_mul(100))
                }))
    }
}
