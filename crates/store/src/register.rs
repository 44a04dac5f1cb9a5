//! The register of organisations, loaded in bulk: names over time, codes and aliases,
//! provisional subjects confirmed, search index.

use crate::{
    Conn, Tx,
    dialect::{Insert, Kind, Value, index_names, unindex_names},
    error::Result,
    params, search,
    subject::{self, SUBJECT_LATEST, SUBJECT_ONCE, values},
};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};
use xinheng_domain::subject::{Subject, SubjectCode, SubjectKey, SubjectName};

/// What the register says about one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterEntry {
    /// The organisation as it is now. Its key is the one the code already leads to, or the
    /// code itself.
    pub subject: Subject,
    /// Names over time; the one without an end is the present name.
    pub names: Vec<SubjectName>,
    /// Every code that leads here.
    pub codes: Vec<SubjectCode>,
    /// The normalised form of the present name, then of each former name in the order of
    /// `names`, as they are searched.
    pub search_names: Vec<String>,
}

/// What became of the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// Organisations seen for the first time.
    pub new: u64,
    /// Organisations known before of which something changed.
    pub updated: u64,
    /// Of these, provisional ones that are now confirmed.
    pub confirmed: u64,
    /// Organisations of which nothing changed.
    pub unchanged: u64,
}

