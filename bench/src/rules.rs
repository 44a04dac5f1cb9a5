//! Codes and deadlines a second, on one core.

use crate::{check::RULEBOOK, generate, measure::Meter};
use jiff::{Timestamp, ToSpan as _, civil::date};
use std::{error::Error, hint::black_box, path::Path};
use xinheng_domain::{calendar::CountStart, code};
use xinheng_rulebook::Rulebook;

type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Different codes and days gone through again and again: they stay in the processor's cache.
const DIFFERENT: u32 = 10_000;
const ROUNDS: u32 = 2_000;

/// Measures both.
///
/// # Errors
/// The rulebook cannot be loaded; a calendar does not reach.
pub fn run() -> Done {
    println!("== codes and deadlines, one core");
    let rulebook = Rulebook::load(Some(Path::new(RULEBOOK)))?;
    let tables = rulebook.code_tables();
    let codes: Vec<String> = (0..DIFFERENT)
        .map(|n| generate::organisation(n * 977).1)
        .collect();
    let count = u64::from(DIFFERENT) * u64::from(ROUNDS);
    let mut valid = Meter::new("codes: sound or not");
    let sound = valid.run(|| {
        let mut sound = 0_u64;
        for _ in 0..ROUNDS {
            for code in &codes {
                sound += u64::from(code::is_valid(black_box(code.as_bytes())));
            }
        }
        sound
    });
    valid.report(count);
    let mut full = Meter::new("codes: every verdict");
    let good = full.run(|| {
        let mut good = 0_u64;
        for _ in 0..ROUNDS {
            for code in &codes {
                let checked = code::check(black_box(code), tables);
                good += u64::from(checked.severity == code::CodeSeverity::Ok);
            }
        }
        good
    });
    full.report(count);
    if sound != count || good != count {
        return Err(format!("{sound} and {good} of {count} codes are sound").into());
    }
    let calendar = rulebook.calendars().at(Timestamp::MAX)?;
    let first = date(2019, 1, 1);
    let days: Vec<_> = (0..2_500)
        .map(|n| first.checked_add(n.days()))
        .collect::<Result<_, _>>()?;
    let mut deadlines = Meter::new("deadlines: the seventh working day");
    deadlines.run(|| -> Done {
        for _ in 0..ROUNDS * 4 {
            for day in &days {
                black_box(calendar.deadline_from(black_box(*day), 7, CountStart::NextDay)?);
            }
        }
        Ok(())
    })?;
    deadlines.report(days.len() as u64 * u64::from(ROUNDS) * 4);
    Ok(())
}
