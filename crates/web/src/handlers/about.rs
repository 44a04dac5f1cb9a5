//! `/about`.

use super::Answer;
use crate::{
    catalogue_view::ItemInfo,
    pages::about::AboutPage,
    respond::{self, Cache},
    site::Site,
    visitor::Visitor,
};
use axum::extract::State;

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor) -> Answer {
    let items = ItemInfo::all(site.office().rulebook());
    respond::html(
        &AboutPage {
            frame: site.frame(&visitor),
            items,
        },
        Cache::Minutes,
    )
}
