//! Proofs of public wordings, and their salts, which are kept apart and destroyed.

use crate::{
    Conn, Tx,
    dialect::{Row, Value, table},
    error::Result,
    params,
    record::CURRENT,
};
use jiff::{Timestamp, civil::Date};
use xinheng_domain::record::RecordId;

table! {
    /// A proof that was made of a record's public wording.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Proof in "proof" by ["subject_key", "record_tail", "code"] {
        /// The subject's key in the record's number.
        subject_key: String,
        /// The rest of the number.
        record_tail: String,
        /// What stands on paper: unguessable.
        code: String,
        /// Version of the record.
        version: u32,
        /// Hash over salt and wording, hex.
        digest: String,
        /// When it was made.
        made_at: Timestamp,
    }
}

impl Proof {
    /// Number of the record.
    #[must_use]
    pub fn record_id(&self) -> RecordId {
        RecordId(format!("{}-{}", self.subject_key, self.record_tail))
    }
}

/// A proof and its salt, while that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salted {
    /// The proof.
    pub proof: Proof,
    /// Its salt, hex.
    pub salt: Option<String>,
}

const SALTED: &str = "SELECT p.subject_key, p.record_tail, p.code, p.version, p.digest, p.made_at, s.salt \
     FROM proof p";
const SALT_OF: &str = "proof_salt s ON s.subject_key = p.subject_key \
     AND s.record_tail = p.record_tail AND s.code = p.code";

fn salted(row: &Row<'_>) -> Result<Salted> {
    Ok(Salted {
        proof: <Proof as crate::dialect::Stored>::read(row)?,
        salt: row.get(6)?,
    })
}

/// The present proof of a record, where it has one.
///
/// # Errors
/// The store's own.
pub fn of_record(conn: &mut Conn, id: &RecordId) -> Result<Option<Salted>> {
    let sql = format!("{SALTED} JOIN {SALT_OF} WHERE p.subject_key = $1 AND p.record_tail = $2");
    conn.query_one(&sql, params![id.key_text(), id.tail()], salted)
}

/// The proof with this code. Fan-out, over an index.
///
/// # Errors
/// The store's own.
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Salted>> {
    let sql = format!("{SALTED} LEFT JOIN {SALT_OF} WHERE p.code = $1");
    conn.query_one(&sql, params![code], salted)
}

/// Keeps a proof as the present one of its record; the salt of the one before is destroyed.
///
/// # Errors
/// The store's own.
pub fn keep(tx: &mut Tx<'_>, proof: &Proof, salt: &str) -> Result<()> {
    tx.add(proof)?;
    forget(tx, &proof.record_id())?;
    let sql =
        "INSERT INTO proof_salt (subject_key, record_tail, code, salt) VALUES ($1, $2, $3, $4)";
    let values: [Value<'_>; 4] = [
        (&proof.subject_key).into(),
        (&proof.record_tail).into(),
        (&proof.code).into(),
        salt.into(),
    ];
    tx.execute(sql, &values).map(drop)
}

/// Destroys the salt of a record.
///
/// # Errors
/// The store's own.
pub fn forget(tx: &mut Tx<'_>, id: &RecordId) -> Result<()> {
    tx.execute(
        "DELETE FROM proof_salt WHERE subject_key = $1 AND record_tail = $2",
        params![id.key_text(), id.tail()],
    )
    .map(drop)
}

/// Holds for the salts of records that are not public on the day `$1`.
fn over() -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM record r JOIN batch b ON b.batch_id = r.batch_id \
         WHERE r.subject_key = proof_salt.subject_key AND r.record_tail = proof_salt.record_tail \
         AND {CURRENT} AND r.ended_kind IS NULL AND r.public_from <= $1 \
         AND (r.public_until IS NULL OR r.public_until >= $1))"
    )
}

/// Destroys the salts of records that are not public on a day. Gives how many. Fan-out, a whole scan.
///
/// # Errors
/// The store's own.
pub fn forget_over(tx: &mut Tx<'_>, day: Date) -> Result<u64> {
    let sql = format!("DELETE FROM proof_salt WHERE {}", over());
    tx.execute(&sql, params![day])
}

/// How many salts there are of records that are not public on a day. Fan-out, a whole scan.
///
/// # Errors
/// The store's own.
pub fn outlived(conn: &mut Conn, day: Date) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM proof_salt WHERE {}", over());
    let found = conn.query_one(&sql, params![day], |row| row.get(0))?;
    Ok(found.unwrap_or_default())
}
