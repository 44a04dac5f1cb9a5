//! Cases (办件): work that moves between people under a clock. What a case is stands in its events;
//! everything else is computed from them and its kind.

mod clock;
pub mod kind;
pub mod letter;
mod proof;
mod step;

pub use clock::{Days, Due, Length, LengthUnit, one as term};
pub use kind::{Effect, Fact, Kind, Of, Phase, Step, Who};
pub use proof::faults;
pub use step::{
    Answer, Desk, Granted, Mover, Offer, Refused, Standing, World, brought, event, guard, is_told,
    may, opening, standing,
};

use crate::{calendar::civil_day, condition::Values};
use jiff::{Timestamp, civil::Date};
use kind::Line;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A case's number: the key by which it is spread, `-`, twelve unguessable characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub String);

impl CaseId {
    /// Puts a number together from its parts.
    #[must_use]
    pub fn new(key: &str, tail: &str) -> Self {
        Self(format!("{key}-{tail}"))
    }

    /// The key inside; empty where the text is no number of a case.
    #[must_use]
    pub fn key(&self) -> &str {
        self.0.rsplit_once('-').map_or("", |(key, _)| key)
    }

    /// The unguessable characters.
    #[must_use]
    pub fn tail(&self) -> &str {
        self.0.rsplit_once('-').map_or(&*self.0, |(_, tail)| tail)
    }
}

impl std::fmt::Display for CaseId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Field of every event about a record: the record's version at that moment.
pub const VERSION: &str = "@version";
/// Field of every event for which the organisation's records were looked at: what was found.
pub const SCREENED: &str = "@screened";
/// Who does what time or a record has brought.
pub const SYSTEM: &str = "system";

/// Something that was done in a case. Events are added, never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// From 1.
    pub seq: u32,
    /// Step of the kind.
    pub step: String,
    /// Who, as the audit names them.
    pub actor: String,
    /// In which role; none where the system did it.
    pub role: Option<String>,
    /// For which department; none for the office.
    pub department: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What was filled in, normalised, by field.
    pub fields: BTreeMap<String, String>,
    /// Where the case stands afterwards.
    pub state: String,
    /// The department to which it is assigned afterwards.
    pub assigned: Option<String>,
}

impl Event {
    /// The civil day on which it was done.
    #[must_use]
    pub fn day(&self) -> Date {
        civil_day(self.at)
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its number.
    pub id: CaseId,
    /// Its kind.
    pub kind: String,
    /// First day of the edition of the kind under which it was opened.
    pub edition: Date,
    /// What it is about: a record's number, a subject's key, a department's code.
    pub about: Option<String>,
    /// What was done, in order. Never empty once it is opened.
    pub events: Vec<Event>,
}

impl Case {
    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> &str {
        self.events.last().map_or("", |e| &e.state)
    }

    /// The department to which it is assigned.
    #[must_use]
    pub fn assigned(&self) -> Option<&str> {
        self.events.last()?.assigned.as_deref()
    }

    /// The event with which it began.
    #[must_use]
    pub fn opened(&self) -> Option<&Event> {
        self.events.first()
    }

    /// The number of the last event.
    #[must_use]
    pub fn seq(&self) -> u32 {
        self.events.last().map_or(0, |e| e.seq)
    }

    /// The event with which it came where it stands.
    #[must_use]
    pub fn arrived(&self) -> Option<&Event> {
        let here = self.state();
        let stayed = self.events.iter().rev().take_while(|e| e.state == here);
        stayed.last()
    }

    /// The last event of a step.
    #[must_use]
    pub fn last(&self, step: &str) -> Option<&Event> {
        self.events.iter().rev().find(|e| e.step == step)
    }

    /// The rows of a group.
    #[must_use]
    pub fn lines<'a>(&'a self, kind: &Kind, group: &Line) -> Vec<LineRow<'a>> {
        let mut rows: Vec<LineRow<'a>> = Vec::new();
        for event in &self.events {
            let Some(step) = kind.step(&event.step) else {
                continue;
            };
            if step.add.as_ref() == Some(&group.id) {
                rows.push(LineRow {
                    fields: &event.fields,
                    department: group
                        .department
                        .as_ref()
                        .and_then(|f| event.fields.get(f))
                        .map(String::as_str),
                    closed: false,
                });
            }
            if step.close.as_ref() == Some(&group.id) {
                let own = event.department.as_deref();
                let mut open = rows.iter_mut().filter(|r| !r.closed);
                if let Some(row) = open.find(|r| r.department == own) {
                    row.closed = true;
                }
            }
        }
        rows
    }
}

/// A row that a case has collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow<'a> {
    /// Its values.
    pub fields: &'a BTreeMap<String, String>,
    /// The department it is for.
    pub department: Option<&'a str>,
    /// Nothing is to be done for it any longer.
    pub closed: bool,
}

/// What was filled in last, in a case and in the step that is being judged.
#[derive(Debug, Clone, Copy)]
pub struct Filled<'a> {
    /// The case; none where it is being opened.
    pub case: Option<&'a Case>,
    /// The step's own fields.
    pub now: &'a BTreeMap<String, String>,
}

impl Values for Filled<'_> {
    fn value(&self, field: &str) -> Option<&str> {
        let events = self.case.map_or(&[][..], |case| &case.events);
        let earlier = || events.iter().rev().find_map(|e| e.fields.get(field));
        let value = self.now.get(field).or_else(earlier)?;
        Some(value.as_str()).filter(|v| !v.is_empty())
    }
}
