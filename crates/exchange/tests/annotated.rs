//! The workbook that goes back to the clerk: what stands in it, and that it can be handed in
//! again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support::{
    annotated::{back, back_by, back_within},
    book::{cells, part, sheets},
    codes, csv, finding_checker, penalty, penalty_with,
};
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use std::io::Cursor;
use xinheng_checker::RESULT_COLUMN;
use xinheng_domain::finding::{Finding, Severity, Summary};
use xinheng_exchange::{annotate::Bounds, check::FindingLimit, own};

/// What must not change between a file and its workbook: all but the name of the sheet.
fn places(found: &[Finding]) -> Vec<Finding> {
    let placed = |f: &Finding| Finding {
        sheet: None,
        ..f.clone()
    };
    found.iter().map(placed).collect()
}

fn counts(s: &Summary) -> [u64; 6] {
    [
        s.rows,
        s.accepted,
        s.refused,
        s.set_aside,
        s.rows_with_warnings,
        s.findings,
    ]
}

const CODE: &str = "行政相对人代码_1(统一社会信用代码)";

fn faulty() -> Vec<u8> {
    csv(&[
        penalty(1),
        penalty_with(2, &[(CODE, "919901000000000012"), ("处罚类别", "批评教育")]),
        penalty_with(3, &[("违法事实", "当事人联系电话19900001234，货值较小。")]),
        penalty_with(4, &[("行政相对人名称", "")]),
        penalty_with(5, &[("行政相对人类别", "自然人"), (CODE, "")]),
    ])
}

#[test]
fn every_faulty_cell_has_a_note_and_every_row_a_verdict() {
    let (found, _, book) = back("处罚.csv", &faulty());
    assert_eq!(
        sheets(&book),
        ["核对结论", "处罚", "下拉列表"][..sheets(&book).len()]
    );
    let rows = cells(&book, "处罚");
    let result = rows[0].iter().position(|h| h == RESULT_COLUMN).unwrap();
    assert_eq!(result + 1, rows[0].len(), "at the far right");
    assert_eq!(rows[1][result], "可以报送");
    assert!(
        rows[2][result].starts_with("需要改正（2处）：C列、"),
        "{:?}",
        rows[2]
    );
    assert!(
        rows[3][result].starts_with("请核对（1处）："),
        "{:?}",
        rows[3]
    );
    assert_eq!(rows[4][result], "需要改正（1处）：A列");
    assert_eq!(rows[5][result], "自然人，另行处理");
    let notes = part(&book, "xl/comments1.xml");
    let cells: std::collections::BTreeSet<_> = found.iter().map(|f| (f.row, f.column)).collect();
    assert_eq!(notes.matches("<comment ref=").count(), cells.len());
    for finding in &found {
        let message = finding.message.replace('<', "&lt;");
        assert!(notes.contains(&message), "{message}\n{notes}");
    }
    assert!(notes.contains("ref=\"C3\"") && notes.contains("【需要改正】第3行"));
    assert!(notes.contains("依据："), "{notes}");
}

#[test]
fn a_doubt_has_a_colour_of_its_own() {
    let checker = finding_checker();
    let book = |fact: &str| {
        let row = penalty_with(1, &[("违法事实", fact), ("法定代表人", "李例强")]);
        let within = (Bounds::default(), FindingLimit::USUAL);
        back_by(&checker, "处罚.csv", &csv(&[row]), within)
    };
    let ground = |book: &[u8]| part(book, "xl/styles.xml").contains("E9E1F7");
    let (found, _, doubtful) = book("现场检查时例强配合调查。");
    assert!(found.iter().any(Finding::is_doubt), "{found:?}");
    assert!(ground(&doubtful));
    assert!(part(&doubtful, "xl/comments1.xml").contains("【请核对】"));
    let (found, _, certain) = book("由店长李例强到场签收。");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].code == "personal-data-in-text" && !ground(&certain));
}

