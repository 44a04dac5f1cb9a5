//! Looking at the folder: what lies there, what is still being written, where it goes.

use super::{FilePlace, ReadyFile, name_of, receipt};
use crate::{AppError, AppResult, Ctx, department};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, Metadata, TryLockError},
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tempfile::NamedTempFile;
use xinheng_domain::system;

/// Folder, beside the files of a department, into which those taken are moved.
pub const DONE: &str = "已处理";
/// Folders within each other that are looked into.
const DEPTH: usize = 8;
/// Ends of names that programs give to what they are still writing.
const UNFINISHED: [&str; 8] = [
    ".part",
    ".partial",
    ".tmp",
    ".temp",
    ".crdownload",
    ".download",
    ".filepart",
    ".opdownload",
];
/// What desktop systems leave in folders.
const SYSTEM: [&str; 3] = ["thumbs.db", "desktop.ini", "ehthumbs.db"];
/// Held as long as a folder is watched.
const LOCK: &str = ".xinheng-watch";

/// What tells one state of a file from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(found: &Metadata) -> Self {
        Self {
            size: found.len(),
            modified: found.modified().ok(),
        }
    }
}

/// What a file in the folder waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Waiting {
    /// To be still for long enough, or for its turn.
    Turn,
    /// It has its receipt, and waits for somebody to do something about it.
    Judged,
    /// It has its receipt, and waits for a department with this code.
    Department(String),
}

#[derive(Debug)]
struct Seen {
    stamp: Stamp,
    /// Since when it has been like this, by the clock of [`Watch::look`].
    since: Duration,
    /// Its place in the order of arrival.
    arrival: (Duration, Option<SystemTime>),
    waiting: Waiting,
}

/// A folder that is watched.
#[derive(Debug)]
pub struct Watch {
    root: PathBuf,
    settle: Duration,
    seen: BTreeMap<PathBuf, Seen>,
    /// Holds the lock.
    _alone: Option<File>,
}

/// What a look found.
#[derive(Debug, Default)]
pub struct WatchLook {
    /// Files to be taken, in order of arrival.
    pub ready: Vec<ReadyFile>,
    /// Files that may still be being written.
    pub unsettled: usize,
    /// Folders that could not be read, each with the reason.
    pub unreadable: Vec<String>,
}

