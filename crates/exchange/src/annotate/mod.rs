//! The clerk's own workbook with what is wrong written into it (批注后的工作簿).
//!
//! A check is gathered while it runs ([`Gather`]); then [`write()`] reads the file a second time
//! and copies its sheets, with a note at every faulty cell, a column that says what becomes of
//! each row, and a first sheet with the verdict. Any kind of file that rows can be read from
//! comes back as `.xlsx`. What we add is known again when the workbook is handed in
//! ([`own`](crate::own)), so that the corrected one needs no cleaning.
//!
//! Rows are streamed, findings and notes wait in temporary files. Memory grows with the links
//! alone, which have their bound; what is cut is said on the first sheet.

mod copy;
mod gather;
mod list;
mod look;
mod note;
mod notes;
mod source;
mod verdict;
mod wrap;

pub use gather::Gather;
pub use list::list;

pub(crate) use look::{Looks, row_height};
pub(crate) use wrap::lines;

use crate::dropdown::{DropDowns, SHEET as LISTS_SHEET};
use copy::Copy;
use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use source::Source;
pub use source::cells;
use std::{
    collections::HashMap,
    io::{self, BufWriter, Read, Seek, Write},
    panic::{AssertUnwindSafe, catch_unwind},
};
use verdict::Verdict;
use xinheng_domain::{catalogue::Item, code_list::CodeList, finding::Summary};

/// How many notes and links there may be.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Lines of the first sheet's table, each with a link: a spreadsheet opens no sheet with more
    /// than 65,530 links.
    pub links: usize,
    /// Notes in all: a spreadsheet holds each of them in memory.
    pub notes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            links: 60_000,
            notes: 60_000,
        }
    }
}

/// Rows of a sheet of an `.xlsx` workbook.
const ROWS: u64 = 1 << 20;

/// What the workbook is dressed with, besides the findings.
#[derive(Debug, Clone, Copy)]
pub struct Dress<'a> {
    /// Every item or format a file may be of, for its title.
    pub items: &'a [Item],
    /// The code lists, for drop-down lists.
    pub lists: &'a [CodeList],
    /// The day: values in force on it are offered.
    pub today: Date,
    /// What may be in it.
    pub bounds: Bounds,
}

/// A workbook that could not be written. Faults of the file are findings, not errors.
#[derive(Debug, thiserror::Error)]
pub enum AnnotateError {
    /// Reading the file a second time, or a temporary file, failed.
    #[error("生成批注后的工作簿失败：{}", xinheng_domain::system::told(.0))]
    Io(#[from] io::Error),
    /// The workbook could not be written.
    #[error("生成批注后的工作簿失败：{0}")]
    Write(XlsxError),
}

impl From<XlsxError> for AnnotateError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::IoError(error) => Self::Io(error),
            other => Self::Write(other),
        }
    }
}

/// What is to be said about the workbook itself, for the first sheet.
#[derive(Debug, Default)]
struct Remarks {
    notes: usize,
    notes_cut: u64,
    cells_cut: u64,
    rows_cut: u64,
    /// Rows of a refused file that did not come back.
    rows_of_refused: u64,
    /// A record of a text file took several lines.
    lines_joined: bool,
    /// Reading stopped before the end of the file.
    broken_off: bool,
}

impl Remarks {
    /// Whether the workbook lacks something of the file, so that it must not take its place.
    const fn is_part(&self) -> bool {
        self.broken_off || self.rows_cut > 0 || self.rows_of_refused > 0 || self.cells_cut > 0
    }
}

/// Writes the workbook: `input` is the file that was checked, from its first byte.
///
/// # Errors
/// The file cannot be read again, or the workbook not be written.
pub fn write<R: Read + Seek, W: Write + Seek + Send>(
    input: R,
    gather: Gather<'_>,
    summary: &Summary,
    dress: Dress<'_>,
    out: W,
) -> Result<(), AnnotateError> {
    whole(|| assemble(input, gather, summary, dress, out))
}

/// Calls what uses the writing library, which panics where its temporary files cannot be
/// written: a full disk must not bring the server down.
pub(crate) fn whole(
    write: impl FnOnce() -> Result<(), AnnotateError>,
) -> Result<(), AnnotateError> {
    let caught = catch_unwind(AssertUnwindSafe(write));
    caught.unwrap_or_else(|_| {
        let said = "临时文件没有写成，请检查磁盘空间";
        Err(io::Error::new(io::ErrorKind::StorageFull, said).into())
    })
}

