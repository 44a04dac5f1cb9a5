//! Cuts a buffer of text into records and cells, in place.
//!
//! The rules are those of the `csv` crate (a test holds the two together): a quotation mark
//! counts only at the start of a cell; doubled inside, it stands for itself. Beyond them: exact
//! line numbers, bounds, and an error where a mark never closes. What other readers forgive is
//! told here: text behind a closing mark, and a cell that has swallowed records (`stray.rs`).

use super::{marks, stray};
use crate::{
    fault::{FaultKind, FileFault},
    limits,
    rows::RowSpan,
};
use memchr::memchr;
use xinheng_checker::Span;

/// The rows found in one buffer.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub(super) cells: Vec<Span>,
    pub(super) rows: Vec<RowSpan>,
    quoted: Vec<u32>,
    marks: Vec<u32>,
    /// Cells of the first record that has enough of them: the header, in all likelihood.
    columns: Option<usize>,
    /// Column from 1 of the record's first quoted cell with text behind its closing mark.
    stray: u32,
    /// The record holds a quoted cell of several lines.
    lines: bool,
}

/// A buffer with the places of its delimiters, line ends and quotation marks.
struct Text<'a> {
    bytes: &'a [u8],
    marks: &'a [u32],
    delimiter: u8,
    /// The buffer's end is the file's.
    last: bool,
}

/// How a record ended.
enum End {
    /// Here begins the next.
    At(usize),
    /// The buffer ends first.
    Cut,
}

