//! `/catalogue`.

pub(crate) mod api;
pub(crate) mod page;
pub(crate) mod view;

use crate::{
    catalogue::{
        page::{CataloguePage, ItemPage},
        view::ItemInfo,
    },
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
        let items = ItemInfo::all(ctx.deployment().rulebook(), ctx.today());
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
        let rulebook = ctx.deployment().rulebook();
        let item = rulebook.item(&id).ok_or_else(WebError::not_found)?;
        let i = ItemInfo::of(rulebook, item, ctx.today());
        respond::html(&ItemPage { frame, i }, Cache::Minutes)
    })
    .await
}

/// The item's blank workbook to fill in.
pub(crate) async fn template(State(site): State<Site>, Segment(id): Segment) -> Answer {
    site.read(move |ctx| {
        let rulebook = ctx.deployment().rulebook();
        let item = rulebook.item(&id).ok_or_else(WebError::not_found)?;
        let mut book = std::io::Cursor::new(Vec::new());
        xinheng_app::template::write(rulebook, ctx.today(), &id, &mut book)?;
        let response = respond::bytes(check::WORKBOOK, book.into_inner(), Cache::Minutes);
        let name = format!("{}填报模板.xlsx", item.title);
        Ok(check::attachment(response, &name))
    })
    .await
}
