//! Drop-down lists on coded columns.
//!
//! A spreadsheet takes a list of 255 characters in the rule itself; a longer one must stand in
//! cells, which are those of a hidden sheet.

use crate::own;
use jiff::civil::Date;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, Formula, Workbook, Worksheet, XlsxError,
};
use xinheng_domain::{catalogue::Field, cell_name::letters, code_list::CodeList};

/// Characters of a list inside a rule, commas among them.
const INSIDE: usize = 255;
/// Name of the hidden sheet, where it is free.
pub(crate) const SHEET: &str = "下拉列表";

/// The lists of one workbook.
pub(crate) struct DropDowns<'l> {
    lists: &'l [CodeList],
    today: Date,
    /// Name of the hidden sheet.
    sheet: String,
    /// Lists that stand on the hidden sheet, a column each.
    on_sheet: Vec<(&'l str, Vec<&'l str>)>,
}

impl<'l> DropDowns<'l> {
    pub(crate) const fn new(lists: &'l [CodeList], today: Date, sheet: String) -> Self {
        Self {
            lists,
            today,
            sheet,
            on_sheet: Vec::new(),
        }
    }

    /// The values a field offers today.
    pub(crate) fn titles(&self, field: &Field) -> Option<(&'l CodeList, Vec<&'l str>)> {
        let id = field.codes.as_deref()?;
        let list = self.lists.iter().find(|list| list.id == id)?;
        let today = self.today;
        let entries = list.entries.iter().filter(|entry| {
            entry.from.is_none_or(|from| from <= today)
                && entry.until.is_none_or(|until| today <= until)
        });
        let titles: Vec<&str> = entries.map(|entry| entry.title.as_str()).collect();
        (!titles.is_empty()).then_some((list, titles))
    }

    /// The rule for a column of this field.
    pub(crate) fn choose(&mut self, field: &Field) -> Option<DataValidation> {
        let (list, titles) = self.titles(field)?;
        let places: usize = titles.iter().map(|t| t.chars().count() + 1).sum();
        let inside = places <= INSIDE && !titles.iter().any(|t| t.contains([',', '，', '"']));
        let rule = DataValidation::new();
        let strings = inside.then(|| rule.clone().allow_list_strings(&titles));
        let rule = match strings {
            Some(Ok(rule)) => rule,
            _ => {
                let column = self.column(&list.id, titles.clone());
                let last = titles.len() + 1;
                let cells = format!("='{}'!${column}$2:${column}${last}", self.sheet);
                rule.allow_list_formula(Formula::new(cells))
            }
        };
        // Codes and other known spellings are right too, and a cell may hold several values:
        // the list offers, and at most asks.
        let open = field.several || list.open_prefix.is_some() || list.unknown_warns;
        if open {
            return Some(rule.show_error_message(false));
        }
        let rule = rule.set_error_style(DataValidationErrorStyle::Warning);
        rule.set_error_title("请核对")
            .and_then(|rule| rule.set_error_message("所填内容不在下拉列表里，请从列表中选择。"))
            .ok()
    }

    fn column(&mut self, id: &'l str, titles: Vec<&'l str>) -> String {
        let known = self.on_sheet.iter().position(|(known, _)| *known == id);
        let index = known.unwrap_or_else(|| {
            self.on_sheet.push((id, titles));
            self.on_sheet.len() - 1
        });
        letters(u32::try_from(index).unwrap_or(0) + 1)
    }

    /// Writes the hidden sheet, where there is a list for it.
    pub(crate) fn write(&self, book: &mut Workbook) -> Result<(), XlsxError> {
        if self.on_sheet.is_empty() {
            return Ok(());
        }
        let sheet: &mut Worksheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(&self.sheet)?.set_hidden(true);
        sheet.write_string(0, 0, own::LISTS)?;
        let longest = self.on_sheet.iter().map(|(_, titles)| titles.len()).max();
        for row in 0..longest.unwrap_or(0) {
            for (column, (_, titles)) in (0..).zip(&self.on_sheet) {
                if let Some(title) = titles.get(row) {
                    let row = u32::try_from(row).unwrap_or(0) + 1;
                    sheet.write_string(row, column, *title)?;
                }
            }
        }
        Ok(())
    }
}
