//! Blank workbooks to fill in (填报模板), made from a catalogue item alone.
//!
//! The sheet to fill has the item's names in the standard's order, drop-down lists and hints at
//! every cell; an example and an explanation of every column stand on sheets of their own, which
//! the checker passes over when the workbook is handed in ([`own`]).

use crate::{
    annotate::{AnnotateError, Looks, Names, lines, properties, row_height, whole},
    dropdown::{DropDowns, SHEET as LISTS_SHEET},
    own,
};
use jiff::civil::Date;
use rust_xlsxwriter::{DataValidation, Format, IgnoreError, Workbook, Worksheet};
use std::io::{Seek, Write};
use xinheng_domain::{
    catalogue::{Field, FieldKind, Item, Requirement},
    cell_name::letters,
    code_list::CodeList,
};

/// What a template is made of.
#[derive(Debug, Clone, Copy)]
pub struct Template<'a> {
    /// The item to be filled in.
    pub item: &'a Item,
    /// The code lists.
    pub lists: &'a [CodeList],
    /// Citations of the item, in short form.
    pub basis: &'a [String],
    /// The day: values in force on it are offered.
    pub today: Date,
}

/// Characters of the title of a hint, and of the hint itself: a spreadsheet takes no more.
const HINT_TITLE: usize = 32;
const HINT: usize = 255;
/// The last row of a sheet, from 0.
const LAST: u32 = (1 << 20) - 1;
/// Titles and widths of the columns that explain a field.
const GUIDE: [(&str, f64); 10] = [
    ("列", 5.0),
    ("项目", 34.0),
    ("字段代码", 16.0),
    ("何时填写", 34.0),
    ("填什么", 22.0),
    ("最多字数", 9.0),
    ("可以填的值", 44.0),
    ("填写说明", 44.0),
    ("例如", 30.0),
    ("公开", 18.0),
];

/// Writes the template.
///
/// # Errors
/// The workbook cannot be written.
pub fn write<W: Write + Seek + Send>(template: Template<'_>, out: W) -> Result<(), AnnotateError> {
    whole(|| assemble(template, out))
}

fn assemble<W: Write + Seek + Send>(template: Template<'_>, out: W) -> Result<(), AnnotateError> {
    let looks = Looks::new();
    let mut names = Names::default();
    let titles = [template.item.title.as_str(), "填写示例", "填写说明"].map(|t| names.take(t));
    let mut lists = DropDowns::new(template.lists, template.today, names.take(LISTS_SHEET));
    let mut book = Workbook::new();
    book.set_properties(&properties(template.today)?);
    let [blank, example, guide] = &titles;
    let sheet = book.add_worksheet_with_constant_memory()?.set_name(blank)?;
    template.blank(sheet, &looks, &mut lists)?;
    sheet.set_active(true);
    let sheet = book
        .add_worksheet_with_constant_memory()?
        .set_name(example)?;
    template.example(sheet, &looks)?;
    let sheet = book.add_worksheet_with_constant_memory()?.set_name(guide)?;
    template.guide(sheet, &looks, &lists)?;
    lists.write(&mut book)?;
    book.save_to_writer(out)?;
    Ok(())
}

