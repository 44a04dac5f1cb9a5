//! The two answers that need several rules at once: when must it be public, and when may it be.

use crate::{InForce, Rulebook};
use jiff::{Timestamp, civil::Date};
use std::sync::Arc;
use xinheng_checker::PublicityRules;
use xinheng_domain::{
    basis::Basis,
    calendar::{CalendarError, CountStart},
    catalogue::{Item, PublicityRule, Role},
    condition::Values,
    publicity::{self, Decision, Inputs, PeriodStart, RuleUse},
    record::ClockColumns,
};

const COUNT_START: &str = "sgs.count_start";
const ALARM_LEAD: &str = "publicity.alarm_lead";
const PERIOD_START: &str = "publicity.period_start";

/// Days before its end from which a record is marked as ending soon; asked by `app`.
pub const ENDING_SOON: &str = "display.ending_soon";
/// Below so many, reasons for withholding are counted together; asked by `app`.
pub const SMALL_NUMBER: &str = "display.small_number";

/// Days for which a natural person's row is kept once it was accepted above; asked by `app`.
pub const PERSONS_KEPT: &str = "person.kept_after_acceptance";

/// Days for which the public is told of a decision that is no more; asked by `app`.
pub const WITHDRAWAL_NOTICE: &str = "publicity.withdrawal_notice";

/// Working days for reading a text that the finder doubts; asked by `app`.
pub const READING_DUE: &str = "person.reading_due";

/// Days for reading a text that had been shown before it was doubted; asked by `app`.
pub const PUBLISHED_READING_DUE: &str = "person.published_reading_due";

/// Shortest password, in characters; asked by `app`, as the next four.
pub const PASSWORD_MIN: &str = "account.password_min";
/// Failed sign-ins after which one waits.
pub const LOCK_AFTER: &str = "account.lock_after";
/// For so many minutes.
pub const LOCK_MINUTES: &str = "account.lock_minutes";
/// Minutes without a request after which a session ends.
pub const SESSION_IDLE: &str = "account.session_idle";
/// Minutes after which it ends whatever is done.
pub const SESSION_LONGEST: &str = "account.session_longest";
/// So many passwords before cannot be taken again.
pub const PASSWORD_HISTORY: &str = "account.password_history";
/// Days after which a password is changed.
pub const PASSWORD_DAYS: &str = "account.password_days";
/// Days of a year within which its roster is confirmed.
pub const ROSTER_DUE: &str = "account.roster_due";
/// Days for which a prepared file is kept.
pub const HAND_IN_KEPT: &str = "account.hand_in_kept";

/// Months for which a revoked repair bars a new one; asked by `app`.
pub const REPAIR_BAR: &str = "repair.false_bar";

/// Days after which an organisation is told who looked at its records; asked by `app`.
pub const LOOKS_TOLD: &str = "display.looks_told";

/// How long an application for repair takes; told by `app`, computes nothing.
pub const REPAIR_TOLD: [&str; 2] = ["repair.accept", "repair.site_reply"];

/// Until when a decision may be contested; told by `app`, computes nothing.
pub const REMEDIES_TOLD: [&str; 2] = ["remedy.reconsideration", "remedy.suit"];

/// Parameters that code names. Catalogue items name the others.
pub(crate) const NAMED_PARAMETERS: [&str; 20] = [
    COUNT_START,
    ALARM_LEAD,
    PERIOD_START,
    ENDING_SOON,
    SMALL_NUMBER,
    PERSONS_KEPT,
    WITHDRAWAL_NOTICE,
    READING_DUE,
    PUBLISHED_READING_DUE,
    PASSWORD_MIN,
    PASSWORD_HISTORY,
    PASSWORD_DAYS,
    LOCK_AFTER,
    LOCK_MINUTES,
    SESSION_IDLE,
    SESSION_LONGEST,
    ROSTER_DUE,
    HAND_IN_KEPT,
    REPAIR_BAR,
    LOOKS_TOLD,
];

/// No deadline can be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// The calendar does not reach.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

impl Rulebook {
    /// The publishing clock of a row, or `None` where no deadline was in force on that day or the
    /// item has no clock.
    ///
    /// # Errors
    /// The calendar, as known at `known_at`, does not reach that far.
    pub fn clock<V: Values + ?Sized>(
        &self,
        item: &Item,
        row: &V,
        known_at: Timestamp,
    ) -> Result<Option<ClockColumns>, ClockError> {
        let Some((from, days)) = self.clock_of(item, row) else {
            return Ok(None);
        };
        let calendar = self.calendars.at(known_at)?;
        let count = days.number().unwrap_or_default();
        let deadline = calendar.deadline_from(from, count, self.count_start(from))?;
        Ok(Some(ClockColumns {
            deadline: deadline.date,
            provisional: deadline.provisional,
            rule: days.rule(),
            calendar: deadline.calendar.into_owned(),
        }))
    }

