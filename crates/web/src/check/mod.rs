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
    site::{Site, wall_clock_in},
    visitor::{Params, Segment, Visitor},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{Stream, StreamExt as _, stream};
use std::{collections::HashMap, sync::Arc};
use tokio::io::AsyncReadExt as _;
use xinheng_app::{Ctx, sealed::SEALED_BLOCK};
use xinheng_domain::finding::Finding;

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
    let checked = upload::check_to_keep(&site, file).await?;
    let kept = site.clone();
    let token = tokio::task::spawn_blocking(move || {
        let deployment = kept.deployment();
        let title = |code: &str| deployment.finding_title(code);
        kept.results().keep(checked, title)
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

/// Checks a file and answers with the annotated workbook.
pub(crate) async fn annotated(site: &Site, file: Upload) -> Answer {
    let name = annotated_name(&file.name);
    let book = upload::annotate(site, file).await?;
    // The file is opened before its name goes; what is open can be read to its end.
    let response = streamed(&book, WORKBOOK).await?;
    Ok(attachment(response, &name))
}

pub(crate) fn annotated_name(file: &str) -> String {
    named(file, "批注", "xlsx")
}

/// Name of what was made of a file.
fn named(file: &str, what: &str, end: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    format!("{stem}（{what}）.{end}")
}

pub(crate) async fn result(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(token): Segment,
    params: Params,
) -> Answer {
    let kept = site.results().get(&token).ok_or_else(WebError::no_result)?;
    let left = site.results().left(&kept);
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
            gone_at: wall_clock_in(left),
            has_book: kept.book().is_some(),
            base: format!("/check/results/{token}"),
            format_title: ctx.law().format_title(format),
            groups: kept.groups.clone(),
            chosen: code,
            total: slice.total,
            // Beyond the end there is nothing: as if asked for what follows the last one.
            first: first.min(slice.total),
            titles: titles(ctx, format, &slice.findings),
            shown: slice.findings,
            summary,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

/// Titles of the columns that findings are about.
fn titles(ctx: &Ctx<'_>, format: &str, findings: &[Finding]) -> HashMap<String, String> {
    let fields = findings.iter().map(|f| f.field.as_str());
    let titled = |field: &str| Some((field.to_owned(), ctx.law().field_title(format, field)?));
    fields.filter_map(titled).collect()
}

/// The findings as JSON Lines.
pub(crate) async fn lines(State(site): State<Site>, Segment(token): Segment) -> Answer {
    let kept = site.results().get(&token).ok_or_else(WebError::no_result)?;
    let response = streamed(&kept.path(), JSON_LINES).await?;
    Ok(attachment(
        response,
        &named(&kept.summary.file, "问题清单", "jsonl"),
    ))
}

/// The findings as a spreadsheet.
pub(crate) async fn list(State(site): State<Site>, Segment(token): Segment) -> Answer {
    let kept = site.results().get(&token).ok_or_else(WebError::no_result)?;
    let name = named(&kept.summary.file, "问题清单", "xlsx");
    let list = upload::list(&site, kept).await?;
    // The file is opened before its name goes; what is open can be read to its end.
    Ok(attachment(streamed(&list, WORKBOOK).await?, &name))
}

/// The annotated workbook that was kept with the result.
pub(crate) async fn kept_workbook(State(site): State<Site>, Segment(token): Segment) -> Answer {
    let kept = site.results().get(&token).ok_or_else(WebError::no_result)?;
    let Some((_, path)) = kept.book() else {
        return Err(WebError::no_result());
    };
    let file = tokio::fs::File::open(path).await.map_err(unopened)?;
    let name = annotated_name(&kept.summary.file);
    let chunks = stream::unfold((file, 0), move |(mut file, number)| {
        let kept = Arc::clone(&kept);
        async move {
            let (sealed, _) = kept.book()?;
            if number == sealed.blocks() {
                return None;
            }
            let mut block = Vec::new();
            let read = (&mut file).take(SEALED_BLOCK).read_to_end(&mut block).await;
            let opened = read.and_then(|_| sealed.open(number, &block));
            if let Err(error) = &opened {
                tracing::error!(%error, "an annotated workbook could not be read");
            }
            Some((opened.map(bytes::Bytes::from), (file, number + 1)))
        }
    });
    Ok(attachment(body(WORKBOOK, chunks), &name))
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
    let file = tokio::fs::File::open(path).await.map_err(unopened)?;
    let chunks = stream::unfold(file, |mut file| async move {
        let mut buffer = bytes::BytesMut::with_capacity(1 << 16);
        match file.read_buf(&mut buffer).await {
            Ok(0) => None,
            Ok(_) => Some((Ok(buffer.freeze()), file)),
            Err(error) => Some((Err(error), file)),
        }
    });
    Ok(body(kind, chunks))
}

fn unopened(error: std::io::Error) -> WebError {
    tracing::error!(%error, "the result of a check could not be opened");
    WebError::fault()
}

fn body(
    kind: &'static str,
    chunks: impl Stream<Item = std::io::Result<bytes::Bytes>> + Send + 'static,
) -> Response {
    let kind = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
    ];
    // The compression layer asks once more after the end.
    (kind, Body::from_stream(chunks.fuse())).into_response()
}

pub(crate) async fn delete(State(site): State<Site>, Segment(token): Segment) -> Response {
    site.results().delete(&token);
    respond::see_other("/check")
}
