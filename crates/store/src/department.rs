//! Departments that report (报送部门).

use crate::{
    Conn, Tx,
    dialect::{Insert, Kind, Row},
    error::Result,
    params,
};

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
    /// How the public reaches it; empty where it has not told.
    pub contact: String,
}

const DEPARTMENTS: &str = "SELECT d.code, d.name, d.unified_code, d.kind, d.list_order, \
     COALESCE(c.contact, '') \
     FROM department d LEFT JOIN department_contact c ON c.code = d.code";

fn department(row: &Row<'_>) -> Result<Department> {
    Ok(Department {
        code: row.get(0)?,
        name: row.get(1)?,
        unified_code: row.get(2)?,
        kind: row.get(3)?,
        order: row.get(4)?,
        contact: row.get(5)?,
    })
}

/// Adds a department or corrects the one with the same code.
///
/// # Errors
/// The store's own.
pub fn upsert(tx: &mut Tx<'_>, department: &Department) -> Result<()> {
    let row = [
        (&department.code).into(),
        (&department.name).into(),
        department.unified_code.as_ref().into(),
        (&department.kind).into(),
        department.order.into(),
    ];
    tx.bulk(&DEPARTMENT, std::iter::once(row))?;
    let contact = [(&department.code).into(), (&department.contact).into()];
    tx.bulk(&CONTACT, std::iter::once(contact)).map(drop)
}

const DEPARTMENT: Insert<5> = Insert {
    table: "department",
    columns: [
        ("code", Kind::Text),
        ("name", Kind::Text),
        ("unified_code", Kind::Text),
        ("kind", Kind::Text),
        ("list_order", Kind::Int),
    ],
    on_conflict: "ON CONFLICT (code) DO UPDATE SET name = excluded.name, \
                  unified_code = excluded.unified_code, kind = excluded.kind, \
                  list_order = excluded.list_order",
};

const CONTACT: Insert<2> = Insert {
    table: "department_contact",
    columns: [("code", Kind::Text), ("contact", Kind::Text)],
    on_conflict: "ON CONFLICT (code) DO UPDATE SET contact = excluded.contact",
};

/// The department with this code.
///
/// # Errors
/// The store's own.
pub fn get(conn: &mut Conn, code: &str) -> Result<Option<Department>> {
    let sql = format!("{DEPARTMENTS} WHERE d.code = $1");
    conn.query_one(&sql, params![code], department)
}

/// All departments in their order.
///
/// # Errors
/// The store's own.
pub fn all(conn: &mut Conn) -> Result<Vec<Department>> {
    let sql = format!("{DEPARTMENTS} ORDER BY d.list_order, d.code");
    conn.query(&sql, &[], department)
}
