//! Whole files and their findings, byte for byte: `golden/NAME.csv` or `.xlsx` beside
//! `golden/NAME.jsonl`. `UPDATE_GOLDEN=1` writes the findings anew; look at the difference.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support;

use crate::support::{check, checker};
use std::{fs, path::Path};
use xinheng_checker::Builtin;
use xinheng_exchange::{book::Notice, fault::FaultKind};

#[test]
fn golden_files() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"));
    let checker = checker();
    let mut inputs: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e != "jsonl"))
        .collect();
    inputs.sort();
    assert!(inputs.len() >= 3);
    for input in inputs {
        let name = input.file_name().unwrap().to_str().unwrap();
        let (lines, _) = check(&checker, name, &fs::read(&input).unwrap());
        let golden = input.with_extension("jsonl");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &lines).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        for (found, expected) in lines.lines().zip(expected.lines()) {
            assert_eq!(found, expected, "{name}");
        }
        assert_eq!(lines.lines().count(), expected.lines().count(), "{name}");
        keys_are_the_contracts(&lines);
    }
}

fn keys_are_the_contracts(lines: &str) {
    let keys = [
        "sheet",
        "row",
        "sheet_row",
        "column",
        "field",
        "code",
        "severity",
        "value",
        "expected",
        "suggestion",
        "message",
        "basis",
    ];
    let mut lines: Vec<&str> = lines.lines().collect();
    assert!(lines.pop().unwrap().starts_with("{\"summary\":{\"file\":"));
    let mut last = (0, 0, String::new());
    for line in lines {
        let mut from = 0;
        for key in keys {
            let key = format!("\"{key}\":");
            from += line[from..]
                .find(&key)
                .unwrap_or_else(|| panic!("{key} in {line}"));
        }
        let finding: xinheng_domain::finding::Finding = serde_json::from_str(line).unwrap();
        let place = (finding.row, finding.column, finding.code);
        assert!(last <= place, "{last:?} before {place:?}");
        last = place;
    }
}

#[test]
fn every_finding_has_its_sentence() {
    let messages = support::messages();
    let faults = FaultKind::ALL.iter().map(|f| f.code());
    let faults = faults.chain(Notice::ALL.iter().map(|n| n.code()));
    for code in Builtin::ALL.iter().map(|b| b.as_str()).chain(faults) {
        let message = messages.iter().find(|m| m.code == code);
        let message = message.unwrap_or_else(|| panic!("no sentence for {code}"));
        for text in [&message.title, &message.text, &message.why, &message.remedy] {
            assert!(text.chars().count() >= 4, "{code}");
            assert!(!text.contains(['!', '！']), "{code}: {text}");
        }
    }
}
