//! Publicity dates are a cache of the rulebook's answer; here it is filled anew.

use crate::{Action, AppError, AppResult, Ctx, record::settle};
use serde_json::json;
use xinheng_domain::record::RecordId;
use xinheng_store::record;

/// Records computed in one transaction.
const CHUNK: u32 = 1000;

/// Computes the dates of every record whose answer came from another rulebook, and says how many
/// there were. The deadline of the publishing clock is recomputed with the calendar known now:
/// that is how a provisional one becomes final.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn rebuild(ctx: &Ctx<'_>, progress: &mut dyn FnMut(u64)) -> AppResult<u64> {
    ctx.authorise(Action::Manage)?;
    let office = ctx.office();
    let digest = office.rulebook().digest();
    let mut after: Option<RecordId> = None;
    let mut done = 0;
    loop {
        let stale = office
            .db()
            .read(|conn| Ok::<_, AppError>(record::stale(conn, digest, after.as_ref(), CHUNK)?))?;
        let Some(last) = stale.last() else { break };
        after = Some(last.record.id.clone());
        let count = stale.len() as u64;
        office.db().write(|tx| {
            for stored in &stale {
                settle(ctx, tx, &stored.record.id)?;
            }
            let detail = json!({"rulebook": digest, "records": count});
            Ok::<_, AppError>(((), ctx.audit("publicity.rebuild", detail)))
        })?;
        done += count;
        progress(done);
    }
    if done > 0 {
        crate::ops::seal_audit(ctx)?;
    }
    Ok(done)
}
