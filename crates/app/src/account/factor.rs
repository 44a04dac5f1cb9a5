//! The second factor: one-time codes by time (RFC 6238), and codes to recover with.

use super::{hashed, random, random_word};
use crate::{Actor, AppError, AppResult, Ctx, Scope};
use serde_json::json;
use totp_rs::{Builder, Secret, Totp};
use xinheng_domain::{
    act::Act,
    hex::{hex, unhex},
    refusal::RefusalCode,
};
use xinheng_store::account::{self, Account};

/// Recovery codes that are made at once.
const CODES: usize = 8;

/// A second factor before it is confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// The secret, in hexadecimal: comes back with the first code.
    pub secret: String,
    /// The same as people type it, in base 32.
    pub shown: String,
    /// Address for an app that makes the codes.
    pub address: String,
}

fn totp(secret: &str) -> AppResult<Totp> {
    let fault = || AppError::BadInput("动态口令的密钥读不懂，请重新设置。".to_owned());
    let secret = Secret::from(unhex(secret).ok_or_else(fault)?);
    Builder::new()
        .with_secret(secret)
        .build()
        .map_err(|_| fault())
}

/// The step of a code that is right at a moment and was not used before.
pub(super) fn step(secret: &str, code: &str, now: i64, used: u64) -> AppResult<Option<u64>> {
    let now = u64::try_from(now).unwrap_or_default();
    let step = totp(secret)?.check(code.trim(), now);
    Ok(step.filter(|step| *step > used))
}

/// A new second factor, not yet in force.
///
/// # Errors
/// The system gives no random numbers.
pub fn new_factor(login: &str, issuer: &str) -> AppResult<Factor> {
    let bytes = random::<20>()?;
    let shown = Secret::from(bytes.to_vec()).to_base32();
    let plain = |text: &str| -> String {
        let bytes = text.bytes();
        bytes.map(|byte| format!("%{byte:02X}")).collect()
    };
    let (issuer, login) = (plain(issuer), plain(login));
    Ok(Factor {
        secret: hex(&bytes),
        address: format!("otpauth://totp/{issuer}:{login}?secret={shown}&issuer={issuer}"),
        shown,
    })
}

/// Puts a second factor into force, with the first code that proves it; gives the recovery codes,
/// told this once.
///
/// # Errors
/// Refused where the code is not right; faults of the store.
pub fn set_factor(ctx: &Ctx<'_>, secret: &str, code: &str) -> AppResult<Vec<String>> {
    let Actor::Account { id, .. } = ctx.actor() else {
        return Err(AppError::Forbidden("请先登录。".to_owned()));
    };
    let wrong = || ctx.refused(RefusalCode::FactorWrong, &[]);
    let step = step(secret, code, ctx.now().as_second(), 0)?.ok_or_else(wrong)?;
    let codes = (0..CODES)
        .map(|_| random_word(12))
        .collect::<AppResult<Vec<String>>>()?;
    let recovery: Vec<String> = codes.iter().map(|code| hashed(code)).collect();
    ctx.change(Act::AccountFactor, |mut load| {
        let known = account::get(&mut load, id)?;
        let mut tx = load.permit(Scope::District)?;
        let known = known.ok_or_else(|| AppError::Forbidden("请先登录。".to_owned()))?;
        let changed = Account {
            factor: Some(secret.to_owned()),
            factor_step: step,
            recovery: recovery.join(" "),
            ..known
        };
        account::change(&mut tx, &changed)?;
        Ok(tx.done((), json!({"account": id, "factor": "set"})))
    })?;
    Ok(codes)
}

/// Takes the own second factor away.
///
/// # Errors
/// Refused where the code is not right; faults of the store.
pub fn drop_factor(ctx: &Ctx<'_>, code: &str) -> AppResult<()> {
    let Actor::Account { id, .. } = ctx.actor() else {
        return Err(AppError::Forbidden("请先登录。".to_owned()));
    };
    ctx.change(Act::AccountFactor, |mut load| {
        let known = account::get(&mut load, id)?;
        let mut tx = load.permit(Scope::District)?;
        let known = known.ok_or_else(|| AppError::Forbidden("请先登录。".to_owned()))?;
        let now = ctx.now().as_second();
        let right = match &known.factor {
            None => return Ok(tx.nothing(())),
            Some(secret) => step(secret, code, now, known.factor_step)?.is_some(),
        };
        if !right {
            return Err(ctx.refused(RefusalCode::FactorWrong, &[]));
        }
        let changed = Account {
            factor: None,
            recovery: String::new(),
            ..known
        };
        account::change(&mut tx, &changed)?;
        Ok(tx.done((), json!({"account": id, "factor": "dropped"})))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    /// The vectors of RFC 6238, appendix B, cut to six digits.
    #[test]
    fn a_code_is_right_for_its_time_and_once() {
        let secret = hex(b"12345678901234567890");
        assert_eq!(step(&secret, "287082", 59, 0).unwrap(), Some(1));
        assert_eq!(step(&secret, "287082", 59, 1).unwrap(), None, "used");
        assert_eq!(step(&secret, "287083", 59, 0).unwrap(), None);
        assert_eq!(
            step(&secret, "005924", 1_234_567_890, 0).unwrap(),
            Some(41_152_263)
        );
        assert!(step("zz", "000000", 0, 0).is_err());
    }
}
