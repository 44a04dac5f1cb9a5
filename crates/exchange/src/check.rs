//! The driver of a check: a file in, findings and normalised rows out.
//!
//! Page, interface, watched folder and command all call [`check_file`]; for equal input and
//! day its findings are equal byte for byte.
//!
//! ```no_run
//! use xinheng_exchange::{check::{Options, check_file}, findings::JsonLines};
//! # fn run(checker: &xinheng_domain::check::Checker) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let file = std::fs::File::open("处罚.csv")?;
//! let mut lines = JsonLines::new(std::io::stdout().lock());
//! let summary = check_file(file, checker, Options::named("处罚.csv"), &mut lines)?;
//! lines.finish(&summary)?;
//! # Ok(())
//! # }
//! ```
//!
//! An import reads the file twice: once to learn that it is not refused as a whole, and once
//! with a sink that takes the accepted rows ([`Sink::row`]). Both passes see the same rows in
//! the same order, so nothing has to be kept between them.

use crate::{
    book::{self, Book},
    csv::CsvReader,
    fault::{FaultKind, FileFault, Stop},
    header::{Header, Search, Step},
    own,
    rows::{RowReader, Rows},
    sniff,
};
use std::{
    collections::HashMap,
    io::{self, Read, Seek, SeekFrom},
    ops::ControlFlow,
};
use xinheng_domain::{
    check::{
        Builtin, CheckedRow, Checker, FileCheck, FilePlace, LayoutRow, Register, Registered, Row,
        Verdict, blank,
    },
    finding::{Finding, Severity, Summary},
    redact,
};

/// An error of whoever takes the findings and rows.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Takes what a check gives, in order: the header's findings, then row by row the findings and
/// the row itself, then what is said of whole columns.
pub trait Sink {
    /// Takes a finding; the buffer is used again.
    ///
    /// # Errors
    /// Ends the check.
    fn finding(&mut self, finding: &Finding) -> Result<(), SinkError>;

    /// Takes the header that was recognised: its line or spreadsheet row and what it says of the
    /// columns. Before the header's findings.
    ///
    /// # Errors
    /// Ends the check.
    fn opened(
        &mut self,
        sheet: Option<&str>,
        header: u64,
        file: &FileCheck<'_>,
    ) -> Result<(), SinkError> {
        let _ = (sheet, header, file);
        Ok(())
    }

    /// Takes a row with its verdict and normalised values, after its findings.
    ///
    /// # Errors
    /// Ends the check.
    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        let _ = row;
        Ok(())
    }
}

impl Sink for Vec<Finding> {
    fn finding(&mut self, finding: &Finding) -> Result<(), SinkError> {
        self.push(finding.clone());
        Ok(())
    }
}

/// How a file is to be checked.
#[derive(Default)]
pub struct Options<'a> {
    /// Base name of the file, for the summary.
    pub file: &'a str,
    /// Sheet of a workbook; the first with a known header where absent.
    pub sheet: Option<&'a str>,
    /// The register to compare codes and names with.
    pub register: Option<&'a mut (dyn Register + 'a)>,
}

impl<'a> Options<'a> {
    /// No sheet chosen, no register.
    #[must_use]
    pub const fn named(file: &'a str) -> Self {
        Self {
            file,
            sheet: None,
            register: None,
        }
    }
}

/// A check that could not be brought to its end. Faults of the file are findings, not errors.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// Reading failed.
    #[error("读取文件失败：{}", xinheng_domain::system::told(.0))]
    Io(#[from] io::Error),
    /// The findings or rows could not be taken, or the register not asked.
    #[error(transparent)]
    Sink(SinkError),
}

/// Checks a file from its first byte.
///
/// # Errors
/// Reading fails, the register cannot be asked, or the sink refuses.
pub fn check_file<R: Read + Seek>(
    mut input: R,
    checker: &Checker,
    options: Options<'_>,
    sink: &mut dyn Sink,
) -> Result<Summary, CheckError> {
    let file = options.file;
    let mut head = Vec::new();
    input
        .by_ref()
        .take(sniff::HEAD as u64)
        .read_to_end(&mut head)?;
    input.seek(SeekFrom::Start(0))?;
    let mut run = Run::new(checker, options.register, sink);
    let digest = match sniff::kind(&head) {
        Ok(sniff::Kind::Text) => {
            let mut reader = CsvReader::new(input);
            let read = run.read(&mut reader, None)?;
            run.end(read, None)?;
            reader.digest()?
        }
        Ok(kind) => {
            let digest = CsvReader::new(&mut input).digest()?;
            input.seek(SeekFrom::Start(0))?;
            match book::open(kind, input) {
                Ok(Some(mut book)) => run.book(&mut *book, options.sheet)?,
                Ok(None) => {}
                Err(Stop::File(fault)) => run.fault(fault)?,
                Err(Stop::Io(error)) => return Err(error.into()),
            }
            digest
        }
        Err(fault) => {
            run.fault(fault)?;
            CsvReader::new(input).digest()?
        }
    };
    Ok(run.summary(file, &digest))
}

