//! Unified social credit code (统一社会信用代码, GB 32100-2015) and the organisation code
//! inside it (GB 11714).
//!
//! Structure: authority (1), category (1), division (6 digits), organisation code (9, its last
//! character its own check), check character (1).

mod near;
mod organisation;
mod sums;

pub use near::{Near, Slip, one_slip_away};
pub use organisation::{
    OrganisationCodeVerdict, check_organisation_code, organisation_check_character,
    organisation_code_of,
};
use sums::Sums;

use serde::{Deserialize, Serialize};

/// The 31 characters of the code, in the order of their values (no `I O S V Z`).
pub const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Filler where a party has no code: 17 zeros and `X`. Allowed in listed fields of a file only,
/// never a key and never shown as an identity.
pub const PLACEHOLDER: &str = "00000000000000000X";

/// Characters of a code.
pub const LENGTH: usize = 18;

/// What a code is, in order of precedence: the first that is true is the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A person's identity number, whatever the arithmetic of a code says.
    IdentityNumber,
    /// The filler of 17 zeros and `X`.
    Placeholder,
    /// Not 18 characters.
    BadLength,
    /// A character that cannot stand where it stands.
    BadChar,
    /// In use although the arithmetic speaks against it; entered in the register of exceptions.
    AcceptedException,
    /// The last character does not fit the others.
    BadCheck,
    /// The ninth character of the organisation code does not fit its first eight.
    BadOrgCheck,
    /// The first two characters are no known pair of authority and category.
    UnknownAuthorityPair,
    /// The division code stands in no list of any year (development zones and the like).
    UnknownDivision,
    /// Nothing to say.
    Ok,
}

impl Verdict {
    /// The word used in files and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IdentityNumber => "identity_number",
            Self::Placeholder => "placeholder",
            Self::BadLength => "bad_length",
            Self::BadChar => "bad_char",
            Self::AcceptedException => "accepted_exception",
            Self::BadCheck => "bad_check",
            Self::BadOrgCheck => "bad_org_check",
            Self::UnknownAuthorityPair => "unknown_authority_pair",
            Self::UnknownDivision => "unknown_division",
            Self::Ok => "ok",
        }
    }

    /// How much it weighs. The filler is an error here: a field that allows it asks for
    /// [`Verdict::Placeholder`] before it looks at the severity. An accepted exception is in
    /// order, since somebody has looked at the evidence.
    #[must_use]
    pub const fn severity(self) -> CodeSeverity {
        match self {
            Self::IdentityNumber
            | Self::Placeholder
            | Self::BadLength
            | Self::BadChar
            | Self::BadCheck => CodeSeverity::Error,
            Self::BadOrgCheck | Self::UnknownAuthorityPair | Self::UnknownDivision => {
                CodeSeverity::Warn
            }
            Self::AcceptedException | Self::Ok => CodeSeverity::Ok,
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The sound code that a text becomes where characters that cannot stand in it are taken for
/// those they look like, and which they are. Never where the check character itself would
/// change: it is all there is to tell a right reading from a wrong one.
#[must_use]
pub fn look_alike(text: &str, tables: &CodeTables) -> Option<(String, String)> {
    let narrow = text.chars().map(crate::text::narrow);
    let given: Vec<char> = narrow.filter(|c| !c.is_whitespace()).collect();
    if given.len() != LENGTH {
        return None;
    }
    let mut code = String::with_capacity(LENGTH);
    let mut changed = Vec::new();
    for (at, &c) in given.iter().enumerate() {
        // The division is of digits alone.
        let read = read_as(c.to_ascii_uppercase(), (2..8).contains(&at));
        if read != c.to_ascii_uppercase() {
            changed.push(format!("第{}位的{c}可能是{read}", at + 1));
            if at + 1 == LENGTH {
                return None;
            }
        }
        code.push(read);
    }
    let sound = !changed.is_empty() && check(&code, tables).severity != CodeSeverity::Error;
    sound.then(|| (code, changed.join("，")))
}

/// What a character that cannot stand in a code looks like.
const fn read_as(c: char, digit: bool) -> char {
    // Letters of other alphabets that look the same.
    let c = match c {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' | '〇' | '○' => 'O',
        'Р' | 'Ρ' => 'P',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' => 'Y',
        'Ι' | 'І' | '|' => 'I',
        'Ζ' => 'Z',
        c => c,
    };
    match c {
        'O' => '0',
        'I' => '1',
        'Z' => '2',
        'S' => '5',
        'B' if digit => '8',
        'L' if digit => '1',
        'D' | 'Q' if digit => '0',
        'G' if digit => '6',
        c => c,
    }
}

/// Whether a code can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeSeverity {
    /// It can.
    Ok,
    /// It can; somebody should look.
    Warn,
    /// It cannot.
    Error,
}

/// The answer about one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeCheck {
    /// The verdict that takes precedence.
    pub verdict: Verdict,
    /// Its weight.
    pub severity: CodeSeverity,
    /// The other verdicts that are true too, in order of precedence. A part that cannot be
    /// located (wrong length) or read (bad character) says nothing.
    pub also: Vec<Verdict>,
    /// The code in upper case, only where that alone leaves no error. A check character is
    /// never suggested: nobody knows which of the 18 characters is the wrong one.
    pub suggestion: Option<String>,
}

