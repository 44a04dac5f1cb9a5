//! Findings as JSON Lines: the contract of `docs/data-formats.md`, byte for byte.

use std::io::{self, Write};
use xinheng_domain::finding::{Finding, Severity, Summary};

/// Writes one finding as a line: every key, in the contract's order.
///
/// # Errors
/// `out` fails.
pub fn write_finding<W: Write>(
    out: &mut W,
    finding: &Finding,
    line: &mut Vec<u8>,
) -> io::Result<()> {
    line.clear();
    line.extend_from_slice(b"{\"sheet\":");
    push_option(line, finding.sheet.as_deref());
    push_number(line, b",\"row\":", finding.row);
    push_number(line, b",\"sheet_row\":", finding.sheet_row);
    push_number(line, b",\"column\":", u64::from(finding.column));
    line.extend_from_slice(b",\"field\":");
    push_text(line, &finding.field);
    line.extend_from_slice(b",\"code\":");
    push_text(line, &finding.code);
    line.extend_from_slice(match finding.severity {
        Severity::RefuseFile => b",\"severity\":\"refuse_file\",\"value\":".as_slice(),
        Severity::RefuseRow => b",\"severity\":\"refuse_row\",\"value\":",
        Severity::Warn => b",\"severity\":\"warn\",\"value\":",
    });
    push_text(line, &finding.value);
    line.extend_from_slice(b",\"expected\":");
    push_option(line, finding.expected.as_deref());
    line.extend_from_slice(b",\"suggestion\":");
    push_option(line, finding.suggestion.as_deref());
    line.extend_from_slice(b",\"message\":");
    push_text(line, &finding.message);
    line.extend_from_slice(b",\"basis\":");
    push_option(line, finding.basis.as_deref());
    line.extend_from_slice(b"}\n");
    out.write_all(line)
}

/// Writes the last line.
///
/// # Errors
/// `out` fails.
pub fn write_summary<W: Write>(out: &mut W, summary: &Summary) -> io::Result<()> {
    let mut line = Vec::new();
    line.extend_from_slice(b"{\"summary\":{\"file\":");
    push_text(&mut line, &summary.file);
    line.extend_from_slice(b",\"sha256\":");
    push_text(&mut line, &summary.sha256);
    line.extend_from_slice(b",\"format\":");
    push_option(&mut line, summary.format.as_deref());
    line.extend_from_slice(b",\"today\":");
    push_text(&mut line, &summary.today);
    push_number(&mut line, b",\"rows\":", summary.rows);
    push_number(&mut line, b",\"accepted\":", summary.accepted);
    push_number(&mut line, b",\"refused\":", summary.refused);
    push_number(&mut line, b",\"set_aside\":", summary.set_aside);
    push_number(
        &mut line,
        b",\"rows_with_warnings\":",
        summary.rows_with_warnings,
    );
    push_number(&mut line, b",\"findings\":", summary.findings);
    push_number(&mut line, b",\"unlisted\":", summary.unlisted);
    line.extend_from_slice(b"}}\n");
    out.write_all(&line)
}

/// A [`Sink`](crate::check::Sink) that writes JSON Lines.
pub struct JsonLines<W> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> JsonLines<W> {
    /// Writes to `out`, which should be buffered.
    pub const fn new(out: W) -> Self {
        Self {
            out,
            line: Vec::new(),
        }
    }

    /// Writes the last line, and everything out.
    ///
    /// # Errors
    /// `out` fails.
    pub fn finish(mut self, summary: &Summary) -> io::Result<W> {
        write_summary(&mut self.out, summary)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> crate::check::Sink for JsonLines<W> {
    fn finding(&mut self, finding: &Finding) -> Result<(), crate::check::SinkError> {
        Ok(write_finding(&mut self.out, finding, &mut self.line)?)
    }
}

fn push_option(line: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => push_text(line, text),
        None => line.extend_from_slice(b"null"),
    }
}

fn push_number(line: &mut Vec<u8>, key: &[u8], mut number: u64) {
    line.extend_from_slice(key);
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        if let Some(place) = digits.get_mut(at) {
            *place = b'0' + (number % 10) as u8;
        }
        number /= 10;
        if number == 0 || at == 0 {
            break;
        }
    }
    line.extend_from_slice(digits.get(at..).unwrap_or_default());
}

/// A JSON string with the shortest escapes, as `serde_json` writes it.
fn push_text(line: &mut Vec<u8>, text: &str) {
    line.push(b'"');
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        line.extend_from_slice(bytes.get(from..at).unwrap_or_default());
        from = at + 1;
        match byte {
            b'"' => line.extend_from_slice(b"\\\""),
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            b'\t' => line.extend_from_slice(b"\\t"),
            0x08 => line.extend_from_slice(b"\\b"),
            0x0c => line.extend_from_slice(b"\\f"),
            control => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                let hex = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
                line.extend_from_slice(b"\\u00");
                line.push(hex(control >> 4));
                line.push(hex(control & 15));
            }
        }
    }
    line.extend_from_slice(bytes.get(from..).unwrap_or_default());
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // A test may fail by panicking.
    use super::*;

    fn strange() -> String {
        (0..0x90)
            .filter_map(char::from_u32)
            .chain("\u{2028}“引号”\u{1f600}".chars())
            .collect()
    }

    #[test]
    fn equals_serde_json() {
        let finding = Finding {
            sheet: Some(strange()),
            row: 0,
            sheet_row: u64::MAX,
            column: 12,
            field: "CF_WSH".into(),
            code: "text-too-long".into(),
            severity: Severity::RefuseRow,
            value: strange(),
            expected: None,
            suggestion: Some(String::new()),
            message: "第1行".into(),
            basis: None,
        };
        let mut out = Vec::new();
        write_finding(&mut out, &finding, &mut Vec::new()).unwrap();
        let expected = serde_json::to_string(&finding).unwrap() + "\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn summary_equals_serde_json() {
        let summary = Summary {
            file: "a\"b.csv".into(),
            sha256: "00".into(),
            format: None,
            today: "2026-11-22".into(),
            rows: 10,
            accepted: 7,
            refused: 2,
            set_aside: 1,
            rows_with_warnings: 0,
            findings: 1_234_567,
            unlisted: 1_174_567,
        };
        let mut out = Vec::new();
        write_summary(&mut out, &summary).unwrap();
        let inner = serde_json::to_string(&summary).unwrap();
        let expected = format!("{{\"summary\":{inner}}}\n");
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
