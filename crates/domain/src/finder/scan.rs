//! A text as characters with their classes, and what was found in it so far.

use super::{
    Kind, Verdict,
    class::{self, Class},
    frames::{BLANKED, Row},
    lexicon::{Lexicon, Told, fold},
    numbers::Run,
    sieve::{self, Light},
    words::bit,
};
use std::cell::{Cell, RefCell};

/// One character of a text. It is moved in one piece.
#[derive(Debug, Clone, Copy)]
#[repr(align(8))]
pub(super) struct Glyph {
    /// Narrow, case kept.
    pub c: char,
    pub class: Class,
}

impl Glyph {
    /// Beyond the ends of a text a clause ends.
    pub(super) const NONE: Self = Self {
        c: '\0',
        class: class::STOP,
    };
    /// What is left whole: a Chinese character of no other kind.
    pub(super) const BLANKED: Self = Self {
        c: BLANKED,
        class: class::HAN,
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
const PERSONAL: u64 = bit::ANNOUNCING & !IMPERSONAL;
const IMPERSONAL: u64 = bit::SERIAL | bit::AMOUNT | bit::CODE;

/// Belongs to something found.
const TAKEN: u8 = 1;
/// The last character of a name that was found.
const NAMED: u8 = 1 << 1;

/// Room for reading one text, kept for the next: a text in which nothing is found takes none anew.
#[derive(Debug, Default)]
struct Room {
    glyphs: Vec<Glyph>,
    length: usize,
    lights: Vec<Light>,
    wanted: Vec<u8>,
    names: Vec<u32>,
    run: Run,
}

/// Bytes of a text for which room is kept.
const KEPT: usize = 1 << 14;

thread_local! {
    static ROOM: Cell<Room> = const {
        Cell::new(Room {
            glyphs: Vec::new(),
            length: 0,
            lights: Vec::new(),
            wanted: Vec::new(),
            names: Vec::new(),
            run: Run::NONE,
        })
    };
}

#[cfg(test)]
thread_local! {
    static LOOKS: Cell<usize> = const { Cell::new(0) };
}

/// Counts a look at a character: for tests, which measure with it how the work grows.
#[inline]
pub(super) fn looked() {
    #[cfg(test)]
    LOOKS.set(LOOKS.get() + 1);
}

/// What is answered, and after how many looks.
#[cfg(test)]
pub(super) fn looks<T>(answer: impl FnOnce() -> T) -> (T, usize) {
    LOOKS.set(0);
    (answer(), LOOKS.get())
}

/// Bytes that are kept for the next text.
#[cfg(test)]
pub(super) fn room() -> usize {
    let room = ROOM.take();
    let bytes = size_of::<Glyph>() * room.glyphs.capacity()
        + size_of::<Light>() * room.lights.capacity()
        + room.wanted.capacity()
        + size_of::<u32>() * room.names.capacity();
    ROOM.set(room);
    bytes
}

pub(super) struct Scan<'a> {
    pub text: &'a str,
    pub words: &'a Lexicon,
    /// The characters of the text; behind them [`Glyph::NONE`].
    glyphs: Vec<Glyph>,
    length: usize,
    /// What the first look needs of each character, and what all are together.
    lights: Vec<Light>,
    all: Light,
    /// For each character whether it is worth a second look.
    pub wanted: Vec<u8>,
    /// For each character whether it was found, once something was.
    marks: Vec<u8>,
    pub found: Vec<Found>,
    /// Where a name may begin.
    pub names: Vec<u32>,
    /// The number that is read.
    pub run: Run,
    /// The row of names that was read last.
    pub row: RefCell<Row>,
    /// Whether the second look is taken everywhere: what tests hold the first look to.
    pub everywhere: bool,
}

impl Drop for Scan<'_> {
    fn drop(&mut self) {
        if self.text.len() <= KEPT {
            self.names.clear();
            ROOM.set(Room {
                glyphs: std::mem::take(&mut self.glyphs),
                length: self.length,
                lights: std::mem::take(&mut self.lights),
                wanted: std::mem::take(&mut self.wanted),
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
            length: last,
            mut lights,
            wanted,
            names,
            run,
        } = ROOM.take();
        let (length, all) = sieve::fill(text, words, &mut glyphs, &mut lights);
        // What the last text had more.
        if let Some(stale) = glyphs.get_mut(length..last) {
            stale.fill(Glyph::NONE);
        }
        Self {
            text,
            words,
            glyphs,
            length,
            lights,
            all,
            wanted,
            marks: Vec::new(),
            found: Vec::new(),
            names,
            run,
            row: RefCell::default(),
            everywhere: false,
        }
    }

    /// Takes characters out: they stand for nothing but themselves.
    pub(super) fn blank(&mut self, start: usize, end: usize) {
        let glyphs = self.glyphs.get_mut(start..end);
        glyphs.unwrap_or_default().fill(Glyph::BLANKED);
        let lights = self.lights.get_mut(1 + start..1 + end);
        lights.unwrap_or_default().fill(sieve::BLANKED);
    }

    /// Takes the first look.
    pub(super) fn sift(&mut self) {
        sieve::sift(&self.lights, self.length, &mut self.wanted);
        if self.everywhere {
            let own = self.wanted.get_mut(..self.length);
            own.unwrap_or_default().fill(1);
        }
    }

    /// Whether the first two characters of a minority's name may stand here, or one that is enough.
    pub(super) fn may_be_pair(&self, i: usize) -> bool {
        let light = |i: usize| self.lights.get(1 + i).copied().unwrap_or(0);
        light(i) & sieve::ALWAYS | light(i + 1) & sieve::SECOND != 0
    }

    /// Whether a name may have been made unreadable before, or be told in parts: `李某`, `姓李`.
    pub(super) fn is_hidden(&self) -> bool {
        self.all & sieve::HIDDEN != 0
    }

    /// Whether a name was made unreadable before: `李某`.
    pub(super) fn is_masked(&self) -> bool {
        self.is_hidden() && self.own().iter().any(|g| g.c == '某')
    }

    /// The characters of the text.
    pub(super) fn own(&self) -> &[Glyph] {
        self.glyphs.get(..self.length).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// The character at a place, narrow; NUL beyond the ends.
    #[inline]
    pub(super) fn c(&self, i: usize) -> char {
        looked();
        self.glyphs.get(i).map_or('\0', |g| g.c)
    }

    /// The class at a place; beyond the ends a clause ends.
    #[inline]
    pub(super) fn class(&self, i: usize) -> Class {
        looked();
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
        self.words.code(self.c(i))
    }

    /// Whether a character belongs to something found.
    #[inline]
    pub(super) fn is_taken(&self, i: usize) -> bool {
        self.marks.get(i).is_some_and(|m| m & TAKEN != 0)
    }

    /// Whether a name that was found ends before a place.
    pub(super) fn is_behind_name(&self, i: usize) -> bool {
        let marks = (i.saturating_sub(3)..i).rev();
        let i = i - marks.take_while(|&n| self.is_loose(n)).count();
        let last = i.checked_sub(1).and_then(|i| self.marks.get(i));
        last.is_some_and(|m| m & NAMED != 0)
    }

    /// Whether a mark parts two entries of the head of a document.
    pub(super) fn is_loose(&self, i: usize) -> bool {
        self.is(i, class::BLANK) || i < self.length && matches!(self.c(i), ',' | ';')
    }

    #[inline]
    fn forward(&self, i: usize) -> impl Iterator<Item = u16> + '_ {
        let behind = self.glyphs.get(i..).unwrap_or_default();
        behind.iter().map(|g| self.code_of(g))
    }

    #[inline]
    pub(super) fn backward(&self, i: usize) -> impl Iterator<Item = u16> + '_ {
        let before = self.glyphs.get(..i).unwrap_or_default();
        before.iter().rev().map(|g| self.code_of(g))
    }

    #[inline]
    fn code_of(&self, glyph: &Glyph) -> u16 {
        looked();
        self.words.code(glyph.c)
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
        self.marks.resize(self.length, 0);
        let marks = self.marks.get_mut(start..end).unwrap_or_default();
        marks.iter_mut().for_each(|m| *m |= TAKEN);
        if kind == Kind::Name
            && let Some(last) = marks.last_mut()
        {
            *last |= NAMED;
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
        let found = self.announced_within(at, MOST_BETWEEN);
        if found.is_some() || self.before(at) & class::HAN == 0 {
            return found;
        }
        self.announced_sign(at)
    }

    /// The word before a number that begins with a province's sign: `证号苏132…`, `编号苏渔03127`.
    #[inline(never)]
    fn announced_sign(&self, at: usize) -> Option<Announced> {
        let mut signs = (1..=2).filter_map(|n| at.checked_sub(n));
        let sign = signs.find(|&n| self.is(n, class::PROVINCE))?;
        self.announced_within(sign, MOST_BETWEEN)
            .filter(|a| a.bits & bit::CARD != 0)
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
        // The longest word of each kind.
        let [mut personal, mut connector, mut other] = [Told::default(); 3];
        self.words.read_back(
            self.backward(i),
            bit::ANNOUNCING | bit::CONNECTOR,
            |bits, length| {
                for (longest, of) in [
                    (&mut personal, PERSONAL),
                    (&mut connector, bit::CONNECTOR),
                    (&mut other, IMPERSONAL),
                ] {
                    if bits & of != 0 {
                        let bits = bits & of;
                        *longest = Told { bits, length };
                    }
                }
            },
        );
        let whole_word = |told: &Told| {
            // `GB/T 19001`
            let joined = self.c_before(i - told.length) == '/'
                && self.before((i - told.length).saturating_sub(1)) & class::LATIN != 0;
            told.length > 0
                && !joined
                && !(self.before(i) & class::LATIN != 0
                    && self.before(i - told.length) & class::LATIN != 0)
        };
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
