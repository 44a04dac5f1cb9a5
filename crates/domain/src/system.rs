//! What the operating system says of a file, in Chinese.
//!
//! Its own words are English, or whatever the machine is set to. Only those are put into words
//! here that somebody can act on; the rest keep their number, by which they can be looked up.

use std::io::{Error, ErrorKind};

/// The reason of a failure, to stand after the path within a sentence.
#[must_use]
pub fn told(error: &Error) -> String {
    if let Some(words) = kind(error.kind()) {
        return words.to_owned();
    }
    if let Some(number) = error.raw_os_error() {
        return numbered(number).map_or_else(
            || format!("系统返回错误编号{number}"),
            |words| words.to_owned(),
        );
    }
    // What we said ourselves is kept. What a library wraps may repeat the path, in English.
    let said = error.to_string();
    if said.chars().any(is_chinese) {
        return said;
    }
    let mut inner = error.get_ref().map(|inner| inner as &dyn std::error::Error);
    while let Some(error) = inner {
        if let Some(system) = error.downcast_ref::<Error>() {
            return told(system);
        }
        inner = error.source();
    }
    "读写没有成功".to_owned()
}

const fn kind(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "文件或者目录不存在",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "已经存在",
        ErrorKind::IsADirectory => "这是目录，不是文件",
        ErrorKind::NotADirectory => "路径中有一段不是目录",
        ErrorKind::DirectoryNotEmpty => "目录不是空的",
        ErrorKind::ReadOnlyFilesystem => "所在的磁盘是只读的",
        ErrorKind::StorageFull => "磁盘已满",
        ErrorKind::QuotaExceeded => "超出了磁盘配额",
        ErrorKind::FileTooLarge => "文件太大",
        ErrorKind::InvalidFilename => "文件名太长，或者含有不能使用的字符",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => "正在被别的程序使用",
        ErrorKind::CrossesDevices => "两个位置不在同一个磁盘上",
        ErrorKind::TooManyLinks => "链接太多",
        ErrorKind::StaleNetworkFileHandle => "网络目录已经断开",
        ErrorKind::UnexpectedEof => "内容不完整，没有读到结尾",
        ErrorKind::WriteZero => "没有写完",
        ErrorKind::Interrupted => "被中断",
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "等待超时",
        ErrorKind::OutOfMemory => "内存不足",
        ErrorKind::BrokenPipe => "接收的一方已经关闭",
        ErrorKind::AddrInUse => "地址已经被占用",
        ErrorKind::AddrNotAvailable => "不是本机的地址",
        ErrorKind::ConnectionRefused => "对方拒绝连接",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::NotConnected => {
            "连接已经断开"
        }
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            "网络不通"
        }
        _ => return None,
    })
}

/// What the standard library has no kind for; the numbers are the same on all Unix systems.
#[cfg(unix)]
const fn numbered(number: i32) -> Option<&'static str> {
    Some(match number {
        // no law: EIO, ENFILE, EMFILE
        5 => "磁盘读写出错",
        23 | 24 => "同时打开的文件太多",
        _ => return None,
    })
}

#[cfg(not(unix))]
const fn numbered(_: i32) -> Option<&'static str> {
    None
}

const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    #[test]
    fn what_happens_to_files_is_said_in_chinese() {
        for (kind, said) in [
            (ErrorKind::NotFound, "文件或者目录不存在"),
            (ErrorKind::PermissionDenied, "没有权限"),
            (ErrorKind::IsADirectory, "这是目录，不是文件"),
            (ErrorKind::StorageFull, "磁盘已满"),
            (ErrorKind::ReadOnlyFilesystem, "所在的磁盘是只读的"),
            (
                ErrorKind::InvalidFilename,
                "文件名太长，或者含有不能使用的字符",
            ),
            (ErrorKind::Interrupted, "被中断"),
        ] {
            assert_eq!(told(&kind.into()), said);
            // As a library wraps it, with words of its own.
            assert_eq!(told(&Error::new(kind, "at path \"/x\"")), said);
        }
    }

    #[test]
    #[cfg(unix)]
    fn what_linux_says_is_said_in_chinese() {
        for (number, said) in [
            (2, "文件或者目录不存在"),
            (13, "没有权限"),
            (20, "路径中有一段不是目录"),
            (21, "这是目录，不是文件"),
            (24, "同时打开的文件太多"),
            (28, "磁盘已满"),
            (30, "所在的磁盘是只读的"),
        ] {
            assert_eq!(told(&Error::from_raw_os_error(number)), said, "{number}");
        }
        // No number of all leaves a word of English.
        for number in 1..=200 {
            let said = told(&Error::from_raw_os_error(number));
            assert!(!said.chars().any(|c| c.is_ascii_alphabetic()), "{said}");
        }
        assert_eq!(told(&Error::from_raw_os_error(71)), "系统返回错误编号71");
    }

    #[test]
    fn our_own_words_stay_and_others_do_not() {
        assert_eq!(told(&Error::other("临时文件没有写成")), "临时文件没有写成");
        assert_eq!(told(&Error::other("broken")), "读写没有成功");
        let inner = Error::from(ErrorKind::StorageFull);
        assert_eq!(told(&Error::other(Error::other(inner))), "磁盘已满");
    }
}
