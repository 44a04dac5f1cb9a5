//! A chunk of rows becomes records: linked by code, versioned, dated, written at once.

mod at;
mod link;
mod version;

pub use at::{At, Written};

use super::{Fate, candidate::Candidate};
use crate::{
    Act, AppError, AppResult, Ctx, Scope,
    kernel::Loading,
    person::{self, PersonCandidate, PersonKey},
};
use jiff::Timestamp;
use serde_json::json;
use std::collections::{BTreeSet, HashSet};
use version::{known_of_old, over_for_good, same};
use xinheng_checker::{Checker, FilePlace};
use xinheng_domain::{
    batch::Counters,
    catalogue::{Item, Role},
    finding::{Finding, Severity},
    record::{Record, RecordId},
    subject::SubjectKey,
};
use xinheng_store::{
    Tx,
    batch::{self, BatchState},
    reading,
    record::{self, Head},
};

/// A batch that is landing.
pub struct Landing<'a> {
    /// Who lands it.
    pub ctx: &'a Ctx<'a>,
    /// Rules and moment.
    pub at: &'a At<'a>,
    /// The batch.
    pub batch: &'a str,
    /// When it was staged: a run that goes on after an interruption is of that moment.
    pub staged_at: Timestamp,
    /// Its item.
    pub item: &'a Item,
    /// Its department.
    pub department: &'a str,
    /// The departments whose records it may change: its own, and those it answers for.
    pub answers: &'a BTreeSet<String>,
    /// Words a refusal.
    pub checker: &'a Checker,
    /// Only say what would happen.
    pub dry_run: bool,
    /// The key for rows of natural persons, where they are kept.
    pub person_key: Option<&'a PersonKey>,
    /// Reasons of the records so far.
    pub written: Written,
}

/// Code of the finding about a row of another department's record.
pub(crate) const OF_ANOTHER: &str = "record-of-another-department";

/// Code of the finding about a row of a record that another batch, not sealed yet, ends.
const ENDING: &str = "record-being-ended";

/// Code of the finding about a row that would change a record which is over.
pub(crate) const OVER: &str = "record-is-over";

/// What became of a chunk.
#[derive(Default)]
pub struct Landed {
    /// Its rows, counted.
    pub counters: Counters,
    /// Rows that cannot land after all.
    pub refused: Vec<Finding>,
    /// What became of each that could, by line or spreadsheet row: of a try alone.
    pub fates: Vec<(u64, Fate)>,
}

/// What a chunk makes of its rows.
struct Made {
    records: Vec<Record>,
    counters: Counters,
    refused: Vec<Finding>,
    fates: Vec<(u64, Fate)>,
    /// Records whose class was stated for facts that have been corrected: it is open again.
    reopened: Vec<RecordId>,
    /// Versions with a text that somebody may have to read.
    to_be_read: Vec<(RecordId, u32)>,
}

