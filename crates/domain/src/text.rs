//! Cleaning of text as files carry it. Every function hands back the text itself where there is
//! nothing to do.

use std::borrow::Cow;

/// Cuts blanks of every kind (also U+3000 and the no-break space), control characters and
/// invisible characters off both ends.
#[must_use]
pub fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c)),
    }
}

/// Full-width letters, digits and signs to ASCII, U+3000 to a blank. For codes, numbers and
/// dates; running text keeps its full-width punctuation.
#[must_use]
pub fn half_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(|c| narrow(c) != c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(narrow).collect())
}

/// The ASCII character a full-width one stands for, or the character itself.
#[must_use]
pub const fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => (c as u32 - 0xfee0) as u8 as char,
        '\u{3000}' | '\u{a0}' => ' ',
        _ => c,
    }
}

/// A cell of running text: trimmed, without invisible and control characters; line breaks
/// become `\n`.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let text = trim(text);
    if !text.contains('\r') && dangers(text).is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\t' => out.push(c),
            c if c.is_control() || is_invisible(c) => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A header for comparison: no blanks, line breaks or invisible characters, half-width signs,
/// capital letters. Both sides of a comparison go through this.
#[must_use]
pub fn header_key(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(*c))
        .map(|c| narrow(c).to_ascii_uppercase())
        .collect()
}

/// A document number for comparison: no blanks, half-width signs, every pair of brackets `〔〕`
/// (also those that scanning mistakes for them).
#[must_use]
pub fn document_number_key(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(*c))
        .map(|c| match narrow(c) {
            '(' | '[' | '{' | '<' | '〔' | '【' | '〈' | '《' | '〖' | '﹝' | '「' => '〔',
            ')' | ']' | '}' | '>' | '〕' | '】' | '〉' | '》' | '〗' | '﹞' | '」' => '〕',
            c => c,
        })
        .collect()
}

/// A document number with its year in the brackets of the standard, `〔2026〕`, where it stands
/// in others; the rest as it is. `None` where there is nothing to mend.
#[must_use]
pub fn with_year_brackets(text: &str) -> Option<String> {
    let opening = [
        '(', '（', '[', '［', '【', '〖', '〈', '《', '﹝', '{', '｛', '<', '＜', '「', '『', '〔',
    ];
    let closing = [
        ')', '）', ']', '］', '】', '〗', '〉', '》', '﹞', '}', '｝', '>', '＞', '」', '』', '〕',
    ];
    for (at, bracket) in text.match_indices(opening) {
        let (before, rest) = (text.get(..at)?, text.get(at + bracket.len()..)?);
        let (year, serial) = rest.split_once(closing)?;
        let digits: String = half_width(year).trim().to_owned();
        let sound = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
        if sound && digits.bytes().all(|b| b.is_ascii_digit()) {
            let right = bracket == "〔" && rest.get(year.len()..)?.starts_with('〕');
            if right {
                return None;
            }
            return Some(format!("{before}〔{digits}〕{serial}"));
        }
    }
    None
}

/// Whether a text looks like a document number: a year in brackets, and a serial number behind
/// it, e.g. `衡市监罚〔2026〕12号`.
#[must_use]
pub fn looks_like_document_number(text: &str) -> bool {
    let key = document_number_key(text);
    let mut parts = key.split('〔').skip(1);
    parts.any(|part| {
        part.split_once('〕').is_some_and(|(year, serial)| {
            year.len() == 4
                && (year.starts_with("19") || year.starts_with("20"))
                && year.bytes().all(|b| b.is_ascii_digit())
                && serial.bytes().any(|b| b.is_ascii_digit())
        })
    })
}

