//! The notes of a workbook, kept in files until they are written.
//!
//! The writing library holds every note in memory, 14 kB where a row has one; a file with a
//! fault in each of its rows would take a gigabyte. So it is given one note a sheet, which makes
//! it lay all the wires, and the two parts with the notes are put into the container afterwards.

use super::{AnnotateError, note};
use rust_xlsxwriter::{Note, Worksheet};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, Seek, SeekFrom, Write},
};
use xinheng_domain::cell_name::cell_name;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The notes of one sheet.
pub(super) struct Notes {
    spill: BufWriter<File>,
    count: usize,
    /// Widths of the columns, in pixels.
    widths: Vec<u32>,
}

/// A note.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// From 0.
    row: u32,
    column: u16,
    text: String,
}

impl Notes {
    /// Notes of `sheet`, the first of which will be at this cell.
    pub(super) fn begin(
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
    ) -> Result<Self, AnnotateError> {
        sheet.insert_note(row, column, &Note::new("…").add_author_prefix(false))?;
        Ok(Self {
            spill: BufWriter::new(tempfile::tempfile()?),
            count: 0,
            widths: Vec::new(),
        })
    }

    /// Keeps a note. They come in the order of rows and columns.
    pub(super) fn push(&mut self, row: u32, column: u16, text: String) -> io::Result<()> {
        self.count += 1;
        serde_json::to_writer(&mut self.spill, &Kept { row, column, text })?;
        self.spill.write_all(b"\n")
    }

    /// The sheet is over, and its columns so many places wide.
    pub(super) fn end(mut self, widths: impl Iterator<Item = f64>) -> Self {
        // A place is seven pixels, and a column has five besides.
        self.widths = widths.map(|w| w as u32 * 7 + 5).collect();
        self
    }

    fn each(&mut self, mut to: impl FnMut(Kept) -> io::Result<()>) -> io::Result<()> {
        self.spill.flush()?;
        let file = self.spill.get_mut();
        file.seek(SeekFrom::Start(0))?;
        for line in BufReader::new(file).lines() {
            to(serde_json::from_str(&line?)?)?;
        }
        Ok(())
    }

    /// What the notes say.
    fn texts(&mut self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <comments xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
             <authors><author>信衡</author></authors><commentList>"
                .as_bytes(),
        )?;
        self.each(|note| {
            let cell = cell_name(u32::from(note.column) + 1, u64::from(note.row) + 1);
            write!(
                out,
                "<comment ref=\"{cell}\" authorId=\"0\"><text><r><rPr><sz val=\"10\"/>\
                 <color indexed=\"81\"/><rFont val=\"宋体\"/><family val=\"2\"/></rPr>\
                 <t xml:space=\"preserve\">{}</t></r></text></comment>",
                escaped(&note.text)
            )
        })?;
        out.write_all(b"</commentList></comments>")
    }

    /// Where the notes stand: `first` is the number of their first block of shapes.
    fn shapes(&mut self, first: usize, out: &mut impl Write) -> io::Result<()> {
        let blocks = first..first + self.blocks();
        let blocks: Vec<String> = blocks.map(|n| n.to_string()).collect();
        write!(
            out,
            "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" \
             xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
             xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\
             <o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"{}\"/></o:shapelayout>\
             <v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" \
             path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>\
             <v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>",
            blocks.join(",")
        )?;
        let mut shape = first * BLOCK;
        let widths = std::mem::take(&mut self.widths);
        self.each(|note| {
            shape += 1;
            let height = note::height(&note.text);
            let anchor = anchor(note.row, note.column, height, &widths);
            write!(
                out,
                "<v:shape id=\"_x0000_s{shape}\" type=\"#_x0000_t202\" \
                 style=\"position:absolute;width:{}pt;height:{}pt;z-index:{};visibility:hidden\" \
                 fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/>\
                 <v:shadow on=\"t\" color=\"black\" obscured=\"t\"/>\
                 <v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\">\
                 <div style=\"text-align:left\"></div></v:textbox>\
                 <x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/>\
                 <x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>\
                 <x:Row>{}</x:Row><x:Column>{}</x:Column></x:ClientData></v:shape>",
                note::WIDTH * 3 / 4,
                height * 3 / 4,
                shape - first * BLOCK,
                note.row,
                note.column
            )
        })?;
        out.write_all(b"</xml>")
    }

    /// Blocks of shape numbers the notes take.
    fn blocks(&self) -> usize {
        self.count / BLOCK + 1
    }
}

/// Shape numbers of one block.
const BLOCK: usize = 1024;
/// Pixels of a row.
const ROW: u32 = 20;

/// The place of a note beside its cell: column and offset, row and offset, of two corners.
fn anchor(row: u32, column: u16, height: u32, widths: &[u32]) -> String {
    const DEFAULT: u32 = 64;
    let width = |column: u32| {
        let known = widths.get(column as usize);
        known.copied().unwrap_or(DEFAULT)
    };
    let left = u32::from(column) + 1;
    let (mut right, mut across) = (left, 15 + note::WIDTH);
    while across >= width(right) {
        across -= width(right);
        right += 1;
    }
    let (top, down) = if row == 0 { (0, 2) } else { (row - 1, 10) };
    let down_to = down + height;
    let bottom = top + down_to / ROW;
    format!(
        "{left}, 15, {top}, {down}, {right}, {across}, {bottom}, {}",
        down_to % ROW
    )
}

/// Text as XML holds it. What reads as a character written by its number gets its first letter
/// written by number, as spreadsheets do.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '_' if text.get(at..).is_some_and(|rest| rest.starts_with("_x")) => {
                out.push_str("_x005F_");
            }
            c => out.push(c),
        }
    }
    out
}

/// Copies the workbook with the notes in it to `out`.
pub(super) fn put_in<W: Write + Seek>(
    book: File,
    mut notes: Vec<Notes>,
    out: W,
) -> Result<(), AnnotateError> {
    let mut archive = ZipArchive::new(BufReader::new(book)).map_err(io::Error::from)?;
    let mut zip = ZipWriter::new(out);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(io::Error::from)?;
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        let (mut block, mut replaced) = (1, false);
        for (number, notes) in (1..).zip(&mut notes) {
            let texts = name == format!("xl/comments{number}.xml");
            let shapes = name == format!("xl/drawings/vmlDrawing{number}.vml");
            if texts || shapes {
                replaced = true;
                zip.start_file(&name, options).map_err(io::Error::from)?;
                let mut out = BufWriter::new(&mut zip);
                if texts {
                    notes.texts(&mut out)?;
                } else {
                    notes.shapes(block, &mut out)?;
                }
                out.flush()?;
            }
            block += notes.blocks();
        }
        if !replaced {
            zip.raw_copy_file(part).map_err(io::Error::from)?;
        }
    }
    zip.finish().map_err(io::Error::from)?.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_stands_beside_its_cell() {
        // 15 + 340 pixels from the left of column D: 100 in D, 200 in E, 55 in F.
        let widths = [50, 50, 50, 100, 200, 300];
        assert_eq!(anchor(7, 2, 50, &widths), "3, 15, 6, 10, 5, 55, 9, 0");
        assert_eq!(anchor(0, 600, 30, &widths), "601, 15, 0, 2, 606, 35, 1, 12");
    }

    #[test]
    fn text_is_not_taken_for_markup() {
        assert_eq!(
            escaped("a<b>&_x0041_\"“"),
            "a&lt;b&gt;&amp;_x005F_x0041_\"“"
        );
    }
}