/// A check under way.
struct Run<'c, 'r, 's> {
    checker: &'c Checker,
    register: Option<&'r mut (dyn Register + 'r)>,
    sink: &'s mut dyn Sink,
    stage: Stage<'c>,
    finding: Finding,
    /// A row of another layout, arranged.
    arranged: LayoutRow,
    /// To be said with the header.
    pending: Vec<Finding>,
    format: Option<String>,
    rows: u64,
    refused: u64,
    set_aside: u64,
    warned: u64,
    findings: u64,
    refused_file: bool,
    error: Option<SinkError>,
}

enum Stage<'c> {
    /// No header yet.
    Header(Box<Search>),
    Rows(Box<FileCheck<'c>>),
    Over,
}

impl<'c, 'r, 's> Run<'c, 'r, 's> {
    fn new(
        checker: &'c Checker,
        register: Option<&'r mut (dyn Register + 'r)>,
        sink: &'s mut dyn Sink,
    ) -> Self {
        Self {
            checker,
            register,
            sink,
            stage: Stage::Header(Box::default()),
            finding: blank(None),
            arranged: LayoutRow::default(),
            pending: Vec::new(),
            format: None,
            rows: 0,
            refused: 0,
            set_aside: 0,
            warned: 0,
            findings: 0,
            refused_file: false,
            error: None,
        }
    }

    /// Reads to the end, or to what ends the check.
    fn read(
        &mut self,
        reader: &mut dyn RowReader,
        sheet: Option<&str>,
    ) -> Result<Result<(), FileFault>, CheckError> {
        self.finding = blank(sheet.map(str::to_owned));
        let read = reader.read(&mut |rows| self.block(rows, sheet));
        if let Some(error) = self.error.take() {
            return Err(CheckError::Sink(error));
        }
        match read {
            Ok(()) => Ok(Ok(())),
            Err(Stop::File(fault)) => Ok(Err(fault)),
            Err(Stop::Io(error)) => Err(error.into()),
        }
    }

    /// Checks one table of a file: the one asked for, or the first with a known header.
    fn book(&mut self, book: &mut dyn Book, asked: Option<&str>) -> Result<(), CheckError> {
        for notice in book.notices() {
            let place = FilePlace::default();
            let finding = self.checker.finding(notice.code(), Severity::Warn, place);
            self.emit(&finding)?;
        }
        let sheets = book.sheets().to_vec();
        let hidden = book.hidden();
        let (chosen, skipped) = match asked {
            Some(name) if sheets.iter().any(|s| s == name) => (name.to_owned(), Vec::new()),
            Some(name) => {
                let fault = FaultKind::NoSuchSheet.whole().met(name);
                return self.fault(fault.expecting(sheets.join("、")));
            }
            None => match self.choose(book, &sheets, &hidden) {
                Ok(Some(choice)) => choice,
                Ok(None) => return self.fault(FaultKind::Empty.whole()),
                Err(Stop::File(fault)) => return self.fault(fault),
                Err(Stop::Io(error)) => return Err(error.into()),
            },
        };
        let place = |name: &String| sheets.iter().position(|s| s == name);
        let (before, after): (Vec<_>, Vec<_>) =
            skipped.iter().partition(|s| place(s) < place(&chosen));
        self.not_read(&before, &hidden)?;
        if hidden.contains(&chosen) {
            let finding = self.about_sheet(Builtin::SheetHidden, &chosen, "这次检查的就是它");
            self.pending.push(finding);
        }
        let read = self.read(&mut *book.rows(&chosen), Some(&chosen))?;
        self.end(read, Some(&chosen))?;
        self.not_read(&after, &hidden)
    }

    /// The table to check, and the others that hold anything. Visible ones go first.
    fn choose(
        &self,
        book: &mut dyn Book,
        sheets: &[String],
        hidden: &[String],
    ) -> Result<Option<(String, Vec<String>)>, Stop> {
        let mut filled = Vec::new();
        for name in sheets {
            let mut search = Search::default();
            let mut known = None;
            let mut ours: Option<own::OwnSheet> = None;
            let read = book.rows(name).read(&mut |rows| {
                for row in rows.iter().filter(|row| !row.is_blank()) {
                    // What we put into a workbook ourselves is no part of the clerk's file, unless
                    // rows of their own stand there as well: then it is told that they were not read.
                    if known.is_none() && ours.is_none() {
                        ours = own::OwnSheet::of(&row);
                        if ours.is_some() {
                            continue;
                        }
                    }
                    if let Some(ours) = &mut ours {
                        if ours.holds_more(self.checker.is_header(&row)) {
                            known = Some(false);
                            return ControlFlow::Break(());
                        }
                        continue;
                    }
                    known = Some(false);
                    match search.step(self.checker, &row) {
                        Step::More => {}
                        Step::Found { .. } => {
                            known = Some(true);
                            return ControlFlow::Break(());
                        }
                        Step::Nowhere => return ControlFlow::Break(()),
                    }
                }
                ControlFlow::Continue(())
            });
            let known = known.map(|known| known || search.end().is_some());
            match (known, read) {
                (Some(known), _) => filled.push((name, known, hidden.contains(name))),
                (None, Err(stop)) => return Err(stop),
                (None, Ok(())) => {}
            }
        }
        let rank = |(_, known, hidden): &&(&String, bool, bool)| (!known, *hidden);
        let Some((chosen, ..)) = filled.iter().min_by_key(rank) else {
            return Ok(None);
        };
        let others = filled
            .iter()
            .map(|(name, ..)| *name)
            .filter(|n| n != chosen);
        Ok(Some(((*chosen).clone(), others.cloned().collect())))
    }

    fn not_read(&mut self, sheets: &[&String], hidden: &[String]) -> Result<(), CheckError> {
        for sheet in sheets {
            let finding = if hidden.contains(sheet) {
                self.about_sheet(Builtin::SheetHidden, sheet, "有内容，这次没有检查")
            } else {
                self.about_sheet(Builtin::SheetNotRead, sheet, "")
            };
            self.emit(&finding)?;
        }
        Ok(())
    }

    fn about_sheet(&self, builtin: Builtin, sheet: &str, other: &str) -> Finding {
        let place = FilePlace {
            sheet: Some(sheet),
            value: sheet,
            other,
            ..FilePlace::default()
        };
        self.checker
            .finding(builtin.as_str(), Severity::Warn, place)
    }

    /// What is to be said once the rows are over.
    fn end(&mut self, read: Result<(), FileFault>, sheet: Option<&str>) -> Result<(), CheckError> {
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
        let mut known = None;
        for row in rows.iter() {
            if row.is_blank() {
                continue;
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
                    let row = file.arrange(&row, &mut self.arranged).unwrap_or(row);
                    let registered = match &mut self.register {
                        None => None,
                        Some(register) => {
                            let known = match &mut known {
                                Some(known) => known,
                                none => none.insert(ask(&mut **register, file, rows)?),
                            };
                            let code = file.subject_code(&row);
                            Some(code.and_then(|c| known.get(c)?.as_ref()))
                        }
                    };
                    let checked = file.check(row, registered);
                    self.rows += 1;
                    match checked.verdict() {
                        Verdict::Accepted { warned } => self.warned += u64::from(warned),
                        Verdict::Refused => self.refused += 1,
                        Verdict::SetAside => self.set_aside += 1,
                    }
                    self.findings += checked.finding_count() as u64;
                    checked.findings(&mut self.finding, |f| self.sink.finding(f))?;
                    self.sink.row(&checked)?;
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Looks for the header; `false` where the row in hand is the first record.
    fn header(&mut self, row: &Row<'_>, sheet: Option<&str>) -> Result<bool, SinkError> {
        let Stage::Header(search) = &mut self.stage else {
            return Ok(false);
        };
        match search.step(self.checker, row) {
            Step::More => Ok(true),
            Step::Found { header, used } => {
                self.begin(&header, sheet)?;
                Ok(used)
            }
            Step::Nowhere => {
                if let Stage::Header(search) = std::mem::replace(&mut self.stage, Stage::Over)
                    && let Some(nearest) = search.nearest()
                {
                    self.unknown(&nearest.row(), sheet)?;
                }
                Ok(true)
            }
        }
    }

    /// Begins the records under a header that was found.
    fn begin(&mut self, header: &Header, sheet: Option<&str>) -> Result<(), SinkError> {
        let row = header.row.row();
        let place = FilePlace {
            sheet,
            sheet_row: row.sheet_row(),
            ..FilePlace::default()
        };
        if header.records_above() {
            let code = Builtin::HeaderNotFirst.as_str();
            let finding = self.checker.finding(code, Severity::RefuseFile, place);
            self.stage = Stage::Over;
            self.pending.clear();
            return self.give(&finding);
        }
        let mut said = std::mem::take(&mut self.pending);
        if !header.above.is_empty() {
            let (numbers, text) = header.above_shown();
            let place = FilePlace {
                value: &redact::mask_identity_numbers(&text),
                other: &numbers,
                ..place
            };
            let code = Builtin::RowsAboveHeader.as_str();
            said.push(self.checker.finding(code, Severity::Warn, place));
        }
        if let Some(first) = header.first_line {
            let place = FilePlace {
                other: &first.to_string(),
                ..place
            };
            let code = Builtin::HeaderTwoLines.as_str();
            said.push(self.checker.finding(code, Severity::Warn, place));
        }
        let opened = self
            .checker
            .open(&row, sheet, &mut |f| said.push(f.clone()));
        self.stage = match opened {
            Some(file) => {
                self.format = Some(file.format_id().to_owned());
                self.sink.opened(sheet, row.sheet_row(), &file)?;
                Stage::Rows(Box::new(file))
            }
            None => Stage::Over,
        };
        said.sort_by(|a, b| (a.column, &a.code).cmp(&(b.column, &b.code)));
        said.iter().try_for_each(|f| self.give(f))
    }

    /// Refuses a file whose header is of no format we know.
    fn unknown(&mut self, nearest: &Row<'_>, sheet: Option<&str>) -> Result<(), SinkError> {
        let mut said = Vec::new();
        let _ = self
            .checker
            .open(nearest, sheet, &mut |f| said.push(f.clone()));
        said.iter().try_for_each(|f| self.give(f))
    }

    fn twice(&mut self, row: &Row<'_>, sheet: Option<&str>) -> Result<(), SinkError> {
        let place = FilePlace {
            sheet,
            row: 1,
            sheet_row: row.sheet_row(),
            ..FilePlace::default()
        };
        let code = Builtin::HeaderTwice.as_str();
        let finding = self.checker.finding(code, Severity::RefuseFile, place);
        self.stage = Stage::Over;
        self.give(&finding)
    }

    /// Refuses the file.
    fn fault(&mut self, fault: FileFault) -> Result<(), CheckError> {
        let in_rows = matches!(self.stage, Stage::Rows(_)) && fault.sheet_row > 0;
        let place = FilePlace {
            sheet: fault.sheet.as_deref(),
            row: if in_rows { self.rows + 1 } else { 0 },
            sheet_row: fault.sheet_row,
            column: fault.column,
            value: &fault.value,
            expected: fault.expected.as_deref(),
            other: "",
        };
        let code = fault.kind.code();
        let finding = self.checker.finding(code, Severity::RefuseFile, place);
        self.stage = Stage::Over;
        self.emit(&finding)
    }

    fn emit(&mut self, finding: &Finding) -> Result<(), CheckError> {
        self.give(finding).map_err(CheckError::Sink)
    }

    fn give(&mut self, finding: &Finding) -> Result<(), SinkError> {
        self.findings += 1;
        self.refused_file |= finding.severity == Severity::RefuseFile;
        self.sink.finding(finding)
    }

    fn summary(self, file: &str, digest: &[u8; 32]) -> Summary {
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
        }
    }
}

/// The register's answers about the codes of a block.
fn ask(
    register: &mut dyn Register,
    file: &FileCheck<'_>,
    rows: Rows<'_>,
) -> Result<HashMap<String, Option<Registered>>, SinkError> {
    if file.is_arranged() {
        let mut codes: Vec<String> = Vec::new();
        let mut arranged = LayoutRow::default();
        for row in rows.iter() {
            let row = file.arrange(&row, &mut arranged).unwrap_or(row);
            codes.extend(file.subject_code(&row).map(str::to_owned));
        }
        return answers(register, codes.iter().map(String::as_str).collect());
    }
    let mut codes: Vec<&str> = Vec::new();
    for row in rows.iter() {
        codes.extend(file.subject_code(&row));
    }
    answers(register, codes)
}

fn answers(
    register: &mut dyn Register,
    mut codes: Vec<&str>,
) -> Result<HashMap<String, Option<Registered>>, SinkError> {
    codes.sort_unstable();
    codes.dedup();
    let answers = register.lookup(&codes)?;
    Ok(codes.into_iter().map(str::to_owned).zip(answers).collect())
}
