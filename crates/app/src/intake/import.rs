//! The use case: a file of one department lands once, or not at all (I7).
//!
//! The file is read twice. The first pass learns whether it may land and what is wrong with it;
//! the second makes records of the accepted rows. Between the two nothing is kept in memory but
//! two bits a row. A run that is killed leaves a staged batch that nobody sees; the same file
//! handed in again goes on where it stopped.

use super::{
    Input, Landing as Landed, Outcome, Progress, SHOWN,
    candidate::Candidate,
    land::{At, Landing},
};
use crate::{
    Action, AppError, AppResult, Ctx,
    check::{self, StoredRegister, checker},
};
use serde_json::json;
use std::io::{BufRead as _, BufReader, Seek as _};
use xinheng_domain::{
    batch::Counters,
    catalogue::{Item, Role},
    check::{CheckedRow, Checker, FilePlace, NATURAL_PERSON, Verdict},
    finding::{Finding, Severity, Summary},
    record::{Record, RecordId},
};
use xinheng_exchange::check::{Sink, SinkError};
use xinheng_store::{batch, deployment, record};

/// Rows that land in one transaction at most: a few tens of milliseconds.
const CHUNK: usize = 2000;
/// Rows of the first transaction; each next one takes twice as many, up to [`CHUNK`].
const FIRST_CHUNK: usize = 100;

/// Rows of a chunk, by its number alone: a run that goes on after an interruption cuts the file
/// at the same places. The first ones are small, so that a small file holds the database briefly.
fn chunk_rows(number: u64) -> usize {
    let doubled = u32::try_from(number)
        .ok()
        .and_then(|n| FIRST_CHUNK.checked_shl(n.min(16)));
    doubled.map_or(CHUNK, |rows| rows.min(CHUNK))
}
/// Findings kept in one transaction.
const FINDINGS: usize = 2000;
/// Chunk numbers of findings lie above those of rows.
const FINDING_CHUNKS: u64 = 1 << 40;

/// Takes in a file of a department.
///
/// # Errors
/// Forbidden; unknown department; the file cannot be read or changed while it was read; faults
/// of the store. Whatever happens, nothing half-landed is visible.
pub fn import(
    ctx: &Ctx<'_>,
    input: Input<'_>,
    progress: &mut dyn FnMut(Progress),
) -> AppResult<Outcome> {
    ctx.authorise(Action::Import {
        department: input.department,
    })?;
    let department = crate::department::require(ctx, input.department)?;
    let rulebook = ctx.office().rulebook();
    let checker = checker(rulebook, rulebook.items(), ctx.today())?;
    let first = FirstPass::run(ctx, &checker, input, progress)?;
    let item = first
        .summary
        .format
        .as_deref()
        .and_then(|f| rulebook.format(f));
    let mut outcome = Outcome {
        landing: Landed::Tried,
        counters: first.counters(),
        refused: first.shown.clone(),
        summary: first.summary.clone(),
    };
    let whole = first.refuses_file();
    let Some(item) = item.filter(|_| !whole) else {
        if !input.dry_run {
            refuse(ctx, input, &first)?;
        }
        outcome.landing = if input.dry_run {
            Landed::Tried
        } else {
            Landed::Refused
        };
        return Ok(outcome);
    };
    if input.dry_run {
        return Ok(outcome);
    }
    let staged = stage(ctx, input, item, &department.code, &first)?;
    if let Some(at) = staged.sealed_at {
        outcome.counters = staged.counters.unwrap_or(outcome.counters);
        outcome.landing = Landed::Already {
            batch: staged.new.id,
            at,
        };
        return Ok(outcome);
    }
    let id = staged.new.id;
    // A run that goes on after an interruption keeps the day of receipt: the clock is the file's.
    let at = At::new(ctx.office(), staged.new.received_on, ctx.now());
    let landing = Landing {
        ctx,
        at: &at,
        batch: &id,
        item,
        department: &department.code,
    };
    let resumed_chunks = second_pass(ctx, &checker, input, &first, landing, progress)?;
    let counters = ctx.office().db().write(|tx| {
        let (sum, _) = batch::seal(tx, &id, ctx.now())?;
        Ok::<_, AppError>((
            sum,
            ctx.audit("batch.seal", json!({"batch": id, "counters": sum})),
        ))
    })?;
    crate::ops::seal_audit(ctx)?;
    outcome.counters = counters;
    outcome.landing = Landed::Sealed {
        batch: id,
        resumed_chunks,
    };
    Ok(outcome)
}

