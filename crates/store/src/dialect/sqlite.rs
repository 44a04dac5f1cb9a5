//! SQLite: opening, settings, error codes.

use super::Purpose;
use crate::{db::Options, error::StoreError, ops::Kept};
use rusqlite::{Connection, ErrorCode, OpenFlags, backup::StepResult, ffi};
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};
use xinheng_domain::system;

/// Page cache of the writer, in KiB: a load touches pages all over its indexes.
const WRITER_CACHE: i64 = 57_344;
/// The most that a large database is given, for its writer and for each reader: the upper levels
/// of its indexes alone outgrow the usual caches from some million records on.
const MOST_WRITER_CACHE: i64 = 524_288;
const MOST_READER_CACHE: i64 = 65_536;
/// Parts of the database that the writer of a large one, and a reader, keep at hand: one of so many.
const WRITER_PART: i64 = 24;
const READER_PART: i64 = 256;
/// Page cache of each reader, in KiB: the upper levels of the indexes; the system keeps the rest.
const READER_CACHE: i64 = 16_384;
/// Statements kept prepared per connection.
const STATEMENTS: usize = 128;

pub(super) fn open(
    path: &Path,
    purpose: Purpose,
    options: &Options,
) -> Result<Connection, StoreError> {
    let create = purpose == Purpose::Create;
    if !create && !path.exists() {
        return Err(StoreError::Missing(path.display().to_string()));
    }
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        // Made by us first, so that nobody else may read it; its log takes over the mode.
        private_file(path)
            .or_else(|e| match e.kind() {
                io::ErrorKind::AlreadyExists => made_private(path),
                _ => Err(e),
            })
            .map_err(|e| {
                let place = path.display();
                StoreError::Unreachable(format!("{place}（{}）", system::told(&e)))
            })?;
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let place = |error: &rusqlite::Error| at(path, error);
    let connection = Connection::open_with_flags(path, flags).map_err(|e| place(&e))?;
    // Otherwise a plan depends on the values bound, and every statement is parsed again for
    // each: a third of all time.
    connection
        .set_db_config(
            rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG,
            true,
        )
        .map_err(|e| place(&e))?;
    connection
        .busy_timeout(options.patience)
        .map_err(|e| place(&e))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A page of an index that a load touches again and again is copied from the log once in
    // many commits: the log may grow to about 100 MB.
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; \
             PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = OFF; \
             PRAGMA temp_store = MEMORY; \
             PRAGMA trusted_schema = OFF; \
             PRAGMA cell_size_check = ON; \
             PRAGMA wal_autocheckpoint = 24000; \
             PRAGMA journal_size_limit = 100663296;",
        )
        .map_err(|e| place(&e))?;
    fit_cache(&connection, purpose).map_err(|e| place(&e))?;
    if let Some(most) = options.most_bytes {
        let size: i64 = connection
            .query_row("PRAGMA page_size", [], |r| r.get(0))
            .map_err(|e| place(&e))?;
        let pages = i64::try_from(most).unwrap_or(i64::MAX) / size.max(1);
        connection
            .pragma_update(None, "max_page_count", pages)
            .map_err(|e| place(&e))?;
    }
    Ok(connection)
}

/// Gives a connection the page cache that fits the database: a machine that holds a large one has
/// the memory.
pub(super) fn fit_cache(connection: &Connection, purpose: Purpose) -> rusqlite::Result<()> {
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |r| r.get(0))?;
    let size: i64 = connection.query_row("PRAGMA page_size", [], |r| r.get(0))?;
    let cache = cache_of(purpose, pages.saturating_mul(size));
    connection.pragma_update(None, "cache_size", -cache)
}

/// KiB for a database of so many bytes.
fn cache_of(purpose: Purpose, bytes: i64) -> i64 {
    let (part, least, most) = if purpose == Purpose::Write {
        (WRITER_PART, WRITER_CACHE, MOST_WRITER_CACHE)
    } else {
        (READER_PART, READER_CACHE, MOST_READER_CACHE)
    };
    (bytes / 1024 / part).clamp(least, most)
}

