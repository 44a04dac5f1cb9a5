//! The clock of whoever writes against that of the last entry: a clock that was set back would
//! make a late report one in time.

use super::{AuditEntry, append, seal_some};
use crate::{
    Conn, Db, Tx, deployment,
    error::{Result, StoreError},
    pool::Turn,
};
use jiff::{SignedDuration, Timestamp};

/// How far a clock may stand before the last entry: machines that share a database differ by less.
pub const BEHIND: SignedDuration = SignedDuration::from_mins(5); // no law: ours, about machines

/// The setting that holds the last entry of a clock that stood too far ahead.
const MISTAKEN: &str = "clock.mistaken";

/// The moment that an entry's id begins with, to the millisecond.
pub(super) fn moment(entry_id: &str) -> Option<Timestamp> {
    let digits = entry_id.get(..12)?;
    Timestamp::from_millisecond(i64::from_str_radix(digits, 16).ok()?).ok()
}

/// The latest moment of all entries. Where a clock that had stood too far ahead was confirmed to be
/// right since, the entries of that time do not count until it has come: then it is the moment of
/// the last line of the log, or of an entry that waits to be the next.
///
/// # Errors
/// The store's own.
pub fn last(conn: &mut Conn) -> Result<Option<Timestamp>> {
    let latest = conn.query_one("SELECT max(entry_id) FROM audit_entry", &[], |row| {
        row.get::<Option<String>>(0)
    })?;
    let mistaken = deployment::setting(conn, MISTAKEN)?;
    let latest = latest
        .flatten()
        .filter(|id| mistaken.is_none_or(|until| *id > until));
    if let Some(latest) = latest {
        return Ok(moment(&latest));
    }
    let ids = conn.query_one(
        "SELECT (SELECT entry_id FROM audit_log ORDER BY position DESC LIMIT 1), \
         (SELECT max(entry_id) FROM audit_pending)",
        &[],
        |row| Ok([row.get::<Option<String>>(0)?, row.get::<Option<String>>(1)?]),
    )?;
    let ids = ids.into_iter().flatten().flatten();
    Ok(ids.filter_map(|id| moment(&id)).max())
}

/// Refuses a moment further behind that of the last entry than [`BEHIND`].
///
/// # Errors
/// `ClockBehind`; the store's own.
pub fn require(conn: &mut Conn, at: Timestamp) -> Result<()> {
    match last(conn)? {
        Some(last) if last.duration_since(at) > BEHIND => {
            Err(StoreError::ClockBehind { now: at, last })
        }
        _ => Ok(()),
    }
}

/// Writes an entry that says the clock is right although it stands before the last one. It
/// becomes the last line of the log, so that the clock is held against it from now on.
///
/// # Errors
/// The store's own.
pub fn confirm(db: &Db, entry: &AuditEntry) -> Result<()> {
    let all = |tx: &mut Tx<'_>| {
        while seal_some(tx, entry.at)? > 0 {}
        Ok::<_, StoreError>(())
    };
    db.retry(Turn::Person, |tx| {
        all(tx)?;
        let latest = tx.query_one("SELECT max(entry_id) FROM audit_entry", &[], |row| {
            row.get::<Option<String>>(0)
        })?;
        deployment::set(tx, MISTAKEN, &latest.flatten().unwrap_or_default())?;
        let mut entry = entry.clone();
        tx.tell(&mut entry);
        append(tx, &entry)?;
        all(tx)
    })
}
