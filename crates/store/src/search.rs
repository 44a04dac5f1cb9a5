//! Search by name: present and former names, any part of at least two characters.

use crate::{
    Conn,
    dialect::{
        Found, NamePlace, NameRow, PROBE, Ranks, name_places, names_at, search_names, whole_names,
    },
    error::Result,
};
use std::collections::HashMap;
use xinheng_domain::subject::SubjectKey;

/// A name that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameHit {
    /// Whose name.
    pub key: SubjectKey,
    /// The name, as registered.
    pub name: String,
    /// Present name, or a former one.
    pub current: bool,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameHits {
    /// Names that begin with the query first, then shorter ones first, then by code.
    pub hits: Vec<NameHit>,
    /// There are more than were asked for.
    pub truncated: bool,
}

/// Shortest query, in characters.
pub const SHORTEST: usize = 2;

/// Names that hold `query`, which must be normalised as the names were. Recall is exact up to
/// `limit`. A query of fewer than two characters finds nothing.
///
/// # Errors
/// The store's own.
pub fn names(conn: &mut Conn, query: &str, limit: usize) -> Result<NameHits> {
    let terms = terms(query);
    if terms.is_empty() || limit == 0 {
        return Ok(NameHits::default());
    }
    let found = search_names(conn, query, &terms, &start(&terms[0]), limit + 1)?;
    Ok(cut(found, limit))
}

fn cut(mut found: Vec<Found>, limit: usize) -> NameHits {
    let truncated = found.len() > limit;
    found.truncate(limit);
    let hits = found
        .into_iter()
        .map(|f| NameHit {
            key: f.subject_key,
            name: f.name,
            current: f.current,
        })
        .collect();
    NameHits { hits, truncated }
}

/// Names that are `normalised` and nothing more, in order of code. Of two characters at least, as
/// with [`names`].
///
/// # Errors
/// The store's own.
pub fn whole(conn: &mut Conn, normalised: &str, limit: usize) -> Result<NameHits> {
    let mut terms = terms(normalised);
    let Some(first) = terms.first().map(|term| start(term)) else {
        return Ok(NameHits::default());
    };
    terms.push(first);
    // Ranks begin with the length: only names as long as this one are looked at.
    let from = length(normalised) * PER_LENGTH;
    let ranks = (from, from + (PER_LENGTH - 1));
    let found = whole_names(conn, normalised, &terms, ranks, limit + 1)?;
    Ok(cut(found, limit))
}

/// A term that more names have says too little to begin with.
const RARE: usize = 512;
/// Names that are looked at more closely; all of two terms where no single one is rare.
const CANDIDATES: usize = 256;
const AMONG_COMMON: usize = 2 * RARE;
/// Characters that a name may be shorter than the query: of a longer legal form, and a slip.
const SHORTER: i64 = 6;

/// Names that share rare parts with `query`, which is normalised, those with the
/// most alone: among them are those that were meant where something is mistyped. In order of
/// their subjects, the same on both databases.
///
/// # Errors
/// The store's own.
pub fn candidates(conn: &mut Conn, query: &str) -> Result<Vec<NameHit>> {
    let mut all = terms(query);
    let Some(first) = all.first().map(|term| start(term)) else {
        return Ok(Vec::new());
    };
    all.push(first);
    let mut shared: HashMap<NamePlace, u32> = HashMap::new();
    let single: Vec<&[String]> = all.iter().map(std::slice::from_ref).collect();
    let rare = count_in(conn, &single, &mut shared)?;
    // Each term alone is common: all those of one half are less so. A slip spares one half: the
    // term between them belongs to neither.
    let most = if rare < 2 { AMONG_COMMON } else { CANDIDATES };
    if rare < 2 {
        let pairs = all.len() - 1;
        let middle = pairs / 2;
        let before = all.get(..middle).unwrap_or_default();
        let after = all.get(middle + 1..pairs).unwrap_or_default();
        let halves: Vec<&[String]> = [before, after]
            .into_iter()
            .filter(|h| h.len() > 1)
            .collect();
        count_in(conn, &halves, &mut shared)?;
    }
    let wanted = length(query);
    let mut found: Vec<(u32, NamePlace)> = shared
        .into_iter()
        .map(|(place, count)| (count, place))
        .filter(|(_, place)| place.rank / PER_LENGTH + SHORTER >= wanted)
        .collect();
    found.sort_unstable_by(|(count, place), (other_count, other)| {
        let far = |place: &NamePlace| (place.rank / PER_LENGTH - wanted).abs();
        (other_count.cmp(count))
            .then_with(|| far(place).cmp(&far(other)))
            .then_with(|| place.cmp(other))
    });
    found.truncate(most);
    let places: Vec<NamePlace> = found.into_iter().map(|(_, place)| place).collect();
    let mut hits = cut(names_at(conn, places)?, most).hits;
    hits.sort_by(|a, b| (&a.key, &a.name).cmp(&(&b.key, &b.name)));
    Ok(hits)
}

