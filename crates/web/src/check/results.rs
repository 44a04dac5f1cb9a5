//! Results of checks, for half an hour, under addresses nobody can guess.
//!
//! Kept are the findings (identity numbers masked by the checker) and the annotated workbook, sealed
//! under a key that is in memory alone; never the file. The folder is a temporary one and goes with
//! the process, or with the next one where it was killed.

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
use xinheng_app::sealed::SealedFile;
use xinheng_domain::finding::{Finding, Severity, Summary};

/// So many lines are passed over at one stride.
const STRIDE: u64 = 1000;

/// What a check gives.
pub(crate) struct Checked {
    /// The findings.
    pub(crate) lines: TempPath,
    pub(crate) summary: Summary,
    /// The annotated workbook, sealed.
    pub(crate) book: Option<(SealedFile, TempPath)>,
}

/// One kept result.
pub(crate) struct Kept {
    at: Instant,
    lines: TempPath,
    /// The annotated workbook; there is none where only the findings had room.
    book: Option<(SealedFile, TempPath)>,
    /// Bytes of both.
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

    /// The annotated workbook, sealed.
    pub(crate) fn book(&self) -> Option<(&SealedFile, &Path)> {
        let book = self.book.as_ref();
        book.map(|(sealed, path)| (sealed, &**path))
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

    /// A file without a name, for what must not be found on the disk.
    pub(crate) fn nameless(&self) -> std::io::Result<File> {
        tempfile::tempfile_in(self.dir.path())
    }

    /// A file of ours for an upload or for findings; deleted when dropped.
    pub(crate) fn file(&self, suffix: &str) -> std::io::Result<NamedTempFile> {
        tempfile::Builder::new()
            .suffix(suffix)
            .tempfile_in(self.dir.path())
    }

    /// Keeps a result; answers with its token, or with nothing where there is no room for it. Where
    /// there is none for the workbook, the findings are kept without it.
    ///
    /// Where the budget is used, larger results go for the sake of a smaller one, and never a
    /// smaller one for a larger: who fills the budget loses what is his, and others' results stay
    /// as long as was promised.
    pub(crate) fn keep(
        &self,
        checked: Checked,
        title: impl Fn(&str) -> String,
    ) -> std::io::Result<Option<String>> {
        let Checked {
            lines,
            summary,
            mut book,
        } = checked;
        let (groups, strides) = groups(&lines, title)?;
        let mut size = std::fs::metadata(&lines)?.len();
        let of_book = match &book {
            Some((_, path)) => std::fs::metadata(path)?.len(),
            None => 0,
        };
        let token = uuid::Uuid::new_v4().simple().to_string();
        let mut kept = self.lock();
        if self.make_room(&mut kept, size + of_book) {
            size += of_book;
        } else if self.make_room(&mut kept, size) {
            book = None;
        } else {
            return Ok(None);
        }
        kept.insert(
            token.clone(),
            Arc::new(Kept {
                at: Instant::now(),
                lines,
                book,
                size,
                strides,
                summary,
                groups,
            }),
        );
        Ok(Some(token))
    }

    /// Makes room for a result of this size, if only larger ones have to go for it.
    fn make_room(&self, kept: &mut HashMap<String, Arc<Kept>>, size: u64) -> bool {
        let mut used: u64 = kept.values().map(|k| k.size).sum();
        let mut larger: Vec<(u64, String)> = kept
            .iter()
            .filter(|(_, k)| k.size > size)
            .map(|(token, k)| (k.size, token.clone()))
            .collect();
        larger.sort_unstable();
        if used - larger.iter().map(|(size, _)| size).sum::<u64>() + size > self.budget {
            return false;
        }
        while used + size > self.budget
            && let Some((freed, token)) = larger.pop()
        {
            kept.remove(&token);
            used -= freed;
        }
        true
    }

    /// How long a result will be there yet.
    pub(crate) fn left(&self, kept: &Kept) -> Duration {
        self.keep.saturating_sub(kept.at.elapsed())
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
    // By code, as they are looked at: the gravest, findings, rows, the row met last.
    let mut found: HashMap<String, (Severity, u64, u64, u64)> = HashMap::new();
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
        let new = (head.severity, 0, 0, 0);
        let (gravest, findings, rows, last) = found.entry(head.code.into_owned()).or_insert(new);
        *gravest = head.severity.min(*gravest);
        *findings += 1;
        // Findings come in the order of rows: a row counts when it differs from the one before.
        // Row 0 is the file or a column, and no record.
        if *last != head.row {
            *rows += 1;
            *last = head.row;
        }
    }
    let mut groups: Vec<Group> = found
        .into_iter()
        .map(|(code, (severity, findings, rows, _))| Group {
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
        keep_with(results, pad, 0)
    }

    /// The same with a workbook of so many bytes.
    fn keep_with(results: &Results, pad: usize, book: usize) -> Option<String> {
        let (lines, summary) = lines(results, 1, pad);
        let mut file = results.file(".sealed").unwrap();
        let sealed = SealedFile::write(&mut &*vec![b'x'; book], &mut file).unwrap();
        let book = (book > 0).then(|| (sealed, file.into_temp_path()));
        let checked = Checked {
            lines,
            summary,
            book,
        };
        results.keep(checked, str::to_owned).unwrap()
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
    fn a_workbook_counts_and_goes_with_its_result() {
        let results = Results::new(HALF_HOUR, 100_000).unwrap();
        let files = || std::fs::read_dir(results.dir.path()).unwrap().count() - 1;
        let token = keep_with(&results, 100, 60_000).unwrap();
        assert!(results.get(&token).unwrap().book().is_some());
        assert_eq!(files(), 2, "findings and workbook");
        // The next is as large: its findings have room, and its workbook has not.
        let second = keep_with(&results, 100, 60_000).unwrap();
        assert!(results.get(&second).unwrap().book().is_none());
        assert_eq!(files(), 3);
        results.delete(&token);
        assert_eq!(files(), 1);
        let third = keep_with(&results, 100, 60_000).unwrap();
        assert!(results.get(&third).unwrap().book().is_some());
    }

    #[test]
    fn a_kind_is_counted_by_its_code_whatever_it_does() {
        use std::io::Write as _;
        let results = Results::new(HALF_HOUR, u64::MAX).unwrap();
        let mut file = results.file(".jsonl").unwrap();
        for (row, severity) in [(1, "warn"), (1, "warn"), (2, "refuse_row"), (2, "warn")] {
            let line = serde_json::json!({"code": "a", "severity": severity, "row": row});
            writeln!(file, "{line}").unwrap();
        }
        let (groups, _) = groups(&file.into_temp_path(), str::to_owned).unwrap();
        let [group] = &groups[..] else {
            unreachable!("{groups:?}")
        };
        assert_eq!((group.findings, group.rows), (4, 2));
        assert_eq!(group.severity, Severity::RefuseRow);
    }

    #[test]
    fn a_page_is_found_by_strides_and_one_beyond_the_end_is_not_looked_for() {
        let results = Results::new(HALF_HOUR, u64::MAX).unwrap();
        let (lines, summary) = lines(&results, 2500, 1);
        let checked = Checked {
            lines,
            summary,
            book: None,
        };
        let token = results.keep(checked, str::to_owned).unwrap().unwrap();
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