/// Faults are boxed: results of the quick path stay small.
type Found<T> = Result<T, Box<FileFault>>;

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
        self.quoted.clear();
        let mut marks = std::mem::take(&mut self.marks);
        marks::find(buffer, delimiter, &mut marks);
        let text = Text {
            bytes: buffer,
            marks: &marks,
            delimiter,
            last,
        };
        let used = self.records(&text, line);
        for index in std::mem::take(&mut self.quoted) {
            unquote(buffer, &mut self.cells, index);
        }
        self.marks = marks;
        used.map_err(|fault| *fault)
    }

    fn records(&mut self, text: &Text<'_>, line: &mut u64) -> Found<usize> {
        let nul = memchr(0, text.bytes).is_some();
        let mut at = 0;
        let mut mark = 0;
        while at < text.bytes.len() {
            let first = self.cells.len();
            let quoted = self.quoted.len();
            let sheet_row = *line;
            let done = self.record(text, at, &mut mark, line);
            let end = match done {
                Ok(End::At(end)) => end,
                Ok(End::Cut) | Err(_) => {
                    self.cells.truncate(first);
                    self.quoted.truncate(quoted);
                    *line = sheet_row;
                    done?;
                    break;
                }
            };
            if nul && let Err(fault) = self.refuse_nul(text.bytes, first, sheet_row) {
                self.cells.truncate(first);
                self.quoted.truncate(quoted);
                return Err(fault);
            }
            if self.lines
                && let Err(fault) = self.refuse_swallowed(text, first, sheet_row)
            {
                self.cells.truncate(first);
                self.quoted.truncate(quoted);
                *line = sheet_row;
                return Err(fault);
            }
            if self.columns.is_none() {
                let cells = self.cells.len() - first;
                self.columns = Some(cells).filter(|cells| *cells >= stray::COLUMNS);
            }
            *line += 1;
            at = end;
            let empty = |s: &Span| s.start == s.end;
            if self.cells.len() == first + 1 && self.cells.last().is_some_and(empty) {
                self.cells.truncate(first);
                continue;
            }
            self.rows.push(RowSpan {
                first: first as u32,
                stray: self.stray,
                sheet_row,
            });
        }
        Ok(at)
    }

    /// Cuts one record. Line breaks inside quoted cells move `line` on.
    fn record(
        &mut self,
        text: &Text<'_>,
        start: usize,
        mark: &mut usize,
        line: &mut u64,
    ) -> Found<End> {
        let first = self.cells.len();
        let begin = *line;
        let mut cell = start;
        self.stray = 0;
        self.lines = false;
        loop {
            if self.cells.len() - first >= limits::COLUMNS {
                return Err(too_many_columns(begin));
            }
            let mut closed = None;
            let above = *line;
            // A mark of quotation counts only at the start of a cell.
            if text.bytes.get(cell) == Some(&b'"') {
                let column = (self.cells.len() - first + 1) as u32;
                self.quoted.push(self.cells.len() as u32);
                match text.closing(mark, line) {
                    Closing::Found(at) => closed = Some(at),
                    Closing::Open if text.last => {
                        let head = head(text.bytes, cell, text.bytes.len());
                        let fault = FaultKind::QuoteUnclosed.at(begin, column);
                        return Err(Box::new(fault.met(&head)));
                    }
                    Closing::Open => return text.cut(start, cell, begin, column),
                }
            }
            let (end, met) = loop {
                match text.marks.get(*mark) {
                    None => break (text.bytes.len(), 0),
                    Some(&at) => {
                        *mark += 1;
                        let byte = text.byte(at as usize);
                        if byte != b'"' {
                            break (at as usize, byte);
                        }
                    }
                }
            };
            let column = (self.cells.len() - first + 1) as u32;
            let open = end == text.bytes.len() || met == b'\r' && end + 1 == text.bytes.len();
            if open && !text.last {
                // More may follow: the rest of the cell, or a line feed.
                return text.cut(start, cell, begin, column);
            }
            if end - cell > limits::CELL_BYTES {
                return Err(cell_too_large(text.bytes, cell, end, begin, column));
            }
            self.cells.push(Span {
                start: cell as u32,
                end: end as u32,
            });
            self.lines |= *line != above;
            if let Some(at) = closed
                && !is_blank(text.bytes.get(at + 1..end).unwrap_or_default())
            {
                if *line != above {
                    return Err(across_rows(text.bytes, cell, end, (above, *line), column));
                }
                // It stays as written: which marks were meant as such, nobody knows.
                self.quoted.pop();
                if self.stray == 0 {
                    self.stray = column;
                }
            }
            if met == text.delimiter && end < text.bytes.len() {
                cell = end + 1;
                continue;
            }
            let mut next = end + 1;
            if met == b'\r' && text.bytes.get(next) == Some(&b'\n') {
                *mark += 1;
                next += 1;
            }
            return Ok(End::At(next.min(text.bytes.len())));
        }
    }

    /// Refuses the file where a cell of the record has swallowed others.
    #[cold]
    fn refuse_swallowed(&self, text: &Text<'_>, first: usize, line: u64) -> Found<()> {
        let Some(columns) = self.columns else {
            return Ok(());
        };
        let cells = self.cells.get(first..).unwrap_or_default();
        let mut line = line;
        for (at, span) in cells.iter().enumerate() {
            let (start, end) = (span.start as usize, span.end as usize);
            let cell = text.bytes.get(start..end).unwrap_or_default();
            let below = line + stray::line_breaks(cell);
            let place = stray::Place {
                column: at + 1,
                cells: cells.len(),
                columns,
            };
            if below > line && stray::swallows(cell, text.delimiter, &place) {
                let column = at as u32 + 1;
                return Err(across_rows(text.bytes, start, end, (line, below), column));
            }
            line = below;
        }
        Ok(())
    }

    fn refuse_nul(&self, buffer: &[u8], first: usize, line: u64) -> Found<()> {
        let cells = self.cells.get(first..).unwrap_or_default();
        let holds = |s: &Span| {
            buffer
                .get(s.start as usize..s.end as usize)
                .is_some_and(|cell| memchr(0, cell).is_some())
        };
        match cells.iter().position(holds) {
            Some(index) => Err(Box::new(FaultKind::NulByte.at(line, index as u32 + 1))),
            None => Ok(()),
        }
    }
}

