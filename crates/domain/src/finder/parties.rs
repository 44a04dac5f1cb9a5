//! Parties that a frame of two words names whatever their names are like: `对…处以`, `责令…于`,
//! `从…处购进`; and who begins a clause before a day or what only is said of persons: `…自2025年`.

use super::{
    Verdict::Doubtful,
    class,
    names::{NAME_LIKE, Named},
    scan::Scan,
    words::bit,
};

/// Words that no party is, though they may begin like a name.
const NO_PARTY: u64 =
    bit::TITLE | bit::ROLE | bit::KEEP | bit::TRADE | bit::ORGANISATION | bit::BELONGING;

impl Scan<'_> {
    /// The party that begins here and that what stands on both sides announces.
    #[inline]
    pub(super) fn party(&self, i: usize) -> Option<Named> {
        let family = class::FAMILY | class::CAREFUL | class::DOUBLE;
        if !self.is(i, family) || self.class(i + 1) & class::HAN == 0 {
            return None;
        }
        let may_be_behind = |of| {
            (i + 2..i + 6).any(|n| {
                let first = self.code(n);
                of == bit::CLAUSE_PARTY && self.is(n, class::DIGIT)
                    || self.words.may_start(first, of)
                        && self.words.may_begin(first, self.code(n + 1), of)
            })
        };
        // `、` parts things as well.
        let opens = self.before(i) & class::STOP != 0 && self.c_before(i) != '、';
        let may_be = if opens {
            may_be_behind(bit::CLAUSE_PARTY)
        } else {
            self.before(i) & class::FRONT_END != 0
                && self.may_end(i, bit::BEFORE_PARTY)
                && may_be_behind(bit::BEHIND_PARTY)
        };
        may_be.then(|| self.party_here(i, opens)).flatten()
    }

    #[inline(never)]
    fn party_here(&self, i: usize, opens: bool) -> Option<Named> {
        let mut ends = [4, 3, 2].into_iter().map(|length| i + length);
        let end = ends.find(|&end| {
            let behind = if opens {
                self.is_dated(end) || self.begins(end, bit::CLAUSE_PARTY).length > 0
            } else {
                match self.begins(end, bit::BEHIND_PARTY).length {
                    // `聘用…为厨师`
                    1 => self.begins(end + 1, bit::ROLE).length > 1,
                    length => length > 0,
                }
            };
            behind && self.is_party(i, end, opens && !self.is_employed(end))
        })?;
        let word = (!opens).then(|| self.ends(i, bit::BEFORE_PARTY).length);
        match word {
            Some(0) => None,
            word => Some((i, end, Doubtful, word.map(|length| (i - length, i)))),
        }
    }

    /// `2026年3月`, `自2025年`, `于2026年`.
    fn is_dated(&self, at: usize) -> bool {
        let year = at + usize::from(matches!(self.c(at), '自' | '于' | '从' | '在'));
        self.c(year + 4) == '年' && (year..year + 4).all(|n| self.is(n, class::DIGIT))
    }

    /// `2026年3月入职`: what begins or ends then is only a person's.
    fn is_employed(&self, at: usize) -> bool {
        let year = (at..at + 2).find(|&n| self.is(n, class::DIGIT));
        let end = year.and_then(|year| self.day(year));
        end.is_some_and(|end| self.begins(end, bit::CLAUSE_PARTY).length > 0)
    }

    /// Whether characters in such a frame are a person's name and no word.
    fn is_party(&self, i: usize, end: usize, opens: bool) -> bool {
        let mut family = self.family(i);
        if family == 0 {
            return false;
        }
        let named = end == i + 2 && self.begins(i, bit::NAMED).length == 2;
        // `万里`, `方正`: a family name of two characters that begins a longer one is none here.
        if family == 2 && end == i + 2 {
            family = 1;
        }
        let given = i + family;
        let length = end.saturating_sub(given);
        let last = end - 1;
        // In a frame of two words a place is a name like any other.
        let place = if opens { 0 } else { bit::KEEP };
        let typical = self.is(last, class::TYPICAL);
        let other = self.begins(i, NO_PARTY).length
            >= end - i - usize::from(end == i + 3 && !typical)
            || self.ends(end, NO_PARTY & !place).length > 1
            || !typical && self.is_party_end(last);
        if !(1..=2).contains(&length) || !self.is_given(given, end) || other && !named {
            return false;
        }
        let careful = family == 1 && self.is(i, class::CAREFUL);
        let pair = family == 1 && self.is_pair(i);
        if length == 1 {
            let sure = !careful && (typical || self.is(i, class::SURE));
            // Who is punished is a person even where the name is another word.
            let strict = matches!(self.c_before(i), '对' | '令')
                && matches!(self.c(end), '处' | '于' | '给' | '所');
            return named
                || strict && !opens
                || !pair && (sure || !opens && !careful && family == 1);
        }
        let known = self.begins(given, bit::KEEP).length > 1;
        // `万达明的劳动合同`, but not `金银花于2026年`.
        if pair && opens && !matches!(self.c(end), '的' | '系') {
            return false;
        }
        if careful || pair {
            return typical && self.is(given, class::TYPICAL) && !known
                || pair && !careful && typical && !opens;
        }
        let word = self.longest_word(given, !(NAME_LIKE | place)) > 1;
        let sure = family == 2 || self.is(i, class::SURE);
        sure || !word && (typical || !opens)
    }

    /// Whether a character ends the word for a party that is no person, or for persons in general.
    fn is_party_end(&self, last: usize) -> bool {
        self.is(last, class::GENERIC)
            || self.begins(last, bit::ORGANISATION | bit::TRADE).length == 1
            || "方位主家处司组队台类种品物料辆屋产分全关体者".contains(self.c(last))
    }
}
