//! Dates as files carry them: five spellings, with or without a time of day, in words, or as the
//! serial number of a spreadsheet.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How a date was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateForm {
    /// `2026/01/05`, the standard's form.
    Slash,
    /// `2026-01-05`.
    Dash,
    /// `2026.1.5`.
    Dot,
    /// `2026年1月5日`.
    Chinese,
    /// `20260105`.
    Compact,
    /// `二〇二六年一月五日`.
    Words,
}

/// A date read from text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Parsed {
    /// The day.
    pub date: Date,
    /// How it was written.
    pub form: DateForm,
    /// A time of day followed; it is dropped.
    pub timed: bool,
}

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DateError {
    /// Nothing there.
    #[error("日期为空")]
    Empty,
    /// None of the spellings.
    #[error("不是日期")]
    NotADate,
    /// A day that no calendar has, such as 30 February, or a year before 1900.
    #[error("没有这一天")]
    Impossible,
    /// The century is left to guessing.
    #[error("年份只有两位")]
    TwoDigitYear,
    /// A bare number that a spreadsheet would show as this day: to be suggested, not taken.
    #[error("像是电子表格的日期序号（{0}）")]
    Serial(Date),
}

/// Reads a date. Blanks around it, full-width characters and a time of day are understood; a
/// time zone other than `+08:00` is not, since the day may be another one here.
///
/// # Errors
/// Says what is wrong.
pub fn parse(text: &str) -> Result<Parsed, DateError> {
    if let Some(parsed) = parse_padded(text.as_bytes()) {
        return parsed;
    }
    let text = crate::text::trim(text);
    if text.is_empty() {
        return Err(DateError::Empty);
    }
    // The longest spelling with a time of day has some forty characters.
    if text.len() > 128 {
        return Err(DateError::NotADate);
    }
    let text = crate::text::half_width(text);
    if let Some((year, tail)) = text.split_once('年')
        && !year.bytes().any(|b| b.is_ascii_digit())
    {
        return in_words(year, tail);
    }
    let mut rest = Scanner(&text);
    let year = rest.digits();
    if rest.0.is_empty() || year.len() == 5 && rest.0.starts_with('.') {
        return bare_number(year, rest.0);
    }
    let compact_tail = year.len() == 8 && rest.0.starts_with([' ', 'T']);
    if compact_tail {
        let mut parsed = bare_number(year, "")?;
        parsed.timed = rest.time()?;
        return Ok(parsed);
    }
    let form = match rest.separator() {
        Some('/') => DateForm::Slash,
        Some('-') => DateForm::Dash,
        Some('.') => DateForm::Dot,
        Some('年') => DateForm::Chinese,
        _ => return Err(DateError::NotADate),
    };
    let month = rest.digits();
    let second = rest.separator().ok_or(DateError::NotADate)?;
    let day = rest.digits();
    let fits = match form {
        DateForm::Slash => second == '/',
        DateForm::Dash => second == '-',
        DateForm::Dot => second == '.',
        _ => second == '月',
    };
    if !fits || !matches!(month.len(), 1 | 2) || !matches!(day.len(), 1 | 2) {
        return Err(DateError::NotADate);
    }
    if form == DateForm::Chinese {
        rest.blanks();
        rest.0 = rest
            .0
            .strip_prefix(['日', '号'])
            .ok_or(DateError::NotADate)?;
    }
    let timed = rest.time()?;
    match year.len() {
        4 => Ok(Parsed {
            date: civil(number(year), number(month), number(day))?,
            form,
            timed,
        }),
        2 => Err(DateError::TwoDigitYear),
        _ => Err(DateError::NotADate),
    }
}

