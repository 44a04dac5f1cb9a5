//! Departments, the catalogue, what the codes of findings mean.

use super::{
    openapi::tag,
    problem::Problem,
    schema::{Catalogue, DepartmentList, FindingHelp, FindingHelpList, WithdrawalList},
};
use crate::{
    catalogue_view::ItemInfo,
    error::WebError,
    handlers::Answer,
    respond::{self, Cache},
    site::Site,
    visitor::Segment,
};
use axum::extract::State;

/// Departments that report, and up to which day
#[utoipa::path(
    get, path = "/api/v1/departments", tag = tag::REFERENCE, operation_id = "listDepartments",
    responses(
        (status = 200, description = "报送部门", body = DepartmentList),
        (status = 503, description = "现在太忙，见 Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn departments(State(site): State<Site>) -> Answer {
    site.read(|ctx| {
        let departments = xinheng_app::site::departments(ctx)?;
        respond::json(&DepartmentList { departments }, Cache::Ask)
    })
    .await
}

/// Decisions of a department that were public and are no more
///
/// Withdrawal notices (撤回说明) as the Penalty Law asks for them: document number, day and reason,
/// without party and facts, for a limited time.
#[utoipa::path(
    get, path = "/api/v1/departments/{code}/withdrawals", tag = tag::REFERENCE, operation_id = "listWithdrawals",
    params(("code" = String, Path, description = "报送部门编号", example = "d001")),
    responses(
        (status = 200, description = "撤回说明，新的在前；没有的为空", body = WithdrawalList),
        (status = 404, description = "没有这个部门", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "现在太忙，见 Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdrawals(State(site): State<Site>, Segment(code): Segment) -> Answer {
    site.read(move |ctx| {
        let departments = xinheng_app::site::departments(ctx)?;
        if !departments.iter().any(|d| d.code == code) {
            return Err(WebError::not_found());
        }
        let withdrawals = xinheng_app::site::withdrawals(ctx, &code)?;
        respond::json(&WithdrawalList { withdrawals }, Cache::Ask)
    })
    .await
}

/// Kinds of information that are collected
#[utoipa::path(
    get, path = "/api/v1/catalogue", tag = tag::REFERENCE, operation_id = "listCatalogue",
    responses((status = 200, description = "信息目录", body = Catalogue))
)]
pub(crate) async fn catalogue(State(site): State<Site>) -> Answer {
    site.read(|ctx| {
        let items = ItemInfo::all(ctx.deployment().rulebook(), ctx.today());
        respond::json(&Catalogue { items }, Cache::Minutes)
    })
    .await
}

/// One kind of information, field by field
#[utoipa::path(
    get, path = "/api/v1/catalogue/{item}", tag = tag::REFERENCE, operation_id = "getCatalogueItem",
    params(("item" = String, Path, description = "信息种类", example = "penalty")),
    responses(
        (status = 200, description = "目录项", body = ItemInfo),
        (status = 404, description = "没有这个目录项", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn item(State(site): State<Site>, Segment(id): Segment) -> Answer {
    site.read(move |ctx| {
        let rulebook = ctx.deployment().rulebook();
        let item = rulebook.item(&id).ok_or_else(WebError::not_found)?;
        respond::json(&ItemInfo::of(rulebook, item, ctx.today()), Cache::Minutes)
    })
    .await
}

/// What every code of a finding means and how to mend it
#[utoipa::path(
    get, path = "/api/v1/findings", tag = tag::CHECK, operation_id = "listFindingHelp",
    responses((status = 200, description = "校核问题说明", body = FindingHelpList))
)]
pub(crate) async fn findings(State(site): State<Site>) -> Answer {
    site.read(|ctx| {
        let messages = ctx.deployment().rulebook().messages().iter();
        let findings = messages.map(|m| FindingHelp {
            help: format!("/help/findings/{}", m.code),
            code: m.code.clone(),
            title: m.title.clone(),
            text: m.text.clone(),
            why: m.why.clone(),
            remedy: m.remedy.clone(),
            basis: m.basis.clone(),
        });
        let findings = findings.collect();
        respond::json(&FindingHelpList { findings }, Cache::Minutes)
    })
    .await
}
