//! One fault in one cell: which finding, where, with what advice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support;

use crate::support::{check, checker, codes, csv, findings, penalty, penalty_with};
use xinheng_domain::finding::Severity;

#[test]
fn a_sound_file_has_no_finding() {
    let file = csv(&[penalty(1), penalty(2), penalty(3)]);
    let (lines, summary) = check(&checker(), "处罚.csv", &file);
    assert_eq!(
        (summary.rows, summary.accepted, summary.findings),
        (3, 3, 0),
        "{lines}"
    );
    assert_eq!(summary.format.as_deref(), Some("penalty-2018"));
    assert_eq!(lines.lines().count(), 1);
}

/// The findings of a second row with some values changed, after a sound first one.
fn changed(changes: &[(&'static str, &str)]) -> Vec<xinheng_domain::finding::Finding> {
    let file = csv(&[penalty(1), penalty_with(2, changes)]);
    let (found, _) = findings(&checker(), &file);
    assert!(
        found.iter().all(|f| f.row == 2 && f.sheet_row == 3),
        "{found:#?}"
    );
    found
}

#[test]
fn a_persons_number_is_told_but_not_repeated() {
    let number = "99010119900307881X";
    let named = format!("张例安{number}");
    for (column, value, severity) in [
        ("法定代表人", named.as_str(), Severity::RefuseRow),
        ("行政相对人代码_2(工商注册号)", number, Severity::Warn),
    ] {
        let found = changed(&[(column, value)]);
        assert_eq!(codes(&found), ["identity-number-misplaced"], "{column}");
        assert_eq!(found[0].severity, severity, "{column}");
        assert!(!format!("{found:?}").contains(number), "{found:?}");
        assert_eq!(found[0].suggestion, None);
    }
    // The number of a document may be made of a division, a day and a count.
    let document = changed(&[("行政处罚决定书文号", "990101202610120018")]);
    assert!(!codes(&document).contains(&"identity-number-misplaced"));
}

#[test]
fn each_fault_has_its_finding() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("行政相对人名称", "", &["required-missing"]),
        ("行政相对人名称", "undefined", &["name-placeholder"]),
        (
            "行政相对人名称",
            "衡川市<样例>公司",
            &["name-special-character"],
        ),
        (
            "行政相对人名称",
            "衡川市样例\u{200b}公司",
            &["text-invisible-character"],
        ),
        (
            "行政相对人名称",
            "衡川市样例\u{202e}公司",
            &["text-invisible-character"],
        ),
        (
            "行政相对人名称",
            "衡川市\n样例公司",
            &["text-control-character"],
        ),
        (
            "行政相对人名称",
            "衡川市\u{fffd}样例公司",
            &["text-undecodable"],
        ),
        ("行政相对人名称", "#N/A", &["cell-error"]),
        ("法定代表人", "甲**", &["name-masked"]),
        // Numbers of persons in columns for something else.
        (
            "法定代表人",
            "张例安99010119900307881X",
            &["identity-number-misplaced"],
        ),
        (
            "法定代表人",
            "张例安（身份证９９０１０１１９９００３０７８８１Ｘ）",
            &["identity-number-misplaced"],
        ),
        (
            "行政相对人名称",
            "衡川样例商行990101900307881",
            &["identity-number-misplaced"],
        ),
        (
            "行政相对人代码_2(工商注册号)",
            "99010119900307881X",
            &["identity-number-misplaced"],
        ),
        ("行政相对人类别", "外星组织", &["coded-unknown"]),
        (
            "行政相对人代码_1(统一社会信用代码)",
            "",
            &["required-missing"],
        ),
        (
            "行政相对人代码_1(统一社会信用代码)",
            "123456789012345",
            &["code-bad-length"],
        ),
        ("处罚类别", "罚款、批评", &["coded-unknown"]),
        ("处罚决定日期", "2026-02-30", &["date-invalid"]),
        ("处罚决定日期", "46122", &["date-invalid"]),
        ("处罚决定日期", "2026-12-01", &["decision-in-future"]),
        ("处罚有效期", "2026-04-09", &["validity-before-decision"]),
        ("罚款金额(万元)", "2000元", &["amount-invalid"]),
        ("罚款金额(万元)", "", &["recommended-missing"]),
        (
            "行政处罚决定书文号",
            "衡信市监罚（２０２６）2号",
            &["document-number-brackets"],
        ),
        (
            "行政处罚决定书文号",
            "衡信市监罚〔２０２６〕2号",
            &["text-full-width"],
        ),
        ("行政处罚决定书文号", "12", &["document-number-odd"]),
    ];
    for (header, value, expected) in cases {
        let found = changed(&[(header, value)]);
        assert_eq!(codes(&found), *expected, "{header} = {value:?}");
        assert!(!found[0].message.contains('{'), "{}", found[0].message);
        assert!(
            found[0].message.contains(header) || found[0].column > 0,
            "{}",
            found[0].message
        );
    }
}

