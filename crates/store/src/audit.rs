//! Audit entries: written in the transaction of the change, chained afterwards by one sealer.

use crate::{
    Conn, Db, Tx,
    dialect::{Insert, Kind, Row, Value},
    error::{Result, StoreError},
    migrate::hex,
    params,
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::ops::ControlFlow;
use xinheng_domain::subject::SubjectKey;

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

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditReport {
    /// Entries in the log.
    pub sealed: u64,
    /// Entries that wait for the sealer.
    pub unsealed: u64,
    /// Entries in the log whose body is no longer kept.
    pub pruned: u64,
    /// The first place in the log where body, hash or chain do not agree.
    pub first_broken: Option<BrokenAt>,
}

/// A place in the log that does not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenAt {
    /// Position in the log, from 1.
    pub position: u64,
    /// Entry id.
    pub entry_id: String,
    /// What is wrong, in Chinese.
    pub fault: String,
}

/// Entries chained in one write, at most.
const SEAL_AT_ONCE: usize = 1_000;
/// What the first entry is chained to.
const GENESIS: &str = "xinheng-audit-1";

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

/// Hash over every part of an entry, each with its length before it.
fn entry_hash(row: &Row<'_>) -> Result<String> {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    for column in [0, 1] {
        part(&row.get::<String>(column)?);
    }
    part(&row.get::<Timestamp>(2)?.to_string());
    for column in [3, 4] {
        part(&row.get::<String>(column)?);
    }
    match row.get::<Option<String>>(5)? {
        Some(purpose) => part(&format!("+{purpose}")),
        None => part("-"),
    }
    part(&row.get::<String>(6)?);
    Ok(hex(&hash.finalize()))
}

fn chain(before: &str, entry: &str) -> String {
    hex(&Sha256::new()
        .chain_update(before)
        .chain_update(entry)
        .finalize())
}

/// Appends the hashes of unsealed entries to the log, oldest first. Gives how many.
///
/// # Errors
/// The store's own; then nothing was sealed of the last group.
pub fn seal(db: &Db, at: Timestamp) -> Result<u64> {
    let mut done = 0;
    loop {
        let now = db.retry(|tx| seal_some(tx, at))?;
        done += now;
        if now < SEAL_AT_ONCE as u64 {
            return Ok(done);
        }
    }
}

fn seal_some(tx: &mut Tx<'_>, at: Timestamp) -> Result<u64> {
    let last = tx.query_one(
        "SELECT position, chain_hash FROM audit_log ORDER BY position DESC LIMIT 1",
        &[],
        |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?)),
    )?;
    let (mut position, mut chained) = last.unwrap_or((0, GENESIS.to_owned()));
    let sql = format!(
        "SELECT {ENTRY} FROM audit_pending p JOIN audit_entry e \
         ON e.subject_key = p.subject_key AND e.entry_id = p.entry_id \
         ORDER BY p.entry_id, p.subject_key LIMIT $1"
    );
    let waiting = tx.query(&sql, params![SEAL_AT_ONCE], |row| {
        Ok((
            row.get::<String>(0)?,
            row.get::<String>(1)?,
            entry_hash(row)?,
        ))
    })?;
    let mut lines = Vec::with_capacity(waiting.len());
    for (key, id, hash) in &waiting {
        position += 1;
        chained = chain(&chained, hash);
        lines.push((position, key, id, hash, chained.clone()));
    }
    tx.bulk(
        &LOG,
        lines.iter().map(|(position, key, id, hash, chained)| {
            [
                Value::Int(*position),
                Value::Text(key),
                Value::Text(id),
                Value::Text(hash),
                Value::Text(chained),
                Value::Time(at),
            ]
        }),
    )?;
    for (key, id, _) in &waiting {
        tx.execute(
            "DELETE FROM audit_pending WHERE subject_key = $1 AND entry_id = $2",
            params![key, id],
        )?;
    }
    Ok(waiting.len() as u64)
}

const LOG: Insert<6> = Insert {
    table: "audit_log",
    columns: [
        ("position", Kind::Int),
        ("subject_key", Kind::Text),
        ("entry_id", Kind::Text),
        ("entry_hash", Kind::Text),
        ("chain_hash", Kind::Text),
        ("sealed_at", Kind::Time),
    ],
    on_conflict: "",
};

/// Recomputes the whole log and compares it with the entries.
///
/// # Errors
/// The store's own; a broken log is an answer, not an error.
pub fn verify(conn: &mut Conn) -> Result<AuditReport> {
    let mut report = AuditReport::default();
    let mut before = GENESIS.to_owned();
    let sql = format!(
        "SELECT {ENTRY}, l.entry_hash, l.chain_hash, l.position, l.entry_id FROM audit_log l \
         LEFT JOIN audit_entry e ON e.subject_key = l.subject_key AND e.entry_id = l.entry_id \
         ORDER BY l.position"
    );
    conn.stream(&sql, &[], |row| {
        report.sealed += 1;
        let (hash, chained): (String, String) = (row.get(7)?, row.get(8)?);
        let position: u64 = row.get(9)?;
        let fault = if position != report.sealed {
            Some("日志缺号")
        } else if chain(&before, &hash) != chained {
            Some("哈希链不相接")
        } else if row.get::<Option<String>>(1)?.is_none() {
            report.pruned += 1;
            None
        } else if entry_hash(row)? != hash {
            Some("正文与哈希不符")
        } else {
            None
        };
        before = chained;
        match fault {
            None => Ok(ControlFlow::Continue(())),
            Some(fault) => {
                let entry_id = row.get(10)?;
                report.first_broken = Some(BrokenAt {
                    position,
                    entry_id,
                    fault: fault.to_owned(),
                });
                Ok(ControlFlow::Break(()))
            }
        }
    })?;
    report.unsealed = conn
        .query_one(
            "SELECT count(*) FROM audit_entry e \
             WHERE NOT EXISTS (SELECT 1 FROM audit_log l WHERE l.entry_id = e.entry_id)",
            &[],
            |row| row.get::<u64>(0),
        )?
        .unwrap_or_default();
    Ok(report)
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

/// How many entries there have been: grows with every write and never shrinks, so that an answer
/// made at the same number is still right. Two short looks, since few entries wait for the sealer.
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
