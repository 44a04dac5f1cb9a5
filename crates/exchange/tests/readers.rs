//! One table in every kind of file: the same rows, the same findings; and what each kind has
//! of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support::{checker, codes, csv, findings, penalty, penalty_with};
use encoding_rs::GB18030;
use std::io::{Cursor, Write as _};
use xinheng_domain::finding::{Finding, Severity, Summary};
use xinheng_testkit::xls::{self, XlsCell, XlsExtra, XlsSheet};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

type Row = Vec<(&'static str, String)>;

/// A sound row and a row with one fault.
fn rows() -> Vec<Row> {
    vec![
        penalty(1),
        penalty_with(
            2,
            &[("处罚决定日期", "2026-02-30"), ("违法事实", "a<b & “c”")],
        ),
    ]
}

/// Header and cells as texts.
fn table(rows: &[Row]) -> Vec<Vec<String>> {
    let header = rows[0].iter().map(|(h, _)| (*h).to_owned()).collect();
    let cells = |r: &Row| r.iter().map(|(_, v)| v.clone()).collect();
    std::iter::once(header)
        .chain(rows.iter().map(cells))
        .collect()
}

fn xls_of(table: &[Vec<String>]) -> Vec<u8> {
    xls::workbook(&[XlsSheet::of("处罚", table)], XlsExtra::default())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('“', "&ldquo;")
}

fn html_of(table: &[Vec<String>]) -> String {
    let mut page = "<html><head><meta http-equiv=Content-Type content=\"text/html; charset=utf-8\"><style>td {x:y}</style></head><body><table border=1>".to_owned();
    for row in table {
        page.push_str("<tr>");
        for cell in row {
            page.push_str(&format!(
                "<td style='mso-number-format:\"\\@\"'> {} </TD>\n",
                escaped(cell)
            ));
        }
        page.push_str("</tr>\r\n");
    }
    page + "</table></body></html>"
}

fn spreadsheet_of(table: &[Vec<String>]) -> String {
    let mut page = "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"处罚\"><Table>".to_owned();
    for row in table {
        page.push_str("<Row>");
        for (i, cell) in row.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
            page.push_str(&format!(
                "<Cell ss:Index=\"{}\"><Data ss:Type=\"String\">{}</Data><Comment><ss:Data>x</ss:Data></Comment></Cell>",
                i + 1,
                escaped(cell).replace("&ldquo;", "&#8220;")
            ));
        }
        page.push_str("</Row>");
    }
    page + "</Table></Worksheet></Workbook>"
}

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let units = text.encode_utf16();
    let mark = mark.then_some(0xFEFF);
    let bytes = |u: u16| {
        if little {
            u.to_le_bytes()
        } else {
            u.to_be_bytes()
        }
    };
    mark.into_iter().chain(units).flat_map(bytes).collect()
}

/// Row, column, code and value of each finding; rows, accepted, refused.
type Told = (Vec<(u64, u32, String, String)>, [u64; 3]);

/// What the check says, without the sheet and the place in the file's own way of counting.
fn told(bytes: &[u8]) -> Told {
    let (found, summary) = findings(&checker(), bytes);
    let told = found
        .into_iter()
        .map(|f| (f.row, f.column, f.code, f.value));
    (
        told.collect(),
        [summary.rows, summary.accepted, summary.refused],
    )
}

