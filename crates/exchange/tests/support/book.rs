//! Reading a workbook we wrote, by its parts and by its cells.

use calamine::{Reader as _, Xlsx};
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// The text of a part of the container.
pub fn part(book: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(book)).unwrap();
    let mut text = String::new();
    let mut part = archive.by_name(name).unwrap_or_else(|_| panic!("{name}"));
    part.read_to_string(&mut text).unwrap();
    text
}

/// Cells of a sheet as text, from A1.
pub fn cells(book: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book.to_vec())).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let (height, width) = range.end().unwrap();
    let cell = |row, column| {
        range
            .get_value((row, column))
            .map_or_else(String::new, ToString::to_string)
    };
    (0..=height)
        .map(|row| (0..=width).map(|column| cell(row, column)).collect())
        .collect()
}

pub fn sheets(book: &[u8]) -> Vec<String> {
    let book: Xlsx<_> = Xlsx::new(Cursor::new(book.to_vec())).unwrap();
    book.sheet_names()
}
