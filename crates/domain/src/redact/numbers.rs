//! Personal numbers. Only runs of digits are looked at; all else is skipped byte by byte.

use super::{Hit, Kind};
use crate::{code, identity};
use std::ops::Range;

/// Words before a number that say what it is.
const IDENTITY: [&str; 8] = [
    "身份证",
    "证件号",
    "护照",
    "通行证",
    "军官证",
    "士官证",
    "居住证",
    "身份号",
];
const PHONE: [&str; 12] = [
    "电话",
    "手机",
    "座机",
    "热线",
    "传真",
    "联系方式",
    "tel",
    "Tel",
    "TEL",
    "电话号",
    "手机号",
    "微信",
];
const BANK: [&str; 10] = [
    "账号",
    "帐号",
    "账户",
    "帐户",
    "卡号",
    "银行卡",
    "存折",
    "银行",
    "支行",
    "卡",
];
/// Words before a number that no person is behind.
const SERIAL: [&str; 16] = [
    "第",
    "字",
    "编号",
    "案号",
    "文号",
    "证号",
    "许可证",
    "批号",
    "条码",
    "条形码",
    "单号",
    "流水号",
    "注册号",
    "登记号",
    "代码",
    "执照",
];

/// Hands every personal number to `hit`, in order, until it answers `false`.
pub(super) fn find(text: &str, hit: &mut dyn FnMut(Hit) -> bool) {
    let bytes = text.as_bytes();
    let wide = has_wide_digit(bytes);
    let mut at = 0;
    let mut run = Run::default();
    while let Some(digit) = next_digit(bytes, at, wide) {
        if let Some(end) = short_number(bytes, digit, at) {
            at = end;
            continue;
        }
        run.read(bytes, digit, at);
        at = run.end.max(digit + 1);
        if run.digits < 6 {
            continue;
        }
        let mut first = 0;
        while first < run.parts.len() {
            let last = run.parts.len().min(first + MOST_PARTS);
            let found = (first + 1..=last)
                .rev()
                .find_map(|end| Some((run.classify(text, first..end)?, end)));
            let Some((kind, end)) = found else {
                first += 1;
                continue;
            };
            let range = run.range(first..end);
            if !hit(Hit { kind, range }) {
                return;
            }
            first = end;
        }
    }
}

/// Most groups in which people write one number.
const MOST_PARTS: usize = 5;

/// Whether a full-width digit (`EF BC 90` to `99`) is in the text. No early exit, so that it
/// becomes vector code.
fn has_wide_digit(bytes: &[u8]) -> bool {
    let (Some(second), Some(third)) = (bytes.get(1..), bytes.get(2..)) else {
        return false;
    };
    bytes
        .iter()
        .zip(second)
        .zip(third)
        .fold(false, |found, ((&a, &b), &c)| {
            found | ((a == 0xef) & (b == 0xbc) & (0x90..=0x99).contains(&c))
        })
}

fn next_digit(bytes: &[u8], from: usize, wide: bool) -> Option<usize> {
    let rest = bytes.get(from..)?;
    if wide {
        return (from..bytes.len()).find(|&i| {
            bytes.get(i).is_some_and(u8::is_ascii_digit)
                || matches!(bytes.get(i..i + 3), Some([0xef, 0xbc, 0x90..=0x99]))
        });
    }
    rest.iter()
        .position(u8::is_ascii_digit)
        .map(|skipped| from + skipped)
}

/// The end of a number of fewer than six digits that stands by itself: a day, an article, a sum.
/// Nearly every number is one.
fn short_number(bytes: &[u8], digit: usize, floor: usize) -> Option<usize> {
    let joins = |b: &u8| b.is_ascii_alphanumeric() || *b == b'*';
    if digit > floor && bytes.get(digit - 1).is_some_and(joins) {
        return None;
    }
    let more = bytes
        .get(digit..digit + 6)
        .unwrap_or(bytes.get(digit..)?)
        .iter()
        .position(|b| !b.is_ascii_digit())?;
    let end = digit + more;
    // At least one digit was there; a full-width one is left to the long way.
    let alone = more > 0
        && unit(bytes, end).is_none()
        && separator(bytes, end).is_none()
        && !matches!(bytes.get(end..), Some([b')', ..] | [0xef, 0xbc, 0x89, ..]));
    alone.then_some(end)
}

