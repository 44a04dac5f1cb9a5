//! From a department's file to records: checked, staged, landed chunk by chunk, sealed at once.

mod abandon;
pub(crate) mod candidate;
mod first_pass;
mod import;
pub(crate) mod land;
mod look;
mod number;
mod replacing;
mod second_pass;

pub use abandon::abandon;
pub(crate) use candidate::payload;
pub use import::import;
pub(crate) use import::{hash_with, import_with, temporary};
pub use look::{
    BatchFindings, BatchKind, BatchLine, BatchView, Batches, FindingCursor, FindingsAsked, batch,
    batch_findings, batches, receipt,
};
pub use number::number_of;
pub(crate) use number::number_under;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::Path;
use xinheng_domain::{
    batch::Counters,
    finding::{Finding, Severity, Summary},
    redact,
};

/// A file handed in.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The file.
    pub path: &'a Path,
    /// Its base name.
    pub file_name: &'a str,
    /// Sheet of a workbook.
    pub sheet: Option<&'a str>,
    /// Department that hands it in.
    pub department: &'a str,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landing {
    /// It landed now.
    Sealed {
        /// Batch.
        batch: String,
        /// Chunks that an earlier, interrupted run had landed already.
        resumed_chunks: u64,
    },
    /// It had landed before; nothing was changed.
    Already {
        /// Batch.
        batch: String,
        /// When it landed.
        at: Timestamp,
    },
    /// The whole file was refused; nothing was kept but the findings.
    Refused,
    /// Nothing was written, as asked.
    Tried,
}

/// What becomes of a row that can land, as far as the try of a file tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// A record seen for the first time.
    New,
    /// Another version of a record, or a record that takes the place of another.
    Corrects,
    /// Here already, as it is.
    Unchanged,
    /// It stays out: to be corrected.
    Refused,
    /// A natural person's: no record is made of it.
    SetAside,
}

/// Rows of which a try tells what would become of them.
pub(crate) const TRIED_ROWS: usize = 50_000; // no law: ours, about memory

/// The answer to a file handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What became of it.
    pub landing: Landing,
    /// The check.
    pub summary: Summary,
    /// What became of its rows.
    pub counters: Counters,
    /// The first findings of rows that stay out (at most [`SHOWN`]); all are kept with the batch.
    pub refused: Vec<Finding>,
    /// The first warnings about rows (at most [`SHOWN`]); of a row that is a person's, or may be,
    /// without what its cells say.
    pub warnings: Vec<Finding>,
    /// Warnings about the file as a whole: sheets not read, columns not known, another layout.
    pub notices: Vec<Finding>,
    /// What would become of the rows that could land, by line or spreadsheet row: of a try alone, and
    /// of the first rows.
    pub fates: Vec<(u64, Fate)>,
    /// Rows of natural persons with a warning, which [`Counters::warned`] leaves out.
    pub persons_warned: u64,
    /// Rows of natural persons that were not kept because this deployment has no key.
    pub persons_without_key: u64,
    /// Rows of natural persons that are at fault and were not kept, where the others are.
    pub persons_at_fault: u64,
}

impl Outcome {
    /// All that is told of the file: what is about the whole of it first, then row by row.
    #[must_use]
    pub fn findings(&self) -> Vec<&Finding> {
        let mut rows: Vec<&Finding> = self.refused.iter().chain(&self.warnings).collect();
        rows.sort_by_key(|finding| (finding.row, finding.column));
        self.notices.iter().chain(rows).collect()
    }

    /// Whether there may be findings beside those told.
    #[must_use]
    pub fn more(&self) -> bool {
        [&self.refused, &self.warnings, &self.notices]
            .iter()
            .any(|list| list.len() >= SHOWN)
    }

    /// Where the whole file is refused, how far it was read: there are no figures to be told.
    #[must_use]
    pub fn whole_file_refused(&self) -> Option<&'static str> {
        let whole = |f: &Finding| f.severity == Severity::RefuseFile;
        let refused = matches!(self.landing, Landing::Refused) || self.refused.iter().any(whole);
        refused.then_some(if self.counters.reported == 0 {
            "整个文件需要改正，没有读取任何一行。"
        } else {
            "整个文件需要改正，没有导入任何一行。"
        })
    }

    /// What is to be known of natural persons' rows, in sentences.
    #[must_use]
    pub fn persons_told(&self) -> Vec<String> {
        let mut told = Vec::new();
        if self.persons_warned > 0 {
            told.push(format!("自然人信息中有{}行请核对。", self.persons_warned));
        }
        if self.persons_without_key > 0 {
            told.push(format!(
                "自然人信息{}行没有保存：本部署还没有自然人信息的密钥。需要保存并向上级平台报送的，请由信用办先运行“xinheng person key”建立密钥，再导入这份文件。",
                self.persons_without_key
            ));
        }
        if self.persons_at_fault > 0 {
            told.push(format!(
                "自然人信息中有{}行有问题，没有保存，请改正后重新报送。",
                self.persons_at_fault
            ));
        }
        told
    }

    /// What became of the rows, and the first of those that could not land after all.
    fn take_in(&mut self, counters: Counters, refused: Vec<Finding>) {
        let room = SHOWN.saturating_sub(self.refused.len());
        self.refused.extend(refused.into_iter().take(room));
        self.refused.sort_by_key(|finding| finding.row);
        self.counters = counters;
    }
}

/// The name of a file as it is kept: without the folders that some programs put before it, and with a
/// person's identity number masked (I6).
pub(crate) fn kept_file_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    redact::mask_identity_numbers(name).into_owned()
}

/// Findings handed back at once.
pub const SHOWN: usize = 200;

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many rows are checked.
    Checked(u64),
    /// So many of all rows have landed.
    Landed(u64, u64),
}
