//! A check under way: from the header to the last row.

use super::{CheckError, FindingLimit, Sink, SinkError, beside::Passed, known};
use crate::{
    fault::{FaultKind, FileFault, Stop},
    header::Search,
    own,
    patch::Patches,
    rows::{RowReader, Rows},
};
use std::ops::ControlFlow;
use xinheng_checker::{Checker, FileCheck, FilePlace, LayoutRow, Register, Verdict, blank};
use xinheng_domain::{
    finding::{Finding, Severity, Summary},
    redact,
};

/// A check under way.
pub(super) struct Run<'c, 'r, 's> {
    pub(super) checker: &'c Checker,
    pub(super) register: Option<&'r mut (dyn Register + 'r)>,
    /// What may still be listed of the rows.
    listed: FindingLimit,
    pub(super) sink: &'s mut dyn Sink,
    /// Cells corrected since.
    pub(super) patches: Option<&'c Patches>,
    pub(super) stage: Stage<'c>,
    finding: Finding,
    /// A row of another layout, arranged.
    arranged: LayoutRow,
    /// To be said with the header.
    pub(super) pending: Vec<Finding>,
    pub(super) format: Option<String>,
    /// Rows that are no records.
    passed: Passed,
    /// Line or spreadsheet row of the last record.
    pub(super) last: u64,
    rows: u64,
    refused: u64,
    set_aside: u64,
    warned: u64,
    findings: u64,
    unlisted: u64,
    refused_file: bool,
    error: Option<SinkError>,
}

pub(super) enum Stage<'c> {
    /// No header yet.
    Header(Box<Search>),
    Rows(Box<FileCheck<'c>>),
    Over,
}

