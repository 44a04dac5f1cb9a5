//! From a page or a value to a response, with what caches may do.

use crate::{
    error::{ELSEWHERE, WebError},
    filters,
    site::Site,
    visitor::Visitor,
};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// A page, or why not.
pub(crate) type Answer = Result<Response, WebError>;

/// What caches may do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cache {
    /// Records and what is made of them: kept, but asked again each time, so that what ends
    /// leaves at once (I9).
    Ask,
    /// Help and rules: good for some minutes.
    Minutes,
    /// Not kept.
    Never,
}

impl Cache {
    fn header(self) -> &'static str {
        match self {
            Self::Ask => "public, max-age=0, must-revalidate",
            Self::Minutes => "public, max-age=300",
            Self::Never => "no-store",
        }
    }
}

/// A page.
pub(crate) fn html(page: &impl askama::Template, cache: Cache) -> Result<Response, WebError> {
    html_with(StatusCode::OK, page, cache)
}

/// A page with another status.
pub(crate) fn html_with(
    status: StatusCode,
    page: &impl askama::Template,
    cache: Cache,
) -> Result<Response, WebError> {
    let mut body = String::with_capacity(24 * 1024);
    page.render_into(&mut body).map_err(|e| {
        tracing::error!(error = %e, "a page could not be laid out");
        WebError::fault()
    })?;
    Ok(answer(
        status,
        "text/html; charset=utf-8",
        body.into_bytes(),
        cache,
    ))
}

/// A JSON value.
pub(crate) fn json(value: &impl Serialize, cache: Cache) -> Result<Response, WebError> {
    json_with(StatusCode::OK, "application/json", value, cache)
}

/// A JSON value with another status and type.
pub(crate) fn json_with(
    status: StatusCode,
    kind: &'static str,
    value: &impl Serialize,
    cache: Cache,
) -> Result<Response, WebError> {
    let body = serde_json::to_vec(value).map_err(|e| {
        tracing::error!(error = %e, "an answer could not be written as JSON");
        WebError::fault()
    })?;
    Ok(answer(status, kind, body, cache))
}

/// A file of ours.
pub(crate) fn bytes(kind: &'static str, body: Vec<u8>, cache: Cache) -> Response {
    answer(StatusCode::OK, kind, body, cache)
}

fn answer(status: StatusCode, kind: &'static str, body: Vec<u8>, cache: Cache) -> Response {
    let etag = format!("W/\"{:x}\"", xxhash_rust::xxh3::xxh3_64(&body));
    let mut response = (
        status,
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, cache.header()),
        ],
        Body::from(body),
    )
        .into_response();
    if status == StatusCode::OK && cache != Cache::Never {
        if let Ok(value) = HeaderValue::from_str(&etag) {
            response.headers_mut().insert(header::ETAG, value);
        }
        // A page differs by the text size that a cookie holds.
        if kind.starts_with("text/html") {
            response
                .headers_mut()
                .append(header::VARY, HeaderValue::from_static("cookie"));
        }
    }
    response
}

/// To another address, method and body kept (`308`).
pub(crate) fn moved(path: &str, query: Option<&str>) -> Response {
    let mut target: String = path
        .split('/')
        .map(|part| {
            if part.is_ascii() {
                part.to_owned()
            } else {
                filters::encode(part)
            }
        })
        .collect::<Vec<_>>()
        .join("/");
    if let Some(query) = query.filter(|q| !q.is_empty()) {
        target.push('?');
        target.push_str(query);
    }
    to(StatusCode::PERMANENT_REDIRECT, &target)
}

/// To another address with GET (`303`).
pub(crate) fn see_other(target: &str) -> Response {
    to(StatusCode::SEE_OTHER, target)
}

fn to(status: StatusCode, target: &str) -> Response {
    match HeaderValue::from_str(target) {
        Ok(value) => (status, [(header::LOCATION, value)]).into_response(),
        Err(_) => WebError::not_found().into_response(),
    }
}

/// An error's own page.
pub(crate) fn error_page(
    site: &Site,
    visitor: &Visitor,
    error: &WebError,
    request_id: &str,
) -> Response {
    let mut reason = error.reason();
    if error.status.is_server_error() {
        reason.request_id = Some(request_id.to_owned());
    }
    let frame = site.frame(visitor);
    if let Some(platform) = frame.platform.as_ref().filter(|_| error.code == ELSEWHERE) {
        reason = reason.link(platform, "到“信用中国”网站查询");
    }
    if !frame.shows_records() {
        reason
            .next
            .retain(|next| next.href.as_deref() != Some("/records"));
    }
    let page = crate::reason::ReasonPage { frame, reason };
    html_with(error.status, &page, Cache::Never).unwrap_or_else(|_| error.status.into_response())
}
