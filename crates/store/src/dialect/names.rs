//! The name index: FTS5 over bigrams on SQLite, GIN on PostgreSQL; the same answers in the same
//! order. Both give candidates by rank, so that a common term stops early; candidates are
//! verified by substring, since neither index knows where in a name a bigram stands.

use super::{Conn, Driver, Insert, Kind, Row, Value, sqlite};
use crate::error::Result;
use std::{
    collections::{HashMap, HashSet},
    ops::ControlFlow,
};
use xinheng_domain::subject::SubjectKey;

/// A name to be found.
#[derive(Debug, Clone)]
pub(crate) struct NameRow<'a> {
    /// Place in every answer: shorter names first, then by code.
    pub(crate) rank: i64,
    pub(crate) subject_key: &'a SubjectKey,
    pub(crate) name: &'a str,
    pub(crate) normalised: &'a str,
    pub(crate) current: bool,
    pub(crate) terms: Vec<String>,
}

/// What the engine found, in order of rank.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) subject_key: SubjectKey,
    pub(crate) name: String,
    pub(crate) current: bool,
}

/// Step between the ranks of different subjects that share a rank; smaller steps are for the
/// names of one subject.
pub(crate) const PROBE: i64 = 16;

const ENTRY: Insert<6> = Insert {
    table: "name_entry",
    columns: [
        ("rank", Kind::Int),
        ("subject_key", Kind::Text),
        ("name", Kind::Text),
        ("normalised", Kind::Text),
        ("current", Kind::Bool),
        ("terms", Kind::Words),
    ],
    on_conflict: "",
};

const SQLITE_ENTRY: &str = "INSERT INTO name_entry (rank, subject_key, name, normalised, current) \
     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
const SQLITE_TERMS: &str = "INSERT INTO name_index (rowid, terms) VALUES (?1, ?2)";

