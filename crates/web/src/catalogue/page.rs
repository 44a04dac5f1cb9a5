//! `/catalogue`: what is collected, why, and what of it is public.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::law::ItemInfo;

#[derive(Debug, Template)]
#[template(path = "catalogue/list.html")]
pub(crate) struct CataloguePage {
    pub(crate) frame: Frame,
    pub(crate) items: Vec<ItemInfo>,
}

#[derive(Debug, Template)]
#[template(path = "catalogue/item.html")]
pub(crate) struct ItemPage {
    pub(crate) frame: Frame,
    pub(crate) i: ItemInfo,
}

#[cfg(test)]
impl Page for CataloguePage {
    fn samples() -> Vec<Self> {
        vec![Self {
            frame: samples::frame("/catalogue"),
            items: samples::law().items(),
        }]
    }
}

#[cfg(test)]
impl Page for ItemPage {
    fn samples() -> Vec<Self> {
        samples::law()
            .items()
            .into_iter()
            .map(|i| Self {
                frame: samples::frame("/catalogue/x"),
                i,
            })
            .collect()
    }
}
