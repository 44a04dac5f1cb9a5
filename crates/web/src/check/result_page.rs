//! `/check/results/{token}`: what the checker found, grouped, then row by row.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_domain::finding::{Finding, Severity, Summary};

/// Findings on a page.
pub(crate) const PAGE: u64 = 50;

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
}

impl CheckResultPage {
    fn file_refused(&self) -> bool {
        self.groups
            .iter()
            .any(|g| g.severity == Severity::RefuseFile)
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
