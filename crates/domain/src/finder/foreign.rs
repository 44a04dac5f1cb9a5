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
        let sure = front.strength >= Before::Generic || behind >= Behind::Act;
        let long = end - i >= 3;
        if !sure || !(parts > 1 || long || front.strength >= Before::Role) || end - i < 2 {
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
            let part = (1..=LONGEST_PART).find(|&n| {
                self.is(end + n, class::HAN)
                    && (self.behind_row(end + 1 + n) > Behind::Nothing
                        || self.is(end + 1 + n, class::DOT))
            })?;
            end += 1 + part;
        }
        let behind = self.behind_row(end);
        let quoted = matches!(self.c_before(start), '《' | '“');
        let certain = front.strength >= Before::Verb || behind >= Behind::Act;
        (!quoted && (certain || behind > Behind::End)).then_some((
            start,
            end,
            if certain { Certain } else { Doubtful },
            front.word,
        ))
    }

    /// Behind a title and a colon nearly anything short is a name.
    pub(super) fn announced_name(&self, i: usize, front: Front) -> Option<Named> {
        if front.strength != Before::Title || self.c_before(i) != ':' {
            return None;
        }
        let length = self.han_run(i, 6);
        let told = self
            .begins(i, bit::VERB | bit::ACT | bit::KEEP | bit::ROLE)
            .length;
        let sound = (2..=4).contains(&length) && told == 0 && self.is_given(i, i + length);
        let behind = self.behind(i + length);
        (sound && matches!(behind, Behind::End | Behind::Open | Behind::Mark)).then_some((
            i,
            i + length,
            Doubtful,
            front.word,
        ))
    }

    /// A name in Latin letters that begins here: `JOHN SMITH`.
    pub(super) fn foreign(&mut self, i: usize) -> Option<usize> {
        if !self.c(i).is_ascii_uppercase() || self.before(i) & (class::LATIN | class::DIGIT) != 0 {
            return None;
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
            Before::Verb | Before::Short | Before::Generic => parts > 1 && behind > Behind::Verb,
            _ => parts > 1 && behind >= Behind::Act,
        };
        if !sound || end - i < 3 {
            return None;
        }
        self.push((i, end), Kind::Name, Certain, front.word);
        Some(end)
    }
}
