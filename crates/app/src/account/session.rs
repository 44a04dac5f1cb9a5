//! Sessions: who a request comes from, and for whom they act.

use super::{Door, hashed, password};
use crate::{Actor, AppError, AppResult, Ctx, Scope, kernel};
use jiff::{SignedDuration, civil::Date};
use serde_json::json;
use xinheng_domain::{
    act::{Act, Way},
    permission::{Membership, subject_of},
};
use xinheng_rulebook::SESSION_IDLE;
use xinheng_store::{
    Conn,
    account::{self, Session},
    department, subject,
};

/// The last request is noted no more often than this.
const NOTED: SignedDuration = SignedDuration::from_mins(5); // no law: ours, about sessions

/// Somebody who has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Account id.
    pub account: String,
    /// What was typed at the sign-in.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The department for which they act; none for the office.
    pub department: Option<String>,
    /// Titles of the roles that they have there.
    pub roles: Vec<(String, String)>,
    /// Everywhere they may act: department codes, and none for the office; with their names.
    pub desks: Vec<(Option<String>, String)>,
    /// The password was given by somebody else.
    pub password_given: bool,
    /// It counts for too long.
    pub password_due: bool,
    /// There is a second factor.
    pub factor: bool,
    /// Acts that they hold here, for menus.
    pub acts: Vec<Act>,
}

impl Signed {
    /// As use cases know them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Account {
            id: self.account.clone(),
            department: self.department.clone(),
        }
    }

    /// Whether they hold an act here.
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        self.acts.contains(&act)
    }
}

/// The name of a department, or of an organisation.
fn name_of(conn: &mut Conn, place: &str) -> AppResult<String> {
    let known = match subject_of(place) {
        Some(key) => subject::get(conn, &key)?.map(|s| s.name),
        None => department::get(conn, place)?.map(|d| d.name),
    };
    Ok(known.unwrap_or_else(|| place.to_owned()))
}

fn desks(memberships: &[Membership]) -> Vec<Option<String>> {
    let mut desks: Vec<_> = memberships.iter().map(|m| m.department.clone()).collect();
    desks.sort();
    desks.dedup();
    desks
}

fn today(conn: &mut Conn, id: &str, day: Date) -> AppResult<Vec<Membership>> {
    let all = account::granted(conn, id)?;
    let all = all.iter().map(account::Granted::membership);
    Ok(all.filter(|m| m.covers(day)).collect())
}

/// Where a session begins: at the office where somebody has a role there, else at the first
/// department that stands.
pub(super) fn first_desk(conn: &mut Conn, id: &str, day: Date) -> AppResult<String> {
    let mut all = desks(&today(conn, id, day)?);
    if all.is_empty() {
        // Whoever acted for an organisation is told there that it is over.
        let ever = account::granted(conn, id)?;
        let ever = ever
            .into_iter()
            .filter(|g| subject_of(&g.department).is_some());
        all.extend(ever.map(|g| Some(g.department)).next_back());
    }
    let succession = department::succession(conn, day)?;
    let stands = |desk: &&Option<String>| !desk.as_ref().is_some_and(|d| succession.is_over(d));
    let first = all.iter().find(stands).or_else(|| all.first());
    Ok(first.cloned().flatten().unwrap_or_default())
}

