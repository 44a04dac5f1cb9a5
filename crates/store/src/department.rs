//! Departments that report (报送部门).

use crate::{Conn, Tx, dialect::table, error::Result, params};

table! {
    /// A department.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Department in "department" by ["code"] {
        /// Short code, used on the command line and in addresses.
        code: String,
        /// Full name.
        name: String,
        /// Its unified social credit code, where known.
        unified_code: Option<String>,
        /// Kind, as the deployment sorts its units, e.g. `district`, `town`.
        kind: String,
        /// Place in lists, from 1.
        order: u32 = "list_order",
    }
}

/// Adds a department or corrects the one with the same code.
///
/// # Errors
/// The store's own.
pub fn upsert(tx: &mut Tx<'_>, department: &Department) -> Result<()> {
    tx.put(department)
}

/// The department with this code.
///
/// # Errors
/// The store's own.
pub fn get(conn: &mut Conn, code: &str) -> Result<Option<Department>> {
    conn.row("WHERE code = $1", params![code])
}

/// All departments in their order.
///
/// # Errors
/// The store's own.
pub fn all(conn: &mut Conn) -> Result<Vec<Department>> {
    conn.rows("ORDER BY list_order, code", &[])
}
