//! Every address of the site, in one table.

use crate::{
    about,
    api::openapi,
    around, ask, assets, catalogue, check, department,
    error::WebError,
    health, help, home, incoming, office, path, portal, proof, record, respond, rules, search,
    site::{Limits, Site},
    site_map, space, subject, text_size, visitor,
};
use axum::{
    Router,
    extract::{OriginalUri, Request},
    http::Method,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, DefaultPredicate, predicate::Predicate as _},
};
use xinheng_app::{Act, Deployment};

macro_rules! routes {
    (@files $path:literal) => { $path };
    ($routes:ident, $files:ident, $table:ident;
        $($method:ident $path:literal $(takes $what:ident)? => $act:ident, $handler:path;)*) => {
        /// Every address with its method and its act, for the tables that are held in review.
        pub const $routes: &[(&str, &str, Act)] =
            &[$((stringify!($method), $path, Act::$act)),*];

        /// The addresses that take a file with POST; all others take a few words at most.
        pub const $files: &[&str] = &[$($($crate::router::routes!(@$what $path),)?)*];

        fn $table() -> axum::Router<$crate::site::Site> {
            axum::Router::new()$(.route(
                $path,
                $crate::router::named(Act::$act, axum::routing::$method($handler)),
            ))*
        }
    };
}

tokio::task_local! {
    /// The act that the address of the running request names; in debug builds.
    static NAMED: Act;
}

pub(crate) use routes;

/// In debug builds an answer that rests on another act than its address names is a fault.
pub(crate) fn named(act: Act, route: MethodRouter<Site>) -> MethodRouter<Site> {
    if cfg!(debug_assertions) {
        route.layer(middleware::from_fn(move |request: Request, next: Next| {
            NAMED.scope(act, next.run(request))
        }))
    } else {
        route
    }
}

/// The act that the address of the running request names, where that is told.
pub(crate) fn named_act() -> Option<Act> {
    NAMED.try_with(|act| *act).ok()
}

routes! {
    ROUTES, FILE_ROUTES, table;
    get "/" => HomeOpen, home::show;
    get "/search" => SubjectSearch, search::show;
    get "/subjects/{code}" => SubjectOpen, subject::show;
    get "/subjects/{code}/records" => SubjectOpen, subject::records;
    get "/records" => RecordList, record::list::show;
    get "/records.csv" => RecordList, record::list::csv;
    get "/records.xlsx" => RecordList, record::list::workbook;
    get "/records/{id}" => RecordOpen, record::show;
    get "/records/{id}/proof.json" => RecordOpen, proof::file;
    get "/verify" => SiteOpen, proof::form;
    post "/verify" => ProofCheck, proof::submit;
    get "/verify/{code}" => ProofCheck, proof::show;
    get "/ask" => SiteOpen, ask::all;
    get "/ask/{kind}" => CaseAsked, ask::form;
    post "/ask/{kind}" => CaseAsk, ask::submit;
    get "/asked/{token}" => CaseAsked, ask::asked;
    get "/answers" => AnswerList, ask::answers;
    get "/departments" => DepartmentList, department::all;
    get "/departments/{code}" => WithdrawalList, department::one;
    get "/check" => SiteOpen, check::form;
    post "/check" takes files => FileCheck, check::submit;
    get "/check/results/{token}" => FileCheck, check::result;
    get "/check/results/{token}/workbook.xlsx" => FileCheck, check::kept_workbook;
    get "/check/results/{token}/findings.xlsx" => FileCheck, check::list;
    get "/check/results/{token}/findings.jsonl" => FileCheck, check::lines;
    post "/check/results/{token}/delete" => FileCheck, check::delete;
    get "/help/findings" => SiteOpen, help::all;
    get "/help/findings/{code}" => SiteOpen, help::one;
    get "/help/problems" => SiteOpen, help::problems;
    get "/guide/repair" => SiteOpen, rules::repair_guide;
    get "/rules" => SiteOpen, rules::all;
    get "/rules/sources/{id}" => SiteOpen, rules::source;
    get "/catalogue" => SiteOpen, catalogue::all;
    get "/catalogue/{item}" => SiteOpen, catalogue::one;
    get "/catalogue/{item}/template.xlsx" => SiteOpen, catalogue::template;
    get "/about" => SiteOpen, about::show;
    get "/site-map" => SiteOpen, site_map::show;
    get "/portal/{tag}/logo.png" => SiteOpen, portal::logo;
    post "/text-size" => SiteOpen, text_size::choose;
    get "/robots.txt" => SiteOpen, health::robots;
    get "/healthz" => SiteOpen, health::alive;
    get "/readyz" => SiteOpen, health::ready;
    get "/static/{tag}/{name}" => SiteOpen, assets::serve;
    get "/api/v1/subjects/{code}" => SubjectOpen, subject::api::one;
    get "/api/v1/subjects/{code}/records" => SubjectOpen, subject::api::records;
    get "/api/v1/records" => RecordList, record::api::list;
    get "/api/v1/records/{id}" => RecordOpen, record::api::one;
    get "/api/v1/proofs/{code}" => ProofCheck, proof::api::one;
    get "/api/v1/search" => SubjectSearch, search::api::search;
    get "/api/v1/departments" => DepartmentList, department::api::all;
    get "/api/v1/departments/{code}/withdrawals" => WithdrawalList, department::api::withdrawals;
    get "/api/v1/catalogue" => SiteOpen, catalogue::api::all;
    get "/api/v1/catalogue/{item}" => SiteOpen, catalogue::api::one;
    get "/api/v1/findings" => SiteOpen, help::api::all;
    post "/api/v1/check" takes files => FileCheck, check::api::check;
    post "/api/v1/check/workbook" takes files => FileCheck, check::api::workbook;
    get "/api/v1/openapi.json" => SiteOpen, openapi::document;
    get "/openapi.json" => SiteOpen, openapi::document;
}

/// The site as a service, without a listener: for tests and for embedding.
///
/// # Errors
/// No temporary folder can be had.
pub fn router(
    deployment: Deployment,
    clock: crate::Clock,
    limits: Limits,
) -> std::io::Result<Router> {
    Ok(build(Site::new(deployment, clock, limits)?))
}

/// The office's side of the same site.
///
/// # Errors
/// As [`router`].
pub fn office_router(
    deployment: Deployment,
    clock: crate::Clock,
    limits: Limits,
) -> std::io::Result<Router> {
    Ok(build(Site::new(deployment, clock, limits)?.office()))
}

pub(crate) fn build(site: Site) -> Router {
    if site.is_office() {
        return office::build(site);
    }
    let path = site.path().to_owned();
    let whole = table()
        .merge(space::build(&site))
        .merge(openapi::viewer(&path))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(
            site.clone(),
            incoming::admit,
        ))
        .layer(middleware::from_fn_with_state(site.clone(), around::around))
        // The fastest level: a page is small, and a request must not wait for the last percent.
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(DefaultPredicate::new().and(space::is_for_everybody)),
        )
        .with_state(site);
    path::below(&path, whole)
}

/// Nothing at this address; one with a slash too many leads to the one without.
pub(crate) async fn nothing_here(method: Method, OriginalUri(uri): OriginalUri) -> Response {
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

pub(crate) async fn wrong_method() -> WebError {
    WebError::method()
}

/// Whether an address takes files.
pub(crate) fn takes_files(site: &Site, path: &str) -> bool {
    if site.is_office() {
        return office::OFFICE_FILE_ROUTES.contains(&path);
    }
    FILE_ROUTES.contains(&path) || space::SPACE_FILE_ROUTES.contains(&path)
}
