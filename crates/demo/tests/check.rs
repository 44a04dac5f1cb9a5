//! The example files and the district's files through the checker.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop anywhere

use jiff::civil::{Date, date};
use std::{collections::BTreeSet, io::Cursor, path::Path};
use xinheng_checker::{Checker, Rules};
use xinheng_demo::{Demo, EventKind, Size};
use xinheng_domain::{
    finding::{Finding, Severity, Summary},
    name::is_person_named,
    subject::SubjectKind,
};
use xinheng_exchange::check::{Options, check_file};
use xinheng_rulebook::Rulebook;

const TODAY: Date = date(2026, 11, 22);

fn checker(book: &Rulebook, today: Date) -> Checker {
    Checker::new(Rules {
        items: book.items(),
        lists: book.code_lists(),
        messages: book.messages(),
        codes: book.code_tables().clone(),
        today,
        cite: &|basis| book.cite(basis),
    })
    .and_then(|checker| checker.with_layouts(book.layouts()))
    .unwrap()
    .with_publicity(book.publicity_rules())
    .with_finder(book.shared_finder())
}

fn check(checker: &Checker, name: &str, bytes: Vec<u8>) -> (Summary, Vec<Finding>) {
    let mut findings = Vec::new();
    let summary = check_file(
        Cursor::new(bytes),
        checker,
        Options::named(name),
        &mut findings,
    )
    .unwrap();
    (summary, findings)
}

