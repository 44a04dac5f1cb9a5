//! Migrations: ordered files with equal numbers and names for both databases, each applied
//! once, in one transaction, with its checksum kept.

use crate::{
    Tx, content,
    db::Options,
    dialect::{Conn, Purpose, Value, whole},
    error::{Result, StoreError, inconsistent},
    location::Location,
    manifest::{Placement, placement},
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// One step of the schema.
struct Migration {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        const MIGRATIONS: &[Migration] = &[$(Migration {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),*];
    };
}

migrations![
    "0001_deployment",
    "0002_subject",
    "0003_intake",
    "0004_record",
    "0005_audit",
    "0006_name_search",
    "0007_person",
    "0008_forward",
    "0009_reading",
    "0010_doubt",
    "0011_wide_sums",
    "0012_account",
    "0013_department_contact",
    "0014_hand_in",
    "0015_forward_file",
    "0016_case",
    "0017_traces",
    "0018_password_used",
    "0019_roster",
    "0020_succession",
    "0021_audit_letter",
    "0022_proof",
    "0023_letter",
    "0024_case_link",
    "0025_agent_binding",
    "0026_rule_set",
    "0027_case_effect",
];

/// The step from which on the audit tells wide sums.
pub(crate) const WIDE_SUMS: u32 = 11;

/// The step from which on the audit tells when steps were taken.
const STEPS_TOLD: u32 = 17;

/// Version of the schema this program works with.
#[allow(clippy::cast_possible_truncation, reason = "a handful of files")]
pub const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// The steps as PostgreSQL takes them, in order.
pub(crate) fn postgres_texts() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(|step| step.postgres)
}

/// What takes away the tables and indexes that a step or a later one made: a database as it was
/// before has none of them.
#[cfg(debug_assertions)]
pub(crate) fn back_before(version: u32) -> Vec<String> {
    let later = postgres_texts().skip(version.saturating_sub(1) as usize);
    let made = later.flat_map(str::lines).filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["CREATE", "TABLE", name, ..] => Some(format!("DROP TABLE {name}")),
            ["CREATE", "INDEX", name, ..] | ["CREATE", "UNIQUE", "INDEX", name, ..] => {
                Some(format!("DROP INDEX {name}"))
            }
            _ => None,
        }
    });
    let mut back: Vec<String> = made.collect();
    back.reverse();
    back
}

/// The steps as SQLite takes them, in order.
pub(crate) fn sqlite_texts() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(|step| step.sqlite)
}

/// The steps that were taken, and objects of the schema, as far as they are not this program's.
pub(crate) fn foreign(conn: &mut Conn) -> Result<Vec<String>> {
    let mut found = conn.foreign_objects(conn.pick(LEDGER_SQLITE, LEDGER))?;
    match require(conn) {
        Err(
            wrong @ (StoreError::Corrupt(_)
            | StoreError::SchemaOlder { .. }
            | StoreError::SchemaNewer { .. }),
        ) => found.push(wrong.to_string()),
        other => other?,
    }
    Ok(found)
}

/// How distributed tables are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// Ordinary tables.
    #[default]
    Whole,
    /// On PostgreSQL, hash partitions by `subject_key`, so that the engine itself refuses a
    /// breach of the distribution contract. No effect on SQLite.
    Partitions(u32),
}

/// What a migration did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Version before; 0 for a new database.
    pub from: u32,
    /// Version now.
    pub to: u32,
}

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)";
const LEDGER_SQLITE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT";