/// What the first pass learns.
struct FirstPass {
    summary: Summary,
    /// Rows that stay out.
    out: Bits,
    /// Rows that go in with a warning.
    warned: Bits,
    /// All findings as JSON lines, in a file of their own.
    spool: std::fs::File,
    shown: Vec<Finding>,
    whole_file: Option<String>,
}

impl FirstPass {
    fn run(
        ctx: &Ctx<'_>,
        checker: &Checker,
        input: Input<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> AppResult<Self> {
        let spool = tempfile::tempfile().map_err(|source| AppError::File {
            path: "临时文件".to_owned(),
            source,
        })?;
        let mut sink = Learn {
            spool: std::io::BufWriter::new(spool),
            shown: Vec::new(),
            out: Bits::default(),
            warned: Bits::default(),
            rows: 0,
            replacing: Vec::new(),
            whole_file: None,
            pending: Vec::new(),
            progress,
        };
        let mut register = StoredRegister::of(ctx.office());
        let mut summary = check::with(checker, input.as_check(), Some(&mut register), &mut sink)?;
        for finding in std::mem::take(&mut sink.pending) {
            sink.keep(finding).map_err(check::unbox)?;
        }
        let Learn {
            mut spool,
            mut shown,
            mut out,
            warned,
            replacing,
            whole_file,
            ..
        } = sink;
        let item = summary
            .format
            .as_deref()
            .and_then(|f| ctx.office().rulebook().format(f));
        for wrong in wrong_replacements(ctx, checker, item, input.department, &replacing)? {
            out.set(wrong.row);
            write_line(&mut spool, &wrong)?;
            summary.findings += 1;
            summary.refused += 1;
            summary.accepted = summary.accepted.saturating_sub(1);
            summary.rows_with_warnings -= u64::from(warned.has(wrong.row));
            if shown.len() < SHOWN {
                shown.push(wrong);
            }
        }
        let spool = spool.into_inner().map_err(|e| AppError::File {
            path: "临时文件".to_owned(),
            source: e.into_error(),
        })?;
        Ok(Self {
            summary,
            out,
            warned,
            spool,
            shown,
            whole_file,
        })
    }

    fn refuses_file(&self) -> bool {
        self.whole_file.is_some()
    }

    fn counters(&self) -> Counters {
        Counters {
            reported: self.summary.rows,
            refused: self.summary.refused,
            warned: self.summary.rows_with_warnings,
            set_aside: self.summary.set_aside,
            ..Counters::default()
        }
    }

    /// Keeps the findings with the batch.
    fn keep_findings(&self, ctx: &Ctx<'_>, batch: &str) -> AppResult<()> {
        let broken = |source| AppError::File {
            path: "临时文件".to_owned(),
            source,
        };
        let mut file = &self.spool;
        file.rewind().map_err(broken)?;
        let mut chunk: Vec<Finding> = Vec::new();
        let mut number = FINDING_CHUNKS;
        let mut keep = |chunk: &mut Vec<Finding>| -> AppResult<()> {
            let all = std::mem::take(chunk);
            let done = ctx.office().db().write(|tx| {
                if !batch::mark_chunk(tx, batch, number, &Counters::default(), None)? {
                    return Err(AppError::AlreadyLanded);
                }
                batch::add_findings(tx, batch, number, &all)?;
                let detail = json!({"batch": batch, "findings": all.len()});
                Ok(((), ctx.audit("batch.findings", detail)))
            });
            number += 1;
            match done {
                Err(AppError::AlreadyLanded) => Ok(()),
                other => other,
            }
        };
        for line in BufReader::new(file).lines() {
            let line = line.map_err(broken)?;
            chunk.push(serde_json::from_str(&line).map_err(|e| AppError::Fault(e.to_string()))?);
            if chunk.len() == FINDINGS {
                keep(&mut chunk)?;
            }
        }
        if !chunk.is_empty() {
            keep(&mut chunk)?;
        }
        Ok(())
    }
}

/// A set of row numbers, one bit each.
#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    /// Where the row's bit is.
    fn place(row: u64) -> (usize, u64) {
        let bit = row.saturating_sub(1);
        // A file of more rows than a machine can address is refused long before.
        (
            usize::try_from(bit / 64).unwrap_or(usize::MAX),
            1 << (bit % 64),
        )
    }

