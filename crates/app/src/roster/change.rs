//! Changes of a roster: proposed, withdrawn, confirmed.

use super::{Known, as_granted, nameable, not_found};
use crate::{Actor, AppError, AppResult, Ctx, RefusalCode, Scope, department::answers_for};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeSet;
use xinheng_domain::{
    act::Act,
    permission::{CLERK, Membership, REVIEWER},
};
use xinheng_store::{
    account::{self, Account, Granted},
    department,
    roster::{self, RosterConfirmation, RosterProposal},
};

/// A role that is proposed.
#[derive(Debug, Clone, Copy)]
pub struct Proposal<'a> {
    /// Department code.
    pub department: &'a str,
    /// Login of the account.
    pub login: &'a str,
    /// Role id.
    pub role: &'a str,
    /// First day; today where absent.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

/// Proposes that somebody has a role in the department. It grants nothing until it is confirmed.
///
/// # Errors
/// Forbidden; no such department or account; a role that no roster grants; days that do not fit; a
/// role that they have already, or beside one that excludes it; faults of the store.
pub fn propose(ctx: &Ctx<'_>, new: Proposal<'_>) -> AppResult<()> {
    ctx.allow(Act::RosterPropose)?;
    let from = new.from.unwrap_or_else(|| ctx.today());
    let roles = nameable(ctx);
    let role = roles.iter().find(|(id, ..)| id == new.role);
    let (role, title, deputy) = role.ok_or_else(|| {
        let known: Vec<&str> = roles.iter().map(|(id, ..)| id.as_str()).collect();
        let text = format!(
            "人员名册中没有角色“{}”，可用的有：{}。",
            new.role,
            known.join("、")
        );
        AppError::BadInput(text)
    })?;
    if new.until.is_some_and(|until| until < from) {
        return Err(AppError::BadInput("最后一天早于第一天。".to_owned()));
    }
    if from < ctx.today() {
        return Err(AppError::BadInput("第一天不能早于今天。".to_owned()));
    }
    ctx.change(Act::RosterPropose, |mut load| {
        if department::get(&mut load, new.department)?.is_none() {
            return Err(not_found(new.department));
        }
        answers_for(ctx, &mut load, (new.department, None))?;
        let account = account::by_login(&mut load, new.login.trim())?;
        let known = Known::of(ctx, &mut load)?;
        let mut tx = load.permit(Scope::Department(new.department))?;
        let account = account.filter(|a| !a.locked).ok_or_else(|| {
            AppError::NotFound(format!(
                "没有可用的账号“{}”，请先请系统管理员新建。",
                new.login.trim()
            ))
        })?;
        let proposal = RosterProposal {
            department: new.department.to_owned(),
            account_id: account.id.clone(),
            role: role.clone(),
            from,
            until: new.until,
            proposed_by: ctx.actor().audit_name(),
            proposed_at: ctx.now(),
        };
        if *deputy && !lends(ctx, &known, &proposal) {
            return Err(ctx.refused(RefusalCode::RosterDays, &[("role", title)]));
        }
        let membership = as_granted(ctx, &proposal).membership();
        fits(ctx, &known, (&account, title), (&membership, from))?;
        roster::propose(&mut tx, &proposal)?;
        Ok(tx.done((), told(&proposal)))
    })
}

fn told(of: &RosterProposal) -> serde_json::Value {
    json!({
        "department": of.department, "account": of.account_id, "role": of.role,
        "from": of.from, "until": of.until,
    })
}

/// Whether a deputy's days end, and lie within those for which the actor has the role: nobody lends
/// what they do not have, nor to themselves.
fn lends(ctx: &Ctx<'_>, known: &Known, of: &RosterProposal) -> bool {
    let Actor::Account { id, .. } = ctx.actor() else {
        return of.until.is_some();
    };
    let own = known.granted.iter().filter(|g| {
        let here = g.department == of.department && g.role == of.role;
        here && g.account_id == *id && g.membership().covers(ctx.today())
    });
    let last = own.map(|g| g.until.unwrap_or(Date::MAX)).max();
    of.account_id != *id && of.until.is_some() && of.until <= last
}

