//! A workbook that a command writes: whole at its place, or not at all.

use crate::output::Failure;
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;
use xinheng_app::AppError;
use xinheng_domain::system;

/// A file beside the place it goes to, moved there once it is whole.
pub(crate) struct NewFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl NewFile {
    /// Makes room for a workbook at `path`; `source` is what it is made from, and stays.
    pub(crate) fn at(path: &Path, source: Option<&Path>) -> Result<Self, Failure> {
        let shown = path.display();
        let is_workbook = path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("xlsx"));
        if !is_workbook {
            return Err(Failure::Usage(format!(
                "“{shown}”应当以 .xlsx 结尾：写出的是工作簿。"
            )));
        }
        if path.is_dir() {
            return Err(Failure::Usage(format!("“{shown}”是目录，请写明文件名。")));
        }
        let same = |a: &Path, b: &Path| match (fs::canonicalize(a), fs::canonicalize(b)) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        };
        if source.is_some_and(|source| same(path, source)) {
            return Err(Failure::Usage(format!(
                "“{shown}”就是要检查的文件，原文件不会改动，请另写一个文件名。"
            )));
        }
        if path.exists() {
            return Err(Failure::Usage(format!(
                "“{shown}”已经存在，没有覆盖：里面可能有填好、改好的内容。请换一个文件名，或者先移走那一份。"
            )));
        }
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".xinheng-").suffix(".xlsx");
        // What is made from a clerk's file has identity numbers in it: only who asked reads it. A
        // template is as readable as any file that is written here.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(
            if source.is_some() { 0o600 } else { 0o666 },
        ));
        let file = builder.tempfile_in(folder).map_err(|e| {
            Failure::Usage(format!(
                "不能写“{shown}”：{}。请检查目录是否存在、能否写入。",
                system::told(&e)
            ))
        })?;
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Where the bytes go.
    pub(crate) fn writer(&self) -> &File {
        self.file.as_file()
    }

    /// Puts the file into its place.
    pub(crate) fn keep(self) -> Result<(), Failure> {
        let path = self.path;
        let kept = self.file.persist_noclobber(&path);
        kept.map(drop).map_err(|e| {
            Failure::App(AppError::File {
                path: path.display().to_string(),
                source: e.error,
            })
        })
    }
}