    fn set(&mut self, row: u64) {
        let (word, mask) = Self::place(row);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= mask;
        }
    }

    fn has(&self, row: u64) -> bool {
        let (word, mask) = Self::place(row);
        self.0.get(word).is_some_and(|w| w & mask != 0)
    }
}

fn write_line(out: &mut impl std::io::Write, finding: &Finding) -> AppResult<()> {
    serde_json::to_writer(&mut *out, finding)
        .map_err(std::io::Error::from)
        .and_then(|()| out.write_all(b"\n"))
        .map_err(|source| AppError::File {
            path: "临时文件".to_owned(),
            source,
        })
}

/// The first pass's sink.
struct Learn<'p> {
    spool: std::io::BufWriter<std::fs::File>,
    shown: Vec<Finding>,
    out: Bits,
    warned: Bits,
    rows: u64,
    replacing: Vec<Replacing>,
    whole_file: Option<String>,
    /// Findings of the row that is about to come: whose it is is known only then.
    pending: Vec<Finding>,
    progress: &'p mut dyn FnMut(Progress),
}

impl Learn<'_> {
    fn keep(&mut self, finding: Finding) -> Result<(), SinkError> {
        if finding.severity == Severity::RefuseFile {
            self.whole_file
                .get_or_insert_with(|| finding.message.clone());
        }
        write_line(&mut self.spool, &finding)?;
        if finding.severity != Severity::Warn && self.shown.len() < SHOWN {
            self.shown.push(finding);
        }
        Ok(())
    }
}

/// Stands in a kept finding where a natural person's data stood.
const NOT_KEPT: &str = "（自然人信息，不保存）";

/// A finding about a natural person's row without what the row said (I6): where and what kind
/// of fault is kept, the cell is not.
fn without_content(finding: Finding) -> Finding {
    if finding.value == NATURAL_PERSON {
        return finding;
    }
    Finding {
        message: format!("第{}行有一处问题{NOT_KEPT}。", finding.sheet_row),
        value: String::new(),
        suggestion: None,
        ..finding
    }
}

/// A row that takes the place of a record.
struct Replacing {
    row: u64,
    sheet_row: u64,
    old: RecordId,
}

impl Sink for Learn<'_> {
    fn finding(&mut self, finding: &Finding) -> Result<(), SinkError> {
        if finding.row == 0 || finding.severity == Severity::RefuseFile {
            return self.keep(finding.clone());
        }
        self.pending.push(finding.clone());
        Ok(())
    }

    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        self.rows += 1;
        if self.rows.is_multiple_of(4096) {
            (self.progress)(Progress::Checked(self.rows));
        }
        let person = row.verdict() == Verdict::SetAside;
        for finding in std::mem::take(&mut self.pending) {
            self.keep(if person && finding.row == row.number() {
                without_content(finding)
            } else {
                finding
            })?;
        }
        match row.verdict() {
            Verdict::Accepted { warned } => {
                if warned {
                    self.warned.set(row.number());
                }
                if let Some(old) = row.by_role(Role::Replaces).filter(|v| !v.is_empty()) {
                    let (number, sheet_row) = (row.number(), row.sheet_row());
                    self.replacing.push(Replacing {
                        row: number,
                        sheet_row,
                        old: RecordId(old.to_owned()),
                    });
                }
            }
            Verdict::Refused | Verdict::SetAside => self.out.set(row.number()),
        }
        Ok(())
    }
}