/// Applies entries of the register. Of a subject that comes twice, one entry counts.
///
/// # Errors
/// The store's own.
pub fn apply(tx: &mut Tx<'_>, entries: &[RegisterEntry]) -> Result<Applied> {
    // In order of keys, the pages of the table are touched once each.
    let mut sorted: Vec<&RegisterEntry> = entries.iter().collect();
    sorted.sort_by(|a, b| a.subject.key.cmp(&b.subject.key));
    sorted.dedup_by(|a, b| a.subject.key == b.subject.key);
    let keys: Vec<&SubjectKey> = sorted.iter().map(|e| &e.subject.key).collect();
    let known = known(tx, &keys)?;

    let mut applied = Applied::default();
    let (mut new, mut changed, mut renamed) = (Vec::new(), Vec::new(), Vec::new());
    for entry in &sorted {
        let Some(before) = known.get(&entry.subject.key) else {
            new.push(*entry);
            continue;
        };
        let names = Names::of(entry);
        if before.names != names {
            renamed.push(*entry);
        }
        if before.names == names && before.subject == entry.subject {
            applied.unchanged += 1;
        } else {
            changed.push(*entry);
            // Only seen again: no news but the day.
            let seen = before.names == names
                && before.subject
                    == Subject {
                        as_of: before.subject.as_of,
                        ..entry.subject.clone()
                    };
            applied.updated += u64::from(!seen);
            applied.confirmed +=
                u64::from(before.subject.provisional && !entry.subject.provisional);
        }
    }
    applied.new = new.len() as u64;

    tx.bulk(&SUBJECT_ONCE, new.iter().map(|e| row(e)))?;
    tx.bulk(&SUBJECT_LATEST, changed.iter().map(|e| row(e)))?;
    for entry in &renamed {
        let key = &entry.subject.key;
        let sql = "DELETE FROM subject_name WHERE subject_key = $1";
        let place = ("subject_key = $1", params![key]);
        tx.change("subject_name", (sql, params![key]), (place.0, place.1))?;
        unindex_names(tx, key, search::ranks(key))?;
    }
    tx.bulk(&FORMER, renamed.iter().chain(&new).flat_map(|e| former(e)))?;
    // A code leads to one subject: the last that claims it.
    let codes: BTreeMap<&str, [Value<'_>; 3]> = sorted.iter().flat_map(|e| aliases(e)).collect();
    tx.bulk(&ALIAS, codes.into_values())?;
    let mut rows = Vec::new();
    for entry in renamed.iter().chain(&new) {
        index(entry, &mut rows);
    }
    index_names(tx, &mut rows)?;
    Ok(applied)
}

/// What is kept of a subject.
struct Known {
    subject: Subject,
    names: Names,
}

/// All that the names of a subject come from.
#[derive(PartialEq)]
struct Names {
    present: (String, Option<Date>),
    former: Vec<(String, Option<Date>, Option<Date>)>,
    person_named: bool,
}

impl Names {
    fn of(entry: &RegisterEntry) -> Self {
        let former = formers(entry)
            .map(|n| (n.name.clone(), n.from, n.until))
            .collect();
        Self {
            present: (entry.subject.name.clone(), present_from(entry)),
            former,
            person_named: entry.subject.person_named,
        }
    }
}

fn known(conn: &mut Conn, keys: &[&SubjectKey]) -> Result<HashMap<SubjectKey, Known>> {
    let mut found = HashMap::new();
    let columns = subject::COLUMNS;
    let sql =
        format!("SELECT {columns}, s.name_from FROM subject s WHERE s.subject_key IN {{keys}}");
    conn.among(&sql, keys.iter().map(|key| Value::from(*key)), |row| {
        let subject = subject::subject(row)?;
        let names = Names {
            present: (subject.name.clone(), row.get(9)?),
            former: Vec::new(),
            person_named: subject.person_named,
        };
        found.insert(subject.key.clone(), Known { subject, names });
        Ok(())
    })?;
    let known = keys.iter().filter(|key| found.contains_key(**key));
    let known: Vec<Value<'_>> = known.map(|key| Value::from(*key)).collect();
    conn.among(
        "SELECT subject_key, name, valid_from, valid_until FROM subject_name \
         WHERE subject_key IN {keys} ORDER BY subject_key, position",
        known.into_iter(),
        |row| {
            if let Some(known) = found.get_mut(&row.get::<SubjectKey>(0)?) {
                let former = (row.get(1)?, row.get(2)?, row.get(3)?);
                known.names.former.push(former);
            }
            Ok(())
        },
    )?;
    Ok(found)
}

fn present_from(entry: &RegisterEntry) -> Option<Date> {
    let present = entry
        .names
        .iter()
        .find(|n| n.name == entry.subject.name && n.until.is_none());
    present.and_then(|n| n.from)
}

fn row(entry: &RegisterEntry) -> [Value<'_>; 10] {
    values(&entry.subject, present_from(entry))
}

fn formers(entry: &RegisterEntry) -> impl Iterator<Item = &SubjectName> {
    entry
        .names
        .iter()
        .filter(|n| n.until.is_some() || n.name != entry.subject.name)
}

const FORMER: Insert<5> = Insert {
    table: "subject_name",
    columns: [
        ("subject_key", Kind::Text),
        ("position", Kind::Int),
        ("name", Kind::Text),
        ("valid_from", Kind::Date),
        ("valid_until", Kind::Date),
    ],
    on_conflict: "",
};

fn former(entry: &RegisterEntry) -> impl Iterator<Item = [Value<'_>; 5]> {
    formers(entry).enumerate().map(|(position, name)| {
        [
            (&entry.subject.key).into(),
            position.into(),
            (&name.name).into(),
            name.from.into(),
            name.until.into(),
        ]
    })
}

const ALIAS: Insert<3> = Insert {
    table: "subject_code",
    columns: [
        ("code", Kind::Text),
        ("subject_key", Kind::Text),
        ("valid_from", Kind::Date),
    ],
    on_conflict: "ON CONFLICT (code) DO UPDATE SET subject_key = excluded.subject_key, \
                  valid_from = excluded.valid_from",
};

/// Lets a code lead to a subject from a day on.
///
/// # Errors
/// The store's own.
pub fn alias(tx: &mut Tx<'_>, code: &str, key: &SubjectKey, from: Date) -> Result<()> {
    let row: [Value<'_>; 3] = [code.into(), key.into(), from.into()];
    tx.bulk(&ALIAS, std::iter::once(row)).map(drop)
}

fn aliases(entry: &RegisterEntry) -> impl Iterator<Item = (&str, [Value<'_>; 3])> {
    let key = &entry.subject.key;
    entry
        .codes
        .iter()
        .filter(move |c| c.code != key.as_str())
        .map(move |c| {
            (
                c.code.as_str(),
                [(&c.code).into(), key.into(), c.from.into()],
            )
        })
}

fn index<'a>(entry: &'a RegisterEntry, into: &mut Vec<crate::dialect::NameRow<'a>>) {
    let subject = &entry.subject;
    if subject.person_named || subject.key.is_unlinked() {
        return;
    }
    let names = std::iter::once((subject.name.as_str(), true))
        .chain(formers(entry).map(|n| (n.name.as_str(), false)))
        .zip(&entry.search_names)
        .map(|((name, current), normalised)| (name, normalised.as_str(), current));
    search::entries(&subject.key, names, into);
}
