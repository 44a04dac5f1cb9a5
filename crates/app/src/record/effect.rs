//! What a step of a case does to a record, in the step's transaction.

use super::{
    act,
    decide::{Decide, Stated, class_act},
    settle::Loaded,
};
use crate::{AppResult, Ctx, RefusalCode};
use serde_json::{Value, json};
use xinheng_domain::record::{EndKind, RecordActKind, RecordId};
use xinheng_store::Tx;

/// What is done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effect<'a> {
    /// An act that changes whether it is shown.
    End(RecordActKind, &'a str),
    /// The class that the deciding unit stated.
    Class(Decide<'a>),
}

/// Does it. Gives what the entry of the step has to tell of it.
///
/// # Errors
/// The record is where the act cannot be done; `Conflict` where another writer was faster.
pub(crate) fn take(
    ctx: &Ctx<'_>,
    tx: &mut Tx<'_>,
    id: &RecordId,
    effect: Effect<'_>,
) -> AppResult<Value> {
    let mut loaded = Loaded::of(ctx, tx, id.as_str(), None)?;
    let act = match effect {
        Effect::End(kind, grounds) => {
            let of = &loaded.current()?.record;
            let ended = of.ended.as_ref().map(|e| e.kind);
            let places = [("id", of.id.as_str())];
            match kind {
                RecordActKind::Withhold | RecordActKind::Repair if ended.is_some() => {
                    return Err(ctx.refused(RefusalCode::RecordOver, &places));
                }
                RecordActKind::Restore if ended != Some(EndKind::Repaired) => {
                    return Err(ctx.refused(RefusalCode::RecordOver, &places));
                }
                RecordActKind::Release
                | RecordActKind::Withdraw
                | RecordActKind::Annul
                | RecordActKind::Change
                    if ended != Some(EndKind::Withheld) =>
                {
                    return Err(ctx.refused(RefusalCode::NotWithheld, &places));
                }
                _ => act(ctx, &of.id, kind, grounds),
            }
        }
        Effect::Class(input) => class_act(ctx, loaded.current()?, &input)?,
    };
    let told = json!({
        "record": act.record_id, "kind": act.kind.as_str(), "class": act.class,
        "grounds": act.grounds, "at": act.at.to_string(),
    });
    loaded.add(ctx, tx, act)?;
    Ok(told)
}

impl<'a> Effect<'a> {
    /// The class that a document states.
    pub(crate) const fn class(id: &'a str, class: &'a str, stated: Stated<'a>) -> Self {
        Self::Class(Decide {
            id,
            class,
            stated,
            seen: None,
        })
    }
}