impl Watch {
    /// Begins to watch a folder; a file has to be still for as long as `settle` to be taken.
    ///
    /// # Errors
    /// Bad input where it is no folder, or somebody else watches it already; it cannot be written.
    pub fn begin(root: &Path, settle: Duration) -> AppResult<Self> {
        let fault = |source| AppError::File {
            path: root.display().to_string(),
            source,
        };
        if !fs::metadata(root).map_err(fault)?.is_dir() {
            return Err(AppError::BadInput(format!(
                "“{}”不是文件夹，请检查“--watch”。",
                root.display()
            )));
        }
        let lock = root.join(LOCK);
        let fault = |source| AppError::File {
            path: lock.display().to_string(),
            source,
        };
        // Opening a pipe waits for somebody at its other end.
        if fs::metadata(&lock).is_ok_and(|there| !there.is_file()) {
            return Err(AppError::BadInput(format!(
                "“{}”不是普通文件，不能用来标记正在收取，请先移走。",
                lock.display()
            )));
        }
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock)
            .map_err(fault)?;
        let alone = match lock.try_lock() {
            Ok(()) => Some(lock),
            Err(TryLockError::WouldBlock) => {
                return Err(AppError::BadInput(format!(
                    "文件夹“{}”已经由另一个程序在收取，请先停止它。",
                    root.display()
                )));
            }
            // Some network shares have no locks.
            Err(TryLockError::Error(_)) => None,
        };
        Ok(Self {
            root: root.to_owned(),
            settle,
            seen: BTreeMap::new(),
            _alone: alone,
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Looks at the folder once. `clock` is time passed since any fixed moment: the machine's
    /// clocks and those of the share may differ, and files keep old times when they are copied.
    ///
    /// # Errors
    /// The folder itself cannot be read; faults of the store.
    pub fn look(&mut self, ctx: &Ctx<'_>, clock: Duration) -> AppResult<WatchLook> {
        let known: BTreeSet<String> = department::list(ctx)?.into_iter().map(|d| d.code).collect();
        let mut look = WatchLook::default();
        let mut found = Vec::new();
        let top = entries(&self.root).map_err(|source| AppError::File {
            path: self.root.display().to_string(),
            source,
        })?;
        for path in top {
            let Some(kind) = kind_of(&path) else { continue };
            match kind {
                Kind::Folder => {
                    let place = FilePlace::Department(name_of(&path));
                    walk(&path, &place, DEPTH, &mut found, &mut look);
                }
                Kind::File(stamp) => found.push((path, FilePlace::Outside, stamp)),
                Kind::Other(stamp) => found.push((path, FilePlace::NoFile, stamp)),
            }
        }
        let there: BTreeSet<&PathBuf> = found.iter().map(|(path, ..)| path).collect();
        self.seen.retain(|path, _| there.contains(path));
        let mut ready = Vec::new();
        for (path, place, stamp) in found {
            let arrival = (clock, stamp.modified);
            let seen = self.seen.entry(path.clone()).or_insert_with(|| Seen {
                stamp: stamp.clone(),
                since: clock,
                arrival,
                waiting: Waiting::Turn,
            });
            if seen.stamp != stamp {
                (seen.stamp, seen.since) = (stamp.clone(), clock);
                seen.waiting = Waiting::Turn;
            }
            if matches!(&seen.waiting, Waiting::Department(code) if known.contains(code)) {
                seen.waiting = Waiting::Turn;
            }
            if seen.waiting != Waiting::Turn {
                continue;
            }
            if clock.saturating_sub(seen.since) < self.settle {
                look.unsettled += 1;
                continue;
            }
            ready.push((seen.arrival, ReadyFile { path, place, stamp }));
        }
        ready.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.path.cmp(&other.path)));
        look.ready = ready.into_iter().map(|(_, file)| file).collect();
        Ok(look)
    }

    pub(super) fn wait(&mut self, file: &ReadyFile, waiting: Waiting) {
        if let Some(seen) = self.seen.get_mut(&file.path) {
            seen.waiting = waiting;
        }
    }

    pub(super) fn forget(&mut self, path: &Path) {
        self.seen.remove(path);
    }

    /// The folder for what is done of the department whose file this is.
    pub(super) fn done_folder(&self, path: &Path) -> io::Result<PathBuf> {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        let department = below.components().next().map(|part| self.root.join(part));
        let folder = department.unwrap_or_else(|| self.root.clone()).join(DONE);
        match fs::symlink_metadata(&folder) {
            Ok(there) if there.is_dir() => {}
            Ok(_) => return Err(io::ErrorKind::NotADirectory.into()),
            Err(_) => fs::create_dir(&folder)?,
        }
        Ok(folder)
    }
}

/// What lies at a path, links not followed.
enum Kind {
    Folder,
    File(Stamp),
    Other(Stamp),
}

fn kind_of(path: &Path) -> Option<Kind> {
    // Gone since the folder was read.
    let found = fs::symlink_metadata(path).ok()?;
    let stamp = Stamp::of(&found);
    Some(match found.file_type() {
        kind if kind.is_dir() => Kind::Folder,
        kind if kind.is_file() => Kind::File(stamp),
        _ => Kind::Other(stamp),
    })
}

/// What a folder holds that is for us, in order of names.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !passed_over(&name_of(&path)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Names of what is hidden, not finished, the system's, or ours.
fn passed_over(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.starts_with('.')
        || lower.starts_with("~$")
        || lower.ends_with('~')
        || UNFINISHED.iter().any(|end| lower.ends_with(end))
        || SYSTEM.contains(&lower.as_str())
        || receipt::is_receipt(name)
        || name == DONE
}

