//! A plain table of texts into a file that another system reads: a workbook with one sheet, or
//! CSV. Every cell is a text: a code keeps its zeros, and nothing becomes a formula. CSV has no
//! types, so a cell that a spreadsheet would read otherwise stands behind an apostrophe.

use jiff::civil::Date;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::io::{self, Write};
use xinheng_domain::formula;

/// Rows below the header that one file takes: a sheet has no more, and no platform wants as many.
pub const MOST_ROWS: u64 = 100_000;

/// Kind of file, by the end of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlainKind {
    /// `.xlsx`
    Workbook,
    /// `.csv`, UTF-8 with a byte order mark.
    Csv,
}

impl PlainKind {
    /// By the name; `None` for other ends.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "xlsx" => Some(Self::Workbook),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// What stands in a cell, where it is not only a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlainCell {
    /// A text.
    Text(String),
    /// A number as it is written, e.g. `17500.00`; one that is none stays a text.
    Number(String),
    /// A day.
    Day(Date),
    /// Nothing.
    Empty,
}

impl PlainCell {
    fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Number(text) => text.clone(),
            Self::Day(day) => day.to_string(),
            Self::Empty => String::new(),
        }
    }
}

impl PlainCell {
    /// A day as a workbook has it; it knows none before 1900.
    fn workbook_day(&self) -> Option<ExcelDateTime> {
        let Self::Day(day) = self else {
            return None;
        };
        let year = u16::try_from(day.year()).ok()?;
        let (month, of_month) = (
            u8::try_from(day.month()).ok()?,
            u8::try_from(day.day()).ok()?,
        );
        ExcelDateTime::from_ymd(year, month, of_month).ok()
    }
}

/// A table that is being written.
pub struct PlainTable<W: Write> {
    out: W,
    kind: Kind,
}

enum Kind {
    Csv,
    Workbook(Box<Workbook>, u32),
}

impl<W: Write + io::Seek + Send> PlainTable<W> {
    /// Begins a table with its header.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn new(mut out: W, kind: PlainKind, sheet: &str, header: &[&str]) -> io::Result<Self> {
        let kind = match kind {
            PlainKind::Csv => {
                out.write_all("\u{feff}".as_bytes())?;
                Kind::Csv
            }
            PlainKind::Workbook => {
                let mut book = Workbook::new();
                let page = book.add_worksheet_with_constant_memory().map_err(failed)?;
                page.set_name(sheet).map_err(failed)?;
                page.set_freeze_panes(1, 0).map_err(failed)?;
                Kind::Workbook(Box::new(book), 0)
            }
        };
        let mut table = Self { out, kind };
        table.row(header)?;
        Ok(table)
    }

    /// Writes a row.
    ///
    /// # Errors
    /// It cannot be written: a cell above 32,767 characters, a full disk.
    pub fn row(&mut self, cells: &[impl AsRef<str>]) -> io::Result<()> {
        match &mut self.kind {
            Kind::Csv => csv_row(&mut self.out, cells),
            Kind::Workbook(book, next) => {
                let page: &mut Worksheet = book.worksheet_from_index(0).map_err(failed)?;
                for (column, cell) in (0..).zip(cells) {
                    let cell = cell.as_ref();
                    if !cell.is_empty() {
                        page.write_string(*next, column, cell).map_err(failed)?;
                    }
                }
                *next += 1;
                Ok(())
            }
        }
    }

    /// How wide the columns of a workbook are, in characters.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn widths(&mut self, widths: &[u32]) -> io::Result<()> {
        if let Kind::Workbook(book, _) = &mut self.kind {
            let page: &mut Worksheet = book.worksheet_from_index(0).map_err(failed)?;
            for (column, width) in (0..).zip(widths) {
                page.set_column_width(column, f64::from(*width))
                    .map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Writes a row with numbers and days in it: a workbook keeps them as such.
    ///
    /// # Errors
    /// As [`Self::row`].
    pub fn cells(&mut self, cells: &[PlainCell]) -> io::Result<()> {
        let Kind::Workbook(book, next) = &mut self.kind else {
            let texts: Vec<String> = cells.iter().map(PlainCell::text).collect();
            return self.row(&texts);
        };
        let page: &mut Worksheet = book.worksheet_from_index(0).map_err(failed)?;
        let (row, money, day) = (*next, number_format("0.00"), number_format("yyyy-mm-dd"));
        for (column, cell) in (0..).zip(cells) {
            let number: Option<f64> = match cell {
                PlainCell::Number(text) => text.parse().ok(),
                _ => None,
            };
            if let Some(number) = number {
                page.write_number_with_format(row, column, number, &money)
                    .map_err(failed)?;
            } else if let Some(at) = cell.workbook_day() {
                page.write_datetime_with_format(row, column, &at, &day)
                    .map_err(failed)?;
            } else if let text = cell.text()
                && !text.is_empty()
            {
                page.write_string(row, column, text).map_err(failed)?;
            }
        }
        *next += 1;
        Ok(())
    }

    /// Ends the table.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        match self.kind {
            Kind::Csv => self.out.flush(),
            Kind::Workbook(mut book, _) => book.save_to_writer(self.out).map_err(failed),
        }
    }
}

