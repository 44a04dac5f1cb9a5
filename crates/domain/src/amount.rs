//! Amounts of money: integer fen, converted at the edge.

mod written;
pub use written::{find_amount, whole_amount};

/// An amount in fen (0.01 yuan).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(pub i64);

/// Why a cell is no amount in 万元.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AmountError {
    /// Nothing there.
    #[error("金额为空")]
    Empty,
    /// No plain decimal number.
    #[error("不是数字")]
    NotANumber,
    /// Below zero.
    #[error("金额不能为负数")]
    Negative,
    /// Finer than a fen.
    #[error("小数超过六位")]
    TooManyDecimals,
    /// A unit stands in the cell: the amount may be meant in yuan.
    #[error("金额单元格中写有计量单位")]
    HasUnit,
    /// An amount without a unit, written as no number of the column's is: yuan or 万元.
    #[error("没有写明是元还是万元，两者都有可能，所以没有建议值")]
    UnitUnclear,
    /// More digits than the standard's field holds.
    #[error("金额过大")]
    TooLarge,
}

/// Fen in 1 万元.
const WAN: i64 = 1_000_000;

impl Fen {
    /// Reads decimal yuan with at most two places, e.g. `2000.50`.
    #[must_use]
    pub fn parse_yuan(text: &str) -> Option<Self> {
        decimal(text, 2).ok().map(Self)
    }

    /// Reads 万元 with at most six decimals, e.g. `0.2` for 2,000 yuan; exact, without floating
    /// point. Full-width digits and commas between thousands are understood.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn parse_wan(text: &str) -> Result<Self, AmountError> {
        if let Ok(fen) = decimal(text, 6) {
            return Ok(Self(fen));
        }
        let text = crate::text::half_width(crate::text::trim(text));
        let text = text.trim();
        match text.chars().next() {
            None => return Err(AmountError::Empty),
            Some('-' | '−' | '(') if text.contains(|c: char| c.is_numeric()) => {
                return Err(AmountError::Negative);
            }
            _ => {}
        }
        if text.contains(['元', '万', '圆', '%']) {
            return Err(AmountError::HasUnit);
        }
        // `¥2000`, `贰仟`: amounts as people write them in yuan, in a column of 万元.
        if text.contains(['¥', '￥'])
            || whole_amount(&format!("{text}元")).is_some_and(|_| !is_plain(text))
        {
            return Err(AmountError::UnitUnclear);
        }
        let fen = if text.contains(',') {
            decimal(&without_commas(text).ok_or(AmountError::NotANumber)?, 6)
        } else {
            decimal(text, 6)
        };
        fen.map(Self)
    }

    /// Decimal yuan with two places: `2000.00`.
    #[must_use]
    pub fn yuan(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", fen / 100, fen % 100)
    }

    /// For people, as they say it: `21万元` where two places after the point tell it whole, else
    /// `12,345元`.
    #[must_use]
    pub fn spoken(self) -> String {
        let (yuan, fen) = (self.0 / 100, self.0 % 100);
        if fen == 0 && yuan >= 10_000 && yuan % 100 == 0 {
            self.wan()
        } else {
            self.grouped_yuan()
        }
    }

    /// For people: `2,000元`, `2,000.50元`.
    #[must_use]
    pub fn grouped_yuan(self) -> String {
        let plain = self.yuan();
        let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut out = String::with_capacity(plain.len() + plain.len() / 3 + 3);
        let digits = whole.trim_start_matches('-');
        out.push_str(&whole[..whole.len() - digits.len()]);
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(c);
        }
        if part != "00" {
            out.push('.');
            out.push_str(part);
        }
        out.push('元');
        out
    }

    /// In 万元, without idle zeros: `0.2万元`.
    #[must_use]
    pub fn wan(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        let wan = WAN.unsigned_abs();
        let text = format!("{sign}{}.{:06}", fen / wan, fen % wan);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        format!("{text}万元")
    }
}

/// A plain decimal number, scaled by ten to the power of `places`. Zeros beyond the last place
/// are no harm.
fn decimal(text: &str, places: usize) -> Result<i64, AmountError> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || text.ends_with('.') {
        return Err(AmountError::NotANumber);
    }
    let (kept, idle) = part.split_at(part.len().min(places));
    if idle.bytes().any(|b| b != b'0') {
        return Err(AmountError::TooManyDecimals);
    }
    // Twelve digits before the point, as in the standard's field; a fen count then fits.
    let whole = whole.trim_start_matches('0');
    if whole.len() > 12 {
        return Err(AmountError::TooLarge);
    }
    let filled = kept.bytes().chain(std::iter::repeat(b'0')).take(places);
    Ok(whole
        .bytes()
        .chain(filled)
        .fold(0, |n, b| n * 10 + i64::from(b - b'0')))
}

