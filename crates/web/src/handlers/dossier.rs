//! `/subjects/{code}` and its records.

use super::Answer;
use crate::{
    error::WebError,
    pages::{
        dossier::DossierPage,
        list::{self, ListPage},
    },
    respond::{self, Cache},
    site::Site,
    visitor::{Params, Segment, Visitor},
};
use axum::extract::{OriginalUri, State};

pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(code): Segment,
    params: Params,
    OriginalUri(uri): OriginalUri,
) -> Answer {
    let (as_of, known_at) = params.dates()?;
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let asked = plain(&code);
        let found = xinheng_app::site::dossier(ctx, &asked, as_of, known_at)?;
        let d = found.ok_or_else(|| WebError::no_subject(&code))?;
        // An old code, one with blanks or small letters: one address per organisation.
        if d.subject.code != code {
            return Ok(respond::moved(
                &format!("/subjects/{}", d.subject.code),
                uri.query(),
            ));
        }
        respond::html(&DossierPage { frame, d }, Cache::Ask)
    })
    .await
}

pub(crate) async fn records(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(code): Segment,
    params: Params,
) -> Answer {
    let (as_of, known_at) = params.dates()?;
    let limit = params.limit(list::DEFAULT_LIMIT, list::MAX_LIMIT)?;
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let (item, cursor) = (params.get("item"), params.get("cursor"));
        let code = plain(&code);
        let found =
            xinheng_app::site::subject_records(ctx, &code, item, cursor, limit, as_of, known_at)?;
        let list = found.ok_or_else(|| WebError::no_subject(&code))?;
        let title = item
            .and_then(|id| ctx.office().rulebook().item(id))
            .map_or("全部记录", |i| i.title.as_str());
        let page = ListPage {
            frame,
            heading: format!("公示中的{title}"),
            base: format!("/subjects/{code}/records"),
            subject: Some(code),
            asked: list::asked(&params),
            list,
            first: cursor.is_none(),
        };
        respond::html(&page, Cache::Ask)
    })
    .await
}

/// A code as people write it: blanks out, letters large.
pub(crate) fn plain(code: &str) -> String {
    code.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_uppercase())
        .collect()
}
