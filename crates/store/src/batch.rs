//! Batches (归集批次): staged, filled chunk by chunk, sealed by one write.

use crate::{
    Conn, Tx,
    dialect::{Insert, Kind, Row, Value},
    error::{Result, StoreError},
    params,
};
use jiff::{Timestamp, civil::Date};
use xinheng_domain::{batch::Counters, finding::Finding, permission::Reach};

/// A batch as staged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBatch {
    /// Id (UUIDv7 text).
    pub id: String,
    /// Catalogue item id.
    pub item: String,
    /// Department that hands it in.
    pub department: String,
    /// Base name of the file.
    pub file_name: String,
    /// SHA-256 of the file's bytes, hex.
    pub file_hash: String,
    /// Sheet of a workbook that was asked for; empty where none was.
    pub sheet: String,
    /// How often this file has come, from 1.
    pub attempt: u32,
    /// Format recognised, e.g. `penalty-2018`.
    pub format: Option<String>,
    /// Digest of the rulebook used.
    pub rulebook: String,
    /// Who handed it in.
    pub actor: String,
    /// Civil day of receipt.
    pub received_on: Date,
    /// Moment of staging.
    pub staged_at: Timestamp,
}

/// A batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// As staged.
    pub new: NewBatch,
    /// Set when its rows became visible: their known time.
    pub sealed_at: Option<Timestamp>,
    /// Set when the whole file was refused, with the reason.
    pub refused: Option<(Timestamp, String)>,
    /// Sums over its chunks, once sealed.
    pub counters: Option<Counters>,
    /// Latest decision date in it, once sealed.
    pub latest_decision: Option<Date>,
}

/// How far a source has reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freshness {
    /// Department.
    pub department: String,
    /// Catalogue item.
    pub item: String,
    /// Last sealing: "complete up to".
    pub last_sealed_at: Timestamp,
    /// Latest decision date received.
    pub last_decided_on: Option<Date>,
    /// Sealed batches.
    pub batches: u64,
    /// Rows received in them.
    pub received: u64,
}

/// A place in the list of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingCursor {
    /// Chunk.
    pub chunk: u64,
    /// Position in the chunk.
    pub position: u64,
}

const COLUMNS: &str = "batch_id, item, department, file_name, file_hash, format, rulebook, actor, \
     received_on, staged_at, sealed_at, refused_at, refusal, counters, latest_decision, sheet, \
     attempt";

fn batch(row: &Row<'_>) -> Result<Batch> {
    let refused_at: Option<Timestamp> = row.get(11)?;
    let counters: Option<String> = row.get(13)?;
    Ok(Batch {
        new: NewBatch {
            id: row.get(0)?,
            item: row.get(1)?,
            department: row.get(2)?,
            file_name: row.get(3)?,
            file_hash: row.get(4)?,
            sheet: row.get(15)?,
            attempt: row.get(16)?,
            format: row.get(5)?,
            rulebook: row.get(6)?,
            actor: row.get(7)?,
            received_on: row.get(8)?,
            staged_at: row.get(9)?,
        },
        sealed_at: row.get(10)?,
        refused: match refused_at {
            Some(at) => Some((at, row.get::<Option<String>>(12)?.unwrap_or_default())),
            None => None,
        },
        counters: counters
            .map(|text| serde_json::from_str(&text))
            .transpose()?,
        latest_decision: row.get(14)?,
    })
}

/// One batch.
const BY_ID: &str = "batch_id = $1";

/// Stages a batch. The same sheet of the same file of the same department for the same item
/// cannot be staged twice as the same attempt unless it was refused: `Conflict`.
///
/// # Errors
/// `Conflict` as said; the store's own.
pub fn stage(tx: &mut Tx<'_>, b: &NewBatch) -> Result<()> {
    tx.expect_load()?;
    let sql = "INSERT INTO batch (batch_id, item, department, file_name, file_hash, format, \
         rulebook, actor, received_on, staged_at, sheet, attempt) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = params![
        &b.id,
        &b.item,
        &b.department,
        &b.file_name,
        &b.file_hash,
        b.format.as_ref(),
        &b.rulebook,
        &b.actor,
        b.received_on,
        b.staged_at,
        &b.sheet,
        b.attempt
    ];
    tx.insert("batch", (sql, values), (BY_ID, params![&b.id]))
        .map(drop)
}

