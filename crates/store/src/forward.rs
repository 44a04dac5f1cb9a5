//! Files for the platform above and its answers, row by row.

use crate::{
    Conn, Map, Tx,
    dialect::{Insert, Kind, Value, table},
    error::Result,
    params,
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use xinheng_domain::forward::ReceiptCounters;

table! {
    /// A file made for the platform above.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Dispatch in "dispatch" by ["dispatch_id"] {
        /// Id (UUIDv7 text).
        id: String = "dispatch_id",
        /// Template id.
        template: String,
        /// Catalogue item id.
        item: String,
        /// Rows of natural persons.
        persons: bool,
        /// Department; empty for all.
        department: String,
        /// First decision day.
        decided_from: Date,
        /// Last decision day.
        decided_until: Date,
        /// Base name of the file.
        file_name: String,
        /// SHA-256 of the file's bytes, hex.
        file_hash: String,
        /// Rows in it.
        rows: u64 = "row_count",
        /// Digest of the rulebook used.
        rulebook: String,
        /// Who made it.
        actor: String,
        /// When.
        made_at: Timestamp,
        /// Place among all files, from 1: given by [`keep`].
        number: u64,
    }
}

table! {
    /// A file that was made in the browser, sealed by whoever made it, until its days are over.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct DispatchContent in "dispatch_content" by ["dispatch_id"] {
        /// The file's id.
        id: String = "dispatch_id",
        /// Its bytes.
        content: Vec<u8>,
    }
}

/// One row of such a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchRow {
    /// From 1, as in the file.
    pub position: u64,
    /// Record id, or key of a natural person's row.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Hash of the document number.
    pub number_key: String,
    /// Hash of the party.
    pub party_key: String,
}

/// A row that was sent, found by its document number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// File.
    pub dispatch_id: String,
    /// Row in it.
    pub position: u64,
    /// Record id, or key of a natural person's row.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Hash of the party.
    pub party_key: String,
    /// Template of the file.
    pub template: String,
    /// Department of the file; empty for all.
    pub department: String,
    /// There is an answer about it.
    pub answered: bool,
}

impl Sent {
    /// What [`states`] knows the row by.
    #[must_use]
    pub fn key(&self) -> (String, u32) {
        (self.name.clone(), self.version)
    }
}

/// How a version stands above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Above {
    /// Sent, not answered.
    Waiting,
    /// Accepted, by this answer.
    Accepted {
        /// When the answer was read in.
        at: Timestamp,
        /// Base name of its file.
        file: String,
    },
    /// Refused, with the platform's code and reason.
    Refused {
        /// The platform's own code; may be empty.
        code: String,
        /// Its reason; may be empty.
        reason: String,
    },
}

/// An answer of the platform above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Id (UUIDv7 text).
    pub id: String,
    /// Base name of the file.
    pub file_name: String,
    /// SHA-256 of the file's bytes, hex.
    pub file_hash: String,
    /// What became of its rows.
    pub counters: ReceiptCounters,
    /// Who read it in.
    pub actor: String,
    /// When.
    pub read_at: Timestamp,
}

/// The answer about one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// File it answers.
    pub dispatch_id: String,
    /// Row in that file.
    pub position: u64,
    /// Row in the answer.
    pub row: u64,
    /// Accepted.
    pub accepted: bool,
    /// The platform's own code; may be empty.
    pub code: String,
    /// Its reason; may be empty.
    pub reason: String,
}

const DISPATCH_ROW: Insert<6> = Insert {
    table: "dispatch_row",
    columns: [
        ("dispatch_id", Kind::Text),
        ("position", Kind::Int),
        ("row_name", Kind::Text),
        ("version", Kind::Int),
        ("number_key", Kind::Text),
        ("party_key", Kind::Text),
    ],
    on_conflict: "",
};

const RECEIPT_ROW: Insert<7> = Insert {
    table: "receipt_row",
    columns: [
        ("dispatch_id", Kind::Text),
        ("position", Kind::Int),
        ("receipt_id", Kind::Text),
        ("row_number", Kind::Int),
        ("accepted", Kind::Bool),
        ("code", Kind::Text),
        ("reason", Kind::Text),
    ],
    on_conflict: "",
};

