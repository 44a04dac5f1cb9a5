//! Passwords: Argon2id, two at a time, so that sign-ins cannot take all memory and processors.

use super::random;
use crate::{Actor, AppError, AppResult, Ctx, Scope};
use argon2::{Algorithm, Argon2, Params, Version};
use jiff::{Timestamp, ToSpan as _};
use serde_json::json;
use std::sync::{Condvar, Mutex, PoisonError};
use xinheng_domain::{
    act::Act,
    calendar::civil_day,
    hex::{hex, unhex},
    refusal::RefusalCode,
};
use xinheng_rulebook::{PASSWORD_DAYS, PASSWORD_HISTORY, PASSWORD_MIN};
use xinheng_store::account::{self, Account, PasswordUsed};

/// Memory in KiB and passes. The least that RFC 9106 and OWASP recommend; debug builds, whose
/// accounts are those of tests and of the demo, take what is quick.
const COST: (u32, u32) = if cfg!(debug_assertions) {
    (8, 1)
} else {
    (19_456, 2)
};

static PERMITS: (Mutex<u8>, Condvar) = (Mutex::new(2), Condvar::new());

/// One of the two permits; given back when dropped.
struct Permit;

impl Permit {
    fn take() -> Self {
        let (left, given_back) = (&PERMITS.0, &PERMITS.1);
        let left = left.lock().unwrap_or_else(PoisonError::into_inner);
        let mut left = given_back
            .wait_while(left, |left| *left == 0)
            .unwrap_or_else(PoisonError::into_inner);
        *left -= 1;
        Self
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        *PERMITS.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        PERMITS.1.notify_one();
    }
}

fn derive(password: &str, salt: &[u8], (memory, passes): (u32, u32)) -> AppResult<[u8; 32]> {
    let fault = |e: argon2::Error| AppError::Fault(format!("密码不能计算：{e}"));
    let params = Params::new(memory, passes, 1, Some(32)).map_err(fault)?;
    let _permit = Permit::take();
    let mut out = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut out)
        .map_err(fault)?;
    Ok(out)
}

/// `argon2id:memory:passes:salt:hash`.
pub(super) fn hash(password: &str) -> AppResult<String> {
    let salt = random::<16>()?;
    let (memory, passes) = COST;
    let hash = derive(password, &salt, COST)?;
    Ok(format!(
        "argon2id:{memory}:{passes}:{}:{}",
        hex(&salt),
        hex(&hash)
    ))
}

/// Whether it is the password. Without an account, or one without a password, it takes as long and
/// is wrong.
pub(super) fn is_right(password: &str, kept: Option<&str>) -> AppResult<bool> {
    let known = kept.and_then(|kept| {
        let mut parts = kept.split(':');
        let scheme = parts.next()?;
        let (memory, passes) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let (salt, hash) = (unhex(parts.next()?)?, unhex(parts.next()?)?);
        (scheme == "argon2id").then_some(((memory, passes), salt, hash))
    });
    let Some((cost, salt, hash)) = known else {
        derive(password, &[0; 16], COST)?;
        return Ok(false);
    };
    let got = derive(password, &salt, cost)?;
    // No byte is told by the time that comparing takes.
    let differ = got.iter().zip(&hash).fold(0, |all, (a, b)| all | (a ^ b));
    Ok(hash.len() == got.len() && differ == 0)
}

/// What is asked of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordRules {
    /// Characters that it has at least.
    pub least: u32,
    /// So many before cannot be taken again.
    pub history: u32,
    /// Days after which it is changed.
    pub days: u32,
}

/// What is asked of a password today.
///
/// # Errors
/// The rulebook has no number in force.
pub fn rules(ctx: &Ctx<'_>) -> AppResult<PasswordRules> {
    Ok(PasswordRules {
        least: ctx.number(PASSWORD_MIN)?,
        history: ctx.number(PASSWORD_HISTORY)?,
        days: ctx.number(PASSWORD_DAYS)?,
    })
}

