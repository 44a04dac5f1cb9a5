//! Records (信用信息) in versions. Visible = the version's batch is sealed; current = the
//! highest visible version.

mod act;
mod counts;
mod insert;
mod list;
mod rules;

pub use act::{
    Whole, acts, add_act, first_received_on, first_sealed_at, followed_elsewhere, guard, no_more,
    whole,
};
pub use counts::{Counts, InTime, Tally, counts, in_time, tally};
pub use insert::{Head, heads, insert};
pub use list::{Cursor, ListFilter, accepted, cursor, doubted, ids, items, list, newest};
pub use rules::{
    Computed, Held, count_held, count_withheld, held, held_behind, stale, update, withheld,
};

use crate::{
    Conn,
    dialect::{Row, Value, places},
    error::{Result, inconsistent},
    params,
    subject::padded,
};
use jiff::{Timestamp, civil::Date};
use std::collections::HashMap;
use xinheng_domain::{
    calendar::civil_day,
    publicity::PublicityColumns,
    record::{ClockColumns, EndKind, Ended, Record, RecordId},
    subject::SubjectKey,
};

/// A visible version of a record, with where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The version.
    pub record: Record,
    /// When it became visible: its known time.
    pub sealed_at: Timestamp,
    /// Name of the file it came in.
    pub file_name: String,
    /// SHA-256 of that file.
    pub file_hash: String,
    /// The day its batch was received.
    pub received_on: Date,
    /// When its batch was staged.
    pub staged_at: Timestamp,
    /// Public once under an answer that has been overwritten, whatever the dates say now.
    pub once_public: bool,
}

impl Stored {
    /// The civil day from which the version was known.
    #[must_use]
    pub fn known_on(&self) -> Date {
        civil_day(self.sealed_at)
    }

    /// Whether the version, current up to `last`, has been public on a day up to then.
    #[must_use]
    pub fn was_public(&self, last: Date) -> bool {
        let dates = &self.record.publicity;
        let shown = |from: Date| {
            let first = from.max(self.known_on());
            first <= last && dates.until.is_none_or(|until| first <= until)
        };
        self.once_public || self.record.ended.is_none() && dates.from.is_some_and(shown)
    }
}

/// Stands for "no decision date" in the database, so that lists need no order of nulls.
pub(crate) const NO_DATE: Date = Date::constant(1, 1, 1);

/// Rows of a batch that have a place of their own in [`landed`]; those beyond share the last one.
const PLACES: u64 = 1 << 20;

/// When a version came: the moment its batch's id (a UUIDv7) begins with, and its row. What comes
/// later is greater; two versions may share a place.
fn landed(record: &Record) -> i64 {
    // A UUID of version 7 begins with its moment: 48 bits of milliseconds.
    let mut digits = record.batch_id.chars().filter(|c| *c != '-').take(12);
    let moment = digits.try_fold(0_u64, |sum, c| Some(sum << 4 | u64::from(c.to_digit(16)?)));
    let place = moment.unwrap_or_default() * PLACES + record.row.min(PLACES - 1);
    i64::try_from(place).unwrap_or(i64::MAX)
}

/// Columns of a stored version; `r` record, `b` batch, `w` basis.
const STORED: &str = "r.subject_key, r.record_tail, r.version, r.item, r.department, r.batch_id, \
     r.row_number, r.decided_on, r.public_from, r.public_until, r.ended_kind, \
     r.publicity_class, r.earliest_repair, r.alarm_on, r.deadline, r.deadline_provisional, \
     r.first_received_on, r.facets, r.document_number, r.content_hash, r.replaces, r.ended_on, \
     r.ended_grounds, r.replaced_by, r.payload, w.rulebook, w.trace, w.never_reason, \
     w.clock_rule, w.clock_calendar, b.sealed_at, b.file_name, b.file_hash, \
     r.once_public IS NOT NULL, b.received_on, b.staged_at";

