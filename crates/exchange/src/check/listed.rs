//! How many findings about rows are listed: a small file can be made to have millions of them.

use crate::limits;
use xinheng_domain::finding::Finding;

/// How many findings about rows are handed on, from the first; those on top are counted. What is
/// said of the file, its header or a column is always handed on: there is little of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FindingLimit {
    /// Findings.
    pub findings: u64,
    /// Bytes of their texts, as JSON writes them.
    pub bytes: u64,
}

impl FindingLimit {
    /// What every channel lists unless it is asked for all.
    pub const USUAL: Self = Self {
        findings: limits::FINDINGS,
        bytes: limits::FINDING_BYTES,
    };
    /// All of them.
    pub const ALL: Self = Self {
        findings: u64::MAX,
        bytes: u64::MAX,
    };

    /// Whether there is room for another.
    pub(super) const fn has_room(self) -> bool {
        self.findings > 0
    }

    /// Takes one; from the first that does not fit on, none is taken.
    pub(super) fn take(&mut self, finding: &Finding) -> bool {
        let others = [&finding.expected, &finding.suggestion, &finding.basis];
        let texts = [&finding.value, &finding.message, &finding.field];
        let texts = texts.into_iter().chain(others.into_iter().flatten());
        let left = self
            .bytes
            .checked_sub(texts.map(|text| written(text)).sum());
        match (self.findings.checked_sub(1), left) {
            (Some(findings), Some(bytes)) => {
                *self = Self { findings, bytes };
                true
            }
            _ => {
                self.findings = 0;
                false
            }
        }
    }
}

impl Default for FindingLimit {
    fn default() -> Self {
        Self::USUAL
    }
}

/// The size of a text in JSON.
fn written(text: &str) -> u64 {
    let size = |byte| match byte {
        b'"' | b'\\' => 2,
        0..0x20 => 6,
        _ => 1,
    };
    text.bytes().map(size).sum()
}
