//! A workbook checked, and handed back annotated, beside a bare pass of the reading library.
//!
//! Each pass runs in a process of its own, so that its processor time and its peak of memory
//! are its own.

use crate::{
    check::{Done, RULEBOOK},
    generate, measure,
};
use calamine::{Reader as _, Xlsx};
use rust_xlsxwriter::Workbook;
use std::{
    fs::File,
    io::{BufReader, BufWriter, Write as _},
    path::Path,
    process::Command,
};
use xinheng_checker::Checker;
use xinheng_exchange::{
    annotate::{self, Bounds, Dress, Gather},
    check::{Options, SinkError, check_file},
    findings::JsonLines,
};
use xinheng_rulebook::Rulebook;

/// Rows of the workbook, if no fewer are asked for.
pub const ROWS: u32 = 100_000;

/// Makes a workbook of `rows` rows, and runs every pass over it, twice.
///
/// # Errors
/// The workbook cannot be written, or a pass fails.
pub fn run(rows: u32) -> Done {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("penalties.xlsx");
    pass("workbook-make", rows, &file)?;
    let size = std::fs::metadata(&file)?.len();
    println!("== workbook, {rows} rows of 26 columns, {} kB", size / 1000);
    for _ in 0..2 {
        for what in ["workbook-bare", "workbook-check", "workbook-back"] {
            pass(what, rows, &file)?;
        }
    }
    Ok(())
}

fn pass(what: &str, rows: u32, file: &Path) -> Done {
    let mut command = Command::new(std::env::current_exe()?);
    let status = command.args([what, &rows.to_string()]).arg(file).status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{what}: {status}").into())
    }
}

/// Writes the workbook as spreadsheets do, with shared texts.
///
/// # Errors
/// The file cannot be written.
pub fn make(file: &str, rows: u32) -> Done {
    let mut text = Vec::new();
    generate::penalties(&mut text, 0..rows, generate::Parties::InOrder(u32::MAX))?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_slice());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_low_memory()?;
    for (row, record) in (0..).zip(reader.records()) {
        for (column, cell) in (0..).zip(&record?) {
            if !cell.is_empty() {
                sheet.write_string(row, column, cell)?;
            }
        }
    }
    book.save(file)?;
    Ok(())
}

/// The bare pass: every cell read, nothing looked at.
///
/// # Errors
/// The file cannot be read.
pub fn bare(file: &str) -> Done {
    let mut meter = measure::Meter::new("bare pass of calamine");
    let rows = meter.run(|| -> Done<u64> {
        let mut book: Xlsx<_> = Xlsx::new(BufReader::new(File::open(file)?))?;
        let name = book.sheet_names().swap_remove(0);
        let mut cells = book.worksheet_cells_reader(&name)?;
        let mut last = 0;
        while let Some(cell) = cells.next_cell()? {
            last = cell.get_position().0;
        }
        Ok(u64::from(last))
    })?;
    meter.report(rows);
    Ok(())
}

fn checker(rulebook: &Rulebook) -> Done<Checker> {
    Ok(xinheng_app::check::checker(
        rulebook,
        rulebook.items(),
        TODAY,
    )?)
}

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 20);

/// The check, findings written to nowhere.
///
/// # Errors
/// The rulebook cannot be loaded, or the file not read.
pub fn check(file: &str) -> Done {
    let rulebook = Rulebook::load(Some(Path::new(RULEBOOK)))?;
    let checker = checker(&rulebook)?;
    let mut meter = measure::Meter::new("check of a workbook");
    let summary = meter.run(|| -> Done<_> {
        let mut lines = JsonLines::new(std::io::sink());
        let options = Options::named("penalties.xlsx");
        let input = BufReader::new(File::open(file)?);
        let summary = check_file(input, &checker, options, &mut lines)?;
        lines.finish(&summary)?;
        Ok(summary)
    })?;
    meter.report(summary.rows);
    Ok(())
}

/// The check and the annotated workbook.
///
/// # Errors
/// As [`check`]; the workbook cannot be written.
pub fn back(file: &str) -> Done {
    let rulebook = Rulebook::load(Some(Path::new(RULEBOOK)))?;
    let checker = checker(&rulebook)?;
    let dress = Dress {
        items: rulebook.items(),
        lists: rulebook.code_lists(),
        today: TODAY,
        bounds: Bounds::default(),
    };
    let back = Path::new(file).with_file_name("back.xlsx");
    let mut meter = measure::Meter::new("check and annotated workbook");
    let summary = meter.run(|| -> Result<_, SinkError> {
        let mut lines = JsonLines::new(std::io::sink());
        let mut gather = Gather::new(&mut lines)?;
        let options = Options::named("penalties.xlsx");
        let summary = check_file(File::open(file)?, &checker, options, &mut gather)?;
        let mut out = BufWriter::new(File::create(&back)?);
        annotate::write(File::open(file)?, gather, &summary, dress, &mut out)?;
        out.flush()?;
        Ok(summary)
    })?;
    meter.report(summary.rows);
    let size = std::fs::metadata(&back)?.len();
    println!("  {} findings, {} kB", summary.findings, size / 1000);
    Ok(())
}
