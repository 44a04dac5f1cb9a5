//! A text as characters with their classes, and what was found in it so far.

use super::{
    Kind, Verdict,
    class::{self, Class},
    lexicon::{Lexicon, Told, fold},
    numbers::Run,
    words::bit,
};
use std::cell::Cell;

/// One character of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    /// Narrow, case kept.
    pub c: char,
    /// Its number among the characters of words.
    pub code: u16,
    pub class: Class,
}

impl Glyph {
    /// Beyond the ends of a text a clause ends.
    pub(super) const NONE: Self = Self {
        c: '\0',
        code: 0,
        class: class::STOP,
    };
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

/// Room for reading one text, kept for the next: a text in which nothing is found takes none anew.
#[derive(Debug, Default)]
struct Room {
    glyphs: Vec<Glyph>,
    triggers: Vec<u32>,
    names: Vec<u32>,
    run: Run,
}

/// Places behind a text that are asked for with its last ones.
const AROUND: usize = 8;

/// Bytes of a text for which room is kept.
const KEPT: usize = 1 << 14;

thread_local! {
    static ROOM: Cell<Room> = const {
        Cell::new(Room {
            glyphs: Vec::new(),
            triggers: Vec::new(),
            names: Vec::new(),
            run: Run::NONE,
        })
    };
}

pub(super) struct Scan<'a> {
    pub text: &'a str,
    pub words: &'a Lexicon,
    /// The characters of the text; behind them [`Glyph::NONE`].
    glyphs: Vec<Glyph>,
    length: usize,
    /// Places to look at, in order, and how many of them count.
    triggers: Vec<u32>,
    to_look_at: usize,
    pub found: Vec<Found>,
    /// Where a name may begin.
    pub names: Vec<u32>,
    /// The number that is read.
    pub run: Run,
}

/// What [`fill`] tells.
struct Filled {
    length: usize,
    to_look_at: usize,
    /// The bits of all characters together.
    all: u32,
}

/// Reads a text in one pass. It stands alone, with what it needs in registers.
#[inline(never)]
fn fill(text: &str, known: &[Glyph], glyphs: &mut [Glyph], triggers: &mut [u32]) -> Filled {
    let (mut to_look_at, mut all) = (0, 0);
    // A field has far less than 4 GB.
    let mut at = 0_u32;
    for (c, place) in text.chars().zip(glyphs) {
        all |= c as u32;
        let glyph = known.get(c as usize).unwrap_or(&Glyph::NONE);
        *place = *glyph;
        // Written always and counted sometimes: to guess which is dearer than to write.
        if let Some(place) = triggers.get_mut(to_look_at) {
            *place = at;
        }
        to_look_at += usize::from(glyph.class & class::TRIGGER != 0);
        at += 1;
    }
    Filled {
        length: at as usize,
        to_look_at,
        all,
    }
}

