//! Running text, and what every cell of words is looked at for: dangerous characters, length.

use super::Cell;
use crate::{builtin::Builtin, persons, report::Found, scan, spelling::Spelling, state::State};
use xinheng_domain::{
    catalogue::FieldKind, compatibility::is_compatibility, finding::Severity, text,
};

impl Cell<'_> {
    pub(super) fn running_text(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        self.characters(value, true, state, found);
        self.length(value, state, found);
        // Kept as it is: what is meant is for whoever wrote it to say.
        if self.odd.compatible && value.chars().any(is_compatibility) {
            state.note(self.field, Spelling::TextCompatibility);
        }
        self.personal(value, found);
    }

    /// Numbers of persons in what is published or kept: the row goes in, and they are struck
    /// where it is shown. Where there is a finder, it reads running text and the party's name
    /// when the whole row is known.
    pub(super) fn personal(&self, value: &str, found: &mut Vec<Found>) {
        let is_party = self.format.roles.subject_name == Some(self.field);
        if self.finds && (persons::is_read(self.plan) || is_party) {
            return;
        }
        found.extend(
            persons::numbers(self.format, self.field, value).map(|told| {
                told.column(self.column)
                    .field(self.field)
                    .value(self.shown())
            }),
        );
    }

    pub(super) fn length(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        let Some(length) = scan::longer_than(value, self.plan.max_chars) else {
            return;
        };
        if self.plan.too_long == Severity::RefuseRow {
            state.set_bad(self.field);
        }
        found.push(
            self.found(Builtin::TextTooLong, self.plan.too_long)
                .expected(format!("不超过{}个字符", self.plan.max_chars))
                .other(length.to_string()),
        );
    }

    /// Dangerous characters in a date, an amount, a code or a value of a list. What else is wrong
    /// there can only be told without them.
    #[cold]
    pub(super) fn hidden(&self, state: &mut State, found: &mut Vec<Found>) -> bool {
        let dangers = text::dangers(self.raw);
        self.dangerous(dangers, |clean| self.is_sound(clean), state, found);
        !dangers.is_empty()
    }

    /// Whether a value without its invisible characters is one of the field's.
    fn is_sound(&self, clean: &str) -> bool {
        let mut state = State::new(self.field + 1);
        let mut found = Vec::new();
        let cell = Cell {
            raw: clean,
            start: 0,
            odd: scan::odd(clean),
            ..*self
        };
        cell.check(&mut state, &mut found);
        found.iter().all(|f| f.severity == Severity::Warn)
    }

    /// One finding for each kind of dangerous character; without the invisible ones the value is
    /// suggested where it is `sound`.
    fn dangerous(
        &self,
        dangers: text::Dangers,
        sound: impl Fn(&str) -> bool,
        state: &mut State,
        found: &mut Vec<Found>,
    ) {
        for danger in dangers.iter() {
            let builtin = match danger {
                text::Danger::Control if self.raw.contains('\u{1a}') => Builtin::TextUndecodable,
                text::Danger::Control => Builtin::TextControl,
                text::Danger::Replacement => Builtin::TextUndecodable,
                text::Danger::ZeroWidth | text::Danger::Direction => Builtin::TextInvisible,
                text::Danger::Private => Builtin::TextPrivate,
            };
            // Whoever wrote the text can still read it; everybody else sees that something is
            // missing. Nothing is compared or searched by it.
            if builtin == Builtin::TextPrivate && self.plan.kind == FieldKind::Text {
                found.push(self.found(builtin, Severity::Warn).other(danger.title()));
                continue;
            }
            let clean = (builtin == Builtin::TextInvisible)
                .then(|| text::clean(&self.shown()).into_owned())
                .filter(|clean| sound(clean));
            state.set_bad(self.field);
            found.push(
                self.found(builtin, Severity::RefuseRow)
                    .other(danger.title())
                    .suggestion(clean),
            );
        }
    }

    /// Dangerous characters; in running text, line breaks are made equal.
    pub(super) fn characters(
        &self,
        value: &str,
        lines: bool,
        state: &mut State,
        found: &mut Vec<Found>,
    ) {
        // Invisible characters at the ends were trimmed from the value; they count.
        if !self.odd.suspect || !scan::odd(self.raw).suspect {
            return;
        }
        let dangers = text::dangers(self.raw);
        self.dangerous(dangers, |_| true, state, found);
        if lines && value.contains('\r') {
            state.write(self.field, |out| out.push_str(&text::clean(value)));
        }
        let told = dangers.contains(text::Danger::Control);
        if !lines && !told && value.contains(['\n', '\r', '\t']) {
            self.refuse(Builtin::TextControl, state, found);
        }
    }
}
