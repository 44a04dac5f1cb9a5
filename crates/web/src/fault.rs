//! Where in a cell the fault stands, so that the reader sees it marked.

use xinheng_domain::finding::Finding;

/// Characters of a cell that a page shows, as many as the annotated workbook's first sheet; the rest
/// is told by its length.
const LONGEST: usize = 60;
/// Of these, so many before a fault that stands further behind.
const BEFORE: usize = 20;

/// The cell's text in parts; `true` = at fault. Characters that cannot be seen get a name.
pub(crate) fn parts(finding: &Finding) -> Vec<(String, bool)> {
    let chars: Vec<char> = finding.value.chars().collect();
    let (from, to) = finding
        .suggestion
        .as_deref()
        .map_or((0, 0), |s| difference(&chars, s));
    // A wrong check character is always the last one of the code.
    let from_to =
        if finding.suggestion.is_none() && finding.code.contains("check") && chars.len() == 18 {
            (17, 18)
        } else {
            (from, to)
        };
    // A long cell is shown from a little before its fault on.
    let unseen_at = chars.iter().position(|c| unseen(*c).is_some());
    let fault = if from_to.0 < from_to.1 {
        Some(from_to.0)
    } else {
        unseen_at
    };
    let first = match fault {
        Some(at) if at >= LONGEST => at - BEFORE,
        _ => 0,
    };
    let mut parts: Vec<(String, bool)> = Vec::new();
    if first > 0 {
        parts.push(("……".to_owned(), false));
    }
    for (i, c) in chars.iter().enumerate().skip(first).take(LONGEST) {
        let name = unseen(*c);
        let wrong = name.is_some() || (from_to.0 <= i && i < from_to.1);
        let text = name.unwrap_or_else(|| c.to_string());
        match parts.last_mut() {
            Some((last, w)) if *w == wrong => last.push_str(&text),
            _ => parts.push((text, wrong)),
        }
    }
    if chars.len() > LONGEST {
        parts.push((format!("……（共 {} 字）", chars.len()), false));
    }
    parts
}

/// The span of `chars` that differs from the suggestion, once common head and tail are taken off.
fn difference(chars: &[char], suggestion: &str) -> (usize, usize) {
    let other: Vec<char> = suggestion.chars().collect();
    let head = chars.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let rest = chars.len().min(other.len()) - head;
    let tail = chars
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    (head, chars.len() - tail)
}

/// A name for a character that cannot be seen or steers the text.
fn unseen(c: char) -> Option<String> {
    let name = match c {
        '\n' | '\r' => "［换行］",
        '\t' => "［制表符］",
        '\u{a0}' => "［不换行空格］",
        '\u{3000}' => "［全角空格］",
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => "［零宽字符］",
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "［方向控制符］"
        }
        c if c.is_control() => "［控制字符］",
        _ => return None,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use xinheng_domain::finding::Severity;

    fn finding(code: &str, value: &str, suggestion: Option<&str>) -> Finding {
        Finding {
            sheet: None,
            row: 1,
            sheet_row: 2,
            column: 3,
            field: "CF_XDR_SHXYM".to_owned(),
            code: code.to_owned(),
            severity: Severity::RefuseRow,
            value: value.to_owned(),
            expected: None,
            suggestion: suggestion.map(str::to_owned),
            message: String::new(),
            basis: None,
        }
    }

    #[test]
    fn a_long_cell_is_cut_and_its_fault_is_shown() {
        let text = |f: &Finding| parts(f).into_iter().map(|(t, _)| t).collect::<String>();
        let long = "长".repeat(5461);
        let shown = text(&finding("text-too-long", &long, None));
        assert_eq!(shown, format!("{}……（共 5461 字）", "长".repeat(60)));
        let right = format!("{}乙{}", "甲".repeat(300), "丙".repeat(300));
        let wrong = right.replace('乙', "\u{200b}乙");
        let f = finding("text-invisible", &wrong, Some(&right));
        assert_eq!(marked(&f), "［零宽字符］");
        let shown = text(&f);
        assert!(
            shown.starts_with("……甲") && shown.ends_with("……（共 602 字）"),
            "{shown}"
        );
    }

    fn marked(f: &Finding) -> String {
        parts(f)
            .into_iter()
            .filter(|(_, wrong)| *wrong)
            .map(|(text, _)| text)
            .collect()
    }

    #[test]
    fn the_difference_to_the_suggestion_is_marked() {
        assert_eq!(
            marked(&finding("date-form", "2026.3.2", Some("2026-03-02"))),
            ".3."
        );
        assert_eq!(marked(&finding("code-case", "91abC", Some("91ABC"))), "ab");
    }

    #[test]
    fn the_check_character_is_marked() {
        assert_eq!(
            marked(&finding("code-bad-check", "91990100MA0X00001B", None)),
            "B"
        );
    }

    #[test]
    fn what_cannot_be_seen_gets_a_name() {
        assert_eq!(
            marked(&finding("text-invisible", "甲\u{200b}乙", None)),
            "［零宽字符］"
        );
    }
}