impl<'c, 'r, 's> Run<'c, 'r, 's> {
    pub(super) fn new(
        checker: &'c Checker,
        register: Option<&'r mut (dyn Register + 'r)>,
        listed: FindingLimit,
        sink: &'s mut dyn Sink,
    ) -> Self {
        Self {
            checker,
            register,
            listed,
            sink,
            patches: None,
            stage: Stage::Header(Box::default()),
            finding: blank(None),
            arranged: LayoutRow::default(),
            pending: Vec::new(),
            format: None,
            passed: Passed::default(),
            last: 0,
            rows: 0,
            refused: 0,
            set_aside: 0,
            warned: 0,
            findings: 0,
            unlisted: 0,
            refused_file: false,
            error: None,
        }
    }

    /// Reads to the end, or to what ends the check.
    pub(super) fn read(
        &mut self,
        reader: &mut dyn RowReader,
        sheet: Option<&str>,
    ) -> Result<Result<(), FileFault>, CheckError> {
        self.finding = blank(sheet.map(str::to_owned));
        let read = match self.patches {
            Some(patches) => patches.read(reader, &mut |rows| self.block(rows, sheet)),
            None => reader.read(&mut |rows| self.block(rows, sheet)),
        };
        if let Some(error) = self.error.take() {
            return Err(CheckError::Sink(error));
        }
        match read {
            Ok(()) => Ok(Ok(())),
            Err(Stop::File(fault)) => Ok(Err(fault)),
            Err(Stop::Io(error)) => Err(error.into()),
        }
    }

    /// What is to be said once the rows are over.
    pub(super) fn end(
        &mut self,
        read: Result<(), FileFault>,
        sheet: Option<&str>,
    ) -> Result<(), CheckError> {
        let place = |kind: FaultKind| {
            let fault = kind.whole();
            match sheet {
                Some(sheet) => fault.on(sheet),
                None => fault,
            }
        };
        if let Stage::Header(search) = &mut self.stage
            && let Some(header) = search.end()
        {
            self.begin(&header, sheet).map_err(CheckError::Sink)?;
        }
        if let Err(fault) = read {
            return self.fault(fault);
        }
        if matches!(self.stage, Stage::Rows(_))
            && let Some(finding) = self.passed.finding(self.checker, sheet)
        {
            self.emit(&finding)?;
        }
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Header(search) => match search.nearest() {
                Some(row) => self.unknown(&row.row(), sheet).map_err(CheckError::Sink),
                None => self.fault(place(FaultKind::Empty)),
            },
            Stage::Rows(_) if self.rows == 0 => self.fault(place(FaultKind::HeaderOnly)),
            Stage::Rows(file) => {
                let mut said = Vec::new();
                file.spellings(sheet, &mut |f| said.push(f.clone()));
                said.iter().try_for_each(|f| self.emit(f))
            }
            Stage::Over => Ok(()),
        }
    }

    fn block(&mut self, rows: Rows<'_>, sheet: Option<&str>) -> ControlFlow<()> {
        match self.try_block(rows, sheet) {
            Ok(flow) => flow,
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn try_block(
        &mut self,
        rows: Rows<'_>,
        sheet: Option<&str>,
    ) -> Result<ControlFlow<()>, SinkError> {
        let mut answers = None;
        for row in rows.iter() {
            if row.is_blank() {
                continue;
            }
            if own::is_cut(&row) && !matches!(self.stage, Stage::Over) {
                self.only_part(&row, sheet)?;
                return Ok(ControlFlow::Break(()));
            }
            if matches!(self.stage, Stage::Header(_)) && self.header(&row, sheet)? {
                continue;
            }
            match &mut self.stage {
                Stage::Over => return Ok(ControlFlow::Break(())),
                Stage::Header(_) => {}
                Stage::Rows(file) if file.is_blank(&row) => {}
                Stage::Rows(file) => {
                    if self.rows == 0 && self.checker.is_header(&row) {
                        self.twice(&row, sheet)?;
                        continue;
                    }
                    let raw = row;
                    let row = file.arrange(&raw, &mut self.arranged).unwrap_or(raw);
                    if let Some(beside) = file.beside(&raw, &row) {
                        self.passed.push(row.sheet_row(), beside);
                        self.sink.beside(row.sheet_row(), beside)?;
                        continue;
                    }
                    let registered = match &mut self.register {
                        None => None,
                        Some(register) => {
                            let answers = match &mut answers {
                                Some(answers) => answers,
                                none => none.insert(known::ask(&mut **register, file, rows)?),
                            };
                            let code = file.subject_code(&row);
                            Some(code.and_then(|c| answers.get(c)?.as_ref()))
                        }
                    };
                    let checked = file.check(row, registered);
                    self.rows += 1;
                    self.last = row.sheet_row();
                    match checked.verdict() {
                        Verdict::Accepted { warned } => self.warned += u64::from(warned),
                        Verdict::Refused => self.refused += 1,
                        Verdict::SetAside => self.set_aside += 1,
                    }
                    let said = checked.finding_count() as u64;
                    self.findings += said;
                    if self.listed.has_room() {
                        checked.findings(&mut self.finding, |finding| {
                            if self.listed.take(finding) {
                                return self.sink.finding(finding);
                            }
                            self.unlisted += 1;
                            Ok(())
                        })?;
                    } else {
                        self.unlisted += said;
                    }
                    self.sink.row(&checked)?;
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Refuses the file.
    pub(super) fn fault(&mut self, fault: FileFault) -> Result<(), CheckError> {
        let in_rows = matches!(self.stage, Stage::Rows(_)) && fault.sheet_row > 0;
        let place = FilePlace {
            sheet: fault.sheet.as_deref(),
            row: if in_rows { self.rows + 1 } else { 0 },
            sheet_row: fault.sheet_row,
            column: fault.column,
            name: "",
            value: &redact::mask_identity_numbers(&fault.value),
            expected: fault.expected.as_deref(),
            other: &fault.other,
        };
        let code = fault.kind.code();
        let finding = self.checker.finding(code, Severity::RefuseFile, place);
        self.stage = Stage::Over;
        self.emit(&finding)
    }

    pub(super) fn emit(&mut self, finding: &Finding) -> Result<(), CheckError> {
        self.give(finding).map_err(CheckError::Sink)
    }

    pub(super) fn give(&mut self, finding: &Finding) -> Result<(), SinkError> {
        self.findings += 1;
        self.refused_file |= finding.severity == Severity::RefuseFile;
        self.sink.finding(finding)
    }

    pub(super) fn summary(self, file: &str, digest: &[u8; 32]) -> Summary {
        let (refused, warned) = if self.refused_file {
            (self.rows - self.set_aside, 0)
        } else {
            (self.refused, self.warned)
        };
        Summary {
            file: file.to_owned(),
            sha256: digest.iter().map(|b| format!("{b:02x}")).collect(),
            format: self.format,
            today: self.checker.today().to_string(),
            rows: self.rows,
            accepted: self.rows - self.set_aside - refused,
            refused,
            set_aside: self.set_aside,
            rows_with_warnings: warned,
            findings: self.findings,
            unlisted: self.unlisted,
        }
    }
}
