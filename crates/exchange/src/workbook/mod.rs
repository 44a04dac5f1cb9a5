//! Workbooks: `.xlsx` and `.xlsm` through `calamine`, cell by cell.

pub(crate) mod cell;
pub(crate) mod format;
mod guard;
mod parts;

use crate::{
    block::Block,
    book::{Book, Notice},
    fault::{FaultKind, FileFault, Stop},
    limits,
    rows::{RowReader, Rows},
    shape::Shape,
};
use calamine::{Cell, DataRef, Reader as _, Style, Xlsx, XlsxCellFormula, XlsxError};
use format::NumberFormat;
use std::{
    io::{Read, Seek, SeekFrom},
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// An open workbook.
pub struct Workbook<R: Read + Seek> {
    xlsx: Xlsx<R>,
    sheets: Vec<String>,
    notices: Vec<Notice>,
    /// What each sheet hides and merges, in their order.
    shapes: Vec<Shape>,
    /// Some cell holds a formula: each is looked at for one without a value.
    formulas: bool,
}

impl<R: Read + Seek> Workbook<R> {
    /// Inspects and opens a workbook.
    ///
    /// # Errors
    /// Not an `.xlsx` workbook, a damaged one, or one made to harm.
    pub fn open(mut input: R) -> Result<Self, Stop> {
        let seen = guard::inspect(&mut input)?;
        input.seek(SeekFrom::Start(0))?;
        let xlsx = guarded(|| Xlsx::new(input), "工作簿结构有误")?;
        let sheets = xlsx.sheet_names();
        if sheets.len() > limits::SHEETS {
            let what = format!("{}个工作表", sheets.len());
            return Err(FaultKind::Bomb.whole().met(&what).into());
        }
        Ok(Self {
            xlsx,
            sheets,
            notices: seen.notices,
            shapes: seen.shapes,
            formulas: seen.formulas,
        })
    }

    /// Rows of a sheet.
    pub const fn sheet<'a>(&'a mut self, name: &'a str) -> Sheet<'a, R> {
        Sheet {
            workbook: self,
            name,
        }
    }
}

impl<R: Read + Seek> Book for Workbook<R> {
    fn sheets(&self) -> &[String] {
        &self.sheets
    }

    fn hidden(&self) -> Vec<String> {
        let sheets = self.xlsx.sheets_metadata().iter();
        let hidden = sheets.filter(|s| s.visible != calamine::SheetVisible::Visible);
        hidden.map(|s| s.name.clone()).collect()
    }

    fn notices(&self) -> &[Notice] {
        &self.notices
    }

    fn shape(&self, name: &str) -> Shape {
        let place = self.sheets.iter().position(|s| s == name);
        // Where a sheet is left out by the library, nobody knows whose shape it is.
        let known = self.sheets.len() == self.shapes.len();
        let shape = place.filter(|_| known).and_then(|i| self.shapes.get(i));
        shape.cloned().unwrap_or_default()
    }

    fn rows<'a>(&'a mut self, name: &'a str) -> Box<dyn RowReader + 'a> {
        Box::new(self.sheet(name))
    }
}

/// One sheet as a source of rows.
pub struct Sheet<'a, R: Read + Seek> {
    workbook: &'a mut Workbook<R>,
    name: &'a str,
}

impl<R: Read + Seek> RowReader for Sheet<'_, R> {
    fn read(&mut self, each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>) -> Result<(), Stop> {
        let name = self.name;
        let formulas = self.workbook.formulas;
        let xlsx = &mut self.workbook.xlsx;
        let mut styles = if formulas {
            Styles::collect(xlsx, name)
        } else {
            Styles::default()
        };
        let mut cells = match guarded(|| xlsx.worksheet_cells_reader(name), "工作表无法打开")
        {
            Ok(cells) => cells,
            // A chart has no rows.
            Err(NotRead::NoRows) => return Ok(()),
            Err(NotRead::Fault(fault)) => return Err(fault.on(name).into()),
        };
        let mut block = Block::default();
        let formats = formats(cells.styles());
        let telling = formats.iter().any(Option::is_some);
        loop {
            let mut style = None;
            let next = guarded(
                || {
                    if formulas {
                        Ok(cells.next_cell_with_formula()?.map(Held::with))
                    } else if telling {
                        let next = cells.next_cell_with_style_id()?;
                        Ok(next.map(|(cell, id)| {
                            style = Some(id);
                            Held::Value(cell)
                        }))
                    } else {
                        Ok(cells.next_cell()?.map(Held::Value))
                    }
                },
                "工作表内容不完整",
            );
            let next = match next {
                Ok(next) => next,
                Err(NotRead::NoRows) => None,
                Err(NotRead::Fault(mut fault)) => {
                    fault.sheet_row = block.sheet_row;
                    let _ = block.deliver(each);
                    return Err(fault.on(name).into());
                }
            };
            let Some(held) = next else { break };
            let (row, column) = held.position();
            if held.is_empty() {
                continue;
            }
            let at = (u64::from(row) + 1, column as usize);
            let flow = match block.begin(at, each) {
                Ok(flow) => flow,
                Err(fault) => {
                    let _ = block.deliver(each);
                    return Err(fault.on(name).into());
                }
            };
            if flow.is_break() {
                return Ok(());
            }
            let style = style.or_else(|| styles.at((row, column)));
            let format = style.and_then(|id| formats.get(id)?.as_ref());
            if let Err(fault) = block.push(at, |text| held.write(text, format)) {
                block.drop_row();
                let _ = block.deliver(each);
                return Err(fault.on(name).into());
            }
        }
        let _ = block.deliver(each);
        Ok(())
    }
}

