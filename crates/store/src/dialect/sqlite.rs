//! SQLite: opening, settings, error codes.

use super::Purpose;
use crate::{db::Options, error::StoreError};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use std::{path::Path, time::Duration};

/// Page cache of the writer, in KiB: a load touches pages all over its indexes.
const WRITER_CACHE: i64 = 65_536;
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
    let cache = if purpose == Purpose::Write {
        WRITER_CACHE
    } else {
        READER_CACHE
    };
    connection
        .pragma_update(None, "cache_size", -cache)
        .map_err(|e| place(&e))?;
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
    let text = error.to_string();
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        return StoreError::Other(text);
    };
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

/// Pages copied at once; readers and the writer go on between two steps.
const STEP: std::ffi::c_int = 4_096;

pub(super) fn backup(source: &Connection, target: &Path) -> Result<(), StoreError> {
    if target.exists() {
        return Err(StoreError::Unsupported(format!(
            "备份文件已存在：{}",
            target.display()
        )));
    }
    let fault = |e: rusqlite::Error| at(target, &e);
    let mut copy = Connection::open(target).map_err(fault)?;
    let backup = rusqlite::backup::Backup::new(source, &mut copy).map_err(fault)?;
    backup
        .run_to_completion(STEP, Duration::ZERO, None)
        .map_err(fault)
}

/// `$2` is the second parameter in our texts, but for SQLite a name whose number is the order
/// of its first appearance; `?2` is what we mean. No text of ours holds another `$`.
pub(super) fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}
