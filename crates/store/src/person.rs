//! Rows of natural persons, kept apart and sealed: counted, forwarded, deleted; never linked,
//! listed to anybody or searched (I6). Nothing here can open a row.

use crate::{
    Conn, Map, Tx,
    dialect::{Insert, Kind, Value},
    error::Result,
    params,
    record::NO_DATE,
};
use jiff::{Timestamp, civil::Date};

/// One row, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Keyed hash of the decision and its party, hex.
    pub key: String,
    /// From 1.
    pub version: u32,
    /// Batch it came with.
    pub batch_id: String,
    /// Line or spreadsheet row of its file.
    pub row: u64,
    /// Catalogue item id.
    pub item: String,
    /// Department.
    pub department: String,
    /// Decision date.
    pub decided_on: Option<Date>,
    /// Civil day of receipt.
    pub received_on: Date,
    /// Keyed hash of the content, hex.
    pub content_index: String,
    /// Which key sealed it.
    pub key_id: String,
    /// The content, sealed, hex.
    pub sealed: String,
}

/// What is known of a row before another version of it is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonHead {
    /// Highest version, visible or not.
    pub version: u32,
    /// Whether that version's batch is sealed.
    pub visible: bool,
    /// Its content.
    pub content_index: String,
    /// Its batch.
    pub batch_id: String,
    /// Its line or spreadsheet row.
    pub row: u64,
    /// Its department.
    pub department: String,
}

/// How many rows of an item and department are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonCount {
    /// Catalogue item id.
    pub item: String,
    /// Department.
    pub department: String,
    /// Kept now.
    pub kept: u64,
    /// Deleted by the rule of retention.
    pub deleted: u64,
}

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFilter<'a> {
    /// Catalogue item id.
    pub item: &'a str,
    /// One department; all where absent.
    pub department: Option<&'a str>,
    /// Decided on this day or later.
    pub decided_from: Date,
    /// Decided on this day or earlier.
    pub decided_until: Date,
    /// After this place: decision date and key.
    pub after: Option<(Date, String)>,
    /// At most so many.
    pub limit: u32,
}

const PERSON_ROW: Insert<11> = Insert {
    table: "person_row",
    columns: [
        ("row_key", Kind::Text),
        ("version", Kind::Int),
        ("batch_id", Kind::Text),
        ("row_number", Kind::Int),
        ("item", Kind::Text),
        ("department", Kind::Text),
        ("decided_on", Kind::Date),
        ("received_on", Kind::Date),
        ("content_index", Kind::Text),
        ("key_id", Kind::Text),
        ("sealed", Kind::Text),
    ],
    on_conflict: "",
};

/// Holds for the current version alone.
const CURRENT: &str = "b.sealed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM person_row n \
     JOIN batch nb ON nb.batch_id = n.batch_id WHERE n.row_key = p.row_key \
     AND n.version > p.version AND nb.sealed_at IS NOT NULL)";

/// What is known of these rows; those not known are left out.
///
/// # Errors
/// The store's own.
pub fn heads(conn: &mut Conn, keys: &[&str]) -> Result<Map<String, PersonHead>> {
    let mut found: Map<String, PersonHead> = Map::default();
    conn.among(
        "SELECT p.row_key, p.version, b.sealed_at IS NOT NULL, p.content_index, p.batch_id, \
             p.row_number, p.department FROM person_row p JOIN batch b ON b.batch_id = p.batch_id \
             WHERE p.row_key IN {keys}",
        keys.iter().map(|k| Value::Text(k)),
        |row| {
            let version: u32 = row.get(1)?;
            let key: String = row.get(0)?;
            if found.get(&key).is_none_or(|h| h.version < version) {
                let head = PersonHead {
                    version,
                    visible: row.get(2)?,
                    content_index: row.get(3)?,
                    batch_id: row.get(4)?,
                    row: row.get(5)?,
                    department: row.get(6)?,
                };
                found.insert(key, head);
            }
            Ok(())
        },
    )?;
    Ok(found)
}

/// Adds versions.
///
/// # Errors
/// `Conflict` where one exists already: the whole write runs again.
pub fn insert(tx: &mut Tx<'_>, rows: &[PersonRow]) -> Result<()> {
    let values = rows.iter().map(|r| {
        [
            (&r.key).into(),
            r.version.into(),
            (&r.batch_id).into(),
            r.row.into(),
            (&r.item).into(),
            (&r.department).into(),
            r.decided_on.unwrap_or(NO_DATE).into(),
            r.received_on.into(),
            (&r.content_index).into(),
            (&r.key_id).into(),
            (&r.sealed).into(),
        ]
    });
    tx.bulk(&PERSON_ROW, values).map(drop)
}

