//! The description of the interface, and its viewer (offline).

use crate::{
    api::problem,
    catalogue, check, department, help, proof, record,
    respond::{self, Answer, Cache},
    search,
    site::Site,
    subject,
};
use axum::{Router, extract::State};
use std::sync::LazyLock;
use utoipa::{OpenApi, openapi::Server};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Groups of addresses.
pub(crate) mod tag {
    pub(crate) const SUBJECTS: &str = "subjects";
    pub(crate) const RECORDS: &str = "records";
    pub(crate) const CHECK: &str = "check";
    pub(crate) const REFERENCE: &str = "reference";
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Xinheng public interface",
        description = "公共信用信息公示接口。只含今天可以公示的单位信息；自然人不在其中。\n\nPublic credit information of organisations in one district: only what may be public today. Dates `as_of` and `known_at` narrow, never widen. Lists use keyset paging: pass `next` as `cursor`. Errors are problem details (RFC 9457) with a `help` link.",
        license(name = "MIT OR Apache-2.0"),
    ),
    paths(
        subject::api::one, subject::api::records, search::api::search, record::api::list, record::api::one, proof::api::one,
        department::api::all, department::api::withdrawals, catalogue::api::all, catalogue::api::one, help::api::all, check::api::check,
        check::api::workbook,
    ),
    components(schemas(problem::Problem, check::schema::CheckLine)),
    tags(
        (name = "subjects", description = "单位 / organisations"),
        (name = "records", description = "记录 / records"),
        (name = "check", description = "表格校核 / checking a file"),
        (name = "reference", description = "部门和目录 / departments and catalogue"),
    ),
)]
struct Description;

/// The description, made once.
pub(crate) fn description() -> &'static utoipa::openapi::OpenApi {
    static MADE: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(Description::openapi);
    &MADE
}

pub(crate) async fn document(State(site): State<Site>) -> Answer {
    if site.path().is_empty() {
        return respond::json(description(), Cache::Minutes);
    }
    let mut below = description().clone();
    below.servers = Some(vec![Server::new(site.path())]);
    respond::json(&below, Cache::Minutes)
}

/// The viewer under `/api/docs`, from the binary alone.
pub(crate) fn viewer(path: &str) -> Router<Site> {
    Router::new().merge(
        SwaggerUi::new("/api/docs")
            .config(Config::from(format!("{path}/api/v1/openapi.json")).use_base_layout()),
    )
}
