//! Layouts: other forms in which files of an item arrive, older ones and those of systems
//! above. A layout is data (`rulebook/layouts/*.toml`): which columns it has, and how the fields
//! of today's item follow from them.

use crate::basis::Basis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One layout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Id, e.g. `penalty-2015`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Id of the catalogue item its rows become.
    pub item: String,
    /// Where the layout is described.
    pub basis: Vec<Basis>,
    /// Ids of columns that no other layout of the item has.
    pub signature: Vec<String>,
    /// How many of them a header must have.
    #[serde(default = "two")]
    pub needed: usize,
    /// The columns.
    #[serde(rename = "column")]
    pub columns: Vec<LayoutColumn>,
    /// How the item's fields follow from them. Several entries for one field are tried in
    /// order: the first that gives a value has it.
    #[serde(rename = "field")]
    pub fields: Vec<LayoutField>,
}

const fn two() -> usize {
    2
}

/// A column of a layout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayoutColumn {
    /// Its code, which is also a header.
    pub id: String,
    /// Other headers.
    #[serde(default)]
    pub headers: Vec<String>,
    /// Why no field takes it, in Chinese: it is carried through and named.
    #[serde(default)]
    pub carried: Option<String>,
}

/// How a field of the item follows from the layout's columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayoutField {
    /// The item's field.
    pub id: String,
    /// Columns it is taken from.
    #[serde(default)]
    pub from: Vec<String>,
    /// What is done with several.
    #[serde(default)]
    pub form: LayoutForm,
    /// What the layout's values mean in the item's code list. A value that is not here is
    /// handed on as `旧版式取值…`, which no list has.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// The column is in yuan, the field in 10,000 yuan.
    #[serde(default)]
    pub yuan: bool,
    /// Rows the entry is for.
    #[serde(default)]
    pub when: Option<LayoutTest>,
    /// The value where the columns give none.
    #[serde(default)]
    pub constant: Option<String>,
}

/// What is done with several columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayoutForm {
    /// The first that is filled.
    #[default]
    First,
    /// All that are filled, parted by `、`.
    All,
    /// The sum of amounts.
    Sum,
}

/// A condition on a column of the row; every part that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayoutTest {
    /// The column.
    pub column: String,
    /// It has one of these values.
    #[serde(default)]
    pub is: Vec<String>,
    /// It begins with one of these.
    #[serde(default)]
    pub starts_with: Vec<String>,
    /// It is filled, or not.
    #[serde(default)]
    pub filled: Option<bool>,
}

impl LayoutTest {
    /// Whether it holds for a row, given the column's trimmed value.
    #[must_use]
    pub fn holds(&self, value: &str) -> bool {
        (self.is.is_empty() || self.is.iter().any(|v| v == value))
            && (self.starts_with.is_empty()
                || self
                    .starts_with
                    .iter()
                    .any(|v| value.starts_with(v.as_str())))
            && self.filled.is_none_or(|filled| filled != value.is_empty())
    }
}

impl Layout {
    /// Place of the column with this id.
    #[must_use]
    pub fn column(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.id == id)
    }

    /// Ids of the item's fields that it fills, each once, in order.
    #[must_use]
    pub fn filled_fields(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        for field in &self.fields {
            if !ids.contains(&field.id.as_str()) {
                ids.push(&field.id);
            }
        }
        ids
    }
}
