//! Signing in. Nobody learns from the answer whether an account exists.

use super::{Door, factor, hashed, password, random, session};
use crate::{AppError, AppResult, Ctx, Scope};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use xinheng_domain::{act::Act, hex::hex, refusal::RefusalCode};
use xinheng_rulebook::{LOCK_AFTER, LOCK_MINUTES, SESSION_LONGEST};
use xinheng_store::{
    Tx,
    account::{self, Account, Failures, Session},
};

/// What was typed, and where.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    /// The login.
    pub login: &'a str,
    /// The password.
    pub password: &'a str,
    /// A one-time code or a recovery code; empty where there is none.
    pub code: &'a str,
    /// Address of the visitor.
    pub address: &'a str,
    /// At which listener.
    pub door: Door,
    /// What a browser shows that has signed in before.
    pub known: Option<&'a str>,
}

/// A session that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// The token: told once, of which only the hash is kept.
    pub token: String,
    /// What the browser keeps, to be known next time.
    pub known: String,
    /// It ends then at the latest.
    pub ends_at: Timestamp,
}

fn before(at: Timestamp, minutes: u32) -> Timestamp {
    let span = SignedDuration::from_mins(i64::from(minutes));
    at.checked_sub(span).unwrap_or(Timestamp::MIN)
}

enum Outcome {
    Begun(Begun),
    Wrong,
    CodeMissing,
}

/// Signs in with what was typed. A failure is counted and leaves its entry, as a success does.
///
/// # Errors
/// Refused where it is wrong, or where too much was tried; busy where a name is tried from many
/// places; faults of the store.
pub fn sign_in(ctx: &Ctx<'_>, typed: SignIn<'_>) -> AppResult<Begun> {
    let login = typed.login.trim().to_lowercase();
    let (after, minutes) = (ctx.number(LOCK_AFTER)?, ctx.number(LOCK_MINUTES)?);
    let login_hash = hashed(&login);
    let place = (login_hash.as_str(), typed.address);
    let since = before(ctx.now(), minutes);
    let (known, here, all) = ctx.load(Act::AccountSignIn, |conn| {
        let (here, all) = account::failures(conn, place, since)?;
        let known = account::by_login(conn, &login)?;
        // At the wrong listener an account is as unknown as one that is not there.
        let known = match known {
            Some(known) if typed.door.opens_for(conn, &known.id)? => Some(known),
            _ => None,
        };
        Ok((known, here, all))
    })?;
    let familiar = known
        .as_ref()
        .is_some_and(|account| typed.known == Some(browser(ctx, account).as_str()));
    // A browser that is known is kept out by nobody's failures: not by those behind the same address,
    // and not by those who try the name from many.
    if !familiar {
        let here = here.filter(|here| here.last_at >= since);
        if here.is_some_and(|here| here.failures >= after) {
            let minutes = minutes.to_string();
            return Err(ctx.refused(RefusalCode::SignInLocked, &[("minutes", &minutes)]));
        }
        let just = |at: Timestamp| ctx.now().duration_since(at).as_secs() < 1;
        if all.failures >= u64::from(after) * 2 && all.last_at.is_some_and(just) {
            return Err(AppError::Busy { retry_after: 1 });
        }
    }
    let usable = known.as_ref().filter(|account| !account.locked);
    let kept = usable.map(|account| account.password.as_str());
    let right = password::is_right(typed.password, kept)?;
    let outcome = ctx.change(Act::AccountSignIn, |mut load| {
        // Read again: it may have been locked meanwhile.
        let account = match usable {
            Some(usable) => account::get(&mut load, &usable.id)?,
            None => None,
        };
        let account = account.filter(|account| right && !account.locked);
        let passed = account.map(|account| second(ctx, account, typed.code));
        let failures = account::failures(&mut load, place, since)?.0;
        let mut tx = load.permit(Scope::District)?;
        let id = known.as_ref().map(|account| account.id.clone());
        let fail = match passed.transpose()? {
            Some(Second::Passed(account)) => {
                account::forget_failures(&mut tx, &login_hash, typed.address)?;
                account::change(&mut tx, &account)?;
                account::sweep(&mut tx, ctx.now(), since)?;
                let (begun, told) = begin(ctx, &mut tx, &account, typed.address)?;
                return Ok(tx.done(Outcome::Begun(begun), told));
            }
            Some(Second::Missing) => return Ok(tx.nothing(Outcome::CodeMissing)),
            Some(Second::Wrong) | None => Outcome::Wrong,
        };
        let before = failures.filter(|f| f.last_at >= since);
        let failed = Failures {
            login_hash: login_hash.clone(),
            address: typed.address.to_owned(),
            failures: before.map_or(0, |f| f.failures) + 1,
            last_at: ctx.now(),
        };
        account::note_failures(&mut tx, &failed)?;
        let told = json!({"account": id, "address": typed.address, "outcome": "wrong"});
        Ok(tx.done(fail, told))
    })?;
    match outcome {
        Outcome::Begun(begun) => Ok(begun),
        Outcome::Wrong => Err(ctx.refused(RefusalCode::SignInWrong, &[])),
        Outcome::CodeMissing => Err(ctx.refused(RefusalCode::FactorMissing, &[])),
    }
}

/// What a browser keeps, to be known next time.
fn browser(ctx: &Ctx<'_>, account: &Account) -> String {
    ctx.deployment().tail("browser", &[&account.id])
}

/// Begins a session, and gives what its entry tells.
pub(super) fn begin(
    ctx: &Ctx<'_>,
    tx: &mut Tx<'_>,
    account: &Account,
    address: &str,
) -> AppResult<(Begun, serde_json::Value)> {
    let token = hex(&random::<32>()?);
    let longest = i64::from(ctx.number(SESSION_LONGEST)?);
    let ends_at = ctx.now().checked_add(SignedDuration::from_mins(longest));
    let ends_at = ends_at.unwrap_or(Timestamp::MAX);
    let session = Session {
        token_hash: hashed(&token),
        account_id: account.id.clone(),
        department: session::first_desk(tx, &account.id, ctx.today())?,
        address: address.to_owned(),
        begun_at: ctx.now(),
        seen_at: ctx.now(),
        ends_at,
    };
    account::keep_session(tx, &session)?;
    let begun = Begun {
        token,
        known: browser(ctx, account),
        ends_at,
    };
    Ok((begun, session.told()))
}

enum Second {
    /// With what has changed: the step or the recovery code is used up.
    Passed(Box<Account>),
    Missing,
    Wrong,
}

fn second(ctx: &Ctx<'_>, mut account: Account, code: &str) -> AppResult<Second> {
    let Some(secret) = &account.factor else {
        return Ok(Second::Passed(Box::new(account)));
    };
    let code = code.trim();
    if code.is_empty() {
        return Ok(Second::Missing);
    }
    if let Some(step) = factor::step(secret, code, ctx.now().as_second(), account.factor_step)? {
        account.factor_step = step;
        return Ok(Second::Passed(Box::new(account)));
    }
    let used = hashed(&code.to_lowercase());
    let left: Vec<&str> = account.recovery.split(' ').collect();
    if !left.contains(&used.as_str()) {
        return Ok(Second::Wrong);
    }
    let left: Vec<&str> = left.into_iter().filter(|kept| *kept != used).collect();
    account.recovery = left.join(" ");
    Ok(Second::Passed(Box::new(account)))
}
