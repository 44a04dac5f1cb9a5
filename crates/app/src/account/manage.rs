//! Accounts and roles, as administrators keep them. Who makes accounts grants no roles, and the other
//! way round; the operator at the command line, who makes the first of both, may do either.

use super::{password, random_word};
use crate::{Actor, AppError, AppResult, Ctx, Scope, ctx::new_id};
use jiff::civil::Date;
use serde_json::json;
use xinheng_domain::{
    act::Act,
    permission::{Body, GrantedBy},
    refusal::RefusalCode,
};
use xinheng_store::{
    Conn,
    account::{self, Account, Granted},
    department,
};

/// An account to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewAccount<'a> {
    /// What will be typed: small letters, digits, `-`, `_` and `.`.
    pub login: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// Made by the demo: may be entered with one click there.
    pub demo: bool,
}

/// An account that was made or reset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Id.
    pub id: String,
    /// The first password: told once, to be changed at the first sign-in.
    pub password: String,
}

/// A role to be granted.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// Login of the account.
    pub login: &'a str,
    /// Role id.
    pub role: &'a str,
    /// Department code; none for a role of the office.
    pub department: Option<&'a str>,
    /// First day; today where absent.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

/// An account as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// Id.
    pub id: String,
    /// Login.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Nobody signs in with it.
    pub locked: bool,
    /// There is a second factor.
    pub factor: bool,
    /// The first password is not changed yet.
    pub password_given: bool,
    /// Account of the operating system.
    pub os_user: Option<String>,
    /// Roles of today and later.
    pub roles: Vec<Granted>,
    /// Made by the demo.
    pub demo: bool,
}

/// All accounts, by login, with the roles that they have or will have.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn list(ctx: &Ctx<'_>) -> AppResult<Vec<AccountView>> {
    ctx.desk(Act::AccountList, |conn, _| {
        let granted = account::all_granted(conn)?;
        let of = |id: &str| {
            let own = granted.iter().filter(|g| g.account_id == id);
            own.filter(|g| g.until.is_none_or(|until| until >= ctx.today()))
                .cloned()
                .collect()
        };
        let all = account::all(conn)?.into_iter();
        Ok(all
            .map(|account| AccountView {
                roles: of(&account.id),
                id: account.id,
                login: account.login,
                name: account.name,
                locked: account.locked,
                factor: account.factor.is_some(),
                password_given: account.password_given,
                os_user: account.os_user,
                demo: account.demo,
            })
            .collect())
    })
}

/// A role, as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleView {
    /// Id.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// What those do who have it.
    pub duty: String,
    /// It is of a department.
    pub of_department: bool,
    /// An administrator grants it.
    pub granted_here: bool,
    /// Titles of the acts held for the whole district.
    pub any: Vec<&'static str>,
    /// Titles of those held for the own department.
    pub own_department: Vec<&'static str>,
    /// Titles of the roles that nobody may have beside it.
    pub excludes: Vec<String>,
}

/// The roles that can be granted.
#[must_use]
pub fn roles(ctx: &Ctx<'_>) -> Vec<RoleView> {
    let permissions = ctx.deployment().rulebook().permissions();
    let titles = |acts: &[Act]| acts.iter().map(|act| act.title()).collect();
    let roles = permissions.roles().iter();
    roles
        .filter(|role| role.body != Body::Anywhere)
        .map(|role| RoleView {
            id: role.id.clone(),
            title: role.title.clone(),
            duty: role.duty.clone(),
            of_department: role.body == Body::Department,
            granted_here: role.granted_by == GrantedBy::Administrator,
            any: titles(&role.any),
            own_department: titles(&role.own_department),
            excludes: role
                .excludes
                .iter()
                .filter_map(|id| Some(permissions.role(id)?.title.clone()))
                .collect(),
        })
        .collect()
}

fn known(conn: &mut Conn, login: &str) -> AppResult<Account> {
    account::by_login(conn, login)?
        .ok_or_else(|| AppError::NotFound(format!("没有账号“{login}”。")))
}

/// Makes an account with a first password.
///
/// # Errors
/// Forbidden; a login that is taken or not of the form; faults of the store.
pub fn make(ctx: &Ctx<'_>, new: NewAccount<'_>) -> AppResult<Made> {
    ctx.allow(Act::AccountMake)?;
    let (account, first) = new_account(ctx, new)?;
    ctx.change(Act::AccountMake, |mut load| {
        let taken = account::by_login(&mut load, &account.login)?.is_some();
        let mut tx = load.permit(Scope::District)?;
        if taken {
            return Err(ctx.refused(RefusalCode::LoginTaken, &[("login", &account.login)]));
        }
        account::add(&mut tx, &account)?;
        Ok(tx.done((), json!({"account": account.id})))
    })?;
    Ok(Made {
        id: account.id,
        password: first,
    })
}

