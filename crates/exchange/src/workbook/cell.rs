//! A workbook's cell as the text a person sees in it.

use super::format::NumberFormat;
use calamine::{DataRef, ExcelDateTime};
use std::fmt::Write as _;

/// Appends the text of a cell. Numbers too long for a spreadsheet are written with an exponent,
/// as it shows them itself: their last digits are lost, and the checker says so.
pub(crate) fn push(text: &mut String, value: &DataRef<'_>) {
    match value {
        DataRef::String(s) | DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => text.push_str(s),
        DataRef::SharedString(s) => text.push_str(s),
        DataRef::Int(n) => push_fmt(text, format_args!("{n}")),
        DataRef::Float(n) => push_number(text, *n),
        DataRef::Bool(b) => text.push_str(if *b { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(moment) => push_moment(text, moment),
        DataRef::Error(error) => push_fmt(text, format_args!("{error}")),
        DataRef::Empty => {}
    }
}

/// Appends the text of a cell whose style may show a number in another way.
pub(crate) fn push_shown(text: &mut String, value: &DataRef<'_>, format: Option<&NumberFormat>) {
    let number = match value {
        DataRef::Float(n) => *n,
        DataRef::Int(n) => *n as f64,
        _ => return push(text, value),
    };
    let told = format.is_some_and(|format| {
        number.abs() < TOO_LONG && format.push(number, &kept(number).to_string(), text)
    });
    if !told {
        push(text, value);
    }
}

/// From here on a spreadsheet has lost digits.
const TOO_LONG: f64 = 1e15;

fn push_number(text: &mut String, number: f64) {
    if number.abs() >= TOO_LONG {
        let shown = format!("{number:E}");
        text.push_str(&shown.replacen('E', "E+", 1));
        return;
    }
    push_fmt(text, format_args!("{}", kept(number)));
}

/// Fifteen digits are what a spreadsheet keeps: 0.1 + 0.2 is 0.3 there.
fn kept(number: f64) -> f64 {
    format!("{number:.14e}").parse().unwrap_or(number)
}

fn push_moment(text: &mut String, moment: &ExcelDateTime) {
    if !moment.is_datetime() {
        push_number(text, moment.as_f64());
        return;
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    push_fmt(text, format_args!("{year:04}-{month:02}-{day:02}"));
    if (hour, minute, second) != (0, 0, 0) {
        push_fmt(text, format_args!(" {hour:02}:{minute:02}:{second:02}"));
    }
}

fn push_fmt(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(what);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: DataRef<'_>) -> String {
        let mut text = String::new();
        push(&mut text, &value);
        text
    }

    #[test]
    fn numbers_as_a_person_sees_them() {
        assert_eq!(shown(DataRef::Float(20.0)), "20");
        assert_eq!(shown(DataRef::Float(0.2)), "0.2");
        assert_eq!(shown(DataRef::Float(0.1 + 0.2)), "0.3");
        assert_eq!(shown(DataRef::Float(0.000_001)), "0.000001");
        assert_eq!(shown(DataRef::Float(-3.5)), "-3.5");
        assert_eq!(
            shown(DataRef::Float(123_456_789_012_345.0)),
            "123456789012345"
        );
        assert_eq!(
            shown(DataRef::Float(913_301_001_234_567_890.0)),
            "9.13301001234568E+17"
        );
    }
}
