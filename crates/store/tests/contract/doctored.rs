//! Nothing can be doctored in silence: each column of each table changed, each kind of row deleted,
//! added and moved to another place, behind the program's back.

use crate::build::{at, raw, read};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, path::Path};
use xinheng_store::{Db, Location, StoreError, ops};
use xinheng_testkit::TempSqlite;

/// What is tried with a column, and why it may stay unseen.
const UNSEEN: &[(&str, &[&str])] = &[
    // A count of changes, and a mark that spares a look: they tell nobody anything, and a mark that
    // is missing is found by `what_was_rewritten_is_found`.
    ("record", &["revision", "followed"]),
    // Of the moment: where somebody acts, which their roles allow or not, and the last request; who
    // failed to sign in; who is signed in no longer.
    (
        "session",
        &["department", "seen_at", "deleted", "exchanged"],
    ),
    ("sign_in", &["*"]),
    // Sealed: what was changed does not open, and its hash is in `hand_in`, `dispatch`, `case_file`.
    ("case_file_content", &["*"]),
    ("hand_in_content", &["*"]),
    ("dispatch_content", &["*"]),
    // Destroyed at any time; another one gives no proof's digest.
    ("proof_salt", &["*"]),
    // Where a name stands in the index; held against it by the index made anew, below.
    ("name_entry", &["rank"]),
];

/// Tables with their columns: name, whether it is a text, whether it may be empty.
pub fn columns(db: &Db) -> BTreeMap<String, Vec<(String, String)>> {
    let mut tables: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (table, _) in xinheng_store::manifest::TABLES {
        let found = match db.location() {
            Location::Sqlite(path) => {
                let conn = rusqlite::Connection::open(path).unwrap();
                let mut rows = conn
                    .prepare(&format!(
                        "SELECT name, type FROM pragma_table_info('{table}')"
                    ))
                    .unwrap();
                let found = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
                found.unwrap().map(Result::unwrap).collect()
            }
            Location::Postgres(address) => {
                let mut client = postgres::Client::connect(address, postgres::NoTls).unwrap();
                let rows = client.query(
                    "SELECT column_name::text, data_type::text FROM information_schema.columns \
                     WHERE table_name = $1 AND table_schema = current_schema() ORDER BY 1",
                    &[table],
                );
                rows.unwrap().iter().map(|r| (r.get(0), r.get(1))).collect()
            }
        };
        tables.insert((*table).to_owned(), found);
    }
    tables
}

pub fn silent(table: &str, column: &str) -> bool {
    UNSEEN
        .iter()
        .any(|(t, columns)| *t == table && columns.iter().any(|c| *c == "*" || *c == column))
}

/// Another value of the column's type, made of the one there is.
pub fn other(column: &str, kind: &str) -> String {
    match kind.to_ascii_lowercase().as_str() {
        "integer" | "bigint" => format!("CASE WHEN {column} = 1 THEN 0 ELSE 1 END"),
        "boolean" => format!("CASE WHEN {column} THEN FALSE ELSE TRUE END"),
        "date" => {
            format!("CASE WHEN {column} IS NULL THEN DATE '2026-07-01' ELSE {column} + 1 END")
        }
        "timestamp with time zone" => format!(
            "CASE WHEN {column} IS NULL THEN TIMESTAMPTZ '2026-07-01' ELSE {column} + INTERVAL '1 day' END"
        ),
        "blob" | "bytea" => "NULL".to_owned(),
        _ => match column {
            c if c.ends_with("_on")
                || ["public_from", "public_until", "deadline", "earliest_repair"].contains(&c)
                || c == "valid_from"
                || c == "valid_until"
                || c == "as_of"
                || c == "name_from" =>
            {
                format!("CASE WHEN {column} = '2026-07-01' THEN '2026-07-02' ELSE '2026-07-01' END")
            }
            c if c.ends_with("_at") => {
                format!(
                    "CASE WHEN {column} = '2026-07-01T00:00:00Z' THEN '2026-07-02T00:00:00Z' ELSE '2026-07-01T00:00:00Z' END"
                )
            }
            "kind" => format!("CASE WHEN {column} = 'withhold' THEN 'release' ELSE 'withhold' END"),
            "counters" | "detail" => "'{}'".to_owned(),
            _ => format!("COALESCE({column}, '') || 'x'"),
        },
    }
}

