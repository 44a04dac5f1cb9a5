//! Sentences for people: every code shown has one, and a help page.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is said under a finding's code (`rulebook/messages/findings.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Stable code, e.g. `code-bad-check`.
    pub code: String,
    /// Short Chinese title, for grouping.
    pub title: String,
    /// The sentence, with places `{row}` `{name}` `{value}` `{expected}` `{suggestion}` `{other}`.
    pub text: String,
    /// What stands in those places in the example of the help page: invented, never of anybody.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub example: BTreeMap<String, String>,
    /// Help page: what the fault is and why it matters (plain Chinese, paragraphs parted by a blank line).
    pub why: String,
    /// Help page: what to do.
    pub remedy: String,
    /// Citation in short form, where there is one.
    #[serde(default)]
    pub basis: Option<String>,
}

impl Message {
    /// The sentence as it might be said, in parts: whether a part fills a place, and its text.
    /// `None` where the example leaves a place open, as a deployment's own may.
    #[must_use]
    pub fn sample(&self) -> Option<Vec<(bool, &str)>> {
        let mut parts = Vec::new();
        let mut rest = self.text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (place, tail) = after.split_once('}')?;
            parts.push((false, before));
            parts.push((true, self.example.get(place)?.as_str()));
            rest = tail;
        }
        parts.push((false, rest));
        Some(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str, example: &[(&str, &str)]) -> Message {
        let own = |text: &str| text.to_owned();
        Message {
            code: own("x"),
            title: own("题"),
            text: own(text),
            example: example.iter().map(|(k, v)| (own(k), own(v))).collect(),
            why: own("因"),
            remedy: own("法"),
            basis: None,
        }
    }

    #[test]
    fn a_sample_fills_every_place_or_is_none() {
        let text = "第{row}行“{value}”不对。";
        let full = message(text, &[("row", "12"), ("value", "{row}")]);
        let parts = [
            (false, "第"),
            (true, "12"),
            (false, "行“"),
            // What fills a place is not looked at for places.
            (true, "{row}"),
            (false, "”不对。"),
        ];
        assert_eq!(full.sample().as_deref(), Some(&parts[..]));
        assert_eq!(message(text, &[("row", "12")]).sample(), None);
        assert_eq!(message("没有{", &[]).sample(), None);
        assert_eq!(
            message("文件是空的。", &[]).sample(),
            Some(vec![(false, "文件是空的。")])
        );
    }
}
