//! Letters, as the security administrator enters them: with a letter comes the role, for its days.

use crate::{
    Actor, AppError, AppResult, Ctx, RefusalCode, Scope, ctx::new_id, record::purpose_given,
};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeSet;
use xinheng_domain::{
    act::Act,
    permission::{GrantedBy, Membership, Role},
};
use xinheng_store::{
    account::{self, Granted},
    auditor::{self, AuditLetter},
    department,
};

/// A letter to be entered.
#[derive(Debug, Clone, Copy)]
pub struct NewLetter<'a> {
    /// Login of the auditor's account.
    pub login: &'a str,
    /// Who wrote it.
    pub issuer: &'a str,
    /// Its number.
    pub number: &'a str,
    /// Its date.
    pub dated: Date,
    /// Codes of the departments at which they look; none for the whole district.
    pub departments: &'a [&'a str],
    /// First day; today where absent.
    pub from: Option<Date>,
    /// Last day.
    pub until: Date,
}

/// A letter in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterLine {
    /// Id.
    pub id: String,
    /// Login and name of the auditor.
    pub auditor: (String, String),
    /// Who wrote it.
    pub issuer: String,
    /// Its number.
    pub number: String,
    /// Its date.
    pub dated: Date,
    /// Names of the departments; none for the whole district.
    pub departments: Vec<String>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Its last day is over.
    pub over: bool,
}

/// All letters, the latest first.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn letters(ctx: &Ctx<'_>) -> AppResult<Vec<LetterLine>> {
    ctx.desk(Act::AuditorList, |conn, _| {
        let departments = department::all(conn)?;
        let mut lines = Vec::new();
        for letter in auditor::all(conn)? {
            let account = account::get(conn, &letter.account_id)?;
            let name = |code: &&str| {
                let known = departments.iter().find(|d| d.code == **code);
                known.map_or_else(|| (*code).to_owned(), |d| d.name.clone())
            };
            lines.push(LetterLine {
                departments: letter.named_departments().iter().map(name).collect(),
                auditor: account.map(|a| (a.login, a.name)).unwrap_or_default(),
                over: letter.until < ctx.today(),
                id: letter.id,
                issuer: letter.issuer,
                number: letter.number,
                dated: letter.dated,
                from: letter.from,
                until: letter.until,
            });
        }
        Ok(lines)
    })
}

/// The role that a letter grants.
fn role<'c>(ctx: &Ctx<'c>) -> AppResult<&'c Role> {
    let roles = ctx.deployment().rulebook().permissions().roles().iter();
    let mut by_letter = roles.filter(|role| role.granted_by == GrantedBy::Letter);
    let missing = || AppError::Rulebook("规则库没有凭函件授予的角色。".to_owned());
    by_letter.next().ok_or_else(missing)
}

