//! The portal around the site: its logo, as the operator set it.

use crate::{error::WebError, respond::Answer, site::Site, visitor::Segment};
use axum::{extract::State, http::header, response::IntoResponse};

pub(crate) async fn logo(State(site): State<Site>, Segment(tag): Segment) -> Answer {
    let deployment = site.deployment();
    let known = deployment.district().portal.logo.as_ref();
    let bytes = deployment
        .logo()
        .filter(|_| known.is_some_and(|logo| logo.tag() == tag));
    let bytes = bytes.ok_or_else(WebError::not_found)?.to_vec();
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, bytes).into_response())
}