impl Landing<'_> {
    /// Lands one chunk, in one transaction with its mark and audit entry, and says what became of
    /// the rows and which cannot land after all. A chunk that landed before changes nothing; a
    /// dry run is taken back before it is written.
    ///
    /// # Errors
    /// The store's own; a replaced record is gone since it was checked.
    pub fn chunk(
        &self,
        number: u64,
        (rows, persons): (&[Candidate], &[PersonCandidate]),
        counters: Counters,
    ) -> AppResult<Landed> {
        let land = |mut load: Loading<'_, '_>| {
            // The database may have been restored under a running import.
            let landing = if self.dry_run {
                BatchState::Staged
            } else {
                batch::state(&mut load, self.batch)?
            };
            if landing == BatchState::Gone {
                return Err(AppError::NotFound(format!(
                    "批次“{}”已经不在或者已经结束，其余的行没有写入。请重新导入这份文件。",
                    self.batch
                )));
            }
            let mut tx = load.permit(Scope::Department(self.department))?;
            if landing == BatchState::Sealed {
                // By another run, at this moment.
                return Ok(tx.nothing(Landed::default()));
            }
            let mut made = self.records(&mut tx, rows, counters)?;
            let kept = person::land(
                &mut tx,
                self,
                persons,
                &mut made.counters,
                &mut made.refused,
            )?;
            if self.dry_run {
                return Ok(tx.nothing(Landed {
                    counters: made.counters,
                    refused: made.refused,
                    fates: made.fates,
                }));
            }
            let refused = |row: u64| made.refused.iter().any(|f| f.row == row);
            let landed = rows.iter().filter(|r| !refused(r.row));
            let latest = landed.filter_map(|r| r.decided_on).max();
            if !batch::mark_chunk(&mut tx, self.batch, number, &made.counters, latest)? {
                // Landed by an earlier run, or by another one at this moment.
                return Ok(tx.nothing(Landed::default()));
            }
            batch::add_findings(&mut tx, self.batch, number, &made.refused)?;
            record::insert(&mut tx, &made.records)?;
            let to_be_read = made.to_be_read.iter().map(|(id, version)| (id, *version));
            reading::note(&mut tx, to_be_read, self.at.received_on)?;
            xinheng_store::person::insert(&mut tx, &kept)?;
            let mut detail =
                json!({"batch": self.batch, "chunk": number, "records": made.records.len()});
            if !kept.is_empty() {
                detail["persons"] = json!(kept.len());
            }
            if !made.reopened.is_empty() {
                detail["reopened"] = json!(made.reopened);
            }
            let landed = Landed {
                counters: made.counters,
                refused: made.refused,
                fates: Vec::new(),
            };
            Ok(tx.done(landed, detail))
        };
        if self.dry_run {
            self.ctx.rehearse(Act::BatchLand, land)
        } else {
            self.ctx.change(Act::BatchLand, land)
        }
    }

    fn records(
        &self,
        tx: &mut Tx<'_>,
        rows: &[Candidate],
        mut counters: Counters,
    ) -> AppResult<Made> {
        let keys = self.link(tx, rows, &mut counters)?;
        crate::wording::land(self.ctx.deployment(), tx, rows, &keys)?;
        let ids: Vec<RecordId> = rows
            .iter()
            .zip(&keys)
            .map(|(row, key)| self.id(row, key))
            .collect();
        let wanted: Vec<(&SubjectKey, &RecordId)> = keys.iter().zip(&ids).collect();
        let heads = record::heads(tx, &wanted, self.batch)?;
        let mut records = Vec::with_capacity(rows.len());
        let mut refused = Vec::new();
        let mut fates = Vec::with_capacity(rows.len());
        let mut reopened = Vec::new();
        let mut to_be_read = Vec::new();
        // Records this chunk has ended already: a row for one of them comes too late.
        let mut over: HashSet<RecordId> = HashSet::new();
        // Records this chunk has met: a code and its alias in one file name one record, of which
        // the first row counts, as with any other row that comes twice.
        let mut met: HashSet<RecordId> = HashSet::new();
        for ((row, key), id) in rows.iter().zip(&keys).zip(ids) {
            let head = heads.get(&id);
            let twice = !met.insert(id.clone());
            let visible = head.filter(|h| h.visible_version.is_some());
            if let Some(other) = visible.filter(|h| !self.answers.contains(&h.department)) {
                // Only who reported a record corrects it, or who came after.
                refused.push(self.of_another_department(row, &other.department));
                fates.push((row.sheet_row, Fate::Refused));
                counters.refused += 1;
                counters.warned -= u64::from(row.checked.warned);
                continue;
            }
            let ending = |h: &&Head| {
                h.staged && !h.same_batch && over_for_good(h.ended) && !over_for_good(h.visible_end)
            };
            if head.filter(ending).is_some() {
                // Whether the record is over is not known before that batch is sealed or abandoned.
                let place = (row.row, row.sheet_row, row.document_number.as_str());
                refused.push(self.cannot_land(ENDING, place, ""));
                fates.push((row.sheet_row, Fate::Refused));
                counters.refused += 1;
                counters.warned -= u64::from(row.checked.warned);
                continue;
            }
            if head.is_some_and(|h| same(h, row) || known_of_old(h, row))
                || over.contains(&id)
                || twice
            {
                // What is over stays over: an old file handed in again brings nothing back.
                counters.unchanged += 1;
                fates.push((row.sheet_row, Fate::Unchanged));
                continue;
            }
            if head.is_some_and(|h| over_for_good(h.ended)) {
                // What the row says anew would be lost: whoever hands it in is told.
                let place = (row.row, row.sheet_row, row.document_number.as_str());
                refused.push(self.cannot_land(OVER, place, ""));
                fates.push((row.sheet_row, Fate::Refused));
                counters.refused += 1;
                counters.warned -= u64::from(row.checked.warned);
                continue;
            }
            if let Some(head) = head {
                record::guard(tx, &id, head.revision)?;
            }
            let record = self.record(tx, row, key, (id, head), &mut reopened)?;
            if visible.is_some() {
                counters.new_version += 1
            } else {
                counters.new += 1
            }
            let mut fate = if visible.is_some() {
                Fate::Corrects
            } else {
                Fate::New
            };
            counters.held += u64::from(record.publicity.alarm_on.is_some());
            if let Some(old) = &record.replaces {
                let here = records
                    .iter()
                    .filter(|r: &&Record| r.id == *old)
                    .map(|r| r.version)
                    .max();
                if let Some(tombstone) = self.tombstone(tx, old, here, &record)? {
                    counters.replaced += 1;
                    fate = Fate::Corrects;
                    over.insert(old.clone());
                    records.push(tombstone);
                }
            }
            fates.push((row.sheet_row, fate));
            if row.to_be_read {
                to_be_read.push((record.id.clone(), record.version));
            }
            records.push(record);
        }
        Ok(Made {
            records,
            counters,
            refused,
            fates,
            reopened,
            to_be_read,
        })
    }

    /// The refusal of a row that would change what another department reported.
    fn of_another_department(&self, row: &Candidate, department: &str) -> Finding {
        let place = (row.row, row.sheet_row, row.document_number.as_str());
        self.cannot_land(OF_ANOTHER, place, department)
    }

    /// The refusal of a row, blamed on its document number.
    pub(crate) fn cannot_land(
        &self,
        code: &str,
        (row, sheet_row, value): (u64, u64, &str),
        other: &str,
    ) -> Finding {
        let place = FilePlace {
            row,
            sheet_row,
            value,
            other,
            ..FilePlace::default()
        };
        let mut finding = self.checker.finding(code, Severity::RefuseRow, place);
        if let Some(field) = self.item.by_role(Role::DocumentNumber) {
            finding.field.clone_from(&field.id);
        }
        finding
    }
}
