//! Files that are wrong as such: each gives a finding with place and advice, in bounded memory,
//! and never a panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support::{check, checker, codes, csv, findings, penalty, penalty_with};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::io::{Cursor, Write as _};
use xinheng_checker::{Checker, RESULT_COLUMN};
use xinheng_domain::finding::{Finding, Severity, Summary};
use zip::{ZipWriter, write::SimpleFileOptions};

/// The one finding that refuses the file.
fn refused(bytes: &[u8]) -> (Finding, Summary) {
    let (found, summary) = findings(&checker(), bytes);
    let refusing: Vec<_> = found
        .into_iter()
        .filter(|f| f.severity == Severity::RefuseFile)
        .collect();
    assert_eq!(refusing.len(), 1, "{refusing:#?}");
    assert_eq!(summary.accepted, 0);
    assert_eq!(summary.refused + summary.set_aside, summary.rows);
    let finding = refusing.into_iter().next().unwrap();
    assert!(
        finding.message.chars().count() > 8 && !finding.message.contains('{'),
        "{finding:?}"
    );
    (finding, summary)
}

fn rows(count: u32) -> Vec<Vec<(&'static str, String)>> {
    (1..=count).map(penalty).collect()
}

#[test]
fn empty_files() {
    for bytes in [b"".as_slice(), b"\n\r\n\n", b"\xEF\xBB\xBF", b"  \n , ,\n"] {
        assert_eq!(refused(bytes).0.code, "file-empty", "{bytes:?}");
    }
    let empty_hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(refused(b"").1.sha256, empty_hash);
}

#[test]
fn header_only() {
    let (finding, summary) = refused(
        csv(&[penalty(1)])
            .split_inclusive(|b| *b == b'\n')
            .next()
            .unwrap(),
    );
    assert_eq!(
        (finding.code.as_str(), summary.rows),
        ("file-header-only", 0)
    );
    assert_eq!(summary.format.as_deref(), Some("penalty-2018"));
}

#[test]
fn two_header_rows_and_a_record_above() {
    let file = csv(&rows(2));
    let text = String::from_utf8(file).unwrap();
    let header = text.lines().next().unwrap();
    let (finding, _) = refused(format!("{header}\n{text}").as_bytes());
    assert_eq!(
        (finding.code.as_str(), finding.sheet_row),
        ("header-twice", 2)
    );
    // A row above with as many cells as a record may be one.
    let record = text.lines().nth(1).unwrap();
    let (finding, _) = refused(format!("{record}\n{text}").as_bytes());
    assert_eq!(
        (finding.code.as_str(), finding.sheet_row),
        ("header-not-first", 2)
    );
}

#[test]
fn unknown_header_names_the_nearest() {
    let (finding, summary) = refused("姓名,处罚依据,备注\n甲,乙,丙\n".as_bytes());
    assert_eq!(finding.code, "header-unknown");
    assert!(
        finding.message.contains("姓名") && finding.message.contains("行政处罚"),
        "{}",
        finding.message
    );
    assert_eq!(summary.format, None);
}

#[test]
fn missing_and_doubled_columns() {
    let mut row = penalty(1);
    row.retain(|(h, _)| *h != "处罚机关");
    let (finding, summary) = refused(&csv(&[row]));
    assert_eq!(
        (finding.code.as_str(), finding.field.as_str()),
        ("column-missing", "CF_CFJG")
    );
    assert_eq!((finding.row, finding.sheet_row, finding.column), (0, 1, 0));
    assert_eq!(summary.rows, 0);
    let (finding, _) = refused(&csv(&[penalty_with(1, &[("CF_WSH", "1")])]));
    assert_eq!(
        (finding.code.as_str(), finding.column),
        ("column-duplicate", 18)
    );
}

