//! The site below a path of its host, inside a portal. Within the program every address begins at
//! the root: the path is taken off what comes in and put before what goes out, here and nowhere else.
//! JSON has its addresses from [`crate::site::Site::path`].

use axum::{
    Router,
    body::Body,
    extract::{OriginalUri, Request},
    http::{HeaderValue, StatusCode, Uri, header, uri::PathAndQuery},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// Answered at the root as well: whoever watches the process asks it, not the portal.
const WATCHED: [&str; 2] = ["/healthz", "/readyz"];
/// No address of ours: what is asked outside of the path is asked of nobody.
const NOWHERE: &str = "/-";

/// The site below `path`; as it is where there is none.
pub(crate) fn below(path: &str, site: Router) -> Router {
    if path.is_empty() {
        return site;
    }
    let path = path.to_owned();
    Router::new().fallback(move |mut request: Request| {
        let (path, site) = (path.clone(), site.clone());
        async move {
            let asked = request.uri();
            let inside = match rest(&path, asked.path()) {
                Some(rest) => rest.to_owned(),
                None if WATCHED.contains(&asked.path()) => asked.path().to_owned(),
                // Who opens the program itself, without the portal.
                None if asked.path() == "/" => {
                    return to(StatusCode::TEMPORARY_REDIRECT, &format!("{path}/"));
                }
                None => NOWHERE.to_owned(),
            };
            *request.uri_mut() = with_path(asked, &inside);
            // The routes behind this one note the address that they see.
            request.extensions_mut().remove::<OriginalUri>();
            match site.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
    })
}

/// What of an address stands below the path.
fn rest<'a>(path: &str, asked: &'a str) -> Option<&'a str> {
    match asked.strip_prefix(path)? {
        "" => Some("/"),
        rest if rest.starts_with('/') => Some(rest),
        _ => None,
    }
}

fn with_path(uri: &Uri, path: &str) -> Uri {
    let whole = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    // What was cut out of an address is one.
    parts.path_and_query = PathAndQuery::try_from(whole).ok();
    Uri::from_parts(parts).unwrap_or_default()
}

fn to(status: StatusCode, target: &str) -> Response {
    match HeaderValue::from_str(target) {
        Ok(value) => (status, [(header::LOCATION, value)]).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Puts the path before every address of an answer: where it leads to, and what its page links.
pub(crate) async fn put_before(path: &str, mut response: Response) -> Response {
    if path.is_empty() {
        return response;
    }
    if let Some(target) = response.headers().get(header::LOCATION)
        && let Ok(target) = target.to_str()
        && target.starts_with('/')
        && let Ok(target) = HeaderValue::from_str(&format!("{path}{target}"))
    {
        response.headers_mut().insert(header::LOCATION, target);
    }
    let kind = response.headers().get(header::CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // Told for the page without the path.
    parts.headers.remove(header::CONTENT_LENGTH);
    let Ok(page) = body.collect().await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let page = String::from_utf8_lossy(&page.to_bytes()).into_owned();
    Response::from_parts(parts, Body::from(in_page(path, &page)))
}

/// Attributes that hold an address.
const ADDRESSES: [&str; 4] = ["href", "src", "action", "formaction"];

/// A page with the path before its addresses. Text of a page holds no quotation mark that is not
/// written otherwise, so what looks like such an attribute is one.
fn in_page(path: &str, page: &str) -> String {
    let mut out = String::with_capacity(page.len() + page.len() / 16);
    let mut rest = page;
    while let Some(at) = rest.find("=\"/") {
        let (before, value) = rest.split_at(at + 2);
        out.push_str(before);
        let name = before.strip_suffix("=\"").unwrap_or_default();
        let name = name.rsplit([' ', '\n', '\t']).next().unwrap_or_default();
        if ADDRESSES.contains(&name) {
            out.push_str(path);
        }
        rest = value;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_below_the_path_is_inside() {
        for (asked, inside) in [
            ("/credit", Some("/")),
            ("/credit/", Some("/")),
            ("/credit/records", Some("/records")),
            ("/credit//evil.example", Some("//evil.example")),
            ("/creditors", None),
            ("/records", None),
            ("/", None),
            ("/Credit/", None),
        ] {
            assert_eq!(rest("/credit", asked), inside, "{asked}");
        }
    }

    #[test]
    fn addresses_of_a_page_get_the_path_and_nothing_else_does() {
        let page = "<a href=\"/\">=\"/ =&#34;/x</a><a href=\"https://a.example/\"></a><a\nclass=\"x\" href=\"/records?a=b#c\">\
                    </a><input value=\"/about\"><form action=\"/search\"><img src=\"/static/1/a.svg\"><a href=\"#x\">";
        let told = "<a href=\"/c/\">=\"/ =&#34;/x</a><a href=\"https://a.example/\"></a><a\nclass=\"x\" href=\"/c/records?a=b#c\">\
                    </a><input value=\"/about\"><form action=\"/c/search\"><img src=\"/c/static/1/a.svg\"><a href=\"#x\">";
        assert_eq!(in_page("/c", page), told);
    }
}
