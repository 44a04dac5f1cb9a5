//! Document numbers, other numbers, and those of certificates.

use super::Cell;
use crate::{builtin::Builtin, report::Found, scan, spelling::Spelling, state::State};
use xinheng_domain::{
    catalogue::{FieldKind, Role},
    compatibility::{is_compatibility, named, unify},
    finding::Severity,
    identity, redact, text,
};

impl Cell<'_> {
    pub(super) fn number(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        self.characters(value, false, state, found);
        self.length(value, state, found);
        if state.is_bad(self.field) {
            return;
        }
        if self.odd.compatible && value.chars().any(is_compatibility) {
            self.compatibility(value, state, found);
            return;
        }
        let is_document = self.plan.kind == FieldKind::DocumentNumber;
        // The number of a document may be made of a division and a day by right. So was that of a
        // business's registration with the tax office made of its owner's: told, not refused.
        if !is_document && self.is_persons_number(value) {
            self.refuse(Builtin::IdentityNumberMisplaced, state, found);
            return;
        }
        if !is_document && scan::may_hold_identity_number(value) && Self::is_personal(value) {
            found.push(self.found(Builtin::IdentityNumberMisplaced, Severity::Warn));
        }
        let bare = if is_document {
            value.trim_end_matches(is_full_stop)
        } else {
            value
        };
        let stopped = bare.len() < value.len() && !bare.is_empty();
        let value = if stopped { bare } else { value };
        let mended = (is_document && !scan::is_usual_number(value))
            .then(|| text::with_year_brackets(value))
            .flatten();
        let odd = scan::has_full_width_or_blank(value);
        let joined = (is_document && odd)
            .then(|| scan::without_blanks(mended.as_deref().unwrap_or(value), idle))
            .flatten();
        let blank = joined.is_some();
        let read = joined
            .or(mended.clone())
            .or_else(|| stopped.then(|| value.to_owned()));
        if let Some(read) = &read {
            state.write(self.field, |out| out.push_str(read));
        }
        if blank {
            state.note(self.field, Spelling::NumberBlank);
        }
        if mended.is_some() {
            found.push(
                self.found(Builtin::DocumentBrackets, Severity::Warn)
                    .suggestion(read.clone()),
            );
        }
        if stopped {
            found.push(
                self.found(Builtin::DocumentFullStop, Severity::Warn)
                    .suggestion(read.clone()),
            );
        }
        let value = read.as_deref().unwrap_or(value);
        if odd && value.chars().any(is_wide) {
            found.push(
                self.found(Builtin::FullWidth, Severity::Warn)
                    .suggestion(Some(narrow(value))),
            );
        }
    }

    /// A number with a character in it that only looks like one.
    #[cold]
    fn compatibility(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        state.set_bad(self.field);
        let meant = unify(value).map(|unified| {
            let unified = unified.trim_end_matches(is_full_stop).to_owned();
            let bracketed = text::with_year_brackets(&unified);
            let unified = bracketed.unwrap_or(unified);
            narrow(&scan::without_blanks(&unified, idle).unwrap_or(unified))
        });
        let meant = meant.filter(|m| !m.chars().any(is_compatibility));
        found.push(
            self.found(Builtin::TextCompatibility, Severity::RefuseRow)
                .other(named(value))
                .suggestion(meant),
        );
    }

    /// Whether the value is a person's identity number beyond doubt; fifteen digits are one where
    /// a registration number is asked for and its own check digit does not fit.
    fn is_persons_number(&self, value: &str) -> bool {
        let bytes = value.as_bytes();
        match bytes.len() {
            18 => identity::is_identity_code(bytes),
            15 => {
                let role = self.format.field(self.field).and_then(|f| f.role);
                role == Some(Role::RegistrationNumber)
                    && identity::is_misplaced_in_registration(bytes)
            }
            _ => false,
        }
    }

    /// Whether a person's identity number stands in the text.
    #[cold]
    pub(super) fn is_personal(value: &str) -> bool {
        redact::mask_identity_numbers(value) != value
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

/// What ends a sentence, and no document number; also with blanks before it.
const fn is_full_stop(c: char) -> bool {
    matches!(c, '。' | '.' | '．' | '｡') || scan::is_blank(c)
}

/// A letter or digit of full width.
fn is_wide(c: char) -> bool {
    !c.is_ascii() && text::narrow(c).is_ascii_alphanumeric()
}

fn narrow(value: &str) -> String {
    let narrow = |c| if is_wide(c) { text::narrow(c) } else { c };
    value.chars().map(narrow).collect()
}

/// Whether a blank between these two says nothing. Between letters and digits it may part two
/// numbers.
fn idle(before: char, behind: char) -> bool {
    !(text::narrow(before).is_ascii_alphanumeric() && text::narrow(behind).is_ascii_alphanumeric())
}
