//! The day rail of a record: from the decision to the last public day, with today on it.

use crate::filters::{day_text, days_between};
use jiff::civil::Date;
use xinheng_app::view::RecordView;

/// Left and right end of the rail in the drawing's own units.
const LEFT: i64 = 12;
const RIGHT: i64 = 988;
/// Between two marks, so that neither hides the other.
const APART: i64 = 18;

/// Places on the rail, ready for the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rail {
    /// The drawing in words.
    pub(crate) title: String,
    pub(crate) decided_x: Option<i64>,
    pub(crate) from_x: i64,
    pub(crate) past_width: i64,
    pub(crate) repair_x: Option<i64>,
    pub(crate) until_x: i64,
    pub(crate) today_x: i64,
}

impl Rail {
    /// The rail of a record that has a last public day; there is none without an end.
    pub(crate) fn of(record: &RecordView) -> Option<Self> {
        let from = record.line.shown_from;
        let until = record.line.shown_until?;
        let start = record.line.decided_on.map_or(from, |d| d.min(from));
        let whole = days_between(start, until).max(1);
        let x =
            |day: Date| LEFT + days_between(start, day).clamp(0, whole) * (RIGHT - LEFT) / whole;
        let today_x = x(record.when.today);
        // A decision shown on its own day needs one mark; days next to each other need two.
        let decided_x = record.line.decided_on.filter(|d| *d < from).map(x);
        let from_x = decided_x.map_or(x(from), |decided| x(from).max(decided + APART));
        let repair = record.line.earliest_repair.filter(|d| *d <= until);
        let mut title = format!("{}开始公示，{}是最后一天", day_text(from), day_text(until));
        if let Some(day) = repair {
            title.push_str(&format!("，最早从 {}起可以申请修复", day_text(day)));
        }
        Some(Self {
            title,
            decided_x,
            from_x,
            past_width: (today_x - from_x).max(0),
            repair_x: repair.map(x),
            until_x: x(until),
            today_x,
        })
    }
}
