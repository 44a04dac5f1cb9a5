//! Where a deployment lives.

use crate::{AppError, AppResult, Deployment, rules::LocalFiles};
use std::path::PathBuf;
use xinheng_rulebook::{Rulebook, files};
use xinheng_store::Location;

/// Where a deployment lives.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Folder with `xinheng.db` (unless `database` is given) and the local `rulebook/`.
    pub data: Option<PathBuf>,
    /// PostgreSQL address.
    pub database: Option<String>,
    /// Key file for rows of natural persons; `person.key` of the folder where absent.
    pub person_key: Option<PathBuf>,
}

impl Place {
    /// The database's place.
    ///
    /// # Errors
    /// Bad input where neither folder nor address is given.
    pub fn location(&self) -> AppResult<Location> {
        match (&self.database, &self.data) {
            (Some(url), _) => Ok(Location::Postgres(url.clone())),
            (None, Some(dir)) => Ok(Location::Sqlite(dir.join("xinheng.db"))),
            (None, None) => Err(AppError::BadInput(
                "没有指明数据放在哪里，请加上“--data 目录”（单机）或者“--database 地址”（PostgreSQL）。".to_owned(),
            )),
        }
    }

    /// The rulebook with the deployment's own files beside ours: those that were adopted, or those
    /// in its folder where nothing was, or where the database cannot be read: a file is checked, and
    /// a damaged database restored, without it.
    ///
    /// # Errors
    /// [`AppError::Rulebook`], one problem a line.
    pub fn rulebook(&self) -> AppResult<Rulebook> {
        let there = match self.location() {
            Ok(Location::Sqlite(path)) => path.is_file(),
            Ok(_) => true,
            Err(_) => false,
        };
        let folder = || self.local_files().without_adoption();
        let files = match there.then(|| Deployment::files_of(self)) {
            None => folder(),
            Some(Err(AppError::Store(error))) => {
                tracing::warn!(%error, "the rules that were adopted cannot be read: those of the folder count");
                folder()
            }
            Some(files) => files?,
        };
        files.rulebook().map(|(book, _)| book)
    }

    /// The folder of the deployment's own rules, where there is one.
    #[must_use]
    pub fn local_rulebook(&self) -> Option<PathBuf> {
        self.data
            .as_deref()
            .map(|d| d.join("rulebook"))
            .filter(|p| p.is_dir())
    }

    /// The files in that folder as they are now.
    pub(crate) fn local_files(&self) -> LocalFiles {
        let mut problems = Vec::new();
        let files = self
            .local_rulebook()
            .map(|local| files::local(&local, &mut problems))
            .unwrap_or_default();
        LocalFiles {
            files,
            problems,
            set: None,
        }
    }
}
