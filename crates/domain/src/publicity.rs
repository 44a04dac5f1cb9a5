//! Who is public on which day, for how long, and why (publicity period 公示期).

mod class;
mod decide;
mod mode;
mod regime;
mod statement;
#[cfg(test)]
mod tests;

pub use class::{ClassView, class_view, period_end};
pub use decide::{FileEnd, Inputs, decide};
pub use mode::Mode;
pub use regime::{
    Class, ClassRule, ClockStart, Effect, Effects, PeriodStart, Regime, Statement, Transition,
    Undetermined,
};
pub use statement::{RuleRow, facts, states_class};

use crate::basis::Basis;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};

/// The answer of the rulebook for one record. Dates are stored, never a state: whether the
/// record is public on a day is computed from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What follows.
    pub outcome: Outcome,
    /// Every rule that was used, with the value it gave: "why that long".
    pub trace: Vec<Arc<RuleUse>>,
}

/// What the rulebook says about a record's publicity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// Public from a day to a day. Where `until` is before `from`, the period was over before
    /// the record could be shown: it is ended and public on no day.
    Shown {
        /// Publicity class id, where the item has classes.
        class: Option<String>,
        /// First day.
        from: Date,
        /// Last day, inclusive; `None` = until an event ends it (a long-term permit).
        until: Option<Date>,
        /// First day on which repair may be applied for.
        earliest_repair: Option<Date>,
    },
    /// Not public in this version, on no day; a later version (a stay that ended) may be.
    Never {
        /// Class, where it is the class that says so.
        class: Option<String>,
        /// Chinese reason.
        reason: String,
    },
    /// The class is not determined (类别未定): held back until the unit that decided states it
    /// (I5).
    Held {
        /// Classes that come into question, most lenient first.
        candidates: Vec<String>,
        /// The day the alarm is raised, before the deadline for publishing.
        alarm_on: Date,
    },
}

/// One rule used in a decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RuleUse {
    /// Rule id, e.g. `publicity.order-36.general`.
    pub rule: String,
    /// What it gave, in Chinese, e.g. `一般失信信息，最长公示一年，自决定文书之日起算`.
    pub value: String,
    /// Its source.
    pub basis: Option<Basis>,
}

impl RuleUse {
    /// Whether it is that the row states the class: what it gives as its basis belongs to it.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        self.rule.rsplit('.').next() == Some(class::STATED)
    }
}

/// What a rule says of itself where it is used: made once, shared by all decisions.
#[derive(Debug, Clone, Default)]
pub struct Said(OnceLock<Arc<RuleUse>>);

impl Said {
    /// Hands it out; `make` says it the first time.
    pub fn say(&self, make: impl FnOnce() -> RuleUse) -> Arc<RuleUse> {
        Arc::clone(self.0.get_or_init(|| Arc::new(make())))
    }
}

/// What was said already makes no difference to the rule.
impl PartialEq for Said {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Said {}

/// The cached columns of a decision, keyed by the rulebook's digest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PublicityColumns {
    /// First public day; `None` = never public or held back.
    pub from: Option<Date>,
    /// Last public day, inclusive.
    pub until: Option<Date>,
    /// First day on which repair may be applied for.
    pub earliest_repair: Option<Date>,
    /// Class id.
    pub class: Option<String>,
    /// Set while held back: the day of the alarm.
    pub alarm_on: Option<Date>,
    /// Set where never public: the reason.
    pub never: Option<String>,
    /// The trace as JSON text: a few dozen for a million records.
    pub trace: Arc<str>,
    /// Digest of the rulebook that gave the answer.
    pub rulebook: Arc<str>,
}

impl Decision {
    /// The columns to be cached with a record. `rulebook` is the digest that gave the answer.
    ///
    /// # Errors
    /// The trace cannot be written as JSON.
    pub fn columns(&self, rulebook: &str) -> serde_json::Result<PublicityColumns> {
        let trace = serde_json::to_string(&self.trace)?;
        Ok(self.columns_with(trace.into(), rulebook.into()))
    }

    /// The same where the trace is written already.
    #[must_use]
    pub fn columns_with(&self, trace: Arc<str>, rulebook: Arc<str>) -> PublicityColumns {
        let blank = PublicityColumns {
            trace,
            rulebook,
            ..PublicityColumns::default()
        };
        match &self.outcome {
            Outcome::Shown {
                class,
                from,
                until,
                earliest_repair,
            } => PublicityColumns {
                class: class.clone(),
                from: Some(*from),
                until: *until,
                earliest_repair: *earliest_repair,
                ..blank
            },
            Outcome::Never { class, reason } => PublicityColumns {
                class: class.clone(),
                never: Some(reason.clone()),
                ..blank
            },
            Outcome::Held { alarm_on, .. } => PublicityColumns {
                alarm_on: Some(*alarm_on),
                ..blank
            },
        }
    }
}

impl PublicityColumns {
    /// Whether the dates allow the public to see the record on `day`.
    #[must_use]
    pub fn public_on(&self, day: Date) -> bool {
        self.from.is_some_and(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}
