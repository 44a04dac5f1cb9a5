//! What happens around every request: number, log line, errors into pages, headers.

use crate::{api::problem, error::WebError, filters, path, respond, site::Site, visitor::Visitor};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    borrow::Cow,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};
use xinheng_domain::identity;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// No inline script, no inline style, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The viewer of the interface sets styles from its own script.
const POLICY_DOCS: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A number for a request: the caller's own where it is a plain one, else the next of ours.
fn request_id(headers: &HeaderMap) -> String {
    static PROCESS: LazyLock<String> = LazyLock::new(|| {
        uuid::Uuid::new_v4()
            .simple()
            .to_string()
            .chars()
            .take(8)
            .collect()
    });
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let plain = |v: &&str| {
        (1..=64).contains(&v.len())
            && v.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    headers
        .get(&REQUEST_ID)
        .and_then(|v| v.to_str().ok())
        .filter(plain)
        .map_or_else(
            || format!("{}-{}", *PROCESS, NEXT.fetch_add(1, Ordering::Relaxed)),
            str::to_owned,
        )
}

/// What is wrong with the head of a request, whatever it asks for.
fn fault_of_head(request: &Request) -> Option<WebError> {
    let headers = request.headers();
    // RFC 9112, 3.2: what stands before us may have read another host than we would.
    let hosts = headers.get_all(header::HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        return Some(WebError::bad_input(
            "请求里应当有一个 Host，也只能有一个。请用浏览器打开，或者检查发送请求的程序。",
        ));
    }
    // RFC 9112, 6.1: packed otherwise, the body is not what we would take it for.
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let chunked = |v: &HeaderValue| v.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked");
    if let Some(coding) = codings.next()
        && !(chunked(coding) && codings.next().is_none())
    {
        return Some(WebError::not_implemented());
    }
    // Browsers read it as a slash: a redirect to it would lead elsewhere.
    if request.uri().path().contains('\\') {
        return Some(WebError::bad_input(
            "地址中有反斜杠。请把“\\”改成“/”，或者从页面上的链接进入。",
        ));
    }
    None
}

/// A path as it may stand in the log: numbers of persons masked, however they are encoded.
fn logged(path: &str) -> Cow<'_, str> {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let parts = || decoded.split('/').map(identity::mask_code);
    if parts().all(|part| matches!(part, Cow::Borrowed(_))) {
        return Cow::Borrowed(path);
    }
    let parts: Vec<String> = parts().map(|part| filters::encode(&part)).collect();
    Cow::Owned(parts.join("/").replace("%2A", "*"))
}

/// The outermost layer.
pub(crate) async fn around(State(site): State<Site>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let wrong = fault_of_head(&request);
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let (parts, body) = request.into_parts();
    let visitor = Visitor::of(&parts);
    // A question has no body: it can be put again.
    let again =
        (method == Method::GET || method == Method::HEAD).then(|| (next.clone(), parts.clone()));
    let mut response = match wrong {
        Some(wrong) => wrong.into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    };
    if let Some((next, parts)) = again
        && response
            .extensions()
            .get::<WebError>()
            .is_some_and(|error| error.again)
    {
        response = next.run(Request::from_parts(parts, Body::empty())).await;
    }

    if let Some(error) = response.extensions_mut().remove::<WebError>() {
        if let Some(cause) = &error.cause {
            let path = &*logged(&path);
            tracing::error!(request_id = id, path, error = cause, "a use case failed");
        }
        let allow = response.headers_mut().remove(header::ALLOW);
        response = if path == "/api" || path.starts_with("/api/") {
            problem::document(site.path(), &error, &id)
        } else {
            respond::error_page(&site, &visitor, &error, &id)
        };
        let headers = response.headers_mut();
        if let Some(allow) = allow {
            headers.insert(header::ALLOW, allow);
        }
        if let Some(seconds) = error.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    } else if response.status() == StatusCode::OK
        && (method == Method::GET || method == Method::HEAD)
    {
        let etag = response.headers().get(header::ETAG);
        if let (Some(etag), Some(known)) = (etag, known)
            && matches_one(&known, etag)
        {
            let (mut parts, _) = response.into_parts();
            parts.headers.remove(header::CONTENT_TYPE);
            parts.headers.remove(header::CONTENT_LENGTH);
            response = (StatusCode::NOT_MODIFIED, parts.headers).into_response();
        }
    }
    response = path::put_before(site.path(), response).await;
    headers(&path, &id, response.headers_mut());
    let path = &*logged(&path);
    // Addresses only: what people search for stays out of the log.
    tracing::info!(
        request_id = id,
        method = %method,
        path,
        status = response.status().as_u16(),
        duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request answered"
    );
    response
}

fn matches_one(known: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(known), Ok(etag)) = (known.to_str(), etag.to_str()) else {
        return false;
    };
    known
        .split(',')
        .any(|one| one.trim() == etag || one.trim() == "*")
}

fn headers(path: &str, id: &str, headers: &mut HeaderMap) {
    let policy = if path.starts_with("/api/docs") {
        POLICY_DOCS
    } else {
        POLICY
    };
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        // The interface is for pages elsewhere, too.
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            if path.starts_with("/api/v1") {
                "cross-origin"
            } else {
                "same-origin"
            },
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID.clone(), value);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    // Copies in search engines would outlive the period of publicity (I9).
    if [
        "/records",
        "/subjects",
        "/search",
        "/check",
        "/verify",
        "/api",
    ]
    .iter()
    .any(|p| path.starts_with(p))
    {
        headers.insert(
            HeaderName::from_static("x-robots-tag"),
            HeaderValue::from_static("noindex, nofollow, noarchive"),
        );
    }
    if path.starts_with("/api/v1") {
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::logged;

    #[test]
    fn numbers_of_persons_do_not_stand_in_the_log() {
        let path = logged("/subjects/990101199003078818");
        assert!(
            path.starts_with("/subjects/99") && path.ends_with("***"),
            "{path}"
        );
        let encoded = logged("/subjects/%39901011990%30307881%38/records");
        assert_eq!(encoded, format!("{path}/records"));
        for plain in [
            "/subjects/91990100MA0X00015Q",
            "/help/%E9%97%AE",
            "/a\u{1b}%0a",
        ] {
            assert_eq!(logged(plain), plain);
        }
    }
}
