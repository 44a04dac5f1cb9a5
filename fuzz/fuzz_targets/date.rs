//! Dates: what is read is a day of the calendar, and read again it is the same.
#![no_main]

use xinheng_domain::date;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(parsed) = date::parse(text) {
        assert!(parsed.date.year() >= 1900);
        let again = date::parse(&parsed.date.to_string());
        assert_eq!(again.map(|p| p.date), Ok(parsed.date));
    }
});
