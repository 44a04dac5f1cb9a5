//! Names without a Chinese family name: of minorities, of foreigners, behind a title.

use super::{
    Kind,
    Verdict::{Certain, Doubtful},
    class,
    frames::{Before, Behind, Front},
    names::{LONGEST_PART, Named},
    scan::Scan,
    words::bit,
};

impl Scan<'_> {
    /// A name of a minority without a dot, by its parts.
    pub(super) fn minority(&self, i: usize, front: Front) -> Option<Named> {
        if !self.is(i, class::MINORITY) || front.strength < Before::Weak {
            return None;
        }
        let mut end = i;
        let mut parts = 0;
        loop {
            let length = self.begins(end, bit::MINORITY).length;
            if length == 0 {
                break;
            }
            end += length;
            parts += 1;
        }
        if parts == 0 {
            return None;
        }
        // What follows belongs to it up to something that stands behind names.
        let more = (0..4)
            .find(|&n| self.is_given(end, end + n) && self.behind_row(end + n) > Behind::Nothing);
        let more = match more {
            Some(more) => more,
            None if front.strength >= Before::Role && self.is_given(end, end + 2) => 2,
            None => return None,
        };
        let end = end + more;
        let behind = self.behind_row(end);
        let whole = parts > 1 && end - i >= 4 && behind >= Behind::Short;
        let acts = behind >= Behind::Act;
        let sure = front.strength >= Before::Generic || acts || whole;
        let long = end - i >= 3;
        if !sure || !(parts > 1 || long || acts || front.strength >= Before::Role) || end - i < 2 {
            return None;
        }
        let verdict = if parts > 1 && long { Certain } else { Doubtful };
        Some((i, end, verdict, front.word))
    }

    /// A name with a dot: `买买提·吐尔逊`.
    pub(super) fn dotted(&self, dot: usize, done: usize) -> Option<Named> {
        if !self.is(dot + 1, class::HAN) || self.before(dot) & class::HAN == 0 {
            return None;
        }
        let earliest = dot.saturating_sub(LONGEST_PART).max(done);
        let mut start = dot;
        let mut best = None;
        while start > earliest && self.before(start) & class::HAN != 0 {
            start -= 1;
            let front = self.front(start, done);
            if front.strength >= Before::Generic {
                // The role that ends last leaves the name whole.
                best = Some((start, front));
                break;
            }
            if front.strength >= Before::Start || front.strength == Before::Short {
                best = best.or(Some((start, front)));
            }
        }
        let (start, front) = best?;
        let mut end = dot;
        while self.is(end, class::DOT) && self.is(end + 1, class::HAN) {
            // What stands behind names may stand in a part as well: `买买提`.
            let known = self.begins(end + 1, bit::MINORITY).length.max(1);
            let part = (known..=LONGEST_PART).find(|&n| {
                (1..=n).all(|n| self.is(end + n, class::HAN))
                    && (self.behind_row(end + 1 + n) > Behind::Nothing
                        || self.is(end + 1 + n, class::DOT))
            })?;
            end += 1 + part;
        }
        let behind = self.behind_row(end);
        let quoted = matches!(self.c_before(start), '《' | '“');
        let certain = front.strength >= Before::Verb || behind >= Behind::Act;
        let known = self.is_minority(start) && self.is_minority(dot + 1);
        (!quoted && (certain || behind > Behind::End || known)).then_some((
            start,
            end,
            if certain { Certain } else { Doubtful },
            front.word,
        ))
    }

    /// Behind a title and a colon nearly anything short is a name.
    pub(super) fn announced_name(&self, i: usize, front: Front) -> Option<Named> {
        let blank = |n: &usize| self.before(*n) & class::BLANK != 0;
        let label = (i.saturating_sub(3)..=i).rev().find(|n| !blank(n));
        if front.strength != Before::Title || self.c_before(label.unwrap_or(i)) != ':' {
            return None;
        }
        let length = self.han_run(i, 6);
        let told = self
            .begins(i, bit::VERB | bit::ACT | bit::KEEP | bit::ROLE)
            .length;
        // `郑和平`
        let inner = length == 3 && self.family(i) == 1 && self.c(i + 1) == '和';
        let given = i + 2 * usize::from(inner);
        let sound = (2..=4).contains(&length) && told == 0 && self.is_given(given, i + length);
        let behind = self.behind(i + length);
        let office = "室处科部组局所中站店厂司队会行".contains(self.c(i + length - 1));
        let ends = matches!(
            behind,
            Behind::End | Behind::Open | Behind::Number | Behind::Mark
        );
        (sound && ends && !office).then_some((i, i + length, Doubtful, front.word))
    }

    /// A name in Latin letters that begins here: `JOHN SMITH`.
    pub(super) fn foreign(&mut self, i: usize) -> Option<usize> {
        if self.before(i) & (class::LATIN | class::DIGIT) != 0 {
            return None;
        }
        if !self.c(i).is_ascii_uppercase() {
            let led = self.is(i.wrapping_sub(1), class::ROLE_END)
                || matches!(self.c_before(i), ':' | ' ' | ')');
            let word = self.is(i + 1, class::LATIN) && self.is(i + 2, class::LATIN);
            return if led && word { self.spelt(i) } else { None };
        }
        let mut end = i;
        let mut parts = 0;
        loop {
            let length = (end..end + 20)
                .take_while(|&n| self.is(n, class::LATIN) || matches!(self.c(n), '\'' | '-'))
                .count();
            if length == 0 || parts > 0 && !self.c(end).is_ascii_uppercase() {
                break;
            }
            parts += 1;
            end += length;
            let mark = (end..end + 2)
                .take_while(|&n| matches!(self.c(n), ' ' | '·' | '.' | '•' | '・' | '\u{a0}'))
                .count();
            if mark == 0
                || !self.is(end + mark, class::LATIN)
                || !self.c(end + mark).is_ascii_uppercase()
            {
                break;
            }
            end += mark;
        }
        if end == i || self.is(end, class::DIGIT) || !self.c(end - 1).is_ascii_alphabetic() {
            return None;
        }
        let front = self.front(i, 0);
        let behind = self.behind(end);
        let capital = self.c(i + 1).is_ascii_lowercase();
        let sound = match front.strength {
            Before::Title => parts > 1 || capital || end - i > 4,
            Before::Role | Before::Row => behind > Behind::Nothing && (parts > 1 || capital),
            Before::Verb if self.is_hiring(front) => parts > 1 && behind > Behind::Nothing,
            Before::Verb | Before::Short | Before::Generic => parts > 1 && behind > Behind::Verb,
            _ => parts > 1 && behind >= Behind::Act,
        };
        if !sound || end - i < 3 {
            return None;
        }
        self.push((i, end), Kind::Name, Certain, front.word);
        Some(end)
    }

    /// Whether the word before a name takes only persons: `聘用`.
    fn is_hiring(&self, front: Front) -> bool {
        let word = front.word.map(|(_, end)| self.ends(end, bit::BEFORE_PARTY));
        word.is_some_and(|told| told.length > 1)
    }

    /// Who is from abroad, whose name may begin with any character: `缅甸籍工人貌貌温`.
    pub(super) fn abroad(&self, i: usize) -> Option<Named> {
        /// Characters of the name.
        const LONGEST: usize = 11;
        let other = match self.c_before(i) {
            // `韩国籍`, but not `外国籍`
            '国' => !"韩美法德英泰".contains(self.c_before(i - 1)),
            // `日本籍`, but not `本籍`
            '本' => self.c_before(i - 1) != '日',
            c => self.before(i) & class::HAN == 0 || "户学原祖省书古典党军".contains(c),
        };
        if other || self.c(i + 1) == '贯' {
            return None;
        }
        let start = i + 1 + self.begins(i + 1, bit::ROLE | bit::TITLE).length;
        let is_part = |n: usize| {
            self.class(n) & (class::HAN | class::NEVER) == class::HAN
                || n > start && self.is(n, class::DOT)
        };
        let end = (start + 1..=start + LONGEST)
            .take_while(|&end| is_part(end - 1))
            .find(|&end| end > start + 1 && self.behind(end) > Behind::Nothing)?;
        let last = end - 1;
        let thing = self.is(last, class::GENERIC | class::DOT)
            || "船舶车机货轮艇务".contains(self.c(last))
            || self.longest_word(start, !bit::MINORITY) >= end - start;
        (!thing).then_some((start, end, Doubtful, Some((i, i + 1))))
    }

    /// A Chinese name in small Latin letters behind a word for persons: `负责人zhou nian`.
    fn spelt(&mut self, i: usize) -> Option<usize> {
        /// Letters of a name.
        const FEWEST: usize = 5;
        if !self.c(i).is_ascii_lowercase() {
            return None;
        }
        let front = self.front(i, 0);
        if front.strength < Before::Role {
            return None;
        }
        let mut end = i;
        let mut letters = 0;
        for _ in 0..3 {
            let start = end + usize::from(end > i && self.c(end) == ' ');
            let length = (start..start + 20)
                .take_while(|&n| self.c(n).is_ascii_alphabetic())
                .count();
            let word: String = (start..start + length).map(|n| self.c(n)).collect();
            if !is_spelt(&word) {
                break;
            }
            letters += length;
            end = start + length;
        }
        let joined = self.is(end, class::LATIN | class::DIGIT) || "@_.-/".contains(self.c(end));
        if letters < FEWEST || joined {
            return None;
        }
        self.push((i, end), Kind::Name, Certain, front.word);
        Some(end)
    }
}

