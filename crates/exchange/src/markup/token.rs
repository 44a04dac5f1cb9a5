//! Tags and texts of a page, one after the other, however sloppy it is written.

use crate::{
    csv::Source,
    fault::{FaultKind, Stop},
    limits,
};
use memchr::{memchr, memmem};
use std::io::Read;

/// A piece of the page; its bytes lie in the reader's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A tag.
    Tag(Tag<'a>),
    /// Text between tags, perhaps only a part of it.
    Text(&'a [u8]),
}

/// A tag: what stands between `<` and `>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// `</…>`.
    pub(super) closing: bool,
    /// `<…/>`.
    pub(super) closed: bool,
    name: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Tag<'a> {
    fn new(inside: &'a [u8]) -> Self {
        let (closing, inside) = match inside.strip_prefix(b"/") {
            Some(rest) => (true, rest),
            None => (false, inside),
        };
        let closed = inside.ends_with(b"/");
        let end = inside
            .iter()
            .position(|b| b.is_ascii_whitespace() || *b == b'/');
        let (name, rest) = inside.split_at(end.unwrap_or(inside.len()));
        let local = name.rsplit(|b| *b == b':').next().unwrap_or(name);
        Self {
            closing,
            closed,
            name: local,
            rest,
        }
    }

    /// Whether it has this name, without its prefix.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value of an attribute, without its prefix.
    pub(super) fn attribute(&self, wanted: &str) -> Option<&'a [u8]> {
        let mut rest = self.rest;
        loop {
            let start = rest
                .iter()
                .position(|b| !b.is_ascii_whitespace() && *b != b'/')?;
            rest = rest.get(start..)?;
            let end = rest
                .iter()
                .position(|b| b.is_ascii_whitespace() || *b == b'=');
            let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
            let after = after.trim_ascii_start();
            let (value, after) = match after.strip_prefix(b"=") {
                None => (&b""[..], after),
                Some(after) => value(after.trim_ascii_start()),
            };
            let local = name.rsplit(|b| *b == b':').next().unwrap_or(name);
            if local.eq_ignore_ascii_case(wanted.as_bytes()) {
                return Some(value);
            }
            // Every round takes at least one byte.
            rest = if name.is_empty() {
                after.get(1..)?
            } else {
                after
            };
        }
    }

    /// The number in an attribute.
    pub(super) fn number(&self, attribute: &str) -> Option<usize> {
        let value = std::str::from_utf8(self.attribute(attribute)?).ok()?;
        value.trim().parse().ok()
    }
}

fn value(text: &[u8]) -> (&[u8], &[u8]) {
    match text.first() {
        Some(&quote @ (b'"' | b'\'')) => {
            let inside = text.get(1..).unwrap_or_default();
            let end = memchr(quote, inside).unwrap_or(inside.len());
            let (value, rest) = inside.split_at(end);
            (value, rest.get(1..).unwrap_or_default())
        }
        _ => {
            let end = text.iter().position(u8::is_ascii_whitespace);
            text.split_at(end.unwrap_or(text.len()))
        }
    }
}

/// Reads tokens from a file of any encoding.
pub(super) struct Tokens<R> {
    source: Source<R>,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
    /// Inside an element whose text is no text: its closing tag.
    within: Option<&'static [u8]>,
}

/// Elements whose text is no text.
const SILENT: [(&str, &[u8]); 3] = [
    ("script", b"</script"),
    ("style", b"</style"),
    ("title", b"</title"),
];

impl<R: Read> Tokens<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            source: Source::new(input),
            buffer: Vec::new(),
            at: 0,
            ended: false,
            within: None,
        }
    }

    /// The next token; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Token<'_>>, Stop> {
        loop {
            if let Some(end) = self.within {
                if !self.pass(end, 0)? {
                    return Ok(None);
                }
                self.within = None;
            }
            let Some(first) = self.byte(0)? else {
                return Ok(None);
            };
            if first != b'<' {
                let rest = self.buffer.get(self.at..).unwrap_or_default();
                let end = self.at + memchr(b'<', rest).unwrap_or(rest.len());
                let start = std::mem::replace(&mut self.at, end);
                return Ok(self.buffer.get(start..end).map(Token::Text));
            }
            match self.byte(1)? {
                Some(b'!') if self.begins(b"<!--")? => {
                    self.at += 4;
                    if !self.pass(b"-->", 3)? {
                        return Ok(None);
                    }
                }
                Some(b'!' | b'?') => {
                    if !self.pass(b">", 1)? {
                        return Ok(None);
                    }
                }
                Some(b'/' | b'a'..=b'z' | b'A'..=b'Z') => {
                    let Some(end) = self.tag_end()? else {
                        return Ok(None);
                    };
                    let start = std::mem::replace(&mut self.at, end + 1) + 1;
                    let tag = Tag::new(self.buffer.get(start..end).unwrap_or_default());
                    let silent = SILENT.iter().find(|(name, _)| tag.is(name));
                    if let Some((_, end)) = silent.filter(|_| !tag.closing && !tag.closed) {
                        self.within = Some(end);
                        continue;
                    }
                    let tag = Tag::new(self.buffer.get(start..end).unwrap_or_default());
                    return Ok(Some(Token::Tag(tag)));
                }
                // A sign that is less than something.
                _ => {
                    self.at += 1;
                    return Ok(Some(Token::Text(b"<")));
                }
            }
        }
    }

    /// The byte so many behind the place in hand.
    fn byte(&mut self, behind: usize) -> Result<Option<u8>, Stop> {
        while self.buffer.len() <= self.at + behind {
            if !self.more()? {
                return Ok(None);
            }
        }
        Ok(self.buffer.get(self.at + behind).copied())
    }

    fn begins(&mut self, with: &[u8]) -> Result<bool, Stop> {
        self.byte(with.len() - 1)?;
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        Ok(rest.starts_with(with))
    }

    /// Reads on; `false` at the end. What was read is let go.
    fn more(&mut self) -> Result<bool, Stop> {
        if self.ended {
            return Ok(false);
        }
        self.buffer.drain(..self.at);
        self.at = 0;
        self.ended = !self.source.fill(&mut self.buffer)?;
        Ok(true)
    }

    /// Moves to `end`, and `beyond` bytes more; `false` where the file ends before.
    fn pass(&mut self, end: &[u8], beyond: usize) -> Result<bool, Stop> {
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let found = if end.is_ascii() && end.len() > 3 {
                find_ignoring_case(rest, end)
            } else {
                memmem::find(rest, end)
            };
            if let Some(found) = found {
                self.at += found + beyond;
                return Ok(true);
            }
            // A part of it may stand at the buffer's end.
            self.at += rest.len().saturating_sub(end.len());
            if !self.more()? {
                return Ok(false);
            }
        }
    }

    /// Place of the `>` that ends the tag in hand; quoted values may hold others.
    fn tag_end(&mut self) -> Result<Option<usize>, Stop> {
        let mut length = 1;
        let mut quote = None;
        loop {
            let Some(byte) = self.byte(length)? else {
                return Ok(None);
            };
            match (quote, byte) {
                (None, b'>') => return Ok(Some(self.at + length)),
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(q), b) if q == b => quote = None,
                _ => {}
            }
            length += 1;
            if length > limits::MARKUP_BYTES {
                let fault = FaultKind::CellTooLarge.whole();
                return Err(fault.expecting(limits::MARKUP_BYTES.to_string()).into());
            }
        }
    }
}

fn find_ignoring_case(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr(b'<', text.get(from..)?)?;
        let here = text.get(at..at + wanted.len())?;
        if here.eq_ignore_ascii_case(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}
