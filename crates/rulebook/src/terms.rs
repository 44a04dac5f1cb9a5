//! How the terms of cases are counted, by the rulebook and the calendar as it is known.

use crate::{Rulebook, model::Unit};
use jiff::{Timestamp, civil::Date};
use xinheng_domain::{
    calendar::{Calendar, CountStart},
    case::{Days, Length, LengthUnit},
};

/// The rulebook's way of counting, as it was known at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    book: &'a Rulebook,
    known_at: Timestamp,
}

impl Rulebook {
    /// How terms are counted, by the calendar as it was known at a moment.
    #[must_use]
    pub const fn terms(&self, known_at: Timestamp) -> Terms<'_> {
        Terms {
            book: self,
            known_at,
        }
    }
}

impl<'a> Terms<'a> {
    fn calendar(&self) -> Option<&'a Calendar> {
        self.book.calendars().at(self.known_at).ok()
    }
}

impl Days for Terms<'_> {
    fn length(&self, parameter: &str, on: Date) -> Option<Length> {
        let value = self.book.parameter(parameter, on)?;
        let unit = match value.parameter.unit {
            Unit::WorkingDays => LengthUnit::WorkingDays,
            Unit::Days => LengthUnit::Days,
            Unit::Months => LengthUnit::Months,
            Unit::Minutes | Unit::Yuan | Unit::Text | Unit::Count => return None,
        };
        let count = value.number()?;
        Some(Length { count, unit })
    }

    fn after_working_days(&self, from: Date, count: u32) -> Option<(Date, bool)> {
        let deadline = self
            .calendar()?
            .deadline_from(from, count, CountStart::NextDay)
            .ok()?;
        Some((deadline.date, deadline.provisional))
    }

    fn working_days_between(&self, from: Date, to: Date) -> u32 {
        let between = self
            .calendar()
            .and_then(|c| c.working_days_between(from, to).ok());
        between.and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
    }
}
