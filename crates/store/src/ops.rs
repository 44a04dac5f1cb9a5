//! For operators: backup, verification, size.

use crate::{
    Db,
    audit::{self, AuditReport},
    error::Result,
    migrate::SCHEMA_VERSION,
};
use std::path::Path;

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Version of the schema.
    pub schema: u32,
    /// What the engine's own check says; empty = sound.
    pub integrity: Vec<String>,
    /// Rows per table.
    pub rows: Vec<(&'static str, u64)>,
    /// Versions of records whose follow-up is not marked: must be 0.
    pub unmarked_versions: u64,
    /// The audit log, recomputed.
    pub audit: AuditReport,
}

impl Verification {
    /// Whether nothing is amiss. Unsealed entries are no fault: the sealer follows.
    #[must_use]
    pub fn sound(&self) -> bool {
        self.integrity.is_empty()
            && self.unmarked_versions == 0
            && self.audit.first_broken.is_none()
    }
}

/// Writes a copy of the whole database to `target`, while it is in use.
///
/// # Errors
/// `Unsupported` on PostgreSQL, with advice; `Conflict` where `target` exists; the store's own.
pub fn backup(db: &Db, target: &Path) -> Result<()> {
    db.bare()?.backup(target)
}

/// Checks the whole database: the engine's own check, the audit log, and what must hold
/// between rows.
///
/// # Errors
/// The store's own; what is amiss is an answer, not an error.
pub fn verify(db: &Db) -> Result<Verification> {
    let integrity = db.bare()?.integrity()?;
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
                 AND r.record_id = n.record_id AND r.version = n.version - 1 \
                 WHERE n.version > 1 AND NOT r.followed",
                &[],
                |row| row.get(0),
            )?
            .unwrap_or_default();
        let audit = audit::verify(conn)?;
        Ok(Verification {
            schema: SCHEMA_VERSION,
            integrity,
            rows,
            unmarked_versions,
            audit,
        })
    })
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

/// Refreshes what the engine knows about the spread of values; after large loads.
///
/// # Errors
/// The store's own.
pub fn analyze(db: &Db) -> Result<()> {
    let mut conn = db.bare()?;
    let sql = conn.pick("PRAGMA analysis_limit = 1000; PRAGMA optimize;", "ANALYZE");
    conn.batch(sql)
}
