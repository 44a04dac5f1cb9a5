//! A batch that was interrupted and shall not go on: its rows are never seen.

use crate::{Act, AppError, AppResult, Ctx, RefusalCode, Scope, record::settle};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::json;
use xinheng_domain::batch::Counters;
use xinheng_rulebook::Rulebook;
use xinheng_store::{
    batch::{self, Batch},
    department::{self, Department},
    record,
};

/// A batch, as the office sees it.
#[derive(Debug, Clone, Serialize)]
pub struct BatchLine {
    /// Id.
    pub id: String,
    /// Department that handed it in.
    pub department: String,
    /// Name of that department.
    pub department_name: String,
    /// Catalogue item.
    pub item: String,
    /// Title of that item.
    pub item_title: String,
    /// Name of the file.
    pub file_name: String,
    /// Day of receipt.
    pub received_on: Date,
    /// `sealed`, `staged` or `refused`.
    pub state: &'static str,
    /// When it became visible.
    pub sealed_at: Option<Timestamp>,
    /// Why it was refused or abandoned.
    pub refusal: Option<String>,
    /// What became of its rows, once it is sealed.
    pub counters: Option<Counters>,
}

impl BatchLine {
    /// What is not known by name keeps its code.
    fn of(b: Batch, departments: &[Department], rulebook: &Rulebook) -> Self {
        let department = departments.iter().find(|d| d.code == b.new.department);
        let item = rulebook.item(&b.new.item);
        Self {
            state: match (&b.sealed_at, &b.refused) {
                (Some(_), _) => "sealed",
                (None, Some(_)) => "refused",
                (None, None) => "staged",
            },
            department_name: department.map_or(&b.new.department, |d| &d.name).clone(),
            item_title: item.map_or(&b.new.item, |i| &i.title).clone(),
            id: b.new.id,
            department: b.new.department,
            item: b.new.item,
            file_name: b.new.file_name,
            received_on: b.new.received_on,
            sealed_at: b.sealed_at,
            refusal: b.refused.map(|(_, reason)| reason),
            counters: b.counters,
        }
    }
}

/// The latest batches, of all departments or of one, the newest first.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn batches(ctx: &Ctx<'_>, department: Option<&str>, limit: u32) -> AppResult<Vec<BatchLine>> {
    ctx.look(Act::BatchList, "批次一览", |read| {
        let mut seen = read.permit(department.map_or(Scope::District, Scope::Department))?;
        let all = batch::list(&mut seen, department, None, limit)?;
        let names = department::all(&mut seen)?;
        let detail = json!({"department": department, "count": all.len()});
        let rulebook = ctx.deployment().rulebook();
        let lines = all.into_iter();
        let lines = lines.map(|b| BatchLine::of(b, &names, rulebook)).collect();
        Ok(seen.done(lines, detail))
    })
}

/// A batch with what its check said, by kind.
#[derive(Debug, Clone)]
pub struct BatchView {
    /// As in the list.
    pub line: BatchLine,
    /// Title of each kind of finding, and how many there are, the most frequent first.
    pub kinds: Vec<(String, u64)>,
}

/// A batch, with what its check said.
///
/// # Errors
/// Forbidden; unknown batch; faults of the store.
pub fn batch(ctx: &Ctx<'_>, id: &str) -> AppResult<BatchView> {
    ctx.look(Act::BatchList, "查看批次", |mut read| {
        let Some(known) = batch::get(&mut read, id)? else {
            // What batches there are is not for everybody.
            read.permit(Scope::District)?;
            return Err(AppError::NotFound(format!("没有编号为“{id}”的批次。")));
        };
        let mut seen = read.permit(Scope::Department(&known.new.department))?;
        let names = department::all(&mut seen)?;
        let kinds = batch::finding_codes(&mut seen, id)?.into_iter();
        let titled = |(code, count): (String, u64)| (ctx.deployment().finding_title(&code), count);
        let view = BatchView {
            line: BatchLine::of(known, &names, ctx.deployment().rulebook()),
            kinds: kinds.map(titled).collect(),
        };
        Ok(seen.done(view, json!({"batch": id})))
    })
}

/// Gives up a batch that is staged: its rows stay unseen, and the same file may come again. What
/// other batches took from it (the first receipt of a decision) is computed without it.
///
/// # Errors
/// Forbidden; unknown batch; sealed or refused already; no grounds.
pub fn abandon(ctx: &Ctx<'_>, id: &str, grounds: &str) -> AppResult<()> {
    crate::record::purpose_given(grounds, "放弃的理由")?;
    let id = id.trim();
    ctx.change(Act::BatchAbandon, |mut load| {
        let Some(known) = batch::get(&mut load, id)? else {
            // What batches there are is not for everybody.
            load.permit(Scope::District)?;
            return Err(AppError::NotFound(format!(
                "没有编号为“{id}”的批次。用“xinheng batch list”可以列出批次。"
            )));
        };
        let mut tx = load.permit(Scope::Department(&known.new.department))?;
        let reason = format!("放弃导入：{}", grounds.trim());
        if !batch::refuse(&mut tx, id, &reason, ctx.now())? {
            let code = match known.refused {
                Some(_) => RefusalCode::BatchOver,
                None => RefusalCode::BatchSealed,
            };
            return Err(ctx.refused(code, &[("id", id)]));
        }
        for record in record::followed_elsewhere(&mut tx, id)? {
            settle(ctx, &mut tx, &record)?;
        }
        Ok(tx.done((), json!({"batch": id, "grounds": grounds.trim()})))
    })
}
