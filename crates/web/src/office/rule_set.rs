//! `/rules`: the district's own rules. What lies in the folder is proposed by one person and adopted
//! or refused by another; every set stays readable.

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
use axum::extract::{Path, State};
use xinheng_app::{
    Act, Ctx,
    rule_set::{self, SetView, SetsView},
};

#[derive(Debug, Template)]
#[template(path = "office/rule_sets.html")]
pub(crate) struct RuleSetsPage {
    pub(crate) frame: Frame,
    pub(crate) view: SetsView,
    /// The reader proposes.
    pub(crate) proposes: bool,
    /// The reader adopts and refuses.
    pub(crate) adopts: bool,
    pub(crate) done: Option<&'static str>,
    pub(crate) wrong: Option<String>,
    pub(crate) reason: String,
}

#[derive(Debug, Template)]
#[template(path = "office/rule_set.html")]
pub(crate) struct RuleSetPage {
    pub(crate) frame: Frame,
    pub(crate) set: SetView,
}

#[cfg(test)]
fn sample_line(state: &'static str, holds: bool) -> rule_set::SetLine {
    rule_set::SetLine {
        number: 2,
        state,
        holds,
        waits: state == "等待采用",
        files: 3,
        digest: "0f".repeat(32),
        proposed_by: "officer".to_owned(),
        proposed_at: samples::stamp(),
        decided: holds.then(|| ("head".to_owned(), samples::stamp())),
        reason: match state {
            "不采用" => "文号有误。".to_owned(),
            _ => String::new(),
        },
    }
}

#[cfg(test)]
impl Page for RuleSetsPage {
    fn samples() -> Vec<Self> {
        let change = |state| rule_set::FileChange {
            path: "cases/letter-of-advice.toml".to_owned(),
            state,
            line: 12,
            before: "title = \"整改\"".to_owned(),
            now: "title = \"提醒函办理\"".to_owned(),
        };
        let examined = |wrong: bool| rule_set::Examined {
            changes: vec![
                change(rule_set::FileState::New),
                change(rule_set::FileState::Changed),
                change(rule_set::FileState::Removed),
            ],
            problems: match wrong {
                true => vec!["本地/cases/x.toml（第3行）：缺少“title”".to_owned()],
                false => Vec::new(),
            },
            answers: vec!["七个工作日（《某办法》第一条）：应当是七日".to_owned()],
        };
        let page = |view: SetsView, acts: bool| Self {
            frame: samples::desk("/rules", true),
            proposes: acts,
            adopts: acts,
            done: (!acts).then_some("已经提出。"),
            wrong: acts.then(|| "一\n二".to_owned()),
            reason: String::new(),
            view,
        };
        let waiting = sample_line("等待采用", false);
        let full = SetsView {
            lines: vec![
                waiting.clone(),
                sample_line("采用", true),
                sample_line("不采用", false),
            ],
            waiting: Some((waiting, examined(false))),
            folder: Some(examined(true)),
        };
        let sound = SetsView {
            folder: Some(examined(false)),
            ..full.clone()
        };
        vec![
            page(full, true),
            page(sound, true),
            page(SetsView::default(), false),
        ]
    }
}

#[cfg(test)]
impl Page for RuleSetPage {
    fn samples() -> Vec<Self> {
        let page = |files: &[(&str, &str)]| Self {
            frame: samples::desk("/rules/2", true),
            set: SetView {
                line: sample_line("采用", !files.is_empty()),
                files: files
                    .iter()
                    .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                    .collect(),
            },
        };
        vec![page(&[("cases/a.toml", "id = \"a\"")]), page(&[])]
    }
}

fn page(ctx: &Ctx<'_>, frame: Frame, who: &Who) -> Result<RuleSetsPage, WebError> {
    Ok(RuleSetsPage {
        view: rule_set::list(ctx)?,
        proposes: who.signed.may(Act::RulesPropose),
        adopts: who.signed.may(Act::RulesAdopt),
        done: None,
        wrong: None,
        reason: String::new(),
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

fn number(text: &str) -> Result<u64, WebError> {
    text.parse().map_err(|_| WebError::not_found())
}

pub(crate) async fn one(State(site): State<Site>, who: Who, Path(id): Path<String>) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        // Who may not look at all is told so, whatever the number.
        ctx.allow(Act::RulesList)?;
        let page = RuleSetPage {
            set: rule_set::one(ctx, number(&id)?)?,
            frame,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

/// Does an act, and shows the sets again with what became of it.
async fn act<F>(site: Site, who: Who, sent: Sent, act: F) -> Answer
where
    F: FnOnce(&Ctx<'_>, &Sent) -> Result<&'static str, WebError> + Send + 'static,
{
    let (reason, reader) = (sent.get("reason").to_owned(), who.clone());
    let done = move |ctx: &Ctx<'_>| act(ctx, &sent);
    after::act(&site, &who, done, move |ctx, frame, after| {
        let mut page = page(ctx, frame, &reader)?;
        let (status, done, wrong) = after.parts();
        if wrong.is_some() {
            page.reason = reason;
        }
        (page.done, page.wrong) = (done, wrong);
        respond::html_with(status, &page, Cache::Never)
    })
    .await
}

pub(crate) async fn propose(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, sent, |ctx, _| {
        rule_set::propose(ctx)?;
        Ok("已经提出，由信用办负责人采用以后起作用。")
    })
    .await
}

pub(crate) async fn adopt(
    State(site): State<Site>,
    who: Who,
    Path(id): Path<String>,
    sent: Sent,
) -> Answer {
    act(site, who, sent, move |ctx, _| {
        ctx.allow(Act::RulesAdopt)?;
        rule_set::adopt(ctx, number(&id)?)?;
        Ok("已经采用，现在起按采用的本地规则办理。")
    })
    .await
}

pub(crate) async fn refuse(
    State(site): State<Site>,
    who: Who,
    Path(id): Path<String>,
    sent: Sent,
) -> Answer {
    act(site, who, sent, move |ctx, sent| {
        ctx.allow(Act::RulesRefuse)?;
        rule_set::refuse(ctx, number(&id)?, sent.get("reason"))?;
        Ok("已经记录不采用和理由。")
    })
    .await
}
