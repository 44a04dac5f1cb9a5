//! The words by which the finder reads: plain lists, which the rulebook holds.

use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Word lists of the finder, each of words parted by blanks (`rulebook/personal/words.toml`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// Family names of one character, not parted.
    pub families: String,
    /// Family names that are more often another word.
    pub careful_families: String,
    /// Family names that are hardly anything else.
    pub sure_families: String,
    /// Family names of two characters.
    pub double_families: String,
    /// Characters that stand in no given name.
    pub never_given: String,
    /// Characters of many given names; those that stand in none stand in one before another of these.
    pub typical_given: String,
    /// Common words of two characters that are names as well.
    pub named: String,
    /// What somebody is called behind the family name.
    pub addresses: String,
    /// Behind which stands what somebody is called.
    pub nicknames: String,
    /// What ends the name of a business that its owner runs under a name of his own.
    pub trades: String,
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
    /// Before a party, where one of the next list stands behind it.
    pub before_party: String,
    /// Behind a party that one of the last list announces.
    pub behind_party: String,
    /// Behind a party that begins a clause.
    pub clause_party: String,
    /// Behind a name that ends before it, though its first character might end one.
    pub later: String,
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
    /// What makes an illness that of no one in its clause.
    pub claims: String,
    /// Sexual matters.
    pub sexual: String,
    /// Minors.
    pub minors: String,
    /// Victims.
    pub victims: String,
    /// Who is dead or was hurt, before a person with sex and age.
    pub dead: String,
    /// Who is ill, before a person with sex and age.
    pub patients: String,
    /// Who is younger is a minor, in years.
    pub adult_age: u8,
}

/// What a word tells about what stands beside it: one bit each.
pub(super) mod bit {
    pub const TITLE: u64 = 1;
    pub const ROLE: u64 = 1 << 1;
    pub const BEFORE: u64 = 1 << 2;
    pub const SHORT_BEFORE: u64 = 1 << 3;
    pub const ACT: u64 = 1 << 4;
    pub const VERB: u64 = 1 << 5;
    pub const SHORT_BEHIND: u64 = 1 << 6;
    pub const BELONGING: u64 = 1 << 7;
    pub const MARK: u64 = 1 << 8;
    pub const ROW: u64 = 1 << 9;
    pub const KEEP: u64 = 1 << 10;
    pub const IDENTITY: u64 = 1 << 11;
    pub const TRAVEL: u64 = 1 << 12;
    pub const CARD: u64 = 1 << 13;
    pub const PHONE: u64 = 1 << 14;
    pub const BANK: u64 = 1 << 15;
    pub const ACCOUNT: u64 = 1 << 16;
    pub const TAIL: u64 = 1 << 17;
    pub const BIRTH: u64 = 1 << 18;
    pub const SERIAL: u64 = 1 << 19;
    pub const AMOUNT: u64 = 1 << 20;
    pub const CODE: u64 = 1 << 21;
    pub const CONNECTOR: u64 = 1 << 22;
    pub const DWELLING: u64 = 1 << 23;
    pub const PREMISES: u64 = 1 << 24;
    pub const NO_DWELLING: u64 = 1 << 25;
    pub const ILLNESS: u64 = 1 << 26;
    pub const SEXUAL: u64 = 1 << 27;
    pub const MINOR: u64 = 1 << 28;
    pub const VICTIM: u64 = 1 << 29;
    pub const MINORITY: u64 = 1 << 30;
    pub const ORGANISATION: u64 = 1 << 31;
    pub const DEAD: u64 = 1 << 32;
    pub const PATIENT: u64 = 1 << 33;
    pub const NAMED: u64 = 1 << 34;
    pub const ADDRESS: u64 = 1 << 35;
    pub const NICKNAME: u64 = 1 << 36;
    pub const TRADE: u64 = 1 << 37;
    pub const BEFORE_PARTY: u64 = 1 << 38;
    pub const BEHIND_PARTY: u64 = 1 << 39;
    pub const CLAUSE_PARTY: u64 = 1 << 40;
    pub const LATER: u64 = 1 << 41;
    pub const CLAIM: u64 = 1 << 42;

    /// What may announce a number.
    pub const ANNOUNCING: u64 =
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

    fn texts_mut(&mut self) -> [&mut String; 52] {
        [
            &mut self.families,
            &mut self.careful_families,
            &mut self.sure_families,
            &mut self.double_families,
            &mut self.never_given,
            &mut self.typical_given,
            &mut self.named,
            &mut self.addresses,
            &mut self.nicknames,
            &mut self.trades,
            &mut self.minority,
            &mut self.traditional,
            &mut self.titles,
            &mut self.roles,
            &mut self.before,
            &mut self.short_before,
            &mut self.acts,
            &mut self.verbs,
            &mut self.short_behind,
            &mut self.before_party,
            &mut self.behind_party,
            &mut self.clause_party,
            &mut self.later,
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
            &mut self.claims,
            &mut self.sexual,
            &mut self.minors,
            &mut self.victims,
            &mut self.dead,
            &mut self.patients,
        ]
    }

    /// [`Words::texts_mut`] to be read.
    fn texts(&self) -> Vec<String> {
        let mut own = self.clone();
        own.texts_mut().map(std::mem::take).into()
    }

    /// Every list with its name and what its words tell.
    #[must_use]
    pub(super) fn lists(&self) -> [(&'static str, &str, u64); 43] {
        [
            ("titles", &self.titles, bit::TITLE),
            ("roles", &self.roles, bit::ROLE),
            ("before", &self.before, bit::BEFORE),
            ("short_before", &self.short_before, bit::SHORT_BEFORE),
            ("acts", &self.acts, bit::ACT),
            ("verbs", &self.verbs, bit::VERB),
            ("short_behind", &self.short_behind, bit::SHORT_BEHIND),
            ("before_party", &self.before_party, bit::BEFORE_PARTY),
            ("behind_party", &self.behind_party, bit::BEHIND_PARTY),
            ("clause_party", &self.clause_party, bit::CLAUSE_PARTY),
            ("later", &self.later, bit::LATER),
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
            ("claims", &self.claims, bit::CLAIM),
            ("sexual", &self.sexual, bit::SEXUAL),
            ("minors", &self.minors, bit::MINOR),
            ("victims", &self.victims, bit::VICTIM),
            ("dead", &self.dead, bit::DEAD),
            ("patients", &self.patients, bit::PATIENT),
            ("named", &self.named, bit::NAMED),
            ("addresses", &self.addresses, bit::ADDRESS),
            ("nicknames", &self.nicknames, bit::NICKNAME),
            ("trades", &self.trades, bit::TRADE),
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
        for c in self.sure_families.chars().filter(|c| !c.is_whitespace()) {
            if !self.families.contains(c) {
                faults.push(format!("“sure_families”中的“{c}”不在“families”中"));
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
