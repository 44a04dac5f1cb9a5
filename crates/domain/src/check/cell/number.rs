//! Document numbers, other numbers, and those of certificates.

use super::Cell;
use crate::{
    catalogue::FieldKind,
    check::{builtin::Builtin, report::Found, scan, state::State},
    finding::Severity,
    identity, text,
};

impl Cell<'_> {
    pub(super) fn number(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        self.characters(value, false, state, found);
        self.length(value, state, found);
        let mended = (self.plan.kind == FieldKind::DocumentNumber && !value.contains('〔'))
            .then(|| text::with_year_brackets(value))
            .flatten();
        if let Some(mended) = &mended
            && !state.is_bad(self.field)
        {
            state.write(self.field, |out| out.push_str(mended));
            found.push(
                self.found(Builtin::DocumentBrackets, Severity::Warn)
                    .suggestion(Some(mended.clone())),
            );
        }
        let value = mended.as_deref().unwrap_or(value);
        if !state.is_bad(self.field)
            && scan::has_full_width(value)
            && value
                .chars()
                .any(|c| text::narrow(c).is_ascii_alphanumeric() && !c.is_ascii())
        {
            let narrow = |c: char| match text::narrow(c) {
                n if n.is_ascii_alphanumeric() => n,
                _ => c,
            };
            found.push(
                self.found(Builtin::FullWidth, Severity::Warn)
                    .suggestion(Some(value.chars().map(narrow).collect())),
            );
        }
    }

    pub(super) fn identity_number(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        self.characters(value, false, state, found);
        if state.is_bad(self.field) {
            return;
        }
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let like_ours = digits >= 14 && matches!(value.len(), 15 | 18);
        let bad = !value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'(' | b')' | b'-'))
            || value.len() < 5
            || like_ours && !identity::has_birthday(value.as_bytes());
        if bad {
            found.push(self.found(Builtin::IdentityNumberBad, Severity::Warn));
        } else if digits == 15 && value.len() == 15 {
            found.push(self.found(Builtin::IdentityNumberOld, Severity::Warn));
        }
    }
}
