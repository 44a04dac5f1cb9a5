//! The row's own class and last day of publicity: the checker says what the decision does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test ends by failing.

use jiff::{Timestamp, civil::Date};
use std::{collections::BTreeMap, sync::LazyLock};
use xinheng_checker::{
    CLASS_AGAINST_RULES, CLASS_NOT_STATED, Checker, PUBLICITY_END_DIFFERS, Row, Rules, Span, blank,
};
use xinheng_domain::{
    condition::Values,
    finding::{Finding, Severity},
    publicity::{FileEnd, Outcome},
};
use xinheng_rulebook::Rulebook;

static BOOK: LazyLock<Rulebook> = LazyLock::new(|| Rulebook::load(None).unwrap());
const TODAY: Date = Date::constant(2026, 11, 22);
const COLUMNS: [&str; 6] = [
    "CF_JDRQ", "CF_CFLB", "CF_YJ", "XH_CX", "CF_GSJZQ", "XH_SXLB",
];

struct Given(BTreeMap<&'static str, String>);

impl Values for Given {
    fn value(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

/// What the invented row of the item's examples leaves to the test.
const OURS: [&str; 6] = [
    "CF_CFLB", "CF_NR_FK", "XH_CX", "XH_SXLB", "XH_SXYJ", "XH_SDRQ",
];

/// A file with every column of the item and the item's invented row, so that nothing is missing
/// but what is left empty.
fn finding_of(given: &[(&str, &str)]) -> Option<Finding> {
    findings_of(given, &[PUBLICITY_END_DIFFERS]).pop()
}

/// The findings with these codes.
fn findings_of(given: &[(&str, &str)], codes: &[&str]) -> Vec<Finding> {
    let items = std::slice::from_ref(BOOK.item("penalty").unwrap());
    let checker = Checker::new(Rules {
        items,
        lists: BOOK.code_lists(),
        messages: BOOK.messages(),
        codes: BOOK.code_tables().clone(),
        today: TODAY,
        cite: &|basis| BOOK.cite(basis),
    })
    .unwrap()
    .with_publicity(BOOK.publicity_rules());
    let line = |cell: &dyn Fn(&str) -> String| {
        let mut text = String::new();
        let mut spans = Vec::new();
        for field in &items[0].fields {
            let start = text.len() as u32;
            text.push_str(&cell(&field.id));
            let end = text.len() as u32;
            spans.push(Span { start, end });
        }
        (text, spans)
    };
    let (text, spans) = line(&|id| id.to_owned());
    let header = Row::new(&text, &spans, 1);
    let mut file = checker.open(&header, None, &mut |_| {}).unwrap();
    let (text, spans) = line(&|id| {
        let value = given.iter().rev().find(|(k, _)| *k == id);
        let filled = items[0].field(id).and_then(|f| f.example.clone());
        let filled = filled.filter(|_| !OURS.contains(&id)).unwrap_or_default();
        value.map_or(filled, |(_, v)| (*v).to_owned())
    });
    let mut found = Vec::new();
    file.check(Row::new(&text, &spans, 2), None)
        .findings(&mut blank(None), |f| {
            if codes.contains(&f.code.as_str()) {
                found.push(f.clone());
            }
            Ok::<_, ()>(())
        })
        .unwrap();
    found
}

#[test]
fn the_clerk_is_told_which_day_counts() {
    let row = |end| {
        let given = [
            ("CF_JDRQ", "2026-04-10"),
            ("CF_CFLB", "没收违法所得"),
            ("CF_GSJZQ", end),
        ];
        finding_of(&given)
    };
    let earlier = row("2026/12/31").unwrap();
    assert_eq!(earlier.severity, Severity::Warn);
    assert_eq!(earlier.expected.as_deref(), Some("2027-04-10"));
    assert!(
        earlier.message.contains("以报送的为准"),
        "{}",
        earlier.message
    );
    let later = row("2030-01-01").unwrap();
    assert!(
        later.message.contains("以按规定计算的为准"),
        "{}",
        later.message
    );
    assert_eq!(row("2027-04-10"), None);
    assert_eq!(row(""), None);
    // What is no date has its own finding.
    assert_eq!(row("2027-02-30"), None);
}

#[test]
fn the_unit_that_decided_is_asked_for_the_class() {
    let about = |given: &[(&'static str, &'static str)]| {
        let mut row = vec![("CF_JDRQ", "2026-04-10")];
        row.extend(given);
        let codes = [CLASS_NOT_STATED, CLASS_AGAINST_RULES, "class-without-basis"];
        let mut found = findings_of(&row, &codes);
        assert!(found.len() < 2, "{found:?}");
        found.pop()
    };
    let asked = about(&[("CF_CFLB", "罚款")]).unwrap();
    assert_eq!(
        (asked.code.as_str(), asked.severity),
        (CLASS_NOT_STATED, Severity::Warn)
    );
    assert_eq!(asked.field, "XH_SXLB");
    assert_eq!(asked.expected.as_deref(), Some("轻微、一般、严重"));
    assert!(asked.message.contains("类别未定"), "{}", asked.message);

    let stated =
        |kinds, class| about(&[("CF_CFLB", kinds), ("XH_SXLB", class), ("XH_SXYJ", "样例")]);
    assert_eq!(stated("罚款", "一般失信信息"), None);
    assert_eq!(stated("没收违法所得", "一般"), None);
    // Milder or harsher than the rules; with a class they leave, nothing is to be asked.
    for (kinds, class, rules) in [
        ("没收违法所得", "严重", "一般"),
        ("吊销许可证件", "轻微", "严重"),
        ("暂扣许可证件", "轻微", "一般、严重"),
    ] {
        let found = stated(kinds, class).unwrap();
        assert_eq!(found.code, CLASS_AGAINST_RULES);
        assert_eq!(found.expected.as_deref(), Some(rules));
        let both = found.message.contains(class) && found.message.contains(rules);
        assert!(both, "{}", found.message);
    }
    let bare = about(&[("CF_CFLB", "罚款"), ("XH_SXLB", "一般")]).unwrap();
    assert_eq!(bare.code, "class-without-basis");
    // Nothing hangs on the class: the rules settle it, every class is over, or it is not public.
    assert_eq!(about(&[("CF_CFLB", "警告")]), None);
    assert_eq!(
        about(&[("CF_CFLB", "罚款"), ("CF_JDRQ", "2018-05-02")]),
        None
    );
    let reason = ("XH_BGKYY", "依法不予公开");
    assert_eq!(
        about(&[("CF_CFLB", "罚款"), ("XH_SFGK", "否"), reason]),
        None
    );
    assert_eq!(about(&[("CF_CFLB", "罚款"), ("XH_ZYZT", "已撤销")]), None);
    assert_eq!(about(&[("CF_CFLB", "罚款"), ("CF_XDR_LB", "自然人")]), None);
    // What has to come again anyhow is not asked twice.
    assert_eq!(about(&[("CF_CFLB", "罚款"), ("CF_NR", "")]), None);
}

/// The quick answer and the reasoned one are the same over kinds, procedures, grounds and days.
#[test]
fn the_quick_answer_is_the_decision() {
    let item = BOOK.item("penalty").unwrap();
    let days = [
        "2016-05-05",
        "2019-06-30",
        "2019-07-01",
        "2021-06-10",
        "2023-05-01",
    ];
    let days = days
        .into_iter()
        .chain(["2024-05-10", "2026-03-31", "2026-04-01", "2026-08-31"]);
    let mut differing = 0;
    for day in days {
        for kind in BOOK.titles("penalty-kind") {
            for (grounds, procedure) in [
                ("甲法", ""),
                ("食品安全法", "普通程序"),
                ("甲法", "简易程序"),
            ] {
                let stated = if grounds == "甲法" { "一般" } else { "" };
                let values = [day, kind, grounds, procedure, "2026-12-31", stated];
                let given: Vec<_> = COLUMNS.into_iter().zip(values).collect();
                let owned = given.iter().filter(|(_, v)| !v.is_empty());
                let row = Given(owned.map(|(k, v)| (*k, (*v).to_owned())).collect());
                let decision = BOOK.decide_publicity(item, &row, TODAY, None, Timestamp::MAX);
                let said = finding_of(&given).map(|f| {
                    if f.message.contains("以报送的为准") {
                        FileEnd::Earlier
                    } else {
                        FileEnd::Later
                    }
                });
                // A kind that the law did not know yet is refused, its row is not spoken of again.
                differing += usize::from(said.is_some());
                let known = kind.chars().count() < 4 || day > "2021-07-15";
                if known {
                    assert_eq!(said, decision.file_end(), "{given:?}");
                    let codes = [CLASS_NOT_STATED, CLASS_AGAINST_RULES];
                    let asked = findings_of(&given, &codes).pop().map(|f| f.code);
                    let held = matches!(decision.outcome, Outcome::Held { .. });
                    if stated.is_empty() {
                        assert_eq!(asked.is_some(), held, "{given:?}");
                    } else if held {
                        assert_eq!(asked.as_deref(), Some(CLASS_AGAINST_RULES), "{given:?}");
                    }
                }
            }
        }
    }
    assert!(differing > 50, "only {differing} rows had anything to say");
}
