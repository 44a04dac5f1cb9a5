//! Organisations (信用主体): key, names over time, codes over time.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The immutable key of a subject: its unified social credit code as first seen, or, for rows
/// without a usable code, `x:` and a keyed hash. A corrected code is an alias, never an update.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubjectKey(pub String);

impl SubjectKey {
    /// Whether the key stands for a row without a usable code: no dossier, only lists.
    #[must_use]
    pub fn is_unlinked(&self) -> bool {
        self.0.starts_with("x:")
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SubjectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of organisation a subject is. Natural persons are no subjects (I6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// Enterprise or other legal person or unincorporated organisation.
    Organisation,
    /// Individual business (个体工商户).
    IndividualBusiness,
    /// Public body (state organ, public institution).
    PublicBody,
}

impl SubjectKind {
    /// Id in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::IndividualBusiness => "individual_business",
            Self::PublicBody => "public_body",
        }
    }

    /// The kind with this id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "organisation" => Some(Self::Organisation),
            "individual_business" => Some(Self::IndividualBusiness),
            "public_body" => Some(Self::PublicBody),
            _ => None,
        }
    }

    /// By the first two characters of the code: `92` individual business, `1…` public body.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        if code.starts_with("92") {
            Self::IndividualBusiness
        } else if code.starts_with('1') {
            Self::PublicBody
        } else {
            Self::Organisation
        }
    }

    /// Chinese term.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Organisation => "法人和非法人组织",
            Self::IndividualBusiness => "个体工商户",
            Self::PublicBody => "机关和事业单位",
        }
    }
}

/// A subject as registered, or as first met in a file (`provisional`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Immutable key.
    pub key: SubjectKey,
    /// Code now in force.
    pub code: String,
    /// Name now in force.
    pub name: String,
    /// Kind.
    pub kind: SubjectKind,
    /// Status as the register says, e.g. `存续`, `注销`.
    pub status: String,
    /// Day of registration.
    pub registered_on: Option<Date>,
    /// Met in a file, not yet in the register.
    pub provisional: bool,
    /// An individual business named by a person: found by code alone, name never indexed (I6).
    pub person_named: bool,
    /// Day the register last spoke of it.
    pub as_of: Option<Date>,
}

impl Subject {
    /// Whether the register says that it is dissolved. One whose licence was revoked (吊销) goes on
    /// until it is liquidated, and may speak for itself until then.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.status.contains("注销")
    }
}

/// A name of a subject over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectName {
    /// The name.
    pub name: String,
    /// First day, where known.
    pub from: Option<Date>,
    /// Last day; `None` = present name.
    pub until: Option<Date>,
}

/// A code of a subject over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectCode {
    /// The code.
    pub code: String,
    /// Code now in force, or an alias that leads here.
    pub current: bool,
    /// First day, where known.
    pub from: Option<Date>,
}
