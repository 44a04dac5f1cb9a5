//! Tables of web pages, as many systems export them under the name `.xls`, and workbooks of
//! Excel 2003 in XML. Both are read as a stream of tags, without a tree.

mod text;
mod token;

use crate::{
    block::Block,
    book::{Book, Notice},
    fault::{FaultKind, FileFault, Stop},
    limits,
    rows::{RowReader, Rows},
    shape::{Area, Shape},
    sniff::Dialect,
};
use std::{
    io::{Read, Seek, SeekFrom},
    ops::ControlFlow,
};
use token::{Tag, Token, Tokens};

/// A page with its tables counted.
pub(crate) struct Markup<R> {
    input: R,
    dialect: Dialect,
    names: Vec<String>,
    hidden: Vec<String>,
    /// Of the table that was read last.
    shape: Shape,
}

impl<R: Read + Seek> Markup<R> {
    /// Counts the tables of a page, or the sheets of a workbook in XML.
    ///
    /// # Errors
    /// There is none, or reading failed.
    pub(crate) fn open(mut input: R, dialect: Dialect) -> Result<Self, Stop> {
        input.seek(SeekFrom::Start(0))?;
        let mut tokens = Tokens::new(&mut input);
        let mut names: Vec<String> = Vec::new();
        let mut hidden = Vec::new();
        let mut visibility = false;
        while let Some(token) = tokens.next()? {
            match token {
                Token::Tag(tag) if opens_table(dialect, &tag) => {
                    let number = names.len() + 1;
                    let mut name = String::new();
                    text::write(tag.attribute("Name").unwrap_or_default(), &mut name);
                    if dialect == Dialect::Html || name.is_empty() {
                        name = format!("表格{number}");
                    }
                    names.push(name);
                    if names.len() > limits::PAGE_TABLES {
                        let what = format!("超过{}个表格", limits::PAGE_TABLES);
                        return Err(FaultKind::Bomb.whole().met(&what).into());
                    }
                }
                Token::Tag(tag) if dialect == Dialect::Spreadsheet && tag.is("Visible") => {
                    visibility = !tag.closing;
                }
                Token::Text(text) if visibility && text.ends_with(b"Hidden") => {
                    hidden.extend(names.last().cloned());
                }
                _ => {}
            }
        }
        if names.is_empty() {
            return Err(FaultKind::NotATable.whole().met("没有表格的网页").into());
        }
        Ok(Self {
            input,
            dialect,
            names,
            hidden,
            shape: Shape::default(),
        })
    }
}

fn opens_table(dialect: Dialect, tag: &Tag<'_>) -> bool {
    !tag.closing && tag.is(table_tag(dialect))
}

const fn table_tag(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Html => "table",
        Dialect::Spreadsheet => "Worksheet",
    }
}

impl<R: Read + Seek> Book for Markup<R> {
    fn sheets(&self) -> &[String] {
        &self.names
    }

    fn hidden(&self) -> Vec<String> {
        self.hidden.clone()
    }

    fn notices(&self) -> &[Notice] {
        &[]
    }

    fn shape(&self, _: &str) -> Shape {
        self.shape.clone()
    }

    fn rows<'a>(&'a mut self, name: &'a str) -> Box<dyn RowReader + 'a> {
        let index = self.names.iter().position(|n| n == name);
        Box::new(Table {
            input: &mut self.input,
            shape: &mut self.shape,
            dialect: self.dialect,
            index: index.unwrap_or(usize::MAX),
            name,
        })
    }
}

/// One table as a source of rows.
struct Table<'a, R> {
    input: &'a mut R,
    shape: &'a mut Shape,
    dialect: Dialect,
    index: usize,
    name: &'a str,
}

