//! Who a request comes from, and whether it was sent from a page of ours.

use crate::{
    error::WebError,
    filters,
    frame::{Desk, Frame},
    respond,
    site::Site,
    visitor::Visitor,
};
use axum::{
    extract::{ConnectInfo, Form, FromRequest, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::net::{IpAddr, SocketAddr};
use xinheng_app::{
    Act, Actor,
    account::{self, Door, Signed},
};

/// Cookie of a session, and of a browser that has signed in before. A browser keeps no two apart by
/// the port alone, so each listener has its own.
const fn cookies(door: Door) -> (&'static str, &'static str) {
    match door {
        Door::Office => ("xinheng_session", "xinheng_known"),
        Door::Space => ("xinheng_my_session", "xinheng_my_known"),
    }
}
/// For how long a browser is known, in seconds.
const KNOWN_FOR: u32 = 180 * 24 * 60 * 60; // no law: ours, about browsers

/// The columns of those who hold an act.
const MENU: [(&str, &str, Act); 14] = [
    ("/", "工作台", Act::DeskOpen),
    ("/cases", "办件", Act::CaseList),
    ("/hand-in", "报送文件", Act::HandInList),
    ("/batches", "批次", Act::BatchList),
    ("/forward", "报送上级", Act::ForwardList),
    ("/readings", "公示审查", Act::RecordReading),
    ("/records/look", "查看记录", Act::RecordLook),
    ("/roster", "人员名册", Act::RosterConfirm),
    ("/samples", "抽样", Act::SampleDraw),
    ("/auditors", "审计函件", Act::AuditorList),
    ("/accounts", "账号", Act::AccountList),
    ("/roles", "角色和权限", Act::RoleList),
    ("/audit", "审计记录", Act::AuditSearch),
    ("/account", "我的账号", Act::AccountPassword),
];

/// Somebody who has signed in, with what their pages need.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    pub(crate) signed: Signed,
    pub(crate) token: String,
    /// What forms carry.
    pub(crate) form_token: String,
    pub(crate) visitor: Visitor,
}

/// A cookie of a request.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter();
    let pairs = all
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'));
    let mut pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
    let value = pairs.find(|(key, _)| key.trim_start_matches("__Host-") == name);
    value.map(|(_, value)| value.to_owned())
}

