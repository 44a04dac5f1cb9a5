//! Rows of another layout, arranged as rows of the item: cells that only change their value
//! stay where they are, fields made of several columns stand behind them.

use super::{
    format::{BadRules, Format},
    header::{self, fold},
    row::{Row, Span},
};
use std::collections::HashMap;
use xinheng_domain::{
    amount::Fen,
    layout::{Layout, LayoutField, LayoutForm},
    text,
};

/// A layout made ready.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) layout: Layout,
    /// Index of the item's format.
    pub(super) format: usize,
    /// Column by folded header.
    known: HashMap<String, usize>,
}

/// Where a layout's columns stand in a file, and what is made of them.
#[derive(Debug)]
pub(super) struct Arrangement<'c> {
    layout: &'c Layout,
    /// Cells of the file's header.
    width: usize,
    /// Column of the layout → column of the file.
    at: Vec<Option<usize>>,
    /// Column of the file → the entry that changes its value.
    changed: Vec<Option<usize>>,
    /// Entries of each field that stands behind the file's own columns.
    behind: Vec<Vec<usize>>,
    /// Column to show for each of those, from 1; 0 where there is none.
    shown: Vec<u32>,
    /// Column of the file that we added ourselves.
    result: Option<usize>,
}

/// A row of the item, made from one of another layout. The buffer is used again.
#[derive(Debug, Default)]
pub struct LayoutRow {
    text: String,
    cells: Vec<Span>,
}

impl Prepared {
    /// # Errors
    /// A column or field that does not exist.
    pub(super) fn new(layout: &Layout, formats: &[Format]) -> Result<Option<Self>, BadRules> {
        let Some(format) = formats.iter().position(|f| f.item.id == layout.item) else {
            // The checker is for other items.
            return Ok(None);
        };
        let item = formats.get(format).map(|f| &f.item);
        let bad = |field: &str| BadRules::NoField {
            item: layout.id.clone(),
            field: field.to_owned(),
        };
        for entry in &layout.fields {
            if item.and_then(|i| i.field(&entry.id)).is_none() {
                return Err(bad(&entry.id));
            }
            let test = entry.when.iter().map(|t| &t.column);
            if let Some(id) = entry
                .from
                .iter()
                .chain(test)
                .find(|id| layout.column(id).is_none())
            {
                return Err(bad(id));
            }
        }
        let mut known = HashMap::new();
        for (i, column) in layout.columns.iter().enumerate() {
            for spelling in std::iter::once(&column.id).chain(&column.headers) {
                known.entry(fold(spelling)).or_insert(i);
            }
        }
        Ok(Some(Self {
            layout: layout.clone(),
            format,
            known,
        }))
    }

    /// The layout's column of each cell of a header.
    fn columns(&self, header: &Row<'_>) -> Vec<Option<usize>> {
        let mut seen = Vec::new();
        let column = |cell: &str| {
            let column = self.known.get(&fold(cell)).copied()?;
            let first = !seen.contains(&column);
            seen.push(column);
            first.then_some(column)
        };
        header.iter().map(column).collect()
    }

    /// Whether the row is a header of this layout.
    pub(super) fn recognises(&self, header: &Row<'_>) -> bool {
        let columns = self.columns(header);
        let signature = self.layout.signature.iter();
        let there = signature.filter_map(|id| self.layout.column(id));
        there.filter(|c| columns.contains(&Some(*c))).count() >= self.layout.needed
    }

    /// How many columns of it the row names.
    pub(super) fn hits(&self, header: &Row<'_>) -> usize {
        self.columns(header).iter().flatten().count()
    }

