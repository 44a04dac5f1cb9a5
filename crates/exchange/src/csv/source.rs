//! Bytes of a text file on their way in: hashed as they are, handed on as UTF-8.

use crate::limits;
use encoding_rs::{Decoder, Encoding, GB18030, UTF_16BE, UTF_16LE};
use sha2::{Digest, Sha256};
use std::io::{self, Read};

/// A text file of any encoding in use here: UTF-8, with and without mark, GB18030 (and GBK
/// inside it), UTF-16 of both orders, with and without mark.
pub(crate) struct Source<R> {
    input: R,
    hash: Sha256,
    state: Encoded,
    raw: Vec<u8>,
    ended: bool,
}

enum Encoded {
    /// Nothing read yet.
    Start,
    /// Only ASCII so far: every encoding is still possible, and no byte needs a change.
    Undecided,
    Utf8,
    /// Lines are looked at one by one: a line of UTF-8 among them is not taken for GB18030.
    Gb18030(Box<Decoder>),
    Other(Box<Decoder>),
}

impl<R: Read> Source<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            hash: Sha256::new(),
            state: Encoded::Start,
            raw: Vec::new(),
            ended: false,
        }
    }

    /// Appends the next bytes to `out`; `false` at the end. Bytes that are no UTF-8 may be
    /// among them where the file itself is mixed.
    pub(crate) fn fill(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if matches!(self.state, Encoded::Utf8 | Encoded::Undecided) {
            let from = out.len();
            self.ended = !read_block(&mut self.input, out)?;
            let new = out.get(from..).unwrap_or_default();
            self.hash.update(new);
            if matches!(self.state, Encoded::Undecided)
                && let Some(state) = decide(new)
            {
                self.state = state;
                if let Encoded::Gb18030(decoder) = &mut self.state {
                    self.raw = out.split_off(from);
                    decode_lines(decoder, &mut self.raw, self.ended, out);
                }
            }
            return Ok(true);
        }
        // What is left of the last block is a line that goes on.
        let kept = self.raw.len();
        self.ended = !read_block(&mut self.input, &mut self.raw)?;
        self.hash.update(self.raw.get(kept..).unwrap_or_default());
        if let Encoded::Gb18030(decoder) = &mut self.state {
            decode_lines(decoder, &mut self.raw, self.ended, out);
            return Ok(true);
        }
        let mut raw = self.raw.as_slice();
        if matches!(self.state, Encoded::Start) {
            let (state, rest) = begin(raw);
            self.state = state;
            raw = rest;
        }
        match &mut self.state {
            Encoded::Gb18030(decoder) => {
                decode_lines(decoder, &mut self.raw, self.ended, out);
                return Ok(true);
            }
            Encoded::Other(decoder) => decode(decoder, raw, self.ended, out),
            _ => out.extend_from_slice(raw),
        }
        self.raw.clear();
        Ok(true)
    }

    /// Reads what is left for the sake of the hash, and gives it.
    pub(crate) fn digest(mut self) -> io::Result<[u8; 32]> {
        while !self.ended {
            self.raw.clear();
            self.ended = !read_block(&mut self.input, &mut self.raw)?;
            self.hash.update(&self.raw);
        }
        Ok(self.hash.finalize().into())
    }
}

/// Appends a block; `false` once the input has ended.
fn read_block<R: Read>(input: &mut R, out: &mut Vec<u8>) -> io::Result<bool> {
    let from = out.len();
    out.resize(from + limits::BLOCK_BYTES, 0);
    let mut filled = from;
    while let Some(free) = out.get_mut(filled..).filter(|free| !free.is_empty()) {
        match input.read(free) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    let full = filled == out.len();
    out.truncate(filled);
    Ok(full)
}

fn begin(raw: &[u8]) -> (Encoded, &[u8]) {
    if let Some(rest) = raw.strip_prefix(b"\xEF\xBB\xBF") {
        return (Encoded::Utf8, rest);
    }
    for (mark, encoding) in [(b"\xFF\xFE", UTF_16LE), (b"\xFE\xFF", UTF_16BE)] {
        if let Some(rest) = raw.strip_prefix(mark) {
            return (other(encoding), rest);
        }
    }
    if let Some(encoding) = wide(raw) {
        return (other(encoding), raw);
    }
    (decide(raw).unwrap_or(Encoded::Undecided), raw)
}

fn other(encoding: &'static Encoding) -> Encoded {
    Encoded::Other(Box::new(encoding.new_decoder_without_bom_handling()))
}

/// UTF-16 without a mark: bytes of value zero, which no other text has, and characters and
/// line ends that make sense in one order alone.
fn wide(raw: &[u8]) -> Option<&'static Encoding> {
    // At least every fiftieth: commas, digits and line ends.
    if memchr::memchr_iter(0, raw).count() * 50 < raw.len().max(1) {
        return None;
    }
    let sound = |encoding: &'static Encoding| {
        let even = raw.get(..raw.len() & !1).unwrap_or_default();
        let mut text = Vec::new();
        let mut decoder = encoding.new_decoder_without_bom_handling();
        decode(&mut decoder, even, false, &mut text);
        let text = String::from_utf8_lossy(&text);
        let bad = |c: char| c == char::REPLACEMENT_CHARACTER || c.is_control();
        let blank = |c: &char| matches!(c, '\n' | '\r' | '\t');
        text.contains(['\n', '\r', ',', '\t', '<']) && !text.chars().filter(|c| !blank(c)).any(bad)
    };
    match (sound(UTF_16LE), sound(UTF_16BE)) {
        (true, false) => Some(UTF_16LE),
        (false, true) => Some(UTF_16BE),
        _ => None,
    }
}

