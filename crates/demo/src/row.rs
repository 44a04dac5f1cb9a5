//! One row of a department's file, and the natural key by which a record is found again.

use crate::columns::{self, Column};
use std::collections::BTreeMap;
use xinheng_domain::condition::Values;

/// Which catalogue item a file is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Permit,
    Penalty,
}

impl Kind {
    /// The catalogue item's id.
    pub(crate) const fn item(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Penalty => "penalty",
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Permit => "行政许可",
            Self::Penalty => "行政处罚",
        }
    }

    pub(crate) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Permit => columns::PERMIT,
            Self::Penalty => columns::PENALTY,
        }
    }

    /// The column of a meaning that both items have.
    pub(crate) const fn column(self, meaning: Meaning) -> &'static str {
        match (self, meaning) {
            (Self::Permit, Meaning::Name) => "XK_XDR_MC",
            (Self::Penalty, Meaning::Name) => "CF_XDR_MC",
            (Self::Permit, Meaning::Category) => "XK_XDR_LB",
            (Self::Penalty, Meaning::Category) => "CF_XDR_LB",
            (Self::Permit, Meaning::Code) => "XK_XDR_SHXYM",
            (Self::Penalty, Meaning::Code) => "CF_XDR_SHXYM",
            (Self::Permit, Meaning::Registration) => "XK_XDR_GSZC",
            (Self::Penalty, Meaning::Registration) => "CF_XDR_GSZC",
            (Self::Permit, Meaning::Representative) => "XK_FRDB",
            (Self::Penalty, Meaning::Representative) => "CF_FRDB",
            (Self::Permit, Meaning::CertificateKind) => "XK_XDR_ZJLX",
            (Self::Penalty, Meaning::CertificateKind) => "CF_XDR_ZJLX",
            (Self::Permit, Meaning::CertificateNumber) => "XK_XDR_ZJHM",
            (Self::Penalty, Meaning::CertificateNumber) => "CF_XDR_ZJHM",
            (Self::Permit, Meaning::Document) => "XK_WSH",
            (Self::Penalty, Meaning::Document) => "CF_WSH",
            (Self::Permit, Meaning::Content) => "XK_NR",
            (Self::Penalty, Meaning::Content) => "CF_NR",
            (Self::Permit, Meaning::Decided) => "XK_JDRQ",
            (Self::Penalty, Meaning::Decided) => "CF_JDRQ",
            (Self::Permit, Meaning::Authority) => "XK_XKJG",
            (Self::Penalty, Meaning::Authority) => "CF_CFJG",
            (Self::Permit, Meaning::AuthorityCode) => "XK_XKJGDM",
            (Self::Penalty, Meaning::AuthorityCode) => "CF_CFJGDM",
            (Self::Permit, Meaning::Source) => "XK_LYDW",
            (Self::Penalty, Meaning::Source) => "CF_SJLY",
            (Self::Permit, Meaning::SourceCode) => "XK_LYDWDM",
            (Self::Penalty, Meaning::SourceCode) => "CF_SJLYDM",
        }
    }
}

/// What a column of both items means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Name,
    Category,
    Code,
    Registration,
    Representative,
    CertificateKind,
    CertificateNumber,
    Document,
    Content,
    Decided,
    Authority,
    AuthorityCode,
    Source,
    SourceCode,
}

/// What names a record: enough of its row to ask the deployment for the record's number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NaturalKey {
    /// Catalogue item id.
    pub item: &'static str,
    /// Code of the party as in the row.
    pub subject_code: String,
    /// Name of the party as in the row.
    pub subject_name: String,
    /// Document number.
    pub document_number: String,
    /// Column code and value of everything that may name the record.
    cells: Vec<(&'static str, String)>,
}

impl Values for NaturalKey {
    fn value(&self, field: &str) -> Option<&str> {
        let cell = self
            .cells
            .iter()
            .find(|(id, value)| *id == field && !value.is_empty());
        cell.map(|(_, value)| value.as_str())
    }
}

/// One row: values by column code, dates as `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) kind: Kind,
    cells: BTreeMap<&'static str, String>,
    /// The record this row takes the place of.
    pub(crate) replaces: Option<NaturalKey>,
}

impl Row {
    pub(crate) const fn new(kind: Kind) -> Self {
        Self {
            kind,
            cells: BTreeMap::new(),
            replaces: None,
        }
    }

    pub(crate) fn set(&mut self, column: &'static str, value: impl Into<String>) -> &mut Self {
        self.cells.insert(column, value.into());
        self
    }

    pub(crate) fn put(&mut self, meaning: Meaning, value: impl Into<String>) -> &mut Self {
        self.set(self.kind.column(meaning), value)
    }

    pub(crate) fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    pub(crate) fn of(&self, meaning: Meaning) -> &str {
        self.get(self.kind.column(meaning))
    }

    pub(crate) fn key(&self) -> NaturalKey {
        let naming = [
            Meaning::Name,
            Meaning::Code,
            Meaning::Registration,
            Meaning::Document,
            Meaning::Decided,
            Meaning::AuthorityCode,
        ];
        NaturalKey {
            item: self.kind.item(),
            subject_code: self.of(Meaning::Code).to_owned(),
            subject_name: self.of(Meaning::Name).to_owned(),
            document_number: self.of(Meaning::Document).to_owned(),
            cells: naming
                .into_iter()
                .map(|m| (self.kind.column(m), self.of(m).to_owned()))
                .collect(),
        }
    }
}
