//! `/roster`: who reports and reviews for a department, as its responsible person proposes and confirms
//! it.

use super::{
    after,
    who::{Sent, Who},
};
use crate::{
    error::WebError,
    filters,
    frame::Frame,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::Params,
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use axum::extract::State;
use xinheng_app::{
    Act, Ctx,
    roster::{self, Proposal, RosterStanding, RosterState, RosterView},
};

/// What a standing is called.
pub(super) fn standing(state: &RosterState) -> (&'static str, &'static str) {
    match state.standing {
        RosterStanding::Confirmed => ("done", "已经确认"),
        RosterStanding::Due => ("soon", "等待确认"),
        RosterStanding::Overdue => ("late", "逾期没有确认"),
    }
}

#[derive(Debug, Template)]
#[template(path = "office/roster.html")]
pub(crate) struct RosterPage {
    pub(crate) frame: Frame,
    pub(crate) view: RosterView,
    /// The reader proposes and confirms.
    pub(crate) keeps: bool,
    pub(crate) done: Option<&'static str>,
    pub(crate) wrong: Option<String>,
    pub(crate) typed: Typed,
}

/// What was typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    pub(crate) login: String,
    pub(crate) role: String,
    pub(crate) from: String,
    pub(crate) until: String,
}

impl RosterPage {
    fn standing(&self) -> (&'static str, &'static str) {
        standing(&self.view.state)
    }
}

#[cfg(test)]
impl Page for RosterPage {
    fn samples() -> Vec<Self> {
        let page = |keeps: bool, view: RosterView| Self {
            frame: samples::desk("/roster", true),
            view,
            keeps,
            done: (!keeps).then_some("已经确认人员名册。"),
            wrong: keeps.then(|| "没有可用的账号“king”。".to_owned()),
            typed: Typed {
                login: "king".to_owned(),
                role: "clerk".to_owned(),
                ..Typed::default()
            },
        };
        let empty = RosterView {
            lines: Vec::new(),
            proposals: Vec::new(),
            ..samples::roster()
        };
        vec![page(true, samples::roster()), page(false, empty)]
    }
}

fn page(ctx: &Ctx<'_>, frame: Frame, who: &Who, code: &str) -> Result<RosterPage, WebError> {
    let own = who.signed.department.as_deref();
    Ok(RosterPage {
        view: roster::open(ctx, code)?,
        keeps: who.signed.may(Act::RosterConfirm) && own == Some(code),
        done: None,
        wrong: None,
        typed: Typed::default(),
        frame,
    })
}

pub(crate) async fn show(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let frame = who.frame(&site);
    let asked = params.get("department").map(str::to_owned);
    site.act(who.actor(), move |ctx| {
        let code = asked.or_else(|| who.signed.department.clone());
        let Some(code) = code else {
            ctx.allow(Act::RosterList)?;
            return Ok(respond::see_other("/departments"));
        };
        respond::html(&page(ctx, frame, &who, &code)?, Cache::Never)
    })
    .await
}

/// Does an act, and shows the roster again with what became of it.
async fn act<F>(site: Site, who: Who, sent: Sent, act: F) -> Answer
where
    F: FnOnce(&Ctx<'_>, Proposal<'_>, &Sent) -> Result<&'static str, WebError> + Send + 'static,
{
    let code = who.signed.department.clone().unwrap_or_default();
    let text = |name: &str| sent.get(name).to_owned();
    let typed = Typed {
        login: text("login"),
        role: text("role"),
        from: text("from"),
        until: text("until"),
    };
    let (reader, own) = (who.clone(), code.clone());
    let done = move |ctx: &Ctx<'_>| {
        let proposal = Proposal {
            department: &own,
            login: sent.get("login"),
            role: sent.get("role"),
            from: sent.day("from")?,
            until: sent.day("until")?,
        };
        act(ctx, proposal, &sent)
    };
    after::act(&site, &who, done, move |ctx, frame, after| {
        let mut page = page(ctx, frame, &reader, &code)?;
        let (status, done, wrong) = after.parts();
        if wrong.is_some() {
            page.typed = typed;
        }
        (page.done, page.wrong) = (done, wrong);
        respond::html_with(status, &page, Cache::Never)
    })
    .await
}

pub(crate) async fn propose(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, sent, |ctx, proposal, _| {
        roster::propose(ctx, proposal)?;
        Ok("已经拟定，确认人员名册以后有效。")
    })
    .await
}

pub(crate) async fn end(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, sent, |ctx, proposal, _| {
        roster::end(ctx, proposal)?;
        Ok("已经拟定结束，确认人员名册以后有效。")
    })
    .await
}

pub(crate) async fn withdraw(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, sent, |ctx, proposal, _| {
        roster::withdraw(ctx, proposal)?;
        Ok("已经撤回拟定的变动。")
    })
    .await
}

pub(crate) async fn confirm(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, sent, |ctx, of, sent| {
        roster::confirm(ctx, of.department, sent.get("mark"))?;
        Ok("已经确认人员名册。")
    })
    .await
}
