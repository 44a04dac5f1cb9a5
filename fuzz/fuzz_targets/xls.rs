//! Old workbooks: what begins like their container is taken for one.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.extend(data.get(8..).unwrap_or_default());
    xinheng_fuzz::check(&bytes);
});
