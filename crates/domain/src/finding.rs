//! What the checker says about a cell, a row or a file.

use crate::cell_name::{cell_name, letters};
use serde::{Deserialize, Serialize};

/// What a finding does to the row or file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The whole file is refused.
    RefuseFile,
    /// The row stays out.
    RefuseRow,
    /// The row goes in; somebody should look.
    Warn,
}

impl Severity {
    /// The word for it, on pages, in workbooks, receipts and lines of the command.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::RefuseFile | Self::RefuseRow => "需要改正",
            Self::Warn => "请核对",
        }
    }
}

/// One fault, in the form of the contract in `docs/data-formats.md`. Field order is the
/// contract's key order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Sheet of a workbook; `None` for CSV.
    pub sheet: Option<String>,
    /// Data record from 1 in file order; 0 for the header or the file as a whole.
    pub row: u64,
    /// Line or spreadsheet row from 1; 0 for the file as a whole.
    pub sheet_row: u64,
    /// Column from 1; 0 where no column is meant.
    pub column: u32,
    /// Field id, the raw header for an unknown column, or empty.
    pub field: String,
    /// Stable code, e.g. `code-bad-check`; has a message and a help page.
    pub code: String,
    /// What it does.
    pub severity: Severity,
    /// Raw text as read; identity numbers masked.
    pub value: String,
    /// What should stand there.
    pub expected: Option<String>,
    /// A value that is safe to write instead.
    pub suggestion: Option<String>,
    /// One plain Chinese sentence: where, what, why, what to do.
    pub message: String,
    /// Citation in short form.
    pub basis: Option<String>,
}

impl Finding {
    /// Stand as `value` of a finding about a column where no cell of it may be shown: all are
    /// natural persons', or some are of refused rows that may be.
    pub const NOT_SHOWN: [&str; 2] = [
        "（自然人的信息，不列出）",
        "（这一行可能是自然人的，不列出）",
    ];

    /// Code of the finding that a piece of text may be somebody's name.
    pub const DOUBT: &str = "personal-data-doubtful";

    /// Whether it is a doubt that a person is to settle by reading: neither right nor wrong.
    #[must_use]
    pub fn is_doubt(&self) -> bool {
        self.code == Self::DOUBT
    }

    /// Whether `value` is an example of its column, and no word on why there is none.
    #[must_use]
    pub fn has_example(&self) -> bool {
        self.is_about_spelling() && !Self::NOT_SHOWN.contains(&&*self.value)
    }

    /// Whether it tells of a whole column how some of its cells are written, and how they were
    /// read: `value` and `suggestion` are an example, and stand in no one cell.
    #[must_use]
    pub fn is_about_spelling(&self) -> bool {
        self.row == 0 && self.column > 0 && self.code.starts_with("spelling-")
    }

    /// Where it is: the cell as a spreadsheet calls it, a column, a row, or the file.
    #[must_use]
    pub fn place(&self) -> String {
        match (self.sheet_row, self.column) {
            (_, column) if self.is_about_spelling() => format!("{}列", letters(column)),
            (0, _) => "整个文件".to_owned(),
            (row, 0) => format!("第{row}行"),
            (row, column) => cell_name(column, row),
        }
    }

    /// A further line about it, where the sentence has not said it already.
    #[must_use]
    pub fn unsaid<'a>(&self, line: Option<&'a str>) -> Option<&'a str> {
        line.filter(|line| !line.is_empty() && !self.message.contains(*line))
    }
}

/// A value as far as a table or a page shows it.
#[must_use]
pub fn shortened(value: &str) -> String {
    const SHOWN: usize = 60;
    match value.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", value.get(..cut).unwrap_or_default()),
        None => value.to_owned(),
    }
}

/// The last line of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Base name of the file.
    pub file: String,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub sha256: String,
    /// Format recognised, e.g. `penalty-2018`.
    pub format: Option<String>,
    /// The day the check was made for, `YYYY-MM-DD`.
    pub today: String,
    /// Data records read.
    pub rows: u64,
    /// Rows that may go in.
    pub accepted: u64,
    /// Rows that stay out.
    pub refused: u64,
    /// Rows of natural persons, counted and not kept.
    pub set_aside: u64,
    /// Accepted rows that carry a warning.
    pub rows_with_warnings: u64,
    /// Findings in all.
    pub findings: u64,
    /// Those of them about rows that are counted and not listed: there are too many.
    pub unlisted: u64,
}

impl Summary {
    /// What came of the check, in one line; `refused` says that the file as a whole is.
    #[must_use]
    pub fn verdict(&self, refused: bool) -> String {
        if refused {
            "整个文件需要改正".to_owned()
        } else if self.refused > 0 {
            format!("有 {} 条数据需要改正", self.refused)
        } else if self.rows_with_warnings > 0 || self.speaks_of_more_than_persons() {
            "可以报送，有的地方请核对".to_owned()
        } else {
            "没有发现问题，可以报送".to_owned()
        }
    }

    /// Whether there is a finding beside the one that each natural person's row has: about the
    /// file, a sheet that was not read, a column.
    const fn speaks_of_more_than_persons(&self) -> bool {
        self.findings > self.set_aside
    }

    /// What to do next.
    #[must_use]
    pub const fn advice(&self, refused: bool) -> &'static str {
        if refused {
            "文件整体有问题，没有逐条校核。请先改正下面关于整个文件或者表头的问题，再校核一次。"
        } else if self.refused > 0 {
            "需要改正的数据不会被接收，其他数据不受影响。改正后连同其他数据一起再报一次，已经收到的不会重复。"
        } else if self.rows_with_warnings > 0 || self.speaks_of_more_than_persons() {
            "请核对的地方不影响报送，确实有误的改正后再报。"
        } else {
            "这只说明表格符合标准，内容是否属实由报送部门负责。"
        }
    }

    /// The counts, in one sentence without its full stop.
    #[must_use]
    pub fn counts(&self) -> String {
        format!(
            "共{}条：可以报送{}条（其中{}条请核对），需要改正{}条，自然人{}条另行处理；问题共{}处",
            self.rows,
            self.accepted,
            self.rows_with_warnings,
            self.refused,
            self.set_aside,
            self.findings
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_one_name_and_nothing_is_said_twice() {
        let finding = |row, sheet_row, column, code: &str| Finding {
            sheet: None,
            row,
            sheet_row,
            column,
            field: String::new(),
            code: code.to_owned(),
            severity: Severity::Warn,
            value: String::new(),
            expected: None,
            suggestion: None,
            message: "第3行“处罚决定日期”请写成2026-11-09。".to_owned(),
            basis: None,
        };
        for (row, sheet_row, column, code, place) in [
            (2, 3, 3, "date-invalid", "C3"),
            (2, 3, 0, "row-blank", "第3行"),
            (0, 1, 28, "column-unknown", "AB1"),
            (0, 1, 28, "spelling-date", "AB列"),
            (0, 0, 0, "file-empty", "整个文件"),
        ] {
            assert_eq!(finding(row, sheet_row, column, code).place(), place);
        }
        let found = finding(2, 3, 3, "date-invalid");
        assert_eq!(found.unsaid(Some("2026-11-09")), None);
        assert_eq!(found.unsaid(Some("日期")), None);
        assert_eq!(found.unsaid(Some("")), None);
        assert_eq!(found.unsaid(None), None);
        assert_eq!(found.unsaid(Some("写明哪一天")), Some("写明哪一天"));
    }
}
