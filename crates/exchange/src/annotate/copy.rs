//! A sheet of the clerk's, copied row by row, with what is wrong written to it.

use super::{
    AnnotateError, ROWS, Remarks,
    gather::{Gathered, Group, Groups, Header},
    look::{self, Looks},
    note,
    notes::Notes,
    source::Source,
};
use crate::{dropdown::DropDowns, own, patch::Patches};
use rust_xlsxwriter::{Format, IgnoreError, Worksheet};
use std::{
    collections::BTreeMap,
    io::{Read, Seek},
    iter::Peekable,
    ops::ControlFlow,
};
use xinheng_checker::{RESULT_COLUMN, Row};
use xinheng_domain::{
    catalogue::FieldKind,
    finding::{Finding, Severity},
};

/// What becomes of a row that is no record, and the note at it where nothing else is said there.
const NO_RECORD: &str = "不是数据，没有读入";
const NO_RECORD_NOTE: &str = "【请核对】这一行不是一条数据，没有作为数据读入，也不计入条数。";

/// The last column of a sheet, from 0.
const LAST_COLUMN: usize = 16_383;
/// Rows that come back of a file that is refused as a whole: it is to be made anew.
pub(super) const OF_REFUSED: u64 = 20_000;

/// Rows that are looked at for the widths of the columns.
const MEASURED: usize = 200;

/// What sheets are copied with.
pub(super) struct Copy<'a, 'l> {
    pub(super) gathered: &'a Gathered,
    pub(super) groups: Peekable<Groups>,
    pub(super) looks: &'a Looks,
    /// Notes there may be.
    pub(super) most: usize,
    /// Notes of the sheets copied so far.
    pub(super) notes: &'a mut Vec<Notes>,
    pub(super) remarks: &'a mut Remarks,
    pub(super) lists: &'a mut DropDowns<'l>,
}

