//! Values of code lists.

use super::Cell;
use crate::{
    builtin::Builtin,
    report::Found,
    spelling::Spelling,
    state::{Norm, State, several},
};
use xinheng_domain::{compatibility::unify, condition::VALUE_SEPARATOR, finding::Severity, text};

impl Cell<'_> {
    pub(super) fn coded(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        let Some(list) = &self.plan.list else { return };
        if let Some(entry) = list.find(value) {
            state.set(self.field, Norm::Title(entry));
            return;
        }
        let mut unknown = Vec::new();
        let mut titles = Vec::new();
        let (mut wide, mut twice) = (false, false);
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
            if titles.contains(&title) {
                twice = true;
            } else {
                titles.push(title);
            }
        }
        let written = titles.join(VALUE_SEPARATOR.encode_utf8(&mut [0; 4]));
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
            if twice {
                state.note(self.field, Spelling::CodedTwice);
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
        // So it may be without its blanks: `罚 款`.
        let meant = meant.or_else(|| self.without_blanks(value));
        let titles: Vec<&str> = list.list.entries.iter().map(|e| e.title.as_str()).collect();
        found.push(
            self.found(Builtin::CodedUnknown, list.unknown)
                .expected(titles.join("、"))
                .suggestion(meant)
                .other(as_written(value, &unknown)),
        );
    }

    /// The titles of a value that is in the list but for blanks inside it.
    fn without_blanks(&self, value: &str) -> Option<String> {
        let list = self.plan.list.as_ref()?;
        let mut titles = Vec::new();
        for item in items(value) {
            let bare: String = item.chars().filter(|c| !c.is_whitespace()).collect();
            match list.find(&bare) {
                Some(entry) => titles.push(list.title(entry)),
                // Blanks may part values as well.
                None if self.plan.several => {
                    for part in several(item) {
                        titles.push(list.title(list.find(part)?));
                    }
                }
                None => return None,
            }
        }
        let one = self.plan.several || titles.len() == 1;
        (one && !titles.is_empty()).then(|| titles.join("、"))
    }
}

/// The values of a cell that are parted by more than blanks.
fn items(value: &str) -> impl Iterator<Item = &str> {
    value
        .split([VALUE_SEPARATOR, ',', '，', ';', '；'])
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// What is unknown, in the spelling of the cell: an item is cut at its blanks only where some of
/// it is known.
fn as_written(value: &str, unknown: &[&str]) -> String {
    let mut all = Vec::new();
    for item in items(value) {
        if unknown.contains(&item) || several(item).all(|part| unknown.contains(&part)) {
            all.push(item);
        } else {
            all.extend(several(item).filter(|part| unknown.contains(part)));
        }
    }
    if all.is_empty() {
        return unknown.join("、");
    }
    all.join("、")
}

/// `其他-…` with any kind of dash or colon.
fn is_open(value: &str, prefix: &str) -> bool {
    let stem = prefix.trim_end_matches(['-', '－', '—']);
    value.strip_prefix(stem).is_some_and(|rest| {
        let tail = rest.trim_start_matches(['-', '－', '—', ':', '：', '(', '（']);
        tail.len() < rest.len() && !tail.trim().is_empty()
    })
}