    fn clock_of<V: Values + ?Sized>(&self, item: &Item, row: &V) -> Option<(Date, InForce<'_>)> {
        let clock = item.clock.as_ref()?;
        let from: Date = row.value(&clock.from_field)?.parse().ok()?;
        Some((from, self.parameter(&clock.parameter, from)?))
    }

    /// From which day working days are counted, by the parameter in force.
    #[must_use]
    pub fn count_start(&self, on: Date) -> CountStart {
        match self.word(COUNT_START, on) {
            Some("same_day") => CountStart::SameDay,
            _ => CountStart::NextDay,
        }
    }

    fn word(&self, id: &str, on: Date) -> Option<&str> {
        self.parameter(id, on)?.value.text.as_deref()
    }

    /// From when to when a row is public, and why. `first_day` is the day its batch was
    /// received (for a later version: the day the first one was), `officer_class` the class that
    /// an officer recorded from a document of the unit that decided, after the row came.
    #[must_use]
    pub fn decide_publicity<V: Values + ?Sized>(
        &self,
        item: &Item,
        row: &V,
        first_day: Date,
        officer_class: Option<&str>,
        known_at: Timestamp,
    ) -> Decision {
        let decided_on = item
            .by_role(Role::DecisionDate)
            .and_then(|f| row.value(&f.id))
            .and_then(|v| v.parse().ok());
        publicity::decide(&Inputs {
            item,
            row,
            first_day,
            regimes: &self.regimes,
            effects: &self.effects,
            period_start: self.period_start(decided_on.unwrap_or(first_day)),
            months: match (&item.publicity, decided_on) {
                (PublicityRule::Months { parameter }, Some(on)) => self.months(parameter, on),
                _ => None,
            },
            alarm_on: self.alarm_on(item, row, first_day, known_at),
            officer_class,
        })
    }

    /// What the checker holds a row's own class and last day of publicity against.
    #[must_use]
    pub fn publicity_rules(&self) -> PublicityRules {
        let parameter = self.parameters.iter().find(|p| p.id == PERIOD_START);
        let values = parameter.map_or(&[][..], |p| &p.values);
        // Every day on which the value in force may change.
        let changes = values
            .iter()
            .flat_map(|v| [Some(v.from), v.until.and_then(|d| d.tomorrow().ok())])
            .flatten();
        let periods = changes.map(|day| (day, self.period_start(day).0));
        let cite = |basis: &Basis| self.cite(basis);
        PublicityRules::new(&self.regimes, &self.effects, periods.collect(), &cite)
    }

    /// The day of the alarm that a class is still not stated: some working days before the
    /// deadline for publishing, but not before the record came.
    fn alarm_on<V: Values + ?Sized>(
        &self,
        item: &Item,
        row: &V,
        first_day: Date,
        known_at: Timestamp,
    ) -> Date {
        let alarm = || {
            let (from, days) = self.clock_of(item, row)?;
            let lead = self.parameter(ALARM_LEAD, from)?.number()?;
            let days = days.number()?.saturating_sub(lead);
            let calendar = self.calendars.at(known_at).ok()?;
            let deadline = calendar.deadline_from(from, days, self.count_start(from));
            Some(deadline.ok()?.date)
        };
        alarm().map_or(first_day, |day| day.max(first_day))
    }

    /// How months are counted for a decision of that day. Before the first value the first one
    /// is used: a way of counting is not a duty that needs to have been in force.
    fn period_start(&self, on: Date) -> (PeriodStart, Arc<RuleUse>) {
        let in_force = self.parameter(PERIOD_START, on).or_else(|| {
            let parameter = self.parameters.iter().find(|p| p.id == PERIOD_START)?;
            let value = parameter.values.iter().min_by_key(|v| v.from)?;
            Some(InForce { parameter, value })
        });
        let word = in_force.and_then(|p| p.value.text.as_deref());
        let (start, value) = match word {
            Some("same_day") => (PeriodStart::SameDay, "期间自起算日当日起计算"),
            _ => (
                PeriodStart::NextDay,
                "期间自起算日的次日起计算，到期月的对应日为最后一日，没有对应日的为月末日",
            ),
        };
        let rule = || RuleUse {
            rule: in_force.map_or_else(|| PERIOD_START.to_owned(), |p| p.rule()),
            value: value.to_owned(),
            basis: in_force.map(|p| p.value.basis.clone()),
        };
        let said = match in_force {
            Some(p) => p.value.said.say(rule),
            None => Arc::new(rule()),
        };
        (start, said)
    }

    fn months(&self, parameter: &str, on: Date) -> Option<(u32, Arc<RuleUse>)> {
        let in_force = self.parameter(parameter, on)?;
        let rule = in_force.value.said.say(|| RuleUse {
            rule: in_force.rule(),
            value: format!("{}：{}", in_force.parameter.title, in_force.shown()),
            basis: Some(in_force.value.basis.clone()),
        });
        Some((in_force.number()?, rule))
    }
}
