//! Checking a file: the same bytes as the command.

use crate::{
    api::{openapi::tag, problem::Problem},
    check::{
        self,
        schema::{CheckForm, CheckLine, FileBytes},
        upload::{self, Upload, base_name},
    },
    error::WebError,
    respond::Answer,
    site::Site,
    visitor::Params,
};
use axum::{
    extract::{Request, State},
    http::header,
};

/// Check a file; nothing is stored
///
/// The file as the body (`?name=` gives its base name, `?sheet=` the sheet of a workbook), or a
/// form with the fields `file` and `sheet`. Answers with JSON Lines: one `Finding` a line, ordered
/// by sheet, row, column and code, then one `SummaryLine`; the same bytes as
/// `xinheng check FILE --output json`. A damaged or unreadable file is a finding, not an error.
#[utoipa::path(
    post, path = "/api/v1/check", tag = tag::CHECK, operation_id = "checkFile",
    params(
        ("name" = Option<String>, Query, min_length = 1, description = "文件名，写入结果；直接传送文件内容时使用", example = "2026年11月处罚.csv"),
        ("sheet" = Option<String>, Query, min_length = 1, description = "工作表名称"),
    ),
    request_body(description = "表格文件（.xls、.xlsx、.csv、.tsv）", content(
        (String = "text/csv"),
        (FileBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileBytes = "application/octet-stream"),
        (CheckForm = "multipart/form-data"),
    )),
    responses(
        (status = 200, description = "逐行的校核问题，最后一行是合计", content(
            (CheckLine = "application/x-ndjson"),
        )),
        (status = 400, description = "没有收到文件，或者收到了不止一个", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "文件没有传完", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "文件太大", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "现在太忙，见 Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn check(State(site): State<Site>, params: Params, request: Request) -> Answer {
    let file = sent(&site, &params, request).await?;
    let lines = upload::check(&site, file).await?;
    // The file is opened before its name goes; what is open can be read to its end.
    check::streamed(&lines, check::JSON_LINES).await
}

/// Check a file and take the annotated workbook; nothing is stored
///
/// The file as for `/api/v1/check`. Answers with the clerk's own sheets, columns and order as an
/// `.xlsx` workbook: a note at every faulty cell, a verdict for every row, drop-down lists on
/// coded columns, and a first sheet with the verdict and the findings, linked to their cells; the
/// same bytes as `xinheng check FILE --out BACK.xlsx`. It can be handed in as it is, once
/// corrected.
#[utoipa::path(
    post, path = "/api/v1/check/workbook", tag = tag::CHECK, operation_id = "annotateFile",
    params(
        ("name" = Option<String>, Query, min_length = 1, description = "文件名，写入结果；直接传送文件内容时使用", example = "2026年11月处罚.csv"),
        ("sheet" = Option<String>, Query, min_length = 1, description = "工作表名称"),
    ),
    request_body(description = "表格文件（.xls、.xlsx、.csv、.tsv）", content(
        (String = "text/csv"),
        (FileBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileBytes = "application/octet-stream"),
        (CheckForm = "multipart/form-data"),
    )),
    responses(
        (status = 200, description = "批注后的工作簿", content(
            (FileBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 400, description = "没有收到文件，或者收到了不止一个", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "文件没有传完", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "文件太大", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "现在太忙，见 Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn workbook(State(site): State<Site>, params: Params, request: Request) -> Answer {
    let file = sent(&site, &params, request).await?;
    check::annotated(&site, file).await
}

/// The file, as a form or as the body.
async fn sent(site: &Site, params: &Params, request: Request) -> Result<Upload, WebError> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        const NO_FORM: &str = "表单的格式读不懂，请把文件放在 file 字段里。";
        let file = upload::form(site, request, NO_FORM).await?;
        file.ok_or_else(|| WebError::bad_input("没有收到文件，请把文件放在 file 字段里。"))
    } else {
        let name = match params.get("name").map(base_name).filter(|n| !n.is_empty()) {
            Some(name) => name,
            None if kind.contains("spreadsheetml") => "upload.xlsx".to_owned(),
            None => "upload.csv".to_owned(),
        };
        let sheet = params.get("sheet").map(str::to_owned);
        let nothing = || WebError::bad_input("没有收到文件，请把文件内容作为请求正文。");
        let file = upload::raw(site, request.into_body(), name, sheet).await?;
        file.ok_or_else(nothing)
    }
}
