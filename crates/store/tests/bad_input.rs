//! A database that is gone, locked, full, damaged, of another program version.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use jiff::Timestamp;
use std::{
    io::{Seek, SeekFrom, Write},
    path::Path,
    time::Duration,
};
use xinheng_store::{
    AuditEntry, Db, Location, Options, SCHEMA_VERSION, StoreError, deployment, ops,
};
use xinheng_testkit::{TempPostgres, TempSqlite};

fn at() -> Timestamp {
    Timestamp::from_second(1_767_571_200).unwrap()
}

fn impatient() -> Options {
    Options {
        patience: Duration::from_millis(20),
        ..Options::default()
    }
}

fn set(db: &Db, name: &str, value: &str) -> Result<(), StoreError> {
    db.write(|tx| {
        deployment::set(tx, name, value)?;
        Ok((
            (),
            AuditEntry::new(at(), "test", "test.set", serde_json::json!({})),
        ))
    })
}

fn get(db: &Db, name: &str) -> Result<Option<String>, StoreError> {
    db.read(|conn| deployment::setting(conn, name))
}

/// A migrated SQLite database.
fn sqlite() -> (TempSqlite, Location) {
    let place = TempSqlite::new().unwrap();
    let location = Location::Sqlite(place.path());
    Db::migrate(&location, at()).unwrap();
    (place, location)
}

/// Runs on both databases, where there is a server.
fn everywhere(test: impl Fn(&Location)) {
    let (_place, location) = sqlite();
    test(&location);
    if let Some(place) = TempPostgres::new() {
        let location = Location::parse(&place.address());
        Db::migrate(&location, at()).unwrap();
        test(&location);
    }
}

fn raw(location: &Location, sql: &str) {
    match location {
        Location::Sqlite(path) => {
            rusqlite::Connection::open(path)
                .unwrap()
                .execute_batch(sql)
                .unwrap();
        }
        Location::Postgres(address) => {
            let mut client = postgres::Client::connect(address, postgres::NoTls).unwrap();
            client.batch_execute(sql).unwrap();
        }
    }
}

#[test]
fn missing() {
    let place = TempSqlite::new().unwrap();
    let error = Db::open(&Location::Sqlite(place.path())).unwrap_err();
    assert!(matches!(error, StoreError::Missing(_)), "{error:?}");
    assert!(error.to_string().contains("xinheng db migrate"), "{error}");
    assert!(!place.path().exists(), "looking must not make a file");

    // An empty file is an empty database: nothing of ours in it.
    std::fs::write(place.path(), b"").unwrap();
    let error = Db::open(&Location::Sqlite(place.path())).unwrap_err();
    assert!(matches!(error, StoreError::Missing(_)), "{error:?}");

    let nowhere = Location::Sqlite("/nonexistent/folder/x.sqlite".into());
    let error = Db::migrate(&nowhere, at()).unwrap_err();
    assert!(matches!(error, StoreError::Unreachable(_)), "{error:?}");
    assert!(error.to_string().contains("/nonexistent/folder"), "{error}");

    if let Some(place) = TempPostgres::new() {
        let error = Db::open(&Location::parse(&place.address())).unwrap_err();
        assert!(matches!(error, StoreError::Missing(_)), "{error:?}");
        let other = place
            .address()
            .replacen("/postgres?", "/no_such_database?", 1);
        let error = Db::open(&Location::parse(&other)).unwrap_err();
        assert!(matches!(error, StoreError::Missing(_)), "{error:?}");
    }
}

#[test]
fn no_server() {
    for address in [
        "postgresql:///x?host=/nonexistent/socket",
        "postgresql://",
        "postgres://h:x/",
    ] {
        let error = Db::open_with(&Location::parse(address), &impatient()).unwrap_err();
        assert!(
            matches!(error, StoreError::Unreachable(_)),
            "{address}: {error:?}"
        );
    }
}

#[test]
fn a_file_that_is_no_database() {
    let place = TempSqlite::new().unwrap();
    std::fs::write(place.path(), "统一社会信用代码,名称\n".repeat(300)).unwrap();
    for error in [
        Db::open(&Location::Sqlite(place.path())).unwrap_err(),
        Db::migrate(&Location::Sqlite(place.path()), at()).unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
        assert!(
            error
                .to_string()
                .contains(&place.path().display().to_string()),
            "{error}"
        );
    }
}

