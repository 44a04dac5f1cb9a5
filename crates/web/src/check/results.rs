//! Results of checks, for half an hour, under addresses nobody can guess.
//!
//! Only the findings are kept (identity numbers masked by the checker), never the file. The
//! folder is a temporary one and goes with the process, or with the next one where it was killed.

use crate::check::result_page::Group;
use std::{
    collections::HashMap,
    fs::File,
    io::{BufRead, BufReader, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tempfile::{NamedTempFile, TempDir, TempPath};
use tokio::time::Instant;
use xinheng_domain::finding::{Finding, Severity, Summary};

/// So many lines are passed over at one stride.
const STRIDE: u64 = 1000;

/// One kept result.
pub(crate) struct Kept {
    at: Instant,
    lines: TempPath,
    /// Bytes of them.
    size: u64,
    /// Where each [`STRIDE`] of findings begins.
    strides: Vec<u64>,
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
        let of_code = self
            .groups
            .iter()
            .filter(|g| code.is_none_or(|c| g.code == c));
        let total = of_code.map(|g| g.findings).sum();
        let mut findings = Vec::new();
        if first >= total {
            return Ok(Slice { total, findings });
        }
        let mut lines = BufReader::new(File::open(&self.lines)?);
        let mut seen = 0;
        let stride = usize::try_from(first / STRIDE).unwrap_or(usize::MAX);
        if let (None, Some(begin)) = (code, self.strides.get(stride)) {
            lines.seek(SeekFrom::Start(*begin))?;
            seen = first / STRIDE * STRIDE;
        }
        for line in lines.lines() {
            let line = line?;
            if wanted.as_deref().is_some_and(|key| !line.contains(key)) || is_summary(&line) {
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

fn is_summary(line: &str) -> bool {
    line.starts_with("{\"summary\"")
}

/// The results kept now.
pub(crate) struct Results {
    dir: TempDir,
    /// Locked as long as this process lives.
    _alive: File,
    keep: Duration,
    /// Bytes of all results together.
    budget: u64,
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
    pub(crate) fn new(keep: Duration, budget: u64) -> std::io::Result<Self> {
        sweep(&std::env::temp_dir());
        let mut dir = tempfile::Builder::new();
        dir.prefix(PREFIX);
        // Not even the names of what is handed in are others' business.
        #[cfg(unix)]
        dir.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let dir = dir.tempdir()?;
        // Locked before it has its name: nobody sweeps what is just being made.
        let alive = NamedTempFile::new_in(dir.path())?;
        alive.as_file().lock()?;
        let alive = alive.persist(dir.path().join(ALIVE))?;
        Ok(Self {
            dir,
            _alive: alive,
            keep,
            budget,
            kept: Mutex::default(),
        })
    }

    /// A file of ours for an upload or for findings; deleted when dropped.
    pub(crate) fn file(&self, suffix: &str) -> std::io::Result<NamedTempFile> {
        tempfile::Builder::new()
            .suffix(suffix)
            .tempfile_in(self.dir.path())
    }

    /// Keeps a result; answers with its token, or with nothing where there is no room for it.
    ///
    /// Where the budget is used, larger results go for the sake of a smaller one, and never a
    /// smaller one for a larger: who fills the budget loses what is his, and others' results stay
    /// as long as was promised.
    pub(crate) fn keep(
        &self,
        lines: TempPath,
        summary: Summary,
        title: impl Fn(&str) -> String,
    ) -> std::io::Result<Option<String>> {
        let (groups, strides) = groups(&lines, title)?;
        let size = std::fs::metadata(&lines)?.len();
        let token = uuid::Uuid::new_v4().simple().to_string();
        let mut kept = self.lock();
        let mut used: u64 = kept.values().map(|k| k.size).sum();
        let mut larger: Vec<(u64, String)> = kept
            .iter()
            .filter(|(_, k)| k.size > size)
            .map(|(token, k)| (k.size, token.clone()))
            .collect();
        larger.sort_unstable();
        if used - larger.iter().map(|(size, _)| size).sum::<u64>() + size > self.budget {
            return Ok(None);
        }
        while used + size > self.budget
            && let Some((freed, token)) = larger.pop()
        {
            kept.remove(&token);
            used -= freed;
        }
        kept.insert(
            token.clone(),
            Arc::new(Kept {
                at: Instant::now(),
                lines,
                size,
                strides,
                summary,
                groups,
            }),
        );
        Ok(Some(token))
    }

    /// Takes away, for as long as it is polled, every result that has had its time.
    pub(crate) async fn expire(&self) {
        loop {
            let oldest = self.lock().values().map(|k| k.at).min();
            // What is kept from now on has longer to live than any wait that begins now.
            let next = oldest.unwrap_or_else(Instant::now) + self.keep;
            tokio::time::sleep_until(next).await;
        }
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

/// The findings by kind, and where each stride of them begins.
fn groups(
    path: &TempPath,
    title: impl Fn(&str) -> String,
) -> std::io::Result<(Vec<Group>, Vec<u64>)> {
    #[derive(serde::Deserialize)]
    struct Head<'a> {
        #[serde(borrow)]
        code: std::borrow::Cow<'a, str>,
        severity: Severity,
        row: u64,
    }
    let mut found: HashMap<(String, Severity), (u64, u64, u64)> = HashMap::new();
    let mut lines = BufReader::new(File::open(path)?);
    let (mut line, mut at, mut count, mut strides) = (String::new(), 0, 0, Vec::new());
    loop {
        line.clear();
        let size = lines.read_line(&mut line)? as u64;
        if size == 0 || is_summary(&line) {
            break;
        }
        if count % STRIDE == 0 {
            strides.push(at);
        }
        at += size;
        count += 1;
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
    Ok((groups, strides))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    const HALF_HOUR: Duration = Duration::from_secs(1800);

    /// Findings of a file, padded to a size, and what is said of them.
    fn lines(results: &Results, findings: u64, pad: usize) -> (TempPath, Summary) {
        use std::io::Write as _;
        let mut file = results.file(".jsonl").unwrap();
        for row in 1..=findings {
            let value = "x".repeat(pad);
            let line = serde_json::json!({"sheet": null, "row": row, "sheet_row": row + 1, "column": 1,
                "field": "A", "code": "a", "severity": "warn", "value": value, "expected": null,
                "suggestion": null, "message": "m", "basis": null});
            writeln!(file, "{line}").unwrap();
        }
        let summary = Summary {
            file: "a.csv".into(),
            sha256: String::new(),
            format: None,
            today: "2026-11-22".into(),
            rows: findings,
            accepted: 0,
            refused: findings,
            set_aside: 0,
            rows_with_warnings: 0,
            findings,
            unlisted: 0,
        };
        let last = serde_json::json!({"summary": summary});
        writeln!(file, "{last}").unwrap();
        (file.into_temp_path(), summary)
    }

    fn keep(results: &Results, pad: usize) -> Option<String> {
        let (lines, summary) = lines(results, 1, pad);
        results.keep(lines, summary, str::to_owned).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn results_go_when_their_time_is_over_though_nobody_asks() {
        let results = Results::new(HALF_HOUR, u64::MAX).unwrap();
        let files = || std::fs::read_dir(results.dir.path()).unwrap().count() - 1;
        let expiry = results.expire();
        tokio::pin!(expiry);
        let mut pass = async |minutes: u64| {
            let time = tokio::time::sleep(Duration::from_secs(minutes * 60));
            tokio::select! { biased; () = &mut expiry => {}, () = time => {} }
        };
        keep(&results, 10).unwrap();
        pass(20).await;
        keep(&results, 10).unwrap();
        pass(9).await;
        assert_eq!(files(), 2);
        pass(2).await;
        assert_eq!(files(), 1);
        pass(20).await;
        assert_eq!(files(), 0);
    }

    #[test]
    fn who_fills_the_budget_loses_what_is_his() {
        let results = Results::new(HALF_HOUR, 100_000).unwrap();
        let small = keep(&results, 100).unwrap();
        let large: Vec<_> = (0..3).map(|_| keep(&results, 30_000).unwrap()).collect();
        assert!(
            keep(&results, 30_000).is_none(),
            "as large as those that fill it"
        );
        assert!(keep(&results, 99_000).is_none());
        let middle = keep(&results, 20_000).unwrap();
        let left = large.iter().filter(|token| results.get(token).is_some());
        assert_eq!(left.count(), 2, "one of the large ones went");
        for token in [small, middle] {
            assert!(results.get(&token).is_some());
        }
        let size = |k: &Arc<Kept>| k.size;
        assert!(results.lock().values().map(size).sum::<u64>() <= 100_000);
    }

    #[test]
    fn a_page_is_found_by_strides_and_one_beyond_the_end_is_not_looked_for() {
        let results = Results::new(HALF_HOUR, u64::MAX).unwrap();
        let (lines, summary) = lines(&results, 2500, 1);
        let token = results
            .keep(lines, summary, str::to_owned)
            .unwrap()
            .unwrap();
        let kept = results.get(&token).unwrap();
        let rows = |code, first| -> Vec<u64> {
            let slice = kept.slice(code, first, 3).unwrap();
            assert_eq!(slice.total, 2500);
            slice.findings.iter().map(|f| f.row).collect()
        };
        for code in [None, Some("a")] {
            assert_eq!(rows(code, 0), [1, 2, 3]);
            assert_eq!(rows(code, 998), [999, 1000, 1001]);
            assert_eq!(rows(code, 2000), [2001, 2002, 2003]);
            assert_eq!(rows(code, 2499), [2500]);
        }
        // The file is not even opened.
        std::fs::remove_file(kept.path()).unwrap();
        assert!(rows(None, 2500).is_empty() && rows(Some("a"), 99_999_999).is_empty());
        assert!(kept.slice(Some("b"), 0, 3).unwrap().findings.is_empty());
        assert!(kept.slice(None, 2499, 3).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_looks_into_the_folder() {
        use std::os::unix::fs::PermissionsExt as _;
        let results = Results::new(HALF_HOUR, u64::MAX).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(results.dir.path()), 0o700);
        assert_eq!(mode(results.file(".upload").unwrap().path()), 0o600);
    }

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
