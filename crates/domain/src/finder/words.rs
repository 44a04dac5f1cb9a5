//! The words by which the finder reads: plain lists, and what is compiled from them.

use super::class::{self, Class};
use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Word lists of the finder, each of words parted by blanks (`rulebook/personal/words.toml`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// Family names of one character, not parted.
    pub families: String,
    /// Family names that are more often another word.
    pub careful_families: String,
    /// Family names of two characters.
    pub double_families: String,
    /// Characters that stand in no given name.
    pub never_given: String,
    /// Parts of names of minorities.
    pub minority: String,
    /// Traditional characters, each with its simplified one.
    pub traditional: String,
    /// Words behind which a name nearly always stands.
    pub titles: String,
    /// What persons are.
    pub roles: String,
    /// Verbs and prepositions before a person.
    pub before: String,
    /// The same of one character.
    pub short_before: String,
    /// What only persons do or suffer, behind their names.
    pub acts: String,
    /// Common verbs, behind a person or something else.
    pub verbs: String,
    /// Words of one character behind a person.
    pub short_behind: String,
    /// What a person has.
    pub belongings: String,
    /// What stands only behind a person: sex, age, form of address.
    pub marks: String,
    /// What stands behind a row of names.
    pub chinese_rows: String,
    /// Places, products and brands that begin like a name.
    pub keeps: String,
    /// What ends the name of an organisation, a place or a product.
    pub organisations: String,
    /// Common words of two characters: a family name, then the second characters.
    pub pairs: String,
    /// Common words of two characters that end with a family name: the name, then the first
    /// characters.
    pub tails: String,
    /// Before the number of an identity card.
    pub identity: String,
    /// Before the number of a passport or the like.
    pub travel: String,
    /// Before the number of another personal card or file.
    pub card: String,
    /// Before a telephone number.
    pub phone: String,
    /// Before the number of a bank account.
    pub bank: String,
    /// Before an account in a network.
    pub account: String,
    /// Before the end of a number.
    pub tail: String,
    /// Before a birthday.
    pub birth: String,
    /// Before a number behind which no person stands.
    pub serial: String,
    /// Before a sum or a measure.
    pub amounts: String,
    /// Before a code of an organisation.
    pub codes: String,
    /// Between such a word and the number.
    pub connectors: String,
    /// Before a dwelling.
    pub dwellings: String,
    /// Before an address that may be a dwelling or a place of business.
    pub premises: String,
    /// What makes 住 and 家 another word.
    pub no_dwelling: String,
    /// Illnesses.
    pub illness: String,
    /// Sexual matters.
    pub sexual: String,
    /// Minors.
    pub minors: String,
    /// Victims.
    pub victims: String,
    /// Who is younger is a minor, in years.
    pub adult_age: u8,
}

/// What a word tells about what stands beside it: one bit each.
pub(super) mod bit {
    pub const TITLE: u32 = 1;
    pub const ROLE: u32 = 1 << 1;
    pub const BEFORE: u32 = 1 << 2;
    pub const SHORT_BEFORE: u32 = 1 << 3;
    pub const ACT: u32 = 1 << 4;
    pub const VERB: u32 = 1 << 5;
    pub const SHORT_BEHIND: u32 = 1 << 6;
    pub const BELONGING: u32 = 1 << 7;
    pub const MARK: u32 = 1 << 8;
    pub const ROW: u32 = 1 << 9;
    pub const KEEP: u32 = 1 << 10;
    pub const IDENTITY: u32 = 1 << 11;
    pub const TRAVEL: u32 = 1 << 12;
    pub const CARD: u32 = 1 << 13;
    pub const PHONE: u32 = 1 << 14;
    pub const BANK: u32 = 1 << 15;
    pub const ACCOUNT: u32 = 1 << 16;
    pub const TAIL: u32 = 1 << 17;
    pub const BIRTH: u32 = 1 << 18;
    pub const SERIAL: u32 = 1 << 19;
    pub const AMOUNT: u32 = 1 << 20;
    pub const CODE: u32 = 1 << 21;
    pub const CONNECTOR: u32 = 1 << 22;
    pub const DWELLING: u32 = 1 << 23;
    pub const PREMISES: u32 = 1 << 24;
    pub const NO_DWELLING: u32 = 1 << 25;
    pub const ILLNESS: u32 = 1 << 26;
    pub const SEXUAL: u32 = 1 << 27;
    pub const MINOR: u32 = 1 << 28;
    pub const VICTIM: u32 = 1 << 29;
    pub const MINORITY: u32 = 1 << 30;
    pub const ORGANISATION: u32 = 1 << 31;

