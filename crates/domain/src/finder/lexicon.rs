//! Word lists compiled: what the finder asks for beside every place that may matter.

use super::{
    class::{self, Class},
    frames,
    scan::Glyph,
    sieve::{self, BASIC, Light},
    trie::{Builder, Pairs, Trie},
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
    /// For each character of the basic plane what is asked of it in a text.
    glyphs: Box<[Glyph]>,
    /// And for the first look at it.
    lights: Box<[Light]>,
    /// Its number among the characters of words; none is 0.
    codes: Vec<u16>,
    front: Trie,
    back: Trie,
    /// Common words of two characters, family names first.
    pairs: Pairs,
    /// The same, family names last; turned round.
    tails: Pairs,
    /// Family names of two characters.
    doubles: Pairs,
    simplified: HashMap<char, char, FixedState>,
    traditional: HashMap<char, Vec<char>, FixedState>,
    pub(super) adult_age: u8,
}

/// A lexicon under construction.
struct Draft {
    classes: Vec<Class>,
    lights: Vec<Light>,
    codes: Vec<u16>,
    last: u16,
}

impl Lexicon {
    pub(super) fn compile(words: &Words) -> Self {
        let mut draft = Draft {
            classes: class::basic(),
            lights: vec![0; BASIC],
            codes: vec![0; BASIC],
            last: 0,
        };
        let (mut front, mut back) = (Builder::default(), Builder::default());
        for (_, list, bits) in words.lists() {
            for word in list.split_whitespace() {
                let folded: Vec<char> = word.chars().map(fold).collect();
                // Above the basic plane nothing is looked for.
                let Some(mut word) = draft.coded(&folded) else {
                    continue;
                };
                front.insert(word.clone(), bits);
                word.reverse();
                back.insert(word, bits);
                draft.mark_ends(&folded, bits);
            }
        }
        // `抽查了…`
        draft.mark('了', class::FRONT_END);
        let mut doubles = Vec::new();
        for word in words.double_families.split_whitespace() {
            let chars: Vec<char> = word.chars().collect();
            doubles.extend(draft.pair(&chars));
            draft.mark(chars.first().copied().unwrap_or_default(), class::DOUBLE);
            draft.shine(chars.get(1), sieve::SECOND);
        }
        let mut pairs = Vec::new();
        for line in words.pairs.split_whitespace() {
            pairs.extend(draft.pairs(line));
        }
        for word in words.keeps.split_whitespace() {
            let chars: Vec<char> = word.chars().collect();
            pairs.extend(draft.pair(&chars));
        }
        let mut tails = Vec::new();
        for line in words.tails.split_whitespace() {
            tails.extend(draft.pairs(line));
        }
        let mut simplified = HashMap::default();
        draft.mark_names(words, &mut simplified);
        for first in words.addresses.split_whitespace() {
            let first = first.chars().next().unwrap_or_default();
            let class = draft.classes.get(first as usize).copied().unwrap_or(0);
            if class & (class::FAMILY | class::CAREFUL) == 0 {
                draft.mark(first, class::SURE);
            }
        }
        let mut traditional: HashMap<char, Vec<char>, FixedState> = HashMap::default();
        for (&form, &simple) in &simplified {
            traditional.entry(simple).or_default().push(form);
        }
        let glyphs = draft.glyphs();
        Self {
            lights: draft.lights(&glyphs),
            glyphs,
            codes: draft.codes,
            front: front.build(),
            back: back.build(),
            pairs: Pairs::new(pairs),
            tails: Pairs::new(tails),
            doubles: Pairs::new(doubles),
            simplified,
            traditional,
            adult_age: words.adult_age,
        }
    }

    /// For each character of the basic plane what is known of it, and that for the first look.
    pub(super) fn plane(&self) -> (&[Glyph], &[Light]) {
        (&self.glyphs, &self.lights)
    }

    /// What is known of a character.
    #[inline]
    pub(super) fn glyph(&self, c: char) -> Glyph {
        match self.glyphs.get(c as usize) {
            Some(glyph) => *glyph,
            None => beyond(c),
        }
    }

    pub(super) fn class(&self, c: char) -> Class {
        self.glyph(c).class
    }

