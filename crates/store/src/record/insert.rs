//! Putting versions in, in bulk.

use super::{NO_DATE, ended_kind, landed};
use crate::{
    Conn, Map, Tx,
    dialect::{Insert, Kind, Value, places},
    error::Result,
    migrate::hex,
    params, proof,
};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::{collections::HashSet, ops::ControlFlow};
use xinheng_domain::{
    publicity::PublicityColumns,
    record::{ClockColumns, EndKind, Record, RecordId},
    subject::SubjectKey,
};

/// What is known of a record before another version of it is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Highest version, visible or not.
    pub max_version: u32,
    /// Highest visible version, where there is one.
    pub visible_version: Option<u32>,
    /// Content of the highest version.
    pub content_hash: String,
    /// First public day of the visible versions; where there is none, of the highest one.
    pub public_from: Option<Date>,
    /// The first receipt of the decision.
    pub first_received_on: Option<Date>,
    /// How the record is over by the highest visible version.
    pub visible_end: Option<EndKind>,
    /// How it is over by the highest version, visible or not.
    pub ended: Option<EndKind>,
    /// Department of the highest version.
    pub department: String,
    /// Contents of all visible versions: an old file handed in again is known by them.
    pub contents: Vec<String>,
    /// Whether the highest version is of a batch that is not sealed.
    pub staged: bool,
    /// Whether the highest version came in the batch asked about: a chunk is being resumed.
    pub same_batch: bool,
    /// How often the record has changed: see [`super::guard`].
    pub revision: u32,
}

/// Records asked for in one statement.
const CHUNK: usize = 256;