#[test]
fn what_is_said_of_a_column_stands_at_its_header() {
    let dotted = |n| penalty_with(n, &[("处罚决定日期", "2026.4.10")]);
    let (found, summary, book) = back("处罚.csv", &csv(&[dotted(1), dotted(2), penalty(3)]));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((summary.accepted, summary.rows_with_warnings), (3, 0));
    let rows = cells(&book, "处罚");
    let result = rows[0].iter().position(|h| h == RESULT_COLUMN).unwrap();
    assert!(rows[1..4].iter().all(|row| row[result] == "可以报送"));
    let notes = part(&book, "xl/comments1.xml");
    let decided = rows[0].iter().position(|h| h == "处罚决定日期").unwrap();
    assert_eq!(decided + 1, found[0].column as usize);
    assert_eq!(notes.matches("<comment ref=").count(), 1, "{notes}");
    assert!(
        notes.contains(&found[0].message) && notes.contains("1\""),
        "{notes}"
    );
    let verdict = cells(&book, "核对结论");
    let text: Vec<_> = verdict.iter().flatten().map(String::as_str).collect();
    assert!(text.contains(&"可以报送，有的地方请核对"), "{text:?}");
    assert!(text.contains(&found[0].message.as_str()), "{text:?}");
    // An example, which nobody is to write over the header.
    assert!(
        text.contains(&"例如：2026.4.10") && text.contains(&"读作：2026-04-10"),
        "{text:?}"
    );
}

#[test]
fn a_cell_that_may_not_be_shown_has_no_half_a_sentence() {
    let changes = [
        ("行政相对人名称", "甲 例"),
        ("行政相对人代码_1(统一社会信用代码)", ""),
    ];
    let (_, _, book) = back("a.csv", &csv(&[penalty_with(1, &changes)]));
    let lines = cells(&book, "核对结论");
    let line = lines
        .iter()
        .find(|l| l.iter().any(|c| c == "spelling-name-blank"));
    let line = line.unwrap();
    assert!(
        line.contains(&"（这一行可能是自然人的，不列出）".to_owned()),
        "{line:?}"
    );
    assert!(
        !line
            .iter()
            .any(|c| c.contains("读作") || c.contains("例如")),
        "{line:?}"
    );
}