/// An account that is not kept yet, and its first password.
///
/// # Errors
/// A login or a name that is not of the form; the system gives no random bytes.
pub(crate) fn new_account(ctx: &Ctx<'_>, new: NewAccount<'_>) -> AppResult<(Account, String)> {
    let (login, name) = (new.login.trim().to_lowercase(), new.name.trim());
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    if !(2..=40).contains(&login.len()) || !login.chars().all(plain) {
        return Err(AppError::BadInput(
            "账号应当是 2 到 40 个小写字母、数字、“-”“_”或者“.”。".to_owned(),
        ));
    }
    if name.is_empty() || name.chars().count() > 40 {
        return Err(AppError::BadInput("姓名应当是 1 到 40 个字。".to_owned()));
    }
    let first = random_word(16)?;
    let account = Account {
        id: new_id(ctx.now()),
        login,
        name: name.to_owned(),
        password: password::hash(&first)?,
        password_given: !new.demo,
        locked: false,
        factor: None,
        factor_step: 0,
        recovery: String::new(),
        os_user: None,
        demo: new.demo,
        revision: 1,
        made_by: ctx.actor().audit_name(),
        made_at: ctx.now(),
    };
    Ok((account, first))
}

/// Changes an account, and leaves what it was and is in the entry.
fn change(
    ctx: &Ctx<'_>,
    act: Act,
    login: &str,
    change: impl Fn(Account) -> AppResult<Option<(Account, serde_json::Value)>>,
) -> AppResult<()> {
    ctx.change(act, |mut load| {
        let before = known(&mut load, login)?;
        let id = before.id.clone();
        let granted = account::granted(&mut load, &id)?;
        let mut tx = load.permit(Scope::District)?;
        if matches!(ctx.actor(), Actor::Account { .. }) {
            if is_own(ctx, &id) {
                return Err(ctx.refused(RefusalCode::OwnAccount, &[]));
            }
            // Whoever could give them a new password could act in their place.
            let permissions = ctx.deployment().rulebook().permissions();
            let apart = [Act::AccountGrant, Act::AccountMake, Act::AuditSearch];
            let holds = |g: &Granted| apart.iter().any(|act| permissions.holds(&g.role, *act));
            let today = |g: &&Granted| g.until.is_none_or(|until| until >= ctx.today());
            if granted.iter().filter(today).any(holds) {
                return Err(ctx.refused(RefusalCode::AdministratorAccount, &[]));
            }
        }
        let Some((after, mut detail)) = change(before)? else {
            return Ok(tx.nothing(()));
        };
        detail["account"] = id.clone().into();
        account::change(&mut tx, &after)?;
        account::end_sessions(&mut tx, &id, None)?;
        Ok(tx.done((), detail))
    })
}

/// Gives an account a new first password, takes its second factor away, and ends its sessions.
///
/// # Errors
/// Forbidden; no such account; faults of the store.
pub fn reset(ctx: &Ctx<'_>, login: &str) -> AppResult<Made> {
    ctx.allow(Act::AccountReset)?;
    let first = random_word(16)?;
    let hash = password::hash(&first)?;
    change(ctx, Act::AccountReset, login, |account| {
        let reset = Account {
            password: hash.clone(),
            password_given: true,
            factor: None,
            recovery: String::new(),
            ..account
        };
        Ok(Some((reset, json!({}))))
    })?;
    let account = ctx.load(Act::AccountReset, |conn| known(conn, login))?;
    Ok(Made {
        id: account.id,
        password: first,
    })
}

/// Lets nobody sign in with an account any longer, or again.
///
/// # Errors
/// Forbidden; no such account; the own one; faults of the store.
pub fn lock(ctx: &Ctx<'_>, login: &str, locked: bool) -> AppResult<()> {
    change(ctx, Act::AccountLock, login, |account| {
        if account.locked == locked {
            return Ok(None);
        }
        Ok(Some((
            Account { locked, ..account },
            json!({"locked": locked}),
        )))
    })
}

/// Binds an account of the operating system, whose commands are this person's from now on; or none.
///
/// # Errors
/// Forbidden; no such account; bound to another one; faults of the store.
pub fn bind(ctx: &Ctx<'_>, login: &str, os_user: Option<&str>) -> AppResult<()> {
    if let Some(os_user) = os_user {
        let bound = ctx.load(Act::AccountBind, |conn| {
            Ok(account::by_os_user(conn, os_user)?)
        })?;
        if let Some(other) = bound.filter(|other| other.login != login) {
            let places = [("os_user", os_user), ("login", other.login.as_str())];
            return Err(ctx.refused(RefusalCode::OsUserBound, &places));
        }
    }
    change(ctx, Act::AccountBind, login, |account| {
        let bound = Account {
            os_user: os_user.map(str::to_owned),
            ..account
        };
        Ok(Some((bound, json!({"os_user": os_user}))))
    })
}

fn is_own(ctx: &Ctx<'_>, id: &str) -> bool {
    matches!(ctx.actor(), Actor::Account { id: own, .. } if own == id)
}