/// Keeps a file and its rows.
///
/// # Errors
/// `Conflict` where another one was made at this moment: the whole write runs again.
pub fn keep(tx: &mut Tx<'_>, d: &Dispatch, rows: &[DispatchRow]) -> Result<()> {
    let last = tx.query_one("SELECT MAX(number) FROM dispatch", &[], |row| {
        row.get::<Option<u64>>(0)
    })?;
    let number = last.flatten().unwrap_or_default() + 1;
    tx.add(&Dispatch {
        number,
        ..d.clone()
    })?;
    let rows = rows.iter().map(|r| {
        [
            (&d.id).into(),
            r.position.into(),
            (&r.name).into(),
            r.version.into(),
            (&r.number_key).into(),
            (&r.party_key).into(),
        ]
    });
    tx.bulk(&DISPATCH_ROW, rows).map(drop)
}

/// Keeps the file itself.
///
/// # Errors
/// The store's own.
pub fn keep_content(tx: &mut Tx<'_>, content: &DispatchContent) -> Result<()> {
    tx.put(content)
}

/// The file itself, where it is kept.
///
/// # Errors
/// The store's own.
pub fn content(conn: &mut Conn, id: &str) -> Result<Option<DispatchContent>> {
    conn.row("WHERE dispatch_id = $1", params![id])
}

/// Removes the files themselves that were made before a moment.
///
/// # Errors
/// The store's own.
pub fn sweep(tx: &mut Tx<'_>, before: Timestamp) -> Result<()> {
    let sql = "DELETE FROM dispatch_content WHERE dispatch_id IN \
         (SELECT dispatch_id FROM dispatch WHERE made_at < $1)";
    tx.execute(sql, params![before]).map(drop)
}

/// The file with this id.
///
/// # Errors
/// The store's own.
pub fn dispatch(conn: &mut Conn, id: &str) -> Result<Option<Dispatch>> {
    conn.row("WHERE dispatch_id = $1", params![id])
}

/// Files made, of one department and by one template where they are named, the latest first.
///
/// # Errors
/// The store's own.
pub fn dispatches(
    conn: &mut Conn,
    department: Option<&str>,
    template: Option<&str>,
    limit: u32,
) -> Result<Vec<Dispatch>> {
    conn.rows(
        "WHERE (CAST($1 AS TEXT) IS NULL OR department = $1) \
         AND (CAST($2 AS TEXT) IS NULL OR template = $2) ORDER BY number DESC LIMIT $3",
        params![department, template, limit],
    )
}

/// A row of a file: its place, what went in which version, and how that stands above.
pub type SentRow = (u64, (String, u32), Above);

/// Rows of a file by place.
///
/// # Errors
/// The store's own.
pub fn rows(conn: &mut Conn, dispatch_id: &str) -> Result<Vec<SentRow>> {
    let sent = conn.query(
        "SELECT position, row_name, version FROM dispatch_row WHERE dispatch_id = $1 \
         ORDER BY position",
        params![dispatch_id],
        |row| Ok((row.get::<u64>(0)?, (row.get(1)?, row.get::<u32>(2)?))),
    )?;
    let names: Vec<(String, u32)> = sent.iter().map(|(_, name)| name.clone()).collect();
    let states = states(conn, &names)?;
    let row = |(position, name): (u64, (String, u32))| {
        let above = states.get(&name).cloned().unwrap_or(Above::Waiting);
        (position, name, above)
    };
    Ok(sent.into_iter().map(row).collect())
}

/// Counts of one file's rows by how they stand now: accepted, refused, not answered. A row that was
/// sent again counts as answered wherever the answer came.
///
/// # Errors
/// The store's own.
pub fn answered(conn: &mut Conn, dispatch_id: &str) -> Result<(u64, u64, u64)> {
    let mut found = (0, 0, 0);
    for (.., above) in rows(conn, dispatch_id)? {
        match above {
            Above::Accepted { .. } => found.0 += 1,
            Above::Refused { .. } => found.1 += 1,
            Above::Waiting => found.2 += 1,
        }
    }
    Ok(found)
}