/// The batch with this id.
///
/// # Errors
/// The store's own.
pub fn get(conn: &mut Conn, id: &str) -> Result<Option<Batch>> {
    let sql = format!("SELECT {COLUMNS} FROM batch WHERE batch_id = $1");
    conn.query_one(&sql, params![id], batch)
}

/// What a batch is to rows that want to land in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchState {
    /// They may.
    Staged,
    /// All of them have.
    Sealed,
    /// It is not there, or was refused or abandoned.
    Gone,
}

/// How a batch stands.
///
/// # Errors
/// The store's own.
pub fn state(conn: &mut Conn, id: &str) -> Result<BatchState> {
    Ok(match get(conn, id)? {
        None => BatchState::Gone,
        Some(batch) if batch.refused.is_some() => BatchState::Gone,
        Some(batch) if batch.sealed_at.is_some() => BatchState::Sealed,
        Some(_) => BatchState::Staged,
    })
}

/// The batch in which this sheet of this file came the last time, refused ones left out.
///
/// # Errors
/// The store's own.
pub fn by_hash(
    conn: &mut Conn,
    (file_hash, sheet): (&str, &str),
    department: &str,
    item: &str,
) -> Result<Option<Batch>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM batch WHERE department = $1 AND item = $2 AND file_hash = $3 \
         AND sheet = $4 AND refused_at IS NULL ORDER BY attempt DESC LIMIT 1"
    );
    conn.query_one(&sql, params![department, item, file_hash, sheet], batch)
}

/// Batches of the departments within reach, newest first, staged before `before` (the batch id breaks ties).
///
/// # Errors
/// The store's own.
pub fn list(
    conn: &mut Conn,
    within: &Reach,
    before: Option<(Timestamp, &str)>,
    limit: u32,
) -> Result<Vec<Batch>> {
    let mut filter = String::from("1 = 1");
    let mut values: Vec<Value<'_>> = vec![limit.into()];
    filter_within(within, &mut filter, &mut values);
    if let Some((at, id)) = before {
        values.extend([Value::Time(at), Value::Text(id)]);
        let n = values.len();
        filter.push_str(&format!(" AND (staged_at, batch_id) < (${}, ${n})", n - 1));
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM batch WHERE {filter} \
         ORDER BY staged_at DESC, batch_id DESC LIMIT $1"
    );
    conn.query(&sql, &values, batch)
}

/// What a list holds of the departments within reach.
fn filter_within<'v>(within: &'v Reach, filter: &mut String, values: &mut Vec<Value<'v>>) {
    let Reach::Departments(own) = within else {
        return;
    };
    let first = values.len() + 1;
    values.extend(own.iter().map(|code| Value::Text(code)));
    let places: Vec<String> = (first..=values.len()).map(|n| format!("${n}")).collect();
    filter.push_str(&match places.is_empty() {
        true => " AND 1 = 0".to_owned(),
        false => format!(" AND department IN ({})", places.join(", ")),
    });
}

/// Batches of the departments within reach that are neither sealed nor refused, newest first.
///
/// # Errors
/// The store's own.
pub fn open(conn: &mut Conn, within: &Reach, limit: u32) -> Result<Vec<Batch>> {
    let mut filter = String::from("sealed_at IS NULL AND refused_at IS NULL");
    let mut values: Vec<Value<'_>> = vec![limit.into()];
    filter_within(within, &mut filter, &mut values);
    let sql = format!(
        "SELECT {COLUMNS} FROM batch WHERE {filter} \
         ORDER BY staged_at DESC, batch_id DESC LIMIT $1"
    );
    conn.query(&sql, &values, batch)
}

/// Marks a chunk as done, in the transaction that wrote its rows. Gives `false` where it was
/// done already: then nothing of it may be written again.
///
/// # Errors
/// The store's own.
pub fn mark_chunk(
    tx: &mut Tx<'_>,
    batch_id: &str,
    chunk: u64,
    counters: &Counters,
    latest_decision: Option<Date>,
) -> Result<bool> {
    let counters = serde_json::to_string(counters)?;
    let sql = "INSERT INTO batch_chunk (batch_id, chunk, counters, latest_decision) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (batch_id, chunk) DO NOTHING";
    let values = params![batch_id, chunk, &counters, latest_decision];
    let place = ("batch_id = $1 AND chunk = $2", params![batch_id, chunk]);
    let done = tx.insert("batch_chunk", (sql, values), (place.0, place.1))?;
    Ok(done == 1)
}

