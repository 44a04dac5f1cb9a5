//! Organisations: who a code leads to, what they are called.

use crate::{
    Conn, Map, Tx,
    dialect::{Insert, Kind, Row, Value, places},
    error::{Result, inconsistent},
    params, search,
};
use std::collections::{HashMap, HashSet};
use xinheng_domain::subject::{Subject, SubjectCode, SubjectKey, SubjectKind, SubjectName};

/// What a code leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// Immutable key.
    pub key: SubjectKey,
    /// Name now in force.
    pub name: String,
    /// Kind.
    pub kind: SubjectKind,
    /// Met in a file, not yet in the register.
    pub provisional: bool,
    /// Named by a person: found by code alone.
    pub person_named: bool,
    /// Code now in force; differs from the code asked for where that one is an alias.
    pub code: String,
}

pub(crate) const COLUMNS: &str = "s.subject_key, s.code, s.name, s.kind, s.status, s.registered_on, \
     s.provisional, s.person_named, s.as_of";

pub(crate) fn subject(row: &Row<'_>) -> Result<Subject> {
    let key: SubjectKey = row.get(0)?;
    Ok(Subject {
        kind: kind(row, 3, &key)?,
        code: row.get(1)?,
        name: row.get(2)?,
        status: row.get(4)?,
        registered_on: row.get(5)?,
        provisional: row.get(6)?,
        person_named: row.get(7)?,
        as_of: row.get(8)?,
        key,
    })
}

fn kind(row: &Row<'_>, at: usize, key: &SubjectKey) -> Result<SubjectKind> {
    SubjectKind::parse(&row.get::<String>(at)?).ok_or_else(|| inconsistent("subject", "kind", key))
}

/// The key a code leads to: through an alias first, then as a key of its own.
///
/// # Errors
/// The store's own.
pub fn key_of(conn: &mut Conn, code: &str) -> Result<Option<SubjectKey>> {
    let alias = conn.query_one(
        "SELECT subject_key FROM subject_code WHERE code = $1",
        params![code],
        |row| row.get(0),
    )?;
    if alias.is_some() {
        return Ok(alias);
    }
    conn.query_one(
        "SELECT subject_key FROM subject WHERE subject_key = $1",
        params![code],
        |row| row.get(0),
    )
}

/// Every key under which the records of a code's subject may stand, the subject's own first:
/// merging never moves records, so readers ask for all of them. Empty for an unknown code.
///
/// # Errors
/// The store's own.
pub fn keys_of(conn: &mut Conn, code: &str) -> Result<Vec<SubjectKey>> {
    let Some(key) = key_of(conn, code)? else {
        return Ok(Vec::new());
    };
    let aliases = conn.query(
        "SELECT code FROM subject_code WHERE subject_key = $1 AND code <> subject_key \
         ORDER BY code",
        params![&key],
        |row| row.get::<SubjectKey>(0),
    )?;
    let mut keys = Vec::with_capacity(aliases.len() + 1);
    keys.push(key);
    keys.extend(aliases);
    Ok(keys)
}

/// The key each of these codes leads to; unknown codes are left out. I1: by code alone.
///
/// # Errors
/// The store's own.
pub fn keys(conn: &mut Conn, codes: &[&str]) -> Result<Map<String, SubjectKey>> {
    let mut found = keyed(conn, codes, "subject_key, subject_key FROM subject")?;
    // An alias wins over a provisional subject of the code.
    found.extend(aliases(conn, codes)?);
    Ok(found)
}

/// The keys of those of the codes that are aliases.
///
/// # Errors
/// The store's own.
pub fn aliases(conn: &mut Conn, codes: &[&str]) -> Result<Map<String, SubjectKey>> {
    keyed(conn, codes, "code, subject_key FROM subject_code")
}

/// Codes with their keys; `columns` are both, and the table, which the first is the key of.
fn keyed(conn: &mut Conn, codes: &[&str], columns: &str) -> Result<Map<String, SubjectKey>> {
    let mut found = Map::with_capacity_and_hasher(codes.len(), <_>::default());
    let (code, _) = columns.split_once(',').unwrap_or((columns, ""));
    let sql = format!("SELECT {columns} WHERE {code} IN {{keys}}");
    conn.among(&sql, codes.iter().map(|code| Value::Text(code)), |row| {
        found.insert(row.get(0)?, row.get(1)?);
        Ok(())
    })?;
    Ok(found)
}

