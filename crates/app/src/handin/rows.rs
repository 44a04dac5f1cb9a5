//! The rows of a prepared file: what would become of each, and any of them opened with all its cells.

use super::{
    FaultyCell, HandInLine, Opened, Said, Standing, look, not_found, opened, stage::cells_of,
};
use crate::{Act, AppError, AppResult, Ctx, intake::Fate};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use xinheng_checker::NATURAL_PERSON;
use xinheng_domain::{
    catalogue::{Field, Item, Role},
    cell_name::cell_name,
    finding::Finding,
    redact,
};
use xinheng_store::hand_in::{self, HandIn};

/// A table as it was read: where its columns and rows are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Table {
    /// Sheet of a workbook.
    pub(super) sheet: Option<String>,
    /// Line or spreadsheet row of the header.
    header: u64,
    /// The field of each column; empty where it is none of the item's.
    columns: Vec<String>,
    /// The column that we added when the file was handed back, from 1.
    ours: Option<u32>,
    /// Rows that follow one another and have one fate; none where there are too many.
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    first: u64,
    count: u64,
    fate: Fate,
}

/// How many rows would become what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fates {
    /// Records seen for the first time.
    pub new: u64,
    /// Rows that correct what was handed in before.
    pub corrects: u64,
    /// Rows that are here already.
    pub unchanged: u64,
    /// Rows to be corrected.
    pub refused: u64,
    /// Natural persons' rows.
    pub set_aside: u64,
}

impl Table {
    /// Takes the header.
    pub(super) fn open<'f>(
        &mut self,
        (sheet, header): (Option<&str>, u64),
        columns: impl Iterator<Item = Option<&'f Field>>,
        ours: Option<usize>,
    ) {
        *self = Self {
            sheet: sheet.map(str::to_owned),
            header,
            columns: columns
                .map(|field| field.map_or_else(String::new, |field| field.id.clone()))
                .collect(),
            ours: ours.and_then(|column| u32::try_from(column + 1).ok()),
            runs: Vec::new(),
        };
    }

    /// Takes what would become of the rows, in their order.
    pub(super) fn tell(&mut self, rows: impl Iterator<Item = (u64, Fate)>) {
        self.runs.clear();
        for (row, fate) in rows {
            match self.runs.last_mut() {
                Some(run) if run.fate == fate && run.first + run.count == row => run.count += 1,
                _ => self.runs.push(Run {
                    first: row,
                    count: 1,
                    fate,
                }),
            }
        }
    }

    /// Its rows with what would become of them, in their order.
    fn rows(&self) -> impl DoubleEndedIterator<Item = (u64, Fate)> {
        let of = |run: &Run| {
            let fate = run.fate;
            (run.first..run.first + run.count).map(move |row| (row, fate))
        };
        self.runs.iter().flat_map(of)
    }

    fn fate(&self, row: u64) -> Option<Fate> {
        let holds = |run: &&Run| (run.first..run.first + run.count).contains(&row);
        self.runs.iter().find(holds).map(|run| run.fate)
    }

    /// Whether a cell can be corrected: it is one of a row of data, under the header.
    pub(super) fn holds(&self, (row, column): (u64, u32)) -> bool {
        let under = (1..=self.columns.len()).contains(&(column as usize));
        under && self.ours != Some(column) && self.fate(row).is_some()
    }

    /// How many rows would become what; none where there are too many to be told.
    pub(super) fn fates(&self) -> Option<Fates> {
        let mut fates = Fates::default();
        for run in &self.runs {
            *fates.of_mut(run.fate) += run.count;
        }
        (!self.runs.is_empty()).then_some(fates)
    }

    /// The field of a column, from 1.
    pub(super) fn field(&self, column: u32) -> Option<&str> {
        let at = usize::try_from(column).ok()?.checked_sub(1)?;
        self.columns.get(at).map(String::as_str)
    }

    /// The column of a field, from 1.
    fn column(&self, field: Option<&Field>) -> Option<u32> {
        let field = field?;
        let at = self.columns.iter().position(|known| *known == field.id)?;
        u32::try_from(at + 1).ok()
    }
}

