//! What a table holds, as one hash: the same on both databases and in whatever order it is read.

use crate::{
    Conn,
    columns::Table,
    dialect::{Cell, Kind},
    error::Result,
};
use sha2::{Digest as _, Sha256};
use std::ops::ControlFlow;

/// Rows and content of a table: the sum of the SHA-256 of its rows, modulo 2^256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Content {
    pub(super) rows: u64,
    sum: [u64; 4],
}

impl Content {
    fn add(&mut self, cells: &[Cell]) {
        let mut hash = Sha256::new();
        cells.iter().for_each(|cell| cell.hash(&mut hash));
        let digest = hash.finalize();
        let mut carry = false;
        for (sum, part) in self.sum.iter_mut().zip(digest.chunks_exact(8)) {
            let part = part
                .iter()
                .fold(0, |n: u64, byte| n << 8 | u64::from(*byte));
            let (once, over) = sum.overflowing_add(part);
            let (twice, again) = once.overflowing_add(u64::from(carry));
            (*sum, carry) = (twice, over || again);
        }
        self.rows += 1;
    }

    /// Sixty-four hexadecimal digits.
    pub(super) fn hash(&self) -> String {
        let bytes: Vec<u8> = self
            .sum
            .iter()
            .flat_map(|part| part.to_be_bytes())
            .collect();
        crate::migrate::hex(&bytes)
    }

    /// The content of a table. Left out is what is each database's own: where a name stands in
    /// its index, and the note of the copy under way.
    pub(super) fn of(conn: &mut Conn, table: &Table, shown: &mut dyn FnMut(u64)) -> Result<Self> {
        let columns: Vec<&(String, Kind)> = table
            .columns
            .iter()
            .filter(|(name, _)| table.name != super::NAMES || name != "rank")
            .collect();
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let own = super::own(table);
        let sql = format!("SELECT {} FROM {} {own}", names.join(", "), table.name);
        let mut content = Self::default();
        let mut cells = Vec::with_capacity(columns.len());
        conn.stream(&sql, &[], |row| {
            cells.clear();
            for (at, (_, kind)) in columns.iter().enumerate() {
                cells.push(row.cell(at, *kind)?);
            }
            content.add(&cells);
            if content.rows.is_multiple_of(10_000) {
                shown(10_000);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        shown(content.rows % 10_000);
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(rows: &[&str]) -> Content {
        let mut content = Content::default();
        for row in rows {
            content.add(&[Cell::Text((*row).to_owned()), Cell::Null]);
        }
        content
    }

    #[test]
    fn order_makes_no_difference_and_content_does() {
        let one = content(&["甲", "乙", "丙"]);
        assert_eq!(one, content(&["丙", "甲", "乙"]));
        assert_ne!(one.hash(), content(&["丙", "甲", "丁"]).hash());
        // A row twice is not the row once, and two values are not one.
        assert_ne!(content(&["甲", "甲"]).hash(), content(&["甲"]).hash());
        let mut parted = Content::default();
        parted.add(&[Cell::Text("甲".to_owned()), Cell::Text(String::new())]);
        assert_ne!(parted.hash(), content(&["甲"]).hash());
        assert_eq!(one.hash().len(), 64);
    }
}
