//! The database of a deployment: pools of connections, reading and writing.

use crate::{
    audit::{self, AuditEntry, looks::Looks},
    content::{self, Sums},
    dialect::{Conn, Purpose, Value},
    error::{Result, StoreError},
    location::Location,
    migrate::{self, Layout, Migrated},
    pool::{Pool, Pooled, Turn},
};
use jiff::Timestamp;
use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// How a database is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How long to wait for another writer, or for a free connection, before saying `Busy`.
    pub patience: Duration,
    /// Connections for reading, at most.
    pub readers: usize,
    /// Connections for writing, at most; SQLite has one.
    pub writers: usize,
    /// Size the database may grow to, in bytes; beyond it writes fail with `Full`. SQLite only.
    pub most_bytes: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(10),
            readers: 8,
            writers: 4,
            most_bytes: None,
        }
    }
}

/// How often a write that met another writer is tried.
const ATTEMPTS: u32 = 5;

/// An open database. Cheap to clone; shared by all threads.
#[derive(Clone)]
pub struct Db(Arc<Shared>);

struct Shared {
    location: Location,
    readers: Pool,
    /// Who only reads takes none of its connections.
    writers: Pool,
    looks: Looks,
    /// Whether a clock that was set back writes nothing.
    clock_counts: AtomicBool,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Db({})", self.0.location)
    }
}

impl Db {
    /// Opens an existing database whose schema is this program's.
    ///
    /// # Errors
    /// `Missing`, `Unreachable`, `Corrupt`, `SchemaOlder`, `SchemaNewer`, `Unfinished`, `Busy`.
    pub fn open(location: &Location) -> Result<Self> {
        Self::open_with(location, &Options::default())
    }

