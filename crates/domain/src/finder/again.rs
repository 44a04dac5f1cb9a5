//! The second look at a text, taken only where something was found: a name is looked for wherever
//! else it stands, beside it the other members of its list, the number of its card, its dwelling.

use super::{
    Kind,
    Verdict::{self, Certain, Doubtful},
    class,
    frames::{Before, Behind},
    scan::{Scan, looked},
    words::bit,
};
use foldhash::fast::FixedState;
use std::collections::HashSet;

/// Longest bracket behind a member of a list.
const LONGEST_BRACKET: usize = 24;
/// Longest number or sum behind a member of a list.
const LONGEST_TAIL: usize = 60;
/// Digits of the number of a personal card.
const FEWEST_DIGITS: usize = 6;

impl Scan<'_> {
    /// What the first look found leads to more, and that to more again.
    pub(super) fn read_again(&mut self) {
        let chars: Vec<char> = (0..self.len()).map(|i| self.simple(i)).collect();
        let more = Repeated::of(&chars);
        let mut pairs = None;
        let mut known: HashSet<&[char], FixedState> = HashSet::default();
        let mut n = 0;
        while let Some(found) = self.found.get(n) {
            n += 1;
            let (start, end, kind, verdict) = (found.start, found.end, found.kind, found.verdict);
            if matches!(kind, Kind::Mobile | Kind::IdentityNumber) {
                // Not where a word announced it: `，住样例路1号`.
                if !(end..end + 4).any(|n| self.is_taken(n)) {
                    self.dwelling_behind_name(end);
                }
                self.room_behind(end);
            }
            if kind != Kind::Name {
                continue;
            }
            let name = chars.get(start..end).unwrap_or_default();
            let given = name.get(1..).unwrap_or_default();
            if more.may_hold(given) && known.insert(name) {
                let pairs = pairs.get_or_insert_with(|| Pairs::of(&chars));
                if more.may_hold(name) {
                    self.echo(name, verdict, pairs);
                }
                if name.iter().any(|c| is_dot(*c)) {
                    for part in name.split(|c| is_dot(*c)).filter(|p| p.len() > 2) {
                        if known.insert(part) {
                            self.echo(part, verdict, pairs);
                        }
                    }
                } else if given.len() > 1 && pairs.places(given).nth(1).is_some() {
                    self.given(name, Some(pairs));
                }
            }
            self.next_of_list(end);
            self.last_of_list(start);
            self.card_beside(start, end);
            self.certificate(end);
        }
        if self.found.iter().any(|f| f.kind == Kind::Name) {
            self.homes();
        }
    }

    /// Masks a name wherever else it stands, but not in the name of an organisation.
    fn echo(&mut self, name: &[char], verdict: Verdict, pairs: &Pairs<'_>) {
        let latin = name.first().is_some_and(char::is_ascii_alphabetic);
        let hidden = name.iter().any(|c| matches!(c, '某' | '*' | '×' | '○'));
        if name.len() < 2 || hidden {
            return;
        }
        for i in pairs.places(name) {
            let end = i + name.len();
            let inside = latin && (self.before(i) | self.class(end)) & class::LATIN != 0;
            if inside || (i..end).any(|n| self.is_taken(n)) {
                continue;
            }
            if (latin || name.len() > 2 || self.is_framed(i, end)) && !self.is_company(end) {
                self.push((i, end), Kind::Name, verdict, None);
            }
        }
    }

    /// Whether two characters that may be another word stand where a name does.
    fn is_framed(&self, i: usize, end: usize) -> bool {
        if !(self.is_pair(i) || self.is_tail(i) || self.is(i, class::CAREFUL)) {
            return true;
        }
        let (front, behind) = (self.front(i, 0).strength, self.behind_row(end));
        front >= Before::Generic && behind >= Behind::Short
            || front >= Before::Weak && behind >= Behind::Verb
    }

    /// Whether a name goes on as that of an organisation, but for a business that a person runs
    /// under a name of his own: `倪拟安食品公司`, not `倪拟安饭店`.
    fn is_company(&self, end: usize) -> bool {
        self.goes_on(end, |bits, c| {
            bits & bit::TRADE == 0 || "厂局院市县区镇村路街牌校".contains(c)
        })
    }

    /// Whether what somebody is called goes on as the name of a business: `王先生面馆`.
    pub(super) fn is_business(&self, end: usize) -> bool {
        self.goes_on(end, |_, _| true)
    }

    fn goes_on(&self, end: usize, is: impl Fn(u64, char) -> bool) -> bool {
        /// Characters behind the person.
        const LONGEST: usize = 9;
        if self.behind(end) >= Behind::Verb {
            return false;
        }
        (end..end + LONGEST)
            .take_while(|&n| self.is(n, class::HAN) && !self.is(n, class::NEVER))
            .any(|n| {
                let told = self.ends(n + 1, bit::ORGANISATION | bit::TRADE);
                let named = told.length > 1 && n + 1 >= end + told.length
                    || "店馆铺厂局院市县区镇村路街牌校".contains(self.c(n));
                named && is(told.bits, self.c(n))
            })
    }

    /// What stands behind a member of a list and belongs to it: `（女）`, `19500元`, a number.
    fn beyond(&self, end: usize) -> usize {
        let mut at = end;
        if self.c(at) == '(' {
            let close = (at..at + LONGEST_BRACKET).find(|&n| self.c(n) == ')');
            at = close.map_or(at, |n| n + 1);
        }
        let number = (at..at + LONGEST_TAIL)
            .take_while(|&n| {
                self.is(n, class::DIGIT | class::BLANK)
                    || self.is_taken(n)
                    || matches!(self.c(n), '.' | '-')
            })
            .count();
        at += number;
        let unit = ["元", "余元", "万元"];
        let unit = unit.iter().find(|u| number > 0 && self.starts_with(at, u));
        at + unit.map_or(0, |u| u.chars().count())
    }

    /// The member of the list behind a name.
    fn next_of_list(&mut self, end: usize) {
        let at = self.beyond(end);
        let mark = match self.c(at) {
            ',' | ';' => usize::from(at > end),
            _ => self.row_mark(at),
        };
        if mark == 0 {
            return;
        }
        let mut start = at + mark;
        if self.is(start, class::BLANK) {
            start += 1;
        }
        let role = self.begins(start, bit::ROLE | bit::TITLE).length;
        if role > 1 {
            start += role;
        }
        let loose = matches!(self.c(at), ',' | ';');
        let member = [2, 1].into_iter().find_map(|given| {
            let end = start + self.family(start) + given;
            let tail = self.beyond(end) > end;
            let follows = tail || !loose && self.behind_row(end) > Behind::Nothing;
            (follows && self.is_member(start, end)).then_some(end)
        });
        if let Some(end) = member {
            self.push((start, end), Kind::Name, Doubtful, None);
        }
    }

    /// The member of the list before a name.
    fn last_of_list(&mut self, start: usize) {
        let end = start - self.row_mark_before(start);
        if end == start || self.is_taken(end.saturating_sub(1)) {
            return;
        }
        let member = [3, 2, 4].into_iter().find_map(|length| {
            let i = end.checked_sub(length)?;
            let front = self.front(i, 0).strength;
            (front >= Before::Weak && self.is_member(i, end)).then_some(i)
        });
        if let Some(i) = member {
            self.push((i, end), Kind::Name, Doubtful, None);
        }
    }

    /// Whether characters beside a name have its shape and are no other word.
    fn is_member(&self, i: usize, end: usize) -> bool {
        let family = self.family(i);
        let given = (end - i).saturating_sub(family);
        let of = bit::TITLE | bit::ROLE | bit::BELONGING | bit::KEEP | bit::VERB;
        let other = self.longest_word(i, !(bit::MINORITY | bit::SHORT_BEFORE | bit::SHORT_BEHIND));
        family > 0
            && (1..=2).contains(&given)
            && self.is_given(i + family, end)
            && !(i..end).any(|n| self.is_taken(n))
            && (other < 2
                || other == 2 && (self.is_double(i) || self.behind_row(end) >= Behind::Row))
            && self.ends(end, of).length < end - i
            && !self.is_company(end)
            && self.begins(end - 1, bit::ORGANISATION | bit::ROLE).length == 0
            && self
                .begins(i + family, bit::ROLE | bit::TITLE | bit::KEEP)
                .length
                == 0
    }

    /// The number of a card behind a name, or in brackets before it: `（执法证号99010200123）`.
    fn card_beside(&mut self, start: usize, end: usize) {
        let leads =
            |n: &usize| self.is(*n, class::BLANK) || "(:执法业证件工编号码".contains(self.c(*n));
        let mut at = vec![end + (end..end + 10).take_while(leads).count()];
        if self.c_before(start) == ')' {
            let open = (start.saturating_sub(LONGEST_BRACKET)..start).rfind(|&n| self.c(n) == '(');
            at.extend(open.map(|n| n + (n..n + 10).take_while(leads).count()));
        }
        for at in at {
            let length = (at..at + 24)
                .take_while(|&n| self.is(n, class::DIGIT) && !self.is_taken(n))
                .count();
            // A document, a day, a sum; the code of an organisation.
            let other = self.is(at + length, class::LATIN)
                || "年月日元.-".contains(self.c(at + length))
                || self.c_before(at) == '(';
            if at != end && length >= FEWEST_DIGITS && !other {
                self.push((at, at + length), Kind::Card, Certain, None);
            }
        }
    }

    /// The number of a certificate further on in the sentence that names somebody.
    fn certificate(&mut self, end: usize) {
        /// Characters between the name and it.
        const LONGEST: usize = 30;
        const WORDS: [&str; 4] = ["证书编号", "注册编号", "证书号", "证号"];
        let ends = |n: &usize| matches!(self.c(*n), '。' | '\n');
        let last = (end..end + LONGEST).find(ends).unwrap_or(end + LONGEST);
        let behind = |n: usize| {
            let word = WORDS.iter().find(|w| self.starts_with(n, w))?;
            let at = n + word.chars().count();
            let leads = |n: &usize| {
                self.is(*n, class::PROVINCE | class::BLANK) || matches!(self.c(*n), ':' | '为')
            };
            Some(at + (at..at + 3).take_while(leads).count())
        };
        let Some(at) = (end..last.min(self.len())).find_map(behind) else {
            return;
        };
        let number = |n: &usize| self.is(*n, class::DIGIT) && !self.is_taken(*n);
        let length = (at..at + 24).take_while(number).count();
        if length >= FEWEST_DIGITS {
            self.push((at, at + length), Kind::Card, Doubtful, None);
        }
    }

    /// A room behind a number: `19900001234 3-2-501`.
    fn room_behind(&mut self, end: usize) {
        let start = end + 1;
        let parts = |n: &usize| self.is(*n, class::DIGIT) || self.c(*n) == '-';
        let length = (start..start + 12).take_while(parts).count();
        let dashes = (start..start + length)
            .filter(|&n| self.c(n) == '-')
            .count();
        let room = self.is(start, class::DIGIT) && self.is(start + length - 1, class::DIGIT);
        if self.is(end, class::BLANK)
            && length > 0
            && room
            && (1..=2).contains(&dashes)
            && length <= 9
        {
            self.push((start, start + length), Kind::Address, Doubtful, None);
        }
    }

    /// A flat that a sentence calls somebody's: `锦绣花园6栋2单元1103室的房屋（业主：…）`.
    fn homes(&mut self) {
        let mut first = 0;
        while first < self.len() {
            let ends = |n: &usize| matches!(self.c(*n), '。' | '\n');
            let last = (first..self.len()).find(ends).unwrap_or(self.len());
            self.homes_of(first, last);
            first = last + 1;
        }
    }

    /// Those of one sentence.
    fn homes_of(&mut self, first: usize, last: usize) {
        const OWNED: [&str; 8] = [
            "业主", "住户", "自住", "房主", "租客", "家属", "联系", "上门",
        ];
        let (mut owned, mut start) = (None, first);
        for i in first + 1..last {
            if self.before(i) & class::STOP != 0 || "于在将至到".contains(self.c_before(i)) {
                start = i;
            }
            let flat = self.c(i) == '单'
                && self.c(i + 1) == '元'
                && self.before(i) & class::DIGIT != 0
                && self.is(i + 2, class::DIGIT)
                && !self.is_taken(i);
            let is_owned = || (first..last).any(|n| OWNED.iter().any(|w| self.starts_with(n, w)));
            if !flat || !*owned.get_or_insert_with(is_owned) {
                continue;
            }
            let digits = (i + 2..i + 10)
                .take_while(|&n| self.is(n, class::DIGIT))
                .count();
            let mut end = i + 2 + digits;
            end += usize::from(matches!(self.c(end), '室' | '号' | '户'));
            self.push((start, end), Kind::Address, Doubtful, None);
        }
    }

    /// A name told in two parts: `姓刘，名拟军`.
    pub(super) fn parted_names(&mut self) {
        for i in 1..self.len() {
            if self.c_before(i) != '姓' || self.family(i) == 0 {
                continue;
            }
            let mut at = i + self.family(i);
            at += usize::from(matches!(self.c(at), ',' | '、' | ' '));
            let named = self.c(at) == '名';
            at += 1 + usize::from(matches!(self.c(at + 1), '叫' | '为' | '是'));
            let given = self.han_run(at, 3);
            if named && (1..=2).contains(&given) && self.is_given(at, at + given) {
                self.push((i, at + given), Kind::Name, Certain, None);
            }
        }
    }
}

