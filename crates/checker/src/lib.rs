//! The checker: rows of a department's file against a catalogue item, cell by cell.
//!
//! A [`Checker`] is compiled once from the rulebook's data: every field, list, rule and
//! sentence is looked up beforehand. [`Checker::open`] reads a header and gives a
//! [`FileCheck`], which judges one row after the other and remembers what the rules over the
//! whole file need. Nothing here reads files: crate `exchange` has the driver (`check_file`)
//! that everybody calls.

mod arrange;
mod builtin;
mod cell;
mod condition;
mod duplicates;
mod file;
mod format;
mod header;
mod names;
mod persons;
mod publicity;
mod register;
mod report;
mod row;
mod rules;
mod scan;
mod spelling;
mod state;

pub use arrange::LayoutRow;
pub use builtin::Builtin;
pub use file::{CheckedRow, FileCheck, NATURAL_PERSON, SkippedRow, Verdict};
pub use format::BadRules;
pub use header::RESULT_COLUMN;
pub use publicity::{CLASS_AGAINST_RULES, CLASS_NOT_STATED, PUBLICITY_END_DIFFERS, PublicityRules};
pub use register::{Departments, Register, Registered};
pub use row::{HeaderRow, Row, Span};

use arrange::Prepared;
use format::Format;
use header::Headers;
use jiff::civil::Date;
use report::{Found, Messages};
use std::sync::Arc;
use xinheng_domain::{
    basis::Basis,
    catalogue::Item,
    code::CodeTables,
    code_list::CodeList,
    finder::Finder,
    finding::{Finding, Severity},
    layout::Layout,
    message::Message,
    redact,
};

pub use report::blank;

/// What a checker is made of: data of the rulebook, and the day.
pub struct Rules<'a> {
    /// The items whose files are understood.
    pub items: &'a [Item],
    /// The code lists they use.
    pub lists: &'a [CodeList],
    /// The sentences.
    pub messages: &'a [Message],
    /// Tables of the unified code.
    pub codes: CodeTables,
    /// The day the check is made for.
    pub today: Date,
    /// A citation in short form.
    pub cite: &'a dyn Fn(&Basis) -> String,
}

/// A compiled checker. Cheap to share, made once per rulebook and day.
#[derive(Debug)]
pub struct Checker {
    formats: Vec<Format>,
    headers: Headers,
    codes: CodeTables,
    messages: Messages,
    today: Date,
    publicity: Option<PublicityRules>,
    finder: Option<Arc<Finder>>,
    layouts: Vec<Prepared>,
}

