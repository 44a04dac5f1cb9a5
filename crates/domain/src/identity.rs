//! Numbers of residents' identity cards (18 characters, or 15 on old cards). We keep none; they
//! are recognised in order to be masked and struck.

use jiff::civil::Date;
use std::borrow::Cow;

/// Whether a value has the shape of an identity number: a birthday that can be, and either a
/// right check character or no other meaning (a sound unified code, a sound registration
/// number). Blanks are not cut off here.
#[must_use]
pub fn looks_like_identity_number(text: &str) -> bool {
    match text.len() {
        18 => {
            has_birthday(text.as_bytes())
                && (check_fits(text.as_bytes()) || !crate::code::is_valid(text.as_bytes()))
        }
        15 => has_birthday(text.as_bytes()) && !is_registration_number(text.as_bytes()),
        _ => false,
    }
}

/// Whether 18 characters are the number of an identity card beyond doubt: a birthday that can be
/// and the right check character. One in 31 passes the check of a unified code as well; no code
/// that was ever given has this shape, so such a value is never taken for one.
#[must_use]
#[inline]
pub fn is_identity_code(bytes: &[u8]) -> bool {
    // A letter ends it soonest: nearly every code has one here.
    let digits = |b: &[u8]| b.iter().all(u8::is_ascii_digit);
    bytes.len() == 18
        && bytes.get(8..17).is_some_and(digits)
        && has_birthday(bytes)
        && check_fits(bytes)
}

/// Whether 15 digits in the column of a business's registration number are a person's: a birthday
/// that can be, and the number's own check digit (MOD 11,10) does not fit.
#[must_use]
pub fn is_misplaced_in_registration(bytes: &[u8]) -> bool {
    bytes.len() == 15 && has_birthday(bytes) && !is_registration_number(bytes)
}

/// Whether a value of 15 or 18 characters is made of digits (and a final `X`) with a birthday
/// at its place.
#[must_use]
pub fn has_birthday(bytes: &[u8]) -> bool {
    let digit = |b: &u8| b.is_ascii_digit();
    match bytes {
        [front @ .., last] if bytes.len() == 18 => {
            front.iter().all(digit)
                && (last.is_ascii_digit() || matches!(last, b'X' | b'x'))
                && front.get(6..14).is_some_and(|d| is_day(d, ""))
        }
        _ if bytes.len() == 15 => {
            bytes.iter().all(digit) && bytes.get(6..12).is_some_and(|d| is_day(d, "19"))
        }
        _ => false,
    }
}

fn is_day(digits: &[u8], century: &str) -> bool {
    let number = |part: &[u8]| {
        part.iter()
            .fold(0_i16, |n, b| n * 10 + i16::from(b.wrapping_sub(b'0')))
    };
    let (year, rest) = digits.split_at(4 - century.len());
    let (month, day) = rest.split_at(2);
    let year = if century.is_empty() {
        number(year)
    } else {
        1900 + number(year)
    };
    // Month and day have two digits and fit.
    (1900..2100).contains(&year) && Date::new(year, number(month) as i8, number(day) as i8).is_ok()
}

/// Whether the check character of an 18-character number is right (GB 11643).
#[must_use]
pub fn check_fits(bytes: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some((last, front)) = bytes.split_last() else {
        return false;
    };
    if front.len() != WEIGHTS.len() {
        return false;
    }
    let mut sum = 0;
    for (byte, weight) in front.iter().zip(WEIGHTS) {
        if !byte.is_ascii_digit() {
            return false;
        }
        sum += u32::from(byte - b'0') * weight;
    }
    b"10X98765432".get((sum % 11) as usize) == Some(&last.to_ascii_uppercase())
}

/// Whether a value is a business registration number of 15 digits with a right check digit
/// (GS 15): such a number may hold a birthday by chance.
#[must_use]
pub fn is_registration_number(bytes: &[u8]) -> bool {
    if bytes.len() != 15 {
        return false;
    }
    let mut product = 10;
    let mut sum = 0;
    for byte in bytes {
        if !byte.is_ascii_digit() {
            return false;
        }
        sum = (product % 11 + u32::from(byte - b'0')) % 10;
        product = if sum == 0 { 10 } else { sum } * 2;
    }
    sum == 1
}

