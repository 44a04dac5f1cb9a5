//! Withdrawal notices (撤回说明): a decision that was annulled or changed is taken from the public,
//! and the public is told so: document number, day and reason, no facts (Penalty Law, article 48).

use super::{mode::Publicness, record::was_public, shown};
use crate::{Act, AppResult, Ctx, present::citation, view::Withdrawal, wording::Wordings};
use jiff::ToSpan as _;
use xinheng_domain::catalogue::Role;
use xinheng_rulebook::WITHDRAWAL_NOTICE;
use xinheng_store::{
    Conn,
    record::{self, Stored},
};

/// Notices of one department at most.
const MOST: u32 = 200;

fn term(ctx: &Ctx<'_>) -> AppResult<i64> {
    ctx.number(WITHDRAWAL_NOTICE).map(i64::from)
}

/// The notice of a record that was public and whose decision is no more, while its term runs.
///
/// # Errors
/// Faults of the store.
pub(super) fn notice(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    stored: &Stored,
) -> AppResult<Option<Withdrawal>> {
    let record = &stored.record;
    let ended = record.ended.as_ref();
    let Some(ended) = ended.filter(|e| e.kind.is_of_the_decision()) else {
        return Ok(None);
    };
    let until = ended.on.saturating_add(term(ctx)?.days());
    let effects = ctx.deployment().rulebook().effects();
    let effect = effects.dispute.iter().find(|e| e.ends == Some(ended.kind));
    let wordings = Wordings::of(ctx.deployment(), conn, &[&record.subject_key])?;
    // The name of the party plays no part in it.
    let (Some(shown), Some(effect)) = (shown(&wordings, stored, None)?, effect) else {
        return Ok(None);
    };
    Ok((ctx.today() <= until).then(|| Withdrawal {
        record: record.id.to_string(),
        item_title: shown.item.title.clone(),
        document_number: shown.role_shown(Role::DocumentNumber),
        authority: shown.role_shown(Role::AuthorityName),
        withdrawn_on: ended.on,
        reason: effect.reason.clone(),
        basis: citation(ctx.deployment(), &effect.basis),
        shown_until: until,
    }))
}

/// The notices on the page of a department, the latest first.
///
/// # Errors
/// Faults of the store.
pub fn withdrawals(ctx: &Ctx<'_>, department: &str) -> AppResult<Vec<Withdrawal>> {
    let since = ctx.today().saturating_sub(term(ctx)?.days());
    ctx.public(Act::WithdrawalList, |conn| {
        let mut notices = Vec::new();
        for stored in record::no_more(conn, department, since, MOST)? {
            let versions = record::versions(conn, &stored.record.id)?;
            let public = Publicness::of(ctx, conn, &[&stored.record.subject_key])?;
            if was_public(&versions, ctx.today()) && public.once_let(conn, &stored.record.id)? {
                notices.extend(notice(ctx, conn, &stored)?);
            }
        }
        Ok(notices)
    })
}
