//! Spellings that are safe to read: what is said once for a column, and what needs no word.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support::{Rows, checker, code, codes, csv, findings, penalty, penalty_with};
use xinheng_domain::finding::{Finding, Severity};
use xinheng_exchange::check::{Options, check_file};

const NAME: &str = "行政相对人名称";
const CODE: &str = "行政相对人代码_1(统一社会信用代码)";
const NUMBER: &str = "行政处罚决定书文号";
const FINE: &str = "罚款金额(万元)";
const DECIDED: &str = "处罚决定日期";
const HEAD: &str = "法定代表人";

#[test]
fn spellings_that_need_no_word() {
    for (header, value) in [
        (DECIDED, "2026/4/10"),
        (DECIDED, "2026/04/10"),
        (DECIDED, "2026-4-10"),
        // A date cell, as programs write it into XML.
        (DECIDED, "2026-04-10T00:00:00.000"),
        (FINE, "0.200000"),
        (NAME, "Sample Example (Hengchuan) Co., Ltd."),
        (NAME, "衡川 ABC 样例有限公司"),
        (NUMBER, "衡信XK 13-2026 2号〔2026〕2号"),
        (CODE, "\u{3000}99\u{a0}"),
    ] {
        let value = if header == CODE {
            format!("\u{3000}{}\u{a0}", code("91", 2))
        } else {
            value.to_owned()
        };
        let (found, summary) = findings(
            &checker(),
            &csv(&[penalty(1), penalty_with(2, &[(header, &value)])]),
        );
        let blank = "spelling-document-number-blank";
        let others = codes(&found).into_iter().filter(|c| *c != blank);
        assert_eq!(others.count(), 0, "{header} = {value} {found:#?}");
        assert_eq!(summary.accepted, 2);
    }
}

/// Column, value, code, what the sentence says of it, what was read, the value kept.
const READ: &[(&str, &str, &str, &str, &str)] = &[
    (
        DECIDED,
        "2026年4月10日",
        "spelling-date",
        "写作“年月日”",
        "2026-04-10",
    ),
    (
        DECIDED,
        "2026年4月10号",
        "spelling-date",
        "写作“年月日”",
        "2026-04-10",
    ),
    (
        DECIDED,
        "2026.4.10",
        "spelling-date",
        "用点号或者顿号",
        "2026-04-10",
    ),
    (
        DECIDED,
        "2026.04.10",
        "spelling-date",
        "用点号或者顿号",
        "2026-04-10",
    ),
    (
        DECIDED,
        "2026。4。10",
        "spelling-date",
        "用点号或者顿号",
        "2026-04-10",
    ),
    (
        DECIDED,
        "2026、4、10",
        "spelling-date",
        "用点号或者顿号",
        "2026-04-10",
    ),
    (
        DECIDED,
        "20260410",
        "spelling-date",
        "写作八位数字",
        "2026-04-10",
    ),
    (
        DECIDED,
        "２０２６－４－１０",
        "spelling-date",
        "含有全角",
        "2026-04-10",
    ),
    (
        DECIDED,
        "2026－04－10",
        "spelling-date",
        "含有全角",
        "2026-04-10",
    ),
    (
        DECIDED,
        "2026—04—10",
        "spelling-date",
        "含有全角",
        "2026-04-10",
    ),
    (
        DECIDED,
        "2026-4-10 00:00:00",
        "spelling-date",
        "带有时间",
        "2026-04-10",
    ),
    (
        DECIDED,
        "2026/4/10 0:00",
        "spelling-date",
        "带有时间",
        "2026-04-10",
    ),
    // Ten bytes, as the standard's form has, but only eight characters.
    (
        DECIDED,
        "2026－4-1",
        "spelling-date",
        "含有全角",
        "2026-04-01",
    ),
    (
        DECIDED,
        "２026-4-1",
        "spelling-date",
        "含有全角",
        "2026-04-01",
    ),
    (
        DECIDED,
        "2026- 4-10",
        "spelling-date",
        "中间有空格",
        "2026-04-10",
    ),
    (FINE, "0．2", "spelling-amount", "含有全角", "0.2"),
    (
        FINE,
        "1,234.5",
        "spelling-amount",
        "含有千分位逗号",
        "1234.5",
    ),
    (FINE, "00.2", "spelling-amount", "前面有多余的0", "0.2"),
    (
        NAME,
        "衡川样例 食品有限公司",
        "spelling-name-blank",
        "含有空格",
        "衡川样例食品有限公司",
    ),
    (
        NAME,
        "衡川样例 （衡川） 有限公司",
        "spelling-name-blank",
        "含有空格",
        "衡川样例（衡川）有限公司",
    ),
    (
        HEAD,
        "甲\u{3000}例",
        "spelling-name-blank",
        "含有空格",
        "甲例",
    ),
    (
        NUMBER,
        "衡信市监罚 〔2026〕\u{a0}2 号",
        "spelling-document-number-blank",
        "含有空格",
        "衡信市监罚〔2026〕2号",
    ),
    (
        "处罚类别",
        "警告,罚款",
        "spelling-coded",
        "没有用顿号",
        "警告、罚款",
    ),
    (
        "处罚类别",
        "罚款、警告、罚款",
        "spelling-coded",
        "同一个值填了不止一次",
        "罚款、警告",
    ),
    (
        "违法事实",
        "当事\u{2f08}未按规定办理登记。",
        "spelling-text-compatibility",
        "“\u{2f08}”（字符编码U+2F08）不是汉字“人”",
        "当事人未按规定办理登记。",
    ),
];