    /// What may announce a number.
    pub const ANNOUNCING: u32 =
        IDENTITY | TRAVEL | CARD | PHONE | BANK | ACCOUNT | TAIL | BIRTH | SERIAL | AMOUNT | CODE;
}

impl Words {
    /// Adds the words of another file: a deployment's own stand beside those in the binary.
    pub fn add(&mut self, other: &Self) {
        let more = other.texts();
        for (list, more) in self.texts_mut().into_iter().zip(more) {
            if !more.is_empty() {
                list.push('\n');
                list.push_str(&more);
            }
        }
        if other.adult_age != 0 {
            self.adult_age = other.adult_age;
        }
    }

    fn texts_mut(&mut self) -> [&mut String; 39] {
        [
            &mut self.families,
            &mut self.careful_families,
            &mut self.double_families,
            &mut self.never_given,
            &mut self.minority,
            &mut self.traditional,
            &mut self.titles,
            &mut self.roles,
            &mut self.before,
            &mut self.short_before,
            &mut self.acts,
            &mut self.verbs,
            &mut self.short_behind,
            &mut self.belongings,
            &mut self.marks,
            &mut self.chinese_rows,
            &mut self.keeps,
            &mut self.organisations,
            &mut self.pairs,
            &mut self.tails,
            &mut self.identity,
            &mut self.travel,
            &mut self.card,
            &mut self.phone,
            &mut self.bank,
            &mut self.account,
            &mut self.tail,
            &mut self.birth,
            &mut self.serial,
            &mut self.amounts,
            &mut self.codes,
            &mut self.connectors,
            &mut self.dwellings,
            &mut self.premises,
            &mut self.no_dwelling,
            &mut self.illness,
            &mut self.sexual,
            &mut self.minors,
            &mut self.victims,
        ]
    }

    /// [`Words::texts_mut`] to be read.
    fn texts(&self) -> Vec<String> {
        let mut own = self.clone();
        own.texts_mut().map(|t| std::mem::take(t)).into()
    }

    /// Every list with its name and what its words tell.
    #[must_use]
    pub(super) fn lists(&self) -> [(&'static str, &str, u32); 32] {
        [
            ("titles", &self.titles, bit::TITLE),
            ("roles", &self.roles, bit::ROLE),
            ("before", &self.before, bit::BEFORE),
            ("short_before", &self.short_before, bit::SHORT_BEFORE),
            ("acts", &self.acts, bit::ACT),
            ("verbs", &self.verbs, bit::VERB),
            ("short_behind", &self.short_behind, bit::SHORT_BEHIND),
            ("belongings", &self.belongings, bit::BELONGING),
            ("marks", &self.marks, bit::MARK),
            ("chinese_rows", &self.chinese_rows, bit::ROW),
            ("keeps", &self.keeps, bit::KEEP),
            ("identity", &self.identity, bit::IDENTITY),
            ("travel", &self.travel, bit::TRAVEL),
            ("card", &self.card, bit::CARD),
            ("phone", &self.phone, bit::PHONE),
            ("bank", &self.bank, bit::BANK),
            ("account", &self.account, bit::ACCOUNT),
            ("tail", &self.tail, bit::TAIL),
            ("birth", &self.birth, bit::BIRTH),
            ("serial", &self.serial, bit::SERIAL),
            ("amounts", &self.amounts, bit::AMOUNT),
            ("codes", &self.codes, bit::CODE),
            ("connectors", &self.connectors, bit::CONNECTOR),
            ("dwellings", &self.dwellings, bit::DWELLING),
            ("premises", &self.premises, bit::PREMISES),
            ("no_dwelling", &self.no_dwelling, bit::NO_DWELLING),
            ("illness", &self.illness, bit::ILLNESS),
            ("sexual", &self.sexual, bit::SEXUAL),
            ("minors", &self.minors, bit::MINOR),
            ("victims", &self.victims, bit::VICTIM),
            ("minority", &self.minority, bit::MINORITY),
            ("organisations", &self.organisations, bit::ORGANISATION),
        ]
    }

    /// What is wrong with the lists, in Chinese; empty where nothing is.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (name, list, bits) in self.lists() {
            let mut known = HashSet::new();
            if list.split_whitespace().next().is_none() {
                faults.push(format!("“{name}”没有词语"));
            }
            for word in list.split_whitespace() {
                let length = word.chars().count();
                let short = bits & (bit::SHORT_BEFORE | bit::SHORT_BEHIND) != 0;
                if short && length != 1 {
                    faults.push(format!("“{name}”中的“{word}”应当是一个字"));
                }
                if bits == bit::KEEP && length < 2 {
                    faults.push(format!("“{name}”中的“{word}”至少应当有两个字"));
                }
                if !known.insert(word) && bits & (bit::KEEP | bit::TITLE | bit::SERIAL) != 0 {
                    faults.push(format!("“{name}”中的“{word}”重复"));
                }
            }
        }
        if self.adult_age == 0 {
            faults.push("“adult_age”没有填写".to_owned());
        }
        for word in self.double_families.split_whitespace() {
            if word.chars().count() != 2 {
                faults.push(format!("复姓“{word}”应当是两个字"));
            }
        }
        for pair in self.traditional.split_whitespace() {
            if pair.chars().count() != 2 {
                faults.push(format!("繁简对照“{pair}”应当是两个字"));
            }
        }
        for c in self.families.chars().filter(|c| !c.is_whitespace()) {
            if self.careful_families.contains(c) {
                faults.push(format!("姓氏“{c}”在两个清单中都有"));
            }
        }
        for line in self
            .pairs
            .split_whitespace()
            .chain(self.tails.split_whitespace())
        {
            let first = line.chars().next().unwrap_or_default();
            if !self.families.contains(first) && !self.careful_families.contains(first) {
                faults.push(format!("双字词“{line}”不以姓氏开头"));
            }
        }
        faults
    }
}