impl Checker {
    /// Compiles the rules.
    ///
    /// # Errors
    /// The rules do not fit together.
    pub fn new(rules: Rules<'_>) -> Result<Self, BadRules> {
        let messages = Messages::new(rules.messages).map_err(BadRules::NoMessage)?;
        let formats: Vec<Format> = rules
            .items
            .iter()
            .map(|item| Format::compile(item, rules.lists, &messages, rules.cite))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            headers: Headers::new(&formats),
            formats,
            codes: rules.codes,
            messages,
            today: rules.today,
            publicity: None,
            finder: None,
            layouts: Vec::new(),
        })
    }

    /// Also understands other layouts of its items; those of items it has not are left out.
    ///
    /// # Errors
    /// A layout names a column or a field that does not exist.
    pub fn with_layouts(mut self, layouts: &[Layout]) -> Result<Self, BadRules> {
        for layout in layouts {
            self.layouts.extend(Prepared::new(layout, &self.formats)?);
        }
        Ok(self)
    }

    /// Also holds the rows' own class and last day of publicity against the rules.
    #[must_use]
    pub fn with_publicity(mut self, rules: PublicityRules) -> Self {
        for format in &mut self.formats {
            format.publicity = rules.compile(&format.item, &self.messages);
        }
        self.publicity = Some(rules);
        self
    }

    /// Also looks for persons in what is published.
    #[must_use]
    pub fn with_finder(mut self, finder: Arc<Finder>) -> Self {
        self.finder = Some(finder);
        self
    }

    /// What the name of an organisation holds of a person, in words: such a name is refused.
    /// `None` where there is nothing, or nobody to find it.
    #[must_use]
    pub fn person_in_name(&self, name: &str) -> Option<String> {
        persons::in_name(self.finder.as_deref()?, name)
    }

    /// The day the check is made for.
    #[must_use]
    pub const fn today(&self) -> Date {
        self.today
    }

    /// Whether the row is the header of a format we know.
    #[must_use]
    pub fn is_header(&self, row: &Row<'_>) -> bool {
        self.layout_of(row).is_some() || self.headers.recognise(row, &self.formats).is_some()
    }

    /// The other layout that the row is a header of. Several may have columns in common: the
    /// one with most, where it has more than an item's own.
    fn layout_of(&self, row: &Row<'_>) -> Option<&Prepared> {
        let known = self.layouts.iter().filter(|l| l.recognises(row));
        let most = known.max_by_key(|l| l.hits(row))?;
        Some(most).filter(|l| l.hits(row) > self.header_hits(row))
    }

    /// How many fields of the format it fits best the row names.
    #[must_use]
    pub fn header_hits(&self, row: &Row<'_>) -> usize {
        let nearest = self.headers.nearest(row, &self.formats);
        nearest.map_or(0, |(_, hits)| hits)
    }

    /// The header that two lines make together, where the second refines the first: a heading
    /// over several columns and their names below it. `None` where they do not belong together.
    #[must_use]
    pub fn join_headers(&self, first: &Row<'_>, second: &Row<'_>) -> Option<HeaderRow> {
        self.headers.join(first, second, &self.formats)
    }

    /// Begins a file with its header. Findings about the header go to `each`; without a file
    /// to go on with, one of them refuses it.
    pub fn open(
        &self,
        header: &Row<'_>,
        sheet: Option<&str>,
        each: &mut dyn FnMut(&Finding),
    ) -> Option<FileCheck<'_>> {
        let mut found = Vec::new();
        let other = self.layout_of(header);
        let index = other.map(|l| l.format);
        let index = index.or_else(|| self.headers.recognise(header, &self.formats));
        let opened = index.and_then(|i| Some((i, self.formats.get(i)?)));
        let mut arrangement = None;
        let layout = match (opened, other) {
            (Some((_, format)), Some(other)) => {
                let mut carried = Vec::new();
                let (layout, arranged) = other.lay_out(header, format, &mut carried);
                arrangement = Some(arranged);
                found.push(recognised(other, format, &carried));
                header::missing(&layout, format, &mut found);
                Some((format, layout))
            }
            (Some((index, format)), None) => Some((
                format,
                self.headers.lay_out(header, index, format, &mut found),
            )),
            (None, _) => {
                found.push(self.unknown_header(header));
                None
            }
        };
        let messages = &self.messages;
        found.sort_by(|a, b| {
            let by_column = a.column.cmp(&b.column);
            by_column.then_with(|| messages.code(a.code).cmp(messages.code(b.code)))
        });
        let mut finding = blank(sheet.map(str::to_owned));
        finding.sheet_row = header.sheet_row();
        for found in &found {
            let field = opened.and_then(|(_, f)| f.field(found.field?));
            finding.field.clear();
            finding
                .field
                .push_str(field.map_or(found.value.trim(), |f| f.id.as_str()));
            let name = field.map_or("", |f| f.name.as_str());
            self.messages.render(found, name, &mut finding);
            each(&finding);
        }
        let refused = found.iter().any(|f| f.severity == Severity::RefuseFile);
        layout.filter(|_| !refused).map(|(format, layout)| {
            let at = header.sheet_row();
            FileCheck::new(self, format, layout, arrangement, at)
        })
    }

    /// Begins a form, whose cells are the fields of the first item in their order.
    #[must_use]
    pub fn fill_in(&self) -> Option<FileCheck<'_>> {
        let format = self.formats.first()?;
        let names = format.item.fields.iter().map(|f| f.id.as_str());
        let header = HeaderRow::new(names, 1);
        let layout = self
            .headers
            .lay_out(&header.row(), 0, format, &mut Vec::new());
        Some(FileCheck::new(self, format, layout, None, 1))
    }

    fn unknown_header(&self, header: &Row<'_>) -> Found {
        const SHOWN: usize = 8;
        let cells = header.iter().map(str::trim).filter(|c| !c.is_empty());
        let mut met: Vec<&str> = cells.take(SHOWN + 1).collect();
        if met.len() > SHOWN {
            met.truncate(SHOWN);
            met.push("…");
        }
        let value: String = met.join("、").chars().take(200).collect();
        // A file without a header has data in its place.
        let value = redact::mask_identity_numbers(&value).into_owned();
        let found = Found::new(Builtin::HeaderUnknown, Severity::RefuseFile).value(value);
        let nearest = self.headers.nearest(header, &self.formats);
        let format = nearest.and_then(|(i, hits)| Some((self.formats.get(i)?, hits)));
        let titles: Vec<String> = self
            .formats
            .iter()
            .map(|f| format!("{}（{}）", f.item.title, f.id))
            .collect();
        match format {
            Some((format, hits)) => found
                .expected(format!("{}（{}）", format.item.title, format.id))
                .other(format!(
                    "最接近的格式是“{}”，有{hits}列相符",
                    format.item.title
                )),
            None => found
                .expected(titles.join("、"))
                .other("没有一列与已知格式相符"),
        }
    }

    /// A finding about a file as a whole or about its reading, by its code. `other` fills the
    /// place of that name in the sentence.
    #[must_use]
    pub fn finding(&self, code: &str, severity: Severity, place: FilePlace<'_>) -> Finding {
        let mut finding = blank(place.sheet.map(str::to_owned));
        finding.row = place.row;
        finding.sheet_row = place.sheet_row;
        let Some(known) = self.messages.find(code) else {
            code.clone_into(&mut finding.code);
            finding.severity = severity;
            return finding;
        };
        let mut found = Found::new(known, severity)
            .value(place.value)
            .other(place.other);
        found.column = place.column;
        found.expected = place.expected.map(str::to_owned);
        self.messages.render(&found, place.name, &mut finding);
        finding
    }
}

/// Says that a file is of another layout, and which columns no field takes.
fn recognised(other: &Prepared, format: &Format, carried: &[String]) -> Found {
    let carried = match carried {
        [] => "无".to_owned(),
        some => redact::mask_identity_numbers(&some.join("、")).into_owned(),
    };
    Found::new(Builtin::LayoutRecognised, Severity::Warn)
        .value(other.layout.title.clone())
        .expected(format!("{}（{}）", format.item.title, format.id))
        .other(carried)
}

/// Where and what, for a finding that is not of a checked cell.
#[derive(Debug, Clone, Copy, Default)]
pub struct FilePlace<'a> {
    /// Sheet.
    pub sheet: Option<&'a str>,
    /// Record.
    pub row: u64,
    /// Line or spreadsheet row.
    pub sheet_row: u64,
    /// Column from 1.
    pub column: u32,
    /// Name of the field.
    pub name: &'a str,
    /// What was met.
    pub value: &'a str,
    /// What should be there.
    pub expected: Option<&'a str>,
    /// Another word for the sentence.
    pub other: &'a str,
}
