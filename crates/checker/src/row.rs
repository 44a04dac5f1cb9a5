//! A row as a reader hands it over: slices of one block of text, nothing copied.

/// Where a cell lies in its block's text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// The cells of one data record.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    text: &'a str,
    cells: &'a [Span],
    stray: u32,
    sheet_row: u64,
}

impl<'a> Row<'a> {
    /// A row over `text`; `sheet_row` is the line or spreadsheet row from 1.
    #[must_use]
    pub const fn new(text: &'a str, cells: &'a [Span], sheet_row: u64) -> Self {
        Self {
            text,
            cells,
            stray: 0,
            sheet_row,
        }
    }

    /// The row with the column (from 1) of a quoted cell that has text behind its closing mark;
    /// 0 for none.
    #[must_use]
    pub const fn with_stray(self, stray: u32) -> Self {
        Self { stray, ..self }
    }

    /// Column from 1 of the first cell with text behind its closing mark; 0 for none.
    #[must_use]
    pub const fn stray(&self) -> u32 {
        self.stray
    }

    /// The raw text of the cell at `index` (from 0); empty where the row is shorter.
    #[must_use]
    pub fn cell(&self, index: usize) -> &'a str {
        self.cells
            .get(index)
            .and_then(|s| self.text.get(s.start as usize..s.end as usize))
            .unwrap_or_default()
    }

    /// Whether the cell at `index` has no character, or is not there.
    pub(super) fn is_empty_at(&self, index: usize) -> bool {
        self.cells.get(index).is_none_or(|s| s.start == s.end)
    }

    /// Where the cell at `index` begins in [`text`](Self::text).
    pub(super) fn start(&self, index: usize) -> u32 {
        self.cells.get(index).map_or(0, |s| s.start)
    }

    /// The text the cells lie in.
    pub(super) const fn text(&self) -> &'a str {
        self.text
    }

    /// The text from the first filled cell to the last; delimiters may be between.
    pub(super) fn whole(&self) -> &'a str {
        let mut filled = self.cells.iter().filter(|s| s.start < s.end);
        let Some(first) = filled.next() else {
            return "";
        };
        let last = filled.next_back().unwrap_or(first);
        let (start, end) = (first.start as usize, last.end as usize);
        self.text.get(start..end).unwrap_or(self.text)
    }

    /// Number of cells.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is no cell at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Line of the file or row of the sheet, from 1.
    #[must_use]
    pub const fn sheet_row(&self) -> u64 {
        self.sheet_row
    }

    /// The cells' raw texts.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let row = *self;
        (0..self.cells.len()).map(move |i| row.cell(i))
    }

    /// Whether every cell is empty or blank.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.iter().all(|cell| cell.trim().is_empty())
    }
}

/// A header kept beyond its block: one line of a file, or two that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderRow {
    text: String,
    cells: Vec<Span>,
    sheet_row: u64,
}

impl HeaderRow {
    /// A header of these cells, on this line.
    #[must_use]
    pub fn new<'t>(cells: impl IntoIterator<Item = &'t str>, sheet_row: u64) -> Self {
        let mut text = String::new();
        let mut spans = Vec::new();
        for cell in cells {
            let start = text.len() as u32;
            text.push_str(cell);
            spans.push(Span {
                start,
                end: text.len() as u32,
            });
        }
        Self {
            text,
            cells: spans,
            sheet_row,
        }
    }

    /// The cells as a row.
    #[must_use]
    pub fn row(&self) -> Row<'_> {
        Row::new(&self.text, &self.cells, self.sheet_row)
    }
}

impl From<&Row<'_>> for HeaderRow {
    fn from(row: &Row<'_>) -> Self {
        Self::new(row.iter(), row.sheet_row())
    }
}
