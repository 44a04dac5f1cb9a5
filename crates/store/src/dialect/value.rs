//! Values on their way into a statement and out of a row, in both databases' types.

use crate::error::{Result, StoreError, inconsistent};
use jiff::{Timestamp, civil::Date};
use postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use rusqlite::types::{ToSqlOutput, ValueRef};
use xinheng_domain::{record::RecordId, subject::SubjectKey};

/// A parameter of a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Date(Date),
    Time(Timestamp),
    /// A list of words: `text[]`, or one text parted by blanks.
    Words(&'a [String]),
}

/// The type of a column in bulk loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Int,
    Text,
    Bytes,
    Date,
    Time,
    Words,
}

impl Kind {
    pub(super) const fn postgres(self) -> Type {
        match self {
            Self::Bool => Type::BOOL,
            Self::Int => Type::INT8,
            Self::Text => Type::TEXT,
            Self::Bytes => Type::BYTEA,
            Self::Date => Type::DATE,
            Self::Time => Type::TIMESTAMPTZ,
            Self::Words => Type::TEXT_ARRAY,
        }
    }
}

macro_rules! from {
    ($($type:ty => |$v:ident| $value:expr;)*) => {$(
        impl<'a> From<$type> for Value<'a> {
            fn from($v: $type) -> Self { $value }
        }
    )*};
}

from! {
    bool => |v| Self::Bool(v);
    i64 => |v| Self::Int(v);
    u32 => |v| Self::Int(i64::from(v));
    // Counts and row numbers; a value above the range of a signed integer cannot occur.
    u64 => |v| Self::Int(i64::try_from(v).unwrap_or(i64::MAX));
    usize => |v| Self::Int(i64::try_from(v).unwrap_or(i64::MAX));
    &'a str => |v| Self::Text(v);
    &'a String => |v| Self::Text(v);
    &'a [u8] => |v| Self::Bytes(v);
    &'a [String] => |v| Self::Words(v);
    &'a SubjectKey => |v| Self::Text(v.as_str());
    &'a RecordId => |v| Self::Text(v.as_str());
    Date => |v| Self::Date(v);
    Timestamp => |v| Self::Time(v);
}

impl<'a, T> From<Option<T>> for Value<'a>
where
    Value<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

/// Whole seconds, everywhere: text with and without fractions would sort wrongly.
pub(crate) fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

impl Value<'_> {
    /// Writes the value so that it can be hashed, the same on both databases.
    pub(crate) fn write(&self, into: &mut Vec<u8>) {
        let mut part = |kind: u8, bytes: &[u8]| {
            into.push(kind);
            into.extend((bytes.len() as u64).to_be_bytes());
            into.extend(bytes);
        };
        match self {
            Self::Null => part(b'-', &[]),
            Self::Bool(v) => part(b'b', &[u8::from(*v)]),
            Self::Int(v) => part(b'i', &v.to_be_bytes()),
            Self::Text(v) => part(b't', v.as_bytes()),
            Self::Bytes(v) => part(b'x', v),
            Self::Date(v) => {
                let (year, month, day) = (v.year().to_be_bytes(), v.month(), v.day());
                part(
                    b'd',
                    &[year[0], year[1], month.cast_unsigned(), day.cast_unsigned()],
                );
            }
            Self::Time(v) => part(b's', &whole(*v).as_second().to_be_bytes()),
            Self::Words(v) => part(b'w', v.join(" ").as_bytes()),
        }
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        use rusqlite::types::Value as Owned;
        Ok(match *self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Bool(v) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(v))),
            Self::Int(v) => ToSqlOutput::Borrowed(ValueRef::Integer(v)),
            Self::Text(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Self::Bytes(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Self::Date(v) => ToSqlOutput::Owned(Owned::Text(v.to_string())),
            Self::Time(v) => ToSqlOutput::Owned(Owned::Text(whole(v).to_string())),
            Self::Words(v) => ToSqlOutput::Owned(Owned::Text(v.join(" "))),
        })
    }
}

type BoxError = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        match *self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bool(v) => v.to_sql(ty, out),
            Self::Int(v) if *ty == Type::INT4 => i32::try_from(v)?.to_sql(ty, out),
            Self::Int(v) => v.to_sql(ty, out),
            Self::Text(v) => v.to_sql(ty, out),
            Self::Bytes(v) => v.to_sql(ty, out),
            Self::Date(v) => v.to_sql(ty, out),
            Self::Time(v) => whole(v).to_sql(ty, out),
            Self::Words(v) => v.to_sql(ty, out),
        }
    }

    /// The statements are ours and prepared in a test on both databases: a wrong type is
    /// refused by the server.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// What SQLite gives for a column.
pub(crate) type SqliteValue<'v> = ValueRef<'v>;

