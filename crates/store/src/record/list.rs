//! Lists for everybody: by item, department, date and facet.

use super::{CURRENT, CURRENT_ALONE, NO_DATE, SOURCES, STORED, Stored, landed, stored};
use crate::{Conn, dialect::Value, error::Result, forward::ACCEPTED};
use jiff::{Timestamp, civil::Date};
use std::collections::HashSet;
use xinheng_domain::{record::RecordId, subject::SubjectKey};

/// Which records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListFilter {
    /// Of this catalogue item.
    pub item: Option<String>,
    /// Of this department.
    pub department: Option<String>,
    /// Decided on this day or later.
    pub decided_from: Option<Date>,
    /// Decided on this day or earlier.
    pub decided_until: Option<Date>,
    /// Facets, each `|FIELD=value|` as in the record.
    pub facets: Vec<String>,
    /// Public on this day (today). `None` = all current versions, for officials.
    pub public_on: Option<Date>,
    /// Of the public ones those alone that the platform above has accepted.
    pub accepted: bool,
    /// Made public on this day or later.
    pub public_since: Option<Date>,
    /// Of these subjects alone.
    pub subjects: Option<Vec<SubjectKey>>,
    /// The oldest decision first.
    pub oldest_first: bool,
    /// Narrowed to what is public on this day too.
    pub as_of: Option<Date>,
    /// Narrowed to what was sealed by then.
    pub known_at: Option<Timestamp>,
    /// After this place.
    pub after: Option<Cursor>,
    /// At most so many; 0 = none.
    pub limit: u32,
}

/// A place in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Decision date of the last one shown.
    pub decided_on: Option<Date>,
    /// When it came.
    landed: i64,
    /// Its id.
    pub record_id: RecordId,
}

impl Stored {
    /// The place right after this record in a list.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor {
            decided_on: self.record.decided_on,
            landed: landed(&self.record),
            record_id: self.record.id.clone(),
        }
    }
}

/// The place right after a record that stood in a list under this decision date. When it came is
/// not told to the reader of a list, so it is read off the record as it is `now`; where it stands
/// elsewhere by now, or nowhere, the list goes on with the first of that day: something comes
/// twice, nothing is left out.
#[must_use]
pub fn cursor(
    now: Option<&Stored>,
    decided_on: Option<Date>,
    record_id: RecordId,
    oldest_first: bool,
) -> Cursor {
    let same = now.filter(|s| s.record.id == record_id && s.record.decided_on == decided_on);
    same.map_or(
        Cursor {
            decided_on,
            landed: if oldest_first { i64::MIN } else { i64::MAX },
            record_id,
        },
        Stored::cursor,
    )
}

/// A condition with its values, put together part by part.
pub(super) struct Clause<'v> {
    pub(super) text: String,
    pub(super) values: Vec<Value<'v>>,
}

impl<'v> Clause<'v> {
    /// What a filter says about scope: everything but dates of publicity, place and limit.
    pub(super) fn scope(conn: &Conn, filter: &'v ListFilter, current: &str) -> Self {
        let mut clause = Self {
            text: current.to_owned(),
            values: Vec::new(),
        };
        if let Some(item) = &filter.item {
            clause.and("r.item = $", item.into());
        }
        if let Some(department) = &filter.department {
            clause.and("r.department = $", department.into());
        }
        if let Some(day) = filter.decided_from {
            clause.and("r.decided_on >= $", day.into());
        }
        if let Some(day) = filter.decided_until {
            clause.and("r.decided_on <= $", day.into());
        }
        if let Some(day) = filter.public_since {
            clause.and("r.public_from >= $", day.into());
        }
        if let Some(subjects) = &filter.subjects {
            let places: Vec<String> = subjects.iter().map(|s| clause.place(s.into())).collect();
            clause.text.push_str(&if places.is_empty() {
                " AND FALSE".to_owned()
            } else {
                format!(" AND r.subject_key IN ({})", places.join(", "))
            });
        }
        for facet in &filter.facets {
            clause.values.push(facet.into());
            let holds = conn.holds("r.facets", clause.values.len());
            clause.text.push_str(" AND ");
            clause.text.push_str(&holds);
        }
        clause
    }

    /// Adds `… $` with the place of `value`.
    pub(super) fn and(&mut self, text: &str, value: Value<'v>) {
        let place = self.place(value);
        self.text.push_str(" AND ");
        self.text.push_str(text.trim_end_matches('$'));
        self.text.push_str(&place);
    }

