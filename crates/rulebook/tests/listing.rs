//! What the command line and the page of rules tell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test ends by failing.

use std::fs;
use xinheng_rulebook::{Rulebook, listing};

#[test]
fn everything_listed_can_be_shown() {
    let book = Rulebook::load(None).unwrap();
    for section in book.overview("2026-11-22".parse().unwrap()) {
        assert!(!section.lines.is_empty(), "{} is empty", section.title);
        if section.title == "工作日历" {
            continue;
        }
        for line in &section.lines {
            let shown = book.show(&line.id);
            assert!(
                shown.is_some_and(|s| !s.lines.is_empty() || line.value.starts_with('0')),
                "{}",
                line.id
            );
        }
    }
    assert_eq!(book.show("no-such-rule"), None);
}

#[test]
fn the_seven_days_are_found_with_their_article() {
    let book = Rulebook::load(None).unwrap();
    let section = book.show("sgs.report_deadline").unwrap();
    let line = &section.lines[0];
    assert!(line.value.contains("7个工作日"), "{line:?}");
    assert!(line.basis.contains("424号"), "{line:?}");
    assert!(line.verified);
}

#[test]
fn what_is_unverified_is_told() {
    let book = Rulebook::load(None).unwrap();
    let all = book.unverified();
    assert!(all.iter().any(|l| l.id == "order-36.rule.suspension"));
    assert!(all.iter().any(|l| l.id == "order-36.transition"));
    assert!(!all.iter().any(|l| l.id == "order-36.general"));
    assert!(all.iter().all(|l| l.basis.ends_with("（未核实）")));
}

/// Whether a text was read and whether it leaves the value open are two things.
#[test]
fn what_is_a_reading_of_ours_is_told_apart() {
    let book = Rulebook::load(None).unwrap();
    let readings = book.readings();
    let of = |id: &str| readings.iter().find(|l| l.id.starts_with(id));
    assert!(
        of("publicity.withdrawal_notice").unwrap().verified,
        "read, and left open by it"
    );
    assert!(
        !of("order-36.transition").unwrap().verified,
        "neither read nor said"
    );
    assert!(of("sgs.report_deadline").is_none());
    assert!(
        readings.iter().all(|l| l.note.is_some()),
        "a reading says what it reads"
    );
    let titles: Vec<_> = book.open().into_iter().map(|s| s.lines.len()).collect();
    assert_eq!(titles, [book.unverified().len(), readings.len()]);
}

/// A text that was read in full names the copy; one that was not claims nothing.
#[test]
fn only_what_was_read_is_verified() {
    let book = Rulebook::load(None).unwrap();
    for source in book.sources() {
        assert!(source.verified || source.read.is_none(), "{}", source.id);
    }
    let read = |id: &str| book.source(id).unwrap().read.is_some();
    assert!(read("penalty-law-2021") && !read("ndrc-order-36") && !read("civil-code"));
}

#[test]
fn a_check_runs_the_law_cases_and_a_districts_own() {
    let sound = listing::check(None);
    assert!(sound.is_sound(), "{:#?}", sound.broken);
    assert!(sound.cases >= 150);

    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("tests")).unwrap();
    let case = r#"
[[case]]
title = "样例：错误的期望"
source = "ndrc-2018-424"
article = "七个工作日"
[case.deadline]
decided = "2026-11-02"
last_day = "2026-11-10"
"#;
    fs::write(dir.path().join("tests/own.toml"), case).unwrap();
    let report = listing::check(Some(dir.path()));
    assert_eq!(report.broken.len(), 1, "{:#?}", report.broken);
    assert!(
        report.broken[0].contains("2026-11-11"),
        "{:?}",
        report.broken
    );
    assert!(!report.is_sound());

    // A local rule that gives another answer is told apart and is no fault.
    let local = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo/rulebook");
    let report = listing::check(Some(std::path::Path::new(local)));
    assert!(report.is_sound(), "{:#?}", report.broken);
    assert!(!report.changed.is_empty());
    let words = report.changed.join("\n");
    assert!(words.contains("应为类别未定，实为公示"), "{words}");
    assert!(!words.contains("Some("), "{words}");
    // Classes and verdicts by their titles.
    for told in [
        "应为无，实为“一般失信信息”",
        "应为“代码中的行政区划不在列表中”，实为“正确”",
    ] {
        assert!(words.contains(told), "{told}: {words}");
    }
    let (in_words, _): (Vec<char>, Vec<char>) = words.chars().partition(char::is_ascii_lowercase);
    assert!(in_words.is_empty(), "{words}");

    fs::write(dir.path().join("own.toml"), case).unwrap();
    let report = listing::check(Some(dir.path()));
    let misplaced = report
        .problems
        .iter()
        .any(|p| p.to_string().contains("own.toml"));
    assert!(misplaced, "{:?}", report.problems);
    fs::remove_file(dir.path().join("own.toml")).unwrap();

    fs::write(dir.path().join("tests/own.toml"), "[[case]]\ntitle = 1").unwrap();
    assert!(!listing::check(Some(dir.path())).problems.is_empty());
}