/// A row of an answer.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The value of column `at`, counted from 0.
    pub(crate) fn get<T: Column>(&self, at: usize) -> Result<T> {
        match self {
            Self::Sqlite(row) => row
                .get_ref(at)
                .ok()
                .and_then(T::from_sqlite)
                .ok_or_else(|| {
                    let name = row.as_ref().column_name(at).unwrap_or("?");
                    inconsistent("?", name, format_args!("?"))
                }),
            Self::Postgres(row) => row
                .try_get::<_, T::Postgres>(at)
                .map_err(|error| StoreError::Other(format!("第 {at} 列：{error}")))
                .and_then(|value| {
                    let name = row.columns().get(at).map_or("?", postgres::Column::name);
                    T::from_postgres(value)
                        .ok_or_else(|| inconsistent("?", name, format_args!("?")))
                }),
        }
    }
}

/// A type that a column can be read as and written from.
pub(crate) trait Column: Sized {
    /// The driver's type.
    type Postgres: for<'a> FromSql<'a>;
    const KIND: Kind;
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self>;
    fn from_postgres(value: Self::Postgres) -> Option<Self>;
    fn value(&self) -> Value<'_>;
}

/// The text, where it is spelt exactly as this program spells it: the database compares texts, so
/// that another spelling of the same moment would be another answer.
fn as_written<'t>(text: &'t str, form: &str) -> Option<&'t str> {
    let same = |(a, b): (u8, u8)| {
        if b == b'0' {
            a.is_ascii_digit()
        } else {
            a == b
        }
    };
    (text.len() == form.len() && text.bytes().zip(form.bytes()).all(same)).then_some(text)
}

macro_rules! column {
    ($($type:ty, $kind:ident: |$v:ident| $read:expr, |$own:ident| $write:expr;)*) => {$(
        impl Column for $type {
            type Postgres = $type;
            const KIND: Kind = Kind::$kind;
            fn from_sqlite($v: ValueRef<'_>) -> Option<Self> { $read }
            fn from_postgres(value: $type) -> Option<Self> { Some(value) }
            fn value(&self) -> Value<'_> { let $own = self; Value::$kind($write) }
        }
    )*};
}

column! {
    String, Text: |v| v.as_str().ok().map(str::to_owned), |own| own;
    Vec<u8>, Bytes: |v| v.as_bytes().ok().map(<[u8]>::to_vec), |own| own;
    i64, Int: |v| v.as_i64().ok(), |own| *own;
    bool, Bool: |v| match v.as_i64().ok()? { 0 => Some(false), 1 => Some(true), _ => None }, |own| *own;
    Date, Date: |v| as_written(v.as_str().ok()?, "0000-00-00")?.parse().ok(), |own| *own;
    Timestamp, Time: |v| as_written(v.as_str().ok()?, "0000-00-00T00:00:00Z")?.parse().ok(), |own| *own;
}

impl<T: Column> Column for Option<T> {
    type Postgres = Option<T::Postgres>;
    const KIND: Kind = T::KIND;
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Null => Some(None),
            value => T::from_sqlite(value).map(Some),
        }
    }
    fn from_postgres(value: Self::Postgres) -> Option<Self> {
        match value {
            None => Some(None),
            Some(value) => T::from_postgres(value).map(Some),
        }
    }
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, T::value)
    }
}

macro_rules! unsigned {
    ($($type:ty),*) => {$(
        impl Column for $type {
            type Postgres = i64;
            const KIND: Kind = Kind::Int;
            fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
                value.as_i64().ok()?.try_into().ok()
            }
            fn from_postgres(value: i64) -> Option<Self> {
                value.try_into().ok()
            }
            fn value(&self) -> Value<'_> {
                Value::from(*self)
            }
        }
    )*};
}
unsigned!(u32, u64);

macro_rules! wrapped {
    ($($type:ident),*) => {$(
        impl Column for $type {
            type Postgres = String;
            const KIND: Kind = Kind::Text;
            fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
                String::from_sqlite(value).map($type)
            }
            fn from_postgres(value: String) -> Option<Self> {
                Some($type(value))
            }
            fn value(&self) -> Value<'_> {
                Value::from(self)
            }
        }
    )*};
}
wrapped!(SubjectKey, RecordId);

/// Makes an enum with `as_str` and `parse` the value of a column.
macro_rules! words {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::dialect::Column for $type {
            type Postgres = String;
            const KIND: $crate::dialect::Kind = $crate::dialect::Kind::Text;
            fn from_sqlite(value: $crate::dialect::SqliteValue<'_>) -> Option<Self> {
                value.as_str().ok().and_then(Self::parse)
            }
            fn from_postgres(value: String) -> Option<Self> {
                Self::parse(&value)
            }
            fn value(&self) -> $crate::dialect::Value<'_> {
                $crate::dialect::Value::Text(self.as_str())
            }
        }
    )+};
}
pub(crate) use words;
