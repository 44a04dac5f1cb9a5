//! Rows of a table as a struct: [`table!`] names columns and fields once, and gives reading, adding,
//! replacing and bulk loading.

use super::{Conn, Row, Value, places};
use crate::{Tx, error::Result, subject::padded};
use std::ops::ControlFlow;

/// A struct that is a row of a table, or the columns of it that count.
pub(crate) trait Stored: Sized {
    /// The table.
    const TABLE: &'static str;
    /// Its columns, in the order of the fields.
    const COLUMNS: &'static [&'static str];
    /// The columns of its key.
    const KEY: &'static [&'static str];
    /// Reads a row of [`columns`].
    fn read(row: &Row<'_>) -> Result<Self>;
    /// The values of the columns.
    fn cells(&self) -> Vec<Value<'_>>;
    /// Loads many rows, none of which is there.
    fn add_all<'r>(tx: &mut Tx<'_>, rows: impl Iterator<Item = &'r Self>) -> Result<u64>
    where
        Self: 'r;
}

/// `a, b, c`: what [`Stored::read`] reads.
pub(crate) fn columns<T: Stored>() -> String {
    T::COLUMNS.join(", ")
}

/// Keys asked for in one statement.
pub(crate) const KEYS: usize = 256;

impl Conn {
    /// Gives the rows of `sql`, in which `{keys}` stands for the list of keys, to `each`: a few
    /// hundred keys at a time, so that few statements serve all lengths.
    #[track_caller]
    pub(crate) fn among<'v>(
        &mut self,
        sql: &str,
        keys: impl Iterator<Item = Value<'v>>,
        mut each: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let keys: Vec<Value<'v>> = keys.collect();
        for some in keys.chunks(KEYS) {
            let values = padded(some.iter().copied(), some.len());
            let sql = sql.replace("{keys}", &places(1, values.len()));
            self.stream(&sql, &values, |row| {
                each(row)?;
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(())
    }

    /// The rows for which `rest` holds (`WHERE … ORDER BY …`).
    #[track_caller]
    pub(crate) fn rows<T: Stored>(&mut self, rest: &str, params: &[Value<'_>]) -> Result<Vec<T>> {
        let sql = format!("SELECT {} FROM {} {rest}", columns::<T>(), T::TABLE);
        self.query(&sql, params, T::read)
    }

    /// The first of them.
    #[track_caller]
    pub(crate) fn row<T: Stored>(&mut self, rest: &str, params: &[Value<'_>]) -> Result<Option<T>> {
        let sql = format!("SELECT {} FROM {} {rest}", columns::<T>(), T::TABLE);
        self.query_one(&sql, params, T::read)
    }
}

/// `a = $1 AND b = $2`: the columns of the key, and their values.
fn place<'v, T: Stored>(cells: &[Value<'v>]) -> (String, Vec<Value<'v>>) {
    let of_key = T::COLUMNS
        .iter()
        .zip(cells)
        .filter(|(column, _)| T::KEY.contains(column));
    let (columns, values): (Vec<&str>, Vec<_>) = of_key.map(|(c, v)| (*c, *v)).unzip();
    let numbered = columns
        .iter()
        .zip(1..)
        .map(|(column, n)| format!("{column} = ${n}"));
    (numbered.collect::<Vec<_>>().join(" AND "), values)
}

fn insert_of<T: Stored>() -> String {
    let values = places(1, T::COLUMNS.len());
    format!(
        "INSERT INTO {} ({}) VALUES {values}",
        T::TABLE,
        columns::<T>()
    )
}

impl Tx<'_> {
    /// Adds a row.
    ///
    /// # Errors
    /// `Conflict` where there is one with its key.
    #[track_caller]
    pub(crate) fn add<T: Stored>(&mut self, row: &T) -> Result<()> {
        let cells = row.cells();
        let (filter, key) = place::<T>(&cells);
        self.insert(T::TABLE, (&insert_of::<T>(), &cells), (&filter, &key))
            .map(drop)
    }

    /// Adds a row, or replaces the one with its key.
    #[track_caller]
    pub(crate) fn put<T: Stored>(&mut self, row: &T) -> Result<()> {
        let cells = row.cells();
        let (filter, key) = place::<T>(&cells);
        let others = T::COLUMNS.iter().filter(|c| !T::KEY.contains(c));
        let taken: Vec<String> = others.map(|c| format!("{c} = excluded.{c}")).collect();
        let sql = format!(
            "{} ON CONFLICT ({}) DO UPDATE SET {}",
            insert_of::<T>(),
            T::KEY.join(", "),
            taken.join(", ")
        );
        self.change(T::TABLE, (&sql, &cells), (&filter, &key))
            .map(drop)
    }
}

/// Makes a struct a row of a table: `table! { "text_reading" by ["position"] of TextReading {
/// position: u64, …, order: u32 = "list_order" } }`, where a column has another name than its field
/// behind `=`. With `struct` before the name it makes the struct as well.
macro_rules! table {
    (
        $(#[$meta:meta])* $vis:vis struct $name:ident in $table:literal by $key:tt {
            $($(#[$field_meta:meta])* $field:ident: $type:ty $(= $column:literal)?),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $vis $field: $type),+ }
        $crate::dialect::table! { $table by $key of $name { $($field: $type $(= $column)?),+ } }
    };
    (
        $table:literal by [$($key:literal),+] of $name:ident {
            $($field:ident: $type:ty $(= $column:literal)?),+ $(,)?
        }
    ) => {
        impl $crate::dialect::Stored for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] =
                &[$($crate::dialect::table!(@column $field $($column)?)),+];
            const KEY: &'static [&'static str] = &[$($key),+];

            fn read(row: &$crate::dialect::Row<'_>) -> $crate::error::Result<Self> {
                let mut places = 0..;
                let mut next = || places.next().unwrap_or_default();
                Ok(Self { $($field: row.get::<$type>(next())?),+ })
            }

            fn cells(&self) -> Vec<$crate::dialect::Value<'_>> {
                vec![$($crate::dialect::Column::value(&self.$field)),+]
            }

            fn add_all<'r>(
                tx: &mut $crate::Tx<'_>,
                rows: impl Iterator<Item = &'r Self>,
            ) -> $crate::error::Result<u64>
            where
                Self: 'r,
            {
                const COLUMNS: usize = [$(stringify!($field)),+].len();
                let insert: $crate::dialect::Insert<COLUMNS> = $crate::dialect::Insert {
                    table: $table,
                    columns: [$((
                        $crate::dialect::table!(@column $field $($column)?),
                        <$type as $crate::dialect::Column>::KIND,
                    )),+],
                    on_conflict: "",
                };
                tx.bulk(&insert, rows.map(|row| [$($crate::dialect::Column::value(&row.$field)),+]))
            }
        }
    };
    (@column $field:ident) => { stringify!($field) };
    (@column $field:ident $column:literal) => { $column };
}
pub(crate) use table;
