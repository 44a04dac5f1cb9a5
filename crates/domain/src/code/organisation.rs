//! The organisation code (GB 11714) that stands inside a unified code.

use super::LENGTH;
use serde::{Deserialize, Serialize};

/// The organisation code inside a unified code of 18 characters.
#[must_use]
pub fn organisation_code_of(code: &str) -> Option<&str> {
    (code.len() == LENGTH).then(|| code.get(8..17)).flatten()
}

/// What an organisation code of nine characters is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationCodeVerdict {
    /// In order.
    Ok,
    /// Not nine characters (a hyphen before the last is allowed).
    BadLength,
    /// A character that is neither digit nor capital letter.
    BadChar,
    /// The ninth character does not fit the others.
    BadCheck,
}

/// Checks an organisation code, `123456789` or `12345678-9`.
#[must_use]
pub fn check_organisation_code(text: &str) -> OrganisationCodeVerdict {
    let mut characters = text.chars().collect::<Vec<_>>();
    if characters.len() == 10 && characters.get(8) == Some(&'-') {
        characters.remove(8);
    }
    let Ok(nine) = <[char; 9]>::try_from(characters) else {
        return OrganisationCodeVerdict::BadLength;
    };
    if !nine
        .iter()
        .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
    {
        return OrganisationCodeVerdict::BadChar;
    }
    let [serial @ .., last] = nine.map(|c| c as u8);
    if organisation_check_character(&serial) == Some(last) {
        OrganisationCodeVerdict::Ok
    } else {
        OrganisationCodeVerdict::BadCheck
    }
}

/// The check character of an organisation code, from its first eight characters.
#[must_use]
pub fn organisation_check_character(serial: &[u8; 8]) -> Option<u8> {
    let mut sum = 0;
    for (&byte, weight) in serial.iter().zip(ORGANISATION_WEIGHTS) {
        sum += organisation_value(byte)? * weight;
    }
    Some(match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    })
}

pub(super) const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// All 26 letters count here, unlike in the unified code.
pub(super) const fn organisation_value(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some((byte - b'0') as u32),
        b'A'..=b'Z' => Some((byte - b'A') as u32 + 10),
        _ => None,
    }
}
