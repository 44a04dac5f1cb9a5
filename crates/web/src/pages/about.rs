//! `/about`: what is shown, what is not, and why no person is found here.

use super::Frame;
#[cfg(test)]
use super::{Page, samples};
use crate::{catalogue_view::ItemInfo, filters};
use askama::Template;

#[derive(Debug, Template)]
#[template(path = "about.html")]
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
