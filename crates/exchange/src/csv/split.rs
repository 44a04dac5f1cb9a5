//! Cuts a buffer of text into records and cells, in place.
//!
//! The rules are those of the `csv` crate (a test holds the two together): a quotation mark
//! counts only at the start of a cell; doubled inside, it stands for itself; what follows the
//! closing mark belongs to the cell. Beyond them: exact line numbers, bounds, and an error
//! where a mark never closes.

use crate::{
    fault::{FaultKind, FileFault},
    limits,
    rows::RowSpan,
};
use memchr::{memchr, memchr_iter, memchr3};
use xinheng_domain::check::Span;

/// The rows found in one buffer.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub(super) cells: Vec<Span>,
    pub(super) rows: Vec<RowSpan>,
    quoted: Vec<u32>,
}

/// How a record ended.
enum End {
    /// At this index begins the next.
    At(usize),
    /// The buffer ends first.
    Cut,
}

impl Split {
    /// Cuts every whole record off `buffer` and gives the number of bytes used. `line` is the
    /// line on which the buffer begins and moves on. With `last`, the buffer's end ends a
    /// record too.
    ///
    /// # Errors
    /// A record breaks a bound; the rows before it are in `self`.
    pub(super) fn run(
        &mut self,
        buffer: &mut [u8],
        delimiter: u8,
        line: &mut u64,
        last: bool,
    ) -> Result<usize, FileFault> {
        self.cells.clear();
        self.rows.clear();
        let nul = memchr(0, buffer).is_some();
        let mut at = 0;
        while at < buffer.len() {
            let first = self.cells.len();
            self.quoted.clear();
            let end = match self.record(buffer, at, delimiter, *line, last)? {
                End::At(end) => end,
                End::Cut => {
                    self.cells.truncate(first);
                    break;
                }
            };
            if nul {
                self.refuse_nul(buffer, first, *line)?;
            }
            let sheet_row = *line;
            *line += 1;
            for index in std::mem::take(&mut self.quoted) {
                *line += unquote(buffer, &mut self.cells, index);
            }
            at = end;
            let empty = |s: &Span| s.start == s.end;
            if self.cells.len() == first + 1 && self.cells.last().is_some_and(empty) {
                self.cells.truncate(first);
                continue;
            }
            self.rows.push(RowSpan {
                first: first as u32,
                sheet_row,
            });
        }
        Ok(at)
    }

    fn record(
        &mut self,
        buffer: &[u8],
        mut at: usize,
        delimiter: u8,
        line: u64,
        last: bool,
    ) -> Result<End, FileFault> {
        let start = at;
        let first = self.cells.len();
        loop {
            let cell = at;
            let column = (self.cells.len() - first + 1) as u32;
            if column as usize > limits::COLUMNS {
                return Err(FaultKind::TooManyColumns
                    .at(line, column)
                    .expecting(limits::COLUMNS.to_string()));
            }
            if buffer.get(at) == Some(&b'"') {
                self.quoted.push(self.cells.len() as u32);
                match closing_mark(buffer, at + 1, last) {
                    Some(after) => at = after,
                    None if last => {
                        return Err(FaultKind::QuoteUnclosed.at(line, column).met(&head(
                            buffer,
                            cell,
                            buffer.len(),
                        )));
                    }
                    None => return cut(buffer, start, cell, line, column),
                }
            }
            let rest = buffer.get(at..).unwrap_or_default();
            let Some(length) = memchr3(delimiter, b'\n', b'\r', rest) else {
                if !last {
                    return cut(buffer, start, cell, line, column);
                }
                self.push(buffer, cell, buffer.len(), line, column)?;
                return Ok(End::At(buffer.len()));
            };
            let end = at + length;
            let met = buffer.get(end).copied();
            if met == Some(b'\r') && end + 1 == buffer.len() && !last {
                // A line feed may follow.
                return cut(buffer, start, cell, line, column);
            }
            self.push(buffer, cell, end, line, column)?;
            at = end + 1;
            if met == Some(delimiter) {
                continue;
            }
            if met == Some(b'\r') && buffer.get(at) == Some(&b'\n') {
                at += 1;
            }
            return Ok(End::At(at));
        }
    }