/// Runs statements that may be refused by the database itself: then nothing was doctored.
pub fn tried(db: &Db, sql: &str) -> bool {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| raw(db, sql))).is_ok()
}

pub fn found(db: &Db) -> bool {
    // A value that makes no sense stops the verification: that is an answer too.
    verified(db).map_or(true, |found| !found.sound())
}

/// A verification that overlooks the tables in which a test keeps what it changes.
pub fn verified(db: &Db) -> Result<ops::Verification, StoreError> {
    let mut found = ops::verify(db)?;
    found.integrity.retain(|line| !line.contains(" kept"));
    Ok(found)
}

pub fn each_value_of_each_table(db: &Db) {
    crate::copy::furnish(db, 6);
    assert!(verified(db).unwrap().sound(), "{:#?}", ops::verify(db));
    let mut silence = Vec::new();
    let mut done = 0;
    for (table, columns) in columns(db) {
        raw(
            db,
            &format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"),
        );
        // As it was: the text index of names is not among the tables that are put back.
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(", ");
        let back = format!(
            "DELETE FROM {table}; INSERT INTO {table} ({names}) SELECT {names} FROM kept_{table};"
        );
        for (column, kind) in &columns {
            if silent(&table, column) {
                continue;
            }
            let value = other(column, kind);
            if !tried(db, &format!("UPDATE {table} SET {column} = {value}")) {
                continue;
            }
            done += 1;
            if !found(db) {
                silence.push(format!("{table}.{column} changed"));
            }
            raw(db, &back);
        }
        if !silent(&table, "*") && !silent(&table, "deleted") {
            raw(db, &format!("DELETE FROM {table}"));
            done += 1;
            if !found(db) {
                silence.push(format!("{table}: rows deleted"));
            }
            raw(db, &back);
        }
        raw(db, &format!("DROP TABLE kept_{table}"));
        assert!(verified(db).unwrap().sound(), "{table} was not put back");
    }
    assert!(done > 100, "{done}");
    assert!(silence.is_empty(), "not found: {silence:#?}");
}

pub fn rows_added_and_moved(db: &Db) {
    crate::copy::furnish(db, 6);
    let record = "subject_key, record_tail, version, item, department, batch_id, row_number, landed, \
                  decided_on, public_from, public_until, ended_kind, followed, basis_id, \
                  publicity_class, earliest_repair, alarm_on, deadline, deadline_provisional, \
                  first_received_on, facets, document_number, content_hash, replaces, ended_on, \
                  ended_grounds, replaced_by, payload, once_public, revision";
    let added = |change: &str, value: &str| {
        format!(
            "INSERT INTO record ({record}) SELECT {} FROM record WHERE record_tail = 't000000000000001'",
            record.replace(change, value)
        )
    };
    let doctored = [
        // A record of another organisation, a second version, one more batch.
        added("record_tail", "'t999999999999999'"),
        added("version", "2"),
        "INSERT INTO subject_code (code, subject_key, valid_from) \
         SELECT '91990100000000990X', subject_key, NULL FROM subject WHERE code = '91990100000000010X'"
            .to_owned(),
        "UPDATE record SET subject_key = '91990100000000030X' WHERE record_tail = 't000000000000001'"
            .to_owned(),
        "UPDATE record SET batch_id = 'b2' WHERE record_tail = 't000000000000001'".to_owned(),
        // Two records exchange their texts, hashes and all.
        "UPDATE record SET payload = '{\"n\":2}', content_hash = (SELECT content_hash FROM record \
         WHERE record_tail = 't000000000000002') WHERE record_tail = 't000000000000001'"
            .to_owned(),
        "UPDATE subject SET person_named = (1 = 1) WHERE code = '91990100000000010X'".to_owned(),
        "UPDATE batch SET sealed_at = NULL WHERE batch_id = 'b1'".to_owned(),
        "DELETE FROM record WHERE batch_id = 'b1'".to_owned(),
        "DELETE FROM record_act".to_owned(),
        "UPDATE record SET ended_kind = 'withdrawn', ended_on = '2026-02-01', ended_grounds = '' \
         WHERE record_tail = 't000000000000001'"
            .to_owned(),
    ];
    let before = dump(db);
    for sql in &doctored {
        raw(db, sql);
        assert!(found(db), "not found: {sql}");
        let differences = ops::verify(db).unwrap().differences;
        assert!(!differences.is_empty(), "{sql}");
        restore(db, &before);
        assert!(verified(db).unwrap().sound(), "not put back: {sql}");
    }
}

