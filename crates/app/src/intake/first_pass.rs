//! The first pass over a file handed in: whether it may land, which rows stay out, and every
//! finding. Kept in memory: three bits a row and the first refusals; the findings go to a file.

use super::{
    Input, Progress, SHOWN,
    import::{FileCopy, temporary},
    kept_file_name,
    replacing::{self, Replacing},
};
use crate::{
    Act, AppError, AppResult, Ctx, Scope,
    check::{self, StoredRegister},
};
use serde_json::json;
use std::io::{BufRead as _, BufReader, Seek as _};
use xinheng_checker::{CheckedRow, Checker, FilePlace, NATURAL_PERSON, Verdict};
use xinheng_domain::{
    batch::Counters,
    catalogue::{Item, Role},
    code,
    finding::{Finding, Severity, Summary},
    message::Message,
};
use xinheng_exchange::check::{Sink, SinkError};
use xinheng_store::batch;

/// Code of the finding that a person's identity number stands in the name of the file.
const NAME_MASKED: &str = "file-name-identity-number";

/// Findings kept in one transaction.
const FINDINGS: usize = 2000;
/// Chunk numbers of findings lie above those of rows.
const FINDING_CHUNKS: u64 = 1 << 40;

/// What the first pass learns.
pub(super) struct FirstPass {
    /// The check's own.
    pub(super) summary: Summary,
    /// Rows that stay out.
    pub(super) out: Bits,
    /// Rows that go in with a warning.
    pub(super) warned: Bits,
    /// Rows that go in and whose subject stands under their code already: subjects are never taken
    /// out, so it need not be looked for again.
    pub(super) linked: Bits,
    /// Sound rows of natural persons.
    pub(super) persons: u64,
    /// Those of them with a warning.
    pub(super) persons_warned: u64,
    /// Findings about the file, its header and its columns, as they may be kept. Those of columns
    /// come last and are to be read first.
    heads: Vec<Finding>,
    /// Findings of rows as JSON lines, in a file of their own.
    spool: std::fs::File,
    /// The first refusals.
    pub(super) shown: Vec<Finding>,
    /// The first warnings about rows.
    pub(super) warnings: Vec<Finding>,
    /// Warnings about the file as a whole.
    pub(super) notices: Vec<Finding>,
    /// Code of the finding that refuses the whole file.
    pub(super) whole_file: Option<String>,
}

