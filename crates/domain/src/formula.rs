//! Cells that a spreadsheet would work out instead of showing. What begins with one of four signs,
//! in full width too, is a formula for it, and a formula may call programs or send what is beside it.
//!
//! The danger needs a name (of a function, a cell, a program): letters, or what joins such names,
//! `(`, `|`, `!`. Chinese characters alone name nothing that runs: `-无` is a usual way to say
//! "nothing", and a spreadsheet makes no more of it than an error.

/// The text behind the sign that a formula begins with, and whether that sign says nothing else.
fn behind_sign(cell: &str) -> Option<(&str, bool)> {
    let cell = cell.trim_start();
    let sign = cell.chars().next()?;
    let only = match sign {
        '=' | '＝' => true,
        '+' | '-' | '@' | '＋' | '－' | '＠' => false,
        _ => return None,
    };
    cell.get(sign.len_utf8()..).map(|rest| (rest, only))
}

const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a spreadsheet would run the cell: it begins with a sign, and something follows that
/// names or calls. Behind `=` anything does.
#[must_use]
pub fn runs(cell: &str) -> bool {
    behind_sign(cell).is_some_and(|(rest, only)| {
        let names = |c: char| matches!(c, '(' | '|' | '!') || c.is_alphabetic() && !is_chinese(c);
        only && !rest.trim().is_empty() || rest.contains(names)
    })
}

/// Whether a spreadsheet that opens a text file would take the cell for a formula or a number:
/// it begins with a sign, and something other than signs and blanks follows.
#[must_use]
pub fn is_read_otherwise(cell: &str) -> bool {
    let sign = |c: char| c.is_whitespace() || "=＝+-@＋－＠".contains(c);
    behind_sign(cell).is_some_and(|(rest, _)| rest.contains(|c| !sign(c)))
}

/// The cell without the signs before it.
#[must_use]
pub fn without_signs(cell: &str) -> &str {
    let mut cell = cell.trim_start();
    while let Some((rest, _)) = behind_sign(cell) {
        cell = rest.trim_start();
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_is_told_from_what_people_write() {
        for runs_there in [
            "=1+1",
            "＝1+1",
            "+cmd|' /C calc'!A0",
            "-2+3+cmd|' /C calc'!A0",
            "@SUM(1+1)*cmd|' /C calc'!A0",
            "＋cmd|' /C calc'!A0",
            "－2+3+cmd|' /C calc'!A0",
            "＠SUM(1+1)*cmd|' /C calc'!A0",
            "-ＳＵＭ（1）",
            " \t+A1",
            "-某|某!1",
            "-(1+1)",
            "＝某",
        ] {
            assert!(runs(runs_there), "{runs_there}");
            assert!(is_read_otherwise(runs_there), "{runs_there}");
            assert!(!runs(without_signs(runs_there)), "{runs_there}");
        }
        for kept in [
            "-5",
            "-0.2",
            "+86 571 0000",
            "-无",
            "- 无",
            "@某",
            "－（无）",
            "-18℃",
            "+1+1",
        ] {
            assert!(!runs(kept), "{kept}");
            assert!(is_read_otherwise(kept), "{kept}");
        }
        for plain in [
            "",
            "-",
            "--",
            "－",
            "=",
            "无",
            "A-1",
            "（+A1）",
            "1=1",
            "'=1+1",
            "——SUM(1)",
        ] {
            assert!(!runs(plain) && !is_read_otherwise(plain), "{plain}");
        }
    }
}
