//! A schema of its own on the PostgreSQL server that `scripts/with-postgres` starts.

use postgres::{Client, NoTls};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where the server is; set by `scripts/with-postgres`.
pub const ADDRESS: &str = "XINHENG_TEST_POSTGRES";

/// An empty schema; dropped with all its tables.
#[derive(Debug)]
pub struct TempPostgres {
    server: String,
    schema: String,
}

impl TempPostgres {
    /// An empty schema, or `None` (with a notice) where no server is named. A test that gets
    /// `None` ends there.
    ///
    /// # Panics
    /// With `CI=true` and no server; with a server that cannot be used. Tests on PostgreSQL are
    /// never skipped unseen.
    #[must_use]
    #[allow(
        clippy::panic,
        clippy::expect_used,
        clippy::print_stderr,
        reason = "a test helper"
    )]
    pub fn new() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var(ADDRESS) else {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "CI=true, but no PostgreSQL server: run the tests with scripts/with-postgres"
            );
            eprintln!(
                "NOTICE: not run on PostgreSQL; use `scripts/with-postgres cargo nextest run`"
            );
            return None;
        };
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("test_{}_{number}", std::process::id());
        let mut client = Client::connect(&server, NoTls).expect("the test server can be reached");
        client
            .batch_execute(&format!(
                "DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"
            ))
            .expect("a schema can be made on the test server");
        Some(Self { server, schema })
    }

    /// Address of the schema: every table is made and found there.
    #[must_use]
    pub fn address(&self) -> String {
        let sign = if self.server.contains('?') { '&' } else { '?' };
        format!(
            "{}{sign}options=-c%20search_path%3D{}",
            self.server, self.schema
        )
    }
}

impl Drop for TempPostgres {
    fn drop(&mut self) {
        if let Ok(mut client) = Client::connect(&self.server, NoTls) {
            // A connection left open by a failed test must not keep the others waiting.
            let _ = client.batch_execute(&format!(
                "SET lock_timeout = '2s'; DROP SCHEMA IF EXISTS {} CASCADE",
                self.schema
            ));
        }
    }
}
