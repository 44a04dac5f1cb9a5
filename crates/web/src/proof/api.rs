//! Proofs.

use crate::{
    api::{openapi::tag, problem::Problem},
    error::WebError,
    proof::asked,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::Segment,
};
use axum::extract::State;
use xinheng_app::{proof, view::ProofView};

/// How a proof stands
///
/// Whether the code on a printed record is ours, and whether what it was made of still stands there.
/// Nothing of what the record says. Whoever has the file of a proof checks its words on the page
/// `/verify`.
#[utoipa::path(
    get, path = "/api/v1/proofs/{code}", tag = tag::RECORDS, operation_id = "getProof",
    params(("code" = String, Path, description = "凭证编号", example = "abcd-efgh-jkmn-pqrs")),
    responses(
        (status = 200, description = "凭证的状态", body = ProofView),
        (status = 404, description = "没有这张凭证", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "现在太忙，见 Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn one(State(site): State<Site>, Segment(typed): Segment) -> Answer {
    site.read(move |ctx| {
        let found = proof::check(ctx, &asked(&typed)?, None)?;
        respond::json(&found.ok_or_else(WebError::no_proof)?, Cache::Never)
    })
    .await
}
