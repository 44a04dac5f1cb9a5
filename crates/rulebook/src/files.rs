//! The files: those in the binary, and those a deployment lays beside them.

use crate::problem::Problem;
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};
use std::path::Path;
use xinheng_domain::system;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../rulebook");

/// A local file above this size is a mistake.
const LARGEST_LOCAL_FILE: u64 = 8 << 20;

/// Where a file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// In the binary.
    Embedded,
    /// In the deployment's own folder.
    Local,
}

/// One file of the rulebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawFile {
    /// Where it comes from.
    pub layer: Layer,
    /// Path within the rulebook, with `/`.
    pub path: String,
    /// Content.
    pub text: String,
}

impl RawFile {
    /// The name shown to people.
    #[must_use]
    pub fn shown(&self) -> String {
        match self.layer {
            Layer::Embedded => self.path.clone(),
            Layer::Local => format!("本地/{}", self.path),
        }
    }

    /// First part of the path: what kind of rules the file holds.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.path.split_once('/').map_or("", |(folder, _)| folder)
    }

    /// Path without its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path
            .split_once('/')
            .map_or(&self.path, |(_, name)| name)
    }
}

/// The files in the binary, by path.
#[must_use]
pub fn embedded() -> Vec<RawFile> {
    fn walk(dir: &Dir<'_>, into: &mut Vec<RawFile>) {
        for file in dir.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                into.push(RawFile {
                    layer: Layer::Embedded,
                    path: path.replace('\\', "/"),
                    text: text.to_owned(),
                });
            }
        }
        dir.dirs().for_each(|d| walk(d, into));
    }
    let mut files = Vec::new();
    walk(&EMBEDDED, &mut files);
    files.retain(|f| is_rule_file(&f.path));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The files of a deployment's folder, by path. A folder that does not exist is empty.
pub fn local(root: &Path, problems: &mut Vec<Problem>) -> Vec<RawFile> {
    let mut files = Vec::new();
    if root.exists() {
        walk_local(root, "", &mut files, problems);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn walk_local(dir: &Path, prefix: &str, into: &mut Vec<RawFile>, problems: &mut Vec<Problem>) {
    let shown = || format!("本地/{prefix}");
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) => {
            problems.push(Problem::new(
                shown(),
                "",
                format!("文件夹不能读取：{}", system::told(&e)),
            ));
            return;
        }
    };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            problems.push(Problem::new(shown(), "", "文件名不是 UTF-8 编码，请改名"));
            continue;
        };
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        let path = entry.path();
        let inner = format!("{prefix}{name}");
        // Two levels: a link that leads back to its own folder ends here.
        if path.is_dir() {
            if prefix.is_empty() {
                walk_local(&path, &format!("{inner}/"), into, problems);
            } else {
                problems.push(Problem::new(
                    format!("本地/{inner}"),
                    "",
                    "规则库只有一层文件夹，这里的文件不会读取，请移到上一层",
                ));
            }
            continue;
        }
        if !is_rule_file(&inner) {
            if is_rule_file(&format!("x/{inner}")) {
                let text = "规则库的文件放在分类的文件夹里（例如 parameters、publicity、catalogues），这里的文件不会读取，请移进去";
                problems.push(Problem::new(format!("本地/{inner}"), "", text));
            }
            continue;
        }
        match read(&path) {
            Ok(text) => into.push(RawFile {
                layer: Layer::Local,
                path: inner,
                text,
            }),
            Err(text) => problems.push(Problem::new(format!("本地/{inner}"), "", text)),
        }
    }
}

fn is_rule_file(path: &str) -> bool {
    path.contains('/') && (path.ends_with(".toml") || path.ends_with(".txt"))
}

fn read(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path)
        .map_err(|e| format!("文件不能读取：{}", system::told(&e)))?
        .len();
    if size > LARGEST_LOCAL_FILE {
        return Err(format!("文件有{size}字节，超过8兆字节，不像规则文件"));
    }
    let bytes = std::fs::read(path).map_err(|e| format!("文件不能读取：{}", system::told(&e)))?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    String::from_utf8(bytes.to_vec()).map_err(|e| {
        let line = 1 + bytes
            .iter()
            .take(e.utf8_error().valid_up_to())
            .filter(|b| **b == b'\n')
            .count();
        format!("第{line}行不是 UTF-8 编码，请另存为 UTF-8")
    })
}

/// SHA-256 over every file, hex: names the rulebook that gave an answer.
#[must_use]
pub fn digest(files: &[RawFile]) -> String {
    digest_of(files, |_| true)
}

/// Folders whose files say what is public from when to when, and when it is due: nothing else
/// bears on the dates of a record.
const PUBLICITY: [&str; 5] = [
    "calendars",
    "catalogues",
    "codes",
    "parameters",
    "publicity",
];
/// Folders whose files say which texts of a record somebody has to read.
const TEXTS: [&str; 2] = ["catalogues", "personal"];

/// SHA-256 over what the dates of records follow from, hex.
pub(crate) fn publicity_digest(files: &[RawFile]) -> String {
    digest_of(files, |folder| PUBLICITY.contains(&folder))
}

/// SHA-256 over what the reading of texts follows from, hex.
pub(crate) fn texts_digest(files: &[RawFile]) -> String {
    digest_of(files, |folder| TEXTS.contains(&folder))
}

fn digest_of(files: &[RawFile], wanted: impl Fn(&str) -> bool) -> String {
    let mut hasher = Sha256::new();
    for file in files.iter().filter(|file| wanted(file.folder())) {
        let layer: &[u8] = match file.layer {
            Layer::Embedded => b"embedded",
            Layer::Local => b"local",
        };
        for part in [layer, file.path.as_bytes(), file.text.as_bytes()] {
            // With its length before it, no part can run into the next.
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
    }
    hasher
        .finalize()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}