    /// As [`Db::open`], with options.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub fn open_with(location: &Location, options: &Options) -> Result<Self> {
        let pool = |purpose, most| Pool::new(location.clone(), options.clone(), purpose, most);
        let writers = if location.single_writer() {
            1
        } else {
            options.writers.max(1)
        };
        let db = Self(Arc::new(Shared {
            location: location.clone(),
            readers: pool(Purpose::Read, options.readers.max(1)),
            writers: pool(Purpose::Write, writers),
            looks: Looks::default(),
            clock_counts: AtomicBool::new(false),
        }));
        let mut conn = db.0.readers.take(Turn::Person)?;
        migrate::require(&mut conn)?;
        if crate::copy::under_way(&mut conn)?.is_some() {
            return Err(StoreError::Unfinished(location.to_string()));
        }
        drop(conn);
        Ok(db)
    }

    /// Makes the database where there is none, and brings its schema up to this program's.
    /// A new deployment gets its secret here.
    ///
    /// # Errors
    /// `SchemaNewer`, `Unreachable`, `Corrupt`, `Busy`, `Full`.
    pub fn migrate(location: &Location, at: Timestamp) -> Result<Migrated> {
        migrate::run(location, Layout::Whole, at)
    }

    /// As [`Db::migrate`], with a chosen layout of the distributed tables.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub fn migrate_with(location: &Location, layout: Layout, at: Timestamp) -> Result<Migrated> {
        migrate::run(location, layout, at)
    }

    /// Where the database is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.0.location
    }

    /// Reads; everything read in one call is of one state of the database.
    ///
    /// # Errors
    /// What `read` gives, and the store's own.
    pub fn read<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = self.0.readers.begin(Turn::Person, Conn::begin_read)?;
        let answer = read(&mut conn);
        conn.rollback();
        answer
    }

    /// Writes in one transaction, which commits with its audit entry or not at all (I4). When
    /// another writer was met at the same row, `write` runs again, a bounded number of times.
    ///
    /// Writers go in the order of coming; this one goes before bulk.
    ///
    /// # Errors
    /// What `write` gives, and the store's own; then nothing was changed.
    pub fn write<T, E: From<StoreError>>(
        &self,
        write: impl FnMut(&mut Tx<'_>) -> Result<(T, AuditEntry), E>,
    ) -> Result<T, E> {
        self.write_as(Turn::Person, write)
    }

    /// As [`Db::write`], for one piece of long work that has many: people go before it, up to a
    /// bound.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_bulk<T, E: From<StoreError>>(
        &self,
        write: impl FnMut(&mut Tx<'_>) -> Result<(T, AuditEntry), E>,
    ) -> Result<T, E> {
        self.write_as(Turn::Bulk, write)
    }

    fn write_as<T, E: From<StoreError>>(
        &self,
        turn: Turn,
        mut write: impl FnMut(&mut Tx<'_>) -> Result<(T, AuditEntry), E>,
    ) -> Result<T, E> {
        self.write_or_not(turn, |tx| {
            write(tx).map(|(value, entry)| Ending::Commit(value, entry))
        })
    }

    /// As [`Db::write`], where the closure says whether there is anything to commit.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_or_not<T, E: From<StoreError>>(
        &self,
        turn: Turn,
        mut write: impl FnMut(&mut Tx<'_>) -> Result<Ending<T>, E>,
    ) -> Result<T, E> {
        self.attempt(turn, |tx| match write(tx)? {
            Ending::Commit(value, mut entry) => {
                self.clock_holds(tx, &entry)?;
                tx.tell(&mut entry);
                audit::append(tx, &entry)?;
                Ok((value, true))
            }
            Ending::TakeBack(value) => Ok((value, false)),
        })
    }

    /// Writes what is of the moment and has no entry: only to tables of which no sums are kept.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn keep<T, E: From<StoreError>>(
        &self,
        keep: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.retry(Turn::Person, keep)
    }

    /// Reads what is not public: its entry is committed before the answer is given (I4), in one
    /// transaction with those of others who look at this moment, and chained in it.
    ///
    /// # Errors
    /// What `read` gives, and the store's own; then nothing was looked at.
    pub fn look<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(&mut Conn) -> Result<(T, AuditEntry), E>,
    ) -> Result<T, E> {
        let (value, entry) = self.read(read)?;
        self.enter_look(entry)?;
        Ok(value)
    }

    /// Commits the entry of a look, with those of others who look at this moment.
    ///
    /// # Errors
    /// The store's own; then the entry is not there.
    pub fn enter_look(&self, entry: AuditEntry) -> Result<()> {
        self.0.looks.enter(entry, |group| {
            self.retry(Turn::Person, |tx| {
                for entry in group {
                    self.clock_holds(tx, entry)?;
                    audit::append(tx, entry)?;
                }
                let latest = group.iter().map(|entry| entry.at).max();
                latest
                    .map_or(Ok(0), |at| audit::seal_some(tx, at))
                    .map(drop)
            })
        })
    }

    /// Says whether an entry further before the last one than [`audit::BEHIND`] is refused, with
    /// what was to be written (`ClockBehind`). It is not until this says so.
    pub fn clock_counts(&self, counts: bool) {
        self.0.clock_counts.store(counts, Ordering::Relaxed);
    }

    fn clock_holds(&self, conn: &mut Conn, entry: &AuditEntry) -> Result<()> {
        if self.0.clock_counts.load(Ordering::Relaxed) {
            audit::require(conn, entry.at)?;
        }
        Ok(())
    }

    /// A write of the store's own housekeeping that has no entry: sealing the entries.
    pub(crate) fn retry<T, E: From<StoreError>>(
        &self,
        turn: Turn,
        mut write: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.attempt(turn, |tx| write(tx).map(|value| (value, true)))
    }

    /// Runs a write until it has met no other writer; it says whether it is to be committed.
    fn attempt<T, E: From<StoreError>>(
        &self,
        turn: Turn,
        mut write: impl FnMut(&mut Tx<'_>) -> Result<(T, bool), E>,
    ) -> Result<T, E> {
        let mut attempt = 1;
        loop {
            let mut conn = self.0.writers.begin(turn, Conn::begin_write)?;
            let mut tx = Tx::new(&mut conn);
            let mut outcome = write(&mut tx);
            let commit = matches!(outcome, Ok((_, true)));
            debug_assert!(
                !commit || tx.sums.is_empty(),
                "a change that no entry tells"
            );
            if commit && conn.conflicted {
                // A conflict that nobody heeded: PostgreSQL has given the transaction up.
                outcome = Err(StoreError::Conflict("写入时遇到了另一次写入".to_owned()).into());
            } else if commit && let Err(error) = conn.commit() {
                outcome = Err(error.into());
            }
            if outcome.is_err() || !commit {
                conn.rollback();
            }
            match outcome {
                Ok((value, _)) => return Ok(value),
                Err(error) if !conn.conflicted || attempt == ATTEMPTS => return Err(error),
                Err(_) => attempt += 1,
            }
        }
    }

    /// A connection outside any transaction, for what cannot run inside one.
    pub(crate) fn bare(&self) -> Result<Pooled<'_>> {
        self.0.writers.take(Turn::Bulk)
    }

    /// As [`Db::bare`], where nothing is written: no writer waits for it.
    pub(crate) fn bare_reader(&self) -> Result<Pooled<'_>> {
        self.0.readers.take(Turn::Person)
    }

    /// Whether the database is there and answers: for health checks.
    ///
    /// # Errors
    /// Whatever keeps it from answering.
    pub fn ping(&self) -> Result<()> {
        self.0.location.present()?;
        let mut conn = self.0.readers.begin(Turn::Person, Conn::begin_read)?;
        conn.query_one("SELECT count(*) FROM deployment", &[], |_| Ok(()))
            .map(drop)
    }
}

/// How a write ends.
#[derive(Debug)]
pub enum Ending<T> {
    /// It is committed with its entry.
    Commit(T, AuditEntry),
    /// There was nothing to write, or it was only tried: everything is taken back.
    TakeBack(T),
}

/// A running write. Reads as a [`Conn`] does; commits when its closure has given an audit entry.
#[derive(Debug)]
pub struct Tx<'a> {
    conn: &'a mut Conn,
    /// What was put into the tables and taken out of them so far.
    sums: Sums,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(conn: &'a mut Conn) -> Self {
        Self {
            conn,
            sums: Sums::default(),
        }
    }
}

impl Tx<'_> {
    /// Runs a statement on tables of which no sums are kept; others go through
    /// [`Tx::insert`], [`Tx::change`] and [`Tx::bulk`].
    #[track_caller]
    pub(crate) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        debug_assert!(!content::concerns(sql), "not accounted for: {sql}");
        self.conn.execute(sql, params)
    }

    /// Writes into the entry what was put in and taken out so far.
    pub(crate) fn tell(&mut self, entry: &mut AuditEntry) {
        debug_assert!(
            self.sums.declared(&entry.action),
            "{} does not declare all of: {:?}",
            entry.action,
            self.sums
        );
        if let Some(told) = std::mem::take(&mut self.sums).told() {
            entry.detail[content::TOLD] = told;
        }
    }

    pub(crate) const fn parts(&mut self) -> (&mut Conn, &mut Sums) {
        (self.conn, &mut self.sums)
    }
}

impl Deref for Tx<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}
