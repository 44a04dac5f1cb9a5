//! The first sheet: what came of the check, what to do next, and every finding with a way to
//! its cell.

use super::{
    AnnotateError, Bounds, Dress, ROWS, Remarks,
    copy::OF_REFUSED,
    gather::Gathered,
    lines,
    look::{Looks, fit, row_height},
    note::visible,
};
use crate::own;
use rust_xlsxwriter::{Url, Worksheet, XlsxError};
use std::collections::HashMap;
use xinheng_domain::{
    cell_name::cell_name,
    finding::{Finding, Severity, Summary, shortened},
};

/// The columns of the table: title and width.
pub(super) const COLUMNS: [(&str, f64); 9] = [
    ("位置", 12.0),
    ("项目", 24.0),
    ("影响", 15.0),
    ("现在填的是", 24.0),
    ("问题", 52.0),
    ("应当是", 26.0),
    ("可以改成", 22.0),
    ("依据", 26.0),
    ("问题代码", 22.0),
];

/// The last of them.
pub(super) const LAST: u16 = 8;

/// What the sheet tells.
#[derive(Clone, Copy)]
pub(super) struct Verdict<'a> {
    pub(super) gathered: &'a Gathered,
    pub(super) summary: &'a Summary,
    pub(super) dress: Dress<'a>,
    /// From the name of a sheet in the file to its name in the workbook.
    pub(super) names: &'a HashMap<String, String>,
    pub(super) looks: &'a Looks,
    pub(super) remarks: &'a Remarks,
}

/// Writes it.
pub(super) fn write(sheet: &mut Worksheet, verdict: Verdict<'_>) -> Result<(), AnnotateError> {
    for (column, (_, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_landscape().set_paper_size(9);
    sheet
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.4, 0.6, 0.3, 0.3)
        .set_footer("&C第&P页，共&N页")
        .set_screen_gridlines(false);
    sheet.set_active(true);
    let mut page = Page {
        sheet,
        of: verdict,
        looks: verdict.looks,
        line: 0,
    };
    page.summary()?;
    page.remarks()?;
    if verdict.summary.findings > 0 {
        page.table()?;
    }
    Ok(())
}

/// Lines that are written one after the other.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    of: Verdict<'a>,
    looks: &'a Looks,
    line: u32,
}