#[test]
fn every_kind_of_file_says_the_same() {
    let rows = rows();
    let text = String::from_utf8(csv(&rows)).unwrap();
    let table = table(&rows);
    let expected = told(text.as_bytes());
    assert_eq!(expected.1, [2, 1, 1]);
    let with = |delimiter: &str| {
        let line = |row: &Vec<String>| row.join(delimiter) + "\n";
        table.iter().map(line).collect::<String>().into_bytes()
    };
    let files: Vec<(&str, Vec<u8>)> = vec![
        (
            "utf-8 with mark",
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        ),
        ("gb18030", GB18030.encode(&text).0.into_owned()),
        ("utf-16 le, mark", utf16(&text, true, true)),
        ("utf-16 be, mark", utf16(&text, false, true)),
        ("utf-16 le", utf16(&text, true, false)),
        ("utf-16 be", utf16(&text, false, false)),
        ("tabs", with("\t")),
        ("semicolons", with(";")),
        ("bars", with("|")),
        ("xls", xls_of(&table)),
        ("html", html_of(&table).into_bytes()),
        (
            "html in gb18030",
            GB18030.encode(&html_of(&table)).0.into_owned(),
        ),
        ("html in utf-16", utf16(&html_of(&table), true, true)),
        ("xml", spreadsheet_of(&table).into_bytes()),
    ];
    for (kind, bytes) in files {
        assert_eq!(told(&bytes), expected, "{kind}");
    }
}

#[test]
fn cells_of_an_old_workbook() {
    let mut table = table(&[penalty(1), penalty(2)]);
    // A text that goes on over three records.
    table[1][6] = "违法事实清楚。".repeat(2000);
    let column = |name: &str| table[0].iter().position(|h| h == name).unwrap() as u16;
    let (decided, fine, code) = (
        column("处罚决定日期"),
        column("罚款金额(万元)"),
        column("处罚机关统一社会信用代码"),
    );
    let sheet = XlsSheet::of("处罚", &table)
        .with(1, decided, XlsCell::Day(46_122.0))
        .with(1, fine, XlsCell::Formula(0.2))
        .with(2, 1, XlsCell::FormulaText("法人及非法人组织".into()))
        .with(2, 2, XlsCell::Error(0x17))
        .with(2, 0, XlsCell::Inline("衡川市样例二号有限公司".into()))
        .with(2, fine, XlsCell::Small(1))
        .with(2, code, XlsCell::Number(1.133_010_012_345_678_9e17));
    let bytes = xls::workbook(&[sheet], XlsExtra::default());
    let (found, summary) = findings(&checker(), &bytes);
    assert_eq!(
        codes(&found),
        [
            "text-too-long",
            "cell-error",
            "fine-differs-from-text",
            "number-digits-lost"
        ],
        "{found:#?}"
    );
    assert_eq!((found[0].row, found[0].column), (1, 7));
    assert_eq!(
        (found[1].value.as_str(), found[1].sheet_row, found[1].column),
        ("#REF!", 3, 3)
    );
    assert_eq!(found[1].sheet.as_deref(), Some("处罚"));
    assert_eq!((summary.rows, summary.accepted, summary.refused), (2, 1, 1));
}

#[test]
fn sheets_of_an_old_workbook() {
    let table = table(&[penalty(1)]);
    let mut hidden = XlsSheet::of("上期", &table);
    hidden.hidden = true;
    let notes = XlsSheet::of("说明", &[["请按标准填写"]]);
    let sheets = [hidden.clone(), notes, XlsSheet::of("本期", &table)];
    let (found, summary) = findings(&checker(), &xls::workbook(&sheets, XlsExtra::default()));
    let said: Vec<_> = found
        .iter()
        .map(|f| (f.sheet.as_deref().unwrap(), f.code.as_str()))
        .collect();
    assert_eq!(said, [("上期", "sheet-hidden"), ("说明", "sheet-not-read")]);
    assert_eq!(summary.accepted, 1);
    // Where only a hidden one has a header we know, it is read, and that is said.
    let (found, summary) = findings(&checker(), &xls::workbook(&[hidden], XlsExtra::default()));
    assert_eq!(codes(&found), ["sheet-hidden"]);
    assert!(
        found[0].message.contains("这次检查的就是它"),
        "{}",
        found[0].message
    );
    assert_eq!(summary.accepted, 1);
}

fn refused(bytes: &[u8]) -> (Finding, Summary) {
    let (found, summary) = findings(&checker(), bytes);
    let refusing: Vec<_> = found
        .into_iter()
        .filter(|f| f.severity == Severity::RefuseFile)
        .collect();
    assert_eq!(refusing.len(), 1, "{refusing:#?}");
    assert_eq!(summary.accepted, 0);
    (refusing.into_iter().next().unwrap(), summary)
}

