//! The rules a deployment works by at a moment: ours, with the deployment's own beside them. They
//! are swapped as a whole when its folder changes; whoever has begun goes on under the old ones.

use crate::{AppError, AppResult, site::Cache, wording::Texts};
use std::collections::BTreeMap;
use xinheng_domain::likeness::Likeness;
use xinheng_rulebook::{LoadError, Problem, Rulebook, files};

/// The rules of a moment, and what is made of them once.
pub(crate) struct Rules {
    pub rulebook: Rulebook,
    /// Its files as one JSON text, path by path: what is kept for good.
    pub text: String,
    /// Words that tell a business's name from a person's.
    pub trade_words: Vec<String>,
    /// How near names are to what was typed.
    pub likeness: Likeness,
    /// What was found in texts: with other words it would be something else.
    pub texts: Texts,
    /// Figures over many records, which know no item that these rules do not.
    pub cache: Cache,
}

impl Rules {
    /// Reads the rules as they lie in their folders now.
    ///
    /// # Errors
    /// They do not load: one problem a line.
    pub fn of(files: LocalFiles) -> AppResult<Self> {
        let (rulebook, text) = files.rulebook()?;
        let words = rulebook.trade_words();
        Ok(Self {
            trade_words: words.iter().map(|w| (*w).to_owned()).collect(),
            likeness: rulebook.likeness(),
            texts: Texts::default(),
            rulebook,
            text,
            cache: Cache::default(),
        })
    }
}

/// What lies in the folder of the deployment's own rules.
pub(crate) struct LocalFiles {
    pub(crate) files: Vec<files::RawFile>,
    pub(crate) problems: Vec<Problem>,
}

impl LocalFiles {
    /// Tells one state of the folder from another.
    pub(crate) fn stamp(&self) -> String {
        let problems: Vec<String> = self.problems.iter().map(ToString::to_string).collect();
        format!("{}{}", files::digest(&self.files), problems.join("\n"))
    }

    /// The rulebook and its files as one JSON text, path by path: what is kept for good.
    fn rulebook(self) -> AppResult<(Rulebook, String)> {
        let Self {
            files: local,
            problems,
        } = self;
        if !problems.is_empty() {
            return Err(AppError::Rulebook(LoadError { problems }.to_string()));
        }
        let mut all = files::embedded();
        all.extend(local);
        let book = Rulebook::from_files(&all).map_err(|e| AppError::Rulebook(e.to_string()))?;
        let by_path: BTreeMap<String, &str> =
            all.iter().map(|f| (f.shown(), f.text.as_str())).collect();
        let text = serde_json::to_string(&by_path).map_err(|e| AppError::Fault(e.to_string()))?;
        Ok((book, text))
    }
}
