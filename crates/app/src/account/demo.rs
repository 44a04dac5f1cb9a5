//! Accounts that the demo makes: entered with one click by whoever sits at the machine.

use super::{
    Door,
    sign_in::{Begun, begin},
};
use crate::{AppError, AppResult, Ctx, Scope};
use xinheng_domain::{act::Act, permission::subject_of, subject::SubjectKey};
use xinheng_store::{account, department, subject};

/// An account of the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// Login.
    pub login: String,
    /// The invented person's name.
    pub name: String,
    /// Roles and departments, in Chinese.
    pub title: String,
}

/// The accounts of the demo; none on a deployment that is real.
///
/// # Errors
/// Faults of the store.
pub fn demo_accounts(ctx: &Ctx<'_>, door: Door) -> AppResult<Vec<DemoAccount>> {
    if !ctx.deployment().district().demo {
        return Ok(Vec::new());
    }
    let permissions = ctx.deployment().rulebook().permissions();
    ctx.public(Act::SiteOpen, |conn| {
        let mut found = Vec::new();
        for account in account::all(conn)? {
            if !account.demo || account.locked || !door.opens_for(conn, &account.id)? {
                continue;
            }
            let mut titles = Vec::new();
            for granted in account::granted(conn, &account.id)? {
                let membership = granted.membership();
                let role = permissions.role(&granted.role);
                let Some(role) = role.filter(|_| membership.covers(ctx.today())) else {
                    continue;
                };
                titles.push(match membership.department {
                    None => role.title.clone(),
                    Some(place) if door == Door::Space => {
                        let key = subject_of(&place).unwrap_or_else(|| SubjectKey(place.clone()));
                        let known = subject::get(conn, &key)?;
                        let name = known.map_or(place, |known| known.name);
                        format!("{}（{name}）", role.title)
                    }
                    Some(code) => {
                        let known = department::get(conn, &code)?;
                        let name = known.map_or(code, |known| known.name);
                        format!("{}（{name}）", role.title)
                    }
                });
            }
            if titles.is_empty() {
                // Nothing to be done with it yet.
                continue;
            }
            found.push(DemoAccount {
                login: account.login,
                name: account.name,
                title: titles.join("、"),
            });
        }
        // In the order of the roles: whoever hands in first comes first.
        let place = |title: &str| {
            let mut roles = permissions.roles().iter();
            roles.position(|role| title.starts_with(&role.title))
        };
        found.sort_by_key(|account| place(&account.title));
        Ok(found)
    })
}

/// Enters an account of the demo. Whether the visitor sits at the machine is for the caller to say.
///
/// # Errors
/// Refused on a deployment that is real, and for any other account; faults of the store.
pub fn sign_in_demo(ctx: &Ctx<'_>, door: Door, login: &str, address: &str) -> AppResult<Begun> {
    let known = demo_accounts(ctx, door)?;
    if !known.iter().any(|account| account.login == login) {
        return Err(AppError::NotFound("没有这个演示账号。".to_owned()));
    }
    ctx.change(Act::AccountSignIn, |mut load| {
        let account = account::by_login(&mut load, login)?;
        let mut tx = load.permit(Scope::District)?;
        let account = account.filter(|account| account.demo && !account.locked);
        let account = account.ok_or_else(|| AppError::NotFound("没有这个演示账号。".to_owned()))?;
        let (begun, told) = begin(ctx, &mut tx, &account, address)?;
        Ok(tx.done(begun, told))
    })
}