/// The formats of the styles; `None` where the number says it all.
fn formats(styles: &[Style]) -> Vec<Option<NumberFormat>> {
    let format = |style: &Style| {
        let format = style.number_format.as_ref()?;
        match format.format_id {
            // Money in the computer's own currency.
            Some(5..=8) => NumberFormat::of("\"¥\"#,##0.00"),
            Some(id) if id < OWN_FORMATS => NumberFormat::of(&format.format_code.replace('$', "¥")),
            _ => NumberFormat::of(&format.format_code),
        }
    };
    styles.iter().map(format).collect()
}

/// Formats of a workbook's own are numbered from here; those before depend on the computer.
const OWN_FORMATS: u32 = 164;

/// Styles that tell, of cells of a sheet in its order, read beforehand: the library gives a
/// cell's formula or its style, not both.
#[derive(Default)]
struct Styles {
    cells: Vec<((u32, u32), usize)>,
    next: usize,
}

impl Styles {
    fn collect<R: Read + Seek>(xlsx: &mut Xlsx<R>, name: &str) -> Self {
        let read = guarded(
            || {
                let mut found = Vec::new();
                let mut cells = xlsx.worksheet_cells_reader(name)?;
                let formats = formats(cells.styles());
                if formats.iter().any(Option::is_some) {
                    while let Some((row, column, style)) = cells.next_style_id()? {
                        if formats.get(style).is_some_and(Option::is_some) {
                            found.push(((row, column), style));
                        }
                    }
                }
                Ok(found)
            },
            "工作表内容不完整",
        );
        // What is wrong is told where the cells themselves are read, with its place.
        Self {
            cells: read.unwrap_or_default(),
            next: 0,
        }
    }

    /// The style of a cell; asked for in the sheet's order.
    fn at(&mut self, place: (u32, u32)) -> Option<usize> {
        while let Some((at, style)) = self.cells.get(self.next)
            && *at <= place
        {
            self.next += 1;
            if *at == place {
                return Some(*style);
            }
        }
        None
    }
}

/// What a cell holds.
enum Held<'a> {
    Value(Cell<DataRef<'a>>),
    /// A formula that nobody has worked out yet: programs that write workbooks leave the value
    /// to the spreadsheet. It is shown as it stands, and the checker refuses it.
    Formula((u32, u32), String),
}

impl<'a> Held<'a> {
    fn with(cell: XlsxCellFormula<'a>) -> Self {
        let empty = match &cell.value {
            DataRef::Empty => true,
            DataRef::String(s) => s.is_empty(),
            _ => false,
        };
        match cell.formula {
            Some(formula) if empty => Self::Formula(cell.pos, formula),
            _ => Self::Value(Cell::new(cell.pos, cell.value)),
        }
    }

    fn position(&self) -> (u32, u32) {
        match self {
            Self::Value(cell) => cell.get_position(),
            Self::Formula(position, _) => *position,
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Value(cell) if matches!(cell.get_value(), DataRef::Empty))
    }

    fn write(&self, text: &mut String, format: Option<&NumberFormat>) {
        match self {
            Self::Value(cell) => cell::push_shown(text, cell.get_value(), format),
            Self::Formula(_, formula) => {
                text.push('=');
                text.push_str(formula.trim_start_matches('='));
            }
        }
    }
}

/// Why the library gave nothing.
enum NotRead {
    /// The sheet is a chart or a dialogue.
    NoRows,
    Fault(FileFault),
}

impl From<NotRead> for Stop {
    fn from(not: NotRead) -> Self {
        match not {
            NotRead::NoRows => Self::File(FaultKind::Empty.whole()),
            NotRead::Fault(fault) => Self::File(fault),
        }
    }
}

/// Calls the library. Its errors are the file's fault, and so is a panic in it: workbooks come
/// from anywhere, and no file may bring the server down.
fn guarded<T>(call: impl FnOnce() -> Result<T, XlsxError>, what: &str) -> Result<T, NotRead> {
    let fault = |kind: FaultKind, what: &str| NotRead::Fault(kind.whole().met(what));
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(XlsxError::NotAWorksheet(_))) => Err(NotRead::NoRows),
        Ok(Err(XlsxError::Password)) => Err(fault(FaultKind::Encrypted, what)),
        Ok(Err(_)) | Err(_) => Err(fault(FaultKind::Damaged, what)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "in tests")]
    use super::*;
    use std::io::Cursor;

    /// One text of the longest kind, shared by all cells of some rows.
    #[test]
    fn a_text_that_many_cells_share_counts_for_each() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        let text = "甲".repeat(32_767);
        let (rows, columns) = (220, 26);
        for row in 0..rows {
            for column in 0..columns {
                sheet.write(row, column, &text).unwrap();
            }
        }
        let bytes = book.save_to_buffer().unwrap();
        assert!(bytes.len() < 1 << 20, "it is a small file");
        let Ok(mut workbook) = Workbook::open(Cursor::new(bytes)) else {
            panic!("it opens");
        };
        let mut seen = 0;
        let end = workbook.sheet("Sheet1").read(&mut |rows| {
            seen += rows.len() as u64;
            ControlFlow::Continue(())
        });
        let Err(Stop::File(fault)) = end else {
            panic!("all {rows} rows were read");
        };
        let full = limits::SHEET_TEXT_BYTES / (26 * text.len() as u64);
        assert_eq!((fault.kind, seen), (FaultKind::Bomb, full));
        let place = (fault.sheet_row, fault.sheet.as_deref());
        assert_eq!(place, (full + 1, Some("Sheet1")));
        assert!(fault.value.contains("超过512兆字节"), "{}", fault.value);
        // What is honest has room: rows and columns of the widest files, at a hundred bytes a cell.
        const { assert!(100_000 * 26 * 100 * 2 < limits::SHEET_TEXT_BYTES) };
    }
}
