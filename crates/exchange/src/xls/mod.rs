//! Old workbooks (`.xls`, Excel 5 to 2003), read record by record: only the shared texts are
//! kept, a sheet passes through.

mod compound;
mod record;
mod text;

use crate::{
    block::Block,
    book::{Book, Notice},
    fault::{FaultKind, FileFault, Stop},
    limits,
    rows::{RowReader, Rows},
    shape::{Area, Shape},
    workbook::{cell, format::NumberFormat},
};
use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};
use compound::{Compound, Stream};
use record::{Record, Records};
use std::{
    io::{Read, Seek},
    ops::ControlFlow,
};
use text::{Script, Shared};

/// Kinds of records, as MS-XLS names them.
mod kind {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const EOF: u16 = 0x000A;
    pub(super) const COLUMNS: u16 = 0x007D;
    pub(super) const DATE_1904: u16 = 0x0022;
    pub(super) const FILE_PASS: u16 = 0x002F;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const MUL_RK: u16 = 0x00BD;
    pub(super) const R_STRING: u16 = 0x00D6;
    pub(super) const XF: u16 = 0x00E0;
    pub(super) const MERGED: u16 = 0x00E5;
    pub(super) const SST: u16 = 0x00FC;
    pub(super) const LABEL_SST: u16 = 0x00FD;
    pub(super) const SUP_BOOK: u16 = 0x01AE;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const BOOL_ERR: u16 = 0x0205;
    pub(super) const STRING: u16 = 0x0207;
    pub(super) const ROW: u16 = 0x0208;
    pub(super) const RK: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BOF: u16 = 0x0809;
}

/// An open old workbook.
pub(crate) struct Xls<R> {
    compound: Compound<R>,
    stream: Stream,
    script: Script,
    names: Vec<String>,
    sheets: Vec<Place>,
    shared: Shared,
    /// Whether cells of this style show days.
    dates: Vec<bool>,
    /// What styles show instead of the number they hold.
    formats: Vec<Option<NumberFormat>>,
    from_1904: bool,
    notices: Vec<Notice>,
    /// Of the sheet that was read last.
    shape: Shape,
}

/// A sheet's place in the stream.
struct Place {
    begins: u64,
    hidden: bool,
}

fn damaged(what: &str) -> FileFault {
    FaultKind::Damaged.whole().met(what)
}

impl<R: Read + Seek> Xls<R> {
    /// Opens a workbook and reads what its sheets share.
    ///
    /// # Errors
    /// Another kind of file in the same container, one under a password, a damaged one, or one
    /// beyond the limits.
    pub(crate) fn open(input: R) -> Result<Self, Stop> {
        let compound = Compound::open(input)?;
        if compound.has("EncryptedPackage") {
            return Err(FaultKind::Encrypted.whole().met("加密的工作簿").into());
        }
        let (stream, script) = match compound.stream("Workbook")? {
            Some(stream) => (stream, Script::Unicode),
            None => match compound.stream("Book")? {
                Some(stream) => (stream, Script::Page(text::page(0))),
                None => return Err(other(&compound).into()),
            },
        };
        let mut xls = Self {
            compound,
            stream,
            script,
            names: Vec::new(),
            sheets: Vec::new(),
            shared: Shared::default(),
            dates: Vec::new(),
            formats: Vec::new(),
            from_1904: false,
            notices: Vec::new(),
            shape: Shape::default(),
        };
        xls.globals()?;
        if xls.compound.has("_VBA_PROJECT_CUR") {
            xls.notice(Notice::Macros);
        }
        Ok(xls)
    }

