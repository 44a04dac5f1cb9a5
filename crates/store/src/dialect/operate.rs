//! What operators ask of a database.

use super::{Conn, Driver, Row, sqlite, sqlite::Copied};
use crate::{
    error::{Result, StoreError},
    location::Location,
    ops::Kept,
};
use std::collections::BTreeSet;

impl Conn {
    /// Copies the database into a new file while it is in use.
    pub(crate) fn backup(&mut self, target: &std::path::Path, told: Copied<'_>) -> Result<()> {
        match &self.driver {
            Driver::Sqlite(c) => sqlite::backup(c, target, told),
            Driver::Postgres(_) => Err(StoreError::Unsupported(
                "PostgreSQL 数据库请用 pg_dump 备份（例如 pg_dump -Fc），用 pg_restore 恢复"
                    .to_owned(),
            )),
        }
    }

    /// Whether the database lies where nothing can be written.
    pub(crate) fn is_read_only(&self) -> bool {
        match &self.driver {
            Driver::Sqlite(c) => c.is_readonly("main").unwrap_or(false),
            Driver::Postgres(_) => false,
        }
    }

    /// Opens a backup for reading, without touching it.
    pub(crate) fn open_backup(path: &std::path::Path) -> Result<Self> {
        sqlite::open_backup(path).map(|c| Self::of(Driver::Sqlite(c)))
    }

    /// Puts this backup's content into the database at `location`.
    pub(crate) fn restore_to(&self, location: &Location, stamp: &str) -> Result<Kept> {
        match (&self.driver, location) {
            (Driver::Sqlite(c), Location::Sqlite(path)) => sqlite::restore(path, c, stamp),
            _ => Err(StoreError::Unsupported(
                "PostgreSQL 数据库请用 pg_restore 恢复（例如 pg_restore --clean --if-exists -d 库名 备份文件）"
                    .to_owned(),
            )),
        }
    }

    /// What the engine's own check finds amiss.
    /// Tables, indexes, triggers, views and rules that are not those of the migrations, in Chinese: an
    /// intruder's trigger could take away what the program writes.
    pub(crate) fn foreign_objects(&mut self, ledger: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        if matches!(self.driver, Driver::Sqlite(_)) {
            const ALL: &str = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema \
                 WHERE NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4')) ORDER BY 1, 2";
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            let here: BTreeSet<(String, String, String)> =
                self.query(ALL, &[], read)?.into_iter().collect();
            let made = rusqlite::Connection::open_in_memory().map_err(|e| sqlite::translate(&e))?;
            let mut made = Self::of(Driver::Sqlite(made));
            made.batch(ledger)?;
            for text in crate::migrate::sqlite_texts() {
                made.batch(text)?;
            }
            let wanted: BTreeSet<_> = made.query(ALL, &[], read)?.into_iter().collect();
            for (kind, name, _) in here.difference(&wanted) {
                found.push(format!("{kind} {name} 不是本程序建立的，或者被改动过"));
            }
            for (kind, name, _) in wanted.difference(&here) {
                if !here.iter().any(|(k, n, _)| k == kind && n == name) {
                    found.push(format!("缺少 {kind} {name}"));
                }
            }
            return Ok(found);
        }
        let names = |row: &Row<'_>| row.get::<String>(0);
        let foreign = "SELECT 'trigger ' || t.tgname FROM pg_trigger t \
             JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE NOT t.tgisinternal AND n.nspname = current_schema() \
             UNION ALL SELECT 'rule ' || rulename FROM pg_rules \
             WHERE schemaname = current_schema() \
             UNION ALL SELECT 'view ' || viewname FROM pg_views \
             WHERE schemaname = current_schema() \
             UNION ALL SELECT 'policy ' || polname FROM pg_policy p \
             JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = current_schema() \
             UNION ALL SELECT 'row security of ' || c.relname FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() \
             AND (c.relrowsecurity OR c.relforcerowsecurity) \
             UNION ALL SELECT 'function ' || p.proname FROM pg_proc p \
             JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = current_schema() \
             UNION ALL SELECT 'cast ' || oid FROM pg_cast WHERE oid >= 16384 \
             UNION ALL SELECT 'default of ' || c.relname FROM pg_attrdef d \
             JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = current_schema() \
             UNION ALL SELECT 'invalid index ' || c.relname FROM pg_index i \
             JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = current_schema() AND NOT i.indisvalid \
             UNION ALL SELECT 'keyless table ' || c.relname FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() \
             AND c.relkind IN ('r', 'p') AND NOT EXISTS \
             (SELECT 1 FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p') \
             ORDER BY 1";
        for name in self.query(foreign, &[], names)? {
            found.push(format!("{name} 不是本程序建立的，或者被改动过"));
        }
        // An index of the same name that lets doubles in is another one.
        let sql = "SELECT CAST(c.relname AS TEXT), i.indisunique FROM pg_index i \
             JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = current_schema()";
        let index = |row: &Row<'_>| Ok((row.get::<String>(0)?, row.get::<bool>(1)?));
        let here: BTreeSet<(String, bool)> = self.query(sql, &[], index)?.into_iter().collect();
        for text in crate::migrate::postgres_texts() {
            for line in text.lines().filter(|line| line.contains("INDEX ")) {
                let words: Vec<&str> = line.split_whitespace().collect();
                let at = words.iter().position(|word| *word == "INDEX").unwrap_or(0);
                if let (Some(&"CREATE"), Some(name)) = (words.first(), words.get(at + 1))
                    && !here.contains(&((*name).to_owned(), words.contains(&"UNIQUE")))
                {
                    found.push(format!("缺少 index {name}，或者被改动过"));
                }
            }
        }
        Ok(found)
    }

    pub(crate) fn integrity(&mut self) -> Result<Vec<String>> {
        match self.driver {
            Driver::Sqlite(_) => {
                let found = self.query("PRAGMA integrity_check(20)", &[], |row| {
                    row.get::<String>(0)
                })?;
                Ok(found.into_iter().filter(|line| line != "ok").collect())
            }
            // The server checks its pages itself (data checksums); amcheck is its tool.
            Driver::Postgres(_) => Ok(Vec::new()),
        }
    }
}
