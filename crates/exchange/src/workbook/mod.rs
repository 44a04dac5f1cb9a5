//! Workbooks: `.xlsx` through `calamine`, cell by cell.
//!
//! Other kinds (`.xls`, `.ods`) are other implementations of [`RowReader`]; `sniff` tells them
//! apart already.

mod cell;
mod guard;

use crate::{
    fault::{FaultKind, FileFault, Stop},
    limits,
    rows::{RowReader, RowSpan, Rows},
};
use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use std::{
    io::{Read, Seek, SeekFrom},
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
};
use xinheng_domain::check::Span;

/// An open workbook.
pub struct Workbook<R: Read + Seek> {
    xlsx: Xlsx<R>,
    sheets: Vec<String>,
}

impl<R: Read + Seek> Workbook<R> {
    /// Inspects and opens a workbook.
    ///
    /// # Errors
    /// Not an `.xlsx` workbook, a damaged one, or one made to harm.
    pub fn open(mut input: R) -> Result<Self, Stop> {
        guard::inspect(&mut input)?;
        input.seek(SeekFrom::Start(0))?;
        let xlsx = guarded(|| Xlsx::new(input), "工作簿结构有误")?;
        let sheets = xlsx.sheet_names();
        if sheets.len() > limits::SHEETS {
            let what = format!("{}个工作表", sheets.len());
            return Err(FaultKind::Bomb.whole().met(&what).into());
        }
        Ok(Self { xlsx, sheets })
    }

    /// Names of the sheets in the workbook's order.
    #[must_use]
    pub fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// Names of the sheets that are hidden.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        let sheets = self.xlsx.sheets_metadata().iter();
        let hidden = sheets.filter(|s| s.visible != calamine::SheetVisible::Visible);
        hidden.map(|s| s.name.as_str())
    }

    /// Rows of a sheet.
    pub const fn sheet<'a>(&'a mut self, name: &'a str) -> Sheet<'a, R> {
        Sheet {
            workbook: self,
            name,
        }
    }
}

/// One sheet as a source of rows.
pub struct Sheet<'a, R: Read + Seek> {
    workbook: &'a mut Workbook<R>,
    name: &'a str,
}

impl<R: Read + Seek> RowReader for Sheet<'_, R> {
    fn read(&mut self, each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>) -> Result<(), Stop> {
        let name = self.name;
        let xlsx = &mut self.workbook.xlsx;
        let mut cells = match guarded(|| xlsx.worksheet_cells_reader(name), "工作表无法打开")
        {
            Ok(cells) => cells,
            // A chart has no rows.
            Err(NotRead::NoRows) => return Ok(()),
            Err(NotRead::Fault(fault)) => return Err(fault.on(name).into()),
        };
        let mut block = Block::default();
        loop {
            let next = match guarded(|| cells.next_cell(), "工作表内容不完整") {
                Ok(next) => next,
                Err(NotRead::NoRows) => None,
                Err(NotRead::Fault(mut fault)) => {
                    fault.sheet_row = block.sheet_row;
                    let _ = block.deliver(each);
                    return Err(fault.on(name).into());
                }
            };
            let Some(cell) = next else { break };
            let (row, column) = cell.get_position();
            if matches!(cell.get_value(), DataRef::Empty) {
                continue;
            }
            let at = (u64::from(row) + 1, column as usize);
            let flow = match block.begin(at, each) {
                Ok(flow) => flow,
                Err(fault) => {
                    let _ = block.deliver(each);
                    return Err(fault.on(name).into());
                }
            };
            if flow.is_break() {
                return Ok(());
            }
            if let Err(fault) = block.push(cell.get_value(), at) {
                block.drop_row();
                let _ = block.deliver(each);
                return Err(fault.on(name).into());
            }
        }
        let _ = block.deliver(each);
        Ok(())
    }
}

/// Rows gathered from cells.
#[derive(Default)]
struct Block {
    text: String,
    cells: Vec<Span>,
    rows: Vec<RowSpan>,
    /// Row in hand, from 1.
    sheet_row: u64,
}

impl Block {
    /// Makes room for the cell at `(row, column)`; full blocks are handed over first.
    fn begin(
        &mut self,
        (row, column): (u64, usize),
        each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, FileFault> {
        if column >= limits::COLUMNS {
            return Err(FaultKind::TooManyColumns
                .at(row, column as u32 + 1)
                .expecting(limits::COLUMNS.to_string()));
        }
        let disorder = || FaultKind::Damaged.at(row, 0).met("单元格次序错乱");
        if row < self.sheet_row {
            return Err(disorder());
        }
        if row > self.sheet_row {
            let full =
                self.rows.len() >= limits::BLOCK_ROWS || self.text.len() >= limits::BLOCK_BYTES;
            if full && self.deliver(each).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.sheet_row = row;
            self.rows.push(RowSpan {
                first: self.cells.len() as u32,
                sheet_row: row,
            });
        }
        let first = self.rows.last().map_or(0, |r| r.first as usize);
        if self.cells.len() - first > column {
            return Err(disorder());
        }
        let empty = Span { start: 0, end: 0 };
        self.cells.resize(first + column, empty);
        Ok(ControlFlow::Continue(()))
    }

    fn push(&mut self, value: &DataRef<'_>, (row, column): (u64, usize)) -> Result<(), FileFault> {
        let start = self.text.len();
        cell::push(&mut self.text, value);
        let length = self.text.len() - start;
        let record = self
            .rows
            .last()
            .and_then(|r| self.cells.get(r.first as usize));
        let record = record.map_or(start, |s| s.start as usize);
        if length > limits::CELL_BYTES || self.text.len() - record > limits::RECORD_BYTES {
            return Err(FaultKind::CellTooLarge
                .at(row, column as u32 + 1)
                .expecting(limits::CELL_BYTES.to_string()));
        }
        self.cells.push(Span {
            start: start as u32,
            end: self.text.len() as u32,
        });
        Ok(())
    }

    /// Forgets the row in hand.
    fn drop_row(&mut self) {
        if let Some(row) = self.rows.pop() {
            self.cells.truncate(row.first as usize);
        }
    }

    fn deliver(&mut self, each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let flow = if self.rows.is_empty() {
            ControlFlow::Continue(())
        } else {
            each(Rows::new(&self.text, &self.cells, &self.rows))
        };
        self.text.clear();
        self.cells.clear();
        self.rows.clear();
        flow
    }
}

/// Why the library gave nothing.
enum NotRead {
    /// The sheet is a chart or a dialogue.
    NoRows,
    Fault(FileFault),
}

impl From<NotRead> for Stop {
    fn from(not: NotRead) -> Self {
        match not {
            NotRead::NoRows => Self::File(FaultKind::Empty.whole()),
            NotRead::Fault(fault) => Self::File(fault),
        }
    }
}

/// Calls the library. Its errors are the file's fault, and so is a panic in it: workbooks come
/// from anywhere, and no file may bring the server down.
fn guarded<T>(call: impl FnOnce() -> Result<T, XlsxError>, what: &str) -> Result<T, NotRead> {
    let fault = |kind: FaultKind, what: &str| NotRead::Fault(kind.whole().met(what));
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(XlsxError::NotAWorksheet(_))) => Err(NotRead::NoRows),
        Ok(Err(XlsxError::Password)) => Err(fault(FaultKind::Encrypted, what)),
        Ok(Err(_)) | Err(_) => Err(fault(FaultKind::Damaged, what)),
    }
}
