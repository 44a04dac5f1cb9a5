//! Web pages and workbooks in XML: the first byte chooses which.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let head: &[u8] = match data.first() {
        Some(b'x') => b"<?xml?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
        _ => b"<html>",
    };
    xinheng_fuzz::check(&[head, data].concat());
});
