//! Who acts, when, and with which purpose: the first argument of every use case.

use crate::{AppError, AppResult, Deployment, law::Law};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use xinheng_domain::{act::Act, calendar::civil_day};
use xinheng_store::{Db, audit::AuditEntry};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Anybody, without an account.
    Public,
    /// The operator at the command line of the deployment.
    Operator {
        /// Account name of the operating system, or as given.
        name: String,
    },
    /// A reporting clerk of one department.
    Department {
        /// Department code.
        code: String,
        /// The clerk.
        name: String,
    },
    /// Somebody who signed in. What they may do is read from their roles each time.
    Account {
        /// Account id.
        id: String,
        /// The department for which they act; none for the office.
        department: Option<String>,
    },
}

impl Actor {
    /// The name written into the audit.
    #[must_use]
    pub fn audit_name(&self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::Operator { name } => format!("operator:{name}"),
            Self::Department { code, name } => format!("department:{code}:{name}"),
            Self::Account { id, .. } => format!("account:{id}"),
        }
    }
}

/// Who acts, when, on which deployment.
#[derive(Debug, Clone)]
pub struct Ctx<'a> {
    deployment: &'a Deployment,
    actor: Actor,
    now: Timestamp,
    today: Date,
    /// When it was made, where the clock goes on.
    begun: Option<Instant>,
    /// Nobody waits for the answer any longer.
    gone: Arc<AtomicBool>,
}

/// Work that goes on for longer is stamped as it commits. What is shorter, as every act of a
/// person is, has one moment, which its rows and its audit entry bear alike.
const LONG: Duration = Duration::from_secs(60); // no law: ours, about entries

/// Noon in Asia/Shanghai of a day: "now" where the day is given (tests, training, demonstrations).
pub fn noon(day: Date) -> AppResult<Timestamp> {
    day.at(12, 0, 0, 0)
        .to_zoned(TimeZone::fixed(jiff::tz::offset(8)))
        .map(|z| z.timestamp())
        .map_err(|e| AppError::BadInput(format!("日期 {day} 超出可以处理的范围：{e}。")))
}

impl<'a> Ctx<'a> {
    /// A context for `actor` at `now` (cut to whole seconds).
    #[must_use]
    pub fn new(deployment: &'a Deployment, actor: Actor, now: Timestamp) -> Self {
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        Self {
            deployment,
            actor,
            now,
            today: civil_day(now),
            begun: None,
            gone: Arc::default(),
        }
    }

    /// The same context for somebody who may go: when `gone` is set, long work stops.
    #[must_use]
    pub fn until(self, gone: Arc<AtomicBool>) -> Self {
        Self { gone, ..self }
    }

    /// A number of the rulebook on the day, of those that the program cannot work without.
    ///
    /// # Errors
    /// None is in force.
    pub(crate) fn number(&self, parameter: &str) -> AppResult<u32> {
        self.deployment.number(parameter, self.today)
    }

    /// Long work asks this as it goes on.
    ///
    /// # Errors
    /// Nobody waits for the answer any longer.
    pub fn still_wanted(&self) -> AppResult<()> {
        if self.gone.load(Ordering::Relaxed) {
            return Err(AppError::Fault("没有人再等待结果，已经停止".to_owned()));
        }
        Ok(())
    }

    /// The same context under a clock that goes on while it works. Without this its moment
    /// stands still: a day that was given, a test.
    #[must_use]
    pub fn running(mut self) -> Self {
        self.begun = Some(Instant::now());
        self
    }

    /// The moment that is written down: the context's own, but while long work goes on the
    /// present one, so that what is committed after an hour does not pretend to be an hour old.
    #[must_use]
    pub fn moment(&self) -> Timestamp {
        let elapsed = self.begun.map_or(Duration::ZERO, |begun| begun.elapsed());
        if elapsed < LONG {
            return self.now;
        }
        let later = i64::try_from(elapsed.as_secs()).unwrap_or(0);
        Timestamp::from_second(self.now.as_second().saturating_add(later)).unwrap_or(self.now)
    }

    /// The deployment.
    #[must_use]
    pub const fn deployment(&self) -> &'a Deployment {
        self.deployment
    }

    /// The rules of the day as readers see them.
    #[must_use]
    pub fn law(&self) -> Law<'a> {
        Law::new(self.deployment.rulebook(), self.today)
    }

    /// The database: for the ways to it alone (`kernel.rs`).
    pub(crate) fn db(&self) -> &'a Db {
        self.deployment.db()
    }

    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The moment, whole seconds UTC.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The civil day in Asia/Shanghai.
    #[must_use]
    pub const fn today(&self) -> Date {
        self.today
    }

    /// An audit entry of this context.
    pub(crate) fn audit(&self, act: Act, detail: Value) -> AuditEntry {
        let mut entry = AuditEntry::new(self.moment(), &self.actor.audit_name(), act.id(), detail);
        // One person in several departments: the entry says for which of them it was done.
        if let Actor::Account {
            department: Some(code),
            ..
        } = &self.actor
        {
            entry.detail["acts_for"] = code.clone().into();
        }
        entry
    }
}

/// A UUIDv7 whose time is `at`: ids sort by the clock that was passed in.
#[must_use]
pub(crate) fn new_id(at: Timestamp) -> String {
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    let context = uuid::ContextV7::new();
    uuid::Uuid::new_v7(uuid::Timestamp::from_unix(&context, seconds, 0)).to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use crate::Place;

    #[test]
    fn long_work_is_stamped_as_it_goes_on_and_an_act_has_one_moment() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place {
            data: Some(dir.path().to_owned()),
            ..Place::default()
        };
        let now: Timestamp = "2026-11-30T02:00:00Z".parse().unwrap();
        let deployment = Deployment::create(&place, now).unwrap();
        let ctx = deployment.ctx(Actor::Public, now);
        let after = |seconds| Ctx {
            begun: Instant::now().checked_sub(Duration::from_secs(seconds)),
            ..ctx.clone()
        };
        assert_eq!(
            ctx.audit(Act::DistrictSet, Value::Null).at,
            now,
            "it stands still"
        );
        assert_eq!(after(30).audit(Act::DistrictSet, Value::Null).at, now);
        let hour = after(3600);
        let at = hour.audit(Act::DistrictSet, Value::Null).at;
        assert!((3600..3660).contains(&at.duration_since(now).as_secs()));
        assert_eq!(
            hour.now(),
            now,
            "days and deadlines stay those of its beginning"
        );
    }
}
