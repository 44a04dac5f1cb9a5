//! What departments said of their texts: added, never changed; few, and asked for all at once. And
//! which versions have a text that somebody may have to read.

use crate::{
    Conn, Map, Tx,
    dialect::{Insert, Kind, Value, places},
    error::{Result, inconsistent},
    params,
    subject::padded,
};
use jiff::civil::Date;
use std::{collections::BTreeSet, ops::ControlFlow};
use xinheng_domain::{
    reading::{Says, TextReading},
    record::RecordId,
    subject::SubjectKey,
};

/// Keys asked for in one statement.
const CHUNK: usize = 256;

const TEXT_DOUBT: Insert<4> = Insert {
    table: "text_doubt",
    columns: [
        ("subject_key", Kind::Text),
        ("record_tail", Kind::Text),
        ("version", Kind::Int),
        ("found_on", Kind::Date),
    ],
    on_conflict: "",
};

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
    let rows: Vec<_> = versions.collect();
    let rows = rows.iter().map(|(id, version)| {
        [
            Value::Text(id.key_text()),
            Value::Text(id.tail()),
            (*version).into(),
            found_on.into(),
        ]
    });
    tx.bulk(&TEXT_DOUBT, rows).map(drop)
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
    for chunk in keys.chunks(CHUNK) {
        let values = padded(chunk.iter().map(|key| Value::from(*key)), chunk.len());
        let sql = format!(
            "SELECT subject_key, record_tail, version, found_on FROM text_doubt \
             WHERE subject_key IN {}",
            places(1, values.len())
        );
        conn.stream(&sql, &values, |row| {
            let id = RecordId::new(&row.get(0)?, &row.get::<String>(1)?);
            found.insert((id, row.get(2)?), row.get(3)?);
            Ok(ControlFlow::Continue(()))
        })?;
    }
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
    conn.query(
        "SELECT position, department, text_hash, skeleton_hash, says, piece, undoes, record_id, \
         field, document, dated_on, stated_by, grounds, actor, acted_at \
         FROM text_reading ORDER BY position",
        &[],
        |row| {
            let says: String = row.get(4)?;
            Ok(TextReading {
                position: row.get(0)?,
                department: row.get(1)?,
                text_hash: row.get(2)?,
                skeleton_hash: row.get(3)?,
                says: Says::parse(&says)
                    .ok_or_else(|| inconsistent("text_reading", "says", &says))?,
                piece: row.get(5)?,
                undoes: row.get(6)?,
                record_id: row.get(7)?,
                field: row.get(8)?,
                document: row.get(9)?,
                dated_on: row.get(10)?,
                stated_by: row.get(11)?,
                grounds: row.get(12)?,
                actor: row.get(13)?,
                acted_at: row.get(14)?,
            })
        },
    )
}

/// Adds one after those there are; gives its position, whatever it says of its own.
///
/// # Errors
/// `Conflict` where another writer was faster: the whole write runs again.
pub fn add(tx: &mut Tx<'_>, reading: &TextReading) -> Result<u64> {
    let position = last(tx)? + 1;
    let sql = "INSERT INTO text_reading (position, department, text_hash, skeleton_hash, says, \
         piece, undoes, record_id, field, document, dated_on, stated_by, grounds, actor, acted_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let values = params![
        position,
        &reading.department,
        &reading.text_hash,
        &reading.skeleton_hash,
        reading.says.as_str(),
        reading.piece.as_ref(),
        reading.undoes,
        &reading.record_id,
        &reading.field,
        &reading.document,
        reading.dated_on,
        &reading.stated_by,
        &reading.grounds,
        &reading.actor,
        reading.acted_at
    ];
    let place = ("position = $1", params![position]);
    tx.insert("text_reading", (sql, values), (place.0, place.1))?;
    Ok(position)
}
