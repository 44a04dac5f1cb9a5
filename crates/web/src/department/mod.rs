//! `/departments`.

pub(crate) mod api;
pub(crate) mod page;

use crate::{
    department::page::{DepartmentPage, DepartmentsPage},
    error::WebError,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::{Segment, Visitor},
};
use axum::extract::State;

pub(crate) async fn all(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let departments = xinheng_app::site::departments(ctx)?;
        respond::html(&DepartmentsPage { frame, departments }, Cache::Ask)
    })
    .await
}

pub(crate) async fn one(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(code): Segment,
) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let departments = xinheng_app::site::departments(ctx)?;
        let d = departments
            .into_iter()
            .find(|d| d.code == code)
            .ok_or_else(WebError::not_found)?;
        let withdrawals = if frame.shows_records() {
            xinheng_app::site::withdrawals(ctx, &d.code)?
        } else {
            Vec::new()
        };
        let page = DepartmentPage {
            frame,
            d,
            withdrawals,
        };
        respond::html(&page, Cache::Ask)
    })
    .await
}
