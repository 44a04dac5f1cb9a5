//! A wrong publication is taken from the public, and a second person confirms it or takes it back.

use super::{act, purpose_given, settle::Loaded};
use crate::{Act, AppResult, Ctx, RefusalCode, Scope, department::Names};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use xinheng_domain::record::{EndKind, RecordAct, RecordActKind};
use xinheng_domain::subject::SubjectKey;
use xinheng_store::record;

/// Takes a wrong publication from the public at once; a second person confirms (I11). `seen` is
/// the revision that was looked at, where it is known.
///
/// # Errors
/// Forbidden; unknown record; changed since it was seen; over already; no grounds.
pub fn withhold(ctx: &Ctx<'_>, id: &str, grounds: &str, seen: Option<u32>) -> AppResult<()> {
    ctx.allow(Act::RecordEnd)?;
    purpose_given(grounds, "撤下理由")?;
    ctx.change(Act::RecordEnd, |mut load| {
        let mut loaded = Loaded::of(ctx, &mut load, id, seen)?;
        let mut tx = load.permit(Scope::District)?;
        let of = &loaded.current()?.record;
        if of.ended.is_some() {
            return Err(ctx.refused(RefusalCode::RecordOver, &[("id", of.id.as_str())]));
        }
        let act = act(ctx, &of.id, RecordActKind::Withhold, grounds);
        let (detail, key) = told(&act);
        loaded.add(ctx, &mut tx, act)?;
        Ok(tx.done((), detail).about(key))
    })
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
    /// Name of that department.
    pub department_name: String,
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
    ctx.look(Act::RecordWithheld, "撤下待确认", |read| {
        let (mut seen, reach) = read.within_reach();
        let mut lines = Vec::new();
        let logins = crate::account::logins(&mut seen)?;
        let names = Names::of(&mut seen)?;
        for stored in record::withheld(&mut seen, LISTED)? {
            let of = stored.record;
            if !reach.covers(&of.department) {
                continue;
            }
            let acts = record::acts(&mut seen, &of.id)?;
            let act = acts
                .into_iter()
                .rev()
                .find(|a| a.kind == RecordActKind::Withhold);
            lines.push(WithheldLine {
                id: of.id.to_string(),
                document_number: of.document_number,
                department_name: names.name(&of.department),
                department: of.department,
                since: of.ended.map_or(ctx.today(), |e| e.on),
                by: act
                    .as_ref()
                    .map_or_else(String::new, |a| crate::account::shown(&a.actor, &logins)),
                grounds: act.map_or_else(String::new, |a| a.grounds),
            });
        }
        let detail = json!({"count": lines.len()});
        Ok(seen.done(lines, detail))
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
/// Forbidden; unknown record; changed since it was seen; not withheld; withheld by a case that is open;
/// the same person; no grounds.
pub fn confirm(ctx: &Ctx<'_>, input: &Confirm<'_>) -> AppResult<()> {
    ctx.allow(Act::RecordEnd)?;
    purpose_given(input.grounds, "确认理由")?;
    let kind = match input.over {
        None => RecordActKind::Release,
        Some(Because::Wrong) => RecordActKind::Withdraw,
        Some(Because::Annulled) => RecordActKind::Annul,
        Some(Because::Changed) => RecordActKind::Change,
    };
    ctx.change(Act::RecordEnd, |mut load| {
        let mut loaded = Loaded::of(ctx, &mut load, input.id, input.seen)?;
        let logins = crate::account::logins(&mut load)?;
        let mut tx = load.permit(Scope::District)?;
        let of = &loaded.current()?.record;
        crate::case::not_in_a_case(ctx, &mut tx, of)?;
        let ended = of.ended.as_ref().map(|e| e.kind);
        if ended != Some(EndKind::Withheld) {
            return Err(ctx.refused(RefusalCode::NotWithheld, &[("id", of.id.as_str())]));
        }
        let mut acts = loaded.acts.iter().rev();
        let first = acts.find(|act| act.kind == RecordActKind::Withhold);
        if let Some(first) = first.filter(|act| act.actor == ctx.actor().audit_name()) {
            let shown = crate::account::shown(&first.actor, &logins);
            let account = shown.rsplit(':').next().unwrap_or_default();
            return Err(ctx.refused(RefusalCode::SecondPerson, &[("account", account)]));
        }
        let act = act(ctx, &of.id, kind, input.grounds);
        let (detail, key) = told(&act);
        loaded.add(ctx, &mut tx, act)?;
        Ok(tx.done((), detail).about(key))
    })
}

/// What the entry of an act tells, and about whom.
fn told(act: &RecordAct) -> (serde_json::Value, Option<SubjectKey>) {
    let detail = json!({
        "record": act.record_id, "kind": act.kind.as_str(), "grounds": act.grounds,
        "at": act.at.to_string(),
    });
    (detail, act.record_id.subject_key())
}
