//! What a check says, kept row by row until the workbook is written.
//!
//! Rows with findings go to a file without a name; memory holds only what is said about the
//! file and its header, so that a file with a million faults needs no more of it.

use crate::{
    check::{Sink, SinkError},
    patch::Patches,
};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _},
};
use xinheng_checker::{CheckedRow, FileCheck, SkippedRow, Verdict};
use xinheng_domain::{
    catalogue::{Field, Item},
    finding::{Finding, Severity},
};

/// Takes the findings of a check for [`write`](super::write), and hands them on.
pub struct Gather<'s> {
    next: &'s mut dyn Sink,
    /// Cells corrected since, as the check saw them.
    patches: Patches,
    pending: Vec<Finding>,
    spill: BufWriter<File>,
    pub(super) table: Option<Header>,
    pub(super) whole: Vec<Finding>,
    pub(super) refused: bool,
    /// Columns of the widest row that was checked, the header's among them.
    pub(super) width: usize,
    /// The last line or spreadsheet row that was checked.
    pub(super) last: u64,
}

/// The header of the sheet that was checked.
pub(super) struct Header {
    pub(super) sheet: Option<String>,
    pub(super) sheet_row: u64,
    pub(super) item: Item,
    /// The fields by column, in file order.
    pub(super) fields: Vec<Option<Field>>,
    /// Our own column, from an earlier time.
    pub(super) result: Option<usize>,
}

impl Header {
    /// The item's name of the field a finding is about, or the header as written.
    pub(super) fn name<'a>(&'a self, finding: &'a Finding) -> &'a str {
        let field = self.item.field(&finding.field);
        field.map_or(&finding.field, |f| &f.name)
    }
}

/// The findings of one row.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) sheet_row: u64,
    pub(super) set_aside: bool,
    /// It is no record: the column of the word it begins with, from 1.
    #[serde(default)]
    pub(super) beside: Option<u32>,
    pub(super) findings: Vec<Finding>,
    /// Findings that were counted and not listed, and whether the row is refused.
    #[serde(default)]
    pub(super) unlisted: usize,
    #[serde(default)]
    pub(super) refused: bool,
}

impl<'s> Gather<'s> {
    /// Gathers what goes to `next`.
    ///
    /// # Errors
    /// No temporary file can be had.
    pub fn new(next: &'s mut dyn Sink) -> io::Result<Self> {
        Ok(Self {
            next,
            patches: Patches::default(),
            pending: Vec::new(),
            spill: BufWriter::new(tempfile::tempfile()?),
            table: None,
            whole: Vec::new(),
            refused: false,
            width: 0,
            last: 0,
        })
    }

    /// The file was checked with these corrections laid over it, and comes back with them.
    #[must_use]
    pub fn laid_over(self, patches: Patches) -> Self {
        Self { patches, ..self }
    }

    fn spill(&mut self, group: &Group) -> io::Result<()> {
        serde_json::to_writer(&mut self.spill, group)?;
        self.spill.write_all(b"\n")
    }

    /// The end of the check: from here on the rows can be read.
    pub(super) fn finish(mut self) -> io::Result<Gathered> {
        self.whole.append(&mut self.pending);
        let spill = self.spill.into_inner().map_err(|e| e.into_error())?;
        Ok(Gathered {
            spill,
            patches: self.patches,
            table: self.table,
            whole: self.whole,
            refused: self.refused,
            width: self.width,
            last: self.last,
        })
    }
}

impl Sink for Gather<'_> {
    fn finding(&mut self, finding: &Finding) -> Result<(), SinkError> {
        self.refused |= finding.severity == Severity::RefuseFile;
        self.pending.push(finding.clone());
        self.next.finding(finding)
    }

    fn opened(
        &mut self,
        sheet: Option<&str>,
        header: u64,
        file: &FileCheck<'_>,
    ) -> Result<(), SinkError> {
        let fields: Vec<_> = file.columns().map(Option::<&Field>::cloned).collect();
        self.width = fields.len();
        self.table = Some(Header {
            sheet: sheet.map(str::to_owned),
            sheet_row: header,
            item: file.item().clone(),
            fields,
            result: file.result_column(),
        });
        self.next.opened(sheet, header, file)
    }

    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        self.last = row.sheet_row();
        let ours = self.table.as_ref().and_then(|t| t.result);
        let width = row.width();
        if ours.is_none_or(|ours| ours + 1 != width) {
            self.width = self.width.max(width);
        }
        if !self.pending.is_empty() || row.finding_count() > 0 {
            // What was said before belongs to the header.
            let of_row = self.pending.iter().position(|f| f.row == row.number());
            let findings = self.pending.split_off(of_row.unwrap_or(self.pending.len()));
            self.whole.append(&mut self.pending);
            let unlisted = row.finding_count().saturating_sub(findings.len());
            if !findings.is_empty() || unlisted > 0 {
                let group = Group {
                    sheet_row: row.sheet_row(),
                    set_aside: row.verdict() == Verdict::SetAside,
                    beside: None,
                    findings,
                    unlisted,
                    refused: row.has_refusal(),
                };
                self.spill(&group)?;
            }
        }
        self.next.row(row)
    }

    fn beside(&mut self, sheet_row: u64, beside: SkippedRow) -> Result<(), SinkError> {
        self.spill(&Group {
            sheet_row,
            set_aside: false,
            beside: Some(beside.column),
            findings: Vec::new(),
            unlisted: 0,
            refused: false,
        })?;
        self.next.beside(sheet_row, beside)
    }
}

/// What was gathered.
pub(super) struct Gathered {
    spill: File,
    pub(super) patches: Patches,
    pub(super) table: Option<Header>,
    pub(super) whole: Vec<Finding>,
    pub(super) refused: bool,
    pub(super) width: usize,
    pub(super) last: u64,
}

impl Gathered {
    /// Whether a sheet was checked, or something is said of it: then it is the clerk's, whatever
    /// stands in its first cell.
    pub(super) fn speaks_of(&self, sheet: &str) -> bool {
        let table = self.table.as_ref().and_then(|t| t.sheet.as_deref());
        let mut whole = self.whole.iter().filter_map(|f| f.sheet.as_deref());
        table == Some(sheet) || whole.any(|named| named == sheet)
    }

    /// The rows with findings, from the first.
    pub(super) fn groups(&self) -> io::Result<Groups> {
        let mut file = self.spill.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Groups {
            lines: BufReader::new(file),
            line: String::new(),
        })
    }
}

/// Rows with findings, in file order.
pub(super) struct Groups {
    lines: BufReader<File>,
    line: String,
}

impl Iterator for Groups {
    type Item = io::Result<Group>;

    fn next(&mut self) -> Option<Self::Item> {
        self.line.clear();
        match self.lines.read_line(&mut self.line) {
            Ok(0) => None,
            Ok(_) => Some(serde_json::from_str(&self.line).map_err(io::Error::from)),
            Err(e) => Some(Err(e)),
        }
    }
}
