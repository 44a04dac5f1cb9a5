//! What a note says: what is wrong, what should stand there, what to write, and why.

use super::gather::{Group, Header};
use std::fmt::Write as _;
use xinheng_domain::{
    cell_name::letters,
    finding::{Finding, Severity},
};

/// Characters of one note; a person reads no more, and a spreadsheet takes 32,000.
const LONGEST: usize = 2_000;

/// The note at a cell with these findings.
pub(super) fn text(findings: &[&Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        // Writing to a string cannot fail.
        let _ = write!(text, "【{}】{}", finding.severity.word(), finding.message);
        let lines = [
            ("应当是：", &finding.expected),
            ("可以改成：", &finding.suggestion),
            ("依据：", &finding.basis),
        ];
        for (label, line) in lines {
            if let Some(line) = finding.unsaid(line.as_deref()) {
                let _ = write!(text, "\n{label}{line}");
            }
        }
    }
    if let Some((cut, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(cut);
        text.push_str("…（其余见“核对结论”表）");
    }
    visible(&text)
}

/// Pixels from side to side.
pub(super) const WIDTH: u32 = 340;

/// Pixels high enough for the text: lines of so many places, so many pixels each.
pub(super) fn height(text: &str) -> u32 {
    const PLACES: usize = 46;
    const LINE: usize = 18;
    let rows = |line: &str| super::look::width(line).div_ceil(PLACES).max(1);
    let lines: usize = text.lines().map(rows).sum();
    u32::try_from((lines + 1) * LINE)
        .unwrap_or(u32::MAX)
        .min(600)
}

/// Control characters as pictures of themselves: a note cannot carry them.
pub(super) fn visible(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

/// What becomes of a row, for its last column; without a group nothing is said of it.
pub(super) fn result(table: &Header, group: Option<&Group>) -> String {
    let Some(group) = group else {
        return "可以报送".to_owned();
    };
    if group.set_aside {
        return "自然人，另行处理".to_owned();
    }
    let of = |wanted: fn(Severity) -> bool| -> Vec<&Finding> {
        let findings = group.findings.iter();
        findings.filter(|f| wanted(f.severity)).collect()
    };
    let said = |word: &str, findings: &[&Finding]| {
        let mut places: Vec<String> = Vec::new();
        for finding in findings {
            let place = match finding.column {
                0 => format!("“{}”", table.name(finding)),
                column => format!("{}列", letters(column)),
            };
            if !place.is_empty() && !places.contains(&place) {
                places.push(place);
            }
        }
        let places = places.join("、");
        format!("{word}（{}处）：{places}", findings.len())
    };
    let late = of(|s| s != Severity::Warn);
    let soon = of(|s| s == Severity::Warn);
    let mut words = Vec::new();
    if !late.is_empty() {
        words.push(said(Severity::RefuseRow.word(), &late));
    }
    if !soon.is_empty() {
        words.push(said(Severity::Warn.word(), &soon));
    }
    if group.unlisted > 0 {
        let word = match (group.refused, late.is_empty()) {
            (true, true) => "需要改正：",
            _ => "",
        };
        words.push(format!("{word}另有{}处没有列出", group.unlisted));
    }
    words.join("；")
}
