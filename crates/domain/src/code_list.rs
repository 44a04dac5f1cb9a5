//! Code lists: the values a coded field may hold, with their validity.

use crate::basis::Basis;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A code list (`rulebook/codes/*.toml`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeList {
    /// Id, e.g. `penalty-kind`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Where it comes from.
    pub basis: Vec<Basis>,
    /// A value may be any text after this prefix, e.g. `其他-`; `None` = closed list.
    #[serde(default)]
    pub open_prefix: Option<String>,
    /// A value outside the list only warns (the list rests on practice).
    #[serde(default)]
    pub unknown_warns: bool,
    /// The values.
    #[serde(rename = "entry")]
    pub entries: Vec<CodeEntry>,
}

/// One value of a code list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeEntry {
    /// Code as files carry it, e.g. `02`; may equal the title.
    pub code: String,
    /// Title, e.g. `罚款`: the normalised value.
    pub title: String,
    /// Other spellings that mean the same.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// First day (of the decision) on which the value may be used.
    #[serde(default)]
    pub from: Option<Date>,
    /// Last day.
    #[serde(default)]
    pub until: Option<Date>,
}