/// How these versions stand above, by the latest answer about each; those never sent are left
/// out.
///
/// # Errors
/// The store's own.
pub fn states(conn: &mut Conn, versions: &[(String, u32)]) -> Result<Map<(String, u32), Above>> {
    let mut found: Map<(String, u32), Above> = Map::default();
    // The receipt that said so: a later one of another file counts more.
    let mut latest: Map<(String, u32), (Timestamp, String)> = Map::default();
    conn.among(
        "SELECT d.row_name, d.version, e.read_at, a.accepted, a.code, a.reason, e.receipt_id, \
             e.file_name \
             FROM dispatch_row d LEFT JOIN receipt_row a ON a.dispatch_id = d.dispatch_id \
             AND a.position = d.position LEFT JOIN receipt e ON e.receipt_id = a.receipt_id \
             WHERE d.row_name IN {keys}",
        versions.iter().map(|(n, _)| Value::Text(n)),
        |row| {
            let name: (String, u32) = (row.get(0)?, row.get(1)?);
            let Some(at) = row.get::<Option<Timestamp>>(2)? else {
                found.entry(name).or_insert(Above::Waiting);
                return Ok(());
            };
            let said = (at, row.get::<Option<String>>(6)?.unwrap_or_default());
            if latest.get(&name).is_none_or(|known| *known < said) {
                let above = if row.get::<Option<bool>>(3)?.unwrap_or_default() {
                    Above::Accepted {
                        at,
                        file: row.get::<Option<String>>(7)?.unwrap_or_default(),
                    }
                } else {
                    Above::Refused {
                        code: row.get::<Option<String>>(4)?.unwrap_or_default(),
                        reason: row.get::<Option<String>>(5)?.unwrap_or_default(),
                    }
                };
                found.insert(name.clone(), above);
                latest.insert(name, said);
            }
            Ok(())
        },
    )?;
    Ok(found)
}

/// Holds for a version of a record (`r`) that was sent above and whose last answer accepts it: what
/// [`states`] calls accepted. For one machine: files and answers lie on the coordinating one alone.
pub(crate) const ACCEPTED: &str = "COALESCE((SELECT a.accepted FROM dispatch_row s \
     JOIN receipt_row a ON a.dispatch_id = s.dispatch_id AND a.position = s.position \
     JOIN receipt e ON e.receipt_id = a.receipt_id \
     WHERE s.row_name = r.subject_key || '-' || r.record_tail AND s.version = r.version \
     ORDER BY e.read_at DESC, e.receipt_id DESC LIMIT 1), FALSE)";

/// Where a record stood in the file with which it was sent last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentPlace {
    /// Its version.
    pub version: u32,
    /// Base name of the file.
    pub file_name: String,
    /// Row in it, from 1.
    pub position: u64,
    /// When it was made.
    pub made_at: Timestamp,
}

/// The last file in which each of these records was sent; those never sent are left out.
///
/// # Errors
/// The store's own.
pub fn last_sent(conn: &mut Conn, names: &[&str]) -> Result<Map<String, SentPlace>> {
    let mut found: Map<String, SentPlace> = Map::default();
    conn.among(
        "SELECT d.row_name, d.version, f.file_name, d.position, f.made_at \
             FROM dispatch_row d JOIN dispatch f ON f.dispatch_id = d.dispatch_id \
             WHERE d.row_name IN {keys} ORDER BY f.number, d.position",
        names.iter().map(|n| Value::Text(n)),
        |row| {
            let last = SentPlace {
                version: row.get(1)?,
                file_name: row.get(2)?,
                position: row.get(3)?,
                made_at: row.get(4)?,
            };
            found.insert(row.get(0)?, last);
            Ok(())
        },
    )?;
    Ok(found)
}

/// The highest version of these records that was ever accepted above.
///
/// # Errors
/// The store's own.
pub fn accepted_before(conn: &mut Conn, names: &[&str]) -> Result<Map<String, u32>> {
    let mut found: Map<String, u32> = Map::default();
    conn.among(
        "SELECT d.row_name, MAX(d.version) FROM dispatch_row d \
             JOIN receipt_row a ON a.dispatch_id = d.dispatch_id AND a.position = d.position \
             WHERE a.accepted AND d.row_name IN {keys} GROUP BY d.row_name",
        names.iter().map(|n| Value::Text(n)),
        |row| {
            found.insert(row.get(0)?, row.get(1)?);
            Ok(())
        },
    )?;
    Ok(found)
}

