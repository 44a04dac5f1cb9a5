//! `/catalogue`.

pub(crate) mod api;
pub(crate) mod page;

use crate::{
    catalogue::page::{CataloguePage, ItemPage},
    check,
    error::WebError,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::{Segment, Visitor},
};
use axum::extract::State;

pub(crate) async fn all(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let items = ctx.law().items();
        respond::html(&CataloguePage { frame, items }, Cache::Minutes)
    })
    .await
}

pub(crate) async fn one(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(id): Segment,
) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let i = ctx.law().item(&id).ok_or_else(WebError::not_found)?;
        respond::html(&ItemPage { frame, i }, Cache::Minutes)
    })
    .await
}

/// The item's blank workbook to fill in.
pub(crate) async fn template(State(site): State<Site>, Segment(id): Segment) -> Answer {
    site.read(move |ctx| {
        let law = ctx.law();
        let title = law.item_title(&id).ok_or_else(WebError::not_found)?;
        let mut book = std::io::Cursor::new(Vec::new());
        law.template(&id, &mut book)?;
        let response = respond::bytes(check::WORKBOOK, book.into_inner(), Cache::Minutes);
        let name = format!("{title}填报模板.xlsx");
        Ok(check::attachment(response, &name))
    })
    .await
}
