//! Quick looks at a text's bytes that spare the slow ones. Each is one plain loop over slices
//! without early exit: that form becomes vector code however it is inlined (measured: 0.1 ns a
//! byte, against 0.3 to 2 ns for windows and arrays).

use xinheng_domain::text;

/// What a text may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Odd {
    /// A character that has no business in a cell (control, without width, turning direction,
    /// replacement) or a line break. Exact but for some rare lead bytes and for what is below.
    pub(super) suspect: bool,
    /// A radical or a compatibility ideograph. Exact but for some of their neighbours.
    pub(super) compatible: bool,
}

/// Looks at the bytes of a text for both: once, where it holds neither. A look that tells them
/// apart in one pass is no vector code any more and takes fifteen times as long.
pub(super) fn odd(text: &str) -> Odd {
    let bytes = text.as_bytes();
    let control = any(bytes, |a| {
        // Lead bytes C2 to E1: soft hyphen, Arabic and Mongolian marks, C1 controls.
        (a < 0x20) | (a == 0x7f) | (a.wrapping_sub(0xc2) < 0x20)
    });
    let either = any_three(bytes, |a, b, c| {
        // U+200B–200F, U+2028–202E; U+2060–206F; U+FEFF, U+FFFD. The lead bytes alone would not
        // do: Chinese quotation marks and commas share them.
        let general = (c.wrapping_sub(0x8b) < 5) | (c.wrapping_sub(0xa8) < 7);
        // And U+2E80–2FFF, U+F900–FAFF, U+2F000–2FFFF.
        // And the fillers and marks from U+2800, U+3164, U+FE00, U+FFA0, U+E0000.
        let filler = (a == 0xe3) & (b == 0x85) & (c == 0xa4)
            | (a == 0xef) & ((b == 0xb8) & (c < 0x90) | (b == 0xbe) & (c == 0xa0))
            | (a == 0xf3) & (b == 0xa0);
        filler
            | (a == 0xe2) & ((b == 0x80) & general | (b == 0x81) | (b == 0xa0) | (b >= 0xba))
            // From U+E000 to FAFF, U+FDC0–FDFF, and private use beyond.
            | (a == 0xee)
            | (a == 0xef) & ((b == 0xbb) | (b == 0xbf) | (b < 0xac) | (b == 0xb7))
            | (a == 0xf0) & (b == 0xaf)
            | (a == 0xf3) & (b >= 0xb0)
            | (a == 0xf4)
    });
    Odd {
        suspect: control | either,
        compatible: either
            && any_three(bytes, |a, b, _| {
                (a == 0xe2) & (b >= 0xba)
                    | (a == 0xef) & (b.wrapping_sub(0xa4) < 8)
                    | (a == 0xf0) & (b == 0xaf)
            }),
    }
}

/// Whether the text may hold a character that stands in no name, an asterisk, a blank, or one
/// that is to be looked at in a name: any ASCII sign but brackets, hyphen, full stop, `&`, and
/// some lead bytes; or whether it ends with a full stop.
pub(super) fn odd_for_a_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let odd = any(bytes, |a| {
        let fine = (a == b'(') | (a == b')') | (a == b'-') | (a == b'.') | (a == b'&');
        // Signs before the digits, between digits and capitals, between and behind letters.
        let sign = (a.wrapping_sub(0x20) < 16)
            | (a.wrapping_sub(0x3a) < 7)
            | (a.wrapping_sub(0x5b) < 6)
            | (a.wrapping_sub(0x7b) < 5);
        // Blanks of other widths, ×, letters of other alphabets (C2 to DF), the Chinese full stop;
        // private use, full width, symbols, emoji, radicals and compatibility ideographs.
        let symbol = (a.wrapping_sub(0xc2) < 0x1e) | (a == 0xe2) | (a == 0xe3) | (a >= 0xee);
        sign & !fine | symbol
    });
    odd || bytes.last() == Some(&b'.') || may_be_garbled(bytes)
}

/// Whether the text has a round bracket of ASCII; those of full width are odd for a name anyway.
pub(super) fn has_bracket(text: &str) -> bool {
    any(text.as_bytes(), |a| (a == b'(') | (a == b')'))
}