fn assemble<R: Read + Seek, W: Write + Seek + Send>(
    input: R,
    gather: Gather<'_>,
    summary: &Summary,
    dress: Dress<'_>,
    out: W,
) -> Result<(), AnnotateError> {
    let gathered = gather.finish()?;
    let looks = Looks::new();
    let mut remarks = Remarks::default();
    let mut source = Source::open(input, &summary.file)?;
    // The clerk's own sheets keep their names; ours give way.
    let mut names = Names::default();
    let mut kept = Vec::new();
    for sheet in source.sheets() {
        if gathered.speaks_of(&sheet.name) || !source.is_own(&sheet.name)? {
            let name = names.take(&sheet.name);
            let known = names.known.entry(sheet.name.clone());
            known.or_insert_with(|| name.clone());
            kept.push((sheet, name));
        }
    }
    let verdict = names.take("核对结论");
    let mut lists = DropDowns::new(dress.lists, dress.today, names.take(LISTS_SHEET));
    let mut book = Workbook::new();
    book.set_properties(&properties(dress.today)?);
    book.add_worksheet_with_constant_memory()?
        .set_name(&verdict)?;
    let mut notes = Vec::new();
    let mut copy = Copy {
        groups: gathered.groups()?.peekable(),
        gathered: &gathered,
        looks: &looks,
        most: dress.bounds.notes,
        notes: &mut notes,
        remarks: &mut remarks,
        lists: &mut lists,
    };
    for (sheet, name) in &kept {
        let into = book.add_worksheet_with_constant_memory()?;
        into.set_name(name)?.set_hidden(sheet.hidden);
        copy.sheet(&mut source, &sheet.name, into)?;
    }
    lists.write(&mut book)?;
    verdict::write(
        book.worksheet_from_index(0)?,
        Verdict {
            gathered: &gathered,
            summary,
            dress,
            names: &names.known,
            looks: &looks,
            remarks: &remarks,
        },
    )?;
    if notes.is_empty() {
        book.save_to_writer(out)?;
        return Ok(());
    }
    let mut bare = BufWriter::new(tempfile::tempfile()?);
    book.save_to_writer(&mut bare)?;
    drop(book);
    bare.rewind()?;
    let bare = bare.into_inner().map_err(|e| e.into_error())?;
    notes::put_in(bare, notes, out)
}

/// Who made it, and when: the day of the check, so that equal files give equal bytes.
pub(crate) fn properties(today: Date) -> Result<DocProperties, XlsxError> {
    let day = |n: i8| u8::try_from(n).unwrap_or(1);
    let year = u16::try_from(today.year()).unwrap_or(1900);
    let made = ExcelDateTime::from_ymd(year, day(today.month()), day(today.day()))?;
    Ok(DocProperties::new()
        .set_author("信衡")
        .set_creation_datetime(&made))
}

/// Names of sheets: each once, and such as a spreadsheet takes.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: Vec<String>,
    /// From the name in the file to the name in the workbook.
    known: HashMap<String, String>,
}

impl Names {
    /// A name as near to `wanted` as it may be.
    pub(crate) fn take(&mut self, wanted: &str) -> String {
        /// Characters of a sheet's name, in units of UTF-16.
        const LONGEST: usize = 31;
        let bad = |c: char| c.is_control() || r"[]:*?/\".contains(c);
        let clean: String = wanted
            .chars()
            .map(|c| if bad(c) { '_' } else { c })
            .collect();
        let clean = clean.trim_matches('\'').trim();
        let clean = match clean {
            "" => "表",
            "History" => "History_",
            clean => clean,
        };
        for number in 1.. {
            let tail = match number {
                1 => String::new(),
                n => format!("({n})"),
            };
            let room = LONGEST - tail.len();
            let mut name = String::new();
            let mut units = 0;
            for c in clean.chars() {
                units += c.len_utf16();
                if units > room {
                    break;
                }
                name.push(c);
            }
            // Cut short, it may end in what no name ends in.
            name.truncate(name.trim_end_matches(['\'', ' ']).len());
            name.push_str(&tail);
            let same = name.to_lowercase();
            if !self.taken.contains(&same) {
                self.taken.push(same);
                return name;
            }
        }
        clean.to_owned()
    }
}
