//! The file once more, whatever its kind: sheets in their order, rows as text.

use crate::{
    book::{self, Book},
    csv::CsvReader,
    fault::Stop,
    own,
    patch::Patches,
    rows::Rows,
    sniff,
};
use std::{
    collections::{BTreeSet, HashMap},
    io::{self, Read, Seek, SeekFrom},
    ops::ControlFlow,
};

/// What stands in cells (line or spreadsheet row and column from 1) of a table that was checked, with
/// what was corrected in it.
///
/// # Errors
/// Reading fails.
pub fn cells<R: Read + Seek>(
    input: R,
    sheet: Option<&str>,
    patches: &Patches,
    wanted: &BTreeSet<(u64, u32)>,
) -> io::Result<HashMap<(u64, u32), String>> {
    let mut found = HashMap::with_capacity(wanted.len());
    let Some((last, _)) = wanted.last() else {
        return Ok(found);
    };
    let mut source = Source::open(input, "")?;
    source.read(sheet.unwrap_or_default(), patches, &mut |rows| {
        for row in rows.iter() {
            let at = row.sheet_row();
            for (_, column) in wanted.range((at, 0)..=(at, u32::MAX)) {
                let text = row.cell(column.saturating_sub(1) as usize);
                found.insert((at, *column), text.to_owned());
            }
            if at >= *last {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// A file opened again.
pub(super) enum Source<'a, R: Read + Seek> {
    Text {
        input: R,
        sheet: Sheet,
    },
    Book(Box<dyn Book + 'a>),
    /// No kind we read, or nothing that could be opened: only the verdict comes back.
    Unreadable,
}

/// A sheet of it.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) hidden: bool,
}

impl<'a, R: Read + Seek + 'a> Source<'a, R> {
    pub(super) fn open(mut input: R, file: &str) -> io::Result<Self> {
        let mut head = Vec::new();
        input.seek(SeekFrom::Start(0))?;
        input
            .by_ref()
            .take(sniff::HEAD as u64)
            .read_to_end(&mut head)?;
        input.seek(SeekFrom::Start(0))?;
        Ok(match sniff::kind(&head) {
            Ok(sniff::Kind::Text) => {
                let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
                Self::Text {
                    input,
                    sheet: Sheet {
                        name: stem.to_owned(),
                        hidden: false,
                    },
                }
            }
            Ok(kind) => match book::open(kind, input) {
                Ok(Some(book)) => Self::Book(book),
                Ok(None) | Err(Stop::File(_)) => Self::Unreadable,
                Err(Stop::Io(error)) => return Err(error),
            },
            Err(_) => Self::Unreadable,
        })
    }

    pub(super) fn sheets(&self) -> Vec<Sheet> {
        match self {
            Self::Text { sheet, .. } => vec![sheet.clone()],
            Self::Book(book) => {
                let hidden = book.hidden();
                let names = book.sheets().iter();
                names
                    .map(|name| Sheet {
                        name: name.clone(),
                        hidden: hidden.contains(name),
                    })
                    .collect()
            }
            Self::Unreadable => Vec::new(),
        }
    }

    /// Hands the rows of a sheet to `each`; `Ok(false)` where the file breaks off.
    pub(super) fn read(
        &mut self,
        sheet: &str,
        patches: &Patches,
        each: &mut dyn FnMut(Rows<'_>) -> ControlFlow<()>,
    ) -> io::Result<bool> {
        let read = match self {
            Self::Text { input, .. } => {
                input.seek(SeekFrom::Start(0))?;
                patches.read(&mut CsvReader::new(input), each)
            }
            Self::Book(book) => patches.read(&mut *book.rows(sheet), each),
            Self::Unreadable => return Ok(false),
        };
        match read {
            Ok(()) => Ok(true),
            Err(Stop::File(_)) => Ok(false),
            Err(Stop::Io(error)) => Err(error),
        }
    }

    /// Whether a sheet is of our making, by its first filled row.
    pub(super) fn is_own(&mut self, sheet: &str) -> io::Result<bool> {
        // We make no texts: what begins like a sheet of ours is the clerk's all the same.
        if matches!(self, Self::Text { .. }) {
            return Ok(false);
        }
        let mut is_own = false;
        self.read(sheet, &Patches::default(), &mut |rows| match rows
            .iter()
            .find(|row| !row.is_blank())
        {
            Some(row) => {
                is_own = own::is_own_sheet(&row);
                ControlFlow::Break(())
            }
            None => ControlFlow::Continue(()),
        })?;
        Ok(is_own)
    }
}
