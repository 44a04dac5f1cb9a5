//! Looks for the header among the first rows: titles may stand above it, and it may have two
//! lines.

use crate::limits;
use xinheng_checker::{Checker, HeaderRow, Row};

/// A search under way.
#[derive(Default)]
pub(crate) struct Search {
    above: Vec<Above>,
    previous: Option<HeaderRow>,
    /// A header whose next row may be its second line.
    candidate: Option<HeaderRow>,
    /// The row most like a header so far, and how many fields it names.
    nearest: Option<(HeaderRow, usize)>,
    seen: usize,
}

/// A row above the header.
pub(crate) struct Above {
    pub(crate) sheet_row: u64,
    pub(crate) text: String,
    filled: usize,
}

/// What was found.
pub(crate) struct Header {
    pub(crate) row: HeaderRow,
    /// Line of a header's first line, where it has two.
    pub(crate) first_line: Option<u64>,
    pub(crate) above: Vec<Above>,
}

/// How a search goes on.
pub(crate) enum Step {
    /// With the next row.
    More,
    /// It is over. The row in hand is the first record, unless `used`.
    Found { header: Box<Header>, used: bool },
    /// There is none among the rows we look at.
    Nowhere,
}

impl Search {
    /// Looks at the next row that is not blank.
    pub(crate) fn step(&mut self, checker: &Checker, row: &Row<'_>) -> Step {
        if let Some(first) = self.candidate.take() {
            let joined = checker.join_headers(&first.row(), row);
            let used = joined.is_some();
            let first_line = used.then(|| first.row().sheet_row());
            let header = self.header(joined.unwrap_or(first), first_line);
            return Step::Found { header, used };
        }
        let previous = self.previous.take();
        let joined = previous
            .as_ref()
            .and_then(|first| checker.join_headers(&first.row(), row));
        if let (Some(joined), Some(first)) = (joined, &previous) {
            let first_line = Some(first.row().sheet_row());
            let header = self.header(joined, first_line);
            return Step::Found { header, used: true };
        }
        self.above
            .extend(previous.as_ref().map(|p| Above::of(&p.row())));
        if checker.is_header(row) {
            self.candidate = Some(row.into());
            return Step::More;
        }
        let hits = checker.header_hits(row);
        if self.nearest.as_ref().is_none_or(|(_, most)| hits > *most) {
            self.nearest = Some((row.into(), hits));
        }
        self.seen += 1;
        if self.seen >= limits::HEADER_WITHIN {
            return Step::Nowhere;
        }
        self.previous = Some(row.into());
        Step::More
    }

    /// The header that was still waiting for a second line when the rows ended.
    pub(crate) fn end(&mut self) -> Option<Box<Header>> {
        let row = self.candidate.take()?;
        Some(self.header(row, None))
    }

    /// The row most like a header, to be named where none was found.
    pub(crate) fn nearest(&self) -> Option<&HeaderRow> {
        self.nearest.as_ref().map(|(row, _)| row)
    }

    fn header(&mut self, row: HeaderRow, first_line: Option<u64>) -> Box<Header> {
        Box::new(Header {
            row,
            first_line,
            above: std::mem::take(&mut self.above),
        })
    }
}

impl Header {
    /// Whether a row above has so many cells that it may be a record: nobody drops those.
    pub(crate) fn records_above(&self) -> bool {
        let width = self
            .row
            .row()
            .iter()
            .filter(|c| !c.trim().is_empty())
            .count();
        let is_record = |above: &Above| above.filled >= 3 && above.filled * 2 >= width;
        self.above.iter().any(is_record)
    }

    /// The rows above in one line: `第1、2行`, and what stands in them.
    pub(crate) fn above_shown(&self) -> (String, String) {
        let numbers: Vec<String> = self.above.iter().map(|a| a.sheet_row.to_string()).collect();
        let texts: Vec<&str> = self.above.iter().map(|a| a.text.as_str()).collect();
        let text: String = texts.join("／").chars().take(200).collect();
        (numbers.join("、"), text)
    }
}

impl Above {
    fn of(row: &Row<'_>) -> Self {
        let cells = row.iter().map(str::trim).filter(|c| !c.is_empty());
        let cells: Vec<&str> = cells.collect();
        let text: String = cells.join(" ").chars().take(100).collect();
        Self {
            sheet_row: row.sheet_row(),
            text,
            filled: cells.len(),
        }
    }
}
