//! Turns between processes that write one SQLite file.
//!
//! Whoever meets another writer there asks again and again, and long work that begins its next
//! piece at once is there first each time. So a person holds a lock on a file beside the database
//! from before the transaction until its end, and bulk does not begin while somebody holds it. The
//! lock only says who goes first: where there is none, the database keeps writers apart all the
//! same. It dies with its process.

use super::Turn;
use crate::location::Location;
use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::OnceLock,
    time::Duration,
};

/// How long after one another the lock is asked for.
const APART: Duration = Duration::from_millis(2);
/// How long bulk lets people of other processes go before it, at most.
const BULK_YIELDS: Duration = Duration::from_secs(1);
/// How long a person waits for the turn, at most: whoever has it may be stopped.
const PERSON_WAITS: Duration = Duration::from_secs(2);

pub(super) struct Between {
    database: PathBuf,
    /// Opened by the first write; `None` where it cannot be.
    file: OnceLock<Option<File>>,
}

impl Between {
    /// Where processes share one writer.
    pub(super) fn of(location: &Location) -> Option<Self> {
        let Location::Sqlite(database) = location else {
            return None;
        };
        Some(Self {
            database: database.clone(),
            file: OnceLock::new(),
        })
    }

    /// Waits for the turn; a person has it until the answer is dropped. Goes on without it when it
    /// does not come in time.
    pub(super) fn wait(&self, turn: Turn, patience: Duration) -> Option<Held<'_>> {
        let file = self.file.get_or_init(|| opened(&self.database).ok());
        let file = file.as_ref()?;
        let longest = match turn {
            Turn::Person => patience.min(PERSON_WAITS),
            Turn::Bulk => patience.min(BULK_YIELDS),
        };
        let mut asks = longest.as_millis() / APART.as_millis();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if asks > 0 => {
                    asks -= 1;
                    std::thread::sleep(APART);
                }
                Err(_) => return None,
            }
        }
        let held = Held(file);
        (turn == Turn::Person).then_some(held)
    }
}

/// The turn, until it is dropped.
pub(super) struct Held<'a>(&'a File);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

fn opened(database: &Path) -> io::Result<File> {
    // One database has one such file, whatever it is called by.
    let mut name = OsString::from(database.canonicalize()?);
    name.push("-turn");
    let path = PathBuf::from(name);
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&path) {
        Ok(made) => {
            #[cfg(unix)]
            belongs_with(&made, database);
            Ok(made)
        }
        // A link may lead anywhere, and opening a pipe waits for somebody at its other end.
        Err(_) if !path.symlink_metadata()?.is_file() => Err(io::ErrorKind::InvalidInput.into()),
        Err(_) => OpenOptions::new().write(true).open(&path),
    }
}

/// An administrator's command leaves a file that the service may open. Only what was just made
/// changes hands: through a link it would be somebody else's file.
#[cfg(unix)]
fn belongs_with(file: &File, database: &Path) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    if let Ok(data) = database.metadata() {
        let _ = fchown(file, Some(data.uid()), Some(data.gid()));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use std::time::Instant;
    use tempfile::TempDir;

    const SHORT: Duration = Duration::from_millis(20);

    /// Two that share a database, each with its own opened file, as two processes have.
    fn two() -> (TempDir, Between, Between) {
        let dir = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(dir.path().join("x.db"));
        File::create(dir.path().join("x.db")).unwrap();
        let between = || Between::of(&location).unwrap();
        let (one, two) = (between(), between());
        (dir, one, two)
    }

    #[test]
    fn nobody_goes_while_a_person_has_the_turn() {
        let (_dir, one, two) = two();
        let held = one.wait(Turn::Person, SHORT).unwrap();
        for turn in [Turn::Person, Turn::Bulk] {
            let begun = Instant::now();
            assert!(two.wait(turn, SHORT).is_none());
            assert!(begun.elapsed() >= SHORT, "{turn:?} has not waited");
        }
        drop(held);
        assert!(two.wait(Turn::Person, Duration::ZERO).is_some());
    }

    /// A command of the administrator would give away whatever a link leads to.
    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let (dir, one, _) = two();
        let other = dir.path().join("other");
        std::fs::write(&other, "x").unwrap();
        std::os::unix::fs::symlink(&other, dir.path().join("x.db-turn")).unwrap();
        assert!(one.wait(Turn::Person, SHORT).is_none());
        let nowhere = dir.path().join("nowhere");
        let (dir, one, _) = two();
        std::os::unix::fs::symlink(&nowhere, dir.path().join("x.db-turn")).unwrap();
        assert!(one.wait(Turn::Person, SHORT).is_none());
        assert!(!nowhere.exists(), "nothing is made at its end");
    }

    #[test]
    fn bulk_keeps_nothing() {
        let (_dir, one, two) = two();
        assert!(one.wait(Turn::Bulk, SHORT).is_none());
        assert!(two.wait(Turn::Person, Duration::ZERO).is_some());
    }

    /// As the system does for a process that is killed.
    #[test]
    fn the_turn_ends_with_its_file() {
        let (_dir, one, two) = two();
        std::mem::forget(one.wait(Turn::Person, SHORT).unwrap());
        assert!(two.wait(Turn::Person, Duration::ZERO).is_none());
        drop(one);
        assert!(two.wait(Turn::Person, Duration::ZERO).is_some());
    }

    #[test]
    fn without_a_file_nobody_waits() {
        let (dir, one, _) = two();
        std::fs::create_dir(dir.path().join("x.db-turn")).unwrap();
        assert!(one.wait(Turn::Person, Duration::MAX).is_none());
        assert!(one.wait(Turn::Bulk, Duration::MAX).is_none());
    }
}
