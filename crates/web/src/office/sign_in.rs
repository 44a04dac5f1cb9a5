//! `/sign-in`, `/sign-out`, and for whom somebody acts.

use super::who::{self, Sent, Who};
use crate::{
    error::WebError,
    filters,
    frame::Frame,
    respond::{self, Answer, Cache},
    site::Site,
    text_size,
    visitor::{Params, Visitor},
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use axum::{
    extract::{FromRequest as _, Request, State},
    response::{IntoResponse as _, Response},
};
use std::net::IpAddr;
use xinheng_app::account::{self, Begun, DemoAccount, SignIn};

#[derive(Debug, Template)]
#[template(path = "office/sign_in.html")]
pub(crate) struct SignInPage {
    pub(crate) frame: Frame,
    pub(crate) wrong: Option<String>,
    pub(crate) login: String,
    pub(crate) back: String,
    /// A one-time code is asked for.
    pub(crate) code: bool,
    /// Accounts of the demo, to be entered with one click.
    pub(crate) demo: Vec<DemoAccount>,
    /// What stands before the addresses; nothing at the office's listener.
    pub(crate) base: &'static str,
}

#[cfg(test)]
impl Page for SignInPage {
    fn samples() -> Vec<Self> {
        let demo = DemoAccount {
            login: "clerk".to_owned(),
            name: "程样清".to_owned(),
            title: "信息报送员（衡川市信衡区市场监督管理局）".to_owned(),
        };
        let page = |wrong: Option<&str>, code, demo| Self {
            frame: samples::desk("/sign-in", false),
            wrong: wrong.map(str::to_owned),
            login: "clerk".to_owned(),
            back: "/".to_owned(),
            code,
            demo,
            base: "",
        };
        let mut space = page(None, false, Vec::new());
        space.base = crate::space::BASE;
        vec![
            page(None, false, Vec::new()),
            page(Some("账号、密码或者动态口令不正确。"), true, vec![demo]),
            space,
        ]
    }
}

/// Demo accounts are offered to whoever sits at the machine itself.
async fn demo_accounts(site: &Site, address: IpAddr) -> Result<Vec<DemoAccount>, WebError> {
    if !offers_demo(site, address) {
        return Ok(Vec::new());
    }
    let door = site.door();
    site.read(move |ctx| Ok(account::demo_accounts(ctx, door)?))
        .await
}

/// Whoever comes by a proxy does not sit at the machine, whatever the proxy says of them.
fn offers_demo(site: &Site, address: IpAddr) -> bool {
    let limits = site.limits();
    let here = address.is_loopback() && limits.trusted_proxies.is_empty() && !limits.https;
    here && site.deployment().district().demo
}

/// An address of this site to go on with; never the sign-in itself.
fn local(site: &Site, back: &str) -> String {
    let (back, base) = (text_size::local(back), site.base());
    let inside = back.strip_prefix(base);
    match inside.is_none_or(|inside| inside.starts_with("/sign-in")) {
        true => site.begin().to_owned(),
        false => back,
    }
}

pub(crate) async fn form(State(site): State<Site>, params: Params, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = Visitor::of(&parts);
    if parts.extensions.get::<Who>().is_some() {
        return Ok(respond::see_other(site.begin()));
    }
    let demo = demo_accounts(&site, who::address(&site, &parts)).await?;
    let page = SignInPage {
        frame: site.frame(&visitor),
        wrong: None,
        login: String::new(),
        back: local(&site, params.get("back").unwrap_or_default()),
        code: false,
        demo,
        base: site.base(),
    };
    respond::html(&page, Cache::Never)
}

pub(crate) async fn submit(State(site): State<Site>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let visitor = Visitor::of(&parts);
    let address = who::address(&site, &parts);
    let known = who::known(&site, &parts.headers);
    let sent = Sent::from_request(Request::from_parts(parts, body), &site).await;
    let sent = match sent {
        Ok(sent) => sent,
        Err(response) => return Ok(response),
    };
    let (login, back) = (sent.get("login").to_owned(), local(&site, sent.get("back")));
    let code = sent.get("code").to_owned();
    let asked = !code.is_empty() || sent.get("asked") == "code";
    let (typed, door) = (login.clone(), site.door());
    let begun = site
        .read(move |ctx| {
            let typed = SignIn {
                login: &typed,
                password: sent.raw("password"),
                code: &code,
                address: &address.to_string(),
                door,
                known: known.as_deref(),
            };
            Ok(account::sign_in(ctx, typed)?)
        })
        .await;
    match begun {
        Ok(begun) => Ok(entered(&site, &begun, &back)),
        Err(error) if error.is_refusal() => {
            let page = SignInPage {
                frame: site.frame(&visitor),
                code: asked || error.is_refused_as("factor-missing"),
                wrong: Some(error.told()),
                login,
                back,
                demo: demo_accounts(&site, address).await?,
                base: site.base(),
            };
            respond::html_with(error.status, &page, Cache::Never)
        }
        Err(error) => Err(error),
    }
}

fn entered(site: &Site, begun: &Begun, back: &str) -> Response {
    who::begin(site, begun, respond::see_other(back))
}

/// One click: for accounts that the demo made, from the machine itself.
pub(crate) async fn demo(State(site): State<Site>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let address = who::address(&site, &parts);
    if !offers_demo(&site, address) {
        return Err(WebError::not_found());
    }
    let sent = Sent::from_request(Request::from_parts(parts, body), &site).await;
    let sent = match sent {
        Ok(sent) => sent,
        Err(response) => return Ok(response),
    };
    let (login, door) = (sent.get("login").to_owned(), site.door());
    let begun = site
        .read(move |ctx| {
            let address = address.to_string();
            Ok(account::sign_in_demo(ctx, door, &login, &address)?)
        })
        .await?;
    Ok(entered(&site, &begun, site.begin()))
}

pub(crate) async fn out(State(site): State<Site>, who: Who, _sent: Sent) -> Answer {
    let token = who.token.clone();
    site.act(who.actor(), move |ctx| Ok(account::end(ctx, &token)?))
        .await?;
    let target = format!("{}/sign-in", site.base());
    Ok(who::end(&site, respond::see_other(&target)))
}

pub(crate) async fn switch(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    let token = who.token.clone();
    site.act(who.actor(), move |ctx| {
        Ok(account::switch(ctx, &token, sent.optional("desk"))?)
    })
    .await?;
    Ok(respond::see_other("/").into_response())
}
