//! What we put into workbooks ourselves, and how it is known again.
//!
//! A workbook we made comes back with the clerk's corrections. Our sheets say in their first
//! cell what they are; the checker passes over them, under whatever name they stand by then.
//! The column we add has a header of its own ([`RESULT_COLUMN`](xinheng_checker::RESULT_COLUMN)).

use xinheng_checker::Row;

/// First cell of the sheet with the verdict.
pub const VERDICT: &str = "信衡核对结论（交回时不必删除本表）";
/// First cell of the hidden sheet with the values of drop-down lists.
pub const LISTS: &str = "信衡下拉列表（请勿改动）";
/// First cell of a template's sheet with an example.
pub const EXAMPLE: &str = "信衡填写示例（交回时不必删除本表）";
/// First cell of a template's sheet that explains the columns.
pub const GUIDE: &str = "信衡填写说明（交回时不必删除本表）";

/// First cell of the row below the last that was read, where the rest of the file is not in the
/// workbook: it must not be taken for the file.
pub const CUT: &str =
    "原文件从这里起没有带回。请在原文件里改正，把原文件交回；确已在本表补齐全部数据的，删除本行。";

/// Whether the row says that the rest of a file is missing below it.
pub(crate) fn is_cut(row: &Row<'_>) -> bool {
    const BEGINS: &str = "原文件从这里起没有";
    row.cell(0).starts_with(BEGINS)
}

/// Whether the first filled row of a sheet says that we made the sheet.
#[must_use]
pub fn is_own_sheet(first: &Row<'_>) -> bool {
    OwnSheet::of(first).is_some()
}

/// A sheet of ours that is being looked through for rows of somebody else.
pub(crate) struct OwnSheet {
    /// Headers of the clerk's own kind that we write into it.
    headers: u32,
    /// Rows below such a header that we write.
    rows: u32,
    met: (u32, u32),
}

impl OwnSheet {
    /// By the first filled row; `None` where the sheet is not ours.
    pub(crate) fn of(first: &Row<'_>) -> Option<Self> {
        let cell = first.cell(0).trim();
        let (headers, rows) = match cell {
            // One header and one row below it.
            EXAMPLE => (1, 1),
            VERDICT | LISTS | GUIDE => (0, 0),
            _ => return None,
        };
        Some(Self {
            headers,
            rows,
            met: (0, 0),
        })
    }

    /// Takes the next filled row; whether there is more by now than we wrote.
    pub(crate) const fn holds_more(&mut self, is_header: bool) -> bool {
        if is_header {
            self.met.0 += 1;
        } else if self.met.0 > 0 {
            self.met.1 += 1;
        }
        self.met.0 > self.headers || self.met.1 > self.rows
    }
}
