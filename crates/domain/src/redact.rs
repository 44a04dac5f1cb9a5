//! Striking personal data from free text before it is shown (I6).
//!
//! In doubt a number is struck: one number too few on a page harms less than one too many.
//! Unified codes, document numbers, amounts and dates stay.

mod numbers;
mod words;

use std::{borrow::Cow, ops::Range};

/// A kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Number of an identity document, whole, masked in part or mistyped.
    IdentityNumber,
    /// Mobile number.
    Mobile,
    /// Landline number.
    Landline,
    /// Number of a bank account or card.
    BankAccount,
    /// Address of electronic mail.
    Email,
    /// Number plate of a vehicle.
    NumberPlate,
    /// Account of a messenger.
    Account,
    /// A person's dwelling.
    Address,
    /// A person's name.
    Name,
}

impl Kind {
    /// Chinese term.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::IdentityNumber => "身份证件号码",
            Self::Mobile => "手机号码",
            Self::Landline => "电话号码",
            Self::BankAccount => "银行账号",
            Self::Email => "电子邮箱",
            Self::NumberPlate => "车牌号",
            Self::Account => "网络账号",
            Self::Address => "住址",
            Self::Name => "姓名",
        }
    }
}

/// A text without personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted<'a> {
    /// The text; borrowed where nothing was struck.
    pub text: Cow<'a, str>,
    /// What was struck, in order of place.
    pub struck: Vec<Kind>,
}

/// A piece of personal data in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: Kind,
    /// Where, in bytes.
    pub range: Range<usize>,
}

/// Stands in place of what was struck; names keep their first character instead.
pub const STRUCK: &str = "（已隐去）";

/// Strikes personal data from a text. The `names` given (of the legal representative and the
/// like) are masked wherever they stand, others only behind words such as `法定代表人`.
#[must_use]
pub fn redact<'a>(text: &'a str, names: &[&str]) -> Redacted<'a> {
    let mut hits = Vec::new();
    numbers::find(text, &mut |hit| {
        hits.push(hit);
        true
    });
    words::find(text, names, &mut hits);
    replace(text, hits)
}

/// The first identity number, mobile number or bank account in a text, for the checker.
#[must_use]
pub fn scan(text: &str) -> Option<Hit> {
    let mut first = None;
    numbers::find(text, &mut |hit| {
        if hit.kind != Kind::Landline {
            first = Some(hit);
        }
        first.is_none()
    });
    first
}

/// A value for a finding: identity numbers in it masked, all else as it is.
#[must_use]
pub fn mask_identity_numbers(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    numbers::find(text, &mut |Hit { kind, range }| {
        if kind == Kind::IdentityNumber {
            out.push_str(text.get(done..range.start).unwrap_or_default());
            let number = text.get(range.clone()).unwrap_or_default();
            out.push_str(&crate::identity::mask_identity(number));
            done = range.end;
        }
        true
    });
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

fn replace(text: &str, mut hits: Vec<Hit>) -> Redacted<'_> {
    if hits.is_empty() {
        return Redacted {
            text: Cow::Borrowed(text),
            struck: Vec::new(),
        };
    }
    hits.sort_by_key(|h| (h.range.start, std::cmp::Reverse(h.range.end)));
    let mut out = String::with_capacity(text.len());
    let mut struck = Vec::new();
    let mut done = 0;
    for Hit { kind, range } in hits {
        if range.end <= done {
            continue;
        }
        // Of two that overlap, the rest of the second goes with the first.
        let start = range.start.max(done);
        out.push_str(text.get(done..start).unwrap_or_default());
        if range.start >= done {
            struck.push(kind);
            if kind == Kind::Name {
                let name = text.get(range.clone()).unwrap_or_default();
                let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
                out.push_str(&crate::name::mask_person(&name));
            } else {
                out.push_str(STRUCK);
            }
        }
        done = range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Redacted {
        text: Cow::Owned(out),
        struck,
    }
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
