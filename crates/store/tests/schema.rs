//! Rules that the schema keeps: both databases alike, and ready to be spread over machines.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};
use xinheng_store::{
    Db, Layout, Location,
    manifest::{Placement, TABLES, placement},
};
use xinheng_testkit::{TempPostgres, TempSqlite};

fn at() -> Timestamp {
    Timestamp::from_second(1_767_571_200).unwrap()
}

/// What a table looks like, in words both databases share.
#[derive(Debug, PartialEq, Eq, Default)]
struct Table {
    /// Name, kind, may be null; in order.
    columns: Vec<(String, String, bool)>,
    key: Vec<String>,
    /// Name, unique, columns.
    indexes: BTreeSet<(String, bool, String)>,
}

type Schema = BTreeMap<String, Table>;

fn of_sqlite() -> Schema {
    let place = TempSqlite::new().unwrap();
    Db::migrate(&Location::Sqlite(place.path()), at()).unwrap();
    let db = rusqlite::Connection::open(place.path()).unwrap();
    let mut schema = Schema::new();
    let mut names = db
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'name\\_index%' ESCAPE '\\' ORDER BY name")
        .unwrap();
    let names: Vec<(String, String)> = names
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for (name, sql) in names {
        assert!(sql.contains(") STRICT"), "{name} is not STRICT");
        let mut table = Table::default();
        let mut key = BTreeMap::new();
        let mut columns = db.prepare(&format!("PRAGMA table_info({name})")).unwrap();
        let mut rows = columns.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let column: String = row.get(1).unwrap();
            let nullable = row.get::<_, i64>(3).unwrap() == 0;
            assert!(
                row.get::<_, Option<String>>(4).unwrap().is_none(),
                "{name}.{column}: default"
            );
            if row.get::<_, i64>(5).unwrap() > 0 {
                key.insert(row.get::<_, i64>(5).unwrap(), column.clone());
            }
            table
                .columns
                .push((column, row.get::<_, String>(2).unwrap(), nullable));
        }
        table.key = key.into_values().collect();
        let mut indexes = db.prepare(&format!("PRAGMA index_list({name})")).unwrap();
        let mut rows = indexes.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let index: String = row.get(1).unwrap();
            if row.get::<_, String>(3).unwrap() == "c" {
                let unique = row.get::<_, i64>(2).unwrap() == 1;
                let columns: Vec<String> = db
                    .prepare(&format!("PRAGMA index_info({index})"))
                    .unwrap()
                    .query_map([], |r| r.get(2))
                    .unwrap()
                    .map(Result::unwrap)
                    .collect();
                table.indexes.insert((index, unique, columns.join(",")));
            }
        }
        schema.insert(name, table);
    }
    schema
}

fn of_postgres(layout: Layout) -> Option<Schema> {
    let place = TempPostgres::new()?;
    Db::migrate_with(&Location::parse(&place.address()), layout, at()).unwrap();
    let mut db = postgres::Client::connect(&place.address(), postgres::NoTls).unwrap();
    let mut schema = Schema::new();
    for row in db
        .query(
            "SELECT c.table_name::text, c.column_name::text, c.data_type::text, c.is_nullable::text, \
             c.column_default::text FROM information_schema.columns c \
             JOIN pg_class k ON k.relname = c.table_name AND k.relnamespace = current_schema()::regnamespace \
             WHERE c.table_schema = current_schema() AND NOT k.relispartition \
             ORDER BY c.table_name, c.ordinal_position",
            &[],
        )
        .unwrap()
    {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        assert!(row.get::<_, Option<String>>(4).is_none(), "{table}.{column}: default");
        let kind = match row.get::<_, String>(2).as_str() {
            "bigint" | "boolean" => "INTEGER",
            "text" | "date" | "timestamp with time zone" => "TEXT",
            "bytea" => "BLOB",
            "ARRAY" => continue,
            other => panic!("{table}.{column}: {other}"),
        };
        let nullable = row.get::<_, String>(3) == "YES";
        schema.entry(table).or_default().columns.push((column, kind.to_owned(), nullable));
    }
    for row in db
        .query(
            "SELECT t.relname::text, i.relname::text, x.indisunique, x.indisprimary, \
             array_to_string(ARRAY(SELECT a.attname FROM unnest(x.indkey) WITH ORDINALITY k(n, o) \
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.n ORDER BY k.o), ',') \
             FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
             WHERE t.relnamespace = current_schema()::regnamespace AND NOT t.relispartition",
            &[],
        )
        .unwrap()
    {
        let columns: String = row.get(4);
        let table = schema.get_mut(&row.get::<_, String>(0)).unwrap();
        if row.get(3) {
            table.key = columns.split(',').map(str::to_owned).collect();
        } else {
            table.indexes.insert((row.get(1), row.get(2), columns));
        }
    }
    Some(schema)
}

