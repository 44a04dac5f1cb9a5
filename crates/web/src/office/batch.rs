//! `/batches`: what has been handed in, and what became of it.

use super::{
    after,
    who::{Sent, Who},
};
use crate::{
    check,
    error::WebError,
    filters,
    frame::Frame,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::{Params, Segment},
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use axum::extract::State;
use xinheng_app::{
    Act, Ctx,
    intake::{self, BatchLine, BatchView, Batches, FindingCursor, FindingsAsked},
};
use xinheng_domain::finding::Finding;

/// Batches listed at once.
const LISTED: u32 = 100;
/// Findings of a page.
const PAGE: u32 = 50;

/// What a state is called.
fn state(line: &BatchLine) -> (&'static str, &'static str) {
    match line.state {
        "sealed" => ("done", "已经导入"),
        "staged" => ("soon", "没有完成"),
        _ => ("late", "需要改正或者放弃"),
    }
}

#[derive(Debug, Template)]
#[template(path = "office/batches.html")]
pub(crate) struct BatchesPage {
    pub(crate) frame: Frame,
    pub(crate) batches: Vec<BatchLine>,
    /// Departments, where the reader acts for the office: code and name.
    pub(crate) departments: Vec<(String, String)>,
    /// Of this department; those alone that are not through.
    pub(crate) asked: (String, bool),
    /// Where the earlier ones are.
    pub(crate) earlier: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "office/batch_findings.html")]
pub(crate) struct BatchFindingsPage {
    pub(crate) frame: Frame,
    pub(crate) view: BatchView,
    /// Title of the kind that is looked at.
    pub(crate) title: String,
    pub(crate) findings: Vec<Finding>,
    /// Where the next ones are.
    pub(crate) following: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "office/batch.html")]
pub(crate) struct BatchPage {
    pub(crate) frame: Frame,
    pub(crate) view: BatchView,
    /// It may be given up here; a file for the platform above be made of it.
    pub(crate) abandons: bool,
    pub(crate) forwards: Option<String>,
    /// Grounds that were typed.
    pub(crate) grounds: String,
    pub(crate) wrong: Option<String>,
}

impl BatchesPage {
    fn state(line: &BatchLine) -> (&'static str, &'static str) {
        state(line)
    }
}

impl BatchPage {
    fn state(line: &BatchLine) -> (&'static str, &'static str) {
        state(line)
    }
}

#[cfg(test)]
impl Page for BatchesPage {
    fn samples() -> Vec<Self> {
        let page = |batches: Vec<BatchLine>| Self {
            frame: samples::desk("/batches", true),
            departments: match batches.is_empty() {
                true => Vec::new(),
                false => vec![("d001".to_owned(), "衡川市信衡区市场监督管理局".to_owned())],
            },
            asked: ("d001".to_owned(), batches.is_empty()),
            earlier: (!batches.is_empty()).then(|| "/batches?before=0f".to_owned()),
            batches,
        };
        vec![page(samples::batches()), page(Vec::new())]
    }
}

#[cfg(test)]
impl Page for BatchFindingsPage {
    fn samples() -> Vec<Self> {
        let page = |findings: Vec<Finding>, title: &str| Self {
            frame: samples::desk("/batches/0f/findings", true),
            view: samples::batch_view(),
            title: title.to_owned(),
            following: (!findings.is_empty()).then(|| "/batches/0f/findings?after=0-7".to_owned()),
            findings,
        };
        let some = samples::check_refused().shown;
        vec![
            page(some, "日期格式不对"),
            page(Vec::new(), "需要改正的数据"),
        ]
    }
}

#[cfg(test)]
impl Page for BatchPage {
    fn samples() -> Vec<Self> {
        let lines = samples::batches().into_iter();
        let page = |line: BatchLine| Self {
            frame: samples::desk("/batches/0f", true),
            abandons: line.state == "staged",
            forwards: (line.state == "sealed").then(|| "/forward?item=penalty".to_owned()),
            view: match line.state {
                "sealed" => samples::batch_view(),
                _ => BatchView {
                    kinds: Vec::new(),
                    line,
                    ..samples::batch_view()
                },
            },
            grounds: "误报".to_owned(),
            wrong: Some("请写明放弃的理由。".to_owned()),
        };
        lines.map(page).collect()
    }
}

