//! What is wrong with a rulebook file: where, and in plain Chinese.

/// One fault in one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path within the rulebook, e.g. `parameters/clock.toml`; local files begin with `本地/`.
    pub file: String,
    /// Line or key, e.g. `第12行` or `sgs.report_deadline`; empty for the file as a whole.
    pub place: String,
    /// What is wrong and what to do, in Chinese.
    pub text: String,
}

impl Problem {
    pub(crate) fn new(
        file: impl Into<String>,
        place: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            place: place.into(),
            text: text.into(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.place.is_empty() {
            write!(f, "{}：{}", self.file, self.text)
        } else {
            write!(f, "{}（{}）：{}", self.file, self.place, self.text)
        }
    }
}

/// The rulebook cannot be used. Every fault found is listed, not only the first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("规则库有{}处问题：\n{}", problems.len(), lines(problems))]
pub struct LoadError {
    /// All faults, by file.
    pub problems: Vec<Problem>,
}

fn lines(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}
