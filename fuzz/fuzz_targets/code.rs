//! Codes: a suggestion is always sound, and never changes a check character alone.
#![no_main]

use std::sync::LazyLock;
use xinheng_domain::code::{self, CodeSeverity, CodeTables};
use xinheng_rulebook::Rulebook;

static TABLES: LazyLock<CodeTables> = LazyLock::new(|| {
    let book = Rulebook::load(None).expect("the rulebook in the program loads");
    book.code_tables().clone()
});

libfuzzer_sys::fuzz_target!(|text: &str| {
    let check = code::check(text, &TABLES);
    let alike = code::look_alike(text, &TABLES).map(|(code, _)| code);
    for suggestion in check.suggestion.iter().chain(&alike) {
        assert!(code::check(suggestion, &TABLES).severity != CodeSeverity::Error);
    }
    if let Some(alike) = alike {
        let last = text.chars().filter(|c| !c.is_whitespace()).last();
        let last = last.map(|c| xinheng_domain::text::narrow(c).to_ascii_uppercase());
        assert_eq!(last, alike.chars().last());
    }
    let _ = code::check_organisation_code(text);
});