/// Whether the text holds a Chinese character that is frequent where a name was read in a wrong
/// encoding, and rare elsewhere: 锟, 烫, 屯, U+9340–947F but 鑫.
fn may_be_garbled(bytes: &[u8]) -> bool {
    any_three(bytes, |a, b, c| {
        let rare = (b.wrapping_sub(0x8d) < 5) & !((b == 0x91) & (c == 0xab));
        (a == 0xe9) & (rare | (b == 0x94) & (c == 0x9f))
            | (a == 0xe7) & (b == 0x83) & (c == 0xab)
            | (a == 0xe5) & (b == 0xb1) & (c == 0xaf)
    })
}

#[inline]
fn any(bytes: &[u8], look: impl Fn(u8) -> bool) -> bool {
    bytes
        .iter()
        .fold(0_u8, |found, &a| found | u8::from(look(a)))
        != 0
}

/// Looks at each byte that has two behind it.
#[inline]
fn any_three(bytes: &[u8], look: impl Fn(u8, u8, u8) -> bool) -> bool {
    let second = bytes.get(1..).unwrap_or_default();
    let third = bytes.get(2..).unwrap_or_default();
    let three = bytes.iter().zip(second).zip(third);
    let found = three.fold(0_u8, |found, ((&a, &b), &c)| {
        found | u8::from(look(a, b, c))
    });
    found != 0
}

/// [`text::trim`] with a quick yes for cells that begin and end with a Chinese character or an
/// ASCII sign.
#[inline]
pub(super) fn trim(cell: &str) -> &str {
    let bytes = cell.as_bytes();
    let sound = |lead: u8| lead.is_ascii_graphic() || matches!(lead, 0xe4..=0xe9);
    let first = bytes.first().is_some_and(|&b| sound(b));
    let last = match bytes {
        [.., last] if last.is_ascii_graphic() => true,
        [.., lead, _, _] => matches!(lead, 0xe4..=0xe9),
        _ => false,
    };
    if first && last {
        cell
    } else {
        text::trim(cell)
    }
}

/// Whether the text has a full-width ASCII character (U+FF01–FF5E) or a blank of any width.
pub(super) fn has_full_width_or_blank(text: &str) -> bool {
    let bytes = text.as_bytes();
    // The brackets of the year share their lead byte with the blank of full width.
    let may = any(bytes, |a| {
        (a == b' ') | (a == b'\t') | (a == 0xc2) | (a == 0xe2)
    }) || any_three(bytes, |a, b, c| {
        (a == 0xef) & (b >= 0xbc) | (a == 0xe3) & (b == 0x80) & (c == 0x80)
    });
    may && text
        .chars()
        .any(|c| matches!(c, ' ' | '\u{ff01}'..='\u{ff5e}') || c >= '\u{80}' && is_blank(c))
}

/// A blank of any width, or a tab.
pub(super) const fn is_blank(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// A Chinese character.
pub(super) const fn is_han(c: char) -> bool {
    matches!(
        c,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{323af}' | '〇' | '々'
    )
}

/// The text without the runs of blanks that are idle: `idle` is told what stands before
/// and behind. `None` where all of them stay.
pub(super) fn without_blanks(text: &str, idle: impl Fn(char, char) -> bool) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_blank) {
        let (before, run) = rest.split_at(at);
        let behind = run.trim_start_matches(is_blank);
        out.push_str(before);
        let neighbours = out.chars().next_back().zip(behind.chars().next());
        if !neighbours.is_some_and(|(a, b)| idle(a, b)) {
            out.push_str(run.strip_suffix(behind).unwrap_or(run));
        }
        rest = behind;
    }
    out.push_str(rest);
    (out.len() < text.len()).then_some(out)
}

/// Whether the text may hold an identity number, a phone number or a bank account: a digit of
/// full width, or at least seven digits (or asterisks that mask some) in one stretch with
/// nothing but blanks and hyphens between.
pub(super) fn may_hold_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    // A count of eight bits holds 255.
    let digits: usize = bytes
        .chunks(255)
        .map(|chunk| {
            let count = chunk
                .iter()
                .fold(0_u8, |n, &b| n + u8::from(b.is_ascii_digit() | (b == b'*')));
            usize::from(count)
        })
        .sum();
    // EF BC 90–99.
    let wide = |a, b, c: u8| (a == 0xef) & (b == 0xbc) & (c.wrapping_sub(0x90) < 10);
    digits >= 7 && has_stretch(bytes) || any_three(bytes, wide)
}