/// Brings the database at `location` to this program's schema, making it where there is none.
///
/// # Errors
/// `SchemaNewer` for a database of a newer program; `Corrupt` where an applied step is not the
/// one this program knows.
pub(crate) fn run(location: &Location, layout: Layout, at: Timestamp) -> Result<Migrated> {
    let mut conn = Conn::open(location, Purpose::Create, &Options::default())?;
    conn.require_byte_order()?;
    conn.begin_write()?;
    // Whoever comes second waits here, and then finds nothing left to do.
    conn.lock_schema()?;
    let ledger = conn.pick(LEDGER_SQLITE, LEDGER);
    conn.batch(ledger)?;
    let from = check(&mut conn)?;
    for (number, step) in MIGRATIONS.iter().enumerate().skip(from as usize) {
        let text = conn.pick(step.sqlite, step.postgres);
        match layout {
            Layout::Partitions(count) if conn.can_partition() => {
                conn.batch(&partitioned(text, count))?;
            }
            _ => conn.batch(text)?,
        }
        conn.execute(
            "INSERT INTO schema_migration (version, name, checksum, applied_at) \
             VALUES ($1, $2, $3, $4)",
            &[
                Value::from(number + 1),
                step.name.into(),
                (&checksum(text)).into(),
                (&whole(at).to_string()).into(),
            ],
        )?;
    }
    let mut tx = Tx::new(&mut conn);
    match from {
        0 => crate::deployment::create(&mut tx, at)?,
        1..STEPS_TOLD => {
            let moments = moments(&mut tx)?;
            take_over(&mut tx, &moments)?;
            if from < WIDE_SUMS {
                content::upgrade(&mut tx, at)?;
            } else {
                content::tell_steps(&mut tx, 0, at)?;
            }
        }
        _ if from < SCHEMA_VERSION => content::tell_steps(&mut tx, from, at)?,
        _ => {}
    }
    conn.commit()?;
    Ok(Migrated {
        from,
        to: SCHEMA_VERSION,
    })
}

/// When each step was taken.
pub(crate) fn moments(conn: &mut Conn) -> Result<Vec<(u32, Timestamp)>> {
    let sql = "SELECT version, applied_at FROM schema_migration";
    conn.query(sql, &[], |row| {
        let (version, at): (u32, String) = (row.get(0)?, row.get(1)?);
        let at = at.parse();
        let at = at.map_err(|_| inconsistent("schema_migration", "applied_at", version))?;
        Ok((version, at))
    })
}

/// Takes these moments over, in whole seconds: earlier programs told parts of them, and a copy is as
/// old as what it is a copy of.
pub(crate) fn take_over(conn: &mut Conn, moments: &[(u32, Timestamp)]) -> Result<()> {
    for (version, at) in moments {
        conn.execute(
            "UPDATE schema_migration SET applied_at = $1 WHERE version = $2",
            &[(&whole(*at).to_string()).into(), (*version).into()],
        )?;
    }
    Ok(())
}

/// The version of an existing database; an error where it is not this program's.
pub(crate) fn require(conn: &mut Conn) -> Result<()> {
    if !conn.has_table("schema_migration")? {
        return Err(StoreError::Missing("库中没有本系统的表".to_owned()));
    }
    let found = check(conn)?;
    if found < SCHEMA_VERSION {
        return Err(StoreError::SchemaOlder {
            found,
            needed: SCHEMA_VERSION,
        });
    }
    Ok(())
}

/// The version of a database that this program can work with, as it is or upgraded.
pub(crate) fn known(conn: &mut Conn) -> Result<u32> {
    if !conn.has_table("schema_migration")? || !conn.has_table("deployment")? {
        return Err(StoreError::Missing("库中没有本系统的表".to_owned()));
    }
    check(conn)
}

fn check(conn: &mut Conn) -> Result<u32> {
    let applied = conn.query(
        "SELECT version, name, checksum FROM schema_migration ORDER BY version",
        &[],
        |row| {
            Ok((
                row.get::<u32>(0)?,
                row.get::<String>(1)?,
                row.get::<String>(2)?,
            ))
        },
    )?;
    let found = applied.last().map_or(0, |(version, ..)| *version);
    if found > SCHEMA_VERSION {
        return Err(StoreError::SchemaNewer {
            found,
            needed: SCHEMA_VERSION,
        });
    }
    for ((version, name, sum), step) in applied.iter().zip(MIGRATIONS) {
        let text = conn.pick(step.sqlite, step.postgres);
        if name != step.name || *sum != checksum(text) {
            return Err(StoreError::Corrupt(format!(
                "第 {version} 步结构变更 {name} 与程序不符"
            )));
        }
    }
    Ok(found)
}

fn checksum(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

pub(crate) use xinheng_domain::hex::hex;

/// The same statements with every distributed table split by the hash of `subject_key`.
fn partitioned(text: &str, count: u32) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    let mut open: Option<&str> = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            let table = rest.split_whitespace().next().unwrap_or_default();
            open = (placement(table) == Some(Placement::Distributed)).then_some(table);
        }
        if let (");", Some(table)) = (line, open) {
            out.push_str(") PARTITION BY HASH (subject_key);\n");
            for part in 0..count {
                let _ = writeln!(
                    out,
                    "CREATE TABLE {table}_p{part} PARTITION OF {table} \
                     FOR VALUES WITH (MODULUS {count}, REMAINDER {part});"
                );
            }
            open = None;
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
