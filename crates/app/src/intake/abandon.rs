//! A batch that was interrupted and shall not go on: its rows are never seen.

use crate::{Action, AppError, AppResult, Ctx, record::settle};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::json;
use xinheng_domain::batch::Counters;
use xinheng_store::{
    batch::{self, Batch},
    record,
};

/// A batch, as the office sees it.
#[derive(Debug, Clone, Serialize)]
pub struct BatchLine {
    /// Id.
    pub id: String,
    /// Department that handed it in.
    pub department: String,
    /// Catalogue item.
    pub item: String,
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

impl From<Batch> for BatchLine {
    fn from(b: Batch) -> Self {
        Self {
            state: match (&b.sealed_at, &b.refused) {
                (Some(_), _) => "sealed",
                (None, Some(_)) => "refused",
                (None, None) => "staged",
            },
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
    match department {
        Some(department) => ctx.authorise(Action::Import { department })?,
        None => ctx.authorise(Action::Manage)?,
    }
    let all = ctx
        .office()
        .db()
        .read(|conn| Ok::<_, AppError>(batch::list(conn, department, None, limit)?))?;
    Ok(all.into_iter().map(BatchLine::from).collect())
}

/// Gives up a batch that is staged: its rows stay unseen, and the same file may come again. What
/// other batches took from it (the first receipt of a decision) is computed without it.
///
/// # Errors
/// Forbidden; unknown batch; sealed or refused already; no grounds.
pub fn abandon(ctx: &Ctx<'_>, id: &str, grounds: &str) -> AppResult<()> {
    crate::record::purpose_given(grounds, "放弃的理由")?;
    let id = id.trim();
    ctx.office().db().write(|tx| {
        let Some(known) = batch::get(tx, id)? else {
            // What batches there are is not for everybody.
            ctx.authorise(Action::Manage)?;
            return Err(AppError::NotFound(format!(
                "没有编号为“{id}”的批次。用「xinheng batch list」可以列出批次。"
            )));
        };
        ctx.authorise(Action::Import {
            department: &known.new.department,
        })?;
        let reason = format!("放弃导入：{}", grounds.trim());
        if !batch::refuse(tx, id, &reason, ctx.now())? {
            return Err(AppError::Refused {
                code: "batch-over",
                message: if known.refused.is_some() {
                    format!("批次“{id}”已经退回或者放弃，不需要再办。")
                } else {
                    format!(
                        "批次“{id}”已经导入完成，不能放弃。有误的记录请由报送部门更正，或者由信用办撤下。"
                    )
                },
            });
        }
        for record in record::followed_elsewhere(tx, id)? {
            settle(ctx, tx, &record)?;
        }
        let detail = json!({"batch": id, "grounds": grounds.trim()});
        Ok(((), ctx.audit("batch.abandon", detail)))
    })?;
    crate::ops::seal_audit(ctx)
}
