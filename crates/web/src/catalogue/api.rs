//! The catalogue.

use crate::{
    api::{openapi::tag, problem::Problem},
    error::WebError,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::Segment,
};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use xinheng_app::law::ItemInfo;

/// The catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct Catalogue {
    /// Its items.
    pub items: Vec<ItemInfo>,
}

/// Kinds of information that are collected
#[utoipa::path(
    get, path = "/api/v1/catalogue", tag = tag::REFERENCE, operation_id = "listCatalogue",
    responses((status = 200, description = "信息目录", body = Catalogue))
)]
pub(crate) async fn all(State(site): State<Site>) -> Answer {
    site.read(|ctx| {
        let items = ctx.law().items();
        respond::json(&Catalogue { items }, Cache::Minutes)
    })
    .await
}

/// One kind of information, field by field
#[utoipa::path(
    get, path = "/api/v1/catalogue/{item}", tag = tag::REFERENCE, operation_id = "getCatalogueItem",
    params(("item" = String, Path, description = "信息种类", example = "penalty")),
    responses(
        (status = 200, description = "目录项", body = ItemInfo),
        (status = 404, description = "没有这个目录项", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn one(State(site): State<Site>, Segment(id): Segment) -> Answer {
    site.read(move |ctx| {
        let item = ctx.law().item(&id).ok_or_else(WebError::not_found)?;
        respond::json(&item, Cache::Minutes)
    })
    .await
}
