//! For those who watch the process.

use crate::{
    error::WebError,
    respond::{self, Cache},
    site::Site,
};
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The process lives.
pub(crate) async fn alive() -> Result<Response, WebError> {
    respond::json(&serde_json::json!({"status": "ok"}), Cache::Never)
}

/// The database answers.
pub(crate) async fn ready(State(site): State<Site>) -> Result<Response, WebError> {
    let asked = site.read(|ctx| Ok(ctx.deployment().ready()?)).await;
    match asked {
        Ok(()) => respond::json(&serde_json::json!({"status": "ready"}), Cache::Never),
        Err(error) => {
            let mut answer = respond::json_with(
                StatusCode::SERVICE_UNAVAILABLE,
                "application/json",
                &serde_json::json!({"status": "not_ready", "detail": "数据库没有应答"}),
                Cache::Never,
            )?;
            let again = error.retry_after.unwrap_or(10);
            let headers = answer.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(again));
            Ok(answer)
        }
    }
}

/// Copies in search engines would outlive the period of publicity.
pub(crate) async fn robots(State(site): State<Site>) -> Response {
    let closed = [
        "records", "subjects", "search", "check", "api", "verify", "my",
    ];
    let closed = closed.map(|part| format!("Disallow: {}/{part}\n", site.path()));
    let text = format!("User-agent: *\n{}", closed.concat());
    (
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=300"),
        ],
        text,
    )
        .into_response()
}
