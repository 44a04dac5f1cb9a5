//! `/account`: the own password, second factor and sessions.

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
    account::{self, Factor, PasswordRules, Signed},
};

#[derive(Debug, Template)]
#[template(path = "office/account.html")]
pub(crate) struct AccountPage {
    pub(crate) frame: Frame,
    pub(crate) login: String,
    /// The first password is to be changed.
    pub(crate) password_given: bool,
    /// It counts for too long and is to be changed.
    pub(crate) password_due: bool,
    pub(crate) password: PasswordRules,
    /// A second factor that may be put into force.
    pub(crate) new: Option<Factor>,
    /// Recovery codes, told this once.
    pub(crate) codes: Vec<String>,
    pub(crate) done: Option<String>,
    pub(crate) wrong: Option<String>,
}

#[cfg(test)]
impl Page for AccountPage {
    fn samples() -> Vec<Self> {
        let new = Factor {
            secret: "00ff".to_owned(),
            shown: "AD7Q".to_owned(),
            address: "otpauth://totp/x".to_owned(),
        };
        let page = |first: bool| Self {
            frame: samples::desk("/account", true),
            login: "clerk".to_owned(),
            password_given: first,
            password_due: !first,
            password: PasswordRules {
                least: 12,
                history: 5,
                days: 90,
            },
            new: first.then(|| new.clone()),
            codes: if first {
                Vec::new()
            } else {
                vec!["abcd-efgh-jkmn".to_owned()]
            },
            done: (!first).then(|| "已设置动态口令。".to_owned()),
            wrong: first.then(|| "原密码不正确，没有修改。".to_owned()),
        };
        vec![page(true), page(false)]
    }
}

fn page(ctx: &Ctx<'_>, frame: Frame, signed: &Signed) -> Result<AccountPage, WebError> {
    let issuer = &ctx.deployment().district().office;
    let new = match signed.factor {
        true => None,
        false => Some(account::new_factor(&signed.login, issuer)?),
    };
    Ok(AccountPage {
        frame,
        login: signed.login.clone(),
        password_given: signed.password_given,
        password_due: signed.password_due,
        password: account::password_rules(ctx)?,
        new,
        codes: Vec::new(),
        done: None,
        wrong: None,
    })
}

pub(crate) async fn show(State(site): State<Site>, who: Who) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        ctx.allow(Act::DeskOpen)?;
        respond::html(&page(ctx, frame, &who.signed)?, Cache::Never)
    })
    .await
}

/// Does an act, and shows the page again as the account is then.
async fn act<F>(site: &Site, who: &Who, act: F, changed: fn(&mut Signed)) -> Answer
where
    F: FnOnce(&Ctx<'_>) -> Result<(&'static str, Vec<String>), WebError> + Send + 'static,
{
    let mut signed = who.signed.clone();
    after::act(site, who, act, move |ctx, frame, after| {
        let (status, done, wrong) = after.parts();
        if done.is_some() {
            changed(&mut signed);
        }
        let mut page = page(ctx, frame, &signed)?;
        page.wrong = wrong;
        if let Some((done, codes)) = done {
            page.done = Some(done.to_owned());
            page.codes = codes;
        }
        respond::html_with(status, &page, Cache::Never)
    })
    .await
}

pub(crate) async fn password(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    let token = who.token.clone();
    let set = move |ctx: &Ctx<'_>| {
        let (old, new) = (sent.raw("old"), sent.raw("new"));
        if new != sent.raw("again") {
            return Err(WebError::bad_input("两次输入的新密码不一样。"));
        }
        account::set_password(ctx, &token, old, new)?;
        Ok(("密码已经修改，其他地方的登录已经退出。", Vec::new()))
    };
    act(&site, &who, set, |signed| {
        signed.password_given = false;
        signed.password_due = false;
    })
    .await
}

pub(crate) async fn factor(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    let set = move |ctx: &Ctx<'_>| {
        let codes = account::set_factor(ctx, sent.get("secret"), sent.get("code"))?;
        Ok(("动态口令已经设置，下次登录时要填写。", codes))
    };
    act(&site, &who, set, |signed| signed.factor = true).await
}

pub(crate) async fn drop_factor(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    let drop = move |ctx: &Ctx<'_>| {
        account::drop_factor(ctx, sent.get("code"))?;
        Ok(("动态口令已经取消。", Vec::new()))
    };
    act(&site, &who, drop, |signed| signed.factor = false).await
}

pub(crate) async fn end_all(State(site): State<Site>, who: Who, _sent: Sent) -> Answer {
    site.act(who.actor(), move |ctx| Ok(account::end_all(ctx)?))
        .await?;
    let target = format!("{}/sign-in", site.base());
    Ok(super::who::end(&site, respond::see_other(&target)))
}