/// The demo district's rules, which know its division.
fn district() -> Rulebook {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in xinheng_demo::RULEBOOK {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    Rulebook::load(Some(folder.path())).unwrap()
}

/// What the checker says on 2026-11-22 about each example: accepted, refused, set aside, and the
/// codes of its findings (unknown columns, which are only named, left out).
const EXPECTED: &[(&str, [u64; 3], &[&str])] = &[
    ("penalties-correct.csv", [3, 0, 0], &[]),
    ("penalties-gb18030.csv", [3, 0, 0], &[]),
    ("penalties-header-variants.csv", [3, 0, 0], &[]),
    (
        "penalties-natural-person.csv",
        [1, 0, 1],
        &["natural-person-set-aside"],
    ),
    (
        "penalties-placeholder-code.csv",
        [2, 1, 0],
        &["category-code-organisation", "required-missing"],
    ),
    (
        "penalties-identity-number-in-text.csv",
        [2, 0, 0],
        &["personal-data-in-text"],
    ),
    (
        "penalties-dates.csv",
        [3, 2, 0],
        &["date-invalid", "decision-in-future", "spelling-date"],
    ),
    (
        "penalties-class.csv",
        [4, 0, 0],
        &[
            "class-against-rules",
            "class-not-stated",
            "class-without-basis",
        ],
    ),
    (
        "penalties-many-faults.csv",
        [6, 16, 0],
        &[
            "amount-invalid",
            "authority-not-public-body",
            "category-code-individual",
            "code-bad-char",
            "code-bad-check",
            "code-bad-length",
            "coded-unknown",
            "date-invalid",
            "decision-in-future",
            "document-number-odd",
            "duplicate-record",
            "fine-in-yuan",
            "required-missing",
            "served-before-decision",
            "summary-fine-too-high",
            "summary-kind-too-heavy",
            "text-too-long",
            "validity-before-decision",
        ],
    ),
    ("permits-correct.csv", [3, 0, 0], &[]),
    ("permits-correct.xlsx", [3, 0, 0], &[]),
    (
        "permits-many-faults.xlsx",
        [1, 4, 0],
        &[
            "coded-unknown",
            "document-number-is-permit-number",
            "required-missing",
            "valid-until-before-from",
        ],
    ),
    // The content decides, not the extension.
    ("hostile/workbook-named-csv.csv", [3, 0, 0], &[]),
    ("hostile/csv-named-workbook.xlsx", [3, 0, 0], &[]),
    ("hostile/damaged.xlsx", [0, 0, 0], &["file-damaged"]),
    ("hostile/empty.csv", [0, 0, 0], &["file-empty"]),
    ("hostile/header-only.csv", [0, 0, 0], &["file-header-only"]),
    ("hostile/two-header-rows.csv", [0, 0, 0], &["header-twice"]),
    ("hostile/not-a-table.csv", [0, 0, 0], &["file-not-a-table"]),
    (
        "hostile/zero-width-and-right-to-left.csv",
        [0, 1, 0],
        &["text-invisible-character"],
    ),
    (
        "hostile/full-width.csv",
        [0, 1, 0],
        &["code-bad-char", "spelling-amount", "spelling-date"],
    ),
    (
        "hostile/year-without-calendar.csv",
        [0, 1, 0],
        &["decision-in-future"],
    ),
];

fn said(findings: &[Finding]) -> BTreeSet<&str> {
    let codes = findings.iter().map(|f| f.code.as_str());
    codes.filter(|c| !c.starts_with("column-un")).collect()
}

fn example(path: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    std::fs::read(root.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn the_examples_show_what_they_are_meant_to() {
    let checker = checker(&district(), TODAY);
    for (path, counts, codes) in EXPECTED {
        let (summary, findings) = check(&checker, path, example(path));
        assert_eq!(
            [summary.accepted, summary.refused, summary.set_aside],
            *counts,
            "{path}"
        );
        assert_eq!(said(&findings), codes.iter().copied().collect(), "{path}");
    }
    let (_, findings) = check(&checker, "nul", example("hostile/nul-bytes.csv"));
    assert!(said(&findings).contains("file-nul-byte"));
}

#[derive(serde::Deserialize)]
struct Manifest {
    file: Vec<Sent>,
}

#[derive(serde::Deserialize)]
struct Sent {
    name: String,
    about: String,
    format: String,
    rows: u64,
    accepted: u64,
    refused: u64,
    set_aside: u64,
    faults: Vec<Fault>,
}

#[derive(serde::Deserialize)]
struct Fault {
    code: String,
    sheet_row: u64,
    column: u32,
}

#[test]
fn every_planted_fault_is_named_and_nothing_is_dropped() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/departments");
    let list = std::fs::read_to_string(root.join("expected.toml")).unwrap();
    let list: Manifest = toml::from_str(&list).unwrap();
    assert!(list.file.len() >= 40, "{} files", list.file.len());
    let here = std::fs::read_dir(&root).unwrap().count();
    assert_eq!(here, list.file.len() + 1, "a file nobody knows of");
    let checker = checker(&district(), TODAY);
    let mut wrong = Vec::new();
    for sent in &list.file {
        let bytes = std::fs::read(root.join(&sent.name)).unwrap();
        let (summary, findings) = check(&checker, &sent.name, bytes);
        let place = |code: &str, row: u64, column: u32| format!("{code} {row}:{column}");
        let mut planted: Vec<String> = sent
            .faults
            .iter()
            .map(|f| place(&f.code, f.sheet_row, f.column))
            .collect();
        let mut named: Vec<String> = findings
            .iter()
            .map(|f| place(&f.code, f.sheet_row, f.column))
            .collect();
        planted.sort();
        named.sort();
        let counts = [
            summary.rows,
            summary.accepted,
            summary.refused,
            summary.set_aside,
        ];
        let expected = [sent.rows, sent.accepted, sent.refused, sent.set_aside];
        if planted != named
            || counts != expected
            || summary.format.unwrap_or_default() != sent.format
        {
            wrong.push(format!(
                "{} ({})\n  planted {planted:?}\n  named   {named:?}\n  counts {counts:?}, not {expected:?}",
                sent.name, sent.about
            ));
        }
        assert_eq!(
            summary.accepted + summary.refused + summary.set_aside,
            summary.rows
        );
        for finding in &findings {
            assert!(finding.message.chars().count() > 8, "{finding:?}");
            assert!(!finding.value.contains("19900101"), "{finding:?}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_third_item_is_checked_like_any_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/custom-item/rulebook");
    let checker = checker(&Rulebook::load(Some(&root)).unwrap(), TODAY);
    for name in ["water-saving-correct.csv", "water-saving-correct.xlsx"] {
        let (summary, findings) = check(&checker, name, example(&format!("custom-item/{name}")));
        assert_eq!(summary.format.as_deref(), Some("water-saving-1"));
        assert_eq!((summary.accepted, summary.refused), (3, 0), "{findings:?}");
        assert!(said(&findings).contains("personal-data-in-text"));
    }
    let name = "custom-item/water-saving-faults.csv";
    let (summary, findings) = check(&checker, name, example(name));
    assert_eq!((summary.accepted, summary.refused), (3, 3), "{findings:?}");
    for code in [
        "water-saving-mending-without-findings",
        "coded-unknown",
        "decision-in-future",
    ] {
        assert!(said(&findings).contains(code), "{code}");
    }
}

#[test]
fn the_districts_files_pass_but_for_what_was_planted() {
    let book = district();
    let demo = Demo::new(7, TODAY, Size::Small).unwrap();
    let mut codes = BTreeSet::new();
    let (mut rows, mut accepted, mut refused, mut aside, mut warned) = (0, 0, 0, 0, 0);
    for event in &demo.events {
        let EventKind::Batch(batch) = &event.kind else {
            continue;
        };
        let day = event
            .at
            .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
            .date();
        let bytes = batch.bytes(&mut |k| Some(format!("{}-0123456789abcdef", k.subject_code)));
        let (summary, findings) = check(&checker(&book, day), &batch.file_name, bytes);
        assert_eq!(
            summary.format.as_deref(),
            Some(&*format!("{}-2018", batch.item))
        );
        assert!(
            findings.iter().all(|f| f.severity != Severity::RefuseFile),
            "{}: {findings:?}",
            batch.file_name
        );
        rows += summary.rows;
        accepted += summary.accepted;
        refused += summary.refused;
        aside += summary.set_aside;
        warned += summary.rows_with_warnings;
        codes.extend(findings.into_iter().map(|f| f.code));
    }
    assert!(
        rows > 650 && accepted > rows * 95 / 100,
        "{accepted} of {rows}"
    );
    assert!(
        refused > 3 && aside > 0 && warned > 3,
        "{refused} {aside} {warned}"
    );
    for code in [
        "code-bad-check",
        "fine-in-yuan",
        "document-number-odd",
        "personal-data-in-text",
        "column-unknown",
    ] {
        assert!(codes.contains(code), "{code} is not among {codes:?}");
    }
    // The division is known through the district's own rules.
    assert!(!codes.iter().any(|c| c.contains("division")), "{codes:?}");
}

#[test]
fn only_shops_named_by_a_person_are_taken_for_persons() {
    let book = district();
    let words = book.titles("trade-word");
    assert!(words.len() > 50, "the list of trade words has another id");
    let demo = Demo::new(7, TODAY, Size::Full).unwrap();
    let (mut persons, mut shops) = (0, 0);
    for event in &demo.events {
        let EventKind::Register { bytes, .. } = &event.kind else {
            continue;
        };
        for record in csv::Reader::from_reader(bytes.as_slice()).into_records() {
            let record = record.unwrap();
            let (code, name, head) = (&record[0], &record[1], &record[8]);
            let kind = SubjectKind::from_code(code);
            if kind != SubjectKind::IndividualBusiness {
                continue;
            }
            let person = is_person_named(name, kind, Some(head), &words);
            assert_eq!(person, name == head, "{name}");
            persons += u32::from(person);
            shops += 1;
        }
    }
    assert!(persons > 10 && persons < shops / 10, "{persons} of {shops}");
}
