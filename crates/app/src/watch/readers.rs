//! Who may read an answer: those who may read the file it answers, and never more.

use std::{fs::File, io, path::Path};

/// Gives `answer` the group of the file it answers and what the file allows to that group; nothing
/// to others, since the answer repeats identity numbers. Where we run as root the owner is the
/// file's, too.
#[cfg(unix)]
pub(super) fn like(answer: &File, file: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    // Gone since it was looked at: then the answer is ours alone.
    let Ok(there) = std::fs::symlink_metadata(file) else {
        return Ok(());
    };
    let ours = answer.metadata()?;
    // Only root may give a file away; else it stays ours.
    let _ = fchown(answer, Some(there.uid()), None);
    let same_group = ours.gid() == there.gid() || fchown(answer, None, Some(there.gid())).is_ok();
    let allowed = allowed(there.mode(), same_group);
    answer.set_permissions(std::fs::Permissions::from_mode(allowed))
}

/// What of a file's mode the answer has. Written by its owner in any case: it is ours to replace.
#[cfg(unix)]
const fn allowed(mode: u32, same_group: bool) -> u32 {
    let group = if same_group { mode & 0o060 } else { 0 };
    0o600 | group
}

/// Folders say who reads what is in them.
#[cfg(not(unix))]
pub(super) fn like(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    #[test]
    fn an_answer_is_read_by_those_who_read_the_file() {
        let dir = tempfile::TempDir::new().unwrap();
        let file = dir.path().join("a.csv");
        std::fs::write(&file, "x").unwrap();
        for (mode, allowed) in [
            (0o644, 0o640),
            (0o664, 0o660),
            (0o600, 0o600),
            (0o400, 0o600),
            (0o777, 0o660),
        ] {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            let answer = tempfile::NamedTempFile::new_in(dir.path()).unwrap();
            like(answer.as_file(), &file).unwrap();
            let got = answer.as_file().metadata().unwrap();
            assert_eq!(got.mode() & 0o777, allowed, "{mode:o}");
            assert_eq!(got.gid(), std::fs::metadata(&file).unwrap().gid());
        }
    }

    #[test]
    fn a_group_that_is_not_the_files_reads_nothing() {
        assert_eq!(allowed(0o664, false), 0o600);
        assert_eq!(allowed(0o664, true), 0o660);
    }
}
