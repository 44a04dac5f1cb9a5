//! Sentences for people: every code shown has one, and a help page.

use serde::{Deserialize, Serialize};

/// What is said under a finding's code (`rulebook/messages/findings.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Stable code, e.g. `code-bad-check`.
    pub code: String,
    /// Short Chinese title, for grouping.
    pub title: String,
    /// The sentence, with places `{row}` `{name}` `{value}` `{expected}` `{suggestion}` `{other}`.
    pub text: String,
    /// Help page: what the fault is and why it matters (plain Chinese, paragraphs parted by a blank line).
    pub why: String,
    /// Help page: what to do.
    pub remedy: String,
    /// Citation in short form, where there is one.
    #[serde(default)]
    pub basis: Option<String>,
}
