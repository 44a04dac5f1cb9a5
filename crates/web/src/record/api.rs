//! Records and lists of them.

use crate::{
    api::{
        openapi::tag,
        problem::{self, Problem},
        schema::KnownAt,
    },
    error::WebError,
    record::list,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::{Params, Segment, Way},
};
use axum::extract::State;
use xinheng_app::view::{RecordAnswer, RecordList, RecordView};

/// A record that explains itself
///
/// Who decided what, when and on which basis, from when to when it is shown and by which rule,
/// what it does not mean, how it may end. `410` with a tombstone once it is over: the number and
/// nothing of its content. Unknown and never public are not told apart.
#[utoipa::path(
    get, path = "/api/v1/records/{id}", tag = tag::RECORDS, operation_id = "getRecord",
    params(
        ("id" = String, Path, description = "记录编号", example = "91990100MA0X00015Q-7k2m9d4q8w3x5c1v"),
        ("as_of" = Option<String>, Query, format = Date, description = "只要这一天有效的记录"),
        ("known_at" = inline(Option<KnownAt>), Query, description = "只要这一时刻以前已经公示的记录"),
    ),
    responses(
        (status = 200, description = "记录", body = RecordView),
        (status = 400, description = "参数读不懂", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "没有这条记录，或者从来没有公示过", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "曾经公示，现在已不再公示；只有编号，没有内容", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "现在太忙，见 Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn one(State(site): State<Site>, Segment(id): Segment, params: Params) -> Answer {
    let (as_of, known_at) = params.dates()?;
    site.read(
        move |ctx| match xinheng_app::site::record(ctx, &id, as_of, known_at)? {
            RecordAnswer::Shown(record) => respond::json(&record, Cache::Ask),
            RecordAnswer::Gone(tombstone) => Err(problem::gone(*tombstone)),
            RecordAnswer::Unknown => Err(WebError::no_record()),
        },
    )
    .await
}

/// Public records of all organisations
///
/// Filters combine. Newest decision first; keyset paging by `cursor`. Any filter field of the
/// chosen item (see `filters` of the catalogue item) may be given by its id, e.g.
/// `item=penalty&CF_CFLB=罚款`; without its item, twice or unknown, a filter is an error.
#[utoipa::path(
    get, path = "/api/v1/records", tag = tag::RECORDS, operation_id = "listRecords",
    params(
        ("item" = Option<String>, Query, min_length = 1, description = "信息种类", example = "penalty"),
        ("department" = Option<String>, Query, min_length = 1, description = "报送部门编号"),
        ("month" = Option<String>, Query, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", description = "决定月份，YYYY-MM", example = "2026-11"),
        ("name" = Option<String>, Query, min_length = 1, description = "单位名称中相连的两个字以上，或者统一社会信用代码"),
        ("from" = Option<String>, Query, format = Date, description = "决定日期不早于这一天"),
        ("until" = Option<String>, Query, format = Date, description = "决定日期不晚于这一天"),
        ("since" = Option<String>, Query, format = Date, description = "开始公示不早于这一天"),
        ("order" = Option<String>, Query, description = "newest（默认）：决定日期从新到旧；oldest：从旧到新", example = "newest"),
        ("cursor" = Option<String>, Query, min_length = 1, description = "上一页答复中的 next"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "每页几条，默认 50"),
        ("as_of" = Option<String>, Query, format = Date, description = "只要这一天有效的记录"),
        ("known_at" = inline(Option<KnownAt>), Query, description = "只要这一时刻以前已经公示的记录"),
    ),
    responses(
        (status = 200, description = "一页记录", body = RecordList),
        (status = 400, description = "参数读不懂", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "现在太忙，见 Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(site): State<Site>, params: Params) -> Answer {
    site.read(move |ctx| {
        let query = list::query(ctx, &params, Way::Interface)?;
        respond::json(&xinheng_app::site::list(ctx, &query)?, Cache::Ask)
    })
    .await
}
