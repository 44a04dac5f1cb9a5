//! Departments that report (报送部门).

use crate::{Conn, Tx, dialect::Row, error::Result, params};

/// A department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Short code, used on the command line and in addresses.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Its unified social credit code, where known.
    pub unified_code: Option<String>,
    /// Kind, as the deployment sorts its units, e.g. `district`, `town`.
    pub kind: String,
    /// Place in lists, from 1.
    pub order: u32,
}

const COLUMNS: &str = "code, name, unified_code, kind, list_order";

fn department(row: &Row<'_>) -> Result<Department> {
    Ok(Department {
        code: row.get(0)?,
        name: row.get(1)?,
        unified_code: row.get(2)?,
        kind: row.get(3)?,
        order: row.get(4)?,
    })
}

/// Adds a department or corrects the one with the same code.
///
/// # Errors
/// The store's own.
pub fn upsert(tx: &mut Tx<'_>, department: &Department) -> Result<()> {
    tx.execute(
        "INSERT INTO department (code, name, unified_code, kind, list_order) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) DO UPDATE SET \
         name = excluded.name, unified_code = excluded.unified_code, kind = excluded.kind, \
         list_order = excluded.list_order",
        params![
            &department.code,
            &department.name,
            department.unified_code.as_ref(),
            &department.kind,
            department.order
        ],
    )
    .map(drop)
}

/// The department with this code.
///
/// # Errors
/// The store's own.
pub fn get(conn: &mut Conn, code: &str) -> Result<Option<Department>> {
    let sql = format!("SELECT {COLUMNS} FROM department WHERE code = $1");
    conn.query_one(&sql, params![code], department)
}

/// All departments in their order.
///
/// # Errors
/// The store's own.
pub fn all(conn: &mut Conn) -> Result<Vec<Department>> {
    let sql = format!("SELECT {COLUMNS} FROM department ORDER BY list_order, code");
    conn.query(&sql, &[], department)
}
