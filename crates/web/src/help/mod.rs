//! `/help/findings` and `/help/problems`.

pub(crate) mod api;
pub(crate) mod page;
pub(crate) mod problems;

use crate::{
    error::WebError,
    help::{
        page::{FindingPage, FindingsPage},
        problems::ProblemsPage,
    },
    respond::{self, Answer, Cache},
    site::Site,
    visitor::{Segment, Visitor},
};
use axum::extract::State;

pub(crate) async fn all(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let messages = ctx.law().findings().to_vec();
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
        let f = ctx.law().finding(&code).ok_or_else(WebError::not_found)?;
        respond::html(&FindingPage { frame, f }, Cache::Minutes)
    })
    .await
}

pub(crate) async fn problems(State(site): State<Site>, visitor: Visitor) -> Answer {
    respond::html(&ProblemsPage::of(site.frame(&visitor)), Cache::Minutes)
}