    fn notice(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// The part of the stream before the sheets.
    fn globals(&mut self) -> Result<(), Stop> {
        let stream = self.stream.clone();
        let mut record = Record::default();
        let mut formats: Vec<(u64, String)> = Vec::new();
        let mut styles: Vec<u64> = Vec::new();
        let mut found: Vec<(String, Place)> = Vec::new();
        let mut macros = false;
        let mut links = false;
        let mut ended = false;
        let mut records = Records::new(&mut self.compound, &stream, 0, true);
        while records.next(&mut record)? {
            match record.kind {
                kind::BOF if record.number(0, 2) < 0x0500 => {
                    let what = "Excel 4.0及更早版本的工作簿（.xls）";
                    return Err(FaultKind::NotYetRead.whole().met(what).into());
                }
                kind::BOF if record.number(0, 2) == 0x0500 => {
                    if matches!(self.script, Script::Unicode) {
                        self.script = Script::Page(text::page(0));
                    }
                }
                kind::FILE_PASS => {
                    return Err(FaultKind::Encrypted.whole().met("加密的工作簿").into());
                }
                kind::CODE_PAGE => {
                    if let Script::Page(page) = &mut self.script {
                        *page = text::page(record.number(0, 2));
                    }
                }
                kind::DATE_1904 => self.from_1904 = record.number(0, 2) == 1,
                kind::FORMAT => {
                    let mut format = String::new();
                    let prefix = match self.script {
                        Script::Unicode => 2,
                        Script::Page(_) => 1,
                    };
                    text::plain(record.from(2), prefix, self.script, &mut format);
                    formats.push((record.number(0, 2), format));
                }
                kind::XF => styles.push(record.number(2, 2)),
                kind::SST => self.shared = Shared::read(&record),
                kind::SUP_BOOK => {
                    // Two marks mean the workbook itself and its add-ins.
                    links |= !matches!(record.number(2, 2), 0x0401 | 0x3A01);
                }
                kind::BOUND_SHEET => {
                    macros |= record.number(5, 1) == 1;
                    if record.number(5, 1) == 0 {
                        let mut name = String::new();
                        text::plain(record.from(6), 1, self.script, &mut name);
                        let place = Place {
                            begins: record.number(0, 4),
                            hidden: record.number(4, 1) & 3 != 0,
                        };
                        found.push((name, place));
                    }
                    if found.len() > limits::SHEETS {
                        let what = format!("{}个工作表", found.len());
                        return Err(FaultKind::Bomb.whole().met(&what).into());
                    }
                }
                kind::EOF => {
                    ended = true;
                    break;
                }
                _ => {}
            }
        }
        if !ended || found.is_empty() {
            return Err(damaged("工作簿结构不完整").into());
        }
        let own = |id: &u64| {
            let own = formats.iter().rev().find(|(format, _)| format == id);
            own.map(|(_, code)| code.as_str())
        };
        let shown = |id: &u64| {
            // Numbers of formats that need no description: days and times, also of East Asia.
            own(id).map_or(
                matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58),
                text::is_date_format,
            )
        };
        self.dates = styles.iter().map(shown).collect();
        let format = |id: &u64| NumberFormat::of(own(id).or_else(|| known_format(*id))?);
        self.formats = styles.iter().map(format).collect();
        (self.names, self.sheets) = found.into_iter().unzip();
        if macros {
            self.notice(Notice::Macros);
        }
        if links {
            self.notice(Notice::ExternalLinks);
        }
        Ok(())
    }
}

/// Formats that need no description and show more than the number: percentages, and money in
/// the computer's own currency.
const fn known_format(id: u64) -> Option<&'static str> {
    match id {
        5..=8 | 42 | 44 => Some("\"¥\"#,##0.00"),
        9 => Some("0%"),
        10 => Some("0.00%"),
        _ => None,
    }
}

/// What the container holds instead of a workbook.
fn other<R: Read + Seek>(compound: &Compound<R>) -> FileFault {
    let kinds = [
        ("WordDocument", "文档（.doc）"),
        ("PowerPoint Document", "演示文稿（.ppt）"),
        ("__properties_version1.0", "邮件（.msg）"),
    ];
    match kinds.iter().find(|(stream, _)| compound.has(stream)) {
        Some((_, what)) => FaultKind::NotATable.whole().met(what),
        None => damaged("缺少工作簿部件"),
    }
}

impl<R: Read + Seek> Book for Xls<R> {
    fn sheets(&self) -> &[String] {
        &self.names
    }

    fn hidden(&self) -> Vec<String> {
        let sheets = self.names.iter().zip(&self.sheets);
        let hidden = sheets.filter(|(_, place)| place.hidden);
        hidden.map(|(name, _)| name.clone()).collect()
    }

    fn notices(&self) -> &[Notice] {
        &self.notices
    }

    fn shape(&self, _: &str) -> Shape {
        self.shape.clone()
    }

    fn rows<'a>(&'a mut self, name: &'a str) -> Box<dyn RowReader + 'a> {
        Box::new(Sheet { xls: self, name })
    }
}

