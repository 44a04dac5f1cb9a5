//! What can go wrong with a database. Driver types stop here; sentences are for operators.

use std::fmt;

/// A fault of the store. The sentences say where and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process holds the database, or every connection is taken.
    #[error("数据库正忙：{0}。请稍后再试；如果一直如此，请检查是否有别的程序占用数据库")]
    Busy(String),
    /// No space is left for the database.
    #[error("数据库已写满：{0}。请清理磁盘或扩大容量，已提交的内容不受影响")]
    Full(String),
    /// No space is left for a file that was to be made from the database.
    #[error(
        "写入“{0}”时磁盘已满，没有写完的文件已经删去，数据库没有改动。请清理这个磁盘，或者写到别的磁盘上"
    )]
    TargetFull(String),
    /// The database was made by an older program.
    #[error("数据库结构是第 {found} 版，本程序需要第 {needed} 版。请先运行 xinheng db migrate")]
    SchemaOlder {
        /// Version found.
        found: u32,
        /// Version this program needs.
        needed: u32,
    },
    /// The database was made by a newer program.
    #[error(
        "数据库结构是第 {found} 版，比本程序认识的第 {needed} 版新。请使用新版程序，不要用旧版打开"
    )]
    SchemaNewer {
        /// Version found.
        found: u32,
        /// Version this program knows.
        needed: u32,
    },
    /// There is no database at the place.
    #[error("找不到数据库：{0}。请检查路径或地址，首次使用请先运行 xinheng db migrate")]
    Missing(String),
    /// A copy of another database was broken off: what is there is a part of it.
    #[error(
        "数据库“{0}”里是一次没有完成的复制，内容不全。请再次运行同一条 xinheng db copy，它会接着上次中断的地方复制"
    )]
    Unfinished(String),
    /// The server or the file cannot be reached.
    #[error("连接不上数据库：{0}。请检查服务是否运行、地址和权限是否正确")]
    Unreachable(String),
    /// The database is damaged, or the file is no database.
    #[error("数据库文件已损坏或不是数据库：{0}。请停止写入，用最近的备份恢复，并保留原文件备查")]
    Corrupt(String),
    /// What the tables hold is not what the audit tells: a new beginning would make it right.
    #[error(
        "库中的内容与审计记录不符：{0}。没有升级，请用原来的程序运行 xinheng db verify 查明，用相符的备份恢复以后再升级"
    )]
    Differs(String),
    /// A stored value cannot be understood.
    #[error("数据库内容不一致：表 {table} 的 {column} 列，行 {row}。请运行 xinheng db verify")]
    Inconsistent {
        /// Table.
        table: &'static str,
        /// Column.
        column: String,
        /// The row's key.
        row: String,
    },
    /// The clock stands before the last audit entry: nothing is written under it.
    #[error("时钟是 {now}，比最后一条审计的 {last} 早，没有写入")]
    ClockBehind {
        /// The moment of what was to be written.
        now: jiff::Timestamp,
        /// The moment of the last entry.
        last: jiff::Timestamp,
    },
    /// Two writers met at the same row and the bounded number of retries is used up.
    #[error("写入冲突：{0}。请重试")]
    Conflict(String),
    /// The database does not offer what was asked.
    #[error("{0}")]
    Unsupported(String),
    /// Anything else a driver said.
    #[error("数据库错误：{0}")]
    Other(String),
}

/// The store's own result.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A stored value that no longer has a meaning.
pub(crate) fn inconsistent(
    table: &'static str,
    column: impl Into<String>,
    row: impl fmt::Display,
) -> StoreError {
    StoreError::Inconsistent {
        table,
        column: column.into(),
        row: row.to_string(),
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Other(format!("JSON：{error}"))
    }
}
