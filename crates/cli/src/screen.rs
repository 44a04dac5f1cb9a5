//! The terminal as it may be written to: what a cell of somebody's file holds must not steer it.

use std::io::{self, StdoutLock, Write};

/// Standard output for text that may come from a file.
pub(crate) fn screen() -> Screen<StdoutLock<'static>> {
    Screen(io::stdout().lock())
}

/// Writes text with its control characters and its marks of direction replaced by `�`.
#[derive(Debug)]
pub(crate) struct Screen<W: Write>(pub W);

/// Steers a terminal, or turns the order of what is read.
fn steers(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl<W: Write> Write for Screen<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.contains(steers) => {
                self.0.write_all(text.replace(steers, "�").as_bytes())?;
            }
            // Not text: a part of a character, which steers nothing.
            _ => self.0.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    #[test]
    fn a_cell_does_not_steer_the_terminal() {
        let mut out = Screen(Vec::new());
        let cell = "\u{1b}[31m\u{7}\u{9b}2J\u{202e}";
        write!(out, "“{cell}”\n\t好").unwrap();
        let text = String::from_utf8(out.0).unwrap();
        assert_eq!(text, "“�[31m��2J�”\n\t好");
    }
}
