//! Who acts for which organisation (单位经办), and by which document that the office looked at.

use crate::{Conn, Tx, dialect::table, error::Result, params};
use jiff::{Timestamp, civil::Date};

table! {
    /// An organisation's agent. It may be ended; it is never removed.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Binding in "agent_binding" by ["binding_id"] {
        /// Id (UUIDv7 text).
        id: String = "binding_id",
        /// The account of the agent.
        account_id: String,
        /// Key of the organisation.
        subject_key: String,
        /// Kind of the document that was looked at.
        document: String,
        /// Its number, where it has one.
        document_number: String,
        /// First day.
        from: Date = "valid_from",
        /// Last day.
        until: Date = "valid_until",
        /// Who looked at the document.
        checked_by: String,
        /// When.
        checked_at: Timestamp,
        /// Who ended it before its last day.
        ended_by: Option<String>,
        /// When.
        ended_at: Option<Timestamp>,
        /// Why.
        ended_why: Option<String>,
    }
}

/// Enters a binding, or ends it.
///
/// # Errors
/// The store's own.
pub fn keep(tx: &mut Tx<'_>, binding: &Binding) -> Result<()> {
    tx.put(binding)
}

/// The binding with this id.
///
/// # Errors
/// The store's own.
pub fn get(conn: &mut Conn, id: &str) -> Result<Option<Binding>> {
    conn.row("WHERE binding_id = $1", params![id])
}

/// All bindings, the latest first.
///
/// # Errors
/// The store's own.
pub fn all(conn: &mut Conn) -> Result<Vec<Binding>> {
    conn.rows("ORDER BY binding_id DESC", &[])
}
