//! Text files with commas, tabs, semicolons or bars.

mod marks;
mod source;
mod split;
mod stray;

use crate::{
    fault::{FaultKind, FileFault, Stop},
    limits,
    rows::{RowReader, Rows},
};
pub(crate) use source::Source;
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
            let delimiter = match delimiter {
                Some(known) => known,
                // Nothing yet: the first line is longer than a block.
                None if buffer.is_empty() && !last => b',',
                None => *delimiter.insert(delimiter_of(&buffer)?),
            };
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

/// The delimiter, by the first line that has at least two of one kind: titles above the header
/// have none. Semicolons and bars count only in a line without commas and tabs.
///
/// # Errors
/// The lines are parted by full-width commas, which stand in every running text, too.
fn delimiter_of(buffer: &[u8]) -> Result<u8, FileFault> {
    let lines = || {
        let lines = (1..).zip(buffer.split(|b| *b == b'\n'));
        let filled = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
        filled.take(limits::HEADER_WITHIN)
    };
    for (_, line) in lines() {
        let count = Signs::of(line);
        if count.tabs > count.commas.max(1) {
            return Ok(b'\t');
        }
        if count.commas > 1 {
            return Ok(b',');
        }
        if count.commas == 0 && count.tabs == 0 && count.semicolons.max(count.bars) > 1 {
            let semicolons = count.semicolons >= count.bars;
            return Ok(if semicolons { b';' } else { b'|' });
        }
    }
    let first = lines().next().map(|(_, line)| Signs::of(line));
    if first.is_some_and(|count| count.tabs > count.commas) {
        return Ok(b'\t');
    }
    match lines().find(|(_, line)| Signs::of(line).wide_commas > 2) {
        Some((line, _)) => Err(FaultKind::SeparatorUnsafe.at(line, 0).met("，")),
        None => Ok(b','),
    }
}

/// How often each sign that may part cells stands outside quotation marks.
#[derive(Default)]
struct Signs {
    commas: usize,
    tabs: usize,
    semicolons: usize,
    bars: usize,
    wide_commas: usize,
}

impl Signs {
    fn of(line: &[u8]) -> Self {
        let mut signs = Self::default();
        let mut quoted = false;
        for (at, byte) in line.iter().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b',' => signs.commas += 1,
                b'\t' => signs.tabs += 1,
                b';' => signs.semicolons += 1,
                b'|' => signs.bars += 1,
                0xef if line.get(at..at + 3) == Some("，".as_bytes()) => signs.wide_commas += 1,
                _ => {}
            }
        }
        signs
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn delimiters() {
        for (text, delimiter) in [
            ("a,b,c\n", b','),
            ("a\tb\tc\n", b'\t'),
            ("a;b;c\n1,5;2;3\n", b';'),
            ("a|b|c\n", b'|'),
            ("行政处罚信息表\n\na;b;c\n", b';'),
            ("填报单位：某局，填报人：某某，日期：某日\na\tb\tc\n", b'\t'),
            ("\"x;y;z\",b,c\n", b','),
            ("a,b\n1,2;3;4\n", b','),
            ("a\tb\n", b'\t'),
            ("a\n", b','),
            ("", b','),
        ] {
            assert_eq!(delimiter_of(text.as_bytes()).unwrap(), delimiter, "{text}");
        }
        let fault = delimiter_of("\n甲，乙，丙，丁\n".as_bytes()).unwrap_err();
        assert_eq!(
            (fault.kind, fault.sheet_row),
            (FaultKind::SeparatorUnsafe, 2)
        );
    }
}