/// How the search for a closing mark ended.
enum Closing {
    /// Here it stands.
    Found(usize),
    Open,
}

impl Text<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    /// Moves `mark` from the opening mark of quotation past the closing one; doubled ones are
    /// text. Counts the lines between.
    fn closing(&self, mark: &mut usize, line: &mut u64) -> Closing {
        *mark += 1;
        while let Some(&at) = self.marks.get(*mark) {
            *mark += 1;
            let at = at as usize;
            match self.byte(at) {
                b'"' => match self.bytes.get(at + 1) {
                    Some(b'"') => *mark += 1,
                    None if !self.last => return Closing::Open,
                    _ => return Closing::Found(at),
                },
                b'\n' => *line += 1,
                b'\r' if self.bytes.get(at + 1) != Some(&b'\n') => *line += 1,
                _ => {}
            }
        }
        Closing::Open
    }

    /// A record goes on beyond the buffer: wait for more, unless it is beyond all bounds.
    #[cold]
    fn cut(&self, record: usize, cell: usize, line: u64, column: u32) -> Found<End> {
        let length = self.bytes.len();
        if length - cell > limits::CELL_BYTES {
            return Err(cell_too_large(self.bytes, cell, length, line, column));
        }
        if length - record > limits::RECORD_BYTES {
            let fault = FaultKind::RecordTooLarge.at(line, column);
            return Err(Box::new(fault.expecting(limits::RECORD_BYTES.to_string())));
        }
        Ok(End::Cut)
    }
}

#[cold]
fn too_many_columns(line: u64) -> Box<FileFault> {
    let fault = FaultKind::TooManyColumns.at(line, limits::COLUMNS as u32 + 1);
    Box::new(fault.expecting(limits::COLUMNS.to_string()))
}

/// Nothing, as nearly always, or blanks.
fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
}

#[cold]
fn across_rows(
    buffer: &[u8],
    start: usize,
    end: usize,
    (above, below): (u64, u64),
    column: u32,
) -> Box<FileFault> {
    let fault = FaultKind::QuoteAcrossRows.at(above, column);
    let text = head(buffer, start, end);
    let text = text.lines().next().unwrap_or_default();
    Box::new(fault.met(text).saying(below.to_string()))
}

#[cold]
fn cell_too_large(
    buffer: &[u8],
    start: usize,
    end: usize,
    line: u64,
    column: u32,
) -> Box<FileFault> {
    let fault = FaultKind::CellTooLarge.at(line, column);
    let fault = fault.met(&head(buffer, start, end));
    Box::new(fault.expecting(limits::CELL_BYTES.to_string()))
}

/// The first characters of a cell, for showing.
fn head(buffer: &[u8], start: usize, end: usize) -> String {
    let bytes = buffer.get(start..end.min(start + 400)).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

/// Takes the marks off a quoted cell, moving its text to the left; the freed bytes become
/// blanks outside the cell.
fn unquote(buffer: &mut [u8], cells: &mut [Span], index: u32) {
    let Some(span) = cells.get_mut(index as usize) else {
        return;
    };
    let Some(cell) = buffer.get_mut(span.start as usize..span.end as usize) else {
        return;
    };
    let mut to = 0;
    let mut from = 1;
    // Between marks of quotation the text moves as a whole.
    while let Some(length) = cell.get(from..).and_then(|rest| memchr(b'"', rest)) {
        cell.copy_within(from..from + length, to);
        to += length;
        from += length + 1;
        if cell.get(from) != Some(&b'"') {
            // The closing one.
            break;
        }
        if let Some(place) = cell.get_mut(to) {
            *place = b'"';
        }
        to += 1;
        from += 1;
    }
    let tail = cell.len().saturating_sub(from);
    cell.copy_within(cell.len() - tail.., to);
    to += tail;
    cell.get_mut(to..).unwrap_or_default().fill(b' ');
    span.end = span.start + to as u32;
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
