//! Names that the record itself holds: found wherever they stand and however they are written.

use super::{
    Kind,
    Verdict::{Certain, Doubtful},
    again::Pairs,
    class,
    frames::{Before, Behind},
    lexicon::fold,
    scan::Scan,
};

/// Longest name that is looked for.
const LONGEST: usize = 40;
/// Marks between two characters of a name.
const MOST_MARKS: usize = 2;

impl Scan<'_> {
    /// Finds the persons named in the record, whole and by their given names.
    pub(super) fn read_own(&mut self, persons: &[String]) {
        for person in persons {
            let name: Vec<char> = person
                .chars()
                .filter(|c| c.is_alphanumeric() || is_hidden(*c))
                .map(|c| self.words.simple(fold(c)))
                .collect();
            let open = name.iter().filter(|c| !is_hidden(**c)).count();
            if open < 2 || name.len() > LONGEST {
                continue;
            }
            self.whole(&name);
            self.given(&name, None);
        }
    }

    fn whole(&mut self, name: &[char]) {
        let Some((&first, rest)) = name.split_first() else {
            return;
        };
        let latin = first.is_ascii_alphabetic();
        let mut i = 0;
        while i < self.len() {
            let here = self.simple(i);
            let inside = latin && self.before(i) & class::LATIN != 0;
            match (here == first && !inside)
                .then(|| self.rest(i + 1, rest))
                .flatten()
            {
                Some(end) if !(latin && self.is(end, class::LATIN)) => {
                    self.push((i, end), Kind::Name, Certain, None);
                    i = end;
                }
                _ => i += 1,
            }
        }
    }

    /// The end of the rest of a name, with marks between its characters or some of them hidden.
    fn rest(&self, start: usize, rest: &[char]) -> Option<usize> {
        let mut at = start;
        let mut open = 0;
        for &wanted in rest {
            let mut marks = 0;
            loop {
                let c = self.c(at);
                if at >= self.len() {
                    return None;
                }
                if self.simple(at) == wanted {
                    open += 1;
                    break;
                }
                if is_hidden(c) && !is_hidden(wanted)
                    || is_hidden(wanted) && self.is(at, class::HAN)
                {
                    break;
                }
                let mark = self.is(at, class::STOP | class::SOFT | class::HARD | class::DOT | class::BLANK)
                    // `张总例安`
                    || at == start && matches!(c, '总' | '工' | '老' | '董');
                marks += 1;
                if !mark || marks > MOST_MARKS || c == '。' {
                    return None;
                }
                at += 1;
            }
            at += 1;
        }
        (open > 0).then_some(at)
    }

    /// The given name alone, where a frame fits: `例安到场`. `pairs` are those of the
    /// text, where somebody has read them.
    pub(super) fn given(&mut self, name: &[char], pairs: Option<&Pairs<'_>>) {
        let family = match name {
            [a, b, _, _, ..] if self.words.are_double(*a, *b) => 2,
            [a, ..] if self.words.is_family(*a) => 1,
            _ => return,
        };
        let Some(given) = name
            .get(family..)
            .filter(|g| g.len() >= 2 && !g.iter().any(|c| is_hidden(*c)))
        else {
            return;
        };
        let known = pairs.map(|pairs| pairs.places(given));
        let all = pairs.is_none().then_some(0..self.len());
        for i in known.into_iter().flatten().chain(all.into_iter().flatten()) {
            let here = given
                .iter()
                .enumerate()
                .all(|(n, c)| self.simple(i + n) == *c);
            let end = i + given.len();
            let taken = self.is_taken(i);
            // A word that begins with the same characters is the word.
            if !here || taken || self.longest_word(i, u64::MAX) >= given.len() {
                continue;
            }
            let (front, behind) = (self.front(i, 0), self.behind(end));
            let framed = front.strength >= Before::Short && behind >= Behind::Short
                || front.strength >= Before::Weak && behind >= Behind::Verb;
            if framed {
                self.push((i, end), Kind::Name, Doubtful, front.word);
            }
        }
    }
}

const fn is_hidden(c: char) -> bool {
    matches!(c, '某' | '*' | '×' | '○' | '＊')
}