/// Whose the token is; none where it is nobody's, or the session has ended. The request is noted.
///
/// # Errors
/// Faults of the store.
pub fn resume(ctx: &Ctx<'_>, door: Door, token: &str) -> AppResult<Option<Signed>> {
    let token_hash = hashed(token);
    let idle = i64::from(ctx.number(SESSION_IDLE)?);
    let idle = SignedDuration::from_mins(idle);
    let found = ctx.public(Act::SiteOpen, |conn| {
        let session = account::session(conn, &token_hash)?;
        let Some(session) = session.filter(|s| door.leads_to(Some(&s.department))) else {
            return Ok(None);
        };
        let quiet = ctx.now().duration_since(session.seen_at);
        let account = account::get(conn, &session.account_id)?.filter(|a| !a.locked);
        let Some(account) = account.filter(|_| session.ends_at > ctx.now() && quiet < idle) else {
            return Ok(None);
        };
        let succession = department::succession(conn, ctx.today())?;
        let over = succession.is_over(&session.department);
        let set_at = account::password_set_at(conn, &account.id)?;
        let due = password::is_due(ctx, &account, set_at)?;
        let memberships = today(conn, &account.id, ctx.today())?;
        let mut places = Vec::new();
        for desk in desks(&memberships) {
            let name = match &desk {
                Some(place) => name_of(conn, place)?,
                None => ctx.deployment().district().office.clone(),
            };
            places.push((desk, name));
        }
        Ok(Some((
            session,
            account,
            memberships,
            places,
            (quiet, due, over),
        )))
    })?;
    let Some((session, account, memberships, desks, (quiet, password_due, over))) = found else {
        return Ok(None);
    };
    if quiet >= NOTED {
        let seen_at = ctx.now();
        let seen = Session {
            seen_at,
            ..session.clone()
        };
        ctx.keep(|tx| Ok(account::keep_session(tx, &seen)?))?;
    }
    let permissions = ctx.deployment().rulebook().permissions();
    let department = Some(session.department).filter(|code| !code.is_empty());
    let mut here = memberships;
    here.retain(|m| m.department == department);
    let title = |m: &Membership| {
        let title = permissions.role(&m.role).map(|role| role.title.clone());
        (m.role.clone(), title.unwrap_or_default())
    };
    let mut acts = kernel::acts(permissions, &here);
    // For a department that is no more there is nothing to be done, and all to be seen.
    acts.retain(|act| !over || act.way() != Way::Change);
    Ok(Some(Signed {
        acts,
        roles: here.iter().map(title).collect(),
        desks,
        department,
        password_given: account.password_given,
        password_due,
        factor: account.factor.is_some(),
        account: account.id,
        login: account.login,
        name: account.name,
    }))
}

/// Who gives the commands of an account of the operating system, where one is bound to it; at the
/// office, or at the first department where they have a role.
///
/// # Errors
/// Faults of the store.
pub fn bound(ctx: &Ctx<'_>, os_user: &str) -> AppResult<Option<Actor>> {
    ctx.public(Act::SiteOpen, |conn| {
        let Some(account) = account::by_os_user(conn, os_user)? else {
            return Ok(None);
        };
        let department = first_desk(conn, &account.id, ctx.today())?;
        Ok(Some(Actor::Account {
            id: account.id,
            department: Some(department).filter(|code| !code.is_empty()),
        }))
    })
}

/// Acts for another department from now on, or for the office.
///
/// # Errors
/// Forbidden where they have no role there; faults of the store.
pub fn switch(ctx: &Ctx<'_>, token: &str, department: Option<&str>) -> AppResult<()> {
    let token_hash = hashed(token);
    ctx.change(Act::DeskSwitch, |mut load| {
        let session = account::session(&mut load, &token_hash)?;
        let own = session
            .filter(|s| matches!(ctx.actor(), Actor::Account { id, .. } if *id == s.account_id));
        let session = own.ok_or_else(|| AppError::Forbidden("请先登录。".to_owned()))?;
        let there = today(&mut load, &session.account_id, ctx.today())?;
        let mut tx = load.permit(Scope::District)?;
        if !there.iter().any(|m| m.department.as_deref() == department) {
            return Err(AppError::Forbidden(
                "您在那里没有角色，不能切换过去。".to_owned(),
            ));
        }
        let detail = json!({"account": session.account_id, "to": department});
        let department = department.unwrap_or_default().to_owned();
        let switched = Session {
            department,
            ..session
        };
        account::keep_session(&mut tx, &switched)?;
        Ok(tx.done((), detail))
    })
}

/// Signs out.
///
/// # Errors
/// Faults of the store.
pub fn end(ctx: &Ctx<'_>, token: &str) -> AppResult<()> {
    let token_hash = hashed(token);
    end_some(ctx, Some(&token_hash))
}

/// Signs out everywhere.
///
/// # Errors
/// Faults of the store.
pub fn end_all(ctx: &Ctx<'_>) -> AppResult<()> {
    end_some(ctx, None)
}

fn end_some(ctx: &Ctx<'_>, token_hash: Option<&str>) -> AppResult<()> {
    let Actor::Account { id, .. } = ctx.actor() else {
        return Ok(());
    };
    ctx.change(Act::AccountSignOut, |load| {
        let mut tx = load.permit(Scope::District)?;
        match account::end_sessions(&mut tx, id, token_hash)? {
            0 => Ok(tx.nothing(())),
            ended => Ok(tx.done((), json!({"account": id, "sessions": ended}))),
        }
    })
}
