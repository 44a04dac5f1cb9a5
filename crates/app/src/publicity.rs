//! Publicity dates are a cache of the rulebook's answer; here it is filled anew.

use crate::{Act, AppResult, Ctx, Scope, record::settle};
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
    let digest = ctx.deployment().rulebook().publicity_digest();
    let mut after: Option<RecordId> = None;
    let mut done = 0;
    loop {
        let (count, last) = ctx.change(Act::PublicityRebuild, |mut load| {
            let stale = record::stale(&mut load, digest, after.as_ref(), CHUNK)?;
            let mut tx = load.permit(Scope::District)?;
            for stored in &stale {
                settle(ctx, &mut tx, &stored.record.id)?;
            }
            let last = stale.last().map(|stored| stored.record.id.clone());
            let count = stale.len() as u64;
            Ok(if last.is_none() {
                tx.nothing((count, last))
            } else {
                tx.done((count, last), json!({"rulebook": digest, "records": count}))
            })
        })?;
        if last.is_none() {
            return Ok(done);
        }
        after = last;
        done += count;
        progress(done);
    }
}
