//! The rulebook in the binary is in order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test ends by failing.

use std::collections::BTreeSet;
use xinheng_domain::code::{Verdict, check};
use xinheng_rulebook::Rulebook;

#[test]
fn the_rulebook_in_the_binary_is_in_order() {
    match Rulebook::load(None) {
        Ok(book) => assert!(book.items().len() >= 2),
        Err(e) => panic!("{e}"),
    }
}

/// A help page shows a sentence as it might be said, never the places in it.
#[test]
fn every_message_has_an_example() {
    let book = Rulebook::load(None).unwrap();
    let files = book.items().iter().chain(book.formats());
    let fields = files.flat_map(|item| &item.fields);
    let names: BTreeSet<&str> = fields.map(|field| field.name.as_str()).collect();
    let mut faults = Vec::new();
    for message in book.messages() {
        let code = &message.code;
        let Some(parts) = message.sample() else {
            faults.push(format!("{code}: a place is open"));
            continue;
        };
        for (fills, part) in &parts {
            if part.contains(['{', '}']) || *fills && part.trim().is_empty() {
                faults.push(format!("{code}: {part:?} is no example"));
            }
        }
        for (place, filled) in &message.example {
            if !message.text.contains(&format!("{{{place}}}")) {
                faults.push(format!("{code}: there is no place {place}"));
            }
            if place == "name" && !names.contains(filled.as_str()) {
                faults.push(format!("{code}: no item has a field {filled}"));
            }
            let number = place == "row" || place == "column";
            if number && filled.parse::<u32>().is_err() {
                faults.push(format!("{code}: {place} is a number, not {filled}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The code of an example has the fault that the sentence speaks of.
#[test]
fn examples_have_the_fault_they_show() {
    let book = Rulebook::load(None).unwrap();
    let verdict = |code: &str| check(code, book.code_tables()).verdict;
    for (message, place, wanted) in [
        ("code-bad-length", "value", Verdict::BadLength),
        ("code-bad-char", "value", Verdict::BadChar),
        ("code-look-alike", "value", Verdict::BadChar),
        ("code-look-alike", "suggestion", Verdict::UnknownDivision),
        ("code-bad-check", "value", Verdict::BadCheck),
        ("code-bad-org-check", "value", Verdict::BadOrgCheck),
        (
            "code-unknown-authority-pair",
            "value",
            Verdict::UnknownAuthorityPair,
        ),
        ("code-unknown-division", "value", Verdict::UnknownDivision),
        ("register-unknown", "value", Verdict::UnknownDivision),
        ("category-code-organisation", "value", Verdict::Placeholder),
        (
            "category-code-individual",
            "value",
            Verdict::UnknownDivision,
        ),
        (
            "authority-not-public-body",
            "value",
            Verdict::UnknownDivision,
        ),
    ] {
        let example = &book.message(message).unwrap().example;
        assert_eq!(verdict(&example[place]), wanted, "{message}");
    }
}
