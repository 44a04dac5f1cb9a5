//! What a row says beside what is known already: the rows of the file before it, and the register.

use super::FileCheck;
use crate::{
    builtin::Builtin, cell::shown, duplicates::Key, register::Registered, report::Found, row::Row,
    rules::names_somebody,
};
use xinheng_domain::{finding::Severity, name, text};
use xxhash_rust::xxh3::xxh3_64;

impl FileCheck<'_> {
    /// Rules over the whole file: has the record been here, or its number with another party?
    pub(super) fn whole_file(&mut self, row: &Row<'_>) {
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
    pub(crate) fn as_read(&self, row: &Row<'_>, field: usize) -> String {
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

    /// Departments as this deployment knows them: a file in another department's folder, a name
    /// that is not its code's.
    pub(super) fn departments(&mut self, row: &Row<'_>) {
        let Some(departments) = self.departments.clone() else {
            return;
        };
        let roles = self.format.roles;
        let view = self.view(row);
        let source = roles.source_code;
        let code = source.and_then(|f| view.get(f));
        let other = code.and_then(|code| departments.instead_of(code));
        let pairs = [
            (roles.authority_name, roles.authority_code),
            (roles.source_name, source),
        ];
        let differs = pairs.map(|(name, code)| {
            let (name, code) = (name?, code?);
            let known = departments.name_of(view.get(code)?)?;
            (!name::same(view.get(name)?, known)).then(|| (name, known.to_owned()))
        });
        if let (Some(field), Some(other)) = (source, other) {
            let found = Found::new(Builtin::SourceOther, Severity::RefuseRow);
            let value = self.as_read(row, field);
            self.push_at(field, found.value(value).expected(other));
        }
        for (field, known) in differs.into_iter().flatten() {
            let found = Found::new(Builtin::DepartmentName, Severity::Warn);
            let value = self.as_read(row, field);
            self.push_at(field, found.value(value).expected(known));
        }
    }

    /// Rules over what the register has of the row's organisation.
    pub(super) fn against_register(&mut self, row: &Row<'_>, registered: Option<&Registered>) {
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
