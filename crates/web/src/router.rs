//! Every address of the site, in one table.

use crate::{
    api, around, assets,
    error::WebError,
    handlers::{
        about, catalogue, check, department, dossier, health, help, home, list, record, rules,
        search, text_size,
    },
    incoming, respond,
    site::{Limits, Site},
    visitor,
};
use axum::{
    Router,
    extract::OriginalUri,
    http::Method,
    middleware,
    response::{IntoResponse, Response},
    routing,
};
use tower_http::{CompressionLevel, compression::CompressionLayer};
use xinheng_app::Office;

macro_rules! routes {
    (@files $path:literal) => { $path };
    ($($method:ident $path:literal $(takes $what:ident)? => $handler:path;)*) => {
        /// Every address with its method, for the table of addresses that is held in review.
        pub const ROUTES: &[(&str, &str)] = &[$((stringify!($method), $path)),*];

        /// The addresses that take a file with POST; all others take a few words at most.
        pub const FILE_ROUTES: &[&str] = &[$($(routes!(@$what $path),)?)*];

        fn table() -> Router<Site> {
            Router::new()$(.route($path, routing::$method($handler)))*
        }
    };
}

routes! {
    get "/" => home::show;
    get "/search" => search::show;
    get "/subjects/{code}" => dossier::show;
    get "/subjects/{code}/records" => dossier::records;
    get "/records" => list::show;
    get "/records/{id}" => record::show;
    get "/departments" => department::all;
    get "/departments/{code}" => department::one;
    get "/check" => check::form;
    post "/check" takes files => check::submit;
    post "/check/workbook" takes files => check::workbook;
    get "/check/results/{token}" => check::result;
    get "/check/results/{token}/findings.jsonl" => check::download;
    post "/check/results/{token}/delete" => check::delete;
    get "/help/findings" => help::all;
    get "/help/findings/{code}" => help::one;
    get "/help/problems" => help::problems;
    get "/guide/repair" => rules::repair_guide;
    get "/rules" => rules::all;
    get "/rules/sources/{id}" => rules::source;
    get "/catalogue" => catalogue::all;
    get "/catalogue/{item}" => catalogue::one;
    get "/catalogue/{item}/template.xlsx" => catalogue::template;
    get "/about" => about::show;
    post "/text-size" => text_size::choose;
    get "/robots.txt" => health::robots;
    get "/healthz" => health::alive;
    get "/readyz" => health::ready;
    get "/static/{tag}/{name}" => assets::serve;
    get "/api/v1/subjects/{code}" => api::subjects::one;
    get "/api/v1/subjects/{code}/records" => api::subjects::records;
    get "/api/v1/records" => api::records::list;
    get "/api/v1/records/{id}" => api::records::one;
    get "/api/v1/search" => api::search::search;
    get "/api/v1/departments" => api::reference::departments;
    get "/api/v1/departments/{code}/withdrawals" => api::reference::withdrawals;
    get "/api/v1/catalogue" => api::reference::catalogue;
    get "/api/v1/catalogue/{item}" => api::reference::item;
    get "/api/v1/findings" => api::reference::findings;
    post "/api/v1/check" takes files => api::check::check;
    post "/api/v1/check/workbook" takes files => api::check::workbook;
    get "/api/v1/openapi.json" => api::openapi::document;
    get "/openapi.json" => api::openapi::document;
}

/// The site as a service, without a listener: for tests and for embedding.
///
/// # Errors
/// No temporary folder can be had.
pub fn router(office: Office, clock: crate::Clock, limits: Limits) -> std::io::Result<Router> {
    Ok(build(Site::new(office, clock, limits)?))
}

pub(crate) fn build(site: Site) -> Router {
    table()
        .merge(api::openapi::viewer())
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(
            site.clone(),
            incoming::admit,
        ))
        .layer(middleware::from_fn_with_state(site.clone(), around::around))
        // The fastest level: a page is small, and a request must not wait for the last percent.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .with_state(site)
}

/// Nothing at this address; one with a slash too many leads to the one without.
async fn nothing_here(method: Method, OriginalUri(uri): OriginalUri) -> Response {
    let path = uri.path();
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() < path.len()
        && trimmed.starts_with('/')
        && !trimmed.starts_with("//")
        && matches!(method, Method::GET | Method::HEAD)
        && !visitor::holds_number(&uri.to_string())
    {
        return respond::moved(trimmed, uri.query());
    }
    WebError::not_found().into_response()
}

async fn wrong_method() -> WebError {
    WebError::method()
}
