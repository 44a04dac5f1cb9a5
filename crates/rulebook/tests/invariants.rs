//! Invariants I5, I10 and I11 against the real rulebook: any row, any day, any officer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test ends by failing.

use jiff::{Timestamp, ToSpan, civil::Date};
use proptest::prelude::*;
use std::{collections::BTreeMap, sync::LazyLock};
use xinheng_domain::{
    condition::Values,
    publicity::{Decision, Outcome},
};
use xinheng_rulebook::Rulebook;

static BOOK: LazyLock<Rulebook> = LazyLock::new(|| Rulebook::load(None).unwrap());

#[derive(Debug, Clone)]
struct Row(BTreeMap<&'static str, String>);

impl Values for Row {
    fn value(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

fn decide(row: &Row, first_day: Date, officer: Option<&str>) -> Decision {
    let item = BOOK.item("penalty").unwrap();
    BOOK.decide_publicity(item, row, first_day, officer, Timestamp::MAX)
}

/// Days after the first day of a row's decision, for both ends.
fn any_day() -> impl Strategy<Value = Date> {
    (0_i64..6000).prop_map(|n| Date::constant(2014, 1, 1).saturating_add(n.days()))
}

fn maybe<T: std::fmt::Debug + Clone>(
    values: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    prop::option::weighted(0.3, values)
}

fn any_row() -> impl Strategy<Value = Row> {
    let kinds: Vec<String> = BOOK
        .titles("penalty-kind")
        .into_iter()
        .map(str::to_owned)
        .chain(["其他-责令改正".to_owned()])
        .collect();
    let states: Vec<String> = BOOK
        .titles("dispute-state")
        .into_iter()
        .map(str::to_owned)
        .collect();
    let kinds = prop::collection::vec(prop::sample::select(kinds), 1..4);
    let texts = prop::sample::select(vec!["《食品安全法》", "《样例条例》"]);
    (
        any_day(),
        kinds,
        texts,
        maybe(prop::sample::select(vec!["简易程序", "普通程序"])),
        maybe(any_day()),
        maybe(any_day()),
        maybe(prop::sample::select(states)),
        maybe(prop::sample::select(vec!["是", "否"])),
    )
        .prop_map(|(on, kinds, text, procedure, served, end, state, open)| {
            let optional = [
                ("XH_CX", procedure.map(str::to_owned)),
                ("XH_SDRQ", served.map(|d| d.to_string())),
                ("CF_GSJZQ", end.map(|d| d.to_string())),
                ("XH_ZYZT", state),
                ("XH_SFGK", open.map(str::to_owned)),
            ];
            let given = [
                ("CF_JDRQ", on.to_string()),
                ("CF_CFLB", kinds.join("、")),
                ("CF_YJ", text.to_owned()),
            ];
            let optional = optional.into_iter().filter_map(|(k, v)| Some((k, v?)));
            Row(given.into_iter().chain(optional).collect())
        })
}

fn any_officer() -> impl Strategy<Value = Option<&'static str>> {
    maybe(prop::sample::select(vec![
        "minor",
        "general",
        "serious",
        "penalty",
        "unpublished",
        "none",
    ]))
}

fn longest() -> i64 {
    let classes = BOOK.regimes().iter().flat_map(|r| &r.classes);
    i64::from(classes.filter_map(|c| c.max_months).max().unwrap())
}

/// The last day the public may see, or `None`.
fn last_public_day(decision: &Decision) -> Option<Date> {
    match &decision.outcome {
        Outcome::Shown { from, until, .. } => until.filter(|until| from <= until),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    /// I5: everything adverse ends, and within the longest period after the decision.
    #[test]
    fn everything_adverse_ends(row in any_row(), first in any_day(), officer in any_officer()) {
        let decided: Date = row.value("CF_JDRQ").unwrap().parse().unwrap();
        if let Outcome::Shown { until, .. } = decide(&row, first, officer).outcome {
            let until = until.expect("an end");
            prop_assert!(until <= decided.saturating_add(longest().months()));
        }
    }

    /// I5: what is open is hidden, and an officer's class never shows longer than the harshest
    /// candidate would.
    #[test]
    fn what_is_open_is_hidden(row in any_row(), first in any_day(), officer in any_officer()) {
        let without = decide(&row, first, None);
        let with = decide(&row, first, officer);
        match &without.outcome {
            Outcome::Held { candidates, alarm_on } => {
                let columns = without.columns("").unwrap();
                prop_assert!(!columns.public_on(first) && columns.from.is_none());
                prop_assert!(*alarm_on >= first);
                prop_assert!(candidates.len() > 1);
                if officer.is_some_and(|o| candidates.iter().any(|c| c == o)) {
                    prop_assert!(!matches!(with.outcome, Outcome::Held { .. }) , "{:?}", with);
                }
            }
            // An officer may only shorten what the rules already show.
            _ => prop_assert!(last_public_day(&with) <= last_public_day(&without)),
        }
    }

    /// I5: what the row states settles what is open and never shows longer what is settled.
    #[test]
    fn a_statement_settles_what_is_open(
        row in any_row(),
        first in any_day(),
        (word, class) in prop::sample::select(vec![
            ("轻微", "minor"), ("一般", "general"), ("严重", "serious"),
        ]),
    ) {
        let without = decide(&row, first, None);
        let mut given = row.clone();
        given.0.insert("XH_SXLB", word.to_owned());
        let with = decide(&given, first, None);
        match &without.outcome {
            Outcome::Held { candidates, .. } => {
                // None of its own regime's: one of the newer, and then only a milder answer.
                let open = candidates.iter().any(|c| c == class);
                match with.outcome {
                    Outcome::Held { .. } => prop_assert!(!open),
                    Outcome::Never { .. } => {}
                    Outcome::Shown { .. } => prop_assert!(open),
                }
            }
            _ => prop_assert!(last_public_day(&with) <= last_public_day(&without)),
        }
    }

    /// I11: nothing before service, nothing before it was received, nothing the department or a
    /// stay keeps back.
    #[test]
    fn nobody_is_exposed_by_haste(row in any_row(), first in any_day(), officer in any_officer()) {
        let decision = decide(&row, first, officer);
        let served: Option<Date> = row.value("XH_SDRQ").and_then(|d| d.parse().ok());
        let stops = ["停止执行", "已撤销", "已变更"];
        let kept = row.value("XH_SFGK") == Some("否")
            || row.value("XH_ZYZT").is_some_and(|s| stops.contains(&s));
        match &decision.outcome {
            Outcome::Shown { from, .. } => {
                prop_assert!(!kept);
                prop_assert!(*from >= first && served.is_none_or(|s| *from >= s));
            }
            Outcome::Never { reason, .. } => prop_assert!(!reason.is_empty()),
            Outcome::Held { .. } => prop_assert!(!kept),
        }
    }

    /// The file's own end only narrows.
    #[test]
    fn the_files_end_only_narrows(row in any_row(), first in any_day(), end in any_day()) {
        let mut without = row.clone();
        without.0.remove("CF_GSJZQ");
        let mut with = without.clone();
        with.0.insert("CF_GSJZQ", end.to_string());
        let with = last_public_day(&decide(&with, first, None));
        prop_assert!(with <= last_public_day(&decide(&without, first, None)));
        prop_assert!(with.is_none_or(|last| last <= end));
    }

    /// A further kind of penalty never makes the answer milder under Order 36.
    #[test]
    fn a_heavier_decision_is_never_shown_shorter(
        kind in prop::sample::select(BOOK.titles("penalty-kind")),
        days in 0_i64..200,
    ) {
        let on = Date::constant(2026, 4, 1).saturating_add(days.days());
        let one = |kinds: String| {
            let given = [("CF_JDRQ", on.to_string()), ("CF_CFLB", kinds)];
            decide(&Row(given.into_iter().collect()), on, None)
        };
        for other in BOOK.titles("penalty-kind") {
            let both = one(format!("{kind}、{other}"));
            let alone = one(kind.to_owned());
            // Held stands between: it is open, not milder.
            if !matches!(both.outcome, Outcome::Held { .. }) {
                prop_assert!(last_public_day(&both) >= last_public_day(&alone));
            }
        }
    }

    /// Every answer says why, by rules whose sources exist.
    #[test]
    fn every_answer_says_why(row in any_row(), first in any_day(), officer in any_officer()) {
        let decision = decide(&row, first, officer);
        prop_assert!(!decision.trace.is_empty());
        for used in &decision.trace {
            prop_assert!(!used.value.is_empty() && !used.rule.is_empty());
            if let Some(basis) = &used.basis {
                prop_assert!(BOOK.source(&basis.source).is_some());
            }
        }
        prop_assert_eq!(&decision, &decide(&row, first, officer));
    }
}