/// Characters that stand more than once in a text, a few others among them.
struct Repeated([u64; 64]);

impl Repeated {
    fn of(chars: &[char]) -> Self {
        let (mut once, mut more) = ([0; 64], [0; 64]);
        for c in chars {
            let (place, bit) = Self::place(*c);
            if let (Some(once), Some(more)) = (once.get_mut(place), more.get_mut(place)) {
                *more |= *once & bit;
                *once |= bit;
            }
        }
        Self(more)
    }

    const fn place(c: char) -> (usize, u64) {
        (c as usize / 64 % 64, 1 << (c as u32 % 64))
    }

    /// Whether each of these may stand in the text once more. A dotted name may do so in part.
    fn may_hold(&self, name: &[char]) -> bool {
        name.iter().any(|c| is_dot(*c))
            || name.iter().all(|c| {
                let (place, bit) = Self::place(*c);
                self.0.get(place).is_some_and(|more| more & bit != 0)
            })
    }
}

const fn is_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '.')
}

/// Where each pair of characters of a text stands: a text with many names is gone through once, not
/// once for each.
pub(super) struct Pairs<'a> {
    chars: &'a [char],
    /// By the hash of a pair the first place of one with this hash; one more than it, or 0.
    first: Vec<u32>,
    /// For each place the next one whose pair has the same hash.
    next: Vec<u32>,
}

