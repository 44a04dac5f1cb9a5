//! Containers of new workbooks, as they come.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend(data.get(4..).unwrap_or_default());
    xinheng_fuzz::check(&bytes);
});