/// One sheet as a source of rows.
struct Sheet<'a, R> {
    xls: &'a mut Xls<R>,
    name: &'a str,
}

impl<R: Read + Seek> RowReader for Sheet<'_, R> {
    fn read(&mut self, each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>) -> Result<(), Stop> {
        let Xls {
            compound,
            stream,
            script,
            names,
            sheets,
            shared,
            dates,
            formats,
            from_1904,
            shape,
            ..
        } = &mut *self.xls;
        let place = names.iter().position(|n| n == self.name);
        let Some(place) = place.and_then(|i| sheets.get(i)) else {
            return Err(FaultKind::NoSuchSheet.whole().met(self.name).into());
        };
        *shape = Shape::default();
        let mut cells = Cells {
            shape,
            script: *script,
            shared,
            dates,
            formats,
            from_1904: *from_1904,
            block: Block::default(),
            each,
            waiting: None,
            inner: 0,
        };
        let mut records = Records::new(compound, stream, place.begins, false);
        let mut record = Record::default();
        let outcome = loop {
            match records.next(&mut record) {
                Ok(true) => {}
                // A sheet ends with its own record; one that does not was cut off.
                Ok(false) => break Err(Stop::File(damaged("工作表内容不完整"))),
                Err(e) => break Err(e.into()),
            }
            match cells.take(&record) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(Over::Sheet)) => break Ok(()),
                Ok(ControlFlow::Break(Over::Reader)) => return Ok(()),
                Err(fault) => break Err(Stop::File(fault)),
            }
        };
        let Cells {
            mut block, each, ..
        } = cells;
        match outcome {
            Ok(()) => {
                let _ = block.deliver(each);
                Ok(())
            }
            Err(Stop::File(mut fault)) => {
                if fault.sheet_row == 0 {
                    fault.sheet_row = block.sheet_row;
                }
                let _ = block.deliver(each);
                Err(fault.on(self.name).into())
            }
            Err(stop) => Err(stop),
        }
    }
}

/// The bit of a row's record, and of a record about columns, that says they are not shown.
const HIDDEN_ROW: u64 = 0x20;
const HIDDEN_COLUMNS: u64 = 1;

/// What came to its end.
enum Over {
    Sheet,
    /// Whoever takes the rows wants no more.
    Reader,
}

type Flow = Result<ControlFlow<Over>, FileFault>;

struct Cells<'a, 'e> {
    script: Script,
    shared: &'a Shared,
    dates: &'a [bool],
    formats: &'a [Option<NumberFormat>],
    from_1904: bool,
    shape: &'a mut Shape,
    block: Block,
    each: &'e mut dyn FnMut(Rows<'_>) -> ControlFlow<()>,
    /// A formula whose text comes with a later record.
    waiting: Option<(u64, usize)>,
    /// Charts inside the sheet that have begun and not ended.
    inner: usize,
}

