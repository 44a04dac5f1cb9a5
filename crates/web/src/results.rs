//! Results of checks, for half an hour, under addresses nobody can guess.
//!
//! Only the findings are kept (identity numbers masked by the checker), never the file. The
//! folder is a temporary one and goes with the process.

use crate::pages::check_result::Group;
use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::PathBuf,
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
    keep: Duration,
    kept: Mutex<HashMap<String, Arc<Kept>>>,
}

impl Results {
    pub(crate) fn new(keep: Duration) -> std::io::Result<Self> {
        Ok(Self {
            dir: tempfile::Builder::new()
                .prefix("xinheng-check-")
                .tempdir()?,
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
        if entry.2 != head.row || entry.1 == 0 {
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