impl Page<'_> {
    fn summary(&mut self) -> Result<(), AnnotateError> {
        let Verdict {
            gathered,
            summary,
            names,
            remarks,
            ..
        } = self.of;
        let looks = self.looks;
        let verdict = if gathered.refused || summary.refused > 0 {
            &looks.verdict_late
        } else if summary.rows_with_warnings > 0 {
            &looks.verdict_soon
        } else {
            &looks.verdict_done
        };
        let sheet = &mut *self.sheet;
        sheet.write_string_with_format(0, 0, own::VERDICT, &looks.title)?;
        let said = summary.verdict(gathered.refused);
        sheet.set_row_height(1, 24)?;
        sheet.write_string_with_format(1, 0, said, verdict)?;
        self.line = 3;
        let format = match &summary.format {
            Some(id) => {
                let mut items = self.of.dress.items.iter();
                let title = items.find(|item| item.format_id() == *id);
                let title = title.map_or("", |item| item.title.as_str());
                format!("{title}（{id}）")
            }
            None => "没有认出是哪一种表格".to_owned(),
        };
        let content = match (names.is_empty(), remarks.is_part()) {
            (true, _) => Content::Nothing,
            (false, true) => Content::Part,
            (false, false) => Content::Whole,
        };
        self.fact("下一步", &next_step(gathered, summary, content))?;
        self.fact("文件", &summary.file)?;
        let table = gathered.table.as_ref();
        if let Some(sheet) = table.and_then(|t| t.sheet.as_deref()) {
            self.fact("工作表", sheet)?;
        }
        self.fact("识别为", &format)?;
        self.fact("核对日期", &summary.today)?;
        self.fact("数据", &summary.counts())?;
        self.fact("文件指纹", &format!("SHA-256　{}", summary.sha256))
    }

    fn fact(&mut self, label: &str, value: &str) -> Result<(), AnnotateError> {
        let looks = self.looks;
        let (value, _) = fit(value);
        let value = visible(value);
        self.sheet
            .write_string_with_format(self.line, 0, label, &looks.label)?;
        // It runs on over the columns beside it, but not over the edge of the page.
        let room: f64 = COLUMNS.iter().skip(1).map(|(_, width)| width).sum();
        if lines(&value, room) > 1 {
            let (line, last) = (self.line, LAST);
            self.sheet
                .merge_range(line, 1, line, last, &value, &looks.wrapped)?;
            self.sheet
                .set_row_height(line, row_height(lines(&value, room)))?;
        } else {
            self.sheet
                .write_string_with_format(self.line, 1, value, &looks.plain)?;
        }
        self.line += 1;
        Ok(())
    }

    /// What the workbook could not take in, and where it is.
    fn remarks(&mut self) -> Result<(), AnnotateError> {
        let Verdict {
            gathered,
            summary,
            remarks,
            ..
        } = self.of;
        let Bounds { links, notes } = self.of.dress.bounds;
        const WHOLE: &str = "完整的清单请用“xinheng check 文件 --output json --all”生成";
        let mut said = Vec::new();
        if gathered.table.is_some() {
            said.push("各单元格都按文本带回，内容与读到的一致；公式、颜色、合并等原有格式不带回。");
        }
        let mut cut = Vec::new();
        let most = (summary.findings - summary.unlisted).min(links as u64);
        if summary.findings > most {
            let rest = summary.findings - most;
            cut.push(format!(
                "下面的清单只列出前{most}处，其余{rest}处没有列出。{WHOLE}。"
            ));
        }
        if remarks.notes_cut > 0 {
            let rest = remarks.notes_cut;
            cut.push(format!(
                "批注最多{notes}个，其余{rest}个单元格只用颜色标出，没有批注。{WHOLE}。"
            ));
        }
        if remarks.cells_cut > 0 {
            let cells = remarks.cells_cut;
            cut.push(format!(
                "有{cells}个单元格超过32767个字符，工作簿装不下，这里只保留前面的部分；请在原文件里改正，不要用本文件报送这些数据。"
            ));
        }
        if remarks.rows_cut > 0 {
            let rows = remarks.rows_cut;
            cut.push(format!(
                "工作表最多{ROWS}行，第{ROWS}行以后的{rows}行没有带回；请把原文件分成几份分别核对。"
            ));
        }
        if remarks.rows_of_refused > 0 {
            cut.push(format!(
                "整个文件没有被接收，只带回前{OF_REFUSED}行，其余{}行没有带回；请在原文件里改正。",
                remarks.rows_of_refused
            ));
        }
        if remarks.lines_joined {
            cut.push("行号与原文件一致：原文件里的空行和单元格内的换行，在这里是空行。".to_owned());
        }
        if remarks.broken_off && gathered.table.is_some() {
            cut.push("原文件没有读完，读不出的部分没有带回。".to_owned());
        }
        let all = said.into_iter().map(str::to_owned).chain(cut);
        for (index, text) in all.enumerate() {
            self.fact(if index == 0 { "说明" } else { "" }, &text)?;
        }
        self.line += 1;
        Ok(())
    }

    fn table(&mut self) -> Result<(), AnnotateError> {
        let gathered = self.of.gathered;
        let header = self.line;
        titles(self.sheet, header, self.looks)?;
        self.sheet.set_repeat_rows(header, header)?;
        self.line += 1;
        let mut left = self.of.dress.bounds.links;
        for finding in gathered.whole.iter().take(left) {
            self.finding(finding)?;
            left -= 1;
        }
        'rows: for group in gathered.groups()? {
            for finding in &group?.findings {
                if left == 0 {
                    break 'rows;
                }
                self.finding(finding)?;
                left -= 1;
            }
        }
        self.sheet.autofilter(header, 0, self.line - 1, LAST)?;
        Ok(())
    }

    fn finding(&mut self, finding: &Finding) -> Result<(), AnnotateError> {
        let Verdict {
            gathered, names, ..
        } = self.of;
        let table = gathered.table.as_ref();
        let name = table.map_or(finding.field.as_str(), |t| t.name(finding));
        let place = place(gathered, finding, names);
        line(self.sheet, self.line, self.looks, (finding, name), place)?;
        self.line += 1;
        Ok(())
    }
}

