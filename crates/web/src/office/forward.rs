//! `/forward`: files in the templates of the platform above, made from what was handed in, and its
//! answers dropped back. The office's for the district, a clerk's for the own department.

use super::who::{self, Sent, Who};
use crate::{
    check::{self, upload},
    error::WebError,
    filters,
    frame::Frame,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::{Params, Segment},
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use axum::{
    extract::{Request, State},
    http::StatusCode,
};
use jiff::civil::Date;
use std::path::Path;
use xinheng_app::{
    Act, Ctx,
    forward::{
        self, DispatchLine, DispatchView, Listed, Made, Make, ReceiptOutcome, SentLine, Stands,
        TemplateLine,
    },
};

/// Rows of a page.
const PAGE: usize = 50;
/// A workbook, and text.
const KINDS: [(&str, &str, &str); 2] = [
    (".xlsx", "工作簿（.xlsx）", check::WORKBOOK),
    (".csv", "文本（.csv）", "text/csv; charset=utf-8"),
];
/// How rows stand: as the address says it, in Chinese, and its tone.
const STANDS: [(Stands, &str, &str, &str); 3] = [
    (Stands::Accepted, "accepted", "已接收", "done"),
    (Stands::Refused, "refused", "已退回", "late"),
    (Stands::Waiting, "waiting", "等待回执", "soon"),
];

/// What a form asks for, as it was typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    pub(crate) template: String,
    pub(crate) department: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) kind: String,
    pub(crate) again: bool,
}

#[derive(Debug, Template)]
#[template(path = "office/forward.html")]
pub(crate) struct ForwardPage {
    pub(crate) frame: Frame,
    pub(crate) lines: Vec<DispatchLine>,
    pub(crate) templates: Vec<TemplateLine>,
    /// Departments, where the reader acts for the office: code and name.
    pub(crate) departments: Vec<(String, String)>,
    /// Files of this department and by this template alone.
    pub(crate) asked: (String, String),
    pub(crate) typed: Typed,
    /// Files may be made here, and answers read.
    pub(crate) makes: bool,
    pub(crate) reads: bool,
    /// Records may be looked at.
    pub(crate) looks: bool,
    pub(crate) limit_mb: u64,
    pub(crate) made: Option<Made>,
    pub(crate) read: Option<ReceiptOutcome>,
    pub(crate) wrong: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "office/forwarded.html")]
pub(crate) struct ForwardedPage {
    pub(crate) frame: Frame,
    pub(crate) view: DispatchView,
    pub(crate) asked: Option<Stands>,
    pub(crate) first: usize,
    /// It may be downloaded, and its answer read.
    pub(crate) files: bool,
    pub(crate) reads: bool,
    pub(crate) looks: bool,
}

impl ForwardPage {
    const fn kinds() -> [(&'static str, &'static str, &'static str); 2] {
        KINDS
    }

    fn office(&self) -> bool {
        !self.departments.is_empty()
    }
}

impl ForwardedPage {
    fn line(&self) -> &DispatchLine {
        &self.view.line
    }

    /// How its rows stand: as the address says it, title, how many, whether it is asked for.
    fn stands(&self) -> [(&'static str, &'static str, u64, bool); 3] {
        let line = self.line();
        STANDS.map(|(stands, id, title, _)| {
            let count = match stands {
                Stands::Accepted => line.accepted,
                Stands::Refused => line.refused,
                Stands::Waiting => line.waiting,
            };
            (id, title, count, self.asked == Some(stands))
        })
    }

    fn title(row: &SentLine) -> (&'static str, &'static str) {
        let mut all = STANDS.iter();
        let found = all.find(|(stands, ..)| *stands == row.stands);
        found.map_or(("", ""), |(_, _, title, tone)| (title, tone))
    }

    fn last(&self) -> usize {
        self.first + self.view.rows.len()
    }

    fn previous(&self) -> Option<String> {
        let before = self.first.checked_sub(1)?;
        Some(self.address(before.saturating_sub(PAGE - 1)))
    }

    fn following(&self) -> Option<String> {
        let more = self.last() < self.view.in_all && !self.view.rows.is_empty();
        more.then(|| self.address(self.last()))
    }

