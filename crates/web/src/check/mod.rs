//! `/check`: hand in a table, see what is wrong with it, cell by cell.

pub(crate) mod api;
pub(crate) mod page;
pub(crate) mod result_page;
pub(crate) mod results;
pub(crate) mod schema;
pub(crate) mod upload;

use crate::{
    check::{
        page::CheckPage,
        result_page::{CheckResultPage, PAGE},
        upload::Upload,
    },
    error::WebError,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::{Params, Segment, Visitor},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt as _, stream};
use tokio::io::AsyncReadExt;

fn page(site: &Site, visitor: &Visitor, wrong: Option<String>) -> CheckPage {
    CheckPage {
        frame: site.frame(visitor),
        wrong,
        limit_mb: site.limits().upload_bytes >> 20,
        keep_minutes: site.limits().keep_results.as_secs() / 60,
    }
}

pub(crate) async fn form(State(site): State<Site>, visitor: Visitor) -> Answer {
    respond::html(&page(&site, &visitor, None), Cache::Minutes)
}

/// What is said where no form was sent.
const NO_FORM: &str = "请用页面上的表单选择文件后提交。";

fn nothing_sent(site: &Site, visitor: &Visitor) -> Answer {
    let wrong = page(site, visitor, Some("请先选择一个表格文件。".to_owned()));
    respond::html_with(StatusCode::BAD_REQUEST, &wrong, Cache::Never)
}

pub(crate) async fn submit(State(site): State<Site>, visitor: Visitor, request: Request) -> Answer {
    let Some(file) = upload::form(&site, request, NO_FORM).await? else {
        return nothing_sent(&site, &visitor);
    };
    let (lines, summary) = upload::check(&site, file).await?;
    let kept = site.clone();
    let token = tokio::task::spawn_blocking(move || {
        let deployment = kept.deployment();
        let title = |code: &str| deployment.finding_title(code);
        kept.results().keep(lines, summary, title)
    });
    let token = token
        .await
        .map_err(|_| WebError::fault())?
        .map_err(|error| {
            tracing::error!(%error, "the result of a check could not be kept");
            WebError::of_io(&error)
        })?
        .ok_or_else(WebError::no_room)?;
    Ok(respond::see_other(&format!("/check/results/{token}")))
}

/// The other button of the form: the answer is the annotated workbook itself, and nothing of it
/// is kept.
pub(crate) async fn workbook(
    State(site): State<Site>,
    visitor: Visitor,
    request: Request,
) -> Answer {
    match upload::form(&site, request, NO_FORM).await? {
        Some(file) => annotated(&site, file).await,
        None => nothing_sent(&site, &visitor),
    }
}

/// Checks a file and answers with the annotated workbook.
pub(crate) async fn annotated(site: &Site, file: Upload) -> Answer {
    let name = annotated_name(&file.name);
    let book = upload::annotate(site, file).await?;
    // The file is opened before its name goes; what is open can be read to its end.
    let response = streamed(&book, WORKBOOK).await?;
    Ok(attachment(response, &name))
}

pub(crate) fn annotated_name(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    format!("{stem}（批注）.xlsx")
}

pub(crate) async fn result(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(token): Segment,
    params: Params,
) -> Answer {
    let kept = site.results().get(&token).ok_or_else(WebError::no_result)?;
    let frame = site.frame(&visitor);
    let first: u64 = match params.get("from") {
        Some(text) => text.parse().map_err(|_| WebError::bad("from", text))?,
        None => 0,
    };
    site.read(move |ctx| {
        let code = params.get("code").map(str::to_owned);
        let slice = kept.slice(code.as_deref(), first, PAGE).map_err(|error| {
            tracing::error!(%error, "the result of a check could not be read");
            WebError::fault()
        })?;
        let summary = kept.summary.clone();
        let format = summary.format.as_deref().unwrap_or_default();
        let page = CheckResultPage {
            frame,
            base: format!("/check/results/{token}"),
            format_title: ctx.law().format_title(format),
            groups: kept.groups.clone(),
            chosen: code,
            total: slice.total,
            // Beyond the end there is nothing: as if asked for what follows the last one.
            first: first.min(slice.total),
            shown: slice.findings,
            summary,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn download(State(site): State<Site>, Segment(token): Segment) -> Answer {
    let kept = site.results().get(&token).ok_or_else(WebError::no_result)?;
    let response = streamed(&kept.path(), JSON_LINES).await?;
    let name = format!("{}.校核结果.jsonl", kept.summary.file);
    Ok(attachment(response, &name))
}

/// JSON Lines as they stand in a file.
pub(crate) const JSON_LINES: &str = "application/x-ndjson";
/// A workbook.
pub(crate) const WORKBOOK: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// An answer that a browser saves under a name.
pub(crate) fn attachment(mut response: Response, name: &str) -> Response {
    let named = format!(
        "attachment; filename*=UTF-8''{}",
        crate::filters::encode(name)
    );
    if let Ok(value) = named.parse() {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// What stands in a file of ours, streamed.
pub(crate) async fn streamed(path: &std::path::Path, kind: &'static str) -> Answer {
    let opened = tokio::fs::File::open(path).await;
    let file = opened.map_err(|error| {
        tracing::error!(%error, "the result of a check could not be opened");
        WebError::fault()
    })?;
    let chunks = stream::unfold(file, |mut file| async move {
        let mut buffer = bytes::BytesMut::with_capacity(1 << 16);
        match file.read_buf(&mut buffer).await {
            Ok(0) => None,
            Ok(_) => Some((Ok(buffer.freeze()), file)),
            Err(error) => Some((Err(error), file)),
        }
    })
    // The compression layer asks once more after the end.
    .fuse();
    let kind = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((kind, Body::from_stream(chunks)).into_response())
}

pub(crate) async fn delete(State(site): State<Site>, Segment(token): Segment) -> Response {
    site.results().delete(&token);
    respond::see_other("/check")
}