#[test]
fn colour_is_never_alone_and_the_header_stays_in_sight() {
    let (.., book) = back("处罚.csv", &faulty());
    let sheet = part(&book, "xl/worksheets/sheet2.xml");
    assert!(
        sheet.contains("<pane ySplit=\"1\""),
        "frozen below the header"
    );
    // The cell of the missing name is blank, and coloured like any other fault.
    let style = |cell: &str| {
        let from = sheet
            .find(&format!("<c r=\"{cell}\""))
            .unwrap_or_else(|| panic!("{cell}"));
        sheet[from..]
            .split("s=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(style("A5"), style("C3"), "a fault");
    assert_ne!(style("A5"), style("A2"), "no fault");
    assert_ne!(style("A5"), style("G4"), "a warning is no fault");
}

#[test]
fn the_first_sheet_tells_the_verdict_and_leads_to_the_cells() {
    let (found, summary, book) = back("处罚.csv", &faulty());
    let first = cells(&book, "核对结论");
    assert_eq!(first[0][0], own::VERDICT);
    assert_eq!(first[1][0], "有 2 条数据需要改正");
    let text = first.concat().join("\n");
    for wanted in [
        summary.sha256.as_str(),
        "行政处罚（penalty-2018）",
        "2026-11-20",
        "处罚.csv",
        "改好后把本文件交回",
        "共5条：可以报送2条（其中1条请核对），需要改正2条，自然人1条另行处理",
    ] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    let xml = part(&book, "xl/worksheets/sheet1.xml");
    assert!(xml.contains("location=\"'处罚'!C3\""), "{xml}");
    assert_eq!(xml.matches("<hyperlink ").count(), found.len());
    assert!(xml.contains("<autoFilter"));
}

#[test]
fn the_first_sheet_can_be_printed() {
    // A name that runs over the edge of the page, and a list of values in a finding.
    let name = format!("{}.csv", "处罚".repeat(70));
    let (.., book) = back(&name, &faulty());
    let xml = part(&book, "xl/worksheets/sheet1.xml");
    let setup = [
        "orientation=\"landscape\"",
        "fitToHeight=\"0\"",
        "<pageSetUpPr fitToPage=\"1\"",
    ];
    for wanted in setup {
        assert!(xml.contains(wanted), "{wanted}");
    }
    let first = cells(&book, "核对结论");
    let header = first.iter().position(|row| row[0] == "位置").unwrap() + 1;
    let titles = format!("核对结论!${header}:${header}<");
    assert!(part(&book, "xl/workbook.xml").contains(&titles), "{titles}");
    let height = |row: usize| {
        let (_, tail) = xml.split_once(&format!("<row r=\"{row}\" ht=\"")).unwrap();
        tail.split('"').next().unwrap().parse::<f64>().unwrap()
    };
    let file = first.iter().position(|row| row[0] == "文件").unwrap() + 1;
    assert!(xml.contains(&format!("<mergeCell ref=\"B{file}:I{file}\"/>")));
    assert!(height(file) > 30.0);
    let listed = first
        .iter()
        .position(|row| row[8] == "coded-unknown")
        .unwrap();
    let said = &first[listed][5];
    assert!(said.chars().count() > 60, "{said}");
    assert!(height(listed + 1) > 6.0 * 15.0, "{}", height(listed + 1));
}

#[test]
fn coded_columns_offer_the_values_of_today() {
    let (.., book) = back("处罚.csv", &csv(&[penalty(1)]));
    let sheet = part(&book, "xl/worksheets/sheet2.xml");
    assert!(
        sheet.contains("<formula1>\"法人及非法人组织,个体工商户,自然人\"</formula1>"),
        "{sheet}"
    );
    assert!(sheet.contains("通报批评"), "in force since 2021");
}

#[test]
fn a_workbook_comes_back_with_all_its_sheets() {
    let mut book = Workbook::new();
    let notes = book.add_worksheet().set_name("填表说明").unwrap();
    notes.write_string(0, 0, "请在十五日前报送").unwrap();
    notes.write_string(4, 2, "=1+1").unwrap();
    let data = book.add_worksheet().set_name("十一月'处罚").unwrap();
    let row = penalty_with(7, &[(CODE, "0012")]);
    for (column, (header, value)) in (0..).zip(&row) {
        data.write_string(0, column, *header).unwrap();
        data.write_string(1, column, value).unwrap();
    }
    let hidden = book.add_worksheet().set_name("核对结论").unwrap();
    hidden.set_hidden(true);
    hidden.write_number(0, 0, 0.5).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let (found, _, back) = back("表.xlsx", &bytes);
    assert_eq!(
        sheets(&back),
        ["核对结论(2)", "填表说明", "十一月'处罚", "核对结论"]
    );
    let text = cells(&back, "填表说明");
    assert_eq!(
        (text[0][0].as_str(), text[4][2].as_str()),
        ("请在十五日前报送", "=1+1")
    );
    assert_eq!(
        cells(&back, "十一月'处罚")[1][2],
        "0012",
        "zeros in front stay"
    );
    assert!(
        !part(&back, "xl/worksheets/sheet2.xml").contains("<f>"),
        "no formula"
    );
    let first = part(&back, "xl/worksheets/sheet1.xml");
    assert!(first.contains("location=\"'十一月''处罚'!C2\""), "{first}");
    assert!(part(&back, "xl/workbook.xml").contains("state=\"hidden\""));
    assert!(found.iter().any(|f| f.code == "sheet-not-read"));
}

#[test]
fn every_cell_is_text_those_still_to_be_filled_too() {
    let (.., book) = back("处罚.csv", &csv(&[penalty(1)]));
    let sheet = part(&book, "xl/worksheets/sheet2.xml");
    let styles = part(&book, "xl/styles.xml");
    let formats = styles.split("<cellXfs").nth(1).unwrap();
    let formats: Vec<&str> = formats.split("<xf ").skip(1).collect();
    let is_text =
        |style: &str| formats[style.parse::<usize>().unwrap()].starts_with("numFmtId=\"49\"");
    let columns = sheet.split("<col ").skip(1);
    for column in columns.map(|c| c.split("style=\"").nth(1).unwrap()) {
        assert!(is_text(column.split('"').next().unwrap()), "{column}");
    }
    for cell in sheet.split("<c r=").skip(1) {
        let tag = cell.split('>').next().unwrap();
        let style = tag.split("s=\"").nth(1).unwrap();
        assert!(is_text(style.split('"').next().unwrap()), "{tag}");
        assert!(tag.contains("t=\"inlineStr\""), "{tag}");
    }
}

#[test]
fn what_stands_in_no_column_is_noted_beside_the_rows_verdict() {
    // A registration number is wanted, and there is no column for it.
    let row = penalty_with(
        1,
        &[
            ("行政相对人类别", "个体工商户"),
            (CODE, "00000000000000000X"),
        ],
    );
    let (found, _, book) = back("a.csv", &csv(&[row]));
    assert!(
        found.iter().any(|f| f.column == 0 && f.row == 1),
        "{found:?}"
    );
    let rows = cells(&book, "a");
    let verdict = &rows[1][17];
    assert!(
        verdict.contains("“行政相对人代码_2(工商注册号)”"),
        "{verdict}"
    );
    assert!(part(&book, "xl/comments1.xml").contains("ref=\"R2\""));
    assert!(part(&book, "xl/worksheets/sheet1.xml").contains("'a'!R2\""));
}

#[test]
fn a_row_wider_than_its_header_stays_so() {
    let mut file = String::from_utf8(csv(&[penalty(1), penalty(2)])).unwrap();
    file.truncate(file.trim_end().len());
    file.push_str(",,多出的\n");
    let (first, summary, book) = back("a.csv", file.as_bytes());
    assert_eq!(first.len(), 1, "{first:?}");
    let rows = cells(&book, "a");
    assert_eq!(rows[0][19], RESULT_COLUMN, "beyond the widest row");
    assert_eq!((rows[0][17].as_str(), rows[2][18].as_str()), ("", "多出的"));
    let (second, again, _) = back("a.xlsx", &book);
    assert_eq!(places(&first), places(&second));
    assert_eq!(counts(&summary), counts(&again));
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    let file = faulty();
    assert_eq!(back("a.csv", &file).2, back("a.csv", &file).2);
}

#[test]
fn handed_in_again_it_says_the_same_and_once_corrected_nothing() {
    let (first, summary, book) = back("处罚.csv", &faulty());
    let (second, again, _) = back("处罚.xlsx", &book);
    assert_eq!(places(&first), places(&second));
    assert_eq!(counts(&summary), counts(&again));
    // The clerk corrects the cells, and leaves our column and sheets alone.
    let corrected: Vec<_> = (1..=5).map(penalty).collect();
    let mut rows: Vec<Vec<String>> = cells(&book, "处罚");
    for (row, sound) in rows.iter_mut().skip(1).zip(&corrected) {
        for (cell, (_, value)) in row.iter_mut().zip(sound) {
            cell.clone_from(value);
        }
    }
    let mut mended = Workbook::new();
    let verdict = mended.add_worksheet().set_name("核对结论").unwrap();
    for (row, line) in (0..).zip(cells(&book, "核对结论")) {
        for (column, cell) in (0..).zip(line) {
            verdict.write_string(row, column, cell).unwrap();
        }
    }
    let data = mended.add_worksheet();
    for (row, line) in (0..).zip(&rows) {
        for (column, cell) in (0..).zip(line) {
            data.write_string(row, column, cell).unwrap();
        }
    }
    let (found, summary, third) = back("处罚.xlsx", &mended.save_to_buffer().unwrap());
    assert_eq!(found, []);
    assert_eq!((summary.rows, summary.accepted), (5, 5));
    // Our column is renewed in its place, our sheets are not doubled.
    let names = sheets(&third);
    assert_eq!(names.len(), 2, "{names:?}");
    let rows = cells(&third, &names[1]);
    assert_eq!(rows[0].iter().filter(|h| *h == RESULT_COLUMN).count(), 1);
    assert!(
        rows[1..]
            .iter()
            .all(|row| row.last().unwrap() == "可以报送")
    );
}

#[test]
fn a_row_that_was_emptied_but_for_our_column_is_none() {
    let mut rows = vec![penalty(1), penalty(2)];
    for row in &mut rows {
        row.push((RESULT_COLUMN, "可以报送".to_owned()));
    }
    for (header, value) in &mut rows[1] {
        if *header != RESULT_COLUMN {
            value.clear();
        }
    }
    let (found, summary, _) = back("a.csv", &csv(&rows));
    assert_eq!((found.as_slice(), summary.rows), (&[][..], 1));
}

#[test]
fn a_refused_file_comes_back_too() {
    let (found, _, book) = back("坏.xlsx", b"PK\x03\x04nonsense");
    assert_eq!(found.len(), 1);
    assert_eq!(sheets(&book), ["核对结论"]);
    let text = cells(&book, "核对结论").concat().join("\n");
    assert!(
        text.contains("整个文件需要改正") && text.contains(&found[0].message),
        "{text}"
    );
    let advice = "请在原文件里改正，改好后把原文件交回";
    assert!(
        text.contains(advice) && !text.contains("可以直接在本文件"),
        "{text}"
    );
    // A column that every row needs is missing: the sheet is there, the header has the note.
    let mut row = penalty(1);
    row.retain(|(header, _)| *header != "处罚决定日期");
    let (found, _, book) = back("缺.csv", &csv(&[row]));
    assert!(
        found.iter().any(|f| f.code == "column-missing"),
        "{found:?}"
    );
    assert_eq!(sheets(&book), ["核对结论", "缺"]);
    let text = cells(&book, "核对结论").concat().join("\n");
    assert!(text.contains("可以直接在本文件"), "{text}");
    assert!(part(&book, "xl/comments1.xml").contains("ref=\"A1\""));
    assert!(!cells(&book, "缺")[0].contains(&RESULT_COLUMN.to_owned()));
}

#[test]
fn what_could_not_be_read_does_not_go_unnoticed() {
    let mut file = csv(&[penalty(1)]);
    file.extend(b"\"never closed");
    let (found, _, book) = back("a.csv", &file);
    assert_eq!(found[0].code, "file-quote-unclosed");
    let rows = cells(&book, "a");
    assert_eq!(rows[2][0], own::CUT, "{rows:?}");
    let advice = |book: &[u8]| cells(book, "核对结论").concat().join("\n");
    let said = advice(&book);
    assert!(said.contains("只有原文件读出的部分"), "{said}");
    assert!(!said.contains("可以直接在本文件"), "{said}");
    // Handed in as it is, it is refused whole, for this reason and no other.
    let (found, summary, again) = back("a.xlsx", &book);
    assert_eq!(codes(&found), ["file-only-part"], "{found:#?}");
    assert_eq!((found[0].row, found[0].sheet_row), (0, 3));
    assert_eq!((summary.rows, summary.accepted), (1, 0));
    let said = advice(&again);
    assert!(!said.contains("可以直接在本文件"), "{said}");
    assert_eq!(cells(&again, "a"), rows);
}

#[test]
fn what_comes_back_of_a_file_cut_short_goes_nowhere() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/departments/");
    for name in [
        "quote-unclosed.csv",
        "web-page-cut-short.xls",
        "last-column.xlsx",
    ] {
        let file = std::fs::read(format!("{folder}{name}")).unwrap();
        let (_, _, book) = back(name, &file);
        let said = cells(&book, "核对结论").concat().join("\n");
        assert!(said.contains("改好后把原文件交回"), "{name}: {said}");
        assert!(!said.contains("可以直接在本文件"), "{name}: {said}");
        let (found, summary, _) = back("a.xlsx", &book);
        assert_eq!(summary.accepted, 0, "{name}");
        let whole = found.iter().filter(|f| f.severity == Severity::RefuseFile);
        assert_eq!(whole.count(), 1, "{name}: {found:#?}");
        let last = found.last().unwrap();
        assert!(
            matches!(&*last.code, "file-only-part" | "file-empty"),
            "{name}: {found:#?}"
        );
    }
}

#[test]
fn a_workbook_of_the_first_rows_is_not_taken_for_the_file() {
    // A column that every row needs is missing: the file is to be made anew.
    let mut file = csv(&[penalty(1)]);
    let line = file[file.iter().position(|b| *b == b'\n').unwrap() + 1..].to_vec();
    file.extend(line.repeat(20_050));
    let file = String::from_utf8(file)
        .unwrap()
        .replacen("处罚决定日期", "日期", 1);
    let (_, _, book) = back("a.csv", file.as_bytes());
    let mended = altered(&book, "<t>日期</t>", "<t>处罚决定日期</t>");
    let mended = altered(&mended, ">日期<", ">处罚决定日期<");
    let (found, summary, _) = back("a.xlsx", &mended);
    assert!(
        codes(&found).contains(&"file-only-part"),
        "{:#?}",
        &found[..3]
    );
    assert_eq!(summary.accepted, 0);
}

#[test]
fn what_no_cell_can_hold_is_cut_and_said() {
    let long = "长".repeat(40_000);
    let odd = "当事人\u{1}\u{b}以次充好_x0041_\r\n货值较小\u{fffe}";
    let file = csv(&[
        penalty_with(1, &[("违法事实", &long)]),
        penalty_with(2, &[("违法事实", odd)]),
    ]);
    let (first, _, book) = back("a.csv", &file);
    let rows = cells(&book, "a");
    let column = rows[0].iter().position(|h| h == "违法事实").unwrap();
    assert_eq!(rows[1][column].chars().count(), 32_767);
    assert_eq!(
        rows[2][column], odd,
        "control characters are carried as a spreadsheet does"
    );
    let text = cells(&book, "核对结论").concat().join("\n");
    assert!(text.contains("1个单元格超过32767个字符"), "{text}");
    let (second, ..) = back("a.xlsx", &book);
    let of_second_row = |found: &[Finding]| -> Vec<Finding> {
        found
            .iter()
            .filter(|f| f.row == 2)
            .map(|f| Finding {
                sheet: None,
                ..f.clone()
            })
            .collect()
    };
    assert_eq!(of_second_row(&first), of_second_row(&second));
}

#[test]
fn identity_numbers_are_masked_in_what_we_write_and_the_clerks_own_in_the_cell() {
    let number = "99010019900101001X";
    let text = format!("当事人身份证号{number}，货值较小。");
    let (found, _, book) = back("a.csv", &csv(&[penalty_with(1, &[("违法事实", &text)])]));
    assert!(!found.is_empty());
    assert!(!part(&book, "xl/comments1.xml").contains(number));
    assert!(!cells(&book, "核对结论").concat().concat().contains(number));
    assert!(cells(&book, "a").concat().concat().contains(number));
}

#[test]
fn what_does_not_fit_is_counted_and_said() {
    let rows: String = (0..9).map(|n| format!(",,,,{n}\n")).collect();
    let header = penalty(1);
    let header: Vec<&str> = header.iter().map(|(h, _)| *h).collect();
    let file = format!("{}\n{rows}", header.join(","));
    let bounds = Bounds {
        links: 40,
        notes: 30,
    };
    let (found, _, book) = back_within("a.csv", file.as_bytes(), bounds);
    let text = cells(&book, "核对结论").concat().join("\n");
    let rest = found.len() - 40;
    assert!(
        text.contains(&format!("前40处，其余{rest}处没有列出")),
        "{text}"
    );
    let faulty: std::collections::BTreeSet<_> = found.iter().map(|f| (f.row, f.column)).collect();
    let rest = faulty.len() - 30;
    assert!(
        text.contains(&format!("批注最多30个，其余{rest}个单元格")),
        "{text}"
    );
    let links = part(&book, "xl/worksheets/sheet1.xml");
    assert_eq!(links.matches("<hyperlink ").count(), 40);
    let notes = part(&book, "xl/comments1.xml");
    assert_eq!(notes.matches("<comment ref=").count(), 30);
    // Every row has its verdict all the same.
    let last = cells(&book, "a").pop().unwrap();
    assert!(last.last().unwrap().starts_with("需要改正（"), "{last:?}");
}

#[test]
fn rows_beyond_a_sheet_are_counted_and_said() {
    let sound = csv(&[penalty(1)]);
    let beyond = csv(&[penalty_with(2, &[(CODE, "1")])]);
    let mut file = sound.clone();
    file.extend(b"\n".repeat(1 << 20));
    file.extend(beyond.splitn(2, |b| *b == b'\n').nth(1).unwrap());
    let (found, summary, book) = back("a.csv", &file);
    assert_eq!((summary.rows, found.len()), (2, 1));
    assert_eq!(cells(&book, "a").len(), 2);
    let text = cells(&book, "核对结论").concat().join("\n");
    assert!(text.contains("第1048576行以后的1行没有带回"), "{text}");
    assert!(!part(&book, "xl/worksheets/sheet1.xml").contains("<hyperlink "));
}

/// The workbook with one text of its parts changed for another.
fn altered(book: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let options = zip::write::SimpleFileOptions::default();
        out.start_file(part.name().unwrap(), options).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut part, &mut text).unwrap();
        std::io::Write::write_all(&mut out, text.replace(from, to).as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn names_no_spreadsheet_gives_are_made_fit() {
    let mut book = Workbook::new();
    for name in ["一", "二", "三"] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.write_string(0, 0, name).unwrap();
    }
    let book = book.save_to_buffer().unwrap();
    let long = format!("name=\"{}'{}\"", "长".repeat(30), "尾".repeat(9));
    for (name, fit) in [
        ("name=\"一\"".to_owned(), "一(2)"),
        ("name=\"a*[b]:c\"".to_owned(), "a__b__c"),
        ("name=\"History\"".to_owned(), "History_"),
        ("name=\"'\"".to_owned(), "表"),
        (long, &"长".repeat(30)),
    ] {
        let odd = altered(&book, "name=\"二\"", &name);
        let (.., back) = back("a.xlsx", &odd);
        assert_eq!(sheets(&back)[2], fit, "{name}");
    }
}

/// What a cell may hold, in no order: formulas, zeros in front, line breaks, what XML dislikes.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[=+@-][0-9A-Z()]{1,8}",
        "0{1,6}[0-9]{0,14}",
        "[\\u{0}-\\u{7f}]{0,12}",
        "[一-龥〔〕0-9\\n\\r\\t 　]{0,12}",
        "\\PC{0,8}",
        "_x[0-9A-F]{4}_",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(xinheng_testkit::cases(48)))]

    #[test]
    fn a_round_trip_changes_no_finding(
        values in prop::collection::vec((0_usize..17, cell()), 1..6),
        blank in any::<bool>(),
    ) {
        let mut rows = vec![penalty(1), penalty(2)];
        for (column, value) in values {
            let row = column % 2;
            rows[row][column].1 = value;
        }
        if blank {
            rows[0].push(("自己的列", "备查".to_owned()));
        }
        let bytes = csv(&rows);
        let (first, summary, book) = back("a.csv", &bytes);
        prop_assume!(first.iter().all(|f| f.severity != Severity::RefuseFile));
        let (second, again, _) = back("a.xlsx", &book);
        prop_assert_eq!(places(&first), places(&second));
        prop_assert_eq!(counts(&summary), counts(&again));
    }
}

