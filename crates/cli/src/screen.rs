//! The terminal as it may be written to: what a cell of somebody's file, an argument or the name of
//! a file holds must not steer it. A test lets no other file of this crate write to it.

use std::io::{self, BufWriter, StderrLock, StdoutLock, Write};

/// Standard output.
pub(crate) fn screen() -> Screen<StdoutLock<'static>> {
    Screen(io::stdout().lock())
}

/// Standard output for much text, written in large pieces; its inside is for what programs read,
/// byte by byte as everywhere.
pub(crate) fn buffered() -> Screen<BufWriter<StdoutLock<'static>>> {
    Screen(BufWriter::with_capacity(1 << 16, io::stdout().lock()))
}

/// Standard error.
pub(crate) fn complaints() -> Screen<StderrLock<'static>> {
    Screen(io::stderr().lock())
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

    /// Whoever takes standard output takes it from here.
    #[test]
    fn nothing_else_takes_the_terminal() {
        fn look(folder: &std::path::Path, found: &mut Vec<String>) {
            for file in std::fs::read_dir(folder).unwrap() {
                let path = file.unwrap().path();
                if path.is_dir() {
                    look(&path, found);
                } else if !path.ends_with("screen.rs") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    let takes = ["stdout()", "stderr()"].iter().any(|taken| {
                        let locked = format!("{taken}.lock()");
                        text.contains(&locked)
                    });
                    if takes {
                        found.push(path.display().to_string());
                    }
                }
            }
        }
        let mut found = Vec::new();
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        look(&source, &mut found);
        assert!(found.is_empty(), "{found:#?}");
    }
}