/// Digits, commas and points.
fn is_plain(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_digit() || matches!(b, b',' | b'.');
    text.bytes().all(plain)
}

/// `1,234,567.5` without its commas; `None` where they do not stand between thousands: behind a
/// zero a comma is a decimal one.
fn without_commas(text: &str) -> Option<String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let sound = matches!(first.len(), 1..=3)
        && !first.starts_with('0')
        && groups.all(|g| g.len() == 3)
        && !part.contains(',');
    sound.then(|| text.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wan_is_exact() {
        for (text, fen) in [
            ("0.2", 200_000),
            ("0.000001", 1),
            ("0", 0),
            ("12", 12_000_000),
            ("0.20000000", 200_000),
            ("1,234.5", 1_234_500_000),
            ("１２．５", 12_500_000),
            ("1，234", 1_234_000_000),
            (" 3 ", 3_000_000),
            ("999999999999.999999", 999_999_999_999_999_999),
        ] {
            assert_eq!(Fen::parse_wan(text), Ok(Fen(fen)), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount() {
        for (text, error) in [
            ("", AmountError::Empty),
            ("\u{3000}", AmountError::Empty),
            ("-1", AmountError::Negative),
            ("－1", AmountError::Negative),
            ("(1.00)", AmountError::Negative),
            ("0.0000001", AmountError::TooManyDecimals),
            ("2000元", AmountError::HasUnit),
            ("0.2万", AmountError::HasUnit),
            ("￥2000", AmountError::UnitUnclear),
            ("¥0.2", AmountError::UnitUnclear),
            ("RMB 0.2", AmountError::UnitUnclear),
            ("人民币2000", AmountError::UnitUnclear),
            ("贰仟", AmountError::UnitUnclear),
            ("￥2000元", AmountError::HasUnit),
            ("1e3", AmountError::NotANumber),
            ("无", AmountError::NotANumber),
            ("1,23", AmountError::NotANumber),
            ("1,2345", AmountError::NotANumber),
            // Behind a zero a comma is a decimal one.
            ("0,200", AmountError::NotANumber),
            ("0,123,456", AmountError::NotANumber),
            ("1.2.3", AmountError::NotANumber),
            (".5", AmountError::NotANumber),
            ("5.", AmountError::NotANumber),
            ("1000000000000", AmountError::TooLarge),
        ] {
            assert_eq!(Fen::parse_wan(text), Err(error), "{text}");
        }
    }

    #[test]
    fn yuan_back_and_forth() {
        assert_eq!(Fen::parse_yuan("2000.50"), Some(Fen(200_050)));
        assert_eq!(Fen::parse_yuan("2000"), Some(Fen(200_000)));
        for bad in ["", "2000.505", "-1", "1,000", "2000.", "a"] {
            assert_eq!(Fen::parse_yuan(bad), None, "{bad}");
        }
        assert_eq!(Fen(200_000).yuan(), "2000.00");
        assert_eq!(Fen(-5).yuan(), "-0.05");
    }

    #[test]
    fn for_people() {
        assert_eq!(Fen(200_000).grouped_yuan(), "2,000元");
        assert_eq!(Fen(123_456_789).grouped_yuan(), "1,234,567.89元");
        assert_eq!(Fen(99_900).grouped_yuan(), "999元");
        assert_eq!(Fen(-100_000).grouped_yuan(), "-1,000元");
        assert_eq!(Fen(21_000_000).spoken(), "21万元");
        assert_eq!(Fen(1_250_000).spoken(), "1.25万元");
        assert_eq!(
            Fen(1_234_500).spoken(),
            "12,345元",
            "no third place after the point"
        );
        assert_eq!(Fen(200_050).spoken(), "2,000.50元");
        assert_eq!(Fen(200_000).wan(), "0.2万元");
        assert_eq!(Fen(0).wan(), "0万元");
        assert_eq!(Fen(10_000_000).wan(), "10万元");
        assert_eq!(Fen(i64::MIN).yuan(), "-92233720368547758.08");
    }
}
