//! Text files with commas or tabs.

mod marks;
mod source;
mod split;

use crate::{
    fault::Stop,
    rows::{RowReader, Rows},
};
use memchr::memchr_iter;
use source::Source;
use split::Split;
use std::{
    io::{self, Read},
    ops::ControlFlow,
};

/// Rows of a text file. Memory: one block, or one record where that is larger.
pub struct CsvReader<R> {
    source: Source<R>,
}

impl<R: Read> CsvReader<R> {
    /// Reads `input` from its present place.
    pub fn new(input: R) -> Self {
        Self {
            source: Source::new(input),
        }
    }

    /// SHA-256 of all bytes, those not yet read included.
    ///
    /// # Errors
    /// Reading the rest fails.
    pub fn digest(self) -> io::Result<[u8; 32]> {
        self.source.digest()
    }
}

impl<R: Read> RowReader for CsvReader<R> {
    fn read(&mut self, each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>) -> Result<(), Stop> {
        let mut buffer = Vec::new();
        let mut split = Split::default();
        let mut line = 1;
        let mut delimiter = None;
        loop {
            let last = !self.source.fill(&mut buffer)?;
            let delimiter = *delimiter.get_or_insert_with(|| delimiter_of(&buffer));
            let done = split.run(&mut buffer, delimiter, &mut line, last);
            if !split.rows.is_empty() && deliver(&buffer, &split, each).is_break() {
                return Ok(());
            }
            let used = done?;
            if last {
                return Ok(());
            }
            buffer.drain(..used);
        }
    }
}

fn deliver(
    buffer: &[u8],
    split: &Split,
    each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let used = split.cells.last().map_or(0, |s| s.end as usize);
    let bytes = buffer.get(..used).unwrap_or_default();
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => each(Rows::new(text, &split.cells, &split.rows)),
        Err(_) => each(Rows::new(&substituted(bytes), &split.cells, &split.rows)),
    }
}

/// Each byte that is no UTF-8 becomes the character SUBSTITUTE (U+001A), one for one, so that
/// places stay; the checker refuses cells that hold it.
fn substituted(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '\u{1a}'));
    }
    text
}

/// The delimiter of the first line that holds anything: a comma unless tabs outnumber it.
fn delimiter_of(buffer: &[u8]) -> u8 {
    let line = buffer
        .split(|b| matches!(b, b'\n' | b'\r'))
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let commas = memchr_iter(b',', line).count();
    let tabs = memchr_iter(b'\t', line).count();
    if tabs > commas { b'\t' } else { b',' }
}