impl<R: Read + Seek> RowReader for Table<'_, R> {
    fn read(&mut self, each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>) -> Result<(), Stop> {
        self.input.seek(SeekFrom::Start(0))?;
        let mut tokens = Tokens::new(&mut *self.input);
        *self.shape = Shape::default();
        let mut grid = Grid::new(self.dialect, self.shape, each);
        // Tables that are open, the innermost last: one may stand in a cell of another.
        let mut open: Vec<usize> = Vec::new();
        let mut tables = 0;
        let outcome = loop {
            let token = match tokens.next() {
                Ok(Some(token)) => token,
                Ok(None) => break Err(FaultKind::Damaged.whole().met("表格内容不完整").into()),
                Err(stop) => break Err(stop),
            };
            if let Token::Tag(tag) = token
                && tag.is(table_tag(self.dialect))
            {
                if !tag.closing {
                    open.push(tables);
                    tables += 1;
                } else if open.pop() == Some(self.index) {
                    break grid.end_row().map_err(Stop::File).map(|_| ());
                }
                continue;
            }
            if open.last() != Some(&self.index) {
                continue;
            }
            match grid.take(token) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return Ok(()),
                Err(fault) => break Err(Stop::File(fault)),
            }
        };
        match outcome {
            Ok(()) => {
                let _ = grid.block.deliver(grid.each);
                Ok(())
            }
            Err(Stop::File(mut fault)) => {
                if fault.sheet_row == 0 {
                    fault.sheet_row = grid.block.sheet_row;
                }
                grid.block.drop_row();
                let _ = grid.block.deliver(grid.each);
                Err(fault.on(self.name).into())
            }
            Err(stop) => Err(stop),
        }
    }
}

/// The cells of one table as they come in.
struct Grid<'e> {
    shape: &'e mut Shape,
    dialect: Dialect,
    block: Block,
    each: &'e mut dyn FnMut(Rows<'_>) -> ControlFlow<()>,
    /// From 1; 0 before the first row.
    row: u64,
    /// Between the row's beginning and its end.
    row_open: bool,
    /// The next free column, from 0.
    column: usize,
    /// For how many rows each column is taken by a cell of this or an earlier row.
    taken: Vec<u16>,
    cell: Option<Open>,
    raw: Vec<u8>,
    /// Text counts only here, in a workbook in XML.
    data: bool,
    comment: bool,
}

/// A cell that has begun.
struct Open {
    across: usize,
    down: u16,
    /// Its formula, where no value follows.
    formula: Vec<u8>,
}

type Flow = Result<ControlFlow<()>, FileFault>;

