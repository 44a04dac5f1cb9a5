//! Word lists compiled: what the finder asks for beside every place that may matter.

use super::{
    class::{self, Class},
    trie::{Builder, Trie},
    words::{Words, bit},
};
use foldhash::fast::FixedState;
use std::collections::HashMap;

/// What is known of the words beside a place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    /// Of all of them together.
    pub bits: u64,
    /// Characters of the longest.
    pub length: usize,
}

/// Word lists compiled: a class for each character, trees of words.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    classes: Box<[Class]>,
    /// A number for each character that stands in a word; 0 for all others.
    codes: Box<[u16]>,
    front: Trie,
    back: Trie,
    simplified: HashMap<char, char, FixedState>,
    pub(super) adult_age: u8,
}

impl Lexicon {
    pub(super) fn compile(words: &Words) -> Self {
        let mut lexicon = Self {
            classes: class::basic().into_boxed_slice(),
            codes: vec![0; 0x1_0000].into_boxed_slice(),
            front: Trie::default(),
            back: Trie::default(),
            simplified: HashMap::default(),
            adult_age: words.adult_age,
        };
        let mut codes = 0;
        let (mut front, mut back) = (Builder::default(), Builder::default());
        for (_, list, bits) in words.lists() {
            for word in list.split_whitespace() {
                let folded: Vec<char> = word.chars().map(fold).collect();
                let mut word = lexicon.coded(&folded, &mut codes);
                front.insert(word.clone(), bits);
                word.reverse();
                back.insert(word, bits);
                lexicon.mark_ends(&folded, bits);
            }
        }
        for word in words.double_families.split_whitespace() {
            let chars: Vec<char> = word.chars().collect();
            front.insert(lexicon.coded(&chars, &mut codes), bit::DOUBLE);
            lexicon.mark(chars.first().copied().unwrap_or_default(), class::DOUBLE);
        }
        for line in words.pairs.split_whitespace() {
            let mut chars = line.chars();
            let first = chars.next().unwrap_or_default();
            for c in chars {
                front.insert(lexicon.coded(&[first, c], &mut codes), bit::PAIR);
            }
        }
        for line in words.tails.split_whitespace() {
            let mut chars = line.chars();
            let last = chars.next().unwrap_or_default();
            for c in chars {
                back.insert(lexicon.coded(&[last, c], &mut codes), bit::TAIL_PAIR);
            }
        }
        for word in words.keeps.split_whitespace() {
            let chars: Vec<char> = word.chars().collect();
            if chars.len() == 2 {
                front.insert(lexicon.coded(&chars, &mut codes), bit::PAIR);
            }
        }
        lexicon.front = front.build();
        lexicon.back = back.build();
        lexicon.mark_names(words);
        lexicon
    }

    /// Characters by which a word is worth looking for.
    fn mark_ends(&mut self, word: &[char], bits: u64) {
        let (Some(&first), Some(&last)) = (word.first(), word.last()) else {
            return;
        };
        if bits & (bit::DWELLING | bit::PREMISES) != 0 {
            self.mark(last, class::DWELL);
            if let [.., before, _] = word {
                self.mark(*before, class::DWELL_BEFORE);
            }
        }
        if bits & bit::ANNOUNCING & !(bit::SERIAL | bit::AMOUNT | bit::CODE) != 0 {
            self.mark(last, class::ANNOUNCES);
        }
        let front = bit::TITLE | bit::ROLE;
        if bits & front != 0 {
            self.mark(last, class::ROLE_END);
        }
        let before = front | bit::BEFORE | bit::SHORT_BEFORE | bit::VERB | bit::ACT;
        if bits & (before | bit::ORGANISATION) != 0 {
            self.mark(last, class::FRONT_END);
        }
        if bits & bit::MARK != 0 {
            self.mark(first, class::MARK_FIRST);
        }
        if bits == bit::MINORITY {
            self.mark(first, class::MINORITY);
        }
    }

    fn mark_names(&mut self, words: &Words) {
        for (list, bits) in [
            (&words.families, class::FAMILY),
            (&words.careful_families, class::CAREFUL),
            (&words.never_given, class::NEVER),
        ] {
            for c in list.chars().filter(|c| !c.is_whitespace()) {
                self.mark(c, bits);
            }
        }
        for pair in words.traditional.split_whitespace() {
            let mut chars = pair.chars();
            if let (Some(traditional), Some(simple)) = (chars.next(), chars.next())
                && traditional != simple
            {
                self.simplified.insert(traditional, simple);
                let family = self.class(simple) & (class::FAMILY | class::CAREFUL);
                self.mark(traditional, family);
            }
        }
    }

    /// A word in codes; characters not met before get one, of Latin letters both cases the same.
    fn coded(&mut self, word: &[char], last: &mut u16) -> Vec<u16> {
        let mut coded = Vec::with_capacity(word.len());
        for &c in word {
            let Some(code) = self.codes.get_mut(c as usize) else {
                // Above the basic plane nothing is looked for.
                return vec![u16::MAX];
            };
            if *code == 0 {
                *last = last.saturating_add(1);
                *code = *last;
            }
            let code = *code;
            coded.push(code);
            if c.is_ascii_lowercase()
                && let Some(upper) = self.codes.get_mut(c.to_ascii_uppercase() as usize)
            {
                *upper = code;
            }
        }
        coded
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

    #[inline]
    fn code(&self, c: char) -> u16 {
        self.codes.get(c as usize).copied().unwrap_or(0)
    }

    /// Words at the beginning of `chars`.
    #[inline]
    pub(super) fn begins(&self, chars: impl Iterator<Item = char>, of: u64) -> Told {
        let mut told = Told::default();
        self.front
            .read(chars.map(|c| self.code(c)), |bits, length| {
                if bits & of != 0 {
                    told.bits |= bits & of;
                    told.length = length;
                }
            });
        told
    }

    /// Words at the end of what is read backwards.
    #[inline]
    pub(super) fn ends(&self, backwards: impl Iterator<Item = char>, of: u64) -> Told {
        let mut told = Told::default();
        self.back
            .read(backwards.map(|c| self.code(c)), |bits, length| {
                if bits & of != 0 {
                    told.bits |= bits & of;
                    told.length = length;
                }
            });
        told
    }

    /// Tells every word at the end of what is read backwards.
    #[inline]
    pub(super) fn read_back(
        &self,
        backwards: impl Iterator<Item = char>,
        told: impl FnMut(u64, usize),
    ) {
        self.back.read(backwards.map(|c| self.code(c)), told);
    }

    /// What the longest word alone tells.
    #[inline]
    pub(super) fn longest(&self, backwards: impl Iterator<Item = char>, of: u64) -> Told {
        let mut told = Told::default();
        self.back
            .read(backwards.map(|c| self.code(c)), |bits, length| {
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
        self.begins([a, b].into_iter(), bit::PAIR).length == 2
    }

    /// Whether two characters are a word that ends with a family name: `现金`.
    pub(super) fn is_tail(&self, a: char, b: char) -> bool {
        self.ends([b, a].into_iter(), bit::TAIL_PAIR).length == 2
    }

    pub(super) fn is_double(&self, a: char, b: char) -> bool {
        self.begins([a, b].into_iter(), bit::DOUBLE).length == 2
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
