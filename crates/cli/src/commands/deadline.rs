//! `xinheng deadline`

use crate::{
    args::{Deadline, Global, Output},
    output::{self, Outcome},
    screen::screen,
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use std::{io::Write as _, process::ExitCode};
use xinheng_app::AppError;

#[derive(Serialize)]
struct Line<'a> {
    deadline: Date,
    provisional: bool,
    calendar: &'a str,
}

/// Counts working days by the calendar known at a moment.
pub fn run(global: &Global, args: &Deadline) -> Outcome {
    let rulebook = global.place().rulebook()?;
    let known_at = args.known_at.unwrap_or(Timestamp::MAX);
    let bad = |e: xinheng_domain::calendar::CalendarError| AppError::BadInput(e.to_string());
    let calendar = rulebook.calendars().at(known_at).map_err(bad)?;
    let found = calendar.deadline(args.date, args.days).map_err(bad)?;
    let mut out = screen();
    match global.output {
        Output::Json => output::json_line(
            &mut out,
            &Line {
                deadline: found.date,
                provisional: found.provisional,
                calendar: &found.calendar,
            },
        )?,
        Output::Text => {
            let note = if found.provisional {
                "（暂定：所涉年份的放假安排尚未公布）"
            } else {
                ""
            };
            writeln!(
                out,
                "自{}起{}个工作日，最后一天是{}{note}。\n依据的放假安排：{}",
                args.date, args.days, found.date, found.calendar
            )?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
