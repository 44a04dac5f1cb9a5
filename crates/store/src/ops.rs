//! For operators: backup, restoring, verification, size.

mod names;

pub use names::{NameFaults, verify_names};

use crate::{
    Conn, Db, Location, account,
    audit::{self, AuditReport},
    content::{self, Difference},
    dialect::Row,
    error::{Result, StoreError},
    migrate::{self, SCHEMA_VERSION, hex},
    params,
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashMap,
    ops::ControlFlow,
    path::{Path, PathBuf},
};
use xinheng_domain::record::RecordId;

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Version of the schema.
    pub schema: u32,
    /// What the engine's own check says, and objects that are not those of the migrations; empty =
    /// sound.
    pub integrity: Vec<String>,
    /// Rows per table.
    pub rows: Vec<(&'static str, u64)>,
    /// Versions of records whose follow-up is not marked: must be 0.
    pub unmarked_versions: u64,
    /// Versions of records whose batch is not there: nobody sees them, and they keep others out.
    pub without_batch: u64,
    /// The audit log, recomputed.
    pub audit: AuditReport,
    /// Position and chain hash of the last line of the audit log.
    pub head: Option<(u64, String)>,
    /// Versions of records whose content is not the one their hash was made of.
    pub altered: Problems,
    /// Decisions of officers that differ from what the audit says of them.
    pub decisions: Problems,
    /// Sessions that no sign-in began.
    pub unknown_sessions: u64,
    /// Where what the tables hold is not what the audit entries together say was put into them.
    pub differences: Vec<Difference>,
}

/// What is amiss: how many, and the first of them by record number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    /// How many.
    pub count: u64,
    /// The first twenty.
    pub first: Vec<String>,
}

impl Problems {
    fn add(&mut self, record: String) {
        self.count += 1;
        if self.first.len() < 20 {
            self.first.push(record);
        }
    }
}

/// What became of the database that stood where another was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// There was none.
    Nothing,
    /// It was sound, and this file is a backup of it.
    Copy(PathBuf),
    /// It was damaged, and was moved here as it is.
    Aside(PathBuf),
}

impl Verification {
    /// Whether nothing is amiss. Unsealed entries are no fault: the sealer follows.
    #[must_use]
    pub fn sound(&self) -> bool {
        self.integrity.is_empty()
            && self.unmarked_versions == 0
            && self.without_batch == 0
            && self.audit.faults.is_empty()
            && self.altered.count == 0
            && self.decisions.count == 0
            && self.unknown_sessions == 0
            && self.differences.is_empty()
    }
}

/// Writes a copy of one state of the whole database to `target`, while it is in use; `told` is
/// told of pages copied and of all.
///
/// # Errors
/// `Unsupported` on PostgreSQL, with advice, and where `target` exists or cannot be made;
/// `TargetFull`; the store's own.
pub fn backup(db: &Db, target: &Path, told: &mut dyn FnMut(u64, u64)) -> Result<()> {
    db.bare_reader()?.backup(target, told)
}

/// Whether the database lies where nothing can be written: then no act leaves an entry.
///
/// # Errors
/// The store's own.
pub fn is_read_only(db: &Db) -> Result<bool> {
    Ok(db.bare_reader()?.is_read_only())
}

/// Reads from the backup `from`, where it is sound and of a version this program knows: what
/// [`restore`] asks first.
///
/// # Errors
/// `Missing`, `Corrupt`, `SchemaNewer`: it is not; what `read` gives.
pub fn examine<T, E: From<StoreError>>(
    from: &Path,
    read: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    read(&mut sound_backup(from)?)
}

fn sound_backup(from: &Path) -> Result<Conn> {
    let mut source = Conn::open_backup(from)?;
    if let Some(problem) = source.integrity()?.into_iter().next() {
        return Err(StoreError::Corrupt(problem));
    }
    // One that could not be upgraded afterwards is refused while everything is as it was. Before the
    // last step tables are missing, and the upgrade itself looks.
    if migrate::known(&mut source)? + 1 == migrate::WIDE_SUMS {
        content::upgradable(&mut source)?;
    }
    Ok(source)
}

/// Puts the content of the backup `from` into the database at `location`, while it is in use or
/// not; what was there is kept beside it, under a name with `stamp`.
///
/// # Errors
/// `Unsupported` on PostgreSQL, with advice; those of [`examine`]; the store's own. Until the
/// last step, which happens whole or not at all, the database is as it was.
pub fn restore(location: &Location, from: &Path, stamp: &str) -> Result<Kept> {
    sound_backup(from)?.restore_to(location, stamp)
}

