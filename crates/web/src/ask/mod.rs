//! `/ask`, `/asked`, `/answers`: what anybody asks without an account, the private link that leads to
//! what becomes of it, and the answers that everybody reads.

pub(crate) mod page;

use crate::{
    ask::page::{AnswersPage, AskPage, AskedPage, AsksPage},
    error::WebError,
    office::{Tried, address, from_here, not_from_here, tried_of},
    respond::{self, Answer, Cache},
    site::Site,
    visitor::{Params, Segment, Visitor},
};
use axum::{
    extract::{FromRequest as _, Request, State},
    http::StatusCode,
};
use std::collections::HashMap;
use xinheng_app::{
    Actor,
    case::{self, AskOutcome, Asking},
};

/// What one address may ask in an hour: beyond it somebody else's questions are not read.
pub(crate) const AN_HOUR: u32 = 20; // no law: ours, against floods

pub(crate) async fn all(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let kinds = case::asks(ctx);
        respond::html(&AsksPage { frame, kinds }, Cache::Minutes)
    })
    .await
}

pub(crate) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(kind): Segment,
    params: Params,
) -> Answer {
    let frame = site.frame(&visitor);
    let mut typed = HashMap::new();
    if let Some(page) = params.get("page") {
        typed.insert("PAGE".to_owned(), crate::text_size::local(page));
    }
    site.read(move |ctx| {
        let form = case::ask_form(ctx, &kind)?;
        let t = Tried {
            step: form.offer.step.clone(),
            typed,
            ..Tried::default()
        };
        respond::html(&AskPage { frame, form, t }, Cache::Never)
    })
    .await
}

pub(crate) async fn submit(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(kind): Segment,
    request: Request,
) -> Answer {
    if !from_here(request.headers()) {
        return Err(not_from_here());
    }
    let (parts, body) = request.into_parts();
    let from = address(&site, &parts);
    let request = Request::from_parts(parts, body);
    let sent = axum::extract::Form::<Vec<(String, String)>>::from_request(request, &()).await;
    let sent = sent
        .map_err(|_| WebError::bad_input("请用页面上的表单填写和提交。"))?
        .0;
    if !site.may_ask(from) {
        return Err(WebError::too_many());
    }
    let sent = std::sync::Arc::new(sent);
    let (of_kind, typed) = (kind.clone(), std::sync::Arc::clone(&sent));
    let outcome = site
        .read(move |ctx| {
            let get = |name: &str| {
                let found = typed.iter().find(|(n, _)| n == name);
                found.map_or("", |(_, value)| value.as_str())
            };
            let asked = case::ask(
                ctx,
                &Asking {
                    kind: &of_kind,
                    stamp: get("stamp"),
                    typed: &|field| get(&format!("field-{field}")).replace("\r\n", "\n"),
                },
            );
            Ok(match asked {
                Ok(AskOutcome::Kept(token)) => Ok(token),
                Ok(AskOutcome::Wrong(findings)) => Err((
                    StatusCode::UNPROCESSABLE_ENTITY,
                    Tried {
                        findings,
                        ..Tried::default()
                    },
                )),
                Err(error) => Err(tried_of(error)?),
            })
        })
        .await?;
    let (status, t) = match outcome {
        Ok(token) => return Ok(respond::see_other(&format!("/asked/{token}?kept=1"))),
        Err(tried) => tried,
    };
    let frame = site.frame(&visitor);
    site.show(Actor::Public, move |ctx| {
        let form = case::ask_form(ctx, &kind)?;
        let typed = sent.iter();
        let typed =
            typed.filter_map(|(n, v)| Some((n.strip_prefix("field-")?.to_owned(), v.clone())));
        let t = Tried {
            step: form.offer.step.clone(),
            typed: typed.collect(),
            ..t
        };
        respond::html_with(status, &AskPage { frame, form, t }, Cache::Never)
    })
    .await
}

pub(crate) async fn asked(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(token): Segment,
    params: Params,
) -> Answer {
    let mut frame = site.frame(&visitor);
    // The address is the secret: it is printed and handed on by nobody but its holder.
    "/ask".clone_into(&mut frame.path);
    let kept = params.get("kept").is_some();
    site.read(move |ctx| {
        let view = case::asked(ctx, &token)?.ok_or_else(WebError::no_question)?;
        let page = AskedPage {
            frame,
            view,
            kept,
            token: xinheng_app::proof::code(&token),
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn answers(State(site): State<Site>, visitor: Visitor) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let answers = case::answers(ctx)?;
        respond::html(&AnswersPage { frame, answers }, Cache::Minutes)
    })
    .await
}
