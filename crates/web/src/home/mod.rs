//! `/`.

pub(crate) mod page;

use crate::{
    home::page::HomePage,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::Visitor,
};
use axum::extract::State;

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let home = xinheng_app::site::home(ctx)?;
        respond::html(&HomePage { frame, home }, Cache::Ask)
    })
    .await
}
