//! `/about`: what is shown, what is not, and why no person is found here.

use crate::{catalogue::view::ItemInfo, filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;

#[derive(Debug, Template)]
#[template(path = "about/about.html")]
pub(crate) struct AboutPage {
    pub(crate) frame: Frame,
    pub(crate) items: Vec<ItemInfo>,
}

#[cfg(test)]
impl Page for AboutPage {
    fn samples() -> Vec<Self> {
        let book = samples::rulebook();
        let frame = samples::frame("/about");
        vec![Self {
            items: ItemInfo::all(book, frame.today),
            frame,
        }]
    }
}
