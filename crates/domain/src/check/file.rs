//! The rows of one file, one after the other.

use super::{
    Checker,
    arrange::{Arrangement, LayoutRow},
    builtin::Builtin,
    cell::{Cell, shown},
    duplicates::{Duplicates, Key},
    format::{Format, Need},
    header::Layout,
    register::Registered,
    report::{Found, blank},
    row::Row,
    rules::{Across, names_somebody},
    scan,
    spelling::{Spellings, Told},
    state::{State, View},
};
use crate::{
    catalogue::{Field, Item, Role},
    condition::Values,
    finding::{Finding, Severity},
    name, text,
};
use jiff::civil::Date;
use xxhash_rust::xxh3::xxh3_64;

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It may go in.
    Accepted {
        /// Somebody should look.
        warned: bool,
    },
    /// It stays out.
    Refused,
    /// A natural person's: checked, counted, not kept.
    SetAside,
}

/// Title of the party category whose rows are set aside (invariant I6).
pub const NATURAL_PERSON: &str = "自然人";

/// The state of a check in the middle of a file.
pub struct FileCheck<'c> {
    checker: &'c Checker,
    format: &'c Format,
    layout: Layout,
    /// How rows of another layout become the item's.
    arrangement: Option<Arrangement<'c>>,
    /// Indexes of the item's rules that can speak in this file.
    rules: Vec<usize>,
    state: State,
    found: Vec<Found>,
    duplicates: Duplicates,
    key: String,
    rows: u64,
    /// Line or spreadsheet row of the header.
    header: u64,
    spellings: Spellings,
}

impl<'c> FileCheck<'c> {
    pub(super) fn new(
        checker: &'c Checker,
        format: &'c Format,
        layout: Layout,
        arrangement: Option<Arrangement<'c>>,
        header: u64,
    ) -> Self {
        let missing = |field: usize| layout.of_field.get(field).copied().flatten().is_none();
        let rules = format.rules.iter().enumerate();
        let rules = rules.filter(|(_, rule)| !rule.is_dormant(&missing));
        Self {
            checker,
            format,
            arrangement,
            rules: rules.map(|(i, _)| i).collect(),
            state: State::new(layout.of_field.len()),
            layout,
            found: Vec::new(),
            duplicates: Duplicates::new(),
            key: String::new(),
            rows: 0,
            header,
            spellings: Spellings::default(),
        }
    }

