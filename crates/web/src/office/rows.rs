//! `/hand-in/{id}/rows`: the rows of a prepared file by what would become of them, and any of them
//! with all its cells, to be corrected whether or not the check said something.

use super::{hand_in, who::Who};
use crate::{
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
use axum::extract::State;
use std::collections::HashMap;
use xinheng_app::{
    Act, Ctx,
    handin::{self, Fate, FaultyCell, HandInLine, RowView, RowsView},
};

/// Rows of a page.
const PAGE: usize = 50;

/// What would become of rows: as the address says it, in Chinese, and its tone.
pub(super) const FATES: [(Fate, &str, &str, &str); 5] = [
    (Fate::New, "new", "新的", "done"),
    (Fate::Corrects, "corrects", "更正", "soon"),
    (Fate::Unchanged, "unchanged", "已在库", "none"),
    (Fate::Refused, "refused", "需要改正", "late"),
    (Fate::SetAside, "set-aside", "自然人，另行处理", "none"),
];

fn title(fate: Fate) -> (&'static str, &'static str) {
    let mut all = FATES.iter();
    let found = all.find(|(known, ..)| *known == fate);
    found.map_or(("", ""), |(_, _, title, tone)| (title, tone))
}

#[derive(Debug, Template)]
#[template(path = "office/rows.html")]
pub(crate) struct RowsPage {
    pub(crate) frame: Frame,
    pub(crate) view: RowsView,
    /// Rows of this fate alone.
    pub(crate) asked: Option<Fate>,
    pub(crate) first: usize,
}

#[derive(Debug, Template)]
#[template(path = "office/row.html")]
pub(crate) struct RowPage {
    pub(crate) frame: Frame,
    pub(crate) view: RowView,
    /// Cells are corrected here.
    pub(crate) edits: bool,
    /// What was typed and not saved, by cell.
    pub(crate) typed: HashMap<String, String>,
    pub(crate) done: Option<String>,
    pub(crate) wrong: Option<String>,
}

impl RowsPage {
    fn line(&self) -> &HandInLine {
        &self.view.line
    }

    fn title(fate: &Fate) -> (&'static str, &'static str) {
        title(*fate)
    }

    /// The fates that there are: as the address says it, title, how many, whether it is asked for.
    fn kinds(&self) -> Vec<(&'static str, &'static str, u64, bool)> {
        let Some(fates) = self.view.fates else {
            return Vec::new();
        };
        let kind = |(fate, id, title, _): &(Fate, &'static str, &'static str, &str)| {
            (*id, *title, fates.of(*fate), self.asked == Some(*fate))
        };
        let all = FATES.iter().map(kind);
        all.filter(|(.., count, asked)| *count > 0 || *asked)
            .collect()
    }

    /// Rows that are asked for, in all.
    fn in_all(&self) -> u64 {
        let fates = self.view.fates.unwrap_or_default();
        self.asked.map_or(fates.all(), |fate| fates.of(fate))
    }

    fn last(&self) -> usize {
        self.first + self.view.rows.len()
    }

    fn previous(&self) -> Option<String> {
        let before = self.first.checked_sub(1)?;
        Some(self.address(before.saturating_sub(PAGE - 1)))
    }

    fn following(&self) -> Option<String> {
        let more = (self.last() as u64) < self.in_all() && !self.view.rows.is_empty();
        more.then(|| self.address(self.last()))
    }

    fn address(&self, from: usize) -> String {
        let asked = FATES.iter().find(|(fate, ..)| self.asked == Some(*fate));
        let asked = asked.map_or_else(String::new, |(_, id, ..)| format!("is={id}&"));
        format!("/hand-in/{}/rows?{asked}from={from}", self.line().id)
    }
}

impl RowPage {
    fn line(&self) -> &HandInLine {
        &self.view.line
    }

    fn title(fate: &Fate) -> (&'static str, &'static str) {
        title(*fate)
    }

    fn name(cell: &FaultyCell) -> String {
        hand_in::name(cell)
    }

    fn value<'a>(&'a self, cell: &'a FaultyCell) -> &'a str {
        self.typed.get(&Self::name(cell)).unwrap_or(&cell.value)
    }

    fn is_long(&self, cell: &FaultyCell) -> bool {
        cell.long || hand_in::is_long(self.value(cell))
    }
}

#[cfg(test)]
impl Page for RowsPage {
    fn samples() -> Vec<Self> {
        let page = |view: RowsView, asked, first| Self {
            frame: samples::desk("/hand-in/0f/rows", true),
            view,
            asked,
            first,
        };
        let [some, none] = samples::hand_in_rows();
        vec![
            page(some.clone(), None, 0),
            page(some, Some(Fate::Corrects), 50),
            page(none, Some(Fate::Unchanged), 0),
        ]
    }
}

#[cfg(test)]
impl Page for RowPage {
    fn samples() -> Vec<Self> {
        [true, false]
            .map(|edits| Self {
                frame: samples::desk("/hand-in/0f/row", true),
                view: samples::hand_in_row(),
                edits,
                typed: HashMap::new(),
                done: edits.then(|| "已保存 1 处改正，并且重新校核。".to_owned()),
                wrong: (!edits).then(|| "文件在您打开之后有了变动，没有办理。".to_owned()),
            })
            .into()
    }
}

pub(crate) async fn list(
    State(site): State<Site>,
    who: Who,
    Segment(id): Segment,
    params: Params,
) -> Answer {
    let asked = match params.get("is").filter(|text| !text.is_empty()) {
        Some(text) => {
            let found = FATES.iter().find(|(_, id, ..)| *id == text);
            let found = found.ok_or_else(|| WebError::bad("is", text))?;
            Some(found.0)
        }
        None => None,
    };
    let first = number(&params, "from")?;
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let view = handin::rows(ctx, &id, asked, (first, PAGE))?;
        let page = RowsPage {
            frame,
            view,
            asked,
            first,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

/// What of a row is looked at beside it.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub(super) typed: HashMap<String, String>,
    pub(super) done: Option<String>,
    pub(super) wrong: Option<String>,
}

pub(super) fn page(
    ctx: &Ctx<'_>,
    (frame, who): (Frame, &Who),
    (id, row): (&str, u64),
    beside: Beside,
) -> Result<RowPage, WebError> {
    let view = handin::row(ctx, id, row)?;
    Ok(RowPage {
        edits: who.signed.may(Act::HandInEdit) && view.line.checked.editable(),
        typed: beside.typed,
        done: beside.done,
        wrong: beside.wrong,
        frame,
        view,
    })
}

pub(crate) async fn one(
    State(site): State<Site>,
    who: Who,
    Segment(id): Segment,
    params: Params,
) -> Answer {
    let row = number(&params, "at")? as u64;
    let saved = params.get("saved").map(|_| number(&params, "saved"));
    let beside = Beside {
        done: saved.transpose()?.map(hand_in::saved),
        ..Beside::default()
    };
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let page = page(ctx, (frame, &who), (&id, row), beside)?;
        respond::html(&page, Cache::Never)
    })
    .await
}

/// A number in the address; nought where there is none.
fn number(params: &Params, name: &str) -> Result<usize, WebError> {
    match params.get(name) {
        Some(text) => text.parse().map_err(|_| WebError::bad(name, text)),
        None => Ok(0),
    }
}
