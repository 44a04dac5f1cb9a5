//! Headers as departments write them: titles above, two lines, marks and numbers in them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{checker, codes, csv, findings, penalty};

/// A sound file with other header lines, given as cells.
fn with_header(lines: &[Vec<String>]) -> Vec<u8> {
    let text = String::from_utf8(csv(&[penalty(1), penalty(2)])).unwrap();
    let records = text.split_once('\n').unwrap().1;
    let mut out = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for line in lines {
        out.write_record(line).unwrap();
    }
    [out.into_inner().unwrap().as_slice(), records.as_bytes()].concat()
}

fn names() -> Vec<String> {
    penalty(1).iter().map(|(h, _)| (*h).to_owned()).collect()
}

#[test]
fn titles_above_are_named() {
    let text = String::from_utf8(csv(&[penalty(1)])).unwrap();
    let above = "衡川市信衡区行政处罚信息表,,\n填报单位：某局,填报人：甲990101199001010016,\n\n";
    let (found, summary) = findings(&checker(), format!("{above}{text}").as_bytes());
    assert_eq!(codes(&found), ["rows-above-header"]);
    assert_eq!((found[0].row, found[0].sheet_row), (0, 4));
    assert!(
        found[0].message.contains("第1、2行"),
        "{}",
        found[0].message
    );
    assert!(found[0].value.contains("行政处罚信息表") && found[0].value.contains("填报单位"));
    assert!(!found[0].value.contains("19900101"), "{}", found[0].value);
    assert_eq!((summary.rows, summary.accepted), (1, 1));
}

#[test]
fn two_lines_are_read_as_one() {
    let mut first = names();
    let mut second = vec![String::new(); first.len()];
    // A heading over three columns, one with its unit below, one that stands alone.
    first[0] = "行政相对人".into();
    second[0] = "名称".into();
    first[1] = String::new();
    second[1] = "类别".into();
    first[2] = String::new();
    second[2] = "代码_1（统一社会信用代码）".into();
    let fine = first.iter().position(|h| h == "罚款金额(万元)").unwrap();
    first[fine] = "罚款金额".into();
    second[fine] = "（万元）".into();
    for above in [vec![], vec![vec!["行政处罚信息表".to_owned()]]] {
        let titles = above.len();
        let lines: Vec<_> = above
            .into_iter()
            .chain([first.clone(), second.clone()])
            .collect();
        let (found, summary) = findings(&checker(), &with_header(&lines));
        let expected: &[&str] = match titles {
            0 => &["header-two-lines"],
            _ => &["header-two-lines", "rows-above-header"],
        };
        assert_eq!(codes(&found), expected, "{found:#?}");
        assert_eq!(found[0].sheet_row, 2 + titles as u64);
        assert_eq!((summary.rows, summary.accepted), (2, 2));
    }
}

#[test]
fn the_heading_decides_whose_number_it_is() {
    // 证件类型 alone is the natural person's; under 法定代表人 it is the representative's.
    let mut first = names();
    let mut second = vec![String::new(); first.len()];
    let at = first.iter().position(|h| h == "法定代表人").unwrap();
    second[at] = "姓名".into();
    first.push("法定代表人".into());
    second.push("证件类型".into());
    let (found, summary) = findings(&checker(), &with_header(&[first, second]));
    assert_eq!(codes(&found), ["header-two-lines"], "{found:#?}");
    assert_eq!(summary.accepted, 2);
}

#[test]
fn marks_in_a_second_line() {
    let first = names();
    let second = first.iter().map(|_| "必填".to_owned()).collect();
    let (found, summary) = findings(&checker(), &with_header(&[first, second]));
    assert_eq!(codes(&found), ["header-two-lines"]);
    assert_eq!(summary.accepted, 2);
}

#[test]
fn marks_numbers_and_breaks_in_one_line() {
    let header = names()
        .iter()
        .enumerate()
        .map(|(i, name)| match i % 5 {
            0 => format!("＊{name}"),
            1 => format!("{}、{name}", i + 1),
            2 => format!("{name}\n【必填】"),
            3 => format!("\u{3000}{name}："),
            _ => name.replace('(', "［").replace(')', "］"),
        })
        .collect();
    let (found, summary) = findings(&checker(), &with_header(&[header]));
    assert_eq!(codes(&found), [""; 0], "{found:#?}");
    assert_eq!(summary.accepted, 2);
}

#[test]
fn a_record_is_no_second_line() {
    let text = String::from_utf8(csv(&[penalty(1)])).unwrap();
    let (found, summary) = findings(&checker(), text.as_bytes());
    assert_eq!((codes(&found).len(), summary.rows), (0, 1));
}

#[test]
fn an_unknown_header_below_a_title_is_the_one_named() {
    let (found, _) = findings(&checker(), "某表\n处罚依据,备注,丙\n1,2,3\n".as_bytes());
    assert_eq!(
        (found[0].code.as_str(), found[0].sheet_row),
        ("header-unknown", 2)
    );
    assert!(
        found[0].message.contains("处罚依据"),
        "{}",
        found[0].message
    );
}
