//! `/rules`, `/rules/sources/{id}`, `/guide/repair`.

pub(crate) mod page;

use crate::{
    error::WebError,
    respond::{self, Answer, Cache},
    rules::page::{RepairGuidePage, RulesPage, SourcePage},
    site::Site,
    visitor::{Segment, Visitor},
};
use axum::extract::State;

pub(crate) async fn all(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let law = ctx.law().rules();
        respond::html(&RulesPage { frame, law }, Cache::Minutes)
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
        let s = ctx.law().source(&id).ok_or_else(WebError::not_found)?;
        respond::html(&SourcePage { frame, s }, Cache::Minutes)
    })
    .await
}

pub(crate) async fn repair_guide(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let law = ctx.law().repair();
        respond::html(&RepairGuidePage { frame, law }, Cache::Minutes)
    })
    .await
}