#[test]
fn what_an_old_workbook_may_have() {
    let sheet = XlsSheet::of("处罚", &table(&[penalty(1)]));
    let with = |extra| xls::workbook(std::slice::from_ref(&sheet), extra);
    let password = XlsExtra {
        password: true,
        ..XlsExtra::default()
    };
    assert_eq!(refused(&with(password)).0.code, "file-encrypted");
    let extra = XlsExtra {
        macros: true,
        external: true,
        password: false,
    };
    let (found, summary) = findings(&checker(), &with(extra));
    assert_eq!(
        codes(&found),
        ["workbook-external-links", "workbook-macros-not-run"]
    );
    assert_eq!(summary.accepted, 1);
    for (stream, code, word) in [
        ("EncryptedPackage", "file-encrypted", "密码"),
        ("WordDocument", "file-not-a-table", ".doc"),
        ("Something", "file-damaged", "部件"),
    ] {
        let (finding, _) = refused(&xls::container(&[(stream, vec![0; 20])]));
        assert_eq!(finding.code, code);
        assert!(finding.message.contains(word), "{}", finding.message);
    }
}

#[test]
fn an_old_workbook_cut_short() {
    let table = table(&(1..60).map(penalty).collect::<Vec<_>>());
    let bytes = xls_of(&table);
    assert_eq!(findings(&checker(), &bytes).1.accepted, 59);
    for part in 1..40 {
        let (finding, summary) = refused(&bytes[..bytes.len() * part / 40]);
        assert_eq!(finding.code, "file-damaged", "{part}");
        assert_eq!(summary.refused, summary.rows);
    }
    // Tables that lead in a circle.
    let mut circle = bytes;
    for at in (512..1024).step_by(4) {
        circle[at..at + 4].copy_from_slice(&3_u32.to_le_bytes());
    }
    assert_eq!(refused(&circle).0.code, "file-damaged");
}

/// So many bytes of zero behind the head of an old workbook.
struct Large {
    size: u64,
    at: u64,
}

impl std::io::Read for Large {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        const HEAD: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
        let left = usize::try_from(self.size - self.at).unwrap();
        let length = out.len().min(left);
        out[..length].fill(0);
        if self.at == 0 {
            let head = length.min(HEAD.len());
            out[..head].copy_from_slice(&HEAD[..head]);
        }
        self.at += length as u64;
        Ok(length)
    }
}

impl std::io::Seek for Large {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.at = match to {
            std::io::SeekFrom::Start(at) => at,
            std::io::SeekFrom::End(back) => self.size.checked_add_signed(back).unwrap(),
            std::io::SeekFrom::Current(by) => self.at.checked_add_signed(by).unwrap(),
        };
        Ok(self.at)
    }
}

#[test]
fn an_old_workbook_beyond_its_limit() {
    let size = xinheng_exchange::limits::COMPOUND_BYTES + 1;
    let mut found: Vec<Finding> = Vec::new();
    let options = xinheng_exchange::check::Options::named("a.xls");
    let large = Large { size, at: 0 };
    xinheng_exchange::check::check_file(large, &checker(), options, &mut found).unwrap();
    assert_eq!(codes(&found), ["file-too-large"]);
    assert!(
        found[0].message.contains("128兆字节"),
        "{}",
        found[0].message
    );
}

