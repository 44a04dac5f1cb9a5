//! Kinds of doctoring made by rule: every row of every table that can be taken away, added, moved or
//! exchanged, and every object of the schema that can be changed.

use crate::{
    build::{at, raw, read, write},
    doctored::{columns, found, other, silent, tried, verified},
};
use std::collections::BTreeMap;
use xinheng_store::{Db, Location, audit, deployment, ops};

/// The columns of each table's primary key, in their order.
fn keys(db: &Db) -> BTreeMap<String, Vec<String>> {
    let tables = xinheng_store::manifest::TABLES.iter();
    let key = |table: &str| -> Vec<String> {
        match db.location() {
            Location::Sqlite(_) => list(
                db,
                &format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"),
            ),
            Location::Postgres(_) => list(
                db,
                &format!(
                    "SELECT column_name::text FROM information_schema.key_column_usage k \
                     WHERE table_schema = current_schema() AND table_name = '{table}' \
                     ORDER BY ordinal_position"
                ),
            ),
        }
    };
    tables
        .map(|(name, _)| ((*name).to_owned(), key(name)))
        .collect()
}

/// The first column of an answer.
fn list(db: &Db, sql: &str) -> Vec<String> {
    match db.location() {
        Location::Sqlite(path) => {
            let conn = rusqlite::Connection::open(path).unwrap();
            let mut rows = conn.prepare(sql).unwrap();
            let found = rows.query_map([], |row| row.get(0)).unwrap();
            found.map(Result::unwrap).collect()
        }
        Location::Postgres(address) => {
            let mut client = postgres::Client::connect(address, postgres::NoTls).unwrap();
            let rows = client.query(sql, &[]).unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        }
    }
}

pub fn each_row_of_each_table(db: &Db) {
    crate::copy::furnish(db, 6);
    assert!(verified(db).unwrap().sound(), "{:#?}", ops::verify(db));
    let (shapes, keys) = (columns(db), keys(db));
    let mut silence = Vec::new();
    let mut done = BTreeMap::<&str, u32>::new();
    for table in shapes.keys() {
        raw(
            db,
            &format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"),
        );
    }
    for (table, columns) in shapes.iter().filter(|(table, _)| !silent(table, "*")) {
        let names = |shape: &[(String, String)]| -> Vec<String> {
            shape.iter().map(|(name, _)| name.clone()).collect()
        };
        let all = names(columns).join(", ");
        let key = &keys[table];
        let ordered = |order: &str| {
            let by: Vec<String> = key.iter().map(|k| format!("{k} {order}")).collect();
            by.join(", ")
        };
        let place = key.join(", ");
        let row = |order: &str| {
            let by = ordered(order);
            format!("({place}) = (SELECT {place} FROM kept_{table} ORDER BY {by} LIMIT 1)")
        };
        let mut doctored = Vec::new();
        for order in ["ASC", "DESC"] {
            let one = row(order);
            doctored.push(("deleted", format!("DELETE FROM {table} WHERE {one}"), None));
        }
        for (name, kind) in columns.iter().filter(|(name, _)| key.contains(name)) {
            let values: Vec<String> = columns
                .iter()
                .map(|(column, _)| match column == name {
                    true => other(column, kind),
                    false => column.clone(),
                })
                .collect();
            let (values, one) = (values.join(", "), row("DESC"));
            let sql = format!(
                "INSERT INTO {table} ({all}) SELECT {values} FROM kept_{table} WHERE {one}"
            );
            doctored.push(("added", sql, None));
        }
        let others = shapes.iter().filter(|(to, shape)| {
            *to != table && names(shape).iter().all(|c| names(columns).contains(c))
        });
        for (to, shape) in others {
            let (taken, one) = (names(shape).join(", "), row("DESC"));
            let sql = format!(
                "INSERT INTO {to} ({taken}) SELECT {taken} FROM kept_{table} WHERE {one}; \
                 DELETE FROM {table} WHERE {one}"
            );
            doctored.push(("moved", sql, Some(to)));
        }
        // What two rows say, under the other one's key.
        let said: Vec<String> = names(columns)
            .into_iter()
            .filter(|name| !key.contains(name) && !silent(table, name))
            .collect();
        let (first, last) = (row("ASC"), row("DESC"));
        let sets: Vec<String> = said
            .iter()
            .map(|c| {
                format!(
                    "{c} = CASE WHEN {first} THEN (SELECT {c} FROM kept_{table} WHERE {last}) \
                     ELSE (SELECT {c} FROM kept_{table} WHERE {first}) END"
                )
            })
            .collect();
        let differ = said.iter().any(|c| {
            list(
                db,
                &format!(
                    "SELECT CAST(count(DISTINCT {c}) AS TEXT) FROM kept_{table} WHERE {first} OR {last}"
                ),
            )[0] == "2"
        });
        if differ && !key.iter().any(|name| silent(table, name)) {
            let sets = sets.join(", ");
            let sql = format!("UPDATE {table} SET {sets} WHERE {first} OR {last}");
            doctored.push(("exchanged", sql, None));
        }
        for (what, sql, to) in doctored {
            if silent(table, what) || !tried(db, &sql) {
                continue;
            }
            *done.entry(what).or_default() += 1;
            if !found(db) {
                silence.push(format!("{table}: {what}: {sql}"));
            }
            for table in std::iter::once(table).chain(to) {
                let names = names(&shapes[table]).join(", ");
                raw(
                    db,
                    &format!(
                        "DELETE FROM {table}; \
                         INSERT INTO {table} ({names}) SELECT {names} FROM kept_{table};"
                    ),
                );
            }
        }
        assert!(verified(db).unwrap().sound(), "{table} was not put back");
    }
    assert!(silence.is_empty(), "not found: {silence:#?}");
    assert!(
        done["deleted"] > 50 && done["added"] > 30 && done["moved"] > 1 && done["exchanged"] > 5,
        "{done:?}"
    );
}

