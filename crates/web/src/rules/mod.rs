//! `/rules`, `/rules/sources/{id}`, `/guide/repair`.

pub(crate) mod guide;
pub(crate) mod page;

use crate::{
    error::WebError,
    respond::{self, Answer, Cache},
    rules::{
        guide::RepairGuidePage,
        page::{RulesPage, SourcePage},
    },
    site::Site,
    visitor::{Segment, Visitor},
};
use axum::extract::State;

pub(crate) async fn all(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        respond::html(
            &RulesPage::of(frame, ctx.deployment().rulebook()),
            Cache::Minutes,
        )
    })
    .await
}

pub(crate) async fn source(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(id): Segment,
) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let page = SourcePage::of(frame, ctx.deployment().rulebook(), &id);
        respond::html(&page.ok_or_else(WebError::not_found)?, Cache::Minutes)
    })
    .await
}

pub(crate) async fn repair_guide(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        respond::html(
            &RepairGuidePage::of(frame, ctx.deployment().rulebook()),
            Cache::Minutes,
        )
    })
    .await
}
