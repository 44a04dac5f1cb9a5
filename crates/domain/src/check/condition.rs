//! Conditions with their fields found once: what [`crate::condition`] says, by index.

use crate::{
    catalogue::Item,
    condition::{Condition, FieldTest, VALUE_SEPARATOR},
};
use jiff::civil::Date;
use memchr::memmem::Finder;

/// A row's normalised values by field index.
pub(super) trait Indexed {
    fn text(&self, field: usize) -> Option<&str>;
    fn date(&self, field: usize) -> Option<Date>;
    /// Amount in fen.
    fn fen(&self, field: usize) -> Option<i64>;
}

/// A compiled [`Condition`].
#[derive(Debug, Clone)]
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Field(usize, Box<Compared>),
}

/// A test of a field, with what it looks for in a text made ready.
#[derive(Debug, Clone)]
pub(super) struct Compared {
    test: FieldTest,
    contains: Vec<Finder<'static>>,
    /// Bytes of the shortest value of `has`.
    shortest: usize,
}

impl Test {
    /// Finds the fields of `condition`.
    ///
    /// # Errors
    /// Names the field that the item does not have.
    pub(super) fn compile(condition: &Condition, item: &Item) -> Result<Self, String> {
        let each = |parts: &[Condition]| -> Result<Vec<Self>, String> {
            parts.iter().map(|c| Self::compile(c, item)).collect()
        };
        Ok(match condition {
            Condition::All { all } => Self::All(each(all)?),
            Condition::Any { any } => Self::Any(each(any)?),
            Condition::Not { not } => Self::Not(Box::new(Self::compile(not, item)?)),
            Condition::Field(test) => {
                let index = index_of(item, &test.field)?;
                Self::Field(index, Box::new(Compared::new(test)))
            }
        })
    }

    /// Whether it fails in every row of a file without some columns.
    pub(super) fn never_holds(&self, missing: &dyn Fn(usize) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().any(|t| t.never_holds(missing)),
            Self::Any(parts) => parts.iter().all(|t| t.never_holds(missing)),
            Self::Not(_) => false,
            Self::Field(index, own) => own.test.present != Some(false) && missing(*index),
        }
    }

    pub(super) fn holds(&self, row: &impl Indexed) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|t| t.holds(row)),
            Self::Any(parts) => parts.iter().any(|t| t.holds(row)),
            Self::Not(part) => !part.holds(row),
            Self::Field(index, test) => field_holds(*index, test, row),
        }
    }
}

/// Index of the field with this id.
pub(super) fn index_of(item: &Item, id: &str) -> Result<usize, String> {
    item.fields
        .iter()
        .position(|f| f.id == id)
        .ok_or_else(|| id.to_owned())
}

impl Compared {
    fn new(test: &FieldTest) -> Self {
        let finder = |word: &String| Finder::new(word.as_bytes()).into_owned();
        Self {
            contains: test.contains.iter().map(finder).collect(),
            shortest: test.has.iter().map(String::len).min().unwrap_or_default(),
            test: test.clone(),
        }
    }
}

fn field_holds(index: usize, compared: &Compared, row: &impl Indexed) -> bool {
    let Compared {
        test,
        contains,
        shortest,
    } = compared;
    let Some(value) = row.text(index) else {
        return test.present == Some(false);
    };
    if test.present == Some(false) {
        return false;
    }
    let among = |list: &[String], v: &str| list.iter().any(|x| x == v);
    (test.is.is_empty() || among(&test.is, value))
        && (test.has.is_empty()
            || among(&test.has, value)
            || value.len() > *shortest && value.split(VALUE_SEPARATOR).any(|v| among(&test.has, v)))
        && (test.only.is_empty() || value.split(VALUE_SEPARATOR).all(|v| among(&test.only, v)))
        && (contains.is_empty() || contains.iter().any(|x| x.find(value.as_bytes()).is_some()))
        && (test.starts_with.is_empty()
            || test
                .starts_with
                .iter()
                .any(|x| value.starts_with(x.as_str())))
        && (test.on_or_after.is_none() && test.before.is_none()
            || row.date(index).is_some_and(|d| {
                test.on_or_after.is_none_or(|from| d >= from)
                    && test.before.is_none_or(|end| d < end)
            }))
        && (test.at_least_yuan.is_none() && test.below_yuan.is_none()
            || row.fen(index).is_some_and(|fen| {
                let fen_of = |yuan: i64| yuan.saturating_mul(100);
                test.at_least_yuan.is_none_or(|y| fen >= fen_of(y))
                    && test.below_yuan.is_none_or(|y| fen < fen_of(y))
            }))
}