/// Groups of letters, digits and asterisks with single separators between them.
#[derive(Default)]
struct Run {
    /// The characters, half-width.
    units: Vec<u8>,
    parts: Vec<Part>,
    digits: usize,
    end: usize,
}

#[derive(Clone)]
struct Part {
    /// In the text.
    bytes: Range<usize>,
    /// In `units`.
    units: Range<usize>,
}

/// The half-width letter, digit or `*` at a place, and its length in bytes.
fn unit(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    match *bytes.get(at)? {
        b if b.is_ascii_alphanumeric() || b == b'*' => Some((b, 1)),
        b if b.is_ascii() => None,
        _ => match bytes.get(at..at + 3) {
            Some([0xef, 0xbc, c @ 0x90..=0x99]) => Some((c - 0x90 + b'0', 3)),
            Some([0xef, 0xbc, c @ 0xa1..=0xba]) => Some((c - 0xa1 + b'A', 3)),
            Some([0xef, 0xbd, c @ 0x81..=0x9a]) => Some((c - 0x81 + b'a', 3)),
            Some([0xef, 0xbc, 0x8a] | [0xe2, 0x97, 0x8f]) => Some((b'*', 3)),
            Some([0xc3, 0x97, _]) => Some((b'*', 2)),
            _ => (bytes.get(at..) == Some(&[0xc3, 0x97])).then_some((b'*', 2)),
        },
    }
}

/// The length of a separator inside a number: a blank, a dash or a middle dot.
fn separator(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at..)? {
        [b' ' | b'-' | b'\t', ..] => Some(1),
        [0xc2, 0xa0 | 0xb7, ..] => Some(2),
        [0xe3, 0x80, 0x80, ..] | [0xef, 0xbc, 0x8d, ..] | [0xe2, 0x80, 0x90..=0x94, ..] => Some(3),
        // • ‧ ∙ ⋅ ・ ･
        [0xe2, 0x80, 0xa2 | 0xa7, ..]
        | [0xe2, 0x88, 0x99, ..]
        | [0xe2, 0x8b, 0x85, ..]
        | [0xe3, 0x83, 0xbb, ..]
        | [0xef, 0xbd, 0xa5, ..] => Some(3),
        // Characters without width are no hiding place.
        [0xe2, 0x80, 0x8b..=0x8f, ..] | [0xef, 0xbb, 0xbf, ..] => Some(3),
        _ => None,
    }
}

impl Run {
    /// Reads the run around a digit; nothing before `floor` belongs to it.
    fn read(&mut self, bytes: &[u8], digit: usize, floor: usize) {
        self.units.clear();
        self.parts.clear();
        self.digits = 0;
        // Back to the beginning of a word such as `MA7X…` or `****8814`.
        let mut at = digit;
        while at > floor
            && bytes
                .get(at - 1)
                .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'*')
        {
            at -= 1;
        }
        loop {
            let (from, first) = (at, self.units.len());
            while let Some((unit, length)) = unit(bytes, at) {
                self.units.push(unit);
                self.digits += usize::from(unit.is_ascii_digit());
                at += length;
            }
            if at > from {
                self.parts.push(Part {
                    bytes: from..at,
                    units: first..self.units.len(),
                });
                self.end = at;
            }
            // An area code may stand in brackets.
            let bracket = match (self.parts.last(), bytes.get(at..)) {
                (Some(part), Some([b')', ..])) if self.is_area_code(part) => Some(1),
                (Some(part), Some([0xef, 0xbc, 0x89, ..])) if self.is_area_code(part) => Some(3),
                _ => None,
            };
            match bracket.or_else(|| separator(bytes, at)) {
                Some(length) if unit(bytes, at + length).is_some() => at += length,
                // Two blanks, as between columns, part two numbers.
                _ => return,
            }
        }
    }

    fn is_area_code(&self, part: &Part) -> bool {
        matches!(self.units_of(part), [b'0', b'1'..=b'9', rest @ ..]
            if matches!(rest.len(), 1 | 2) && rest.iter().all(u8::is_ascii_digit))
    }

    fn units_of(&self, part: &Part) -> &[u8] {
        self.units.get(part.units.clone()).unwrap_or_default()
    }

    fn range(&self, parts: Range<usize>) -> Range<usize> {
        let parts = self.parts.get(parts).unwrap_or_default();
        match (parts.first(), parts.last()) {
            (Some(a), Some(b)) => a.bytes.start..b.bytes.end,
            _ => 0..0,
        }
    }

    fn classify(&self, text: &str, which: Range<usize>) -> Option<Kind> {
        let parts = self.parts.get(which.clone())?;
        let (first, last) = (parts.first()?, parts.last()?);
        let whole = self.units.get(first.units.start..last.units.end)?;
        // A decimal number is an amount or a measure.
        let bytes = text.as_bytes();
        if is_decimal(bytes, first.bytes.start, last.bytes.end) {
            return None;
        }
        if parts.len() == 1 {
            let before = Context::of(text, first.bytes.start);
            single(whole, &before, bytes.get(last.bytes.end..)?)
        } else {
            let lengths: Vec<usize> = parts.iter().map(|p| p.units.len()).collect();
            let before = Context::of(text, first.bytes.start);
            several(whole, &lengths, &before)
        }
    }
}