/// Rows that name a record which cannot be replaced: unknown, of another department or item.
fn wrong_replacements(
    ctx: &Ctx<'_>,
    checker: &Checker,
    item: Option<&Item>,
    department: &str,
    all: &[Replacing],
) -> AppResult<Vec<Finding>> {
    let Some(item) = item else {
        return Ok(Vec::new());
    };
    ctx.office().db().read(|conn| {
        let mut wrong = Vec::new();
        for one in all {
            let known = record::current(conn, &one.old)?;
            let own = |r: &Record| r.item == item.id && r.department == department;
            if !known.is_some_and(|s| own(&s.record)) {
                let place = FilePlace {
                    row: one.row,
                    sheet_row: one.sheet_row,
                    value: one.old.as_str(),
                    ..FilePlace::default()
                };
                let mut finding = checker.finding("replaces-unknown", Severity::RefuseRow, place);
                if let Some(field) = item.by_role(Role::Replaces) {
                    finding.field.clone_from(&field.id);
                }
                wrong.push(finding);
            }
        }
        Ok(wrong)
    })
}

/// Keeps a refused file's findings under a batch of its own, so that the clerk can be shown
/// what was wrong.
fn refuse(ctx: &Ctx<'_>, input: Input<'_>, first: &FirstPass) -> AppResult<()> {
    let reason = first
        .whole_file
        .clone()
        .unwrap_or_else(|| "无法识别文件的格式。".to_owned());
    let item = first
        .summary
        .format
        .as_deref()
        .and_then(|f| ctx.office().rulebook().format(f));
    let id = ctx.office().db().write(|tx| {
        let new = new_batch(ctx, input, item.map_or("", |i| &i.id), first);
        let id = new.id.clone();
        let detail =
            json!({"batch": id, "file": new.file_name, "sha256": new.file_hash, "reason": reason});
        batch::stage(tx, &new)?;
        batch::refuse(tx, &id, &reason, ctx.now())?;
        Ok::<_, AppError>((id, ctx.audit("batch.refuse", detail)))
    })?;
    first.keep_findings(ctx, &id)?;
    crate::ops::seal_audit(ctx)
}

fn new_batch(ctx: &Ctx<'_>, input: Input<'_>, item: &str, first: &FirstPass) -> batch::NewBatch {
    batch::NewBatch {
        id: crate::ctx::new_id(ctx.now()),
        item: item.to_owned(),
        department: input.department.to_owned(),
        file_name: input.file_name.to_owned(),
        file_hash: first.summary.sha256.clone(),
        format: first.summary.format.clone(),
        rulebook: ctx.office().rulebook().digest().to_owned(),
        actor: ctx.actor().audit_name(),
        received_on: ctx.today(),
        staged_at: ctx.now(),
    }
}

/// The batch of this file: a new one, one that was interrupted, or one that is sealed.
fn stage(
    ctx: &Ctx<'_>,
    input: Input<'_>,
    item: &Item,
    department: &str,
    first: &FirstPass,
) -> AppResult<batch::Batch> {
    let hash = &first.summary.sha256;
    let staged = ctx.office().db().write(|tx| {
        if let Some(known) = batch::by_hash(tx, hash, department, &item.id)? {
            let detail = json!({"batch": known.new.id, "sealed": known.sealed_at.is_some()});
            return Ok((known, ctx.audit("batch.again", detail)));
        }
        let new = new_batch(ctx, input, &item.id, first);
        batch::stage(tx, &new)?;
        keep_rulebook(ctx, tx)?;
        let detail = json!({"batch": new.id, "file": new.file_name, "sha256": hash, "department": department});
        let staged = batch::Batch { new, sealed_at: None, refused: None, counters: None, latest_decision: None };
        Ok::<_, AppError>((staged, ctx.audit("batch.stage", detail)))
    })?;
    if staged.sealed_at.is_none() {
        first.keep_findings(ctx, &staged.new.id)?;
    }
    Ok(staged)
}

