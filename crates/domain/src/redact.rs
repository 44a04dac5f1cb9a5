//! Striking personal data from free text before it is shown (I6).

use std::borrow::Cow;

/// A kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Number of a resident's identity card, whole or masked in part.
    IdentityNumber,
    /// Mobile or landline number.
    Phone,
    /// Number of a bank account or card.
    BankAccount,
    /// Address of electronic mail.
    Email,
    /// Number plate of a vehicle.
    NumberPlate,
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
            Self::Phone => "联系电话",
            Self::BankAccount => "银行账号",
            Self::Email => "电子邮箱",
            Self::NumberPlate => "车牌号",
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
    pub range: std::ops::Range<usize>,
}

/// Strikes personal data, and the `names` given (of the legal representative and the like).
#[must_use]
pub fn redact<'a>(text: &'a str, names: &[&str]) -> Redacted<'a> {
    let _ = names;
    Redacted {
        text: Cow::Borrowed(text),
        struck: Vec::new(),
    }
}

/// The first identity number, phone or bank account in a text, for the checker.
#[must_use]
pub fn scan(text: &str) -> Option<Hit> {
    let _ = text;
    None
}

/// A value for a finding: identity numbers in it masked, all else as it is.
#[must_use]
pub fn mask_identity_numbers(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}