    fn address(&self, from: usize) -> String {
        let asked = STANDS
            .iter()
            .find(|(stands, ..)| self.asked == Some(*stands));
        let asked = asked.map_or_else(String::new, |(_, id, ..)| format!("is={id}&"));
        format!("/forward/{}?{asked}from={from}", self.line().id)
    }
}

#[cfg(test)]
impl Page for ForwardPage {
    fn samples() -> Vec<Self> {
        let page = |office: bool| Self {
            frame: samples::desk("/forward", true),
            lines: vec![samples::dispatch()],
            templates: vec![samples::forward_template()],
            departments: match office {
                true => vec![("d001".to_owned(), "衡川市信衡区市场监督管理局".to_owned())],
                false => Vec::new(),
            },
            asked: (String::new(), String::new()),
            typed: Typed {
                template: "penalty-organisations".to_owned(),
                from: "2026-11-01".to_owned(),
                until: "2026-11-22".to_owned(),
                ..Typed::default()
            },
            makes: true,
            reads: true,
            looks: office,
            limit_mb: 64,
            made: None,
            read: None,
            wrong: None,
        };
        let bare = Self {
            lines: Vec::new(),
            makes: false,
            reads: false,
            wrong: Some("请选择报送模板。".to_owned()),
            ..page(true)
        };
        let made = Self {
            made: Some(samples::made()),
            ..page(false)
        };
        let read = Self {
            read: Some(samples::receipt()),
            ..page(true)
        };
        vec![page(true), bare, made, read]
    }
}

#[cfg(test)]
impl Page for ForwardedPage {
    fn samples() -> Vec<Self> {
        let page = |asked: Option<Stands>, looks| Self {
            frame: samples::desk("/forward/0f", true),
            view: samples::dispatch_view(),
            asked,
            first: if looks { 0 } else { 50 },
            files: true,
            reads: looks,
            looks,
        };
        let over = Self {
            view: DispatchView {
                kept: false,
                in_all: 0,
                rows: Vec::new(),
                ..samples::dispatch_view()
            },
            ..page(Some(Stands::Waiting), true)
        };
        vec![page(None, true), page(Some(Stands::Refused), false), over]
    }
}

/// What a page of the list shows beside it.
#[derive(Debug, Default)]
struct Beside {
    asked: (String, String),
    typed: Typed,
    made: Option<Made>,
    read: Option<ReceiptOutcome>,
    wrong: Option<String>,
}

/// The department whose files are meant: the reader's own, or the one they name where they act for
/// the office.
fn department<'a>(who: &'a Who, named: &'a str) -> Option<&'a str> {
    let own = who.signed.department.as_deref();
    own.or(Some(named).filter(|named| !named.is_empty()))
}

fn page(
    ctx: &Ctx<'_>,
    (frame, who): (Frame, &Who),
    limit_mb: u64,
    mut beside: Beside,
) -> Result<ForwardPage, WebError> {
    let may = |act| who.signed.may(act);
    let (named, template) = &beside.asked;
    let listed = Listed {
        department: department(who, named),
        template: Some(template.as_str()).filter(|t| !t.is_empty()),
    };
    let lines = forward::list(ctx, listed)?;
    let departments = match &who.signed.department {
        Some(_) => Vec::new(),
        None => xinheng_app::department::list(ctx)?,
    };
    let typed = &mut beside.typed;
    if typed.from.is_empty() && typed.until.is_empty() {
        let today = ctx.today();
        typed.from = today.first_of_month().to_string();
        typed.until = today.to_string();
    }
    Ok(ForwardPage {
        templates: forward::templates(ctx)?,
        departments: departments.into_iter().map(|d| (d.code, d.name)).collect(),
        makes: may(Act::ForwardMake),
        reads: may(Act::ForwardReceipt),
        looks: may(Act::RecordLook),
        asked: beside.asked,
        typed: beside.typed,
        made: beside.made,
        read: beside.read,
        wrong: beside.wrong,
        lines,
        frame,
        limit_mb,
    })
}

pub(crate) async fn list(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let text = |name: &str| params.get(name).unwrap_or_default().trim().to_owned();
    let mut beside = Beside {
        asked: (text("department"), text("template")),
        typed: Typed {
            template: text("template"),
            department: text("department"),
            from: text("from"),
            until: text("until"),
            ..Typed::default()
        },
        ..Beside::default()
    };
    let item = text("item");
    let frame = who.frame(&site);
    let limit_mb = site.limits().upload_bytes >> 20;
    site.act(who.actor(), move |ctx| {
        // From a batch: the template of its item.
        let all = forward::templates(ctx)?;
        let of_item = all
            .iter()
            .find(|t| t.item == item && beside.typed.template.is_empty());
        if let Some(template) = of_item {
            beside.typed.template.clone_from(&template.id);
        }
        let page = page(ctx, (frame, &who), limit_mb, beside)?;
        respond::html(&page, Cache::Never)
    })
    .await
}

/// The list again, behind an act.
async fn again(site: Site, who: Who, status: StatusCode, beside: Beside) -> Answer {
    let frame = who.frame(&site);
    let limit_mb = site.limits().upload_bytes >> 20;
    site.show(who.actor(), move |ctx| {
        let page = page(ctx, (frame, &who), limit_mb, beside)?;
        respond::html_with(status, &page, Cache::Never)
    })
    .await
}

pub(crate) async fn make(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    let typed = Typed {
        template: sent.get("template").to_owned(),
        department: sent.get("department").to_owned(),
        from: sent.get("from").to_owned(),
        until: sent.get("until").to_owned(),
        kind: sent.get("kind").to_owned(),
        again: sent.get("again") == "yes",
    };
    let asked = typed.clone();
    let reader = who.clone();
    let outcome = site
        .check_as(who.actor(), move |ctx| {
            ctx.allow(Act::ForwardMake)?;
            let day = |name: &str| {
                let day: Option<Date> = sent.day(name)?;
                day.ok_or_else(|| WebError::bad_input("请填写决定日期的起止。"))
            };
            let (from, until) = (day("from")?, day("until")?);
            let kind = KINDS.iter().find(|(kind, ..)| *kind == asked.kind);
            let (kind, ..) = kind.ok_or_else(|| WebError::bad_input("请选择文件的种类。"))?;
            let all = forward::templates(ctx)?;
            let template = all.iter().find(|t| t.id == asked.template);
            let template = template.ok_or_else(|| WebError::bad_input("请选择报送模板。"))?;
            let name = format!("{}{from}至{until}{kind}", template.title);
            let input = Make {
                template: &template.id,
                department: department(&reader, &asked.department),
                from,
                until,
                again: asked.again,
                out: Path::new(&name),
            };
            Ok(forward::keep(ctx, input)?)
        })
        .await;
    let mut beside = Beside {
        typed,
        ..Beside::default()
    };
    let status = match outcome {
        Ok(made) => {
            beside.made = Some(made);
            StatusCode::OK
        }
        Err(error) if error.is_refusal() => {
            beside.wrong = Some(error.told());
            error.status
        }
        Err(error) => return Err(error),
    };
    again(site, who, status, beside).await
}

pub(crate) async fn receipt(State(site): State<Site>, who: Who, request: Request) -> Answer {
    read(site, who, None, request).await
}

pub(crate) async fn receipt_of(
    State(site): State<Site>,
    who: Who,
    Segment(id): Segment,
    request: Request,
) -> Answer {
    read(site, who, Some(id), request).await
}

/// Reads an answer in, of one file where it is named.
async fn read(site: Site, who: Who, dispatch: Option<String>, request: Request) -> Answer {
    const NO_FORM: &str = "请用页面上的表单选择回执后提交。";
    if !who::from_here(request.headers()) {
        return Err(who::not_from_here());
    }
    // Before any of the file is taken.
    site.act(who.actor(), |ctx| Ok(ctx.allow(Act::ForwardReceipt)?))
        .await?;
    let Some(file) = upload::form(&site, request, NO_FORM).await? else {
        let beside = Beside {
            wrong: Some("请先选择上级平台的回执文件。".to_owned()),
            ..Beside::default()
        };
        return again(site, who, StatusCode::BAD_REQUEST, beside).await;
    };
    if file.token != who.form_token {
        return Err(who::not_from_here());
    }
    let department = who.signed.department.clone();
    let outcome = site
        .check_as(who.actor(), move |ctx| {
            let answer = forward::Answer {
                path: &file.path,
                file_name: &file.name,
                sheet: file.sheet.as_deref(),
                dispatch: dispatch.as_deref(),
                department: department.as_deref(),
            };
            Ok(forward::read_receipt(ctx, answer)?)
        })
        .await;
    let mut beside = Beside::default();
    let status = match outcome {
        Ok(read) => {
            beside.read = Some(read);
            StatusCode::OK
        }
        Err(error) if error.is_refusal() => {
            beside.wrong = Some(error.told());
            error.status
        }
        Err(error) => return Err(error),
    };
    again(site, who, status, beside).await
}

pub(crate) async fn one(
    State(site): State<Site>,
    who: Who,
    Segment(id): Segment,
    params: Params,
) -> Answer {
    let asked = match params.get("is").filter(|text| !text.is_empty()) {
        Some(text) => {
            let found = STANDS.iter().find(|(_, id, ..)| *id == text);
            Some(found.ok_or_else(|| WebError::bad("is", text))?.0)
        }
        None => None,
    };
    let first = params.get("from").map(|text| {
        let first: Result<usize, _> = text.parse();
        first.map_err(|_| WebError::bad("from", text))
    });
    let first = first.transpose()?.unwrap_or_default();
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let may = |act| who.signed.may(act);
        let page = ForwardedPage {
            view: forward::open(ctx, &id, asked, (first, PAGE))?,
            files: may(Act::ForwardFile),
            reads: may(Act::ForwardReceipt),
            looks: may(Act::RecordLook),
            frame,
            asked,
            first,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn file(State(site): State<Site>, who: Who, Segment(id): Segment) -> Answer {
    site.act(who.actor(), move |ctx| {
        let (name, bytes) = forward::file(ctx, &id)?;
        let kind = KINDS.iter().find(|(kind, ..)| name.ends_with(kind));
        let kind = kind.map_or("application/octet-stream", |(.., kind)| kind);
        let response = respond::bytes(kind, bytes, Cache::Never);
        Ok(check::attachment(response, &name))
    })
    .await
}
