//! Files that departments prepare before they hand them in (待报送文件), with what was corrected in
//! them. The file itself is sealed by whoever stages it; here it is bytes.

use crate::{
    Conn, Tx,
    dialect::{table, words},
    error::Result,
    params,
};
use jiff::Timestamp;

/// What has become of a prepared file. That its time is over is told by the day alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandInState {
    /// To be corrected, released or withdrawn.
    Prepared,
    /// Handed in; without a batch as long as it lands, or where that was interrupted.
    Released,
    /// Taken back by whoever prepared it.
    Withdrawn,
}

impl HandInState {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Released => "released",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [Self::Prepared, Self::Released, Self::Withdrawn];
        all.into_iter().find(|state| state.as_str() == text)
    }
}

words!(HandInState);

table! {
    /// A prepared file. The row stays when the file is removed.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct HandIn in "hand_in" by ["hand_in_id"] {
        /// Id (UUIDv7 text).
        id: String = "hand_in_id",
        /// Department whose file it is.
        department: String,
        /// Catalogue item recognised.
        item: Option<String>,
        /// Base name.
        file_name: String,
        /// SHA-256 of the file, hex.
        file_hash: String,
        /// The same of the file with what was corrected in it.
        edited_hash: String,
        /// Sheet that was asked for; empty where none was.
        sheet: String,
        /// Who prepared it.
        staged_by: String,
        /// When.
        staged_at: Timestamp,
        /// What has become of it.
        state: HandInState,
        /// How often it has changed.
        revision: u32,
        /// Who released or withdrew it.
        ended_by: Option<String>,
        /// When.
        ended_at: Option<Timestamp>,
        /// The batch it became.
        batch_id: Option<String>,
        /// What the last check counted, as JSON.
        counters: String,
    }
}

table! {
    /// A corrected cell.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct HandInEdit in "hand_in_edit" by ["hand_in_id", "sheet_row", "column_number"] {
        /// The prepared file.
        hand_in_id: String,
        /// Line or spreadsheet row from 1.
        sheet_row: u64,
        /// Column from 1.
        column: u32 = "column_number",
        /// What stands there now, sealed; empty once the file is removed.
        value: String,
        /// Who corrected it last.
        edited_by: String,
        /// When.
        edited_at: Timestamp,
    }
}

table! {
    /// The file and what the last check said of it, both sealed.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct HandInContent in "hand_in_content" by ["hand_in_id"] {
        /// The prepared file.
        hand_in_id: String,
        /// The file.
        content: Vec<u8>,
        /// Findings.
        findings: Vec<u8>,
    }
}

/// Adds a prepared file.
///
/// # Errors
/// The store's own.
pub fn add(tx: &mut Tx<'_>, hand_in: &HandIn, content: &HandInContent) -> Result<()> {
    tx.add(hand_in)?;
    tx.put(content)
}

/// The prepared file with this id.
///
/// # Errors
/// The store's own.
pub fn get(conn: &mut Conn, id: &str) -> Result<Option<HandIn>> {
    conn.row("WHERE hand_in_id = $1", params![id])
}

/// The latest files of a department, the newest first.
///
/// # Errors
/// The store's own.
pub fn list(conn: &mut Conn, department: &str, limit: u32) -> Result<Vec<HandIn>> {
    conn.rows(
        "WHERE department = $1 ORDER BY staged_at DESC, hand_in_id DESC LIMIT $2",
        params![department, i64::from(limit)],
    )
}

/// The files of a department that are prepared or have not landed whole, of one item where it is
/// given.
///
/// # Errors
/// The store's own.
pub fn open(conn: &mut Conn, department: &str, item: Option<&str>) -> Result<Vec<HandIn>> {
    conn.rows(
        "WHERE department = $1 AND ($2 = '' OR item = $2) AND (state = 'prepared' \
         OR state = 'released' AND batch_id IS NULL) ORDER BY hand_in_id",
        params![department, item.unwrap_or_default()],
    )
}

