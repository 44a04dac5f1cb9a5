//! Shapes of a check for the description of the interface.

use serde::Serialize;
use utoipa::ToSchema;

/// One line of a check: a finding. The last line is `{"summary": …}`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingLine {
    /// Sheet of a workbook; null for CSV.
    pub sheet: Option<String>,
    /// Data record from 1 in file order; 0 for the header or the file as a whole.
    pub row: u64,
    /// Line or spreadsheet row from 1.
    pub sheet_row: u64,
    /// Column from 1; 0 where no column is meant.
    pub column: u32,
    /// Field id, the raw header for an unknown column, or empty.
    pub field: String,
    /// Stable code, see `/api/v1/findings`.
    pub code: String,
    /// `refuse_file`, `refuse_row` or `warn`.
    pub severity: String,
    /// Raw text as read; identity numbers masked.
    pub value: String,
    /// What should stand there.
    pub expected: Option<String>,
    /// A value that is safe to write instead.
    pub suggestion: Option<String>,
    /// One plain Chinese sentence.
    pub message: String,
    /// Citation in short form.
    pub basis: Option<String>,
}

/// The last line of a check.
#[derive(Debug, Serialize, ToSchema)]
pub struct SummaryLine {
    /// The counts.
    pub summary: CheckSummary,
}

/// The counts of a check: `accepted + refused + set_aside = rows`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckSummary {
    /// Base name of the file.
    pub file: String,
    /// SHA-256 of the file's bytes.
    pub sha256: String,
    /// Format recognised.
    pub format: Option<String>,
    /// The day the check was made for.
    #[schema(format = Date)]
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
    /// Those of them about rows that are counted and not listed.
    pub unlisted: u64,
}

/// A line of a check: findings first, the counts last.
#[expect(
    dead_code,
    reason = "only describes: the bytes are read and written elsewhere"
)]
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum CheckLine {
    /// A finding.
    Finding(FindingLine),
    /// The last line.
    Summary(SummaryLine),
}

/// The bytes of a file.
#[expect(
    dead_code,
    reason = "only describes: the bytes are read and written elsewhere"
)]
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct FileBytes(pub Vec<u8>);

/// A file handed in with a form.
#[expect(
    dead_code,
    reason = "only describes: the bytes are read and written elsewhere"
)]
#[derive(Debug, ToSchema)]
pub struct CheckForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
}