    pub(super) fn place(&mut self, value: Value<'v>) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    /// Public on `day`, as far as the dates say.
    pub(super) fn and_public(&mut self, day: Date) {
        let day = self.place(day.into());
        self.text.push_str(&format!(
            " AND r.ended_kind IS NULL AND r.public_from <= {day} \
             AND (r.public_until IS NULL OR r.public_until >= {day})"
        ));
    }

    /// Accepted by the platform above.
    pub(super) fn and_accepted(&mut self) {
        self.text.push_str(" AND ");
        self.text.push_str(ACCEPTED);
    }
}

/// Current records, the latest decision first, of one day what came last, or the other way round;
/// public ones alone where `public_on` is set, and then `as_of` and `known_at` only narrow (I10). Fan-out.
///
/// # Errors
/// The store's own.
pub fn list(conn: &mut Conn, filter: &ListFilter) -> Result<Vec<Stored>> {
    if filter.item.is_some() {
        return of_item(conn, filter);
    }
    // The index begins with the item: the first ones of each, put together, are the first of all.
    let mut all = Vec::new();
    for item in items(conn)? {
        let one = ListFilter {
            item: Some(item),
            ..filter.clone()
        };
        all.extend(of_item(conn, &one)?);
    }
    all.sort_unstable_by(|a, b| place_of(b).cmp(&place_of(a)));
    if filter.oldest_first {
        all.reverse();
    }
    all.truncate(filter.limit as usize);
    Ok(all)
}

fn place_of(stored: &Stored) -> (Date, i64, &RecordId) {
    let record = &stored.record;
    let day = record.decided_on.unwrap_or(NO_DATE);
    (day, landed(record), &record.id)
}

/// Catalogue items that have records, sealed or not: one look at the index for each.
///
/// # Errors
/// The store's own.
pub fn items(conn: &mut Conn) -> Result<Vec<String>> {
    conn.query(ITEMS, &[], |row| row.get(0))
}

const ITEMS: &str = "WITH RECURSIVE found (item) AS ( \
     SELECT min(r.item) FROM record r UNION ALL \
     SELECT (SELECT min(r.item) FROM record r WHERE r.item > f.item) \
     FROM found f WHERE f.item IS NOT NULL) \
     SELECT item FROM found WHERE item IS NOT NULL";

fn of_item(conn: &mut Conn, filter: &ListFilter) -> Result<Vec<Stored>> {
    let clause = page(conn, filter);
    conn.query(&clause.text, &clause.values, stored)
}

/// The whole statement for one page of a list.
fn page<'v>(conn: &Conn, filter: &'v ListFilter) -> Clause<'v> {
    let (way, after_it) = if filter.oldest_first {
        ("ASC", ">")
    } else {
        ("DESC", "<")
    };
    let mut clause = Clause::scope(conn, filter, CURRENT);
    for day in [filter.public_on, filter.as_of].into_iter().flatten() {
        clause.and_public(day);
    }
    if filter.accepted {
        clause.and_accepted();
    }
    if let Some(at) = filter.known_at {
        clause.and("b.sealed_at <= $", at.into());
    }
    if let Some(after) = &filter.after {
        let day = clause.place(after.decided_on.unwrap_or(NO_DATE).into());
        let landed = clause.place(after.landed.into());
        let key = clause.place(after.record_id.key_text().into());
        let tail = clause.place(after.record_id.tail().into());
        clause.text.push_str(&format!(
            " AND (r.decided_on, r.landed, r.subject_key, r.record_tail) \
             {after_it} ({day}, {landed}, {key}, {tail})"
        ));
    }
    let limit = clause.place(filter.limit.into());
    clause.text = format!(
        "SELECT {STORED} FROM {SOURCES} WHERE {} \
         ORDER BY r.decided_on {way}, r.landed {way}, r.subject_key {way}, r.record_tail {way} \
         LIMIT {limit}",
        clause.text
    );
    clause
}

/// Numbers of the records that a filter holds, whatever its place and limit. Fan-out, a whole scan.
///
/// # Errors
/// The store's own.
pub fn ids(conn: &mut Conn, filter: &ListFilter) -> Result<Vec<RecordId>> {
    let clause = Clause::scope(conn, filter, CURRENT);
    let sql = format!(
        "SELECT r.subject_key, r.record_tail FROM {SOURCES} WHERE {}",
        clause.text
    );
    conn.query(&sql, &clause.values, |row| {
        Ok(RecordId::new(&row.get(0)?, &row.get::<String>(1)?))
    })
}

/// Those of the current records of these subjects whose version the platform above has accepted, by
/// its last answer about it.
///
/// # Errors
/// The store's own.
pub fn accepted(conn: &mut Conn, keys: &[&SubjectKey]) -> Result<HashSet<RecordId>> {
    let mut found = HashSet::new();
    let sql = format!(
        "SELECT r.subject_key, r.record_tail FROM record r JOIN batch b ON b.batch_id = r.batch_id \
         WHERE r.subject_key IN {{keys}} AND {CURRENT} AND {ACCEPTED}"
    );
    conn.among(&sql, keys.iter().map(|key| (*key).into()), |row| {
        found.insert(RecordId::new(&row.get(0)?, &row.get::<String>(1)?));
        Ok(())
    })?;
    Ok(found)
}