/// The last line of the log taken back, so that its entry could be altered before it is chained anew:
/// found, and found still when the next ones are chained behind it.
pub fn a_line_put_back_to_wait(db: &Db) {
    for n in 0..3 {
        write(db, |tx| deployment::set(tx, "a", &n.to_string()));
    }
    audit::seal(db, at(10)).unwrap();
    assert!(ops::verify(db).unwrap().sound());
    let last = "position = (SELECT max(position) FROM audit_log)";
    raw(
        db,
        &format!(
            "INSERT INTO audit_pending (subject_key, entry_id) \
             SELECT subject_key, entry_id FROM audit_log WHERE {last}; \
             UPDATE audit_entry SET actor = '别人' WHERE entry_id = \
             (SELECT entry_id FROM audit_log WHERE {last}); DELETE FROM audit_log WHERE {last}"
        ),
    );
    let kinds = || -> Vec<_> {
        let faults = ops::verify(db).unwrap().audit.faults;
        faults.into_keys().collect()
    };
    assert_eq!(kinds(), [audit::FaultKind::Shortened]);
    write(db, |tx| deployment::set(tx, "a", "b"));
    audit::seal(db, at(20)).unwrap();
    assert_eq!(
        kinds(),
        [audit::FaultKind::Gap, audit::FaultKind::Chain],
        "the gap stays"
    );
    assert_eq!(read(db, audit::count), 5);
}

/// What is done to an object, and how it is put back.
type Doctored = (String, String);

fn of_sqlite(db: &Db) -> Vec<Doctored> {
    let mut found = Vec::new();
    let objects = "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || sql FROM sqlite_schema \
                   WHERE sql IS NOT NULL AND name NOT LIKE 'name_index%'";
    for object in list(db, objects) {
        let mut words = object.splitn(4, ' ');
        let mut next = || words.next().unwrap().to_owned();
        let (kind, name, table, sql) = (next(), next(), next(), next());
        // The text alone, as an intruder would who wants another order from then on.
        let written = |sql: &str| {
            let sql = sql.replace('\'', "''");
            format!(
                "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = '{sql}' \
                 WHERE name = '{name}'; PRAGMA writable_schema = RESET"
            )
        };
        if kind == "table" {
            let collated = sql.replacen(" TEXT NOT NULL", " TEXT NOT NULL COLLATE NOCASE", 1);
            found.push((written(&collated), written(&sql)));
            found.push((
                format!("CREATE TRIGGER zz AFTER INSERT ON {table} BEGIN DELETE FROM {table}; END"),
                "DROP TRIGGER zz".to_owned(),
            ));
            continue;
        }
        let drop = format!("DROP INDEX {name}");
        let back = format!("DROP INDEX IF EXISTS {name}; {sql}");
        found.push((drop.clone(), back.clone()));
        for changed in redefined(&sql, " COLLATE NOCASE") {
            found.push((format!("BEGIN; {drop}; {changed}; COMMIT"), back.clone()));
            found.push((written(&changed), written(&sql)));
        }
    }
    let planted = "ANALYZE; DELETE FROM sqlite_stat1; \
                   INSERT INTO sqlite_stat1 VALUES ('record', 'record_by_item', '1000000 1000000')";
    for made in ["ANALYZE record", planted] {
        let back = "DROP TABLE sqlite_stat1; DROP TABLE IF EXISTS sqlite_stat4";
        found.push((made.to_owned(), back.to_owned()));
    }
    found
}