impl Drop for Scan<'_> {
    fn drop(&mut self) {
        if self.text.len() <= KEPT {
            self.names.clear();
            let own = self.glyphs.get_mut(..self.length).unwrap_or_default();
            own.fill(Glyph::NONE);
            ROOM.set(Room {
                glyphs: std::mem::take(&mut self.glyphs),
                triggers: std::mem::take(&mut self.triggers),
                names: std::mem::take(&mut self.names),
                run: std::mem::take(&mut self.run),
            });
        }
    }
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str, words: &'a Lexicon) -> Self {
        let Room {
            mut glyphs,
            mut triggers,
            names,
            run,
        } = ROOM.take();
        // No text has more characters than bytes.
        if glyphs.len() < text.len() + AROUND {
            glyphs.resize(text.len() + AROUND, Glyph::NONE);
            triggers.resize(text.len() + AROUND, 0);
        }
        let Filled {
            length,
            to_look_at,
            all,
        } = fill(text, words.glyphs(), &mut glyphs, &mut triggers);
        let mut scan = Self {
            text,
            words,
            glyphs,
            length,
            triggers,
            to_look_at,
            found: Vec::new(),
            names,
            run,
        };
        if all > 0xffff {
            scan.read_beyond();
        }
        scan
    }

    /// Characters above the basic plane.
    #[cold]
    fn read_beyond(&mut self) {
        for (c, place) in self.text.chars().zip(&mut self.glyphs) {
            if c > '\u{ffff}' {
                place.c = c;
                place.class = class::beyond(c);
            }
        }
        self.notice();
    }

    /// The characters of the text.
    pub(super) fn own(&self) -> &[Glyph] {
        self.glyphs.get(..self.length).unwrap_or_default()
    }

    /// Some characters of the text.
    pub(super) fn own_mut(&mut self, start: usize, end: usize) -> &mut [Glyph] {
        let own = self.glyphs.get_mut(..self.length).unwrap_or_default();
        own.get_mut(start..end).unwrap_or_default()
    }

    /// Notes again where to look, once characters were taken out.
    pub(super) fn notice(&mut self) {
        self.to_look_at = 0;
        for (at, glyph) in (0_u32..).zip(&self.glyphs).take(self.length) {
            if glyph.class & class::TRIGGER != 0 {
                if let Some(place) = self.triggers.get_mut(self.to_look_at) {
                    *place = at;
                }
                self.to_look_at += 1;
            }
        }
    }

    /// Strikes off the places whose neighbours leave nothing to look for: nearly all.
    pub(super) fn sift(&mut self) {
        let mut kept = 0;
        for n in 0..self.to_look_at {
            let Some(&at) = self.triggers.get(n) else {
                break;
            };
            let wanted = self.is_wanted(at as usize);
            if let Some(place) = self.triggers.get_mut(kept) {
                *place = at;
            }
            kept += usize::from(wanted);
        }
        self.to_look_at = kept;
    }

    /// Whether a name was made unreadable before: `李某`.
    pub(super) fn is_hidden(&self) -> bool {
        memchr::memmem::find(self.text.as_bytes(), "某".as_bytes()).is_some()
    }

    /// Whether anything may be found that begins or ends here. Reckoned without a branch.
    #[inline]
    fn is_wanted(&self, i: usize) -> bool {
        let around = i.checked_sub(1).and_then(|n| self.glyphs.get(n..n + 5));
        let [before, here, next, second, third] = match around {
            Some(&[a, b, c, d, e]) => [a.class, b.class, c.class, d.class, e.class],
            _ => [
                self.before(i),
                self.class(i),
                self.class(i + 1),
                self.class(i + 2),
                self.class(i + 3),
            ],
        };
        let name = here & (class::FAMILY | class::CAREFUL | class::DOUBLE) != 0;
        let given = next & (class::HAN | class::NEVER) == class::HAN;
        // Inside a clause, something that stands before names must end before this one, or
        // something begin behind it that stands only there.
        let free = before & (class::HAN | class::FRONT_END) != class::HAN;
        let framed =
            free | ((second | third) & class::MARK_FIRST != 0) | (here & class::DOUBLE != 0);
        // One Chinese digit beside no other is a word.
        let digit = class::DIGIT | class::CHINESE_DIGIT;
        let marked = (next & (class::SOFT | class::HARD) != 0) & (second & digit != 0);
        let number =
            (here & class::CHINESE_DIGIT != 0) & ((next & (digit | class::LATIN) != 0) | marked);
        let word =
            (before & (class::DWELL_BEFORE | class::BLANK) != 0) | matches!(self.c(i), '住' | '家');
        let dwelling = (here & class::DWELL != 0) & word;
        (here & class::ALWAYS != 0) | (name & given & framed) | number | dwelling
    }

    /// A place to look at.
    #[inline]
    pub(super) fn trigger(&self, n: usize) -> Option<usize> {
        let among = self.triggers.get(..self.to_look_at)?;
        among.get(n).map(|i| *i as usize)
    }

    pub(super) fn len(&self) -> usize {
        self.length
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

    #[inline]
    pub(super) fn code(&self, i: usize) -> u16 {
        self.glyphs.get(i).map_or(0, |g| g.code)
    }

    #[inline]
    fn forward(&self, i: usize) -> impl Iterator<Item = u16> + '_ {
        let behind = self.glyphs.get(i..).unwrap_or_default();
        behind.iter().map(|g| g.code)
    }

    #[inline]
    pub(super) fn backward(&self, i: usize) -> impl Iterator<Item = u16> + '_ {
        let before = self.glyphs.get(..i).unwrap_or_default();
        before.iter().rev().map(|g| g.code)
    }

    /// Words that begin at a place.
    #[inline]
    pub(super) fn begins(&self, i: usize, of: u64) -> Told {
        self.words.begins(self.forward(i), of)
    }

    /// Characters of the longest word of any kind that begins at a place.
    pub(super) fn longest_word(&self, i: usize, of: u64) -> usize {
        let pair = self.is_pair(i) || self.is_double(i);
        self.begins(i, of).length.max(2 * usize::from(pair))
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

    /// Whether a common word of two characters begins here, with what may be a family name.
    #[inline]
    pub(super) fn is_pair(&self, i: usize) -> bool {
        self.words.is_pair(self.code(i), self.code(i + 1))
    }

    /// Whether a common word of two characters ends here, with what may be a family name.
    #[inline]
    pub(super) fn is_tail(&self, i: usize) -> bool {
        i > 0 && self.words.is_tail(self.code(i - 1), self.code(i))
    }

    /// Whether a family name of two characters stands here.
    #[inline]
    pub(super) fn is_double(&self, i: usize) -> bool {
        self.is(i, class::DOUBLE) && self.words.is_double(self.code(i), self.code(i + 1))
    }

    /// The character at a place, small and in its simplified form.
    #[inline]
    pub(super) fn simple(&self, i: usize) -> char {
        let c = fold(self.c(i));
        if self.is(i, class::TRADITIONAL) {
            self.words.simple(c)
        } else {
            c
        }
    }

    pub(super) fn starts_with(&self, i: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(n, c)| self.c(i + n) == c)
    }

    pub(super) fn push(
        &mut self,
        (start, end): (usize, usize),
        kind: Kind,
        verdict: Verdict,
        announced: Option<(usize, usize)>,
    ) {
        for glyph in self.own_mut(start, end) {
            glyph.class |= class::TAKEN;
        }
        if kind == Kind::Name
            && let Some(last) = self.own_mut(start, end).last_mut()
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
