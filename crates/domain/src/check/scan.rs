//! Quick looks at a cell's bytes that spare the slow ones. Written without early exit, so that
//! they become vector code.
#![allow(
    clippy::indexing_slicing,
    reason = "into arrays, by indices below their length"
)]

use crate::text;

/// Bytes looked at in one step.
const STEP: usize = 16;
/// A step sees the two bytes behind it.
const WINDOW: usize = STEP + 2;

/// Whether the text may hold a character that has no business in a cell (control, without
/// width, turning direction, replacement) or a line break. Exact but for some rare lead bytes.
pub(super) fn suspect(text: &str) -> bool {
    any_window(text.as_bytes(), |w| {
        // Lead bytes C2 to E1: soft hyphen, Arabic and Mongolian marks, C1 controls. Of the
        // others hardly any but Chinese quotation marks are stopped here in vain.
        let leads = flags(w, |a, b, _| {
            (a < 0x20)
                | (a == 0x7f)
                | (a.wrapping_sub(0xc2) < 0x20)
                | (a == 0xe2) & (b <= 0x81)
                | (a == 0xef) & (b != 0xbc)
        });
        leads != 0 && is_suspect(w)
    })
}

#[cold]
fn is_suspect(w: &[u8; WINDOW]) -> bool {
    (0..STEP).any(|i| match w[i] {
        0x00..0x20 | 0x7f | 0xc2 | 0xd8 | 0xe1 => true,
        // U+200B–200F, U+2028–202E; U+2060–206F; U+FEFF; U+FFFD.
        0xe2 => matches!(
            (w[i + 1], w[i + 2]),
            (0x80, 0x8b..=0x8f | 0xa8..=0xae) | (0x81, 0xa0..)
        ),
        0xef => matches!((w[i + 1], w[i + 2]), (0xbb, 0xbf) | (0xbf, 0xbd)),
        _ => false,
    })
}

/// Whether the text may hold a character that stands in no name, or an asterisk: any ASCII sign
/// but brackets, blank, hyphen, full stop, `&`, and some lead bytes.
pub(super) fn odd_for_a_name(text: &str) -> bool {
    any_window(text.as_bytes(), |w| {
        let odd = flags(w, |a, _, _| {
            let fine = matches!(a, b'(' | b')' | b'-' | b'.' | b'&');
            // Signs before the digits, between digits and capitals, between and behind letters.
            let sign = (a.wrapping_sub(0x21) < 15)
                | (a.wrapping_sub(0x3a) < 7)
                | (a.wrapping_sub(0x5b) < 6)
                | (a.wrapping_sub(0x7b) < 5);
            // ×, private use, full width, symbols, emoji.
            sign & !fine | (a == 0xc3) | (a == 0xe2) | (a >= 0xee)
        });
        odd != 0
    })
}

/// One byte for each place of a window: 1 where `look` says yes to it and the two behind it. In
/// this form (an array first, one integer then) it becomes vector code.
#[inline]
fn flags(w: &[u8; WINDOW], look: impl Fn(u8, u8, u8) -> bool) -> u128 {
    let flags: [u8; STEP] = std::array::from_fn(|i| u8::from(look(w[i], w[i + 1], w[i + 2])));
    u128::from_le_bytes(flags)
}

/// Whether `look` says yes to any window. It judges the first [`STEP`] bytes of each; windows
/// overlap at the end, and the last is filled up with letters.
#[inline]
fn any_window(bytes: &[u8], mut look: impl FnMut(&[u8; WINDOW]) -> bool) -> bool {
    let mut rest = bytes;
    while let Some(window) = rest.first_chunk() {
        if look(window) {
            return true;
        }
        rest = &rest[STEP..];
    }
    let mut last = [b'a'; WINDOW];
    match bytes.last_chunk::<STEP>() {
        Some(end) => {
            last[..STEP].copy_from_slice(end);
            look(&last) || bytes.last_chunk().is_some_and(look)
        }
        None => {
            last[..bytes.len()].copy_from_slice(bytes);
            look(&last)
        }
    }
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

/// Whether the text has a full-width ASCII character (U+FF01–FF5E).
pub(super) fn has_full_width(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(|c| matches!(c, '\u{ff01}'..='\u{ff5e}'))
}

/// Whether the text may hold an identity number, a phone number or a bank account: a digit of
/// full width, or at least seven digits (or asterisks that mask some) close together. Seven
/// digits with a blank or hyphen of up to three bytes between any two lie within three steps.
pub(super) fn may_hold_number(text: &str) -> bool {
    let (mut before, mut last) = (0, 0);
    any_window(text.as_bytes(), |w| {
        let digits = flags(w, |a, _, _| (a.wrapping_sub(b'0') < 10) | (a == b'*'));
        // EF BC 90–99.
        let wide = flags(w, |a, b, c| {
            (a == 0xef) & (b == 0xbc) & (c.wrapping_sub(0x90) < 10)
        });
        // Each byte is 0 or 1; the product's last byte is their sum.
        let count = |half: u64| half.wrapping_mul(0x0101_0101_0101_0101) >> 56;
        let count = count(digits as u64) + count((digits >> 64) as u64);
        let near = before + last + count;
        (before, last) = (last, count);
        wide != 0 || near >= 7
    })
}

/// [`text::looks_like_document_number`] with a quick yes for the usual form.
pub(super) fn is_document_number(number: &str) -> bool {
    let usual = number.split_once('〔').is_some_and(|(_, rest)| {
        let rest = rest.as_bytes();
        let year = rest.first_chunk().is_some_and(|y: &[u8; 4]| {
            y.iter().all(u8::is_ascii_digit) && (y.starts_with(b"20") || y.starts_with(b"19"))
        });
        let serial = rest.get(4..).and_then(|r| r.strip_prefix("〕".as_bytes()));
        year && serial.is_some_and(|s| s.first().is_some_and(u8::is_ascii_digit))
    });
    usual || text::looks_like_document_number(number)
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
                assert!(suspect(&cell), "{c:?} {before}");
            }
        }
        assert!(!suspect(
            "当事人未按“规定”办理——登记……，（详见）附件、清单；共3件。"
        ));
    }

    #[test]
    fn signs_in_names() {
        for before in 0..40 {
            let name = |c: char| format!("{}{c}", "a".repeat(before));
            for c in "<>{}|\\^~`$%@;=?_\"？；！!￥…*＊×\u{fffd}\u{e000}\u{1f600}".chars() {
                assert!(odd_for_a_name(&name(c)), "{c} {before}");
            }
            for c in "甲（·A9z&.-() ".chars().filter(|c| *c != '（') {
                assert!(!odd_for_a_name(&name(c)), "{c} {before}");
            }
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
            if !suspect(&cell) {
                prop_assert!(text::dangers(&cell).is_empty());
            }
        }
    }
}
