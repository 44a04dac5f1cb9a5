//! Who copies into a database holds it for itself, for as long as the process lives.
//!
//! A row in the database would outlive a process that is killed, and nobody could tell one that
//! lives from one that does not. So the claim is what the system takes back by itself: on SQLite a
//! lock on a file beside the database (a lock on the database itself would be in its own way); on
//! PostgreSQL a row that a session of its own has locked, which the server frees with the session.

use super::{Conn, Purpose};
use crate::{
    db::Options,
    error::{Result, StoreError},
    location::Location,
};
use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};
use xinheng_domain::system;

/// As long as it is there nobody else gets one for the same database.
#[derive(Debug)]
pub(crate) struct Claim {
    _held: Held,
}

#[derive(Debug)]
enum Held {
    File {
        /// Holds the lock; `None` where the file system has none.
        _lock: Option<File>,
        /// Named like the database, so that whoever finds it knows what it belongs to.
        path: PathBuf,
    },
    Session(Conn),
}

/// The claim ends with its session, not a minute after its last statement, and soon after a
/// machine at the other end is gone. The row is waited for only as long as a server takes to see
/// that a client was killed.
const PATIENT: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '1s'; \
     SET LOCAL idle_in_transaction_session_timeout = 0; \
     SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 6;";
/// Holds the row of the first migration, which every database of ours has and nobody changes; it
/// is taken back at the end. Locks it on any PostgreSQL, also a distributed one.
const ROW: &str = "UPDATE schema_migration SET name = name WHERE version = 1";

impl Claim {
    /// Takes hold of the database at `location`, which has our tables; `None` where somebody
    /// else has it.
    pub(crate) fn take(location: &Location) -> Result<Option<Self>> {
        let held = match location {
            Location::Sqlite(path) => locked(path).map_err(|e| {
                let place = path.display();
                StoreError::Unreachable(format!("{place}（{}）", system::told(&e)))
            })?,
            Location::Postgres(_) => session(location)?,
        };
        Ok(held.map(|_held| Self { _held }))
    }
}

fn session(location: &Location) -> Result<Option<Held>> {
    let mut conn = Conn::open(location, Purpose::Write, &Options::default())?;
    conn.begin_write()?;
    conn.batch(PATIENT)?;
    match conn.execute(ROW, &[]) {
        Ok(_) => Ok(Some(Held::Session(conn))),
        Err(StoreError::Busy(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn locked(database: &Path) -> io::Result<Option<Held>> {
    // One database has one claim, whatever it is called by.
    let mut name = OsString::from(database.canonicalize()?);
    name.push(".copying");
    let path = PathBuf::from(name);
    // Opening a pipe waits for somebody at its other end.
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        return Err(io::Error::other(format!(
            "{}不是普通文件，请先移走",
            path.display()
        )));
    }
    loop {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options.open(&path)?;
        let lock = match lock.try_lock() {
            Ok(()) => Some(lock),
            Err(TryLockError::WouldBlock) => return Ok(None),
            // Some file systems have no locks: the note of the copy still tells that somebody
            // else wrote, after the fact.
            Err(TryLockError::Error(_)) => None,
        };
        // Whoever had it removed the file between our opening and our locking it: then it is
        // a lock on nothing.
        if lock.as_ref().is_none_or(|lock| is_at(lock, &path)) {
            return Ok(Some(Held::File { _lock: lock, path }));
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |data: std::fs::Metadata| (data.dev(), data.ino());
    let there = path.metadata().map(id);
    file.metadata()
        .map(id)
        .ok()
        .is_some_and(|own| there.is_ok_and(|there| there == own))
}

/// Where an open file cannot be removed it is still there.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

impl Drop for Held {
    fn drop(&mut self) {
        match self {
            // While it is locked: nobody else's is removed. One that stays does no harm.
            Self::File { path, .. } if cfg!(unix) => drop(std::fs::remove_file(path)),
            Self::File { .. } => {}
            // Closing alone frees the row only when the server sees it.
            Self::Session(conn) => conn.rollback(),
        }
    }
}
