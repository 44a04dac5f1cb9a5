//! Cells corrected after a file was handed over: laid over its rows as they are read, so that the
//! same check sees them and the file stays as it came.

use crate::{
    fault::Stop,
    rows::{RowReader, RowSpan, Rows},
};
use std::{collections::BTreeMap, ops::ControlFlow};
use xinheng_checker::Span;

/// Corrected cells by line or spreadsheet row from 1 and column from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patches(BTreeMap<u64, BTreeMap<u32, String>>);

impl Patches {
    /// Whether nothing is corrected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Corrects a cell, or corrects it again.
    pub fn set(&mut self, (sheet_row, column): (u64, u32), value: &str) {
        let row = self.0.entry(sheet_row).or_default();
        row.insert(column, value.to_owned());
    }

    /// What a cell was corrected to.
    #[must_use]
    pub fn get(&self, (sheet_row, column): (u64, u32)) -> Option<&str> {
        Some(self.0.get(&sheet_row)?.get(&column)?)
    }

    /// All corrections, by row and column.
    pub fn iter(&self) -> impl Iterator<Item = ((u64, u32), &str)> {
        let rows = self.0.iter();
        rows.flat_map(|(row, cells)| cells.iter().map(|(c, v)| ((*row, *c), v.as_str())))
    }

    /// Reads a table with the corrections in it.
    pub(crate) fn read(
        &self,
        reader: &mut dyn RowReader,
        each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        if self.is_empty() {
            return reader.read(each);
        }
        let mut block = Block::default();
        reader.read(&mut |rows| {
            if rows.iter().any(|row| self.0.contains_key(&row.sheet_row())) {
                each(block.of(rows, self))
            } else {
                each(rows)
            }
        })
    }
}

/// A block with corrected cells, in buffers that are used again.
#[derive(Default)]
struct Block {
    text: String,
    cells: Vec<Span>,
    rows: Vec<RowSpan>,
}

impl Block {
    fn of(&mut self, rows: Rows<'_>, patches: &Patches) -> Rows<'_> {
        self.text.clear();
        self.cells.clear();
        self.rows.clear();
        for row in rows.iter() {
            let own = patches.0.get(&row.sheet_row());
            let stray = row.stray();
            let mended = own.is_some_and(|own| own.contains_key(&stray));
            self.rows.push(RowSpan {
                first: self.cells.len() as u32,
                stray: if mended { 0 } else { stray },
                sheet_row: row.sheet_row(),
            });
            let last = own.and_then(|own| own.keys().next_back());
            let width = row.len().max(last.map_or(0, |column| *column as usize));
            for (at, column) in (0..width).zip(1..) {
                let corrected = own.and_then(|own| own.get(&column));
                let start = self.text.len() as u32;
                self.text
                    .push_str(corrected.map_or(row.cell(at), String::as_str));
                let end = self.text.len() as u32;
                self.cells.push(Span { start, end });
            }
        }
        Rows::new(&self.text, &self.cells, &self.rows)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use crate::csv::CsvReader;
    use std::io::Cursor;

    fn read(text: &str, patches: &Patches) -> Vec<(u64, u32, Vec<String>)> {
        let mut found = Vec::new();
        let mut reader = CsvReader::new(Cursor::new(text.as_bytes().to_vec()));
        let all = patches.read(&mut reader, &mut |rows| {
            for row in rows.iter() {
                let cells = row.iter().map(str::to_owned).collect();
                found.push((row.sheet_row(), row.stray(), cells));
            }
            ControlFlow::Continue(())
        });
        assert!(all.is_ok());
        found
    }

    #[test]
    fn a_corrected_cell_stands_in_its_place_and_nothing_else_moves() {
        let text = "a,b,c\n1,\"2,2\",3\n\"4\n4\",5\n7,8,9\n";
        let mut patches = Patches::default();
        let plain = read(text, &patches);
        patches.set((2, 2), "甲");
        patches.set((3, 4), "");
        patches.set((5, 1), "乙");
        patches.set((9, 1), "nowhere");
        let patched = read(text, &patches);
        let rows: Vec<u64> = patched.iter().map(|(row, ..)| *row).collect();
        assert_eq!(rows, plain.iter().map(|(row, ..)| *row).collect::<Vec<_>>());
        let cells: Vec<_> = patched.into_iter().map(|(.., cells)| cells).collect();
        assert_eq!(cells[0], plain[0].2);
        assert_eq!(cells[1], ["1", "甲", "3"]);
        assert_eq!(cells[2], ["4\n4", "5", "", ""]);
        assert_eq!(cells[3], ["乙", "8", "9"]);
    }
}