#[test]
fn both_databases_have_the_same_schema() {
    let sqlite = of_sqlite();
    for layout in [Layout::Whole, Layout::Partitions(3)] {
        let Some(postgres) = of_postgres(layout) else {
            return;
        };
        assert_eq!(
            sqlite.keys().collect::<Vec<_>>(),
            postgres.keys().collect::<Vec<_>>()
        );
        for (name, table) in &sqlite {
            assert_eq!(table.columns, postgres[name].columns, "{name}");
            // The name index is the one table whose keys differ: row numbers here, arrays there.
            if name != "name_entry" {
                assert_eq!(table.key, postgres[name].key, "{name}");
                assert_eq!(table.indexes, postgres[name].indexes, "{name}");
            }
        }
    }
}

#[test]
fn every_table_is_in_the_manifest() {
    let schema = of_sqlite();
    let listed: Vec<&str> = TABLES.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        schema.keys().map(String::as_str).collect::<Vec<_>>(),
        listed
    );
    for (name, table) in &schema {
        assert!(!table.key.is_empty(), "{name} has no primary key");
        if placement(name) == Some(Placement::Distributed) && name != "name_entry" {
            assert_eq!(table.key[0], "subject_key", "{name}");
            for (index, unique, columns) in &table.indexes {
                assert!(!unique || columns.starts_with("subject_key"), "{index}");
            }
        }
    }
    if let Some(postgres) = of_postgres(Layout::Whole) {
        assert_eq!(postgres["name_entry"].key[0], "subject_key");
    }
}

#[test]
fn both_trees_have_the_same_steps() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let steps = |tree: &str| -> BTreeMap<String, String> {
        std::fs::read_dir(root.join(tree))
            .unwrap()
            .map(|file| file.unwrap().path())
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, std::fs::read_to_string(path).unwrap())
            })
            .collect()
    };
    let (sqlite, postgres) = (steps("sqlite"), steps("postgres"));
    assert_eq!(
        sqlite.keys().collect::<Vec<_>>(),
        postgres.keys().collect::<Vec<_>>()
    );
    assert_eq!(
        sqlite.len(),
        usize::try_from(xinheng_store::SCHEMA_VERSION).unwrap()
    );
    for (at, name) in sqlite.keys().enumerate() {
        assert!(
            name.starts_with(&format!("{:04}_", at + 1)),
            "{name}: numbered without gaps"
        );
    }
    // What the distribution contract and the clock rule out.
    let banned = [
        "REFERENCES",
        "TRIGGER",
        "SERIAL",
        "SEQUENCE",
        "GENERATED",
        "DEFAULT",
        "FUNCTION",
        "PROCEDURE",
        "now()",
        "CURRENT_TIMESTAMP",
        "AUTOINCREMENT",
    ];
    for (name, text) in sqlite.iter().chain(&postgres) {
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with("--"))
        {
            for word in banned {
                assert!(
                    !line.to_uppercase().contains(&word.to_uppercase()),
                    "{name}: {line}"
                );
            }
        }
    }
}

/// Lines of our own Rust files, comments and tests left out.
fn code_lines(folder: &Path, each: &mut impl FnMut(&Path, usize, &str)) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            code_lines(&path, each);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for (at, line) in text.lines().enumerate() {
                if line.starts_with("#[cfg(test)]") {
                    break;
                }
                if !line.trim_start().starts_with("//") {
                    each(&path, at + 1, line);
                }
            }
        }
    }
}

#[test]
fn only_the_dialect_knows_the_backend() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut seen = 0;
    for name in [
        "domain", "rulebook", "exchange", "store", "app", "web", "cli", "demo",
    ] {
        let folder = crates.join(name).join("src");
        if !folder.exists() {
            continue;
        }
        code_lines(&folder, &mut |path, at, line| {
            let dialect = path.to_string_lossy().contains("/store/src/dialect/");
            seen += usize::from(dialect);
            let place = format!("{}:{at}: {line}", path.display());
            for word in ["rusqlite::", "postgres::", "Driver::"] {
                assert!(dialect || !line.contains(word), "{place}");
            }
            // A place is made anywhere and told apart in its own file alone.
            let told = [
                "Location::Sqlite(_)",
                "Location::Postgres(_)",
                "Self::Postgres(_)",
            ];
            let own = path.ends_with("store/src/location.rs");
            assert!(
                dialect || own || !told.iter().any(|t| line.contains(t)),
                "{place}"
            );
        });
    }
    assert!(seen > 300, "the dialect was not looked at");
}

/// `now()`, casts with `::` and `LIKE` are not portable, or not the same on both.
#[test]
fn statements_are_portable() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    code_lines(&source, &mut |path, at, line| {
        let place = format!("{}:{at}: {line}", path.display());
        for word in ["now()", " LIKE ", "::text", "::bigint", "::date", "ILIKE"] {
            assert!(!line.contains(word), "{place}");
        }
        // Only of rows that are named by their key, in one place.
        let told = line.contains("FOR UPDATE") && !line.contains("fn ");
        assert!(
            !told || path.ends_with("store/src/dialect/mod.rs"),
            "{place}"
        );
        if line.contains(" sum(") && !path.to_string_lossy().contains("dialect") {
            assert!(line.contains("CAST("), "{place}");
        }
    });
}