#[test]
fn tables_of_a_page() {
    let table = table(&[penalty(1)]);
    let page = html_of(&table);
    let page = page.replace(
        "<table border=1>",
        "<table><tr><td>导航<table><tr><td>菜单</td></tr></table></td></tr></table><script>if (1<2) document.write('<table>')</script><!-- <table> --><table>",
    );
    let (found, summary) = findings(&checker(), page.as_bytes());
    let said: Vec<_> = found
        .iter()
        .map(|f| (f.sheet.as_deref().unwrap(), f.code.as_str()))
        .collect();
    assert_eq!(
        said,
        [("表格1", "sheet-not-read"), ("表格2", "sheet-not-read")]
    );
    assert_eq!(summary.accepted, 1);
    let many = format!("<html>{}", "<table></table>".repeat(65));
    assert_eq!(refused(many.as_bytes()).0.code, "file-bomb");
    // Cut in the middle: the rest is missing, and nobody would know.
    let cut = &page.as_bytes()[..page.len() - 60];
    assert_eq!(refused(cut).0.code, "file-damaged");
    let line_break = page.replace("以次充好，", "以次充好，<br/>\r\n  ");
    assert_eq!(findings(&checker(), line_break.as_bytes()).1.accepted, 1);
}

#[test]
fn cells_that_reach_over_others() {
    // A title over all columns, and a header of two lines: cells that reach down, and one
    // heading that reaches over the name and the kind.
    let table = table(&[penalty(1)]);
    let mut page = format!(
        "<table><tr><th colspan={}>行政处罚信息</th></tr><tr>",
        table[0].len()
    );
    page.push_str("<th colspan=2>行政相对人</th>");
    for header in &table[0][2..] {
        page.push_str(&format!("<th rowspan=\"2\">{header}</th>"));
    }
    page.push_str("</tr><tr><th>名称<th>类别</tr><tr>");
    for cell in &table[1] {
        page.push_str(&format!("<td>{cell}"));
    }
    page.push_str("</table>");
    let (found, summary) = findings(&checker(), page.as_bytes());
    assert_eq!(
        codes(&found),
        ["header-two-lines", "rows-above-header"],
        "{found:#?}"
    );
    assert_eq!((summary.rows, summary.accepted), (1, 1));
}

#[test]
fn mixed_encodings_refuse_the_line_alone() {
    let file = csv(&(1..=6).map(penalty).collect::<Vec<_>>());
    let lines: Vec<&[u8]> = file.split_inclusive(|b| *b == b'\n').collect();
    let gb = |line: &[u8]| {
        GB18030
            .encode(std::str::from_utf8(line).unwrap())
            .0
            .into_owned()
    };
    for (kind, mixed) in [
        (
            "utf-8",
            lines
                .iter()
                .enumerate()
                .map(|(i, l)| if i == 3 { gb(l) } else { l.to_vec() })
                .collect::<Vec<_>>(),
        ),
        (
            "gb18030",
            lines
                .iter()
                .enumerate()
                .map(|(i, l)| if i == 3 { l.to_vec() } else { gb(l) })
                .collect(),
        ),
    ] {
        let (found, summary) = findings(&checker(), &mixed.concat());
        assert_eq!((summary.accepted, summary.refused), (5, 1), "{kind}");
        assert!(found.iter().all(|f| f.sheet_row == 4), "{kind} {found:#?}");
        assert!(codes(&found).contains(&"text-undecodable"), "{kind}");
    }
}

#[test]
fn full_width_commas_part_nothing() {
    let table = table(&[penalty(1)]);
    let text: String = table.iter().map(|r| r.join("，") + "\n").collect();
    let (finding, _) = refused(text.as_bytes());
    assert_eq!(finding.code, "file-separator-unsafe");
    assert!(finding.message.contains('，'));
}

