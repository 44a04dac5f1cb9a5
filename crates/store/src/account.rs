//! People who sign in, their roles over time, and who is signed in.

use crate::{
    Conn, Tx,
    content::TOLD,
    dialect::{Value, table},
    error::Result,
    params,
};
use jiff::{Timestamp, civil::Date};
use std::{collections::HashSet, ops::ControlFlow};
use xinheng_domain::{act::Act, permission::Membership};

table! {
    /// An account. Nobody is deleted: who acted stays known.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Account in "account" by ["account_id"] {
        /// Id (UUIDv7 text): never changes.
        id: String = "account_id",
        /// What is typed at the sign-in.
        login: String,
        /// The person's name.
        name: String,
        /// Argon2id, as a PHC string; empty until the first password is set.
        password: String,
        /// The password was given by somebody else and is changed at the next sign-in.
        password_given: bool,
        /// Nobody signs in with it.
        locked: bool,
        /// Secret of the second factor, in hexadecimal.
        factor: Option<String>,
        /// The last step of it that was used.
        factor_step: u64,
        /// SHA-256 of the recovery codes that are left, parted by blanks.
        recovery: String,
        /// Account of the operating system whose commands this person gives.
        os_user: Option<String>,
        /// Made by the demo.
        demo: bool,
        /// How often it has changed.
        revision: u32,
        /// Who made it.
        made_by: String,
        /// When.
        made_at: Timestamp,
    }
}

table! {
    /// A role of an account, as granted.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Granted in "membership" by ["account_id", "role", "department", "valid_from"] {
        /// The account.
        account_id: String,
        /// Role id.
        role: String,
        /// Department; empty for a role of the office.
        department: String,
        /// First day.
        from: Date = "valid_from",
        /// Last day.
        until: Option<Date> = "valid_until",
        /// Who granted it.
        granted_by: String,
        /// When.
        granted_at: Timestamp,
    }
}

impl Granted {
    /// As permissions know it.
    #[must_use]
    pub fn membership(&self) -> Membership {
        Membership {
            role: self.role.clone(),
            department: Some(self.department.clone()).filter(|code| !code.is_empty()),
            from: self.from,
            until: self.until,
        }
    }
}

table! {
    /// A password that somebody chose: of the last few, so that none of them comes again.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PasswordUsed in "password_used" by ["account_id", "set_at"] {
        /// The account.
        account_id: String,
        /// When it was chosen.
        set_at: Timestamp,
        /// As in `account`.
        password: String,
    }
}

table! {
    /// A sign-in that lasts.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Session in "session" by ["token_hash"] {
        /// SHA-256 of the token, hex.
        token_hash: String,
        /// Whose it is.
        account_id: String,
        /// The department for which the person acts; empty for the office.
        department: String,
        /// Where it began.
        address: String,
        /// When.
        begun_at: Timestamp,
        /// The last request that was noted.
        seen_at: Timestamp,
        /// It ends then, whatever is done.
        ends_at: Timestamp,
    }
}

impl Session {
    /// What the entry of the sign-in tells of it: what nobody began is known by that.
    #[must_use]
    pub fn told(&self) -> serde_json::Value {
        serde_json::json!({
            "account": self.account_id, "address": self.address, "outcome": "begun",
            "session": self.token_hash, "ends_at": self.ends_at.as_second(),
        })
    }
}

/// Sessions without the entry of a sign-in that began them: how many. Fan-out.
///
/// # Errors
/// The store's own.
pub(crate) fn unknown_sessions(conn: &mut Conn) -> Result<u64> {
    let mut begun = HashSet::new();
    let sql = "SELECT at, detail FROM audit_entry WHERE action = $1";
    conn.stream(sql, params![Act::AccountSignIn.id()], |row| {
        let (at, detail): (Timestamp, String) = (row.get(0)?, row.get(1)?);
        // What cannot be read begins nothing, and the audit's own check tells it.
        let mut detail: serde_json::Value = serde_json::from_str(&detail).unwrap_or_default();
        if let Some(told) = detail.as_object_mut() {
            told.remove(TOLD);
        }
        begun.insert((at, detail.to_string()));
        Ok(ControlFlow::Continue(()))
    })?;
    let mut sessions: Vec<Session> = conn.rows("", &[])?;
    sessions.retain(|session| !begun.contains(&(session.begun_at, session.told().to_string())));
    Ok(sessions.len() as u64)
}

table! {
    /// Failed sign-ins of a name from an address.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Failures in "sign_in" by ["login_hash", "address"] {
        /// SHA-256 of the name, hex.
        login_hash: String,
        /// From where.
        address: String,
        /// So many since the last success.
        failures: u32,
        /// The last one.
        last_at: Timestamp,
    }
}

/// The account with this id.
///
/// # Errors
/// The store's own.
pub fn get(conn: &mut Conn, id: &str) -> Result<Option<Account>> {
    conn.row("WHERE account_id = $1", params![id])
}

/// The account with this login.
///
/// # Errors
/// The store's own.
pub fn by_login(conn: &mut Conn, login: &str) -> Result<Option<Account>> {
    conn.row("WHERE login = $1", params![login])
}

/// The account bound to an account of the operating system.
///
/// # Errors
/// The store's own.
pub fn by_os_user(conn: &mut Conn, os_user: &str) -> Result<Option<Account>> {
    conn.row("WHERE os_user = $1", params![os_user])
}

/// All accounts, by login.
///
/// # Errors
/// The store's own.
pub fn all(conn: &mut Conn) -> Result<Vec<Account>> {
    conn.rows("ORDER BY login", &[])
}

/// Adds an account.
///
/// # Errors
/// `Conflict` where the login is taken.
pub fn add(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    tx.add(account)
}