fn walk(
    folder: &Path,
    place: &FilePlace,
    depth: usize,
    found: &mut Vec<(PathBuf, FilePlace, Stamp)>,
    look: &mut WatchLook,
) {
    let inside = match entries(folder) {
        Ok(inside) => inside,
        Err(error) => {
            let folder = super::shown(&folder.to_string_lossy());
            look.unreadable.push(format!(
                "文件夹“{folder}”不能读取：{}",
                system::told(&error)
            ));
            return;
        }
    };
    for path in inside {
        match kind_of(&path) {
            Some(Kind::Folder) if depth > 1 => walk(&path, place, depth - 1, found, look),
            Some(Kind::Folder) => {
                let folder = super::shown(&path.to_string_lossy());
                look.unreadable
                    .push(format!("文件夹“{folder}”套得太深，没有查看"));
            }
            Some(Kind::File(stamp)) => found.push((path, place.clone(), stamp)),
            Some(Kind::Other(stamp)) => found.push((path, FilePlace::NoFile, stamp)),
            None => {}
        }
    }
}

/// Why a file could not be copied.
pub(super) enum CopyFault {
    /// It could not be read.
    There(io::Error),
    /// The folder for temporary files could not be written.
    Here(io::Error),
}

/// A private copy of a file that is, before and after, what it was when it was looked at; `None`
/// where it is not.
pub(super) fn copy(path: &Path, stamp: &Stamp) -> Result<Option<NamedTempFile>, CopyFault> {
    let same = || matches!(kind_of(path), Some(Kind::File(now)) if now == *stamp);
    if !same() {
        return Ok(None);
    }
    let mut from = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(CopyFault::There)?,
    };
    let mut copy = NamedTempFile::new().map_err(CopyFault::Here)?;
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = io::Read::read(&mut from, &mut piece).map_err(CopyFault::There)?;
        let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        io::Write::write_all(&mut copy, bytes).map_err(CopyFault::Here)?;
    }
    Ok(same().then_some(copy))
}

/// A place in the folder that no file has, with the name of the file or that name and a number.
pub(super) fn free_place(folder: &Path, file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default();
    let mut place = folder.join(name);
    let mut again = 2;
    // A link that leads nowhere is something, too.
    while fs::symlink_metadata(&place).is_ok() {
        let mut next = file.file_stem().unwrap_or_default().to_owned();
        next.push(format!("-{again}"));
        if let Some(end) = file.extension() {
            next.push(".");
            next.push(end);
        }
        place = folder.join(next);
        again += 1;
    }
    place
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    #[test]
    fn what_is_not_for_us_is_passed_over() {
        for name in [
            ".处罚.csv",
            "~$处罚.xlsx",
            "处罚.csv.part",
            "处罚.TMP",
            "Thumbs.db",
            "处罚.csv~",
            "处罚.csv.回执.txt",
            "处罚.csv.回执.json",
            "已处理",
            ".~lock.处罚.ods#",
        ] {
            assert!(passed_over(name), "{name}");
        }
        for name in ["处罚.csv", "部分.xlsx", "处罚", "回执.csv", "partial"] {
            assert!(!passed_over(name), "{name}");
        }
    }

    #[test]
    fn no_file_is_replaced() {
        let dir = tempfile::TempDir::new().unwrap();
        let place = || free_place(dir.path(), Path::new("x/处罚.csv"));
        let name = |path: &Path| name_of(path);
        assert_eq!(name(&place()), "处罚.csv");
        fs::write(place(), "").unwrap();
        assert_eq!(name(&place()), "处罚-2.csv");
        fs::write(place(), "").unwrap();
        assert_eq!(name(&place()), "处罚-3.csv");
    }

    #[test]
    fn a_file_that_changes_is_not_copied() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("a.csv");
        fs::write(&path, "一").unwrap();
        let stamp = Stamp::of(&fs::metadata(&path).unwrap());
        assert!(matches!(copy(&path, &stamp), Ok(Some(_))));
        fs::write(&path, "一二").unwrap();
        assert!(matches!(copy(&path, &stamp), Ok(None)));
        fs::remove_file(&path).unwrap();
        assert!(matches!(copy(&path, &stamp), Ok(None)));
    }
}