#[test]
fn what_is_read_is_said_once_for_its_column() {
    for &(header, value, expected, said, suggestion) in READ {
        let third = if header == NUMBER {
            "衡信市监罚 〔2026〕3号"
        } else {
            value
        };
        let file = csv(&[
            penalty(1),
            penalty_with(2, &[(header, value)]),
            penalty_with(3, &[(header, third)]),
        ]);
        let mut rows = Rows::default();
        let options = Options::named("a");
        let summary = check_file(std::io::Cursor::new(&file), &checker(), options, &mut rows);
        let summary = summary.unwrap();
        let case = format!("{header} = {value}: {:#?}", rows.found);
        let about: Vec<&Finding> = rows.found.iter().filter(|f| f.code == expected).collect();
        assert_eq!(about.len(), 1, "{case}");
        let found = about[0];
        assert_eq!((found.row, found.sheet_row), (0, 1), "{case}");
        assert_eq!(found.severity, Severity::Warn, "{case}");
        assert!(found.column > 0 && !found.field.is_empty(), "{case}");
        assert_eq!(found.value, value, "{case}");
        assert_eq!(found.suggestion.as_deref(), Some(suggestion), "{case}");
        assert!(found.message.contains(said), "{case}");
        assert!(
            found.message.contains("2格") && found.message.contains("第3行"),
            "{case}"
        );
        assert!(!found.message.contains('{'), "{case}");
        // Nobody has to look at each row for it.
        if codes(&rows.found) == [expected] {
            assert_eq!(summary.rows_with_warnings, 0, "{case}");
        }
        assert_eq!(summary.accepted, 3, "{case}");
        let kept = match (header, expected) {
            (FINE, _) if suggestion == "0.2" => "2000.00",
            (FINE, _) => "12345000.00",
            (_, "spelling-text-compatibility") => value,
            _ => suggestion,
        };
        let read = rows.second.iter().any(|(_, v)| v == kept);
        assert!(read, "{case} {:?}", rows.second);
    }
}

#[test]
fn several_spellings_of_a_column_are_told_apart() {
    let days = [
        "2026.4.10",
        "20260410",
        "2026.4.10",
        "2026-04-10 8:30",
        "2026/4/10",
    ];
    let rows = (1..)
        .zip(days)
        .map(|(n, day)| penalty_with(n, &[(DECIDED, day)]));
    let (found, summary) = findings(&checker(), &csv(&rows.collect::<Vec<_>>()));
    let told: Vec<_> = found.iter().map(|f| f.value.as_str()).collect();
    assert_eq!(
        told,
        ["2026.4.10", "20260410", "2026-04-10 8:30"],
        "{found:#?}"
    );
    assert!(found[0].message.contains("2格用点号"), "{found:#?}");
    assert_eq!((summary.findings, summary.rows_with_warnings), (3, 0));
}

#[test]
fn a_persons_cell_is_counted_and_not_shown() {
    let person = |n| {
        penalty_with(
            n,
            &[
                ("行政相对人类别", "自然人"),
                (CODE, ""),
                (NAME, "甲 例"),
                (HEAD, ""),
                ("证件类型", "身份证"),
                ("证件号码", "990102199001010015"),
            ],
        )
    };
    let about = |rows: &[Vec<(&'static str, String)>]| {
        let (found, _) = findings(&checker(), &csv(rows));
        let mut about = found
            .into_iter()
            .filter(|f| f.code == "spelling-name-blank");
        about.next().unwrap()
    };
    let alone = about(&[person(1)]);
    assert!(
        alone.message.contains("1格") && !alone.message.contains("甲"),
        "{alone:?}"
    );
    assert!(
        !alone.value.contains('甲') && alone.suggestion.is_none(),
        "{alone:?}"
    );
    assert_eq!(alone.value, "（自然人的信息，不列出）");
    let beside = about(&[person(1), penalty_with(2, &[(NAME, "衡川 样例有限公司")])]);
    assert_eq!(beside.value, "衡川 样例有限公司");
    assert!(
        beside.message.contains("2格") && beside.message.contains("例如第3行"),
        "{beside:?}"
    );
}

#[test]
fn a_refused_organisations_cell_is_shown_and_what_may_be_a_persons_is_not() {
    let sound = code("91", 1);
    let spaced = format!("{} {}", &sound[..8], &sound[8..]);
    let wrong = sound.replacen("MA", "MO", 1);
    let short = &sound[..17];
    let about = |kind: &str, number: &str| {
        let changes = [
            (NAME, "衡川 样例有限公司"),
            ("行政相对人类别", kind),
            (CODE, number),
        ];
        let (found, summary) = findings(&checker(), &csv(&[penalty_with(1, &changes)]));
        assert_eq!(summary.refused, 1, "{number}");
        let mut about = found
            .into_iter()
            .filter(|f| f.code == "spelling-name-blank");
        about.next().unwrap()
    };
    for number in [&spaced, &wrong, short] {
        let shown = about("法人及非法人组织", number);
        assert_eq!(shown.value, "衡川 样例有限公司", "{number}");
        assert!(shown.has_example());
    }
    for (kind, number) in [
        ("法人及非法人组织", "990102199001010015"),
        ("法人及非法人组织", "99010219900101001"),
        ("法人及非法人组织", "9901021990010100X5"),
        ("法人及非法人组织", "E12345678"),
        ("法人及非法人组织", ""),
        ("某类", wrong.as_str()),
    ] {
        let withheld = about(kind, number);
        assert_eq!(
            withheld.value, "（这一行可能是自然人的，不列出）",
            "{number}"
        );
        assert!(!withheld.message.contains("样例") && !withheld.has_example());
    }
}
