//! A small table, written as CSV or as a workbook.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use xinheng_domain::code;

/// Header and rows.
#[derive(Clone)]
pub struct Table {
    /// Header cells.
    pub header: Vec<String>,
    /// Data cells.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// From pairs of header and value of one correct row, which is the first.
    pub fn of(cells: &[(&str, &str)]) -> Self {
        Self {
            header: cells.iter().map(|c| c.0.to_owned()).collect(),
            rows: vec![cells.iter().map(|c| c.1.to_owned()).collect()],
        }
    }

    /// Adds a copy of the first row with some cells changed.
    pub fn row(mut self, changes: &[(&str, &str)]) -> Self {
        let mut row = self.rows.first().cloned().unwrap_or_default();
        for (column, value) in changes {
            if let Some(cell) = self
                .header
                .iter()
                .position(|h| h == column)
                .and_then(|i| row.get_mut(i))
            {
                *cell = (*value).to_owned();
            }
        }
        self.rows.push(row);
        self
    }

    /// Without the first, correct row.
    pub fn only_changed(mut self) -> Self {
        self.rows.remove(0);
        self
    }

    /// With other headers.
    pub fn headers(mut self, changes: &[(&str, &str)]) -> Self {
        for (old, new) in changes {
            for cell in self.header.iter_mut().filter(|h| h == old) {
                *cell = (*new).to_owned();
            }
        }
        self
    }

    /// Comma-separated, UTF-8, with the line ends of spreadsheets.
    pub fn csv(&self) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        // Writing to memory cannot fail, and every row has the header's length.
        let _ = writer.write_record(&self.header);
        for row in &self.rows {
            let _ = writer.write_record(row);
        }
        writer.into_inner().unwrap_or_default()
    }

    /// A workbook with one sheet, all cells text. The day of making is fixed, so that the same
    /// content gives the same bytes.
    pub fn xlsx(&self, sheet: &str) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let made = ExcelDateTime::from_ymd(2026, 11, 22)?;
        book.set_properties(
            &DocProperties::new()
                .set_author("")
                .set_creation_datetime(&made),
        );
        let bold = Format::new().set_bold();
        let page = book.add_worksheet().set_name(sheet)?;
        for (i, (cells, head)) in std::iter::once((&self.header, true))
            .chain(self.rows.iter().map(|r| (r, false)))
            .enumerate()
        {
            for (j, text) in cells.iter().enumerate() {
                let row = u32::try_from(i).unwrap_or(u32::MAX);
                let column = u16::try_from(j).unwrap_or(u16::MAX);
                if head {
                    page.write_string_with_format(row, column, text, &bold)?;
                } else if !text.is_empty() {
                    page.write_string(row, column, text)?;
                }
            }
        }
        book.save_to_buffer()
    }
}

/// An invented code with right check characters, of a division that does not exist.
pub fn code(pair: &str, serial: u32) -> String {
    code::assemble(pair, "990102", &format!("MAEX{serial:04}")).unwrap_or_default()
}

/// The water office of the demo district.
pub fn office(serial: &str) -> String {
    code::assemble("11", "990102", serial).unwrap_or_default()
}
