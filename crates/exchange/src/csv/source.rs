//! Bytes of a text file on their way in: hashed as they are, handed on as UTF-8.

use crate::limits;
use encoding_rs::{Decoder, Encoding, GB18030, UTF_16BE, UTF_16LE};
use sha2::{Digest, Sha256};
use std::io::{self, Read};

/// A text file of any encoding in use here: UTF-8 with and without mark, GB18030 (and GBK
/// inside it), UTF-16 with mark.
pub(super) struct Source<R> {
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
    Other(Box<Decoder>),
}

impl<R: Read> Source<R> {
    pub(super) fn new(input: R) -> Self {
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
    pub(super) fn fill(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
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
                if let Encoded::Other(decoder) = &mut self.state {
                    let raw = out.split_off(from);
                    decode(decoder, &raw, self.ended, out);
                }
            }
            return Ok(true);
        }
        self.raw.clear();
        self.ended = !read_block(&mut self.input, &mut self.raw)?;
        self.hash.update(&self.raw);
        let mut raw = self.raw.as_slice();
        if matches!(self.state, Encoded::Start) {
            let (state, rest) = begin(raw);
            self.state = state;
            raw = rest;
        }
        match &mut self.state {
            Encoded::Other(decoder) => decode(decoder, raw, self.ended, out),
            _ => out.extend_from_slice(raw),
        }
        Ok(true)
    }

    /// Reads what is left for the sake of the hash, and gives it.
    pub(super) fn digest(mut self) -> io::Result<[u8; 32]> {
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
    (decide(raw).unwrap_or(Encoded::Undecided), raw)
}

fn other(encoding: &'static Encoding) -> Encoded {
    Encoded::Other(Box::new(encoding.new_decoder_without_bom_handling()))
}

/// The encoding in which the block has the fewest faults; `None` while it is plain ASCII.
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
    Some(if gb18030 < utf8 {
        other(GB18030)
    } else {
        Encoded::Utf8
    })
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
