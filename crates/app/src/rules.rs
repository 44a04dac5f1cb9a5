//! The rules a deployment works by at a moment: ours, with the deployment's own beside them. They
//! are swapped as a whole when others are adopted; whoever has begun goes on under the old ones.

use crate::{AppError, AppResult, Place, site::Cache, wording::Texts};
use std::collections::BTreeMap;
use xinheng_domain::likeness::Likeness;
use xinheng_rulebook::{LoadError, Problem, Rulebook, files};
use xinheng_store::{
    Conn,
    rule_set::{self, RuleSet},
};

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
    /// Reads the rules with the deployment's own files.
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

/// Folders whose files say what may be done and by whom: they hold only as two people adopted them.
const ADOPTED_ONLY: [&str; 2] = ["cases", "permissions"];

/// The deployment's own files: those that two people adopted, or as they lie in its folder.
#[derive(Debug, Clone)]
pub(crate) struct LocalFiles {
    pub(crate) files: Vec<files::RawFile>,
    pub(crate) problems: Vec<Problem>,
    /// The number of the set that was adopted; none where they lie in the folder.
    pub(crate) set: Option<u64>,
}

impl LocalFiles {
    /// No files of its own.
    pub(crate) const fn none() -> Self {
        Self {
            files: Vec::new(),
            problems: Vec::new(),
            set: None,
        }
    }

    /// Those of a set that was adopted.
    pub(crate) fn of_set(set: &RuleSet) -> Self {
        let raw = |(path, text): (&String, &String)| files::RawFile {
            layer: files::Layer::Local,
            path: path.clone(),
            text: text.clone(),
        };
        Self {
            files: set.files.iter().map(raw).collect(),
            problems: Vec::new(),
            set: Some(set.number),
        }
    }

    /// Those that hold in a deployment now.
    ///
    /// # Errors
    /// Faults of the store.
    pub(crate) fn in_force(place: &Place, conn: &mut Conn) -> AppResult<Self> {
        Ok(match rule_set::in_force(conn)? {
            Some(set) => Self::of_set(&set),
            None => place.local_files().without_adoption(),
        })
    }

    /// What of the folder holds as long as nothing was adopted: no procedures and no permissions.
    pub(crate) fn without_adoption(mut self) -> Self {
        self.files.retain(|f| !ADOPTED_ONLY.contains(&f.folder()));
        self
    }

    /// Tells one state from another.
    pub(crate) fn stamp(&self) -> String {
        if let Some(number) = self.set {
            return stamp_of_set(number);
        }
        let problems: Vec<String> = self.problems.iter().map(ToString::to_string).collect();
        format!("{}{}", files::digest(&self.files), problems.join("\n"))
    }

    /// The rulebook and its files as one JSON text, path by path: what is kept for good.
    pub(crate) fn rulebook(self) -> AppResult<(Rulebook, String)> {
        if !self.problems.is_empty() {
            let problems = self.problems;
            return Err(AppError::Rulebook(LoadError { problems }.to_string()));
        }
        let mut all = files::embedded();
        all.extend(self.files);
        let book = Rulebook::from_files(&all).map_err(|e| {
            let text = match self.set {
                Some(number) => format!(
                    "{e}\n这些是两人采用的本地规则（第{number}号）中的问题。请改正文件夹中的文件，用“xinheng rulebook propose”和“xinheng rulebook adopt”另行采用。"
                ),
                None => e.to_string(),
            };
            AppError::Rulebook(text)
        })?;
        let by_path: BTreeMap<String, &str> =
            all.iter().map(|f| (f.shown(), f.text.as_str())).collect();
        let text = serde_json::to_string(&by_path).map_err(|e| AppError::Fault(e.to_string()))?;
        Ok((book, text))
    }
}

/// As [`LocalFiles::stamp`] of a set.
pub(crate) fn stamp_of_set(number: u64) -> String {
    format!("set {number}")
}