/// Whether a text has at least so many digits, or some of full width.
pub(super) fn has_digits(text: &str, least: usize) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= least
        && (bytes.iter().filter(|b| b.is_ascii_digit()).count() >= least
            || any(bytes, |a| a == 0xef))
}

/// Whether a short text may hold an identity number: fifteen digits, or digits of full width.
pub(super) fn may_hold_identity_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |bytes: &[u8]| bytes.iter().filter(|b| b.is_ascii_digit()).count();
    bytes.len() >= 15 && (digits(bytes) >= 15 || any(bytes, |a| a == 0xef) && may_hold_number(text))
}

fn has_stretch(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(first) = rest.iter().position(|b| b.is_ascii_digit() || *b == b'*') {
        rest = rest.get(first..).unwrap_or_default();
        let mut run = 0;
        loop {
            rest = match rest {
                [b'0'..=b'9' | b'*', rest @ ..] => {
                    run += 1;
                    rest
                }
                // Blanks and dashes of every width.
                [b' ' | b'-', rest @ ..]
                | [0xe3, 0x80, 0x80, rest @ ..]
                | [0xc2, 0xa0, rest @ ..]
                | [0xe2, 0x80, 0x90..=0x95, rest @ ..]
                | [0xef, 0xbc, 0x8d, rest @ ..] => rest,
                _ => break,
            };
        }
        if run >= 7 {
            return true;
        }
    }
    false
}

/// [`text::looks_like_document_number`] with a quick yes for the usual form.
pub(super) fn is_document_number(number: &str) -> bool {
    is_usual_number(number) || text::looks_like_document_number(number)
}

/// Whether a document number has no sign that stands in none, and one year at most: `〔〔2026〕〕`,
/// `1号😀`.
pub(super) fn is_plain_number(number: &str) -> bool {
    // Nearly every one: Chinese characters, letters, digits and one pair of brackets.
    let bytes = number.as_bytes();
    let odd = any(bytes, |a| {
        let sign = (a < 0x30) | (a.wrapping_sub(0x3a) < 7) | (a.wrapping_sub(0x5b) < 6);
        sign | (a.wrapping_sub(0x7b) < 5) | (a.wrapping_sub(0xc2) < 0x21) | (a >= 0xea)
    });
    if !odd && bytes.iter().filter(|b| **b == 0xe3).count() <= 2 {
        return true;
    }
    let mut years = 0;
    let plain = |c: char| match c {
        '〔' => {
            years += 1;
            years == 1
        }
        '〕' | '-' | '－' | '—' | '.' | '·' | '/' | '、' | '(' | ')' | '（' | '）' => true,
        c => c.is_ascii_alphanumeric() || is_han(c) || is_blank(c) || text::narrow(c) != c,
    };
    number.chars().all(plain) && number.matches('〕').count() <= 1
}

/// A year in the brackets of the standard with a serial number behind it: nearly every one.
pub(super) fn is_usual_number(number: &str) -> bool {
    number.split_once('〔').is_some_and(|(_, rest)| {
        let rest = rest.as_bytes();
        let year = rest.first_chunk().is_some_and(|y: &[u8; 4]| {
            y.iter().all(u8::is_ascii_digit) && (y.starts_with(b"20") || y.starts_with(b"19"))
        });
        let serial = rest.get(4..).and_then(|r| r.strip_prefix("〕".as_bytes()));
        year && serial.is_some_and(|s| s.first().is_some_and(u8::is_ascii_digit))
    })
}

