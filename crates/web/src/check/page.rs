//! `/check`: hand in a table, nothing is kept.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;

#[derive(Debug, Template)]
#[template(path = "check/form.html")]
pub(crate) struct CheckPage {
    pub(crate) frame: Frame,
    /// What is wrong with the form as sent.
    pub(crate) wrong: Option<String>,
    /// Largest file, in MB.
    pub(crate) limit_mb: u64,
    /// How long a result is kept.
    pub(crate) keep_minutes: u64,
}

#[cfg(test)]
impl Page for CheckPage {
    fn samples() -> Vec<Self> {
        [None, Some("请先选择一个表格文件。".to_owned())]
            .map(|wrong| Self {
                frame: samples::frame("/check"),
                wrong,
                limit_mb: 64,
                keep_minutes: 30,
            })
            .into()
    }
}
