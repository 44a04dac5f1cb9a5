//! What a file is, by its first bytes; its name is not believed.

use crate::fault::{FaultKind, FileFault};

/// Kinds of files that rows can be read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text with commas or tabs.
    Text,
    /// A container of the `.xlsx` kind (`.ods` and `.docx` look alike from here).
    Package,
}

/// Bytes wanted for [`kind`].
pub const HEAD: usize = 4096;

/// The kind of the file that begins with `head`.
///
/// # Errors
/// No kind we read.
pub fn kind(head: &[u8]) -> Result<Kind, FileFault> {
    let refuse = |kind: FaultKind, what: &str| Err(kind.whole().met(what));
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Package);
    }
    if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        // A compound file: an old workbook, or a new one under a password.
        let encrypted = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes);
        let encrypted: Vec<u8> = encrypted.collect();
        return if memchr::memmem::find(head, &encrypted).is_some() {
            refuse(FaultKind::Encrypted, "加密的工作簿")
        } else {
            refuse(FaultKind::NotYetRead, "旧版Excel工作簿（.xls）")
        };
    }
    let signatures: [(&[u8], &str); 14] = [
        (b"%PDF", "PDF文件"),
        (b"\x89PNG", "图片（PNG）"),
        (b"\xFF\xD8\xFF", "图片（JPEG）"),
        (b"GIF8", "图片（GIF）"),
        (b"BM", "图片（BMP）"),
        (b"Rar!", "压缩包（RAR）"),
        (b"7z\xBC\xAF\x27\x1C", "压缩包（7z）"),
        (b"\x1F\x8B", "压缩包（gzip）"),
        (b"\x7FELF", "程序"),
        (b"MZ", "程序"),
        (b"SQLite format 3", "数据库文件"),
        (b"{\\rtf", "文档（RTF）"),
        (b"<!DOCTYPE", "网页"),
        (b"<html", "网页"),
    ];
    for (signature, what) in signatures {
        // Two letters alone may begin an honest header.
        let sure = signature.len() > 2 || head.contains(&0) || signature.first() == Some(&0x1f);
        if head.starts_with(signature) && sure {
            return refuse(FaultKind::NotATable, what);
        }
    }
    if head.starts_with(b"<?xml") {
        return refuse(FaultKind::NotYetRead, "XML文件");
    }
    if matches!(
        head.iter().find(|b| !b.is_ascii_whitespace()),
        Some(b'{' | b'[')
    ) {
        return refuse(FaultKind::NotYetRead, "JSON文件");
    }
    Ok(Kind::Text)
}
