//! `/hand-in`: files that a department prepares: uploaded, corrected cell by cell, released.

use super::{
    rows,
    who::{self, Sent, Who},
};
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
use std::collections::HashMap;
use xinheng_app::{
    Act,
    handin::{self, CellEdit, Fate, Fates, FaultyCell, HandInLine, HandInView, Staging, Standing},
};

/// Faulty cells of a page.
const PAGE: usize = 50;
/// Kinds of faults that are shown at once; more of them are folded.
const FEW: usize = 3;

#[derive(Debug, Template)]
#[template(path = "office/hand_ins.html")]
pub(crate) struct HandInsPage {
    pub(crate) frame: Frame,
    pub(crate) files: Vec<HandInLine>,
    /// Files may be prepared here.
    pub(crate) stages: bool,
    /// Items of which one decision can be filled in: id and title.
    pub(crate) items: Vec<(String, String)>,
    pub(crate) limit_mb: u64,
    pub(crate) wrong: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "office/hand_in.html")]
pub(crate) struct HandInPage {
    pub(crate) frame: Frame,
    pub(crate) view: HandInView,
    /// Cells are corrected here.
    pub(crate) edits: bool,
    /// It may be withdrawn here.
    pub(crate) withdraws: bool,
    /// Findings of this kind are looked at.
    pub(crate) code: Option<String>,
    pub(crate) first: usize,
    /// What was typed and not saved, by cell.
    pub(crate) typed: HashMap<String, String>,
    pub(crate) done: Option<String>,
    pub(crate) wrong: Option<String>,
}

impl HandInPage {
    fn line(&self) -> &HandInLine {
        &self.view.line
    }

    fn prepared(&self) -> bool {
        self.line().standing == Standing::Prepared
    }

    fn few(&self) -> bool {
        self.view.kinds.len() <= FEW
    }

    /// What it comes to, in one of three words, and what to do next.
    fn advice(&self) -> (&'static str, &'static str, &'static str) {
        let checked = &self.line().checked;
        let (refused, warned) = (checked.counters.refused, checked.counters.warned);
        match (
            checked.ready() + checked.counters.set_aside,
            refused,
            warned,
        ) {
            (0, ..) => (
                "late",
                "需要改正",
                "没有一条数据可以报送。请改正下面的格子，或者在原来的表格里改正后重新上传。",
            ),
            (_, 1.., _) => (
                "late",
                "需要改正",
                "可以现在就改正下面的格子；也可以先报送没有问题的数据，需要改正的不会被接收，改正后再报，已经收到的不会重复。",
            ),
            (_, 0, 1..) => (
                "soon",
                "请核对",
                "请核对下面提示的格子，确实有误的改正，没有错的可以直接报送。",
            ),
            (_, 0, 0) => (
                "done",
                "可以报送",
                "没有发现问题。这只说明表格符合标准，内容是否属实由报送部门负责。",
            ),
        }
    }

    fn name(cell: &FaultyCell) -> String {
        name(cell)
    }

    /// Rows of each fate that can be handed in: as the address says it, title and how many.
    fn fates(&self) -> Vec<(&'static str, &'static str, u64)> {
        let c = &self.line().checked.counters;
        let told = self.view.fates.unwrap_or(Fates {
            new: c.new.saturating_sub(c.replaced),
            corrects: self.corrects(),
            unchanged: c.unchanged,
            ..Fates::default()
        });
        let mine = [Fate::New, Fate::Corrects, Fate::Unchanged];
        let all = rows::FATES.iter().filter(|(fate, ..)| mine.contains(fate));
        all.map(|(fate, id, title, _)| (*id, *title, told.of(*fate)))
            .collect()
    }

    /// Rows that correct what was handed in before.
    fn corrects(&self) -> u64 {
        let c = &self.line().checked.counters;
        c.new_version + c.replaced
    }

    /// What stands in the field of a cell.
    fn value<'a>(&'a self, cell: &'a FaultyCell) -> &'a str {
        self.typed.get(&Self::name(cell)).unwrap_or(&cell.value)
    }

