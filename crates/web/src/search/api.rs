//! Search.

use crate::{
    api::{openapi::tag, problem::Problem},
    error::WebError,
    respond::{self, Answer, Cache},
    search::{
        LONGEST_QUERY, NO_MORE,
        page::{DEFAULT_LIMIT, MAX_LIMIT},
    },
    site::Site,
    visitor::Params,
};
use axum::extract::State;
use xinheng_app::view::SearchAnswer;

/// Find organisations by code or name
///
/// A code, a present or a former name; two characters suffice, at any place in the name.
/// Organisations of the same name are different ones, told apart by their codes. Individual
/// businesses named by a person are found by code only; natural persons never. Where nothing is
/// found, `suggestions` holds organisations whose names differ by a slip, or whose codes do where
/// a code was typed.
#[utoipa::path(
    get, path = "/api/v1/search", tag = tag::SUBJECTS, operation_id = "search",
    params(
        ("q" = String, Query, min_length = 1, max_length = 100, pattern = "^[^\\u0000]*$", description = "代码、现名或者曾用名，至少两个字", example = "青禾"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "最多几家，默认 20"),
    ),
    responses(
        (status = 200, description = "查询结果，可能为空", body = SearchAnswer),
        (status = 400, description = "参数读不懂", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "现在太忙，见 Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn search(State(site): State<Site>, params: Params) -> Answer {
    let limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT, NO_MORE)?;
    let query = params.get("q").ok_or_else(|| {
        WebError::bad_input("请在地址中用 q 写明要查的名称或者代码，例如 /api/v1/search?q=青禾。")
    })?;
    if query.chars().count() > LONGEST_QUERY {
        return Err(WebError::bad_input(format!(
            "q 最长 {LONGEST_QUERY} 个字，请只写名称中最特别的几个字，或者写代码。"
        )));
    }
    let query = query.to_owned();
    site.read(move |ctx| respond::json(&xinheng_app::site::search(ctx, &query, limit)?, Cache::Ask))
        .await
}
