//! What we put into workbooks ourselves, and how it is known again.
//!
//! A workbook we made comes back with the clerk's corrections. Our sheets say in their first
//! cell what they are; the checker passes over them, under whatever name they stand by then.
//! The column we add has a header of its own ([`RESULT_COLUMN`](xinheng_domain::check::RESULT_COLUMN)).

use xinheng_domain::check::Row;

/// First cell of the sheet with the verdict.
pub const VERDICT: &str = "信衡核对结论（交回时不必删除本表）";
/// First cell of the hidden sheet with the values of drop-down lists.
pub const LISTS: &str = "信衡下拉列表（请勿改动）";
/// First cell of a template's sheet with an example.
pub const EXAMPLE: &str = "信衡填写示例（交回时不必删除本表）";
/// First cell of a template's sheet that explains the columns.
pub const GUIDE: &str = "信衡填写说明（交回时不必删除本表）";

/// Whether the first filled row of a sheet says that we made the sheet.
#[must_use]
pub fn is_own_sheet(first: &Row<'_>) -> bool {
    let cell = first.cell(0).trim();
    [VERDICT, LISTS, EXAMPLE, GUIDE].contains(&cell)
}
