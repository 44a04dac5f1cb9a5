//! A batch that was interrupted and shall not go on: its rows are never seen.

use crate::{Act, AppError, AppResult, Ctx, RefusalCode, Scope, record::settle};
use serde_json::json;
use xinheng_store::{batch, record};

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
        let mut tx = load.permit(Scope::Matter(&known.new.department, &known.new.item))?;
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
