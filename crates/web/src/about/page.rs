//! `/about`: what is shown, what is not, and why no person is found here.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::law::ItemInfo;

#[derive(Debug, Template)]
#[template(path = "about/about.html")]
pub(crate) struct AboutPage {
    pub(crate) frame: Frame,
    pub(crate) items: Vec<ItemInfo>,
}

#[cfg(test)]
impl Page for AboutPage {
    fn samples() -> Vec<Self> {
        vec![Self {
            frame: samples::frame("/about"),
            items: samples::law().items(),
        }]
    }
}
