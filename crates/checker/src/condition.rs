//! Conditions with their fields found once: what [`xinheng_domain::condition`] says, by index.

use jiff::civil::Date;
use memchr::memmem::Finder;
use xinheng_domain::{
    catalogue::Form,
    condition::{Condition, FieldTest, VALUE_SEPARATOR},
};

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
    Field(usize, Compared),
}

/// A test of a field: only what it asks for, and that made ready.
#[derive(Debug, Clone)]
pub(super) struct Compared {
    present: Option<bool>,
    demands: Vec<Demand>,
}

/// One thing that is asked of a value; see [`FieldTest`].
#[derive(Debug, Clone)]
enum Demand {
    Is(Vec<String>),
    Has {
        among: Vec<String>,
        /// Bytes of the shortest of them.
        shortest: usize,
    },
    Only(Vec<String>),
    Contains(Vec<Finder<'static>>),
    StartsWith(Vec<String>),
    Days {
        from: Option<Date>,
        before: Option<Date>,
    },
    /// In fen.
    Amounts {
        least: Option<i64>,
        below: Option<i64>,
    },
}

impl Test {
    /// Finds the fields of `condition`.
    ///
    /// # Errors
    /// Names the field that the form does not have.
    pub(super) fn compile(condition: &Condition, form: Form<'_>) -> Result<Self, String> {
        let each = |parts: &[Condition]| -> Result<Vec<Self>, String> {
            parts.iter().map(|c| Self::compile(c, form)).collect()
        };
        Ok(match condition {
            Condition::All { all } => Self::All(each(all)?),
            Condition::Any { any } => Self::Any(each(any)?),
            Condition::Not { not } => Self::Not(Box::new(Self::compile(not, form)?)),
            Condition::Field(test) => {
                let index = index_of(form, &test.field)?;
                Self::Field(index, Compared::new(test))
            }
        })
    }

    /// Whether it fails in every row of a file without some columns.
    pub(super) fn never_holds(&self, missing: &dyn Fn(usize) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().any(|t| t.never_holds(missing)),
            Self::Any(parts) => parts.iter().all(|t| t.never_holds(missing)),
            Self::Not(_) => false,
            Self::Field(index, own) => own.present != Some(false) && missing(*index),
        }
    }

    pub(super) fn holds(&self, row: &impl Indexed) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|t| t.holds(row)),
            Self::Any(parts) => parts.iter().any(|t| t.holds(row)),
            Self::Not(part) => !part.holds(row),
            Self::Field(index, test) => test.holds(*index, row),
        }
    }
}

/// Index of the field with this id.
pub(super) fn index_of(form: Form<'_>, id: &str) -> Result<usize, String> {
    form.place(id).ok_or_else(|| id.to_owned())
}

impl Compared {
    fn new(test: &FieldTest) -> Self {
        let fen = |yuan: i64| yuan.saturating_mul(100);
        let listed = |list: &[String]| Some(list.to_vec()).filter(|list| !list.is_empty());
        let finder = |word: &String| Finder::new(word.as_bytes()).into_owned();
        let contains: Vec<_> = test.contains.iter().map(finder).collect();
        let has = |among: Vec<String>| Demand::Has {
            shortest: among.iter().map(String::len).min().unwrap_or_default(),
            among,
        };
        let dated = test.on_or_after.is_some() || test.before.is_some();
        let valued = test.at_least_yuan.is_some() || test.below_yuan.is_some();
        let demands = [
            listed(&test.is).map(Demand::Is),
            listed(&test.has).map(has),
            listed(&test.only).map(Demand::Only),
            (!contains.is_empty()).then_some(Demand::Contains(contains)),
            listed(&test.starts_with).map(Demand::StartsWith),
            dated.then_some(Demand::Days {
                from: test.on_or_after,
                before: test.before,
            }),
            valued.then_some(Demand::Amounts {
                least: test.at_least_yuan.map(fen),
                below: test.below_yuan.map(fen),
            }),
        ];
        Self {
            present: test.present,
            demands: demands.into_iter().flatten().collect(),
        }
    }

    fn holds(&self, index: usize, row: &impl Indexed) -> bool {
        match (row.text(index), self.present) {
            (None, present) => present == Some(false),
            (Some(_), Some(false)) => false,
            (Some(value), _) => self.demands.iter().all(|d| d.is_met(value, index, row)),
        }
    }
}

impl Demand {
    fn is_met(&self, value: &str, index: usize, row: &impl Indexed) -> bool {
        let among = |list: &[String], v: &str| list.iter().any(|x| x == v);
        match self {
            Self::Is(list) => among(list, value),
            Self::Has {
                among: list,
                shortest,
            } => {
                let mut parts = value.split(VALUE_SEPARATOR);
                among(list, value) || value.len() > *shortest && parts.any(|v| among(list, v))
            }
            Self::Only(list) => value.split(VALUE_SEPARATOR).all(|v| among(list, v)),
            Self::Contains(words) => words.iter().any(|x| x.find(value.as_bytes()).is_some()),
            Self::StartsWith(list) => list.iter().any(|x| value.starts_with(x.as_str())),
            Self::Days { from, before } => row.date(index).is_some_and(|day| {
                from.is_none_or(|from| day >= from) && before.is_none_or(|end| day < end)
            }),
            Self::Amounts { least, below } => row.fen(index).is_some_and(|fen| {
                least.is_none_or(|least| fen >= least) && below.is_none_or(|end| fen < end)
            }),
        }
    }
}