/// The first three characters and an asterisk for each other one: enough for the clerk to find
/// the cell again, not enough to know anybody.
#[must_use]
pub fn mask_identity(text: &str) -> String {
    text.chars()
        .enumerate()
        .map(|(i, c)| if i < 3 { c } else { '*' })
        .collect()
}

/// Whether a text in place of a code is a person's identity number, however it is spaced and in
/// whatever width: then it is neither taken for a code nor repeated. Fifteen digits with a
/// birthday are, also where they would do for a registration number.
#[must_use]
pub fn is_masked_as_code(text: &str) -> bool {
    let bare: String = crate::text::half_width(text)
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect();
    match bare.len() {
        18 => looks_like_identity_number(&bare),
        15 => has_birthday(bare.as_bytes()),
        _ => false,
    }
}

/// A text that somebody gave as a code, for an answer, a sentence or a log: masked where it is a
/// person's identity number or holds one.
#[must_use]
pub fn mask_code(text: &str) -> Cow<'_, str> {
    if is_masked_as_code(text) {
        return Cow::Owned(mask_identity(text.trim()));
    }
    crate::redact::mask_identity_numbers(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    // 990101 is no division, so that nobody has these numbers.
    const RIGHT: &str = "990101199003078814";

    fn right() -> String {
        let front = &RIGHT[..17];
        let last = "0123456789X"
            .chars()
            .find(|c| check_fits(format!("{front}{c}").as_bytes()));
        format!("{front}{}", last.unwrap_or('?'))
    }

    #[test]
    fn identity_numbers_are_recognised() {
        assert!(looks_like_identity_number(&right()));
        assert!(looks_like_identity_number("990101900307882"));
        // One wrong digit is still somebody's number.
        let wrong = right().replacen("990101", "990102", 1);
        assert!(!check_fits(wrong.as_bytes()) && looks_like_identity_number(&wrong));
    }

    #[test]
    fn the_check_character_is_unique() {
        let front = &RIGHT[..17];
        let fits = "0123456789X"
            .chars()
            .filter(|c| check_fits(format!("{front}{c}").as_bytes()));
        assert_eq!(fits.count(), 1);
    }

    #[test]
    fn other_numbers_are_not() {
        for text in [
            "",
            "91350203M0001QKT19",
            "00000000000000000X",
            "990101199013078814",
            "990101199002308814",
            "990101189912318814",
            "99010119900307881",
            "990101199003078814 ",
            "990101901307881",
            "一二三四五",
        ] {
            assert!(!looks_like_identity_number(text), "{text}");
        }
    }

    #[test]
    fn a_sound_unified_code_is_none_unless_the_identity_check_fits_too() {
        let mut met = false;
        for serial in 0..100 {
            // The division ends in 19, the organisation code begins with 900307.
            let serial = format!("900307{serial:02}");
            let code = crate::code::assemble("91", "990119", &serial);
            let Some(code) = code.filter(|c| has_birthday(c.as_bytes())) else {
                continue;
            };
            met = true;
            assert_eq!(
                looks_like_identity_number(&code),
                check_fits(code.as_bytes())
            );
        }
        assert!(met);
    }

    #[test]
    fn one_identity_number_in_31_passes_as_a_code_and_is_none() {
        let number = "990102190001010559";
        assert!(crate::code::is_valid(number.as_bytes()) || check_fits(number.as_bytes()));
        assert!(is_identity_code(number.as_bytes()));
        assert!(is_identity_code(right().as_bytes()));
        for code in [
            "91990102MAEX00010W",
            "990101199003078817",
            "99010119900307881",
        ] {
            assert!(!is_identity_code(code.as_bytes()), "{code}");
        }
        let registered = (0..10)
            .map(|d| format!("99010190030788{d}"))
            .filter(|n| is_misplaced_in_registration(n.as_bytes()));
        assert_eq!(registered.count(), 9);
    }

    #[test]
    fn registration_numbers_with_a_birthday_by_chance() {
        let number = (0..10)
            .map(|d| format!("99010190030788{d}"))
            .find(|n| is_registration_number(n.as_bytes()));
        assert!(number.is_some_and(|n| !looks_like_identity_number(&n)));
        assert!(!is_registration_number(b"12345"));
    }

    #[test]
    fn masking() {
        assert_eq!(mask_identity("990101199003078814"), "990***************");
        assert_eq!(mask_identity("甲乙"), "甲乙");
    }
}