/// Whether a role fits beside all that the account has and is proposed for, but what stands under the
/// same key: that is what it changes.
fn fits(
    ctx: &Ctx<'_>,
    known: &Known,
    (account, title): (&Account, &str),
    (new, key): (&Membership, Date),
) -> AppResult<()> {
    let department = new.department.as_deref().unwrap_or_default();
    let mut beside = known.roles_of(ctx, (&account.id, department));
    beside.retain(|m| (&m.role, &m.department, m.from) != (&new.role, &new.department, key));
    beside.retain(|m| m.meets(new));
    if beside
        .iter()
        .any(|m| m.role == new.role && m.department == new.department)
    {
        let places = [("login", account.login.as_str()), ("role", title)];
        return Err(ctx.refused(RefusalCode::RosterHas, &places));
    }
    let permissions = ctx.deployment().rulebook().permissions();
    let roles = beside.iter().map(|m| m.role.as_str());
    let roles: BTreeSet<&str> = roles.chain([new.role.as_str()]).collect();
    if let Some([one, other]) = permissions.conflict(roles.iter().copied()) {
        let places = [("one", one), ("other", other)];
        return Err(ctx.refused(RefusalCode::RolesExclude, &places));
    }
    // Others may do both and be released by somebody else; who makes the roster does not make
    // themselves the only one.
    let own = matches!(ctx.actor(), Actor::Account { id, .. } if *id == account.id);
    let other = match new.role.as_str() {
        CLERK => REVIEWER,
        REVIEWER => CLERK,
        _ => return Ok(()),
    };
    let both = beside
        .iter()
        .any(|m| m.role == other && m.department == new.department);
    if own && both {
        let other = permissions.role(other).map_or("", |role| &role.title);
        let places = [("one", other), ("other", title)];
        return Err(ctx.refused(RefusalCode::RosterOwn, &places));
    }
    Ok(())
}

/// Proposes that a role ends with a day; today where none is said.
///
/// # Errors
/// Forbidden; they have no such role by the roster; faults of the store.
pub fn end(ctx: &Ctx<'_>, of: Proposal<'_>) -> AppResult<()> {
    let last = of.until.unwrap_or_else(|| ctx.today());
    ctx.change(Act::RosterPropose, |mut load| {
        let account = account::by_login(&mut load, of.login.trim())?;
        let known = Known::of(ctx, &mut load)?;
        let mut tx = load.permit(Scope::Department(of.department))?;
        let id = account.map_or_else(String::new, |account| account.id);
        let mut own = known.granted(ctx, of.department).filter(|g| {
            let asked = of.from.is_none_or(|from| from == g.from);
            g.account_id == id && g.role == of.role && asked
        });
        let granted = own.find(|g| known.line(ctx, g).by_roster).ok_or_else(|| {
            let text = format!("账号“{}”在人员名册中没有这个角色。", of.login.trim());
            AppError::NotFound(text)
        })?;
        if last < ctx.today() {
            return Err(AppError::BadInput("最后一天不能早于今天。".to_owned()));
        }
        let ending = RosterProposal {
            department: of.department.to_owned(),
            account_id: id.clone(),
            role: granted.role.clone(),
            from: granted.from,
            until: Some(last),
            proposed_by: ctx.actor().audit_name(),
            proposed_at: ctx.now(),
        };
        roster::propose(&mut tx, &ending)?;
        Ok(tx.done((), told(&ending)))
    })
}

/// Takes a proposal back.
///
/// # Errors
/// Forbidden; there is none such; faults of the store.
pub fn withdraw(ctx: &Ctx<'_>, of: Proposal<'_>) -> AppResult<()> {
    ctx.change(Act::RosterPropose, |mut load| {
        let account = account::by_login(&mut load, of.login.trim())?;
        let all = roster::proposals(&mut load, of.department)?;
        let mut tx = load.permit(Scope::Department(of.department))?;
        let own = account.and_then(|account| {
            all.into_iter().find(|p| {
                let asked = of.from.is_none_or(|from| from == p.from);
                p.account_id == account.id && p.role == of.role && asked
            })
        });
        let own = own.ok_or_else(|| AppError::NotFound("没有拟定这一项变动。".to_owned()))?;
        roster::drop_proposal(&mut tx, &own)?;
        let mut detail = told(&own);
        detail["withdrawn"] = true.into();
        Ok(tx.done((), detail))
    })
}

