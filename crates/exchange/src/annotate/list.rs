//! The findings of a check as a table of their own, to be filtered and handed on (问题清单).

use super::{
    AnnotateError, Dress,
    look::Looks,
    properties,
    verdict::{COLUMNS, LAST, line, titles},
    whole,
};
use rust_xlsxwriter::Workbook;
use std::io::{self, Seek, Write};
use xinheng_domain::finding::{Finding, Summary};

/// The column beyond those that the annotated workbook has, where each finding has its link.
const SHEET: (&str, f64) = ("工作表", 16.0);

/// Writes findings in their order as a workbook of one table; `summary` is that of their file.
///
/// # Errors
/// A finding cannot be had, or the workbook not be written.
pub fn list<W: Write + Seek + Send>(
    findings: impl Iterator<Item = io::Result<Finding>>,
    summary: &Summary,
    dress: Dress<'_>,
    out: W,
) -> Result<(), AnnotateError> {
    whole(|| {
        let looks = Looks::new();
        let format = summary.format.as_deref();
        let item = dress
            .items
            .iter()
            .find(|i| format.is_some_and(|f| i.format_id() == f));
        let mut book = Workbook::new();
        book.set_properties(&properties(dress.today)?);
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name("问题清单")?;
        for (column, (_, width)) in (0..).zip(COLUMNS.into_iter().chain([SHEET])) {
            sheet.set_column_width(column, width)?;
        }
        sheet.set_landscape().set_paper_size(9);
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        titles(sheet, 0, &looks)?;
        sheet.write_string_with_format(0, LAST + 1, SHEET.0, &looks.head)?;
        let mut last = 0;
        for finding in findings {
            let finding = finding?;
            last += 1;
            let field = item.and_then(|item| item.field(&finding.field));
            let name = field.map_or(finding.field.as_str(), |field| &field.name);
            line(
                sheet,
                last,
                &looks,
                (&finding, name),
                (finding.place(), None),
            )?;
            let of = finding.sheet.as_deref().unwrap_or_default();
            sheet.write_string_with_format(last, LAST + 1, of, &looks.cell)?;
        }
        sheet.autofilter(0, 0, last, LAST + 1)?;
        book.save_to_writer(out)?;
        Ok(())
    })
}
