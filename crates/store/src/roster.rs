//! Rosters of departments (人员名册): what is proposed, and who confirmed. Whom a confirmed roster
//! has put into a role stands with all roles in `membership`.

use crate::{Conn, Tx, dialect::table, error::Result, params};
use jiff::{Timestamp, civil::Date};

table! {
    /// A change that is proposed: the membership that it makes or ends.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RosterProposal in "roster_proposal" by ["department", "account_id", "role", "valid_from"] {
        /// The department.
        department: String,
        /// Whom it concerns.
        account_id: String,
        /// Role id.
        role: String,
        /// First day.
        from: Date = "valid_from",
        /// Last day.
        until: Option<Date> = "valid_until",
        /// Who proposed it.
        proposed_by: String,
        /// When.
        proposed_at: Timestamp,
    }
}

table! {
    /// A roster was confirmed.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RosterConfirmation in "roster_confirmation" by ["department", "confirmed_at"] {
        /// The department.
        department: String,
        /// When.
        confirmed_at: Timestamp,
        /// By whom.
        confirmed_by: String,
        /// So many people had a role then.
        people: u32,
    }
}

/// What is proposed for a department.
///
/// # Errors
/// The store's own.
pub fn proposals(conn: &mut Conn, department: &str) -> Result<Vec<RosterProposal>> {
    conn.rows(
        "WHERE department = $1 ORDER BY role, account_id, valid_from",
        params![department],
    )
}

/// What is proposed anywhere.
///
/// # Errors
/// The store's own.
pub fn all_proposals(conn: &mut Conn) -> Result<Vec<RosterProposal>> {
    conn.rows("ORDER BY department, role, account_id, valid_from", &[])
}

/// Proposes a change, or proposes it otherwise.
///
/// # Errors
/// The store's own.
pub fn propose(tx: &mut Tx<'_>, proposal: &RosterProposal) -> Result<()> {
    tx.put(proposal)
}

/// Takes a proposal away. Gives whether there was one.
///
/// # Errors
/// The store's own.
pub fn drop_proposal(tx: &mut Tx<'_>, of: &RosterProposal) -> Result<bool> {
    let place = "department = $1 AND account_id = $2 AND role = $3 AND valid_from = $4";
    let key = params![&of.department, &of.account_id, &of.role, of.from];
    let sql = format!("DELETE FROM roster_proposal WHERE {place}");
    let done = tx.change("roster_proposal", (&sql, key), (place, key))?;
    Ok(done > 0)
}

/// Notes who confirmed a roster.
///
/// # Errors
/// The store's own.
pub fn confirm(tx: &mut Tx<'_>, confirmation: &RosterConfirmation) -> Result<()> {
    tx.put(confirmation)
}

/// The last confirmation of each department.
///
/// # Errors
/// The store's own.
pub fn confirmed(conn: &mut Conn) -> Result<Vec<RosterConfirmation>> {
    conn.rows(
        "WHERE confirmed_at = (SELECT MAX(last.confirmed_at) FROM roster_confirmation last \
         WHERE last.department = roster_confirmation.department) ORDER BY department",
        &[],
    )
}
