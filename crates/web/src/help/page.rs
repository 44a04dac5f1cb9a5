//! `/help/findings`: a page for every finding's code.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::law::FindingView;
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
    pub(crate) f: FindingView,
}

#[cfg(test)]
impl Page for FindingsPage {
    fn samples() -> Vec<Self> {
        vec![Self {
            frame: samples::frame("/help/findings"),
            messages: samples::law().findings().to_vec(),
        }]
    }
}

#[cfg(test)]
impl Page for FindingPage {
    fn samples() -> Vec<Self> {
        let law = samples::law();
        let views = law.findings().iter().filter_map(|m| law.finding(&m.code));
        views
            .map(|f| Self {
                frame: samples::frame("/help/findings/x"),
                f,
            })
            .collect()
    }
}
