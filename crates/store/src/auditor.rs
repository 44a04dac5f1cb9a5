//! Letters by which auditors look (审计函件): who, by whose letter, at what, from when until when.

use crate::{Conn, Tx, dialect::table, error::Result, params};
use jiff::{Timestamp, civil::Date};
use xinheng_domain::permission::Reach;

table! {
    /// A letter. Its days may be shortened; it is never removed.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AuditLetter in "audit_letter" by ["letter_id"] {
        /// Id (UUIDv7 text).
        id: String = "letter_id",
        /// The account of the auditor.
        account_id: String,
        /// Who wrote it.
        issuer: String,
        /// Its number.
        number: String = "document_number",
        /// Its date.
        dated: Date = "dated_on",
        /// Codes of the departments at which they look, parted by blanks; empty for the whole district.
        departments: String,
        /// First day.
        from: Date = "valid_from",
        /// Last day.
        until: Date = "valid_until",
        /// Who entered it.
        entered_by: String,
        /// When.
        entered_at: Timestamp,
    }
}

impl AuditLetter {
    /// Codes of the departments at which they look; none for the whole district.
    #[must_use]
    pub fn named_departments(&self) -> Vec<&str> {
        self.departments.split_whitespace().collect()
    }
}

/// How far letters reach together; `None` without a letter.
#[must_use]
pub fn reach(letters: &[AuditLetter]) -> Option<Reach> {
    if letters.iter().any(|letter| letter.departments.is_empty()) {
        return Some(Reach::Everywhere);
    }
    let named = letters.iter().flat_map(AuditLetter::named_departments);
    let named = named.map(str::to_owned).collect();
    (!letters.is_empty()).then_some(Reach::Departments(named))
}

/// How letters are named as the ground of a look.
#[must_use]
pub fn named(letters: &[AuditLetter]) -> String {
    let one = |letter: &AuditLetter| format!("凭{}{}", letter.issuer, letter.number);
    let named: Vec<String> = letters.iter().map(one).collect();
    named.join("，")
}

/// Enters a letter, or changes until when it holds.
///
/// # Errors
/// The store's own.
pub fn enter(tx: &mut Tx<'_>, letter: &AuditLetter) -> Result<()> {
    tx.put(letter)
}

/// The letter with this id.
///
/// # Errors
/// The store's own.
pub fn get(conn: &mut Conn, id: &str) -> Result<Option<AuditLetter>> {
    conn.row("WHERE letter_id = $1", params![id])
}

/// All letters, the latest first.
///
/// # Errors
/// The store's own.
pub fn all(conn: &mut Conn) -> Result<Vec<AuditLetter>> {
    conn.rows("ORDER BY valid_until DESC, letter_id DESC", &[])
}

/// Those by which an account looks on a day.
///
/// # Errors
/// The store's own.
pub fn in_force(conn: &mut Conn, account: &str, day: Date) -> Result<Vec<AuditLetter>> {
    conn.rows(
        "WHERE account_id = $1 AND valid_from <= $2 AND valid_until >= $2 ORDER BY letter_id",
        params![account, day],
    )
}
