//! Where a rule comes from: a legal document, an article of it, and how sure we are.

use serde::{Deserialize, Serialize};

/// A citation: one legal document of the rulebook's `sources/`, and the place in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Id of the document in `rulebook/sources/`, e.g. `ndrc-order-36`.
    pub source: String,
    /// The article or section, in the document's own words, e.g. `第四十八条`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Whether the value was read in the published text. Unverified values are shown as such.
    #[serde(default = "verified")]
    pub verified: bool,
    /// The value is this office's reading (本区适用口径): the text leaves it open. Says nothing of
    /// whether the text was read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reading: bool,
    /// What a reader should know about the doubt, in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

const fn verified() -> bool {
    true
}
