//! A wrong publication is taken from the public, and a second person confirms it or takes it back.

use super::{act, find, purpose_given};
use crate::{Action, Actor, AppError, AppResult, Ctx, ctx::new_id};
use serde_json::json;
use xinheng_domain::record::{EndKind, Ended, Record};
use xinheng_store::{
    Tx, batch,
    record::{self, DecisionKind, Stored},
};

/// Takes a wrong publication from the public at once; a second person confirms (I11).
///
/// # Errors
/// Forbidden; unknown record; over already; no grounds.
pub fn withhold(ctx: &Ctx<'_>, id: &str, grounds: &str) -> AppResult<()> {
    ctx.authorise(Action::Decide)?;
    purpose_given(grounds, "撤下理由")?;
    let stored = find(ctx, id)?;
    if stored.record.ended.is_some() {
        return Err(AppError::Refused {
            code: "record-over",
            message: format!("记录「{}」已经不在公示，不需要撤下。", stored.record.id),
        });
    }
    let ended = Ended {
        kind: EndKind::Withheld,
        on: ctx.today(),
        grounds: grounds.to_owned(),
        replaced_by: None,
    };
    office_version(ctx, stored, Some(ended), DecisionKind::Withhold, grounds)
}

/// Confirms a withholding for good, or shows the record again. Not by the person who withheld it.
///
/// # Errors
/// Forbidden; unknown record; not withheld; the same person; no grounds.
pub fn confirm(ctx: &Ctx<'_>, id: &str, restore: bool, grounds: &str) -> AppResult<()> {
    ctx.authorise(Action::Decide)?;
    purpose_given(grounds, "确认理由")?;
    let stored = find(ctx, id)?;
    if stored
        .record
        .ended
        .as_ref()
        .is_none_or(|e| e.kind != EndKind::Withheld)
    {
        return Err(AppError::Refused {
            code: "not-withheld",
            message: format!("记录「{}」没有处于待确认的撤下状态。", stored.record.id),
        });
    }
    let decisions = ctx
        .office()
        .db()
        .read(|conn| Ok::<_, AppError>(record::decisions(conn, &stored.record.id)?))?;
    let by = decisions.iter().find(|d| d.kind == DecisionKind::Withhold);
    if let Some(first) = by.filter(|d| d.actor == ctx.actor().audit_name()) {
        let account = first.actor.rsplit(':').next().unwrap_or_default();
        return Err(AppError::Refused {
            code: "second-person",
            message: format!(
                "撤下和确认应当由两个人办理，撤下这条记录的也是账号「{account}」。请由另一人用本人的系统账号运行这条命令，例如登录本人账号后经 sudo 运行。"
            ),
        });
    }
    let (ended, kind) = if restore {
        (None, DecisionKind::Release)
    } else {
        let ended = Ended {
            kind: EndKind::Withdrawn,
            on: ctx.today(),
            grounds: grounds.to_owned(),
            replaced_by: None,
        };
        (Some(ended), DecisionKind::Withdraw)
    };
    office_version(ctx, stored, ended, kind, grounds)
}

/// Adds a version that an officer's act makes, in a batch of its own that is sealed at once.
fn office_version(
    ctx: &Ctx<'_>,
    stored: Stored,
    ended: Option<Ended>,
    kind: DecisionKind,
    grounds: &str,
) -> AppResult<()> {
    let last = stored.record;
    ctx.office().db().write(|tx| {
        let batch = office_batch(ctx, tx, &last, kind)?;
        let heads = record::heads(tx, &[(&last.subject_key, &last.id)], &batch)?;
        let highest = heads.get(&last.id).map_or(last.version, |h| h.max_version);
        let next = Record {
            version: highest + 1,
            batch_id: batch.clone(),
            row: 0,
            ended: ended.clone(),
            ..last.clone()
        };
        record::insert(tx, std::slice::from_ref(&next))?;
        record::add_decision(tx, &act(ctx, &last.id, kind, None, grounds))?;
        batch::seal(tx, &batch, ctx.now())?;
        let detail = json!({"record": last.id, "kind": kind.as_str(), "grounds": grounds});
        Ok::<_, AppError>((
            (),
            ctx.audit("record.end", detail)
                .about(last.subject_key.clone()),
        ))
    })?;
    crate::ops::seal_audit(ctx)
}

fn office_batch(
    ctx: &Ctx<'_>,
    tx: &mut Tx<'_>,
    record: &Record,
    kind: DecisionKind,
) -> AppResult<String> {
    let id = new_id(ctx.now());
    batch::stage(
        tx,
        &batch::NewBatch {
            id: id.clone(),
            item: record.item.clone(),
            // The office's act is no report of the department.
            department: String::new(),
            file_name: format!("officer:{}", kind.as_str()),
            file_hash: format!("officer:{id}"),
            sheet: String::new(),
            attempt: 1,
            format: None,
            rulebook: ctx.office().rulebook().digest().to_owned(),
            actor: match ctx.actor() {
                Actor::Public => String::new(),
                other => other.audit_name(),
            },
            received_on: ctx.today(),
            staged_at: ctx.now(),
        },
    )?;
    Ok(id)
}
