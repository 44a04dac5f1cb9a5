//! Rows that are no records: passed over, and named once.

use xinheng_checker::{Builtin, Checker, FilePlace, SkippedRow};
use xinheng_domain::finding::{Finding, Severity};

/// How many are named.
const NAMED: usize = 10;

/// The rows passed over so far: the first of them, and how many there are.
#[derive(Debug, Default)]
pub(super) struct Passed {
    rows: Vec<(u64, SkippedRow)>,
    words: Vec<&'static str>,
    count: u64,
}

impl Passed {
    /// Takes the next.
    pub(super) fn push(&mut self, sheet_row: u64, beside: SkippedRow) {
        self.count += 1;
        if self.rows.len() < NAMED {
            self.rows.push((sheet_row, beside));
        }
        // There are only so many words.
        if !self.words.contains(&beside.word) {
            self.words.push(beside.word);
        }
    }

    /// What is to be said of them, at the first.
    pub(super) fn finding(&self, checker: &Checker, sheet: Option<&str>) -> Option<Finding> {
        let (sheet_row, first) = self.rows.first()?;
        let numbers: Vec<String> = self.rows.iter().map(|(row, _)| row.to_string()).collect();
        let mut numbers = numbers.join("、");
        if self.count > self.rows.len() as u64 {
            numbers.push_str(&format!("等{}", self.count));
        }
        let place = FilePlace {
            sheet,
            sheet_row: *sheet_row,
            column: first.column,
            value: &self.words.join("、"),
            other: &numbers,
            ..FilePlace::default()
        };
        let code = Builtin::RowsBesideTable.as_str();
        Some(checker.finding(code, Severity::Warn, place))
    }
}