/// The chunks that are done, in order.
///
/// # Errors
/// The store's own.
pub fn chunks_done(conn: &mut Conn, batch_id: &str) -> Result<Vec<u64>> {
    conn.query(
        "SELECT chunk FROM batch_chunk WHERE batch_id = $1 ORDER BY chunk",
        params![batch_id],
        |row| row.get(0),
    )
}

/// Sums over the chunks that are done, and the latest decision date among them.
///
/// # Errors
/// The store's own.
pub fn totals(conn: &mut Conn, batch_id: &str) -> Result<(Counters, Option<Date>)> {
    let chunks = conn.query(
        "SELECT counters, latest_decision FROM batch_chunk WHERE batch_id = $1",
        params![batch_id],
        |row| Ok((row.get::<String>(0)?, row.get::<Option<Date>>(1)?)),
    )?;
    let (mut sum, mut latest) = (Counters::default(), None);
    for (counters, decision) in chunks {
        sum += serde_json::from_str(&counters)?;
        latest = latest.max(decision);
    }
    Ok((sum, latest))
}

/// Makes the batch's rows visible, all at once. A sealed batch stays as it was sealed first.
/// Gives the sums and whether this call sealed it.
///
/// # Errors
/// `Other` where there is no such batch or it was refused.
pub fn seal(tx: &mut Tx<'_>, batch_id: &str, at: Timestamp) -> Result<(Counters, bool)> {
    let (sum, latest) = totals(tx, batch_id)?;
    let counters = serde_json::to_string(&sum)?;
    let sql = "UPDATE batch SET sealed_at = $2, counters = $3, latest_decision = $4 \
         WHERE batch_id = $1 AND sealed_at IS NULL AND refused_at IS NULL";
    let values = params![batch_id, at, &counters, latest];
    let done = tx.change("batch", (sql, values), (BY_ID, params![batch_id]))?;
    if done == 1 {
        return Ok((sum, true));
    }
    match get(tx, batch_id)? {
        Some(Batch {
            sealed_at: Some(_),
            counters,
            ..
        }) => Ok((counters.unwrap_or(sum), false)),
        Some(_) => Err(StoreError::Other(format!("批次 {batch_id} 已整批拒收"))),
        None => Err(StoreError::Other(format!("没有批次 {batch_id}"))),
    }
}

/// Refuses the whole file. Gives `false` where the batch is sealed or refused already.
///
/// # Errors
/// The store's own.
pub fn refuse(tx: &mut Tx<'_>, batch_id: &str, reason: &str, at: Timestamp) -> Result<bool> {
    let sql = "UPDATE batch SET refused_at = $2, refusal = $3 \
         WHERE batch_id = $1 AND sealed_at IS NULL AND refused_at IS NULL";
    let values = params![batch_id, at, reason];
    let done = tx.change("batch", (sql, values), (BY_ID, params![batch_id]))?;
    Ok(done == 1)
}

const FINDING: Insert<7> = Insert {
    table: "batch_finding",
    columns: [
        ("batch_id", Kind::Text),
        ("chunk", Kind::Int),
        ("position", Kind::Int),
        ("row_number", Kind::Int),
        ("severity", Kind::Text),
        ("code", Kind::Text),
        ("finding", Kind::Text),
    ],
    on_conflict: "",
};

/// Keeps the findings of a chunk, in their order, in the transaction that marks it.
///
/// # Errors
/// `Conflict` where the chunk's findings are kept already; the store's own.
pub fn add_findings(
    tx: &mut Tx<'_>,
    batch_id: &str,
    chunk: u64,
    findings: &[Finding],
) -> Result<()> {
    let texts = findings
        .iter()
        .map(serde_json::to_string)
        .collect::<Result<Vec<_>, _>>()?;
    let rows = findings
        .iter()
        .zip(&texts)
        .enumerate()
        .map(|(position, (finding, text))| {
            [
                batch_id.into(),
                chunk.into(),
                position.into(),
                finding.row.into(),
                severity(finding).into(),
                (&finding.code).into(),
                text.into(),
            ]
        });
    tx.bulk(&FINDING, rows).map(drop)
}

const fn severity(finding: &Finding) -> &'static str {
    use xinheng_domain::finding::Severity;
    match finding.severity {
        Severity::RefuseFile => "refuse_file",
        Severity::RefuseRow => "refuse_row",
        Severity::Warn => "warn",
    }
}

