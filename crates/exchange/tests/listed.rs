//! A file with more findings than are listed: the rest is counted, nothing else changes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{annotated::back_listing, book::cells, checker, csv, penalty_with};
use std::io::Cursor;
use xinheng_checker::RESULT_COLUMN;
use xinheng_domain::finding::{Finding, Summary};
use xinheng_exchange::{
    annotate::Bounds,
    check::{FindingLimit, Options, check_file},
};

const CODE: &str = "行政相对人代码_1(统一社会信用代码)";

/// Six rows with a wrong code each, and a date with dots, which is told of the column.
fn faulty() -> Vec<u8> {
    let row = |n| {
        penalty_with(
            n,
            &[(CODE, "91990100MA0X00015X"), ("处罚决定日期", "2026.4.10")],
        )
    };
    csv(&(1..=6).map(row).collect::<Vec<_>>())
}

fn check(listed: FindingLimit) -> (Vec<Finding>, Summary) {
    let mut found = Vec::new();
    let options = Options {
        listed,
        ..Options::named("a.csv")
    };
    let summary = check_file(Cursor::new(faulty()), &checker(), options, &mut found).unwrap();
    (found, summary)
}

fn of_rows(found: &[Finding]) -> Vec<Finding> {
    found.iter().filter(|f| f.row > 0).cloned().collect()
}

fn first(findings: u64) -> FindingLimit {
    FindingLimit {
        findings,
        ..FindingLimit::ALL
    }
}

#[test]
fn the_first_are_listed_and_the_rest_is_counted() {
    let (all, whole) = check(FindingLimit::ALL);
    let rows = of_rows(&all);
    assert!(rows.len() >= 6 && whole.unlisted == 0, "{all:#?}");
    for most in 0..=rows.len() {
        let (found, summary) = check(first(most as u64));
        assert_eq!(of_rows(&found), rows[..most], "{most}");
        let about_columns = |found: &[Finding]| found.iter().filter(|f| f.row == 0).count();
        assert_eq!(
            about_columns(&found),
            1,
            "what is said of a column is always listed"
        );
        assert_eq!(summary.unlisted, (rows.len() - most) as u64);
        let unlisted = 0;
        assert_eq!(
            Summary {
                unlisted,
                ..summary
            },
            whole,
            "{most}"
        );
    }
}

#[test]
fn long_texts_are_bounded_by_their_bytes() {
    let rows = of_rows(&check(FindingLimit::ALL).0);
    let bytes = |bytes| FindingLimit {
        bytes,
        ..FindingLimit::ALL
    };
    let (found, summary) = check(bytes(1000));
    let listed = of_rows(&found);
    assert!(!listed.is_empty() && listed.len() < rows.len());
    assert_eq!(
        listed,
        rows[..listed.len()],
        "from the first that does not fit on, none"
    );
    assert_eq!(summary.unlisted as usize + listed.len(), rows.len());
    let (none, summary) = check(bytes(1));
    assert!(of_rows(&none).is_empty());
    assert_eq!(summary.unlisted as usize, rows.len());
}

#[test]
fn in_the_workbook_no_row_passes_for_right_because_it_is_not_listed() {
    let rows = of_rows(&check(FindingLimit::ALL).0).len();
    let bounds = Bounds::default();
    let (_, _, book) = back_listing("处罚.csv", &faulty(), bounds, first(1));
    let sheet = cells(&book, "处罚");
    let result = sheet[0].iter().position(|h| h == RESULT_COLUMN).unwrap();
    let said: Vec<&str> = sheet[1..7].iter().map(|row| row[result].as_str()).collect();
    assert!(said[0].starts_with("需要改正（1处）："), "{said:?}");
    let unlisted = |said: &&str| said.starts_with("需要改正：另有") && said.ends_with("处没有列出");
    assert!(said[1..].iter().all(unlisted), "{said:?}");
    let verdict = cells(&book, "核对结论");
    let rest = format!("下面的清单只列出前2处，其余{}处没有列出。", rows - 1);
    let told = verdict.iter().flatten().any(|cell| cell.contains(&rest));
    assert!(told, "{rest}: {verdict:#?}");
}
