//! Cases: events are added and never changed; head, desks and what is open are kept beside them.

pub mod effect;
pub mod file;
pub mod letter;

use crate::{
    Conn, Tx,
    dialect::{Value, table},
    error::{Result, StoreError},
    params,
};
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeMap;
use xinheng_domain::case::{Case, CaseId, Event};

table! {
    /// A case as lists show it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Head in "case_head" by ["subject_key", "case_tail"] {
        /// The key by which it is spread.
        subject_key: String,
        /// The rest of its number.
        case_tail: String,
        /// Kind.
        kind: String,
        /// First day of the edition.
        edition: Date,
        /// What it is about.
        about: Option<String>,
        /// The day on which it was opened.
        opened_on: Date,
        /// Number of the last event.
        seq: u32,
        /// Where it stands.
        state: String,
        /// `open`, `rest` or `end`.
        phase: String,
        /// The department to which it is assigned.
        assigned: Option<String>,
        /// The last day of the term that ends first.
        due_on: Option<Date>,
        /// That term.
        due_clock: Option<String>,
        /// The last day of the term that was not kept.
        late_since: Option<Date>,
        /// The day from which time alone changes something.
        next_on: Option<Date>,
    }
}

impl Head {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> CaseId {
        CaseId::new(&self.subject_key, &self.case_tail)
    }
}

table! {
    struct EventRow in "case_event" by ["subject_key", "case_tail", "seq"] {
        subject_key: String,
        case_tail: String,
        seq: u32,
        step: String,
        actor: String,
        role: Option<String>,
        department: Option<String>,
        done_at: Timestamp,
        fields: String,
        state: String,
        assigned: Option<String>,
    }
}

table! {
    struct Open in "case_open" by ["subject_key", "kind", "unique_key"] {
        subject_key: String,
        kind: String,
        unique_key: String,
        case_tail: String,
    }
}

table! {
    /// A private link to a case. Of the link only its hash is kept.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Link in "case_link" by ["token_hash"] {
        /// SHA-256 of the link's token, hex.
        token_hash: String,
        /// The key by which the case is spread.
        subject_key: String,
        /// The rest of its number.
        case_tail: String,
        /// The day on which it was made.
        made_on: Date,
    }
}

table! {
    /// A desk on which an open case lies.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct OnDesk in "case_desk" by ["subject_key", "case_tail", "role", "department"] {
        /// The key by which the case is spread.
        subject_key: String,
        /// The rest of its number.
        case_tail: String,
        /// Role id.
        role: String,
        /// Department; empty for the office.
        department: String,
        /// The last day of the term that ends first; the last day there is where none runs.
        due_on: Date,
    }
}

/// A case with its events; `None` where there is none with the number.
///
/// # Errors
/// The store's own; what stands in an event cannot be read.
pub fn get(conn: &mut Conn, id: &CaseId) -> Result<Option<(Head, Case)>> {
    let place = params![id.key(), id.tail()];
    let head: Option<Head> = conn.row("WHERE subject_key = $1 AND case_tail = $2", place)?;
    let Some(head) = head else {
        return Ok(None);
    };
    let rows: Vec<EventRow> = conn.rows(
        "WHERE subject_key = $1 AND case_tail = $2 ORDER BY seq",
        place,
    )?;
    let events = rows.into_iter().map(event).collect::<Result<Vec<_>>>()?;
    let case = Case {
        id: head.id(),
        kind: head.kind.clone(),
        edition: head.edition,
        about: head.about.clone(),
        events,
    };
    Ok(Some((head, case)))
}

fn event(row: EventRow) -> Result<Event> {
    let fields: BTreeMap<String, String> = serde_json::from_str(&row.fields)
        .map_err(|e| StoreError::Other(format!("办件内容不能读取：{e}")))?;
    Ok(Event {
        seq: row.seq,
        step: row.step,
        actor: row.actor,
        role: row.role,
        department: row.department,
        at: row.done_at,
        fields,
        state: row.state,
        assigned: row.assigned,
    })
}

/// The private link whose token has a hash; none where there is none.
///
/// # Errors
/// The store's own.
pub fn link(conn: &mut Conn, token_hash: &str) -> Result<Option<Link>> {
    conn.row("WHERE token_hash = $1", params![token_hash])
}

/// Adds a private link.
///
/// # Errors
/// `Conflict` where the same was added meanwhile.
pub fn add_link(tx: &mut Tx<'_>, link: &Link) -> Result<()> {
    tx.add(link)
}

