//! `/help/findings`: a page for every finding's code.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::rulebook::Rulebook;
use xinheng_domain::message::Message;

#[derive(Debug, Template)]
#[template(path = "help/findings.html")]
pub(crate) struct FindingsPage {
    pub(crate) frame: Frame,
    pub(crate) messages: Vec<Message>,
}

#[derive(Debug, Template)]
#[template(path = "help/finding.html")]
pub(crate) struct FindingPage {
    pub(crate) frame: Frame,
    pub(crate) m: Message,
    /// Item id, item title, blamed field's name: rules of the catalogue that give this code.
    pub(crate) used_by: Vec<(String, String, String)>,
}

impl FindingPage {
    /// The page of a code, or `None` where there is no such code.
    pub(crate) fn of(frame: Frame, rulebook: &Rulebook, code: &str) -> Option<Self> {
        let m = rulebook.message(code)?.clone();
        let used_by = rulebook
            .items()
            .iter()
            .flat_map(|item| {
                item.rules
                    .iter()
                    .filter(|r| r.code == code)
                    .map(move |r| (item, r))
            })
            .map(|(item, rule)| {
                let field = item
                    .field(&rule.field)
                    .map_or(rule.field.as_str(), |f| f.name.as_str());
                (item.id.clone(), item.title.clone(), field.to_owned())
            })
            .collect();
        Some(Self { frame, m, used_by })
    }
}

#[cfg(test)]
impl Page for FindingsPage {
    fn samples() -> Vec<Self> {
        vec![Self {
            frame: samples::frame("/help/findings"),
            messages: samples::rulebook().messages().to_vec(),
        }]
    }
}

#[cfg(test)]
impl Page for FindingPage {
    fn samples() -> Vec<Self> {
        let book = samples::rulebook();
        let codes = book.messages().iter().map(|m| m.code.as_str());
        codes
            .filter_map(|code| Self::of(samples::frame("/help/findings/x"), book, code))
            .collect()
    }
}