    /// Lays the columns of a file out as the item's; headers of columns that no field takes go
    /// to `carried`.
    pub(super) fn lay_out(
        &self,
        header: &Row<'_>,
        format: &Format,
        carried: &mut Vec<String>,
    ) -> (header::Layout, Arrangement<'_>) {
        let columns = self.columns(header);
        let result = header.iter().position(header::is_result);
        let filled = |i: &usize| result != Some(*i) && !header.cell(*i).trim().is_empty();
        let width = (0..header.len()).rev().find(filled).map_or(0, |i| i + 1);
        let mut arrangement = Arrangement {
            layout: &self.layout,
            width,
            at: vec![None; self.layout.columns.len()],
            changed: vec![None; width],
            behind: Vec::new(),
            shown: Vec::new(),
            result,
        };
        let mut layout = header::Layout {
            columns: Vec::new(),
            of_field: vec![None; format.item.fields.len()],
            result: None,
        };
        for (i, column) in columns.iter().enumerate().take(width) {
            if let Some(place) = column.and_then(|c| arrangement.at.get_mut(c)) {
                *place = Some(i);
            }
            let told = column.and_then(|c| self.layout.columns.get(c));
            if told.is_none_or(|c| c.carried.is_some()) && filled(&i) {
                carried.push(header.cell(i).trim().to_owned());
            }
            layout
                .columns
                .push(header::Column::new(None, header.cell(i), i));
        }
        for id in self.layout.filled_fields() {
            let entries = (0..).zip(&self.layout.fields).filter(|(_, f)| f.id == id);
            let entries: Vec<(usize, &LayoutField)> = entries.collect();
            let field = format.by_id.get(id).copied();
            let place = match entries.as_slice() {
                [(entry, only)] => arrangement.own(*entry, only),
                _ => None,
            };
            let fed = |f: &LayoutField| {
                let mut from = f.from.iter().filter_map(|id| self.layout.column(id));
                f.constant.is_some()
                    || from.any(|c| arrangement.at.get(c).is_some_and(Option::is_some))
            };
            if place.is_none() && !entries.iter().any(|(_, f)| fed(f)) {
                // No column of the file gives it: as missing as in a file of today.
                continue;
            }
            let place = place.unwrap_or_else(|| {
                let entries: Vec<usize> = entries.iter().map(|(i, _)| *i).collect();
                arrangement.append(entries);
                layout
                    .columns
                    .push(header::Column::new(None, id, layout.columns.len()));
                layout.columns.len() - 1
            });
            if let Some(field) = field {
                if let Some(column) = layout.columns.get_mut(place) {
                    column.field = Some(field);
                }
                if let Some(of) = layout.of_field.get_mut(field) {
                    *of = Some(place);
                }
            }
        }
        (layout, arrangement)
    }
}