/// The cases of a kind in a state, those that came there last first.
///
/// # Errors
/// The store's own.
pub fn in_state(conn: &mut Conn, kind: &str, state: &str, limit: u32) -> Result<Vec<Head>> {
    conn.rows(
        "WHERE kind = $1 AND state = $2 ORDER BY opened_on DESC, case_tail DESC LIMIT $3",
        params![kind, state, i64::from(limit)],
    )
}

/// What is written beside an event.
#[derive(Debug)]
pub struct Kept<'a> {
    /// The head after it.
    pub head: &'a Head,
    /// What may not have two open cases, where something may not.
    pub unique: Option<&'a str>,
    /// The desks on which the case lies.
    pub desks: &'a [OnDesk],
}

/// Adds an event. Its number is the guard: of two who saw the same case one comes too late.
///
/// # Errors
/// `Conflict` where another writer was faster: the whole write runs again.
pub fn add(tx: &mut Tx<'_>, id: &CaseId, event: &Event) -> Result<()> {
    tx.add(&EventRow {
        subject_key: id.key().to_owned(),
        case_tail: id.tail().to_owned(),
        seq: event.seq,
        step: event.step.clone(),
        actor: event.actor.clone(),
        role: event.role.clone(),
        department: event.department.clone(),
        done_at: event.at,
        fields: serde_json::to_string(&event.fields)
            .map_err(|e| StoreError::Other(format!("办件内容不能保存：{e}")))?,
        state: event.state.clone(),
        assigned: event.assigned.clone(),
    })
}

/// Keeps what lists need: head, desks, and what may not have a second open case.
///
/// # Errors
/// As [`add`].
pub fn keep(tx: &mut Tx<'_>, kept: &Kept<'_>) -> Result<()> {
    let head = kept.head;
    let (key, tail) = (head.subject_key.as_str(), head.case_tail.as_str());
    tx.put(head)?;
    let of_case = "subject_key = $1 AND case_tail = $2";
    let place = params![key, tail];
    let clear = |table: &str| format!("DELETE FROM {table} WHERE {of_case}");
    tx.change("case_desk", (&clear("case_desk"), place), (of_case, place))?;
    for desk in kept.desks {
        tx.add(desk)?;
    }
    match kept.unique {
        Some(unique) if head.phase == "open" => {
            if open(tx, key, &head.kind, unique)?.is_none() {
                tx.add(&Open {
                    subject_key: key.to_owned(),
                    kind: head.kind.clone(),
                    unique_key: unique.to_owned(),
                    case_tail: tail.to_owned(),
                })?;
            }
        }
        _ => {
            tx.change("case_open", (&clear("case_open"), place), (of_case, place))?;
        }
    }
    Ok(())
}

/// The rest of the number of the open case of a kind about something.
///
/// # Errors
/// The store's own.
pub fn open(conn: &mut Conn, key: &str, kind: &str, unique: &str) -> Result<Option<String>> {
    conn.query_one(
        "SELECT case_tail FROM case_open WHERE subject_key = $1 AND kind = $2 AND unique_key = $3",
        params![key, kind, unique],
        |row| row.get(0),
    )
}

/// The cases on a desk, the earliest due first.
///
/// # Errors
/// The store's own.
pub fn on_desk(conn: &mut Conn, role: &str, department: &str, limit: u32) -> Result<Vec<Head>> {
    conn.rows(
        "JOIN (SELECT subject_key AS k, case_tail AS t, due_on AS d FROM case_desk \
         WHERE role = $1 AND department = $2 ORDER BY due_on, case_tail LIMIT $3) desk \
         ON desk.k = subject_key AND desk.t = case_tail ORDER BY desk.d, case_tail",
        params![role, department, i64::from(limit)],
    )
}

/// How many cases lie on a desk, and how many of them are late on a day; counted up to a limit.
///
/// # Errors
/// The store's own.
pub fn count_on_desk(
    conn: &mut Conn,
    (role, department): (&str, &str),
    today: Date,
    limit: u32,
) -> Result<(u64, u64)> {
    let counted = conn.query_one(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN due_on < $3 THEN 1 ELSE 0 END), 0) FROM \
         (SELECT due_on FROM case_desk WHERE role = $1 AND department = $2 \
         ORDER BY due_on LIMIT $4) desk",
        params![role, department, today, i64::from(limit)],
        |row| Ok((row.get::<u64>(0)?, row.get::<u64>(1)?)),
    )?;
    Ok(counted.unwrap_or_default())
}

/// Which cases a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Of this department, which opened nothing of the office's: those assigned to it.
    pub department: Option<&'a str>,
    /// Of this kind.
    pub kind: Option<&'a str>,
    /// In this phase.
    pub phase: Option<&'a str>,
    /// Late on the day of the question alone.
    pub late: bool,
    /// Behind this one: its day, and the rest of its number.
    pub after: Option<(Date, &'a str)>,
}

