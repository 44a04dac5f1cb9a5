//! The rows of one file, one after the other.

mod beside;
mod checked;
mod known;

pub use beside::SkippedRow;
pub use checked::CheckedRow;

use super::{
    Checker,
    arrange::{Arrangement, LayoutRow},
    builtin::Builtin,
    cell::Cell,
    duplicates::Duplicates,
    format::{Format, Need},
    header::Layout,
    persons::Readings,
    register::{Departments, Registered},
    report::{Found, blank},
    row::Row,
    rules::Across,
    scan,
    spelling::{Spellings, Told},
    state::{State, View},
};
use std::sync::Arc;
use xinheng_domain::{
    catalogue::{Field, Item},
    code,
    finding::{Finding, Severity},
    text,
};

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
    pub(super) checker: &'c Checker,
    pub(super) format: &'c Format,
    layout: Layout,
    /// How rows of another layout become the item's.
    arrangement: Option<Arrangement<'c>>,
    /// Indexes of the item's rules that can speak in this file.
    rules: Vec<usize>,
    pub(super) state: State,
    pub(super) found: Vec<Found>,
    duplicates: Duplicates,
    key: String,
    rows: u64,
    /// Line or spreadsheet row of the header.
    header: u64,
    spellings: Spellings,
    pub(super) readings: Readings,
    departments: Option<Arc<Departments>>,
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
            readings: Readings::default(),
            departments: None,
        }
    }

    /// Also holds what the rows say of departments against those that report here.
    pub fn know_departments(&mut self, departments: Option<Arc<Departments>>) {
        self.departments = departments;
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
        columns.take(self.width()).map(|column| {
            let field = column.field.filter(|_| self.arrangement.is_none())?;
            self.format.field(field)
        })
    }

    /// Line or spreadsheet row of the header.
    #[must_use]
    pub const fn header(&self) -> u64 {
        self.header
    }

    /// Columns of the file's header.
    fn width(&self) -> usize {
        match &self.arrangement {
            Some(arrangement) => arrangement.width(0),
            None => self.layout.columns.len(),
        }
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
        xinheng_domain::code::is_usable(code.as_bytes()).then_some(code)
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
                    finds: self.checker.finder.is_some(),
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
        self.departments(&row);
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
        self.persons(&row, person.is_some());
        if let Some(rules) = &self.checker.publicity {
            let across = Across {
                format,
                layout: &self.layout,
                row: &row,
                today: self.checker.today,
                rules: &[],
            };
            // A person's row is never public; one that is refused has to come again.
            let refused = self.found.iter().any(|f| f.severity != Severity::Warn);
            let asked = person.is_none() && !refused;
            across.publicity(rules, (&self.state, asked), &mut self.found);
        }
        if let Some(arrangement) = &self.arrangement {
            for found in &mut self.found {
                found.column = arrangement.shown(found.column);
            }
        }
        if row.stray() > 0 {
            self.stray(&row);
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
        let mut spellings = std::mem::take(&mut self.spellings);
        let view = self.view(row);
        let is_organisation = match verdict {
            Verdict::Accepted { .. } => true,
            Verdict::SetAside => false,
            Verdict::Refused => self.is_organisation(row, &view),
        };
        for &(field, spelling) in &self.state.noted {
            // What refuses the cell says more.
            if let Some(column) = self.column_of(field).filter(|_| !self.state.is_bad(field)) {
                let alone = !self.found.iter().any(|f| f.field == Some(field));
                let told = match verdict {
                    Verdict::SetAside => Told::Person,
                    _ if is_organisation => Told::Shown { alone },
                    _ => Told::Doubtful,
                };
                spellings.count((field, spelling), column, (row, &view), told);
            }
        }
        self.spellings = spellings;
    }

    /// Whether a refused row is an organisation's all the same. It may be a person's whose category
    /// was filled in wrongly: the code tells, also one that is not quite right.
    fn is_organisation(&self, row: &Row<'_>, view: &View<'_>) -> bool {
        let roles = &self.format.roles;
        let Some(kind) = roles.subject_kind else {
            return true;
        };
        if self.subject_code(row).is_some() {
            return true;
        }
        let given = view.get(kind).filter(|_| !self.state.is_bad(kind));
        let organised = given.is_some_and(|kind| kind != NATURAL_PERSON);
        let column = roles.subject_code.and_then(|code| self.column_of(code));
        organised && column.is_some_and(|c| code::resembles(row.cell(c)))
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

    pub(super) fn view<'a>(&'a self, row: &Row<'a>) -> View<'a> {
        View {
            format: self.format,
            state: &self.state,
            text: row.text(),
        }
    }

    pub(super) fn column_of(&self, field: usize) -> Option<usize> {
        self.layout.of_field.get(field).copied().flatten()
    }

    fn push_at(&mut self, field: usize, found: Found) {
        let column = self.column_of(field).map_or(0, |c| c + 1);
        self.found.push(found.column(column).field(field));
    }

    /// Which marks of quotation belong to the text, nobody can say. The place is the file's.
    #[cold]
    fn stray(&mut self, row: &Row<'_>) {
        let column = row.stray() as usize;
        let value = xinheng_domain::redact::mask_identity_numbers(row.cell(column - 1));
        let found = Found::new(Builtin::QuoteStray, Severity::RefuseRow);
        self.found.push(found.column(column).value(value));
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
                    .value(xinheng_domain::redact::mask_identity_numbers(
                        row.cell(column),
                    ))
                    .expected(format!("{width}列")),
            );
        }
    }
}
