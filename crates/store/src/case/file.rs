//! Files that belong to a case (办件材料). The content is sealed by whoever adds it; here it is bytes.

use crate::{Conn, Tx, dialect::table, error::Result, params};
use jiff::Timestamp;
use xinheng_domain::case::CaseId;

table! {
    /// A file of a case. The row stays when the content is removed.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CaseFile in "case_file" by ["subject_key", "case_tail", "file_id"] {
        /// The key by which the case is spread.
        subject_key: String,
        /// The rest of its number.
        case_tail: String,
        /// Id (UUIDv7 text).
        id: String = "file_id",
        /// Base name.
        file_name: String,
        /// Media type, as its content was recognised.
        media_type: String,
        /// Size in bytes.
        bytes: u64,
        /// SHA-256 of the content, hex.
        file_hash: String,
        /// Who added it.
        added_by: String,
        /// In which role.
        role: String,
        /// For which department; none for the office.
        department: Option<String>,
        /// When.
        added_at: Timestamp,
        /// Who removed it.
        removed_by: Option<String>,
        /// When.
        removed_at: Option<Timestamp>,
    }
}

table! {
    struct Content in "case_file_content" by ["subject_key", "case_tail", "file_id"] {
        subject_key: String,
        case_tail: String,
        file_id: String,
        content: Vec<u8>,
    }
}

/// Adds a file with its sealed content.
///
/// # Errors
/// The store's own.
pub fn add(tx: &mut Tx<'_>, file: &CaseFile, sealed: Vec<u8>) -> Result<()> {
    tx.add(file)?;
    tx.put(&Content {
        subject_key: file.subject_key.clone(),
        case_tail: file.case_tail.clone(),
        file_id: file.id.clone(),
        content: sealed,
    })
}

/// Writes that a file was removed, and removes its content.
///
/// # Errors
/// The store's own.
pub fn remove(tx: &mut Tx<'_>, file: &CaseFile) -> Result<()> {
    tx.put(file)?;
    let sql = "DELETE FROM case_file_content \
               WHERE subject_key = $1 AND case_tail = $2 AND file_id = $3";
    let of = params![&file.subject_key, &file.case_tail, &file.id];
    tx.execute(sql, of).map(drop)
}

/// The files of a case, removed ones among them, in the order in which they came.
///
/// # Errors
/// The store's own.
pub fn of_case(conn: &mut Conn, id: &CaseId) -> Result<Vec<CaseFile>> {
    conn.rows(
        "WHERE subject_key = $1 AND case_tail = $2 ORDER BY added_at, file_id",
        params![id.key(), id.tail()],
    )
}

/// The sealed content of a file; none where it was removed.
///
/// # Errors
/// The store's own.
pub fn content(conn: &mut Conn, file: &CaseFile) -> Result<Option<Vec<u8>>> {
    let found: Option<Content> = conn.row(
        "WHERE subject_key = $1 AND case_tail = $2 AND file_id = $3",
        params![&file.subject_key, &file.case_tail, &file.id],
    )?;
    Ok(found.map(|c| c.content))
}