/// Writes a record and its header, from a line on.
fn put(sheet: &mut rust_xlsxwriter::Worksheet, line: u32, rows: &[Vec<(&'static str, String)>]) {
    for (column, (id, _)) in (0..).zip(&rows[0]) {
        sheet.write_string(line, column, *id).unwrap();
    }
    for (line, row) in (line + 1..).zip(rows) {
        for (column, (_, value)) in (0..).zip(row) {
            sheet.write_string(line, column, value).unwrap();
        }
    }
}

#[test]
fn rows_that_somebody_puts_into_a_sheet_of_ours_do_not_vanish() {
    let mut book = Workbook::new();
    put(
        book.add_worksheet().set_name("处罚").unwrap(),
        0,
        &[penalty(1)],
    );
    for (name, marker, rows) in [
        ("二", own::VERDICT, vec![penalty(2)]),
        ("例", own::EXAMPLE, vec![penalty(3)]),
        ("例二", own::EXAMPLE, vec![penalty(3), penalty(4)]),
    ] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.write_string(0, 0, marker).unwrap();
        put(sheet, 2, &rows);
    }
    let (found, summary, out) = back("a.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(summary.rows, 1);
    let unread: Vec<_> = found
        .iter()
        .filter(|f| f.code == "sheet-not-read")
        .filter_map(|f| f.sheet.as_deref())
        .collect();
    assert_eq!(unread, ["二", "例二"]);
    assert_eq!(sheets(&out), ["核对结论", "处罚", "二", "例二"]);
}
