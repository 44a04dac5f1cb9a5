//! What the parts of a workbook say of its sheets beside their cells, read off the bytes: the
//! library has no stream of it.

use crate::shape::{Area, Shape};
use memchr::{memchr, memmem, memrchr};
use std::io::{Read, Seek};
use zip::ZipArchive;

/// The parts of the sheets in the workbook's order; none where they cannot be told.
pub(super) fn of_sheets<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Vec<String> {
    let mut text = |name: &str| {
        let mut bytes = Vec::new();
        // Its size was measured before.
        let read = archive.by_name(name).ok()?.read_to_end(&mut bytes);
        read.ok().map(|_| bytes)
    };
    let parts = text("xl/workbook.xml").zip(text("xl/_rels/workbook.xml.rels"));
    let Some((book, relations)) = parts else {
        return Vec::new();
    };
    let targets: Vec<(&[u8], &[u8])> = tags(&relations, b"Relationship")
        .filter_map(|tag| Some((attribute(tag, b"Id")?, attribute(tag, b"Target")?)))
        .collect();
    tags(&book, b"sheet")
        .map(|tag| {
            let id = attribute(tag, b"id");
            let target = targets.iter().find(|(known, _)| Some(*known) == id);
            let target = target.map_or(&b""[..], |(_, target)| target);
            let target = String::from_utf8_lossy(target);
            match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => format!("xl/{target}"),
            }
        })
        .collect()
}

/// Notes what the block of a sheet says: `kept` bytes of it were looked at before.
pub(super) fn note(block: &[u8], kept: usize, shape: &mut Shape) {
    // A tag counts in the block that has its end.
    let end = |at: usize| {
        let end = at + memchr(b'>', block.get(at..)?)?;
        (end >= kept).then_some(end)
    };
    for at in memmem::find_iter(block, b"mergeCell ") {
        let tag = end(at).and_then(|end| block.get(at..end));
        let area = tag.and_then(|tag| Area::parse(attribute(tag, b"ref")?));
        if let Some(area) = area {
            shape.merge(area);
        }
    }
    for at in memmem::find_iter(block, b"hidden=\"") {
        let begin = block.get(..at).and_then(|before| memrchr(b'<', before));
        let tag = begin.zip(end(at)).and_then(|(b, e)| block.get(b + 1..e));
        if let Some(tag) = tag {
            hidden(tag, shape);
        }
    }
}

/// A row or a stretch of columns that says whether it is hidden.
fn hidden(tag: &[u8], shape: &mut Shape) {
    if !matches!(attribute(tag, b"hidden"), Some(b"1" | b"true")) {
        return;
    }
    let number = |name: &[u8]| -> Option<u64> {
        std::str::from_utf8(attribute(tag, name)?)
            .ok()?
            .parse()
            .ok()
    };
    match local_name(tag) {
        b"row" => {
            if let Some(row) = number(b"r") {
                shape.hide_row(row);
            }
        }
        b"col" => {
            let column = |name| u32::try_from(number(name)?).ok();
            if let Some((first, last)) = column(b"min").zip(column(b"max")) {
                shape.hide_columns(first, last);
            }
        }
        _ => {}
    }
}

/// The insides of tags with this name.
fn tags<'a>(text: &'a [u8], name: &'static [u8]) -> impl Iterator<Item = &'a [u8]> {
    let insides = text.split(|b| *b == b'<').skip(1);
    let insides = insides.filter_map(|part| part.get(..memchr(b'>', part)?));
    insides.filter(move |inside| local_name(inside) == name)
}

/// The name of a tag without its prefix.
fn local_name(inside: &[u8]) -> &[u8] {
    let end = inside
        .iter()
        .position(|b| b.is_ascii_whitespace() || *b == b'/');
    let name = inside.get(..end.unwrap_or(inside.len()));
    let name = name.unwrap_or_default();
    name.rsplit(|b| *b == b':').next().unwrap_or(name)
}

/// The value of an attribute, whatever its prefix.
fn attribute<'a>(tag: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    memmem::find_iter(tag, name).find_map(|at| {
        let before = at.checked_sub(1).and_then(|i| tag.get(i))?;
        if !(before.is_ascii_whitespace() || *before == b':') {
            return None;
        }
        let rest = tag.get(at + name.len()..)?.trim_ascii_start();
        let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
        let quote = *rest.first().filter(|b| matches!(b, b'"' | b'\''))?;
        let inside = rest.get(1..)?;
        inside.get(..memchr(quote, inside)?)
    })
}
