//! Workbooks: `.xlsx` and `.xlsm` through `calamine`, cell by cell.

pub(crate) mod cell;
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
use calamine::{Cell, DataRef, Reader as _, Xlsx, XlsxCellFormula, XlsxError};
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
        let mut cells = match guarded(|| xlsx.worksheet_cells_reader(name), "工作表无法打开")
        {
            Ok(cells) => cells,
            // A chart has no rows.
            Err(NotRead::NoRows) => return Ok(()),
            Err(NotRead::Fault(fault)) => return Err(fault.on(name).into()),
        };
        let mut block = Block::default();
        loop {
            let next = guarded(
                || {
                    if formulas {
                        Ok(cells.next_cell_with_formula()?.map(Held::with))
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
            if let Err(fault) = block.push(at, |text| held.write(text)) {
                block.drop_row();
                let _ = block.deliver(each);
                return Err(fault.on(name).into());
            }
        }
        let _ = block.deliver(each);
        Ok(())
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

    fn write(&self, text: &mut String) {
        match self {
            Self::Value(cell) => cell::push(text, cell.get_value()),
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
