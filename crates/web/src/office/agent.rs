//! `/agents`: who acts for which organisation, bound by whoever looked at a document.

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
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use axum::extract::State;
use xinheng_app::{
    Act, Ctx,
    agent::{self, AgentLine, NewAgent},
};

#[derive(Debug, Template)]
#[template(path = "office/agents.html")]
pub(crate) struct AgentsPage {
    pub(crate) frame: Frame,
    pub(crate) agents: Vec<AgentLine>,
    pub(crate) documents: Vec<String>,
    /// Agents are entered here, and ended.
    pub(crate) binds: bool,
    pub(crate) ends: bool,
    pub(crate) done: Option<String>,
    /// The first password, told this once.
    pub(crate) password: Option<String>,
    pub(crate) wrong: Option<String>,
    pub(crate) typed: Typed,
}

/// What was typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) document: String,
    pub(crate) number: String,
    pub(crate) until: String,
}

impl Typed {
    fn of(sent: &Sent) -> Self {
        // A number that was refused is not shown again either.
        let text = |name: &str| {
            let typed = sent.get(name);
            xinheng_domain::finder::mask_identity_numbers(typed).into_owned()
        };
        Self {
            code: text("code"),
            name: text("name"),
            login: text("login"),
            document: text("document"),
            number: text("number"),
            until: text("until"),
        }
    }
}

#[cfg(test)]
impl Page for AgentsPage {
    fn samples() -> Vec<Self> {
        let day = samples::desk("/", true).today;
        let line = |over: bool| AgentLine {
            id: "0f".to_owned(),
            agent: ("agent".to_owned(), "贺样川".to_owned()),
            subject: (
                "衡川样例建筑有限公司".to_owned(),
                "91990100MA0X00015Q".to_owned(),
            ),
            document: "授权委托书 3号".to_owned(),
            from: day,
            until: day,
            checked_by: "officer".to_owned(),
            checked_on: day,
            over,
            why: over.then(|| "已经离职".to_owned()),
        };
        let page = |agents: Vec<AgentLine>| Self {
            frame: samples::desk("/agents", true),
            documents: vec!["授权委托书".to_owned()],
            binds: !agents.is_empty(),
            ends: !agents.is_empty(),
            done: agents.is_empty().then(|| "已经登记。".to_owned()),
            password: agents.is_empty().then(|| "abcd-efgh".to_owned()),
            wrong: (!agents.is_empty()).then(|| "请选择核对了哪一种文件。".to_owned()),
            typed: Typed {
                document: "授权委托书".to_owned(),
                ..Typed::default()
            },
            agents,
        };
        vec![page(vec![line(false), line(true)]), page(Vec::new())]
    }
}

fn page(ctx: &Ctx<'_>, frame: Frame, who: &Who) -> Result<AgentsPage, WebError> {
    Ok(AgentsPage {
        agents: agent::list(ctx)?,
        documents: agent::documents(ctx)?,
        binds: who.signed.may(Act::AgentBind),
        ends: who.signed.may(Act::AgentEnd),
        done: None,
        password: None,
        wrong: None,
        typed: Typed::default(),
        frame,
    })
}

pub(crate) async fn list(State(site): State<Site>, who: Who) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        respond::html(&page(ctx, frame, &who)?, Cache::Never)
    })
    .await
}

/// Does an act, and shows the agents again with what became of it, and a password that was made.
async fn act<F>(site: Site, who: Who, sent: Sent, act: F) -> Answer
where
    F: FnOnce(&Ctx<'_>, &Sent) -> Result<(&'static str, Option<String>), WebError> + Send + 'static,
{
    let (typed, reader) = (Typed::of(&sent), who.clone());
    let done = move |ctx: &Ctx<'_>| act(ctx, &sent);
    after::act(&site, &who, done, move |ctx, frame, after| {
        let mut page = page(ctx, frame, &reader)?;
        let (status, done, wrong) = after.parts();
        if wrong.is_some() {
            page.typed = typed;
        }
        page.wrong = wrong;
        if let Some((done, password)) = done {
            page.done = Some(done.to_owned());
            page.password = password;
        }
        respond::html_with(status, &page, Cache::Never)
    })
    .await
}

pub(crate) async fn bind(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, sent, |ctx, sent| {
        let first = agent::bind(
            ctx,
            &NewAgent {
                login: sent.get("login"),
                name: sent.get("name"),
                code: sent.get("code"),
                document: sent.get("document"),
                number: sent.get("number"),
                until: sent.day("until")?,
                demo: false,
            },
        )?;
        let told = "已经登记。请把账号和下面的初始密码当面交给经办人，第一次登录时要改。";
        Ok((told, Some(first)))
    })
    .await
}

pub(crate) async fn end(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, sent, |ctx, sent| {
        agent::end(ctx, sent.get("binding"), sent.get("why"))?;
        Ok(("已经结束，这个账号不能再查看和办理这家单位的事项。", None))
    })
    .await
}