/// Every rulebook that was ever used is kept whole.
fn keep_rulebook(ctx: &Ctx<'_>, tx: &mut xinheng_store::Tx<'_>) -> AppResult<()> {
    let rulebook = ctx.office().rulebook();
    let edition = deployment::RulebookEdition {
        digest: rulebook.digest().to_owned(),
        label: rulebook.label(),
        files: ctx.office().rulebook_text().to_owned(),
        saved_at: ctx.now(),
    };
    deployment::save_rulebook(tx, &edition)?;
    Ok(())
}

/// Makes records of the accepted rows; gives the number of chunks that had landed before.
fn second_pass(
    ctx: &Ctx<'_>,
    checker: &Checker,
    input: Input<'_>,
    first: &FirstPass,
    landing: Landing<'_>,
    progress: &mut dyn FnMut(Progress),
) -> AppResult<u64> {
    let done = ctx
        .office()
        .db()
        .read(|conn| batch::chunks_done(conn, landing.batch))?;
    let mut sink = Land {
        first,
        landing,
        done: &done,
        resumed: 0,
        chunk: Vec::with_capacity(CHUNK),
        counters: Counters::default(),
        seen: 0,
        landed: 0,
        number: 0,
        progress,
    };
    // The register was asked in the first pass; asked again it might answer otherwise, since the
    // first chunks have made provisional subjects.
    let again = check::with(checker, input.as_check(), None, &mut sink)?;
    sink.flush()?;
    if again.sha256 != first.summary.sha256 {
        return Err(AppError::BadInput(format!(
            "文件「{}」在导入过程中被改动，本次导入没有生效。请确认文件保存完毕后重新导入。",
            input.file_name
        )));
    }
    Ok(sink.resumed)
}

/// The second pass's sink.
struct Land<'a, 'p> {
    first: &'a FirstPass,
    landing: Landing<'a>,
    done: &'a [u64],
    resumed: u64,
    chunk: Vec<Candidate>,
    counters: Counters,
    /// Rows in the chunk, whatever became of them.
    seen: usize,
    /// Rows in the chunks before.
    landed: u64,
    number: u64,
    progress: &'p mut dyn FnMut(Progress),
}

impl Land<'_, '_> {
    fn skips(&self) -> bool {
        self.done.binary_search(&self.number).is_ok()
    }

    fn flush(&mut self) -> AppResult<()> {
        if self.seen == 0 {
            return Ok(());
        }
        if self.skips() {
            self.resumed += 1;
        } else {
            self.landing
                .chunk(self.number, &self.chunk, self.counters)?;
        }
        self.number += 1;
        self.landed += self.seen as u64;
        self.seen = 0;
        self.chunk.clear();
        self.counters = Counters::default();
        (self.progress)(Progress::Landed(self.landed, self.first.summary.rows));
        Ok(())
    }

    fn take(&mut self, row: &CheckedRow<'_>) -> AppResult<()> {
        self.seen += 1;
        self.counters.reported += 1;
        match row.verdict() {
            Verdict::SetAside => self.counters.set_aside += 1,
            Verdict::Accepted { .. } if !self.first.out.has(row.number()) => {
                self.counters.warned += u64::from(self.first.warned.has(row.number()));
                if !self.skips() {
                    self.chunk.push(Candidate::of(row, self.landing.at)?);
                }
            }
            Verdict::Accepted { .. } | Verdict::Refused => self.counters.refused += 1,
        }
        if self.seen == chunk_rows(self.number) {
            self.flush()
        } else {
            Ok(())
        }
    }
}

impl Sink for Land<'_, '_> {
    fn finding(&mut self, _: &Finding) -> Result<(), SinkError> {
        // Kept by the first pass.
        Ok(())
    }

    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        self.take(row).map_err(Into::into)
    }
}

impl<'a> Input<'a> {
    const fn as_check(&self) -> check::Input<'a> {
        check::Input {
            path: self.path,
            file_name: self.file_name,
            sheet: self.sheet,
        }
    }
}
