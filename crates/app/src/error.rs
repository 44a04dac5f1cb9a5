//! What a use case answers when it does not do what was asked.

use jiff::{
    Timestamp,
    tz::{TimeZone, offset},
};
use xinheng_domain::{
    refusal::{Refusal, RefusalCode},
    system,
};
use xinheng_rulebook::Rulebook;
use xinheng_store::StoreError;

/// A use case's other answers. A fault is ours; everything else tells the asker what to do.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// What was asked for does not exist.
    #[error("{0}")]
    NotFound(String),
    /// What was handed in cannot be used: what, where, why, what to do (Chinese).
    #[error("{0}")]
    BadInput(String),
    /// Refused by rule: with the article, the day and the way out.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// The actor may not do this (Chinese).
    #[error("{0}")]
    Forbidden(String),
    /// Too much at once; ask again after so many seconds.
    #[error("系统正忙，请在 {retry_after} 秒后再试。")]
    Busy {
        /// Seconds.
        retry_after: u32,
    },
    /// The database says no.
    #[error(transparent)]
    Store(StoreError),
    /// A file could not be read or written.
    #[error("无法读写文件“{path}”：{}。请检查路径、权限和磁盘空间。", system::told(.source))]
    File {
        /// Path as given.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The rulebook of the deployment does not load (Chinese, one problem a line).
    #[error("规则库有问题，未予使用：\n{0}")]
    Rulebook(String),
    /// Ours: something that must not happen.
    #[error("系统内部错误：{0}")]
    Fault(String),
}

impl From<StoreError> for AppError {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}

impl AppError {
    /// Whether the database does not answer now, whatever is asked: it is away, taken, full or
    /// damaged. It may well do so later.
    #[must_use]
    pub const fn is_away(&self) -> bool {
        matches!(
            self,
            Self::Store(
                StoreError::Unreachable(_)
                    | StoreError::Busy(_)
                    | StoreError::Full(_)
                    | StoreError::Corrupt(_)
            )
        )
    }

    /// A clock that stands wrong is for the operator to mend: refused; everything else is as it was.
    pub(crate) fn or_clock(self, rulebook: &Rulebook) -> Self {
        let Self::Store(StoreError::ClockBehind { now, last }) = self else {
            return self;
        };
        let told = |at: Timestamp| {
            let at = at.to_zoned(TimeZone::fixed(offset(8)));
            at.strftime("%Y-%m-%d %H:%M:%S").to_string()
        };
        let places = [("now", &*told(now)), ("last", &told(last))];
        rulebook.refusal(RefusalCode::ClockBehind, &places).into()
    }

    /// Whether the asker can mend it (bad data, unknown thing, refusal), or it is a fault.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(
            self,
            Self::Store(_) | Self::File { .. } | Self::Rulebook(_) | Self::Fault(_)
        )
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// Result of a use case.
pub type AppResult<T> = Result<T, AppError>;
