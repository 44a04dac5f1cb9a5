//! `/batches`: what has been handed in, and what became of it.

use super::who::{Sent, Who};
use crate::{
    error::WebError,
    filters,
    frame::Frame,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::Segment,
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use axum::extract::State;
use xinheng_app::{
    Act, Ctx,
    intake::{self, BatchLine, BatchView},
};

/// Batches listed at once.
const LISTED: u32 = 100;

/// What a state is called.
fn state(line: &BatchLine) -> (&'static str, &'static str) {
    match line.state {
        "sealed" => ("done", "已经导入"),
        "staged" => ("soon", "没有完成"),
        _ => ("late", "退回或者放弃"),
    }
}

#[derive(Debug, Template)]
#[template(path = "office/batches.html")]
pub(crate) struct BatchesPage {
    pub(crate) frame: Frame,
    pub(crate) batches: Vec<BatchLine>,
}

#[derive(Debug, Template)]
#[template(path = "office/batch.html")]
pub(crate) struct BatchPage {
    pub(crate) frame: Frame,
    pub(crate) view: BatchView,
    /// It may be given up here.
    pub(crate) abandons: bool,
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
        let page = |batches| Self {
            frame: samples::desk("/batches", true),
            batches,
        };
        vec![page(samples::batches()), page(Vec::new())]
    }
}

#[cfg(test)]
impl Page for BatchPage {
    fn samples() -> Vec<Self> {
        let lines = samples::batches().into_iter();
        let page = |line: BatchLine| Self {
            frame: samples::desk("/batches/0f", true),
            abandons: line.state == "staged",
            view: BatchView {
                kinds: match line.state {
                    "sealed" => vec![("日期格式不对".to_owned(), 3)],
                    _ => Vec::new(),
                },
                line,
            },
            grounds: "误报".to_owned(),
            wrong: Some("请写明放弃的理由。".to_owned()),
        };
        lines.map(page).collect()
    }
}

pub(crate) async fn list(State(site): State<Site>, who: Who) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let department = who.signed.department.as_deref();
        let page = BatchesPage {
            batches: intake::batches(ctx, department, LISTED)?,
            frame,
        };
        respond::html(&page, Cache::Never)
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
    Ok(BatchPage {
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
    let typed = grounds.clone();
    let outcome = site
        .act(who.actor(), move |ctx| {
            Ok(intake::abandon(ctx, &batch, &grounds)?)
        })
        .await;
    let error = match outcome {
        Ok(()) => return Ok(respond::see_other(&format!("/batches/{id}"))),
        Err(error) if error.is_refusal() => error,
        Err(error) => return Err(error),
    };
    let frame = who.frame(&site);
    site.show(who.actor(), move |ctx| {
        let again = (typed, Some(error.told()));
        let page = page(ctx, (frame, &who), &id, again)?;
        respond::html_with(error.status, &page, Cache::Never)
    })
    .await
}
