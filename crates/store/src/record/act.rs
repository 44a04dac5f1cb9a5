//! Acts about a record: added, never changed; and the guard that they share with landing.

use super::{CURRENT, SOURCES, STORED, Stored, stored};
use crate::{
    Conn, Tx,
    error::{Result, StoreError, inconsistent},
    params,
};
use jiff::{Timestamp, civil::Date};
use xinheng_domain::record::{RecordAct, RecordActKind, RecordId};

/// Adds an act, after those there are.
///
/// # Errors
/// `Conflict` where another writer was faster: the whole write runs again; `Other` where the
/// record id is malformed.
pub fn add_act(tx: &mut Tx<'_>, act: &RecordAct) -> Result<()> {
    let Some(key) = act.record_id.subject_key() else {
        return Err(StoreError::Other(format!(
            "记录编号有误：{}",
            act.record_id
        )));
    };
    let tail = act.record_id.tail();
    let position = tx
        .query_one(
            "SELECT COALESCE(MAX(position), 0) + 1 FROM record_act \
             WHERE subject_key = $1 AND record_tail = $2",
            params![&key, tail],
            |row| row.get::<u32>(0),
        )?
        .unwrap_or(1);
    let sql = "INSERT INTO record_act (subject_key, record_tail, position, kind, class, facts, \
         grounds, actor, acted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = params![
        &key,
        tail,
        position,
        act.kind.as_str(),
        act.class.as_ref(),
        act.facts.as_ref(),
        &act.grounds,
        &act.actor,
        act.at
    ];
    let place = (
        "subject_key = $1 AND record_tail = $2 AND position = $3",
        params![&key, tail, position],
    );
    tx.insert("record_act", (sql, values), (place.0, place.1))
        .map(drop)
}

/// The acts about a record, in the order in which they were done.
///
/// # Errors
/// The store's own.
pub fn acts(conn: &mut Conn, id: &RecordId) -> Result<Vec<RecordAct>> {
    let Some(key) = id.subject_key() else {
        return Ok(Vec::new());
    };
    conn.query(
        "SELECT kind, class, facts, grounds, actor, acted_at \
         FROM record_act WHERE subject_key = $1 AND record_tail = $2 ORDER BY position",
        params![&key, id.tail()],
        |row| {
            let kind: String = row.get(0)?;
            Ok(RecordAct {
                record_id: id.clone(),
                kind: RecordActKind::parse(&kind)
                    .ok_or_else(|| inconsistent("record_act", "kind", &kind))?,
                class: row.get(1)?,
                facts: row.get(2)?,
                grounds: row.get(3)?,
                actor: row.get(4)?,
                at: row.get(5)?,
            })
        },
    )
}

/// What acts are decided on: the versions they concern, and the guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The visible version, and staged ones above it, in order. [`Stored::sealed_at`] of a staged
    /// one is the moment of its staging.
    pub versions: Vec<Stored>,
    /// How often the record has changed.
    pub revision: u32,
}

impl Whole {
    /// The visible version.
    #[must_use]
    pub fn current(&self) -> Option<&Stored> {
        self.versions.first()
    }
}

/// The visible version of a record and all above it, those of refused batches left out. `None`
/// where nothing of it is visible. One shard.
///
/// # Errors
/// The store's own.
pub fn whole(conn: &mut Conn, id: &RecordId) -> Result<Option<Whole>> {
    let Some(key) = id.subject_key() else {
        return Ok(None);
    };
    let Some(revision) = conn.query_one(
        "SELECT revision FROM record WHERE subject_key = $1 AND record_tail = $2 AND version = 1",
        params![&key, id.tail()],
        |row| row.get::<u32>(0),
    )?
    else {
        return Ok(None);
    };
    let columns = STORED.replace("b.sealed_at", "COALESCE(b.sealed_at, b.staged_at)");
    let sql = format!(
        "SELECT {columns} FROM {SOURCES} WHERE r.subject_key = $1 AND r.record_tail = $2 \
         AND b.refused_at IS NULL AND r.version >= (SELECT MAX(v.version) FROM record v \
         JOIN batch vb ON vb.batch_id = v.batch_id WHERE v.subject_key = $1 \
         AND v.record_tail = $2 AND vb.sealed_at IS NOT NULL) ORDER BY r.version"
    );
    let versions = conn.query(&sql, params![&key, id.tail()], stored)?;
    Ok((!versions.is_empty()).then_some(Whole { versions, revision }))
}

