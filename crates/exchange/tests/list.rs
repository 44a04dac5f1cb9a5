//! The findings as a spreadsheet of their own (问题清单).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support::{
    TODAY,
    annotated::back,
    book::{cells, part},
    csv, items, lists, penalty_with,
};
use std::io::Cursor;
use xinheng_domain::finding::{Finding, Summary};
use xinheng_exchange::annotate::{self, AnnotateError, Bounds, Dress};

fn listed(found: &[Finding], summary: &Summary) -> Vec<u8> {
    let (items, lists) = (items(), lists());
    let dress = Dress {
        items: &items,
        lists: &lists,
        today: TODAY,
        bounds: Bounds::default(),
    };
    let mut out = Cursor::new(Vec::new());
    let findings = found.iter().cloned().map(Ok);
    annotate::list(findings, summary, dress, &mut out).unwrap();
    out.into_inner()
}

#[test]
fn each_finding_is_a_line_under_the_cells_own_name() {
    let code = "行政相对人代码_1(统一社会信用代码)";
    let row = penalty_with(1, &[(code, "919901000000000012"), ("处罚类别", "批评教育")]);
    let (found, summary, _) = back("处罚.csv", &csv(&[row]));
    let book = listed(&found, &summary);
    let lines = cells(&book, "问题清单");
    assert_eq!(lines.len(), found.len() + 1);
    assert_eq!(lines[0][..4], ["位置", "项目", "影响", "现在填的是"]);
    assert_eq!(lines[1][..3], ["C2", code, "需要改正"]);
    assert!(part(&book, "xl/worksheets/sheet1.xml").contains("<autoFilter"));
}

#[test]
fn what_begins_like_a_formula_is_a_text_in_every_workbook() {
    let wild = [
        "=HYPERLINK(\"http://x\")",
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1)",
        "＝1+1",
    ];
    let names = wild.map(|text| penalty_with(1, &[("行政相对人名称", text)]));
    let dates = wild.map(|text| penalty_with(1, &[("处罚决定日期", text)]));
    let rows: Vec<_> = names.into_iter().chain(dates).collect();
    let (found, summary, annotated) = back("=处罚.csv", &csv(&rows));
    let list = listed(&found, &summary);
    let values: Vec<String> = cells(&list, "问题清单")
        .into_iter()
        .map(|line| line[3].clone())
        .collect();
    for text in wild {
        assert!(
            values.iter().any(|value| value == text),
            "{text}: {values:?}"
        );
    }
    for book in [&list, &annotated] {
        for sheet in ["sheet1", "sheet2"] {
            if book == &list && sheet == "sheet2" {
                continue;
            }
            let xml = part(book, &format!("xl/worksheets/{sheet}.xml"));
            assert!(!xml.contains("<f>") && !xml.contains("<f "), "{xml}");
        }
    }
}

#[test]
fn a_very_long_cell_is_cut_and_a_fault_in_reading_is_told() {
    let row = penalty_with(1, &[("文号", ""), ("违法事实", &"长".repeat(5461))]);
    let (mut found, summary, _) = back("处罚.csv", &csv(&[row]));
    found.iter_mut().for_each(|f| f.value = "长".repeat(5461));
    for line in cells(&listed(&found, &summary), "问题清单").iter().skip(1) {
        assert_eq!(line[3], format!("{}…", "长".repeat(60)));
    }
    let dress = Dress {
        items: &items(),
        lists: &lists(),
        today: TODAY,
        bounds: Bounds::default(),
    };
    let broken = std::iter::once(Err(std::io::Error::other("gone")));
    let told = annotate::list(broken, &summary, dress, Cursor::new(Vec::new()));
    assert!(matches!(told, Err(AnnotateError::Io(e)) if e.to_string() == "gone"));
}
