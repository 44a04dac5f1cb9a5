//! What one answer says about one row, in as many rows as it likes.

use super::Answer;
use xinheng_domain::{
    check::{Checker, FilePlace},
    finding::{Finding, Severity},
};
use xinheng_store::forward::Sent;

/// Code of the finding about a row that was both accepted and refused.
const CONTRADICTS: &str = "receipt-contradicts";
/// Row numbers told of each answer to one row.
const TOLD: usize = 5;

/// All that an answer says about one row sent.
pub(super) struct About<'a> {
    pub(super) sent: &'a Sent,
    pub(super) accepted: Vec<&'a Answer>,
    refused: Vec<&'a Answer>,
}

impl<'a> About<'a> {
    pub(super) const fn new(sent: &'a Sent) -> Self {
        Self {
            sent,
            accepted: Vec::new(),
            refused: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, answer: &'a Answer) {
        if answer.accepted {
            self.accepted.push(answer);
        } else {
            self.refused.push(answer);
        }
    }

    /// The answer that counts: of one that says yes and no the no, since what was accepted is not
    /// sent again, and nobody would learn that it is not in. Of several that say the same, the
    /// last.
    pub(super) fn counts(&self) -> Option<&'a Answer> {
        self.refused.last().or(self.accepted.last()).copied()
    }

    /// What is told where it says both.
    pub(super) fn contradiction(&self, checker: &Checker) -> Option<Finding> {
        let counts = self.counts().filter(|_| !self.accepted.is_empty())?;
        if self.refused.is_empty() {
            return None;
        }
        let rows = |answers: &[&Answer]| {
            let rows = answers.iter().take(TOLD).map(|a| a.sheet_row.to_string());
            let more = if answers.len() > TOLD { "等" } else { "" };
            format!("第{}{more}行", rows.collect::<Vec<_>>().join("、"))
        };
        let other = format!(
            "{}写接收，{}写退回",
            rows(&self.accepted),
            rows(&self.refused)
        );
        let place = FilePlace {
            row: counts.row,
            sheet_row: counts.sheet_row,
            value: &counts.number,
            other: &other,
            ..FilePlace::default()
        };
        let mut finding = checker.finding(CONTRADICTS, Severity::Warn, place);
        "HZ_JG".clone_into(&mut finding.field);
        Some(finding)
    }
}