/// Another spelling of the same day or moment: the database compares texts.
#[test]
fn another_spelling_is_another_value() {
    let place = TempSqlite::new().unwrap();
    let location = Location::Sqlite(place.path());
    Db::migrate(&location, at(0)).unwrap();
    let db = Db::open(&location).unwrap();
    crate::copy::furnish(&db, 6);
    for (table, column, value) in [
        ("record", "public_until", "'+00' || public_until"),
        (
            "record",
            "first_received_on",
            "replace(first_received_on, '-', '')",
        ),
        ("record", "decided_on", "'+00' || decided_on"),
        (
            "batch",
            "sealed_at",
            "replace(replace(sealed_at, '-', ''), ':', '')",
        ),
        ("batch", "sealed_at", "replace(sealed_at, 'Z', '+00:00')"),
        ("batch", "staged_at", "replace(staged_at, 'Z', '.000000Z')"),
        ("record_act", "acted_at", "lower(acted_at)"),
        ("audit_entry", "at", "replace(at, 'Z', '.0Z')"),
        ("subject_name", "valid_from", "valid_from || 'T00:00:00Z'"),
    ] {
        raw(&db, &format!("CREATE TABLE kept AS SELECT * FROM {table}"));
        raw(&db, &format!("UPDATE {table} SET {column} = {value}"));
        assert!(found(&db), "{table}.{column} = {value}");
        raw(
            &db,
            &format!(
                "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept"
            ),
        );
        assert!(
            verified(&db).unwrap().sound(),
            "{table}.{column} was not put back"
        );
    }
}

/// Objects that the migrations do not make could take away what the program writes.
pub fn foreign_objects_are_told(db: &Db) {
    crate::copy::furnish(db, 3);
    let (make, drop) = match db.location() {
        Location::Sqlite(_) => (
            "CREATE TRIGGER zz AFTER INSERT ON audit_pending BEGIN \
             DELETE FROM audit_entry WHERE action LIKE '%.look'; END",
            "DROP TRIGGER zz",
        ),
        Location::Postgres(_) => (
            "CREATE FUNCTION zz() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; \
             CREATE TRIGGER zz BEFORE INSERT ON audit_pending FOR EACH ROW EXECUTE FUNCTION zz()",
            "DROP TRIGGER zz ON audit_pending; DROP FUNCTION zz()",
        ),
    };
    raw(db, make);
    assert!(ops::verify(db).unwrap().integrity[0].contains("zz"));
    raw(db, drop);
    assert!(verified(db).unwrap().sound());
    if let Location::Postgres(_) = db.location() {
        let silent = [
            (
                "ALTER TABLE subject_person ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE subject_person DISABLE ROW LEVEL SECURITY",
            ),
            (
                "CREATE POLICY zz ON subject_person USING (false)",
                "DROP POLICY zz ON subject_person",
            ),
            (
                "CREATE FUNCTION zz(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
                "DROP FUNCTION zz(text)",
            ),
            (
                "ALTER TABLE setting ALTER COLUMN value SET DEFAULT 'zz'",
                "ALTER TABLE setting ALTER COLUMN value DROP DEFAULT",
            ),
        ];
        for (make, drop) in silent {
            raw(db, make);
            assert!(!ops::verify(db).unwrap().integrity.is_empty(), "{make}");
            raw(db, drop);
        }
        assert!(verified(db).unwrap().sound());
    }
    raw(db, "DROP INDEX record_by_item");
    assert!(ops::verify(db).unwrap().integrity[0].contains("record_by_item"));
}

/// A name that the engine keeps for its own hides nothing.
#[test]
fn an_object_under_a_name_of_the_engine_is_told() {
    let place = TempSqlite::new().unwrap();
    let location = Location::Sqlite(place.path());
    Db::migrate(&location, at(0)).unwrap();
    let db = Db::open(&location).unwrap();
    crate::copy::furnish(&db, 3);
    assert!(verified(&db).unwrap().sound());
    raw(
        &db,
        "PRAGMA writable_schema = ON; \
         INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('trigger', \
         'sqlite_zz', 'audit_pending', 0, 'CREATE TRIGGER sqlite_zz AFTER INSERT ON audit_pending \
         BEGIN DELETE FROM audit_entry WHERE action = ''test.hidden''; END'); \
         PRAGMA writable_schema = RESET",
    );
    let db = Db::open(&location).unwrap();
    let hidden =
        || xinheng_store::AuditEntry::new(at(9), "甲", "test.hidden", serde_json::json!({}));
    db.write::<_, StoreError>(|_| Ok(((), hidden()))).unwrap();
    let all = read(&db, |conn| xinheng_store::audit::page(conn, None, 1_000));
    assert!(
        all.iter().all(|kept| kept.entry.action != "test.hidden"),
        "it works"
    );
    let found = ops::verify(&db).unwrap();
    assert!(
        found
            .integrity
            .iter()
            .any(|line| line.contains("sqlite_zz")),
        "{found:#?}"
    );
}

