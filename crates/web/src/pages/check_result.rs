//! `/check/results/{token}`: what the checker found, grouped, then row by row.

use super::Frame;
#[cfg(test)]
use super::{Page, samples};
use crate::filters;
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
    pub(crate) rows: u64,
}

#[derive(Debug, Template)]
#[template(path = "check_result.html")]
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
        if self.file_refused() {
            "这个文件不能使用".to_owned()
        } else if self.summary.refused > 0 {
            format!("有 {} 条数据需要改正", self.summary.refused)
        } else if self.summary.rows_with_warnings > 0 {
            "可以报送，有些地方请再看一眼".to_owned()
        } else {
            "没有发现问题，可以报送".to_owned()
        }
    }

    fn advice(&self) -> &'static str {
        if self.file_refused() {
            "文件整体有问题，没有逐条接收。请先解决下面“整个文件”或者表头的问题，再校核一次。"
        } else if self.summary.refused > 0 {
            "需要改正的数据不会被接收，其他数据不受影响。改正后连同其他数据一起再报一次，已经收到的不会重复。"
        } else if self.summary.rows_with_warnings > 0 {
            "提示不影响报送。请核对提示的内容，确实有误的改正后再报。"
        } else {
            "这只说明表格符合标准，内容是否属实由报送部门负责。"
        }
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