    /// Numbers are masked in what is to be written in.
    fn masks(&self) -> bool {
        let cells = self.view.cells.iter().chain(&self.view.mended);
        cells.into_iter().any(|cell| cell.value.contains("******"))
    }

    fn is_long(&self, cell: &FaultyCell) -> bool {
        cell.long || is_long(self.value(cell))
    }

    fn last(&self) -> usize {
        self.first + self.view.cells.len()
    }

    fn previous(&self) -> Option<String> {
        let before = self.first.checked_sub(1)?;
        Some(self.address(before.saturating_sub(PAGE - 1)))
    }

    fn following(&self) -> Option<String> {
        (self.last() < self.view.cells_in_all && !self.view.cells.is_empty())
            .then(|| self.address(self.last()))
    }

    fn address(&self, from: usize) -> String {
        let code = self.code.as_deref();
        let code = code.map(|c| format!("code={}&", filters::encode(c)));
        let code = code.unwrap_or_default();
        format!("/hand-in/{}?{code}from={from}#cells", self.line().id)
    }
}

/// Name of a cell in a form.
pub(super) fn name(cell: &FaultyCell) -> String {
    format!("{}-{}", cell.sheet_row, cell.column)
}

/// Whether a text needs several lines.
pub(super) fn is_long(value: &str) -> bool {
    value.contains('\n') || value.chars().count() > 60
}

/// What is said of corrections that were saved.
pub(super) fn saved(count: usize) -> String {
    match count {
        0 => "没有改动，没有保存。".to_owned(),
        _ => format!("已保存 {count} 处改正，并且重新校核。"),
    }
}

#[cfg(test)]
impl Page for HandInsPage {
    fn samples() -> Vec<Self> {
        let page = |full: bool| Self {
            frame: samples::desk("/hand-in", true),
            files: if full {
                samples::hand_ins()
            } else {
                Vec::new()
            },
            stages: full,
            items: vec![("penalty".to_owned(), "行政处罚".to_owned())],
            limit_mb: 64,
            wrong: full.then(|| "请先选择一个表格文件。".to_owned()),
        };
        vec![page(true), page(false)]
    }
}

#[cfg(test)]
impl Page for HandInPage {
    fn samples() -> Vec<Self> {
        let page = |view: HandInView, first| Self {
            frame: samples::desk("/hand-in/0f", true),
            edits: first == 0,
            withdraws: first == 0,
            code: (first > 0).then(|| "date-format".to_owned()),
            first,
            typed: HashMap::from([("12-19".to_owned(), "十一月\n九日".to_owned())]),
            done: (first > 0).then(|| "已保存 1 处改正，并且重新校核。".to_owned()),
            wrong: (first == 0).then(|| "文件在您打开之后有了变动，没有办理。".to_owned()),
            view,
        };
        let views = samples::hand_in_views();
        let firsts = [0, 50, 0, 0];
        let pages = views.into_iter().zip(firsts);
        pages.map(|(view, first)| page(view, first)).collect()
    }
}

/// The list again, with what is wrong.
async fn again(site: &Site, who: &Who, status: StatusCode, wrong: Option<String>) -> Answer {
    let frame = who.frame(site);
    let stages = who.signed.may(Act::HandInStage);
    let limit_mb = site.limits().upload_bytes >> 20;
    let work = move |ctx: &xinheng_app::Ctx<'_>| {
        let page = HandInsPage {
            files: handin::list(ctx)?,
            items: ctx
                .law()
                .items()
                .into_iter()
                .map(|i| (i.id, i.title))
                .collect(),
            frame,
            stages,
            limit_mb,
            wrong,
        };
        respond::html_with(status, &page, Cache::Never)
    };
    match status {
        StatusCode::OK => site.act(who.actor(), work).await,
        _ => site.show(who.actor(), work).await,
    }
}

pub(crate) async fn list(State(site): State<Site>, who: Who) -> Answer {
    again(&site, &who, StatusCode::OK, None).await
}