/// What the arithmetic cannot know: authority pairs, divisions, accepted exceptions. Data of
/// the rulebook.
#[derive(Debug, Clone)]
pub struct CodeTables {
    /// One flag for each pair of characters, `31 * first + second`.
    pairs: Box<[bool; 31 * 31]>,
    /// One bit for each six-digit number.
    divisions: Box<[u64]>,
    /// Sorted.
    exceptions: Vec<[u8; LENGTH]>,
}

/// An entry of a table that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCodeTable {
    /// Not two characters of the code's alphabet.
    #[error("“{0}”不是两位登记管理部门和机构类别代码")]
    Pair(String),
    /// Above 999999.
    #[error("“{0}”不是六位行政区划代码")]
    Division(u32),
    /// Not 18 characters of the code's alphabet.
    #[error("例外登记中的“{0}”不是十八位代码")]
    Exception(String),
}

impl CodeTables {
    /// Puts the tables together.
    ///
    /// `pairs`: the first two characters, e.g. `91`; `divisions`: every division code of any
    /// year, with `100000` for national bodies; `exceptions`: codes accepted in spite of the
    /// arithmetic.
    ///
    /// # Errors
    /// An entry is not of its table's form.
    pub fn new<P, D, E>(pairs: P, divisions: D, exceptions: E) -> Result<Self, BadCodeTable>
    where
        P: IntoIterator<Item: AsRef<str>>,
        D: IntoIterator<Item = u32>,
        E: IntoIterator<Item: AsRef<str>>,
    {
        let mut tables = Self::default();
        for pair in pairs {
            let pair = pair.as_ref();
            let slot = <&[u8; 2]>::try_from(pair.as_bytes())
                .ok()
                .and_then(|&[a, b]| pair_index(a, b))
                .and_then(|i| tables.pairs.get_mut(i))
                .ok_or_else(|| BadCodeTable::Pair(pair.to_owned()))?;
            *slot = true;
        }
        for division in divisions {
            let word = (division <= 999_999)
                .then(|| tables.divisions.get_mut(division as usize / 64))
                .flatten()
                .ok_or(BadCodeTable::Division(division))?;
            *word |= 1 << (division % 64);
        }
        for code in exceptions {
            let code = code.as_ref();
            let bytes = <[u8; LENGTH]>::try_from(code.as_bytes())
                .ok()
                .filter(|bytes| Sums::of(bytes).well_formed())
                .ok_or_else(|| BadCodeTable::Exception(code.to_owned()))?;
            tables.exceptions.push(bytes);
        }
        tables.exceptions.sort_unstable();
        tables.exceptions.dedup();
        Ok(tables)
    }