/// Whether a word is made of Chinese syllables in Latin letters.
fn is_spelt(word: &str) -> bool {
    const INITIALS: &str = "zh ch sh b p m f d t n l g k h j q x r z c s y w";
    const FINALS: &str = "iang iong uang ang eng ing ong ian iao uan uai ueng ai ei ao ou an en er \
        ia ie iu in ua uo ui un ue ve a o e i u v";
    if word.is_empty() {
        return false;
    }
    // Where syllables may end.
    let mut ends = vec![false; word.len() + 1];
    ends.iter_mut().take(1).for_each(|end| *end = true);
    for at in 0..word.len() {
        if ends.get(at) != Some(&true) {
            continue;
        }
        let rest = word.get(at..).unwrap_or_default();
        let initials = INITIALS.split(' ').filter(|i| rest.starts_with(i));
        for initial in initials.chain([""]) {
            let more = rest.get(initial.len()..).unwrap_or_default();
            for last in FINALS.split_whitespace().filter(|f| more.starts_with(f)) {
                let alone = initial.is_empty() && !last.starts_with(['a', 'o', 'e']);
                if let Some(end) = ends.get_mut(at + initial.len() + last.len()) {
                    *end |= !alone;
                }
            }
        }
    }
    ends.last() == Some(&true)
}