    fn push(
        &mut self,
        buffer: &[u8],
        start: usize,
        end: usize,
        line: u64,
        column: u32,
    ) -> Result<(), FileFault> {
        if end - start > limits::CELL_BYTES {
            return Err(cell_too_large(buffer, start, end, line, column));
        }
        self.cells.push(Span {
            start: start as u32,
            end: end as u32,
        });
        Ok(())
    }

    fn refuse_nul(&self, buffer: &[u8], first: usize, line: u64) -> Result<(), FileFault> {
        let cells = self.cells.get(first..).unwrap_or_default();
        let holds = |s: &Span| {
            buffer
                .get(s.start as usize..s.end as usize)
                .is_some_and(|cell| memchr(0, cell).is_some())
        };
        match cells.iter().position(holds) {
            Some(index) => Err(FaultKind::NulByte.at(line, index as u32 + 1)),
            None => Ok(()),
        }
    }
}

/// A record goes on beyond the buffer: wait for more, unless it is beyond all bounds.
fn cut(
    buffer: &[u8],
    record: usize,
    cell: usize,
    line: u64,
    column: u32,
) -> Result<End, FileFault> {
    if buffer.len() - cell > limits::CELL_BYTES {
        return Err(cell_too_large(buffer, cell, buffer.len(), line, column));
    }
    if buffer.len() - record > limits::RECORD_BYTES {
        return Err(FaultKind::RecordTooLarge
            .at(line, column)
            .expecting(limits::RECORD_BYTES.to_string()));
    }
    Ok(End::Cut)
}

fn cell_too_large(buffer: &[u8], start: usize, end: usize, line: u64, column: u32) -> FileFault {
    FaultKind::CellTooLarge
        .at(line, column)
        .met(&head(buffer, start, end))
        .expecting(limits::CELL_BYTES.to_string())
}

/// The first characters of a cell, for showing.
fn head(buffer: &[u8], start: usize, end: usize) -> String {
    let bytes = buffer.get(start..end.min(start + 400)).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

/// Index after the mark that closes a quoted cell; `None` where the buffer ends first.
fn closing_mark(buffer: &[u8], mut at: usize, last: bool) -> Option<usize> {
    loop {
        at += memchr(b'"', buffer.get(at..)?)? + 1;
        match buffer.get(at) {
            Some(b'"') => at += 1,
            None if !last => return None,
            _ => return Some(at),
        }
    }
}

/// Takes the marks off a quoted cell, moving its text to the left; the freed bytes become
/// blanks outside the cell. Gives the number of line breaks inside.
fn unquote(buffer: &mut [u8], cells: &mut [Span], index: u32) -> u64 {
    let Some(span) = cells.get_mut(index as usize) else {
        return 0;
    };
    let Some(cell) = buffer.get_mut(span.start as usize..span.end as usize) else {
        return 0;
    };
    let breaks = line_breaks(cell);
    let mut inside = true;
    let mut to = 0;
    let mut from = 1;
    while from < cell.len() {
        let Some(&byte) = cell.get(from) else { break };
        from += 1;
        if inside && byte == b'"' {
            if cell.get(from) == Some(&b'"') {
                from += 1;
            } else {
                inside = false;
                continue;
            }
        }
        if let Some(place) = cell.get_mut(to) {
            *place = byte;
        }
        to += 1;
    }
    cell.get_mut(to..).unwrap_or_default().fill(b' ');
    span.end = span.start + to as u32;
    breaks
}

/// Line breaks of any kind: `\n`, `\r\n`, and a lone `\r`.
fn line_breaks(cell: &[u8]) -> u64 {
    let feeds = memchr_iter(b'\n', cell).count();
    let lone = memchr_iter(b'\r', cell)
        .filter(|&i| cell.get(i + 1) != Some(&b'\n'))
        .count();
    (feeds + lone) as u64
}