#[test]
fn columns_in_any_order_by_any_name() {
    let mut row = penalty(1);
    row.reverse();
    for (header, _) in &mut row {
        *header = match *header {
            "处罚依据" => " cf_yj ",
            "罚款金额(万元)" => "罚款金额\n（万元）",
            "行政处罚决定书文号" => "处罚决定书文号（必填）",
            other => other,
        };
    }
    row.insert(3, ("本单位编号", "A-1".into()));
    let (found, summary) = findings(&checker(), &csv(&[row]));
    assert_eq!(codes(&found), ["column-unknown"]);
    assert_eq!(
        (found[0].field.as_str(), found[0].column, found[0].row),
        ("本单位编号", 4, 0)
    );
    assert_eq!(summary.accepted, 1);
}

#[test]
fn what_is_no_table() {
    for (bytes, code, word) in [
        (b"%PDF-1.7\n".as_slice(), "file-not-a-table", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "file-not-a-table", "PNG"),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....",
            "file-damaged",
            "文件头",
        ),
        (
            b"<html><body>no table</body></html>",
            "file-not-a-table",
            "没有表格的网页，不能逐格检查，请导出为.xlsx",
        ),
        (
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related",
            "file-not-a-table",
            ".mht",
        ),
        (
            b"\x09\x02\x06\x00\x00\x00\x10\x00",
            "file-kind-not-read",
            "4.0",
        ),
        (b"<?xml version=\"1.0\"?><a/>", "file-kind-not-read", "XML"),
        (b" {\"a\":1}", "file-kind-not-read", "JSON"),
        (b"PK\x03\x04 broken", "file-damaged", "完整"),
        (b"Rar!\x1a\x07", "file-not-a-table", "请先解压"),
    ] {
        let (finding, summary) = refused(bytes);
        assert_eq!(finding.code, code, "{finding:?}");
        assert!(finding.message.contains(word), "{}", finding.message);
        assert_eq!((summary.format, summary.rows), (None, 0));
    }
}

#[test]
fn nul_bytes() {
    let mut file = csv(&rows(3));
    let at = file
        .iter()
        .enumerate()
        .filter(|(_, b)| **b == b'\n')
        .nth(1)
        .unwrap()
        .0;
    file.insert(at + 3, 0);
    let (finding, summary) = refused(&file);
    assert_eq!(finding.code, "file-nul-byte");
    assert_eq!((finding.row, finding.sheet_row, finding.column), (2, 3, 1));
    assert_eq!((summary.rows, summary.refused), (1, 1));
}

#[test]
fn a_hundred_thousand_columns() {
    let (finding, _) = refused("列,".repeat(100_000).as_bytes());
    assert_eq!(
        (finding.code.as_str(), finding.sheet_row),
        ("file-too-many-columns", 1)
    );
    let mut wide = csv(&rows(1));
    wide.extend(std::iter::repeat_n(b',', 100_000));
    let (finding, _) = refused(&wide);
    assert_eq!(
        (finding.code.as_str(), finding.row),
        ("file-too-many-columns", 2)
    );
}

#[test]
fn the_column_we_added_ourselves_is_not_counted() {
    let row = penalty(1);
    for (last, accepted) in [(RESULT_COLUMN, 1), ("再一列", 0)] {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, (header, value)) in (0..).zip(&row) {
            sheet.write_string(0, column, *header).unwrap();
            sheet.write_string(1, column, value).unwrap();
        }
        for column in row.len() as u16..512 {
            let header = format!("附加{column}");
            sheet.write_string(0, column, header).unwrap();
        }
        sheet.write_string(0, 512, last).unwrap();
        sheet.write_string(1, 512, "可以报送").unwrap();
        let (found, summary) = findings(&checker(), &book.save_to_buffer().unwrap());
        assert_eq!(summary.accepted, accepted, "{:?}", codes(&found));
        let refused = found.iter().any(|f| f.code == "file-too-many-columns");
        assert_eq!(refused, accepted == 0);
    }
}

