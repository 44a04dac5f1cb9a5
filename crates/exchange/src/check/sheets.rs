//! Which table of a workbook is checked, and what is said of the others.

use super::{
    CheckError,
    run::{Run, Stage},
};
use crate::{
    book::Book,
    fault::{FaultKind, Stop},
    header::{Search, Step},
    own,
    shape::{Checked, Shape},
};
use std::ops::ControlFlow;
use xinheng_checker::{Builtin, FilePlace};
use xinheng_domain::finding::{Finding, Severity};

impl Run<'_, '_, '_> {
    /// Checks one table of a file: the one asked for, or the first with a known header.
    pub(super) fn book(
        &mut self,
        book: &mut dyn Book,
        asked: Option<&str>,
    ) -> Result<(), CheckError> {
        for notice in book.notices() {
            let place = FilePlace::default();
            let finding = self.checker.finding(notice.code(), Severity::Warn, place);
            self.emit(&finding)?;
        }
        let sheets = book.sheets().to_vec();
        let hidden = book.hidden();
        let (chosen, skipped) = match asked {
            Some(name) if sheets.iter().any(|s| s == name) => (name.to_owned(), Vec::new()),
            Some(name) => {
                let fault = FaultKind::NoSuchSheet.whole().met(name);
                return self.fault(fault.expecting(sheets.join("、")));
            }
            None => match self.choose(book, &sheets, &hidden) {
                Ok(Some(choice)) => choice,
                Ok(None) => return self.fault(FaultKind::Empty.whole()),
                Err(Stop::File(fault)) => return self.fault(fault),
                Err(Stop::Io(error)) => return Err(error.into()),
            },
        };
        let place = |name: &String| sheets.iter().position(|s| s == name);
        let (before, after): (Vec<_>, Vec<_>) =
            skipped.iter().partition(|s| place(s) < place(&chosen));
        self.not_read(&before, &hidden)?;
        if hidden.contains(&chosen) {
            let finding = self.about_sheet(Builtin::SheetHidden, &chosen, "这次检查的就是它");
            self.pending.push(finding);
        }
        let read = self.read(&mut *book.rows(&chosen), Some(&chosen))?;
        if read.is_ok() {
            self.shape(&book.shape(&chosen), &chosen)?;
        }
        self.end(read, Some(&chosen))?;
        self.not_read(&after, &hidden)
    }

    /// What is said of cells and rows that a person sees otherwise than they were read.
    fn shape(&mut self, shape: &Shape, sheet: &str) -> Result<(), CheckError> {
        let Stage::Rows(file) = &self.stage else {
            return Ok(());
        };
        let checked = Checked {
            sheet,
            header: file.header(),
            last: self.last,
            width: u32::try_from(file.columns().count()).unwrap_or(u32::MAX),
        };
        let said = shape.findings(self.checker, checked);
        said.iter().try_for_each(|f| self.emit(f))
    }

    /// The table to check, and the others that hold anything. Visible ones go first.
    fn choose(
        &self,
        book: &mut dyn Book,
        sheets: &[String],
        hidden: &[String],
    ) -> Result<Option<(String, Vec<String>)>, Stop> {
        let mut filled = Vec::new();
        for name in sheets {
            let mut search = Search::default();
            let mut known = None;
            let mut ours: Option<own::OwnSheet> = None;
            let read = book.rows(name).read(&mut |rows| {
                for row in rows.iter().filter(|row| !row.is_blank()) {
                    // What we put into a workbook ourselves is no part of the clerk's file, unless
                    // rows of their own stand there as well: then it is told that they were not read.
                    if known.is_none() && ours.is_none() {
                        ours = own::OwnSheet::of(&row);
                        if ours.is_some() {
                            continue;
                        }
                    }
                    if let Some(ours) = &mut ours {
                        if ours.holds_more(self.checker.is_header(&row)) {
                            known = Some(false);
                            return ControlFlow::Break(());
                        }
                        continue;
                    }
                    known = Some(false);
                    match search.step(self.checker, &row) {
                        Step::More => {}
                        Step::Found { .. } => {
                            known = Some(true);
                            return ControlFlow::Break(());
                        }
                        Step::Nowhere => return ControlFlow::Break(()),
                    }
                }
                ControlFlow::Continue(())
            });
            let known = known.map(|known| known || search.end().is_some());
            match (known, read) {
                (Some(known), _) => filled.push((name, known, hidden.contains(name))),
                (None, Err(stop)) => return Err(stop),
                (None, Ok(())) => {}
            }
        }
        let rank = |(_, known, hidden): &&(&String, bool, bool)| (!known, *hidden);
        let Some((chosen, ..)) = filled.iter().min_by_key(rank) else {
            return Ok(None);
        };
        let others = filled
            .iter()
            .map(|(name, ..)| *name)
            .filter(|n| n != chosen);
        Ok(Some(((*chosen).clone(), others.cloned().collect())))
    }

    fn not_read(&mut self, sheets: &[&String], hidden: &[String]) -> Result<(), CheckError> {
        for sheet in sheets {
            let finding = if hidden.contains(sheet) {
                self.about_sheet(Builtin::SheetHidden, sheet, "有内容，这次没有检查")
            } else {
                self.about_sheet(Builtin::SheetNotRead, sheet, "")
            };
            self.emit(&finding)?;
        }
        Ok(())
    }

    fn about_sheet(&self, builtin: Builtin, sheet: &str, other: &str) -> Finding {
        let place = FilePlace {
            sheet: Some(sheet),
            value: sheet,
            other,
            ..FilePlace::default()
        };
        self.checker
            .finding(builtin.as_str(), Severity::Warn, place)
    }
}