/// Adds names. Sorted by rank they load several times faster on SQLite.
pub(crate) fn index_names(conn: &mut Conn, rows: &mut [NameRow<'_>]) -> Result<()> {
    rows.sort_unstable_by_key(|row| row.rank);
    if let Driver::Sqlite(c) = &mut conn.driver {
        let fault = |e: rusqlite::Error| sqlite::translate(&e);
        let mut entry = c.prepare_cached(SQLITE_ENTRY).map_err(fault)?;
        for row in rows.iter_mut() {
            loop {
                let values = [
                    Value::Int(row.rank),
                    row.subject_key.into(),
                    row.name.into(),
                    row.normalised.into(),
                    row.current.into(),
                ];
                if entry
                    .execute(rusqlite::params_from_iter(values))
                    .map_err(fault)?
                    == 1
                {
                    break;
                }
                row.rank += PROBE;
            }
        }
        // FTS5 writes a segment whenever the row numbers go backwards.
        rows.sort_unstable_by_key(|row| row.rank);
        let mut terms = c.prepare_cached(SQLITE_TERMS).map_err(fault)?;
        for row in rows.iter() {
            let values = [Value::Int(row.rank), Value::Words(&row.terms)];
            terms
                .execute(rusqlite::params_from_iter(values))
                .map_err(fault)?;
        }
        return Ok(());
    }
    let values = rows.iter().map(|row| {
        [
            Value::Int(row.rank),
            row.subject_key.into(),
            row.name.into(),
            row.normalised.into(),
            row.current.into(),
            Value::Words(&row.terms),
        ]
    });
    conn.bulk(&ENTRY, values).map(drop)
}

/// Forgets all names of a subject. Its ranks are those of its code at every length, so they
/// need no index: a few hundred looks for the rare subject that is renamed.
pub(crate) fn unindex_names(conn: &mut Conn, key: &SubjectKey, rank_of: Ranks) -> Result<()> {
    if matches!(conn.driver, Driver::Sqlite(_)) {
        let sql = "WITH RECURSIVE step (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM step WHERE n < 255) \
                   SELECT e.rank FROM step CROSS JOIN name_entry e \
                   WHERE e.rank BETWEEN step.n * $1 + $2 AND step.n * $1 + $2 + $3 \
                   AND e.subject_key = $4";
        let Ranks { per_length, of_key } = rank_of;
        let values = [
            Value::Int(per_length),
            Value::Int(of_key),
            Value::Int(SPREAD),
            key.into(),
        ];
        for rank in conn.query(sql, &values, |row| row.get::<i64>(0))? {
            conn.execute("DELETE FROM name_index WHERE rowid = $1", &[rank.into()])?;
            conn.execute("DELETE FROM name_entry WHERE rank = $1", &[rank.into()])?;
        }
        return Ok(());
    }
    conn.execute(
        "DELETE FROM name_entry WHERE subject_key = $1",
        &[key.into()],
    )
    .map(drop)
}

/// Every part of a name that the index holds, with the name's rank. Not in a transaction that only
/// reads: SQLite makes a view of its index for it.
pub(crate) fn each_indexed_term(conn: &mut Conn, each: &mut dyn FnMut(i64, &str)) -> Result<()> {
    if matches!(conn.driver, Driver::Sqlite(_)) {
        conn.batch(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.name_terms \
             USING fts5vocab(main, name_index, instance)",
        )?;
        conn.stream("SELECT doc, term FROM temp.name_terms", &[], |row| {
            each(row.get(0)?, &row.get::<String>(1)?);
            Ok(ControlFlow::Continue(()))
        })?;
        return Ok(());
    }
    let sql = "SELECT rank, array_to_string(terms, ' ') FROM name_entry";
    conn.stream(sql, &[], |row| {
        let rank = row.get(0)?;
        for term in row.get::<String>(1)?.split(' ') {
            each(rank, term);
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// Parts of names that are listed in the index and that a search for them does not find as often:
/// SQLite looks terms up by a table of its own.
pub(crate) fn terms_not_found(conn: &mut Conn) -> Result<u64> {
    if !matches!(conn.driver, Driver::Sqlite(_)) {
        return Ok(0);
    }
    conn.batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.name_term_counts \
         USING fts5vocab(main, name_index, row)",
    )?;
    let sql = "SELECT term, doc FROM temp.name_term_counts";
    let terms = conn.query(sql, &[], |row| {
        Ok((row.get::<String>(0)?, row.get::<u64>(1)?))
    })?;
    let mut missed = 0;
    for (term, listed) in &terms {
        let quoted = format!("\"{}\"", term.replace('"', "\"\""));
        let sql = "SELECT count(*) FROM name_index WHERE name_index MATCH $1";
        let found = conn.query_one(sql, &[(&quoted).into()], |row| row.get::<u64>(0))?;
        missed += u64::from(found != Some(*listed));
    }
    Ok(missed)
}

/// Where the ranks of a subject can be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ranks {
    /// From one length to the next.
    pub(crate) per_length: i64,
    /// The subject's part.
    pub(crate) of_key: i64,
}

/// How far a rank can have been moved aside by others: a thousand probes.
const SPREAD: i64 = 1_000 * PROBE;

/// Names that hold `query`, at most `limit`: those that begin with it, and with the term `start`,
/// come first, then by rank.
pub(crate) fn search_names(
    conn: &mut Conn,
    query: &str,
    terms: &[String],
    start: &str,
    limit: usize,
) -> Result<Vec<Found>> {
    let mut begin = terms.to_vec();
    begin.push(start.to_owned());
    match &mut conn.driver {
        Driver::Sqlite(_) => {
            let mut all = names_holding(conn, query, &begin, "= 1", limit)?;
            if all.len() < limit {
                let rest = limit - all.len();
                all.extend(names_holding(conn, query, terms, "> 1", rest)?);
            }
            Ok(all)
        }
        // One way to the server and back; the second half is not begun where the first suffices.
        Driver::Postgres(_) => {
            let sql = "(SELECT subject_key, name, current, CAST(1 AS BIGINT) AS half, rank FROM name_entry \
                 WHERE terms @> $1 AND strpos(normalised, $2) = 1 \
                 ORDER BY rank, subject_key LIMIT $4) \
                 UNION ALL (SELECT subject_key, name, current, CAST(2 AS BIGINT), rank FROM name_entry \
                 WHERE terms @> $3 AND strpos(normalised, $2) > 1 \
                 ORDER BY rank, subject_key LIMIT $4) LIMIT $4";
            let (begin, terms) = (telling(conn, &begin), telling(conn, terms));
            let values = [
                Value::Words(&begin),
                query.into(),
                Value::Words(&terms),
                limit.into(),
            ];
            let mut all = conn.query(sql, &values, |row| {
                Ok((row.get::<u32>(3)?, row.get::<i64>(4)?, found(row)?))
            })?;
            // The order of a union is nobody's promise.
            all.sort_by(|(half, rank, name), (other, than, next)| {
                (half, rank, &name.subject_key).cmp(&(other, than, &next.subject_key))
            });
            Ok(all.into_iter().map(|(.., name)| name).collect())
        }
    }
}

/// The terms that are not known to be common; all of them where each is. What the common ones would
/// sort out is sorted out by the look at the name itself, and putting their long lists together
/// takes ten times as long as the rest.
fn telling(conn: &Conn, terms: &[String]) -> Vec<String> {
    let telling = terms.iter().filter(|term| !conn.common.contains(*term));
    let telling: Vec<String> = telling.cloned().collect();
    if telling.is_empty() {
        return terms.to_vec();
    }
    telling
}

/// Names that hold `query` at `place` (an SQL condition), in order of rank, at most `limit`: on
/// SQLite, where the engine walks both tables in row order and stops at the limit.
fn names_holding(
    conn: &mut Conn,
    query: &str,
    terms: &[String],
    place: &str,
    limit: usize,
) -> Result<Vec<Found>> {
    let wanted = rarest(conn, terms)?;
    let sql = format!(
        "SELECT e.subject_key, e.name, e.current \
         FROM name_index i CROSS JOIN name_entry e \
         WHERE i.name_index MATCH $1 AND e.rank = i.rowid \
         AND instr(e.normalised, $2) {place} ORDER BY i.rowid LIMIT $3"
    );
    conn.query(&sql, &[(&wanted).into(), query.into(), limit.into()], found)
}

/// Names that are `normalised`, whole, with ranks from `from` to `to`: those of its length.
pub(crate) fn whole_names(
    conn: &mut Conn,
    normalised: &str,
    terms: &[String],
    (from, to): (i64, i64),
    limit: usize,
) -> Result<Vec<Found>> {
    match &mut conn.driver {
        Driver::Sqlite(_) => {
            let wanted = rarest(conn, terms)?;
            let sql = "SELECT e.subject_key, e.name, e.current \
                 FROM name_index i CROSS JOIN name_entry e \
                 WHERE i.name_index MATCH $1 AND i.rowid BETWEEN $2 AND $3 \
                 AND e.rank = i.rowid AND e.normalised = $4 ORDER BY i.rowid LIMIT $5";
            let values = [
                (&wanted).into(),
                from.into(),
                to.into(),
                normalised.into(),
                limit.into(),
            ];
            conn.query(sql, &values, found)
        }
        Driver::Postgres(_) => {
            let sql = "SELECT subject_key, name, current FROM name_entry \
                 WHERE terms @> $1 AND rank BETWEEN $2 AND $3 AND normalised = $4 \
                 ORDER BY rank, subject_key LIMIT $5";
            let values = [
                terms.into(),
                from.into(),
                to.into(),
                normalised.into(),
                limit.into(),
            ];
            conn.query(sql, &values, found)
        }
    }
}

fn found(row: &Row<'_>) -> Result<Found> {
    Ok(Found {
        subject_key: row.get(0)?,
        name: row.get(1)?,
        current: row.get(2)?,
    })
}

/// Where a name stands: its rank, and its subject where ranks are shared.
#[derive(Debug, Clone)]
pub(crate) struct NamePlace {
    pub(crate) rank: i64,
    /// The name, where the index has told it with its place: then it need not be fetched.
    told: Option<Found>,
}

impl NamePlace {
    /// What parts one place from another.
    fn parts(&self) -> (i64, &str) {
        let key = self.told.as_ref().map(|name| name.subject_key.as_str());
        (self.rank, key.unwrap_or_default())
    }
}

impl PartialEq for NamePlace {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for NamePlace {}

impl PartialOrd for NamePlace {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NamePlace {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl std::hash::Hash for NamePlace {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

/// For each set of terms the places of the names that have all of it; `None` where there are more
/// than `most`. That a set is so common is remembered.
pub(crate) fn name_places(
    conn: &mut Conn,
    sets: &[&[String]],
    most: usize,
) -> Result<Vec<Option<Vec<NamePlace>>>> {
    let mut places_of: Vec<Option<Vec<NamePlace>>> = vec![None; sets.len()];
    let texts: Vec<String> = sets.iter().map(|set| set.join(" ")).collect();
    let asked: Vec<(usize, &[String])> = (sets.iter().copied().enumerate())
        .filter(|(at, _)| texts.get(*at).is_some_and(|t| !conn.common.contains(t)))
        .collect();
    let limit = most + 1;
    match &mut conn.driver {
        Driver::Sqlite(_) => {
            for (at, set) in &asked {
                let wanted: Vec<String> = set.iter().map(|term| format!("\"{term}\"")).collect();
                let wanted = wanted.join(" AND ");
                let sql = "SELECT rowid FROM name_index WHERE name_index MATCH $1 LIMIT $2";
                let places = conn.query(sql, &[(&wanted).into(), limit.into()], |row| {
                    Ok(NamePlace {
                        rank: row.get(0)?,
                        told: None,
                    })
                })?;
                places_of[*at] = Some(places);
            }
        }
        // One way to the server and back for all of them.
        Driver::Postgres(_) => {
            let texts: Vec<String> = asked.iter().map(|(_, set)| set.join(" ")).collect();
            let sql = "SELECT e.subject_key, e.name, e.current, s.place, e.rank \
                 FROM unnest(CAST($1 AS TEXT[])) WITH ORDINALITY AS s (terms, place) \
                 CROSS JOIN LATERAL (SELECT rank, subject_key, name, current FROM name_entry \
                 WHERE terms @> string_to_array(s.terms, ' ') LIMIT $2) e";
            let rows = conn.query(sql, &[Value::Words(&texts), limit.into()], |row| {
                let place = NamePlace {
                    rank: row.get(4)?,
                    told: Some(found(row)?),
                };
                Ok((row.get::<u32>(3)?, place))
            })?;
            let mut of_each = vec![Vec::new(); asked.len()];
            for (place, row) in rows {
                // Counted from 1.
                if let Some(places) = of_each.get_mut((place as usize).wrapping_sub(1)) {
                    places.push(row);
                }
            }
            for ((at, _), places) in asked.iter().zip(of_each) {
                places_of[*at] = Some(places);
            }
        }
    }
    for (text, places) in texts.into_iter().zip(&mut places_of) {
        if places.as_ref().is_some_and(|p| p.len() > most) {
            *places = None;
            if conn.common.len() >= REMEMBERED {
                conn.common.clear();
            }
            conn.common.insert(text);
        }
    }
    Ok(places_of)
}

/// The names at these places.
pub(crate) fn names_at(conn: &mut Conn, places: Vec<NamePlace>) -> Result<Vec<Found>> {
    let sql = "SELECT subject_key, name, current FROM name_entry WHERE rank = $1";
    let mut all = Vec::with_capacity(places.len());
    for place in places {
        match place.told {
            Some(name) => all.push(name),
            // Ranks are not shared where the index tells places alone.
            None => all.extend(conn.query_one(sql, &[place.rank.into()], found)?),
        }
    }
    Ok(all)
}

/// Up to this many rows of a term are counted to learn how common it is.
const SAMPLE: usize = 256;
/// A term with fewer rows needs no better one beside it.
const RARE: i64 = 64;
/// Common terms remembered per connection.
const REMEMBERED: usize = 20_000;
/// Terms that are worth intersecting; the others are left to the verification.
const INTERSECT: usize = 2;

/// How far into the ranks the first `SAMPLE` rows of each common term reach: the further, the
/// rarer. A hint, wrong without harm.
pub(super) type Reach = HashMap<String, i64>;

/// Terms, and sets of them, that too many names have to be of use for a suggestion. Names seldom
/// go away, so what is common stays common.
pub(super) type Common = HashSet<String>;

/// The match expression: the rarest terms alone, because every common term costs a walk.
fn rarest(conn: &mut Conn, terms: &[String]) -> Result<String> {
    let quoted = |terms: &[&String]| {
        terms
            .iter()
            .map(|t| format!("\"{t}\""))
            .collect::<Vec<_>>()
            .join(" AND ")
    };
    let all: Vec<&String> = terms.iter().collect();
    if all.len() <= INTERSECT {
        return Ok(quoted(&all));
    }
    let mut known: Vec<(i64, &String)> = Vec::with_capacity(all.len());
    let mut fresh = Vec::new();
    for term in all {
        match conn.reach.get(term) {
            Some(reach) => known.push((*reach, term)),
            None => fresh.push(term),
        }
    }
    // Terms not met before are the rare ones, as a rule.
    for term in fresh {
        let (count, reach) = sample(conn, &quoted(&[term]))?;
        if count < RARE {
            return Ok(quoted(&[term]));
        }
        if conn.reach.len() >= REMEMBERED {
            conn.reach.clear();
        }
        conn.reach.insert(term.clone(), reach);
        known.push((reach, term));
    }
    known.sort_unstable_by_key(|(reach, _)| std::cmp::Reverse(*reach));
    known.truncate(INTERSECT);
    let chosen: Vec<&String> = known.iter().map(|(_, term)| *term).collect();
    Ok(quoted(&chosen))
}

fn sample(conn: &mut Conn, wanted: &str) -> Result<(i64, i64)> {
    let sql = "SELECT count(*), COALESCE(max(r), 0) FROM (SELECT rowid AS r FROM name_index \
               WHERE name_index MATCH $1 ORDER BY rowid LIMIT $2)";
    let (count, reach) = conn
        .query_one(sql, &[wanted.into(), SAMPLE.into()], |row| {
            Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
        })?
        .unwrap_or((0, 0));
    // A term that is exhausted within the sample is rarer than any that is not.
    let whole = usize::try_from(count).is_ok_and(|count| count < SAMPLE);
    Ok((count, if whole { i64::MAX - count } else { reach }))
}