#[test]
fn a_damaged_database_is_noticed() {
    let (_place, location) = sqlite();
    let Location::Sqlite(path) = &location else {
        panic!("sqlite")
    };
    let db = Db::open(&location).unwrap();
    for n in 0..300 {
        set(&db, &format!("name {n}"), &"值".repeat(200)).unwrap();
    }
    assert!(ops::verify(&db).unwrap().sound());
    drop(db);
    raw(&location, "PRAGMA wal_checkpoint(TRUNCATE)");
    scribble(path, 20);
    let verified = Db::open(&location).and_then(|db| ops::verify(&db));
    match verified {
        Ok(found) => assert!(!found.sound()),
        Err(error) => assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}"),
    }
}

/// Writes nonsense over pages from number `from` on.
fn scribble(path: &Path, from: u64) {
    let mut file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(from * 4096)).unwrap();
    file.write_all(&[0xa5; 4096 * 40]).unwrap();
}

#[test]
fn locked_by_another_process() {
    let (_place, location) = sqlite();
    let Location::Sqlite(path) = &location else {
        panic!("sqlite")
    };
    let db = Db::open_with(&location, &impatient()).unwrap();
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = set(&db, "x", "1").unwrap_err();
    assert!(matches!(error, StoreError::Busy(_)), "{error:?}");
    // Readers go on meanwhile, and the writer when the lock is gone.
    assert_eq!(get(&db, "x"), Ok(None));
    other.execute_batch("ROLLBACK").unwrap();
    set(&db, "x", "1").unwrap();
    assert_eq!(get(&db, "x"), Ok(Some("1".to_owned())));
}

/// Another process that was stopped in its turn, and a place where no turn can be had.
#[test]
fn a_turn_that_does_not_come_stops_nobody() {
    let (_place, location) = sqlite();
    let Location::Sqlite(path) = &location else {
        panic!("sqlite")
    };
    let turn = path.with_file_name(format!(
        "{}-turn",
        path.file_name().unwrap().to_str().unwrap()
    ));
    let db = Db::open_with(&location, &impatient()).unwrap();
    set(&db, "x", "1").unwrap();
    let other = std::fs::File::open(&turn).unwrap();
    other.lock().unwrap();
    set(&db, "x", "2").unwrap();
    drop(other);
    std::fs::remove_file(&turn).unwrap();
    std::fs::create_dir(&turn).unwrap();
    let db = Db::open_with(&location, &impatient()).unwrap();
    set(&db, "x", "3").unwrap();
    assert_eq!(get(&db, "x"), Ok(Some("3".to_owned())));
}

#[test]
fn every_connection_taken() {
    let (_place, location) = sqlite();
    let options = Options {
        readers: 1,
        ..impatient()
    };
    let db = Db::open_with(&location, &options).unwrap();
    let inner = db.read::<_, StoreError>(|_| Ok(get(&db, "x"))).unwrap();
    assert!(matches!(inner, Err(StoreError::Busy(_))), "{inner:?}");
    assert_eq!(get(&db, "x"), Ok(None));
}

#[test]
fn full() {
    let (place, location) = sqlite();
    // Room for ten texts beside the tables, however many tables there are.
    let fresh = std::fs::metadata(place.path()).unwrap().len();
    let options = Options {
        most_bytes: Some(fresh + 200_000),
        ..impatient()
    };
    let db = Db::open_with(&location, &options).unwrap();
    let big = "满".repeat(5_000);
    let mut written = 0;
    let error = loop {
        match set(&db, &format!("n{written}"), &big) {
            Ok(()) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 100, "the limit does nothing");
    };
    assert!(matches!(error, StoreError::Full(_)), "{error:?}");
    // Nothing half written, nothing lost.
    assert!(written > 3);
    assert_eq!(get(&db, &format!("n{written}")), Ok(None));
    assert_eq!(get(&db, &format!("n{}", written - 1)), Ok(Some(big)));
    assert!(ops::verify(&db).unwrap().sound());
}

#[test]
fn older_and_newer_programs() {
    everywhere(|location| {
        raw(
            location,
            "INSERT INTO schema_migration VALUES (99, '0099_x', '', '')",
        );
        for error in [
            Db::open(location).unwrap_err(),
            Db::migrate(location, at()).unwrap_err(),
        ] {
            assert_eq!(
                error,
                StoreError::SchemaNewer {
                    found: 99,
                    needed: SCHEMA_VERSION
                }
            );
        }
        raw(location, "DELETE FROM schema_migration WHERE version > 2");
        let error = Db::open(location).unwrap_err();
        assert_eq!(
            error,
            StoreError::SchemaOlder {
                found: 2,
                needed: SCHEMA_VERSION
            }
        );
        raw(
            location,
            "UPDATE schema_migration SET checksum = 'x' WHERE version = 1",
        );
        let error = Db::open(location).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
    });
}

