//! Reason pages instead of dead ends: what was asked, why not, what can be done now.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;

/// Something to do next.
#[derive(Debug, Clone)]
pub(crate) struct Next {
    pub(crate) href: Option<String>,
    pub(crate) text: String,
}

/// A page's worth of reason.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reason {
    pub(crate) eyebrow: String,
    pub(crate) title: String,
    pub(crate) text: Vec<String>,
    pub(crate) next: Vec<Next>,
    /// Only for faults of ours: the number under which the log knows the request.
    pub(crate) request_id: Option<String>,
}

impl Reason {
    pub(crate) fn new(eyebrow: &str, title: &str) -> Self {
        Self {
            eyebrow: eyebrow.to_owned(),
            title: title.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn say(mut self, text: impl Into<String>) -> Self {
        self.text.push(text.into());
        self
    }

    pub(crate) fn link(mut self, href: &str, text: &str) -> Self {
        self.next.push(Next {
            href: Some(href.to_owned()),
            text: text.to_owned(),
        });
        self
    }

    pub(crate) fn advise(mut self, text: &str) -> Self {
        self.next.push(Next {
            href: None,
            text: text.to_owned(),
        });
        self
    }
}

#[derive(Debug, Template)]
#[template(path = "parts/reason.html")]
pub(crate) struct ReasonPage {
    pub(crate) frame: Frame,
    pub(crate) reason: Reason,
}

#[cfg(test)]
impl Page for ReasonPage {
    fn samples() -> Vec<Self> {
        let mut fault = crate::error::WebError::fault().reason();
        fault.request_id = Some("7f3c2a-19".to_owned());
        [
            crate::error::WebError::not_found().reason(),
            crate::error::WebError::bad("as_of", "2026-13-01").reason(),
            fault,
        ]
        .map(|reason| Self {
            frame: samples::frame("/nowhere"),
            reason,
        })
        .into()
    }
}
