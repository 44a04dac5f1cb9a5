//! The mechanics, with regimes made up for the test. The law itself is tested by the law cases
//! in `rulebook/tests/`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;
use crate::{catalogue::Item, condition::Values};
use std::collections::BTreeMap;

const ITEM: &str = r#"
id = "sample"
title = "样例"
edition = "1"
from = "2020-01-01"
adverse = true
basis = []
identity = ["CODE"]
publicity = { kind = "classes", table = "sample" }
sentence = "s"
does_not_mean = "d"
how_it_ends = "h"
whom_to_ask = "w"
field = [
  { id = "CODE", name = "代码", type = "unified_code", role = "subject_code" },
  { id = "DAY", name = "日期", type = "date", role = "decision_date" },
  { id = "KIND", name = "种类", type = "coded", several = true },
  { id = "SERVED", name = "送达", type = "date", role = "served_on" },
  { id = "END", name = "截止", type = "date", role = "publicity_end" },
  { id = "OPEN", name = "公开", type = "coded", role = "publish" },
  { id = "WHY", name = "理由", type = "coded", role = "publish_reason" },
  { id = "STATE", name = "状态", type = "coded", role = "dispute_state" },
  { id = "SAID", name = "类别", type = "coded", role = "stated_class" },
  { id = "BY", name = "依据", type = "text", role = "stated_basis" },
]
"#;

const OLD: &str = r#"
id = "old"
title = "旧"
table = "sample"
until = "2025-12-31"
basis = []
[[class]]
id = "one"
title = "一"
shown = true
min_months = 2
max_months = 20
value = "v"
basis = { source = "s" }
"#;

const NEW: &str = r#"
id = "new"
title = "新"
table = "sample"
from = "2026-01-01"
basis = []
class = [
  { id = "a", title = "甲类", stated = "甲", shown = false, value = "不公示", basis = { source = "s" } },
  { id = "b", title = "乙类", stated = "乙", shown = true, min_months = 1, max_months = 6, value = "v", basis = { source = "s" } },
  { id = "c", title = "丙类", stated = "丙", shown = true, max_months = 12, value = "v", basis = { source = "s" } },
]
rule = [
  { id = "none", when = { field = "KIND", has = ["无"] }, classes = ["a"], decisive = true, value = "v", basis = { source = "s" } },
  { id = "light", when = { field = "KIND", has = ["轻"] }, classes = ["a", "b"], value = "v", basis = { source = "s" } },
  { id = "mid", when = { field = "KIND", has = ["中"] }, classes = ["b"], value = "v", basis = { source = "s" } },
  { id = "heavy", when = { field = "KIND", has = ["重"] }, classes = ["c"], value = "v", basis = { source = "s" } },
  { id = "light-here", when = { field = "KIND", has = ["轻甲"] }, classes = ["a"], instead_of = ["light"], value = "v", basis = { source = "s" } },
]
[statement]
value = "载明"
recorded = "登记"
basis = { source = "s", verified = false }
[transition]
undetermined = "own_regime"
value = "t"
basis = { source = "s" }
"#;

