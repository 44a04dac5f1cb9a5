//! `/rules`, `/rules/sources/{id}`, `/guide/repair`.

use super::Answer;
use crate::{
    error::WebError,
    pages::{
        guide::RepairGuidePage,
        rules::{RulesPage, SourcePage},
    },
    respond::{self, Cache},
    site::Site,
    visitor::{Segment, Visitor},
};
use axum::extract::State;

pub(crate) async fn all(State(site): State<Site>, visitor: Visitor) -> Answer {
    respond::html(
        &RulesPage::of(site.frame(&visitor), site.office().rulebook()),
        Cache::Minutes,
    )
}

pub(crate) async fn source(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(id): Segment,
) -> Answer {
    let page = SourcePage::of(site.frame(&visitor), site.office().rulebook(), &id);
    respond::html(&page.ok_or_else(WebError::not_found)?, Cache::Minutes)
}

pub(crate) async fn repair_guide(State(site): State<Site>, visitor: Visitor) -> Answer {
    respond::html(
        &RepairGuidePage::of(site.frame(&visitor), site.office().rulebook()),
        Cache::Minutes,
    )
}