    #[inline]
    fn knows_pair(&self, code: &[u8; LENGTH]) -> bool {
        pair_index(code[0], code[1]).is_some_and(|i| self.pairs.get(i) == Some(&true))
    }

    /// Whether a division code stands in a list of any year.
    #[must_use]
    #[inline]
    pub fn knows_division(&self, division: u32) -> bool {
        self.divisions
            .get(division as usize / 64)
            .is_some_and(|word| word >> (division % 64) & 1 == 1)
    }
}

impl Default for CodeTables {
    /// Empty tables: every pair and every division is unknown.
    fn default() -> Self {
        Self {
            pairs: Box::new([false; 31 * 31]),
            divisions: vec![0; 1_000_000 / 64 + 1].into_boxed_slice(),
            exceptions: Vec::new(),
        }
    }
}

/// Checks a code as given: nothing is trimmed or converted beforehand.
#[must_use]
#[inline]
pub fn check(text: &str, tables: &CodeTables) -> CodeCheck {
    if let Ok(code) = <&[u8; LENGTH]>::try_from(text.as_bytes())
        && Sums::of(code).all_right()
        && tables.knows_pair(code)
        && tables.knows_division(division(code))
        && !crate::identity::is_identity_code(code)
    {
        return CodeCheck {
            verdict: Verdict::Ok,
            severity: CodeSeverity::Ok,
            also: Vec::new(),
            suggestion: None,
        };
    }
    check_faulty(text, tables)
}

#[cold]
fn check_faulty(text: &str, tables: &CodeTables) -> CodeCheck {
    let mut found = verdicts(text, tables);
    let verdict = found.remove(0);
    let suggestion = (verdict == Verdict::BadChar)
        .then(|| text.to_ascii_uppercase())
        .filter(|upper| upper != text)
        .filter(|upper| {
            verdicts(upper, tables)
                .first()
                .is_some_and(|v| v.severity() != CodeSeverity::Error)
        });
    CodeCheck {
        verdict,
        severity: verdict.severity(),
        also: found,
        suggestion,
    }
}

/// The characters that can stand in no code at their places, with these, from 1.
pub fn bad_chars(text: &str) -> impl Iterator<Item = (usize, char)> {
    let digits = 3..=8;
    text.chars().enumerate().filter_map(move |(at, c)| {
        let place = at + 1;
        let fits = u8::try_from(c)
            .is_ok_and(|b| value(b).is_some() && (b.is_ascii_digit() || !digits.contains(&place)));
        (!fits).then_some((place, c))
    })
}

/// Every verdict that is true, in order of precedence; never empty.
fn verdicts(text: &str, tables: &CodeTables) -> Vec<Verdict> {
    let mut found = Vec::new();
    if crate::identity::is_identity_code(text.as_bytes()) {
        return vec![Verdict::IdentityNumber];
    }
    if text == PLACEHOLDER {
        found.push(Verdict::Placeholder);
    }
    let Ok(code) = <&[u8; LENGTH]>::try_from(text.as_bytes()) else {
        // Counted in characters, so that eighteen full-width ones are a bad character rather
        // than a bad length.
        if text.chars().count() != LENGTH {
            found.push(Verdict::BadLength);
        }
        if !text.bytes().all(|b| value(b).is_some()) {
            found.push(Verdict::BadChar);
        }
        return found;
    };
    let sums = Sums::of(code);
    if !sums.well_formed() {
        found.push(Verdict::BadChar);
    }
    if code.iter().all(|&b| value(b).is_some()) && !sums.check_fits() {
        found.push(Verdict::BadCheck);
    }
    let [a, b, _, _, _, _, _, _, organisation @ .., _] = code;
    let organisation: &[u8; 9] = organisation;
    if organisation.iter().all(|&b| value(b).is_some()) && !sums.organisation_fits() {
        found.push(Verdict::BadOrgCheck);
    }
    if value(*a).is_some() && value(*b).is_some() && !tables.knows_pair(code) {
        found.push(Verdict::UnknownAuthorityPair);
    }
    if code[2..8].iter().all(u8::is_ascii_digit) && !tables.knows_division(division(code)) {
        found.push(Verdict::UnknownDivision);
    }
    if found.is_empty() {
        found.push(Verdict::Ok);
    } else if tables.exceptions.binary_search(code).is_ok() {
        found.insert(0, Verdict::AcceptedException);
    }
    found
}

