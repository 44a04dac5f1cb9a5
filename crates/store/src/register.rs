//! The register of organisations, loaded in bulk: names over time, codes and aliases,
//! provisional subjects confirmed, search index.

use crate::{
    Tx,
    dialect::{Insert, Kind, Value, index_names, unindex_names},
    error::Result,
    params, search,
    subject::{self, SUBJECT_LATEST, SUBJECT_ONCE, values},
};
use std::collections::HashSet;
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
    /// Organisations known before, whether or not anything changed.
    pub updated: u64,
    /// Of these, provisional ones that are now confirmed.
    pub confirmed: u64,
}

/// Applies entries of the register. Each subject may stand in `entries` once.
///
/// # Errors
/// The store's own.
pub fn apply(tx: &mut Tx<'_>, entries: &[RegisterEntry]) -> Result<Applied> {
    // In order of keys, the pages of the table are touched once each.
    let mut sorted: Vec<&RegisterEntry> = entries.iter().collect();
    sorted.sort_unstable_by(|a, b| a.subject.key.cmp(&b.subject.key));
    sorted.dedup_by(|a, b| a.subject.key == b.subject.key);
    let keys: Vec<&SubjectKey> = sorted.iter().map(|e| &e.subject.key).collect();
    let known = subject::get_many(tx, &keys)?;
    let (old, new): (Vec<&RegisterEntry>, Vec<&RegisterEntry>) = sorted
        .into_iter()
        .partition(|e| known.contains_key(&e.subject.key));

    tx.bulk(&SUBJECT_ONCE, new.iter().map(|e| row(e)))?;
    tx.bulk(&SUBJECT_LATEST, old.iter().map(|e| row(e)))?;
    let stale: HashSet<&SubjectKey> = old.iter().map(|e| &e.subject.key).collect();
    for key in &stale {
        tx.execute(
            "DELETE FROM subject_name WHERE subject_key = $1",
            params![*key],
        )?;
        unindex_names(tx, key)?;
    }
    tx.bulk(&FORMER, old.iter().chain(&new).flat_map(|e| former(e)))?;
    tx.bulk(&ALIAS, old.iter().chain(&new).flat_map(|e| aliases(e)))?;

    let mut rows = Vec::new();
    for entry in old.iter().chain(&new) {
        index(entry, &mut rows);
    }
    index_names(tx, &mut rows)?;
    let confirmed = old
        .iter()
        .filter(|e| !e.subject.provisional)
        .filter(|e| known.get(&e.subject.key).is_some_and(|s| s.provisional))
        .count();
    Ok(Applied {
        new: new.len() as u64,
        updated: old.len() as u64,
        confirmed: confirmed as u64,
    })
}

fn row(entry: &RegisterEntry) -> [Value<'_>; 10] {
    let present = entry
        .names
        .iter()
        .find(|n| n.name == entry.subject.name && n.until.is_none());
    values(&entry.subject, present.and_then(|n| n.from))
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

fn aliases(entry: &RegisterEntry) -> impl Iterator<Item = [Value<'_>; 3]> {
    let key = &entry.subject.key;
    entry
        .codes
        .iter()
        .filter(move |c| c.code != key.as_str())
        .map(move |c| [(&c.code).into(), key.into(), c.from.into()])
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