/// `二〇二六年一月五日`, by its year and what follows.
fn in_words(year: &str, tail: &str) -> Result<Parsed, DateError> {
    let (month, day) = tail.split_once('月').ok_or(DateError::NotADate)?;
    let day = day.trim_end().strip_suffix(['日', '号']);
    let digits = year.chars().filter(|c| !c.is_whitespace()).map(digit_word);
    let digits: Option<Vec<i16>> = digits.collect();
    let year = match digits.as_deref() {
        Some(&[a, b, c, d]) => a * 1000 + b * 100 + c * 10 + d,
        Some(&[_, _]) => return Err(DateError::TwoDigitYear),
        _ => return Err(DateError::NotADate),
    };
    let count = |word: Option<&str>| word.and_then(below_hundred).ok_or(DateError::NotADate);
    Ok(Parsed {
        date: civil(year, count(Some(month))?, count(day)?)?,
        form: DateForm::Words,
        timed: false,
    })
}

const fn digit_word(c: char) -> Option<i16> {
    Some(match c {
        // A circle and the letter O stand for the zero in many decisions.
        '〇' | '零' | '○' | '◯' | 'O' | 'o' | '0' => 0,
        '一' | '壹' => 1,
        '二' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// `三`, `十`, `十二`, `二十`, `二十三`, `零五`.
fn below_hundred(word: &str) -> Option<i16> {
    let word: Vec<char> = word.chars().filter(|c| !c.is_whitespace()).collect();
    let ten = |c: char| matches!(c, '十' | '拾');
    match *word.as_slice() {
        [t] if ten(t) => Some(10),
        [a] => digit_word(a).filter(|n| *n > 0),
        [t, b] if ten(t) => Some(10 + digit_word(b)?),
        [a, t] if ten(t) => Some(digit_word(a)?.max(1) * 10),
        [a, b] if digit_word(a) == Some(0) => digit_word(b),
        [a, t, b] if ten(t) => Some(digit_word(a)?.max(1) * 10 + digit_word(b)?),
        _ => None,
    }
}

/// The day a spreadsheet means by a serial number; the fraction is the time of day. Workbooks
/// count from 1900 (with a 29 February that never was) or, `from_1904`, from 1904.
///
/// # Errors
/// Outside the days a spreadsheet knows.
pub fn from_serial(serial: f64, from_1904: bool) -> Result<Date, DateError> {
    if !(1.0..2_958_466.0).contains(&serial) {
        return Err(DateError::NotADate);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range was tested; the fraction is the time of day"
    )]
    let days = serial as i64;
    if !from_1904 && days == 60 {
        return Err(DateError::Impossible);
    }
    let (epoch, days) = if from_1904 {
        (jiff::civil::date(1904, 1, 1), days)
    } else if days < 60 {
        (jiff::civil::date(1899, 12, 31), days)
    } else {
        (jiff::civil::date(1899, 12, 30), days)
    };
    epoch
        .checked_add(jiff::Span::new().days(days))
        .map_err(|_| DateError::NotADate)
}

/// `YYYY/MM/DD`, `YYYY-MM-DD`, `YYYY.MM.DD`: nearly every cell of a sound file.
fn parse_padded(bytes: &[u8]) -> Option<Result<Parsed, DateError>> {
    let &[a, b, c, d, first, e, f, second, g, h] = bytes else {
        return None;
    };
    let form = match (first, second) {
        (b'/', b'/') => DateForm::Slash,
        (b'-', b'-') => DateForm::Dash,
        (b'.', b'.') => DateForm::Dot,
        _ => return None,
    };
    let digits = [a, b, c, d, e, f, g, h];
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let [a, b, c, d, e, f, g, h] = digits.map(|x| i16::from(x - b'0'));
    let date = civil(a * 1000 + b * 100 + c * 10 + d, e * 10 + f, g * 10 + h);
    Some(date.map(|date| Parsed {
        date,
        form,
        timed: false,
    }))
}

fn civil(year: i16, month: i16, day: i16) -> Result<Date, DateError> {
    let part = |n| i8::try_from(n).map_err(|_| DateError::Impossible);
    if year < 1900 {
        return Err(DateError::Impossible);
    }
    Date::new(year, part(month)?, part(day)?).map_err(|_| DateError::Impossible)
}

fn bare_number(digits: &str, rest: &str) -> Result<Parsed, DateError> {
    match digits.len() {
        8 => {
            let (year, tail) = digits.split_at(4);
            let (month, day) = tail.split_at(2);
            Ok(Parsed {
                date: civil(number(year), number(month), number(day))?,
                form: DateForm::Compact,
                timed: false,
            })
        }
        5 => {
            let fraction = rest.trim_start_matches('.');
            if !fraction.bytes().all(|b| b.is_ascii_digit()) {
                return Err(DateError::NotADate);
            }
            let serial = digits.parse().map_err(|_| DateError::NotADate)?;
            Err(from_serial(serial, false).map_or(DateError::NotADate, DateError::Serial))
        }
        _ => Err(DateError::NotADate),
    }
}

/// At most four digits, as the callers have seen to.
fn number(digits: &str) -> i16 {
    digits.bytes().fold(0_i16, |n, b| {
        n.saturating_mul(10).saturating_add(i16::from(b - b'0'))
    })
}

struct Scanner<'a>(&'a str);

impl<'a> Scanner<'a> {
    fn digits(&mut self) -> &'a str {
        let end = self
            .0
            .bytes()
            .position(|b| !b.is_ascii_digit())
            .unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        digits
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start();
    }

    /// One character with blanks around it.
    fn separator(&mut self) -> Option<char> {
        self.blanks();
        let mut chars = self.0.chars();
        let c = chars.next()?;
        self.0 = chars.as_str();
        self.blanks();
        Some(c)
    }

    /// Nothing more, or a time of day.
    fn time(&mut self) -> Result<bool, DateError> {
        let tail = self.0;
        self.0 = tail.strip_prefix('T').unwrap_or(tail);
        self.blanks();
        if self.0.is_empty() {
            return if tail.starts_with('T') {
                Err(DateError::NotADate)
            } else {
                Ok(false)
            };
        }
        let mut parts = [0_i16; 3];
        for (i, part) in parts.iter_mut().enumerate() {
            if i > 0 {
                match self.0.strip_prefix(':') {
                    Some(rest) => self.0 = rest,
                    None if i == 2 => break,
                    None => return Err(DateError::NotADate),
                }
            }
            let digits = self.digits();
            if !matches!(digits.len(), 1 | 2) {
                return Err(DateError::NotADate);
            }
            *part = number(digits);
        }
        if let Some(rest) = self.0.strip_prefix('.') {
            self.0 = rest;
            if self.digits().is_empty() {
                return Err(DateError::NotADate);
            }
        }
        let [hour, minute, second] = parts;
        let zone = self.0.trim();
        if hour < 24 && minute < 60 && second < 60 && matches!(zone, "" | "+08:00" | "+0800") {
            Ok(true)
        } else {
            Err(DateError::NotADate)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use jiff::civil::date;

    #[test]
    fn five_spellings_and_their_variants() {
        let day = date(2026, 1, 5);
        for (text, form) in [
            ("2026/01/05", DateForm::Slash),
            ("2026/1/5", DateForm::Slash),
            ("2026-01-05", DateForm::Dash),
            ("2026-1-05", DateForm::Dash),
            ("2026.1.5", DateForm::Dot),
            ("2026.01.05", DateForm::Dot),
            ("2026年1月5日", DateForm::Chinese),
            ("2026年01月05日", DateForm::Chinese),
            ("2026 年 1 月 5 日", DateForm::Chinese),
            ("20260105", DateForm::Compact),
            ("２０２６／０１／０５", DateForm::Slash),
            (" 2026-01-05\u{3000}", DateForm::Dash),
            ("\u{feff}2026-01-05", DateForm::Dash),
        ] {
            let parsed = parse(text);
            let expected = Parsed {
                date: day,
                form,
                timed: false,
            };
            assert_eq!(parsed, Ok(expected), "{text}");
        }
    }

    #[test]
    fn in_words() {
        for (text, day) in [
            ("二〇二四年三月五日", date(2024, 3, 5)),
            ("二○二四年十月十日", date(2024, 10, 10)),
            ("二零二四年 十二月 三十一日", date(2024, 12, 31)),
            ("二OO九年零五月二十号", date(2009, 5, 20)),
            ("贰零贰肆年壹拾壹月零玖日", date(2024, 11, 9)),
        ] {
            let parsed = parse(text).unwrap();
            assert_eq!((parsed.date, parsed.form), (day, DateForm::Words), "{text}");
        }
        for (text, error) in [
            ("二〇二四年三月", DateError::NotADate),
            ("二四年三月五日", DateError::TwoDigitYear),
            ("二千零二十四年三月五日", DateError::NotADate),
            ("二〇二四年二月三十日", DateError::Impossible),
            ("二〇二四年十三月一日", DateError::Impossible),
            ("本年三月五日", DateError::NotADate),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_time_of_day_is_dropped() {
        for text in [
            "2026-01-05 00:00:00",
            "2026-01-05T00:00:00",
            "2026-01-05T08:30:00.000",
            "2026-01-05T08:30:00+08:00",
            "2026/1/5 0:00",
            "2026年1月5日 9:05",
            "20260105 00:00:00",
        ] {
            let parsed = parse(text).unwrap();
            assert!(parsed.timed && parsed.date == date(2026, 1, 5), "{text}");
        }
        // 16:00 in Greenwich is the next day here.
        assert_eq!(parse("2026-01-04T16:00:00Z"), Err(DateError::NotADate));
        assert_eq!(parse("2026-01-05 24:00"), Err(DateError::NotADate));
        assert_eq!(parse("2026-01-05T"), Err(DateError::NotADate));
        assert_eq!(parse("2026-01-05 长期"), Err(DateError::NotADate));
    }

    #[test]
    fn what_is_no_date() {
        for (text, error) in [
            ("", DateError::Empty),
            (" \u{3000}", DateError::Empty),
            ("长期", DateError::NotADate),
            ("2026", DateError::NotADate),
            ("2026-01", DateError::NotADate),
            ("2026-01/05", DateError::NotADate),
            ("01/05/2026", DateError::NotADate),
            ("1/5/2026", DateError::NotADate),
            ("2026-1-500", DateError::NotADate),
            ("2026年1月5", DateError::NotADate),
            ("2025-02-30", DateError::Impossible),
            ("2025/2/29", DateError::Impossible),
            ("2026-13-01", DateError::Impossible),
            ("2026-00-10", DateError::Impossible),
            ("0000-00-00", DateError::Impossible),
            ("20261301", DateError::Impossible),
            ("26/1/5", DateError::TwoDigitYear),
            ("26年1月5日", DateError::TwoDigitYear),
            ("46027", DateError::Serial(date(2026, 1, 5))),
            ("46027.5", DateError::Serial(date(2026, 1, 5))),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
        assert_eq!(parse("2024-02-29").map(|p| p.date), Ok(date(2024, 2, 29)));
    }

    #[test]
    fn serial_numbers() {
        assert_eq!(from_serial(1.0, false), Ok(date(1900, 1, 1)));
        assert_eq!(from_serial(59.0, false), Ok(date(1900, 2, 28)));
        assert_eq!(from_serial(60.0, false), Err(DateError::Impossible));
        assert_eq!(from_serial(61.0, false), Ok(date(1900, 3, 1)));
        assert_eq!(from_serial(45_292.75, false), Ok(date(2024, 1, 1)));
        assert_eq!(from_serial(1462.0, true), Ok(date(1908, 1, 2)));
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 3e6] {
            assert_eq!(from_serial(bad, false), Err(DateError::NotADate));
        }
    }
}
