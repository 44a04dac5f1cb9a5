//! What one answer says about one row, in as many rows as it likes.

use super::AnsweredRow;
use jiff::tz::{self, TimeZone};
use xinheng_checker::{Checker, FilePlace};
use xinheng_domain::finding::{Finding, Severity};
use xinheng_store::forward::{Above, Sent};

/// Code of the finding about a row that was both accepted and refused.
const CONTRADICTS: &str = "receipt-contradicts";
/// Code of the finding about a row that an earlier answer accepted and this one refuses.
const TAKES_BACK: &str = "receipt-takes-back";
/// Row numbers told of each answer to one row.
const TOLD: usize = 5;

/// All that an answer says about one row sent.
pub(super) struct About<'a> {
    pub(super) sent: &'a Sent,
    pub(super) accepted: Vec<&'a AnsweredRow>,
    refused: Vec<&'a AnsweredRow>,
}

impl<'a> About<'a> {
    pub(super) const fn new(sent: &'a Sent) -> Self {
        Self {
            sent,
            accepted: Vec::new(),
            refused: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, answer: &'a AnsweredRow) {
        if answer.accepted {
            self.accepted.push(answer);
        } else {
            self.refused.push(answer);
        }
    }

    /// The answer that counts: of one that says yes and no the no, since what was accepted is not
    /// sent again, and nobody would learn that it is not in. Of several that say the same, the
    /// last.
    pub(super) fn counts(&self) -> Option<&'a AnsweredRow> {
        self.refused.last().or(self.accepted.last()).copied()
    }

    /// What is told where it says both.
    pub(super) fn contradiction(&self, checker: &Checker) -> Option<Finding> {
        let counts = self.counts()?;
        let (both, refused): (Vec<_>, Vec<_>) = self.refused.iter().partition(|a| a.says_accepted);
        let says_both = !self.accepted.is_empty() && !self.refused.is_empty();
        if !says_both && both.is_empty() {
            return None;
        }
        let rows = |answers: &[&AnsweredRow]| {
            let rows = answers.iter().take(TOLD).map(|a| a.sheet_row.to_string());
            let more = if answers.len() > TOLD { "等" } else { "" };
            format!("第{}{more}行", rows.collect::<Vec<_>>().join("、"))
        };
        let said = [
            (&self.accepted, "写接收"),
            (&both, "写接收，又写有错误代码或者错误原因"),
            (&refused, "写退回"),
        ];
        let said = said.iter().filter(|(answers, _)| !answers.is_empty());
        let said: Vec<_> = said
            .map(|(answers, word)| format!("{}{word}", rows(answers)))
            .collect();
        let other = said.join("，");
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

    /// What is told where an earlier answer said that the row is in and this one says that it is
    /// not, and by how many rows it does. Nobody looks for a row that was accepted: unsaid, it
    /// would be missing above without anybody's knowing.
    pub(super) fn taken_back(&self, before: &Above, checker: &Checker) -> Option<(Finding, u64)> {
        let (Above::Accepted { at, file }, Some(counts)) = (before, self.counts()) else {
            return None;
        };
        if counts.accepted {
            return None;
        }
        let at = at.to_zoned(TimeZone::fixed(tz::offset(8)));
        let other = format!("{}读入的回执“{file}”", at.strftime("%Y-%m-%d %H:%M"));
        let place = FilePlace {
            row: counts.row,
            sheet_row: counts.sheet_row,
            value: &counts.number,
            other: &other,
            ..FilePlace::default()
        };
        let mut finding = checker.finding(TAKES_BACK, Severity::Warn, place);
        "HZ_JG".clone_into(&mut finding.field);
        Some((finding, self.refused.len() as u64))
    }
}