impl<'e> Grid<'e> {
    fn new(
        dialect: Dialect,
        shape: &'e mut Shape,
        each: &'e mut dyn FnMut(Rows<'_>) -> ControlFlow<()>,
    ) -> Self {
        Self {
            shape,
            dialect,
            block: Block::default(),
            each,
            row: 0,
            row_open: false,
            column: 0,
            taken: Vec::new(),
            cell: None,
            raw: Vec::new(),
            data: dialect == Dialect::Html,
            comment: false,
        }
    }

    fn take(&mut self, token: Token<'_>) -> Flow {
        match (token, self.dialect) {
            (Token::Text(text), _) => self.text(text),
            (Token::Tag(tag), Dialect::Html) => self.page_tag(&tag),
            (Token::Tag(tag), Dialect::Spreadsheet) => self.workbook_tag(&tag),
        }
    }

    fn text(&mut self, text: &[u8]) -> Flow {
        if self.cell.is_some() && self.data && !self.comment {
            match self.dialect {
                Dialect::Html => text::push_flowing(&mut self.raw, text),
                Dialect::Spreadsheet => self.raw.extend_from_slice(text),
            }
            if self.raw.len() > limits::CELL_BYTES {
                return Err(FaultKind::CellTooLarge
                    .at(self.row, self.column as u32 + 1)
                    .expecting(limits::CELL_BYTES.to_string()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn page_tag(&mut self, tag: &Tag<'_>) -> Flow {
        if tag.is("tr") {
            let flow = self.end_row()?;
            if !tag.closing {
                self.begin_row(None);
            }
            return Ok(flow);
        }
        if tag.is("td") || tag.is("th") {
            let flow = self.end_cell()?;
            if !tag.closing {
                if self.row == 0 {
                    self.begin_row(None);
                }
                self.cell = Some(Open {
                    across: tag.number("colspan").unwrap_or(1).clamp(1, limits::COLUMNS),
                    down: tag.number("rowspan").unwrap_or(1).clamp(1, 65_535) as u16,
                    formula: Vec::new(),
                });
            }
            return Ok(flow);
        }
        if tag.is("br") || tag.closing && (tag.is("p") || tag.is("div")) {
            while self.raw.last() == Some(&b' ') {
                self.raw.pop();
            }
            if !self.raw.is_empty() {
                self.raw.push(b'\n');
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn workbook_tag(&mut self, tag: &Tag<'_>) -> Flow {
        if tag.is("Row") {
            let flow = self.end_row()?;
            if !tag.closing {
                self.begin_row(tag.number("Index"));
                if tag.number("Hidden") == Some(1) {
                    self.shape.hide_row(self.row);
                }
            }
            return Ok(flow);
        }
        if tag.is("Cell") {
            let flow = self.end_cell()?;
            if !tag.closing {
                if let Some(index) = tag.number("Index") {
                    self.column = self.column.max(index.saturating_sub(1));
                }
                self.cell = Some(Open {
                    across: tag.number("MergeAcross").map_or(1, |n| n.saturating_add(1)),
                    down: tag.number("MergeDown").unwrap_or(0).min(65_534) as u16 + 1,
                    formula: tag.attribute("Formula").unwrap_or_default().to_vec(),
                });
                if tag.closed {
                    return self.end_cell();
                }
            }
            return Ok(flow);
        }
        if tag.is("Comment") {
            self.comment = !tag.closing && !tag.closed;
        } else if tag.is("Data") {
            self.data = !tag.closing && !tag.closed;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn begin_row(&mut self, index: Option<usize>) {
        let next = self.row + 1;
        let begun = index.map_or(next, |i| next.max(i as u64));
        // Cells that reach down reach over rows that were left out, too.
        for _ in next..begun.min(next + 65_535) {
            self.release();
        }
        self.row = begun;
        self.row_open = true;
        self.column = 0;
    }

    fn release(&mut self) {
        for rows in &mut self.taken {
            *rows = rows.saturating_sub(1);
        }
    }

    /// Ends the row in hand, where there is one.
    fn end_row(&mut self) -> Flow {
        let flow = self.end_cell()?;
        if std::mem::take(&mut self.row_open) {
            self.release();
        }
        Ok(flow)
    }

    fn end_cell(&mut self) -> Flow {
        let Some(open) = self.cell.take() else {
            return Ok(ControlFlow::Continue(()));
        };
        while self.taken.get(self.column).is_some_and(|rows| *rows > 0) {
            self.column += 1;
        }
        let raw = std::mem::take(&mut self.raw);
        let at = (self.row, self.column);
        let shown = raw.trim_ascii();
        let mut flow = ControlFlow::Continue(());
        if !shown.is_empty() || !open.formula.is_empty() {
            flow = self.block.begin(at, self.each)?;
            if flow.is_continue() {
                self.block.push(at, |out| {
                    // A formula that nobody has worked out is shown as it stands.
                    let value = if shown.is_empty() {
                        &open.formula
                    } else {
                        shown
                    };
                    text::write(value, out);
                })?;
            }
        }
        let end = self.column.saturating_add(open.across).min(limits::COLUMNS);
        if open.down > 1 && !(shown.is_empty() && open.formula.is_empty()) {
            let column = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            self.shape.merge(Area {
                rows: (self.row, self.row + u64::from(open.down) - 1),
                columns: (column(self.column + 1), column(end)),
            });
        }
        self.taken.resize(self.taken.len().max(end), 0);
        let columns = self.taken.get_mut(self.column..end);
        columns.unwrap_or_default().fill(open.down);
        self.column = self.column.saturating_add(open.across);
        self.raw = raw;
        self.raw.clear();
        Ok(flow)
    }
}