/// Checks the whole database: the engine's own check, the audit log, and what must hold
/// between rows.
///
/// # Errors
/// The store's own; what is amiss is an answer, not an error.
pub fn verify(db: &Db) -> Result<Verification> {
    let mut integrity = db.bare()?.integrity()?;
    integrity.extend(verify_schema(db)?);
    db.read(|conn| {
        let mut rows = Vec::new();
        for (table, _) in crate::manifest::TABLES {
            let sql = format!("SELECT count(*) FROM {table}");
            rows.push((
                *table,
                conn.query_one(&sql, &[], |row| row.get(0))?
                    .unwrap_or_default(),
            ));
        }
        let unmarked_versions = conn
            .query_one(
                "SELECT count(*) FROM record n JOIN record r ON r.subject_key = n.subject_key \
                 AND r.record_tail = n.record_tail AND r.version = n.version - 1 \
                 WHERE n.version > 1 AND NOT r.followed",
                &[],
                |row| row.get(0),
            )?
            .unwrap_or_default();
        let without_batch = conn
            .query_one(
                "SELECT count(*) FROM record r WHERE NOT EXISTS \
                 (SELECT 1 FROM batch b WHERE b.batch_id = r.batch_id)",
                &[],
                |row| row.get(0),
            )?
            .unwrap_or_default();
        let head = conn.query_one(
            "SELECT position, chain_hash FROM audit_log ORDER BY position DESC LIMIT 1",
            &[],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let mut differences = content::differences(conn)?;
        differences.extend(names::difference(conn)?);
        Ok(Verification {
            schema: SCHEMA_VERSION,
            integrity,
            rows,
            unmarked_versions,
            without_batch,
            audit: audit::verify(conn)?,
            head,
            altered: altered(conn)?,
            decisions: decisions(conn)?,
            unknown_sessions: account::unknown_sessions(conn)?,
            differences,
        })
    })
}

/// What the database is made of and was not made by this program's steps, or is missing of it.
///
/// # Errors
/// The store's own; what is amiss is an answer, not an error.
pub fn verify_schema(db: &Db) -> Result<Vec<String>> {
    migrate::foreign(&mut *db.bare()?)
}

/// The chain hash at a position of the audit log, from 1: for who noted it earlier.
///
/// # Errors
/// The store's own.
pub fn chain_hash(db: &Db, position: u64) -> Result<Option<String>> {
    let position = i64::try_from(position).unwrap_or(i64::MAX);
    db.read(|conn| {
        conn.query_one(
            "SELECT chain_hash FROM audit_log WHERE position = $1",
            params![position],
            |row| row.get(0),
        )
    })
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// The id of the record whose key and tail come first in a row.
fn record_id(row: &Row<'_>) -> Result<RecordId> {
    Ok(RecordId::new(&row.get(0)?, &row.get::<String>(1)?))
}

/// Versions whose content hash is not that of their payload. A version that only says by which
/// record another was replaced has a hash over both.
fn altered(conn: &mut Conn) -> Result<Problems> {
    let mut found = Problems::default();
    conn.stream(
        "SELECT subject_key, record_tail, content_hash, payload, replaced_by FROM record",
        &[],
        |row| {
            let (kept, content): (String, String) = (row.get(2)?, digest(&row.get::<String>(3)?));
            let by: Option<String> = row.get(4)?;
            let tombstone = |by: String| digest(&format!("{content}\n{by}")) == kept;
            if content != kept && !by.is_some_and(tombstone) {
                found.add(record_id(row)?.0);
            }
            Ok(ControlFlow::Continue(()))
        },
    )?;
    Ok(found)
}

/// Decisions without their audit entry, and audit entries without their decision: each is
/// written with the other, with the same words, actor and moment.
fn decisions(conn: &mut Conn) -> Result<Problems> {
    // What was decided, the words, who, when.
    type Said = (String, String, String, String, String);
    let mut told: HashMap<Said, i64> = HashMap::new();
    conn.stream(
        "SELECT detail, actor FROM audit_entry \
         WHERE action IN ('record.decide', 'record.end', 'case.open', 'case.step')",
        &[],
        |row| {
            // What cannot be read says nothing, and the audit's own check tells it.
            let detail: serde_json::Value =
                serde_json::from_str(&row.get::<String>(0)?).unwrap_or_default();
            let actor: String = row.get(1)?;
            let acts = match (detail.get("acts"), detail.get("case")) {
                (Some(acts), _) => acts.as_array().map_or(&[][..], Vec::as_slice),
                (None, Some(_)) => &[],
                (None, None) => std::slice::from_ref(&detail),
            };
            for act in acts {
                let text = |name: &str| {
                    let value = act.get(name).and_then(serde_json::Value::as_str);
                    value.unwrap_or_default().to_owned()
                };
                let kind = text("kind");
                let kind = if kind.is_empty() { "class" } else { &kind };
                let what = format!("{kind} {}", text("class"));
                let said = (
                    text("record"),
                    what,
                    text("grounds"),
                    actor.clone(),
                    text("at"),
                );
                *told.entry(said).or_default() += 1;
            }
            Ok(ControlFlow::Continue(()))
        },
    )?;
    conn.stream(
        "SELECT subject_key, record_tail, kind, class, grounds, actor, acted_at FROM record_act",
        &[],
        |row| {
            let (kind, class): (String, Option<String>) = (row.get(2)?, row.get(3)?);
            let what = format!("{kind} {}", class.unwrap_or_default());
            let at: jiff::Timestamp = row.get(6)?;
            let said = (
                record_id(row)?.0,
                what,
                row.get(4)?,
                row.get(5)?,
                at.to_string(),
            );
            *told.entry(said).or_default() -= 1;
            Ok(ControlFlow::Continue(()))
        },
    )?;
    let mut records: Vec<String> = told
        .into_iter()
        .filter(|(_, open)| *open != 0)
        .map(|(said, _)| said.0)
        .collect();
    records.sort_unstable();
    records.dedup();
    let mut found = Problems::default();
    records.into_iter().for_each(|record| found.add(record));
    Ok(found)
}

/// Size of the database in bytes.
///
/// # Errors
/// The store's own.
pub fn size(db: &Db) -> Result<u64> {
    db.read(|conn| {
        let sql = conn.pick(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            "SELECT pg_database_size(current_database())",
        );
        Ok(conn
            .query_one(sql, &[], |row| row.get(0))?
            .unwrap_or_default())
    })
}

/// Refreshes what a server knows about the spread of values; after large loads. No plan of SQLite
/// rests on it.
///
/// # Errors
/// The store's own.
pub fn analyze(db: &Db) -> Result<()> {
    db.bare()?.analyze()
}
