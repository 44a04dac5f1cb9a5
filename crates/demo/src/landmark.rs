//! Landmarks: cases worth showing, by a stable id, so that browser tests and the README need not
//! search for them.

use crate::row::{NaturalKey, Row};
use serde::Serialize;

/// A case worth showing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Landmark {
    /// Stable id, e.g. `ended`.
    pub id: String,
    /// What is to be seen there, in Chinese.
    pub title: String,
    /// Code of the organisation.
    pub code: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Catalogue item, where the landmark is a record.
    pub item: Option<String>,
    /// Document number of the record.
    pub document_number: Option<String>,
    /// Public number of the record; known once the district is built, since it depends on the
    /// deployment's secret.
    pub record_id: Option<String>,
    /// How the record is found again.
    #[serde(skip)]
    pub key: Option<NaturalKey>,
}

impl Landmark {
    pub(crate) fn organisation(id: &str, title: &str, code: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            code: Some(code.to_owned()),
            name: Some(name.to_owned()),
            item: None,
            document_number: None,
            record_id: None,
            key: None,
        }
    }

    pub(crate) fn record(id: &str, title: &str, row: &Row) -> Self {
        let key = row.key();
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            code: Some(key.subject_code.clone()),
            name: Some(key.subject_name.clone()),
            item: Some(key.item.to_owned()),
            document_number: Some(key.document_number.clone()),
            record_id: None,
            key: Some(key),
        }
    }
}
