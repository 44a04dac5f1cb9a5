//! A row that was checked.

use super::{FileCheck, Verdict};
use crate::{row::Row, state::View};
use jiff::civil::Date;
use xinheng_domain::{
    catalogue::{Item, Role},
    condition::Values,
    finding::{Finding, Severity},
    text,
};

/// A row with its verdict, its findings and its normalised values.
#[derive(Clone, Copy)]
pub struct CheckedRow<'a> {
    pub(super) file: &'a FileCheck<'a>,
    pub(super) row: Row<'a>,
    pub(super) verdict: Verdict,
    pub(super) has_subject: bool,
}

impl<'a> CheckedRow<'a> {
    /// What becomes of it.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Whether the register has a subject under the row's code itself; `false` where none was asked.
    #[must_use]
    pub const fn has_subject(&self) -> bool {
        self.has_subject
    }

    /// Whether something refuses it: a natural person's row is set aside either way.
    #[must_use]
    pub fn has_refusal(&self) -> bool {
        let found = self.file.found.iter();
        found.map(|f| f.severity).any(|s| s != Severity::Warn)
    }

    /// Number of the record in the file, from 1.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.file.rows
    }

    /// Line or spreadsheet row, from 1.
    #[must_use]
    pub const fn sheet_row(&self) -> u64 {
        self.row.sheet_row()
    }

    /// Columns up to the last that is filled.
    #[must_use]
    pub fn width(&self) -> usize {
        let row = &self.row;
        let last = (0..row.len()).rev().find(|&i| !row.cell(i).is_empty());
        let width = last.map_or(0, |i| i + 1);
        let arrangement = self.file.arrangement.as_ref();
        arrangement.map_or(width, |a| a.width(width))
    }

    /// The item it is a row of.
    #[must_use]
    pub const fn item(&self) -> &'a Item {
        &self.file.format.item
    }

    /// The normalised value of the field at this index of the item's list.
    #[must_use]
    pub fn at(&self, field: usize) -> Option<&'a str> {
        let view = View {
            format: self.file.format,
            state: &self.file.state,
            text: self.row.text(),
        };
        view.get(field)
    }

    /// The normalised value of the field with this role.
    #[must_use]
    pub fn by_role(&self, role: Role) -> Option<&'a str> {
        self.at(self.file.format.by_role(role)?)
    }

    /// The date of the field with this role.
    #[must_use]
    pub fn date_by_role(&self, role: Role) -> Option<Date> {
        let field = self.file.format.by_role(role)?;
        self.file.state.dates.get(field).copied().flatten()
    }

    /// The filled fields: id and normalised value, in the item's order; then the columns the
    /// format does not know, as `flex_` and their header, with their trimmed text.
    pub fn fields(&self) -> impl Iterator<Item = (std::borrow::Cow<'a, str>, &'a str)> + use<'a> {
        let row = *self;
        let known = row.item().fields.iter().enumerate();
        let known = known.filter_map(move |(i, f)| Some((f.id.as_str().into(), row.at(i)?)));
        let columns = row.file.layout.columns.iter().enumerate();
        let unknown = columns.filter_map(move |(i, column)| {
            let value = text::trim(row.row.cell(i));
            let ours = row.file.layout.result == Some(i);
            let wanted = column.field.is_none() && !ours && !value.is_empty();
            wanted.then(|| (format!("flex_{}", column.header).into(), value))
        });
        known.chain(unknown)
    }

    /// Hands every finding to `each`, ordered by column and code. The finding is one buffer,
    /// used again.
    ///
    /// # Errors
    /// The first error of `each`.
    pub fn findings<E>(
        &self,
        finding: &mut Finding,
        mut each: impl FnMut(&Finding) -> Result<(), E>,
    ) -> Result<(), E> {
        finding.row = self.number();
        finding.sheet_row = self.sheet_row();
        for found in &self.file.found {
            let (id, name) = match found.field.and_then(|f| self.file.format.field(f)) {
                Some(field) => (field.id.as_str(), field.name.as_str()),
                None => ("", ""),
            };
            finding.field.clear();
            finding.field.push_str(id);
            self.file.checker.messages.render(found, name, finding);
            each(finding)?;
        }
        Ok(())
    }

    /// Number of findings.
    #[must_use]
    pub const fn finding_count(&self) -> usize {
        self.file.found.len()
    }
}

impl Values for CheckedRow<'_> {
    fn value(&self, field: &str) -> Option<&str> {
        self.at(*self.file.format.by_id.get(field)?)
    }
}
