//! `/auditors`: letters by which auditors look, as the security administrator enters them.

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
    auditor::{self, LetterLine, NewLetter},
};

#[derive(Debug, Template)]
#[template(path = "office/auditors.html")]
pub(crate) struct AuditorsPage {
    pub(crate) frame: Frame,
    pub(crate) letters: Vec<LetterLine>,
    /// Departments: code and name.
    pub(crate) departments: Vec<(String, String)>,
    /// Letters are entered here.
    pub(crate) enters: bool,
    pub(crate) done: Option<&'static str>,
    pub(crate) wrong: Option<String>,
    pub(crate) typed: Typed,
}

/// What was typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    pub(crate) login: String,
    pub(crate) issuer: String,
    pub(crate) number: String,
    pub(crate) dated: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) departments: Vec<String>,
}

impl Typed {
    fn of(sent: &Sent) -> Self {
        let text = |name: &str| sent.get(name).to_owned();
        Self {
            login: text("login"),
            issuer: text("issuer"),
            number: text("number"),
            dated: text("dated"),
            from: text("from"),
            until: text("until"),
            departments: sent.all("department").map(str::to_owned).collect(),
        }
    }
}

#[cfg(test)]
impl Page for AuditorsPage {
    fn samples() -> Vec<Self> {
        let day = samples::desk("/", true).today;
        let letter = |over: bool| LetterLine {
            id: "0f".to_owned(),
            auditor: ("auditor".to_owned(), "沈样宁".to_owned()),
            issuer: "衡川市审计局".to_owned(),
            number: "衡审函〔2026〕7号".to_owned(),
            dated: day,
            departments: match over {
                true => vec!["衡川市信衡区市场监督管理局".to_owned()],
                false => Vec::new(),
            },
            from: day,
            until: day,
            over,
        };
        let page = |letters: Vec<LetterLine>| Self {
            frame: samples::desk("/auditors", true),
            departments: vec![("d001".to_owned(), "衡川市信衡区市场监督管理局".to_owned())],
            enters: !letters.is_empty(),
            done: letters.is_empty().then_some("已经登记。"),
            wrong: (!letters.is_empty()).then(|| "请写明函件文号。".to_owned()),
            typed: Typed {
                departments: vec!["d001".to_owned()],
                ..Typed::default()
            },
            letters,
        };
        vec![page(vec![letter(false), letter(true)]), page(Vec::new())]
    }
}

fn page(ctx: &Ctx<'_>, frame: Frame, who: &Who) -> Result<AuditorsPage, WebError> {
    let departments = xinheng_app::department::list(ctx)?.into_iter();
    Ok(AuditorsPage {
        letters: auditor::letters(ctx)?,
        departments: departments.map(|d| (d.code, d.name)).collect(),
        enters: who.signed.may(Act::AuditorEnter),
        done: None,
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

/// Does an act, and shows the letters again with what became of it.
async fn act<F>(site: Site, who: Who, sent: Sent, act: F) -> Answer
where
    F: FnOnce(&Ctx<'_>, &Sent) -> Result<&'static str, WebError> + Send + 'static,
{
    let (typed, reader) = (Typed::of(&sent), who.clone());
    let done = move |ctx: &Ctx<'_>| act(ctx, &sent);
    after::act(&site, &who, done, move |ctx, frame, after| {
        let mut page = page(ctx, frame, &reader)?;
        let (status, done, wrong) = after.parts();
        if wrong.is_some() {
            page.typed = typed;
        }
        (page.done, page.wrong) = (done, wrong);
        respond::html_with(status, &page, Cache::Never)
    })
    .await
}

pub(crate) async fn enter(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, sent, |ctx, sent| {
        let missing = |what: &str| WebError::bad_input(format!("请填写{what}。"));
        let departments: Vec<&str> = sent
            .all("department")
            .filter(|code| !code.is_empty())
            .collect();
        let letter = NewLetter {
            login: sent.get("login"),
            issuer: sent.get("issuer"),
            number: sent.get("number"),
            dated: sent.day("dated")?.ok_or_else(|| missing("函件的日期"))?,
            departments: &departments,
            from: sent.day("from")?,
            until: sent.day("until")?.ok_or_else(|| missing("最后一天"))?,
        };
        auditor::enter(ctx, &letter)?;
        Ok("已经登记，审计人员在函件的期限内可以登录查看。")
    })
    .await
}

pub(crate) async fn end(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, sent, |ctx, sent| {
        auditor::end(ctx, sent.get("letter"))?;
        Ok("已经结束，从今天起不能再凭这份函件查看。")
    })
    .await
}