/// Writes the header of the table.
pub(super) fn titles(sheet: &mut Worksheet, row: u32, looks: &Looks) -> Result<(), XlsxError> {
    for (column, (title, _)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(row, column, title, &looks.head)?;
    }
    Ok(())
}

/// Writes a line of the table: a finding about what bears this name, and where it is, with the cell
/// to go to.
pub(super) fn line(
    sheet: &mut Worksheet,
    row: u32,
    looks: &Looks,
    (finding, name): (&Finding, &str),
    (place, target): (String, Option<String>),
) -> Result<(), XlsxError> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let grave = match finding.severity {
        Severity::Warn if finding.is_doubt() => &looks.cell_doubt,
        Severity::Warn => &looks.cell_soon,
        _ => &looks.cell_late,
    };
    let (mut value, mut suggestion) = (shortened(&finding.value), text(&finding.suggestion));
    if finding.has_example() {
        // An example out of the column: nobody is to write it over the header.
        value = format!("例如：{value}");
        if !suggestion.is_empty() {
            suggestion = format!("读作：{suggestion}");
        }
    }
    let cells = [
        (name.to_owned(), &looks.cell),
        (finding.severity.word().to_owned(), grave),
        (value, &looks.cell),
        (finding.message.clone(), &looks.cell),
        (text(&finding.expected), &looks.cell),
        (suggestion, &looks.cell),
        (text(&finding.basis), &looks.cell),
        (finding.code.clone(), &looks.cell),
    ];
    let widths = COLUMNS.iter().skip(1).map(|(_, width)| *width);
    let lines = cells
        .iter()
        .zip(widths)
        .map(|((text, _), w)| lines(text, w));
    sheet.set_row_height(row, row_height(lines.max().unwrap_or(1)))?;
    match target {
        Some(target) => {
            let url = Url::new(target).set_text(place);
            sheet.write_url_with_format(row, 0, url, &looks.link)?
        }
        None => sheet.write_string_with_format(row, 0, place, &looks.cell)?,
    };
    for (column, (text, format)) in (1..).zip(cells) {
        let shown = visible(fit(&text).0);
        sheet.write_string_with_format(row, column, shown, format)?;
    }
    Ok(())
}

/// What of the file's data is in the workbook.
#[derive(Clone, Copy)]
enum Content {
    Nothing,
    Part,
    Whole,
}

/// What to do next, in one sentence. Where not all came back there is nothing to mend here.
fn next_step(gathered: &Gathered, summary: &Summary, content: Content) -> String {
    let advice = summary.advice(gathered.refused);
    if gathered.refused || summary.refused > 0 || summary.rows_with_warnings > 0 {
        let where_to = match content {
            Content::Nothing => "本文件里没有原来的数据，请在原文件里改正，改好后把原文件交回。",
            Content::Part => {
                "本文件里只有原文件读出的部分，不能代替原文件。请在原文件里改正，改好后把原文件交回。"
            }
            Content::Whole => "可以直接在本文件的工作表里改正，改好后把本文件交回。",
        };
        format!("{advice}{where_to}")
    } else {
        advice.to_owned()
    }
}

/// Where a finding is, in words, and the cell to go to.
fn place(
    gathered: &Gathered,
    finding: &Finding,
    names: &HashMap<String, String>,
) -> (String, Option<String>) {
    let sheet = match &finding.sheet {
        Some(sheet) => names.get(sheet),
        // A text file has one sheet.
        None => names.values().next(),
    };
    let link = |cell: &str| {
        let name = sheet?.replace('\'', "''");
        Some(format!("internal:'{name}'!{cell}"))
    };
    if finding.sheet_row == 0 {
        return match &finding.sheet {
            Some(name) if sheet.is_some() => (name.clone(), link("A1")),
            _ => ("整个文件".to_owned(), None),
        };
    }
    let results = gathered.table.as_ref().and_then(|t| t.result);
    let column = match finding.column {
        0 if finding.row > 0 && !gathered.refused => {
            u32::try_from(results.unwrap_or(gathered.width)).unwrap_or(0) + 1
        }
        column => column.max(1),
    };
    let cell = cell_name(column, finding.sheet_row);
    let there = finding.sheet_row <= ROWS;
    let target = if there { link(&cell) } else { None };
    (cell, target)
}
