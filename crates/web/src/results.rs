//! Results of checks, for half an hour, under addresses nobody can guess.
//!
//! Only the findings are kept (identity numbers masked by the checker), never the file. The
//! folder is a temporary one and goes with the process, or with the next one where it was killed.

use crate::pages::check_result::Group;
use std::{
    collections::HashMap,
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tempfile::{NamedTempFile, TempDir, TempPath};
use xinheng_domain::finding::{Finding, Severity, Summary};

/// Results kept at once; the oldest goes first.
const MOST: usize = 200;

/// One kept result.
pub(crate) struct Kept {
    at: Instant,
    lines: TempPath,
    pub(crate) summary: Summary,
    /// Code, severity, findings, rows: most grave first, then most frequent.
    pub(crate) groups: Vec<Group>,
}

/// A page of findings.
pub(crate) struct Slice {
    pub(crate) total: u64,
    pub(crate) findings: Vec<Finding>,
}

impl Kept {
    /// Where the JSON Lines stand.
    pub(crate) fn path(&self) -> PathBuf {
        self.lines.to_path_buf()
    }

    /// `count` findings from the `first`, of one code where one is chosen.
    pub(crate) fn slice(
        &self,
        code: Option<&str>,
        first: u64,
        count: u64,
    ) -> std::io::Result<Slice> {
        // A quotation mark inside a value is escaped, so this key can only be the finding's own.
        let wanted = code.map(|c| format!("\"code\":{}", serde_json::Value::from(c)));
        let total = code.map_or(self.summary.findings, |c| {
            self.groups
                .iter()
                .filter(|g| g.code == c)
                .map(|g| g.findings)
                .sum()
        });
        let mut findings = Vec::new();
        let mut seen = 0;
        for line in BufReader::new(std::fs::File::open(&self.lines)?).lines() {
            let line = line?;
            if wanted.as_deref().is_some_and(|key| !line.contains(key))
                || line.starts_with("{\"summary\"")
            {
                continue;
            }
            seen += 1;
            if seen <= first {
                continue;
            }
            findings.push(serde_json::from_str(&line)?);
            if findings.len() as u64 == count {
                break;
            }
        }
        Ok(Slice { total, findings })
    }
}

/// The results kept now.
pub(crate) struct Results {
    dir: TempDir,
    /// Locked as long as this process lives.
    _alive: File,
    keep: Duration,
    kept: Mutex<HashMap<String, Arc<Kept>>>,
}

/// What the folders of all our processes are called.
const PREFIX: &str = "xinheng-check-";
/// The file in each that its process holds locked.
const ALIVE: &str = "alive";

/// Takes away folders whose process is no more: one that is killed leaves uploaded files behind,
/// and those are nobody's but their sender's.
fn sweep(temporary: &Path) {
    let Ok(entries) = std::fs::read_dir(temporary) else {
        return;
    };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let lock = ours.then(|| File::open(entry.path().join(ALIVE)));
        let abandoned = lock.is_some_and(|f| f.is_ok_and(|f| f.try_lock().is_ok()));
        if abandoned && let Err(error) = std::fs::remove_dir_all(entry.path()) {
            tracing::warn!(%error, "a folder of an earlier process stays");
        }
    }
}

impl Results {
    pub(crate) fn new(keep: Duration) -> std::io::Result<Self> {
        sweep(&std::env::temp_dir());
        let dir = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
        // Locked before it has its name: nobody sweeps what is just being made.
        let alive = NamedTempFile::new_in(dir.path())?;
        alive.as_file().lock()?;
        let alive = alive.persist(dir.path().join(ALIVE))?;
        Ok(Self {
            dir,
            _alive: alive,
            keep,
            kept: Mutex::default(),
        })
    }

    /// A file of ours for an upload or for findings; deleted when dropped.
    pub(crate) fn file(&self, suffix: &str) -> std::io::Result<NamedTempFile> {
        tempfile::Builder::new()
            .suffix(suffix)
            .tempfile_in(self.dir.path())
    }

    /// Keeps a result; answers with its token.
    pub(crate) fn keep(
        &self,
        lines: TempPath,
        summary: Summary,
        title: impl Fn(&str) -> String,
    ) -> std::io::Result<String> {
        let groups = groups(&lines, title)?;
        let token = uuid::Uuid::new_v4().simple().to_string();
        let mut kept = self.lock();
        if kept.len() >= MOST {
            let oldest = kept
                .iter()
                .min_by_key(|(_, k)| k.at)
                .map(|(token, _)| token.clone());
            oldest.and_then(|token| kept.remove(&token));
        }
        kept.insert(
            token.clone(),
            Arc::new(Kept {
                at: Instant::now(),
                lines,
                summary,
                groups,
            }),
        );
        Ok(token)
    }

    pub(crate) fn get(&self, token: &str) -> Option<Arc<Kept>> {
        self.lock().get(token).cloned()
    }

    pub(crate) fn delete(&self, token: &str) {
        self.lock().remove(token);
    }

    /// The table, without what has had its time.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Kept>>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, k| k.at.elapsed() < self.keep);
        kept
    }
}

fn groups(path: &TempPath, title: impl Fn(&str) -> String) -> std::io::Result<Vec<Group>> {
    #[derive(serde::Deserialize)]
    struct Head<'a> {
        #[serde(borrow)]
        code: std::borrow::Cow<'a, str>,
        severity: Severity,
        row: u64,
    }
    let mut found: HashMap<(String, Severity), (u64, u64, u64)> = HashMap::new();
    for line in BufReader::new(std::fs::File::open(path)?).lines() {
        let line = line?;
        if line.starts_with("{\"summary\"") {
            continue;
        }
        let head: Head<'_> = serde_json::from_str(&line)?;
        let entry = found
            .entry((head.code.into_owned(), head.severity))
            .or_default();
        entry.0 += 1;
        // Findings come in the order of rows: a row counts when it differs from the one before.
        // Row 0 is the file or a column, and no record.
        if entry.2 != head.row {
            entry.1 += 1;
            entry.2 = head.row;
        }
    }
    let mut groups: Vec<Group> = found
        .into_iter()
        .map(|((code, severity), (findings, rows, _))| Group {
            title: title(&code),
            code,
            severity,
            findings,
            rows,
        })
        .collect();
    groups
        .sort_by(|a, b| (a.severity, b.findings, &a.code).cmp(&(b.severity, a.findings, &b.code)));
    Ok(groups)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    #[test]
    fn folders_of_the_dead_are_swept_and_those_of_the_living_stay() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let path = temporary.path().join(name);
            std::fs::create_dir(&path).unwrap();
            std::fs::write(path.join("upload.csv"), "x").unwrap();
            path
        };
        let (dead, living) = (folder("xinheng-check-1"), folder("xinheng-check-2"));
        let (strange, fresh) = (folder("something-else"), folder("xinheng-check-3"));
        for path in [&dead, &living, &strange] {
            File::create(path.join(ALIVE)).unwrap();
        }
        let held = File::open(living.join(ALIVE)).unwrap();
        held.lock().unwrap();
        sweep(temporary.path());
        assert!(!dead.exists());
        assert!(living.exists() && strange.exists() && fresh.exists());
        drop(held);
        sweep(temporary.path());
        assert!(!living.exists());
    }
}
