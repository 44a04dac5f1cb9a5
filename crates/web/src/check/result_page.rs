//! `/check/results/{token}`: what the checker found, grouped, then row by row.

use crate::{fault, filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use jiff::Timestamp;
use std::collections::HashMap;
use xinheng_domain::finding::{Finding, Severity, Summary};

/// Findings on a page.
pub(crate) const PAGE: u64 = 50;

/// Fewer findings than this are seen at once: their kinds are folded.
const FEW: u64 = 30;

/// Findings of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) severity: Severity,
    pub(crate) findings: u64,
    /// Records with such findings; none for those about the file or a column.
    pub(crate) rows: u64,
}

#[derive(Debug, Template)]
#[template(path = "check/result.html")]
pub(crate) struct CheckResultPage {
    pub(crate) frame: Frame,
    /// Address of the result.
    pub(crate) base: String,
    /// The annotated workbook is kept with it.
    pub(crate) has_book: bool,
    /// When both are deleted.
    pub(crate) gone_at: Timestamp,
    pub(crate) summary: Summary,
    /// Title of the recognised format.
    pub(crate) format_title: String,
    pub(crate) groups: Vec<Group>,
    /// Only findings of this code.
    pub(crate) chosen: Option<String>,
    /// Findings under the choice.
    pub(crate) total: u64,
    /// How many stand before those shown.
    pub(crate) first: u64,
    pub(crate) shown: Vec<Finding>,
    /// Titles of the columns they are about, by field.
    pub(crate) titles: HashMap<String, String>,
}

impl CheckResultPage {
    fn file_refused(&self) -> bool {
        self.groups
            .iter()
            .any(|g| g.severity == Severity::RefuseFile)
    }

    /// Nothing of it could be read as a table: there is nothing to be annotated.
    fn unreadable(&self) -> bool {
        self.file_refused() && self.summary.rows == 0
    }

    /// Why the whole file is refused.
    fn reasons(&self) -> impl Iterator<Item = &Finding> {
        let shown = self.shown.iter();
        shown.filter(|f| f.severity == Severity::RefuseFile)
    }

    fn verdict(&self) -> String {
        self.summary.verdict(self.file_refused())
    }

    fn advice(&self) -> &'static str {
        self.summary.advice(self.file_refused())
    }

    fn tone(&self) -> &'static str {
        if self.file_refused() || self.summary.refused > 0 {
            "late"
        } else if self.summary.rows_with_warnings > 0 {
            "soon"
        } else {
            "done"
        }
    }

    /// Findings that are listed.
    fn listed(&self) -> u64 {
        self.summary.findings - self.summary.unlisted
    }

    fn few(&self) -> bool {
        self.listed() < FEW
    }

    /// Nothing keeps a row out.
    fn may_be_handed_in(&self) -> bool {
        !self.file_refused() && self.summary.refused == 0
    }

    fn title(&self, finding: &Finding) -> Option<&str> {
        self.titles.get(&finding.field).map(String::as_str)
    }

    /// The cell with its fault marked, where that tells more than the sentence does.
    fn cell(finding: &Finding) -> Option<Vec<(String, bool)>> {
        let is_cell = finding.column > 0 && !finding.is_about_spelling() || finding.has_example();
        if !is_cell || finding.value.is_empty() {
            return None;
        }
        let parts = fault::parts(finding);
        // A cell that is wrong as a whole has no part to be pointed at.
        let marked = parts.len() > 1 && parts.iter().any(|(_, wrong)| *wrong);
        (marked || finding.unsaid(Some(&finding.value)).is_some()).then_some(parts)
    }

    fn previous(&self) -> Option<String> {
        (self.first > 0).then(|| self.address(self.first.saturating_sub(PAGE)))
    }

    fn following(&self) -> Option<String> {
        let next = self.first + self.shown.len() as u64;
        (next < self.total && !self.shown.is_empty()).then(|| self.address(next))
    }

    fn address(&self, from: u64) -> String {
        let code = self
            .chosen
            .as_deref()
            .map(|c| format!("code={}&", filters::encode(c)))
            .unwrap_or_default();
        format!("{}?{code}from={from}#rows", self.base)
    }
}

#[cfg(test)]
impl Page for CheckResultPage {
    fn samples() -> Vec<Self> {
        vec![samples::check_refused(), samples::check_clean()]
    }
}
