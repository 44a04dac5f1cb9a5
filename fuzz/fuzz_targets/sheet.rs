//! A sound workbook with any bytes as its sheet.
#![no_main]

use std::{
    io::{Cursor, Read, Write},
    sync::LazyLock,
};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

static PARTS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let book: &[u8] = include_bytes!("../../examples/permits-correct.xlsx");
    let mut zip = ZipArchive::new(Cursor::new(book)).expect("the example is sound");
    let mut parts = Vec::new();
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).expect("the example is sound");
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("memory");
        parts.push((part.name().expect("a name").into_owned(), content));
    }
    parts
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in PARTS.iter() {
        zip.start_file(&**name, stored).expect("memory");
        let content = if name.ends_with("sheet1.xml") { data } else { content };
        zip.write_all(content).expect("memory");
    }
    xinheng_fuzz::check(&zip.finish().expect("memory").into_inner());
});