/// The encoding of the block; `None` while it is plain ASCII. Where lines differ, that of most.
fn decide(block: &[u8]) -> Option<Encoded> {
    if block.is_ascii() {
        return None;
    }
    let utf8 = faults_as_utf8(block);
    if utf8 == 0 {
        return Some(Encoded::Utf8);
    }
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = Vec::new();
    decode(&mut decoder, block, false, &mut text);
    let gb18030 = String::from_utf8_lossy(&text)
        .matches(char::REPLACEMENT_CHARACTER)
        .count();
    let lines = block.split(|b| *b == b'\n').filter(|line| !line.is_ascii());
    let (mut ours, mut others) = (0_usize, 0_usize);
    for line in lines {
        let valid = std::str::from_utf8(line).is_ok();
        ours += usize::from(valid);
        others += usize::from(!valid);
    }
    Some(if gb18030 < utf8 && ours <= others {
        Encoded::Gb18030(Box::new(GB18030.new_decoder_without_bom_handling()))
    } else {
        Encoded::Utf8
    })
}

/// Decodes the whole lines of `raw`, and leaves the rest in it. Lines that are beyond doubt
/// UTF-8 in the midst of GB18030 would become other, well-formed characters: theirs are
/// replaced by SUBSTITUTE, and the checker refuses the row.
fn decode_lines(decoder: &mut Decoder, raw: &mut Vec<u8>, last: bool, out: &mut Vec<u8>) {
    let end = match memchr::memrchr(b'\n', raw) {
        Some(at) if !last => at + 1,
        // No line is that long; the splitter says so.
        None if !last && raw.len() < limits::RECORD_BYTES => return,
        _ => raw.len(),
    };
    let (whole, rest) = raw.split_at(end);
    let mut from = 0;
    let mut at = 0;
    for line in whole.split_inclusive(|b| *b == b'\n') {
        if is_utf8_line(line) {
            decode(decoder, whole.get(from..at).unwrap_or_default(), false, out);
            let kept = line.iter().map(|b| if b.is_ascii() { *b } else { 0x1a });
            out.extend(kept);
            from = at + line.len();
        }
        at += line.len();
    }
    decode(decoder, whole.get(from..).unwrap_or_default(), last, out);
    *raw = rest.to_vec();
}

/// Whether a line is UTF-8 and no GB18030 that looks like it: three characters in a row never
/// fit by chance.
fn is_utf8_line(line: &[u8]) -> bool {
    !line.is_ascii()
        && std::str::from_utf8(line)
            .is_ok_and(|text| text.chars().filter(|c| c.len_utf8() == 3).count() >= 3)
}

/// Number of invalid sequences; a character cut off by the block's end is none.
fn faults_as_utf8(block: &[u8]) -> usize {
    let chunks: Vec<_> = block.utf8_chunks().collect();
    let cut = chunks.last().is_some_and(|last| {
        std::str::from_utf8(last.invalid()).is_err_and(|e| e.error_len().is_none())
    });
    chunks.iter().filter(|c| !c.invalid().is_empty()).count() - usize::from(cut)
}

fn decode(decoder: &mut Decoder, mut raw: &[u8], last: bool, out: &mut Vec<u8>) {
    loop {
        let from = out.len();
        let room = decoder
            .max_utf8_buffer_length(raw.len())
            .unwrap_or(raw.len().saturating_mul(3) + 16);
        out.resize(from + room, 0);
        let free = out.get_mut(from..).unwrap_or_default();
        let (result, read, written, _) = decoder.decode_to_utf8(raw, free, last);
        out.truncate(from + written);
        raw = raw.get(read..).unwrap_or_default();
        if matches!(result, encoding_rs::CoderResult::InputEmpty) {
            return;
        }
    }
}
