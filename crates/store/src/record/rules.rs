//! Publicity dates are a cache of the rulebook's answer: who is held back, whose answer is of
//! another rulebook, and writing new answers.

use super::{CURRENT, SOURCES, STORED, Stored, insert::Basis, stored};
use crate::{Conn, Tx, dialect::Value, error::Result, params, proof};
use jiff::civil::Date;
use xinheng_domain::{
    publicity::PublicityColumns,
    record::{ClockColumns, Ended, RecordId},
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

/// Current records held back that stand behind this one and its alarm, in the order of [`held`].
/// Fan-out.
///
/// # Errors
/// The store's own.
pub fn held_behind(conn: &mut Conn, after: (Date, &RecordId), limit: u32) -> Result<Vec<Held>> {
    let sql = format!(
        "SELECT {STORED} FROM {SOURCES} WHERE r.alarm_on IS NOT NULL AND r.alarm_on >= $1 \
         AND (r.alarm_on, r.subject_key, r.record_tail) > ($1, $2, $3) \
         AND r.ended_kind IS NULL AND {CURRENT} ORDER BY r.alarm_on, r.subject_key, r.record_tail LIMIT $4"
    );
    let (alarm, id) = after;
    let values = params![alarm, id.key_text(), id.tail(), limit];
    conn.query(&sql, values, stored)
}

/// How many [`held`] would give.
///
/// # Errors
/// The store's own.
pub fn count_held(conn: &mut Conn, day: Date, limit: u32) -> Result<u64> {
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM record r JOIN batch b ON b.batch_id = r.batch_id \
         WHERE r.alarm_on IS NOT NULL AND r.alarm_on <= $1 AND r.ended_kind IS NULL AND {CURRENT} \
         LIMIT $2) held"
    );
    count(conn, &sql, params![day, limit])
}

fn count(conn: &mut Conn, sql: &str, values: &[Value<'_>]) -> Result<u64> {
    let count = conn.query_one(sql, values, |row| row.get(0))?;
    Ok(count.unwrap_or_default())
}

/// Current records that one person has withheld and no second one has spoken about, the longest
/// waiting first. Fan-out.
///
/// # Errors
/// The store's own.
pub fn withheld(conn: &mut Conn, limit: u32) -> Result<Vec<Stored>> {
    let sql = format!(
        "SELECT {STORED} FROM {SOURCES} WHERE r.ended_kind = 'withheld' AND {CURRENT} \
         ORDER BY r.ended_on, r.subject_key, r.record_tail LIMIT $1"
    );
    conn.query(&sql, params![limit], stored)
}

/// How many [`withheld`] would give.
///
/// # Errors
/// The store's own.
pub fn count_withheld(conn: &mut Conn, limit: u32) -> Result<u64> {
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM record r JOIN batch b ON b.batch_id = r.batch_id \
         WHERE r.ended_kind = 'withheld' AND {CURRENT} LIMIT $1) withheld"
    );
    count(conn, &sql, params![limit])
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

/// What is computed of a version from its content, the acts and the rulebook: a cache, never the
/// content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computed {
    /// Publicity dates.
    pub publicity: PublicityColumns,
    /// The publishing clock.
    pub clock: Option<ClockColumns>,
    /// The first receipt of the decision.
    pub first_received_on: Date,
    /// How the record is over.
    pub ended: Option<Ended>,
    /// What it takes the place of has shown the version to the public already.
    pub once_public: bool,
}

/// Writes what is computed of a version anew. Gives `false` where there is no such version.
///
/// # Errors
/// The store's own.
pub fn update(
    tx: &mut Tx<'_>,
    (id, version): (&RecordId, u32),
    computed: &Computed,
) -> Result<bool> {
    let Some(key) = id.subject_key() else {
        return Ok(false);
    };
    let (publicity, ended) = (&computed.publicity, computed.ended.as_ref());
    let clock = computed.clock.as_ref();
    let basis = Basis::of(publicity, clock);
    let basis_id = basis.id();
    basis.keep(tx, &basis_id)?;
    let sql = "UPDATE record SET public_from = $4, public_until = $5, publicity_class = $6, \
         earliest_repair = $7, alarm_on = $8, basis_id = $9, deadline = $10, \
         deadline_provisional = $11, first_received_on = $12, \
         once_public = CASE WHEN $13 THEN TRUE ELSE once_public END, ended_kind = $14, \
         ended_on = $15, ended_grounds = $16, replaced_by = $17 \
         WHERE subject_key = $1 AND record_tail = $2 AND version = $3";
    let values = params![
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
        computed.first_received_on,
        computed.once_public,
        ended.map(|e| e.kind.as_str()),
        ended.map(|e| e.on),
        ended.map(|e| &e.grounds),
        ended.and_then(|e| e.replaced_by.as_ref())
    ];
    let place = (
        "subject_key = $1 AND record_tail = $2 AND version = $3",
        params![&key, id.tail(), version],
    );
    let done = tx.change("record", (sql, values), (place.0, place.1))?;
    if ended.is_some() || publicity.from.is_none() {
        proof::forget(tx, id)?;
    }
    Ok(done == 1)
}