impl<'a> Cells<'a, '_> {
    fn take(&mut self, record: &Record) -> Flow {
        match record.kind {
            kind::BOF => self.inner += 1,
            kind::EOF => {
                self.inner = self.inner.saturating_sub(1);
                if self.inner == 0 {
                    return Ok(ControlFlow::Break(Over::Sheet));
                }
            }
            _ if self.inner > 1 => {}
            kind::LABEL_SST => {
                let (index, shared) = (record.number(6, 4) as usize, self.shared);
                let text = shared.get(index).ok_or_else(|| damaged("文本编号有误"))?;
                return self.push(record, |out| out.push_str(text));
            }
            kind::LABEL | kind::R_STRING => {
                let script = self.script;
                return self.push(record, |out| text::plain(record.from(6), 2, script, out));
            }
            kind::NUMBER => return self.number(record, record.float(6), 4),
            kind::RK => return self.number(record, rk(record.number(6, 4) as u32), 4),
            kind::MUL_RK => return self.several(record),
            kind::BOOL_ERR => {
                let value = record.number(6, 1);
                let is_error = record.number(7, 1) == 1;
                return self.push(record, |out| push_flag(out, value, is_error));
            }
            kind::ROW if record.number(12, 1) & HIDDEN_ROW != 0 => {
                self.shape.hide_row(record.number(0, 2) + 1);
            }
            kind::COLUMNS => self.columns(record),
            kind::MERGED => self.merged(record),
            kind::FORMULA => return self.formula(record),
            kind::STRING => {
                if let Some(at) = self.waiting.take() {
                    let script = self.script;
                    return self.push_at(at, |out| text::plain(record.from(0), 2, script, out));
                }
            }
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn columns(&mut self, record: &Record) {
        if record.number(8, 1) & HIDDEN_COLUMNS != 0 {
            let end = |at| u32::try_from(record.number(at, 2) + 1).unwrap_or(u32::MAX);
            self.shape.hide_columns(end(0), end(2));
        }
    }

    /// Merged cells: how many areas, then the first and last row and column of each.
    fn merged(&mut self, record: &Record) {
        let count = record.bytes.len().saturating_sub(2) / 8;
        for at in (0..count).map(|i| 2 + i * 8) {
            let row = |at| record.number(at, 2) + 1;
            let column = |at| u32::try_from(row(at)).unwrap_or(u32::MAX);
            self.shape.merge(Area {
                rows: (row(at), row(at + 2)),
                columns: (column(at + 4), column(at + 6)),
            });
        }
    }

    fn formula(&mut self, record: &Record) -> Flow {
        if record.number(12, 2) != 0xFFFF {
            return self.number(record, record.float(6), 4);
        }
        let value = record.number(8, 1);
        match record.number(6, 1) {
            0 => {
                self.waiting = Some(place(record));
                Ok(ControlFlow::Continue(()))
            }
            is @ (1 | 2) => self.push(record, |out| push_flag(out, value, is == 2)),
            _ => Ok(ControlFlow::Continue(())),
        }
    }

    /// Numbers side by side: the first column, style and number of each, the last column.
    fn several(&mut self, record: &Record) -> Flow {
        let (row, first) = place(record);
        let count = record.bytes.len().saturating_sub(6) / 6;
        for i in 0..count {
            let style = record.number(4 + i * 6, 2) as usize;
            let number = rk(record.number(6 + i * 6, 4) as u32);
            let value = self.shown(number, style);
            let format = self.format(style);
            let flow = self.push_at((row, first + i), |out| {
                cell::push_shown(out, &value, format);
            })?;
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn number(&mut self, record: &Record, number: f64, style: usize) -> Flow {
        let style = record.number(style, 2) as usize;
        let value = self.shown(number, style);
        let format = self.format(style);
        self.push(record, |out| cell::push_shown(out, &value, format))
    }

    fn format(&self, style: usize) -> Option<&'a NumberFormat> {
        self.formats.get(style)?.as_ref()
    }

    /// A number, or the day that its style makes of it.
    fn shown(&self, number: f64, style: usize) -> DataRef<'static> {
        let is_date = self.dates.get(style).copied().unwrap_or_default();
        // Days that a spreadsheet knows: up to the year 9999.
        if is_date && (0.0..2_958_466.0).contains(&number) {
            let kind = ExcelDateTimeType::DateTime;
            return DataRef::DateTime(ExcelDateTime::new(number, kind, self.from_1904));
        }
        DataRef::Float(number)
    }

    fn push(&mut self, record: &Record, write: impl FnOnce(&mut String)) -> Flow {
        self.push_at(place(record), write)
    }

    fn push_at(&mut self, at: (u64, usize), write: impl FnOnce(&mut String)) -> Flow {
        if self.block.begin(at, self.each)?.is_break() {
            return Ok(ControlFlow::Break(Over::Reader));
        }
        if let Err(fault) = self.block.push(at, write) {
            self.block.drop_row();
            return Err(fault);
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// Row from 1 and column from 0 of a cell's record.
fn place(record: &Record) -> (u64, usize) {
    (record.number(0, 2) + 1, record.number(2, 2) as usize)
}

/// A number in four bytes: the upper half of a float, or a whole number, perhaps of hundredths.
fn rk(packed: u32) -> f64 {
    let number = if packed & 2 == 0 {
        f64::from_bits(u64::from(packed & !3) << 32)
    } else {
        f64::from(packed.cast_signed() >> 2)
    };
    if packed & 1 == 0 {
        number
    } else {
        number / 100.0
    }
}

fn push_flag(out: &mut String, value: u64, is_error: bool) {
    out.push_str(match (is_error, value) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0F) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1D) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    });
}
