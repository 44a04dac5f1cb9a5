//! The records of a workbook's stream, one after the other (MS-XLS).

use super::compound::{Compound, Stream, number};
use std::io::{self, Read, Seek};

/// Bytes read from the container at a time.
const BUFFER: usize = 64 << 10;
/// A record that goes on in the next.
const CONTINUE: u16 = 0x3C;

/// One record: its kind and its bytes, with the places where pieces were joined.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) kind: u16,
    pub(super) bytes: Vec<u8>,
    /// Where in `bytes` each CONTINUE record begins.
    pub(super) joints: Vec<usize>,
}

impl Record {
    /// A number of `length` bytes at `at`; 0 beyond the end.
    pub(super) fn number(&self, at: usize, length: usize) -> u64 {
        number(&self.bytes, at, length)
    }

    /// An IEEE number at `at`.
    pub(super) fn float(&self, at: usize) -> f64 {
        f64::from_bits(self.number(at, 8))
    }

    /// The bytes from `at` on.
    pub(super) fn from(&self, at: usize) -> &[u8] {
        self.bytes.get(at..).unwrap_or_default()
    }
}

/// Reads records from a place of the stream on.
pub(super) struct Records<'a, R> {
    compound: &'a mut Compound<R>,
    stream: &'a Stream,
    /// Place in the stream of the buffer's first byte.
    base: u64,
    buffer: Vec<u8>,
    at: usize,
    /// Joins CONTINUE records to the one before. Off for sheets: their records stand alone.
    join: bool,
}

impl<'a, R: Read + Seek> Records<'a, R> {
    pub(super) fn new(
        compound: &'a mut Compound<R>,
        stream: &'a Stream,
        from: u64,
        join: bool,
    ) -> Self {
        Self {
            compound,
            stream,
            base: from,
            buffer: Vec::new(),
            at: 0,
            join,
        }
    }

    /// Reads the next record into `record`; `false` at the end or where the stream breaks off.
    pub(super) fn next(&mut self, record: &mut Record) -> io::Result<bool> {
        record.bytes.clear();
        record.joints.clear();
        let Some(kind) = self.piece(record)? else {
            return Ok(false);
        };
        record.kind = kind;
        while self.join && self.peek()? == Some(CONTINUE) {
            record.joints.push(record.bytes.len());
            // Shared texts are bounded by their own limit, counted by whoever reads them.
            if record.bytes.len() as u64 > crate::limits::SHARED_TEXT_BYTES {
                return Ok(false);
            }
            if self.piece(record)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn peek(&mut self) -> io::Result<Option<u16>> {
        let head = self.bytes(2)?;
        let kind = number(head, 0, 2) as u16;
        Ok((head.len() == 2).then_some(kind))
    }

    fn piece(&mut self, record: &mut Record) -> io::Result<Option<u16>> {
        let head = self.bytes(4)?;
        if head.len() < 4 {
            return Ok(None);
        }
        let (kind, length) = (number(head, 0, 2) as u16, number(head, 2, 2) as usize);
        let whole = self.bytes(4 + length)?;
        if whole.len() < 4 + length {
            return Ok(None);
        }
        record
            .bytes
            .extend_from_slice(whole.get(4..).unwrap_or_default());
        self.at += 4 + length;
        Ok(Some(kind))
    }

    /// The next `length` bytes without moving on; fewer at the end.
    fn bytes(&mut self, length: usize) -> io::Result<&[u8]> {
        if self.buffer.len() - self.at < length {
            self.buffer.drain(..self.at);
            self.base += self.at as u64;
            self.at = 0;
            let kept = self.buffer.len();
            self.buffer.resize(kept + BUFFER.max(length), 0);
            let free = self.buffer.get_mut(kept..).unwrap_or_default();
            let read = self
                .compound
                .read_at(self.stream, self.base + kept as u64, free)?;
            self.buffer.truncate(kept + read);
        }
        let end = self.buffer.len().min(self.at + length);
        Ok(self.buffer.get(self.at..end).unwrap_or_default())
    }
}