/// Findings of a batch in order, from after `after`, each with its place.
///
/// # Errors
/// The store's own.
pub fn findings(
    conn: &mut Conn,
    batch_id: &str,
    after: Option<FindingCursor>,
    limit: u32,
) -> Result<Vec<(FindingCursor, Finding)>> {
    findings_of(conn, batch_id, (None, false), after, limit)
}

/// Findings of a batch of one kind, or those alone that kept a row out, in order, from after `after`.
///
/// # Errors
/// The store's own.
pub fn findings_of(
    conn: &mut Conn,
    batch_id: &str,
    (code, refused): (Option<&str>, bool),
    after: Option<FindingCursor>,
    limit: u32,
) -> Result<Vec<(FindingCursor, Finding)>> {
    let after = after.map(|c| (i64::try_from(c.chunk), i64::try_from(c.position)));
    let (chunk, position) = after.map_or((-1, -1), |(chunk, position)| {
        (chunk.unwrap_or(i64::MAX), position.unwrap_or(i64::MAX))
    });
    conn.query(
        "SELECT chunk, position, finding FROM batch_finding \
         WHERE batch_id = $1 AND (chunk, position) > ($2, $3) \
         AND (CAST($4 AS TEXT) IS NULL OR code = $4) \
         AND (severity <> 'warn' OR CAST($5 AS TEXT) IS NULL) \
         ORDER BY chunk, position LIMIT $6",
        params![
            batch_id,
            chunk,
            position,
            code,
            refused.then_some("refused"),
            limit
        ],
        finding,
    )
}

fn finding(row: &Row<'_>) -> Result<(FindingCursor, Finding)> {
    let place = FindingCursor {
        chunk: row.get(0)?,
        position: row.get(1)?,
    };
    Ok((place, serde_json::from_str(&row.get::<String>(2)?)?))
}

/// How many findings a batch has of each code, most frequent first.
///
/// # Errors
/// The store's own.
pub fn finding_codes(conn: &mut Conn, batch_id: &str) -> Result<Vec<(String, u64)>> {
    conn.query(
        "SELECT code, count(*) FROM batch_finding WHERE batch_id = $1 GROUP BY code \
         ORDER BY 2 DESC, 1",
        params![batch_id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// How far each department has reported for each item, as far as known at `known_at`.
///
/// # Errors
/// The store's own.
pub fn freshness(conn: &mut Conn, known_at: Option<Timestamp>) -> Result<Vec<Freshness>> {
    let mut values = Vec::new();
    let mut filter = "sealed_at IS NOT NULL".to_owned();
    if let Some(at) = known_at {
        values.push(Value::Time(at));
        filter.push_str(" AND sealed_at <= $1");
    }
    let sql = format!(
        "SELECT department, item, sealed_at, latest_decision, counters FROM batch \
         WHERE {filter} ORDER BY department, item, sealed_at"
    );
    let mut all: Vec<Freshness> = Vec::new();
    conn.stream(&sql, &values, |row| {
        let (department, item): (String, String) = (row.get(0)?, row.get(1)?);
        let counters: Option<String> = row.get(4)?;
        let counters: Counters = counters
            .map(|text| serde_json::from_str(&text))
            .transpose()?
            .unwrap_or_default();
        // A file of which no row could be kept is no report.
        if counters.reported > 0 && counters.refused == counters.reported {
            return Ok(std::ops::ControlFlow::Continue(()));
        }
        let sealed: Timestamp = row.get(2)?;
        let decided: Option<Date> = row.get(3)?;
        match all.last_mut() {
            Some(last) if last.department == department && last.item == item => {
                last.last_sealed_at = last.last_sealed_at.max(sealed);
                last.last_decided_on = last.last_decided_on.max(decided);
                last.batches += 1;
                last.received += counters.reported;
            }
            _ => all.push(Freshness {
                department,
                item,
                last_sealed_at: sealed,
                last_decided_on: decided,
                batches: 1,
                received: counters.reported,
            }),
        }
        Ok(std::ops::ControlFlow::Continue(()))
    })?;
    Ok(all)
}

/// The moment of the last sealing: what was read before it may be out of date.
///
/// # Errors
/// The store's own.
pub fn last_sealed_at(conn: &mut Conn) -> Result<Option<Timestamp>> {
    conn.query_one("SELECT max(sealed_at) FROM batch", &[], |row| {
        row.get::<Option<Timestamp>>(0)
    })
    .map(Option::flatten)
}
