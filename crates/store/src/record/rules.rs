//! Publicity dates are a cache of the rulebook's answer: who is held back, whose answer is of
//! another rulebook, and writing new answers.

use super::{CURRENT, SOURCES, STORED, Stored, insert::Basis, stored};
use crate::{Conn, Tx, error::Result, params};
use jiff::civil::Date;
use xinheng_domain::{
    publicity::PublicityColumns,
    record::{ClockColumns, RecordId},
};

/// A record that is held back.
pub type Held = Stored;

/// Current records held back whose alarm is on or before `day`, the earliest alarm first.
/// Fan-out.
///
/// # Errors
/// The store's own.
pub fn held(conn: &mut Conn, day: Date, limit: u32) -> Result<Vec<Held>> {
    let sql = format!(
        "SELECT {STORED} FROM {SOURCES} WHERE r.alarm_on IS NOT NULL AND r.alarm_on <= $1 \
         AND r.ended_kind IS NULL AND {CURRENT} ORDER BY r.alarm_on, r.subject_key, r.record_tail LIMIT $2"
    );
    conn.query(&sql, params![day, limit], stored)
}

/// Current records whose dates were computed with another rulebook than `digest`, in order of
/// id after `after`. Fan-out.
///
/// # Errors
/// The store's own.
pub fn stale(
    conn: &mut Conn,
    digest: &str,
    after: Option<&RecordId>,
    limit: u32,
) -> Result<Vec<Stored>> {
    let (key, tail) = after.map_or(("", ""), |id| (id.key_text(), id.tail()));
    let sql = format!(
        "SELECT {STORED} FROM {SOURCES} WHERE w.rulebook <> $1 \
         AND (r.subject_key, r.record_tail) > ($2, $3) \
         AND {CURRENT} ORDER BY r.subject_key, r.record_tail LIMIT $4"
    );
    conn.query(&sql, params![digest, key, tail, limit], stored)
}

/// Writes another answer of the rulebook beside a version: the cache, never the content.
/// `once_public`: the answer it takes the place of has shown the version to the public already.
/// Gives `false` where there is no such version.
///
/// # Errors
/// The store's own.
pub fn update_publicity(
    tx: &mut Tx<'_>,
    (id, version): (&RecordId, u32),
    publicity: &PublicityColumns,
    clock: Option<&ClockColumns>,
    once_public: bool,
) -> Result<bool> {
    let Some(key) = id.subject_key() else {
        return Ok(false);
    };
    let basis = Basis {
        rulebook: &publicity.rulebook,
        trace: &publicity.trace,
        never: publicity.never.as_deref(),
        clock_rule: clock.map(|c| c.rule.as_str()),
        clock_calendar: clock.map(|c| c.calendar.as_str()),
    };
    let basis_id = basis.id();
    basis.keep(tx, &basis_id)?;
    let done = tx.execute(
        "UPDATE record SET public_from = $4, public_until = $5, publicity_class = $6, \
         earliest_repair = $7, alarm_on = $8, basis_id = $9, deadline = $10, \
         deadline_provisional = $11, received_on = $12, once_public = CASE WHEN $13 THEN TRUE ELSE once_public END \
         WHERE subject_key = $1 AND record_tail = $2 AND version = $3",
        params![
            &key,
            id.tail(),
            version,
            publicity.from,
            publicity.until,
            publicity.class.as_ref(),
            publicity.earliest_repair,
            publicity.alarm_on,
            &basis_id,
            clock.map(|c| c.deadline),
            clock.map(|c| c.provisional),
            clock.map(|c| c.received_on),
            once_public
        ],
    )?;
    Ok(done == 1)
}