/// Counts one more shared part for every name that has all terms of a set; gives how many sets
/// some names have, but not too many.
fn count_in(
    conn: &mut Conn,
    sets: &[&[String]],
    shared: &mut HashMap<NamePlace, u32>,
) -> Result<usize> {
    let mut rare = 0;
    for places in name_places(conn, sets, RARE)?.into_iter().flatten() {
        rare += usize::from(!places.is_empty());
        for place in places {
            *shared.entry(place).or_default() += 1;
        }
    }
    Ok(rare)
}

/// The terms of a normalised text: every two characters that stand side by side, each once.
fn terms(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().map(word).collect();
    let mut terms: Vec<String> = Vec::with_capacity(chars.len() + 1);
    for pair in chars.windows(2) {
        let mut term = String::with_capacity(6);
        term.extend(pair);
        // Names are short: looking through the list beats hashing.
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

/// Marks the term a name begins with, so that beginnings can be asked for.
const START: char = '\u{e000}';

fn start(term: &str) -> String {
    format!("{START}{term}")
}

/// The terms a name is indexed by.
pub(crate) fn index_terms(normalised: &str) -> Vec<String> {
    let mut terms = terms(normalised);
    if let Some(first) = terms.first().map(|term| start(term)) {
        terms.push(first);
    }
    terms
}

/// Blanks and signs of ASCII would part a term in the index: they are moved to the private area.
fn word(c: char) -> char {
    if c.is_ascii() && !c.is_ascii_alphanumeric() {
        char::from_u32(0xe100 + u32::from(c)).unwrap_or(c)
    } else {
        c
    }
}

/// Index rows for the names of one subject: `(name, normalised, current)` each.
pub(crate) fn entries<'a>(
    key: &'a SubjectKey,
    names: impl IntoIterator<Item = (&'a str, &'a str, bool)>,
    into: &mut Vec<NameRow<'a>>,
) {
    let begin = into.len();
    for (at, (name, normalised, current)) in names.into_iter().enumerate() {
        let terms = index_terms(normalised);
        if !terms.is_empty() {
            let mut rank = rank(normalised, key) + i64::try_from(at.min(15)).unwrap_or(0);
            while into.iter().skip(begin).any(|row| row.rank == rank) {
                rank += PROBE;
            }
            into.push(NameRow {
                rank,
                subject_key: key,
                name,
                normalised,
                current,
                terms,
            });
        }
    }
}

/// The place of a name in every answer, as one number: length, then the organisation code
/// inside the subject's key, then nine bits of the rest of the key and four for the names of
/// one subject. The same on both databases, so that both answer in the same order.
fn rank(normalised: &str, key: &SubjectKey) -> i64 {
    let Ranks { per_length, of_key } = ranks(key);
    length(normalised) * per_length + of_key
}

/// Eight bits above fifty-five: always below the sign bit.
const PER_LENGTH: i64 = 1 << 55;

fn length(normalised: &str) -> i64 {
    i64::try_from(normalised.chars().count().min(255)).unwrap_or(255)
}

/// Where the ranks of a subject's names can be.
pub(crate) fn ranks(key: &SubjectKey) -> Ranks {
    let fold = |bytes: &mut dyn Iterator<Item = u8>| {
        bytes
            .filter_map(|b| char::from(b).to_digit(36))
            .fold(0_i64, |sum, digit| {
                sum.wrapping_mul(36).wrapping_add(i64::from(digit))
            })
    };
    let key = key.as_str().bytes();
    let body = fold(&mut key.clone().skip(8).take(8)) & ((1 << 42) - 1);
    let rest = fold(&mut key.clone().take(8).chain(key.skip(16))).rem_euclid(509);
    Ranks {
        per_length: PER_LENGTH,
        of_key: body << 13 | rest << 4,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn terms_are_pairs_each_once() {
        assert_eq!(terms("信衡信衡"), ["信衡", "衡信"]);
        assert!(terms("信").is_empty());
        // A blank may not part a term in the index.
        assert!(terms("A B").iter().all(|t| !t.contains(' ')));
    }

    #[test]
    fn shorter_names_come_first_then_codes() {
        let key = |text: &str| SubjectKey(text.to_owned());
        let (a, b) = (key("91990100MA0000011X"), key("91990100MA0000021X"));
        assert!(rank("衡川甲", &b) < rank("衡川甲乙", &a));
        assert!(rank("衡川甲", &a) < rank("衡川甲", &b));
        assert!(rank(&"长".repeat(300), &b) > 0);
    }
}
