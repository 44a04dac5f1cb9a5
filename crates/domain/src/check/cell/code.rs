//! Codes of organisations.

use super::Cell;
use crate::{
    check::{builtin::Builtin, report::Found, state::State},
    code::{self, CodeSeverity, CodeTables, Verdict},
    finding::Severity,
    text,
};

impl Cell<'_> {
    pub(super) fn unified_code(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        let check = code::check(value, self.codes);
        if check.severity == CodeSeverity::Ok
            || check.verdict == Verdict::Placeholder && self.plan.placeholder_allowed
        {
            return;
        }
        if check.severity == CodeSeverity::Error {
            let Some(builtin) = Builtin::of_verdict(check.verdict) else {
                return;
            };
            state.set_bad(self.field);
            let suggestion = check.suggestion.or_else(|| tidy_code(value, self.codes));
            if suggestion.is_none()
                && let Some((code, changed)) = code::look_alike(value, self.codes)
            {
                found.push(
                    self.found(Builtin::CodeLookAlike, Severity::RefuseRow)
                        .suggestion(Some(code))
                        .other(changed),
                );
                return;
            }
            found.push(
                self.found(builtin, Severity::RefuseRow)
                    .suggestion(suggestion)
                    .other(value.chars().count().to_string()),
            );
            return;
        }
        for verdict in std::iter::once(check.verdict).chain(check.also) {
            if let Some(builtin) = Builtin::of_verdict(verdict) {
                found.push(self.found(builtin, Severity::Warn));
            }
        }
    }

    pub(super) fn organisation_code(&self, value: &str, found: &mut Vec<Found>) {
        if code::check_organisation_code(value) != code::OrganisationCodeVerdict::Ok {
            found.push(self.found(Builtin::OrganisationCodeBad, Severity::Warn));
        }
    }
}

/// The code inside a cell that holds more: blanks, full-width characters, a leading
/// "统一社会信用代码：", a trailing "(1/1)". Only where that leaves a sound code: a suggestion,
/// never taken by itself.
fn tidy_code(value: &str, codes: &CodeTables) -> Option<String> {
    let key: String = text::clean(value)
        .chars()
        .map(text::narrow)
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    // An apostrophe is how a spreadsheet is told to keep text.
    let bare = key
        .trim_start_matches(['\'', '‘', '’', '`'])
        .trim_start_matches("统一社会信用代码")
        .trim_start_matches([':', '：']);
    let bare = bare.split('(').next().unwrap_or_default();
    let tidy = bare.to_ascii_uppercase();
    (tidy != value && code::check(&tidy, codes).severity != CodeSeverity::Error).then_some(tidy)
}
