//! `/audit`: what the audit administrator searches and exports.

use super::who::Who;
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
use axum::{extract::State, http::HeaderValue, http::header};
use jiff::civil::Date;
#[cfg(test)]
use xinheng_app::audit::AuditLine;
use xinheng_app::{
    Act,
    audit::{self, AuditPage, AuditQuery},
};

/// Lines of a page, and of an export.
const PAGE: usize = 50;
const EXPORT: usize = 10_000;

#[derive(Debug, Template)]
#[template(path = "office/audit.html")]
pub(crate) struct AuditSearchPage {
    pub(crate) frame: Frame,
    pub(crate) asked: Asked,
    pub(crate) found: AuditPage,
    /// Acts: id and title.
    pub(crate) acts: Vec<(&'static str, &'static str)>,
}

/// What is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) from: Option<Date>,
    pub(crate) until: Option<Date>,
    pub(crate) act: Option<String>,
    pub(crate) actor: Option<String>,
    before: Option<String>,
}

impl Asked {
    fn of(params: &Params) -> Result<Self, WebError> {
        let text = |name: &str| {
            params
                .get(name)
                .filter(|v| !v.is_empty())
                .map(str::to_owned)
        };
        let day = |name: &str| {
            let day = params.get(name).filter(|v| !v.is_empty()).map(str::parse);
            day.transpose()
                .map_err(|_| WebError::bad(name, params.get(name).unwrap_or_default()))
        };
        Ok(Self {
            from: day("from")?,
            until: day("until")?,
            act: text("act"),
            actor: text("actor"),
            before: text("before"),
        })
    }

    fn query(&self, limit: usize) -> AuditQuery<'_> {
        AuditQuery {
            from: self.from,
            until: self.until,
            act: self.act.as_deref(),
            actor: self.actor.as_deref(),
            before: self.before.as_deref(),
            limit,
        }
    }

    /// The same question as part of an address.
    pub(crate) fn address(&self) -> String {
        let days = [("from", self.from), ("until", self.until)];
        let days = days
            .iter()
            .filter_map(|(name, day)| Some(format!("{name}={}", (*day)?)));
        let texts = [("act", &self.act), ("actor", &self.actor)];
        let texts = texts.iter().filter_map(|(name, text)| {
            Some(format!("{name}={}", filters::encode(text.as_deref()?)))
        });
        days.chain(texts).collect::<Vec<_>>().join("&")
    }
}

#[cfg(test)]
impl Page for AuditSearchPage {
    fn samples() -> Vec<Self> {
        let line = AuditLine {
            id: "0f".to_owned(),
            at: samples::stamp(),
            actor: "clerk".to_owned(),
            acts_for: Some("d001".to_owned()),
            act: "account.sign_in".to_owned(),
            title: "登录".to_owned(),
            address: Some("10.0.0.7".to_owned()),
            outcome: Some("wrong".to_owned()),
            about: Some("clerk".to_owned()),
            purpose: None,
        };
        let page = |lines: Vec<AuditLine>, next: Option<&str>| Self {
            frame: samples::desk("/audit", true),
            asked: Asked::default(),
            found: AuditPage {
                lines,
                next: next.map(str::to_owned),
            },
            acts: vec![("account.sign_in", "登录")],
        };
        vec![page(vec![line], Some("0e")), page(Vec::new(), None)]
    }
}

pub(crate) async fn show(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let asked = Asked::of(&params)?;
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let found = audit::search(ctx, &asked.query(PAGE))?;
        let written = Act::ALL.iter().filter(|act| act.leaves_entry());
        let page = AuditSearchPage {
            acts: written.map(|act| (act.id(), act.title())).collect(),
            frame,
            asked,
            found,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn export(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let asked = Asked::of(&params)?;
    site.act(who.actor(), move |ctx| {
        let found = audit::search(ctx, &asked.query(EXPORT))?;
        let mut text = String::from(
            "\u{feff}时间,办理人,代表的部门,事项,事项名称,地址,结果,编号,用途,审计编号\r\n",
        );
        for line in &found.lines {
            let cells = [
                line.at.to_string(),
                line.actor.clone(),
                line.acts_for.clone().unwrap_or_default(),
                line.act.clone(),
                line.title.clone(),
                line.address.clone().unwrap_or_default(),
                line.outcome.clone().unwrap_or_default(),
                line.about.clone().unwrap_or_default(),
                line.purpose.clone().unwrap_or_default(),
                line.id.clone(),
            ];
            text.push_str(&cells.map(|cell| csv_cell(&cell)).join(","));
            text.push_str("\r\n");
        }
        let mut response =
            respond::bytes("text/csv; charset=utf-8", text.into_bytes(), Cache::Never);
        let name = HeaderValue::from_static("attachment; filename=\"audit.csv\"");
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, name);
        Ok(response)
    })
    .await
}

/// A cell that no spreadsheet runs.
fn csv_cell(text: &str) -> String {
    let text = text.replace('"', "\"\"");
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let shield = if runs { "'" } else { "" };
    format!("\"{shield}{text}\"")
}

#[cfg(test)]
mod tests {
    use super::csv_cell;

    #[test]
    fn no_cell_is_run() {
        assert_eq!(csv_cell("=1+1"), "\"'=1+1\"");
        assert_eq!(csv_cell("a\"b"), "\"a\"\"b\"");
    }
}