/// Counts a change of a record, which must not have changed since its `revision` was read.
///
/// # Errors
/// `Conflict` where it has: the whole write runs again.
pub fn guard(tx: &mut Tx<'_>, id: &RecordId, revision: u32) -> Result<()> {
    let key = id.key_text();
    let done = tx.execute(
        "UPDATE record SET revision = revision + 1 WHERE subject_key = $1 AND record_tail = $2 \
         AND version = 1 AND revision = $3",
        params![key, id.tail(), revision],
    )?;
    if done == 1 {
        return Ok(());
    }
    Err(tx.conflict(format!("记录“{id}”刚刚有了变动")))
}

/// The day a record was received for the first time, by its versions that were not refused.
///
/// # Errors
/// The store's own.
pub fn first_received_on(conn: &mut Conn, id: &RecordId) -> Result<Option<Date>> {
    let found = conn.query_one(
        "SELECT MIN(b.received_on) FROM record r JOIN batch b ON b.batch_id = r.batch_id \
         WHERE r.subject_key = $1 AND r.record_tail = $2 AND b.refused_at IS NULL",
        params![id.key_text(), id.tail()],
        |row| row.get::<Option<Date>>(0),
    )?;
    Ok(found.flatten())
}

/// When the first version of a record became visible.
///
/// # Errors
/// The store's own.
pub fn first_sealed_at(conn: &mut Conn, id: &RecordId) -> Result<Option<Timestamp>> {
    let found = conn.query_one(
        "SELECT MIN(b.sealed_at) FROM record r JOIN batch b ON b.batch_id = r.batch_id \
         WHERE r.subject_key = $1 AND r.record_tail = $2",
        params![id.key_text(), id.tail()],
        |row| row.get::<Option<Timestamp>>(0),
    )?;
    Ok(found.flatten())
}

/// Current records of a department whose decision was annulled or changed on `since` or later, the
/// latest first. Fan-out, over an index of such records alone.
///
/// # Errors
/// The store's own.
pub fn no_more(conn: &mut Conn, department: &str, since: Date, limit: u32) -> Result<Vec<Stored>> {
    let sql = format!(
        "SELECT {STORED} FROM {SOURCES} WHERE r.ended_kind IN ('annulled', 'changed') \
         AND r.ended_on >= $1 AND r.department = $2 AND {CURRENT} \
         ORDER BY r.ended_on DESC, r.subject_key, r.record_tail LIMIT $3"
    );
    conn.query(&sql, params![since, department, limit], stored)
}

/// Records of a batch that have a later version from another one: what they took from this batch
/// is to be looked at again when it is abandoned. Fan-out, a whole scan.
///
/// # Errors
/// The store's own.
pub fn followed_elsewhere(conn: &mut Conn, batch_id: &str) -> Result<Vec<RecordId>> {
    conn.query(
        "SELECT DISTINCT r.subject_key, r.record_tail FROM record r WHERE r.batch_id = $1 \
         AND r.followed AND EXISTS (SELECT 1 FROM record n WHERE n.subject_key = r.subject_key \
         AND n.record_tail = r.record_tail AND n.version > r.version AND n.batch_id <> $1) \
         ORDER BY 1, 2",
        params![batch_id],
        |row| Ok(RecordId::new(&row.get(0)?, &row.get::<String>(1)?)),
    )
}
