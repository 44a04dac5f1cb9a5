//! What departments said of their texts: added, never changed; few, and asked for all at once.

use crate::{
    Conn, Tx,
    error::{Result, inconsistent},
    params,
};
use xinheng_domain::reading::{Says, TextReading};

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
