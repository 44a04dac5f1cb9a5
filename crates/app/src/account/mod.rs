//! People who sign in: accounts, their roles, passwords and second factors, sessions.

mod demo;
mod factor;
mod manage;
mod password;
mod session;
mod sign_in;

pub use demo::{DemoAccount, demo_accounts, sign_in_demo};
pub use factor::{Factor, drop_factor, new_factor, set_factor};
pub use manage::{
    AccountView, Grant, Made, NewAccount, RoleView, bind, grant, list, lock, make, reset, revoke,
    roles,
};
pub use password::{PasswordRules, rules as password_rules, set as set_password};
pub use session::{Signed, bound, end, end_all, resume, switch};
pub use sign_in::{Begun, SignIn, sign_in};

pub(crate) use manage::new_account;

pub use xinheng_domain::permission::Body;
pub use xinheng_store::account::Granted;

use crate::{AppError, AppResult};
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use xinheng_domain::{
    hex::hex,
    permission::{Membership, subject_of},
};
use xinheng_store::{Conn, account, subject};

/// The roles that an account has on a day, where it acts for a department or for the office.
///
/// # Errors
/// There is no such account, or nobody signs in with it any longer.
pub(crate) fn memberships(
    conn: &mut Conn,
    id: &str,
    department: Option<&str>,
    today: Date,
) -> AppResult<Vec<Membership>> {
    if account::get(conn, id)?.is_none_or(|account| account.locked) {
        return Err(AppError::Forbidden(
            "这个账号已经停用，请向系统管理员询问。".to_owned(),
        ));
    }
    // With an organisation end the powers of whoever acts for it.
    if let Some(key) = department.and_then(subject_of)
        && subject::get(conn, &key)?.is_none_or(|of| of.is_over())
    {
        return Ok(Vec::new());
    }
    let all = account::granted(conn, id)?;
    let all = all.iter().map(account::Granted::membership);
    Ok(all
        .filter(|m| m.covers(today) && m.department.as_deref() == department)
        .collect())
}

/// At which listener somebody signs in: nobody comes in at both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The office's: departments and the office.
    Office,
    /// The public one: whoever acts for an organisation.
    Space,
}

impl Door {
    /// Whether somebody who acts there comes in here.
    fn leads_to(self, place: Option<&str>) -> bool {
        (self == Self::Space) == place.and_then(subject_of).is_some()
    }

    /// Whether an account comes in here, by the roles that it ever had.
    fn opens_for(self, conn: &mut Conn, id: &str) -> AppResult<bool> {
        let all = account::granted(conn, id)?;
        let of_subject = all.iter().any(|g| subject_of(&g.department).is_some());
        Ok((self == Self::Space) == of_subject)
    }
}

/// SHA-256, hex: what is kept of a token, a recovery code or a name that was typed.
pub(crate) fn hashed(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> AppResult<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| AppError::Fault(format!("系统不能提供随机数：{e}")))?;
    Ok(bytes)
}

/// A word of letters and digits that nobody mistakes for one another, in groups of four: `count` of
/// them, of five bits each.
pub(crate) fn random_word(count: usize) -> AppResult<String> {
    const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";
    let bytes = random::<32>()?;
    let mut word = String::new();
    for (at, byte) in bytes.iter().take(count).enumerate() {
        if at > 0 && at % 4 == 0 {
            word.push('-');
        }
        word.extend(
            SIGNS
                .get(usize::from(byte % 31))
                .map(|sign| char::from(*sign)),
        );
    }
    Ok(word)
}

/// Logins by the ids of their accounts: how colleagues know one another.
pub(crate) fn logins(conn: &mut Conn) -> AppResult<HashMap<String, String>> {
    let all = account::all(conn)?.into_iter();
    Ok(all.map(|account| (account.id, account.login)).collect())
}

/// The name in an entry or an act, with the login in place of an account's id.
pub(crate) fn shown(actor: &str, logins: &HashMap<String, String>) -> String {
    let login = actor.strip_prefix("account:").and_then(|id| logins.get(id));
    login.cloned().unwrap_or_else(|| actor.to_owned())
}
