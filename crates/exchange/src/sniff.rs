//! What a file is, by its first bytes; its name is not believed.

use crate::fault::{FaultKind, FileFault};

/// Kinds of files that rows can be read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text with commas or tabs.
    Text,
    /// A container of the `.xlsx` kind (`.ods` and `.docx` look alike from here).
    Package,
    /// A compound file: an old `.xls` workbook (or a document, or a workbook under a password).
    Compound,
    /// A web page or a workbook of Excel 2003 in XML, whatever its name says.
    Markup(Dialect),
}

/// How a table is marked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// A web page: `table`, `tr`, `td`.
    Html,
    /// Excel 2003 in XML: `Worksheet`, `Row`, `Cell`.
    Spreadsheet,
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
        return Ok(Kind::Compound);
    }
    // Bare records without a container: Excel 2 to 4, and programs that write like them.
    if let [
        0x09,
        0x00 | 0x02 | 0x04 | 0x08,
        0x04 | 0x06 | 0x08 | 0x10,
        0x00,
        ..,
    ] = head
    {
        return refuse(FaultKind::NotYetRead, "Excel 4.0及更早版本的工作簿（.xls）");
    }
    if let Some(dialect) = dialect(head) {
        return Ok(Kind::Markup(dialect));
    }
    let signatures: [(&[u8], &str); 13] = [
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
        (b"MIME-Version:", "单个文件网页（.mht）"),
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

/// The dialect of a file of tags; `None` where the file is none. In files of two bytes a
/// character the tags are looked for without their zero bytes.
fn dialect(head: &[u8]) -> Option<Dialect> {
    let wide = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let plain = head.iter().filter(|b| !wide || b.is_ascii() && **b != 0);
    let lower: Vec<u8> = plain.map(u8::to_ascii_lowercase).collect();
    let text = lower.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&lower);
    let first = text.iter().find(|b| !b.is_ascii_whitespace());
    if first != Some(&b'<') {
        return None;
    }
    let has = |what: &[u8]| memchr::memmem::find(text, what).is_some();
    if has(b"urn:schemas-microsoft-com:office:spreadsheet") && !has(b"<html") {
        return Some(Dialect::Spreadsheet);
    }
    const TAGS: [&[u8]; 8] = [
        b"<html",
        b"<!doctype html",
        b"<table",
        b"<meta",
        b"<head",
        b"<style",
        b"<body",
        b"<div",
    ];
    TAGS.iter().any(|tag| has(tag)).then_some(Dialect::Html)
}