impl<'a> Pairs<'a> {
    fn of(chars: &'a [char]) -> Self {
        let mut first = vec![0; chars.len().next_power_of_two()];
        let mut next = vec![0; chars.len()];
        for (i, pair) in chars.windows(2).enumerate().rev() {
            let slot = pair
                .first_chunk()
                .map(|pair| Self::slot(*pair, chars.len()));
            let first = slot.and_then(|slot| first.get_mut(slot));
            if let (Some(first), Some(next)) = (first, next.get_mut(i)) {
                *next = *first;
                *first = u32::try_from(i + 1).unwrap_or(0);
            }
        }
        Self { chars, first, next }
    }

    const fn slot([a, b]: [char; 2], length: usize) -> usize {
        let hash = (a as u32).wrapping_mul(0x9e37_79b1) ^ (b as u32).wrapping_mul(0x85eb_ca6b);
        (hash.wrapping_mul(0x9e37_79b1) >> 8) as usize & (length.next_power_of_two() - 1)
    }

    /// Where a name of at least two characters stands, in order. It is looked for by its last two: many
    /// persons have one family name.
    pub(super) fn places<'b>(&'b self, name: &'b [char]) -> impl Iterator<Item = usize> + 'b {
        let place = |after: u32| usize::try_from(after).ok()?.checked_sub(1);
        let before = name.len().saturating_sub(2);
        let pair = name.last_chunk();
        let first = pair.and_then(|pair| self.first.get(Self::slot(*pair, self.chars.len())));
        let next = move |i: &usize| self.next.get(*i).copied().and_then(place);
        std::iter::successors(first.copied().and_then(place), next)
            .filter_map(move |i| i.checked_sub(before))
            .filter(move |&i| {
                looked();
                self.chars
                    .get(i..)
                    .is_some_and(|rest| rest.starts_with(name))
            })
    }
}
