//! Sums of the hashes of rows.
//!
//! A sum of hashes is as hard to forge as it is wide: whoever may change many rows by a little looks
//! for values that give the same sum (the generalised birthday problem). At 256 bits, as sums were
//! at first, that took minutes; at 2,048 it takes some 2^90 steps (ADR 15).

use crate::dialect::Value;
use sha2::{Digest as _, Sha256};

/// Parts of a sum, to the base 2^64: 2,048 bits.
pub(crate) const WIDE: usize = 32;
/// Parts of the sums that were kept at first: 256 bits.
pub(super) const NARROW: usize = 4;

/// Rows and content: the sum of what stands for each row, modulo 2^(64 N).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Content<const N: usize = WIDE> {
    /// Rows; fewer than none where more were taken out than put in.
    pub(crate) rows: i64,
    sum: [u64; N],
}

impl<const N: usize> Default for Content<N> {
    fn default() -> Self {
        Self {
            rows: 0,
            sum: [0; N],
        }
    }
}

impl<const N: usize> Content<N> {
    pub(super) fn put(&mut self, row: &RowHash) {
        self.rows += 1;
        self.sum = plus(self.sum, row.parts(), false);
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.rows += other.rows;
        self.sum = plus(self.sum, other.sum, false);
    }

    pub(crate) fn take(&mut self, other: Self) {
        self.rows -= other.rows;
        // Two's complement: the negative of a sum is its parts turned over, and one.
        self.sum = plus(self.sum, other.sum.map(|part| !part), true);
    }

    fn bytes(&self) -> Vec<u8> {
        let parts = self.sum.iter();
        parts.flat_map(|part| part.to_be_bytes()).collect()
    }

    /// Sixty-four hexadecimal digits that stand for the content.
    pub(crate) fn hash(&self) -> String {
        crate::migrate::hex(&Sha256::digest(self.bytes()))
    }

    /// `+2:` and the sum in hexadecimal digits.
    pub(super) fn written(&self) -> String {
        format!("{:+}:{}", self.rows, crate::migrate::hex(&self.bytes()))
    }

    /// `None` for what is not spelt so, a sum of another width among it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (rows, digits) = text.split_once(':')?;
        let mut sum = [0; N];
        if digits.len() != N * 16 || !digits.is_ascii() {
            return None;
        }
        for (at, part) in sum.iter_mut().enumerate() {
            *part = u64::from_str_radix(digits.get(at * 16..at * 16 + 16)?, 16).ok()?;
        }
        Some(Self {
            rows: rows.parse().ok()?,
            sum,
        })
    }
}

/// The parts are the sum's digits to the base 2^64, the lowest first.
fn plus<const N: usize>(one: [u64; N], other: [u64; N], mut carry: bool) -> [u64; N] {
    let mut sum = [0; N];
    for ((sum, a), b) in sum.iter_mut().zip(one).zip(other) {
        let (once, over) = a.overflowing_add(b);
        let (twice, again) = once.overflowing_add(u64::from(carry));
        (*sum, carry) = (twice, over || again);
    }
    sum
}

/// The hash of a row: each value that is there, behind the name of its column. A column added
/// later, empty in the rows there are, changes none of their hashes.
pub(super) struct RowHash([u8; 32]);

impl RowHash {
    pub(super) fn of(row: &[(&str, Value<'_>)]) -> Self {
        // Put together first: one long piece is hashed several times faster than many short ones.
        let mut bytes = Vec::with_capacity(1024);
        for (column, value) in row {
            if !matches!(value, Value::Null) {
                bytes.extend((column.len() as u64).to_be_bytes());
                bytes.extend(column.as_bytes());
                value.write(&mut bytes);
            }
        }
        Self(Sha256::digest(&bytes).into())
    }

    /// What is added for the row: the hash itself where it is as wide as the sum, and otherwise
    /// hashes of it, each behind its number.
    fn parts<const N: usize>(&self) -> [u64; N] {
        let mut parts = [0; N];
        for (number, parts) in (0_u8..).zip(parts.chunks_mut(4)) {
            let block = if N == NARROW {
                self.0
            } else {
                Sha256::new_with_prefix([number])
                    .chain_update(self.0)
                    .finalize()
                    .into()
            };
            for (part, bytes) in parts.iter_mut().zip(block.chunks_exact(8)) {
                *part = bytes
                    .iter()
                    .fold(0, |n: u64, byte| n << 8 | u64::from(*byte));
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn hash(number: usize) -> RowHash {
        RowHash::of(&[("n", Value::Text(&number.to_string()))])
    }

    fn sum<const N: usize>(rows: [usize; 2]) -> Content<N> {
        let mut content = Content::default();
        rows.iter().for_each(|row| content.put(&hash(*row)));
        content
    }

    /// The attack on a small scale: other rows of the same sum are found where sums are few.
    #[test]
    fn rows_that_meet_in_a_narrow_sum_do_not_meet_in_a_wide_one() {
        let mut seen: HashMap<u64, [usize; 2]> = HashMap::new();
        let mut met = 0;
        for pair in (0..400).map(|n| [2 * n, 2 * n + 1]) {
            let digits = sum::<NARROW>(pair).sum[0] & 0xffff;
            if let Some(other) = seen.insert(digits, pair) {
                met += 1;
                let (one, other) = (sum::<WIDE>(pair), sum::<WIDE>(other));
                let apart = one.sum.iter().zip(other.sum).all(|(a, b)| *a != b);
                assert!(apart, "no part of the sum is that of the other");
            }
        }
        assert!(met > 0, "sixteen bits were enough against the attack");
    }

    /// Each part is a hash of its own: a sum that repeats one of 256 bits is no wider than it.
    #[test]
    fn a_row_stands_for_as_many_bits_as_the_sum_has() {
        let mut parts: Vec<u64> = hash(1).parts::<WIDE>().into();
        let narrow: [u64; NARROW] = hash(1).parts();
        parts.extend(narrow);
        parts.sort_unstable();
        parts.dedup();
        assert_eq!(parts.len(), WIDE + NARROW);
    }

    #[test]
    fn sums_of_one_width_are_none_of_the_other() {
        let (narrow, wide) = (sum::<NARROW>([1, 2]), sum::<WIDE>([1, 2]));
        assert_eq!(Content::read(&narrow.written()), Some(narrow));
        assert_eq!(Content::read(&wide.written()), Some(wide));
        assert_eq!(Content::<NARROW>::read(&wide.written()), None);
        assert_eq!(Content::<WIDE>::read(&narrow.written()), None);
        // A carry runs through all parts, and what overflows is gone.
        let mut all = Content::<WIDE> {
            rows: 0,
            sum: [u64::MAX; WIDE],
        };
        let mut one = Content::default();
        one.sum[0] = 1;
        all.join(one);
        assert_eq!(all, Content::default());
        all.take(one);
        assert_eq!(all.sum, [u64::MAX; WIDE]);
    }
}
