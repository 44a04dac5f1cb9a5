//! Many rows at once.

use super::{Conn, Driver, Kind, Value, places, postgres, sqlite};
use crate::error::Result;
use ::postgres::binary_copy::BinaryCopyInWriter;

/// A bulk insertion: the same columns, many rows.
pub(crate) struct Insert<const N: usize> {
    pub(crate) table: &'static str,
    pub(crate) columns: [(&'static str, Kind); N],
    /// `ON CONFLICT …` or nothing.
    pub(crate) on_conflict: &'static str,
}

impl<const N: usize> Insert<N> {
    fn names(&self) -> String {
        self.columns.map(|(name, _)| name).join(", ")
    }

    /// The statement for `rows` rows at once.
    pub(crate) fn sql(&self, rows: usize) -> String {
        let (table, names, tail) = (self.table, self.names(), self.on_conflict);
        format!(
            "INSERT INTO {table} ({names}) VALUES {} {tail}",
            places(rows, N)
        )
    }
}

impl Conn {
    /// Loads many rows: COPY on PostgreSQL where nothing can conflict, rows of one statement
    /// otherwise; a prepared statement row by row on SQLite.
    #[track_caller]
    pub(crate) fn bulk<'v, const N: usize>(
        &mut self,
        insert: &Insert<N>,
        rows: impl Iterator<Item = [Value<'v>; N]>,
    ) -> Result<u64> {
        self.run_from(std::panic::Location::caller());
        let done = match &mut self.driver {
            Driver::Sqlite(c) => bulk_sqlite(c, insert, rows).map_err(|e| sqlite::translate(&e)),
            Driver::Postgres(c) if insert.on_conflict.is_empty() => {
                copy(c, insert, rows).map_err(|e| postgres::translate(&e))
            }
            Driver::Postgres(c) => {
                insert_many(c, insert, rows).map_err(|e| postgres::translate(&e))
            }
        };
        self.note(done)
    }
}

fn bulk_sqlite<'v, const N: usize>(
    connection: &rusqlite::Connection,
    insert: &Insert<N>,
    rows: impl Iterator<Item = [Value<'v>; N]>,
) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(&sqlite::numbered(&insert.sql(1)))?;
    let mut done = 0;
    for row in rows {
        for (at, value) in row.iter().enumerate() {
            statement.raw_bind_parameter(at + 1, value)?;
        }
        done += statement.raw_execute()? as u64;
    }
    Ok(done)
}

fn copy<'v, const N: usize>(
    connection: &mut postgres::PgClient,
    insert: &Insert<N>,
    rows: impl Iterator<Item = [Value<'v>; N]>,
) -> std::result::Result<u64, ::postgres::Error> {
    let sql = format!(
        "COPY {} ({}) FROM STDIN (FORMAT binary)",
        insert.table,
        insert.names()
    );
    let types = insert.columns.map(|(_, kind)| kind.postgres());
    let mut writer = BinaryCopyInWriter::new(connection.client.copy_in(&sql)?, &types);
    for row in rows {
        writer.write_raw(row.iter())?;
    }
    writer.finish()
}

/// Values of one statement, at most; PostgreSQL's limit is 65,535.
const VALUES: usize = 16_384;

fn insert_many<'v, const N: usize>(
    connection: &mut postgres::PgClient,
    insert: &Insert<N>,
    mut rows: impl Iterator<Item = [Value<'v>; N]>,
) -> std::result::Result<u64, ::postgres::Error> {
    let mut done = 0;
    loop {
        let some: Vec<_> = rows.by_ref().take(VALUES / N).collect();
        if some.is_empty() {
            return Ok(done);
        }
        // Powers of two, so that the number of statements stays small.
        let mut rest = some.as_slice();
        while !rest.is_empty() {
            let size = 1 << rest.len().ilog2();
            let (now, later) = rest.split_at(size);
            let statement = connection.prepare(&insert.sql(size))?;
            let values: Vec<Value<'v>> = now.iter().flatten().copied().collect();
            done += connection
                .client
                .execute(&statement, &postgres::references(&values))?;
            rest = later;
        }
    }
}
