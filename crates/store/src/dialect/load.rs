//! Whole tables, column by column as the schema names them: for copying between databases.

use super::{Conn, Driver, Kind, Row, Value, places, postgres, sqlite};
use crate::error::Result;
use ::postgres::binary_copy::BinaryCopyInWriter;
use jiff::{Timestamp, civil::Date};

/// A value on its way from one database to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Date(Date),
    Time(Timestamp),
}

impl Cell {
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(v) => Value::Bool(*v),
            Self::Int(v) => Value::Int(*v),
            Self::Text(v) => Value::Text(v),
            Self::Bytes(v) => Value::Bytes(v),
            Self::Date(v) => Value::Date(*v),
            Self::Time(v) => Value::Time(*v),
        }
    }

    /// About how much memory it takes.
    pub(crate) const fn size(&self) -> usize {
        match self {
            Self::Text(v) => v.len(),
            Self::Bytes(v) => v.len(),
            _ => 0,
        }
    }
}

impl Row<'_> {
    /// The value of column `at`, which is of this kind and may be null.
    pub(crate) fn cell(&self, at: usize, kind: Kind) -> Result<Cell> {
        let cell = match kind {
            Kind::Bool => self.get::<Option<bool>>(at)?.map(Cell::Bool),
            Kind::Int => self.get::<Option<i64>>(at)?.map(Cell::Int),
            Kind::Text | Kind::Words => self.get::<Option<String>>(at)?.map(Cell::Text),
            Kind::Bytes => self.get::<Option<Vec<u8>>>(at)?.map(Cell::Bytes),
            Kind::Date => self.get::<Option<Date>>(at)?.map(Cell::Date),
            Kind::Time => self.get::<Option<Timestamp>>(at)?.map(Cell::Time),
        };
        Ok(cell.unwrap_or(Cell::Null))
    }
}

impl Conn {
    /// Loads rows whose table is known at run time only: COPY on PostgreSQL, a prepared
    /// statement row by row on SQLite.
    #[track_caller]
    pub(crate) fn load(
        &mut self,
        table: &str,
        columns: &[(String, Kind)],
        rows: &[Vec<Cell>],
    ) -> Result<()> {
        self.run_from(std::panic::Location::caller());
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(", ");
        let done = match &mut self.driver {
            Driver::Sqlite(c) => {
                let place = places(1, columns.len());
                let sql = format!("INSERT INTO {table} ({names}) VALUES {place}");
                insert(c, &sql, rows).map_err(|e| sqlite::translate(&e))
            }
            Driver::Postgres(c) => {
                let sql = format!("COPY {table} ({names}) FROM STDIN (FORMAT binary)");
                copy_in(c, &sql, columns, rows).map_err(|e| postgres::translate(&e))
            }
        };
        self.note(done)
    }

    /// Names of all tables where this connection makes its own, the engine's left out.
    pub(crate) fn table_names(&mut self) -> Result<Vec<String>> {
        let sql = self.pick(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' \
             ORDER BY name",
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables \
             WHERE table_schema = current_schema() ORDER BY 1",
        );
        self.query(sql, &[], |row| row.get(0))
    }

    /// Lifts the server's limits of time for the running transaction: it reads whole tables, and
    /// waits while another database writes them.
    pub(crate) fn without_haste(&mut self) -> Result<()> {
        let sql = self.pick(
            "",
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
        );
        self.batch(sql)
    }
}

fn insert(
    connection: &rusqlite::Connection,
    sql: &str,
    rows: &[Vec<Cell>],
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(&sqlite::numbered(sql))?;
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            statement.raw_bind_parameter(at + 1, cell.value())?;
        }
        statement.raw_execute()?;
    }
    Ok(())
}

fn copy_in(
    connection: &mut postgres::PgClient,
    sql: &str,
    columns: &[(String, Kind)],
    rows: &[Vec<Cell>],
) -> std::result::Result<(), ::postgres::Error> {
    let types: Vec<_> = columns.iter().map(|(_, kind)| kind.postgres()).collect();
    let mut writer = BinaryCopyInWriter::new(connection.client.copy_in(sql)?, &types);
    for row in rows {
        let values: Vec<Value<'_>> = row.iter().map(Cell::value).collect();
        writer.write_raw(values.iter())?;
    }
    writer.finish().map(drop)
}