/// Other definitions of an index.
fn redefined(sql: &str, collation: &str) -> Vec<String> {
    let (head, columns) = sql.split_once('(').unwrap();
    let first = columns.split([',', ')']).next().unwrap();
    let unique = match head.contains("UNIQUE ") {
        true => head.replace("UNIQUE ", ""),
        false => head.replace("INDEX", "UNIQUE INDEX"),
    };
    vec![
        format!(
            "{head}({}",
            columns.replacen(first, &format!("{first}{collation}"), 1)
        ),
        format!(
            "{head}({}",
            columns.replacen(first, &format!("{first} DESC"), 1)
        ),
        format!(
            "{sql} {} {first} IS NOT NULL",
            if sql.contains(" WHERE ") {
                "AND"
            } else {
                "WHERE"
            }
        ),
        format!("{unique}({columns}"),
    ]
}

fn of_postgres(db: &Db) -> Vec<Doctored> {
    let mut found = Vec::new();
    let indexes = "SELECT indexname || ' ' || indexdef FROM pg_indexes i \
                   JOIN pg_class c ON c.oid = (quote_ident(schemaname) || '.' || quote_ident(indexname))::regclass \
                   WHERE schemaname = current_schema() AND NOT c.relispartition \
                   AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)";
    for index in list(db, indexes) {
        let (name, sql) = index.split_once(' ').unwrap();
        let sql = sql.replace(" ON ONLY ", " ON ");
        let drop = format!("DROP INDEX {name}");
        let back = format!("DROP INDEX IF EXISTS {name}; {sql}");
        found.push((drop.clone(), back.clone()));
        for changed in redefined(&sql, " COLLATE \"POSIX\"") {
            found.push((format!("{drop}; {changed}"), back.clone()));
        }
    }
    let keys = keys(db);
    for (table, columns) in columns(db) {
        let key = keys[&table].join(", ");
        let mut alter = |made: String, back: String| {
            found.push((
                format!("ALTER TABLE {table} {made}"),
                format!("ALTER TABLE {table} {back}"),
            ));
        };
        alter("ADD COLUMN zz TEXT".into(), "DROP COLUMN zz".into());
        alter(
            format!("DROP CONSTRAINT {table}_pkey"),
            format!("ADD CONSTRAINT {table}_pkey PRIMARY KEY ({key})"),
        );
        alter(
            "ADD CHECK (true)".into(),
            format!("DROP CONSTRAINT {table}_check"),
        );
        alter("SET (fillfactor = 50)".into(), "RESET (fillfactor)".into());
        alter(
            "ENABLE ROW LEVEL SECURITY".into(),
            "DISABLE ROW LEVEL SECURITY".into(),
        );
        let (of, _) = columns
            .iter()
            .find(|(name, _)| *name == keys[&table][0])
            .unwrap();
        for (made, back) in [
            ("SET STATISTICS 7", "SET STATISTICS -1"),
            ("SET (n_distinct = 5)", "RESET (n_distinct)"),
        ] {
            alter(format!("ALTER {of} {made}"), format!("ALTER {of} {back}"));
        }
        let plain = columns
            .iter()
            .find(|(name, kind)| kind == "text" && !keys[&table].contains(name));
        if let Some((name, _)) = plain {
            alter(
                format!("ALTER {name} TYPE TEXT COLLATE \"POSIX\""),
                format!("ALTER {name} TYPE TEXT COLLATE \"default\""),
            );
        }
        if let [(one, _), (other, _), ..] = &columns[..] {
            found.push((
                format!("CREATE STATISTICS zz ON {one}, {other} FROM {table}"),
                "DROP STATISTICS zz".to_owned(),
            ));
        }
    }
    found
}

pub fn each_object_of_the_schema(db: &Db) {
    crate::copy::furnish(db, 3);
    let doctored = match db.location() {
        Location::Sqlite(_) => of_sqlite(db),
        Location::Postgres(_) => of_postgres(db),
    };
    let amiss = || ops::verify_schema(db).unwrap();
    assert_eq!(amiss(), [""; 0]);
    let mut silence = Vec::new();
    let mut done = 0;
    for (made, back) in doctored {
        if !tried(db, &made) {
            continue;
        }
        done += 1;
        if amiss().is_empty() {
            silence.push(made.clone());
        }
        raw(db, &back);
        assert_eq!(amiss(), [""; 0], "{made}: {back}");
    }
    assert!(silence.is_empty(), "not found: {silence:#?}");
    assert!(done > 100, "{done}");
    assert!(verified(db).unwrap().sound());
}