pub(crate) async fn stage(State(site): State<Site>, who: Who, request: Request) -> Answer {
    const NO_FORM: &str = "请用页面上的表单选择文件后提交。";
    if !who::from_here(request.headers()) {
        return Err(who::not_from_here());
    }
    // Before any of the file is taken.
    site.act(who.actor(), |ctx| Ok(ctx.allow(Act::HandInStage)?))
        .await?;
    let Some(file) = upload::form(&site, request, NO_FORM).await? else {
        let wrong = Some("请先选择一个表格文件。".to_owned());
        return again(&site, &who, StatusCode::BAD_REQUEST, wrong).await;
    };
    if file.token != who.form_token {
        return Err(who::not_from_here());
    }
    let department = who.signed.department.clone().unwrap_or_default();
    let outcome = site
        .check_as(who.actor(), move |ctx| {
            let bytes = std::fs::read(&file.path).map_err(|error| {
                tracing::error!(%error, "an upload could not be read");
                WebError::of_io(&error)
            })?;
            let staging = Staging {
                bytes: &bytes,
                file_name: &file.name,
                sheet: file.sheet.as_deref(),
                department: &department,
            };
            Ok(handin::stage(ctx, staging)?)
        })
        .await;
    match outcome {
        Ok(id) => Ok(respond::see_other(&format!("/hand-in/{id}"))),
        Err(error) if error.is_refused_as("not-clean") => {
            again(&site, &who, error.status, Some(error.told())).await
        }
        Err(error) => Err(error),
    }
}

/// What of a file is looked at.
#[derive(Debug, Clone, Default)]
struct Asked {
    /// One of its rows alone.
    row: Option<u64>,
    code: Option<String>,
    first: usize,
    typed: HashMap<String, String>,
    done: Option<String>,
    wrong: Option<String>,
}

fn page(
    ctx: &xinheng_app::Ctx<'_>,
    (frame, who): (Frame, &Who),
    id: &str,
    asked: Asked,
) -> Result<HandInPage, WebError> {
    let view = handin::open(ctx, id, asked.code.as_deref(), (asked.first, PAGE))?;
    Ok(HandInPage {
        edits: who.signed.may(Act::HandInEdit) && view.line.checked.editable(),
        withdraws: who.signed.may(Act::HandInWithdraw),
        first: asked.first.min(view.cells_in_all),
        code: asked.code,
        typed: asked.typed,
        done: asked.done,
        wrong: asked.wrong,
        frame,
        view,
    })
}

pub(crate) async fn open(
    State(site): State<Site>,
    who: Who,
    Segment(id): Segment,
    params: Params,
) -> Answer {
    let number = |name: &str| match params.get(name) {
        Some(text) => text.parse().map_err(|_| WebError::bad(name, text)),
        None => Ok(0),
    };
    let saved: usize = number("saved")?;
    let asked = Asked {
        code: params.get("code").map(str::to_owned),
        first: number("from")?,
        done: (saved > 0).then(|| self::saved(saved)),
        ..Asked::default()
    };
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        respond::html(&page(ctx, (frame, &who), &id, asked)?, Cache::Never)
    })
    .await
}

/// After an act: on to the file, or the file again with why it was not done.
async fn after(
    site: &Site,
    who: Who,
    id: String,
    outcome: Result<String, WebError>,
    asked: Asked,
) -> Answer {
    let error = match outcome {
        Ok(target) => return Ok(respond::see_other(&target)),
        Err(error) if error.is_refusal() => error,
        Err(error) => return Err(error),
    };
    let frame = who.frame(site);
    site.show(who.actor(), move |ctx| {
        let asked = Asked {
            wrong: Some(error.told()),
            ..asked
        };
        if let Some(row) = asked.row {
            let beside = rows::Beside {
                typed: asked.typed,
                done: None,
                wrong: asked.wrong,
            };
            let page = rows::page(ctx, (frame, &who), (&id, row), beside)?;
            return respond::html_with(error.status, &page, Cache::Never);
        }
        let page = page(ctx, (frame, &who), &id, asked)?;
        respond::html_with(error.status, &page, Cache::Never)
    })
    .await
}

