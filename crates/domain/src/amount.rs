//! Amounts of money: integer fen, converted at the edge.

/// An amount in fen (0.01 yuan).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(pub i64);

impl Fen {
    /// Reads decimal yuan with at most two places, e.g. `2000.50`.
    #[must_use]
    pub fn parse_yuan(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        if part.len() > 2
            || whole.is_empty()
            || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let cents: i64 = format!("{part:0<2}").parse().ok()?;
        whole.checked_mul(100)?.checked_add(cents).map(Self)
    }
}