/// What each of these codes leads to; unknown codes are left out. I1: by code alone.
///
/// # Errors
/// The store's own.
pub fn link(conn: &mut Conn, codes: &[&str]) -> Result<Map<String, Linked>> {
    let mut found = Map::with_capacity_and_hasher(codes.len(), <_>::default());
    // The aliases come second, so that they win over a provisional subject of the code.
    for from in [
        "s.subject_key, s.subject_key, {columns} FROM subject s WHERE s.subject_key",
        "a.code, s.subject_key, {columns} FROM subject_code a \
         JOIN subject s ON s.subject_key = a.subject_key WHERE a.code",
    ] {
        let columns = "s.name, s.kind, s.provisional, s.person_named, s.code";
        let sql = format!("SELECT {} IN {{keys}}", from.replace("{columns}", columns));
        conn.among(&sql, codes.iter().map(|code| Value::Text(code)), |row| {
            let key: SubjectKey = row.get(1)?;
            let linked = Linked {
                name: row.get(2)?,
                kind: kind(row, 3, &key)?,
                provisional: row.get(4)?,
                person_named: row.get(5)?,
                code: row.get(6)?,
                key,
            };
            found.insert(row.get::<String>(0)?, linked);
            Ok(())
        })?;
    }
    Ok(found)
}

/// The values, the last one repeated up to a power of two: few statements for all lengths.
pub(crate) fn padded<'v>(values: impl Iterator<Item = Value<'v>>, count: usize) -> Vec<Value<'v>> {
    let mut all = Vec::with_capacity(count.next_power_of_two());
    all.extend(values);
    if let Some(last) = all.last().copied() {
        all.resize(all.len().next_power_of_two(), last);
    }
    all
}

/// The subject with this key.
///
/// # Errors
/// The store's own.
pub fn get(conn: &mut Conn, key: &SubjectKey) -> Result<Option<Subject>> {
    let sql = format!("SELECT {COLUMNS} FROM subject s WHERE s.subject_key = $1");
    conn.query_one(&sql, params![key], subject)
}

/// Subjects by key, those that exist.
///
/// # Errors
/// The store's own.
pub fn get_many(conn: &mut Conn, keys: &[&SubjectKey]) -> Result<HashMap<SubjectKey, Subject>> {
    let mut found = HashMap::with_capacity(keys.len());
    let sql = format!("SELECT {COLUMNS} FROM subject s WHERE s.subject_key IN {{keys}}");
    conn.among(&sql, keys.iter().map(|key| Value::from(*key)), |row| {
        let subject = subject(row)?;
        found.insert(subject.key.clone(), subject);
        Ok(())
    })?;
    Ok(found)
}

/// Names over time, the present one first, then the latest first.
///
/// # Errors
/// The store's own.
pub fn names(conn: &mut Conn, key: &SubjectKey) -> Result<Vec<SubjectName>> {
    let present = conn.query_one(
        "SELECT name, name_from FROM subject WHERE subject_key = $1",
        params![key],
        |row| {
            Ok(SubjectName {
                name: row.get(0)?,
                from: row.get(1)?,
                until: None,
            })
        },
    )?;
    let former = conn.query(
        "SELECT name, valid_from, valid_until FROM subject_name WHERE subject_key = $1 \
         ORDER BY valid_until DESC NULLS LAST, position",
        params![key],
        |row| {
            Ok(SubjectName {
                name: row.get(0)?,
                from: row.get(1)?,
                until: row.get(2)?,
            })
        },
    )?;
    Ok(present.into_iter().chain(former).collect())
}

/// Former names of these subjects; those without one are left out.
///
/// # Errors
/// The store's own.
pub fn former_names(
    conn: &mut Conn,
    keys: &[&SubjectKey],
) -> Result<HashMap<SubjectKey, Vec<String>>> {
    let mut found: HashMap<SubjectKey, Vec<String>> = HashMap::new();
    conn.among(
        "SELECT subject_key, name FROM subject_name WHERE subject_key IN {keys} \
         ORDER BY subject_key, position",
        keys.iter().map(|key| Value::from(*key)),
        |row| {
            found.entry(row.get(0)?).or_default().push(row.get(1)?);
            Ok(())
        },
    )?;
    Ok(found)
}

/// Codes over time, the one in force first.
///
/// # Errors
/// The store's own.
pub fn codes(conn: &mut Conn, key: &SubjectKey) -> Result<Vec<SubjectCode>> {
    let Some(current) = conn.query_one(
        "SELECT code FROM subject WHERE subject_key = $1",
        params![key],
        |row| row.get::<String>(0),
    )?
    else {
        return Ok(Vec::new());
    };
    let mut codes = conn.query(
        "SELECT code, valid_from FROM subject_code WHERE subject_key = $1 ORDER BY code",
        params![key],
        |row| {
            Ok(SubjectCode {
                code: row.get(0)?,
                current: false,
                from: row.get(1)?,
            })
        },
    )?;
    if !codes.iter().any(|c| c.code == key.as_str()) {
        codes.push(SubjectCode {
            code: key.as_str().to_owned(),
            current: false,
            from: None,
        });
    }
    for code in &mut codes {
        code.current = code.code == current;
    }
    codes.sort_by(|a, b| b.current.cmp(&a.current).then_with(|| a.code.cmp(&b.code)));
    Ok(codes)
}

