//! From sums of 256 bits to wide ones: a database of the program before is brought up to this one.

use crate::build::{at, load, raw, registered, write};
use serde_json::json;
use xinheng_store::{
    AuditEntry, Db, Difference, Location, StoreError,
    audit::{self, FaultKind},
    deployment, ops, testing,
};
use xinheng_testkit::TempSqlite;

/// A database as the program before left it.
fn before(db: &Db) {
    load(db, &[registered(1, "试验一"), registered(2, "试验二")]);
    write(db, |tx| deployment::set(tx, "a", "b"));
    testing::as_before_wide_sums(db, at(1)).unwrap();
    let older = Db::open(db.location()).unwrap_err();
    assert!(matches!(older, StoreError::SchemaOlder { .. }), "{older}");
}

fn upgraded(db: &Db) {
    before(db);
    let done = Db::migrate(db.location(), at(20)).unwrap();
    assert_eq!(done.from, 10);
}

fn difference(table: &str, batch: Option<&str>, rows: i64) -> Difference {
    Difference {
        table: table.to_owned(),
        batch: batch.map(str::to_owned),
        rows,
    }
}

pub fn the_content_is_told_anew_and_holds(db: &Db) {
    upgraded(db);
    let found = ops::verify(db).unwrap();
    assert!(found.sound(), "{found:#?}");
    assert_eq!((found.audit.sealed, found.audit.unsealed), (2, 0));
    write(db, |tx| deployment::set(tx, "a", "c"));
    audit::seal(db, at(30)).unwrap();
    assert!(ops::verify(db).unwrap().sound());
    raw(db, "UPDATE setting SET value = 'd' WHERE name = 'a'");
    let differences = ops::verify(db).unwrap().differences;
    assert_eq!(differences, [difference("setting", None, 0)]);
}

pub fn what_the_entries_do_not_tell_is_not_made_right(db: &Db) {
    before(db);
    raw(db, "UPDATE setting SET value = 'c' WHERE name = 'a'");
    let error = Db::migrate(db.location(), at(20)).unwrap_err();
    assert_eq!(error, StoreError::Differs("setting".to_owned()));
    raw(db, "UPDATE setting SET value = 'b' WHERE name = 'a'");
    assert_eq!(Db::migrate(db.location(), at(20)).unwrap().from, 10);
}

#[test]
fn a_backup_that_could_not_be_upgraded_is_refused_before() {
    let place = TempSqlite::new().unwrap();
    let location = Location::Sqlite(place.path());
    Db::migrate(&location, at(0)).unwrap();
    let db = Db::open(&location).unwrap();
    before(&db);
    raw(&db, "UPDATE setting SET value = 'c' WHERE name = 'a'");
    let backup = place.path().with_extension("backup");
    ops::backup(&db, &backup, &mut |_, _| {}).unwrap();
    let refused = ops::examine(&backup, |_| Ok::<_, StoreError>(())).unwrap_err();
    assert_eq!(refused, StoreError::Differs("setting".to_owned()));
    assert!(ops::restore(&location, &backup, "x").is_err());
}

pub fn nothing_goes_back_behind_the_upgrade(db: &Db) {
    upgraded(db);
    let narrow = format!("+0:{}", "0".repeat(64));
    for action in ["test.write", "database.upgrade"] {
        // Sums of the first kind, and a second beginning, tell nothing any longer.
        let detail = json!({ "sums": { "record/b1": narrow } });
        let entry = || AuditEntry::new(at(40), "test", action, detail.clone());
        db.write::<_, StoreError>(|_| Ok(((), entry()))).unwrap();
        audit::seal(db, at(40)).unwrap();
        let found = ops::verify(db).unwrap();
        assert!(found.audit.faults.is_empty());
        assert_eq!(found.differences, [difference("record", Some("b1"), 0)]);
        raw(
            db,
            "DELETE FROM audit_log WHERE position > 2; DELETE FROM audit_entry \
             WHERE entry_id NOT IN (SELECT entry_id FROM audit_log)",
        );
        raw(db, &crate::ops::noted("SELECT 2"));
        assert!(ops::verify(db).unwrap().sound());
    }
}

pub fn the_upgrade_cannot_be_taken_away(db: &Db) {
    upgraded(db);
    raw(db, "UPDATE deployment SET id = id || 'x'");
    let faults = ops::verify(db).unwrap().audit.faults;
    assert!(faults.contains_key(&FaultKind::Chain), "{faults:?}");
    raw(
        db,
        "DELETE FROM audit_log WHERE position > 1; DELETE FROM audit_entry \
         WHERE entry_id NOT IN (SELECT entry_id FROM audit_log)",
    );
    let differences = ops::verify(db).unwrap().differences;
    assert!(differences.contains(&difference("setting", None, 1)));
    assert!(differences.contains(&difference("subject", None, 2)));
}

/// A database as the program left it that told nobody when its steps were taken.
pub fn when_steps_were_taken_is_told(db: &Db) {
    load(db, &[registered(1, "试验一")]);
    audit::seal(db, at(1)).unwrap();
    let applied = "UPDATE schema_migration SET applied_at =";
    raw(
        db,
        &format!(
            "{}; DELETE FROM schema_migration WHERE version >= 17; \
             {applied} '2026-01-05T00:00:00.123Z'; \
             {applied} '2026-01-05T00:00:07.5Z' WHERE version = 16",
            xinheng_store::testing::back_before(17).join("; ")
        ),
    );
    assert_eq!(Db::migrate(db.location(), at(20)).unwrap().from, 16);
    let found = ops::verify(db).unwrap();
    assert!(found.sound(), "{found:#?}");
    assert_eq!((found.audit.sealed, found.audit.unsealed), (2, 0));
    for (version, there) in [(1, at(0)), (16, at(7)), (17, at(20))] {
        let of = format!("WHERE version = {version}");
        for other in [at(0), at(20), at(21)]
            .iter()
            .filter(|other| **other != there)
        {
            raw(db, &format!("{applied} '{other}' {of}"));
            let differences = ops::verify(db).unwrap().differences;
            assert_eq!(differences.len(), 1, "{version} {other}");
            assert_eq!(differences[0].table, "schema_migration");
        }
        raw(db, &format!("{applied} '{there}' {of}"));
        assert!(ops::verify(db).unwrap().sound(), "{version}");
    }
    // Nothing is told twice.
    assert_eq!(
        Db::migrate(db.location(), at(30)).unwrap().from,
        xinheng_store::SCHEMA_VERSION
    );
    assert!(ops::verify(db).unwrap().sound());
}
