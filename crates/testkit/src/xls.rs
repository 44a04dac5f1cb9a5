//! Writes small old workbooks (`.xls`, Excel 97 to 2003) for tests and examples: the few
//! records a reader needs, in the smallest container that holds them.

const SECTOR: usize = 512;
const END: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;
const TABLE: u32 = 0xFFFF_FFFD;

/// What a cell of an old workbook holds.
#[derive(Debug, Clone, PartialEq)]
pub enum XlsCell {
    /// A text, kept once for the whole workbook.
    Text(String),
    /// A text in the cell itself, as some programs write it.
    Inline(String),
    /// A number of eight bytes.
    Number(f64),
    /// A whole number of four bytes.
    Small(i32),
    /// A number shown as a day.
    Day(f64),
    /// A number shown with the unit behind it: `#,##0"元"`.
    Yuan(f64),
    /// `TRUE` or `FALSE`.
    Truth(bool),
    /// The result of a formula that failed, by its code (0x17 is `#REF!`).
    Error(u8),
    /// A formula with its last result, a number.
    Formula(f64),
    /// A formula with its last result, a text.
    FormulaText(String),
}

/// A sheet: its cells by row and column from 0, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct XlsSheet {
    /// Name.
    pub name: String,
    /// Not shown.
    pub hidden: bool,
    /// Row, column, content.
    pub cells: Vec<(u16, u16, XlsCell)>,
    /// Merged cells: first and last row, first and last column, from 0.
    pub merged: Vec<[u16; 4]>,
    /// Rows that are not shown, from 0.
    pub hidden_rows: Vec<u16>,
    /// Columns that are not shown, from 0.
    pub hidden_columns: Vec<u16>,
}

impl XlsSheet {
    /// A sheet of texts; empty ones are left out.
    #[must_use]
    pub fn of<R: AsRef<[S]>, S: AsRef<str>>(name: &str, rows: &[R]) -> Self {
        let mut cells = Vec::new();
        for (row, texts) in (0..).zip(rows) {
            for (column, text) in (0..).zip(texts.as_ref()) {
                let text = text.as_ref();
                if !text.is_empty() {
                    cells.push((row, column, XlsCell::Text(text.to_owned())));
                }
            }
        }
        Self {
            name: name.to_owned(),
            cells,
            ..Self::default()
        }
    }

    /// The sheet with another cell at a place.
    #[must_use]
    pub fn with(mut self, row: u16, column: u16, cell: XlsCell) -> Self {
        self.cells.retain(|(r, c, _)| (*r, *c) != (row, column));
        self.cells.push((row, column, cell));
        self.cells.sort_by_key(|(r, c, _)| (*r, *c));
        self
    }
}

/// What else a workbook may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct XlsExtra {
    /// Its records say that it opens with a password.
    pub password: bool,
    /// It holds programs.
    pub macros: bool,
    /// It refers to another workbook.
    pub external: bool,
}

/// The bytes of a workbook.
#[must_use]
pub fn workbook(sheets: &[XlsSheet], extra: XlsExtra) -> Vec<u8> {
    let mut texts: Vec<&str> = Vec::new();
    for (_, _, cell) in sheets.iter().flat_map(|s| &s.cells) {
        if let XlsCell::Text(text) = cell
            && !texts.contains(&text.as_str())
        {
            texts.push(text);
        }
    }
    let bodies: Vec<Vec<u8>> = sheets.iter().map(|s| body(s, &texts)).collect();
    // The places of the sheets are known once the part before them is.
    let head = globals(sheets, &texts, extra, &vec![0; sheets.len()]).len();
    let mut places = Vec::new();
    let mut at = head;
    for body in &bodies {
        places.push(at as u32);
        at += body.len();
    }
    let mut stream = globals(sheets, &texts, extra, &places);
    stream.extend(bodies.concat());
    let mut streams = vec![("Workbook", stream)];
    if extra.macros {
        streams.push(("_VBA_PROJECT_CUR", vec![0]));
    }
    container(&streams)
}