/// Enters a letter; the account has the auditor's role for its days.
///
/// # Errors
/// Forbidden; no such account or department; the own account; issuer or number missing; days that do
/// not fit; a role that excludes it; faults of the store.
pub fn enter(ctx: &Ctx<'_>, new: &NewLetter<'_>) -> AppResult<String> {
    ctx.allow(Act::AuditorEnter)?;
    purpose_given(new.issuer, "出具函件的单位")?;
    purpose_given(new.number, "函件文号")?;
    let from = new.from.unwrap_or_else(|| ctx.today());
    if new.dated > ctx.today() {
        return Err(AppError::BadInput(
            "函件的日期晚于今天，请核对。".to_owned(),
        ));
    }
    if from < ctx.today() || new.until < from {
        return Err(AppError::BadInput(
            "期限应当从今天或者以后开始，最后一天不早于第一天。".to_owned(),
        ));
    }
    let role = role(ctx)?;
    let named: BTreeSet<&str> = new.departments.iter().map(|code| code.trim()).collect();
    let letter = AuditLetter {
        id: new_id(ctx.now()),
        account_id: String::new(),
        issuer: new.issuer.trim().to_owned(),
        number: new.number.trim().to_owned(),
        dated: new.dated,
        departments: named.iter().copied().collect::<Vec<_>>().join(" "),
        from,
        until: new.until,
        entered_by: ctx.actor().audit_name(),
        entered_at: ctx.now(),
    };
    ctx.change(Act::AuditorEnter, |mut load| {
        let account = account::by_login(&mut load, new.login.trim())?.filter(|a| !a.locked);
        for code in &named {
            if department::get(&mut load, code)?.is_none() {
                return Err(AppError::NotFound(format!("没有编号是“{code}”的部门。")));
            }
        }
        let account = account
            .ok_or_else(|| AppError::NotFound(format!("没有可用的账号“{}”。", new.login.trim())))?;
        let granted = account::granted(&mut load, &account.id)?;
        let mut tx = load.permit(Scope::District)?;
        if matches!(ctx.actor(), Actor::Account { id, .. } if *id == account.id) {
            return Err(ctx.refused(RefusalCode::OwnAccount, &[]));
        }
        let own = Granted {
            account_id: account.id.clone(),
            role: role.id.clone(),
            department: String::new(),
            from,
            until: Some(new.until),
            granted_by: ctx.actor().audit_name(),
            granted_at: ctx.now(),
        };
        let all: Vec<Membership> = granted.iter().map(Granted::membership).collect();
        let beside = all.iter().filter(|m| m.meets(&own.membership()));
        let roles = beside.map(|m| m.role.as_str()).chain([role.id.as_str()]);
        let roles: Vec<&str> = roles.collect();
        let permissions = ctx.deployment().rulebook().permissions();
        if let Some([one, other]) = permissions.conflict(roles.iter().copied()) {
            let places = [("one", one), ("other", other)];
            return Err(ctx.refused(RefusalCode::RolesExclude, &places));
        }
        // Another letter may have begun on the same day: the role lasts as long as the longer one.
        let same = granted
            .iter()
            .find(|g| (&g.role, g.from) == (&own.role, own.from));
        let last = same.and_then(|g| g.until).max(own.until);
        account::grant(&mut tx, &Granted { until: last, ..own })?;
        let letter = AuditLetter {
            account_id: account.id.clone(),
            ..letter.clone()
        };
        auditor::enter(&mut tx, &letter)?;
        let detail = json!({
            "account": account.id, "letter": letter.id, "issuer": letter.issuer,
            "number": letter.number, "departments": named, "from": from, "until": new.until,
        });
        Ok(tx.done((), detail))
    })?;
    Ok(letter.id)
}

/// Ends a letter before its time: from today on nobody looks by it.
///
/// # Errors
/// Forbidden; no such letter; over already; faults of the store.
pub fn end(ctx: &Ctx<'_>, id: &str) -> AppResult<()> {
    let role = role(ctx)?;
    ctx.change(Act::AuditorEnd, |mut load| {
        let letter = auditor::get(&mut load, id)?;
        let letter = letter.ok_or_else(|| AppError::NotFound("没有这份函件。".to_owned()))?;
        let granted = account::granted(&mut load, &letter.account_id)?;
        let others = auditor::all(&mut load)?;
        let mut tx = load.permit(Scope::District)?;
        if letter.until < ctx.today() {
            let until = letter.until.to_string();
            return Err(ctx.refused(RefusalCode::LetterOver, &[("until", &until)]));
        }
        let until = ctx.today().yesterday().unwrap_or(ctx.today());
        let own = others.iter().filter(|l| l.account_id == letter.account_id);
        let mut goes_on = own.filter(|l| l.id != letter.id && l.until >= ctx.today());
        if goes_on.next().is_none() {
            let open = granted.into_iter().filter(|g| g.role == role.id);
            for one in open.filter(|g| g.until.is_none_or(|last| last > until)) {
                let until = Some(until);
                account::grant(&mut tx, &Granted { until, ..one })?;
            }
        }
        let detail = json!({"account": letter.account_id, "letter": letter.id});
        auditor::enter(&mut tx, &AuditLetter { until, ..letter })?;
        Ok(tx.done((), detail))
    })
}
