//! The text without what was found.

use super::{Kind, Span};
use std::borrow::Cow;

/// Stands in place of what was struck; names keep their first character instead.
pub const STRUCK: &str = "（已隐去）";

/// The text with every span struck or masked. Of two that overlap, the rest of the second goes
/// with the first.
pub(super) fn masked<'a>(text: &'a str, spans: &[Span]) -> Cow<'a, str> {
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for span in spans {
        if span.end <= done {
            continue;
        }
        let start = span.start.max(done);
        out.push_str(text.get(done..start).unwrap_or_default());
        if span.start >= done {
            if span.kind == Kind::Name {
                let name = text.get(span.start..span.end).unwrap_or_default();
                let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
                out.push_str(&crate::name::mask_person(&name));
            } else {
                out.push_str(STRUCK);
            }
        }
        done = span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}