/// Words as a tree of characters, read from the front or from behind.
#[derive(Debug, Clone, Default)]
struct Trie {
    next: HashMap<u64, u32, FixedState>,
    bits: Vec<u32>,
}

const fn key(node: u32, c: char) -> u64 {
    (node as u64) << 32 | c as u64
}

impl Trie {
    fn insert(&mut self, word: impl Iterator<Item = char>, bits: u32) {
        if self.bits.is_empty() {
            self.bits.push(0);
        }
        let mut node = 0;
        for c in word {
            let fresh = u32::try_from(self.bits.len()).unwrap_or(u32::MAX);
            node = *self.next.entry(key(node, c)).or_insert(fresh);
            if node == fresh {
                self.bits.push(0);
            }
        }
        if let Some(known) = self.bits.get_mut(node as usize) {
            *known |= bits;
        }
    }

    /// Every word that the characters begin with: what it tells and its length.
    fn read(&self, chars: impl Iterator<Item = char>, mut told: impl FnMut(u32, usize)) {
        let mut node = 0;
        for (length, c) in chars.enumerate() {
            match self.next.get(&key(node, c)) {
                Some(&next) => node = next,
                None => return,
            }
            let bits = self.bits.get(node as usize).copied().unwrap_or(0);
            if bits != 0 {
                told(bits, length + 1);
            }
        }
    }
}

/// What is known of the words beside a place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    /// Of all of them together.
    pub bits: u32,
    /// Characters of the longest.
    pub length: usize,
}

/// Word lists compiled: a class for each character, trees of words, pairs.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    classes: Box<[Class]>,
    front: Trie,
    back: Trie,
    /// Second character, after the first: words of two characters.
    pairs: HashSet<u64, FixedState>,
    /// The same, of words that end with a family name.
    tails: HashSet<u64, FixedState>,
    /// Two-character family names.
    doubles: HashSet<u64, FixedState>,
    simplified: HashMap<char, char, FixedState>,
    pub(super) adult_age: u8,
}

