//! `/about`.

pub(crate) mod page;

use crate::{
    about::page::AboutPage,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::Visitor,
};
use axum::extract::State;

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let items = ctx.law().items();
        respond::html(&AboutPage { frame, items }, Cache::Minutes)
    })
    .await
}
