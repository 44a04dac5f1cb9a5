//! A wrong publication is taken from the public, and a second person confirms it or takes it back.

use super::{act, purpose_given, settle::Loaded};
use crate::{Action, AppError, AppResult, Ctx};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use xinheng_domain::record::{Act, ActKind, EndKind};
use xinheng_store::{audit::AuditEntry, record};

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
        let of = &loaded.current()?.record;
        if of.ended.is_some() {
            return Err(AppError::Refused {
                code: "record-over",
                message: format!("记录「{}」已经不在公示，不需要撤下。", of.id),
            });
        }
        let act = act(ctx, &of.id, ActKind::Withhold, grounds);
        let entry = entry(ctx, &act);
        loaded.add(ctx, tx, act)?;
        Ok(((), entry))
    })?;
    crate::ops::seal_audit(ctx)
}

/// A record that waits for a second person.
#[derive(Debug, Clone, Serialize)]
pub struct WithheldLine {
    /// Public number.
    pub id: String,
    /// Document number.
    pub document_number: String,
    /// Department that reported it.
    pub department: String,
    /// Since when it is withheld.
    pub since: Date,
    /// Who withheld it.
    pub by: String,
    /// Grounds.
    pub grounds: String,
}

/// Records listed at once.
const LISTED: u32 = 1000;

/// Records that one person has withheld and that wait for a second one, the longest waiting first.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn withheld(ctx: &Ctx<'_>) -> AppResult<Vec<WithheldLine>> {
    ctx.authorise(Action::Decide)?;
    ctx.office().db().look(|conn| {
        let mut lines = Vec::new();
        for stored in record::withheld(conn, LISTED)? {
            let of = stored.record;
            let acts = record::acts(conn, &of.id)?;
            let act = acts.into_iter().rev().find(|a| a.kind == ActKind::Withhold);
            lines.push(WithheldLine {
                id: of.id.to_string(),
                document_number: of.document_number,
                department: of.department,
                since: of.ended.map_or(ctx.today(), |e| e.on),
                by: act.as_ref().map_or_else(String::new, |a| a.actor.clone()),
                grounds: act.map_or_else(String::new, |a| a.grounds),
            });
        }
        let entry = ctx
            .audit("record.withheld", json!({"count": lines.len()}))
            .for_purpose("撤下待确认");
        Ok((lines, entry))
    })
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
        let of = &loaded.current()?.record;
        let ended = of.ended.as_ref().map(|e| e.kind);
        if ended != Some(EndKind::Withheld) {
            return Err(AppError::Refused {
                code: "not-withheld",
                message: format!("记录「{}」没有处于待确认的撤下状态。", of.id),
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
        let act = act(ctx, &of.id, kind, input.grounds);
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