/// A workbook with parts added or changed.
fn repacked(change: impl Fn(&str, Vec<u8>) -> Vec<u8>, add: &[(&str, &[u8])]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (r, row) in table(&[penalty(1), penalty(2)]).iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            sheet.write_string(r as u32, c as u16, cell).unwrap();
        }
    }
    let mut zip = ZipArchive::new(Cursor::new(book.save_to_buffer().unwrap())).unwrap();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..zip.len() {
        let mut part = zip.by_index(i).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut content).unwrap();
        out.start_file(&*name, SimpleFileOptions::default())
            .unwrap();
        out.write_all(&change(&name, content)).unwrap();
    }
    for (name, content) in add {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn formulas_without_a_value() {
    for empty in ["<v></v>", "<v/>", ""] {
        let cell = format!("<c r=\"K3\"><f>J3/10000</f>{empty}</c>");
        let bytes = repacked(
            |name, content| {
                if !name.ends_with("sheet1.xml") {
                    return content;
                }
                let text = String::from_utf8(content).unwrap();
                let at = text.find("<c r=\"K3\"").unwrap();
                let end = at + text[at..].find("</c>").unwrap() + 4;
                format!("{}{cell}{}", &text[..at], &text[end..]).into_bytes()
            },
            &[],
        );
        let (found, summary) = findings(&checker(), &bytes);
        assert_eq!(codes(&found), ["cell-formula-without-value"], "{empty}");
        assert_eq!(
            (found[0].value.as_str(), found[0].sheet_row, found[0].column),
            ("=J3/10000", 3, 11)
        );
        assert_eq!((summary.accepted, summary.refused), (1, 1));
    }
}

#[test]
fn macros_and_links_are_said() {
    let bytes = repacked(
        |_, content| content,
        &[
            ("xl/vbaProject.bin", b"x"),
            ("xl/externalLinks/externalLink1.xml", b"<a/>"),
        ],
    );
    let (found, summary) = findings(&checker(), &bytes);
    assert_eq!(
        codes(&found),
        ["workbook-macros-not-run", "workbook-external-links"]
    );
    assert_eq!(summary.accepted, 2);
}

#[test]
fn the_last_row_and_the_last_column() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let table = table(&[penalty(1)]);
    for (c, header) in table[0].iter().enumerate() {
        sheet.write_string(0, c as u16, header).unwrap();
        sheet
            .write_string(1_048_575, c as u16, &table[1][c])
            .unwrap();
    }
    let (found, summary) = findings(&checker(), &book.save_to_buffer().unwrap());
    assert_eq!((codes(&found).len(), summary.accepted), (0, 1));
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (c, header) in table[0].iter().enumerate() {
        sheet.write_string(0, c as u16, header).unwrap();
    }
    sheet.write_string(1, 16_383, "最后一列").unwrap();
    let (finding, _) = refused(&book.save_to_buffer().unwrap());
    assert_eq!(
        (finding.code.as_str(), finding.sheet_row),
        ("file-too-many-columns", 2)
    );
}

#[test]
fn the_longest_cell_of_a_spreadsheet() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (r, row) in table(&[penalty(1)]).iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            let long = "违".repeat(32_767);
            let cell = if (r, c) == (1, 6) { &long } else { cell };
            sheet.write_string(r as u32, c as u16, cell).unwrap();
        }
    }
    let (found, _) = findings(&checker(), &book.save_to_buffer().unwrap());
    assert_eq!(codes(&found), ["text-too-long"]);
    assert!(found[0].message.contains("32767"), "{}", found[0].message);
}

#[test]
fn an_old_workbook_reads_as_the_library_reads_it() {
    use calamine::{Data, Reader as _, Xls};
    let mut table = table(&(1..40).map(penalty).collect::<Vec<_>>());
    // Shared texts over many records, cut anywhere.
    for (i, row) in table.iter_mut().enumerate().skip(1) {
        row[6] = format!("第{i}条事实，").repeat(37 * i);
    }
    let sheet = XlsSheet::of("处罚", &table).with(1, 10, XlsCell::Number(0.25));
    let bytes = xls::workbook(&[sheet], XlsExtra::default());
    let mut library: Xls<_> = Xls::new(Cursor::new(&bytes)).unwrap();
    let range = library.worksheet_range("处罚").unwrap();
    let theirs: Vec<Vec<String>> = range
        .rows()
        .map(|row| row.iter().map(Data::to_string).collect())
        .collect();
    table[1][10] = "0.25".to_owned();
    assert_eq!(theirs, table);
    let (found, summary) = findings(&checker(), &bytes);
    assert_eq!(summary.rows, 39);
    let long = found.iter().filter(|f| f.code == "text-too-long");
    for finding in long {
        assert!(
            theirs[finding.row as usize][6] == finding.value,
            "{}",
            finding.row
        );
    }
}