#[test]
fn a_cell_of_32_megabytes() {
    for quoted in [false, true] {
        let mut file = csv(&rows(2));
        if quoted {
            file.push(b'"');
        }
        file.extend(std::iter::repeat_n(b'a', 32 << 20));
        let (finding, summary) = refused(&file);
        assert_eq!(finding.code, "file-cell-too-large");
        assert_eq!((finding.row, finding.column, summary.rows), (3, 1, 2));
        assert!(finding.value.len() < 300);
    }
}

#[test]
fn a_quote_that_never_closes() {
    let mut file = csv(&rows(2));
    file.extend_from_slice("甲,\"乙\n丙,丁\n".as_bytes());
    let (finding, _) = refused(&file);
    assert_eq!(finding.code, "file-quote-unclosed");
    assert_eq!((finding.row, finding.sheet_row, finding.column), (3, 4, 2));
}

#[test]
fn encodings_are_told_apart() {
    let text = String::from_utf8(csv(&rows(3))).unwrap();
    let (gb, _, _) = encoding_rs::GB18030.encode(&text);
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let tabs = text.replace(',', "\t");
    let bom = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    for bytes in [gb.as_ref(), &utf16, tabs.as_bytes(), &bom] {
        let (found, summary) = findings(&checker(), bytes);
        assert_eq!((summary.accepted, found.len()), (3, 0), "{found:#?}");
    }
}

#[test]
fn a_broken_byte_refuses_its_row_only() {
    let mut file = csv(&rows(3));
    let name = "衡川市样例2号".as_bytes();
    let at = memchr::memmem::find(&file, name).unwrap();
    file[at + 1] = b'?';
    let (found, summary) = findings(&checker(), &file);
    assert_eq!(codes(&found), ["text-undecodable"]);
    assert_eq!((found[0].row, found[0].column, summary.accepted), (2, 1, 2));
}

#[test]
fn line_numbers_are_exact() {
    let mut second = penalty(2);
    second[6].1 = "第一行\n第二行\r\n\"第三\"行".into();
    let mut bad = penalty(3);
    bad[0].1 = String::new();
    let mut text = String::from_utf8(csv(&[penalty(1), second, bad])).unwrap();
    text = text.replacen('\n', "\n\n \r\n,,,\n", 1);
    let (found, summary) = findings(&checker(), text.as_bytes());
    assert_eq!(codes(&found), ["required-missing"]);
    // Header, three blank records, two sound records on four lines.
    assert_eq!((found[0].row, found[0].sheet_row), (3, 9), "{text}");
    assert_eq!(summary.rows, 3);
}

#[test]
fn too_many_cells() {
    let text = String::from_utf8(csv(&rows(2))).unwrap();
    let text = text.trim_end().to_owned() + ",多\n";
    let (found, _) = findings(&checker(), text.as_bytes());
    assert_eq!(codes(&found), ["row-too-wide"]);
    assert_eq!((found[0].row, found[0].column), (2, 18));
}

// ---- Workbooks -------------------------------------------------------------------------