fn number_format(format: &str) -> Format {
    Format::new().set_num_format(format)
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

fn csv_row(out: &mut impl Write, cells: &[impl AsRef<str>]) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        let cell = cell.as_ref();
        if at > 0 {
            out.write_all(b",")?;
        }
        let mark = if formula::is_read_otherwise(cell) {
            "'"
        } else {
            ""
        };
        if cell.contains([',', '"', '\n', '\r']) {
            write!(out, "\"{mark}{}\"", cell.replace('"', "\"\""))?;
        } else {
            write!(out, "{mark}{cell}")?;
        }
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use calamine::Reader as _;
    use std::io::Cursor;

    const ROW: [&str; 4] = ["=1+1", "001", "他说“好”,\"是\"\n换行", ""];

    fn written(kind: PlainKind) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let mut table = PlainTable::new(&mut bytes, kind, "表", &["甲", "乙", "丙", "丁"]).unwrap();
        table.row(&ROW).unwrap();
        table.finish().unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_workbook_holds_texts_and_no_formula() {
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(written(PlainKind::Workbook))).unwrap();
        let range = book.worksheet_range("表").unwrap();
        let cells: Vec<String> = range
            .rows()
            .nth(1)
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(cells[..3], ROW[..3]);
        assert!(book.worksheet_formula("表").unwrap().is_empty());
    }

    #[test]
    fn a_csv_file_holds_texts_and_no_formula() {
        let bytes = written(PlainKind::Csv);
        let text = std::str::from_utf8(&bytes)
            .unwrap()
            .trim_start_matches('\u{feff}');
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        let mut marked = ROW;
        marked[0] = "'=1+1";
        assert_eq!(row.iter().collect::<Vec<_>>(), marked);
    }

    /// What was let in before, or is a department's own name.
    #[test]
    fn what_would_run_stands_behind_an_apostrophe() {
        let mut out = Vec::new();
        let cells = [
            "＝1+1",
            "-2+3+cmd|' /C calc'!A0",
            "@SUM(1)",
            "-5",
            "+A,1",
            "-",
            "",
            "甲-乙",
        ];
        csv_row(&mut out, &cells).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "'＝1+1,'-2+3+cmd|' /C calc'!A0,'@SUM(1),'-5,\"'+A,1\",-,,甲-乙\r\n"
        );
    }

    #[test]
    fn numbers_and_days_are_such_in_a_workbook() {
        let cells = [
            PlainCell::Text("=1+1".to_owned()),
            PlainCell::Number("17500.00".to_owned()),
            PlainCell::Day(jiff::civil::date(2026, 3, 2)),
            PlainCell::Empty,
            PlainCell::Day(jiff::civil::date(1800, 1, 1)),
        ];
        let written = |kind| {
            let mut bytes = Cursor::new(Vec::new());
            let head = ["甲", "乙", "丙", "丁", "戊"];
            let mut table = PlainTable::new(&mut bytes, kind, "表", &head).unwrap();
            table.widths(&[10, 12]).unwrap();
            table.cells(&cells).unwrap();
            table.finish().unwrap();
            bytes.into_inner()
        };
        let book = Cursor::new(written(PlainKind::Workbook));
        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(book).unwrap();
        let range = book.worksheet_range("表").unwrap();
        let row = range.rows().nth(1).unwrap();
        assert_eq!(row[0], calamine::Data::String("=1+1".to_owned()));
        assert_eq!(row[1], calamine::Data::Float(17500.0));
        assert!(matches!(&row[2], calamine::Data::DateTime(day) if day.is_datetime()));
        assert_eq!(row[4], calamine::Data::String("1800-01-01".to_owned()));
        let text = String::from_utf8(written(PlainKind::Csv)).unwrap();
        let row = text.lines().nth(1).unwrap();
        assert_eq!(row, "'=1+1,17500.00,2026-03-02,,1800-01-01");
    }

    #[test]
    fn the_kind_goes_by_the_end_of_the_name() {
        assert_eq!(PlainKind::of("报送.XLSX"), Some(PlainKind::Workbook));
        assert_eq!(PlainKind::of("a.csv"), Some(PlainKind::Csv));
        assert_eq!(PlainKind::of("a.xls"), None);
        assert_eq!(PlainKind::of("xlsx"), None);
    }
}
