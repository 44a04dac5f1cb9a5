//! `/site-map`.

pub(crate) mod page;

use crate::{
    respond::{self, Answer, Cache},
    site::Site,
    site_map::page::SiteMapPage,
    visitor::Visitor,
};
use axum::extract::State;

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let departments = xinheng_app::department::list(ctx)?;
        let page = SiteMapPage {
            frame,
            items: ctx.law().items(),
            departments: departments.into_iter().map(|d| (d.code, d.name)).collect(),
        };
        respond::html(&page, Cache::Minutes)
    })
    .await
}