    /// The number of a narrow character among those of words; 0 where it stands in none.
    #[inline]
    pub(super) fn code(&self, c: char) -> u16 {
        self.codes.get(c as usize).copied().unwrap_or(0)
    }

    /// Words that begin with some characters.
    pub(super) fn begin(&self, chars: &[char], of: u64) -> Told {
        self.begins(chars.iter().map(|c| self.code(*c)), of)
    }

    /// Words at the beginning of some codes.
    #[inline]
    pub(super) fn begins(&self, codes: impl Iterator<Item = u16>, of: u64) -> Told {
        let mut told = Told::default();
        self.front.read(codes, of, |bits, length| {
            told.bits |= bits;
            told.length = length;
        });
        told
    }

    /// Whether a word may begin with a code.
    #[inline]
    pub(super) fn may_start(&self, first: u16, of: u64) -> bool {
        self.front.may_start(first, of)
    }

    /// Whether a word may begin with two codes.
    #[inline]
    pub(super) fn may_begin(&self, first: u16, second: u16, of: u64) -> bool {
        self.front.may_begin(first, second, of)
    }

    /// Whether a word may end with two codes.
    #[inline]
    pub(super) fn may_end(&self, first: u16, second: u16, of: u64) -> bool {
        self.back.may_begin(second, first, of)
    }

    /// Words at the end of codes that are read backwards.
    #[inline]
    pub(super) fn ends(&self, backwards: impl Iterator<Item = u16>, of: u64) -> Told {
        let mut told = Told::default();
        self.back.read(backwards, of, |bits, length| {
            told.bits |= bits;
            told.length = length;
        });
        told
    }

    /// Tells every word at the end of what is read backwards.
    #[inline]
    pub(super) fn read_back(
        &self,
        backwards: impl Iterator<Item = u16>,
        of: u64,
        told: impl FnMut(u64, usize),
    ) {
        self.back.read(backwards, of, told);
    }

    /// What the longest word alone tells.
    #[inline]
    pub(super) fn longest(&self, backwards: impl Iterator<Item = u16>, of: u64) -> Told {
        let mut told = Told::default();
        self.back.read(backwards, of, |bits, length| {
            told = Told { bits, length };
        });
        told
    }

    /// Whether two codes are a common word that begins with a family name: `金额`.
    #[inline]
    pub(super) fn is_pair(&self, a: u16, b: u16) -> bool {
        self.pairs.contain(a, b)
    }

    /// Whether two codes are a common word that ends with a family name: `现金`.
    #[inline]
    pub(super) fn is_tail(&self, a: u16, b: u16) -> bool {
        self.tails.contain(b, a)
    }

    /// Whether two codes are a family name.
    #[inline]
    pub(super) fn is_double(&self, a: u16, b: u16) -> bool {
        self.doubles.contain(a, b)
    }

    pub(super) fn are_pair(&self, a: char, b: char) -> bool {
        self.is_pair(self.code(a), self.code(b))
    }

    pub(super) fn are_double(&self, a: char, b: char) -> bool {
        self.is_double(self.code(a), self.code(b))
    }

    /// The simplified form of a character of a name.
    pub(super) fn simple(&self, c: char) -> char {
        self.simplified.get(&c).copied().unwrap_or(c)
    }

    /// The simplified form of a character of a name, and its traditional ones.
    pub(super) fn forms(&self, c: char) -> impl Iterator<Item = char> {
        let simple = self.simple(c);
        let others = self.traditional.get(&simple).into_iter().flatten();
        std::iter::once(simple).chain(others.copied())
    }

    /// Whether a character is a family name by itself.
    pub(super) fn is_family(&self, c: char) -> bool {
        self.class(c) & (class::FAMILY | class::CAREFUL) != 0
    }
}

