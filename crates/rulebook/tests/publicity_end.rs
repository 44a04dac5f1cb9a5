//! The file's own last day of publicity: the checker says what the decision does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test ends by failing.

use jiff::{Timestamp, civil::Date};
use std::{collections::BTreeMap, sync::LazyLock};
use xinheng_domain::{
    check::{Checker, PUBLICITY_END_DIFFERS, Row, Rules, Span, blank},
    condition::Values,
    finding::{Finding, Severity},
    publicity::FileEnd,
};
use xinheng_rulebook::Rulebook;

static BOOK: LazyLock<Rulebook> = LazyLock::new(|| Rulebook::load(None).unwrap());
const TODAY: Date = Date::constant(2026, 11, 22);
const COLUMNS: [&str; 5] = ["CF_JDRQ", "CF_CFLB", "CF_YJ", "XH_CX", "CF_GSJZQ"];

struct Given(BTreeMap<&'static str, String>);

impl Values for Given {
    fn value(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

/// A file with every column of the item, so that nothing is missing but what is left empty.
fn finding_of(given: &[(&str, &str)]) -> Option<Finding> {
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
    .with_publicity_ends(BOOK.publicity_ends());
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
        let value = given.iter().find(|(k, _)| *k == id);
        value.map_or(String::new(), |(_, v)| (*v).to_owned())
    });
    let mut found = None;
    file.check(Row::new(&text, &spans, 2), None)
        .findings(&mut blank(None), |f| {
            if f.code == PUBLICITY_END_DIFFERS {
                found = Some(f.clone());
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
                let values = [day, kind, grounds, procedure, "2026-12-31"];
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
                }
            }
        }
    }
    assert!(differing > 50, "only {differing} rows had anything to say");
}
