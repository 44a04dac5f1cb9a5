//! What the checker says about a cell, a row or a file.

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
            "这个文件不能使用".to_owned()
        } else if self.refused > 0 {
            format!("有 {} 条数据需要改正", self.refused)
        } else if self.rows_with_warnings > 0 || self.speaks_of_more_than_persons() {
            "可以报送，有些地方请再看一眼".to_owned()
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
            "文件整体有问题，没有逐条接收。请先解决下面“整个文件”或者表头的问题，再校核一次。"
        } else if self.refused > 0 {
            "需要改正的数据不会被接收，其他数据不受影响。改正后连同其他数据一起再报一次，已经收到的不会重复。"
        } else if self.rows_with_warnings > 0 || self.speaks_of_more_than_persons() {
            "提示不影响报送。请核对提示的内容，确实有误的改正后再报。"
        } else {
            "这只说明表格符合标准，内容是否属实由报送部门负责。"
        }
    }
}
