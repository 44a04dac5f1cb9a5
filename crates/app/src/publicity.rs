//! Publicity dates are a cache of the rulebook's answer; here it is filled anew.

use crate::{
    Action, AppError, AppResult, Ctx,
    intake::land::{At, officer_class},
    present::Payload,
};
use serde_json::json;
use xinheng_domain::record::RecordId;
use xinheng_store::record::{self, Stored};

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
                again(ctx, tx, stored)?;
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

/// Computes one record's dates anew.
pub(crate) fn again(
    ctx: &Ctx<'_>,
    tx: &mut xinheng_store::Tx<'_>,
    stored: &Stored,
) -> AppResult<()> {
    let record = &stored.record;
    let rulebook = ctx.office().rulebook();
    let Some(item) = rulebook.item(&record.item) else {
        return Err(AppError::Rulebook(format!(
            "目录项「{}」已有记录，但规则库中不再有这一项。请恢复它的文件。",
            record.item
        )));
    };
    let payload = Payload::parse(&record.payload)?;
    let received_on = record
        .clock
        .as_ref()
        .map_or_else(|| crate::civil_day(stored.sealed_at), |c| c.received_on);
    // What was never shown, held back or by another rulebook, is shown from now on at the earliest.
    let shown_from_now = ctx.today().max(received_on);
    let first_day = record.publicity.from.unwrap_or(shown_from_now);
    let at = At::new(ctx.office(), received_on, ctx.now());
    let class = officer_class(tx, &record.id)?;
    let decision = at.decide(item, &payload, first_day, class.as_deref());
    let clock = at.clock(item, &payload)?;
    record::update_publicity(
        tx,
        (&record.id, record.version),
        &at.columns(&decision)?,
        clock.as_ref(),
        stored.was_public(ctx.today()),
    )?;
    Ok(())
}