impl Copy<'_, '_> {
    /// Copies the sheet `name` of the file into a sheet of the workbook.
    pub(super) fn sheet<'s, R: Read + Seek + 's>(
        &mut self,
        source: &mut Source<'s, R>,
        name: &str,
        into: &mut Worksheet,
    ) -> Result<(), AnnotateError> {
        let gathered = self.gathered;
        let is_text = matches!(source, Source::Text { .. });
        let of_sheet = |sheet: Option<&str>| is_text || sheet == Some(name);
        let mut said: BTreeMap<u64, Vec<&Finding>> = BTreeMap::new();
        for finding in gathered.whole.iter().filter(|f| f.sheet_row > 0) {
            if of_sheet(finding.sheet.as_deref()) {
                said.entry(finding.sheet_row).or_default().push(finding);
            }
        }
        let table = gathered.table.as_ref();
        let table = table.filter(|t| of_sheet(t.sheet.as_deref()));
        let results = (table.is_some() && !gathered.refused)
            .then(|| table.and_then(|t| t.result).unwrap_or(gathered.width));
        let mut sheet = Sheet {
            into,
            table,
            said,
            results,
            widths: Vec::new(),
            measured: 0,
            notes: None,
            looks: self.looks,
        };
        let mut error = None;
        let mut previous = 0;
        let mut cut = false;
        // Corrections are of the table that was checked.
        let none = Patches::default();
        let patches = match table {
            Some(_) => &gathered.patches,
            None => &none,
        };
        let whole = source.read(name, patches, &mut |rows| {
            for row in rows.iter() {
                if row.sheet_row() > ROWS {
                    self.remarks.rows_cut += 1;
                    continue;
                }
                if gathered.refused && row.sheet_row() > OF_REFUSED {
                    self.remarks.rows_of_refused += 1;
                    cut = true;
                    continue;
                }
                self.remarks.lines_joined |= is_text && row.sheet_row() > previous + 1;
                previous = row.sheet_row();
                // The file is such a workbook itself, handed in as it was.
                self.remarks.broken_off |= own::is_cut(&row);
                if let Err(e) = self.row(&mut sheet, &row) {
                    error = Some(e);
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        if let Some(error) = error {
            return Err(error);
        }
        self.remarks.broken_off |= !whole;
        if cut || !whole {
            // What is missing must not go unnoticed when the workbook is handed in: a row that
            // the checker knows and that refuses the file.
            if let Ok(line) = u32::try_from(previous)
                && (1..ROWS).contains(&previous)
            {
                sheet.cell(line, 0, own::CUT, Some(&self.looks.late))?;
            }
        }
        self.finish(sheet)
    }

    fn row(&mut self, sheet: &mut Sheet<'_>, row: &Row<'_>) -> Result<(), AnnotateError> {
        let at = row.sheet_row();
        let header = sheet.table.map(|t| t.sheet_row);
        let group = match header {
            Some(header) if at > header => self.group(at)?,
            _ => None,
        };
        let said = sheet.said.remove(&at).unwrap_or_default();
        let of_row = group.iter().flat_map(|g| &g.findings);
        let mut faults: BTreeMap<usize, Vec<&Finding>> = BTreeMap::new();
        for finding in of_row.chain(said) {
            // What stands in no column is noted where the row is summed up.
            let place = match (finding.column, sheet.results) {
                (0, Some(results)) if Some(at) != header => results,
                (column, _) => column.saturating_sub(1) as usize,
            };
            // A finding about a file that is too wide may stand beyond what a sheet has.
            faults
                .entry(place.min(LAST_COLUMN))
                .or_default()
                .push(finding);
        }
        let no_record = group.as_ref().and_then(|g| g.beside);
        if let Some(column) = no_record {
            let place = column.saturating_sub(1) as usize;
            faults.entry(place.min(LAST_COLUMN)).or_default();
        }
        let is_header = header == Some(at);
        let looks = self.looks;
        let ours = sheet.table.and_then(|t| t.result);
        let line = u32::try_from(at - 1).unwrap_or(u32::MAX);
        if is_header {
            let lines = row.iter().map(|text| {
                let places = Width::of_header(look::width(text));
                super::lines(text, places as f64)
            });
            let height = look::row_height(lines.max().unwrap_or(1));
            sheet.into.set_row_height(line, height)?;
        }
        let width = row
            .len()
            .min(LAST_COLUMN + 1)
            .max(faults.keys().last().map_or(0, |c| c + 1));
        for column in 0..width {
            if ours == Some(column) || sheet.results == Some(column) {
                continue;
            }
            let (text, cut) = look::fit(row.cell(column));
            self.remarks.cells_cut += u64::from(cut);
            let said = faults.get(&column);
            let doubt = said.is_some_and(|f| f.iter().any(|f| f.is_doubt()));
            let format = match (is_header, said.map(|f| severity(f))) {
                (false, None) if text.is_empty() => continue,
                (false, None) => None,
                (false, Some(Severity::Warn)) if doubt => Some(&looks.doubt),
                (false, Some(Severity::Warn)) => Some(&looks.soon),
                (false, Some(_)) => Some(&looks.late),
                (true, None) => Some(&looks.head),
                (true, Some(Severity::Warn)) => Some(&looks.head_soon),
                (true, Some(_)) => Some(&looks.head_late),
            };
            sheet.cell(line, column, text, format)?;
        }
        sheet.measure(row, is_header);
        if let (Some(column), Some(table)) = (sheet.results, sheet.table) {
            let blank = row
                .iter()
                .enumerate()
                .all(|(i, cell)| ours == Some(i) || cell.trim().is_empty());
            if is_header {
                sheet.cell(line, column, RESULT_COLUMN, Some(&looks.head))?;
            } else if group.as_ref().is_some_and(|g| g.beside.is_some()) {
                sheet.cell(line, column, NO_RECORD, Some(&looks.result_soon))?;
            } else if at > table.sheet_row && at <= self.gathered.last && !blank {
                let format = match group.as_ref().map(|g| (g.set_aside, g.refused)) {
                    None => &looks.result,
                    Some((true, _) | (false, false)) => &looks.result_soon,
                    Some((false, true)) => &looks.result_late,
                };
                let said = note::result(table, group.as_ref());
                sheet.cell(line, column, &said, Some(format))?;
            }
        }
        for (column, findings) in faults {
            if self.remarks.notes >= self.most {
                self.remarks.notes_cut += 1;
                continue;
            }
            self.remarks.notes += 1;
            let column = u16::try_from(column).unwrap_or(u16::MAX);
            let notes = match &mut sheet.notes {
                Some(notes) => notes,
                none => none.insert(Notes::begin(sheet.into, line, column)?),
            };
            let text = match findings.as_slice() {
                [] => NO_RECORD_NOTE.to_owned(),
                some => note::text(some),
            };
            notes.push(line, column, text)?;
        }
        Ok(())
    }

    /// The findings of the row at `at`.
    fn group(&mut self, at: u64) -> Result<Option<Group>, AnnotateError> {
        let is_here = |group: &Result<Group, _>| match group {
            Ok(group) => group.sheet_row <= at,
            Err(_) => true,
        };
        Ok(self.groups.next_if(is_here).transpose()?)
    }

    /// What holds for the sheet as a whole, once its rows are known.
    fn finish(&mut self, sheet: Sheet<'_>) -> Result<(), AnnotateError> {
        let Sheet {
            into,
            table,
            results,
            widths,
            notes,
            ..
        } = sheet;
        if let Some(notes) = notes {
            let places = widths.iter().map(|width| width.places());
            self.notes.push(notes.end(places));
        }
        for (column, width) in (0..).zip(&widths) {
            into.set_column_width(column, width.places())?;
        }
        if let Some(column) = results {
            into.set_column_width(u16::try_from(column).unwrap_or(u16::MAX), 34)?;
        }
        let last = (ROWS - 1) as u32;
        if let Some(column) = u16::try_from(widths.len())
            .ok()
            .and_then(|n| n.checked_sub(1))
        {
            into.ignore_error_range(0, 0, last, column, IgnoreError::NumberStoredAsText)?;
        }
        into.set_landscape().set_paper_size(9);
        let Some(table) = table else { return Ok(()) };
        let header = u32::try_from(table.sheet_row).unwrap_or(u32::MAX);
        if header < last {
            into.set_freeze_panes(header, 0)?;
            into.set_repeat_rows(header - 1, header - 1)?;
            for (column, field) in (0..).zip(&table.fields) {
                let Some(field) = field.as_ref().filter(|f| f.kind == FieldKind::Coded) else {
                    continue;
                };
                if let Some(list) = self.lists.choose(field) {
                    into.add_data_validation(header, column, last, column, &list)?;
                }
            }
        }
        Ok(())
    }
}

/// The gravest.
fn severity(findings: &[&Finding]) -> Severity {
    let gravest = findings.iter().map(|f| f.severity).min();
    gravest.unwrap_or(Severity::Warn)
}

/// A sheet under way.
struct Sheet<'a> {
    into: &'a mut Worksheet,
    table: Option<&'a Header>,
    /// Findings about the header and the file, by row.
    said: BTreeMap<u64, Vec<&'a Finding>>,
    /// Column of the rows' verdicts.
    results: Option<usize>,
    widths: Vec<Width>,
    measured: usize,
    notes: Option<Notes>,
    looks: &'a Looks,
}

impl Sheet<'_> {
    fn cell(
        &mut self,
        row: u32,
        column: usize,
        text: &str,
        format: Option<&Format>,
    ) -> Result<(), AnnotateError> {
        // Every cell is text; the column says so, for the cells of the clerk's corrections too.
        while self.widths.len() <= column {
            let next = u16::try_from(self.widths.len()).unwrap_or(u16::MAX);
            self.into.set_column_format(next, &self.looks.text)?;
            self.widths.push(Width::default());
        }
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        match format {
            Some(format) if text.is_empty() => self.into.write_blank(row, column, format)?,
            Some(format) => self
                .into
                .write_string_with_format(row, column, text, format)?,
            None => self.into.write_string(row, column, text)?,
        };
        Ok(())
    }

    fn measure(&mut self, row: &Row<'_>, is_header: bool) {
        if self.measured >= MEASURED && !is_header {
            return;
        }
        self.measured += 1;
        for (i, cell) in row.iter().enumerate() {
            let Some(width) = self.widths.get_mut(i) else {
                continue;
            };
            let places = look::width(cell);
            let side = if is_header {
                &mut width.header
            } else {
                &mut width.rows
            };
            *side = (*side).max(places);
        }
    }
}

/// How wide a column must be.
#[derive(Debug, Clone, Copy, Default)]
struct Width {
    header: usize,
    rows: usize,
}

impl Width {
    /// Places for a header of so many: longer ones take two or three lines.
    fn of_header(places: usize) -> usize {
        match places {
            0..=16 => places + 2,
            wide => wide.div_ceil(3).max(16) + 2,
        }
    }

    /// Wide enough for the header and for most values.
    fn places(self) -> f64 {
        let rows = self.rows.min(40) + 2;
        let places = rows.max(Self::of_header(self.header)).max(8);
        u32::try_from(places).map_or(10.0, f64::from)
    }
}
