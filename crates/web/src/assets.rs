//! Style, script and mark: embedded in the binary, addressed by their content.

use crate::{error::WebError, respond::Answer};
use axum::{
    extract::Path as RawPath,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    address: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let plain: [(&str, &str, &[u8]); 4] = [
        (
            "site.css",
            "text/css; charset=utf-8",
            include_bytes!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../static/site.css"
            )),
        ),
        (
            "pages.css",
            "text/css; charset=utf-8",
            include_bytes!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../static/pages.css"
            )),
        ),
        (
            "site.js",
            "text/javascript; charset=utf-8",
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../static/site.js")),
        ),
        (
            "mark.svg",
            "image/svg+xml",
            include_bytes!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../static/mark.svg"
            )),
        ),
    ];
    plain
        .into_iter()
        .map(|(name, kind, bytes)| {
            let digest = Sha256::digest(bytes);
            let tag: String = digest.iter().take(6).map(|b| format!("{b:02x}")).collect();
            Asset {
                name,
                kind,
                bytes,
                address: format!("/static/{tag}/{name}"),
            }
        })
        .collect()
});

/// The address of an embedded file; changes with its content, so it may be kept for ever.
pub(crate) fn address(name: &str) -> String {
    ASSETS
        .iter()
        .find(|a| a.name == name)
        .map_or_else(|| format!("/static/0/{name}"), |a| a.address.clone())
}

/// Serves an embedded file. An address of an older content still gets the file, uncached.
pub(crate) async fn serve(
    RawPath((tag, name)): RawPath<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    let asset = ASSETS
        .iter()
        .find(|a| a.name == name)
        .ok_or_else(WebError::not_found)?;
    let current = asset.address.contains(&format!("/{tag}/"));
    let etag = format!("\"{tag}\"");
    if current
        && headers
            .get(header::IF_NONE_MATCH)
            .is_some_and(|v| v.as_bytes() == etag.as_bytes())
    {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let cache = if current {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, cache),
        (header::ETAG, etag.as_str()),
    ];
    Ok((headers, asset.bytes).into_response())
}