fn is_decimal(bytes: &[u8], start: usize, end: usize) -> bool {
    let digit = |i: Option<usize>| i.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
    (bytes.get(end) == Some(&b'.') && digit(Some(end + 1)))
        || (start > 0 && bytes.get(start - 1) == Some(&b'.') && digit(start.checked_sub(2)))
}

/// What stands right before a number.
struct Context<'a>(&'a str);

impl<'a> Context<'a> {
    fn of(text: &'a str, at: usize) -> Self {
        let before = text.get(..at).unwrap_or_default();
        Self(before.trim_end_matches(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '：' | ':' | '（' | '(' | '〔' | '[' | '为' | '是' | '码' | '+' | '“' | '"'
                )
        }))
    }

    fn says(&self, words: &[&str]) -> bool {
        // `身份证号` and `身份证号码` end like `身份证`.
        let bare = self.0.strip_suffix('号').unwrap_or(self.0);
        words
            .iter()
            .any(|w| self.0.ends_with(w) || bare.ends_with(w))
    }
}

fn all_digits(units: &[u8]) -> bool {
    units.iter().all(u8::is_ascii_digit)
}

fn is_mobile(units: &[u8]) -> bool {
    matches!(units, [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 && all_digits(rest))
}

/// With the country's prefix.
fn is_mobile_abroad(units: &[u8]) -> bool {
    [&b"86"[..], b"086", b"0086"]
        .iter()
        .any(|prefix| units.strip_prefix(*prefix).is_some_and(is_mobile))
}

fn is_identity(units: &[u8]) -> bool {
    identity::has_birthday(units) && (identity::check_fits(units) || !code::is_usable(units))
}

/// One group.
fn single(units: &[u8], before: &Context<'_>, after: &[u8]) -> Option<Kind> {
    let digits = units.iter().filter(|b| b.is_ascii_digit()).count();
    if digits < 3 {
        return None;
    }
    if let Some(kind) = masked(units, digits) {
        return Some(kind);
    }
    if digits >= 6 && before.says(&IDENTITY) && !code::is_usable(units) {
        return Some(Kind::IdentityNumber);
    }
    let pure = digits == units.len();
    let but_last = units.len() == 18 && units.get(..17).is_some_and(all_digits);
    if !pure && !but_last {
        return inside_word(units);
    }
    let serial = before.says(&SERIAL);
    match units.len() {
        18 if code::is_usable(units) && !identity::has_birthday(units) => None,
        18 if is_identity(units) => Some(Kind::IdentityNumber),
        18 if code::is_usable(units) => None,
        15 if identity::has_birthday(units)
            && !(serial && identity::is_registration_number(units)) =>
        {
            Some(Kind::IdentityNumber)
        }
        11 if is_mobile(units) && (before.says(&PHONE) || !serial && !is_quantity(after)) => {
            Some(Kind::Mobile)
        }
        13..=15 if is_mobile_abroad(units) && !serial => Some(Kind::Mobile),
        _ if digits >= 8 && before.says(&BANK) => Some(Kind::BankAccount),
        7..=12 if before.says(&PHONE) => Some(Kind::Landline),
        10..=12 if matches!(units, [b'0', b'1'..=b'9', ..]) && !serial && !is_quantity(after) => {
            Some(Kind::Landline)
        }
        16..=19 if pure && !serial => Some(Kind::BankAccount),
        20.. if hides_identity(units) => Some(Kind::IdentityNumber),
        _ => None,
    }
}

/// Several groups with single separators between them.
fn several(units: &[u8], lengths: &[usize], before: &Context<'_>) -> Option<Kind> {
    let digits = units.iter().filter(|b| b.is_ascii_digit()).count();
    match units.len() {
        18 if identity::has_birthday(units)
            && (identity::check_fits(units) || before.says(&IDENTITY)) =>
        {
            Some(Kind::IdentityNumber)
        }
        15 if lengths == [6, 6, 3] && identity::has_birthday(units) => Some(Kind::IdentityNumber),
        11 if is_mobile(units)
            && matches!(lengths, [3, 4, 4] | [3, 8] | [7, 4] | [4, 4, 3] | [3, 3, 5]) =>
        {
            Some(Kind::Mobile)
        }
        _ if is_mobile_abroad(units) => Some(Kind::Mobile),
        10..=12
            if matches!(lengths, [3 | 4, 7 | 8] | [3 | 4, 4, 4] | [3 | 4, 3, 4])
                && matches!(units, [b'0', b'1'..=b'9', ..])
                && digits == units.len() =>
        {
            Some(Kind::Landline)
        }
        7 | 8 if matches!(lengths, [4 | 3, 4]) && digits == units.len() && before.says(&PHONE) => {
            Some(Kind::Landline)
        }
        16..=19
            if digits == units.len()
                && lengths.split_last().is_some_and(|(last, front)| {
                    *last <= 4 && front.iter().all(|&n| n == 4) || lengths == [6, *last]
                }) =>
        {
            Some(Kind::BankAccount)
        }
        _ if digits == units.len() && (12..=24).contains(&digits) && before.says(&BANK) => {
            Some(Kind::BankAccount)
        }
        18 if digits >= 8 => masked(units, digits),
        _ => None,
    }
}

/// A number of which somebody has hidden the middle: what is left still tells too much.
fn masked(units: &[u8], digits: usize) -> Option<Kind> {
    let is_mask = |b: &u8| matches!(b, b'*' | b'x' | b'X');
    let longest = units
        .split(|b| !is_mask(b))
        .map(<[u8]>::len)
        .max()
        .unwrap_or(0);
    if longest < 3 || digits < 4 || !units.iter().all(|b| b.is_ascii_digit() || is_mask(b)) {
        return None;
    }
    match units {
        [b'1', ..] if units.len() == 11 => Some(Kind::Mobile),
        _ if units.len() >= 14 || digits >= 6 => Some(Kind::IdentityNumber),
        _ => None,
    }
}

/// Digits inside a word with letters, such as `ID990101…` or `TEL1990000…`.
fn inside_word(units: &[u8]) -> Option<Kind> {
    if code::is_usable(units) {
        return None;
    }
    let mut at = 0;
    while let Some(start) = units
        .get(at..)?
        .iter()
        .position(u8::is_ascii_digit)
        .map(|i| at + i)
    {
        let end = units
            .get(start..)?
            .iter()
            .position(|b| !b.is_ascii_digit())
            .map_or(units.len(), |i| start + i);
        let run = units.get(start..end)?;
        let with_x = units
            .get(start..end + 1)
            .filter(|w| w.ends_with(b"X") || w.ends_with(b"x"));
        if run.len() == 18 && is_identity(run) || with_x.is_some_and(is_identity) {
            return Some(Kind::IdentityNumber);
        }
        if is_mobile(run) || is_mobile_abroad(run) {
            return Some(Kind::Mobile);
        }
        at = end;
    }
    None
}

/// An identity number with other digits before or behind it.
fn hides_identity(units: &[u8]) -> bool {
    units
        .windows(18)
        .any(|w| identity::has_birthday(w) && identity::check_fits(w))
}

/// A unit of measure follows.
fn is_quantity(after: &[u8]) -> bool {
    [
        "元",
        "圆",
        "万元",
        "亿元",
        "吨",
        "千克",
        "公斤",
        "平方米",
        "立方米",
        "%",
    ]
    .iter()
    .any(|u| after.starts_with(u.as_bytes()))
}
