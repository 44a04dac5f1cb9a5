//! A wrong publication is taken from the public, and a second person confirms it or takes it back.

use super::{act, purpose_given, settle::Loaded};
use crate::{Action, AppError, AppResult, Ctx};
use serde_json::json;
use xinheng_domain::record::{Act, ActKind, EndKind};
use xinheng_store::audit::AuditEntry;

/// Takes a wrong publication from the public at once; a second person confirms (I11). `seen` is
/// the revision that was looked at, where it is known.
///
/// # Errors
/// Forbidden; unknown record; changed since it was seen; over already; no grounds.
pub fn withhold(ctx: &Ctx<'_>, id: &str, grounds: &str, seen: Option<u32>) -> AppResult<()> {
    ctx.authorise(Action::Decide)?;
    purpose_given(grounds, "撤下理由")?;
    ctx.office().db().write(|tx| {
        let mut loaded = Loaded::of(tx, id, seen)?;
        let record = &loaded.current()?.record;
        if record.ended.is_some() {
            return Err(AppError::Refused {
                code: "record-over",
                message: format!("记录「{}」已经不在公示，不需要撤下。", record.id),
            });
        }
        let act = act(ctx, &record.id, ActKind::Withhold, grounds);
        let entry = entry(ctx, &act);
        loaded.add(ctx, tx, act)?;
        Ok(((), entry))
    })?;
    crate::ops::seal_audit(ctx)
}

/// Why a withheld record is over for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Because {
    /// It was published wrongly.
    #[default]
    Wrong,
    /// The decision was annulled: the public is told (Penalty Law, article 48).
    Annulled,
    /// The decision was changed: the public is told as well.
    Changed,
}

/// What the second person says of a withheld record.
#[derive(Debug, Clone, Copy)]
pub struct Confirm<'a> {
    /// Which record.
    pub id: &'a str,
    /// Over for good, and why; `None` = shown again.
    pub over: Option<Because>,
    /// Grounds.
    pub grounds: &'a str,
    /// The revision that was looked at, where it is known.
    pub seen: Option<u32>,
}

/// Confirms a withholding for good, or shows the record again. Not by the person who withheld it.
///
/// # Errors
/// Forbidden; unknown record; changed since it was seen; not withheld; the same person; no grounds.
pub fn confirm(ctx: &Ctx<'_>, input: &Confirm<'_>) -> AppResult<()> {
    ctx.authorise(Action::Decide)?;
    purpose_given(input.grounds, "确认理由")?;
    let kind = match input.over {
        None => ActKind::Release,
        Some(Because::Wrong) => ActKind::Withdraw,
        Some(Because::Annulled) => ActKind::Annul,
        Some(Because::Changed) => ActKind::Change,
    };
    ctx.office().db().write(|tx| {
        let mut loaded = Loaded::of(tx, input.id, input.seen)?;
        let record = &loaded.current()?.record;
        let ended = record.ended.as_ref().map(|e| e.kind);
        if ended != Some(EndKind::Withheld) {
            return Err(AppError::Refused {
                code: "not-withheld",
                message: format!("记录「{}」没有处于待确认的撤下状态。", record.id),
            });
        }
        let mut acts = loaded.acts.iter().rev();
        let first = acts.find(|act| act.kind == ActKind::Withhold);
        if let Some(first) = first.filter(|act| act.actor == ctx.actor().audit_name()) {
            let account = first.actor.rsplit(':').next().unwrap_or_default();
            return Err(AppError::Refused {
                code: "second-person",
                message: format!(
                    "撤下和确认应当由两个人办理，撤下这条记录的也是账号「{account}」。请由另一人用本人的系统账号运行这条命令，例如登录本人账号后经 sudo 运行。"
                ),
            });
        }
        let act = act(ctx, &record.id, kind, input.grounds);
        let entry = entry(ctx, &act);
        loaded.add(ctx, tx, act)?;
        Ok(((), entry))
    })?;
    crate::ops::seal_audit(ctx)
}

fn entry(ctx: &Ctx<'_>, act: &Act) -> AuditEntry {
    let detail = json!({
        "record": act.record_id, "kind": act.kind.as_str(), "grounds": act.grounds,
        "at": act.at.to_string(),
    });
    let entry = ctx.audit("record.end", detail);
    match act.record_id.subject_key() {
        Some(key) => entry.about(key),
        None => entry,
    }
}