fn set_cookie(site: &Site, name: &str, value: &str, seconds: Option<u32>) -> HeaderValue {
    let (prefix, secure) = if site.limits().https {
        ("__Host-", "; Secure")
    } else {
        ("", "")
    };
    let age = seconds.map_or_else(String::new, |age| format!("; Max-Age={age}"));
    let text = format!("{prefix}{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// Hands the browser a session and the mark by which it is known.
pub(crate) fn begin(site: &Site, begun: &account::Begun, mut response: Response) -> Response {
    let headers = response.headers_mut();
    let (session, known) = cookies(site.door());
    headers.append(
        header::SET_COOKIE,
        set_cookie(site, session, &begun.token, None),
    );
    let known = set_cookie(site, known, &begun.known, Some(KNOWN_FOR));
    headers.append(header::SET_COOKIE, known);
    response
}

/// Takes the session from the browser.
pub(crate) fn end(site: &Site, mut response: Response) -> Response {
    let gone = set_cookie(site, cookies(site.door()).0, "", Some(0));
    response.headers_mut().append(header::SET_COOKIE, gone);
    response
}

/// By what a browser is known that has signed in before.
pub(crate) fn known(site: &Site, headers: &HeaderMap) -> Option<String> {
    cookie(headers, cookies(site.door()).1)
}

/// Where a request comes from: the connection's other end, or what a trusted proxy says of it.
pub(crate) fn address(site: &Site, parts: &Parts) -> IpAddr {
    let here = IpAddr::from([127, 0, 0, 1]);
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(here, |ConnectInfo(address)| address.ip().to_canonical());
    let trusted = |ip: &IpAddr| site.limits().trusted_proxies.contains(ip);
    if !trusted(&peer) {
        return peer;
    }
    // The last one that no trusted proxy wrote of another: whoever stands before it may be made up.
    let said = parts.headers.get_all("x-forwarded-for").iter();
    let said: Vec<&str> = said
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .collect();
    let mut said = said
        .iter()
        .rev()
        .filter_map(|ip| ip.trim().parse::<IpAddr>().ok());
    said.find(|ip| !trusted(ip)).unwrap_or(peer)
}

/// Finds out who a request comes from, before any handler.
pub(crate) async fn resume(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/static/") {
        return next.run(request).await;
    }
    let door = site.door();
    if let Some(token) = cookie(request.headers(), cookies(door).0) {
        let asked = token.clone();
        let found = site
            .read(move |ctx| {
                let signed = account::resume(ctx, door, &asked)?;
                let form = |signed: Signed| {
                    let form = ctx.deployment().tail("form", &[&asked]);
                    (signed, form)
                };
                Ok(signed.map(form))
            })
            .await;
        match found {
            Err(error) => return error.into_response(),
            Ok(None) => {}
            Ok(Some((signed, form_token))) => {
                let (parts, body) = request.into_parts();
                let visitor = Visitor::of(&parts);
                request = Request::from_parts(parts, body);
                request.extensions_mut().insert(Who {
                    signed,
                    token,
                    form_token,
                    visitor,
                });
            }
        }
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if !headers.contains_key(header::ETAG) || headers.contains_key(header::SET_COOKIE) {
        let private = HeaderValue::from_static("private, no-store");
        headers.insert(header::CACHE_CONTROL, private);
    }
    response
}

impl Who {
    pub(crate) fn actor(&self) -> Actor {
        self.signed.actor()
    }

    /// Header, menu and footer of their pages.
    pub(crate) fn frame(&self, site: &Site) -> Frame {
        let signed = &self.signed;
        let (here, elsewhere): (Vec<_>, Vec<_>) = signed
            .desks
            .iter()
            .partition(|(department, _)| *department == signed.department);
        let roles: Vec<&str> = signed
            .roles
            .iter()
            .map(|(_, title)| title.as_str())
            .collect();
        let own = [Act::DeskOpen, Act::AccountPassword];
        let menu = match site.door() {
            Door::Office => &MENU[..],
            Door::Space => &crate::space::MENU[..],
        };
        let menu = menu
            .iter()
            .filter(|(_, _, act)| own.contains(act) || signed.may(*act));
        let desk = Desk {
            name: signed.name.clone(),
            acts_for: here
                .first()
                .map_or_else(String::new, |(_, title)| title.clone()),
            roles: roles.join("、"),
            menu: menu.map(|(href, title, _)| (*href, *title)).collect(),
            token: self.form_token.clone(),
            base: site.base(),
            elsewhere: elsewhere
                .into_iter()
                .map(|(code, title)| (code.clone().unwrap_or_default(), title.clone()))
                .collect(),
        };
        Frame {
            desk: Some(desk),
            ..site.frame(&self.visitor)
        }
    }
}

impl FromRequestParts<Site> for Who {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let (base, path) = (site.base(), parts.uri.path());
        let Some(who) = parts.extensions.get::<Self>() else {
            let back = parts.uri.path_and_query().map_or("/", |p| p.as_str());
            let target = match path == site.begin() {
                true => format!("{base}/sign-in"),
                false => format!("{base}/sign-in?back={}", filters::encode(back)),
            };
            return Err(respond::see_other(&target));
        };
        // A password that somebody else knows is changed before anything else is done.
        let allowed = ["/account", "/account/password", "/sign-out"];
        let inside = path.strip_prefix(base).unwrap_or(path);
        if (who.signed.password_given || who.signed.password_due) && !allowed.contains(&inside) {
            return Err(respond::see_other(&format!("{base}/account")));
        }
        Ok(who.clone())
    }
}

/// The fields of a form that was sent from a page of ours.
#[derive(Debug)]
pub(crate) struct Sent(Vec<(String, String)>);

impl Sent {
    /// A field, without blanks around it; empty where it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Every value of a field that is sent more than once.
    pub(crate) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        let fields = self.0.iter().filter(move |(key, _)| key == name);
        fields.map(|(_, value)| value.trim())
    }

    /// A field as it was typed.
    pub(crate) fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Fields whose names begin so, by the rest of their names.
    pub(crate) fn under<'s>(&'s self, prefix: &'s str) -> impl Iterator<Item = (&'s str, &'s str)> {
        let fields = self.0.iter();
        fields.filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.as_str())))
    }

    /// A field that may be left empty.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    /// A day that may be left empty.
    pub(crate) fn day(&self, name: &str) -> Result<Option<jiff::civil::Date>, WebError> {
        let day = self.optional(name).map(str::parse).transpose();
        day.map_err(|_| WebError::bad_input("日期应当写成 2026-11-30 的形式。"))
    }
}

/// Whether the request was sent from a page of this site, as far as its head tells.
pub(crate) fn from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    let origin = text("origin").and_then(|o| o.split_once("://"));
    origin.is_some_and(|(_, origin)| Some(origin) == host)
}

pub(crate) fn not_from_here() -> WebError {
    WebError::forbidden(
        "这个请求不是从本系统的页面上提交的，没有办理。请回到页面，重新打开后再提交。",
    )
}

impl FromRequest<Site> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Response> {
        if !from_here(request.headers()) {
            return Err(not_from_here().into_response());
        }
        let who = request.extensions().get::<Who>().cloned();
        let fields = Form::<Vec<(String, String)>>::from_request(request, site).await;
        let fields = fields
            .map_err(|_| WebError::bad_input("请用页面上的表单填写和提交。").into_response())?;
        let sent = Self(fields.0);
        match who {
            Some(who) if sent.raw("form_token") != who.form_token => {
                Err(not_from_here().into_response())
            }
            _ => Ok(sent),
        }
    }
}