impl<'a> Template<'a> {
    /// The fields with their columns.
    fn columns(&self) -> impl Iterator<Item = (u16, &'a Field)> + use<'a> {
        (0..).zip(&self.item.fields)
    }

    /// The sheet to fill in.
    fn blank(
        &self,
        sheet: &mut Worksheet,
        looks: &Looks,
        lists: &mut DropDowns<'_>,
    ) -> Result<(), AnnotateError> {
        self.header(sheet, looks, 0)?;
        sheet.set_freeze_panes(1, 0)?;
        sheet.set_repeat_rows(0, 0)?;
        for (column, field) in self.columns() {
            let list = lists.choose(field);
            let rule = list
                .unwrap_or_else(|| DataValidation::new().allow_any_value())
                .set_input_title(cut(&field.name, HINT_TITLE))?
                .set_input_message(cut(&self.hint(field), HINT))?;
            sheet.add_data_validation(1, column, LAST, column, &rule)?;
        }
        Ok(())
    }

    /// Names of the columns at `row`, and what holds for the columns below.
    fn header(&self, sheet: &mut Worksheet, looks: &Looks, row: u32) -> Result<(), AnnotateError> {
        let mut height = 1;
        for (column, field) in self.columns() {
            let width = column_width(field);
            sheet.set_column_format(column, &looks.text)?;
            sheet.set_column_width(column, width)?;
            height = height.max(lines(&header(field), width));
        }
        sheet.set_row_height(row, row_height(height))?;
        for (column, field) in self.columns() {
            let format = match field.required {
                Requirement::Always => &looks.head_must,
                _ => &looks.head,
            };
            sheet.write_string_with_format(row, column, header(field), format)?;
        }
        let last = u16::try_from(self.item.fields.len()).unwrap_or(u16::MAX);
        let last = last.saturating_sub(1);
        sheet.ignore_error_range(0, 0, LAST, last, IgnoreError::NumberStoredAsText)?;
        sheet.set_landscape().set_paper_size(9);
        Ok(())
    }

    /// What is said when a cell of the field is chosen.
    fn hint(&self, field: &Field) -> String {
        let mut hint = self.item.form().requirement_told(field);
        hint.push('。');
        match field.kind {
            FieldKind::Coded => hint.push_str("请从下拉列表中选择"),
            _ => hint.push_str(&Self::form(field)),
        }
        hint.push('。');
        if let Some(help) = &field.help {
            hint.push_str(help);
        }
        if let Some(example) = &field.example {
            hint.push_str("例如：");
            hint.push_str(example);
            hint.push('。');
        }
        if field.beyond_standard {
            hint.push_str("本区增加的项目。");
        } else if let Some(basis) = self.basis.first() {
            hint.push_str("依据：");
            hint.push_str(basis);
        }
        hint
    }

    /// Kind and length of a field's text.
    fn form(field: &Field) -> String {
        match field.max_chars {
            Some(most) => format!("{}，最多{most}字", field.kind_told()),
            None => field.kind_told(),
        }
    }

    /// The sheet with an invented row.
    fn example(&self, sheet: &mut Worksheet, looks: &Looks) -> Result<(), AnnotateError> {
        sheet.set_row_height(0, 24)?;
        sheet.write_string_with_format(0, 0, own::EXAMPLE, &looks.verdict_done)?;
        let said = format!(
            "下面一行内容是虚构的，只说明怎样填写。请在“{}”表里填写，本表不会被读取。",
            self.item.title
        );
        sheet.write_string_with_format(1, 0, said, &looks.plain)?;
        self.header(sheet, looks, 2)?;
        sheet.set_freeze_panes(3, 0)?;
        let mut height = 1;
        for (column, field) in self.columns() {
            let text = field.example.as_deref().unwrap_or_default();
            height = height.max(lines(text, column_width(field)));
            sheet.set_row_height(3, row_height(height))?;
            sheet.write_string_with_format(3, column, text, &looks.cell)?;
        }
        Ok(())
    }

    /// The sheet that explains every column.
    fn guide(
        &self,
        sheet: &mut Worksheet,
        looks: &Looks,
        lists: &DropDowns<'_>,
    ) -> Result<(), AnnotateError> {
        for (column, (_, width)) in (0..).zip(GUIDE) {
            sheet.set_column_width(column, width)?;
        }
        sheet.set_landscape().set_paper_size(9);
        sheet
            .set_print_fit_to_pages(1, 0)
            .set_screen_gridlines(false);
        sheet.set_row_height(0, 24)?;
        sheet.write_string_with_format(0, 0, own::GUIDE, &looks.verdict_done)?;
        let item = self.item;
        let basis = self.basis.join("；");
        let must = item.fields.iter();
        let must = must.filter(|f| f.required == Requirement::Always).count();
        let said = [
            format!("{}（{}），共{}列。", item.title, item.format_id(), item.fields.len()),
            format!("名称前有“*”的{must}列每条都要填；其他列按“何时填写”办理。列的次序可以变动，不填的列可以删去，列名不要改。"),
            "每条数据占一行，从第2行起填写。日期写成2026-04-10的样子；代码和编号按文本填写，前面的0不能丢。".to_owned(),
            "有下拉列表的列请从列表中选择。填完后可以先在“表格校核”页面或者用“xinheng check”核对一遍。".to_owned(),
            format!("依据：{basis}"),
            format!("本模板所列的代码为{}有效的取值。", self.today),
        ];
        let mut row = 1;
        for text in said {
            sheet.write_string_with_format(row, 0, text, &looks.plain)?;
            row += 1;
        }
        row += 1;
        sheet.set_row_height(row, row_height(1))?;
        for (column, (title, _)) in (0..).zip(GUIDE) {
            sheet.write_string_with_format(row, column, title, &looks.head)?;
        }
        for (number, field) in self.columns() {
            row += 1;
            self.guide_row(sheet, looks, lists, row, (number, field))?;
        }
        Ok(())
    }

    fn guide_row(
        &self,
        sheet: &mut Worksheet,
        looks: &Looks,
        lists: &DropDowns<'_>,
        row: u32,
        (number, field): (u16, &Field),
    ) -> Result<(), AnnotateError> {
        let values = lists.titles(field).map(|(list, titles)| {
            let mut values = titles.join("、");
            if let Some(open) = &list.open_prefix {
                values.push_str(&format!("；也可以填“{open}”加文字"));
            }
            values
        });
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let name = if field.beyond_standard {
            format!("{}（本区增加）", header(field))
        } else {
            header(field)
        };
        let cells: [String; 10] = [
            letters(u32::from(number) + 1),
            name,
            field.id.clone(),
            self.item.form().requirement_told(field),
            field.kind_told(),
            field.max_chars.map_or_else(String::new, |n| n.to_string()),
            values.unwrap_or_default(),
            text(&field.help),
            text(&field.example),
            field.publicity_told().to_owned(),
        ];
        let high = cells.iter().zip(GUIDE).map(|(text, (_, w))| lines(text, w));
        sheet.set_row_height(row, row_height(high.max().unwrap_or(1)))?;
        let must = field.required == Requirement::Always;
        for (column, text) in (0..).zip(cells) {
            let format: &Format = if must && matches!(column, 1 | 3) {
                &looks.cell_late
            } else {
                &looks.cell
            };
            sheet.write_string_with_format(row, column, text, format)?;
        }
        Ok(())
    }
}

/// The name with the mark of what every row needs, which the recogniser of headers passes over.
fn header(field: &Field) -> String {
    match field.required {
        Requirement::Always => format!("*{}", field.name),
        _ => field.name.clone(),
    }
}

/// As wide as what is typed there.
fn column_width(field: &Field) -> f64 {
    match field.kind {
        FieldKind::Text => 36.0,
        FieldKind::Name => 28.0,
        FieldKind::UnifiedCode | FieldKind::IdentityNumber | FieldKind::RecordId => 24.0,
        FieldKind::DocumentNumber => 26.0,
        FieldKind::Coded => 20.0,
        FieldKind::Number | FieldKind::OrganisationCode => 20.0,
        FieldKind::Date | FieldKind::AmountWan => 14.0,
    }
}

/// The text, or as much of it as there is room for.
fn cut(text: &str, most: usize) -> String {
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units < most
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.push('…');
    short
}
