//! What can be wrong with a file as such, so that no row of it can be trusted.

use std::io;

/// Why reading stopped: the file's fault (a finding) or ours (an error).
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The file is refused.
    #[error("{0:?}")]
    File(FileFault),
    /// The disk or the connection failed; says nothing about the file.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A reason to refuse a file, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault {
    /// Which.
    pub kind: FaultKind,
    /// Sheet, where the file has sheets.
    pub sheet: Option<String>,
    /// Line or spreadsheet row from 1; 0 for the file as a whole.
    pub sheet_row: u64,
    /// Column from 1; 0 where none is meant.
    pub column: u32,
    /// What was met, shortened.
    pub value: String,
    /// What should be there instead: a limit, a kind of file.
    pub expected: Option<String>,
    /// Another word for the sentence.
    pub other: String,
}

/// The kinds of [`FileFault`]. Each has a finding code with a message and a help page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// No byte, or nothing but blank lines.
    Empty,
    /// A header and no record.
    HeaderOnly,
    /// Not a table at all: a picture, a PDF, an archive, a program.
    NotATable,
    /// A kind of file we know of and do not read yet (`.ods`, `.xlsb`).
    NotYetRead,
    /// Opens only with a password.
    Encrypted,
    /// A workbook that cannot be opened or ends in the middle.
    Damaged,
    /// A workbook that would grow beyond all measure when unpacked.
    Bomb,
    /// Larger than a file of its kind may be.
    TooLarge,
    /// Cells parted by a sign that also stands inside them.
    SeparatorUnsafe,
    /// A byte of value zero in a text file.
    NulByte,
    /// More columns than any honest sheet has.
    TooManyColumns,
    /// A cell larger than any honest cell.
    CellTooLarge,
    /// A record larger than any honest record.
    RecordTooLarge,
    /// A quotation mark opens and never closes.
    QuoteUnclosed,
    /// A quoted cell has swallowed records, or may have.
    QuoteAcrossRows,
    /// The sheet asked for does not exist.
    NoSuchSheet,
    /// More records than can be numbered.
    TooManyRows,
    /// A workbook of our own that holds only a part of the file it was made of.
    OnlyPart,
}

impl FaultKind {
    /// The finding code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "file-empty",
            Self::HeaderOnly => "file-header-only",
            Self::NotATable => "file-not-a-table",
            Self::NotYetRead => "file-kind-not-read",
            Self::Encrypted => "file-encrypted",
            Self::Damaged => "file-damaged",
            Self::Bomb => "file-bomb",
            Self::TooLarge => "file-too-large",
            Self::SeparatorUnsafe => "file-separator-unsafe",
            Self::NulByte => "file-nul-byte",
            Self::TooManyColumns => "file-too-many-columns",
            Self::CellTooLarge => "file-cell-too-large",
            Self::RecordTooLarge => "file-record-too-large",
            Self::QuoteUnclosed => "file-quote-unclosed",
            Self::QuoteAcrossRows => "file-quote-across-rows",
            Self::NoSuchSheet => "sheet-not-found",
            Self::TooManyRows => "file-too-many-rows",
            Self::OnlyPart => "file-only-part",
        }
    }

    /// Every kind, for the test that each has its message.
    pub const ALL: [Self; 18] = [
        Self::Empty,
        Self::HeaderOnly,
        Self::NotATable,
        Self::NotYetRead,
        Self::Encrypted,
        Self::Damaged,
        Self::Bomb,
        Self::TooLarge,
        Self::SeparatorUnsafe,
        Self::NulByte,
        Self::TooManyColumns,
        Self::CellTooLarge,
        Self::RecordTooLarge,
        Self::QuoteUnclosed,
        Self::QuoteAcrossRows,
        Self::NoSuchSheet,
        Self::TooManyRows,
        Self::OnlyPart,
    ];

    /// A fault of the file as a whole.
    #[must_use]
    pub const fn whole(self) -> FileFault {
        self.at(0, 0)
    }

    /// A fault at a line and column.
    #[must_use]
    pub const fn at(self, sheet_row: u64, column: u32) -> FileFault {
        FileFault {
            kind: self,
            sheet: None,
            sheet_row,
            column,
            value: String::new(),
            expected: None,
            other: String::new(),
        }
    }
}

impl FileFault {
    /// With the text that was met, cut to its first 60 characters.
    #[must_use]
    pub fn met(mut self, value: &str) -> Self {
        self.value = shorten(value, 60);
        if self.kind == FaultKind::NotATable {
            // What helps depends on what it is.
            return self.expecting(if value.starts_with("压缩包") {
                "先解压，再报送其中的表格文件"
            } else {
                "导出为.xlsx或者.csv后再报送"
            });
        }
        self
    }

    /// With what should be there.
    #[must_use]
    pub fn expecting(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// With another word for the sentence.
    #[must_use]
    pub fn saying(mut self, other: impl Into<String>) -> Self {
        self.other = other.into();
        self
    }

    /// On a sheet.
    #[must_use]
    pub fn on(mut self, sheet: &str) -> Self {
        self.sheet = Some(sheet.to_owned());
        self
    }
}

impl From<FileFault> for Stop {
    fn from(fault: FileFault) -> Self {
        Self::File(fault)
    }
}

fn shorten(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
        None => text.to_owned(),
    }
}
