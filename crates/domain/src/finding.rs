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
}
