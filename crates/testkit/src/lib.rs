//! For tests only: temporary databases, a fixed clock, builders, sample files.

pub mod postgres;
pub mod sqlite;
pub mod xls;

pub use postgres::TempPostgres;
pub use sqlite::TempSqlite;

/// How many cases of a slow property a run tries: `quick` of them, and as many times more as
/// `PROPTEST_CASES` asks for more than the 256 that others try (`make soak`).
pub fn cases(quick: u32) -> u32 {
    const USUAL: u32 = 256;
    let asked = std::env::var("PROPTEST_CASES").ok();
    let asked = asked.and_then(|n| n.parse().ok()).unwrap_or(USUAL);
    quick.saturating_mul(asked.div_ceil(USUAL))
}
