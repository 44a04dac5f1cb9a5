//! What a use case answers when it does not do what was asked.

use xinheng_domain::system;
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
    /// Refused by rule: the sentence names the rule (Chinese).
    #[error("{message}")]
    Refused {
        /// Stable id of the refusal.
        code: &'static str,
        /// Chinese sentence: what, why, what to do.
        message: String,
    },
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
    Store(#[from] StoreError),
    /// A file could not be read or written.
    #[error("无法读写文件「{path}」：{}。请检查路径、权限和磁盘空间。", system::told(.source))]
    File {
        /// Path as given.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The rulebook of the deployment does not load (Chinese, one problem a line).
    #[error("规则库有问题，未予使用：\n{0}")]
    Rulebook(String),
    /// A chunk that an earlier run has landed: nothing is to be done.
    #[error("这一部分此前已经导入。")]
    AlreadyLanded,
    /// Ours: something that must not happen.
    #[error("系统内部错误：{0}")]
    Fault(String),
}

impl AppError {
    /// Whether the database does not answer now and may well do so soon: it is away, taken or full.
    #[must_use]
    pub const fn is_away(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Unreachable(_) | StoreError::Busy(_) | StoreError::Full(_))
        )
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

/// Result of a use case.
pub type AppResult<T> = Result<T, AppError>;