/// A container with these streams; short ones are filled up with zeros.
#[must_use]
pub fn container(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let sectors = |bytes: usize| bytes.max(4096).div_ceil(SECTOR);
    let entries = streams.len() + 1;
    let directory = entries.div_ceil(4);
    let data: usize = streams.iter().map(|(_, s)| sectors(s.len())).sum();
    let mut tables = 1;
    while tables * (SECTOR / 4) < tables + directory + data {
        tables += 1;
    }
    let mut next = vec![TABLE; tables];
    chain(&mut next, directory);
    let mut folder = entry("Root Entry", 5, END, 0, Some(1));
    let mut content = Vec::new();
    for (index, (name, bytes)) in streams.iter().enumerate() {
        let start = next.len() as u32;
        let length = sectors(bytes.len());
        chain(&mut next, length);
        let sibling = (index + 1 < streams.len()).then_some(index as u32 + 2);
        let mut part = entry(name, 2, start, bytes.len().max(4096) as u32, None);
        part.splice(72..76, sibling.unwrap_or(FREE).to_le_bytes());
        folder.extend(part);
        content.extend_from_slice(bytes);
        content.resize(content.len() + length * SECTOR - bytes.len(), 0);
    }
    folder.resize(directory * SECTOR, 0);
    next.resize(tables * (SECTOR / 4), FREE);
    let mut out = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    out.resize(24, 0);
    for half in [0x3E_u16, 3, 0xFFFE, 9, 6] {
        out.extend(half.to_le_bytes());
    }
    out.resize(44, 0);
    for word in [tables as u32, tables as u32, 0, 4096, END, 0, END, 0] {
        out.extend(word.to_le_bytes());
    }
    for slot in 0..109 {
        let table = if slot < tables { slot as u32 } else { FREE };
        out.extend(table.to_le_bytes());
    }
    out.extend(next.iter().flat_map(|n| n.to_le_bytes()));
    out.extend(folder);
    out.extend(content);
    out
}

fn chain(next: &mut Vec<u32>, sectors: usize) {
    for i in 1..=sectors {
        let following = next.len() as u32 + 1;
        next.push(if i == sectors { END } else { following });
    }
}

fn entry(name: &str, kind: u8, start: u32, size: u32, child: Option<u32>) -> Vec<u8> {
    let mut out: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = out.len() as u16 + 2;
    out.resize(64, 0);
    out.extend(length.to_le_bytes());
    out.extend([kind, 1]);
    for word in [FREE, FREE, child.unwrap_or(FREE)] {
        out.extend(word.to_le_bytes());
    }
    out.resize(116, 0);
    out.extend(start.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.resize(128, 0);
    out
}

/// Longest content of a record; longer ones go on in the next.
const LONGEST: usize = 8224;

fn record(out: &mut Vec<u8>, kind: u16, content: &[u8]) {
    out.extend(kind.to_le_bytes());
    out.extend((content.len() as u16).to_le_bytes());
    out.extend_from_slice(content);
}

fn wide(text: &str, prefix: usize) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut out = (units.len() as u16).to_le_bytes()[..prefix].to_vec();
    out.push(1);
    out.extend(units.iter().flat_map(|u| u.to_le_bytes()));
    out
}

fn globals(sheets: &[XlsSheet], texts: &[&str], extra: XlsExtra, places: &[u32]) -> Vec<u8> {
    let mut out = Vec::new();
    record(
        &mut out,
        0x0809,
        &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    );
    if extra.password {
        record(&mut out, 0x002F, &[1, 0, 1, 0, 1, 0]);
    }
    record(&mut out, 0x0042, &1200_u16.to_le_bytes());
    // Style 0 is plain, style 1 a day, style 2 money.
    let mut cells = sheets.iter().flat_map(|s| &s.cells);
    let money = cells.any(|(_, _, cell)| matches!(cell, XlsCell::Yuan(_)));
    let mut styles = vec![0_u16, 14];
    if money {
        let mut format = 164_u16.to_le_bytes().to_vec();
        format.extend(wide("#,##0\"元\"", 2));
        record(&mut out, 0x041E, &format);
        styles.push(164);
    }
    for format in styles {
        let mut style = vec![0, 0];
        style.extend(format.to_le_bytes());
        style.resize(20, 0);
        record(&mut out, 0x00E0, &style);
    }
    for (sheet, place) in sheets.iter().zip(places) {
        let mut content = place.to_le_bytes().to_vec();
        content.extend([u8::from(sheet.hidden), 0]);
        content.extend(wide(&sheet.name, 1));
        record(&mut out, 0x0085, &content);
    }
    if extra.external {
        let mut content = vec![1, 0];
        content.extend(wide("\u{1}另册.xls", 2));
        record(&mut out, 0x01AE, &content);
    }
    shared(&mut out, texts);
    record(&mut out, 0x000A, &[]);
    out
}

