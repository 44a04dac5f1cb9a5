//! The machine's clock against the audit: a report could be made to be in time by setting it back.

use crate::{Act, AppError, AppResult, Ctx};
use serde_json::json;
use xinheng_store::{StoreError, audit};

/// Refuses a moment that lies more than five minutes before the last audit entry, before any
/// work is done. What writes is refused in any case; a deployment for training has no clock.
///
/// # Errors
/// Refused, with what to do; faults of the store.
pub fn clock_holds(ctx: &Ctx<'_>) -> AppResult<()> {
    let rulebook = ctx.deployment().rulebook();
    behind(ctx)?.map_or(Ok(()), |e| Err(AppError::from(e).or_clock(rulebook)))
}

/// The refusal of the context's moment, where it is refused.
fn behind(ctx: &Ctx<'_>) -> AppResult<Option<StoreError>> {
    if ctx.deployment().district().demo {
        return Ok(None);
    }
    ctx.load(Act::ClockConfirm, |conn| {
        match audit::require(conn, ctx.now()) {
            Ok(()) => Ok(None),
            Err(e @ StoreError::ClockBehind { .. }) => Ok(Some(e)),
            Err(fault) => Err(fault.into()),
        }
    })
}

/// Writes into the audit that the clock is right although it stands before the last entry: from
/// then on it counts. Gives whether there was anything to say.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn confirm_clock(ctx: &Ctx<'_>) -> AppResult<bool> {
    let db = ctx.whole(Act::ClockConfirm)?;
    let Some(StoreError::ClockBehind { now, last }) = behind(ctx)? else {
        return Ok(false);
    };
    let detail = json!({"now": now, "last": last});
    audit::confirm(db, &ctx.audit(Act::ClockConfirm, detail))?;
    Ok(true)
}