/// Rows that were sent with this document number, the earliest file first.
///
/// # Errors
/// The store's own.
pub fn sent(conn: &mut Conn, number_keys: &[&str]) -> Result<Map<String, Vec<Sent>>> {
    let mut found: Map<String, Vec<Sent>> = Map::default();
    conn.among("SELECT d.number_key, d.dispatch_id, d.position, d.row_name, d.version, d.party_key, f.template, f.department, \
             EXISTS (SELECT 1 FROM receipt_row a WHERE a.dispatch_id = d.dispatch_id \
             AND a.position = d.position) FROM dispatch_row d JOIN dispatch f ON f.dispatch_id = d.dispatch_id \
             WHERE d.number_key IN {keys} ORDER BY f.number, d.position", number_keys.iter().map(|n| Value::Text(n)), |row| {
            let one = Sent {
                dispatch_id: row.get(1)?,
                position: row.get(2)?,
                name: row.get(3)?,
                version: row.get(4)?,
                party_key: row.get(5)?,
                template: row.get(6)?,
                department: row.get(7)?,
                answered: row.get(8)?,
            };
            found.entry(row.get(0)?).or_default().push(one);
            Ok(())
        })?;
    Ok(found)
}

/// The answer with these bytes, where it was read before.
///
/// # Errors
/// The store's own.
pub fn receipt_by_hash(conn: &mut Conn, file_hash: &str) -> Result<Option<Receipt>> {
    conn.query_one(
        "SELECT receipt_id, file_name, file_hash, counters, actor, read_at FROM receipt \
         WHERE file_hash = $1",
        params![file_hash],
        |row| {
            Ok(Receipt {
                id: row.get(0)?,
                file_name: row.get(1)?,
                file_hash: row.get(2)?,
                counters: serde_json::from_str(&row.get::<String>(3)?)?,
                actor: row.get(4)?,
                read_at: row.get(5)?,
            })
        },
    )
}

/// A moment for an answer read at `now` that is later than those of all that were read before it
/// within the second, or on a training day, whose clock stands still: the latest answer counts, so
/// no two may be of one moment.
///
/// # Errors
/// The store's own.
pub fn next_reading(conn: &mut Conn, now: Timestamp) -> Result<Timestamp> {
    let after = |at: Timestamp, step| at.checked_add(step).unwrap_or(at);
    let until = after(now, SignedDuration::from_hours(1));
    let last = conn.query_one(
        "SELECT MAX(read_at) FROM receipt WHERE read_at >= $1 AND read_at < $2",
        params![now, until],
        |row| row.get::<Option<Timestamp>>(0),
    )?;
    let second = SignedDuration::from_secs(1);
    Ok(last.flatten().map_or(now, |last| after(last, second)))
}

/// Keeps an answer.
///
/// # Errors
/// `Conflict` where the same bytes were read by somebody else at this moment.
pub fn keep_receipt(tx: &mut Tx<'_>, receipt: &Receipt, rows: &[ReceiptRow]) -> Result<()> {
    let counters = serde_json::to_string(&receipt.counters)?;
    let sql = "INSERT INTO receipt (receipt_id, file_name, file_hash, counters, actor, read_at) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    let values = params![
        &receipt.id,
        &receipt.file_name,
        &receipt.file_hash,
        &counters,
        &receipt.actor,
        receipt.read_at
    ];
    let place = ("receipt_id = $1", params![&receipt.id]);
    tx.insert("receipt", (sql, values), (place.0, place.1))?;
    let rows = rows.iter().map(|r| {
        [
            (&r.dispatch_id).into(),
            r.position.into(),
            (&receipt.id).into(),
            r.row.into(),
            r.accepted.into(),
            (&r.code).into(),
            (&r.reason).into(),
        ]
    });
    tx.bulk(&RECEIPT_ROW, rows).map(drop)
}