pub(crate) async fn list(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let text = |name: &str| params.get(name).unwrap_or_default().trim().to_owned();
    let (named, before) = (text("department"), text("before"));
    let open = match params.get("is").unwrap_or_default() {
        "" => false,
        "open" => true,
        other => return Err(WebError::bad("is", other)),
    };
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let own = who.signed.department.as_deref();
        let named_one = Some(named.as_str()).filter(|named| !named.is_empty());
        let asked = Batches {
            department: own.or(named_one),
            open,
            before: Some(before.as_str()).filter(|id| !id.is_empty()),
        };
        let batches = intake::batches(ctx, asked, LISTED)?;
        let departments = match own {
            Some(_) => Vec::new(),
            None => xinheng_app::department::list(ctx)?,
        };
        let last = batches.last();
        let last = last.filter(|_| !open && batches.len() == LISTED as usize);
        let page = BatchesPage {
            departments: departments.into_iter().map(|d| (d.code, d.name)).collect(),
            earlier: last.map(|b| {
                let named = filters::encode(&named);
                format!(
                    "/batches?department={named}&before={}",
                    filters::encode(&b.id)
                )
            }),
            asked: (named, open),
            batches,
            frame,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn findings(
    State(site): State<Site>,
    who: Who,
    Segment(id): Segment,
    params: Params,
) -> Answer {
    let code = params
        .get("code")
        .filter(|c| !c.is_empty())
        .map(str::to_owned);
    let refused = match params.get("is").unwrap_or_default() {
        "" => false,
        "refused" => true,
        other => return Err(WebError::bad("is", other)),
    };
    let after = match params.get("after").filter(|text| !text.is_empty()) {
        Some(text) => {
            let place = text.split_once('-');
            let place = place.and_then(|(chunk, position)| {
                Some(FindingCursor {
                    chunk: chunk.parse().ok()?,
                    position: position.parse().ok()?,
                })
            });
            Some(place.ok_or_else(|| WebError::bad("after", text))?)
        }
        None => None,
    };
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let asked = FindingsAsked {
            code: code.as_deref(),
            refused,
            after,
        };
        let (view, (findings, next)) = intake::batch_findings(ctx, &id, asked, PAGE)?;
        let kind = view.kinds.iter().find(|k| code.as_ref() == Some(&k.code));
        let title = match (kind, refused) {
            (Some(kind), _) => kind.title.clone(),
            (None, true) => "需要改正的数据".to_owned(),
            (None, false) => "全部问题".to_owned(),
        };
        let code = code.as_deref().map_or_else(String::new, filters::encode);
        let refused = if refused { "refused" } else { "" };
        let page = BatchFindingsPage {
            following: next.map(|n| {
                let (chunk, position) = (n.chunk, n.position);
                format!("/batches/{id}/findings?code={code}&is={refused}&after={chunk}-{position}")
            }),
            frame,
            view,
            title,
            findings,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn receipt(State(site): State<Site>, who: Who, Segment(id): Segment) -> Answer {
    site.act(who.actor(), move |ctx| {
        let (name, text) = intake::receipt(ctx, &id)?;
        let kind = "text/plain; charset=utf-8";
        let response = respond::bytes(kind, text.into_bytes(), Cache::Never);
        Ok(check::attachment(response, &name))
    })
    .await
}

fn page(
    ctx: &Ctx<'_>,
    (frame, who): (Frame, &Who),
    id: &str,
    (grounds, wrong): (String, Option<String>),
) -> Result<BatchPage, WebError> {
    let view = intake::batch(ctx, id)?;
    let until = view.line.latest_decision;
    let forwards = until.filter(|_| who.signed.may(Act::ForwardMake));
    // What went before does not go again, so a year before the last decision is not too much.
    let forwards = forwards.map(|until| {
        let from = until
            .checked_sub(jiff::Span::new().years(1))
            .unwrap_or(until);
        let item = filters::encode(&view.line.item);
        format!("/forward?item={item}&from={from}&until={until}#make")
    });
    Ok(BatchPage {
        forwards,
        abandons: who.signed.may(Act::BatchAbandon) && view.line.state == "staged",
        frame,
        view,
        grounds,
        wrong,
    })
}

pub(crate) async fn one(State(site): State<Site>, who: Who, Segment(id): Segment) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let page = page(ctx, (frame, &who), &id, (String::new(), None))?;
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn abandon(
    State(site): State<Site>,
    who: Who,
    Segment(id): Segment,
    sent: Sent,
) -> Answer {
    let (batch, grounds) = (id.clone(), sent.get("grounds").to_owned());
    let (reader, typed) = (who.clone(), grounds.clone());
    let sure = sent.get("sure") == "yes";
    let act = move |ctx: &Ctx<'_>| {
        ctx.allow(Act::BatchAbandon)?;
        if !sure {
            return Err(WebError::bad_input(
                "放弃以后不能恢复，请勾选确认后再提交。",
            ));
        }
        Ok(intake::abandon(ctx, &batch, &grounds)?)
    };
    after::act(&site, &who, act, move |ctx, frame, after| {
        let Err(wrong) = after.outcome else {
            return Ok(respond::see_other(&format!("/batches/{id}")));
        };
        let page = page(ctx, (frame, &reader), &id, (typed, Some(wrong)))?;
        respond::html_with(after.status, &page, Cache::Never)
    })
    .await
}
