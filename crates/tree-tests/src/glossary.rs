//! `docs/glossary.toml`: one word per concept.

use crate::{TreeFile, words};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Glossary {
    /// The field's own terms.
    pub term: Vec<Term>,
    /// Words that stand nowhere.
    pub forbidden: Vec<Forbidden>,
    /// Words of our craft that need no entry.
    pub plain: Plain,
}

/// A term of the field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// English, as in code; several words allowed.
    pub word: String,
    /// Chinese, as on pages.
    pub chinese: String,
    /// What it means here.
    pub meaning: String,
    /// Document or standard it comes from, or `ours`.
    pub source: String,
    /// Other words for it, which no public name may use.
    #[serde(default)]
    pub avoid: Vec<String>,
}

/// A word that stands nowhere, in no language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forbidden {
    /// The word.
    pub word: String,
    /// Why.
    pub reason: String,
}

/// Words that may be parts of names without being terms.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plain {
    /// The words, singular, lower case.
    pub words: Vec<String>,
}

impl Glossary {
    /// Reads the file.
    #[must_use]
    pub fn read() -> Self {
        toml::from_str(&TreeFile::read("docs/glossary.toml").text).unwrap()
    }

    /// Every word a public name may be made of.
    #[must_use]
    pub fn known(&self) -> BTreeSet<String> {
        let terms = self.term.iter().flat_map(|term| words::words(&term.word));
        terms
            .map(|word| words::singular(&word))
            .chain(self.plain.words.iter().cloned())
            .collect()
    }

    /// Words a public name may not use, with the term to use in their place.
    #[must_use]
    pub fn avoided(&self) -> Vec<(&str, &str)> {
        let each = self.term.iter().flat_map(|term| {
            term.avoid
                .iter()
                .map(move |word| (word.as_str(), term.word.as_str()))
        });
        each.collect()
    }
}