impl Draft {
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
        if bits & (before | bit::ORGANISATION | bit::BEFORE_PARTY) != 0 {
            self.mark(last, class::FRONT_END);
        }
        if bits & bit::MARK != 0 {
            self.mark(first, class::MARK_FIRST);
        }
        if bits & (bit::MARK | bit::ROW) != 0 {
            self.mark(first, class::PERSON_BEHIND);
            // Words know no case and no width.
            self.mark(first.to_ascii_uppercase(), class::PERSON_BEHIND);
            let wide = char::from_u32(first as u32 + 0xfee0).filter(|c| narrow(*c) == first);
            self.mark(wide.unwrap_or(first), class::PERSON_BEHIND);
        }
        if bits == bit::MINORITY {
            self.mark(first, class::MINORITY);
            match word.get(1) {
                Some(second) => self.shine(Some(second), sieve::SECOND),
                None => self.shine(Some(&first), sieve::ALWAYS),
            }
        }
        if bits == bit::NICKNAME {
            self.shine(Some(&first), sieve::PAIR);
            self.shine(word.get(1), sieve::SECOND);
        }
        if bits & (frames::BEHIND | bit::BEHIND_PARTY | bit::CLAUSE_PARTY) != 0 {
            self.shine(Some(&first), sieve::BEHIND);
        }
    }

    fn mark_names(&mut self, words: &Words, simplified: &mut HashMap<char, char, FixedState>) {
        for (list, bits) in [
            (&words.families, class::FAMILY),
            (&words.careful_families, class::CAREFUL),
            (&words.never_given, class::NEVER),
            (&words.sure_families, class::SURE),
            (&words.typical_given, class::TYPICAL),
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
                simplified.insert(traditional, simple);
                let class = self.classes.get(simple as usize).copied().unwrap_or(0);
                let family = class & (class::FAMILY | class::CAREFUL);
                self.mark(traditional, family | class::TRADITIONAL);
            }
        }
    }

    /// A word in codes; characters not met before get one, of Latin letters both cases the same.
    fn coded(&mut self, word: &[char]) -> Option<Vec<u16>> {
        let mut coded = Vec::with_capacity(word.len());
        for &c in word {
            let code = self.codes.get_mut(c as usize)?;
            if *code == 0 {
                self.last = self.last.saturating_add(1);
                *code = self.last;
            }
            let code = *code;
            coded.push(code);
            if c.is_ascii_lowercase()
                && let Some(upper) = self.codes.get_mut(c.to_ascii_uppercase() as usize)
            {
                *upper = code;
            }
        }
        Some(coded)
    }

    /// A word of two characters in codes.
    fn pair(&mut self, word: &[char]) -> Option<(u16, u16)> {
        let coded = (word.len() == 2).then(|| self.coded(word)).flatten()?;
        Some((*coded.first()?, *coded.last()?))
    }

    /// The first character of a line with each of the others.
    fn pairs(&mut self, line: &str) -> Vec<(u16, u16)> {
        let mut chars = line.chars();
        let first = chars.next().unwrap_or_default();
        chars.filter_map(|c| self.pair(&[first, c])).collect()
    }

    fn mark(&mut self, c: char, bits: Class) {
        if let Some(class) = self.classes.get_mut(c as usize) {
            *class |= bits;
        }
    }

    /// What words say of a character for the first look.
    fn shine(&mut self, c: Option<&char>, bits: Light) {
        let light = c.and_then(|c| self.lights.get_mut(*c as usize));
        if let Some(light) = light {
            *light |= bits;
        }
    }

    fn glyphs(&self) -> Box<[Glyph]> {
        let glyph = |(c, &class): (u32, &Class)| Glyph {
            c: char::from_u32(c).map_or('\0', narrow),
            class,
        };
        (0..).zip(&self.classes).map(glyph).collect()
    }

    fn lights(&self, glyphs: &[Glyph]) -> Box<[Light]> {
        let light = |(c, glyph): (u32, &Glyph)| {
            // Words know no case and no width.
            let said = self.lights.get(fold(glyph.c) as usize);
            char::from_u32(c).map_or(sieve::BEYOND, |_| {
                sieve::light(glyph.c, glyph.class, said.copied().unwrap_or(0))
            })
        };
        (0..).zip(glyphs).map(light).collect()
    }
}

/// What is known of a character above the basic plane.
#[cold]
pub(super) fn beyond(c: char) -> Glyph {
    Glyph {
        c,
        class: class::beyond(c),
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
        '\u{2236}' | '\u{fe55}' => ':',
        c => c,
    }
}