/// How many subjects there are to be seen: see [`unseen`]. Fan-out, a whole scan.
///
/// # Errors
/// The store's own.
pub fn count(conn: &mut Conn) -> Result<u64> {
    Ok(conn
        .query_one(
            "SELECT count(*) FROM subject s WHERE NOT s.provisional OR EXISTS ( \
             SELECT 1 FROM record r JOIN batch b ON b.batch_id = r.batch_id \
             WHERE r.subject_key = s.subject_key AND b.sealed_at IS NOT NULL)",
            &[],
            |row| row.get(0),
        )?
        .unwrap_or_default())
}

/// Those of the subjects that nobody can see: provisional, and met only in files that are not
/// sealed.
///
/// # Errors
/// The store's own.
pub fn unseen<'s>(
    conn: &mut Conn,
    subjects: impl IntoIterator<Item = &'s Subject>,
) -> Result<HashSet<SubjectKey>> {
    let mut unseen: HashSet<SubjectKey> = subjects
        .into_iter()
        .filter(|s| s.provisional)
        .map(|s| s.key.clone())
        .collect();
    if unseen.is_empty() {
        return Ok(unseen);
    }
    let values = padded(unseen.iter().map(Into::into), unseen.len());
    let sql = format!(
        "SELECT DISTINCT r.subject_key FROM record r JOIN batch b ON b.batch_id = r.batch_id \
         WHERE r.subject_key IN {} AND b.sealed_at IS NOT NULL",
        places(1, values.len())
    );
    for seen in conn.query(&sql, &values, |row| row.get::<SubjectKey>(0))? {
        unseen.remove(&seen);
    }
    Ok(unseen)
}

/// Gives a subject another code. Its key stays.
///
/// # Errors
/// The store's own.
pub fn set_code(tx: &mut Tx<'_>, key: &SubjectKey, code: &str) -> Result<()> {
    let sql = "UPDATE subject SET code = $2 WHERE subject_key = $1";
    let place = ("subject_key = $1", params![key]);
    tx.change("subject", (sql, params![key, code]), (place.0, place.1))
        .map(drop)
}

/// Adds subjects met in a file. One that another writer added meanwhile stays as it is. Their
/// names can be searched at once, except those named by a person. `search_name` gives the
/// normalised form of a name. Gives how many were new.
///
/// # Errors
/// The store's own.
pub fn insert_provisional(
    tx: &mut Tx<'_>,
    subjects: &[Subject],
    search_name: impl Fn(&str) -> String,
) -> Result<u64> {
    let mut fresh: Vec<&Subject> = subjects.iter().collect();
    fresh.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    fresh.dedup_by(|a, b| a.key == b.key);
    let keys: Vec<&SubjectKey> = fresh.iter().map(|s| &s.key).collect();
    let known = get_many(tx, &keys)?;
    fresh.retain(|s| !known.contains_key(&s.key));
    let done = tx.bulk(&SUBJECT_ONCE, fresh.iter().map(|s| values(s, None)))?;
    let normalised: Vec<String> = fresh.iter().map(|s| search_name(&s.name)).collect();
    let mut entries = Vec::new();
    for (subject, name) in fresh.iter().zip(&normalised) {
        if !subject.person_named && !subject.key.is_unlinked() {
            search::entries(
                &subject.key,
                [(subject.name.as_str(), name.as_str(), true)],
                &mut entries,
            );
        }
    }
    crate::dialect::index_names(tx, &mut entries)?;
    Ok(done)
}

const SUBJECT_COLUMNS: [(&str, Kind); 10] = [
    ("subject_key", Kind::Text),
    ("code", Kind::Text),
    ("name", Kind::Text),
    ("name_from", Kind::Date),
    ("kind", Kind::Text),
    ("status", Kind::Text),
    ("registered_on", Kind::Date),
    ("provisional", Kind::Bool),
    ("person_named", Kind::Bool),
    ("as_of", Kind::Date),
];

pub(crate) const SUBJECT_ONCE: Insert<10> = Insert {
    table: "subject",
    columns: SUBJECT_COLUMNS,
    on_conflict: "",
};

pub(crate) const SUBJECT_LATEST: Insert<10> = Insert {
    table: "subject",
    columns: SUBJECT_COLUMNS,
    on_conflict: "ON CONFLICT (subject_key) DO UPDATE SET code = excluded.code, \
                  name = excluded.name, name_from = excluded.name_from, kind = excluded.kind, \
                  status = excluded.status, registered_on = excluded.registered_on, \
                  provisional = excluded.provisional, person_named = excluded.person_named, \
                  as_of = excluded.as_of",
};

pub(crate) fn values(s: &Subject, name_from: Option<jiff::civil::Date>) -> [Value<'_>; 10] {
    [
        (&s.key).into(),
        (&s.code).into(),
        (&s.name).into(),
        name_from.into(),
        s.kind.as_str().into(),
        (&s.status).into(),
        s.registered_on.into(),
        s.provisional.into(),
        s.person_named.into(),
        s.as_of.into(),
    ]
}
