//! Departments that report (报送部门).

use crate::{Conn, Tx, dialect::table, error::Result, params};

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

table! {
    struct Listed in "department" by ["code"] {
        code: String,
        name: String,
        unified_code: Option<String>,
        kind: String,
        order: u32 = "list_order",
    }
}

table! {
    struct Contact in "department_contact" by ["code"] {
        code: String,
        contact: String,
    }
}

/// Adds a department or corrects the one with the same code.
///
/// # Errors
/// The store's own.
pub fn upsert(tx: &mut Tx<'_>, department: &Department) -> Result<()> {
    let of = department.clone();
    tx.put(&Contact {
        code: of.code.clone(),
        contact: of.contact,
    })?;
    tx.put(&Listed {
        code: of.code,
        name: of.name,
        unified_code: of.unified_code,
        kind: of.kind,
        order: of.order,
    })
}

fn with(listed: Listed, contacts: &[Contact]) -> Department {
    let contact = contacts.iter().find(|c| c.code == listed.code);
    Department {
        contact: contact.map_or_else(String::new, |c| c.contact.clone()),
        code: listed.code,
        name: listed.name,
        unified_code: listed.unified_code,
        kind: listed.kind,
        order: listed.order,
    }
}

/// The department with this code.
///
/// # Errors
/// The store's own.
pub fn get(conn: &mut Conn, code: &str) -> Result<Option<Department>> {
    let contacts: Vec<Contact> = conn.rows("WHERE code = $1", params![code])?;
    let listed: Option<Listed> = conn.row("WHERE code = $1", params![code])?;
    Ok(listed.map(|listed| with(listed, &contacts)))
}

/// All departments in their order.
///
/// # Errors
/// The store's own.
pub fn all(conn: &mut Conn) -> Result<Vec<Department>> {
    let contacts: Vec<Contact> = conn.rows("", &[])?;
    let listed: Vec<Listed> = conn.rows("ORDER BY list_order, code", &[])?;
    let all = listed.into_iter();
    Ok(all.map(|listed| with(listed, &contacts)).collect())
}