struct Row(BTreeMap<&'static str, String>);

impl Values for Row {
    fn value(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

fn row(pairs: &[(&'static str, &str)]) -> Row {
    Row(pairs.iter().map(|(k, v)| (*k, (*v).to_owned())).collect())
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn regimes() -> Vec<Regime> {
    vec![toml::from_str(OLD).unwrap(), toml::from_str(NEW).unwrap()]
}

fn answer_with(
    regimes: &[Regime],
    pairs: &[(&'static str, &str)],
    first_day: &str,
    officer_class: Option<&str>,
) -> Decision {
    let item: Item = toml::from_str(ITEM).unwrap();
    let effect = |id: &str, value: &str, reason: &str| Effect {
        id: id.to_owned(),
        value: value.to_owned(),
        reason: reason.to_owned(),
        ends: None,
        basis: toml::from_str("source = 's'").unwrap(),
    };
    decide(&Inputs {
        item: &item,
        row: &row(pairs),
        first_day: day(first_day),
        regimes,
        effects: &Effects {
            publish: vec![effect("no", "否", "不予公开")],
            dispute: vec![effect("stayed", "停止执行", "停止执行期间")],
        },
        period_start: (
            PeriodStart::NextDay,
            Arc::new(RuleUse {
                rule: "count".to_owned(),
                value: "v".to_owned(),
                basis: None,
            }),
        ),
        months: None,
        alarm_on: day("2026-03-09"),
        officer_class,
    })
}

fn answer(pairs: &[(&'static str, &str)], first_day: &str) -> Outcome {
    answer_with(&regimes(), pairs, first_day, None).outcome
}

fn shown(class: &str, from: &str, until: &str, repair: Option<&str>) -> Outcome {
    Outcome::Shown {
        class: Some(class.to_owned()),
        from: day(from),
        until: Some(day(until)),
        earliest_repair: repair.map(day),
    }
}

fn held(candidates: &[&str]) -> Outcome {
    Outcome::Held {
        candidates: candidates.iter().map(|c| (*c).to_owned()).collect(),
        alarm_on: day("2026-03-09"),
    }
}

#[test]
fn a_period_of_months_ends_with_the_corresponding_day() {
    let next = |from: &str, months| period_end(day(from), months, PeriodStart::NextDay);
    assert_eq!(next("2026-04-10", 12), day("2027-04-10"));
    assert_eq!(next("2026-08-31", 6), day("2027-02-28"));
    assert_eq!(next("2027-08-31", 6), day("2028-02-29"));
    assert_eq!(next("2028-02-29", 12), day("2029-02-28"));
    assert_eq!(next("2026-12-31", 2), day("2027-02-28"));
    assert_eq!(next("2026-04-10", 0), day("2026-04-10"));
    let same = |from: &str, months| period_end(day(from), months, PeriodStart::SameDay);
    assert_eq!(same("2026-04-10", 12), day("2027-04-09"));
    assert_eq!(same("2026-05-01", 1), day("2026-05-31"));
    // As if counted from the day before: 30 January and a month is the end of February.
    assert_eq!(same("2026-01-31", 1), day("2026-02-28"));
    assert_eq!(same("2026-01-28", 1), day("2026-02-27"));
    assert_eq!(same("2028-02-29", 12), day("2029-02-28"));
}

#[test]
fn a_period_beyond_the_calendar_does_not_panic() {
    assert_eq!(
        period_end(day("9999-12-31"), u32::MAX, PeriodStart::NextDay),
        Date::MAX
    );
}

#[test]
fn one_class_is_shown_with_its_days() {
    assert_eq!(
        answer(&[("DAY", "2026-03-02"), ("KIND", "中")], "2026-03-05"),
        shown("b", "2026-03-05", "2026-09-02", Some("2026-04-03"))
    );
}

#[test]
fn of_several_kinds_the_heaviest_counts_over_sets() {
    let kinds = |kinds| answer(&[("DAY", "2026-03-02"), ("KIND", kinds)], "2026-03-05");
    assert_eq!(kinds("轻"), held(&["a", "b"]));
    assert_eq!(
        kinds("轻、重"),
        shown("c", "2026-03-05", "2027-03-02", None)
    );
    assert_eq!(
        kinds("轻、中"),
        shown("b", "2026-03-05", "2026-09-02", Some("2026-04-03"))
    );
    // Nothing is said of it: every class comes into question.
    assert_eq!(kinds("别的"), held(&["a", "b", "c"]));
    // Settled alone, whatever else is there.
    assert!(matches!(kinds("无、重"), Outcome::Never { class: Some(c), .. } if c == "a"));
    // A threshold takes the place of the general rule.
    assert!(matches!(kinds("轻、轻甲"), Outcome::Never { class: Some(c), .. } if c == "a"));
}

/// Outcome, and what the trace says of a statement.
fn stated(pairs: &[(&'static str, &str)], later: Option<&str>) -> (Outcome, Vec<String>) {
    let decision = answer_with(&regimes(), pairs, "2026-03-05", later);
    let said = decision.trace.iter().filter(|t| {
        let rule = t.rule.as_str();
        rule.ends_with(".stated") || rule.ends_with(".recorded")
    });
    let said = said.map(|t| format!("{} {}", t.rule, t.value)).collect();
    (decision.outcome, said)
}

#[test]
fn the_row_settles_what_is_open_and_nothing_else() {
    let ask = |kind, said| {
        let pairs = [("DAY", "2026-03-02"), ("KIND", kind), ("SAID", said)];
        stated(&pairs, None)
    };
    let (outcome, said) = ask("轻", "乙");
    assert_eq!(
        outcome,
        shown("b", "2026-03-05", "2026-09-02", Some("2026-04-03"))
    );
    assert_eq!(said, ["publicity.new.stated 载明：乙类"]);
    assert!(matches!(ask("轻", "甲").0, Outcome::Never { class: Some(c), .. } if c == "a"));
    // Against the rules, harsher or milder: they stand, and the trace is silent.
    assert_eq!(ask("轻", "丙"), (held(&["a", "b"]), vec![]));
    for said in ["甲", "乙", "丙"] {
        let settled = shown("b", "2026-03-05", "2026-09-02", Some("2026-04-03"));
        assert_eq!(ask("中", said), (settled, vec![]));
    }
    // A word that is no class of the regime says nothing.
    assert_eq!(ask("轻", "丁").0, held(&["a", "b"]));
}

#[test]
fn the_latest_statement_counts() {
    let row = [("DAY", "2026-03-02"), ("KIND", "轻"), ("SAID", "甲")];
    let (outcome, said) = stated(&row, Some("b"));
    assert!(matches!(outcome, Outcome::Shown { class: Some(c), .. } if c == "b"));
    assert_eq!(said, ["publicity.new.recorded 登记：乙类"]);
    // The later word is none the rules allow any more: the earlier one does not come back.
    assert_eq!(stated(&row, Some("c")).0, held(&["a", "b"]));
}

#[test]
fn facts_are_neither_texts_nor_statements() {
    let item: Item = toml::from_str(ITEM).unwrap();
    let before = [("KIND", "轻"), ("BY", "甲"), ("SAID", "")];
    let of = |pairs: &[(&'static str, &str)]| -> Vec<(String, String)> {
        let row = row(pairs);
        let found = facts(&item, &row);
        found.map(|(id, v)| (id.to_owned(), v.to_owned())).collect()
    };
    assert_eq!(of(&before), [("KIND".to_owned(), "轻".to_owned())]);
    assert_eq!(
        of(&before),
        of(&[("KIND", "轻"), ("BY", "乙"), ("SAID", "甲")])
    );
    assert_ne!(of(&before), of(&[("KIND", "中"), ("BY", "甲")]));
    assert!(states_class(&item, &row(&[("SAID", "甲")])));
    assert!(!states_class(&item, &row(&before)) && !states_class(&item, &row(&[])));
}

#[test]
fn a_statement_speaks_of_the_regime_that_knows_its_class() {
    let view = |on: &str, kinds: &str, said: &str| {
        let pairs = [("KIND", kinds)];
        let (given, regimes) = (row(&pairs), regimes());
        let holds = |r: usize, i: usize| regimes[r].rules[i].when.holds(&given);
        let view = class_view(
            &regimes,
            "sample",
            (day(on), day("2026-03-05")),
            PeriodStart::NextDay,
            Some(said).filter(|s| !s.is_empty()),
            &holds,
        );
        let ids = |all: &[&Class]| {
            all.iter()
                .map(|c| c.id.clone())
                .collect::<Vec<_>>()
                .join(" ")
        };
        (ids(&view.open), ids(&view.against), view.until)
    };
    let is = |open: &str, against: &str, until: Option<&str>| {
        (open.to_owned(), against.to_owned(), until.map(day))
    };
    assert_eq!(view("2026-03-02", "轻", ""), is("a b", "", None));
    assert_eq!(
        view("2026-03-02", "轻", "乙"),
        is("", "", Some("2026-09-02"))
    );
    assert_eq!(view("2026-03-02", "轻", "丙"), is("a b", "a b", None));
    assert_eq!(
        view("2026-03-02", "中", "丙"),
        is("", "b", Some("2026-09-02"))
    );
    // Decided under the old rule, which has no such class: the new one's is meant, and what it
    // settles is the better of the two.
    assert_eq!(
        view("2025-12-02", "轻", "乙"),
        is("", "", Some("2026-06-02"))
    );
    assert_eq!(view("2025-12-02", "轻", "甲"), is("", "", None));
    assert_eq!(
        view("2025-12-02", "中", "甲"),
        is("", "b", Some("2026-06-02"))
    );
}

#[test]
fn an_officer_settles_what_is_open_and_nothing_else() {
    let ask = |kind, officer| {
        let pairs = [("DAY", "2026-03-02"), ("KIND", kind)];
        answer_with(&regimes(), &pairs, "2026-03-05", Some(officer)).outcome
    };
    assert!(matches!(ask("轻", "a"), Outcome::Never { .. }));
    assert!(matches!(ask("轻", "b"), Outcome::Shown { .. }));
    assert_eq!(ask("轻", "c"), held(&["a", "b"]));
    assert!(matches!(ask("中", "a"), Outcome::Shown { class: Some(c), .. } if c == "b"));
}

#[test]
fn an_open_class_does_not_matter_where_every_one_is_over() {
    let pairs = [("DAY", "2026-03-02"), ("KIND", "别的")];
    assert_eq!(answer(&pairs, "2027-03-02"), held(&["a", "b", "c"]));
    let Outcome::Shown {
        class: None,
        from,
        until: Some(until),
        earliest_repair: None,
    } = answer(&pairs, "2027-03-03")
    else {
        panic!("not ended");
    };
    assert!(until < from);
}

#[test]
fn older_decisions_take_the_better_of_both_rules() {
    let kinds = |kinds| answer(&[("DAY", "2025-06-02"), ("KIND", kinds)], "2025-06-05");
    // Six months of the new rule end before twenty of the old; one month of repair before two.
    assert_eq!(
        kinds("中"),
        shown("b", "2025-06-05", "2025-12-02", Some("2025-07-03"))
    );
    // Not determined under the new rule: the old one, cut at the latest end of any class.
    assert_eq!(
        kinds("轻"),
        shown("one", "2025-06-05", "2025-12-02", Some("2025-08-03"))
    );
    assert_eq!(
        kinds("别的"),
        shown("one", "2025-06-05", "2026-06-02", Some("2025-08-03"))
    );
    assert!(matches!(kinds("无"), Outcome::Never { .. }));
}

#[test]
fn the_transition_may_hold_back_instead() {
    let mut regimes = regimes();
    regimes[1].transition.as_mut().unwrap().undetermined = Undetermined::Hold;
    let pairs = [("DAY", "2025-06-02"), ("KIND", "别的")];
    assert_eq!(
        answer_with(&regimes, &pairs, "2025-06-05", None).outcome,
        held(&["a", "b", "c"])
    );
}

#[test]
fn the_clock_may_start_with_the_first_public_day() {
    let mut regimes = regimes();
    regimes[1].clock = ClockStart::FirstPublicDay;
    let pairs = [
        ("DAY", "2026-03-02"),
        ("KIND", "中"),
        ("SERVED", "2026-03-10"),
    ];
    assert_eq!(
        answer_with(&regimes, &pairs, "2026-03-05", None).outcome,
        shown("b", "2026-03-10", "2026-09-10", Some("2026-04-11"))
    );
}

#[test]
fn service_moves_the_first_day_and_the_files_end_only_narrows() {
    let given = |pairs: &[(&'static str, &str)]| {
        let mut all = vec![("DAY", "2026-03-02"), ("KIND", "中")];
        all.extend(pairs.iter().copied());
        answer_with(&regimes(), &all, "2026-03-05", None)
    };
    assert_eq!(
        given(&[("SERVED", "2026-03-20")]).outcome,
        shown("b", "2026-03-20", "2026-09-02", Some("2026-04-03"))
    );
    let earlier = given(&[("END", "2026-08-01")]);
    assert_eq!(earlier.file_end(), Some(FileEnd::Earlier));
    assert_eq!(
        earlier.outcome,
        shown("b", "2026-03-05", "2026-08-01", Some("2026-04-03"))
    );
    let later = given(&[("END", "2027-08-01")]);
    assert_eq!(later.file_end(), Some(FileEnd::Later));
    assert_eq!(
        later.outcome,
        shown("b", "2026-03-05", "2026-09-02", Some("2026-04-03"))
    );
    assert_eq!(given(&[("END", "2026-09-02")]).file_end(), None);
}

#[test]
fn what_is_withheld_is_not_shown_whatever_its_class() {
    let given = |pairs: &[(&'static str, &str)]| {
        let mut all = vec![("DAY", "2026-03-02"), ("KIND", "重")];
        all.extend(pairs.iter().copied());
        answer(&all, "2026-03-05")
    };
    let never = |reason: &str| Outcome::Never {
        class: None,
        reason: reason.to_owned(),
    };
    assert_eq!(given(&[("OPEN", "否")]), never("不予公开"));
    assert_eq!(
        given(&[("OPEN", "否"), ("WHY", "依法不予公开")]),
        never("不予公开：依法不予公开")
    );
    assert_eq!(given(&[("STATE", "停止执行")]), never("停止执行期间"));
    assert!(matches!(
        given(&[("STATE", "诉讼中")]),
        Outcome::Shown { .. }
    ));
}

#[test]
fn without_a_decision_day_nothing_is_shown() {
    assert_eq!(answer(&[("KIND", "重")], "2026-03-05"), held(&[]));
    assert_eq!(
        answer(&[("KIND", "重"), ("DAY", "不详")], "2026-03-05"),
        held(&[])
    );
}

#[test]
fn columns_say_the_same_as_the_decision() {
    let decision = answer_with(
        &regimes(),
        &[("DAY", "2026-03-02"), ("KIND", "中")],
        "2026-03-05",
        None,
    );
    let columns = decision.columns("digest").unwrap();
    assert_eq!(columns.class.as_deref(), Some("b"));
    assert_eq!(&*columns.rulebook, "digest");
    assert!(!columns.public_on(day("2026-03-04")));
    assert!(columns.public_on(day("2026-03-05")));
    assert!(columns.public_on(day("2026-09-02")));
    assert!(!columns.public_on(day("2026-09-03")));
    let trace: Vec<Arc<RuleUse>> = serde_json::from_str(&columns.trace).unwrap();
    assert_eq!(trace, decision.trace);

    let pairs = [("DAY", "2026-03-02"), ("KIND", "轻")];
    let columns = answer_with(&regimes(), &pairs, "2026-03-05", None)
        .columns("d")
        .unwrap();
    assert_eq!(columns.alarm_on, Some(day("2026-03-09")));
    assert_eq!(columns.from, None);
    assert!(!columns.public_on(day("2026-03-09")));
}
