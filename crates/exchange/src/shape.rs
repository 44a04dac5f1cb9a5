//! What a sheet shows otherwise than a table has it: cells merged over several rows, hidden rows
//! and columns. Noted while the sheet is read, with a bound to what is kept.

use xinheng_checker::{Builtin, Checker, FilePlace};
use xinheng_domain::{
    cell_name::{cell_name, letters},
    finding::{Finding, Severity},
};

/// Areas and stretches that are kept of a sheet; the others are counted.
const KEPT: usize = 4096;
/// How many are named.
const NAMED: usize = 10;

/// Cells that are merged over more than one row. Rows and columns from 1, both ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Area {
    pub(crate) rows: (u64, u64),
    pub(crate) columns: (u32, u32),
}

/// What is to be said of a sheet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    merged: Vec<Area>,
    merged_beyond: u64,
    /// Stretches of hidden rows, in order.
    hidden_rows: Vec<(u64, u64)>,
    hidden_beyond: bool,
    hidden_columns: Vec<(u32, u32)>,
}

/// The part of a sheet that was checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checked<'a> {
    pub(crate) sheet: &'a str,
    /// Line of the header, and of the last record.
    pub(crate) header: u64,
    pub(crate) last: u64,
    /// Columns of the header.
    pub(crate) width: u32,
}

impl Shape {
    /// Notes merged cells, where they take more than one row.
    pub(crate) fn merge(&mut self, area: Area) {
        if area.rows.1 <= area.rows.0 {
            return;
        }
        if self.merged.len() < KEPT {
            self.merged.push(area);
        } else {
            self.merged_beyond += 1;
        }
    }

    /// Notes a hidden row. Rows come in order.
    pub(crate) fn hide_row(&mut self, row: u64) {
        let stretches = self.hidden_rows.len();
        match self.hidden_rows.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(row) => *last = row,
            _ if stretches < KEPT => self.hidden_rows.push((row, row)),
            _ => self.hidden_beyond = true,
        }
    }

    /// Notes hidden columns, from 1.
    pub(crate) fn hide_columns(&mut self, first: u32, last: u32) {
        if self.hidden_columns.len() < KEPT {
            self.hidden_columns.push((first, last));
        }
    }

    /// What is to be said of the part that was checked.
    pub(crate) fn findings(&self, checker: &Checker, of: Checked<'_>) -> Vec<Finding> {
        let parts = [
            self.columns_hidden(checker, of),
            self.rows_hidden(checker, of),
            self.cells_merged(checker, of),
        ];
        parts.into_iter().flatten().collect()
    }

    fn cells_merged(&self, checker: &Checker, of: Checked<'_>) -> Option<Finding> {
        let below = |area: &&Area| {
            area.rows.0 > of.header && area.rows.0 <= of.last && area.columns.0 <= of.width
        };
        let mut areas: Vec<Area> = self.merged.iter().filter(below).copied().collect();
        areas.sort_unstable();
        let first = areas.first()?;
        let names: Vec<String> = areas.iter().take(NAMED).map(|a| a.name()).collect();
        let mut names = names.join("、");
        let count = areas.len() as u64 + self.merged_beyond;
        if count > NAMED as u64 {
            names.push_str(&format!("等{count}处"));
        }
        let place = FilePlace {
            sheet: Some(of.sheet),
            sheet_row: first.rows.0,
            column: first.columns.0,
            value: &first.name(),
            other: &names,
            ..FilePlace::default()
        };
        Some(checker.finding(Builtin::CellsMerged.as_str(), Severity::Warn, place))
    }

    fn rows_hidden(&self, checker: &Checker, of: Checked<'_>) -> Option<Finding> {
        let within = self.hidden_rows.iter().filter_map(|(first, last)| {
            let (first, last) = ((*first).max(of.header + 1), (*last).min(of.last));
            (first <= last).then(|| (first, last - first + 1))
        });
        let (mut begin, mut count) = (None, 0);
        for (first, rows) in within {
            begin = begin.or(Some(first));
            count += rows;
        }
        let first = begin?;
        let more = if self.hidden_beyond { "不止" } else { "" };
        let said = match count {
            1 => format!("第{first}行"),
            _ => format!("第{first}行等{more}{count}行"),
        };
        let place = FilePlace {
            sheet: Some(of.sheet),
            sheet_row: first,
            other: &said,
            ..FilePlace::default()
        };
        Some(checker.finding(Builtin::RowsHidden.as_str(), Severity::Warn, place))
    }

    fn columns_hidden(&self, checker: &Checker, of: Checked<'_>) -> Option<Finding> {
        let stretches = self.hidden_columns.iter();
        let mut columns: Vec<u32> = stretches
            .flat_map(|(first, last)| *first..=(*last).min(of.width))
            .collect();
        columns.sort_unstable();
        columns.dedup();
        let first = *columns.first()?;
        let names: Vec<String> = columns.iter().take(NAMED).map(|c| letters(*c)).collect();
        let mut said = format!("{}列", names.join("、"));
        if columns.len() > NAMED {
            said.push_str(&format!("等{}列", columns.len()));
        }
        let place = FilePlace {
            sheet: Some(of.sheet),
            sheet_row: of.header,
            column: first,
            other: &said,
            ..FilePlace::default()
        };
        Some(checker.finding(Builtin::ColumnsHidden.as_str(), Severity::Warn, place))
    }
}

impl Area {
    /// As a spreadsheet writes it: `A4:A6`.
    fn name(self) -> String {
        let (rows, columns) = (self.rows, self.columns);
        let (first, last) = (cell_name(columns.0, rows.0), cell_name(columns.1, rows.1));
        format!("{first}:{last}")
    }

    /// Reads `A4:A6`.
    pub(crate) fn parse(name: &[u8]) -> Option<Self> {
        let colon = name.iter().position(|b| *b == b':')?;
        let (first, last) = (corner(name.get(..colon)?)?, corner(name.get(colon + 1..)?)?);
        Some(Self {
            rows: (first.1, last.1),
            columns: (first.0, last.0),
        })
    }
}

fn corner(name: &[u8]) -> Option<(u32, u64)> {
    let digits = name.iter().position(u8::is_ascii_digit)?;
    let (letters, digits) = name.split_at(digits);
    let mut column = 0_u32;
    for letter in letters.iter().filter(|b| **b != b'$') {
        let place = letter.to_ascii_uppercase().checked_sub(b'A')?;
        column = column.checked_mul(26)?.checked_add(u32::from(place) + 1)?;
    }
    let row = std::str::from_utf8(digits).ok()?.parse().ok()?;
    (column > 0).then_some((column, row))
}
