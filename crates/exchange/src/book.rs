//! A file of several tables: the sheets of a workbook, the tables of a web page.

use crate::{fault::Stop, rows::RowReader, shape::Shape};
use std::io::{Read, Seek};

/// What a clerk should know about a file that was read all the same. Each has its sentence in
/// `rulebook/messages/findings.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notice {
    /// The workbook holds programs; they were not run.
    Macros,
    /// Cells take their values from other files; the values kept last were read.
    ExternalLinks,
}

impl Notice {
    /// Every notice, for the test that each has its sentence.
    pub const ALL: [Self; 2] = [Self::Macros, Self::ExternalLinks];

    /// The finding code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Macros => "workbook-macros-not-run",
            Self::ExternalLinks => "workbook-external-links",
        }
    }
}

/// A file of several tables, opened.
pub(crate) trait Book {
    /// Names of the tables in the file's order.
    fn sheets(&self) -> &[String];

    /// Names of those a person does not see.
    fn hidden(&self) -> Vec<String>;

    /// What is to be said about the file.
    fn notices(&self) -> &[Notice];

    /// What the table with this name hides and merges, once its rows were read to the end.
    fn shape(&self, name: &str) -> Shape;

    /// Rows of the table with this name.
    fn rows<'a>(&'a mut self, name: &'a str) -> Box<dyn RowReader + 'a>;
}

/// Opens a file of tables of a kind that [`kind`](crate::sniff::kind) told.
///
/// # Errors
/// The file is at fault, or reading failed.
pub(crate) fn open<'a, R: Read + Seek + 'a>(
    kind: crate::sniff::Kind,
    input: R,
) -> Result<Option<Box<dyn Book + 'a>>, Stop> {
    use crate::sniff::Kind;
    Ok(Some(match kind {
        Kind::Text => return Ok(None),
        Kind::Package => Box::new(crate::workbook::Workbook::open(input)?),
        Kind::Compound => Box::new(crate::xls::Xls::open(input)?),
        Kind::Markup(dialect) => Box::new(crate::markup::Markup::open(input, dialect)?),
    }))
}
