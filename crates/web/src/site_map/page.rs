//! `/site-map`: every part of the site, on one page.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::law::ItemInfo;

#[derive(Debug, Template)]
#[template(path = "site_map/map.html")]
pub(crate) struct SiteMapPage {
    pub(crate) frame: Frame,
    pub(crate) items: Vec<ItemInfo>,
    /// Code and name.
    pub(crate) departments: Vec<(String, String)>,
}

#[cfg(test)]
impl Page for SiteMapPage {
    fn samples() -> Vec<Self> {
        [samples::frame("/site-map"), samples::in_portal("/site-map")]
            .map(|frame| Self {
                frame,
                items: samples::law().items(),
                departments: vec![("d001".to_owned(), "信衡区市场监督管理局".to_owned())],
            })
            .into()
    }
}
