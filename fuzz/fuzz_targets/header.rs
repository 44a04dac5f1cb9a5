//! Headers: two lines of cells, one a line and parted by tabs.
#![no_main]

use xinheng_checker::HeaderRow;
use xinheng_fuzz::CHECKER;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (first, second) = text.split_once('\n').unwrap_or((text, ""));
    let first = HeaderRow::new(first.split('\t'), 1);
    let second = HeaderRow::new(second.split('\t'), 2);
    let known = CHECKER.is_header(&first.row());
    if let Some(joined) = CHECKER.join_headers(&first.row(), &second.row()) {
        assert!(CHECKER.is_header(&joined.row()));
    }
    let mut said = 0;
    let opened = CHECKER.open(&first.row(), None, &mut |finding| {
        assert!(!finding.message.is_empty());
        said += 1;
    });
    // What is not opened is refused with words.
    assert!(opened.is_some() || said > 0);
    assert!(known || opened.is_none());
});