/// Grants a role.
///
/// # Errors
/// Forbidden; no such account, role or department; to oneself; beside a role that excludes it;
/// faults of the store.
pub fn grant(ctx: &Ctx<'_>, grant: Grant<'_>) -> AppResult<()> {
    ctx.allow(Act::AccountGrant)?;
    let permissions = ctx.deployment().rulebook().permissions();
    let role = permissions.role(grant.role);
    let role = role
        .filter(|role| role.body != Body::Anywhere)
        .ok_or_else(|| {
            let roles = permissions.roles().iter();
            let known = roles
                .filter(|r| r.body != Body::Anywhere)
                .map(|r| r.id.as_str());
            let known: Vec<&str> = known.collect();
            let text = format!("没有角色“{}”，可用的有：{}。", grant.role, known.join("、"));
            AppError::BadInput(text)
        })?;
    // The operator makes the first of all.
    let signed = matches!(ctx.actor(), Actor::Account { .. });
    if signed && role.granted_by == GrantedBy::Roster {
        return Err(ctx.refused(RefusalCode::RosterGrants, &[("role", &role.title)]));
    }
    if role.granted_by == GrantedBy::Letter {
        return Err(ctx.refused(RefusalCode::LetterGrants, &[("role", &role.title)]));
    }
    if role.granted_by == GrantedBy::Document {
        return Err(ctx.refused(RefusalCode::DocumentGrants, &[("role", &role.title)]));
    }
    if (role.body == Body::Department) != grant.department.is_some() {
        let text = match role.body {
            Body::Department => format!("“{}”是部门的角色，请写明部门。", role.title),
            _ => format!("“{}”不是部门的角色，不要写部门。", role.title),
        };
        return Err(AppError::BadInput(text));
    }
    let from = grant.from.unwrap_or_else(|| ctx.today());
    if grant.until.is_some_and(|until| until < from) {
        return Err(AppError::BadInput("最后一天早于第一天。".to_owned()));
    }
    ctx.change(Act::AccountGrant, |mut load| {
        let account = known(&mut load, grant.login)?;
        if let Some(code) = grant.department
            && department::get(&mut load, code)?.is_none()
        {
            return Err(AppError::NotFound(format!("没有编号是“{code}”的部门。")));
        }
        if let Some(code) = grant.department {
            crate::department::answers_for(ctx, &mut load, (code, None))?;
        }
        let mut granted = account::granted(&mut load, &account.id)?;
        let mut tx = load.permit(Scope::District)?;
        if is_own(ctx, &account.id) {
            return Err(ctx.refused(RefusalCode::OwnAccount, &[]));
        }
        let new = Granted {
            account_id: account.id.clone(),
            role: role.id.clone(),
            department: grant.department.unwrap_or_default().to_owned(),
            from,
            until: grant.until,
            granted_by: ctx.actor().audit_name(),
            granted_at: ctx.now(),
        };
        granted.retain(|g| g.until.is_none_or(|until| until >= from));
        let overlapping = granted
            .iter()
            .filter(|g| new.until.is_none_or(|u| g.from <= u));
        let roles = overlapping
            .map(|g| g.role.as_str())
            .chain([new.role.as_str()]);
        let roles: Vec<&str> = roles.collect();
        if let Some([one, other]) = permissions.conflict(roles.iter().copied()) {
            let places = [("one", one), ("other", other)];
            return Err(ctx.refused(RefusalCode::RolesExclude, &places));
        }
        account::grant(&mut tx, &new)?;
        let detail = json!({
            "account": account.id, "role": new.role, "department": new.department,
            "from": new.from, "until": new.until,
        });
        Ok(tx.done((), detail))
    })
}

/// Takes a role away: from today on.
///
/// # Errors
/// Forbidden; no such account; they have no such role; faults of the store.
pub fn revoke(ctx: &Ctx<'_>, login: &str, role: &str, department: Option<&str>) -> AppResult<()> {
    ctx.change(Act::AccountRevoke, |mut load| {
        let account = known(&mut load, login)?;
        let granted = account::granted(&mut load, &account.id)?;
        let mut tx = load.permit(Scope::District)?;
        if is_own(ctx, &account.id) {
            return Err(ctx.refused(RefusalCode::OwnAccount, &[]));
        }
        let yesterday = ctx.today().yesterday().unwrap_or(ctx.today());
        let here = department.unwrap_or_default();
        let mut ended = 0;
        for one in granted {
            let open = one.until.is_none_or(|until| until > yesterday);
            if one.role == role && one.department == here && open {
                let until = Some(yesterday);
                account::grant(&mut tx, &Granted { until, ..one })?;
                ended += 1;
            }
        }
        if ended == 0 {
            return Err(AppError::NotFound(format!(
                "账号“{login}”现在没有这个角色。"
            )));
        }
        let detail = json!({"account": account.id, "role": role, "department": here});
        Ok(tx.done((), detail))
    })
}
