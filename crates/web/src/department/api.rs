//! Departments that report.

use crate::{
    api::{openapi::tag, problem::Problem},
    error::WebError,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::Segment,
};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use xinheng_app::view::{DepartmentView, Withdrawal};

/// Departments that report.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepartmentList {
    /// The departments.
    pub departments: Vec<DepartmentView>,
}

/// Decisions of a department that are no more.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithdrawalList {
    /// The notices, the latest first.
    pub withdrawals: Vec<Withdrawal>,
}

/// Departments that report, and up to which day
#[utoipa::path(
    get, path = "/api/v1/departments", tag = tag::REFERENCE, operation_id = "listDepartments",
    responses(
        (status = 200, description = "报送部门", body = DepartmentList),
        (status = 503, description = "现在太忙，见 Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn all(State(site): State<Site>) -> Answer {
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
