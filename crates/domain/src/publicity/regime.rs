//! Publicity regimes: which classes of records there are, who belongs to which, how long each is
//! shown. All of it is data (`rulebook/publicity/`); the rule in force on the day of the decision
//! applies.

use super::Said;
use crate::{basis::Basis, condition::Condition, record::EndKind};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The rules on publicity that held for decisions of a span of days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// Id, e.g. `order-36`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Table the regime belongs to; catalogue items name it.
    pub table: String,
    /// First decision day it holds for; `None` = from the beginning.
    #[serde(default)]
    pub from: Option<Date>,
    /// Last decision day; `None` = still in force.
    #[serde(default)]
    pub until: Option<Date>,
    /// From which day periods are counted.
    #[serde(default)]
    pub clock: ClockStart,
    /// Source of the regime and of its clock.
    pub basis: Vec<Basis>,
    /// Classes, most lenient first. Empty where no rule existed: then nothing is determined.
    #[serde(default, rename = "class")]
    pub classes: Vec<Class>,
    /// Which decisions belong to which class.
    #[serde(default, rename = "rule")]
    pub rules: Vec<ClassRule>,
    /// Where the unit that decided states the class; `None` = nothing it states counts here.
    #[serde(default)]
    pub statement: Option<Statement>,
    /// What the regime means for decisions made before it, where it means anything.
    #[serde(default)]
    pub transition: Option<Transition>,
    /// See [`Said`].
    #[serde(skip)]
    pub said: Said,
}

impl Regime {
    /// Whether it holds for a decision of that day.
    #[must_use]
    pub fn covers(&self, decided_on: Date) -> bool {
        self.from.is_none_or(|from| from <= decided_on)
            && self.until.is_none_or(|until| decided_on <= until)
    }

    /// The class with this id.
    #[must_use]
    pub fn class(&self, id: &str) -> Option<&Class> {
        self.classes.iter().find(|c| c.id == id)
    }
}

/// From which day a publicity period is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockStart {
    /// The day of the decision.
    #[default]
    DecisionDate,
    /// The day the record was first public here.
    FirstPublicDay,
}

/// How a period of months is counted (parameter `publicity.period_start`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodStart {
    /// The starting day is not counted: one year from 10 April ends with the next 10 April.
    #[default]
    NextDay,
    /// The starting day is counted: it ends with the next 9 April.
    SameDay,
}

/// One publicity class of a regime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Id, e.g. `general`.
    pub id: String,
    /// Chinese title, e.g. `一般失信信息`.
    pub title: String,
    /// The word by which the unit that decided states the class, e.g. `一般`: the value of the
    /// row's field with role `stated_class`. `None` = no statement names it.
    #[serde(default)]
    pub stated: Option<String>,
    /// Whether records of the class are shown at all.
    pub shown: bool,
    /// While one is in force, nobody is honoured for good credit.
    #[serde(default)]
    pub grave: bool,
    /// Months before repair may be applied for.
    #[serde(default)]
    pub min_months: Option<u32>,
    /// Months after which it ends by itself.
    #[serde(default)]
    pub max_months: Option<u32>,
    /// What the class means, in one Chinese sentence: the reason where it is not shown.
    pub value: String,
    /// Source.
    pub basis: Basis,
    /// See [`Said`].
    #[serde(skip)]
    pub said: Said,
    /// That a row stated it; see [`Said`].
    #[serde(skip)]
    pub said_stated: Said,
}

/// How the unit that decided states the class. The office has no power to class: among what the
/// rules leave open, the statement settles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Said of a class that the row states, in Chinese; the class's title follows.
    pub value: String,
    /// Said of a class that was recorded from a document of that unit later; the title follows.
    pub recorded: String,
    /// Source.
    pub basis: Basis,
}

/// Which decisions belong to which class. Of all rules that hold, the heaviest class counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassRule {
    /// Id within the regime, e.g. `fine`.
    pub id: String,
    /// Rows it is for.
    pub when: Condition,
    /// Classes that come into question; one = determined.
    pub classes: Vec<String>,
    /// Settles the class alone, whatever other rules say.
    #[serde(default)]
    pub decisive: bool,
    /// Rules of the regime that do not count where this one holds: how a sector's threshold
    /// takes the place of a general rule.
    #[serde(default)]
    pub instead_of: Vec<String>,
    /// One Chinese sentence.
    pub value: String,
    /// Source.
    pub basis: Basis,
    /// See [`Said`].
    #[serde(skip)]
    pub said: Said,
}

/// What a regime means for decisions made before it. The outcome more favourable to the subject
/// is shown: the earlier end, or no publicity at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// What happens where the class under this regime is not determined.
    pub undetermined: Undetermined,
    /// One Chinese sentence.
    pub value: String,
    /// Source.
    pub basis: Basis,
    /// See [`Said`].
    #[serde(skip)]
    pub said: Said,
}

/// What happens to an older decision whose class under the newer regime is not determined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undetermined {
    /// The rule of its own day stands, cut by the latest end any candidate class would allow.
    OwnRegime,
    /// It is held back.
    Hold,
}

/// What withholds a record whatever its class (`rulebook/publicity/effects.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effects {
    /// Values of the field with role `publish` that keep the record from the public.
    #[serde(default)]
    pub publish: Vec<Effect>,
    /// Values of the field with role `dispute_state` that do.
    #[serde(default)]
    pub dispute: Vec<Effect>,
}

/// A value that keeps a record from the public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// Id, e.g. `stayed`.
    pub id: String,
    /// The field's normalised value.
    pub value: String,
    /// Chinese reason.
    pub reason: String,
    /// The decision is no more, annulled or changed: the record is over, not only withheld for a
    /// while.
    #[serde(default)]
    pub ends: Option<EndKind>,
    /// Source.
    pub basis: Basis,
}
