//! SQL, migrations and transactions: the only crate that knows a database.
//!
//! Synchronous. One text per query for SQLite and PostgreSQL; what really differs sits in
//! `dialect`. Reading functions take a [`Conn`], writing functions a [`Tx`], which commits with
//! its [`AuditEntry`] or not at all. "Not found" is a normal answer (`Option`), never an error.

pub mod account;
pub mod agent;
pub mod audit;
pub mod auditor;
pub mod batch;
pub mod case;
mod columns;
mod content;
pub mod copy;
mod db;
pub mod department;
pub mod deployment;
mod dialect;
mod error;
pub mod forward;
pub mod hand_in;
mod location;
pub mod manifest;
mod migrate;
pub mod ops;
pub mod person;
mod pool;
pub mod proof;
pub mod reading;
pub mod record;
pub mod register;
pub mod representative;
pub mod roster;
pub mod rule_set;
pub mod search;
pub mod subject;

pub use audit::AuditEntry;
pub use content::Difference;
pub use db::{Db, Ending, Options, Tx};
pub use dialect::Conn;
pub use error::{Result, StoreError};
pub use location::Location;
pub use migrate::{Layout, Migrated, SCHEMA_VERSION};
pub use pool::Turn;

/// A table in memory asked once for every row. Its hash is seeded anew in every process: a file
/// cannot be made so that its codes fall together.
pub type Map<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// Parameters of a statement.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::dialect::Value::from($value)),*] };
}
pub(crate) use params;

/// For tests.
#[cfg(debug_assertions)]
#[doc(hidden)]
pub mod testing {
    /// Statements that take away what a step of the schema and those behind it have made.
    #[must_use]
    pub fn back_before(version: u32) -> Vec<String> {
        crate::migrate::back_before(version)
    }

    /// File and line of every place that has run a statement on `database` in this process.
    #[must_use]
    pub fn statements_run(database: &str) -> Vec<(String, u32)> {
        crate::dialect::statements_run(database)
    }

    /// Makes of a database one as the program before wide sums left it, to be upgraded.
    ///
    /// # Errors
    /// What the database says.
    pub fn as_before_wide_sums(db: &crate::Db, at: jiff::Timestamp) -> crate::Result<()> {
        db.retry(crate::Turn::Person, |tx| crate::content::as_before(tx, at))
    }

    /// Changes a database behind the program's back, as an intruder would.
    ///
    /// # Errors
    /// What the database says.
    pub fn doctor(location: &crate::Location, sql: &str) -> crate::Result<()> {
        let options = crate::Options::default();
        let purpose = crate::dialect::Purpose::Write;
        crate::dialect::Conn::open(location, purpose, &options)?.batch(sql)
    }
}