#[test]
fn a_value_without_meaning_names_its_place() {
    everywhere(|location| {
        let db = Db::open(location).unwrap();
        raw(
            location,
            "INSERT INTO subject (subject_key, code, name, kind, status, provisional, person_named) \
             VALUES ('K', 'K', '名', 'nonsense', '', (1 = 0), (1 = 0))",
        );
        let key = xinheng_domain::subject::SubjectKey("K".into());
        let error = db
            .read::<_, StoreError>(|conn| xinheng_store::subject::get(conn, &key))
            .unwrap_err();
        let StoreError::Inconsistent { table, column, row } = error else {
            panic!("{error:?}")
        };
        assert_eq!(
            (table, column.as_str(), row.as_str()),
            ("subject", "kind", "K")
        );
    });
}

#[test]
fn the_file_is_taken_away_while_open() {
    let (_place, location) = sqlite();
    let Location::Sqlite(path) = &location else {
        panic!("sqlite")
    };
    let db = Db::open(&location).unwrap();
    db.ping().unwrap();
    std::fs::rename(path, path.with_extension("away")).unwrap();
    assert!(matches!(db.ping(), Err(StoreError::Missing(_))));
    std::fs::rename(path.with_extension("away"), path).unwrap();
    db.ping().unwrap();
}

#[test]
fn a_restarted_server_is_met_again() {
    let Some(place) = TempPostgres::new() else {
        return;
    };
    let address = format!("{}&application_name={}", place.address(), "restarted");
    let location = Location::parse(&address);
    Db::migrate(&location, at()).unwrap();
    let db = Db::open(&location).unwrap();
    set(&db, "x", "1").unwrap();
    raw(
        &Location::parse(&place.address()),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'restarted'",
    );
    assert_eq!(get(&db, "x"), Ok(Some("1".to_owned())));
    set(&db, "x", "2").unwrap();
}

#[test]
fn a_backup_is_a_database() {
    let (place, location) = sqlite();
    let db = Db::open(&location).unwrap();
    set(&db, "x", "1").unwrap();
    let copy = place.path().with_extension("backup");
    ops::backup(&db, &copy, &mut |_, _| ()).unwrap();
    set(&db, "x", "2").unwrap();
    let restored = Db::open(&Location::Sqlite(copy.clone())).unwrap();
    assert_eq!(get(&restored, "x"), Ok(Some("1".to_owned())));
    assert!(ops::verify(&restored).unwrap().sound());
    assert!(ops::size(&restored).unwrap() > 0);
    // A backup never writes over a file.
    assert!(matches!(
        ops::backup(&db, &copy, &mut |_, _| ()),
        Err(StoreError::Unsupported(_))
    ));
    if let Some(place) = TempPostgres::new() {
        let location = Location::parse(&place.address());
        Db::migrate(&location, at()).unwrap();
        let db = Db::open(&location).unwrap();
        let error = ops::backup(&db, &copy, &mut |_, _| ()).unwrap_err();
        assert!(error.to_string().contains("pg_dump"), "{error}");
        assert!(ops::size(&db).unwrap() > 0);
        ops::analyze(&db).unwrap();
    }
    ops::analyze(&db).unwrap();
}

#[test]
fn migrating_at_the_same_moment_happens_once() {
    everywhere(|location| {
        let before = Db::open(location).unwrap();
        let from: Vec<u32> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| Db::migrate(location, at()).unwrap().from))
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(from, [SCHEMA_VERSION; 4]);
        before.ping().unwrap();
    });
    let place = TempSqlite::new().unwrap();
    let location = Location::Sqlite(place.path());
    let mut from: Vec<u32> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| Db::migrate(&location, at()).unwrap().from))
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    from.sort_unstable();
    assert_eq!(from, [0, SCHEMA_VERSION, SCHEMA_VERSION, SCHEMA_VERSION]);
}

#[test]
fn a_server_that_sorts_otherwise_is_refused() {
    let Some(place) = TempPostgres::new() else {
        return;
    };
    let name = format!("icu_{}", std::process::id());
    let here = Location::parse(&place.address());
    raw(
        &here,
        &format!("CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'"),
    );
    let other = place
        .address()
        .replacen("/postgres?", &format!("/{name}?"), 1);
    let error = Db::migrate(&Location::parse(&other), at()).unwrap_err();
    raw(&here, &format!("DROP DATABASE {name} WITH (FORCE)"));
    assert!(matches!(error, StoreError::Unsupported(_)), "{error:?}");
    assert!(error.to_string().contains("createdb"), "{error}");
}
