//! The driver of a check: a file in, findings and normalised rows out.
//!
//! Page, interface, watched folder and command all call [`check_file`]; for equal input and
//! day its findings are equal byte for byte.
//!
//! ```no_run
//! use xinheng_exchange::{check::{Options, check_file}, findings::JsonLines};
//! # fn run(checker: &xinheng_checker::Checker) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
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

mod beside;
mod header;
mod known;
mod listed;
mod run;
mod sheets;

use crate::{book, csv::CsvReader, fault::Stop, patch::Patches, sniff};
pub use listed::FindingLimit;
use run::Run;
use std::io::{self, Read, Seek, SeekFrom};
use xinheng_checker::{CheckedRow, Checker, FileCheck, Register, SkippedRow};
use xinheng_domain::finding::{Finding, Summary};

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

    /// Takes the line or spreadsheet row of something that is no record: a total, who filled the
    /// form in. What is said of all of them comes after the rows.
    ///
    /// # Errors
    /// Ends the check.
    fn beside(&mut self, sheet_row: u64, beside: SkippedRow) -> Result<(), SinkError> {
        let _ = (sheet_row, beside);
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
    /// How many findings about rows are handed on.
    pub listed: FindingLimit,
    /// Cells corrected since.
    pub patches: Option<&'a Patches>,
}

impl<'a> Options<'a> {
    /// No sheet chosen, no register, the usual number of findings.
    #[must_use]
    pub const fn named(file: &'a str) -> Self {
        Self {
            file,
            sheet: None,
            register: None,
            listed: FindingLimit::USUAL,
            patches: None,
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
    let mut run = Run::new(checker, options.register, options.listed, sink);
    run.patches = options.patches;
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
