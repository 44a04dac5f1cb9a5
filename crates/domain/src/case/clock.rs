//! Terms of a case: a due day is a pure function of the events.

use super::{
    Case,
    kind::{Clock, ClockFrom, Kind, Passing},
    letter,
};
use jiff::{ToSpan as _, civil::Date};

/// How days are counted, by the rulebook as it is known.
pub trait Days {
    /// The length of a term that began on a day; `None` where no value was in force.
    fn length(&self, parameter: &str, on: Date) -> Option<Length>;
    /// The day on which so many working days from a day end, and whether it rests on a year whose
    /// calendar is not announced; `None` where the calendar does not reach.
    fn after_working_days(&self, from: Date, count: u32) -> Option<(Date, bool)>;
    /// Working days after one day, up to another.
    fn working_days_between(&self, from: Date, to: Date) -> u32;
}

/// The length of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: LengthUnit,
}

/// What a term is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthUnit {
    /// Working days.
    WorkingDays,
    /// Calendar days.
    Days,
    /// Months.
    Months,
}

/// A term that runs, or stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due<'k> {
    /// The term.
    pub clock: &'k Clock,
    /// Its last day; `None` while it stands still or waits for what it is counted from.
    pub on: Option<Date>,
    /// It rests on a year whose calendar is not announced.
    pub provisional: bool,
}

impl Due<'_> {
    /// Whether its last day is over.
    #[must_use]
    pub fn passed(&self, today: Date) -> bool {
        self.on.is_some_and(|on| on < today)
    }
}

/// The terms of a case where it stands.
#[must_use]
pub fn due<'k>(kind: &'k Kind, case: &Case, days: &dyn Days) -> Vec<Due<'k>> {
    let here = case.state();
    let is_here = |states: &[String]| states.iter().any(|s| s == here);
    let served = |letter: &String| case.served(kind, letter).is_some();
    let running = kind.clocks.iter().filter_map(|clock| {
        if clock.until_served.as_ref().is_some_and(served) {
            return None;
        }
        if is_here(&clock.pauses_in) {
            return Some(Due {
                clock,
                on: None,
                provisional: false,
            });
        }
        is_here(&clock.runs_in).then(|| ends(kind, case, clock, days))
    });
    running.collect()
}

/// The term with this id, wherever the case stands: rights end and are asked for later.
#[must_use]
pub fn one<'k>(kind: &'k Kind, case: &Case, id: &str, days: &dyn Days) -> Option<Due<'k>> {
    let clock = kind.clocks.iter().find(|c| c.id == id)?;
    Some(ends(kind, case, clock, days))
}

fn ends<'k>(kind: &Kind, case: &Case, clock: &'k Clock, days: &dyn Days) -> Due<'k> {
    let (on, provisional) = match begun(kind, case, clock) {
        Some((at, from)) => last_day(kind, case, clock, (at, from), days),
        None => (None, false),
    };
    Due {
        clock,
        on,
        provisional,
    }
}

/// The event after which a term runs, and the day from which it is counted.
fn begun(kind: &Kind, case: &Case, clock: &Clock) -> Option<(usize, Date)> {
    let within = |state: &str| {
        let states = clock.runs_in.iter().chain(&clock.pauses_in);
        states.into_iter().any(|s| s == state)
    };
    let last = |step: &str| case.events.iter().rposition(|e| e.step == step);
    match &clock.from {
        ClockFrom::Entered => {
            let entered = (0..case.events.len()).rev().find(|at| {
                let before = at.checked_sub(1).and_then(|b| case.events.get(b));
                let now = case.events.get(*at);
                now.is_some_and(|e| within(&e.state)) && before.is_none_or(|e| !within(&e.state))
            })?;
            Some((entered, case.events.get(entered)?.day()))
        }
        ClockFrom::Step(step) => {
            let at = last(step)?;
            Some((at, case.events.get(at)?.day()))
        }
        ClockFrom::Field(field) => {
            let at = case
                .events
                .iter()
                .rposition(|e| e.fields.contains_key(field))?;
            let day = case.events.get(at)?.fields.get(field)?;
            Some((at, day.parse().ok()?))
        }
        ClockFrom::LineDue(group) => {
            let line = kind.line(group)?;
            let due = line.due.as_ref()?;
            let rows = case.lines(kind, line);
            let days = rows.iter().filter(|row| !row.closed);
            let days = days.filter_map(|row| row.fields.get(due)?.parse().ok());
            Some((0, days.min()?))
        }
        ClockFrom::Served(letter) => {
            let service = case.served(kind, letter)?;
            let at = case.events.iter().position(|e| e.seq == service.seq)?;
            Some((at, letter::served_on(service)?))
        }
    }
}

fn last_day(
    kind: &Kind,
    case: &Case,
    clock: &Clock,
    (at, from): (usize, Date),
    days: &dyn Days,
) -> (Option<Date>, bool) {
    let Some(parameter) = &clock.parameter else {
        return (Some(from), false);
    };
    let Some(length) = days.length(parameter, from) else {
        return (None, false);
    };
    let since = case.events.get(at..).unwrap_or_default();
    let mut count = length.count;
    for event in since {
        let extends = kind.step(&event.step).and_then(|s| s.extends.as_ref());
        if let Some(extends) = extends.filter(|e| e.clock == clock.id) {
            let more = days.length(&extends.parameter, from).map_or(0, |l| l.count);
            count = count.saturating_add(more);
        }
    }
    // What passed while it stood still is added at its end.
    let still = since.windows(2).filter_map(|pair| match pair {
        [paused, resumed] if clock.pauses_in.contains(&paused.state) => {
            Some((paused.day(), resumed.day()))
        }
        _ => None,
    });
    match length.unit {
        LengthUnit::WorkingDays => {
            let still: u32 = still.map(|(a, b)| days.working_days_between(a, b)).sum();
            match days.after_working_days(from, count.saturating_add(still)) {
                Some((day, provisional)) => (Some(day), provisional),
                None => (None, false),
            }
        }
        LengthUnit::Days | LengthUnit::Months => {
            let still: i32 = still.map(|(a, b)| (b - a).get_days()).sum();
            let span = match length.unit {
                LengthUnit::Months => i32::try_from(count).unwrap_or(0).months(),
                _ => i32::try_from(count).unwrap_or(0).days(),
            };
            let end = from.checked_add(span).ok();
            (end.and_then(|d| d.checked_add(still.days()).ok()), false)
        }
    }
}

/// Roles that have a late case on their desk as well.
#[must_use]
pub(super) fn late_to<'k>(due: &[Due<'k>], today: Date) -> Vec<&'k str> {
    let passed = due.iter().filter(|d| d.passed(today));
    let mut roles: Vec<&str> = passed
        .filter_map(|d| match &d.clock.passing {
            Passing::Late { to } => Some(to),
            Passing::Ends | Passing::Step(_) => None,
        })
        .flatten()
        .map(String::as_str)
        .collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}
