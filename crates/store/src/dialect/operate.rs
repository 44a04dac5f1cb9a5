//! What operators ask of a database.

use super::{Conn, Driver, sqlite, sqlite::Copied};
use crate::{
    error::{Result, StoreError},
    location::Location,
    ops::Kept,
};

impl Conn {
    /// Copies the database into a new file while it is in use.
    pub(crate) fn backup(&mut self, target: &std::path::Path, told: Copied<'_>) -> Result<()> {
        match &self.driver {
            Driver::Sqlite(c) => sqlite::backup(c, target, told),
            Driver::Postgres(_) => Err(StoreError::Unsupported(
                "PostgreSQL 数据库请用 pg_dump 备份（例如 pg_dump -Fc），用 pg_restore 恢复"
                    .to_owned(),
            )),
        }
    }

    /// Whether the database lies where nothing can be written.
    pub(crate) fn is_read_only(&self) -> bool {
        match &self.driver {
            Driver::Sqlite(c) => c.is_readonly("main").unwrap_or(false),
            Driver::Postgres(_) => false,
        }
    }

    /// Opens a backup for reading, without touching it.
    pub(crate) fn open_backup(path: &std::path::Path) -> Result<Self> {
        sqlite::open_backup(path).map(|c| Self::of(Driver::Sqlite(c)))
    }

    /// Puts this backup's content into the database at `location`.
    pub(crate) fn restore_to(&self, location: &Location, stamp: &str) -> Result<Kept> {
        match (&self.driver, location) {
            (Driver::Sqlite(c), Location::Sqlite(path)) => sqlite::restore(path, c, stamp),
            _ => Err(StoreError::Unsupported(
                "PostgreSQL 数据库请用 pg_restore 恢复（例如 pg_restore --clean --if-exists -d 库名 备份文件）"
                    .to_owned(),
            )),
        }
    }

    /// Refreshes what a server knows about the spread of values. SQLite keeps nothing of the kind:
    /// no plan rests on it, and `db verify` takes what stands there for planted.
    pub(crate) fn analyze(&mut self) -> Result<()> {
        match self.driver {
            Driver::Sqlite(_) => Ok(()),
            Driver::Postgres(_) => self.batch("ANALYZE"),
        }
    }

    /// What the engine's own check finds amiss.
    pub(crate) fn integrity(&mut self) -> Result<Vec<String>> {
        match self.driver {
            Driver::Sqlite(_) => {
                let found = self.query("PRAGMA integrity_check(20)", &[], |row| {
                    row.get::<String>(0)
                })?;
                Ok(found.into_iter().filter(|line| line != "ok").collect())
            }
            // The server checks its pages itself (data checksums); amcheck is its tool.
            Driver::Postgres(_) => Ok(Vec::new()),
        }
    }
}
