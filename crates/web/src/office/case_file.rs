//! Files of a case: added, taken away, removed.

use super::{
    case,
    who::{self, Sent, Who},
};
use crate::{
    check::{self, upload},
    error::WebError,
    respond::{self, Answer, Cache},
    site::Site,
};
use axum::extract::{Path, Request, State};
use xinheng_app::{
    Act,
    case::{attach as add, detach, download as open},
};

/// The files of a case, after something was done with them.
fn files(site: &Site, id: &str) -> axum::response::Response {
    respond::see_other(&format!("{}/cases/{id}#files", site.base()))
}

pub(crate) async fn attach(
    State(site): State<Site>,
    who: Who,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    const NO_FORM: &str = "请用页面上的表单选择文件后提交。";
    if !who::from_here(request.headers()) {
        return Err(who::not_from_here());
    }
    // Before any of the file is taken.
    site.act(who.actor(), |ctx| Ok(ctx.allow(Act::CaseAttach)?))
        .await?;
    let Some(file) = upload::form(&site, request, NO_FORM).await? else {
        return case::refused(&site, &who, id, "请先选择一个文件。".to_owned()).await;
    };
    if file.token != who.form_token {
        return Err(who::not_from_here());
    }
    let of_case = id.clone();
    let added = site
        .act(who.actor(), move |ctx| {
            let bytes = std::fs::read(&file.path).map_err(|error| {
                tracing::error!(%error, "an upload could not be read");
                WebError::of_io(&error)
            })?;
            Ok(add(ctx, &of_case, &file.name, &bytes)?)
        })
        .await;
    match added {
        Ok(_) => Ok(files(&site, &id)),
        Err(error) if error.is_refusal() => case::refused(&site, &who, id, error.told()).await,
        Err(error) => Err(error),
    }
}

pub(crate) async fn download(
    State(site): State<Site>,
    who: Who,
    Path((id, file)): Path<(String, String)>,
) -> Answer {
    site.act(who.actor(), move |ctx| {
        let (name, media, bytes) = open(ctx, &id, &file)?;
        let response = respond::bytes(media, bytes, Cache::Never);
        Ok(check::attachment(response, &name))
    })
    .await
}

pub(crate) async fn remove(
    State(site): State<Site>,
    who: Who,
    Path((id, file)): Path<(String, String)>,
    _sent: Sent,
) -> Answer {
    let again = files(&site, &id);
    site.act(who.actor(), move |ctx| {
        detach(ctx, &id, &file)?;
        Ok(again)
    })
    .await
}
