//! The arithmetic of a code, made quick.

use super::{
    ALPHABET, LENGTH,
    organisation::{ORGANISATION_WEIGHTS, organisation_value},
};

/// Both checks of a code in one sum: eighteen look-ups, no branch, no division. Each character
/// at each place adds its share to three fields of one integer.
#[derive(Clone, Copy)]
pub(super) struct Sums(u32);

/// Bits 0–11: sum modulo 31 (at most 18 × 30).
const MOD_31: u32 = 0xFFF;
/// From bit 12: sum modulo 11 of the organisation code (at most 9 × 10).
const MOD_11_SHIFT: u32 = 12;
/// Bit 20: the organisation code's check is a letter other than `X`.
const NO_INNER_CHECK: u32 = 1 << 20;
/// From bit 24: number of characters that cannot stand where they stand.
const BAD_SHIFT: u32 = 24;

static SHARES: [[u32; 256]; LENGTH] = shares();

const fn shares() -> [[u32; 256]; LENGTH] {
    let mut table = [[1 << BAD_SHIFT; 256]; LENGTH];
    let mut weight = 1;
    let mut place = 0;
    while place < LENGTH {
        // The check character counts itself, so that a right code sums to zero.
        let outer = if place == LENGTH - 1 { 1 } else { weight };
        let mut v = 0;
        while v < ALPHABET.len() {
            let byte = ALPHABET[v];
            let mut share = outer * v as u32 % 31;
            if place >= 2 && place < 8 && !byte.is_ascii_digit() {
                share |= 1 << BAD_SHIFT;
            }
            if place >= 8
                && place < 16
                && let Some(inner) = organisation_value(byte)
            {
                share |= (inner * ORGANISATION_WEIGHTS[place - 8] % 11) << MOD_11_SHIFT;
            }
            if place == 16 {
                share |= match byte {
                    b'0'..=b'9' => ((byte - b'0') as u32) << MOD_11_SHIFT,
                    b'X' => 10 << MOD_11_SHIFT,
                    _ => NO_INNER_CHECK,
                };
            }
            table[place][byte as usize] = share;
            v += 1;
        }
        weight = weight * 3 % 31;
        place += 1;
    }
    table
}

impl Sums {
    #[inline]
    pub(super) fn of(code: &[u8; LENGTH]) -> Self {
        let mut sum = 0;
        for (shares, &byte) in SHARES.iter().zip(code) {
            sum += shares[byte as usize];
        }
        Self(sum)
    }

    #[inline]
    pub(super) const fn mod_31(self) -> u32 {
        self.0 & MOD_31
    }

    #[inline]
    pub(super) const fn well_formed(self) -> bool {
        self.0 >> BAD_SHIFT == 0
    }

    #[inline]
    pub(super) const fn check_fits(self) -> bool {
        self.mod_31().is_multiple_of(31)
    }

    #[inline]
    pub(super) const fn organisation_fits(self) -> bool {
        let sum = self.0 >> MOD_11_SHIFT & 0xFF;
        self.0 & NO_INNER_CHECK == 0 && sum.is_multiple_of(11)
    }

    #[inline]
    pub(super) const fn all_right(self) -> bool {
        self.well_formed() && self.check_fits() && self.organisation_fits()
    }
}