/// A code in groups of four, as people read it aloud: `9133 1021 1484 3044 1N`.
#[must_use]
pub fn code_groups(code: &str) -> String {
    let mut out = String::with_capacity(code.len() + code.len() / 4);
    for (i, c) in code.chars().enumerate() {
        if i > 0 && i % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// A kind of character that has no business in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Danger {
    /// NUL and other control characters, except tab and line breaks.
    Control,
    /// Characters without width, soft hyphens, byte-order marks.
    ZeroWidth,
    /// Marks that turn the direction of reading.
    Direction,
    /// U+FFFD, and what is no character at all: the text was read in a wrong encoding once.
    Replacement,
    /// Private use: what it looks like is a matter of one font on one machine.
    Private,
}

impl Danger {
    const ALL: [Self; 5] = [
        Self::Control,
        Self::ZeroWidth,
        Self::Direction,
        Self::Replacement,
        Self::Private,
    ];

    /// The kind of a character.
    #[must_use]
    pub fn of(c: char) -> Option<Self> {
        match c {
            '\t' | '\n' | '\r' => None,
            '\u{200e}'
            | '\u{200f}'
            | '\u{61c}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => Some(Self::Direction),
            '\u{200b}'..='\u{200d}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{feff}'
            | '\u{ad}'
            | '\u{34f}'
            // Fillers: letters by name, with nothing to be seen.
            | '\u{115f}'
            | '\u{1160}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{ffa0}'
            // Marks that choose another shape, and tags.
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0000}'..='\u{e0fff}'
            | '\u{180e}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{2028}'
            | '\u{2029}' => Some(Self::ZeroWidth),
            '\u{fffd}'..='\u{ffff}' | '\u{fdd0}'..='\u{fdef}' => Some(Self::Replacement),
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => Some(Self::Private),
            c if c.is_control() => Some(Self::Control),
            _ => None,
        }
    }

    /// Chinese term.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Control => "控制字符",
            Self::ZeroWidth => "零宽字符",
            Self::Direction => "文字方向控制字符",
            Self::Replacement => "乱码替代字符",
            Self::Private => "自造字",
        }
    }
}

/// The kinds found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Dangers(u8);

impl Dangers {
    /// Whether none was found.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether this kind was found.
    #[must_use]
    pub const fn contains(self, kind: Danger) -> bool {
        self.0 & 1 << kind as u8 != 0
    }

    /// The kinds found.
    pub fn iter(self) -> impl Iterator<Item = Danger> {
        Danger::ALL.into_iter().filter(move |&k| self.contains(k))
    }
}

/// Which kinds of dangerous characters a text holds.
#[must_use]
pub fn dangers(text: &str) -> Dangers {
    let mut found = Dangers::default();
    if !holds_danger(text.as_bytes()) {
        return found;
    }
    for kind in text.chars().filter_map(Danger::of) {
        found.0 |= 1 << kind as u8;
    }
    found
}

/// Whether UTF-8 holds the bytes of a dangerous character. Looks at three bytes at a time and
/// leaves the loop only between blocks, so that it becomes vector code.
fn holds_danger(bytes: &[u8]) -> bool {
    const BLOCK: usize = 256;
    let mut at = 0;
    while at < bytes.len() {
        let a = bytes
            .get(at..bytes.len().min(at + BLOCK))
            .unwrap_or_default();
        let b = bytes.get(at + 1..).unwrap_or_default();
        let c = bytes.get(at + 2..).unwrap_or_default();
        let controls = a.iter().fold(false, |f, &a| {
            f | (a < 0x20) & (a != 9) & (a != 10) & (a != 13) | (a == 0x7f)
        });
        let pairs = a.iter().zip(b).fold(false, |f, (&a, &b)| {
            let pair = (a == 0xc2) & ((b < 0xa0) | (b == 0xad)) | (a == 0xd8) & (b == 0x9c);
            // U+034F; U+E0000–E0FFF.
            // Private use: U+E000–F8FF, U+F0000 and beyond.
            let private =
                (a == 0xee) | (a == 0xef) & (b < 0xa4) | (a == 0xf3) & (b >= 0xb0) | (a == 0xf4);
            f | pair | private | (a == 0xcd) & (b == 0x8f) | (a == 0xf3) & (b == 0xa0)
        });
        let triples = a.iter().zip(b).zip(c).fold(false, |f, ((&a, &b), &c)| {
            // U+200B–200F, U+2028–202E; U+2060–206F; U+180E; U+FEFF; U+FFFD.
            let marks = (0x8b..=0x8f).contains(&c) | (0xa8..=0xae).contains(&c);
            // U+115F, U+1160, U+2800, U+3164, U+FFA0; U+FE00–FE0F.
            let fillers = (a == 0xe1) & (b == 0x85) & ((c == 0x9f) | (c == 0xa0))
                | (a == 0xe2) & (b == 0xa0) & (c == 0x80)
                | (a == 0xe3) & (b == 0x85) & (c == 0xa4)
                | (a == 0xef) & ((b == 0xbe) & (c == 0xa0) | (b == 0xb8) & (c < 0x90));
            f | fillers
                | (a == 0xe2) & ((b == 0x80) & marks | (b == 0x81) & (0xa0..=0xaf).contains(&c))
                // U+180E, U+17B4, U+17B5; U+FEFF, U+FFF9–FFFB, U+FFFD–FFFF, U+FDD0–FDEF.
                | (a == 0xe1) & ((b == 0xa0) & (c == 0x8e) | (b == 0x9e) & (c & 0xfe == 0xb4))
                | (a == 0xef)
                    & ((b == 0xbb) & (c == 0xbf)
                        | (b == 0xbf) & (c >= 0xb9)
                        | (b == 0xb7) & (c >= 0x90))
        });
        if controls | pairs | triples {
            return true;
        }
        at += BLOCK;
    }
    false
}