/// Tables of a stored version.
const SOURCES: &str = "record r JOIN batch b ON b.batch_id = r.batch_id \
     JOIN record_basis w ON w.basis_id = r.basis_id";

/// Holds for the current version alone: it is visible, and no later one is. Few versions are
/// followed, so the second look is rare.
pub(crate) const CURRENT: &str = "b.sealed_at IS NOT NULL AND (NOT r.followed OR NOT EXISTS ( \
     SELECT 1 FROM record n JOIN batch nb ON nb.batch_id = n.batch_id \
     WHERE n.subject_key = r.subject_key AND n.record_tail = r.record_tail \
     AND n.version > r.version AND nb.sealed_at IS NOT NULL))";

/// The same where many records are looked at and nothing of their batches is wanted: few batches
/// are not sealed.
const CURRENT_ALONE: &str = "r.batch_id NOT IN (SELECT batch_id FROM batch WHERE sealed_at IS NULL) \
     AND (NOT r.followed OR NOT EXISTS ( \
     SELECT 1 FROM record n JOIN batch nb ON nb.batch_id = n.batch_id \
     WHERE n.subject_key = r.subject_key AND n.record_tail = r.record_tail \
     AND n.version > r.version AND nb.sealed_at IS NOT NULL))";

fn ended_kind(text: Option<String>, id: &RecordId) -> Result<Option<EndKind>> {
    text.map(|kind| EndKind::parse(&kind).ok_or_else(|| inconsistent("record", "ended_kind", id)))
        .transpose()
}

fn stored(row: &Row<'_>) -> Result<Stored> {
    let subject_key: SubjectKey = row.get(0)?;
    let id = RecordId::new(&subject_key, &row.get::<String>(1)?);
    let ended = match ended_kind(row.get(10)?, &id)? {
        None => None,
        Some(kind) => Some(Ended {
            kind,
            on: row
                .get::<Option<Date>>(21)?
                .ok_or_else(|| inconsistent("record", "ended_on", &id))?,
            grounds: row.get::<Option<String>>(22)?.unwrap_or_default(),
            replaced_by: row.get(23)?,
        }),
    };
    let clock = match row.get::<Option<Date>>(14)? {
        None => None,
        Some(deadline) => Some(ClockColumns {
            deadline,
            provisional: row.get::<Option<bool>>(15)?.unwrap_or_default(),
            rule: row.get::<Option<String>>(28)?.unwrap_or_default(),
            calendar: row.get::<Option<String>>(29)?.unwrap_or_default(),
        }),
    };
    let publicity = PublicityColumns {
        from: row.get(8)?,
        until: row.get(9)?,
        class: row.get(11)?,
        earliest_repair: row.get(12)?,
        alarm_on: row.get(13)?,
        rulebook: row.get::<String>(25)?.into(),
        trace: row.get::<String>(26)?.into(),
        never: row.get(27)?,
    };
    Ok(Stored {
        record: Record {
            subject_key,
            version: row.get(2)?,
            item: row.get(3)?,
            department: row.get(4)?,
            batch_id: row.get(5)?,
            row: row.get(6)?,
            first_received_on: row.get(16)?,
            decided_on: Some(row.get::<Date>(7)?).filter(|day| *day != NO_DATE),
            facets: row.get(17)?,
            document_number: row.get(18)?,
            content_hash: row.get(19)?,
            replaces: row.get(20)?,
            payload: row.get(24)?,
            publicity,
            clock,
            ended,
            id,
        },
        sealed_at: row.get(30)?,
        file_name: row.get(31)?,
        file_hash: row.get(32)?,
        once_public: row.get(33)?,
        received_on: row.get(34)?,
        staged_at: row.get(35)?,
    })
}

