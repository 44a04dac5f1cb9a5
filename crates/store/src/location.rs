//! Where a database is.

use crate::error::StoreError;
use std::{fmt, path::PathBuf};

/// A place a database can be opened at.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A connection address, `postgres://…`.
    Postgres(String),
}

impl Location {
    /// Reads what an operator gives: an address that begins with `postgres://` or
    /// `postgresql://`, otherwise the path of a file (`sqlite://` may stand before it).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Self::Postgres(text.to_owned())
        } else {
            Self::Sqlite(PathBuf::from(
                text.strip_prefix("sqlite://").unwrap_or(text),
            ))
        }
    }

    /// The database of a deployment's data folder.
    #[must_use]
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self::Sqlite(folder.into().join("xinheng.sqlite"))
    }

    /// An error where a file that was there is gone.
    pub(crate) fn present(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(path) if !path.exists() => Err(StoreError::Missing(self.to_string())),
            _ => Ok(()),
        }
    }

    /// Whether both are one database: the same address, or the same file, by whatever name. A
    /// file with two names is two databases to SQLite, and soon none.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sqlite(one), Self::Sqlite(two)) => match (file_id(one), file_id(two)) {
                (Some(one), Some(two)) => one == two,
                _ => false,
            },
            _ => self == other,
        }
    }

    /// Whether a file has a second name beside this one. To SQLite it is another database there,
    /// with a log and a claim of its own: who writes to both spoils both.
    pub(crate) fn has_other_names(&self) -> bool {
        match self {
            Self::Sqlite(path) => names_of(path) > 1,
            Self::Postgres(_) => false,
        }
    }

    /// Whether the database has one writer at a time.
    pub(crate) const fn single_writer(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

/// What the system knows a file by, links followed.
#[cfg(unix)]
fn file_id(path: &std::path::Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let data = path.metadata().ok()?;
    Some((data.dev(), data.ino()))
}

/// How many names the file has; 0 where there is none.
#[cfg(unix)]
fn names_of(path: &std::path::Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    path.metadata().map_or(0, |data| data.nlink())
}

/// Not known here.
#[cfg(not(unix))]
const fn names_of(_: &std::path::Path) -> u64 {
    0
}

#[cfg(not(unix))]
fn file_id(path: &std::path::Path) -> Option<PathBuf> {
    path.canonicalize().ok()
}

impl fmt::Display for Location {
    /// Never shows a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(address) => f.write_str(&without_password(address)),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return "postgres://…".to_owned();
    };
    // Parameters may hold a password as well: nothing after `?` is shown.
    let rest = rest.split('?').next().unwrap_or_default();
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}")
        }
        None => format!("{scheme}://{rest}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    #[test]
    fn one_file_is_one_database_by_whatever_name() {
        let dir = tempfile::tempdir().unwrap();
        let place = |name: &str| Location::Sqlite(dir.path().join(name));
        for name in ["one", "two"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        assert!(place("one").is_same(&place("./one")));
        assert!(!place("one").is_same(&place("two")));
        assert!(!place("none").is_same(&place("none")), "there is none");
        assert!(!place("one").has_other_names() && !place("none").has_other_names());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(dir.path(), dir.path().join("way")).unwrap();
            std::fs::hard_link(dir.path().join("one"), dir.path().join("hard")).unwrap();
            assert!(place("one").is_same(&place("way/one")));
            assert!(place("one").is_same(&place("hard")));
            assert!(place("one").has_other_names() && place("way/hard").has_other_names());
        }
        let server = Location::parse("postgres://h/a");
        assert!(server.is_same(&server) && !server.is_same(&Location::parse("postgres://h/b")));
    }

    #[test]
    fn a_password_is_never_shown() {
        let shown = |text: &str| Location::parse(text).to_string();
        assert_eq!(
            shown("postgres://u:p@h:5432/db?password=x"),
            "postgres://u@h:5432/db"
        );
        assert_eq!(shown("postgresql://u:p@q@h/db"), "postgresql://u@h/db");
        assert_eq!(shown("postgres://h/db"), "postgres://h/db");
        assert_eq!(shown("/var/lib/x.sqlite"), "/var/lib/x.sqlite");
        assert_eq!(shown("sqlite://x.sqlite"), "x.sqlite");
    }
}
