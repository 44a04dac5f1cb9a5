//! A folder of its own for one SQLite database.

use std::{io, path::PathBuf};
use tempfile::TempDir;

/// A place for a SQLite database; gone when dropped.
#[derive(Debug)]
pub struct TempSqlite {
    folder: TempDir,
}

impl TempSqlite {
    /// An empty place: the database is not made yet.
    ///
    /// # Errors
    /// Where no temporary folder can be made.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            folder: tempfile::Builder::new().prefix("xinheng-test-").tempdir()?,
        })
    }

    /// Path of the database file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("xinheng.sqlite")
    }
}
