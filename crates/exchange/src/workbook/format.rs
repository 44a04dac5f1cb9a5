//! Number formats that show something else than the number: a unit, a percent sign, a currency,
//! a shifted point, zeros in front. Cells of all other formats are read as the number they hold.

use std::fmt::Write as _;

/// A number format worth looking at; one for each style of the workbook.
#[derive(Debug)]
pub(crate) struct NumberFormat {
    code: String,
    sections: Vec<Section>,
}

/// What holds for numbers of one sign, or those that a condition asks for.
#[derive(Debug, Default)]
struct Section {
    items: Vec<Item>,
    condition: Option<(Comparison, f64)>,
    percent: i32,
    /// Commas behind the last digit: each divides by a thousand.
    thousands: i32,
    /// Holds what we do not work out.
    unknown: bool,
    /// A fraction or an exponent: another way to write the number itself.
    other: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    /// The number as it is.
    General,
    Literal(String),
}

#[derive(Debug, Clone, Copy)]
enum Comparison {
    Less,
    AtMost,
    Equal,
    Unlike,
    AtLeast,
    More,
}

impl NumberFormat {
    /// Reads a format; `None` where the number says it all.
    pub(crate) fn of(code: &str) -> Option<Self> {
        let sections: Vec<Section> = sections(code).map(Section::read).collect();
        let telling = sections.iter().any(Section::is_telling);
        telling.then(|| Self {
            code: code.to_owned(),
            sections,
        })
    }

    /// Appends what a spreadsheet shows for a number, given as its decimal digits. Thousands are
    /// not parted, and digits that it leaves out are kept; where neither would be true to what is
    /// seen, the number stands beside it, and no column of numbers takes that.
    ///
    /// `false` where nothing was appended, since the number says it all.
    pub(crate) fn push(&self, number: f64, digits: &str, out: &mut String) -> bool {
        let Some((section, sign)) = self.section(number) else {
            return false;
        };
        if section.unknown {
            // Writing to a string cannot fail.
            let _ = write!(out, "{digits}（显示格式为{}）", self.code);
            return true;
        }
        if !section.is_telling() {
            return false;
        }
        if sign && digits.starts_with('-') {
            out.push('-');
        }
        if !section.push(digits.trim_start_matches('-'), out) {
            let _ = write!(out, "（单元格的值为{digits}）");
        }
        true
    }

    /// The section for a number, and whether it takes a sign of its own.
    fn section(&self, number: f64) -> Option<(&Section, bool)> {
        if self.sections.iter().any(|s| s.condition.is_some()) {
            let met = |section: &&Section| match section.condition {
                None => true,
                Some((Comparison::Less, bound)) => number < bound,
                Some((Comparison::AtMost, bound)) => number <= bound,
                Some((Comparison::Equal, bound)) => (number - bound).abs() < f64::EPSILON,
                Some((Comparison::Unlike, bound)) => (number - bound).abs() >= f64::EPSILON,
                Some((Comparison::AtLeast, bound)) => number >= bound,
                Some((Comparison::More, bound)) => number > bound,
            };
            return Some((self.sections.iter().find(met)?, true));
        }
        let at = |i: usize| self.sections.get(i);
        let first = Some((at(0)?, true));
        if number < 0.0 {
            return at(1).map(|s| (s, false)).or(first);
        }
        if number == 0.0 {
            return at(2).map(|s| (s, true)).or(first);
        }
        first
    }
}

/// The parts between semicolons that are none of a text.
fn sections(code: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(code);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut characters = text.char_indices();
        while let Some((at, c)) = characters.next() {
            match c {
                '"' => drop(characters.find(|(_, c)| *c == '"')),
                '[' => drop(characters.find(|(_, c)| *c == ']')),
                '\\' | '!' | '_' | '*' => drop(characters.next()),
                ';' => {
                    rest = text.get(at + 1..);
                    return text.get(..at);
                }
                _ => {}
            }
        }
        rest.take()
    })
}

