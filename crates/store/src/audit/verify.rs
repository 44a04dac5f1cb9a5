//! The whole log recomputed, and held against the entries and those that wait.

use super::{
    BEGUN, ENTRY, GENESIS, Line, begun,
    clock::{BEHIND, moment},
    entry_hash, head, is_change,
};
use crate::{Conn, dialect::Row, error::Result, params};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::{collections::BTreeMap, ops::ControlFlow};
use xinheng_domain::act::Act;

/// What is wrong at a place of the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// Lines of the log are missing before this one.
    Gap,
    /// The line does not follow from the one before.
    Chain,
    /// The body is gone, and no entry about pruning names the line.
    Missing,
    /// The body is another subject's than the line says.
    Moved,
    /// The body is not the one that was chained.
    Altered,
    /// More bodies than one bear the line's id, or more lines than one an entry's.
    Doubled,
    /// An entry neither in the log nor waiting for it.
    Unlogged,
    /// An entry in the log that waits for it nevertheless.
    Twice,
    /// What waits for the log has no entry.
    Orphan,
    /// What waits for the log waits for more than a day beside later entries: the log was taken away.
    Overdue,
    /// The log once came further, or did not come as far: lines were taken off its end, or put there.
    Shortened,
    /// An entry says that bodies were pruned: no act of this program does.
    Pruned,
    /// The entry's moment lies before that of a line before it, and nobody confirmed the clock.
    Backwards,
}

/// A place where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Position in the log, from 1; none for what is not in it.
    pub position: Option<u64>,
    /// Entry id.
    pub entry_id: String,
}

/// Places of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    /// How many.
    pub count: u64,
    /// The first twenty.
    pub first: Vec<Fault>,
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditReport {
    /// Entries in the log.
    pub sealed: u64,
    /// Entries that wait for the sealer.
    pub unsealed: u64,
    /// Entries in the log whose body was pruned, as an entry behind them says.
    pub pruned: u64,
    /// Places where time runs backwards and the operator has said that the clock is right.
    pub confirmed: u64,
    /// What is wrong, by kind.
    pub faults: BTreeMap<FaultKind, Faults>,
}

impl AuditReport {
    fn add(&mut self, kind: FaultKind, position: Option<u64>, entry_id: &str) {
        let faults = self.faults.entry(kind).or_default();
        faults.count += 1;
        if faults.first.len() < 20 {
            faults.first.push(Fault {
                position,
                entry_id: entry_id.to_owned(),
            });
        }
    }
}

/// How long an entry may wait for the sealer beside later ones.
const WAITS: SignedDuration = SignedDuration::from_hours(24); // no law: ours

/// The first and the last of some lines of the log.
type Range = (u64, u64);

/// What an entry `audit.prune` says: these lines have lost their bodies by retention. Under `sums` it
/// carries the sums of theirs, so that all entries together still tell what the tables hold. Its own
/// body stays for ever, and it names only lines before it. No act writes one yet.
#[derive(Deserialize)]
struct Pruning {
    positions: Vec<Range>,
}

