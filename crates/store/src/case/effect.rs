//! What follows from a step about something that is kept elsewhere, exactly once.

use crate::{Conn, Tx, dialect::table, error::Result, params};
use jiff::Timestamp;
use xinheng_domain::case::CaseId;

table! {
    /// An effect as its step noted it, in the case's shard.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CaseEffect in "case_effect" by ["subject_key", "case_tail", "seq", "position"] {
        /// The key by which the case is spread.
        subject_key: String,
        /// The rest of its number.
        case_tail: String,
        /// The event that it follows from.
        seq: u32,
        /// Which of the event's effects, from 1.
        position: u32,
        /// What it is about: there it is done.
        target_key: String,
        /// What is done, with its values, as JSON.
        effect: String,
        /// Why it could not be done yet, in Chinese; empty before it was tried.
        refused: String,
        /// When it was done.
        done_at: Option<Timestamp>,
    }
}

impl CaseEffect {
    /// The case that it follows from.
    #[must_use]
    pub fn case(&self) -> CaseId {
        CaseId::new(&self.subject_key, &self.case_tail)
    }
}

table! {
    /// An effect that was done, beside what it changed, in the target's shard.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EffectDone in "effect_done" by ["subject_key", "case_id", "seq", "position"] {
        /// What it is about.
        subject_key: String,
        /// The case that it follows from.
        case_id: String,
        /// The event that it follows from.
        seq: u32,
        /// Which of the event's effects, from 1.
        position: u32,
        /// When.
        done_at: Timestamp,
    }
}

/// Notes an effect.
///
/// # Errors
/// The store's own.
pub fn add(tx: &mut Tx<'_>, effect: &CaseEffect) -> Result<()> {
    tx.add(effect)
}

/// Says what became of an effect.
///
/// # Errors
/// The store's own.
pub fn put(tx: &mut Tx<'_>, effect: &CaseEffect) -> Result<()> {
    tx.put(effect)
}

/// The effects of a case, in the order of its events.
///
/// # Errors
/// The store's own.
pub fn of_case(conn: &mut Conn, id: &CaseId) -> Result<Vec<CaseEffect>> {
    conn.rows(
        "WHERE subject_key = $1 AND case_tail = $2 ORDER BY seq, position",
        params![id.key(), id.tail()],
    )
}

/// Cases with an effect that is not done, by number: those after one.
///
/// # Errors
/// The store's own.
pub fn unfinished(conn: &mut Conn, after: Option<&CaseId>, limit: u32) -> Result<Vec<CaseId>> {
    let (key, tail) = after.map_or(("", ""), |id| (id.key(), id.tail()));
    conn.query(
        "SELECT DISTINCT subject_key, case_tail FROM case_effect WHERE done_at IS NULL \
         AND (subject_key, case_tail) > ($1, $2) ORDER BY subject_key, case_tail LIMIT $3",
        params![key, tail, i64::from(limit)],
        |row| Ok(CaseId::new(&row.get::<String>(0)?, &row.get::<String>(1)?)),
    )
}

/// When an effect was done where it is about; none where it was not.
///
/// # Errors
/// The store's own.
pub fn done(conn: &mut Conn, effect: &CaseEffect) -> Result<Option<Timestamp>> {
    conn.query_one(
        "SELECT done_at FROM effect_done WHERE subject_key = $1 AND case_id = $2 AND seq = $3 \
         AND position = $4",
        params![
            &effect.target_key,
            &effect.case().0,
            effect.seq,
            effect.position
        ],
        |row| row.get(0),
    )
}

/// Keeps beside what it changed that an effect is done.
///
/// # Errors
/// `Conflict` where somebody else does the same: then this one is taken back.
pub fn add_done(tx: &mut Tx<'_>, effect: &CaseEffect, at: Timestamp) -> Result<()> {
    tx.add(&EffectDone {
        subject_key: effect.target_key.clone(),
        case_id: effect.case().0,
        seq: effect.seq,
        position: effect.position,
        done_at: at,
    })
}
