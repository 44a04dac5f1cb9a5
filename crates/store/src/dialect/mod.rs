//! The driver contract: the only place that knows which database is behind it. A test refuses
//! a match on the backend anywhere else.
//!
//! Execute, query one, query many, stream, bulk, transaction; and the few places where the
//! databases really differ.

mod bulk;
mod claim;
mod load;
mod names;
mod operate;
mod postgres;
mod same;
mod schema;
mod sqlite;
mod table;
mod value;

pub(crate) use bulk::Insert;
pub(crate) use claim::Claim;
pub(crate) use load::Cell;
pub(crate) use names::{
    Found, NamePlace, NameRow, PROBE, Ranks, each_indexed_term, index_names, name_places, names_at,
    search_names, terms_not_found, unindex_names, whole_names,
};
pub(crate) use table::{KEYS, Stored, table};
pub(crate) use value::{Column, Kind, Row, SqliteValue, Value, whole, words};

use crate::{
    db::Options,
    error::{Result, StoreError},
    location::Location,
};
use ::postgres::fallible_iterator::FallibleIterator;
use std::{collections::HashMap, ops::ControlFlow};

/// One connection, checked out of a pool.
pub struct Conn {
    driver: Driver,
    /// A statement of the running transaction met another writer: worth another try.
    pub(crate) conflicted: bool,
    in_transaction: bool,
    /// How common the terms of names are: a hint for the search on SQLite.
    reach: names::Reach,
    /// Terms that are of no use for a suggestion.
    common: names::Common,
}

enum Driver {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::PgClient>),
}

impl std::fmt::Debug for Conn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.driver {
            Driver::Sqlite(_) => "Conn(sqlite)",
            Driver::Postgres(_) => "Conn(postgres)",
        })
    }
}

/// `($1,$2),($3,$4)`: places for `rows` rows of `width` values.
pub(crate) fn places(rows: usize, width: usize) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(rows * width * 6);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..width {
            let comma = if column == 0 { "" } else { "," };
            let _ = write!(text, "{comma}${}", row * width + column + 1);
        }
        text.push(')');
    }
    text
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Read an existing database.
    Read,
    /// Write to an existing database.
    Write,
    /// Make the database where it does not exist.
    Create,
}

impl Conn {
    pub(crate) fn open(location: &Location, purpose: Purpose, options: &Options) -> Result<Self> {
        let driver = match location {
            Location::Sqlite(path) => Driver::Sqlite(sqlite::open(path, purpose, options)?),
            Location::Postgres(address) => {
                Driver::Postgres(Box::new(postgres::PgClient::open(address, options)?))
            }
        };
        Ok(Self::of(driver))
    }

    fn of(driver: Driver) -> Self {
        Self {
            driver,
            conflicted: false,
            in_transaction: false,
            reach: HashMap::new(),
            common: names::Common::new(),
        }
    }

    /// Whether the connection can still be used.
    pub(crate) fn is_usable(&self) -> bool {
        !self.in_transaction
            && match &self.driver {
                Driver::Sqlite(_) => true,
                Driver::Postgres(pg) => !pg.client.is_closed(),
            }
    }