fn sheet(workbook: &mut Workbook, name: &str, rows: &[Vec<(&'static str, String)>]) {
    let sheet = workbook.add_worksheet();
    sheet.set_name(name).unwrap();
    for (column, (header, _)) in rows[0].iter().enumerate() {
        sheet.write(0, column as u16, *header).unwrap();
    }
    for (r, row) in rows.iter().enumerate() {
        for (c, (_, value)) in row.iter().enumerate() {
            let (r, c) = (r as u32 + 1, c as u16);
            match value.parse::<f64>() {
                Ok(number) => sheet.write(r, c, number).unwrap(),
                Err(_) => sheet.write(r, c, value).unwrap(),
            };
        }
    }
}

#[test]
fn a_sound_workbook() {
    let mut workbook = Workbook::new();
    workbook
        .add_worksheet()
        .set_name("填表说明")
        .unwrap()
        .write(0, 0, "请按标准填写")
        .unwrap();
    sheet(&mut workbook, "处罚", &rows(1200));
    let data = workbook.worksheet_from_name("处罚").unwrap();
    let format = Format::new().set_num_format("yyyy/m/d");
    let day = ExcelDateTime::from_ymd(2026, 4, 10).unwrap();
    data.write_with_format(1, 11, &day, &format).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let (found, summary) = findings(&checker(), &bytes);
    assert_eq!(codes(&found), ["sheet-not-read"], "{found:#?}");
    assert_eq!(found[0].sheet.as_deref(), Some("填表说明"));
    assert!(found[0].message.contains("--sheet 名称"), "{found:#?}");
    assert_eq!((summary.rows, summary.accepted), (1200, 1200));
    // The extension is not believed.
    assert_eq!(check(&checker(), "处罚.csv", &bytes).1.accepted, 1200);
}

#[test]
fn faults_in_a_workbook_have_their_place() {
    let mut workbook = Workbook::new();
    sheet(
        &mut workbook,
        "一",
        &[
            penalty(1),
            penalty_with(2, &[("处罚机关统一社会信用代码", "113301001234567890")]),
        ],
    );
    let bytes = workbook.save_to_buffer().unwrap();
    let (found, _) = findings(&checker(), &bytes);
    assert_eq!(codes(&found), ["number-digits-lost"]);
    assert_eq!(
        (found[0].row, found[0].sheet_row, found[0].column),
        (2, 3, 15)
    );
    assert_eq!(found[0].sheet.as_deref(), Some("一"));
}

#[test]
fn the_sheet_asked_for() {
    let mut workbook = Workbook::new();
    sheet(&mut workbook, "一", &rows(1));
    sheet(&mut workbook, "二", &rows(2));
    let bytes = workbook.save_to_buffer().unwrap();
    let run = |name: &str| {
        let mut found: Vec<Finding> = Vec::new();
        let mut options = xinheng_exchange::check::Options::named("a.xlsx");
        options.sheet = Some(name);
        let input = Cursor::new(&bytes);
        let summary = xinheng_exchange::check::check_file(input, &checker(), options, &mut found);
        (found, summary.unwrap())
    };
    assert_eq!(run("二").1.rows, 2);
    let (found, _) = run("三");
    assert_eq!(codes(&found), ["sheet-not-found"]);
    assert!(found[0].message.contains("一、二"), "{}", found[0].message);
}

/// A container of parts.
fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const RELS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

#[test]
fn bombs() {
    let zeros = [b"<a/>", vec![b' '; 1 << 20].as_slice()]
        .concat()
        .repeat(24);
    let (finding, _) = refused(&package(&[
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", &zeros),
    ]));
    assert_eq!(finding.code, "file-bomb", "{finding:?}");
    // What is expected is the bound that was met.
    assert_eq!(finding.expected.as_deref(), Some("250倍"), "{finding:?}");
    assert!(finding.value.contains("250倍"), "{finding:?}");
    let entity = b"<!DOCTYPE x [<!ENTITY a \"b\">]><workbook/>";
    let (finding, _) = refused(&package(&[
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", entity),
    ]));
    assert_eq!(finding.code, "file-bomb");
    let count = br#"<sst uniqueCount="99999999999999"></sst>"#;
    let (finding, _) = refused(&package(&[
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/sharedStrings.xml", count),
    ]));
    assert_eq!(finding.code, "file-bomb");
    let names: Vec<String> = (0..5000).map(|i| format!("xl/{i}.xml")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), b"".as_slice())).collect();
    assert_eq!(refused(&package(&many)).0.code, "file-bomb");
    let long = [
        b"<sst><si><t>",
        vec![b'a'; 32 << 20].as_slice(),
        b"</t></si></sst>",
    ]
    .concat();
    let (finding, _) = refused(&package(&[
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/sharedStrings.xml", &long),
    ]));
    assert_eq!(finding.code, "file-bomb");
    // More rows than a sheet can have, all blank: small, and it would take minutes.
    let rows = b"<row/>".repeat((1 << 20) + 1);
    let (finding, _) = refused(&package(&[
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", &rows),
    ]));
    assert_eq!(finding.code, "file-bomb");
    assert!(finding.value.contains("sheet1.xml"), "{finding:?}");
}

