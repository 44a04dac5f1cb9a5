//! From what was found to what is said: sentences with their places filled in.

use super::builtin::Builtin;
use std::collections::HashMap;
use xinheng_domain::{
    finding::{Finding, Severity},
    message::Message,
};

/// Which sentence: an index into [`Messages`]. The built-in ones come first, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Code(u32);

impl From<Builtin> for Code {
    fn from(builtin: Builtin) -> Self {
        Self(builtin as u32)
    }
}

/// Characters of a value that a sentence repeats.
const SHOWN: usize = 60;

/// The sentences, cut at their places.
#[derive(Debug)]
pub(super) struct Messages {
    entries: Vec<Entry>,
    by_code: HashMap<String, Code>,
}

#[derive(Debug)]
struct Entry {
    code: String,
    text: Vec<Part>,
    basis: Option<String>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    /// “第n行” at the beginning.
    Place,
    Row,
    Column,
    Name,
    Value,
    Expected,
    Suggestion,
    Other,
}

impl Messages {
    /// # Errors
    /// Names the built-in code without a sentence.
    pub(super) fn new(messages: &[Message]) -> Result<Self, String> {
        let mut given: HashMap<&str, &Message> =
            messages.iter().map(|m| (m.code.as_str(), m)).collect();
        let mut all = Vec::new();
        for builtin in Builtin::ALL {
            let code = builtin.as_str();
            all.push(given.remove(code).ok_or_else(|| code.to_owned())?);
        }
        let mut rest: Vec<_> = given.into_values().collect();
        rest.sort_by(|a, b| a.code.cmp(&b.code));
        all.append(&mut rest);
        let by_code = (0..).zip(&all).map(|(i, m)| (m.code.clone(), Code(i)));
        Ok(Self {
            by_code: by_code.collect(),
            entries: all.into_iter().map(Entry::new).collect(),
        })
    }

    /// The sentence with this code.
    pub(super) fn find(&self, code: &str) -> Option<Code> {
        self.by_code.get(code).copied()
    }

    /// The stable code.
    pub(super) fn code(&self, code: Code) -> &str {
        self.entry(code).map_or("", |e| &e.code)
    }

    fn entry(&self, code: Code) -> Option<&Entry> {
        self.entries.get(code.0 as usize)
    }

    /// Writes what was found into `out`, whose strings are used again. `place` is filled in by
    /// the caller: sheet, row, sheet row.
    pub(super) fn render(&self, found: &Found, name: &str, out: &mut Finding) {
        out.column = found.column;
        out.severity = found.severity;
        out.value.clone_from(&found.value);
        out.expected.clone_from(&found.expected);
        out.suggestion.clone_from(&found.suggestion);
        out.code.clear();
        out.message.clear();
        out.basis.clone_from(&found.basis);
        let Some(entry) = self.entry(found.code) else {
            return;
        };
        out.code.push_str(&entry.code);
        if out.basis.is_none() {
            out.basis.clone_from(&entry.basis);
        }
        for part in &entry.text {
            let text = &mut out.message;
            match part {
                Part::Text(t) => text.push_str(t),
                // A form has no rows.
                Part::Place if out.sheet_row == 0 => {}
                Part::Place => {
                    text.push('第');
                    push_number(text, out.sheet_row);
                    text.push('行');
                }
                Part::Row => push_number(text, out.sheet_row),
                Part::Column => push_number(text, u64::from(found.column)),
                Part::Name => text.push_str(name),
                Part::Value => push_shortened(text, &found.value),
                Part::Expected => text.push_str(found.expected.as_deref().unwrap_or_default()),
                Part::Suggestion => {
                    push_shortened(text, found.suggestion.as_deref().unwrap_or_default());
                }
                Part::Other => text.push_str(&found.other),
            }
        }
    }
}

impl Entry {
    fn new(message: &Message) -> Self {
        let mut text = Vec::new();
        let mut rest = message.text.as_str();
        if let Some(tail) = rest.strip_prefix("第{row}行") {
            text.push(Part::Place);
            rest = tail;
        }
        while let Some((before, after)) = rest.split_once('{') {
            let Some((place, tail)) = after.split_once('}') else {
                break;
            };
            text.push(Part::Text(before.to_owned()));
            text.push(match place {
                "row" => Part::Row,
                "column" => Part::Column,
                "name" => Part::Name,
                "value" => Part::Value,
                "expected" => Part::Expected,
                "suggestion" => Part::Suggestion,
                "other" => Part::Other,
                unknown => Part::Text(format!("{{{unknown}}}")),
            });
            rest = tail;
        }
        text.push(Part::Text(rest.to_owned()));
        Self {
            code: message.code.clone(),
            text,
            basis: message.basis.clone(),
        }
    }
}

/// What was found, before it is put in words.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) code: Code,
    pub(super) severity: Severity,
    /// From 1; 0 where no column is meant.
    pub(super) column: u32,
    /// Index of the item's field, where the column is one.
    pub(super) field: Option<usize>,
    pub(super) value: String,
    pub(super) expected: Option<String>,
    pub(super) suggestion: Option<String>,
    pub(super) other: String,
    pub(super) basis: Option<String>,
}

impl Found {
    pub(super) fn new(code: impl Into<Code>, severity: Severity) -> Self {
        Self {
            code: code.into(),
            severity,
            column: 0,
            field: None,
            value: String::new(),
            expected: None,
            suggestion: None,
            other: String::new(),
            basis: None,
        }
    }

    pub(super) fn column(mut self, column: usize) -> Self {
        self.column = column as u32;
        self
    }

    pub(super) fn field(mut self, field: usize) -> Self {
        self.field = Some(field);
        self
    }

    pub(super) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    pub(super) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub(super) fn suggestion(mut self, suggestion: Option<String>) -> Self {
        self.suggestion = suggestion;
        self
    }

    pub(super) fn other(mut self, other: impl Into<String>) -> Self {
        self.other = other.into();
        self
    }
}

/// A finding with nothing in it, to be filled again and again.
#[must_use]
pub const fn blank(sheet: Option<String>) -> Finding {
    Finding {
        sheet,
        row: 0,
        sheet_row: 0,
        column: 0,
        field: String::new(),
        code: String::new(),
        severity: Severity::Warn,
        value: String::new(),
        expected: None,
        suggestion: None,
        message: String::new(),
        basis: None,
    }
}

fn push_number(text: &mut String, number: u64) {
    use std::fmt::Write as _;
    // Writing to a string cannot fail.
    let _ = write!(text, "{number}");
}

fn push_shortened(text: &mut String, value: &str) {
    match value.char_indices().nth(SHOWN) {
        Some((cut, _)) => {
            text.push_str(value.get(..cut).unwrap_or_default());
            text.push('…');
        }
        None => text.push_str(value),
    }
}
