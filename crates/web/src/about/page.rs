//! `/about`: what is shown, what is not, and why no person is found here.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::law::ItemInfo;
use xinheng_domain::publicity::Mode;

#[derive(Debug, Template)]
#[template(path = "about/about.html")]
pub(crate) struct AboutPage {
    pub(crate) frame: Frame,
    pub(crate) items: Vec<ItemInfo>,
}

#[cfg(test)]
impl Page for AboutPage {
    fn samples() -> Vec<Self> {
        [samples::frame("/about"), samples::in_portal("/about")]
            .map(|frame| Self {
                frame,
                items: samples::law().items(),
            })
            .into()
    }
}