/// The current version of a record. One shard: the id holds the subject's key.
///
/// # Errors
/// The store's own.
pub fn current(conn: &mut Conn, id: &RecordId) -> Result<Option<Stored>> {
    let Some(key) = id.subject_key() else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT {STORED} FROM {SOURCES} WHERE r.subject_key = $1 AND r.record_tail = $2 \
         AND b.sealed_at IS NOT NULL ORDER BY r.version DESC LIMIT 1"
    );
    conn.query_one(&sql, params![&key, id.tail()], stored)
}

/// All visible versions of a record, the latest first. For officials.
///
/// # Errors
/// The store's own.
pub fn versions(conn: &mut Conn, id: &RecordId) -> Result<Vec<Stored>> {
    let Some(key) = id.subject_key() else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "SELECT {STORED} FROM {SOURCES} WHERE r.subject_key = $1 AND r.record_tail = $2 \
         AND b.sealed_at IS NOT NULL ORDER BY r.version DESC"
    );
    conn.query(&sql, params![&key, id.tail()], stored)
}

/// The current versions of all records under these keys (those of one subject), of all items
/// or of one, in order of record id after `after`. Single-subject.
///
/// # Errors
/// The store's own.
pub fn of_subjects(
    conn: &mut Conn,
    keys: &[SubjectKey],
    item: Option<&str>,
    after: Option<&RecordId>,
    limit: u32,
) -> Result<Vec<Stored>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = padded(keys.iter().map(Into::into), keys.len());
    let mut filter = format!("r.subject_key IN {}", places(1, values.len()));
    if let Some(item) = item {
        values.push(item.into());
        filter.push_str(&format!(" AND r.item = ${}", values.len()));
    }
    if let Some(after) = after {
        values.extend([Value::from(after.key_text()), Value::from(after.tail())]);
        let at = values.len();
        filter.push_str(&format!(
            " AND (r.subject_key, r.record_tail) > (${}, ${at})",
            at - 1
        ));
    }
    values.push(limit.into());
    let sql = format!(
        "SELECT {STORED} FROM {SOURCES} WHERE {filter} AND {CURRENT} \
         ORDER BY r.subject_key, r.record_tail LIMIT ${}",
        values.len()
    );
    conn.query(&sql, &values, stored)
}

/// The document numbers of these records as they are now, of those that exist. Fan-out.
///
/// # Errors
/// The store's own.
pub fn document_numbers(conn: &mut Conn, ids: &[RecordId]) -> Result<HashMap<RecordId, String>> {
    const AT_ONCE: usize = 128;
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let named: Vec<(SubjectKey, &str)> = some
            .iter()
            .filter_map(|id| Some((id.subject_key()?, id.tail())))
            .collect();
        // Few statements for all lengths: the first are asked for again.
        let rows = match named.len() {
            0 => continue,
            count => count.next_power_of_two(),
        };
        let asked = named.iter().cycle().take(rows);
        let values: Vec<Value<'_>> = asked
            .flat_map(|(key, tail)| [Value::from(key), Value::from(*tail)])
            .collect();
        let sql = format!(
            "SELECT r.subject_key, r.record_tail, r.document_number FROM (VALUES {}) w \
             JOIN record r ON r.subject_key = w.column1 AND r.record_tail = w.column2 \
             JOIN batch b ON b.batch_id = r.batch_id WHERE {CURRENT}",
            places(rows, 2)
        );
        found.extend(conn.query(&sql, &values, |row| {
            let key = SubjectKey(row.get(0)?);
            let tail: String = row.get(1)?;
            Ok((RecordId::new(&key, &tail), row.get(2)?))
        })?);
    }
    Ok(found)
}

/// The current versions of these records, those that exist.
///
/// # Errors
/// The store's own.
pub fn current_many(conn: &mut Conn, ids: &[RecordId]) -> Result<HashMap<RecordId, Stored>> {
    let mut found = HashMap::with_capacity(ids.len());
    for id in ids {
        if let Some(stored) = current(conn, id)? {
            found.insert(id.clone(), stored);
        }
    }
    Ok(found)
}