impl Fates {
    fn of_mut(&mut self, fate: Fate) -> &mut u64 {
        match fate {
            Fate::New => &mut self.new,
            Fate::Corrects => &mut self.corrects,
            Fate::Unchanged => &mut self.unchanged,
            Fate::Refused => &mut self.refused,
            Fate::SetAside => &mut self.set_aside,
        }
    }

    /// How many would become this.
    #[must_use]
    pub fn of(mut self, fate: Fate) -> u64 {
        *self.of_mut(fate)
    }

    /// All of them.
    #[must_use]
    pub const fn all(self) -> u64 {
        self.new + self.corrects + self.unchanged + self.refused + self.set_aside
    }
}

/// A row in a list; of a natural person's nothing but its place is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowLine {
    /// Line or spreadsheet row from 1.
    pub sheet_row: u64,
    /// What would become of it.
    pub fate: Fate,
    /// Number of its document.
    pub number: String,
    /// The party's name.
    pub party: String,
    /// Day of the decision, as it is written.
    pub decided: String,
}

/// Rows of a prepared file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsView {
    /// The file.
    pub line: HandInLine,
    /// How many rows would become what; none where there are too many.
    pub fates: Option<Fates>,
    /// Those of this page.
    pub rows: Vec<RowLine>,
}

/// A row with all its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowView {
    /// The file.
    pub line: HandInLine,
    /// Line or spreadsheet row from 1.
    pub sheet_row: u64,
    /// What would become of it.
    pub fate: Fate,
    /// Its cells, in the order of the columns.
    pub cells: Vec<FaultyCell>,
    /// What is said of the row and of no one cell.
    pub notices: Vec<Finding>,
    /// The rows before and after it.
    pub beside: (Option<u64>, Option<u64>),
}

/// A prepared file of the own department, as far as it can still be corrected.
fn prepared(ctx: &Ctx<'_>, id: &str) -> AppResult<(HandIn, HandInLine, Opened)> {
    let (file, line) = ctx.desk(Act::HandInOpen, |conn, reach| {
        let file = hand_in::get(conn, id)?;
        let file = file.filter(|file| reach.covers(&file.department));
        let file = file.ok_or_else(not_found)?;
        let line = look::line(ctx, conn, file.clone())?;
        Ok((file, line))
    })?;
    if line.standing != Standing::Prepared {
        return Err(AppError::NotFound(format!(
            "文件“{}”{}，不能再逐行查看。",
            file.file_name,
            line.standing.title()
        )));
    }
    let before = opened(ctx, Act::HandInOpen, &file)?;
    Ok((file, line, before))
}

fn item<'a>(ctx: &Ctx<'a>, file: &HandIn) -> Option<&'a Item> {
    let item = file.item.as_ref();
    item.and_then(|item| ctx.deployment().rulebook().item(item))
}

/// Rows of a file of the own department, those alone of one fate where it is named, from `first` on.
///
/// # Errors
/// No such file, not of the own department, or over; the key does not open it; faults of the store.
pub fn rows(
    ctx: &Ctx<'_>,
    id: &str,
    fate: Option<Fate>,
    (first, most): (usize, usize),
) -> AppResult<RowsView> {
    let (file, line, before) = prepared(ctx, id)?;
    let table = &before.said.table;
    let asked = table.rows().filter(|(_, is)| fate.is_none_or(|f| f == *is));
    let shown: Vec<(u64, Fate)> = asked.skip(first).take(most).collect();
    let item = item(ctx, &file);
    let of = |role| table.column(item.and_then(|item| item.by_role(role)));
    let columns = [Role::DocumentNumber, Role::SubjectName, Role::DecisionDate].map(of);
    let wanted = shown.iter().filter(|(_, fate)| *fate != Fate::SetAside);
    let wanted = wanted.flat_map(|(row, _)| columns.iter().flatten().map(|c| (*row, *c)));
    let cells = read(&before, wanted.collect())?;
    let told = |row: u64, column: Option<u32>| {
        let text = column.and_then(|column| cells.get(&(row, column)));
        text.map_or_else(String::new, |text| {
            redact::mask_identity_numbers(text).into_owned()
        })
    };
    let [number, party, decided] = columns;
    let row = |(row, fate): (u64, Fate)| RowLine {
        sheet_row: row,
        fate,
        number: told(row, number),
        party: told(row, party),
        decided: told(row, decided),
    };
    Ok(RowsView {
        fates: table.fates(),
        rows: shown.into_iter().map(row).collect(),
        line,
    })
}