/// An entry made up as a look covers nothing, and a log that was taken away is missed.
pub fn made_up_entries_and_a_log_taken_away(db: &Db) {
    crate::copy::furnish(db, 3);
    raw(
        db,
        "UPDATE subject SET status = 'revoked' WHERE code = '91990100000000010X'",
    );
    let differences = ops::verify(db).unwrap().differences;
    assert_eq!(differences.len(), 1);
    let sums = "+0:0000000000000000000000000000000000000000000000000000000000000001";
    let id = "019b8b8b8b8bffffffffffffffffffff";
    raw(
        db,
        &format!(
            "INSERT INTO audit_entry (subject_key, entry_id, at, actor, action, purpose, detail) \
             VALUES ('', '{id}', '2026-01-05T00:00:30Z', '甲', 'subject.look', 'x', \
             '{{\"sums\":{{\"department\":\"{sums}\"}}}}'); \
             INSERT INTO audit_pending (subject_key, entry_id) VALUES ('', '{id}')"
        ),
    );
    // What the look tells of a table is not heard: it is a difference beside the first.
    let found = ops::verify(db).unwrap().differences;
    let tables: Vec<&str> = found.iter().map(|d| d.table.as_str()).collect();
    assert_eq!(tables, ["subject", "department"]);
    raw(
        db,
        "DELETE FROM audit_log; DELETE FROM audit_pending; \
         INSERT INTO audit_pending SELECT subject_key, entry_id FROM audit_entry; \
         INSERT INTO audit_entry (subject_key, entry_id, at, actor, action, purpose, detail) \
         VALUES ('', '02ff8b8b8b8bffffffffffffffffffff', '2029-01-05T00:00:30Z', '甲', 'a.b', NULL, '{}'); \
         INSERT INTO audit_pending VALUES ('', '02ff8b8b8b8bffffffffffffffffffff')",
    );
    let found = ops::verify(db).unwrap().audit.faults;
    assert!(
        found.contains_key(&xinheng_store::audit::FaultKind::Overdue),
        "{found:?}"
    );
}

/// A second deployment beside the first is nobody's.
pub fn a_second_deployment(db: &Db) {
    crate::copy::furnish(db, 3);
    assert!(verified(db).unwrap().sound());
    raw(
        db,
        "INSERT INTO deployment (id, secret, created_at) SELECT id || '0', secret, created_at FROM deployment",
    );
    assert!(!verified(db).unwrap().sound());
}

/// A line that names an entry once more would count its sums again. The index that forbids it can be
/// taken away, and put back as one that does not.
pub fn an_entry_in_the_log_twice(db: &Db) {
    crate::copy::furnish(db, 3);
    raw(
        db,
        "DROP INDEX audit_log_once; CREATE INDEX audit_log_once ON audit_log (entry_id); \
         INSERT INTO audit_log (position, subject_key, entry_id, entry_hash, chain_hash, changes, \
         sealed_at) SELECT (SELECT max(position) FROM audit_log) + 1, subject_key, entry_id, \
         entry_hash, chain_hash, changes, sealed_at FROM audit_log WHERE position = 2",
    );
    let found = ops::verify(db).unwrap();
    let faults = &found.audit.faults;
    assert!(
        faults.contains_key(&xinheng_store::audit::FaultKind::Doubled),
        "{faults:?}"
    );
    assert!(
        found
            .integrity
            .iter()
            .any(|line| line.contains("audit_log_once"))
    );
}

const PUT_BACK: [&str; 5] = ["record", "subject", "subject_code", "batch", "record_act"];

fn dump(db: &Db) -> Vec<&'static str> {
    for table in PUT_BACK {
        raw(
            db,
            &format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"),
        );
    }
    PUT_BACK.to_vec()
}