/// Current records, of one department where it is given, that are noted as having a text to be read,
/// after a record in order of keys. Fan-out.
///
/// # Errors
/// The store's own.
pub fn doubted(
    conn: &mut Conn,
    department: Option<&str>,
    after: Option<&RecordId>,
    limit: u32,
) -> Result<Vec<Stored>> {
    let mut clause = doubted_page(department, after);
    let limit = clause.place(limit.into());
    let sql = format!(
        "{} ORDER BY d.subject_key, d.record_tail LIMIT {limit}",
        clause.text
    );
    conn.query(&sql, &clause.values, stored)
}

fn doubted_page<'v>(department: Option<&'v str>, after: Option<&'v RecordId>) -> Clause<'v> {
    let mut clause = Clause {
        text: format!(
            "SELECT {STORED} FROM text_doubt d CROSS JOIN {SOURCES} \
             WHERE r.subject_key = d.subject_key AND r.record_tail = d.record_tail \
             AND r.version = d.version AND {CURRENT}"
        ),
        values: Vec::new(),
    };
    if let Some(id) = after {
        let key = clause.place(id.key_text().into());
        let tail = clause.place(id.tail().into());
        let behind = format!(" AND (d.subject_key, d.record_tail) > ({key}, {tail})");
        clause.text.push_str(&behind);
    }
    if let Some(department) = department {
        clause.and("r.department = $", department.into());
    }
    clause
}

/// Ids of the records public on `day` whose publicity began on `since` or later, the latest
/// beginning first, then the latest decision. Fan-out, a whole scan: keep the answer as that of
/// [`super::tally`], and look again whether each is public before it is shown.
///
/// # Errors
/// The store's own.
pub fn newest(
    conn: &mut Conn,
    day: Date,
    since: Date,
    accepted: bool,
    limit: u32,
) -> Result<Vec<RecordId>> {
    let filter = ListFilter {
        public_since: Some(since),
        ..ListFilter::default()
    };
    let mut clause = Clause::scope(conn, &filter, CURRENT_ALONE);
    clause.and_public(day);
    if accepted {
        clause.and_accepted();
    }
    let limit = clause.place(limit.into());
    let sql = format!(
        "SELECT r.subject_key, r.record_tail FROM {} WHERE {} \
         ORDER BY r.public_from DESC, r.decided_on DESC, r.subject_key DESC, r.record_tail DESC \
         LIMIT {limit}",
        conn.whole_record(),
        clause.text
    );
    conn.query(&sql, &clause.values, |row| {
        Ok(RecordId::new(&row.get(0)?, &row.get::<String>(1)?))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::{Db, Location};

    /// How `SQLite` goes about a statement.
    fn plan(conn: &mut Conn, sql: &str, values: &[Value<'_>]) -> String {
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let lines: Vec<String> = Conn::query(conn, &sql, values, |row| row.get(3)).unwrap();
        lines.join("\n")
    }

    #[test]
    fn lists_are_read_in_the_order_of_the_index() {
        let dir = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(dir.path().join("plan.db"));
        Db::migrate(&location, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let db = Db::open(&location).unwrap();
        let day = jiff::civil::date(2026, 11, 22);
        let after = Cursor {
            decided_on: Some(day),
            landed: 7,
            record_id: RecordId("91990100MA0X00015Q-1".to_owned()),
        };
        let of_one = ListFilter {
            item: Some("penalty".to_owned()),
            public_on: Some(day),
            as_of: Some(day),
            limit: 51,
            ..ListFilter::default()
        };
        let filters = [
            of_one.clone(),
            ListFilter {
                after: Some(after),
                ..of_one.clone()
            },
            ListFilter {
                oldest_first: true,
                ..of_one.clone()
            },
            ListFilter {
                department: Some("d1".to_owned()),
                decided_from: Some(day),
                decided_until: Some(day),
                ..of_one
            },
        ];
        db.read(|conn| {
            for filter in &filters {
                let clause = page(conn, filter);
                let plan = plan(conn, &clause.text, &clause.values);
                assert!(plan.contains("USING INDEX record_by_item"), "{plan}");
                // Only what shares one place is put in order: the index gives the rest.
                let sorted = plan.replace("USE TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY", "");
                assert!(!sorted.contains("TEMP B-TREE"), "{plan}");
                if filter.after.is_some() {
                    assert!(plan.contains("(decided_on,landed)<(?,?)"), "{plan}");
                }
                assert!(!plan.contains("SCAN"), "{plan}");
            }
            let after = filters[1].after.as_ref().map(|after| &after.record_id);
            let clause = doubted_page(Some("d1"), after);
            let sql = format!(
                "{} ORDER BY d.subject_key, d.record_tail LIMIT 1",
                clause.text
            );
            let of_doubts = plan(conn, &sql, &clause.values);
            assert!(of_doubts.starts_with("SEARCH d USING"), "{of_doubts}");
            assert!(!of_doubts.contains("TEMP B-TREE"), "{of_doubts}");
            let plan = plan(conn, ITEMS, &[]);
            assert!(plan.contains("COVERING INDEX record_by_item"), "{plan}");
            assert!(!plan.contains("SCAN r"), "{plan}");
            Ok::<_, crate::StoreError>(())
        })
        .unwrap();
    }
}
