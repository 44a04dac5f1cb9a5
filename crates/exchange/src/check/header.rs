//! Where the records begin, and what is said of their header.

use super::{
    SinkError,
    run::{Run, Stage},
};
use crate::{
    fault::FaultKind,
    header::{Header, Step},
};
use xinheng_checker::{Builtin, FilePlace, Row};
use xinheng_domain::{finding::Severity, redact};

impl Run<'_, '_, '_> {
    /// Looks for the header; `false` where the row in hand is the first record.
    pub(super) fn header(&mut self, row: &Row<'_>, sheet: Option<&str>) -> Result<bool, SinkError> {
        let Stage::Header(search) = &mut self.stage else {
            return Ok(false);
        };
        match search.step(self.checker, row) {
            Step::More => Ok(true),
            Step::Found { header, used } => {
                self.begin(&header, sheet)?;
                Ok(used)
            }
            Step::Nowhere => {
                if let Stage::Header(search) = std::mem::replace(&mut self.stage, Stage::Over)
                    && let Some(nearest) = search.nearest()
                {
                    self.unknown(&nearest.row(), sheet)?;
                }
                Ok(true)
            }
        }
    }

    /// Begins the records under a header that was found.
    pub(super) fn begin(&mut self, header: &Header, sheet: Option<&str>) -> Result<(), SinkError> {
        let row = header.row.row();
        let place = FilePlace {
            sheet,
            sheet_row: row.sheet_row(),
            ..FilePlace::default()
        };
        if header.records_above() {
            let code = Builtin::HeaderNotFirst.as_str();
            let finding = self.checker.finding(code, Severity::RefuseFile, place);
            self.stage = Stage::Over;
            self.pending.clear();
            return self.give(&finding);
        }
        let mut said = std::mem::take(&mut self.pending);
        if !header.above.is_empty() {
            let (numbers, text) = header.above_shown();
            let place = FilePlace {
                value: &redact::mask_identity_numbers(&text),
                other: &numbers,
                ..place
            };
            let code = Builtin::RowsAboveHeader.as_str();
            said.push(self.checker.finding(code, Severity::Warn, place));
        }
        if let Some(first) = header.first_line {
            let place = FilePlace {
                other: &first.to_string(),
                ..place
            };
            let code = Builtin::HeaderTwoLines.as_str();
            said.push(self.checker.finding(code, Severity::Warn, place));
        }
        let opened = self
            .checker
            .open(&row, sheet, &mut |f| said.push(f.clone()));
        self.stage = match opened {
            Some(mut file) => {
                if let Some(register) = &mut self.register {
                    file.know_departments(register.departments()?);
                }
                self.format = Some(file.format_id().to_owned());
                self.sink.opened(sheet, row.sheet_row(), &file)?;
                Stage::Rows(Box::new(file))
            }
            None => Stage::Over,
        };
        said.sort_by(|a, b| (a.column, &a.code).cmp(&(b.column, &b.code)));
        said.iter().try_for_each(|f| self.give(f))
    }

    /// Refuses a file whose header is of no format we know.
    pub(super) fn unknown(
        &mut self,
        nearest: &Row<'_>,
        sheet: Option<&str>,
    ) -> Result<(), SinkError> {
        let mut said = Vec::new();
        let _ = self
            .checker
            .open(nearest, sheet, &mut |f| said.push(f.clone()));
        said.iter().try_for_each(|f| self.give(f))
    }

    /// Refuses a workbook of ours that lacks the end of the file.
    pub(super) fn only_part(
        &mut self,
        row: &Row<'_>,
        sheet: Option<&str>,
    ) -> Result<(), SinkError> {
        let place = FilePlace {
            sheet,
            sheet_row: row.sheet_row(),
            column: 1,
            ..FilePlace::default()
        };
        let code = FaultKind::OnlyPart.code();
        let finding = self.checker.finding(code, Severity::RefuseFile, place);
        self.stage = Stage::Over;
        self.give(&finding)
    }

    pub(super) fn twice(&mut self, row: &Row<'_>, sheet: Option<&str>) -> Result<(), SinkError> {
        let place = FilePlace {
            sheet,
            row: 1,
            sheet_row: row.sheet_row(),
            ..FilePlace::default()
        };
        let code = Builtin::HeaderTwice.as_str();
        let finding = self.checker.finding(code, Severity::RefuseFile, place);
        self.stage = Stage::Over;
        self.give(&finding)
    }
}
