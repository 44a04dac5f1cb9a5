//! One organisation.

use crate::{
    api::{openapi::tag, problem::Problem, schema::KnownAt},
    error::WebError,
    record::list,
    respond::{self, Answer, Cache},
    site::Site,
    subject::{self, asked_code},
    visitor::{Params, Segment, Way},
};
use axum::extract::State;
use xinheng_app::view::{Dossier, RecordList};

/// What the public may know of an organisation
///
/// Basic facts, what is public today by kind, life line, freshness of every source, and what is
/// not shown and why. An old code answers with the present one inside. Dates narrow what is
/// public today, never widen it.
#[utoipa::path(
    get, path = "/api/v1/subjects/{code}", tag = tag::SUBJECTS, operation_id = "getSubject",
    params(
        ("code" = String, Path, description = "统一社会信用代码，18 位，可以是旧代码", example = "91990100MA0X00015Q"),
        ("as_of" = Option<String>, Query, format = Date, description = "只要这一天有效的记录，YYYY-MM-DD"),
        ("known_at" = inline(Option<KnownAt>), Query, description = "只要这一时刻以前已经公示的记录；写日期时指这一天结束时（北京时间）"),
    ),
    responses(
        (status = 200, description = "单位及其公示中的记录", body = Dossier),
        (status = 400, description = "参数读不懂", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "没有这个代码的单位", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "现在太忙，见 Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn one(
    State(site): State<Site>,
    Segment(code): Segment,
    params: Params,
) -> Answer {
    let (as_of, known_at) = params.dates()?;
    site.read(move |ctx| {
        let found = xinheng_app::site::dossier(ctx, &asked_code(&code)?, as_of, known_at)?;
        respond::json(
            &found.ok_or_else(|| WebError::no_subject(&code))?,
            Cache::Ask,
        )
    })
    .await
}

/// Public records of an organisation
///
/// Newest decision first. Keyset paging: pass `next` of an answer as `cursor` of the following
/// request, with the other parameters unchanged; `next` is null on the last page.
#[utoipa::path(
    get, path = "/api/v1/subjects/{code}/records", tag = tag::SUBJECTS, operation_id = "listSubjectRecords",
    params(
        ("code" = String, Path, description = "统一社会信用代码", example = "91990100MA0X00015Q"),
        ("item" = Option<String>, Query, min_length = 1, description = "信息种类，见 /api/v1/catalogue", example = "penalty"),
        ("cursor" = Option<String>, Query, min_length = 1, description = "上一页答复中的 next"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "每页几条，默认 50"),
        ("as_of" = Option<String>, Query, format = Date, description = "只要这一天有效的记录"),
        ("known_at" = inline(Option<KnownAt>), Query, description = "只要这一时刻以前已经公示的记录"),
    ),
    responses(
        (status = 200, description = "一页记录", body = RecordList),
        (status = 400, description = "参数读不懂", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "没有这个代码的单位", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "现在太忙，见 Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn records(
    State(site): State<Site>,
    Segment(code): Segment,
    params: Params,
) -> Answer {
    site.read(move |ctx| {
        let asked = list::of_subject(ctx, &params, Way::Interface)?;
        respond::json(&subject::list_of(ctx, &code, &asked)?, Cache::Ask)
    })
    .await
}