/// Refuses a password that is too short, too plain, or holds the login.
pub(super) fn require(ctx: &Ctx<'_>, login: &str, password: &str) -> AppResult<()> {
    let least = ctx.number(PASSWORD_MIN)?;
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    let kinds = kinds
        .iter()
        .filter(|kind| password.chars().any(kind))
        .count();
    let long = password.chars().count() >= usize::try_from(least).unwrap_or(usize::MAX);
    let named = password.to_lowercase().contains(&login.to_lowercase());
    if long && kinds >= 3 && !named && password.len() <= 1024 {
        return Ok(());
    }
    Err(ctx.refused(RefusalCode::PasswordWeak, &[("least", &least.to_string())]))
}

/// Changes the own password; ends all other sessions.
///
/// # Errors
/// Refused where the old one is wrong or the new one too weak; faults of the store.
pub fn set(ctx: &Ctx<'_>, session: &str, old: &str, new: &str) -> AppResult<()> {
    let Actor::Account { id, .. } = ctx.actor() else {
        return Err(AppError::Forbidden("请先登录。".to_owned()));
    };
    let (known, used) = ctx.load(Act::AccountPassword, |conn| {
        Ok((account::get(conn, id)?, account::passwords(conn, id)?))
    })?;
    let known = known.ok_or_else(|| AppError::Forbidden("请先登录。".to_owned()))?;
    if !is_right(old, Some(&known.password))? {
        return Err(ctx.refused(RefusalCode::PasswordWrong, &[]));
    }
    if old == new {
        return Err(ctx.refused(RefusalCode::PasswordSame, &[]));
    }
    require(ctx, &known.login, new)?;
    let many = ctx.number(PASSWORD_HISTORY)?;
    let kept = used.get(..many as usize).unwrap_or(&used);
    for before in kept {
        if is_right(new, Some(&before.password))? {
            let many = many.to_string();
            return Err(ctx.refused(RefusalCode::PasswordUsed, &[("many", &many)]));
        }
    }
    let password = hash(new)?;
    let chosen = PasswordUsed {
        account_id: id.clone(),
        set_at: ctx.now(),
        password: password.clone(),
    };
    let since = kept.last().map(|oldest| oldest.set_at);
    ctx.change(Act::AccountPassword, |load| {
        let mut tx = load.permit(Scope::District)?;
        let changed = Account {
            password: password.clone(),
            password_given: false,
            ..known.clone()
        };
        account::change(&mut tx, &changed)?;
        account::keep_password(&mut tx, &chosen, since)?;
        let kept = super::hashed(session);
        for other in account::sessions(&mut tx, id)? {
            if other.token_hash != kept {
                account::end_sessions(&mut tx, id, Some(&other.token_hash))?;
            }
        }
        Ok(tx.done((), json!({"account": id})))
    })
}

/// Whether a password counts for too long: from when it was chosen, else from when the account was
/// made. Those of the demo are nobody's.
pub(super) fn is_due(
    ctx: &Ctx<'_>,
    account: &Account,
    set_at: Option<Timestamp>,
) -> AppResult<bool> {
    let days = i64::from(ctx.number(PASSWORD_DAYS)?);
    let since = civil_day(set_at.unwrap_or(account.made_at));
    let due = since.saturating_add(days.days());
    Ok(!account.demo && due <= ctx.today())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    #[test]
    fn a_password_is_right_against_its_own_hash_alone() {
        let kept = hash("Correct-horse-7").unwrap();
        assert!(is_right("Correct-horse-7", Some(&kept)).unwrap());
        assert!(!is_right("correct-horse-7", Some(&kept)).unwrap());
        assert_ne!(kept, hash("Correct-horse-7").unwrap(), "salted");
        for broken in ["", "argon2id", "argon2id:8:1:zz:00", "plain:8:1:00:00"] {
            assert!(!is_right("", Some(broken)).unwrap(), "{broken}");
        }
        assert!(!is_right("anything", None).unwrap());
    }
}
