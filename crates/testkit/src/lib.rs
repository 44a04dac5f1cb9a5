//! For tests only: temporary databases, a fixed clock, builders, sample files.

pub mod postgres;
pub mod sqlite;
pub mod xls;

pub use postgres::TempPostgres;
pub use sqlite::TempSqlite;
