//! Rows gathered cell by cell: what the readers of sheets and of web pages hand over.

use crate::{
    fault::{FaultKind, FileFault},
    limits,
    rows::{RowSpan, Rows},
};
use std::ops::ControlFlow;
use xinheng_checker::{RESULT_COLUMN, Span};

/// Rows gathered from cells, in one buffer that is used again for the next block.
#[derive(Default)]
pub(crate) struct Block {
    text: String,
    cells: Vec<Span>,
    rows: Vec<RowSpan>,
    /// The column behind the last one allowed is that of our own making.
    own_column: bool,
    /// Bytes of all cells of the sheet so far.
    told: u64,
    /// Row of the sheet in hand, from 1.
    pub(crate) sheet_row: u64,
}

impl Block {
    /// Makes room for the cell at `(row, column)`; full blocks are handed over first.
    pub(crate) fn begin(
        &mut self,
        (row, column): (u64, usize),
        each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, FileFault> {
        // One more may be the column that we added when the workbook was handed back.
        if column > limits::COLUMNS {
            return Err(too_many_columns(row, column));
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
                stray: 0,
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

    /// Appends the cell for which [`begin`](Self::begin) made room; `write` writes its text.
    pub(crate) fn push(
        &mut self,
        (row, column): (u64, usize),
        write: impl FnOnce(&mut String),
    ) -> Result<(), FileFault> {
        let start = self.text.len();
        write(&mut self.text);
        let length = self.text.len() - start;
        self.told += length as u64;
        if self.told > limits::SHEET_TEXT_BYTES {
            return Err(FaultKind::Bomb.at(row, column as u32 + 1).met(&format!(
                "工作表的文字，多个单元格共用的按每格各计，到这一格超过{}兆字节",
                limits::SHEET_TEXT_BYTES >> 20
            )));
        }
        if column == limits::COLUMNS && !self.own_column {
            let text = self.text.get(start..).unwrap_or_default().trim();
            self.own_column = text == RESULT_COLUMN;
            if !self.own_column && !text.is_empty() {
                return Err(too_many_columns(row, column));
            }
        }
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
    pub(crate) fn drop_row(&mut self) {
        if let Some(row) = self.rows.pop() {
            self.cells.truncate(row.first as usize);
        }
    }

    /// Hands the rows over and begins anew.
    pub(crate) fn deliver(
        &mut self,
        each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
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

#[cold]
fn too_many_columns(row: u64, column: usize) -> FileFault {
    let fault = FaultKind::TooManyColumns.at(row, column as u32 + 1);
    fault.expecting(limits::COLUMNS.to_string())
}
