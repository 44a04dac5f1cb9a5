//! The normalised values of the row in hand, in buffers that are used again for the next.

use super::{condition::Indexed, format::Format, row::Span, spelling::Spelling};
use jiff::civil::Date;
use xinheng_domain::condition::VALUE_SEPARATOR;

/// Where the normalised value of a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Norm {
    /// The cell is empty or the column missing.
    #[default]
    Empty,
    /// In the row's own text.
    Raw(Span),
    /// Written anew.
    Written(Span),
    /// The title of this entry of the field's code list.
    Title(u32),
}

/// Values by field index.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) norm: Vec<Norm>,
    pub(super) dates: Vec<Option<Date>>,
    /// Amounts in fen.
    pub(super) fens: Vec<Option<i64>>,
    /// The cell has a finding that refuses the row: no rule speaks of it again.
    pub(super) bad: Vec<bool>,
    pub(super) written: String,
    /// Cells that were read although they are spelt otherwise than the standard has it.
    pub(super) noted: Vec<(usize, Spelling)>,
}

impl State {
    pub(super) fn new(fields: usize) -> Self {
        Self {
            norm: vec![Norm::Empty; fields],
            dates: vec![None; fields],
            fens: vec![None; fields],
            bad: vec![false; fields],
            written: String::new(),
            noted: Vec::new(),
        }
    }

    pub(super) fn clear(&mut self) {
        self.norm.fill(Norm::Empty);
        self.dates.fill(None);
        self.fens.fill(None);
        self.bad.fill(false);
        self.written.clear();
        self.noted.clear();
    }

    pub(super) fn set(&mut self, field: usize, norm: Norm) {
        if let Some(place) = self.norm.get_mut(field) {
            *place = norm;
        }
    }

    pub(super) fn set_bad(&mut self, field: usize) {
        if let Some(place) = self.bad.get_mut(field) {
            *place = true;
        }
    }

    pub(super) fn is_bad(&self, field: usize) -> bool {
        self.bad.get(field).copied().unwrap_or_default()
    }

    pub(super) fn filled(&self, field: usize) -> bool {
        self.norm.get(field).is_some_and(|n| *n != Norm::Empty)
    }

    /// Writes a value with `write` and makes it the field's.
    pub(super) fn write(&mut self, field: usize, write: impl FnOnce(&mut String)) {
        let start = self.written.len() as u32;
        write(&mut self.written);
        let end = self.written.len() as u32;
        self.set(field, Norm::Written(Span { start, end }));
    }

    /// Notes how the field's cell is spelt, to be said once for the column.
    pub(super) fn note(&mut self, field: usize, spelling: Spelling) {
        self.noted.push((field, spelling));
    }

    pub(super) fn set_date(&mut self, field: usize, date: Date) {
        if let Some(place) = self.dates.get_mut(field) {
            *place = Some(date);
        }
    }

    pub(super) fn set_fen(&mut self, field: usize, fen: i64) {
        if let Some(place) = self.fens.get_mut(field) {
            *place = Some(fen);
        }
    }
}

/// The values with the texts they lie in.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) format: &'a Format,
    pub(super) state: &'a State,
    pub(super) text: &'a str,
}

impl<'a> View<'a> {
    pub(super) fn get(&self, field: usize) -> Option<&'a str> {
        let slice = |text: &'a str, span: Span| text.get(span.start as usize..span.end as usize);
        match *self.state.norm.get(field)? {
            Norm::Empty => None,
            Norm::Raw(span) => slice(self.text, span),
            Norm::Written(span) => slice(&self.state.written, span),
            Norm::Title(entry) => {
                let list = self.format.plan(field)?.list.as_ref()?;
                Some(list.title(entry))
            }
        }
    }
}

impl Indexed for View<'_> {
    fn text(&self, field: usize) -> Option<&str> {
        self.get(field)
    }

    fn date(&self, field: usize) -> Option<Date> {
        self.state.dates.get(field).copied().flatten()
    }

    fn fen(&self, field: usize) -> Option<i64> {
        self.state.fens.get(field).copied().flatten()
    }
}

/// Parts of a cell with several values: parted by `、` `,` `，` `;` `；` or blanks.
pub(super) fn several(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| {
        matches!(c, VALUE_SEPARATOR | ',' | '，' | ';' | '；') || c.is_whitespace()
    })
    .filter(|part| !part.is_empty())
}

/// `YYYY-MM-DD`.
pub(super) fn push_date(out: &mut String, date: Date) {
    let year = date.year().unsigned_abs();
    for digit in [year / 1000, year / 100 % 10, year / 10 % 10, year % 10] {
        out.push(char::from(b'0' + digit as u8));
    }
    for part in [date.month(), date.day()] {
        let part = part.unsigned_abs();
        out.push('-');
        out.push(char::from(b'0' + part / 10));
        out.push(char::from(b'0' + part % 10));
    }
}

/// Decimal yuan with two places.
pub(super) fn push_yuan(out: &mut String, fen: i64) {
    use std::fmt::Write as _;
    let fen = fen.unsigned_abs();
    // Writing to a string cannot fail.
    let _ = write!(out, "{}.{:02}", fen / 100, fen % 100);
}
