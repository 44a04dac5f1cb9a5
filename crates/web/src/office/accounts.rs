//! `/accounts` and `/roles`: what system and security administrators keep.

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
    account::{self, AccountView, Grant, Made, NewAccount, RoleView},
};
use xinheng_domain::permission::subject_of;

#[derive(Debug, Template)]
#[template(path = "office/accounts.html")]
pub(crate) struct AccountsPage {
    pub(crate) frame: Frame,
    pub(crate) accounts: Vec<AccountView>,
    pub(crate) roles: Vec<RoleView>,
    /// Departments: code and name.
    pub(crate) departments: Vec<(String, String)>,
    /// Accounts may be made here.
    pub(crate) makes: bool,
    /// Roles may be granted here.
    pub(crate) grants: bool,
    pub(crate) made: Option<(String, Made)>,
    pub(crate) done: Option<String>,
    pub(crate) wrong: Option<String>,
}

impl AccountsPage {
    fn title_of(&self, role: &str) -> String {
        let known = self.roles.iter().find(|r| r.id == role);
        known.map_or_else(|| role.to_owned(), |r| r.title.clone())
    }

    fn name_of(&self, department: &str) -> String {
        if let Some(key) = subject_of(department) {
            return format!("单位 {key}");
        }
        let known = self.departments.iter().find(|(code, _)| code == department);
        known.map_or_else(|| department.to_owned(), |(_, name)| name.clone())
    }
}

#[derive(Debug, Template)]
#[template(path = "office/roles.html")]
pub(crate) struct RolesPage {
    pub(crate) frame: Frame,
    pub(crate) roles: Vec<RoleView>,
}

#[cfg(test)]
impl Page for AccountsPage {
    fn samples() -> Vec<Self> {
        let made = Made {
            id: "x".to_owned(),
            password: "abcd-efgh-jkmn-pqrs".to_owned(),
        };
        let page = |full: bool| Self {
            frame: samples::desk("/accounts", true),
            accounts: if full {
                samples::accounts()
            } else {
                Vec::new()
            },
            roles: samples::roles(),
            departments: vec![("d001".to_owned(), "衡川市信衡区市场监督管理局".to_owned())],
            makes: full,
            grants: !full,
            made: full.then(|| ("new".to_owned(), made.clone())),
            done: full.then(|| "已建立账号“new”。".to_owned()),
            wrong: (!full).then(|| "没有角色“king”。".to_owned()),
        };
        vec![page(true), page(false)]
    }
}

#[cfg(test)]
impl Page for RolesPage {
    fn samples() -> Vec<Self> {
        vec![Self {
            frame: samples::desk("/roles", true),
            roles: samples::roles(),
        }]
    }
}

fn page(ctx: &Ctx<'_>, frame: Frame, who: &Who) -> Result<AccountsPage, WebError> {
    let departments = xinheng_app::department::list(ctx)?.into_iter();
    Ok(AccountsPage {
        accounts: account::list(ctx)?,
        roles: account::roles(ctx),
        departments: departments.map(|d| (d.code, d.name)).collect(),
        makes: who.signed.may(Act::AccountMake),
        grants: who.signed.may(Act::AccountGrant),
        made: None,
        done: None,
        wrong: None,
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

/// What an act has come to.
type Outcome = Result<(String, Option<(String, Made)>), WebError>;

/// Does an act, and shows the list again with what became of it.
async fn act<F>(site: Site, who: Who, act: F) -> Answer
where
    F: FnOnce(&Ctx<'_>) -> Outcome + Send + 'static,
{
    let reader = who.clone();
    after::act(&site, &who, act, move |ctx, frame, after| {
        let mut page = page(ctx, frame, &reader)?;
        let (status, done, wrong) = after.parts();
        page.wrong = wrong;
        (page.done, page.made) = done.map_or((None, None), |(done, made)| (Some(done), made));
        respond::html_with(status, &page, Cache::Never)
    })
    .await
}

pub(crate) async fn make(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, move |ctx| {
        let (login, name) = (sent.get("login"), sent.get("name"));
        let demo = false;
        let made = account::make(ctx, NewAccount { login, name, demo })?;
        Ok((
            format!("已建立账号“{login}”。"),
            Some((login.to_owned(), made)),
        ))
    })
    .await
}

pub(crate) async fn reset(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, move |ctx| {
        let login = sent.get("login");
        let made = account::reset(ctx, login)?;
        Ok((
            format!("已重置账号“{login}”。"),
            Some((login.to_owned(), made)),
        ))
    })
    .await
}

pub(crate) async fn lock(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, move |ctx| {
        let (login, locked) = (sent.get("login"), sent.get("locked") == "yes");
        account::lock(ctx, login, locked)?;
        let what = if locked { "停用" } else { "恢复" };
        Ok((format!("已{what}账号“{login}”。"), None))
    })
    .await
}

pub(crate) async fn grant(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, move |ctx| {
        let login = sent.get("login");
        let grant = Grant {
            login,
            role: sent.get("role"),
            department: sent.optional("department"),
            from: sent.day("from")?,
            until: sent.day("until")?,
        };
        account::grant(ctx, grant)?;
        Ok((format!("已授予账号“{login}”角色。"), None))
    })
    .await
}

pub(crate) async fn revoke(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, move |ctx| {
        let login = sent.get("login");
        account::revoke(ctx, login, sent.get("role"), sent.optional("department"))?;
        Ok((format!("已收回账号“{login}”的角色。"), None))
    })
    .await
}

pub(crate) async fn roles(State(site): State<Site>, who: Who) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        ctx.desk(Act::RoleList, |_, _| Ok(()))?;
        let roles = account::roles(ctx);
        respond::html(&RolesPage { frame, roles }, Cache::Never)
    })
    .await
}
