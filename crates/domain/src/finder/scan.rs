//! A text as characters with their classes, and what was found in it so far.

use super::{
    Kind, Verdict,
    class::{self, Class},
    lexicon::{Lexicon, Told, narrow},
    words::bit,
};

/// One character of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    /// In bytes.
    pub at: u32,
    /// Narrow, case kept.
    pub c: char,
    pub class: Class,
}

/// Something found, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    pub verdict: Verdict,
    /// The word that announced it.
    pub announced: Option<(usize, usize)>,
}

/// A word that announces a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Announced {
    /// What it tells.
    pub bits: u64,
    pub start: usize,
    pub end: usize,
}

/// How many words may stand between an announcing word and its number.
const MOST_BETWEEN: usize = 5;

/// Words that say that a person stands behind a number.
const PERSONAL: u64 = bit::ANNOUNCING & !(bit::SERIAL | bit::AMOUNT | bit::CODE);

pub(super) struct Scan<'a> {
    pub text: &'a str,
    pub words: &'a Lexicon,
    pub glyphs: Vec<Glyph>,
    pub found: Vec<Found>,
    /// Where a name may begin.
    pub names: Vec<u32>,
    /// Whether a name was made unreadable before: `李某`.
    pub hidden: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str, words: &'a Lexicon) -> Self {
        let mut glyphs = Vec::with_capacity(text.len() / 2 + 1);
        let mut hidden = false;
        for (at, c) in text.char_indices() {
            hidden |= c == '某';
            glyphs.push(Glyph {
                // A field has far less than 4 GB.
                at: at as u32,
                c: narrow(c),
                class: words.class(c),
            });
        }
        Self {
            text,
            words,
            glyphs,
            found: Vec::new(),
            names: Vec::new(),
            hidden,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.glyphs.len()
    }

    /// The character at a place, narrow; NUL beyond the ends.
    #[inline]
    pub(super) fn c(&self, i: usize) -> char {
        self.glyphs.get(i).map_or('\0', |g| g.c)
    }

    /// The class at a place; beyond the ends a clause ends.
    #[inline]
    pub(super) fn class(&self, i: usize) -> Class {
        self.glyphs.get(i).map_or(class::STOP, |g| g.class)
    }

    #[inline]
    pub(super) fn is(&self, i: usize, of: Class) -> bool {
        self.class(i) & of != 0
    }

    /// The class of the character before a place.
    #[inline]
    pub(super) fn before(&self, i: usize) -> Class {
        i.checked_sub(1).map_or(class::STOP, |i| self.class(i))
    }

    /// The character before a place.
    #[inline]
    pub(super) fn c_before(&self, i: usize) -> char {
        i.checked_sub(1).map_or('\0', |i| self.c(i))
    }

    pub(super) fn forward(&self, i: usize) -> impl Iterator<Item = char> + '_ {
        self.glyphs.get(i..).unwrap_or_default().iter().map(|g| g.c)
    }

    pub(super) fn backward(&self, i: usize) -> impl Iterator<Item = char> + '_ {
        let before = self.glyphs.get(..i).unwrap_or_default();
        before.iter().rev().map(|g| g.c)
    }

    /// Words that begin at a place.
    #[inline]
    pub(super) fn begins(&self, i: usize, of: u64) -> Told {
        self.words.begins(self.forward(i), of)
    }

    /// Words that end at a place.
    #[inline]
    pub(super) fn ends(&self, i: usize, of: u64) -> Told {
        self.words.ends(self.backward(i), of)
    }

    /// The longest word that ends at a place.
    pub(super) fn longest(&self, i: usize, of: u64) -> Told {
        self.words.longest(self.backward(i), of)
    }

    pub(super) fn starts_with(&self, i: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(n, c)| self.c(i + n) == c)
    }

    /// The bytes of a range of characters.
    pub(super) fn bytes(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let at = |i: usize| {
            self.glyphs
                .get(i)
                .map_or(self.text.len(), |g| g.at as usize)
        };
        at(start)..at(end)
    }

    pub(super) fn push(
        &mut self,
        (start, end): (usize, usize),
        kind: Kind,
        verdict: Verdict,
        announced: Option<(usize, usize)>,
    ) {
        for glyph in self.glyphs.get_mut(start..end).unwrap_or_default() {
            glyph.class |= class::TAKEN;
        }
        if kind == Kind::Name
            && let Some(last) = end.checked_sub(1).and_then(|n| self.glyphs.get_mut(n))
        {
            last.class |= class::NAMED;
        }
        self.found.push(Found {
            start,
            end,
            kind,
            verdict,
            announced,
        });
    }

    /// The word before a number that says whose it is.
    pub(super) fn announced(&self, at: usize) -> Option<Announced> {
        self.announced_within(at, MOST_BETWEEN)
    }

    fn announced_within(&self, at: usize, depth: usize) -> Option<Announced> {
        let mut i = at;
        while i > 0 && is_between(self.c(i - 1), self.class(i - 1)) {
            i -= 1;
        }
        // `士兵证南字第1234567号`
        if self.c_before(i) == '第' && i > 2 && self.c(i - 2) == '字' && depth > 0 {
            let personal = |back: usize| {
                let from = (i - 2).checked_sub(back)?;
                self.announced_within(from, 1)
                    .filter(|a| a.bits & PERSONAL != 0)
            };
            if let Some(found) = (0..3).find_map(personal) {
                return Some(found);
            }
        }
        // `电 话：`
        if i > 2 && self.is(i - 2, class::BLANK) {
            let bits = match (self.c(i - 3), self.c(i - 1)) {
                ('电', '话') | ('手', '机') | ('传', '真') => bit::PHONE,
                ('账' | '帐' | '卡', '号') => bit::BANK,
                _ => 0,
            };
            if bits != 0 {
                return Some(Announced {
                    bits,
                    start: i - 3,
                    end: i,
                });
            }
        }
        let of = |told: Told| Announced {
            bits: told.bits,
            start: i - told.length,
            end: i,
        };
        let whole_word = |told: &Told| {
            told.length > 0
                && !(self.before(i) & class::LATIN != 0
                    && self.before(i - told.length) & class::LATIN != 0)
        };
        let personal = self.longest(i, PERSONAL);
        let connector = self.longest(i, bit::CONNECTOR);
        let connects = whole_word(&connector) && depth > 0;
        // `手机尾号为`: what stands nearest counts, unless it only leads on.
        if whole_word(&personal) && personal.length >= connector.length {
            return Some(of(personal));
        }
        if connects
            && let Some(found) = self.announced_within(i - connector.length, depth - 1)
            && found.bits & PERSONAL != 0
        {
            return Some(found);
        }
        // `证号` is one word, and so is `驾驶证` before `号`.
        if connects
            && connector.length > 1
            && matches!(self.c(i - 1), '号' | '码')
            && let Some(found) = self.announced_within(i - 1, depth - 1)
            && found.bits & PERSONAL != 0
        {
            return Some(found);
        }
        if whole_word(&personal) {
            return Some(of(personal));
        }
        let other = self.longest(i, bit::SERIAL | bit::AMOUNT | bit::CODE);
        if whole_word(&other) {
            return Some(of(other));
        }
        (connects)
            .then(|| self.announced_within(i - connector.length, depth - 1))
            .flatten()
    }

    /// Bytes of the Chinese run that `i` begins, at most `most`.
    pub(super) fn han_run(&self, i: usize, most: usize) -> usize {
        (i..i + most)
            .take_while(|&n| self.is(n, class::HAN))
            .count()
    }
}

/// What may stand between an announcing word and a number without changing what it says.
fn is_between(c: char, class: Class) -> bool {
    class & class::BLANK != 0
        || matches!(
            c,
            ':' | '('
                | '['
                | '〔'
                | '【'
                | '“'
                | '"'
                | '‘'
                | '\''
                | '+'
                | '#'
                | '.'
                | '='
                | '—'
                | '-'
        )
}