/// Whether the characters, the check character and the organisation code's own check are all
/// right. Tables are not asked; the filler is not valid.
#[must_use]
#[inline]
pub fn is_valid(code: &[u8]) -> bool {
    <&[u8; LENGTH]>::try_from(code)
        .is_ok_and(|code| Sums::of(code).all_right() && !crate::identity::is_identity_code(code))
}

/// Whether the characters and the check character are right, whatever the organisation code
/// inside says: enough to link by (a wrong inner check only warns).
#[must_use]
#[inline]
pub fn is_usable(code: &[u8]) -> bool {
    <&[u8; LENGTH]>::try_from(code).is_ok_and(|code| {
        let sums = Sums::of(code);
        sums.well_formed() && sums.check_fits() && !crate::identity::is_identity_code(code)
    })
}

/// Whether a text is meant for a code, sound or not, and can be no person's number: about as long,
/// with a letter among its first 17 characters, where a number of identity has none: not even an
/// X, which stands at its end and may have slipped. Blanks and
/// the marks that people put into codes do not count.
#[must_use]
pub fn resembles(text: &str) -> bool {
    let wide = crate::text::half_width(text);
    let marks = |c: char| c.is_whitespace() || "-—_.".contains(c) || crate::text::is_invisible(c);
    let signs: Vec<char> = wide.chars().filter(|c| !marks(*c)).collect();
    let first = signs.get(..LENGTH - 1).unwrap_or_default();
    (LENGTH - 1..=LENGTH + 1).contains(&signs.len())
        && first
            .iter()
            .any(|c| c.is_ascii_alphabetic() && !matches!(c, 'x' | 'X'))
        && first.iter().filter(|c| !c.is_ascii_alphanumeric()).count() <= 1
}

/// The check character for the first 17, or `None` where one of them cannot stand there.
#[must_use]
pub fn check_character(first: &[u8; 17]) -> Option<u8> {
    let mut code = [b'0'; LENGTH];
    code[..17].copy_from_slice(first);
    let sums = Sums::of(&code);
    let missing = (31 - sums.mod_31() % 31) % 31;
    sums.well_formed()
        .then(|| ALPHABET.get(missing as usize).copied())
        .flatten()
}

/// A code with both check characters, from the pair (`91`), the division (six digits) and the
/// eight characters of the organisation code. For generators and tests.
#[must_use]
pub fn assemble(pair: &str, division: &str, serial: &str) -> Option<String> {
    let serial: &[u8; 8] = serial.as_bytes().try_into().ok()?;
    let inner = organisation_check_character(serial)?;
    let mut code = Vec::with_capacity(LENGTH);
    code.extend_from_slice(pair.as_bytes());
    code.extend_from_slice(division.as_bytes());
    code.extend_from_slice(serial);
    code.push(inner);
    let first: [u8; 17] = code.as_slice().try_into().ok()?;
    code.push(check_character(&first)?);
    String::from_utf8(code).ok()
}

/// Value of each byte in the code's alphabet; 31 where it has none.
static VALUES: [u8; 256] = {
    let mut values = [31; 256];
    let mut i = 0;
    while i < ALPHABET.len() {
        values[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    values
};

#[inline]
fn value(byte: u8) -> Option<u32> {
    let value = VALUES[byte as usize];
    (value < 31).then_some(u32::from(value))
}

#[inline]
fn pair_index(a: u8, b: u8) -> Option<usize> {
    Some(value(a)? as usize * 31 + value(b)? as usize)
}

fn division(code: &[u8; LENGTH]) -> u32 {
    code[2..8]
        .iter()
        .fold(0, |n, &b| n * 10 + u32::from(b.wrapping_sub(b'0').min(9)))
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
