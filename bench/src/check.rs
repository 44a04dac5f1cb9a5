//! Checking a large file with all findings written, beside a bare pass of the `csv` crate.
//!
//! Each pass runs in a process of its own, so that its processor time and its peak of memory
//! are its own.

use crate::{
    generate::{self, Parties},
    measure,
};
use jiff::civil::{Date, date};
use std::{
    error::Error,
    fs::File,
    io::{BufRead as _, BufReader, BufWriter, Write},
    path::Path,
    process::Command,
};
use xinheng_checker::{Checker, Rules};
use xinheng_exchange::{
    check::{Options, check_file},
    findings::JsonLines,
};
use xinheng_rulebook::Rulebook;

/// What a measurement ends with.
pub type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// The demo's rulebook knows the invented division of the file's codes.
pub const RULEBOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/demo/rulebook");

/// Makes a file of `rows` rows, and runs both passes over it, twice.
///
/// # Errors
/// The file cannot be written, or a pass fails.
pub fn run(rows: u32) -> Done {
    let folder = std::env::temp_dir().join(format!("xinheng-bench-check-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("penalties.csv");
    generate::penalties(
        &mut BufWriter::new(File::create(&file)?),
        0..rows,
        Parties::InOrder(u32::MAX),
    )?;
    let size = std::fs::metadata(&file)?.len();
    println!("== check, {rows} rows, {} MB", size / 1_000_000);
    let outcome = both(&file, &folder).and_then(|()| {
        recode(&file)?;
        println!("== the same in GB18030");
        both(&file, &folder)
    });
    std::fs::remove_dir_all(&folder)?;
    outcome
}

/// Writes a file of UTF-8 anew in the encoding of old systems.
fn recode(file: &Path) -> Done {
    let old = file.with_extension("utf8");
    std::fs::rename(file, &old)?;
    let mut out = BufWriter::new(File::create(file)?);
    for line in BufReader::new(File::open(&old)?).lines() {
        let line = line? + "\n";
        let (bytes, _, lost) = encoding_rs::GB18030.encode(&line);
        if lost {
            return Err("a character has no place in GB18030".into());
        }
        out.write_all(&bytes)?;
    }
    out.flush()?;
    Ok(std::fs::remove_file(old)?)
}

fn both(file: &Path, folder: &Path) -> Done {
    let pass = |what: &str| -> Done {
        let tool = std::env::current_exe()?;
        let mut command = Command::new(tool);
        let status = command.args([what, "1"]).arg(file).arg(folder).status()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("{what}: {status}").into())
        }
    };
    for _ in 0..2 {
        pass("check-csv")?;
        pass("check-unread")?;
        pass("check-file")?;
    }
    Ok(())
}

/// The bare pass: every record read, nothing looked at.
///
/// # Errors
/// The file cannot be read.
pub fn bare(file: &str) -> Done {
    let mut meter = measure::Meter::new("bare pass of csv");
    let rows = meter.run(|| -> Done<u64> {
        let mut reader = csv::Reader::from_path(file)?;
        let mut record = csv::ByteRecord::new();
        let mut rows = 0;
        while reader.read_byte_record(&mut record)? {
            rows += 1;
        }
        Ok(rows)
    })?;
    meter.report(rows);
    Ok(())
}

/// The check, findings written to a file.
///
/// # Errors
/// The rulebook cannot be loaded, or the file not read.
pub fn file(file: &str, folder: &str) -> Done {
    let rulebook = Rulebook::load(Some(Path::new(RULEBOOK)))?;
    let checker = xinheng_app::check::checker(&rulebook, rulebook.items(), TODAY)?;
    pass(&checker, "check, findings written", file, folder)
}

/// The same without the finder of personal data, whose cost is the difference: no two texts of the
/// file are the same.
///
/// # Errors
/// The rulebook cannot be loaded, or the file not read.
pub fn unread(file: &str, folder: &str) -> Done {
    let rulebook = Rulebook::load(Some(Path::new(RULEBOOK)))?;
    let checker = Checker::new(Rules {
        items: rulebook.items(),
        lists: rulebook.code_lists(),
        messages: rulebook.messages(),
        codes: rulebook.code_tables().clone(),
        today: TODAY,
        cite: &|basis| rulebook.cite(basis),
    })
    .and_then(|checker| checker.with_layouts(rulebook.layouts()))
    .map_err(|e| e.to_string())?
    .with_publicity(rulebook.publicity_rules());
    pass(&checker, "check without the finder", file, folder)
}

const TODAY: Date = date(2026, 11, 20);

fn pass(checker: &Checker, what: &'static str, file: &str, folder: &str) -> Done {
    let findings = Path::new(folder).join("findings.jsonl");
    let mut meter = measure::Meter::new(what);
    let summary = meter.run(|| -> Done<_> {
        let mut lines = JsonLines::new(BufWriter::new(File::create(findings)?));
        let summary = check_file(
            File::open(file)?,
            checker,
            Options::named("penalties.csv"),
            &mut lines,
        )?;
        lines.finish(&summary)?.flush()?;
        Ok(summary)
    })?;
    meter.report(summary.rows);
    println!(
        "  {} refused, {} with warnings, {} findings",
        summary.refused, summary.rows_with_warnings, summary.findings
    );
    Ok(())
}
