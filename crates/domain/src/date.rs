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
    /// `2026.1.5`, also with the Chinese full stop or the enumeration comma.
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
    /// Some of its digits or signs are of full width, or dashes of another kind.
    pub wide: bool,
    /// Blanks stand between its parts.
    pub spaced: bool,
}

impl Parsed {
    const fn new(date: Date, form: DateForm) -> Self {
        Self {
            date,
            form,
            timed: false,
            wide: false,
            spaced: false,
        }
    }
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
    /// A year and a month, and no day.
    #[error("只有年和月，没有写明是哪一天")]
    NoDay,
    /// A day that no calendar has, such as 30 February, or a year before 1900.
    #[error("没有这一天")]
    Impossible,
    /// The century is left to guessing.
    #[error("年份只有两位")]
    TwoDigitYear,
    /// Three numbers in the order of a date, parted as no date is: to be suggested, not taken.
    #[error("分隔的写法不规范，像是{0}")]
    OddlyParted(Date),
    /// The year comes last, and only one order of day and month makes a day: to be suggested.
    #[error("年份写在最后，像是{0}")]
    YearLast(Date),
    /// The year comes last, and it may be either day.
    #[error("年份写在最后，可能是{0}，也可能是{1}，不能确定是哪一天，所以没有建议值")]
    TwoDays(Date, Date),
    /// A bare number that a spreadsheet would show as this day: to be suggested, not taken.
    #[error("像是电子表格的日期序号（{0}）")]
    Serial(Date),
}

impl DateError {
    /// The day that is meant in all likelihood: to be suggested, never taken.
    #[must_use]
    pub const fn suggestion(self) -> Option<Date> {
        match self {
            Self::Serial(date) | Self::OddlyParted(date) | Self::YearLast(date) => Some(date),
            _ => None,
        }
    }
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
    match read(text) {
        Err(DateError::NotADate) => Err(likely(text)),
        read => read,
    }
}

/// What a text that is no date may have been meant for.
#[cold]
fn likely(text: &str) -> DateError {
    let text = crate::text::half_width(crate::text::trim(text));
    let sign = |c: char| !c.is_alphanumeric() || matches!(c, '年' | '月' | '日' | '号');
    if text.len() > 64 || !text.chars().all(|c| c.is_ascii_digit() || sign(c)) {
        return DateError::NotADate;
    }
    let parts: Vec<&str> = text.split(sign).filter(|part| !part.is_empty()).collect();
    let day = |year: &str, month: &str, day: &str| {
        civil(number(year), number(month), number(day)).map_err(|_| DateError::Impossible)
    };
    if let &[first, second] = parts.as_slice() {
        let whole = first.len() == 4 && matches!(second.len(), 1 | 2);
        return match day(first, second, "1") {
            Ok(_) if whole => DateError::NoDay,
            _ => DateError::NotADate,
        };
    }
    let &[first, second, third] = parts.as_slice() else {
        return DateError::NotADate;
    };
    match (first.len(), second.len(), third.len()) {
        (4, 1 | 2, 1 | 2) => {
            day(first, second, third).map_or_else(|error| error, DateError::OddlyParted)
        }
        (1 | 2, 1 | 2, 4) => match (day(third, first, second), day(third, second, first)) {
            (Ok(a), Ok(b)) if a != b => DateError::TwoDays(a, b),
            (Ok(one), _) | (_, Ok(one)) => DateError::YearLast(one),
            (Err(error), Err(_)) => error,
        },
        _ => DateError::NotADate,
    }
}

