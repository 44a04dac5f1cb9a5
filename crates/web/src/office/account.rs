//! `/account`: the own password, second factor and sessions.

use super::who::{Sent, Who};
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
use axum::{extract::State, http::StatusCode};
use xinheng_app::account::{self, Factor};

#[derive(Debug, Template)]
#[template(path = "office/account.html")]
pub(crate) struct AccountPage {
    pub(crate) frame: Frame,
    pub(crate) login: String,
    /// The first password is to be changed.
    pub(crate) password_given: bool,
    /// Characters that a password has at least.
    pub(crate) least: u32,
    /// There is a second factor.
    pub(crate) factor: bool,
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
            least: 12,
            factor: !first,
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

async fn page(site: &Site, who: &Who) -> Result<AccountPage, WebError> {
    let least = site
        .act(who.actor(), |ctx| Ok(account::password_least(ctx)?))
        .await?;
    let signed = &who.signed;
    let issuer = site.deployment().district().office.clone();
    let new = match signed.factor {
        true => None,
        false => Some(account::new_factor(&signed.login, &issuer)?),
    };
    Ok(AccountPage {
        frame: who.frame(site),
        login: signed.login.clone(),
        password_given: signed.password_given,
        least,
        factor: signed.factor,
        new,
        codes: Vec::new(),
        done: None,
        wrong: None,
    })
}

pub(crate) async fn show(State(site): State<Site>, who: Who) -> Answer {
    respond::html(&page(&site, &who).await?, Cache::Never)
}

/// The page again, with what was done or what is wrong.
async fn again(
    site: &Site,
    who: &Who,
    outcome: Result<(String, Vec<String>), WebError>,
    changed: impl FnOnce(&mut AccountPage),
) -> Answer {
    let mut page = page(site, who).await?;
    let status = match outcome {
        Ok((done, codes)) => {
            page.done = Some(done);
            page.codes = codes;
            changed(&mut page);
            StatusCode::OK
        }
        Err(error) if error.is_refusal() => {
            page.wrong = Some(error.told());
            error.status
        }
        Err(error) => return Err(error),
    };
    respond::html_with(status, &page, Cache::Never)
}

pub(crate) async fn password(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    let token = who.token.clone();
    let outcome = site
        .act(who.actor(), move |ctx| {
            let (old, new) = (sent.raw("old"), sent.raw("new"));
            if new != sent.raw("again") {
                return Err(WebError::bad_input("两次输入的新密码不一样。"));
            }
            account::set_password(ctx, &token, old, new)?;
            Ok((
                "密码已经修改，其他地方的登录已经退出。".to_owned(),
                Vec::new(),
            ))
        })
        .await;
    again(&site, &who, outcome, |page| page.password_given = false).await
}

pub(crate) async fn factor(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    let outcome = site
        .act(who.actor(), move |ctx| {
            let codes = account::set_factor(ctx, sent.get("secret"), sent.get("code"))?;
            Ok(("动态口令已经设置，下次登录时要填写。".to_owned(), codes))
        })
        .await;
    again(&site, &who, outcome, |page| {
        page.factor = true;
        page.new = None;
    })
    .await
}

pub(crate) async fn drop_factor(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    let outcome = site
        .act(who.actor(), move |ctx| {
            account::drop_factor(ctx, sent.get("code"))?;
            Ok(("动态口令已经取消。".to_owned(), Vec::new()))
        })
        .await;
    again(&site, &who, outcome, |page| page.factor = false).await
}

pub(crate) async fn end_all(State(site): State<Site>, who: Who, _sent: Sent) -> Answer {
    site.act(who.actor(), move |ctx| Ok(account::end_all(ctx)?))
        .await?;
    Ok(super::who::end(&site, respond::see_other("/sign-in")))
}