fn revision(sent: &Sent) -> Result<u32, WebError> {
    let revision = sent.get("revision").parse();
    revision.map_err(|_| WebError::bad_input("请用页面上的按钮办理。"))
}

/// Row and column of a field's name.
fn cell(name: &str) -> Result<(u64, u32), WebError> {
    let at = name.split_once('-');
    let at = at.and_then(|(row, column)| Some((row.parse().ok()?, column.parse().ok()?)));
    at.ok_or_else(|| WebError::bad_input("请用页面上的表单改正。"))
}

pub(crate) async fn edit(
    State(site): State<Site>,
    who: Who,
    Segment(id): Segment,
    sent: Sent,
) -> Answer {
    let mut cells = Vec::new();
    let mut typed = HashMap::new();
    let (take, all) = (sent.optional("take"), sent.optional("all"));
    for (name, value) in sent.under("cell-") {
        let (sheet_row, column) = cell(name)?;
        let value = value.replace("\r\n", "\n");
        typed.insert(name.to_owned(), value.clone());
        cells.push(CellEdit {
            sheet_row,
            column,
            value: (take != Some(name)).then_some(value),
            alike: all == Some(name),
        });
    }
    let row = sent.optional("row").map(str::parse).transpose();
    let asked = Asked {
        row: row.map_err(|_| WebError::bad_input("请用页面上的表单改正。"))?,
        code: sent.optional("code").map(str::to_owned),
        first: sent.get("from").parse().unwrap_or_default(),
        typed,
        ..Asked::default()
    };
    let file = id.clone();
    let outcome = match revision(&sent) {
        Ok(revision) => {
            site.check_as(who.actor(), move |ctx| {
                Ok(handin::edit(ctx, &file, revision, &cells)?)
            })
            .await
        }
        Err(error) => Err(error),
    };
    let code = asked.code.as_deref();
    let code = code.map(|c| format!("&code={}", filters::encode(c)));
    let outcome = outcome.map(|saved| {
        if let Some(row) = asked.row {
            return format!("/hand-in/{id}/row?at={row}&saved={saved}");
        }
        let code = code.unwrap_or_default();
        format!("/hand-in/{id}?saved={saved}{code}#cells")
    });
    after(&site, who, id, outcome, asked).await
}

pub(crate) async fn release(
    State(site): State<Site>,
    who: Who,
    Segment(id): Segment,
    sent: Sent,
) -> Answer {
    let (revision, meant) = (revision(&sent), sent.get("corrects") == "yes");
    let file = id.clone();
    let outcome = site
        .check_as(who.actor(), move |ctx| {
            ctx.allow(Act::HandInRelease)?;
            Ok(handin::release(ctx, &file, revision?, meant)?)
        })
        .await;
    let outcome = outcome.map(|_| format!("/hand-in/{id}"));
    after(&site, who, id, outcome, Asked::default()).await
}

pub(crate) async fn withdraw(
    State(site): State<Site>,
    who: Who,
    Segment(id): Segment,
    sent: Sent,
) -> Answer {
    let revision = revision(&sent);
    let file = id.clone();
    let outcome = site
        .act(who.actor(), move |ctx| {
            ctx.allow(Act::HandInWithdraw)?;
            Ok(handin::withdraw(ctx, &file, revision?)?)
        })
        .await;
    let outcome = outcome.map(|()| "/hand-in".to_owned());
    after(&site, who, id, outcome, Asked::default()).await
}

pub(crate) async fn workbook(State(site): State<Site>, who: Who, Segment(id): Segment) -> Answer {
    let book = site.results().file(".xlsx");
    let book = book.map_err(|error| WebError::of_io(&error))?;
    let (path, name) = site
        .check_as(who.actor(), move |ctx| {
            let (file, path) = tempfile::NamedTempFile::into_parts(book);
            let name = handin::workbook(ctx, &id, file)?;
            Ok((path, name))
        })
        .await?;
    let response = check::streamed(&path, check::WORKBOOK).await?;
    Ok(check::attachment(response, &check::annotated_name(&name)))
}
