//! The kinds of files that departments hand in, each written by hand and small.

use crate::table::Table;
use std::io::{Cursor, Read, Write};
use xinheng_testkit::xls::{self, XlsExtra, XlsSheet};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// Header and rows as lines of cells.
pub fn lines(table: &Table) -> Vec<Vec<String>> {
    std::iter::once(&table.header)
        .chain(&table.rows)
        .cloned()
        .collect()
}

/// Cells parted by a sign, without quotation marks.
pub fn parted(lines: &[Vec<String>], by: &str) -> String {
    lines.iter().map(|line| line.join(by) + "\r\n").collect()
}

/// An old workbook of one sheet.
pub fn old_workbook(sheet: XlsSheet) -> Vec<u8> {
    xls::workbook(&[sheet], XlsExtra::default())
}

/// Bytes of GB18030.
pub fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

/// Bytes of UTF-16, low byte first.
pub fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xFEFF);
    let units = mark.into_iter().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// A table of a web page; `title` stands above it in a cell over all columns.
pub fn page_table(lines: &[Vec<String>], title: Option<&str>) -> String {
    let mut out = String::from("<table border=\"1\" cellspacing=\"0\">\r\n");
    if let Some(title) = title {
        let width = lines.first().map_or(1, Vec::len);
        out.push_str(&format!("<tr><th colspan={width}>{title}</th></tr>\r\n"));
    }
    for line in lines {
        out.push_str("<tr>");
        for cell in line {
            let cell = cell.replace('&', "&amp;").replace('<', "&lt;");
            out.push_str(&format!(
                "<td style='vnd.ms-excel.numberformat:@'>{cell}</td>"
            ));
        }
        out.push_str("</tr>\r\n");
    }
    out + "</table>\r\n"
}

/// A web page around tables, as it is exported under the name `.xls`.
pub fn page(tables: &str, charset: &str) -> String {
    format!(
        "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\r\n<head><meta http-equiv=\"Content-Type\" content=\"text/html; charset={charset}\">\r\n<style>td {{ mso-number-format: \"\\@\"; }}</style></head>\r\n<body>\r\n{tables}</body>\r\n</html>\r\n"
    )
}

/// A workbook of Excel 2003 in XML.
pub fn xml_workbook(lines: &[Vec<String>]) -> String {
    const SPACE: &str = "urn:schemas-microsoft-com:office:spreadsheet";
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"{SPACE}\" xmlns:ss=\"{SPACE}\">\n<Worksheet ss:Name=\"行政许可\"><Table>\n"
    );
    for line in lines {
        out.push_str("<Row>");
        for (i, cell) in line.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
            out.push_str(&format!(
                "<Cell ss:Index=\"{}\"><Data ss:Type=\"String\">{cell}</Data></Cell>",
                i + 1
            ));
        }
        out.push_str("</Row>\n");
    }
    out + "</Table></Worksheet>\n</Workbook>\n"
}

/// A container of parts.
pub fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        // Writing to memory cannot fail.
        let _ = zip.start_file(*name, SimpleFileOptions::default());
        let _ = zip.write_all(content);
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// A workbook with one of its parts changed and others added.
pub fn repacked(
    book: Vec<u8>,
    part: &str,
    change: impl Fn(String) -> String,
    add: &[(&str, &[u8])],
) -> Vec<u8> {
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    if let Ok(mut zip) = ZipArchive::new(Cursor::new(book)) {
        for index in 0..zip.len() {
            let Ok(mut entry) = zip.by_index(index) else {
                continue;
            };
            let name = entry.name().map(|n| n.into_owned()).unwrap_or_default();
            let mut content = Vec::new();
            let _ = entry.read_to_end(&mut content);
            if name.ends_with(part) && !part.is_empty() {
                content = change(String::from_utf8_lossy(&content).into_owned()).into_bytes();
            }
            parts.push((name, content));
        }
    }
    let mut all: Vec<(&str, &[u8])> = parts.iter().map(|(n, c)| (&**n, &**c)).collect();
    all.extend(add);
    package(&all)
}
