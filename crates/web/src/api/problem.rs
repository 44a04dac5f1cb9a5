//! Problem details (RFC 9457) with a link to the page that explains.

use crate::{
    error::WebError,
    respond::{self, Cache},
};
use axum::{http::StatusCode, response::Response};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use xinheng_app::view::Tombstone;
use xinheng_domain::refusal::Refusal;

/// Why there is no ordinary answer (`application/problem+json`).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Address of the kind of problem; stable.
    #[serde(rename = "type")]
    #[schema(example = "/help/problems#not-found")]
    pub kind: String,
    /// Chinese: what.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Chinese: why, and what to do.
    pub detail: String,
    /// Stable id of the problem.
    #[schema(example = "not-found")]
    pub code: String,
    /// Page that explains.
    pub help: String,
    /// Number of the request in the log.
    pub request_id: String,
    /// What is not done by rule (`422` only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<RefusalView>,
    /// What is left of a record that is over (`410` only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tombstone: Option<Tombstone>,
}

/// What is not done by rule, and the way out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RefusalView {
    /// Stable id of the refusal.
    #[schema(example = "record-over")]
    pub code: String,
    /// Chinese: the article it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// The first day on which it may be done.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Chinese: what to do instead.
    pub remedy: String,
}

impl From<&Refusal> for RefusalView {
    fn from(refusal: &Refusal) -> Self {
        Self {
            code: refusal.code.as_str().to_owned(),
            basis: refusal.basis.clone(),
            until: refusal.until,
            remedy: refusal.remedy.clone(),
        }
    }
}

const KIND: &str = "application/problem+json";

/// The problem document of an error.
pub(crate) fn document(path: &str, error: &WebError, request_id: &str) -> Response {
    let help = format!("{path}/help/problems#{}", error.code);
    let problem = Problem {
        kind: help.clone(),
        title: error.title.clone(),
        status: error.status.as_u16(),
        detail: error.detail.clone(),
        code: error.code.to_owned(),
        help,
        request_id: request_id.to_owned(),
        refusal: error.refusal.as_deref().map(RefusalView::from),
        tombstone: error.tombstone.as_deref().cloned(),
    };
    let answer = respond::json_with(error.status, KIND, &problem, Cache::Never);
    answer.unwrap_or_else(|e| {
        let mut bare = Response::default();
        *bare.status_mut() = e.status;
        bare
    })
}

/// `410` with what is left.
pub(crate) fn gone(tombstone: Tombstone) -> WebError {
    WebError {
        status: StatusCode::GONE,
        code: "gone",
        title: "这条记录已不再公示".to_owned(),
        detail: tombstone.message.clone(),
        retry_after: None,
        again: false,
        cause: None,
        refusal: None,
        tombstone: Some(Box::new(tombstone)),
    }
}
