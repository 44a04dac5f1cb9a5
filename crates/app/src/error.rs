//! What a use case answers when it does not do what was asked.

use jiff::{
    Timestamp,
    tz::{TimeZone, offset},
};
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
    Store(StoreError),
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

impl From<StoreError> for AppError {
    /// A clock that stands wrong is for the operator to mend; everything else is a fault.
    fn from(e: StoreError) -> Self {
        let StoreError::ClockBehind { now, last } = e else {
            return Self::Store(e);
        };
        let told = |at: Timestamp| {
            let at = at.to_zoned(TimeZone::fixed(offset(8)));
            at.strftime("%Y-%m-%d %H:%M:%S").to_string()
        };
        Self::Refused {
            code: "clock-behind",
            message: format!(
                "本机的时间是{}，比最后一条审计的时间{}早，没有写入任何内容：时间会写进记录、期限和审计，事后不能更改。\
                 请先校准本机的系统时间。如果现在的时间是对的、是以前的时间错了，请加上「--clock-is-right」再运行一次，这一确认会写入审计。",
                told(now),
                told(last)
            ),
        }
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