/// The error, with the place named.
fn at(path: &Path, error: &rusqlite::Error) -> StoreError {
    match translate(error) {
        StoreError::Corrupt(text) => StoreError::Corrupt(format!("{}（{text}）", path.display())),
        StoreError::Unreachable(text) => {
            StoreError::Unreachable(format!("{}（{text}）", path.display()))
        }
        other => other,
    }
}

pub(super) fn translate(error: &rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        return StoreError::Other(error.to_string());
    };
    let text = told(*failure).unwrap_or_else(|| error.to_string());
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy(text),
        ErrorCode::DiskFull => StoreError::Full(text),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(text),
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly => {
            StoreError::Unreachable(text)
        }
        ErrorCode::ConstraintViolation
            if matches!(
                failure.extended_code,
                ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            ) =>
        {
            StoreError::Conflict(text)
        }
        _ => StoreError::Other(text),
    }
}

/// What is wrong with the file or its place, in Chinese as of any other file.
fn told(failure: ffi::Error) -> Option<String> {
    let words = match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => "别的程序正在写入",
        ErrorCode::DiskFull => "数据库或者磁盘没有空间",
        ErrorCode::DatabaseCorrupt => "内容已损坏",
        ErrorCode::NotADatabase => "不是数据库文件",
        // Why may stand in the number alone.
        ErrorCode::CannotOpen => {
            return Some(format!("打不开文件，SQLite 编号{}", failure.extended_code));
        }
        ErrorCode::SystemIoFailure => {
            return Some(format!(
                "磁盘读写出错，SQLite 编号{}",
                failure.extended_code
            ));
        }
        ErrorCode::PermissionDenied => "没有权限",
        ErrorCode::ReadOnly => "文件或者所在的磁盘是只读的",
        _ => return None,
    };
    Some(words.to_owned())
}

/// Pages copied at once; readers and the writer go on between two steps.
const STEP: std::ffi::c_int = 4_096;

