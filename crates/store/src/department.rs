//! Departments that report (报送部门).

use crate::{Conn, Tx, dialect::table, error::Result, params};
use jiff::{Timestamp, civil::Date};
use xinheng_domain::succession::Succession;

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

table! {
    /// A department came after another.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Successor in "department_succession" by ["predecessor", "successor"] {
        /// The one that is no more.
        predecessor: String,
        /// The one after it.
        successor: String,
        /// From which day on.
        from: Date = "valid_from",
        /// By which document.
        document: String,
        /// Who noted it.
        noted_by: String,
        /// When.
        noted_at: Timestamp,
    }
}

table! {
    /// What a split department reported of an item was assigned to one of those after it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Matter in "department_matter" by ["predecessor", "item"] {
        /// The one that was split.
        predecessor: String,
        /// Catalogue item.
        item: String,
        /// Who answers for it.
        successor: String,
        /// Who assigned it.
        assigned_by: String,
        /// When.
        assigned_at: Timestamp,
    }
}

/// Notes that a department came after another.
///
/// # Errors
/// The store's own.
pub fn succeed(tx: &mut Tx<'_>, successor: &Successor) -> Result<()> {
    tx.put(successor)
}

/// Assigns an item of a split department.
///
/// # Errors
/// The store's own.
pub fn assign(tx: &mut Tx<'_>, matter: &Matter) -> Result<()> {
    tx.put(matter)
}

/// Every step from one department to another.
///
/// # Errors
/// The store's own.
pub fn successors(conn: &mut Conn) -> Result<Vec<Successor>> {
    conn.rows("ORDER BY predecessor, successor", &[])
}

/// Who has come after whom on a day.
///
/// # Errors
/// The store's own.
pub fn succession(conn: &mut Conn, day: Date) -> Result<Succession> {
    let steps = successors(conn)?.into_iter().filter(|s| s.from <= day);
    let steps: Vec<_> = steps.map(|s| (s.predecessor, s.successor)).collect();
    if steps.is_empty() {
        return Ok(Succession::default());
    }
    let matters: Vec<Matter> = conn.rows("ORDER BY predecessor, item", &[])?;
    let matters = matters.into_iter();
    let matters = matters.map(|m| (m.predecessor, m.item, m.successor));
    Ok(Succession::new(steps, matters))
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