    /// The item whose rows these are.
    #[must_use]
    pub fn item(&self) -> &'c Item {
        &self.format.item
    }

    /// Id of the format, e.g. `penalty-2018`.
    #[must_use]
    pub fn format_id(&self) -> &'c str {
        &self.format.id
    }

    /// The fields of the columns in file order; `None` for a column that is none of the item's,
    /// as those of another layout are.
    pub fn columns(&self) -> impl Iterator<Item = Option<&'c Field>> + use<'_, 'c> {
        let columns = self.layout.columns.iter();
        let width = match &self.arrangement {
            Some(arrangement) => arrangement.width(0),
            None => self.layout.columns.len(),
        };
        columns.take(width).map(|column| {
            let field = column.field.filter(|_| self.arrangement.is_none())?;
            self.format.field(field)
        })
    }

    /// Index of the column we added ourselves when the file was handed back
    /// ([`RESULT_COLUMN`](super::RESULT_COLUMN)).
    #[must_use]
    pub fn result_column(&self) -> Option<usize> {
        match &self.arrangement {
            Some(arrangement) => arrangement.result(),
            None => self.layout.result,
        }
    }

    /// Whether the row holds nothing of the clerk's.
    #[must_use]
    pub fn is_blank(&self, row: &Row<'_>) -> bool {
        let mut cells = row.iter().enumerate();
        let ours = self.result_column();
        cells.all(|(i, cell)| ours == Some(i) || cell.trim().is_empty())
    }

    /// Records checked so far.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// A row of another layout as a row of the item, to be checked in its place; `None` where
    /// the file has the item's own layout.
    pub fn arrange<'b>(&self, row: &Row<'_>, into: &'b mut LayoutRow) -> Option<Row<'b>> {
        let arrangement = self.arrangement.as_ref()?;
        Some(arrangement.arrange(row, into))
    }

    /// Whether the file is of another layout, so that its rows are to be
    /// [arranged](Self::arrange).
    #[must_use]
    pub const fn is_arranged(&self) -> bool {
        self.arrangement.is_some()
    }

    /// The code a row would be linked by, for asking the register beforehand; `None` where
    /// there is none that can be used.
    #[must_use]
    pub fn subject_code<'r>(&self, row: &Row<'r>) -> Option<&'r str> {
        let column = self.column_of(self.format.roles.subject_code?)?;
        let code = text::trim(row.cell(column));
        crate::code::is_usable(code.as_bytes()).then_some(code)
    }

    /// Checks the next record. `registered`: the register's answer about its
    /// [`subject_code`](Self::subject_code); `None` without a register.
    pub fn check<'a>(
        &'a mut self,
        row: Row<'a>,
        registered: Option<Option<&Registered>>,
    ) -> CheckedRow<'a> {
        self.rows += 1;
        self.state.clear();
        self.found.clear();
        let format = self.format;
        let odd = scan::odd(row.whole());
        for (i, column) in self.layout.columns.iter().enumerate() {
            let field = column.field;
            let plan = field.and_then(|f| format.plan(f));
            if let (Some(field), Some(plan)) = (field, plan) {
                if row.is_empty_at(i) && !matches!(plan.need, Need::Always) {
                    continue;
                }
                let cell = Cell {
                    format,
                    plan,
                    codes: &self.checker.codes,
                    field,
                    column: i + 1,
                    raw: row.cell(i),
                    start: row.start(i),
                    odd,
                };
                cell.check(&mut self.state, &mut self.found);
            }
        }
        if row.len() > self.layout.columns.len() {
            self.too_wide(&row);
        }
        let across = Across {
            format,
            layout: &self.layout,
            row: &row,
            today: self.checker.today,
            rules: &self.rules,
        };
        across.check(&mut self.state, &mut self.found);
        if let Some(ends) = &self.checker.ends {
            across.publicity_end(ends, &self.state, &mut self.found);
        }
        let roles = &format.roles;
        let person = roles
            .subject_kind
            .filter(|&kind| self.view(&row).get(kind) == Some(NATURAL_PERSON));
        match person {
            Some(kind) => {
                let note = Found::new(Builtin::NaturalPerson, Severity::Warn);
                self.push_at(kind, note.value(NATURAL_PERSON));
            }
            None => {
                self.whole_file(&row);
                if let Some(registered) = registered {
                    self.against_register(&row, registered);
                }
            }
        }
        if let Some(arrangement) = &self.arrangement {
            for found in &mut self.found {
                found.column = arrangement.shown(found.column);
            }
        }
        let messages = &self.checker.messages;
        self.found.sort_by(|a, b| {
            let by_column = a.column.cmp(&b.column);
            by_column.then_with(|| messages.code(a.code).cmp(messages.code(b.code)))
        });
        let refused = self.found.iter().any(|f| f.severity != Severity::Warn);
        let verdict = if person.is_some() {
            Verdict::SetAside
        } else if refused {
            Verdict::Refused
        } else {
            Verdict::Accepted {
                warned: !self.found.is_empty(),
            }
        };
        if !self.state.noted.is_empty() {
            self.count_spellings(&row, verdict);
        }
        CheckedRow {
            file: self,
            row,
            verdict,
            has_subject: registered.flatten().is_some_and(|r| !r.alias),
        }
    }

    /// Enters the row's cells that are said once for their column.
    #[cold]
    fn count_spellings(&mut self, row: &Row<'_>, verdict: Verdict) {
        let tellable = match verdict {
            Verdict::Accepted { .. } => true,
            Verdict::SetAside => false,
            // It may be a person's whose category was filled in wrongly.
            Verdict::Refused => {
                self.format.roles.subject_kind.is_none() || self.subject_code(row).is_some()
            }
        };
        let mut spellings = std::mem::take(&mut self.spellings);
        let view = self.view(row);
        for &(field, spelling) in &self.state.noted {
            // What refuses the cell says more.
            if let Some(column) = self.column_of(field).filter(|_| !self.state.is_bad(field)) {
                let alone = !self.found.iter().any(|f| f.field == Some(field));
                let told = tellable.then_some(Told { alone });
                spellings.count((field, spelling), column, (row, &view), told);
            }
        }
        self.spellings = spellings;
    }

    /// What is said of whole columns once the rows are over: spellings that were read although
    /// the standard has another, each with the number of its cells. The place is the header's.
    pub fn spellings(&self, sheet: Option<&str>, each: &mut dyn FnMut(&Finding)) {
        let column = |field: usize| {
            let column = self.column_of(field)? as u32 + 1;
            let arrangement = self.arrangement.as_ref();
            Some(arrangement.map_or(column, |a| a.shown(column)))
        };
        let mut all = self.spellings.found(column);
        let messages = &self.checker.messages;
        all.sort_by(|a, b| {
            let by_column = a.column.cmp(&b.column);
            by_column.then_with(|| messages.code(a.code).cmp(messages.code(b.code)))
        });
        // Two fields of another layout may come from one column.
        all.dedup_by(|b, a| (a.column, a.code, &a.other) == (b.column, b.code, &b.other));
        let mut finding = blank(sheet.map(str::to_owned));
        finding.sheet_row = self.header;
        for found in &all {
            let field = found.field.and_then(|f| self.format.field(f));
            let (id, name) = field.map_or(("", ""), |f| (&*f.id, &*f.name));
            finding.field.clear();
            finding.field.push_str(id);
            messages.render(found, name, &mut finding);
            each(&finding);
        }
    }

    fn view<'a>(&'a self, row: &Row<'a>) -> View<'a> {
        View {
            format: self.format,
            state: &self.state,
            text: row.text(),
        }
    }

    fn column_of(&self, field: usize) -> Option<usize> {
        self.layout.of_field.get(field).copied().flatten()
    }

    fn push_at(&mut self, field: usize, found: Found) {
        let column = self.column_of(field).map_or(0, |c| c + 1);
        self.found.push(found.column(column).field(field));
    }

    fn too_wide(&mut self, row: &Row<'_>) {
        let width = self.layout.columns.len();
        let ours = self.layout.result;
        let beyond =
            (width..row.len()).find(|&i| ours != Some(i) && !row.cell(i).trim().is_empty());
        if let Some(column) = beyond {
            self.found.push(
                Found::new(Builtin::RowTooWide, Severity::RefuseRow)
                    .column(column + 1)
                    .value(crate::redact::mask_identity_numbers(row.cell(column)))
                    .expected(format!("{width}列")),
            );
        }
    }

    /// Rules over the whole file: has the record been here, or its number with another party?
    fn whole_file(&mut self, row: &Row<'_>) {
        let Some(key) = self.record_key(row) else {
            return;
        };
        // As the clerk sees it: the line of the file or the row of the sheet.
        let number = u32::try_from(row.sheet_row()).unwrap_or(u32::MAX);
        let seen = self.duplicates.enter(key, number);
        let blamed = self.format.roles.document_number;
        let blamed = blamed.or_else(|| self.format.identity_rest.first().copied());
        let Some(blamed) = blamed else { return };
        if seen.same.is_none() && seen.other_party.is_none() {
            return;
        }
        let value = self.as_read(row, blamed);
        if let Some(first) = seen.same {
            let found = Found::new(Builtin::DuplicateRecord, Severity::RefuseRow);
            self.push_at(blamed, found.value(value).other(first.to_string()));
        } else if let Some(first) = seen.other_party
            && self.format.roles.document_number.is_some()
        {
            let found = Found::new(Builtin::NumberOnTwoSubjects, Severity::Warn);
            self.push_at(blamed, found.value(value).other(first.to_string()));
        }
    }

    /// What stands in a field's cell, as findings show it.
    fn as_read(&self, row: &Row<'_>, field: usize) -> String {
        let raw = self.column_of(field).map_or("", |c| row.cell(c));
        shown(self.format.plan(field), raw)
    }

    /// What names the record, hashed. `None` where a part of the identity is missing: such a
    /// row is refused for that already.
    fn record_key(&mut self, row: &Row<'_>) -> Option<Key> {
        let mut key = std::mem::take(&mut self.key);
        let found = self.hash_parts(row, &mut key);
        self.key = key;
        found
    }

    fn hash_parts(&self, row: &Row<'_>, key: &mut String) -> Option<Key> {
        const PART: char = '\u{1f}';
        let view = self.view(row);
        let roles = &self.format.roles;
        let get = |field: Option<usize>| field.and_then(|f| view.get(f));
        let code_or = |code, others: [Option<usize>; 2], key: &mut String| {
            if names_somebody(get(code)) {
                key.push_str(get(code).unwrap_or_default());
            } else {
                for other in others {
                    key.push_str(get(other).unwrap_or_default());
                    key.push(PART);
                }
            }
        };
        key.clear();
        code_or(
            roles.subject_code,
            [roles.registration_number, roles.subject_name],
            key,
        );
        let party = xxh3_64(key.as_bytes());
        key.clear();
        for &field in &self.format.identity_rest {
            key.push_str(view.get(field)?);
            key.push(PART);
        }
        let rest = xxh3_64(key.as_bytes());
        key.clear();
        if let Some(number) = roles.document_number {
            push_document_number(view.get(number)?, key);
            key.push(PART);
            code_or(roles.authority_code, [roles.authority_name, None], key);
            return Some(Key::new(Some(xxh3_64(key.as_bytes())), party, rest));
        }
        Some(Key::new(None, party, rest))
    }

    fn against_register(&mut self, row: &Row<'_>, registered: Option<&Registered>) {
        let roles = &self.format.roles;
        let (Some(code), Some(named)) = (roles.subject_code, roles.subject_name) else {
            return;
        };
        if self.subject_code(row).is_none() {
            return;
        }
        let view = self.view(row);
        let given = view.get(named).unwrap_or_default();
        let Some(registered) = registered.filter(|r| !r.provisional) else {
            // Neither name is proved, so neither row is refused; but one of the two is wrong.
            let met = registered.filter(|met| !given.is_empty() && !name::same(given, &met.name));
            let found =
                Found::new(Builtin::RegisterUnknown, Severity::Warn).value(self.as_read(row, code));
            self.push_at(code, found);
            if let Some(met) = met {
                let found = Found::new(Builtin::RegisterMetOtherwise, Severity::Warn);
                let value = self.as_read(row, named);
                self.push_at(named, found.value(value).expected(&*met.name));
            }
            return;
        };
        if given.is_empty() || name::same(given, &registered.name) {
            return;
        }
        let former = registered.former_names.iter().any(|f| name::same(f, given));
        let found = if former {
            Found::new(Builtin::RegisterNameFormer, Severity::Warn)
        } else {
            Found::new(Builtin::RegisterNameDiffers, Severity::RefuseRow)
        };
        let value = self.as_read(row, named);
        self.push_at(named, found.value(value).expected(&*registered.name));
    }
}

/// A document number for comparison, as [`text::document_number_key`] has it.
fn push_document_number(number: &str, key: &mut String) {
    // Letters, digits, Chinese characters and the right brackets stand for themselves.
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '〔' | '〕' | '一'..='龥');
    if number.chars().all(plain) {
        key.push_str(number);
    } else {
        key.push_str(&text::document_number_key(number));
    }
}

/// A row with its verdict, its findings and its normalised values.
#[derive(Clone, Copy)]
pub struct CheckedRow<'a> {
    file: &'a FileCheck<'a>,
    row: Row<'a>,
    verdict: Verdict,
    has_subject: bool,
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