/// A row of a file of the own department, with all its cells.
///
/// # Errors
/// As [`rows`]; no such row.
pub fn row(ctx: &Ctx<'_>, id: &str, sheet_row: u64) -> AppResult<RowView> {
    let (file, line, before) = prepared(ctx, id)?;
    let Said {
        table, findings, ..
    } = &before.said;
    let fate = table
        .fate(sheet_row)
        .ok_or_else(|| AppError::NotFound(format!("这份文件的第{sheet_row}行不是一条数据。")))?;
    let columns = (1..).zip(&table.columns);
    let columns: Vec<(u32, &String)> = columns.filter(|(c, _)| table.ours != Some(*c)).collect();
    let wanted = columns
        .iter()
        .flat_map(|(c, _)| [(table.header, *c), (sheet_row, *c)]);
    let cells = read(&before, wanted.collect())?;
    let item = item(ctx, &file);
    let said = findings
        .iter()
        .filter(|f| f.row > 0 && f.sheet_row == sheet_row && f.value != NATURAL_PERSON);
    let said: Vec<&Finding> = said.collect();
    let cell = |(column, field): &(u32, &String)| {
        let at = (sheet_row, *column);
        let field = item.and_then(|item| item.field(field));
        let heading = || cells.get(&(table.header, *column)).cloned();
        let of_cell = said.iter().filter(|f| f.column == *column);
        let mut findings: Vec<Finding> = of_cell.map(|f| (*f).clone()).collect();
        findings.sort_by_key(|f| f.severity);
        FaultyCell {
            sheet_row,
            column: *column,
            place: cell_name(*column, sheet_row),
            title: field.map_or_else(|| heading().unwrap_or_default(), |f| f.name.clone()),
            value: cells
                .get(&at)
                .map_or_else(String::new, |text| super::shown(text)),
            edited: before.patches.get(at).is_some(),
            long: field.is_some_and(super::is_long),
            alike: 0,
            findings,
        }
    };
    let of_row = said.iter().filter(|f| f.column == 0);
    Ok(RowView {
        cells: columns.iter().map(cell).collect(),
        notices: of_row.map(|f| (*f).clone()).collect(),
        beside: (
            table
                .rows()
                .rev()
                .map(|(row, _)| row)
                .find(|r| *r < sheet_row),
            table.rows().map(|(row, _)| row).find(|r| *r > sheet_row),
        ),
        sheet_row,
        fate,
        line,
    })
}

/// What stands in cells of a file, with what was corrected in them.
pub(super) fn read(
    before: &Opened,
    wanted: BTreeSet<(u64, u32)>,
) -> AppResult<HashMap<(u64, u32), String>> {
    let sheet = before.said.table.sheet.as_deref();
    cells_of((&before.bytes, sheet), &before.patches, &wanted)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    #[test]
    fn rows_of_one_fate_are_kept_as_one() {
        let mut table = Table {
            columns: vec!["A".to_owned(), String::new(), "C".to_owned()],
            ours: Some(3),
            ..Table::default()
        };
        let rows = [
            (2, Fate::New),
            (3, Fate::New),
            (4, Fate::Unchanged),
            // A blank line stands between.
            (6, Fate::Unchanged),
            (7, Fate::Corrects),
        ];
        table.tell(rows.into_iter());
        assert_eq!(table.runs.len(), 4);
        assert_eq!(table.rows().collect::<Vec<_>>(), rows);
        let fates = table.fates().unwrap();
        assert_eq!((fates.new, fates.unchanged, fates.corrects), (2, 2, 1));
        assert_eq!(fates.all(), 5);
        assert!(table.holds((4, 1)) && table.holds((7, 2)));
        for nowhere in [(1, 1), (5, 1), (8, 1), (4, 0), (4, 3), (4, 4)] {
            assert!(!table.holds(nowhere), "{nowhere:?}");
        }
    }
}