fn read(text: &str) -> Result<Parsed, DateError> {
    let text = crate::text::trim(text);
    if text.is_empty() {
        return Err(DateError::Empty);
    }
    // The longest spelling with a time of day has some forty characters.
    if text.len() > 128 {
        return Err(DateError::NotADate);
    }
    let wide = text.chars().any(is_wide);
    let text = crate::text::half_width(text);
    if let Some((year, tail)) = text.split_once('年')
        && (year.chars().any(is_word) || tail.chars().any(is_word))
    {
        return in_words(year, tail);
    }
    let mut rest = Scanner {
        rest: &text,
        spaced: false,
    };
    let year = rest.digits();
    if rest.rest.is_empty() || year.len() == 5 && rest.rest.starts_with('.') {
        let parsed = bare_number(year, rest.rest)?;
        return Ok(Parsed { wide, ..parsed });
    }
    let compact_tail = year.len() == 8 && rest.rest.starts_with([' ', 'T']);
    if compact_tail {
        let parsed = bare_number(year, "")?;
        let timed = rest.time()?;
        return Ok(Parsed {
            timed,
            wide,
            ..parsed
        });
    }
    let form = rest.separator().and_then(parted_by);
    let form = form.ok_or(DateError::NotADate)?;
    let month = rest.digits();
    let second = rest.separator().ok_or(DateError::NotADate)?;
    let day = rest.digits();
    let fits = match form {
        DateForm::Chinese => second == '月',
        form => parted_by(second) == Some(form),
    };
    if !fits || !matches!(month.len(), 1 | 2) || !matches!(day.len(), 1 | 2) {
        return Err(DateError::NotADate);
    }
    if form == DateForm::Chinese {
        rest.blanks();
        rest.rest = rest
            .rest
            .strip_prefix(['日', '号'])
            .ok_or(DateError::NotADate)?;
    }
    let spaced = rest.spaced;
    let timed = rest.time()?;
    match year.len() {
        4 => Ok(Parsed {
            date: civil(number(year), number(month), number(day))?,
            form,
            timed,
            wide,
            spaced,
        }),
        2 => Err(DateError::TwoDigitYear),
        _ => Err(DateError::NotADate),
    }
}

/// The spelling whose year ends with this sign. Dashes of every kind are one.
const fn parted_by(sign: char) -> Option<DateForm> {
    Some(match sign {
        '/' => DateForm::Slash,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => DateForm::Dash,
        '.' | '。' | '、' | '·' => DateForm::Dot,
        '年' => DateForm::Chinese,
        _ => return None,
    })
}

/// Full width, or a dash that is none of the keyboard.
const fn is_wide(c: char) -> bool {
    matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// A digit that is written as a word.
const fn is_word(c: char) -> bool {
    !c.is_ascii() && (digit_word(c).is_some() || matches!(c, '十' | '拾'))
}

/// `二〇二六年一月五日`, by its year and what follows; some of it may be in digits.
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
    let date = civil(year, count(Some(month))?, count(day)?)?;
    Ok(Parsed::new(date, DateForm::Words))
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
        '1'..='9' => c as i16 - '0' as i16,
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
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => {
            Some(digit_word(a)? * 10 + digit_word(b)?)
        }
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
    Some(date.map(|date| Parsed::new(date, form)))
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
            let date = civil(number(year), number(month), number(day))?;
            Ok(Parsed::new(date, DateForm::Compact))
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

struct Scanner<'a> {
    rest: &'a str,
    /// Blanks were passed over.
    spaced: bool,
}

impl<'a> Scanner<'a> {
    fn digits(&mut self) -> &'a str {
        let end = self
            .rest
            .bytes()
            .position(|b| !b.is_ascii_digit())
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits
    }

    fn blanks(&mut self) {
        let rest = self.rest.trim_start();
        self.spaced |= rest.len() < self.rest.len();
        self.rest = rest;
    }

    /// One character with blanks around it.
    fn separator(&mut self) -> Option<char> {
        self.blanks();
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        self.blanks();
        Some(c)
    }

    /// Nothing more, or a time of day.
    fn time(&mut self) -> Result<bool, DateError> {
        let tail = self.rest;
        self.rest = tail.strip_prefix('T').unwrap_or(tail);
        self.blanks();
        if self.rest.is_empty() {
            return if tail.starts_with('T') {
                Err(DateError::NotADate)
            } else {
                Ok(false)
            };
        }
        let mut parts = [0_i16; 3];
        for (i, part) in parts.iter_mut().enumerate() {
            if i > 0 {
                match self.rest.strip_prefix(':') {
                    Some(rest) => self.rest = rest,
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
        if let Some(rest) = self.rest.strip_prefix('.') {
            self.rest = rest;
            if self.digits().is_empty() {
                return Err(DateError::NotADate);
            }
        }
        let [hour, minute, second] = parts;
        let zone = self.rest.trim();
        if hour < 24 && minute < 60 && second < 60 && matches!(zone, "" | "+08:00" | "+0800") {
            Ok(true)
        } else {
            Err(DateError::NotADate)
        }
    }
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
