//! Quick looks at a cell's bytes that spare the slow ones. Written without early exit, so that
//! they become vector code.

const CHUNK: usize = 64;

/// Whether the text may hold a character that has no business in a cell (control, without
/// width, turning direction, replacement) or a line break. Exact but for two rare lead bytes.
pub(super) fn suspect(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.chunks(CHUNK).any(|chunk| {
        chunk.iter().fold(false, |found, &b| {
            found | (b < 0x20) | (b == 0x7f) | matches!(b, 0xc2 | 0xd8 | 0xe1)
        })
    }) || invisible(bytes)
}

/// U+200B–200F, U+2028–202E, U+2060–206F, U+FEFF and U+FFFD, by their three bytes. The lead
/// bytes alone would not do: Chinese quotation marks and commas share them.
fn invisible(bytes: &[u8]) -> bool {
    let second = bytes.get(1..).unwrap_or_default();
    let third = bytes.get(2..).unwrap_or_default();
    let first = bytes.chunks(CHUNK);
    let rest = second.chunks(CHUNK).zip(third.chunks(CHUNK));
    first.zip(rest).any(|(first, (second, third))| {
        first
            .iter()
            .zip(second)
            .zip(third)
            .fold(false, |found, ((&a, &b), &c)| {
                let general = (c >= 0x8b) & (c <= 0x8f) | (c >= 0xa8) & (c <= 0xae);
                found
                    | (a == 0xe2) & (b == 0x80) & general
                    | (a == 0xe2) & (b == 0x81) & (c >= 0xa0)
                    | (a == 0xef) & (b == 0xbb) & (c == 0xbf)
                    | (a == 0xef) & (b == 0xbf) & (c == 0xbd)
            })
    })
}

/// Whether the text has a full-width ASCII character (U+FF01–FF5E).
pub(super) fn has_full_width(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(|c| matches!(c, '\u{ff01}'..='\u{ff5e}'))
}

/// Whether the text may hold an identity number, a phone number or a bank account: at least
/// seven digits, ASCII or full width, in one stretch with nothing but blanks and hyphens
/// between.
pub(super) fn may_hold_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits: usize = bytes
        .chunks(CHUNK)
        .map(|chunk| {
            let count = chunk.iter().fold(0_u8, |n, &b| {
                // Full-width digits are EF BC 90–99.
                n + u8::from((b >= b'0') & (b <= b'9')) + u8::from(b == 0xbc)
            });
            usize::from(count)
        })
        .sum();
    if digits < 7 {
        return false;
    }
    let mut run = 0;
    for c in text.chars() {
        match c {
            '0'..='9' | '\u{ff10}'..='\u{ff19}' | '*' => run += 1,
            ' ' | '-' | '\u{3000}' | '\u{a0}' | '—' | '－' => continue,
            _ => run = 0,
        }
        if run >= 7 {
            return true;
        }
    }
    false
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
    use crate::text;
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
    fn numbers() {
        assert!(may_hold_number("电话1990000 0000"));
        assert!(may_hold_number("证号９９０１０１１９９０"));
        assert!(!may_hold_number("2026年1月5日，第12条，罚款2000元"));
    }

    proptest! {
        #[test]
        fn clean_text_has_no_danger(cell in "[一-龥a-z，。“”\u{200b}\u{fffd}]{0,80}") {
            if !suspect(&cell) {
                prop_assert!(text::dangers(&cell).is_empty());
            }
        }
    }
}
