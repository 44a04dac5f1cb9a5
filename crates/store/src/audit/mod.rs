//! Audit entries: written in the transaction of the change, chained afterwards by one sealer.

mod clock;
pub(crate) mod looks;
mod sealer;
mod verify;

pub use clock::{BEHIND, confirm, last, require};
pub use sealer::Sealer;
pub use verify::{AuditReport, Fault, FaultKind, Faults, verify};

use crate::{
    Conn, Db, Tx,
    dialect::{Insert, Kind, Row, Value, places},
    error::{Result, StoreError},
    migrate::hex,
    params,
    pool::Turn,
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::ops::ControlFlow;
use xinheng_domain::{act::Act, subject::SubjectKey};

/// Who did what, to whom, why.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// When, from the caller's clock.
    pub at: Timestamp,
    /// Who: account, or the command's operator.
    pub actor: String,
    /// What: `noun.verb`, e.g. `batch.seal`.
    pub action: String,
    /// The subject concerned, where there is one.
    pub subject_key: Option<SubjectKey>,
    /// Why, where somebody looked at what is not public.
    pub purpose: Option<String>,
    /// Particulars, without personal data.
    pub detail: serde_json::Value,
}

impl AuditEntry {
    /// An entry about no one subject and without a stated purpose.
    #[must_use]
    pub fn new(at: Timestamp, actor: &str, action: &str, detail: serde_json::Value) -> Self {
        Self {
            at,
            actor: actor.to_owned(),
            action: action.to_owned(),
            subject_key: None,
            purpose: None,
            detail,
        }
    }

    /// Names the subject concerned.
    #[must_use]
    pub fn about(mut self, key: SubjectKey) -> Self {
        self.subject_key = Some(key);
        self
    }

    /// States the purpose of a look.
    #[must_use]
    pub fn for_purpose(mut self, purpose: &str) -> Self {
        self.purpose = Some(purpose.to_owned());
        self
    }
}

/// An entry as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptEntry {
    /// Id, ordered by time.
    pub id: String,
    /// The entry.
    pub entry: AuditEntry,
}

/// Entries chained in one write, at most.
const SEAL_AT_ONCE: usize = 1_000;
/// What the first entry was chained to, before the log began with the deployment.
const GENESIS: &str = "xinheng-audit-1";
/// Name of the detail of the upgrade's entry that tells with what the log would begin.
pub(crate) const BEGUN: &str = "begun";

