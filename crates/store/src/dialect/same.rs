//! One PostgreSQL under two addresses: a host has many names, and a socket beside them.
//!
//! What two sessions see of each other tells it. No name of the server need be asked for, which
//! not everybody may, and which a copy of the server's files shares.

use super::{Conn, Driver};
use crate::error::{Result, StoreError};

/// Is free until the transaction ends, unless somebody in the same database has it.
const LOCK: &str = "SELECT pg_try_advisory_xact_lock($1)";
/// Where tables are made and looked for.
const SCHEMA: &str = "SELECT CAST(current_schema() AS TEXT)";

impl Conn {
    /// Whether `other`, which is in a transaction, is a session of the same database and the same
    /// schema as this one, which is in none. Of files their place tells it (`Location::is_same`).
    pub(crate) fn meets(&mut self, other: &mut Self) -> Result<bool> {
        let server = |conn: &Self| matches!(conn.driver, Driver::Postgres(_));
        if !(server(self) && server(other)) {
            return Ok(false);
        }
        let mut key = [0; 8];
        getrandom::fill(&mut key)
            .map_err(|error| StoreError::Other(format!("系统随机数不可用：{error}")))?;
        let key = i64::from_le_bytes(key);
        self.begin_write()?;
        let met = self.lock(key).and_then(|_| {
            // Nobody else has a key that was drawn just now.
            Ok(!other.lock(key)? && self.schema()? == other.schema()?)
        });
        self.rollback();
        met
    }

    fn lock(&mut self, key: i64) -> Result<bool> {
        let free = self.query_one(LOCK, &[super::Value::Int(key)], |row| row.get(0))?;
        Ok(free.unwrap_or_default())
    }

    fn schema(&mut self) -> Result<Option<String>> {
        let schema = self.query_one(SCHEMA, &[], |row| row.get::<Option<String>>(0))?;
        Ok(schema.flatten())
    }
}
