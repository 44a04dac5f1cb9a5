//! A prepared file is handed in, or taken back.

use super::{Standing, barred, look::last_check, opened, own, reviewers, still};
use crate::{
    Act, AppResult, Ctx, RefusalCode, Scope,
    intake::{self, Landing, import_with},
};
use serde_json::json;
use std::path::Path;
use xinheng_store::hand_in::{self, HandIn, HandInState};

/// Hands a prepared file in, and gives its batch. First it is marked, so that nobody corrects or
/// withdraws it meanwhile; where landing is interrupted, releasing it again goes on. Rows that correct
/// what was handed in before are `meant` to do so.
///
/// # Errors
/// Not of the own department; over, or changed since `revision` was seen; the actor prepared it
/// and the department has a reviewer; nothing of it can be handed in; it corrects records and that is
/// not said; as [`intake::import`].
pub fn release(ctx: &Ctx<'_>, id: &str, revision: u32, meant: bool) -> AppResult<String> {
    own(ctx, Act::HandInRelease, id)?;
    let file = ctx.change(Act::HandInRelease, |mut load| {
        let file = hand_in::get(&mut load, id)?.ok_or_else(super::not_found)?;
        let edits = hand_in::edits(&mut load, id)?;
        let reviewers = reviewers(ctx, &mut load, &file.department)?;
        let mut tx = load.permit(Scope::Department(&file.department))?;
        let goes_on = Standing::of(ctx, &file)? == Standing::Landing;
        if !goes_on {
            still(ctx, &file, revision)?;
        }
        if let Some(code) = barred(ctx, &reviewers, &file, &edits) {
            return Err(ctx.refused(code, &[("file", &file.file_name)]));
        }
        if goes_on {
            return Ok(tx.nothing(file));
        }
        let checked = last_check(&file)?;
        if !checked.any() {
            let why = "没有一条数据可以报送。";
            return Err(ctx.refused(RefusalCode::NotClean, &[("why", why)]));
        }
        let corrects = checked.counters.new_version + checked.counters.replaced;
        if corrects > 0 && !meant {
            let count = corrects.to_string();
            let places = [("file", &*file.file_name), ("count", &count)];
            return Err(ctx.refused(RefusalCode::CorrectionsAsked, &places));
        }
        let released = HandIn {
            state: HandInState::Released,
            ended_by: Some(ctx.actor().audit_name()),
            ended_at: Some(ctx.now()),
            ..file
        };
        hand_in::change(&mut tx, &released)?;
        let detail = json!({"hand_in": id, "sha256": released.edited_hash, "cells": edits.len()});
        Ok(tx.done(released, detail))
    })?;
    let content = opened(ctx, Act::HandInRelease, &file)?;
    let input = intake::Input {
        path: Path::new(""),
        file_name: &file.file_name,
        sheet: Some(file.sheet.as_str()).filter(|sheet| !sheet.is_empty()),
        department: &file.department,
        dry_run: false,
    };
    let outcome = import_with(ctx, input, (&content.bytes, &content.patches))?;
    let batch = match outcome.landing {
        Landing::Sealed { batch, .. } | Landing::Already { batch, .. } => Some(batch),
        Landing::Refused | Landing::Tried => None,
    };
    ctx.change(Act::HandInRelease, |mut load| {
        let file = hand_in::get(&mut load, id)?.ok_or_else(super::not_found)?;
        let mut tx = load.permit(Scope::Department(&file.department))?;
        if file.batch_id.is_some() {
            // Released by two at once: it landed once.
            return Ok(tx.nothing(()));
        }
        let landed = match &batch {
            Some(_) => HandIn {
                batch_id: batch.clone(),
                ..file
            },
            None => HandIn {
                state: HandInState::Prepared,
                ended_by: None,
                ended_at: None,
                ..file
            },
        };
        hand_in::change(&mut tx, &landed)?;
        Ok(tx.done((), json!({"hand_in": id, "batch": batch})))
    })?;
    batch.ok_or_else(|| {
        let whole = outcome.refused.iter().map(|f| f.message.as_str());
        let why = whole.collect::<Vec<_>>().concat();
        ctx.refused(RefusalCode::NotClean, &[("why", &why)])
    })
}

/// Takes a prepared file back: it is removed at once.
///
/// # Errors
/// Not of the own department; over, or changed since `revision` was seen; faults of the store.
pub fn withdraw(ctx: &Ctx<'_>, id: &str, revision: u32) -> AppResult<()> {
    own(ctx, Act::HandInWithdraw, id)?;
    ctx.change(Act::HandInWithdraw, |mut load| {
        let file = hand_in::get(&mut load, id)?.ok_or_else(super::not_found)?;
        let mut tx = load.permit(Scope::Department(&file.department))?;
        still(ctx, &file, revision)?;
        hand_in::forget(&mut tx, id)?;
        let withdrawn = HandIn {
            state: HandInState::Withdrawn,
            ended_by: Some(ctx.actor().audit_name()),
            ended_at: Some(ctx.now()),
            ..file
        };
        hand_in::change(&mut tx, &withdrawn)?;
        Ok(tx.done((), json!({"hand_in": id})))
    })
}