impl Section {
    fn read(code: &str) -> Self {
        let mut section = Self::default();
        let code = code.replace("G/通用格式", "General");
        let mut rest = code.as_str();
        // Commas since the last digit.
        let mut commas = 0;
        while let Some(c) = rest.chars().next() {
            if let Some(behind) = rest.strip_prefix("General") {
                section.items.push(Item::General);
                rest = behind;
                continue;
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            match c {
                '0' | '#' | '?' => {
                    commas = 0;
                    section.items.push(Item::Digit(c));
                }
                ',' => commas += 1,
                '.' => {
                    section.thousands += commas;
                    commas = 0;
                    section.items.push(Item::Point);
                }
                '"' => {
                    let (literal, behind) = rest.split_once('"').unwrap_or((rest, ""));
                    section.literal(literal);
                    rest = behind;
                }
                '[' => {
                    let (inner, behind) = rest.split_once(']').unwrap_or((rest, ""));
                    section.bracket(inner);
                    rest = behind;
                }
                '_' | '*' => rest = after_first(rest).1,
                '\\' | '!' => {
                    let (literal, behind) = after_first(rest);
                    section.literal(literal);
                    rest = behind;
                }
                '/' | 'E' | 'e' | '@' => section.other = true,
                '%' => {
                    section.percent += 1;
                    section.literal("%");
                }
                _ => section.literal(c.encode_utf8(&mut [0; 4])),
            }
        }
        section.thousands += commas;
        if !section.items.iter().any(|i| matches!(i, Item::Digit(_))) {
            section.thousands = 0;
        }
        section
    }

    fn literal(&mut self, text: &str) {
        match self.items.last_mut() {
            Some(Item::Literal(last)) => last.push_str(text),
            _ => self.items.push(Item::Literal(text.to_owned())),
        }
    }

    /// A currency, a condition, a colour, or what changes the digits themselves.
    fn bracket(&mut self, inner: &str) {
        if let Some(currency) = inner.strip_prefix('$') {
            let sign = currency.split_once('-').map_or(currency, |(sign, _)| sign);
            self.literal(sign);
        } else if let Some(condition) = condition(inner) {
            self.condition = Some(condition);
        } else if inner
            .get(..5)
            .is_some_and(|s| s.eq_ignore_ascii_case("DBNum"))
        {
            self.unknown = true;
        }
    }

    /// Whether what is shown differs from the number in more than thousands and decimals.
    fn is_telling(&self) -> bool {
        if self.unknown {
            return true;
        }
        if self.other {
            return false;
        }
        let says = |text: &str| {
            text.chars()
                .any(|c| !matches!(c, ' ' | '-' | '+' | '(' | ')'))
        };
        let literal = |item: &Item| matches!(item, Item::Literal(text) if says(text));
        self.percent > 0
            || self.thousands > 0
            || self.items.iter().any(literal)
            || self.has_inner()
            || self.is_padding()
    }

    /// Text stands between two digits.
    fn has_inner(&self) -> bool {
        let mut items = self.items.iter();
        let digit = |item: &Item| matches!(item, Item::Digit(_));
        let first = items.position(digit);
        let last = self.items.iter().rposition(digit);
        let within = first.zip(last).and_then(|(a, b)| self.items.get(a..=b));
        within.is_some_and(|within| within.iter().any(|i| matches!(i, Item::Literal(_))))
    }

    /// Nothing but zeros: as many digits as there are.
    fn is_padding(&self) -> bool {
        self.items.len() > 1 && self.items.iter().all(|item| *item == Item::Digit('0'))
    }

    /// Appends a number without sign; `false` where digits were left out.
    fn push(&self, digits: &str, out: &mut String) -> bool {
        let (whole, part) = shifted(digits, self.percent * 2 - self.thousands * 3);
        let point = self.items.iter().position(|i| *i == Item::Point);
        let before = point.unwrap_or(self.items.len());
        let is_digit = |item: &&Item| matches!(item, Item::Digit(_));
        let mut left = self.items.iter().take(before).filter(is_digit).count();
        let mut right = self.items.iter().skip(before).filter(is_digit).count();
        let lost = (self.thousands > 0 || self.has_inner()) && part.len() > right;
        let whole = if whole == "0" && left > 0 { "" } else { &whole };
        let mut used = 0;
        for (at, item) in self.items.iter().enumerate() {
            match item {
                Item::Literal(text) => out.push_str(text),
                Item::General => out.push_str(digits),
                Item::Point => {
                    if right == 0 && !part.is_empty() && !lost {
                        out.push('.');
                        out.push_str(&part);
                    } else if right > 0 {
                        out.push('.');
                    }
                }
                Item::Digit(kind) if at < before => {
                    left -= 1;
                    // The first digit takes all that are too many.
                    let until = whole.len().saturating_sub(left);
                    match whole.get(used..until).filter(|taken| !taken.is_empty()) {
                        Some(taken) => out.push_str(taken),
                        None if *kind == '0' => out.push('0'),
                        None => {}
                    }
                    used = used.max(until);
                    if left == 0 && point.is_none() && !part.is_empty() && !lost {
                        out.push('.');
                        out.push_str(&part);
                    }
                }
                Item::Digit(kind) => {
                    right -= 1;
                    let place = self
                        .items
                        .iter()
                        .take(at)
                        .skip(before)
                        .filter(is_digit)
                        .count();
                    let until = if right == 0 && !lost {
                        part.len()
                    } else {
                        place + 1
                    };
                    match part.get(place..until).filter(|taken| !taken.is_empty()) {
                        Some(taken) => out.push_str(taken),
                        None if *kind == '0' => out.push('0'),
                        None => {}
                    }
                }
            }
        }
        !lost
    }
}

fn after_first(text: &str) -> (&str, &str) {
    let first = text.chars().next().map_or(0, char::len_utf8);
    text.split_at(first)
}

fn condition(inner: &str) -> Option<(Comparison, f64)> {
    let signs = [
        (">=", Comparison::AtLeast),
        ("<=", Comparison::AtMost),
        ("<>", Comparison::Unlike),
        (">", Comparison::More),
        ("<", Comparison::Less),
        ("=", Comparison::Equal),
    ];
    let (bound, comparison) = signs
        .iter()
        .find_map(|(sign, comparison)| Some((inner.strip_prefix(sign)?, *comparison)))?;
    Some((comparison, bound.trim().parse().ok()?))
}

/// Decimal digits with the point moved to the right, or to the left: those before it without
/// zeros in front, and those behind it without zeros at the end.
fn shifted(digits: &str, by: i32) -> (String, String) {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mut all = format!("{whole}{part}");
    let mut point = whole.len() as i32 + by;
    while point < 1 {
        all.insert(0, '0');
        point += 1;
    }
    while all.len() < point as usize {
        all.push('0');
    }
    let (whole, part) = all.split_at(point as usize);
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    (whole.to_owned(), part.trim_end_matches('0').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, digits: &str) -> String {
        let mut out = String::new();
        let number = digits.parse().unwrap_or_default();
        let told = NumberFormat::of(code).is_some_and(|f| f.push(number, digits, &mut out));
        if told { out } else { format!("={digits}") }
    }

    #[test]
    fn what_a_spreadsheet_shows() {
        for (code, digits, expected) in [
            ("#,##0\"元\"", "2000", "2000元"),
            ("#,##0\"元\"", "2000.4", "2000.4元"),
            ("#,##0.00\"元\"", "-2000.5", "-2000.50元"),
            ("0元", "2000", "2000元"),
            ("General\"元\"", "0.25", "0.25元"),
            ("G/通用格式\"元\"", "0.25", "0.25元"),
            ("0%", "0.2", "20%"),
            ("0.00%", "0.2", "20.00%"),
            ("0%", "0.255", "25.5%"),
            ("0!.0000\"万元\"", "2000", "0.2000万元"),
            ("0!.0000\"万元\"", "12345", "1.2345万元"),
            (
                "0!.0000\"万元\"",
                "2000.5",
                "0.2000万元（单元格的值为2000.5）",
            ),
            ("0!.0,\"万\"", "2000", "0.2万"),
            ("0\\.0,\"万\"", "2345", "0.2万（单元格的值为2345）"),
            ("#,##0,", "2000", "2"),
            ("#,##0,", "2345678", "2345（单元格的值为2345678）"),
            ("0.0,", "200", "0.2"),
            ("0.0\"万元\"", "0.25", "0.25万元"),
            ("¥#,##0.00", "0.2", "¥0.20"),
            ("[$¥-804]#,##0.00", "0.2", "¥0.20"),
            ("_ \"¥\"* #,##0.00_ ", "2000", "¥2000.00"),
            ("000000000000000", "40304600123456", "040304600123456"),
            ("00", "123", "123"),
            ("0.00;-0.00;\"无\"", "0", "无"),
            ("0.00;-0.00;\"无\"", "1.5", "=1.5"),
            ("[>=10000]0!.0,\"万\";0", "20000", "2.0万"),
            ("[>=10000]0!.0,\"万\";0", "2000", "=2000"),
            ("[DBNum2]0", "12", "12（显示格式为[DBNum2]0）"),
            ("000-0000", "1234567", "123-4567"),
        ] {
            assert_eq!(shown(code, digits), expected, "{code} {digits}");
        }
    }

    #[test]
    fn plain_formats_are_let_be() {
        for code in [
            "General",
            "0",
            "0.00",
            "#,##0.00",
            "#,##0_);[Red](#,##0)",
            "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)",
            "0.00E+00",
            "# ?/?",
            "@",
            ";;;",
            "0.0;0.0",
            "",
        ] {
            assert!(NumberFormat::of(code).is_none(), "{code}");
        }
    }
}
