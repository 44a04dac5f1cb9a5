//! What must hold of the tree as a whole: which crate may use which, which words may stand
//! where, what may come in. The tests are in `tests/`; here is how they read the tree.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "only tests call this crate: a tree that cannot be read is a failed test"
)]

pub mod glossary;
pub mod metadata;
pub mod source;
pub mod spdx;
pub mod words;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders that are made, not written.
const MADE: [&str; 8] = [
    ".git",
    "target",
    "node_modules",
    "data",
    "out",
    ".cache",
    "corpus",
    "artifacts",
];

/// The top of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// A text file of the tree.
#[derive(Debug, Clone)]
pub struct TreeFile {
    /// From the top of the repository, with `/`.
    pub path: String,
    /// Its text; what is not UTF-8 is left out.
    pub text: String,
}

impl TreeFile {
    /// Reads one file, named from the top of the repository.
    #[must_use]
    pub fn read(path: &str) -> Self {
        let text =
            fs::read_to_string(root().join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"));
        Self {
            path: path.to_owned(),
            text,
        }
    }

    /// Whether only tests or benchmarks use the file.
    #[must_use]
    pub fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        ["crates/testkit/", "crates/tree-tests/", "bench/", "e2e/"]
            .iter()
            .any(|prefix| self.path.starts_with(prefix))
            || self.path.contains("/tests/")
            || self.path.contains("/benches/")
            || self.path.contains("/src/samples/")
            || name == "tests.rs"
            || name.ends_with("_tests.rs")
    }
}

/// All text files under `under` (`""` = the whole tree) whose name ends in one of `endings`.
#[must_use]
pub fn files(under: &str, endings: &[&str]) -> Vec<TreeFile> {
    let top = root();
    let mut found = Vec::new();
    walk(&top.join(under), &mut |path| {
        let relative = path
            .strip_prefix(&top)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        let wanted = endings.is_empty() || endings.iter().any(|end| relative.ends_with(end));
        if let Some(text) = wanted.then(|| fs::read_to_string(path).ok()).flatten() {
            found.push(TreeFile {
                path: relative,
                text,
            });
        }
    });
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(folder: &Path, each: &mut impl FnMut(&Path)) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !MADE.contains(&entry.file_name().to_string_lossy().as_ref()) {
                walk(&path, each);
            }
        } else {
            each(&path);
        }
    }
}

/// Fails with all faults at once, each on a line of its own.
///
/// # Panics
/// Where there is a fault.
pub fn report(rule: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{rule}\n  {}\n", faults.join("\n  "));
}
