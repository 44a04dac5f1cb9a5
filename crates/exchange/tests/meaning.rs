//! Cells that are well written and cannot be meant: words that say nothing, amounts in another
//! unit, kinds that leave out what the row itself says, names in the wrong column.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in tests")]

use crate::support::{checker, codes, csv, findings, penalty_with};
use xinheng_domain::finding::Severity;

const NAME: &str = "行政相对人名称";
const HEAD: &str = "法定代表人";
const NUMBER: &str = "行政处罚决定书文号";
const KIND: &str = "处罚类别";
const CONTENT: &str = "处罚内容";
const FINE: &str = "罚款金额(万元)";
const TAKEN: &str = "没收违法所得、没收非法财物的金额(万元)";
const DECIDED: &str = "处罚决定日期";

type Cells<'a> = &'a [(&'static str, &'a str)];

/// Changed cells, and the finding they must have; `""` for none.
const TOLD: &[(Cells<'_>, &str, bool)] = &[
    (&[("处罚依据", "/")], "value-says-nothing", true),
    (&[("处罚依据", "无")], "value-says-nothing", true),
    (&[("违法事实", "******")], "value-says-nothing", true),
    (&[("违法行为类型", "1")], "value-says-nothing", true),
    (&[(CONTENT, "。")], "value-says-nothing", true),
    (&[(NUMBER, "/")], "value-says-nothing", true),
    (&[(NUMBER, "无")], "value-says-nothing", true),
    (&[("备注", "/")], "", false),
    (&[("备注", "\u{200b}")], "text-invisible-character", true),
    (
        &[("公示截止期", "\u{200b}")],
        "text-invisible-character",
        true,
    ),
    (
        &[("违法事实", "当事人\u{e000}未按规定办理登记。")],
        "text-private-use",
        false,
    ),
    (
        &[(NUMBER, "衡信市监\u{e000}〔2026〕1号")],
        "text-private-use",
        true,
    ),
    (
        &[("违法事实", "当事人\u{ffff}未按规定办理登记。")],
        "text-undecodable",
        true,
    ),
    (
        &[(NAME, "衡川样例\u{17b5}有限公司")],
        "text-invisible-character",
        true,
    ),
    (&[(FINE, "2000")], "fine-in-yuan", true),
    (
        &[(FINE, "2000"), (CONTENT, "罚款人民币2000.00元")],
        "fine-in-yuan",
        true,
    ),
    (&[(FINE, "0.3")], "fine-differs-from-text", false),
    (&[(KIND, "警告")], "kind-missing-for-amount", true),
    (
        &[(KIND, "罚款"), (TAKEN, "0.1")],
        "kind-missing-for-amount",
        true,
    ),
    (
        &[(KIND, "警告"), (FINE, "")],
        "kind-missing-for-text",
        false,
    ),
    (
        &[(CONTENT, "罚款2000元，吊销营业执照")],
        "kind-missing-for-text",
        false,
    ),
    (
        &[(KIND, "警告"), (FINE, ""), (CONTENT, "给予警告，不予罚款")],
        "",
        false,
    ),
    (
        &[(DECIDED, "1926-04-10"), (NUMBER, "衡信市监罚〔1926〕1号")],
        "decision-before-law",
        true,
    ),
    (
        &[(NUMBER, "衡信市监罚〔2062〕1号")],
        "document-number-year",
        false,
    ),
    (&[(NUMBER, "衡信市监罚〔2025〕1号")], "", false),
    (
        &[(NUMBER, "衡信市监罚〔〔2026〕〕1号")],
        "document-number-odd",
        false,
    ),
    (
        &[(NUMBER, "衡信市监罚〔2026〕〕1号")],
        "document-number-odd",
        false,
    ),
    (
        &[(NUMBER, "衡信市监罚〔2026〕1号\u{2605}")],
        "document-number-odd",
        false,
    ),
    (
        &[(NUMBER, "衡信市监罚〔2026〕1号'")],
        "document-number-odd",
        false,
    ),
    (&[(NUMBER, "（衡）市监罚〔2026〕第1-2号")], "", false),
    (
        &[(NUMBER, "衡信市监罚｛2026｝1号")],
        "document-number-brackets",
        false,
    ),
    (
        &[(NUMBER, "衡信市监罚＜2026＞1号")],
        "document-number-brackets",
        false,
    ),
    (
        &[(NAME, "张例安"), (HEAD, "衡川样例商贸有限公司")],
        "name-and-representative-swapped",
        false,
    ),
    (
        &[
            (NAME, "衡川样例中心（有限合伙）"),
            (HEAD, "衡川样例商贸有限公司"),
        ],
        "",
        false,
    ),
    (&[(NAME, "行政相对人名称")], "name-repeats-header", true),
    (&[(HEAD, "负责人")], "name-repeats-header", true),
    (&[(NAME, "合计")], "name-placeholder", true),
    (&[(NAME, "有限公司")], "name-placeholder", true),
    (
        &[(NAME, "衡川样例（信衡有限公司")],
        "name-bracket-unpaired",
        false,
    ),
    (
        &[(NAME, "衡川样例)(信衡有限公司")],
        "name-bracket-unpaired",
        false,
    ),
    (&[(HEAD, "例明19900000000")], "personal-data-in-text", false),
    (
        &[("处罚依据", "见李例（19900000000）案卷")],
        "personal-data-in-text",
        false,
    ),
];

#[test]
fn what_cannot_be_meant_is_told() {
    for &(changes, expected, refused) in TOLD {
        let file = csv(&[penalty_with(1, changes)]);
        let (found, summary) = findings(&checker(), &file);
        let case = format!("{changes:?}: {found:#?}");
        let told = found.iter().find(|f| f.code == expected);
        if expected.is_empty() {
            assert_eq!(codes(&found), [""; 0], "{case}");
        } else {
            let told = told.expect(&case);
            let severity = if refused {
                Severity::RefuseRow
            } else {
                Severity::Warn
            };
            assert_eq!(told.severity, severity, "{case}");
            assert!(!told.message.contains('{'), "{case}");
        }
        assert_eq!(summary.accepted, u64::from(!refused), "{case}");
    }
}

/// What the clerk meant is suggested, and nothing else said of the same cell.
#[test]
fn a_fine_in_yuan_is_suggested_in_ten_thousands() {
    let (found, _) = findings(&checker(), &csv(&[penalty_with(1, &[(FINE, "2000")])]));
    assert_eq!(codes(&found), ["fine-in-yuan"]);
    assert_eq!(found[0].suggestion.as_deref(), Some("0.2"));
}

/// A file of one row with one header changed.
fn with_header(header: &str, instead: &str) -> Vec<u8> {
    let mut row = penalty_with(1, &[]);
    let cell = row.iter_mut().find(|(h, _)| *h == header).unwrap();
    cell.0 = String::from(instead).leak();
    csv(&[row])
}

#[test]
fn a_misspelt_header_is_connected_with_the_column_that_is_missing() {
    for (header, instead) in [
        (NAME, "行政相对人名程"),
        (DECIDED, "处罚决定日其"),
        (CONTENT, "处罚内容及结果"),
        (NUMBER, "行政处罚决定文号"),
    ] {
        let (found, summary) = findings(&checker(), &with_header(header, instead));
        let case = format!("{instead}: {found:#?}");
        let unknown = found
            .iter()
            .find(|f| f.code == "column-unknown")
            .expect(&case);
        assert_eq!(unknown.suggestion.as_deref(), Some(header), "{case}");
        let missing = found
            .iter()
            .find(|f| f.code == "column-missing")
            .expect(&case);
        assert!(missing.message.contains(instead), "{case}");
        assert_eq!(summary.accepted, 0, "{case}");
    }
    // Another column is no misspelt one.
    let (found, _) = findings(&checker(), &with_header(DECIDED, "承办科室"));
    let unknown = found.iter().find(|f| f.code == "column-unknown").unwrap();
    assert_eq!(unknown.suggestion, None);
}

#[test]
fn a_column_of_yuan_refuses_the_file() {
    let (found, summary) = findings(&checker(), &with_header(FINE, "罚款金额（元）"));
    assert_eq!(codes(&found), ["column-in-yuan"]);
    assert_eq!(found[0].expected.as_deref(), Some(FINE));
    assert_eq!(
        (found[0].severity, summary.accepted),
        (Severity::RefuseFile, 0)
    );
}
