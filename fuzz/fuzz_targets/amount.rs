//! Amounts: what is read is never below zero, and written and read again it is the same.
#![no_main]

use xinheng_domain::amount::{Fen, find_amount, whole_amount};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(fen) = Fen::parse_wan(text) {
        assert!(fen.0 >= 0);
        let written = fen.wan();
        assert_eq!(Fen::parse_wan(written.trim_end_matches("万元")), Ok(fen));
    }
    if let Some(fen) = Fen::parse_yuan(text) {
        assert_eq!(Fen::parse_yuan(&fen.yuan()), Some(fen));
    }
    let _ = find_amount(text, &["罚款", "罚款人民币"]);
    let _ = whole_amount(text);
});
