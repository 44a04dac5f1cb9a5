//! By what an answer of the platform above finds the row it is about: hashes alone are kept, and
//! of natural persons keyed ones, so that the table of rows sent says nothing about anybody.

use crate::person::PersonKey;
use sha2::{Digest as _, Sha256};
use xinheng_domain::hex::hex;
use xinheng_domain::{code, name, text};

fn hash(purpose: &str, value: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(purpose.as_bytes());
    hash.update([0]);
    hash.update(value.as_bytes());
    hex(hash.finalize().get(..16).unwrap_or_default())
}

/// The key of a document number, however its brackets are written.
pub(super) fn number(number: &str) -> String {
    hash("number", &text::document_number_key(number))
}

/// The keys of a party: by its code or identity number, and by its name.
pub(super) struct Party {
    strong: Option<String>,
    name: String,
}

impl Party {
    /// An organisation's.
    pub(super) fn organisation(code: &str, name: &str) -> Self {
        Self {
            strong: code::is_usable(code.as_bytes()).then(|| hash("code", code)),
            name: hash("name", &name::comparison_key(name)),
        }
    }

    /// A natural person's.
    pub(super) fn person(key: &PersonKey, identity: &str, name: &str) -> Self {
        let of = |purpose: &str, value: &str| {
            let mut index = key.index(purpose, [value]);
            index.truncate(32);
            index
        };
        Self {
            strong: (!identity.is_empty()).then(|| of("party-identity", &identity.to_uppercase())),
            name: of("party-name", &name::comparison_key(name)),
        }
    }

    /// As kept.
    pub(super) fn text(&self) -> String {
        format!(
            "{}.{}",
            self.strong.as_deref().unwrap_or_default(),
            self.name
        )
    }

    /// Whether a kept one may be the same: by the code or identity number where both have one,
    /// by the name otherwise.
    pub(super) fn may_be(&self, kept: &str) -> bool {
        let (strong, name) = kept.split_once('.').unwrap_or(("", kept));
        match &self.strong {
            Some(own) if !strong.is_empty() => own == strong,
            _ => self.name == name,
        }
    }

    /// Whether a kept one bears this name, however brackets and blanks are written.
    pub(super) fn is_named(&self, kept: &str) -> bool {
        kept.split_once('.').map_or(kept, |(_, name)| name) == self.name
    }
}