/// Whether what is proposed may be granted now.
fn may_be_granted(
    ctx: &Ctx<'_>,
    known: &Known,
    proposal: &RosterProposal,
    now: &Granted,
) -> AppResult<()> {
    let account = known.accounts.get(&now.account_id).filter(|a| !a.locked);
    let account = account.ok_or_else(|| {
        AppError::NotFound("拟定的人员中有已经停用的账号，请先撤回这一项。".to_owned())
    })?;
    let roles = nameable(ctx);
    let role = roles.iter().find(|(id, ..)| *id == now.role);
    let (_, title, deputy) = role.ok_or_else(|| {
        AppError::NotFound("拟定的角色已经不由人员名册确定，请先撤回这一项。".to_owned())
    })?;
    if *deputy && !lends(ctx, known, proposal) {
        return Err(ctx.refused(RefusalCode::RosterDays, &[("role", title)]));
    }
    fits(
        ctx,
        known,
        (account, title),
        (&now.membership(), proposal.from),
    )
}

/// Confirms the roster of a department as it was seen: what is proposed is granted from today on at the
/// earliest, and the year has its roster.
///
/// # Errors
/// Forbidden; no such department; changed since it was seen; what no longer fits; faults of the store.
pub fn confirm(ctx: &Ctx<'_>, department: &str, mark: &str) -> AppResult<()> {
    ctx.change(Act::RosterConfirm, |mut load| {
        if department::get(&mut load, department)?.is_none() {
            return Err(not_found(department));
        }
        answers_for(ctx, &mut load, (department, None))?;
        let mut known = Known::of(ctx, &mut load)?;
        let mut tx = load.permit(Scope::Department(department))?;
        if known.mark(ctx, department) != mark {
            return Err(ctx.refused(RefusalCode::RosterChanged, &[]));
        }
        let proposals: Vec<RosterProposal> = known.proposals(department).cloned().collect();
        let mut granted = Vec::new();
        for proposal in &proposals {
            let mut now = as_granted(ctx, proposal);
            let before = known.granted.iter().find(|g| {
                (&g.account_id, &g.role, &g.department, g.from)
                    == (&now.account_id, &now.role, &now.department, now.from)
            });
            let last = |until: Option<Date>| until.unwrap_or(Date::MAX);
            let ends = before.is_some_and(|g| last(now.until) <= last(g.until));
            if before.is_none() {
                // What waited for its confirmation grants no day before it.
                now.from = now.from.max(ctx.today());
            }
            if last(now.until) < now.from {
                roster::drop_proposal(&mut tx, proposal)?;
                continue;
            }
            if !ends {
                may_be_granted(ctx, &known, proposal, &now)?;
            }
            account::grant(&mut tx, &now)?;
            roster::drop_proposal(&mut tx, proposal)?;
            granted.push(json!({
                "account": now.account_id, "role": now.role, "from": now.from, "until": now.until,
            }));
        }
        known.granted = account::all_granted(&mut tx)?;
        let here = known.granted(ctx, department);
        let people: BTreeSet<&str> = here.map(|g| g.account_id.as_str()).collect();
        let people = u32::try_from(people.len()).unwrap_or(u32::MAX);
        let confirmation = RosterConfirmation {
            department: department.to_owned(),
            confirmed_at: ctx.now(),
            confirmed_by: ctx.actor().audit_name(),
            people,
        };
        roster::confirm(&mut tx, &confirmation)?;
        let detail = json!({"department": department, "granted": granted, "people": people});
        Ok(tx.done((), detail))
    })
}
