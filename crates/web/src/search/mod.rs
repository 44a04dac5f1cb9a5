//! `/search`: an empty question shows the box, anything else the answer.

pub(crate) mod api;
pub(crate) mod page;

use crate::{
    respond::{self, Answer, Cache},
    search::page::{DEFAULT_LIMIT, MAX_LIMIT, SearchPage},
    site::Site,
    visitor::{Params, Visitor},
};
use axum::extract::State;

/// Longest question that is looked at, in characters.
pub(crate) const LONGEST_QUERY: usize = 100;

/// A search has no further pages.
pub(crate) const NO_MORE: &str = "单位太多时，请多写几个字，或者写完整代码。";

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, params: Params) -> Answer {
    let limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT, NO_MORE)?;
    let query: String = params
        .get("q")
        .unwrap_or_default()
        .chars()
        .take(LONGEST_QUERY)
        .collect();
    let mut frame = site.frame(&visitor);
    site.read(move |ctx| {
        let answer = xinheng_app::site::search(ctx, &query, limit)?;
        // What must not be repeated (an identity number) is not carried in the page either.
        if answer.query.is_empty() {
            "/search".clone_into(&mut frame.path);
        }
        respond::html(
            &SearchPage {
                frame,
                answer,
                limit,
            },
            Cache::Ask,
        )
    })
    .await
}