impl Lexicon {
    pub(super) fn compile(words: &Words) -> Self {
        let mut lexicon = Self {
            classes: class::basic().into_boxed_slice(),
            front: Trie::default(),
            back: Trie::default(),
            pairs: HashSet::default(),
            tails: HashSet::default(),
            doubles: HashSet::default(),
            simplified: HashMap::default(),
            adult_age: words.adult_age,
        };
        for (_, list, bits) in words.lists() {
            for word in list.split_whitespace() {
                let folded: Vec<char> = word.chars().map(fold).collect();
                lexicon.front.insert(folded.iter().copied(), bits);
                lexicon.back.insert(folded.iter().rev().copied(), bits);
                if bits & (bit::DWELLING | bit::PREMISES) != 0 {
                    let last = folded.last().copied().unwrap_or_default();
                    lexicon.mark(last, class::DWELL);
                }
                if bits & bit::ANNOUNCING & !(bit::SERIAL | bit::AMOUNT | bit::CODE) != 0 {
                    let last = folded.last().copied().unwrap_or_default();
                    lexicon.mark(last, class::ANNOUNCES);
                }
                if bits == bit::MINORITY {
                    let first = folded.first().copied().unwrap_or_default();
                    lexicon.mark(first, class::MINORITY);
                }
            }
        }
        let of =
            |list: &str| -> Vec<char> { list.chars().filter(|c| !c.is_whitespace()).collect() };
        for c in of(&words.families) {
            lexicon.mark(c, class::FAMILY);
        }
        for c in of(&words.careful_families) {
            lexicon.mark(c, class::CAREFUL);
        }
        for c in of(&words.never_given) {
            lexicon.mark(c, class::NEVER);
        }
        for pair in words.traditional.split_whitespace() {
            let mut chars = pair.chars();
            if let (Some(traditional), Some(simple)) = (chars.next(), chars.next()) {
                if traditional != simple {
                    lexicon.simplified.insert(traditional, simple);
                }
                let family = lexicon.class(simple) & (class::FAMILY | class::CAREFUL);
                lexicon.mark(traditional, family);
            }
        }
        for word in words.double_families.split_whitespace() {
            let mut chars = word.chars();
            if let (Some(a), Some(b)) = (chars.next(), chars.next()) {
                lexicon.doubles.insert(key(a as u32, b));
                lexicon.mark(a, class::DOUBLE);
            }
        }
        for line in words.pairs.split_whitespace() {
            let mut chars = line.chars();
            if let Some(first) = chars.next() {
                lexicon.pairs.extend(chars.map(|c| key(first as u32, c)));
            }
        }
        for line in words.tails.split_whitespace() {
            let mut chars = line.chars();
            if let Some(last) = chars.next() {
                let front = chars.map(|c| key(c as u32, last));
                lexicon.tails.extend(front);
            }
        }
        for word in words.keeps.split_whitespace() {
            let mut chars = word.chars();
            if let (Some(a), Some(b), None) = (chars.next(), chars.next(), chars.next()) {
                lexicon.pairs.insert(key(a as u32, b));
            }
        }
        lexicon
    }

    fn mark(&mut self, c: char, bits: Class) {
        if let Some(class) = self.classes.get_mut(c as usize) {
            *class |= bits;
        }
    }

    #[inline]
    pub(super) fn class(&self, c: char) -> Class {
        self.classes
            .get(c as usize)
            .copied()
            .unwrap_or_else(|| class::beyond(c))
    }

    /// Words at the beginning of `chars`.
    pub(super) fn begins(&self, chars: impl Iterator<Item = char>, of: u32) -> Told {
        Self::told(&self.front, chars, of)
    }

    /// Words at the end of what is read backwards.
    pub(super) fn ends(&self, backwards: impl Iterator<Item = char>, of: u32) -> Told {
        Self::told(&self.back, backwards, of)
    }

    fn told(trie: &Trie, chars: impl Iterator<Item = char>, of: u32) -> Told {
        let mut told = Told::default();
        trie.read(chars, |bits, length| {
            if bits & of != 0 {
                told.bits |= bits & of;
                told.length = length;
            }
        });
        told
    }

    /// What the longest word alone tells.
    pub(super) fn longest(&self, backwards: impl Iterator<Item = char>, of: u32) -> Told {
        let mut told = Told::default();
        self.back.read(backwards, |bits, length| {
            if bits & of != 0 {
                told = Told {
                    bits: bits & of,
                    length,
                };
            }
        });
        told
    }

    pub(super) fn is_pair(&self, a: char, b: char) -> bool {
        self.pairs.contains(&key(a as u32, b))
    }

    /// Whether two characters are a word that ends with a family name: `现金`.
    pub(super) fn is_tail(&self, a: char, b: char) -> bool {
        self.tails.contains(&key(a as u32, b))
    }

    pub(super) fn is_double(&self, a: char, b: char) -> bool {
        self.doubles.contains(&key(a as u32, b))
    }

    /// The simplified form of a character of a name.
    pub(super) fn simple(&self, c: char) -> char {
        self.simplified.get(&c).copied().unwrap_or(c)
    }

    /// Whether a character is a family name by itself.
    pub(super) fn is_family(&self, c: char) -> bool {
        self.class(c) & (class::FAMILY | class::CAREFUL) != 0
    }
}

/// Narrow and, of Latin letters, small.
#[inline]
pub(super) fn fold(c: char) -> char {
    let c = narrow(c);
    if c.is_ascii_uppercase() {
        c.to_ascii_lowercase()
    } else {
        c
    }
}

/// The ASCII character of one of full width.
#[inline]
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}
