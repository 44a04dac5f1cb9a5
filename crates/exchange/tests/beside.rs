//! Totals and signatures below a table: no records, and never passed over in silence.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{
    annotated::back, book::cells, checker, code, codes, csv, findings, penalty, penalty_with,
};
use proptest::prelude::*;

const NAME: &str = "行政相对人名称";
const CODE: &str = "行政相对人代码_1(统一社会信用代码)";
const NUMBER: &str = "行政处罚决定书文号";
const DATE: &str = "处罚决定日期";

/// Two sound records and lines below them.
fn with_lines(lines: &[&str]) -> Vec<u8> {
    let table = csv(&[penalty(1), penalty(2)]);
    let mut file = String::from_utf8(table).unwrap();
    for line in lines {
        file.push_str(line);
        file.push('\n');
    }
    file.into_bytes()
}

#[test]
fn totals_and_signatures_are_no_records() {
    for line in [
        "合计,,,,,,,,,,0.4,,,,,,",
        "合　计,2,,,2件,,,,,,0.4,,,,,,",
        "小计：2条",
        "填表人：王五,,,,,,,,,,,,,,,,",
        "填表人：,王五,审核人：,赵六,,,联系电话：,13800000000",
        ",,填报单位（盖章）：,衡川市信衡区市场监督管理局,填报日期：,2026-11-03,,,,,,",
        "备注：本表由各科室填报。王五负责。",
        "说明,罚款金额以万元为单位",
        "注1：金额单位为万元。",
    ] {
        let (found, summary) = findings(&checker(), &with_lines(&[line]));
        assert_eq!(codes(&found), ["rows-beside-table"], "{line}: {found:#?}");
        assert_eq!((found[0].row, found[0].sheet_row), (0, 4), "{line}");
        assert_eq!((summary.rows, summary.accepted), (2, 2), "{line}");
        assert_eq!(summary.rows_with_warnings, 0);
        let said = serde_json::to_string(&found).unwrap();
        for personal in ["王五", "赵六", "13800000000"] {
            assert!(!said.contains(personal), "{said}");
        }
    }
}

#[test]
fn they_are_named_once_and_counted() {
    let lines: Vec<String> = (0..12).map(|i| format!("备注：第{i}点")).collect();
    let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    lines.insert(0, "合计,,,,,,,,,,0.4");
    let (found, _) = findings(&checker(), &with_lines(&lines));
    assert_eq!(codes(&found), ["rows-beside-table"]);
    let said = &found[0].message;
    assert!(
        said.contains("第4、5、6、7、8、9、10、11、12、13等13行以“合计、备注”开头"),
        "{said}"
    );
    assert_eq!(found[0].column, 1);
}

#[test]
fn a_total_between_records_stops_nothing() {
    let one = String::from_utf8(csv(&[penalty(1)])).unwrap();
    let two = String::from_utf8(csv(&[penalty(2)])).unwrap();
    let two = two.split_once('\n').unwrap().1;
    let (found, summary) = findings(&checker(), format!("{one}小计,,,1\n{two}").as_bytes());
    assert_eq!(codes(&found), ["rows-beside-table"]);
    assert_eq!((summary.rows, summary.accepted), (2, 2));
}

#[test]
fn what_has_anything_of_a_record_is_one() {
    let one = code("91", 3);
    for line in [
        // A code, a document number, a day of its own; a name that only begins like a total.
        format!("合计,,{one}"),
        "备注,,,,衡信市监罚〔2026〕3号".to_owned(),
        "备注：,,,,,,,,,,,2026-04-10".to_owned(),
        "总计百货有限公司".to_owned(),
        "注册会计师事务所".to_owned(),
        "衡川市样例商贸有限公司".to_owned(),
        // Most of the row is filled.
        "合计,甲,乙,丙,丁,戊,己,庚,辛,壬,癸,,,,,,".to_owned(),
    ] {
        let (found, summary) = findings(&checker(), &with_lines(&[&line]));
        assert!(!codes(&found).contains(&"rows-beside-table"), "{line}");
        assert_eq!((summary.rows, summary.refused), (3, 1), "{line}");
    }
}

#[test]
fn a_file_of_nothing_else_has_no_record() {
    let header = csv(&[penalty(1)]);
    let header = String::from_utf8(header).unwrap();
    let header = header.split_once('\n').unwrap().0;
    let (found, summary) = findings(&checker(), format!("{header}\n填表人：王五\n").as_bytes());
    assert_eq!(codes(&found), ["rows-beside-table", "file-header-only"]);
    assert_eq!(summary.rows, 0);
}

#[test]
fn in_the_workbook_the_row_stays_and_is_remarked() {
    let file = with_lines(&["合计,,,,,,,,,,0.4", "填表人：王五"]);
    let (found, _, book) = back("处罚.csv", &file);
    assert_eq!(codes(&found), ["rows-beside-table"]);
    let sheet = cells(&book, "处罚");
    let text = |row: usize, column: usize| sheet[row].get(column).map_or("", String::as_str);
    assert_eq!(text(3, 0), "合计");
    assert_eq!(text(4, 0), "填表人：王五");
    let width = penalty(1).len();
    assert_eq!(text(2, width), "可以报送");
    for row in [3, 4] {
        assert_eq!(text(row, width), "不是数据，没有读入");
    }
    // Handed in again, it says the same.
    let (again, summary, _) = back("处罚.xlsx", &book);
    assert_eq!(codes(&again), ["rows-beside-table"]);
    assert_eq!((again[0].sheet_row, again[0].column), (4, 1));
    assert_eq!((summary.rows, summary.accepted), (2, 2));
}

proptest! {
    /// No record that could go in is ever taken for something beside the table, whatever its name
    /// and its other cells begin with.
    #[test]
    fn a_record_is_never_passed_over(
        word in prop::sample::select(vec!["合计", "总计", "小计：", "填表人：", "备注", "注：", "说明"]),
        tail in prop::sample::select(vec!["", "：王五", "百货有限公司", "（盖章）：", "12"]),
        telling in prop::sample::select(vec![CODE, NUMBER, DATE]),
    ) {
        // A record with its name spoilt and but one of what tells it from others.
        let name = format!("{word}{tail}");
        let mut row = penalty_with(3, &[(NAME, &name)]);
        for (header, value) in &mut row {
            if *header != NAME && *header != telling {
                value.clear();
            }
        }
        let (_, summary) = findings(&checker(), &csv(&[penalty(1), row]));
        prop_assert_eq!(summary.rows, 2);
        let sound = penalty_with(3, &[(NAME, &name)]);
        let (_, summary) = findings(&checker(), &csv(&[penalty(1), sound]));
        prop_assert_eq!(summary.rows, 2);
    }
}