fn restore(db: &Db, tables: &[&str]) {
    let columns = columns(db);
    for table in tables {
        let names: Vec<&str> = columns[*table]
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let names = names.join(", ");
        raw(
            db,
            &format!(
                "DELETE FROM {table}; INSERT INTO {table} ({names}) SELECT {names} FROM kept_{table};"
            ),
        );
    }
}

pub fn the_name_index_is_held_against_the_subjects(db: &Db) {
    crate::copy::furnish(db, 600);
    let sound = || ops::verify_names(db).unwrap();
    assert!(sound().sound(), "{:?}", sound());
    let first = "(SELECT min(rank) FROM name_entry)";
    raw(
        db,
        "UPDATE subject SET person_named = (1 = 1) WHERE code = '91990100000000050X'",
    );
    assert_eq!(
        (sound().surplus, sound().missing),
        (1, 0),
        "a person can be found"
    );
    raw(
        db,
        "UPDATE subject SET person_named = (1 = 0) WHERE code = '91990100000000050X'",
    );
    raw(
        db,
        &format!("UPDATE name_entry SET name = '别的名字' WHERE rank = {first}"),
    );
    assert!(!sound().sound());
    assert!(
        read(db, |conn| xinheng_store::search::names(conn, "试验", 5))
            .hits
            .len()
            > 1
    );
    raw(db, &format!("DELETE FROM name_entry WHERE rank = {first}"));
    assert_eq!(sound().missing, 1);
    if matches!(db.location(), Location::Sqlite(_)) {
        // Listed and not found: the table by which terms are looked up.
        let terms = sound().terms;
        raw(db, "DELETE FROM name_index_idx");
        assert!(sound().terms > terms);
    }
}

/// Everything the tables hold that tells anybody anything, or `None` where it cannot be read.
fn everything(path: &Path) -> Option<[u8; 32]> {
    let conn = rusqlite::Connection::open(path).ok()?;
    let mut hash = Sha256::new();
    for (table, _) in xinheng_store::manifest::TABLES {
        if silent(table, "*") {
            continue;
        }
        let mut rows = conn.prepare(&format!("SELECT * FROM {table}")).ok()?;
        let names: Vec<String> = rows.column_names().map(str::to_owned).collect();
        let mut rows = rows.query([]).ok()?;
        while let Some(row) = rows.next().ok()? {
            for (at, _) in names.iter().enumerate().filter(|(_, n)| !silent(table, n)) {
                hash.update(format!("{:?}|", row.get_ref(at).ok()?));
            }
        }
    }
    Some(hash.finalize().into())
}

/// Bits flipped and pages blanked anywhere in the file: whatever changes what a table holds, or
/// keeps it from being read, is found.
#[test]
fn random_bits_and_pages() {
    let place = TempSqlite::new().unwrap();
    let location = Location::Sqlite(place.path());
    Db::migrate(&location, at(0)).unwrap();
    let db = Db::open(&location).unwrap();
    crate::copy::furnish(&db, 200);
    assert!(verified(&db).unwrap().sound());
    let whole = place.path().with_extension("whole");
    ops::backup(&db, &whole, &mut |_, _| {}).unwrap();
    drop(db);
    let sound = std::fs::read(&whole).unwrap();
    let held = everything(&whole).unwrap();
    let (mut changed, mut random) = (0, 0x9e37_79b9_7f4a_7c15_u64);
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below as u64).unwrap()
    };
    for trial in 0..150 {
        let mut bytes = sound.clone();
        if trial % 3 == 0 {
            // The first page says that it is a database at all.
            let page = 4096 * (1 + next(bytes.len() / 4096 - 1));
            bytes[page..page + 4096].fill(0);
        } else {
            let place = 4096 + next(bytes.len() - 4096);
            bytes[place] ^= 1 << next(8);
        }
        let damaged = place.path().with_extension(format!("{trial}"));
        std::fs::write(&damaged, &bytes).unwrap();
        let found = match Db::open(&Location::Sqlite(damaged.clone())) {
            Ok(db) => found(&db),
            Err(_) => true,
        };
        if everything(&damaged) != Some(held) {
            changed += 1;
            assert!(
                found,
                "trial {trial}: what the tables hold has changed unseen"
            );
        }
        for file in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{file}", damaged.display()));
        }
    }
    assert!(changed > 50, "{changed} of 150 changed anything");
}
