//! When a department hands in its files: more in spring and at the year's end, fewer around the
//! holidays, on working days only.

use crate::random::Random;
use jiff::{ToSpan, civil::Date, civil::Weekday};

/// First day of the present repair regime: the story of two regimes stands on both sides of it, and
/// from then on notices state a class. The rule itself is in the rulebook; this is only where the
/// stories are set.
pub(crate) const NEW_REGIME: Date = jiff::civil::date(2026, 4, 1);

/// How busy each month is, January first.
const MONTHS: [u64; 12] = [10, 6, 12, 12, 9, 11, 10, 9, 12, 8, 13, 14];

/// Days on which a department files, in order, none after `end`. The days part the busyness of
/// the span evenly, so that seasons show.
pub(crate) fn filing_days(rows: usize, start: Date, end: Date, random: &mut Random) -> Vec<Date> {
    let wanted = wanted(rows);
    let days: Vec<Date> = start.series(1.day()).take_while(|d| *d <= end).collect();
    let busy = |d: &Date| {
        let month = usize::try_from(d.month()).unwrap_or(1).saturating_sub(1);
        MONTHS.get(month).copied().unwrap_or(10)
    };
    let all: u64 = days.iter().map(busy).sum();
    let step = (all / wanted.max(1)).max(1);
    let mut found = Vec::new();
    let mut next = u64::try_from(random.below(usize::try_from(step).unwrap_or(1))).unwrap_or(0);
    let mut passed = 0;
    for day in &days {
        passed += busy(day);
        if passed > next {
            next += step;
            found.push(working_day(*day));
        }
    }
    if rows > 60 {
        // Busy departments file in the last week too, so that the home page has news.
        found.push(working_day(end.saturating_sub(
            i64::try_from(random.below(4)).unwrap_or(0).days(),
        )));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// About the square root: a busy department files often and much, a quiet one rarely.
fn wanted(rows: usize) -> u64 {
    let root = (1..=200_usize).find(|r| r * r >= rows).unwrap_or(200);
    u64::try_from((root * 2).clamp(2, 110)).unwrap_or(2)
}

/// The day itself or the last one before it that is neither weekend nor one of the fixed holidays.
/// Good enough for invented files; the product's calendars are in the rulebook.
pub(crate) fn working_day(day: Date) -> Date {
    let mut day = day;
    while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || holiday(day) {
        day = day.saturating_sub(1.day());
    }
    day
}

fn holiday(day: Date) -> bool {
    matches!((day.month(), day.day()), (1, 1) | (5, 1..=3) | (10, 1..=7))
}
