//! What each table holds, read off the migrations: the types that SQLite's columns do not tell.

use crate::{dialect::Kind, manifest::TABLES, migrate::postgres_texts};

/// The table of the migrations themselves.
pub(crate) const LEDGER: &str = "schema_migration";

/// A table as the migrations leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// In the order of the schema; what is computed from others is left out.
    pub(crate) columns: Vec<(String, Kind)>,
    /// Names of the columns of its primary key.
    pub(crate) key: Vec<String>,
}

impl Table {
    /// Places of the key's columns among the columns.
    pub(crate) fn key_places(&self) -> Vec<usize> {
        let place = |name: &String| self.columns.iter().position(|(column, _)| column == name);
        self.key.iter().filter_map(place).collect()
    }
}

/// Every table of the manifest but the ledger of migrations, which each database has of its own.
/// A test holds them against a database that was migrated.
pub(crate) fn tables() -> Vec<Table> {
    let blank = |&(name, _): &(&'static str, _)| Table {
        name,
        columns: Vec::new(),
        key: Vec::new(),
    };
    let mut tables: Vec<Table> = TABLES.iter().map(blank).collect();
    tables.retain(|table| table.name != LEDGER);
    for text in postgres_texts() {
        let mut open = None;
        for line in text.lines() {
            let line = line.split("--").next().unwrap_or_default().trim();
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["CREATE", "TABLE", name, ..] => open = place(&tables, name),
                ["ALTER", "TABLE", name, "ADD", "COLUMN", column, kind, ..] => {
                    if let Some(table) = place(&tables, name) {
                        add(&mut tables[table], column, kind);
                    }
                }
                ["PRIMARY", "KEY", ..] => {
                    if let Some(table) = open {
                        let inside = line.split(['(', ')']).nth(1).unwrap_or_default();
                        tables[table].key =
                            inside.split(',').map(|c| c.trim().to_owned()).collect();
                    }
                }
                [");"] => open = None,
                [column, kind, rest @ ..] => {
                    if let Some(table) = open {
                        add(&mut tables[table], column, kind);
                        if rest.contains(&"PRIMARY") {
                            tables[table].key = vec![(*column).to_owned()];
                        }
                    }
                }
                _ => {}
            }
        }
    }
    tables
}

/// The ledger of migrations, as far as the databases of a deployment share it: the texts of the steps
/// differ, and are held against the program's.
pub(crate) fn ledger() -> Table {
    let columns = [
        ("version", Kind::Int),
        ("name", Kind::Text),
        ("applied_at", Kind::Text),
    ];
    Table {
        name: LEDGER,
        columns: columns.map(|(name, kind)| (name.to_owned(), kind)).into(),
        key: vec!["version".to_owned()],
    }
}

fn place(tables: &[Table], name: &str) -> Option<usize> {
    tables.iter().position(|table| table.name == name)
}

fn add(table: &mut Table, column: &str, kind: &str) {
    let kind = match kind.trim_end_matches([',', ';']) {
        // The terms of a name: computed from it on either database.
        "TEXT[]" => return,
        "BIGINT" => Kind::Int,
        "BOOLEAN" => Kind::Bool,
        "BYTEA" => Kind::Bytes,
        "DATE" => Kind::Date,
        "TIMESTAMPTZ" => Kind::Time,
        _ => Kind::Text,
    };
    table.columns.push((column.to_owned(), kind));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::{
        Db, Location,
        db::Options,
        dialect::{Conn, Purpose},
    };

    #[test]
    fn they_are_those_of_a_database() {
        let place = xinheng_testkit::TempSqlite::new().unwrap();
        let location = Location::Sqlite(place.path());
        Db::migrate(&location, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let mut conn = Conn::open(&location, Purpose::Read, &Options::default()).unwrap();
        for table in tables() {
            let sql = "SELECT name, type, pk FROM pragma_table_info($1)";
            let mut key = Vec::new();
            let columns = Conn::query(&mut conn, sql, &[table.name.into()], |row| {
                let (name, kind): (String, String) = (row.get(0)?, row.get(1)?);
                key.push((row.get::<i64>(2)?, name.clone()));
                Ok((name, kind))
            })
            .unwrap();
            key.retain(|(place, _)| *place > 0);
            key.sort();
            let kind = |kind: &Kind| match kind {
                Kind::Bool | Kind::Int => "INTEGER",
                Kind::Bytes => "BLOB",
                _ => "TEXT",
            };
            let ours: Vec<_> = table
                .columns
                .iter()
                .map(|(name, k)| (name.clone(), kind(k).to_owned()))
                .collect();
            assert_eq!(ours, columns, "{}", table.name);
            assert!(!table.key.is_empty() && table.key_places().len() == table.key.len());
            if table.name != "name_entry" {
                let key: Vec<String> = key.into_iter().map(|(_, name)| name).collect();
                assert_eq!(table.key, key, "{}", table.name);
            }
        }
    }
}