/// A file of a department that is prepared and has the same bytes.
///
/// # Errors
/// The store's own.
pub fn prepared(
    conn: &mut Conn,
    department: &str,
    (file_hash, sheet): (&str, &str),
) -> Result<Option<HandIn>> {
    conn.row(
        "WHERE department = $1 AND state = 'prepared' AND file_hash = $2 AND sheet = $3 \
         ORDER BY staged_at DESC",
        params![department, file_hash, sheet],
    )
}

/// Writes a file's row that was read, which must not have changed since.
///
/// # Errors
/// `Conflict` where it has: the whole write runs again.
pub fn change(tx: &mut Tx<'_>, hand_in: &HandIn) -> Result<()> {
    // Locked before it is compared: two who read the same do not both write.
    let place = format!("WHERE hand_in_id = $1{}", tx.kept_until_commit());
    let known: Option<HandIn> = tx.row(&place, params![&hand_in.id])?;
    if known.is_none_or(|known| known.revision != hand_in.revision) {
        return Err(tx.conflict("待报送文件刚刚有了变动".to_owned()));
    }
    tx.put(&HandIn {
        revision: hand_in.revision + 1,
        ..hand_in.clone()
    })
}

/// What was corrected in a file, by row and column.
///
/// # Errors
/// The store's own.
pub fn edits(conn: &mut Conn, id: &str) -> Result<Vec<HandInEdit>> {
    conn.rows(
        "WHERE hand_in_id = $1 ORDER BY sheet_row, column_number",
        params![id],
    )
}

/// Corrects a cell, or corrects it again.
///
/// # Errors
/// The store's own.
pub fn edit(tx: &mut Tx<'_>, edit: &HandInEdit) -> Result<()> {
    tx.put(edit)
}

/// The file, where it is not removed yet.
///
/// # Errors
/// The store's own.
pub fn content(conn: &mut Conn, id: &str) -> Result<Option<HandInContent>> {
    conn.row("WHERE hand_in_id = $1", params![id])
}

/// What the last check said of a file, where it is not removed yet: without the file itself.
///
/// # Errors
/// The store's own.
pub fn findings(conn: &mut Conn, id: &str) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT findings FROM hand_in_content WHERE hand_in_id = $1";
    conn.query_one(sql, params![id], |row| row.get(0))
}

/// Keeps what a new check said.
///
/// # Errors
/// The store's own.
pub fn keep_findings(tx: &mut Tx<'_>, id: &str, findings: &[u8]) -> Result<()> {
    let sql = "UPDATE hand_in_content SET findings = $2 WHERE hand_in_id = $1";
    tx.execute(sql, params![id, findings]).map(drop)
}

/// Removes a file with all that was typed into it; who prepared it and what became of it stays.
///
/// # Errors
/// The store's own.
pub fn forget(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    let sql = "DELETE FROM hand_in_content WHERE hand_in_id = $1";
    tx.execute(sql, params![id])?;
    let sql = "UPDATE hand_in_edit SET value = '' WHERE hand_in_id = $1";
    let own = params![id];
    tx.change("hand_in_edit", (sql, own), ("hand_in_id = $1", own))
        .map(drop)
}

/// Removes the files that were staged before a moment, but for those that are landing. Gives how many.
///
/// # Errors
/// The store's own.
pub fn sweep(tx: &mut Tx<'_>, before: Timestamp) -> Result<usize> {
    let old: Vec<String> = tx.query(
        "SELECT hand_in.hand_in_id FROM hand_in \
         JOIN hand_in_content ON hand_in_content.hand_in_id = hand_in.hand_in_id \
         WHERE hand_in.staged_at < $1 AND (state <> 'released' OR batch_id IS NOT NULL) ORDER BY hand_in.hand_in_id",
        params![before],
        |row| row.get(0),
    )?;
    for id in &old {
        forget(tx, id)?;
    }
    Ok(old.len())
}
