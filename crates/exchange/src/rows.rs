//! The one way rows come in, whatever the file: blocks of text with the places of the cells.

use crate::fault::Stop;
use std::ops::ControlFlow;
use xinheng_checker::{Row, Span};

/// A source of rows: a text file, a sheet of a workbook, later other layouts.
///
/// Rows are pushed in blocks, since a block's cells are slices of one buffer that is used
/// again for the next: memory does not grow with the file.
pub trait RowReader {
    /// Hands every block to `each` until the rows or `each` end.
    ///
    /// # Errors
    /// The file is at fault, or reading failed. Rows before the fault have been handed over.
    fn read(&mut self, each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>) -> Result<(), Stop>;
}

/// A block of rows.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    text: &'a str,
    cells: &'a [Span],
    rows: &'a [RowSpan],
}

/// Where a row's cells begin in the block's list, and its line in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowSpan {
    /// Index of its first cell.
    pub first: u32,
    /// Column from 1 of the first cell that is quoted and has text behind its closing mark; 0
    /// where there is none.
    pub stray: u32,
    /// Line or spreadsheet row from 1.
    pub sheet_row: u64,
}

impl<'a> Rows<'a> {
    /// A block over `text`.
    #[must_use]
    pub const fn new(text: &'a str, cells: &'a [Span], rows: &'a [RowSpan]) -> Self {
        Self { text, cells, rows }
    }

    /// Number of rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows in file order.
    pub fn iter(self) -> impl Iterator<Item = Row<'a>> {
        self.rows.iter().enumerate().map(move |(i, row)| {
            let end = self
                .rows
                .get(i + 1)
                .map_or(self.cells.len(), |next| next.first as usize);
            let cells = self.cells.get(row.first as usize..end).unwrap_or_default();
            Row::new(self.text, cells, row.sheet_row).with_stray(row.stray)
        })
    }
}
