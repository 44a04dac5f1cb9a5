//! `/help/findings` and `/help/problems`.

use super::Answer;
use crate::{
    error::WebError,
    pages::{
        help::{FindingPage, FindingsPage},
        problems::ProblemsPage,
    },
    respond::{self, Cache},
    site::Site,
    visitor::{Segment, Visitor},
};
use axum::extract::State;

pub(crate) async fn all(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let messages = ctx.deployment().rulebook().messages().to_vec();
        respond::html(&FindingsPage { frame, messages }, Cache::Minutes)
    })
    .await
}

pub(crate) async fn one(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(code): Segment,
) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let page = FindingPage::of(frame, ctx.deployment().rulebook(), &code);
        respond::html(&page.ok_or_else(WebError::not_found)?, Cache::Minutes)
    })
    .await
}

pub(crate) async fn problems(State(site): State<Site>, visitor: Visitor) -> Answer {
    respond::html(&ProblemsPage::of(site.frame(&visitor)), Cache::Minutes)
}
