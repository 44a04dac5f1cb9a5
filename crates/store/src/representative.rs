//! Representatives of organisations, of all versions of all their records: masked in each of
//! their texts, never searched, never shown.

use crate::{
    Conn, Map, Tx,
    dialect::{Insert, Kind, Value, places},
    error::Result,
    params,
    subject::padded,
};
use std::{collections::BTreeSet, ops::ControlFlow};
use xinheng_domain::{record::RecordId, subject::SubjectKey};

/// Keys asked for in one statement.
const CHUNK: usize = 256;

const SUBJECT_PERSON: Insert<2> = Insert {
    table: "subject_person",
    columns: [("subject_key", Kind::Text), ("name", Kind::Text)],
    on_conflict: "",
};

/// The names kept under these keys alone.
fn kept(conn: &mut Conn, keys: &[&SubjectKey]) -> Result<Map<SubjectKey, Vec<String>>> {
    let mut found: Map<SubjectKey, Vec<String>> = Map::default();
    for chunk in keys.chunks(CHUNK) {
        let values = padded(chunk.iter().map(|key| Value::from(*key)), chunk.len());
        let sql = format!(
            "SELECT subject_key, name FROM subject_person WHERE subject_key IN {} ORDER BY subject_key, name",
            places(1, values.len())
        );
        conn.stream(&sql, &values, |row| {
            found.entry(row.get(0)?).or_default().push(row.get(1)?);
            Ok(ControlFlow::Continue(()))
        })?;
    }
    Ok(found)
}

/// The names of the organisations under these keys. One organisation may have records under
/// several keys, a former code's among them: it has the names of all.
///
/// # Errors
/// The store's own.
pub fn names(conn: &mut Conn, keys: &[&SubjectKey]) -> Result<Map<SubjectKey, Vec<String>>> {
    let codes: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
    let aliases = crate::subject::aliases(conn, &codes)?;
    let root = |key: &SubjectKey| aliases.get(key.as_str()).cloned().unwrap_or(key.clone());
    let mut of_root: Map<SubjectKey, BTreeSet<SubjectKey>> = Map::default();
    for key in keys {
        let root = root(key);
        let all = of_root.entry(root.clone()).or_default();
        all.extend([root, (*key).clone()]);
    }
    let roots: Vec<SubjectKey> = of_root.keys().cloned().collect();
    for chunk in roots.chunks(CHUNK) {
        let values = padded(chunk.iter().map(Value::from), chunk.len());
        let sql = format!(
            "SELECT subject_key, code FROM subject_code WHERE subject_key IN {}",
            places(1, values.len())
        );
        conn.stream(&sql, &values, |row| {
            if let Some(all) = of_root.get_mut(&row.get::<SubjectKey>(0)?) {
                all.insert(row.get(1)?);
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    let every: Vec<&SubjectKey> = of_root.values().flatten().collect();
    let kept = kept(conn, &every)?;
    let mut found: Map<SubjectKey, Vec<String>> = Map::default();
    for key in keys {
        let all = of_root.get(&root(key)).into_iter().flatten();
        let mut names: Vec<String> = all.filter_map(|k| kept.get(k)).flatten().cloned().collect();
        names.sort_unstable();
        names.dedup();
        if !names.is_empty() {
            found.insert((*key).clone(), names);
        }
    }
    Ok(found)
}

/// Those of the names that are not kept yet.
///
/// # Errors
/// The store's own.
pub fn missing(
    conn: &mut Conn,
    names: &BTreeSet<(SubjectKey, String)>,
) -> Result<BTreeSet<(SubjectKey, String)>> {
    let mut keys: Vec<&SubjectKey> = names.iter().map(|(key, _)| key).collect();
    keys.dedup();
    let there = kept(conn, &keys)?;
    let new = names.iter().filter(|(key, name)| {
        let known = there.get(key);
        !known.is_some_and(|known| known.contains(name))
    });
    Ok(new.cloned().collect())
}

/// Keeps names that are not kept yet; gives how many there were.
///
/// # Errors
/// `Conflict` where another writer was faster: the whole write runs again.
pub fn keep(tx: &mut Tx<'_>, names: &BTreeSet<(SubjectKey, String)>) -> Result<u64> {
    let new = missing(tx, names)?;
    if new.is_empty() {
        return Ok(0);
    }
    let rows = new.iter().map(|(key, name)| [key.into(), name.into()]);
    tx.bulk(&SUBJECT_PERSON, rows)
}

/// A version of a record with what its row said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionPayload {
    /// Which record.
    pub id: RecordId,
    /// Which version.
    pub version: u32,
    /// Its item.
    pub item: String,
    /// The file's batch.
    pub batch_id: String,
    /// The row in that file.
    pub row: u64,
    /// Its fields, as JSON.
    pub payload: String,
}

/// Every version of every record, in order after a place. Fan-out.
///
/// # Errors
/// The store's own.
pub fn contents(
    conn: &mut Conn,
    after: Option<(&RecordId, u32)>,
    limit: u32,
) -> Result<Vec<VersionPayload>> {
    let (key, tail, version) = after.map_or(("", "", 0), |(id, version)| {
        (id.key_text(), id.tail(), version)
    });
    conn.query(
        "SELECT subject_key, record_tail, version, item, batch_id, row_number, payload FROM record \
         WHERE (subject_key, record_tail, version) > ($1, $2, $3) \
         ORDER BY subject_key, record_tail, version LIMIT $4",
        params![key, tail, version, limit],
        |row| {
            Ok(VersionPayload {
                id: RecordId::new(&row.get(0)?, &row.get::<String>(1)?),
                version: row.get(2)?,
                item: row.get(3)?,
                batch_id: row.get(4)?,
                row: row.get(5)?,
                payload: row.get(6)?,
            })
        },
    )
}

/// Codes and names of organisations in order of their keys after `after`: the key, what it is and
/// the text. Fan-out.
///
/// # Errors
/// The store's own.
pub fn organisations(
    conn: &mut Conn,
    after: &str,
    limit: u32,
) -> Result<Vec<(SubjectKey, String, String)>> {
    conn.query(
        "SELECT subject_key, code, name FROM subject WHERE subject_key > $1 \
         ORDER BY subject_key LIMIT $2",
        params![after, limit],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}