/// Whether a character has no width or turns the direction of reading.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(Danger::of(c), Some(Danger::ZeroWidth | Danger::Direction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trimming() {
        assert_eq!(trim("\u{feff}\u{3000} 甲 乙\u{a0}\u{200b}\r\n"), "甲 乙");
        assert_eq!(trim("abc"), "abc");
        assert_eq!(trim(" \u{3000}"), "");
        assert_eq!(trim("a"), "a");
    }

    #[test]
    fn half_width_only_where_needed() {
        assert!(matches!(half_width("罚款2000元"), Cow::Borrowed(_)));
        assert_eq!(half_width("（９１）Ａ．，"), "(91)A.,");
    }

    #[test]
    fn cleaning_keeps_line_breaks_and_punctuation() {
        assert!(matches!(clean("违法事实，清楚。"), Cow::Borrowed(_)));
        assert_eq!(
            clean("甲\r\n乙\r丙\u{0}丁\u{202e}戊\u{200b}"),
            "甲\n乙\n丙丁戊"
        );
        assert_eq!(clean("（甲），乙"), "（甲），乙");
    }

    #[test]
    fn headers() {
        assert_eq!(header_key("罚款金额\r\n（万元）"), "罚款金额(万元)");
        assert_eq!(header_key(" cf_xdr_shxym\u{feff}"), "CF_XDR_SHXYM");
    }

    #[test]
    fn document_numbers() {
        let expected = "衡市监罚〔2026〕12号";
        for text in [
            "衡市监罚〔2026〕12号",
            "衡市监罚 [2026] 12号",
            "衡市监罚【２０２６】12号",
            "衡市监罚（2026）12号",
            "衡市监罚〔2026〉12号",
        ] {
            assert_eq!(document_number_key(text), expected, "{text}");
            assert!(looks_like_document_number(text), "{text}");
        }
        for text in [
            "",
            "12号",
            "〔2026〕",
            "〔26〕12号",
            "衡市监罚2026第12号",
            "〔3026〕1号",
        ] {
            assert!(!looks_like_document_number(text), "{text}");
        }
    }

    #[test]
    fn brackets_of_the_year() {
        for text in [
            "衡市监罚【2026】12号",
            "衡市监罚[2026]12号",
            "衡市监罚（２０２６）12号",
            "衡市监罚〖2026〗12号",
            "衡市监罚(2026〕12号",
        ] {
            let mended = with_year_brackets(text);
            assert_eq!(mended.as_deref(), Some("衡市监罚〔2026〕12号"), "{text}");
        }
        assert_eq!(
            with_year_brackets("衡（监）罚(2026)1号").as_deref(),
            Some("衡（监）罚〔2026〕1号")
        );
        for text in [
            "衡市监罚〔2026〕12号",
            "衡市监罚2026年12号",
            "（甲）1号",
            "(2026",
            "(3026)1号",
        ] {
            assert_eq!(with_year_brackets(text), None, "{text}");
        }
    }

    #[test]
    fn groups_of_four() {
        assert_eq!(code_groups("91331021148430441N"), "9133 1021 1484 3044 1N");
        assert_eq!(code_groups(""), "");
    }

    #[test]
    fn every_kind_of_danger_is_seen_anywhere() {
        assert!(dangers("普通文字（含标点），\t换行\n“引号”——可以…").is_empty());
        for (c, kind) in [
            ('\0', Danger::Control),
            ('\u{85}', Danger::Control),
            ('\u{7f}', Danger::Control),
            ('\u{200b}', Danger::ZeroWidth),
            ('\u{feff}', Danger::ZeroWidth),
            ('\u{180e}', Danger::ZeroWidth),
            ('\u{ad}', Danger::ZeroWidth),
            ('\u{202e}', Danger::Direction),
            ('\u{61c}', Danger::Direction),
            ('\u{fffd}', Danger::Replacement),
        ] {
            for before in [0, 62, 253, 254, 255, 256, 600] {
                let text = format!("{}{c}丁", "a".repeat(before));
                let found = dangers(&text);
                assert_eq!(found.iter().collect::<Vec<_>>(), [kind], "{c:?} {before}");
            }
        }
    }
}