/// The shared texts. Where a record is full, the rest of a text goes on in the next, which
/// says anew how it is written.
fn shared(out: &mut Vec<u8>, texts: &[&str]) {
    let mut kind = 0x00FC;
    let mut content = (texts.len() as u32).to_le_bytes().repeat(2);
    for text in texts {
        if content.len() + 16 > LONGEST {
            record(out, kind, &std::mem::take(&mut content));
            kind = 0x003C;
        }
        let units: Vec<u16> = text.encode_utf16().collect();
        content.extend((units.len() as u16).to_le_bytes());
        content.push(1);
        for unit in units {
            if content.len() + 2 > LONGEST {
                record(out, kind, &std::mem::take(&mut content));
                kind = 0x003C;
                content.push(1);
            }
            content.extend(unit.to_le_bytes());
        }
    }
    record(out, kind, &content);
}

fn body(sheet: &XlsSheet, texts: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    record(
        &mut out,
        0x0809,
        &[0, 6, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    );
    for column in &sheet.hidden_columns {
        let mut content = [*column, *column, 2048, 0].map(u16::to_le_bytes).concat();
        content.extend([1, 0, 0, 0]);
        record(&mut out, 0x007D, &content);
    }
    for row in &sheet.hidden_rows {
        let mut content = [*row, 0, 0, 0, 0, 0].map(u16::to_le_bytes).concat();
        content.extend([0x20, 1, 0, 0]);
        record(&mut out, 0x0208, &content);
    }
    for (row, column, cell) in &sheet.cells {
        let style: u16 = match cell {
            XlsCell::Day(_) => 1,
            XlsCell::Yuan(_) => 2,
            _ => 0,
        };
        let mut content: Vec<u8> = [*row, *column, style]
            .iter()
            .flat_map(|n| n.to_le_bytes())
            .collect();
        match cell {
            XlsCell::Text(text) => {
                let index = texts.iter().position(|t| t == text).unwrap_or_default();
                content.extend((index as u32).to_le_bytes());
                record(&mut out, 0x00FD, &content);
            }
            XlsCell::Inline(text) => {
                content.extend(wide(text, 2));
                record(&mut out, 0x0204, &content);
            }
            XlsCell::Number(number) | XlsCell::Day(number) | XlsCell::Yuan(number) => {
                content.extend(number.to_le_bytes());
                record(&mut out, 0x0203, &content);
            }
            XlsCell::Small(number) => {
                content.extend((number << 2 | 2).to_le_bytes());
                record(&mut out, 0x027E, &content);
            }
            XlsCell::Truth(truth) => {
                content.extend([u8::from(*truth), 0]);
                record(&mut out, 0x0205, &content);
            }
            XlsCell::Error(code) => {
                content.extend([*code, 1]);
                record(&mut out, 0x0205, &content);
            }
            XlsCell::Formula(number) => {
                content.extend(number.to_le_bytes());
                content.resize(22, 0);
                record(&mut out, 0x0006, &content);
            }
            XlsCell::FormulaText(text) => {
                content.extend([0, 0, 0, 0, 0, 0, 0xFF, 0xFF]);
                content.resize(22, 0);
                record(&mut out, 0x0006, &content);
                record(&mut out, 0x0207, &wide(text, 2));
            }
        }
    }
    if !sheet.merged.is_empty() {
        let mut content = (sheet.merged.len() as u16).to_le_bytes().to_vec();
        content.extend(sheet.merged.iter().flatten().flat_map(|n| n.to_le_bytes()));
        record(&mut out, 0x00E5, &content);
    }
    record(&mut out, 0x000A, &[]);
    out
}