/// What is known of these records; those not known are left out. Versions of refused batches count
/// for the number of the next version alone.
///
/// # Errors
/// The store's own.
pub fn heads(
    conn: &mut Conn,
    ids: &[(&SubjectKey, &RecordId)],
    batch_id: &str,
) -> Result<Map<RecordId, Head>> {
    let mut found: Map<RecordId, Head> = Map::default();
    // The highest version that was not refused, of each.
    let mut newest: Map<RecordId, u32> = Map::default();
    let mut newest_from: Map<RecordId, Option<Date>> = Map::default();
    for chunk in ids.chunks(CHUNK) {
        let mut values: Vec<Value<'_>> = Vec::with_capacity(CHUNK * 2);
        // The last pair is repeated: few statements for all lengths.
        let size = chunk.len().next_power_of_two();
        for (key, id) in chunk
            .iter()
            .chain(chunk.last().into_iter().cycle())
            .take(size)
        {
            values.extend([Value::from(*key), Value::from(id.tail())]);
        }
        // Every version of the wanted records, one look into the primary key each.
        let sql = format!(
            "WITH wanted (subject_key, record_tail) AS (VALUES {}) \
             SELECT r.record_tail, r.version, r.content_hash, r.public_from, r.ended_kind, \
             r.batch_id, b.sealed_at IS NOT NULL, r.department, r.subject_key, r.revision, \
             r.first_received_on, b.refused_at IS NOT NULL \
             FROM wanted q CROSS JOIN record r JOIN batch b ON b.batch_id = r.batch_id \
             WHERE r.subject_key = q.subject_key AND r.record_tail = q.record_tail",
            places(size, 2)
        );
        conn.stream(&sql, &values, |row| {
            let (version, visible): (u32, bool) = (row.get(1)?, row.get(6)?);
            let id = RecordId::new(&row.get(8)?, &row.get::<String>(0)?);
            let head = found.entry(id.clone()).or_insert_with(|| Head {
                max_version: 0,
                visible_version: None,
                content_hash: String::new(),
                public_from: None,
                first_received_on: None,
                visible_end: None,
                ended: None,
                department: String::new(),
                contents: Vec::new(),
                staged: false,
                same_batch: false,
                revision: 0,
            });
            if version == 1 {
                head.revision = row.get(9)?;
            }
            if row.get(11)? {
                head.max_version = head.max_version.max(version);
                return Ok(ControlFlow::Continue(()));
            }
            let received: Date = row.get(10)?;
            let first = head
                .first_received_on
                .map_or(received, |day| day.min(received));
            head.first_received_on = Some(first);
            if version > newest.get(&id).copied().unwrap_or_default() {
                newest.insert(id.clone(), version);
                head.max_version = head.max_version.max(version);
                head.content_hash = row.get(2)?;
                newest_from.insert(id.clone(), row.get(3)?);
                head.ended = ended_kind(row.get(4)?, &id)?;
                head.department = row.get(7)?;
                head.same_batch = row.get::<String>(5)? == batch_id;
            }
            if visible && head.visible_version < Some(version) {
                head.visible_version = Some(version);
                head.visible_end = ended_kind(row.get(4)?, &id)?;
            }
            if visible {
                head.contents.push(row.get(2)?);
            }
            let from: Option<Date> = row.get(3)?;
            if visible && from.is_some() {
                head.public_from = head.public_from.min(from).or(from);
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    for (id, head) in &mut found {
        head.public_from = head.public_from.or(newest_from.get(id).copied().flatten());
        head.staged = newest.get(id).copied() != head.visible_version;
    }
    Ok(found)
}

const RECORD: Insert<29> = Insert {
    table: "record",
    columns: [
        ("subject_key", Kind::Text),
        ("record_tail", Kind::Text),
        ("version", Kind::Int),
        ("item", Kind::Text),
        ("department", Kind::Text),
        ("batch_id", Kind::Text),
        ("row_number", Kind::Int),
        ("landed", Kind::Int),
        ("decided_on", Kind::Date),
        ("public_from", Kind::Date),
        ("public_until", Kind::Date),
        ("ended_kind", Kind::Text),
        ("followed", Kind::Bool),
        ("basis_id", Kind::Text),
        ("publicity_class", Kind::Text),
        ("earliest_repair", Kind::Date),
        ("alarm_on", Kind::Date),
        ("deadline", Kind::Date),
        ("deadline_provisional", Kind::Bool),
        ("first_received_on", Kind::Date),
        ("facets", Kind::Text),
        ("document_number", Kind::Text),
        ("content_hash", Kind::Text),
        ("replaces", Kind::Text),
        ("ended_on", Kind::Date),
        ("ended_grounds", Kind::Text),
        ("replaced_by", Kind::Text),
        ("payload", Kind::Text),
        ("revision", Kind::Int),
    ],
    on_conflict: "",
};

/// Adds versions. One that exists already is a `Conflict`: another writer was faster, and the
/// whole write runs again.
///
/// # Errors
/// `Conflict` as said; the store's own.
pub fn insert(tx: &mut Tx<'_>, records: &[Record]) -> Result<()> {
    let bases = bases(tx, records)?;
    // In order of keys, the pages of the primary key are touched once each.
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_unstable_by(|a, b| {
        let key = |at: &usize| records.get(*at).map(|r| (&r.id, r.version));
        key(a).cmp(&key(b))
    });
    // Versions of one record that arrive together: the earlier ones are followed as well.
    let follows = |at: usize| {
        let (now, next) = (order.get(at), order.get(at + 1));
        let id = |at: Option<&usize>| at.and_then(|at| records.get(*at)).map(|r| &r.id);
        id(next).is_some() && id(now) == id(next)
    };
    let rows = order.iter().enumerate().filter_map(|(place, at)| {
        let (record, basis) = (records.get(*at)?, bases.get(*at)?);
        Some(values(record, basis, follows(place)))
    });
    tx.bulk(&RECORD, rows)?;
    for record in records.iter().filter(|r| r.version > 1) {
        tx.execute(
            "UPDATE record SET followed = TRUE \
             WHERE subject_key = $1 AND record_tail = $2 AND version < $3 AND NOT followed",
            params![&record.subject_key, record.id.tail(), record.version],
        )?;
        // What the page says will be another thing, or nothing.
        proof::forget(tx, &record.id)?;
    }
    Ok(())
}

fn values<'v>(r: &'v Record, basis: &'v str, followed: bool) -> [Value<'v>; 29] {
    let (clock, ended) = (r.clock.as_ref(), r.ended.as_ref());
    [
        (&r.subject_key).into(),
        r.id.tail().into(),
        r.version.into(),
        (&r.item).into(),
        (&r.department).into(),
        (&r.batch_id).into(),
        r.row.into(),
        landed(r).into(),
        r.decided_on.unwrap_or(NO_DATE).into(),
        r.publicity.from.into(),
        r.publicity.until.into(),
        ended.map(|e| e.kind.as_str()).into(),
        followed.into(),
        basis.into(),
        r.publicity.class.as_ref().into(),
        r.publicity.earliest_repair.into(),
        r.publicity.alarm_on.into(),
        clock.map(|c| c.deadline).into(),
        clock.map(|c| c.provisional).into(),
        r.first_received_on.into(),
        (&r.facets).into(),
        (&r.document_number).into(),
        (&r.content_hash).into(),
        r.replaces.as_ref().into(),
        ended.map(|e| e.on).into(),
        ended.map(|e| &e.grounds).into(),
        ended.and_then(|e| e.replaced_by.as_ref()).into(),
        (&r.payload).into(),
        1_u32.into(),
    ]
}

/// What explains a record's dates, shared by all records that have the same explanation.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
pub(super) struct Basis<'a> {
    pub(super) rulebook: &'a str,
    pub(super) trace: &'a str,
    pub(super) never: Option<&'a str>,
    pub(super) clock_rule: Option<&'a str>,
    pub(super) clock_calendar: Option<&'a str>,
}

impl<'a> Basis<'a> {
    pub(super) fn of(publicity: &'a PublicityColumns, clock: Option<&'a ClockColumns>) -> Self {
        Self {
            rulebook: &publicity.rulebook,
            trace: &publicity.trace,
            never: publicity.never.as_deref(),
            clock_rule: clock.map(|c| c.rule.as_str()),
            clock_calendar: clock.map(|c| c.calendar.as_str()),
        }
    }

    /// The same explanation always has the same id.
    pub(super) fn id(&self) -> String {
        let mut hash = Sha256::new();
        for part in [
            Some(self.rulebook),
            Some(self.trace),
            self.never,
            self.clock_rule,
            self.clock_calendar,
        ] {
            // One more than the length, so that absent differs from empty.
            hash.update(part.map_or(0, |p| p.len() as u64 + 1).to_be_bytes());
            hash.update(part.unwrap_or_default());
        }
        hex(hash.finalize().get(..8).unwrap_or_default())
    }

    pub(super) fn keep(&self, tx: &mut Tx<'_>, id: &str) -> Result<()> {
        let sql = "INSERT INTO record_basis (basis_id, rulebook, trace, never_reason, clock_rule, \
             clock_calendar) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (basis_id) DO NOTHING";
        let values = params![
            id,
            self.rulebook,
            self.trace,
            self.never,
            self.clock_rule,
            self.clock_calendar
        ];
        tx.insert(
            "record_basis",
            (sql, values),
            ("basis_id = $1", params![id]),
        )
        .map(drop)
    }
}

/// The basis id of each record, all of them kept.
fn bases(tx: &mut Tx<'_>, records: &[Record]) -> Result<Vec<String>> {
    let mut known: Map<Basis<'_>, String> = Map::default();
    let mut kept = HashSet::new();
    let mut ids = Vec::with_capacity(records.len());
    for record in records {
        let basis = Basis::of(&record.publicity, record.clock.as_ref());
        let id = known.entry(basis).or_insert_with(|| basis.id());
        if kept.insert(id.clone()) {
            basis.keep(tx, id)?;
        }
        ids.push(id.clone());
    }
    Ok(ids)
}
