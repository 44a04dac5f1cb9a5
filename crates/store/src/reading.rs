//! What departments said of their texts: added, never changed; few, and asked for all at once. And
//! which versions have a text that somebody may have to read.

use crate::{
    Conn, Map, Tx,
    dialect::{Stored as _, Value, table, words},
    error::Result,
    params,
};
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeSet;
use xinheng_domain::{
    reading::{Says, TextReading},
    record::RecordId,
    subject::SubjectKey,
};

words!(Says);

table! {
    "text_reading" by ["position"] of TextReading {
        position: u64, department: String, text_hash: String, skeleton_hash: String, says: Says,
        piece: Option<String>, undoes: Option<u64>, record_id: RecordId, field: String,
        document: String, dated_on: Option<Date>, stated_by: String, grounds: String,
        actor: String, acted_at: Timestamp,
    }
}

table! {
    /// A version with a text that somebody may have to read.
    struct Doubt in "text_doubt" by ["subject_key", "record_tail", "version"] {
        subject_key: SubjectKey,
        record_tail: String,
        version: u32,
        found_on: Date,
    }
}

/// A version of a record.
pub type VersionPlace = (RecordId, u32);

/// Notes versions that have a text to be read, as found on a day; each once.
///
/// # Errors
/// `Conflict` where another writer was faster: the whole write runs again.
pub fn note<'v>(
    tx: &mut Tx<'_>,
    versions: impl Iterator<Item = (&'v RecordId, u32)>,
    found_on: Date,
) -> Result<()> {
    let doubts = versions.map(|(id, version)| Doubt {
        subject_key: SubjectKey(id.key_text().to_owned()),
        record_tail: id.tail().to_owned(),
        version,
        found_on,
    });
    let doubts: Vec<Doubt> = doubts.collect();
    Doubt::add_all(tx, doubts.iter()).map(drop)
}

/// Makes the notes on the versions behind one place, up to another, those given: what is noted
/// already keeps its day. Gives how many were changed.
///
/// # Errors
/// As [`note`].
pub fn note_all(
    tx: &mut Tx<'_>,
    (after, last): (Option<&VersionPlace>, &VersionPlace),
    wanted: &BTreeSet<VersionPlace>,
    found_on: Date,
) -> Result<u64> {
    let (key, tail, version) = after.map_or(("", "", 0), |(id, version)| {
        (id.key_text(), id.tail(), *version)
    });
    let place = params![key, tail, version, last.0.key_text(), last.0.tail(), last.1];
    let there: BTreeSet<VersionPlace> = tx
        .query(
            "SELECT subject_key, record_tail, version FROM text_doubt \
             WHERE (subject_key, record_tail, version) > ($1, $2, $3) \
             AND (subject_key, record_tail, version) <= ($4, $5, $6)",
            place,
            |row| {
                let id = RecordId::new(&row.get(0)?, &row.get::<String>(1)?);
                Ok((id, row.get(2)?))
            },
        )?
        .into_iter()
        .collect();
    let mut changed = 0;
    for (id, version) in there.difference(wanted) {
        let filter = "subject_key = $1 AND record_tail = $2 AND version = $3";
        let sql = format!("DELETE FROM text_doubt WHERE {filter}");
        let values = params![id.key_text(), id.tail(), *version];
        changed += tx.change("text_doubt", (&sql, values), (filter, values))?;
    }
    let new = wanted.difference(&there);
    changed += new.clone().count() as u64;
    note(tx, new.map(|(id, version)| (id, *version)), found_on)?;
    Ok(changed)
}

/// The day on which something to be read was found first in the versions of these organisations'
/// records; those in which nothing was are left out.
///
/// # Errors
/// The store's own.
pub fn noted(conn: &mut Conn, keys: &[&SubjectKey]) -> Result<Map<VersionPlace, Date>> {
    let mut found = Map::default();
    conn.among(
        "SELECT subject_key, record_tail, version, found_on FROM text_doubt \
             WHERE subject_key IN {keys}",
        keys.iter().map(|key| Value::from(*key)),
        |row| {
            let id = RecordId::new(&row.get(0)?, &row.get::<String>(1)?);
            found.insert((id, row.get(2)?), row.get(3)?);
            Ok(())
        },
    )?;
    Ok(found)
}

/// Position of the last one; 0 where there is none. Asked before texts are worded.
///
/// # Errors
/// The store's own.
pub fn last(conn: &mut Conn) -> Result<u64> {
    let last = conn.query_one(
        "SELECT COALESCE(MAX(position), 0) FROM text_reading",
        &[],
        |row| row.get(0),
    )?;
    Ok(last.unwrap_or_default())
}

/// All of them, in order.
///
/// # Errors
/// The store's own.
pub fn all(conn: &mut Conn) -> Result<Vec<TextReading>> {
    conn.rows("ORDER BY position", &[])
}

/// Adds one after those there are; gives its position, whatever it says of its own.
///
/// # Errors
/// `Conflict` where another writer was faster: the whole write runs again.
pub fn add(tx: &mut Tx<'_>, reading: &TextReading) -> Result<u64> {
    let position = last(tx)? + 1;
    let reading = reading.clone();
    tx.add(&TextReading {
        position,
        ..reading
    })?;
    Ok(position)
}
