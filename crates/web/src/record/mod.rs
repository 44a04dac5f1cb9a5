//! `/records/{id}`.

pub(crate) mod api;
pub(crate) mod list;
pub(crate) mod list_page;
pub(crate) mod page;
pub(crate) mod rail;

use crate::{
    error::WebError,
    record::page::{GonePage, RecordPage},
    respond::{self, Answer, Cache},
    site::Site,
    visitor::{Params, Segment, Visitor},
};
use axum::{extract::State, http::StatusCode};
use xinheng_app::view::RecordAnswer;

pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(id): Segment,
    params: Params,
) -> Answer {
    let (as_of, known_at) = params.dates()?;
    let frame = site.frame(&visitor);
    site.read(
        move |ctx| match xinheng_app::site::record(ctx, &id, as_of, known_at)? {
            RecordAnswer::Shown(record) => {
                respond::html(&RecordPage::new(frame, *record), Cache::Ask)
            }
            RecordAnswer::Gone(t) => {
                respond::html_with(StatusCode::GONE, &GonePage { frame, t: *t }, Cache::Never)
            }
            RecordAnswer::Unknown => Err(WebError::no_record()),
        },
    )
    .await
}
