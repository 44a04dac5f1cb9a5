//! The register of organisations and the departments, as far as the checker needs them.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// The departments that report here, by unified code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Departments {
    names: HashMap<String, String>,
    /// Name and code of the one whose file this is, and codes of those that it has come after.
    reporting: Option<(String, BTreeSet<String>)>,
}

impl Departments {
    /// From names and unified codes; those without a code say nothing about a row.
    pub fn new(departments: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        let coded = departments.into_iter();
        let names = coded.filter_map(|(name, code)| Some((code?, name)));
        Self {
            names: names.collect(),
            reporting: None,
        }
    }

    /// The file is of the department with this name and unified code, which has come after those with
    /// the codes `before`: their rows are its own.
    #[must_use]
    pub fn reported_by(
        mut self,
        name: &str,
        code: Option<&str>,
        before: impl IntoIterator<Item = String>,
    ) -> Self {
        self.reporting = code.map(|code| {
            let codes = before.into_iter().chain([code.to_owned()]);
            (name.to_owned(), codes.collect())
        });
        self
    }

    /// The name of the department with this code.
    pub(super) fn name_of(&self, code: &str) -> Option<&str> {
        self.names.get(code).map(String::as_str)
    }

    /// The name of the department that reports, where this code is another's here.
    pub(super) fn instead_of(&self, code: &str) -> Option<&str> {
        let (name, own) = self.reporting.as_ref()?;
        (!own.contains(code) && self.names.contains_key(code)).then_some(name)
    }
}

/// What the register knows of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Name now in force.
    pub name: String,
    /// Names it had before.
    pub former_names: Vec<String>,
    /// Only met in files so far; its name proves nothing.
    pub provisional: bool,
    /// The code leads to a subject that stands under another one.
    pub alias: bool,
}

/// A register that can be asked about many codes at once (rows are checked in blocks).
pub trait Register {
    /// One answer per code, in order; `None` where the code is unknown.
    ///
    /// # Errors
    /// The register cannot be asked.
    fn lookup(
        &mut self,
        codes: &[&str],
    ) -> Result<Vec<Option<Registered>>, Box<dyn std::error::Error + Send + Sync>>;

    /// The departments that report here; `None` where nobody knows them.
    ///
    /// # Errors
    /// The register cannot be asked.
    fn departments(
        &mut self,
    ) -> Result<Option<Arc<Departments>>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(None)
    }
}