#[test]
fn other_containers() {
    for (part, code) in [
        ("word/document.xml", "file-not-a-table"),
        ("readme.txt", "file-not-a-table"),
        ("xl/workbook.bin", "file-kind-not-read"),
    ] {
        assert_eq!(refused(&package(&[(part, b"x")])).0.code, code, "{part}");
    }
    let zip = refused(&package(&[("readme.txt", b"x")])).0.message;
    assert!(zip.contains("请先解压") && !zip.contains("导出"), "{zip}");
    let ods = package(&[("mimetype", b"x"), ("content.xml", b"<a/>")]);
    assert_eq!(refused(&ods).0.code, "file-kind-not-read");
    let bare = package(&[("_rels/.rels", RELS), ("xl/workbook.xml", b"<workbook/>")]);
    assert_eq!(codes(&[refused(&bare).0]).len(), 1);
}

#[test]
fn a_workbook_cut_short() {
    let mut workbook = Workbook::new();
    sheet(&mut workbook, "一", &rows(200));
    let bytes = workbook.save_to_buffer().unwrap();
    for part in 1..20 {
        let cut = &bytes[..bytes.len() * part / 20];
        assert_eq!(refused(cut).0.code, "file-damaged");
    }
}

fn small_workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    sheet(&mut workbook, "一", &rows(3));
    workbook.save_to_buffer().unwrap()
}

fn holds_together(checker: &Checker, bytes: &[u8]) {
    let (first, summary) = check(checker, "a", bytes);
    assert_eq!(
        summary.accepted + summary.refused + summary.set_aside,
        summary.rows
    );
    assert_eq!(first.lines().count() as u64, summary.findings + 1);
    assert_eq!(check(checker, "a", bytes).0, first);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(xinheng_testkit::cases(32)))]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        holds_together(&checker(), &bytes);
    }

    #[test]
    fn arbitrary_cells(cells in prop::collection::vec((0..17_usize, ".{0,30}"), 0..12)) {
        let mut row = penalty(2);
        for (column, value) in &cells {
            row[*column].1.clone_from(value);
        }
        holds_together(&checker(), &csv(&[penalty(1), row, penalty(3)]));
    }

    #[test]
    fn bytes_turned_in_a_text(turned in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10)) {
        let mut file = csv(&rows(3));
        for (at, byte) in &turned {
            let at = at.index(file.len());
            file[at] = *byte;
        }
        holds_together(&checker(), &file);
    }

    #[test]
    fn bytes_turned_in_a_workbook(turned in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut file = small_workbook();
        for (at, byte) in &turned {
            let at = at.index(file.len());
            file[at] = *byte;
        }
        holds_together(&checker(), &file);
    }

    #[test]
    fn text_turned_inside_a_workbook(turned in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut zip = zip::ZipArchive::new(Cursor::new(small_workbook())).unwrap();
        let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
        for i in 0..zip.len() {
            let mut part = zip.by_index(i).unwrap();
            let mut content = Vec::new();
            std::io::Read::read_to_end(&mut part, &mut content).unwrap();
            parts.push((part.name().unwrap().into_owned(), content));
        }
        for (at, byte) in &turned {
            let sizes: usize = parts.iter().map(|p| p.1.len()).sum();
            let mut at = at.index(sizes);
            for (_, content) in &mut parts {
                if at < content.len() {
                    content[at] = *byte;
                    break;
                }
                at -= content.len();
            }
        }
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(n, c)| (n.as_str(), c.as_slice())).collect();
        holds_together(&checker(), &package(&parts));
    }
}
