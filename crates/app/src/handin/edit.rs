//! Cells are corrected in the browser: laid over the file, and all of it is checked again.

use super::{
    MOST_ROWS, Said, StagedKey, opened, own,
    rows::read,
    stage::{Staging, checked, counters, edited_hash},
    still,
};
use crate::{Act, AppError, AppResult, Ctx, RefusalCode, Scope};
use serde_json::json;
use std::collections::HashMap;
use xinheng_domain::{cell_name::cell_name, redact};
use xinheng_exchange::limits;
use xinheng_store::hand_in::{self, HandIn, HandInEdit};

/// A cell as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellEdit {
    /// Line or spreadsheet row from 1.
    pub sheet_row: u64,
    /// Column from 1.
    pub column: u32,
    /// What shall stand there; none takes what the check suggests.
    pub value: Option<String>,
    /// Every other cell of its column that holds the same, and of which something is said, too;
    /// where the value is what stands there already, what the check suggests.
    pub alike: bool,
}

/// What the check suggests, by cell, of all of which something is said.
type Suggested<'s> = HashMap<(u64, u32), Option<&'s str>>;

fn suggested(said: &Said) -> Suggested<'_> {
    let mut all = Suggested::new();
    for finding in said.findings.iter().filter(|f| f.row > 0) {
        let at = all.entry((finding.sheet_row, finding.column)).or_default();
        *at = at.or(finding.suggestion.as_deref());
    }
    all
}

/// The corrections with those of the cells that hold the same, where one is meant for all of them.
/// What was typed for one of these stands.
fn spread(said: &Said, suggested: &Suggested<'_>, cells: &[CellEdit]) -> Vec<CellEdit> {
    let mut all = cells.to_vec();
    let places = all.iter().enumerate();
    let places: HashMap<(u64, u32), usize> = places
        .map(|(at, c)| ((c.sheet_row, c.column), at))
        .collect();
    for meant in cells.iter().filter(|cell| cell.alike) {
        let from = (meant.sheet_row, meant.column);
        let Some(text) = said.text(from) else {
            continue;
        };
        let same = meant.value == said.shown(from);
        let taken = same && suggested.get(&from).is_some_and(Option::is_some);
        let value = meant.value.clone().filter(|_| !taken);
        let of_column = said.cells.iter().filter(|((_, c), _)| *c == meant.column);
        for (at, other) in of_column {
            if other != text || !suggested.contains_key(at) {
                continue;
            }
            let edit = CellEdit {
                sheet_row: at.0,
                column: at.1,
                value: value.clone(),
                alike: false,
            };
            match places.get(at).and_then(|place| all.get_mut(*place)) {
                Some(typed) if *at == from || typed.value == said.shown(*at) => *typed = edit,
                Some(_) => {}
                None => all.push(edit),
            }
        }
    }
    all
}

/// Corrects cells of a prepared file: any of its rows of data, whether or not something was said of
/// them; what stands there already is left as it is. Gives how many changed.
///
/// # Errors
/// Not of the own department; over, or changed since `revision` was seen; more rows than are
/// corrected here; another cell; the whole file would be refused; faults of the store.
pub fn edit(ctx: &Ctx<'_>, id: &str, revision: u32, cells: &[CellEdit]) -> AppResult<usize> {
    let file = own(ctx, Act::HandInEdit, id)?;
    still(ctx, &file, revision)?;
    let before = opened(ctx, Act::HandInEdit, &file)?;
    let last = super::look::last_check(&file)?;
    if !last.editable() {
        let places = [
            ("rows", &*last.summary.rows.to_string()),
            ("most", &MOST_ROWS.to_string()),
        ];
        return Err(ctx.refused(RefusalCode::TooManyRows, &places));
    }
    let mut patches = before.patches.clone();
    let mut changed = Vec::new();
    let suggested = suggested(&before.said);
    let cells = &spread(&before.said, &suggested, cells);
    // Those of which nothing is said are read from the file.
    let places = cells.iter().map(|cell| (cell.sheet_row, cell.column));
    let plain =
        places.filter(|at| before.said.shown(*at).is_none() && before.said.table.holds(*at));
    let plain = read(&before, plain.collect())?;
    for cell in cells {
        let at = (cell.sheet_row, cell.column);
        let there = || plain.get(&at).map(String::as_str);
        let Some(text) = before.said.text(at).or_else(there).map(super::lines_alike) else {
            return Err(AppError::BadInput(
                "只能改正数据行里的格子，标题和表格以外的内容请在原来的表格里改正后重新上传。"
                    .to_owned(),
            ));
        };
        let taken = || Some((*suggested.get(&at)?)?.to_owned());
        let Some(value) = cell.value.clone().or_else(taken) else {
            continue;
        };
        if value.len() > limits::CELL_BYTES {
            return Err(AppError::BadInput(
                "一个格子里的内容太长，没有保存。".to_owned(),
            ));
        }
        // What was masked for the reader is not what they wrote.
        let Some(value) = redact::unmask_identity_numbers(&text, &value) else {
            return Err(AppError::BadInput(format!(
                "{}里有用星号遮住的证件号码，和表格里原来的对不上，没有保存。请把遮住的号码整个删去，不要只留下一部分，再保存。",
                cell_name(cell.column, cell.sheet_row)
            )));
        };
        if text != value {
            patches.set(at, &value);
            changed.push((at, value));
        }
    }
    if changed.is_empty() {
        return Ok(0);
    }
    let staging = Staging {
        bytes: &before.bytes,
        file_name: &file.file_name,
        sheet: Some(file.sheet.as_str()).filter(|sheet| !sheet.is_empty()),
        department: &file.department,
    };
    let (checked, said) = checked(ctx, staging, &patches)?;
    let key = StagedKey::there(ctx)?;
    let findings = key.seal_said(id, &said)?;
    let edit = |((sheet_row, column), value): &((u64, u32), String)| {
        Ok(HandInEdit {
            hand_in_id: id.to_owned(),
            sheet_row: *sheet_row,
            column: *column,
            value: key.seal_cell(id, (*sheet_row, *column), value)?,
            edited_by: ctx.actor().audit_name(),
            edited_at: ctx.now(),
        })
    };
    let edits: Vec<HandInEdit> = changed.iter().map(edit).collect::<AppResult<_>>()?;
    let counters = counters(&checked)?;
    ctx.change(Act::HandInEdit, |mut load| {
        let now = hand_in::get(&mut load, id)?.ok_or_else(super::not_found)?;
        let mut tx = load.permit(Scope::Department(&now.department))?;
        still(ctx, &now, revision)?;
        for edit in &edits {
            hand_in::edit(&mut tx, edit)?;
        }
        hand_in::keep_findings(&mut tx, id, &findings)?;
        let edited = HandIn {
            edited_hash: edited_hash(&now, &patches),
            counters: counters.clone(),
            ..now
        };
        hand_in::change(&mut tx, &edited)?;
        Ok(tx.done(edits.len(), json!({"hand_in": id, "cells": edits.len()})))
    })
}
