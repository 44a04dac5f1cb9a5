//! Representatives of organisations, of all versions of all their records: masked in each of
//! their texts, never searched, never shown.

use crate::{
    Conn, Map, Tx,
    dialect::{Insert, KEYS, Kind, Value},
    error::Result,
    params,
};
use std::collections::BTreeSet;
use xinheng_domain::{record::RecordId, subject::SubjectKey};

const SUBJECT_PERSON: Insert<2> = Insert {
    table: "subject_person",
    columns: [("subject_key", Kind::Text), ("name", Kind::Text)],
    on_conflict: "",
};

/// The names kept under these keys alone.
fn kept(conn: &mut Conn, keys: &[&SubjectKey]) -> Result<Map<SubjectKey, Vec<String>>> {
    let mut found: Map<SubjectKey, Vec<String>> = Map::default();
    conn.among("SELECT subject_key, name FROM subject_person WHERE subject_key IN {keys} ORDER BY subject_key, name", keys.iter().map(|key| Value::from(*key)), |row| {
            found.entry(row.get(0)?).or_default().push(row.get(1)?);
            Ok(())
        })?;
    Ok(found)
}

/// The names of the organisations under these keys. One organisation may have records under
/// several keys, a former code's among them: it has the names of all.
///
/// # Errors
/// The store's own.
pub fn names(conn: &mut Conn, keys: &[&SubjectKey]) -> Result<Map<SubjectKey, Vec<String>>> {
    let families = families(conn, keys)?;
    let every: Vec<&SubjectKey> = families.iter().flat_map(|(_, all)| all).collect();
    let kept = kept(conn, &every)?;
    Ok(of_families(families, &kept))
}

/// What the rows of all versions of all records say that the organisations under these keys have:
/// the item and the fields, as JSON, for the names in them. Sealed or not, as landing keeps them.
///
/// # Errors
/// The store's own; whatever `read` says.
pub fn names_in_rows<E: From<crate::StoreError>>(
    conn: &mut Conn,
    keys: &[&SubjectKey],
    mut read: impl FnMut(&str, &str) -> std::result::Result<Vec<String>, E>,
) -> std::result::Result<Map<SubjectKey, Vec<String>>, E> {
    let families = families(conn, keys)?;
    let mut every: Vec<&SubjectKey> = families.iter().flat_map(|(_, all)| all).collect();
    every.sort_unstable();
    every.dedup();
    let mut found: Map<SubjectKey, Vec<String>> = Map::default();
    for some in every.chunks(KEYS) {
        let mut rows: Vec<(SubjectKey, String, String)> = Vec::new();
        conn.among(
            "SELECT subject_key, item, payload FROM record WHERE subject_key IN {keys}",
            some.iter().map(|key| Value::from(*key)),
            |row| {
                rows.push((row.get(0)?, row.get(1)?, row.get(2)?));
                Ok(())
            },
        )?;
        for (key, item, payload) in rows {
            let names = read(&item, &payload)?;
            found.entry(key).or_default().extend(names);
        }
    }
    Ok(of_families(families, &found))
}

/// Whether records had landed under a program that kept no names: the database was not made with
/// the table of them. A new database has all its tables from one moment.
///
/// # Errors
/// The store's own.
pub fn came_later(conn: &mut Conn) -> Result<bool> {
    let moments = conn.query_one(
        "SELECT count(DISTINCT applied_at) FROM schema_migration WHERE version IN (1, 9)",
        &[],
        |row| row.get::<u64>(0),
    )?;
    Ok(moments.unwrap_or_default() > 1)
}

/// The names under all keys of an organisation, for each key asked for.
fn of_families(
    families: Vec<(SubjectKey, BTreeSet<SubjectKey>)>,
    names: &Map<SubjectKey, Vec<String>>,
) -> Map<SubjectKey, Vec<String>> {
    let mut found: Map<SubjectKey, Vec<String>> = Map::default();
    for (key, all) in families {
        let own = all.iter().filter_map(|k| names.get(k)).flatten();
        let own: BTreeSet<&String> = own.collect();
        if !own.is_empty() {
            found.insert(key, own.into_iter().cloned().collect());
        }
    }
    found
}

/// Each key with all keys of its organisation, former codes among them.
fn families(
    conn: &mut Conn,
    keys: &[&SubjectKey],
) -> Result<Vec<(SubjectKey, BTreeSet<SubjectKey>)>> {
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
    conn.among(
        "SELECT subject_key, code FROM subject_code WHERE subject_key IN {keys}",
        roots.iter().map(Value::from),
        |row| {
            if let Some(all) = of_root.get_mut(&row.get::<SubjectKey>(0)?) {
                all.insert(row.get(1)?);
            }
            Ok(())
        },
    )?;
    let mut asked: Vec<&SubjectKey> = keys.to_vec();
    asked.sort_unstable();
    asked.dedup();
    Ok(asked
        .into_iter()
        .map(|key| {
            (
                key.clone(),
                of_root.get(&root(key)).cloned().unwrap_or_default(),
            )
        })
        .collect())
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