/// Makes an empty file that only its owner may read, where there is none.
fn private_file(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// What lies there already: an empty file becomes private before anything is written into it; a
/// link that leads nowhere would make a file for everybody.
fn made_private(path: &Path) -> io::Result<()> {
    let there = path.metadata()?;
    let empty = there.is_file() && there.len() == 0;
    if cfg!(unix) && empty {
        only_for_owner(path)?;
    }
    Ok(())
}

#[cfg(unix)]
fn only_for_owner(path: &Path) -> io::Result<()> {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(path, mode)
}

#[cfg(not(unix))]
fn only_for_owner(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Told of pages copied, and of all.
pub(crate) type Copied<'a> = &'a mut dyn FnMut(u64, u64);

/// Copies one state of `source` into a new file while others write.
pub(super) fn backup(
    source: &Connection,
    target: &Path,
    told: Copied<'_>,
) -> Result<(), StoreError> {
    private_file(target).map_err(|e| {
        let place = target.display();
        StoreError::Unsupported(if e.kind() == io::ErrorKind::AlreadyExists {
            format!("备份文件已存在：{place}")
        } else {
            format!(
                "不能建立备份文件“{place}”：{}。请检查路径、权限和磁盘空间",
                system::told(&e)
            )
        })
    })?;
    let copied = Connection::open(target)
        .map_err(|e| at(target, &e))
        .and_then(|mut copy| copy_into(source, &mut copy, STEP, told));
    copied.map_err(|e| {
        // Half a backup is none.
        for tail in ["", "-journal"] {
            let _ = std::fs::remove_file(beside(target, tail));
        }
        match e {
            // Nothing is written to the source.
            StoreError::Full(_) => StoreError::TargetFull(target.display().to_string()),
            other => other,
        }
    })
}

/// Copies so many pages at a time. The state is held by a transaction of the source: otherwise a
/// commit of anybody begins the copy anew.
fn copy_into(
    source: &Connection,
    copy: &mut Connection,
    step: std::ffi::c_int,
    told: Copied<'_>,
) -> Result<(), StoreError> {
    let fault = |e: rusqlite::Error| translate(&e);
    let state = source.unchecked_transaction().map_err(fault)?;
    state
        .query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        .map_err(fault)?;
    let backup = rusqlite::backup::Backup::new(source, copy).map_err(fault)?;
    loop {
        match backup.step(step).map_err(fault)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {
                let pages = backup.progress();
                let count = |pages| u64::try_from(pages).unwrap_or(0);
                let (all, rest) = (count(pages.pagecount), count(pages.remaining));
                told(all.saturating_sub(rest), all);
            }
            // It has its transaction, and nobody else has the new file.
            _ => {
                return Err(StoreError::Busy(
                    "不能读取数据库或者写入备份文件".to_owned(),
                ));
            }
        }
    }
}

/// Opens a backup for reading, without leaving anything beside it.
pub(super) fn open_backup(path: &Path) -> Result<Connection, StoreError> {
    if !path.is_file() {
        return Err(StoreError::Missing(path.display().to_string()));
    }
    let log = beside(path, "-wal");
    let mut flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = if std::fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        Connection::open_with_flags(path, flags)
    } else {
        // A database in WAL mode could not be read from a read-only medium otherwise.
        flags |= OpenFlags::SQLITE_OPEN_URI;
        let mut address = "file:".to_owned();
        for byte in path.as_os_str().as_encoded_bytes() {
            use std::fmt::Write as _;
            match byte {
                b'?' | b'#' | b'%' => {
                    let _ = write!(address, "%{byte:02X}");
                }
                byte if byte.is_ascii() => address.push(char::from(*byte)),
                byte => {
                    let _ = write!(address, "%{byte:02X}");
                }
            }
        }
        Connection::open_with_flags(format!("{address}?immutable=1"), flags)
    };
    opened.map_err(|e| at(path, &e))
}

/// The path with `tail` after its name.
fn beside(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}

/// A name in the folder of `path` that nothing bears yet.
fn free_name(path: &Path, stem: &str) -> PathBuf {
    let mut name = path.with_file_name(format!("{stem}.db"));
    let mut again = 2;
    while name.exists() {
        name = path.with_file_name(format!("{stem}-{again}.db"));
        again += 1;
    }
    name
}

/// How often, and how long apart, a restore asks for the database that another one writes.
const ASKS: u32 = 100;
const APART: Duration = Duration::from_millis(100);

/// Puts the content of `source` into the database at `path`, which may be in use; what was there
/// is kept beside it.
pub(super) fn restore(path: &Path, source: &Connection, stamp: &str) -> Result<Kept, StoreError> {
    let kept = keep(path, stamp)?;
    let mut live = open(path, Purpose::Create, &Options::default())?;
    let fault = |e: rusqlite::Error| at(path, &e);
    {
        let copy = rusqlite::backup::Backup::new(source, &mut live).map_err(fault)?;
        let mut asked = 0;
        loop {
            match copy.step(-1).map_err(fault)? {
                StepResult::Done => break,
                StepResult::More => {}
                _ if asked == ASKS => {
                    return Err(StoreError::Busy(path.display().to_string()));
                }
                _ => {
                    asked += 1;
                    std::thread::sleep(APART);
                }
            }
        }
    }
    // Readers may hold the log back; it is taken in later then.
    let _ = live.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    Ok(kept)
}