/// Whether there is no row at all: none that waits for the sealing of its batch either, and none
/// of which the content was deleted.
///
/// # Errors
/// The store's own.
pub fn is_empty(conn: &mut Conn) -> Result<bool> {
    let found: Vec<u32> = conn.query("SELECT p.version FROM person_row p LIMIT 1", &[], |row| {
        row.get(0)
    })?;
    Ok(found.is_empty())
}

/// How many are kept and were deleted, by item and department.
///
/// # Errors
/// The store's own.
pub fn counts(conn: &mut Conn) -> Result<Vec<PersonCount>> {
    let sql = format!(
        "SELECT p.item, p.department, COUNT(p.sealed), COUNT(p.deleted_at) FROM person_row p \
         JOIN batch b ON b.batch_id = p.batch_id WHERE {CURRENT} \
         GROUP BY p.item, p.department ORDER BY p.item, p.department"
    );
    conn.query(&sql, &[], |row| {
        Ok(PersonCount {
            item: row.get(0)?,
            department: row.get(1)?,
            kept: row.get(2)?,
            deleted: row.get(3)?,
        })
    })
}

/// Current rows that are not deleted, in the order of decision date and key: to be forwarded.
///
/// # Errors
/// The store's own.
pub fn page(conn: &mut Conn, filter: &PersonFilter<'_>) -> Result<Vec<PersonRow>> {
    let mut text = format!(
        "{CURRENT} AND p.sealed IS NOT NULL AND p.item = $1 AND p.decided_on >= $2 \
         AND p.decided_on <= $3"
    );
    let mut values: Vec<Value<'_>> = vec![
        filter.item.into(),
        filter.decided_from.into(),
        filter.decided_until.into(),
    ];
    if let Some(department) = filter.department {
        values.push(department.into());
        text.push_str(&format!(" AND p.department = ${}", values.len()));
    }
    if let Some((day, key)) = &filter.after {
        values.extend([Value::from(*day), Value::from(key)]);
        let (key, day) = (values.len(), values.len() - 1);
        text.push_str(&format!(
            " AND (p.decided_on > ${day} OR p.decided_on = ${day} AND p.row_key > ${key})"
        ));
    }
    values.push(filter.limit.into());
    let sql = format!(
        "SELECT p.row_key, p.version, p.batch_id, p.row_number, p.item, p.department, \
         p.decided_on, p.received_on, p.content_index, p.key_id, p.sealed FROM person_row p \
         JOIN batch b ON b.batch_id = p.batch_id WHERE {text} \
         ORDER BY p.decided_on, p.row_key LIMIT ${}",
        values.len()
    );
    conn.query(&sql, &values, |row| {
        Ok(PersonRow {
            key: row.get(0)?,
            version: row.get(1)?,
            batch_id: row.get(2)?,
            row: row.get(3)?,
            item: row.get(4)?,
            department: row.get(5)?,
            decided_on: Some(row.get::<Date>(6)?).filter(|day| *day != NO_DATE),
            received_on: row.get(7)?,
            content_index: row.get(8)?,
            key_id: row.get(9)?,
            sealed: row.get(10)?,
        })
    })
}

/// Deletes the content of every version of rows whose current version the platform above accepted
/// before `before`; gives the number of versions emptied. The keyed hashes stay, so that an old
/// file handed in again brings nothing back.
///
/// # Errors
/// The store's own.
pub fn delete_accepted(tx: &mut Tx<'_>, before: Timestamp, at: Timestamp) -> Result<u64> {
    let accepted = "SELECT d.row_name FROM dispatch_row d \
         JOIN dispatch f ON f.dispatch_id = d.dispatch_id \
         JOIN receipt_row a ON a.dispatch_id = d.dispatch_id AND a.position = d.position \
         JOIN receipt e ON e.receipt_id = a.receipt_id \
         WHERE f.persons AND a.accepted AND e.read_at < $1 AND NOT EXISTS ( \
         SELECT 1 FROM person_row n WHERE n.row_key = d.row_name AND n.version > d.version)";
    let sql = format!(
        "SELECT DISTINCT row_key FROM person_row \
         WHERE sealed IS NOT NULL AND row_key IN ({accepted})"
    );
    let keys: Vec<String> = tx.query(&sql, params![before], |row| row.get(0))?;
    let mut done = 0;
    for key in &keys {
        let sql = "UPDATE person_row SET sealed = NULL, deleted_at = $2 \
             WHERE sealed IS NOT NULL AND row_key = $1";
        let place = ("row_key = $1", params![key]);
        done += tx.change("person_row", (sql, params![key, at]), (place.0, place.1))?;
    }
    Ok(done)
}
