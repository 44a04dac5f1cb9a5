//! Values of code lists.

use super::Cell;
use crate::{
    check::{
        builtin::Builtin,
        report::Found,
        spelling::Spelling,
        state::{Norm, State, several},
    },
    compatibility::unify,
    condition::VALUE_SEPARATOR,
    finding::Severity,
    text,
};

impl Cell<'_> {
    pub(super) fn coded(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        let Some(list) = &self.plan.list else { return };
        if let Some(entry) = list.find(value) {
            state.set(self.field, Norm::Title(entry));
            return;
        }
        let mut unknown = Vec::new();
        let mut written = String::new();
        let mut wide = false;
        let whole = [value];
        let parts: Vec<&str> = if self.plan.several {
            several(value).collect()
        } else {
            whole.to_vec()
        };
        for part in parts {
            let narrow = text::half_width(part);
            let open = list
                .list
                .open_prefix
                .as_deref()
                .is_some_and(|p| is_open(part, p));
            let title = match (list.find(part), list.find(narrow.trim())) {
                (Some(entry), _) => list.title(entry),
                (None, Some(entry)) => {
                    wide = true;
                    list.title(entry)
                }
                (None, None) => {
                    if !open {
                        unknown.push(part);
                    }
                    part
                }
            };
            if !written.is_empty() {
                written.push(VALUE_SEPARATOR);
            }
            written.push_str(title);
        }
        state.write(self.field, |out| out.push_str(&written));
        if unknown.is_empty() {
            if wide {
                state.note(self.field, Spelling::CodedWide);
            }
            let apart = |c: char| {
                c != VALUE_SEPARATOR && several(c.encode_utf8(&mut [0; 4])).next().is_none()
            };
            if self.plan.several && value.contains(apart) {
                state.note(self.field, Spelling::CodedSeparator);
            }
            return;
        }
        if list.unknown == Severity::RefuseRow {
            state.set_bad(self.field);
        }
        // With characters that only look like others made right, it may be in the list.
        let meant = unify(&written).filter(|meant| {
            let mut parts = meant.split(VALUE_SEPARATOR);
            parts.all(|part| list.find(part).is_some())
        });
        let titles: Vec<&str> = list.list.entries.iter().map(|e| e.title.as_str()).collect();
        found.push(
            self.found(Builtin::CodedUnknown, list.unknown)
                .expected(titles.join("、"))
                .suggestion(meant)
                .other(unknown.join("、")),
        );
    }
}

/// `其他-…` with any kind of dash or colon.
fn is_open(value: &str, prefix: &str) -> bool {
    let stem = prefix.trim_end_matches(['-', '－', '—']);
    value.strip_prefix(stem).is_some_and(|rest| {
        let tail = rest.trim_start_matches(['-', '－', '—', ':', '：', '(', '（']);
        tail.len() < rest.len() && !tail.trim().is_empty()
    })
}
