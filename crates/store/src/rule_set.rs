//! The district's own rules as two people adopted them, and the editions of procedures that cases
//! were opened under.

use crate::{
    Conn, Tx,
    dialect::table,
    error::{Result, StoreError},
    params,
};
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeMap;

table! {
    struct RuleSetRow in "rule_set" by ["number"] {
        number: u64,
        digest: String,
        files: String,
        proposed_by: String,
        proposed_at: Timestamp,
        state: String,
        decided_by: Option<String>,
        decided_at: Option<Timestamp>,
        reason: String,
    }
}

/// What became of a set that was proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleSetState {
    /// It waits for a second person.
    Proposed,
    /// It holds, or held until the next one.
    Adopted,
    /// It was refused.
    Refused,
    /// Another one was proposed in its place.
    Replaced,
}

impl RuleSetState {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Proposed, "proposed"),
        (Self::Adopted, "adopted"),
        (Self::Refused, "refused"),
        (Self::Replaced, "replaced"),
    ];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let known = Self::ALL.iter().find(|(state, _)| *state == self);
        known.map_or("", |(_, word)| word)
    }
}

/// All files of the district's own rules at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    /// Its number, from one.
    pub number: u64,
    /// SHA-256 over its files, hex.
    pub digest: String,
    /// Text by path within the rulebook.
    pub files: BTreeMap<String, String>,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// What became of it.
    pub state: RuleSetState,
    /// Who adopted, refused or replaced it.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Why it was refused; empty otherwise.
    pub reason: String,
}

fn unreadable(what: &str) -> StoreError {
    StoreError::Other(format!("采用的本地规则不能读取：{what}"))
}

impl RuleSetRow {
    fn set(self) -> Result<RuleSet> {
        let known = RuleSetState::ALL.iter();
        let mut known = known.filter(|(_, word)| *word == self.state);
        let (state, _) = known.next().ok_or_else(|| unreadable(&self.state))?;
        Ok(RuleSet {
            number: self.number,
            digest: self.digest,
            files: serde_json::from_str(&self.files).map_err(|e| unreadable(&e.to_string()))?,
            proposed_by: self.proposed_by,
            proposed_at: self.proposed_at,
            state: *state,
            decided_by: self.decided_by,
            decided_at: self.decided_at,
            reason: self.reason,
        })
    }
}

/// The set that holds now; none where none was ever adopted.
///
/// # Errors
/// The store's own; the files cannot be read.
pub fn in_force(conn: &mut Conn) -> Result<Option<RuleSet>> {
    let row: Option<RuleSetRow> =
        conn.row("WHERE state = 'adopted' ORDER BY number DESC LIMIT 1", &[])?;
    row.map(RuleSetRow::set).transpose()
}

/// The number of the set that holds now: for whoever asks often whether it is still the same.
///
/// # Errors
/// The store's own.
pub fn mark(conn: &mut Conn) -> Result<Option<u64>> {
    let sql = "SELECT MAX(number) FROM rule_set WHERE state = 'adopted'";
    let found: Option<Option<u64>> = conn.query_one(sql, &[], |row| row.get(0))?;
    Ok(found.flatten())
}

/// How many sets wait for a second person.
///
/// # Errors
/// The store's own.
pub fn count_waiting(conn: &mut Conn) -> Result<u64> {
    let sql = "SELECT COUNT(*) FROM rule_set WHERE state = 'proposed'";
    let found = conn.query_one(sql, &[], |row| row.get(0))?;
    Ok(found.unwrap_or(0))
}

/// A set by its number.
///
/// # Errors
/// As [`in_force`].
pub fn get(conn: &mut Conn, number: u64) -> Result<Option<RuleSet>> {
    let row: Option<RuleSetRow> = conn.row("WHERE number = $1", params![number])?;
    row.map(RuleSetRow::set).transpose()
}

/// All sets, the last one first.
///
/// # Errors
/// As [`in_force`].
pub fn all(conn: &mut Conn) -> Result<Vec<RuleSet>> {
    let rows: Vec<RuleSetRow> = conn.rows("ORDER BY number DESC", &[])?;
    rows.into_iter().map(RuleSetRow::set).collect()
}

/// Keeps a set, new or as it has become.
///
/// # Errors
/// The store's own; the files cannot be written as one text.
pub fn keep(tx: &mut Tx<'_>, set: &RuleSet) -> Result<()> {
    tx.put(&RuleSetRow {
        number: set.number,
        digest: set.digest.clone(),
        files: serde_json::to_string(&set.files).map_err(|e| unreadable(&e.to_string()))?,
        proposed_by: set.proposed_by.clone(),
        proposed_at: set.proposed_at,
        state: set.state.as_str().to_owned(),
        decided_by: set.decided_by.clone(),
        decided_at: set.decided_at,
        reason: set.reason.clone(),
    })
}

table! {
    /// An edition of a procedure that a case was opened under.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CaseEdition in "case_edition" by ["kind", "edition"] {
        /// Kind.
        kind: String,
        /// First day of the edition.
        edition: Date,
        /// SHA-256 over what it provides, hex.
        digest: String,
        /// When the first case was opened under it.
        used_at: Timestamp,
    }
}

/// An edition under which cases are not ended: kind, first day, how many, and what it provided when
/// it was first used, where that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionInUse {
    /// Kind.
    pub kind: String,
    /// First day of the edition.
    pub edition: Date,
    /// Cases that are not ended.
    pub cases: u64,
    /// SHA-256 over what it provided then, hex.
    pub digest: Option<String>,
}

/// Keeps what an edition provides; what was kept first stays.
///
/// # Errors
/// The store's own.
pub fn use_edition(tx: &mut Tx<'_>, edition: &CaseEdition) -> Result<()> {
    let place = params![&edition.kind, edition.edition];
    let known: Option<CaseEdition> = tx.row("WHERE kind = $1 AND edition = $2", place)?;
    match known {
        Some(_) => Ok(()),
        None => tx.add(edition),
    }
}

/// The editions under which cases are not ended.
///
/// # Errors
/// The store's own.
pub fn editions_in_use(conn: &mut Conn) -> Result<Vec<EditionInUse>> {
    let sql = "SELECT h.kind, h.edition, h.n, e.digest FROM \
         (SELECT kind, edition, COUNT(*) AS n FROM case_head WHERE phase <> 'end' \
         GROUP BY kind, edition) h LEFT JOIN case_edition e \
         ON e.kind = h.kind AND e.edition = h.edition ORDER BY h.kind, h.edition";
    conn.query(sql, &[], |row| {
        Ok(EditionInUse {
            kind: row.get(0)?,
            edition: row.get(1)?,
            cases: row.get(2)?,
            digest: row.get(3)?,
        })
    })
}