impl Arrangement<'_> {
    /// The file's column that a field has for itself, where it is made of one alone.
    fn own(&mut self, entry: usize, field: &LayoutField) -> Option<usize> {
        let [from] = field.from.as_slice() else {
            return None;
        };
        let shared = self
            .layout
            .fields
            .iter()
            .filter(|f| f.from.contains(from))
            .count()
            > 1;
        if shared || field.constant.is_some() {
            return None;
        }
        let place = self.at.get(self.layout.column(from)?).copied().flatten()?;
        *self.changed.get_mut(place)? = Some(entry);
        Some(place)
    }

    fn append(&mut self, entries: Vec<usize>) {
        let fields = entries.iter().filter_map(|i| self.layout.fields.get(*i));
        let mut from = fields
            .flat_map(|f| &f.from)
            .filter_map(|id| self.layout.column(id));
        let first = from.find_map(|c| self.at.get(c).copied().flatten());
        self.shown.push(first.map_or(0, |c| c as u32 + 1));
        self.behind.push(entries);
    }

    /// Column of the file that we added ourselves.
    pub(super) const fn result(&self) -> Option<usize> {
        self.result
    }

    /// Columns of the file in an arranged row that is filled up to `width`.
    pub(super) fn width(&self, width: usize) -> usize {
        let beyond = width.saturating_sub(self.width + self.behind.len());
        self.width + beyond
    }

    /// The column of the file for a column of the arranged row, both from 1.
    pub(super) fn shown(&self, column: u32) -> u32 {
        let behind = (column as usize).checked_sub(self.width + 1);
        match behind {
            None => column,
            Some(i) => match self.shown.get(i) {
                Some(shown) => *shown,
                // Cells beyond the header.
                None => column - self.shown.len() as u32,
            },
        }
    }

    /// Arranges a row.
    pub(super) fn arrange<'b>(&self, row: &Row<'_>, into: &'b mut LayoutRow) -> Row<'b> {
        into.text.clear();
        into.cells.clear();
        for i in 0..self.width {
            let entry = self.changed.get(i).copied().flatten();
            match entry.and_then(|e| self.layout.fields.get(e)) {
                Some(entry) => into.push(|out| self.value(entry, row, out)),
                None if self.result == Some(i) => into.push(|_| {}),
                None => into.push(|out| out.push_str(row.cell(i))),
            }
        }
        for entries in &self.behind {
            into.push(|out| {
                let from = out.len();
                for entry in entries.iter().filter_map(|i| self.layout.fields.get(*i)) {
                    self.value(entry, row, out);
                    if out.len() > from {
                        break;
                    }
                }
            });
        }
        for i in self.width..row.len() {
            let ours = self.result == Some(i);
            into.push(|out| out.push_str(if ours { "" } else { row.cell(i) }));
        }
        Row::new(&into.text, &into.cells, row.sheet_row()).with_stray(row.stray())
    }

    fn cell<'a>(&self, id: &str, row: &Row<'a>) -> &'a str {
        let place = self
            .layout
            .column(id)
            .and_then(|c| self.at.get(c).copied().flatten());
        place.map_or("", |i| text::trim(row.cell(i)))
    }

    fn value(&self, entry: &LayoutField, row: &Row<'_>, out: &mut String) {
        if let Some(test) = &entry.when
            && !test.holds(&text::half_width(self.cell(&test.column, row)))
        {
            return;
        }
        let cells = entry.from.iter().map(|id| self.cell(id, row));
        let filled: Vec<&str> = cells.filter(|c| !c.is_empty()).collect();
        let given = match entry.form {
            LayoutForm::First => filled.get(..1).unwrap_or_default(),
            LayoutForm::All | LayoutForm::Sum => &filled,
        };
        let from = out.len();
        if entry.form == LayoutForm::Sum || entry.yuan {
            push_amount(given, entry.yuan, out);
        } else {
            for (i, value) in given.iter().enumerate() {
                if i > 0 {
                    out.push('、');
                }
                push_value(entry, value, out);
            }
        }
        if out.len() == from
            && let Some(constant) = &entry.constant
        {
            out.push_str(constant);
        }
    }
}

fn push_value(entry: &LayoutField, value: &str, out: &mut String) {
    if entry.values.is_empty() {
        out.push_str(value);
        return;
    }
    match entry.values.get(text::half_width(value).trim()) {
        Some(known) => out.push_str(known),
        // Today's own words mean what they say, and are what a finding tells the clerk to write.
        None if !value.is_ascii() => out.push_str(value),
        None => {
            // The bare code may mean something else in the list of today.
            out.push_str("旧版式取值");
            out.push_str(value);
        }
    }
}

/// The sum of amounts, in 10,000 yuan. Amounts that cannot be read are handed on as they are,
/// with their unit, so that the checker says what is wrong.
fn push_amount(amounts: &[&str], yuan: bool, out: &mut String) {
    let read = |amount: &&str| {
        if yuan {
            Fen::parse_yuan(&text::half_width(amount).replace(',', ""))
        } else {
            Fen::parse_wan(amount).ok()
        }
    };
    if let [amount] = amounts
        && !yuan
    {
        // Nothing to add up: what is written there is for the checker to read, and to say.
        out.push_str(amount);
        return;
    }
    let fen: Option<Vec<i64>> = amounts.iter().map(|a| read(a).map(|fen| fen.0)).collect();
    let sum = fen.and_then(|fen| fen.into_iter().try_fold(0_i64, i64::checked_add));
    match sum {
        Some(_) if amounts.is_empty() => {}
        Some(sum) => out.push_str(Fen(sum).wan().trim_end_matches("万元")),
        None => {
            out.push_str(&amounts.join("、"));
            out.push_str(if yuan { "元" } else { "" });
        }
    }
}

impl LayoutRow {
    fn push(&mut self, write: impl FnOnce(&mut String)) {
        let start = self.text.len() as u32;
        write(&mut self.text);
        self.cells.push(Span {
            start,
            end: self.text.len() as u32,
        });
    }
}
