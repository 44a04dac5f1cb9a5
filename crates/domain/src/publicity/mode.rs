//! The mode of publicity: whose publication a deployment's public site is. Counties in principle run
//! no separate site, so what a district may show by itself is a setting.

use serde::{Deserialize, Serialize};

/// What of the records that may be public today the site shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// All of them (自行公示).
    #[default]
    Own,
    /// Those whose present version the platform above has accepted, by its last answer (同步上级公示).
    Mirror,
    /// None: the site says where to look instead, checks files and explains (只作指引).
    Guide,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Own, Self::Mirror, Self::Guide];

    /// The mode with this id.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == id)
    }

    /// Its id.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Mirror => "mirror",
            Self::Guide => "guide",
        }
    }

    /// What it is, in Chinese.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Own => "自行公示",
            Self::Mirror => "同步上级公示",
            Self::Guide => "只作指引",
        }
    }

    /// Whether a record that may be public today is shown; `accepted`: by the platform above, in its
    /// present version, by the last answer about it.
    #[must_use]
    pub const fn shows(self, accepted: bool) -> bool {
        match self {
            Self::Own => true,
            Self::Mirror => accepted,
            Self::Guide => false,
        }
    }
}