impl FirstPass {
    /// Reads the file for the first time.
    ///
    /// # Errors
    /// The file cannot be read; faults of the store.
    pub(super) fn run(
        ctx: &Ctx<'_>,
        checker: &Checker,
        input: Input<'_>,
        copy: &FileCopy,
        progress: &mut dyn FnMut(Progress),
    ) -> AppResult<Self> {
        let spool = tempfile::tempfile().map_err(temporary)?;
        let mut sink = Learn {
            titles: ctx.deployment().rulebook().messages(),
            warnings: Vec::new(),
            notices: Vec::new(),
            heads: Vec::new(),
            spool: std::io::BufWriter::new(spool),
            shown: Vec::new(),
            out: Bits::default(),
            warned: Bits::default(),
            linked: Bits::default(),
            persons: 0,
            persons_warned: 0,
            rows: 0,
            replacing: Vec::new(),
            whole_file: None,
            pending: Vec::new(),
            progress,
        };
        let name = kept_file_name(input.file_name);
        let masked = name != input.file_name;
        if masked {
            let place = FilePlace {
                value: &name,
                ..FilePlace::default()
            };
            let told = checker.finding(NAME_MASKED, Severity::Warn, place);
            sink.keep(told, None).map_err(check::unbox)?;
        }
        let mut register = StoredRegister::of(ctx).reported_by(input.department);
        let mut summary = check::opened(
            checker,
            copy.read()?,
            input.as_check(),
            Some(&mut register),
            &mut sink,
        )?;
        summary.findings += u64::from(masked);
        for finding in std::mem::take(&mut sink.pending) {
            sink.keep(finding, None).map_err(check::unbox)?;
        }
        let Learn {
            mut spool,
            mut shown,
            mut out,
            warned,
            linked,
            persons,
            persons_warned,
            replacing,
            whole_file,
            warnings,
            notices,
            heads,
            ..
        } = sink;
        let item = summary
            .format
            .as_deref()
            .and_then(|f| ctx.deployment().rulebook().format(f));
        for wrong in replacing::wrong(ctx, checker, item, input.department, &replacing)? {
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
        let spool = spool.into_inner().map_err(|e| temporary(e.into_error()))?;
        Ok(Self {
            summary,
            out,
            warned,
            linked,
            persons,
            persons_warned,
            heads,
            spool,
            shown,
            warnings,
            notices,
            whole_file,
        })
    }

    /// What is known of the rows so far.
    pub(super) fn counters(&self) -> Counters {
        Counters {
            reported: self.summary.rows,
            refused: self.summary.refused,
            warned: self.summary.rows_with_warnings,
            set_aside: self.summary.set_aside,
            ..Counters::default()
        }
    }

    /// Keeps the findings with the batch.
    pub(super) fn keep_findings(
        &self,
        ctx: &Ctx<'_>,
        (batch, department): (&str, &str),
    ) -> AppResult<()> {
        let mut file = &self.spool;
        file.rewind().map_err(temporary)?;
        let mut chunk: Vec<Finding> = Vec::with_capacity(FINDINGS);
        let mut number = FINDING_CHUNKS;
        let mut keep = |chunk: &mut Vec<Finding>| -> AppResult<()> {
            let all = std::mem::take(chunk);
            ctx.change(Act::BatchFindings, |load| {
                let mut tx = load.permit(Scope::Department(department))?;
                if !batch::mark_chunk(&mut tx, batch, number, &Counters::default(), None)? {
                    // An earlier run has kept them.
                    return Ok(tx.nothing(()));
                }
                batch::add_findings(&mut tx, batch, number, &all)?;
                Ok(tx.done((), json!({"batch": batch, "findings": all.len()})))
            })?;
            number += 1;
            Ok(())
        };
        let rows = BufReader::new(file).lines().map(|line| {
            let line = line.map_err(temporary)?;
            serde_json::from_str(&line).map_err(|e| AppError::Fault(e.to_string()))
        });
        for finding in self.heads.iter().cloned().map(Ok).chain(rows) {
            chunk.push(finding?);
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
pub(super) struct Bits(Vec<u64>);

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

    pub(super) fn has(&self, row: u64) -> bool {
        let (word, mask) = Self::place(row);
        self.0.get(word).is_some_and(|w| w & mask != 0)
    }
}

fn write_line(out: &mut impl std::io::Write, finding: &Finding) -> AppResult<()> {
    serde_json::to_writer(&mut *out, finding)
        .map_err(std::io::Error::from)
        .and_then(|()| out.write_all(b"\n"))
        .map_err(temporary)
}

/// The first pass's sink.
struct Learn<'p> {
    titles: &'p [Message],
    warnings: Vec<Finding>,
    notices: Vec<Finding>,
    heads: Vec<Finding>,
    spool: std::io::BufWriter<std::fs::File>,
    shown: Vec<Finding>,
    out: Bits,
    warned: Bits,
    linked: Bits,
    persons: u64,
    persons_warned: u64,
    rows: u64,
    replacing: Vec<Replacing>,
    whole_file: Option<String>,
    /// Findings of the row that is about to come: whose it is is known only then.
    pending: Vec<Finding>,
    progress: &'p mut dyn FnMut(Progress),
}

impl Learn<'_> {
    /// Notes a finding; `stored` is what may be kept of it. Who hands the file in is told all of a
    /// refusal, as by a check: it is their file, they have to mend it, and the answer is not kept.
    fn keep(&mut self, finding: Finding, stored: Option<&Finding>) -> Result<(), SinkError> {
        if finding.severity == Severity::RefuseFile {
            self.whole_file.get_or_insert_with(|| finding.code.clone());
        }
        if finding.code == HEADER_UNKNOWN {
            self.heads.push(without_cells(&finding));
        } else if finding.row == 0 {
            self.heads.push(finding.clone());
        } else {
            write_line(&mut self.spool, stored.unwrap_or(&finding))?;
        }
        if finding.row == 0 && finding.severity == Severity::Warn && self.notices.len() < SHOWN {
            self.notices.push(finding.clone());
        }
        if finding.severity != Severity::Warn && self.shown.len() < SHOWN {
            self.shown.push(finding);
        } else if finding.row != 0
            && finding.severity == Severity::Warn
            && self.warnings.len() < SHOWN
        {
            self.warnings.push(stored.unwrap_or(&finding).clone());
        }
        Ok(())
    }
}

/// Stands in a kept finding where a natural person's data stood.
const NOT_KEPT: &str = "（这一行可能是自然人的，不保存单元格的内容）";

/// Where the header is not known, the first row may be data, and of a person.
const HEADER_UNKNOWN: &str = "header-unknown";

/// A finding about the whole file without what its cells said.
fn without_cells(finding: &Finding) -> Finding {
    Finding {
        message: "第一行不是可以识别的表头，内容不保存。".to_owned(),
        value: String::new(),
        field: String::new(),
        suggestion: None,
        ..finding.clone()
    }
}

/// A finding about a natural person's row, or one that may be, without what the row said (I6):
/// where and what kind of fault is kept, the cell is not.
fn without_content(finding: &Finding, item: &Item, titles: &[Message]) -> Finding {
    if finding.value == NATURAL_PERSON {
        return finding.clone();
    }
    let column = item.field(&finding.field);
    let column = column.map_or_else(String::new, |f| format!("“{}”", f.name));
    let known = titles.iter().find(|m| m.code == finding.code);
    let title = known.map_or("有一处问题", |m| m.title.as_str());
    // Of an empty cell there is nothing to keep.
    let is_empty = finding.value.is_empty() && finding.column > 0;
    let not_kept = if is_empty { "" } else { NOT_KEPT };
    Finding {
        message: format!("第{}行{column}：{title}{not_kept}。", finding.sheet_row),
        value: String::new(),
        suggestion: None,
        ..finding.clone()
    }
}

impl Sink for Learn<'_> {
    fn finding(&mut self, finding: &Finding) -> Result<(), SinkError> {
        if finding.row == 0 || finding.severity == Severity::RefuseFile {
            return self.keep(finding.clone(), None);
        }
        self.pending.push(finding.clone());
        Ok(())
    }

    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        self.rows += 1;
        if self.rows.is_multiple_of(4096) {
            (self.progress)(Progress::Checked(self.rows));
        }
        // A row that is refused may be a person's whose category was filled in wrongly: without a
        // code of an organisation nobody can tell.
        let coded = || {
            row.by_role(Role::SubjectCode)
                .is_some_and(|c| code::is_usable(c.as_bytes()))
        };
        let person = match row.verdict() {
            Verdict::SetAside => true,
            Verdict::Refused => !coded(),
            Verdict::Accepted { .. } => false,
        };
        let mut told = false;
        for finding in std::mem::take(&mut self.pending) {
            told |= finding.row == row.number() && finding.value != NATURAL_PERSON;
            let masked = (person && finding.row == row.number())
                .then(|| without_content(&finding, row.item(), self.titles));
            self.keep(finding, masked.as_ref())?;
        }
        match row.verdict() {
            Verdict::Accepted { warned } => {
                if warned {
                    self.warned.set(row.number());
                }
                if row.has_subject() {
                    self.linked.set(row.number());
                }
                self.replacing.extend(Replacing::of(row));
            }
            Verdict::SetAside => {
                self.persons += u64::from(!row.has_refusal());
                self.persons_warned += u64::from(told && !row.has_refusal());
                self.out.set(row.number());
            }
            Verdict::Refused => self.out.set(row.number()),
        }
        Ok(())
    }
}