    /// What a `SELECT` of rows named by their key ends with, so that nobody else changes them before
    /// this transaction has ended. SQLite has one writer.
    pub(crate) const fn kept_until_commit(&self) -> &'static str {
        self.pick("", " FOR UPDATE")
    }

    /// Another writer has changed what this transaction rests on: it runs again.
    pub(crate) fn conflict(&mut self, what: String) -> StoreError {
        self.conflicted = true;
        StoreError::Conflict(what)
    }

    fn note<T>(&mut self, result: Result<T>) -> Result<T> {
        self.conflicted |= matches!(result, Err(StoreError::Conflict(_)));
        result
    }

    /// Runs a statement; the number of rows it touched.
    #[track_caller]
    pub(crate) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        self.run_from(std::panic::Location::caller());
        let done = match &mut self.driver {
            Driver::Sqlite(c) => c
                .prepare_cached(&sqlite::numbered(sql))
                .and_then(|mut s| s.execute(rusqlite::params_from_iter(params)))
                .map(|n| n as u64)
                .map_err(|e| sqlite::translate(&e)),
            Driver::Postgres(c) => c
                .prepare(sql)
                .and_then(|s| c.client.execute(&s, &postgres::references(params)))
                .map_err(|e| postgres::translate(&e)),
        };
        self.note(done)
    }

    /// Runs statements without parameters, parted by `;`.
    #[track_caller]
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.run_from(std::panic::Location::caller());
        match &mut self.driver {
            Driver::Sqlite(c) => c.execute_batch(sql).map_err(|e| sqlite::translate(&e)),
            Driver::Postgres(c) => c
                .client
                .batch_execute(sql)
                .map_err(|e| postgres::translate(&e)),
        }
    }

    /// Gives each row to `each` until it breaks off.
    #[track_caller]
    pub(crate) fn stream(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        self.run_from(std::panic::Location::caller());
        match &mut self.driver {
            Driver::Sqlite(c) => {
                let fault = |e: rusqlite::Error| sqlite::translate(&e);
                let mut statement = c.prepare_cached(&sqlite::numbered(sql)).map_err(fault)?;
                let mut rows = statement
                    .query(rusqlite::params_from_iter(params))
                    .map_err(fault)?;
                while let Some(row) = rows.next().map_err(fault)? {
                    if each(&Row::Sqlite(row))?.is_break() {
                        break;
                    }
                }
            }
            Driver::Postgres(c) => {
                let fault = |e: ::postgres::Error| postgres::translate(&e);
                let statement = c.prepare(sql).map_err(fault)?;
                let mut rows = c.client.query_raw(&statement, params).map_err(fault)?;
                while let Some(row) = rows.next().map_err(fault)? {
                    if each(&Row::Postgres(&row))?.is_break() {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// All rows.
    #[track_caller]
    pub(crate) fn query<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.stream(sql, params, |row| {
            found.push(map(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// The first row, where there is one.
    #[track_caller]
    pub(crate) fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let (mut map, mut found) = (Some(map), None);
        self.stream(sql, params, |row| {
            if let Some(map) = map.take() {
                found = Some(map(row)?);
            }
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// Begins a transaction that sees one state of the database.
    pub(crate) fn begin_read(&mut self) -> Result<()> {
        match &mut self.driver {
            Driver::Sqlite(_) => self.execute("BEGIN DEFERRED", &[]).map(drop)?,
            Driver::Postgres(_) => self.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?,
        }
        self.in_transaction = true;
        Ok(())
    }

    /// Makes ready for a load: the cache of an embedded database grows with it.
    pub(crate) fn expect_load(&mut self) -> Result<()> {
        match &mut self.driver {
            Driver::Sqlite(c) => {
                sqlite::fit_cache(c, Purpose::Write).map_err(|e| sqlite::translate(&e))
            }
            Driver::Postgres(_) => Ok(()),
        }
    }

    /// Begins a transaction that writes.
    pub(crate) fn begin_write(&mut self) -> Result<()> {
        match &mut self.driver {
            Driver::Sqlite(_) => self.execute("BEGIN IMMEDIATE", &[]).map(drop)?,
            // Every key a writer depends on is unique: a second writer gets a conflict and
            // tries again, so the cheap isolation is enough.
            Driver::Postgres(_) => self.batch("BEGIN ISOLATION LEVEL READ COMMITTED")?,
        }
        (self.in_transaction, self.conflicted) = (true, false);
        Ok(())
    }

    pub(crate) fn commit(&mut self) -> Result<()> {
        let done = match &mut self.driver {
            Driver::Sqlite(_) => self.execute("COMMIT", &[]).map(drop),
            Driver::Postgres(_) => self.batch("COMMIT"),
        };
        let done = self.note(done);
        if done.is_ok() {
            self.in_transaction = false;
        }
        done
    }

    /// Ends the transaction without a trace. A connection that cannot is not used again.
    pub(crate) fn rollback(&mut self) {
        if !self.in_transaction {
            return;
        }
        let done = match &self.driver {
            Driver::Sqlite(_) => self.execute("ROLLBACK", &[]).map(drop),
            Driver::Postgres(_) => self.batch("ROLLBACK"),
        };
        // After some errors (a full disk) SQLite has rolled back by itself.
        let over = matches!(&self.driver, Driver::Sqlite(c) if c.is_autocommit());
        if done.is_ok() || over {
            self.in_transaction = false;
        }
    }
}

/// Where the databases really differ.
impl Conn {
    /// One of two texts, by database.
    pub(crate) const fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.driver {
            Driver::Sqlite(_) => sqlite,
            Driver::Postgres(_) => postgres,
        }
    }

    /// Whether tables can be split by hash.
    pub(crate) const fn can_partition(&self) -> bool {
        matches!(self.driver, Driver::Postgres(_))
    }

    /// Keeps other migrators out until the transaction ends. On SQLite the transaction does.
    pub(crate) fn lock_schema(&mut self) -> Result<()> {
        match self.driver {
            Driver::Sqlite(_) => Ok(()),
            // An advisory lock is fine here: migrations run on one machine, never in daily work.
            Driver::Postgres(_) => {
                self.batch("SELECT pg_advisory_xact_lock(hashtext('xinheng:' || current_schema()))")
            }
        }
    }

    /// Lets nobody else chain entries until the transaction ends; readers go on. Two sealers would
    /// give out the same position, and try again and again. On SQLite the transaction does it.
    pub(crate) fn lock_log(&mut self) -> Result<()> {
        match self.driver {
            Driver::Sqlite(_) => Ok(()),
            Driver::Postgres(_) => {
                let done = self.batch("LOCK TABLE audit_log IN SHARE ROW EXCLUSIVE MODE");
                self.note(done)
            }
        }
    }

    /// Refuses a database that sorts text otherwise than by its bytes: pages of a list would
    /// part differently than on SQLite. SQLite always does.
    pub(crate) fn require_byte_order(&mut self) -> Result<()> {
        if matches!(self.driver, Driver::Sqlite(_)) {
            return Ok(());
        }
        let sql = "SELECT current_setting('server_encoding') = 'UTF8' \
                   AND CAST('B' AS TEXT) < CAST('a' AS TEXT) AND CAST('-B' AS TEXT) < CAST('A' AS TEXT)";
        if self.query_one(sql, &[], |row| row.get(0))? == Some(true) {
            return Ok(());
        }
        Err(StoreError::Unsupported(
            "数据库的编码须为 UTF8，排序规则须为 C.UTF-8。请另建：\
             createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 库名"
                .to_owned(),
        ))
    }

    /// Whether there is such a table.
    pub(crate) fn has_table(&mut self, table: &str) -> Result<bool> {
        let sql = self.pick(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1",
            "SELECT 1 FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_name = $1",
        );
        Ok(self.query_one(sql, &[table.into()], |_| Ok(()))?.is_some())
    }

    /// An expression that is true where `column` holds the text of `place`.
    pub(crate) fn holds(&self, column: &str, place: usize) -> String {
        let function = self.pick("instr", "strpos");
        format!("{function}({column}, ${place}) > 0")
    }

    /// The table `record r` for a look at most of its rows: in its own order, since an index
    /// would only add a jump for each.
    pub(crate) const fn whole_record(&self) -> &'static str {
        self.pick("record r NOT INDEXED", "record r")
    }

    /// An expression for the month of a date column, `YYYY-MM`.
    pub(crate) fn month(&self, column: &str) -> String {
        match self.driver {
            Driver::Sqlite(_) => format!("substr({column}, 1, 7)"),
            Driver::Postgres(_) => format!("to_char({column}, 'YYYY-MM')"),
        }
    }
}

/// The places in our code that have run a statement on each database.
#[cfg(debug_assertions)]
static RUN: std::sync::Mutex<std::collections::BTreeSet<(&str, &str, u32)>> =
    std::sync::Mutex::new(std::collections::BTreeSet::new());

impl Conn {
    /// Remembers who runs a statement, for the test that wants every statement run on both.
    #[cfg(debug_assertions)]
    fn run_from(&self, place: &'static std::panic::Location<'static>) {
        if let Ok(mut run) = RUN.lock() {
            run.insert((self.pick("sqlite", "postgres"), place.file(), place.line()));
        }
    }

    #[cfg(not(debug_assertions))]
    #[allow(clippy::unused_self, reason = "does nothing outside tests")]
    const fn run_from(&self, _: &std::panic::Location<'_>) {}
}

/// File and line of every place that has run a statement on `database` in this process.
#[cfg(debug_assertions)]
pub(crate) fn statements_run(database: &str) -> Vec<(String, u32)> {
    let run = RUN.lock().map(|run| run.clone()).unwrap_or_default();
    run.into_iter()
        .filter(|(on, ..)| *on == database)
        .map(|(_, file, line)| (file.to_owned(), line))
        .collect()
}
