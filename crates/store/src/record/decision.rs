//! What officers decided about a record: added, never changed.

use crate::{
    Conn, Tx,
    error::{Result, inconsistent},
    params,
};
use jiff::Timestamp;
use xinheng_domain::record::RecordId;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecisionKind {
    /// The publicity class, where the rulebook does not determine it (I5).
    Class,
    /// Withheld at once by one person (I11).
    Withhold,
    /// A withheld record is shown again.
    Release,
    /// The record is withdrawn.
    Withdraw,
    /// The facts a class was decided on were corrected: it is open again.
    Reopen,
}

impl DecisionKind {
    /// Id in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Withhold => "withhold",
            Self::Release => "release",
            Self::Withdraw => "withdraw",
            Self::Reopen => "reopen",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [
            Self::Class,
            Self::Withhold,
            Self::Release,
            Self::Withdraw,
            Self::Reopen,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
    }
}

/// A decision of an officer about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerDecision {
    /// Which record.
    pub record_id: RecordId,
    /// What.
    pub kind: DecisionKind,
    /// The class decided, for `Class`.
    pub class: Option<String>,
    /// Grounds, in the officer's words.
    pub grounds: String,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// Adds a decision, after those there are.
///
/// # Errors
/// `Conflict` where another writer was faster: the whole write runs again; `Other` where the
/// record id is malformed.
pub fn add_decision(tx: &mut Tx<'_>, d: &OfficerDecision) -> Result<()> {
    let Some(key) = d.record_id.subject_key() else {
        return Err(crate::StoreError::Other(format!(
            "记录编号有误：{}",
            d.record_id
        )));
    };
    tx.execute(
        "INSERT INTO record_decision (subject_key, record_tail, position, kind, class, grounds, \
         actor, decided_at) VALUES ($1, $2, (SELECT COALESCE(MAX(position), 0) + 1 \
         FROM record_decision WHERE subject_key = $1 AND record_tail = $2), $3, $4, $5, $6, $7)",
        params![
            &key,
            d.record_id.tail(),
            d.kind.as_str(),
            d.class.as_ref(),
            &d.grounds,
            &d.actor,
            d.at
        ],
    )
    .map(drop)
}

/// The decisions about a record, the latest first.
///
/// # Errors
/// The store's own.
pub fn decisions(conn: &mut Conn, id: &RecordId) -> Result<Vec<OfficerDecision>> {
    let Some(key) = id.subject_key() else {
        return Ok(Vec::new());
    };
    conn.query(
        "SELECT kind, class, grounds, actor, decided_at \
         FROM record_decision WHERE subject_key = $1 AND record_tail = $2 ORDER BY position DESC",
        params![&key, id.tail()],
        |row| {
            let kind: String = row.get(0)?;
            Ok(OfficerDecision {
                record_id: id.clone(),
                kind: DecisionKind::parse(&kind)
                    .ok_or_else(|| inconsistent("record_decision", "kind", &kind))?,
                class: row.get(1)?,
                grounds: row.get(2)?,
                actor: row.get(3)?,
                at: row.get(4)?,
            })
        },
    )
}
