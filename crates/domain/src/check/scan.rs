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
/// width, turning direction, replacement) or a line break. Exact but for two rare lead bytes.
pub(super) fn suspect(text: &str) -> bool {
    any_window(text.as_bytes(), |w| {
        let mut found = false;
        for i in 0..STEP {
            let (a, b, c) = (w[i], w[i + 1], w[i + 2]);
            // U+200B–200F, U+2028–202E; U+2060–206F; U+FEFF; U+FFFD. Their lead bytes alone
            // would not do: Chinese quotation marks and commas share them.
            let general = (c >= 0x8b) & (c <= 0x8f) | (c >= 0xa8) & (c <= 0xae);
            found |= (a < 0x20) | (a == 0x7f) | (a == 0xc2) | (a == 0xd8) | (a == 0xe1);
            found |= (a == 0xe2) & ((b == 0x80) & general | (b == 0x81) & (c >= 0xa0));
            found |= (a == 0xef) & ((b == 0xbb) & (c == 0xbf) | (b == 0xbf) & (c == 0xbd));
        }
        found
    })
}

/// Whether the text may hold a character that stands in no name, or an asterisk: any ASCII sign
/// but brackets, blank, hyphen, full stop, `&`, and some lead bytes.
pub(super) fn odd_for_a_name(text: &str) -> bool {
    any_window(text.as_bytes(), |w| {
        let mut found = false;
        for &a in &w[..STEP] {
            let sign = (a > 0x20) & (a < 0x30) & (a != b'(') & (a != b')') & (a != b'-');
            let sign = sign & (a != b'.') & (a != b'&') | (a >= 0x3a) & (a <= 0x40);
            let sign = sign | (a >= 0x5b) & (a <= 0x60) | (a >= 0x7b) & (a <= 0x7f);
            // ×, private use, full width, symbols, emoji.
            found |= sign | (a == 0xc3) | (a == 0xe2) | (a >= 0xee);
        }
        found
    })
}

/// Whether `look` says yes to any window; windows overlap at the end, and a short text is
/// filled up with zeros of ASCII.
fn any_window(bytes: &[u8], look: impl Fn(&[u8; WINDOW]) -> bool) -> bool {
    let mut at = 0;
    while let Some(window) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        if look(window) {
            return true;
        }
        at += STEP;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let mut window = [b'0'; WINDOW];
    for (place, byte) in window.iter_mut().zip(rest) {
        *place = *byte;
    }
    look(&window) || {
        // The last two places of a window are only looked at from before.
        let mut tail = [b'0'; WINDOW];
        for (place, byte) in tail.iter_mut().zip(rest.get(STEP..).unwrap_or_default()) {
            *place = *byte;
        }
        rest.len() > STEP && look(&tail)
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

/// Whether the text may hold an identity number, a phone number or a bank account: at least
/// seven digits, ASCII or full width, in one stretch with nothing but blanks and hyphens
/// between.
pub(super) fn may_hold_number(text: &str) -> bool {
    const CHUNK: usize = 128;
    let bytes = text.as_bytes();
    let digits: usize = bytes
        .chunks(CHUNK)
        .map(|chunk| {
            let ascii = chunk
                .iter()
                .fold(0_u8, |n, b| n + u8::from(b.is_ascii_digit()));
            usize::from(ascii)
        })
        .sum();
    // Full-width digits are EF BC 90–99; what masks a number counts as one.
    let wide = || memchr::memmem::find_iter(bytes, b"\xef\xbc").count();
    if digits < 7 && digits + wide() < 7 {
        return false;
    }
    let mut run = 0;
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return false,
            [b'0'..=b'9' | b'*', rest @ ..] | [0xef, 0xbc, 0x90..=0x99, rest @ ..] => {
                run += 1;
                rest
            }
            // Blanks and dashes of every width.
            [b' ' | b'-', rest @ ..]
            | [0xe3, 0x80, 0x80, rest @ ..]
            | [0xc2, 0xa0, rest @ ..]
            | [0xe2, 0x80, 0x90..=0x95, rest @ ..]
            | [0xef, 0xbc, 0x8d, rest @ ..] => rest,
            [_, rest @ ..] => {
                run = 0;
                rest
            }
        };
        if run >= 7 {
            return true;
        }
    }
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
        assert!(!may_hold_number("2026年1月5日，第12条，罚款2000元"));
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