/// The entries about pruning, each with its own position.
fn prunings(conn: &mut Conn) -> Result<Vec<(u64, Vec<Range>)>> {
    let sql = format!(
        "SELECT {ENTRY}, l.entry_hash, l.position FROM audit_entry e \
         JOIN audit_log l ON l.subject_key = e.subject_key AND l.entry_id = e.entry_id \
         WHERE e.action = 'audit.prune'"
    );
    let mut found = Vec::new();
    conn.stream(&sql, &[], |row| {
        // One that was altered prunes nothing, and is told by the walk.
        if entry_hash(row).ok() == row.get::<String>(7).ok()
            && let Ok(detail) = serde_json::from_str::<Pruning>(&row.get::<String>(6)?)
        {
            found.push((row.get(8)?, detail.positions));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// What the first entry of an upgrade tells of the deployment.
fn upgraded(conn: &mut Conn) -> Result<Option<String>> {
    let sql = "SELECT e.detail FROM audit_entry e \
         JOIN audit_log l ON l.subject_key = e.subject_key AND l.entry_id = e.entry_id \
         WHERE e.action = $1 ORDER BY l.position LIMIT 1";
    let action = Act::DatabaseUpgrade.id();
    let detail = conn.query_one(sql, params![action], |row| row.get::<String>(0))?;
    let detail: serde_json::Value =
        serde_json::from_str(&detail.unwrap_or_default()).unwrap_or_default();
    Ok(detail
        .get(BEGUN)
        .and_then(|begun| begun.as_str().map(str::to_owned)))
}

/// The line of a row, where its columns can be read at all.
fn line(row: &Row<'_>) -> Option<Line> {
    Some(Line {
        subject_key: row.get(8).ok()?,
        entry_id: row.get(9).ok()?,
        entry_hash: row.get(10).ok()?,
        changes: row.get(12).ok()?,
        sealed_at: row.get(13).ok()?,
    })
}

/// A walk along the log.
struct Walk {
    report: AuditReport,
    prunings: Vec<(u64, Vec<Range>)>,
    /// Position, chain hash and sum of changes of the line before.
    before: (u64, String, u64),
    /// The log began before the upgrade, whose entry tells the deployment.
    old: bool,
    /// The latest moment since time last ran backwards.
    latest: Option<Timestamp>,
}

impl Walk {
    fn line(&mut self, row: &Row<'_>) -> Result<()> {
        let position: u64 = row.get(7)?;
        let entry_id: String = row.get(9)?;
        let (last, before, changes) = &self.before;
        let wrong = |report: &mut AuditReport, kind| report.add(kind, Some(position), &entry_id);
        if position == *last {
            wrong(&mut self.report, FaultKind::Doubled);
            return Ok(());
        }
        self.report.sealed += 1;
        if position != last + 1 {
            wrong(&mut self.report, FaultKind::Gap);
        }
        let chained: String = row.get(11)?;
        let key: Option<String> = row.get(0)?;
        let action: Option<String> = row.get(4)?;
        let (sum, line) = (row.get::<u64>(12)?, line(row));
        // Behind a gap nobody knows what the sum was.
        let summed = position != last + 1
            || action
                .as_deref()
                .is_none_or(|action| sum == changes + u64::from(is_change(action)));
        let follows = |line: &Line| {
            line.chained(before) == chained
                || *last == 0 && self.old && line.chained(GENESIS) == chained
        };
        if !summed || !line.as_ref().is_some_and(follows) {
            wrong(&mut self.report, FaultKind::Chain);
        }
        let (own_key, hash) = line.map_or_else(Default::default, |l| (l.subject_key, l.entry_hash));
        match key {
            None if self.is_pruned(position) => self.report.pruned += 1,
            None => wrong(&mut self.report, FaultKind::Missing),
            Some(key) if key != own_key => wrong(&mut self.report, FaultKind::Moved),
            // What cannot even be read is not what was chained.
            Some(_) if entry_hash(row).ok() != Some(hash) => {
                wrong(&mut self.report, FaultKind::Altered);
            }
            Some(_) => {}
        }
        if let Some(at) = moment(&entry_id) {
            let latest = self.latest.unwrap_or(at);
            let back = latest.duration_since(at) > BEHIND;
            match action.as_deref() {
                Some("clock.confirm") if back => self.report.confirmed += 1,
                _ if back => wrong(&mut self.report, FaultKind::Backwards),
                _ => {}
            }
            self.latest = Some(if back { at } else { latest.max(at) });
        }
        self.before = (position, chained, sum);
        Ok(())
    }

    fn is_pruned(&self, position: u64) -> bool {
        let named = |ranges: &[Range]| {
            let mut ranges = ranges.iter();
            ranges.any(|(first, last)| (*first..=*last).contains(&position))
        };
        let mut prunings = self.prunings.iter();
        prunings.any(|(by, ranges)| *by > position && named(ranges))
    }
}

/// Recomputes the whole log, compares it with the entries and with what waits for it, and looks
/// where time runs backwards by more than [`BEHIND`]. Every place is told, not the first alone.
///
/// # Errors
/// The store's own; what is wrong is an answer, not an error.
pub fn verify(conn: &mut Conn) -> Result<AuditReport> {
    let pruned_by = prunings(conn)?;
    let begun = begun(conn)?;
    let mut walk = Walk {
        report: AuditReport::default(),
        prunings: pruned_by.clone(),
        old: upgraded(conn)? == Some(begun.clone()),
        before: (0, begun, 0),
        latest: None,
    };
    // By the id alone: a body that was moved is there, and says where it is now.
    let sql = format!(
        "SELECT {ENTRY}, l.position, l.subject_key, l.entry_id, l.entry_hash, l.chain_hash, \
         l.changes, l.sealed_at \
         FROM audit_log l LEFT JOIN audit_entry e ON e.entry_id = l.entry_id \
         ORDER BY l.position, e.subject_key"
    );
    conn.stream(&sql, &[], |row| {
        walk.line(row)?;
        Ok(ControlFlow::Continue(()))
    })?;
    let mut report = walk.report;
    let (last, chained, _) = walk.before;
    let noted = head(conn)?;
    if noted.as_ref().map_or(0, |(position, _)| *position) != last
        || noted.as_ref().is_some_and(|(_, hash)| *hash != chained)
    {
        let position = noted.map(|(position, _)| position);
        report.add(FaultKind::Shortened, position, "audit_head");
    }
    for (kind, sql) in [
        (
            // What an entry tells of its sums would count again.
            FaultKind::Doubled,
            "SELECT entry_id FROM audit_log GROUP BY entry_id HAVING count(*) > 1 ORDER BY entry_id",
        ),
        (
            FaultKind::Unlogged,
            "SELECT e.entry_id FROM audit_entry e \
             WHERE NOT EXISTS (SELECT 1 FROM audit_log l WHERE l.entry_id = e.entry_id) \
             AND NOT EXISTS (SELECT 1 FROM audit_pending p \
             WHERE p.subject_key = e.subject_key AND p.entry_id = e.entry_id) \
             ORDER BY e.entry_id",
        ),
        (
            FaultKind::Twice,
            "SELECT p.entry_id FROM audit_pending p \
             WHERE EXISTS (SELECT 1 FROM audit_log l WHERE l.entry_id = p.entry_id) \
             ORDER BY p.entry_id",
        ),
        (
            FaultKind::Orphan,
            "SELECT p.entry_id FROM audit_pending p \
             WHERE NOT EXISTS (SELECT 1 FROM audit_entry e \
             WHERE e.subject_key = p.subject_key AND e.entry_id = p.entry_id) \
             ORDER BY p.entry_id",
        ),
    ] {
        conn.stream(sql, &[], |row| {
            report.add(kind, None, &row.get::<String>(0)?);
            Ok(ControlFlow::Continue(()))
        })?;
    }
    // Sealing takes a second, and after an interruption the next command does it.
    let newest = conn.query_one("SELECT max(entry_id) FROM audit_entry", &[], |row| {
        row.get::<Option<String>>(0)
    })?;
    if let Some(newest) = newest.flatten().as_deref().and_then(moment) {
        let sql = "SELECT entry_id FROM audit_pending ORDER BY entry_id";
        conn.stream(sql, &[], |row| {
            let id: String = row.get(0)?;
            if moment(&id).is_some_and(|at| newest.duration_since(at) > WAITS) {
                report.add(FaultKind::Overdue, None, &id);
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    for (position, _) in &pruned_by {
        report.add(FaultKind::Pruned, Some(*position), "audit.prune");
    }
    report.unsealed = conn
        .query_one(
            "SELECT count(*) FROM audit_pending p JOIN audit_entry e \
             ON e.subject_key = p.subject_key AND e.entry_id = p.entry_id",
            &[],
            |row| row.get::<u64>(0),
        )?
        .unwrap_or_default();
    Ok(report)
}
