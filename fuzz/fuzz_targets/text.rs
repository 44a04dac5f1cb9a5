//! Text files: encodings, separators, quotation marks, headers, cells.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| xinheng_fuzz::check(data));