/// Keeps what is at `path`: a backup of a sound database, else the files themselves, moved aside
/// so that no old log is read into the new content.
fn keep(path: &Path, stamp: &str) -> Result<Kept, StoreError> {
    if path.exists() {
        let copy = free_name(path, &format!("before-restore-{stamp}"));
        let copied = open(path, Purpose::Write, &Options::default()).and_then(|present| {
            let said: String = present
                .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
                .map_err(|e| at(path, &e))?;
            if said != "ok" {
                return Err(StoreError::Corrupt(said));
            }
            backup(&present, &copy, &mut |_, _| ())
        });
        match copied {
            Ok(()) => return Ok(Kept::Copy(copy)),
            Err(StoreError::Corrupt(_)) => {}
            Err(other) => return Err(other),
        }
    }
    let aside = free_name(path, &format!("damaged-{stamp}"));
    let mut moved = false;
    for tail in ["", "-wal", "-shm"] {
        match std::fs::rename(beside(path, tail), beside(&aside, tail)) {
            Ok(()) => moved = true,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => {
                return Err(StoreError::Unsupported(format!(
                    "不能移开原有的文件“{}{tail}”：{}。请检查权限",
                    path.display(),
                    system::told(&e)
                )));
            }
        }
    }
    Ok(if moved {
        Kept::Aside(aside)
    } else {
        Kept::Nothing
    })
}

/// `$2` is the second parameter in our texts, but for SQLite a name whose number is the order
/// of its first appearance; `?2` is what we mean. No text of ours holds another `$`.
pub(super) fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    /// A database in a folder, with some hundred pages.
    fn database(dir: &tempfile::TempDir) -> Connection {
        let path = dir.path().join("x.db");
        let source = open(&path, Purpose::Create, &Options::default()).unwrap();
        let sql = "CREATE TABLE setting (n INTEGER PRIMARY KEY, text TEXT); \
                   WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 200) \
                   INSERT INTO setting SELECT n, printf('%4000d', n) FROM c;";
        source.execute_batch(sql).unwrap();
        source
    }

    fn rows(of: &Connection) -> i64 {
        of.query_row("SELECT count(*) FROM setting", [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn a_backup_ends_although_somebody_commits_after_every_step() {
        let dir = tempfile::tempdir().unwrap();
        let source = database(&dir);
        let other = Connection::open(dir.path().join("x.db")).unwrap();
        let mut copy = Connection::open(dir.path().join("copy.db")).unwrap();
        let mut steps = 0;
        copy_into(&source, &mut copy, 16, &mut |done, all| {
            steps += 1;
            assert!(done <= all && steps < 100, "begun anew: {done} of {all}");
            other
                .execute("INSERT INTO setting (text) VALUES ('later')", [])
                .unwrap();
        })
        .unwrap();
        assert!(steps > 5, "{steps}");
        assert_eq!(rows(&copy), 200, "the state at its beginning");
        assert_eq!(rows(&source), 200 + steps, "the transaction is over");
    }

    #[test]
    fn a_full_target_is_told_from_a_full_database() {
        let dir = tempfile::tempdir().unwrap();
        let source = database(&dir);
        let mut copy = Connection::open(dir.path().join("copy.db")).unwrap();
        copy.pragma_update(None, "max_page_count", 20).unwrap();
        let full = copy_into(&source, &mut copy, 16, &mut |_, _| ());
        assert!(matches!(full, Err(StoreError::Full(_))), "{full:?}");
        // Its transaction is over as well.
        source
            .execute("DELETE FROM setting WHERE n = 1", [])
            .unwrap();
    }

    #[test]
    fn only_a_large_database_gets_a_larger_cache() {
        const GB: i64 = 1 << 30;
        let writer = |bytes| cache_of(Purpose::Write, bytes);
        let reader = |bytes| cache_of(Purpose::Read, bytes);
        assert_eq!((writer(0), reader(0)), (WRITER_CACHE, READER_CACHE));
        // About a million records.
        assert_eq!((writer(GB), reader(GB)), (WRITER_CACHE, READER_CACHE));
        assert_eq!((writer(6 * GB), reader(6 * GB)), (262_144, 24_576));
        let most = (MOST_WRITER_CACHE, MOST_READER_CACHE);
        assert_eq!((writer(99 * GB), reader(99 * GB)), most);
    }
}
