//! Sets of rules: proposed by one person, adopted or refused by another.

use super::{Examined, SetLine, examine, in_use, kept, texts, view};
use crate::{Act, AppError, AppResult, Ctx, RefusalCode, Scope, rules::LocalFiles};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use xinheng_rulebook::files;
use xinheng_store::rule_set::{self, RuleSet, RuleSetState};

/// The texts of the set that holds; none where none was ever adopted.
fn held(set: Option<RuleSet>) -> BTreeMap<String, String> {
    set.map(|set| set.files).unwrap_or_default()
}

fn sound(examined: &Examined) -> AppResult<()> {
    if examined.problems.is_empty() {
        return Ok(());
    }
    Err(AppError::BadInput(format!(
        "本地规则有{}处问题，没有提出，也没有采用：\n{}",
        examined.problems.len(),
        examined.problems.join("\n")
    )))
}

fn told(set: &RuleSet, examined: &Examined) -> Value {
    let mut by_state: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for change in &examined.changes {
        let some = by_state.entry(change.state.as_str()).or_default();
        some.push(&change.path);
    }
    json!({
        "number": set.number, "digest": set.digest, "files": set.files.len(),
        "proposed_by": set.proposed_by, "changes": by_state,
    })
}

/// Proposes the files that lie in the deployment's folder now. What was proposed before and waits is
/// replaced.
///
/// # Errors
/// Forbidden; there is no folder; nothing differs from what holds; every problem of the files; faults
/// of the store.
pub fn propose(ctx: &Ctx<'_>) -> AppResult<SetLine> {
    ctx.allow(Act::RulesPropose)?;
    let place = ctx.deployment().place();
    if place.local_rulebook().is_none() {
        return Err(AppError::BadInput(
            "没有本地规则的文件夹。请在数据目录（--data）下建立 rulebook 文件夹，把文件放进去，再提出。"
                .to_owned(),
        ));
    }
    let local = place.local_files();
    let (before, in_use) = ctx.load(Act::RulesPropose, |conn| {
        Ok((rule_set::in_force(conn)?, in_use(conn)?))
    })?;
    let adopted = before.as_ref().map(|set| set.number);
    let digest = files::digest(&local.files);
    let same = match &before {
        Some(set) => set.digest == digest,
        None => local.files.is_empty(),
    };
    if same && local.problems.is_empty() {
        return Err(ctx.refused(RefusalCode::RulesSame, &[]));
    }
    let texts = texts(&local);
    let (examined, _) = examine(ctx, &held(before), local, &in_use);
    sound(&examined)?;
    ctx.change(Act::RulesPropose, |mut load| {
        let all = rule_set::all(&mut load)?;
        let logins = crate::account::logins(&mut load)?;
        let mut tx = load.permit(Scope::District)?;
        for mut waiting in all.iter().cloned() {
            if waiting.state == RuleSetState::Proposed {
                decide(ctx, &mut waiting, RuleSetState::Replaced, "");
                rule_set::keep(&mut tx, &waiting)?;
            }
        }
        let set = RuleSet {
            number: all.iter().map(|set| set.number).max().unwrap_or(0) + 1,
            digest: digest.clone(),
            files: texts.clone(),
            proposed_by: ctx.actor().audit_name(),
            proposed_at: ctx.now(),
            state: RuleSetState::Proposed,
            decided_by: None,
            decided_at: None,
            reason: String::new(),
        };
        rule_set::keep(&mut tx, &set)?;
        let line = view::line(&set, adopted, &logins);
        Ok(tx.done(line, told(&set, &examined)))
    })
}

fn decide(ctx: &Ctx<'_>, set: &mut RuleSet, state: RuleSetState, reason: &str) {
    set.state = state;
    set.decided_by = Some(ctx.actor().audit_name());
    set.decided_at = Some(ctx.now());
    reason.clone_into(&mut set.reason);
}

/// The set of a number, where it still waits.
fn waiting(ctx: &Ctx<'_>, found: Option<RuleSet>, number: u64) -> AppResult<RuleSet> {
    let set = found.ok_or_else(|| view::unknown(number))?;
    if set.state == RuleSetState::Proposed {
        return Ok(set);
    }
    let places = [
        ("number", &*number.to_string()),
        ("state", view::state(set.state)),
    ];
    Err(ctx.refused(RefusalCode::RulesDecided, &places))
}

/// Adopts what another person has proposed: it holds from now on, for every process on the database.
///
/// # Errors
/// Forbidden; no such set; decided already; proposed by whoever asks; a problem of the files under this
/// version of the program; a procedure is edited or taken away under its cases; faults of the store.
pub fn adopt(ctx: &Ctx<'_>, number: u64) -> AppResult<SetLine> {
    let (set, before, used) = ctx.load(Act::RulesAdopt, |conn| {
        let set = rule_set::get(conn, number)?;
        Ok((set, rule_set::in_force(conn)?, in_use(conn)?))
    })?;
    let seen = waiting(ctx, set, number)?;
    let own = seen.proposed_by == ctx.actor().audit_name();
    if own {
        return Err(ctx.refused(RefusalCode::RulesOwn, &[("number", &number.to_string())]));
    }
    let held = held(before);
    let (examined, book) = examine(ctx, &held, LocalFiles::of_set(&seen), &used);
    sound(&examined)?;
    let line = ctx.change(Act::RulesAdopt, |mut load| {
        let mut set = waiting(ctx, rule_set::get(&mut load, number)?, number)?;
        let used = in_use(&mut load)?;
        let logins = crate::account::logins(&mut load)?;
        let mut tx = load.permit(Scope::District)?;
        // A case may have been opened since the files were tried.
        if let Some(book) = &book {
            kept(ctx, (book, Some(ctx.deployment().rulebook())), &used)?;
        }
        decide(ctx, &mut set, RuleSetState::Adopted, "");
        rule_set::keep(&mut tx, &set)?;
        let line = view::line(&set, Some(number), &logins);
        Ok(tx.done(line, told(&set, &examined)))
    })?;
    ctx.deployment().rules_adopted();
    Ok(line)
}

/// Refuses what was proposed, with the reason.
///
/// # Errors
/// Forbidden; no such set; decided already; no reason; faults of the store.
pub fn refuse(ctx: &Ctx<'_>, number: u64, reason: &str) -> AppResult<SetLine> {
    ctx.allow(Act::RulesRefuse)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(AppError::BadInput("请写明不采用的理由。".to_owned()));
    }
    ctx.change(Act::RulesRefuse, |mut load| {
        let mut set = waiting(ctx, rule_set::get(&mut load, number)?, number)?;
        let adopted = rule_set::mark(&mut load)?;
        let logins = crate::account::logins(&mut load)?;
        let mut tx = load.permit(Scope::District)?;
        decide(ctx, &mut set, RuleSetState::Refused, reason);
        rule_set::keep(&mut tx, &set)?;
        let detail = json!({"number": number, "digest": set.digest});
        Ok(tx.done(view::line(&set, adopted, &logins), detail))
    })
}