/// Characters, or `None` where there are no more than `limit`.
pub(super) fn longer_than(text: &str, limit: u32) -> Option<usize> {
    let limit = limit as usize;
    if text.len() <= limit {
        return None;
    }
    Some(text.chars().count()).filter(|&n| n > limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_danger_is_suspect_anywhere() {
        for c in ('\0'..=char::MAX).filter(|c| text::Danger::of(*c).is_some()) {
            for before in [0, 1, 61, 62, 63, 64, 65, 126] {
                let cell = format!("{}{c}", "a".repeat(before));
                assert!(odd(&cell).suspect, "{c:?} {before}");
            }
        }
        let plain = odd("当事人未按“规定”办理——登记……，（详见）附件、清单；共3件。");
        assert!(!plain.suspect && !plain.compatible);
    }

    #[test]
    fn every_compatibility_character_is_seen_anywhere() {
        for c in ('\0'..=char::MAX).filter(|c| xinheng_domain::compatibility::is_compatibility(*c))
        {
            for before in [0, 1, 62, 63, 64, 126] {
                let cell = format!("{}{c}", "a".repeat(before));
                assert!(odd(&cell).compatible, "{c:?} {before}");
                assert!(odd_for_a_name(&cell), "{c:?} {before}");
            }
        }
    }

    #[test]
    fn full_width_and_blanks_anywhere() {
        let sought = |c: char| is_blank(c) || matches!(c, '\u{ff01}'..='\u{ff5e}');
        for c in ('\t'..='\u{ffff}').filter(|c| *c == ' ' || *c > '\u{7f}') {
            for text in [format!("{c}"), format!("甲{c}乙"), format!("号〔{c}1")] {
                assert_eq!(has_full_width_or_blank(&text), sought(c), "{text:?}");
            }
        }
    }

    #[test]
    fn blanks_between_what_needs_none() {
        let idle = |a: char, b: char| is_han(a) && is_han(b);
        for (text, without) in [
            ("张\u{3000}例", Some("张例")),
            ("甲 乙\u{a0} 丙", Some("甲乙丙")),
            ("甲 B 丙丁 戊", Some("甲 B 丙丁戊")),
            ("甲 B 丙", None),
            ("甲乙", None),
            (" 甲", None),
            ("", None),
        ] {
            assert_eq!(without_blanks(text, idle).as_deref(), without, "{text}");
        }
    }

    #[test]
    fn signs_in_names() {
        for before in 0..40 {
            let name = |c: char| format!("{}{c}", "a".repeat(before));
            for c in
                "<>{}|\\^~`$%@;=?_\"？；！!￥…*＊× 　。．\u{a0}\u{fffd}\u{e000}\u{1f600}".chars()
            {
                assert!(odd_for_a_name(&name(c)), "{c} {before}");
            }
            for c in "锟烫屯鍏鐢АΑ①㈱✅、，,/".chars() {
                assert!(odd_for_a_name(&name(c)), "{c} {before}");
            }
            for c in "甲A9z&-()鑫钢锦".chars() {
                assert!(!odd_for_a_name(&name(c)), "{c} {before}");
            }
            assert!(odd_for_a_name(&name('.')));
            assert!(!odd_for_a_name(&format!("{}甲", name('.'))));
        }
    }

    #[test]
    fn numbers() {
        assert!(may_hold_number("电话1990000 0000"));
        assert!(may_hold_number("证号９９０１０１１９９０"));
        assert!(!may_hold_number("2026年，第12条，《条例》，（附件）"));
        assert!(may_hold_number("电话1 9\u{3000}9 - 0 0\u{3000}0 0"));
        for before in 0..40 {
            let text = format!("{}1990000", "甲".repeat(before));
            assert!(may_hold_number(&text), "{before}");
            assert!(!may_hold_number(text.trim_end_matches('0')), "{before}");
        }
    }

    proptest! {
        #[test]
        fn trims_as_text_does(cell in "[ \u{3000}\u{a0}\u{200b}甲a。\n]{0,6}") {
            prop_assert_eq!(trim(&cell), text::trim(&cell));
        }

        #[test]
        fn document_numbers_as_text_sees_them(n in "衡?[〔\\[]?(19|20|3)[0-9]{1,3}[〕)]?[0-9第]{0,2}号?") {
            prop_assert_eq!(is_document_number(&n), text::looks_like_document_number(&n));
        }

        #[test]
        fn clean_text_has_no_danger(cell in "[一-龥a-z，。“”\u{200b}\u{fffd}]{0,80}") {
            if !odd(&cell).suspect {
                prop_assert!(text::dangers(&cell).is_empty());
            }
        }
    }
}
