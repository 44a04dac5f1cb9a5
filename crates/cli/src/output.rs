//! What goes to the terminal: text for people, JSON lines for programs.

use crate::screen::complaints;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets::UTF8_BORDERS_ONLY};
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use std::{
    io::{self, IsTerminal as _, Write},
    process::ExitCode,
};
use xinheng_app::{AppError, check};
use xinheng_domain::{finding::Finding, redact};

/// Exit status where the file or the thing asked for was refused.
pub const EXIT_REFUSED: u8 = 1;
/// Exit status of a fault of ours or of the machine.
pub const EXIT_FAULT: u8 = 3;

/// Why a command ended otherwise than well.
#[derive(Debug)]
pub enum Failure {
    /// The command was used wrongly: a missing file, a missing option.
    Usage(String),
    /// The use case said no.
    App(AppError),
    /// What was to be started could not be: a full sentence.
    Start(String),
    /// Standard output is gone (`| head`): nothing is wrong.
    Pipe,
}

impl From<AppError> for Failure {
    fn from(e: AppError) -> Self {
        Self::App(e)
    }
}

impl From<io::Error> for Failure {
    fn from(e: io::Error) -> Self {
        if e.kind() == io::ErrorKind::BrokenPipe {
            Self::Pipe
        } else {
            Self::App(AppError::File {
                path: "标准输出".to_owned(),
                source: e,
            })
        }
    }
}

/// Result of a command.
pub type Outcome = Result<ExitCode, Failure>;

impl Failure {
    /// Says it on standard error and gives the exit status.
    pub fn report(self) -> ExitCode {
        let mut err = complaints();
        match self {
            Self::Pipe => ExitCode::SUCCESS,
            // What was typed is repeated in many of them: never somebody's number (I6).
            Self::Usage(text) => {
                let _ = writeln!(err, "{}", redact::mask_identity_numbers(&text));
                ExitCode::from(crate::usage::EXIT_USAGE)
            }
            Self::Start(text) => {
                let _ = writeln!(err, "{text}");
                ExitCode::from(EXIT_FAULT)
            }
            Self::App(e) => {
                let _ = writeln!(err, "{}", redact::mask_identity_numbers(&e.to_string()));
                ExitCode::from(if e.is_fault() {
                    EXIT_FAULT
                } else {
                    EXIT_REFUSED
                })
            }
        }
    }
}

/// Writes one JSON line.
pub fn json_line(out: &mut impl Write, value: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, value).map_err(|e| Failure::from(io::Error::from(e)))?;
    out.write_all(b"\n")?;
    Ok(())
}

/// A moment as people here read it.
pub fn beijing(at: Timestamp) -> String {
    at.to_zoned(TimeZone::fixed(jiff::tz::offset(8)))
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// Facts below a record's number: a line each, so that no terminal is too narrow for the number.
pub fn facts(out: &mut impl Write, facts: &[(&str, String)]) -> io::Result<()> {
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(out, "　{name}：{value}")?;
    }
    Ok(())
}

/// A line that tells a finding, below its sheet where that is another than that of the line before.
pub fn finding(out: &mut impl Write, sheet: &mut Option<String>, f: &Finding) -> io::Result<()> {
    if f.sheet != *sheet {
        sheet.clone_from(&f.sheet);
        writeln!(out, "工作表“{}”", f.sheet.as_deref().unwrap_or_default())?;
    }
    let (mark, said) = (f.severity.word(), check::sentence(f));
    // Marks are of one width.
    writeln!(out, "{mark:　<4}　{said}〔{}〕", f.code)
}

/// A table with a header, fitted to the terminal. The columns in `whole` hold codes and numbers,
/// which are never broken.
pub fn table(header: &[&str], whole: &[usize]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.to_vec());
    for column in whole {
        if let Some(column) = table.column_mut(*column) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table
}

/// A progress bar on standard error, only where a person watches.
pub fn progress(total: u64, what: &'static str) -> indicatif::ProgressBar {
    if !io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(total);
    if let Ok(style) = indicatif::ProgressStyle::with_template(
        "{msg} [{bar:30}] {human_pos}/{human_len} {percent}% 还需 {eta}",
    ) {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_never_broken() {
        let mut table = table(&["代码", "名称"], &[0]);
        let code = "9199 0102 MA9X 1001 7A";
        table.add_row([code, "衡川市信衡区如意商贸有限公司第一分公司"]);
        table.set_width(40);
        let text = table.to_string();
        assert!(text.contains(code), "{text}");
    }

    #[test]
    fn moments_are_of_beijing() {
        let at = "2026-11-22T23:25:59Z".parse().ok().map(beijing);
        assert_eq!(at.as_deref(), Some("2026-11-23 07:25"));
    }
}