/// What the first entry is chained to: a hash over the deployment, whose row, and no second one, was
/// there before it.
pub(crate) fn begun(conn: &mut Conn) -> Result<String> {
    let mut parts = Parts::default();
    parts.add(GENESIS);
    let sql = "SELECT id, secret, created_at FROM deployment ORDER BY id";
    conn.stream(sql, &[], |row| {
        let (secret, made): (Vec<u8>, Timestamp) = (row.get(1)?, row.get(2)?);
        for part in [row.get::<String>(0)?, hex(&secret), made.to_string()] {
            parts.add(&part);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(parts.hash())
}

pub(crate) fn append(tx: &mut Tx<'_>, entry: &AuditEntry) -> Result<()> {
    let key = entry.subject_key.as_ref().map_or("", SubjectKey::as_str);
    let id = new_id(entry.at)?;
    let detail = entry.detail.to_string();
    tx.execute(
        "INSERT INTO audit_entry (subject_key, entry_id, at, actor, action, purpose, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            key,
            &id,
            entry.at,
            &entry.actor,
            &entry.action,
            entry.purpose.as_ref(),
            &detail
        ],
    )?;
    tx.execute(
        "INSERT INTO audit_pending (subject_key, entry_id) VALUES ($1, $2)",
        params![key, &id],
    )
    .map(drop)
}

/// An id ordered by time: milliseconds and eighty random bits, in hex.
pub(crate) fn new_id(at: Timestamp) -> Result<String> {
    let mut random = [0; 10];
    getrandom::fill(&mut random)
        .map_err(|error| StoreError::Other(format!("系统随机数不可用：{error}")))?;
    Ok(format!("{:012x}{}", at.as_millisecond(), hex(&random)))
}

const ENTRY: &str = "e.subject_key, e.entry_id, e.at, e.actor, e.action, e.purpose, e.detail";

fn kept(row: &Row<'_>) -> Result<KeptEntry> {
    let key: String = row.get(0)?;
    Ok(KeptEntry {
        id: row.get(1)?,
        entry: AuditEntry {
            at: row.get(2)?,
            actor: row.get(3)?,
            action: row.get(4)?,
            subject_key: (!key.is_empty()).then_some(SubjectKey(key)),
            purpose: row.get(5)?,
            detail: serde_json::from_str(&row.get::<String>(6)?)?,
        },
    })
}

/// Hash over parts, each with its length before it.
#[derive(Default)]
struct Parts(Sha256);

impl Parts {
    fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    fn hash(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Hash over every part of an entry.
fn entry_hash(row: &Row<'_>) -> Result<String> {
    let mut parts = Parts::default();
    for column in [0, 1] {
        parts.add(&row.get::<String>(column)?);
    }
    parts.add(&row.get::<Timestamp>(2)?.to_string());
    for column in [3, 4] {
        parts.add(&row.get::<String>(column)?);
    }
    match row.get::<Option<String>>(5)? {
        Some(purpose) => parts.add(&format!("+{purpose}")),
        None => parts.add("-"),
    }
    parts.add(&row.get::<String>(6)?);
    Ok(parts.hash())
}

/// A line of the log, but for its position and its chain hash.
struct Line {
    subject_key: String,
    entry_id: String,
    entry_hash: String,
    /// Entries up to this one that may have changed what is public.
    changes: u64,
    sealed_at: Timestamp,
}

impl Line {
    /// Chains the whole line to the one before, so that it holds when its body is pruned.
    fn chained(&self, before: &str) -> String {
        let mut parts = Parts::default();
        for part in [
            before,
            &self.subject_key,
            &self.entry_id,
            &self.entry_hash,
            &self.changes.to_string(),
            &self.sealed_at.to_string(),
        ] {
            parts.add(part);
        }
        parts.hash()
    }
}

/// Where an entry stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub position: u64,
    /// The chain up to it.
    pub chain_hash: String,
    /// When it was chained.
    pub sealed_at: Timestamp,
    /// The entry is what was chained there, and it hangs on the one before.
    pub sound: bool,
}

/// Where the entry about `key` stands whose act is `action` and whose detail `is` the one; nothing
/// while it waits for the sealer.
///
/// # Errors
/// The store's own.
pub fn place(
    conn: &mut Conn,
    key: &SubjectKey,
    action: &str,
    is: impl Fn(&serde_json::Value) -> bool,
) -> Result<Option<Place>> {
    let sql = format!(
        "SELECT {ENTRY}, l.position, l.entry_hash, l.chain_hash, l.changes, l.sealed_at, l.subject_key \
         FROM audit_entry e JOIN audit_log l ON l.entry_id = e.entry_id \
         WHERE e.subject_key = $1 AND e.action = $2 ORDER BY l.position"
    );
    let mut found: Option<(i64, String, Line, bool)> = None;
    conn.stream(&sql, params![key, action], |row| {
        if !is(&serde_json::from_str(&row.get::<String>(6)?)?) {
            return Ok(ControlFlow::Continue(()));
        }
        let line = Line {
            subject_key: row.get(12)?,
            entry_id: row.get(1)?,
            entry_hash: row.get(8)?,
            changes: row.get(10)?,
            sealed_at: row.get(11)?,
        };
        let same = entry_hash(row)? == line.entry_hash && line.subject_key == key.as_str();
        found = Some((row.get(7)?, row.get(9)?, line, same));
        Ok(ControlFlow::Break(()))
    })?;
    let Some((position, chain_hash, line, same)) = found else {
        return Ok(None);
    };
    let before = conn.query_one(
        "SELECT chain_hash FROM audit_log WHERE position = $1",
        params![position - 1],
        |row| row.get::<String>(0),
    )?;
    let before = match before {
        Some(before) => before,
        None => begun(conn)?,
    };
    Ok(Some(Place {
        position: u64::try_from(position).unwrap_or_default(),
        sound: same && line.chained(&before) == chain_hash,
        sealed_at: line.sealed_at,
        chain_hash,
    }))
}

/// Appends the hashes of unsealed entries to the log, oldest first. Gives how many.
///
/// # Errors
/// The store's own; then nothing was sealed of the last group.
pub fn seal(db: &Db, at: Timestamp) -> Result<u64> {
    let mut done = 0;
    loop {
        let now = db.retry(Turn::Bulk, |tx| seal_some(tx, at))?;
        done += now;
        if now < SEAL_AT_ONCE as u64 {
            return Ok(done);
        }
    }
}

/// Chains the oldest of the entries that wait, in the running transaction. Gives how many.
pub(crate) fn seal_some(tx: &mut Tx<'_>, at: Timestamp) -> Result<u64> {
    tx.lock_log()?;
    // As both databases keep it.
    let sealed_at = Timestamp::from_second(at.as_second()).unwrap_or(at);
    let last = tx.query_one(
        "SELECT position, chain_hash, changes FROM audit_log ORDER BY position DESC LIMIT 1",
        &[],
        |row| Ok((row.get::<u64>(0)?, row.get::<String>(1)?, row.get(2)?)),
    )?;
    let mut changes: u64 = last.as_ref().map_or(0, |(.., changes)| *changes);
    let last = last.map(|(position, chained, _)| (position, chained));
    // Lines that were taken off the end leave their gap: what follows does not cover it.
    let (mut position, mut chained) = match last.max(head(tx)?) {
        Some(last) => last,
        None => (0, begun(tx)?),
    };
    let sql = format!(
        "SELECT {ENTRY} FROM audit_pending p JOIN audit_entry e \
         ON e.subject_key = p.subject_key AND e.entry_id = p.entry_id \
         ORDER BY p.entry_id, p.subject_key LIMIT $1"
    );
    let waiting = tx.query(&sql, params![SEAL_AT_ONCE], |row| {
        changes += u64::from(is_change(&row.get::<String>(4)?));
        Ok(Line {
            subject_key: row.get(0)?,
            entry_id: row.get(1)?,
            entry_hash: entry_hash(row)?,
            changes,
            sealed_at,
        })
    })?;
    let mut lines = Vec::with_capacity(waiting.len());
    for line in &waiting {
        position += 1;
        chained = line.chained(&chained);
        lines.push((position, line, chained.clone()));
    }
    tx.bulk(
        &LOG,
        lines.iter().map(|(position, line, chained)| {
            [
                Value::from(*position),
                Value::Text(&line.subject_key),
                Value::Text(&line.entry_id),
                Value::Text(&line.entry_hash),
                Value::Text(chained),
                Value::from(line.changes),
                Value::Time(line.sealed_at),
            ]
        }),
    )?;
    if !waiting.is_empty() {
        tx.execute(
            "INSERT INTO audit_head (id, position, chain_hash) VALUES (1, $1, $2) \
             ON CONFLICT (id) DO UPDATE SET position = excluded.position, \
             chain_hash = excluded.chain_hash",
            params![position, &chained],
        )?;
    }
    for line in &waiting {
        tx.execute(
            "DELETE FROM audit_pending WHERE subject_key = $1 AND entry_id = $2",
            params![&line.subject_key, &line.entry_id],
        )?;
    }
    Ok(waiting.len() as u64)
}

/// Position and chain hash of the last line, as whoever wrote it noted them beside the log.
fn head(conn: &mut Conn) -> Result<Option<(u64, String)>> {
    conn.query_one("SELECT position, chain_hash FROM audit_head", &[], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Chains the first line as the program did before the log began with the deployment.
#[cfg(debug_assertions)]
pub(crate) fn begin_as_before(tx: &mut Tx<'_>) -> Result<()> {
    let sql = "SELECT subject_key, entry_id, entry_hash, changes, sealed_at FROM audit_log";
    let line = tx.query_one(sql, &[], |row| {
        Ok(Line {
            subject_key: row.get(0)?,
            entry_id: row.get(1)?,
            entry_hash: row.get(2)?,
            changes: row.get(3)?,
            sealed_at: row.get(4)?,
        })
    })?;
    let chained = line.map(|line| line.chained(GENESIS)).unwrap_or_default();
    tx.execute("UPDATE audit_log SET chain_hash = $1", params![&chained])
        .map(drop)
}

const LOG: Insert<7> = Insert {
    table: "audit_log",
    columns: [
        ("position", Kind::Int),
        ("subject_key", Kind::Text),
        ("entry_id", Kind::Text),
        ("entry_hash", Kind::Text),
        ("chain_hash", Kind::Text),
        ("changes", Kind::Int),
        ("sealed_at", Kind::Time),
    ],
    on_conflict: "",
};

/// Whether an entry may have changed what is public. One whose act this program does not know may.
fn is_change(action: &str) -> bool {
    Act::parse(action).is_none_or(Act::moves_figures)
}

/// How many entries there have been that may have changed what is public: grows with each of
/// them and never shrinks, so that a figure made at the same number is still right. The log
/// carries the sum; few entries wait for the sealer.
///
/// # Errors
/// The store's own.
pub fn changes(conn: &mut Conn) -> Result<u64> {
    let sealed = conn.query_one(
        "SELECT changes FROM audit_log ORDER BY position DESC LIMIT 1",
        &[],
        |row| row.get::<u64>(0),
    )?;
    let waiting = conn.query(
        "SELECT e.action FROM audit_pending p JOIN audit_entry e \
         ON e.subject_key = p.subject_key AND e.entry_id = p.entry_id",
        &[],
        |row| Ok(is_change(&row.get::<String>(0)?)),
    )?;
    let waiting = waiting.into_iter().filter(|change| *change).count();
    Ok(sealed.unwrap_or_default() + waiting as u64)
}

/// Entries, newest first, from before the entry with id `before`.
///
/// # Errors
/// The store's own.
pub fn page(conn: &mut Conn, before: Option<&str>, limit: u32) -> Result<Vec<KeptEntry>> {
    // Ids are hex: `g` is after all of them.
    let before = before.unwrap_or("g");
    let sql = format!(
        "SELECT {ENTRY} FROM audit_entry e WHERE e.entry_id < $1 \
         ORDER BY e.entry_id DESC LIMIT $2"
    );
    conn.query(&sql, params![before, limit], kept)
}

/// The latest entries about a subject by some acts, newest first. One shard.
///
/// # Errors
/// The store's own.
pub fn of_subject(
    conn: &mut Conn,
    key: &str,
    actions: &[&str],
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    if actions.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value<'_>> = actions.iter().map(|action| (*action).into()).collect();
    values.extend([Value::from(key), Value::from(limit)]);
    let sql = format!(
        "SELECT {ENTRY} FROM audit_entry e WHERE e.action IN {} AND e.subject_key = ${} \
         ORDER BY e.entry_id DESC LIMIT ${}",
        places(1, actions.len()),
        actions.len() + 1,
        values.len()
    );
    let found = conn.query(&sql, &values, kept)?;
    Ok(found.into_iter().map(|kept| kept.entry).collect())
}

/// How many entries there have been: grows with every write and never shrinks. Two short looks,
/// since few entries wait for the sealer.
///
/// # Errors
/// The store's own.
pub fn count(conn: &mut Conn) -> Result<u64> {
    let all = conn.query_one(
        "SELECT (SELECT coalesce(max(position), 0) FROM audit_log) \
         + (SELECT count(*) FROM audit_pending)",
        &[],
        |row| row.get::<u64>(0),
    )?;
    Ok(all.unwrap_or_default())
}