#[test]
fn codes_get_safe_suggestions_only() {
    let header = "行政相对人代码_1(统一社会信用代码)";
    let sound = support::code("91", 2);
    let lower = sound.to_lowercase();
    for untidy in [
        &lower,
        &format!("统一社会信用代码：{sound}（1/1）"),
        &format!("{} {}", &sound[..4], &sound[4..]),
    ] {
        let found = changed(&[(header, untidy)]);
        assert_eq!(
            found[0].suggestion.as_deref(),
            Some(sound.as_str()),
            "{untidy}"
        );
        assert_eq!(found[0].severity, Severity::RefuseRow);
    }
    let mut wrong = sound.clone();
    let last = if wrong.pop() == Some('1') { '2' } else { '1' };
    wrong.push(last);
    let found = changed(&[(header, &wrong)]);
    assert_eq!(codes(&found), ["code-bad-check"]);
    assert_eq!(found[0].suggestion, None);
}

#[test]
fn individual_businesses_and_the_filler() {
    let header = "行政相对人代码_1(统一社会信用代码)";
    let filler = "00000000000000000X";
    let kind = ("行政相对人类别", "个体工商户");
    let found = changed(&[kind, (header, filler)]);
    assert_eq!(codes(&found), ["required-missing"]);
    assert_eq!(found[0].field, "CF_XDR_GSZC");
    let found = changed(&[kind, (header, filler), ("工商注册号", "990100600000012")]);
    assert_eq!(codes(&found), [""; 0]);
    let found = changed(&[(header, filler)]);
    assert!(codes(&found).contains(&"category-code-organisation"));
}

#[test]
fn natural_persons_are_counted_and_set_aside() {
    let file = csv(&[
        penalty(1),
        penalty_with(
            2,
            &[
                ("行政相对人名称", "甲乙丙"),
                ("行政相对人类别", "自然人"),
                ("行政相对人代码_1(统一社会信用代码)", ""),
                ("法定代表人", ""),
                ("证件类型", "身份证"),
                ("证件号码", "990101199013078814"),
            ],
        ),
    ]);
    let (found, summary) = findings(&checker(), &file);
    assert_eq!(
        codes(&found),
        ["natural-person-set-aside", "identity-number-bad"]
    );
    assert_eq!(
        (summary.accepted, summary.refused, summary.set_aside),
        (1, 0, 1)
    );
    assert!(
        found.iter().all(|f| !f.value.contains("19901307")),
        "{found:#?}"
    );
}

#[test]
fn duplicates_name_the_first() {
    let mut other_party = penalty(1);
    other_party[2].1 = support::code("91", 77);
    let file = csv(&[penalty(1), penalty(2), penalty(1), other_party, penalty(1)]);
    let (found, summary) = findings(&checker(), &file);
    let told: Vec<_> = found.iter().map(|f| (f.row, f.code.as_str())).collect();
    assert_eq!(
        told,
        [
            (3, "duplicate-record"),
            (4, "number-on-two-subjects"),
            (5, "duplicate-record")
        ]
    );
    assert!(found[0].message.contains("与第2行"), "{}", found[0].message);
    assert_eq!(
        (
            summary.accepted,
            summary.refused,
            summary.rows_with_warnings
        ),
        (3, 2, 1)
    );
}

#[test]
fn values_of_a_list_have_their_time() {
    let old = [
        ("行政处罚决定书文号", "衡信市监罚〔2021〕1号"),
        ("处罚类别", "通报批评"),
        ("处罚内容", "通报批评"),
        ("罚款金额(万元)", ""),
        ("处罚决定日期", "2021-07-14"),
    ];
    assert_eq!(codes(&changed(&old)), ["coded-not-in-force"]);
    let new = [
        ("行政处罚决定书文号", "衡信市监罚〔2021〕1号"),
        ("处罚类别", "通报批评"),
        ("处罚内容", "通报批评"),
        ("罚款金额(万元)", ""),
        ("处罚决定日期", "2021-07-15"),
    ];
    assert_eq!(codes(&changed(&new)), [""; 0]);
}
