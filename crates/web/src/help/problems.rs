//! `/help/problems`: what the JSON interface answers when it does not answer.

use crate::{error::WebError, filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;

/// One kind of problem.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) code: &'static str,
    pub(crate) status: u16,
    pub(crate) title: String,
    pub(crate) detail: String,
}

#[derive(Debug, Template)]
#[template(path = "help/problems.html")]
pub(crate) struct ProblemsPage {
    pub(crate) frame: Frame,
    pub(crate) kinds: Vec<Kind>,
}

impl ProblemsPage {
    pub(crate) fn of(frame: Frame) -> Self {
        let kind = |e: WebError| Kind {
            code: e.code,
            status: e.status.as_u16(),
            title: e.title,
            detail: e.detail,
        };
        Self {
            frame,
            kinds: WebError::every_kind().into_iter().map(kind).collect(),
        }
    }
}

#[cfg(test)]
impl Page for ProblemsPage {
    fn samples() -> Vec<Self> {
        vec![Self::of(samples::frame("/help/problems"))]
    }
}
