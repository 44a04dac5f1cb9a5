//! The note in the target that says how far a copy got, and of which state of the source it is.

use super::Kind;
use crate::{
    Conn, deployment,
    dialect::Cell,
    error::{Result, StoreError},
    params,
};
use serde::{Deserialize, Serialize};

/// Name of the setting that holds the note.
pub(super) const NOTE: &str = "copy";

/// A state of a database: every write adds an audit entry, and every sealing moves entries from
/// those that wait into the log, so that no two states have the same mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    deployment: String,
    position: u64,
    chain_hash: String,
    pending: u64,
    last_entry: String,
}

impl Mark {
    pub(super) fn of(conn: &mut Conn) -> Result<Self> {
        let head = conn.query_one(
            "SELECT position, chain_hash FROM audit_log ORDER BY position DESC LIMIT 1",
            &[],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let (position, chain_hash) = head.unwrap_or_default();
        let waiting = conn.query_one(
            "SELECT count(*), coalesce(max(entry_id), '') FROM audit_pending",
            &[],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let (pending, last_entry) = waiting.unwrap_or_default();
        Ok(Self {
            deployment: deployment::get(conn)?.id,
            position,
            chain_hash,
            pending,
            last_entry,
        })
    }

    /// How many writes there had been.
    pub(super) const fn writes(&self) -> u64 {
        self.position + self.pending
    }

    /// The end of the audit chain.
    pub(super) fn head(&self) -> Option<(u64, String)> {
        (self.position > 0).then(|| (self.position, self.chain_hash.clone()))
    }
}

/// How far a copy got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(super) mark: Mark,
    /// The table that is being copied; empty before the first.
    pub(super) table: String,
    /// Key of its last row that is in the target.
    after: Vec<serde_json::Value>,
}

impl Note {
    /// Takes the place of the target's own installation: from now on nobody opens the target.
    pub(super) fn begin(target: &mut Conn, mark: &Mark) -> Result<Self> {
        let note = Self {
            mark: mark.clone(),
            table: String::new(),
            after: Vec::new(),
        };
        let text = serde_json::to_string(&note)?;
        target.begin_write()?;
        let done = target
            .execute(
                "INSERT INTO setting (name, value) VALUES ($1, $2)",
                params![NOTE, &text],
            )
            .and_then(|_| target.execute("DELETE FROM deployment", &[]))
            .and_then(|_| target.commit());
        if done.is_err() {
            target.rollback();
        }
        done.map(|()| note)
    }

    pub(super) fn at(&self, table: &str, after: &[Cell]) -> Self {
        let value = |cell: &Cell| match cell {
            Cell::Int(n) => serde_json::Value::from(*n),
            Cell::Text(text) => serde_json::Value::from(text.as_str()),
            // No key holds anything else; a test reads every key back.
            _ => serde_json::Value::Null,
        };
        Self {
            mark: self.mark.clone(),
            table: table.to_owned(),
            after: after.iter().map(value).collect(),
        }
    }

    /// The key after which the copy goes on, where it has begun.
    pub(super) fn after_cells(&self, kinds: &[Kind]) -> Option<Vec<Cell>> {
        if self.after.len() != kinds.len() {
            return None;
        }
        let cell = |value: &serde_json::Value| match value {
            serde_json::Value::Number(n) => n.as_i64().map(Cell::Int),
            serde_json::Value::String(text) => Some(Cell::Text(text.clone())),
            _ => None,
        };
        self.after.iter().map(cell).collect()
    }

    /// Puts the next note in the place of this one, in the running transaction. Whoever finds
    /// another note there is not alone.
    pub(super) fn replace(&self, target: &mut Conn, next: &Self) -> Result<()> {
        let (old, new) = (serde_json::to_string(self)?, serde_json::to_string(next)?);
        let done = target.execute(
            "UPDATE setting SET value = $2 WHERE name = $1 AND value = $3",
            params![NOTE, &new, &old],
        )?;
        if done == 1 {
            return Ok(());
        }
        Err(StoreError::Busy(
            "另一个复制正在写入同一个目标库".to_owned(),
        ))
    }
}

/// The note of a copy that is under way.
pub(crate) fn under_way(conn: &mut Conn) -> Result<Option<Note>> {
    let text = deployment::setting(conn, NOTE)?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}
