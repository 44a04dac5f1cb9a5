//! The installation itself: id, secret, settings, the rulebook editions it used.

use crate::{
    Conn, Tx,
    audit::new_id,
    dialect::{Insert, Kind},
    error::{Result, StoreError},
    params,
};
use jiff::Timestamp;

/// One installation.
#[derive(Clone, PartialEq, Eq)]
pub struct Deployment {
    /// Id, made at the first migration.
    pub id: String,
    /// Thirty-two random bytes that never leave: record numbers are keyed with them.
    pub secret: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for Deployment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Deployment({})", self.id)
    }
}

/// A rulebook that was in use, kept whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulebookEdition {
    /// Digest over its files.
    pub digest: String,
    /// Short name for people.
    pub label: String,
    /// Its files as one text, in the form the caller chose.
    pub files: String,
    /// When it was first used.
    pub saved_at: Timestamp,
}

pub(crate) fn create(conn: &mut Conn, at: Timestamp) -> Result<()> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)
        .map_err(|error| StoreError::Other(format!("系统随机数不可用：{error}")))?;
    conn.execute(
        "INSERT INTO deployment (id, secret, created_at) VALUES ($1, $2, $3)",
        params![&new_id(at)?, secret.as_slice(), at],
    )
    .map(drop)
}

/// The installation.
///
/// # Errors
/// `Inconsistent` where its row is missing or malformed.
pub fn get(conn: &mut Conn) -> Result<Deployment> {
    conn.query_one(
        "SELECT id, secret, created_at FROM deployment",
        &[],
        |row| {
            let secret: Vec<u8> = row.get(1)?;
            let secret = secret
                .try_into()
                .map_err(|_| crate::error::inconsistent("deployment", "secret", "1"))?;
            Ok(Deployment {
                id: row.get(0)?,
                secret,
                created_at: row.get(2)?,
            })
        },
    )?
    .ok_or_else(|| crate::error::inconsistent("deployment", "id", "-"))
}

/// The value of a setting.
///
/// # Errors
/// The store's own.
pub fn setting(conn: &mut Conn, name: &str) -> Result<Option<String>> {
    conn.query_one(
        "SELECT value FROM setting WHERE name = $1",
        params![name],
        |row| row.get(0),
    )
}

/// Sets a setting.
///
/// # Errors
/// The store's own.
pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<()> {
    tx.bulk(&SETTING, std::iter::once([name.into(), value.into()]))
        .map(drop)
}

const SETTING: Insert<2> = Insert {
    table: "setting",
    columns: [("name", Kind::Text), ("value", Kind::Text)],
    on_conflict: "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
};

/// Keeps a rulebook edition; one already kept stays as it is. Gives whether it is new.
///
/// # Errors
/// The store's own.
pub fn save_rulebook(tx: &mut Tx<'_>, edition: &RulebookEdition) -> Result<bool> {
    let sql = "INSERT INTO rulebook_edition (digest, label, files, saved_at) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (digest) DO NOTHING";
    let values = params![
        &edition.digest,
        &edition.label,
        &edition.files,
        edition.saved_at
    ];
    let place = ("digest = $1", params![&edition.digest]);
    let done = tx.insert("rulebook_edition", (sql, values), (place.0, place.1))?;
    Ok(done == 1)
}

/// The rulebook edition that was saved last.
///
/// # Errors
/// The store's own.
pub fn latest_rulebook(conn: &mut Conn) -> Result<Option<RulebookEdition>> {
    conn.query_one(
        "SELECT digest, label, files, saved_at FROM rulebook_edition \
         ORDER BY saved_at DESC, digest DESC LIMIT 1",
        &[],
        edition,
    )
}

/// A rulebook edition by its digest.
///
/// # Errors
/// The store's own.
pub fn rulebook(conn: &mut Conn, digest: &str) -> Result<Option<RulebookEdition>> {
    conn.query_one(
        "SELECT digest, label, files, saved_at FROM rulebook_edition WHERE digest = $1",
        params![digest],
        edition,
    )
}

fn edition(row: &crate::dialect::Row<'_>) -> Result<RulebookEdition> {
    Ok(RulebookEdition {
        digest: row.get(0)?,
        label: row.get(1)?,
        files: row.get(2)?,
        saved_at: row.get(3)?,
    })
}
