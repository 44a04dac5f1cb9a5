//! `/subjects/{code}` and its records.

pub(crate) mod api;
pub(crate) mod page;
pub(crate) mod plot;

use crate::{
    error::WebError,
    record::{
        list::{self, Asked},
        list_page::{self, ListPage},
    },
    respond::{self, Answer, Cache},
    site::Site,
    subject::page::DossierPage,
    visitor::{Params, Segment, Visitor, Way},
};
use axum::extract::{OriginalUri, State};
use xinheng_app::{Ctx, view::RecordList};
use xinheng_domain::identity;

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
        let asked = asked_code(&code)?;
        let found = xinheng_app::site::dossier(ctx, &asked, as_of, known_at)?;
        let d = found.ok_or_else(|| WebError::no_subject(&code))?;
        // An old code, one with blanks or small letters: one address per organisation.
        if d.subject.code != code {
            return Ok(respond::moved(
                &format!("/subjects/{}", d.subject.code),
                uri.query(),
            ));
        }
        respond::html(&DossierPage::new(frame, d), Cache::Ask)
    })
    .await
}

pub(crate) async fn records(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(code): Segment,
    params: Params,
) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let asked = list::of_subject(ctx, &params, Way::Page)?;
        let list = list_of(ctx, &code, &asked)?;
        let title = asked
            .item
            .as_deref()
            .and_then(|id| ctx.law().item_title(id))
            .unwrap_or("全部记录");
        let code = plain(&code);
        let page = ListPage {
            frame,
            heading: format!("公示中的{title}"),
            base: format!("/subjects/{code}/records"),
            subject: Some(code),
            asked: list_page::asked(&params),
            list,
            first: asked.cursor.is_none(),
            wrong: None,
        };
        respond::html(&page, Cache::Ask)
    })
    .await
}

/// An organisation's records, for the page and the interface.
pub(crate) fn list_of(ctx: &Ctx<'_>, code: &str, asked: &Asked) -> Result<RecordList, WebError> {
    let found = xinheng_app::site::subject_records(
        ctx,
        &asked_code(code)?,
        asked.item.as_deref(),
        asked.cursor.as_deref(),
        asked.limit,
        asked.as_of,
        asked.known_at,
    )?;
    found.ok_or_else(|| WebError::no_subject(code))
}

/// The code that is asked for. Somebody's identity number is none, whatever is stored.
pub(crate) fn asked_code(code: &str) -> Result<String, WebError> {
    let plain = plain(code);
    if identity::is_identity_code(plain.as_bytes()) {
        return Err(WebError::no_subject(code));
    }
    Ok(plain)
}

/// A code as people write it: blanks out, letters large.
fn plain(code: &str) -> String {
    code.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_uppercase())
        .collect()
}