/// Cases, the last opened first.
///
/// # Errors
/// The store's own.
pub fn list(conn: &mut Conn, wanted: &Wanted<'_>, today: Date, limit: u32) -> Result<Vec<Head>> {
    let mut tests = vec!["opened_on <= $1".to_owned()];
    let mut values = vec![Value::from(today)];
    for (column, wanted) in [
        ("assigned", wanted.department),
        ("kind", wanted.kind),
        ("phase", wanted.phase),
    ] {
        if let Some(value) = wanted {
            values.push(Value::from(value));
            tests.push(format!("{column} = ${}", values.len()));
        }
    }
    if let Some((day, tail)) = wanted.after {
        values.extend([Value::from(day), Value::from(tail)]);
        let n = values.len();
        tests.push(format!("(opened_on, case_tail) < (${}, ${n})", n - 1));
    }
    if wanted.late {
        tests.push("phase = 'open' AND due_on < $1".to_owned());
    }
    let rest = format!(
        "WHERE {} ORDER BY opened_on DESC, case_tail DESC LIMIT {limit}",
        tests.join(" AND ")
    );
    conn.rows(&rest, &values)
}

/// The cases about something, the last opened first. One shard.
///
/// # Errors
/// The store's own.
pub fn about(conn: &mut Conn, key: &str, about: &str) -> Result<Vec<Head>> {
    conn.rows(
        "WHERE subject_key = $1 AND about = $2 ORDER BY opened_on DESC, case_tail DESC",
        params![key, about],
    )
}

/// The cases about an organisation or its records, the last opened first. One shard.
///
/// # Errors
/// The store's own.
pub fn of_subject(conn: &mut Conn, key: &str, limit: u32) -> Result<Vec<Head>> {
    conn.rows(
        "WHERE subject_key = $1 ORDER BY opened_on DESC, case_tail DESC LIMIT $2",
        params![key, limit],
    )
}

/// The last day on which a case of a kind about a subject came into a state; none where none did.
///
/// # Errors
/// The store's own.
pub fn last_in(conn: &mut Conn, key: &str, kind: &str, state: &str) -> Result<Option<Timestamp>> {
    let found: Option<Option<Timestamp>> = conn.query_one(
        "SELECT MAX(e.done_at) FROM case_event e JOIN case_head h \
         ON h.subject_key = e.subject_key AND h.case_tail = e.case_tail \
         WHERE h.subject_key = $1 AND h.kind = $2 AND h.state = $3 AND e.state = $3",
        params![key, kind, state],
        |row| row.get(0),
    )?;
    Ok(found.flatten())
}

/// Cases in which time alone changes something on or before a day.
///
/// # Errors
/// The store's own.
pub fn brought(conn: &mut Conn, today: Date, limit: u32) -> Result<Vec<CaseId>> {
    let heads: Vec<Head> = conn.rows(
        "WHERE next_on <= $1 ORDER BY next_on, case_tail LIMIT $2",
        params![today, i64::from(limit)],
    )?;
    Ok(heads.iter().map(Head::id).collect())
}

/// The desk of the cases that a department's file may move on. Its day is the one from which it
/// counts what came.
pub const WAITS_FOR_FILE: &str = "@file";

/// Cases that wait for a file, and about which one has come since, by number: those after one.
///
/// # Errors
/// The store's own.
pub fn waiting(conn: &mut Conn, after: Option<&CaseId>, limit: u32) -> Result<Vec<CaseId>> {
    let (key, tail) = after.map_or(("", ""), |id| (id.key(), id.tail()));
    // What waits for a row of an organisation is asked each time: it may come under another key.
    let heads: Vec<Head> = conn.rows(
        "JOIN (SELECT subject_key AS k, case_tail AS t, due_on AS since FROM case_desk \
         WHERE role = $1 AND department = '') desk ON desk.k = subject_key AND desk.t = case_tail \
         WHERE (subject_key, case_tail) > ($2, $3) AND (about = subject_key OR EXISTS \
         (SELECT 1 FROM record r JOIN batch b ON b.batch_id = r.batch_id \
         WHERE r.subject_key = case_head.subject_key AND (b.sealed_at >= desk.since \
         OR (r.ended_kind IS NOT NULL AND r.subject_key || '-' || r.record_tail = about)))) \
         ORDER BY subject_key, case_tail LIMIT $4",
        params![WAITS_FOR_FILE, key, tail, i64::from(limit)],
    )?;
    Ok(heads.iter().map(Head::id).collect())
}
