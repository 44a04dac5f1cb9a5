//! `/hand-in/one`: one decision, filled in as a form.

use super::who::{Sent, Who};
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
use axum::{extract::State, http::StatusCode};
use std::collections::HashMap;
use xinheng_app::{
    Act, Ctx,
    handin::{self, One},
    law::{FieldInfo, ItemInfo},
};
use xinheng_domain::finding::Finding;

#[derive(Debug, Template)]
#[template(path = "office/one.html")]
pub(crate) struct OnePage {
    pub(crate) frame: Frame,
    pub(crate) item: ItemInfo,
    /// What was typed, by field.
    pub(crate) typed: HashMap<String, String>,
    /// What is said of it.
    pub(crate) findings: Vec<Finding>,
    /// What is said of no field.
    pub(crate) wrong: Option<String>,
}

impl OnePage {
    fn value(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", String::as_str)
    }

    /// Whether what stands in a field is none of its choices.
    fn strange(&self, field: &FieldInfo) -> bool {
        let value = self.value(&field.id);
        !value.is_empty() && !field.choices.iter().any(|choice| choice == value)
    }

    fn said<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(move |f| f.field == field)
    }

    fn is_wrong(&self, field: &str) -> bool {
        self.said(field).next().is_some()
    }

    /// Whether a finding leads to a field of the form.
    fn leads(&self, finding: &Finding) -> bool {
        self.item.fields.iter().any(|f| f.id == finding.field)
    }

    /// How a field is filled in.
    fn control(&self, field: &FieldInfo) -> &'static str {
        let long = field.max_chars.is_some_and(|most| most > 200);
        match field.kind.as_str() {
            _ if !field.choices.is_empty() && !field.several => "choice",
            "text" if long => "long",
            _ => "text",
        }
    }

    fn must(&self) -> usize {
        let all = self.findings.iter();
        all.filter(|f| f.severity != xinheng_domain::finding::Severity::Warn)
            .count()
    }
}

#[cfg(test)]
impl Page for OnePage {
    fn samples() -> Vec<Self> {
        let item = samples::law().items().into_iter().next();
        let Some(item) = item else {
            return Vec::new();
        };
        let said = samples::check_refused().shown;
        let field = item.fields.first().map_or("", |f| &f.id).to_owned();
        let mut findings = said.clone();
        findings.extend(said.into_iter().take(1).map(|f| Finding {
            field: field.clone(),
            ..f
        }));
        let page = |findings: Vec<Finding>, wrong: Option<&str>| OnePage {
            frame: samples::desk("/hand-in/one", true),
            typed: HashMap::from([(field.clone(), "衡川市青禾食品有限公司".to_owned())]),
            item: item.clone(),
            findings,
            wrong: wrong.map(str::to_owned),
        };
        vec![
            page(findings, None),
            page(Vec::new(), None),
            page(Vec::new(), Some("一项也没有填写。")),
        ]
    }
}

fn item(ctx: &Ctx<'_>, id: &str) -> Result<ItemInfo, WebError> {
    ctx.allow(Act::HandInStage)?;
    ctx.law().item(id).ok_or_else(WebError::not_found)
}

pub(crate) async fn form(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let frame = who.frame(&site);
    let asked = params.get("item").unwrap_or_default().to_owned();
    site.act(who.actor(), move |ctx| {
        let page = OnePage {
            item: item(ctx, &asked)?,
            typed: HashMap::new(),
            findings: Vec::new(),
            wrong: None,
            frame,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn submit(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    let frame = who.frame(&site);
    let department = who.signed.department.clone().unwrap_or_default();
    site.check_as(who.actor(), move |ctx| {
        let item = item(ctx, sent.get("item"))?;
        let typed = |field: &str| sent.get(&format!("field-{field}")).replace("\r\n", "\n");
        let (status, findings, wrong) = match handin::one(ctx, &department, &item.id, typed) {
            Ok(One::Prepared(id)) => return Ok(respond::see_other(&format!("/hand-in/{id}"))),
            Ok(One::Wrong(findings)) => (StatusCode::UNPROCESSABLE_ENTITY, findings, None),
            Err(error) => {
                let error = WebError::from(error);
                if error.refusal.is_none() && error.status != StatusCode::BAD_REQUEST {
                    return Err(error);
                }
                (error.status, Vec::new(), Some(error.told()))
            }
        };
        let fields = item.fields.iter();
        let typed = fields.map(|f| (f.id.clone(), typed(&f.id))).collect();
        let page = OnePage {
            frame,
            item,
            typed,
            findings,
            wrong,
        };
        respond::html_with(status, &page, Cache::Never)
    })
    .await
}