/// Writes an account that was read, which must not have changed since.
///
/// # Errors
/// `Conflict` where it has: the whole write runs again.
pub fn change(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    // Locked by this before it is compared: of two who read it, the second comes too late.
    let guard =
        "UPDATE account SET revision = revision + 1 WHERE account_id = $1 AND revision = $2";
    let of = params![&account.id, account.revision];
    let done = tx.change("account", (guard, of), ("account_id = $1", &of[..1]))?;
    if done != 1 {
        return Err(tx.conflict("账号刚刚有了变动".to_owned()));
    }
    tx.put(&Account {
        revision: account.revision + 1,
        ..account.clone()
    })
}

/// Passwords that somebody chose, the latest first.
///
/// # Errors
/// The store's own.
pub fn passwords(conn: &mut Conn, id: &str) -> Result<Vec<PasswordUsed>> {
    conn.rows("WHERE account_id = $1 ORDER BY set_at DESC", params![id])
}

/// Keeps a chosen password, and of those before it none that is older than `since`.
///
/// # Errors
/// The store's own.
pub fn keep_password(tx: &mut Tx<'_>, used: &PasswordUsed, since: Option<Timestamp>) -> Result<()> {
    tx.put(used)?;
    let Some(since) = since else {
        return Ok(());
    };
    let older = "account_id = $1 AND set_at < $2";
    let of = params![&used.account_id, since];
    let sql = format!("DELETE FROM password_used WHERE {older}");
    tx.change("password_used", (&sql, of), (older, of))
        .map(drop)
}

/// When the password was chosen that counts now, where it was kept.
///
/// # Errors
/// The store's own.
pub fn password_set_at(conn: &mut Conn, id: &str) -> Result<Option<Timestamp>> {
    let sql = "SELECT MAX(set_at) FROM password_used WHERE account_id = $1";
    let found = conn.query_one(sql, params![id], |row| row.get::<Option<Timestamp>>(0))?;
    Ok(found.flatten())
}

/// The roles of an account, all that it ever had.
///
/// # Errors
/// The store's own.
pub fn granted(conn: &mut Conn, id: &str) -> Result<Vec<Granted>> {
    conn.rows(
        "WHERE account_id = $1 ORDER BY role, department, valid_from",
        params![id],
    )
}

/// The roles of all accounts.
///
/// # Errors
/// The store's own.
pub fn all_granted(conn: &mut Conn) -> Result<Vec<Granted>> {
    conn.rows("ORDER BY account_id, role, department, valid_from", &[])
}

/// Grants a role, or changes until when one is granted.
///
/// # Errors
/// The store's own.
pub fn grant(tx: &mut Tx<'_>, granted: &Granted) -> Result<()> {
    tx.put(granted)
}

/// The session with this hash of a token.
///
/// # Errors
/// The store's own.
pub fn session(conn: &mut Conn, token_hash: &str) -> Result<Option<Session>> {
    conn.row("WHERE token_hash = $1", params![token_hash])
}

/// The sessions of an account, the latest first.
///
/// # Errors
/// The store's own.
pub fn sessions(conn: &mut Conn, account_id: &str) -> Result<Vec<Session>> {
    conn.rows(
        "WHERE account_id = $1 ORDER BY begun_at DESC, token_hash",
        params![account_id],
    )
}

/// Begins or continues a session.
///
/// # Errors
/// The store's own.
pub fn keep_session(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    tx.put(session)
}

/// Ends the sessions of an account, or one of them.
///
/// # Errors
/// The store's own.
pub fn end_sessions(tx: &mut Tx<'_>, account_id: &str, token_hash: Option<&str>) -> Result<u64> {
    tx.execute(
        "DELETE FROM session WHERE account_id = $1 AND ($2 = '' OR token_hash = $2)",
        params![account_id, token_hash.unwrap_or_default()],
    )
}

/// Removes sessions that have ended, and failures that no longer count.
///
/// # Errors
/// The store's own.
pub fn sweep(tx: &mut Tx<'_>, now: Timestamp, failed_before: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM session WHERE ends_at < $1", params![now])?;
    tx.execute(
        "DELETE FROM sign_in WHERE last_at < $1",
        params![failed_before],
    )?;
    Ok(())
}

/// Failures of a name from everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Everywhere {
    /// So many.
    pub failures: u64,
    /// The last one.
    pub last_at: Option<Timestamp>,
}

/// Failures of a name: those from an address, and those from everywhere since a moment.
///
/// # Errors
/// The store's own.
pub fn failures(
    conn: &mut Conn,
    (login_hash, address): (&str, &str),
    since: Timestamp,
) -> Result<(Option<Failures>, Everywhere)> {
    let here = conn.row(
        "WHERE login_hash = $1 AND address = $2",
        params![login_hash, address],
    )?;
    let all = conn.query_one(
        "SELECT CAST(COALESCE(SUM(failures), 0) AS BIGINT), MAX(last_at) FROM sign_in \
         WHERE login_hash = $1 AND last_at >= $2",
        params![login_hash, since],
        |row| {
            Ok(Everywhere {
                failures: row.get(0)?,
                last_at: row.get(1)?,
            })
        },
    )?;
    Ok((here, all.unwrap_or_default()))
}

/// Notes failures.
///
/// # Errors
/// The store's own.
pub fn note_failures(tx: &mut Tx<'_>, failures: &Failures) -> Result<()> {
    tx.put(failures)
}

/// Forgets them after a success.
///
/// # Errors
/// The store's own.
pub fn forget_failures(tx: &mut Tx<'_>, login_hash: &str, address: &str) -> Result<()> {
    let values: &[Value<'_>] = params![login_hash, address];
    tx.execute(
        "DELETE FROM sign_in WHERE login_hash = $1 AND address = $2",
        values,
    )
    .map(drop)
}
