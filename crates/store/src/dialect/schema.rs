//! What a database is made of, held against what the migrations make of an empty one: tables, columns
//! with their types and collations, indexes with their whole definition, keys, statistics; and
//! whatever acts by itself. An intruder's trigger could take away what the program writes, and an
//! index of another order gives another answer.

use super::{Conn, Driver, Row, sqlite};
use crate::error::Result;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

/// Kind, name, definition.
type Objects = BTreeSet<(String, String, String)>;

/// What the migrations make, by the engine that made it.
static MADE: Mutex<BTreeMap<String, Arc<Objects>>> = Mutex::new(BTreeMap::new());

impl Conn {
    /// Objects that are not those of the migrations, in Chinese.
    pub(crate) fn foreign_objects(&mut self, ledger: &str) -> Result<Vec<String>> {
        let (here, made) = (self.objects()?, self.made(ledger)?);
        let mut found = Vec::new();
        for (kind, name, _) in here.difference(&made) {
            found.push(format!("{kind} {name} 不是本程序建立的，或者被改动过"));
        }
        for (kind, name, _) in made.difference(&here) {
            if !here.iter().any(|(k, n, _)| k == kind && n == name) {
                found.push(format!("缺少 {kind} {name}"));
            }
        }
        Ok(found)
    }

    fn objects(&mut self) -> Result<Objects> {
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let found = self.query(self.pick(SQLITE, POSTGRES), &[], read)?;
        Ok(found.into_iter().collect())
    }

    /// The objects of an empty database that the migrations were applied to: one in memory, or the
    /// tables of a transaction that is taken back.
    fn made(&mut self, ledger: &str) -> Result<Arc<Objects>> {
        let sql = self.pick("SELECT sqlite_version()", "SELECT version()");
        let engine = self.query_one(sql, &[], |row| row.get::<String>(0))?;
        let engine = self.pick("sqlite ", "").to_owned() + &engine.unwrap_or_default();
        let mut all = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = all.get(&engine) {
            return Ok(Arc::clone(made));
        }
        let made = if matches!(self.driver, Driver::Sqlite(_)) {
            let memory = rusqlite::Connection::open_in_memory();
            let mut memory = Self::of(Driver::Sqlite(memory.map_err(|e| sqlite::translate(&e))?));
            memory.make(ledger, crate::migrate::sqlite_texts())
        } else {
            self.begin_write()?;
            let made = self
                .batch("SET LOCAL search_path = pg_temp")
                .and_then(|()| self.make(ledger, crate::migrate::postgres_texts()));
            self.rollback();
            made
        };
        let made = Arc::new(made?);
        all.insert(engine, Arc::clone(&made));
        Ok(made)
    }

    fn make<'t>(&mut self, ledger: &str, steps: impl Iterator<Item = &'t str>) -> Result<Objects> {
        self.batch(ledger)?;
        for step in steps {
            self.batch(step)?;
        }
        self.objects()
    }
}

const SQLITE: &str = "SELECT type, name, tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema";

/// Of the schema that new tables come to. What is spread over partitions is looked at as a whole.
const POSTGRES: &str = "\
WITH own AS (SELECT oid FROM pg_namespace WHERE nspname = current_schema()), \
relation AS (SELECT c.* FROM pg_class c WHERE c.relnamespace = (SELECT oid FROM own)) \
SELECT CASE WHEN relkind IN ('r', 'p') THEN 'table' ELSE 'relation ' || CAST(relkind AS TEXT) END, \
CAST(relname AS TEXT), coalesce(CAST(reloptions AS TEXT), '') FROM relation \
WHERE relkind NOT IN ('i', 'I', 't') AND NOT relispartition \
UNION ALL SELECT 'column', r.relname || '.' || a.attname, \
concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, k.collname, a.attidentity, \
a.attgenerated, pg_get_expr(d.adbin, d.adrelid), a.attstattarget, a.attoptions) \
FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped \
LEFT JOIN pg_collation k ON k.oid = a.attcollation \
LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum \
WHERE r.relkind NOT IN ('i', 'I', 't') AND NOT r.relispartition \
UNION ALL SELECT 'index', CAST(r.relname AS TEXT), concat_ws(' ', \
regexp_replace(pg_get_indexdef(r.oid), ' ON (ONLY )?(\"[^\"]+\"|[^ .\"]+)\\.', ' ON '), \
x.indisvalid, x.indisready, x.indislive) \
FROM relation r JOIN pg_index x ON x.indexrelid = r.oid WHERE NOT r.relispartition \
UNION ALL SELECT 'constraint', r.relname || '.' || k.conname, \
concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated) \
FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid WHERE NOT r.relispartition \
UNION ALL SELECT 'unlogged table', CAST(relname AS TEXT), '' FROM relation WHERE relpersistence = 'u' \
UNION ALL SELECT 'row security', CAST(relname AS TEXT), '' FROM relation \
WHERE relrowsecurity OR relforcerowsecurity \
UNION ALL SELECT 'child of', CAST(r.relname AS TEXT), '' FROM relation r \
JOIN pg_inherits i ON i.inhparent = r.oid WHERE r.relkind = 'r' \
UNION ALL SELECT 'invalid index', CAST(r.relname AS TEXT), '' FROM relation r \
JOIN pg_index x ON x.indexrelid = r.oid WHERE NOT x.indisvalid \
UNION ALL SELECT 'trigger', CAST(t.tgname AS TEXT), '' FROM pg_trigger t \
JOIN relation r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal \
UNION ALL SELECT 'rule', CAST(w.rulename AS TEXT), '' FROM pg_rewrite w \
JOIN relation r ON r.oid = w.ev_class \
UNION ALL SELECT 'policy', CAST(p.polname AS TEXT), '' FROM pg_policy p \
JOIN relation r ON r.oid = p.polrelid \
UNION ALL SELECT 'statistics', CAST(s.stxname AS TEXT), '' FROM pg_statistic_ext s \
WHERE s.stxnamespace = (SELECT oid FROM own) OR s.stxrelid IN (SELECT oid FROM relation) \
UNION ALL SELECT 'function', CAST(proname AS TEXT), '' FROM pg_proc \
WHERE pronamespace = (SELECT oid FROM own) \
UNION ALL SELECT 'operator', CAST(oprname AS TEXT), '' FROM pg_operator \
WHERE oprnamespace = (SELECT oid FROM own) \
UNION ALL SELECT 'type', CAST(typname AS TEXT), '' FROM pg_type \
WHERE typnamespace = (SELECT oid FROM own) AND typtype NOT IN ('b', 'c') \
UNION ALL SELECT 'collation', CAST(collname AS TEXT), '' FROM pg_collation \
WHERE collnamespace = (SELECT oid FROM own) \
UNION ALL SELECT 'cast', CAST(oid AS TEXT), '' FROM pg_cast WHERE oid >= 16384";
