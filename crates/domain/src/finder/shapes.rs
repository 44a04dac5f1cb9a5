//! What a run of digits and letters is: by its shape, or by the word before it.

use super::{
    Kind,
    Verdict::{self, Certain},
    class,
    numbers::{Gap, Run},
    scan::{Announced, Scan},
    words::bit,
};
use crate::{code, identity};

/// Digits of a bank card: the shortest and the longest.
const CARD: std::ops::RangeInclusive<usize> = 16..=19;

impl Scan<'_> {
    /// Finds every number in a run from its front on; returns how many units were read.
    pub(super) fn classify(&mut self, run: &Run, announced: Option<Announced>) -> usize {
        let word = announced.map(|a| (a.start, a.end));
        let says = announced.map_or(0, |a| a.bits);
        /// Units of the shortest number that is known by its shape.
        const SHORTEST: usize = 7;
        if announced.is_none() && run.units.len() < SHORTEST {
            return 0;
        }
        let mut at = 0;
        while at < run.units.len() {
            let by_shape = self.shape(run, at, says);
            let by_word = || self.by_word(run, at, says);
            let found = match by_shape {
                // A whole card number behind `尾号` or `编号` is what it looks like.
                Some(found) => Some(found),
                None => by_word(),
            };
            let Some((start, end, kind, verdict)) = found else {
                break;
            };
            let (mut first, mut last) = run.place(start, end);
            // `南字第1234567号`
            if let Some((_, after)) =
                word.filter(|_| says & bit::TRAVEL != 0 && self.c_before(first) == '第')
            {
                first = (after..first)
                    .find(|&n| !matches!(self.c(n), '号' | '码' | ':' | ' ' | '为'))
                    .unwrap_or(first);
            }
            last = self.extended(last, kind);
            self.push((first, last), kind, verdict, word);
            at = end;
        }
        at
    }

    /// `（7）` behind a number of Hong Kong, `转801` behind a telephone.
    fn extended(&self, end: usize, kind: Kind) -> usize {
        let bracketed = self.c(end) == '('
            && self.is(end + 1, class::DIGIT | class::LATIN)
            && self.c(end + 2) == ')';
        if bracketed && matches!(kind, Kind::IdentityNumber | Kind::Passport) {
            return end + 3;
        }
        if matches!(kind, Kind::Landline | Kind::Mobile) && self.c(end) == '转' {
            let digits = (end + 1..end + 7).take_while(|&n| self.is(n, class::DIGIT));
            let digits = digits.count();
            if digits > 0 {
                return end + 1 + digits;
            }
        }
        end
    }

    /// By its shape alone, or in spite of a word that excuses numbers.
    fn shape(&self, run: &Run, at: usize, says: u64) -> Option<(usize, usize, Kind, Verdict)> {
        /// Units of the shortest number without hidden digits: a landline's.
        const SHORTEST: usize = 10;
        let left = run.text(at, run.units.len());
        if left.len() < SHORTEST && !left.iter().any(is_mask) {
            return None;
        }
        let group_end = run.group_end(at);
        let group = run.text(at, group_end);
        let whole = |start: usize, end: usize, kind| Some((at + start, at + end, kind, Certain));
        // The number of an identity card, in any groups.
        let front = run.text(at, at + 18);
        if front.len() == 18 && identity::has_birthday(front) {
            let fits = identity::check_fits(front);
            let usable = code::is_usable(front);
            let is_code = usable && (!fits || says & bit::CODE != 0);
            let bounded = run.unit(at + 18).is_none_or(|u| u.gap != Gap::None);
            let usual = matches!(*groups(run, at, 18), [(6, _), (8, _), (4, _)]);
            let groups_sound = fits || usual || says & bit::IDENTITY != 0 || group.len() >= 18;
            if !is_code && groups_sound && (bounded || fits || group.len() >= 18) {
                return whole(0, 18, Kind::IdentityNumber);
            }
        }
        if code::is_usable(group) && !(identity::has_birthday(group) && identity::check_fits(group))
        {
            return None;
        }
        if let Some((start, end)) = identity_within(group) {
            return whole(start, end, Kind::IdentityNumber);
        }
        if let Some(found) = self.old_identity(run, at, group, says) {
            return whole(0, found, Kind::IdentityNumber);
        }
        if let Some(end) = self.mobile(run, at, group, says) {
            return whole(0, end, Kind::Mobile);
        }
        if let Some((start, end)) = mobile_within(group) {
            return whole(start, end, Kind::Mobile);
        }
        if let Some((end, kind)) = hidden(run, at) {
            return whole(0, end, kind);
        }
        if says & (bit::IDENTITY | bit::TRAVEL | bit::CARD) == 0
            && let Some(end) = bank(run, at, group, says)
        {
            return whole(0, end, Kind::BankAccount);
        }
        if let Some(end) = self.landline(run, at, group, says) {
            return whole(0, end, Kind::Landline);
        }
        hardware(run, at).and_then(|end| whole(0, end, Kind::Account))
    }

    /// Fifteen digits with a birthday, but not a sound number of registration behind such a word.
    fn old_identity(&self, run: &Run, at: usize, group: &[u8], says: u64) -> Option<usize> {
        if group.len() == 15 && identity::has_birthday(group) {
            let (_, end) = run.place(at, at + 15);
            // `990101900307881（旧身份证）`
            let told = self.c(end) == '(' && (end..end + 5).any(|n| self.starts_with(n, "身份"));
            let registered =
                says & bit::SERIAL != 0 && identity::is_registration_number(group) && !told;
            return (!registered).then_some(15);
        }
        let front = run.text(at, at + 15);
        let soft = || (at + 1..at + 15).all(|i| run.unit(i).is_some_and(|u| u.gap <= Gap::Soft));
        let bounded = run.unit(at + 15).is_none_or(|u| u.gap != Gap::None);
        let grouped = group.len() == 6 && bounded && soft() && identity::has_birthday(front);
        grouped.then_some(15)
    }

    fn mobile(&self, run: &Run, at: usize, group: &[u8], says: u64) -> Option<usize> {
        let (first, _) = run.place(at, at + 1);
        // Two in one run, and one with the country's prefix.
        let bare = group.strip_prefix(b"+").unwrap_or(group);
        for prefix in [&b""[..], b"86", b"086", b"0086", b"0"] {
            let Some(rest) = bare.strip_prefix(prefix) else {
                continue;
            };
            let twice = rest.len() == 22 && rest.get(11..).is_some_and(is_mobile);
            let one = rest.get(..11).is_some_and(is_mobile) && (rest.len() == 11 || twice);
            if !one {
                continue;
            }
            let end = at + prefix.len() + 11;
            let (_, after) = run.place(at, end);
            let phone = says & bit::PHONE != 0;
            return (phone || !self.is_sum(first, after, says)).then_some(prefix.len() + 11);
        }
        let eleven = is_mobile(run.text(at, at + 11));
        let thirteen = run.text(at, at + 13);
        let abroad = thirteen.strip_prefix(b"86").is_some_and(is_mobile);
        if !eleven && !abroad {
            return None;
        }
        let lengths = groups(run, at, 13);
        let takes = |n: usize| {
            let mut total = 0;
            for &(length, gap) in lengths.iter() {
                let usual = matches!(*lengths, [(3, _), (4, _), (4, _), ..]);
                if total > 0 && gap > Gap::Soft && says & bit::PHONE == 0 && !usual {
                    return false;
                }
                total += usize::from(length);
                if total >= n {
                    return total == n;
                }
            }
            false
        };
        if eleven && takes(11) {
            let sound = lengths.first().is_some_and(|g| g.0 >= 3) || says & bit::PHONE != 0;
            return sound.then_some(11);
        }
        (abroad && takes(13)).then_some(13)
    }

    /// Whether a number is a sum: a word of money before it and a unit behind it, or a decimal
    /// fraction.
    fn is_sum(&self, start: usize, end: usize, says: u64) -> bool {
        let fraction = self.c(end) == '.' && self.is(end + 1, class::DIGIT);
        let behind_point =
            self.c_before(start) == '.' && start > 1 && self.is(start - 2, class::DIGIT);
        let units = "元圆万亿吨千公平立克米人台件个份株只头箱袋瓶股%％";
        let counted = units.contains(self.c(end)) && end < self.len();
        fraction || behind_point || says & bit::AMOUNT != 0 && counted
    }

    fn landline(&self, run: &Run, at: usize, group: &[u8], says: u64) -> Option<usize> {
        let (first, after) = run.place(at, at + group.len());
        // An area code.
        if !matches!(group, [b'0', b'1'..=b'9', ..]) {
            return None;
        }
        if matches!(group.len(), 10..=12)
            && all_digits(group)
            && says & (bit::SERIAL | bit::AMOUNT) == 0
            && !self.is_sum(first, after, bit::AMOUNT)
        {
            return Some(group.len());
        }
        let lengths = groups(run, at, 12);
        // An area code may stand in brackets.
        let bracket = self.c(after) == ')';
        let soft = |n: usize| {
            let mut gaps = lengths.iter().skip(1).take(n - 1).map(|g| g.1);
            gaps.all(|g| g == Gap::Soft) || bracket && n == 2
        };
        let end = match *lengths {
            [(3 | 4, _), (n @ (7 | 8), _), ..] if soft(2) => group.len() + usize::from(n),
            [(3 | 4, _), (n @ (3 | 4), _), (4, _), ..] if soft(3) => {
                group.len() + usize::from(n) + 4
            }
            _ => return None,
        };
        let text = run.text(at, at + end);
        (all_digits(text) && says & bit::SERIAL == 0).then_some(end)
    }

    /// By the word before it.
    fn by_word(&self, run: &Run, at: usize, says: u64) -> Option<(usize, usize, Kind, Verdict)> {
        let group_end = run.group_end(at);
        let group = run.text(at, group_end);
        let digits_of = |end: usize| {
            let units = run.text(at, end);
            units.iter().filter(|b| b.is_ascii_digit()).count()
        };
        if says & bit::TAIL != 0 && matches!(group.len(), 3..=6) && digits_of(group_end) >= 2 {
            return Some((at, group_end, Kind::Tail, Certain));
        }
        if code::is_usable(group) {
            return None;
        }
        if says & bit::IDENTITY != 0 {
            let end = self.complete(run, at, |n, next| matches!(n, 15 | 18) && next >= Gap::Hard);
            let masks = run.text(at, end).contains(&b'*');
            let enough = if masks { 4 } else { 6 };
            if digits_of(end) >= enough && end - at >= 6 {
                return Some((at, end, Kind::IdentityNumber, Certain));
            }
        }
        if says & bit::PHONE != 0
            && let Some(end) = self.phone(run, at)
        {
            let mobile = run.text(at, end).starts_with(b"1") && end - at == 11;
            let kind = if mobile { Kind::Mobile } else { Kind::Landline };
            return Some((at, end, kind, Certain));
        }
        if says & bit::BANK != 0 {
            let end = self.complete(run, at, |n, next| CARD.contains(&n) && next >= Gap::Hard);
            let masks = run.text(at, end).contains(&b'*');
            if digits_of(end) >= 8 || masks && digits_of(end) >= 4 {
                return Some((at, end, Kind::BankAccount, Certain));
            }
        }
        if says & bit::TRAVEL != 0 {
            let end = self.complete(run, at, |n, next| n >= 8 && next >= Gap::Soft);
            if (5..=14).contains(&digits_of(end)) {
                return Some((at, end, Kind::Passport, Certain));
            }
        }
        if says & bit::CARD != 0 {
            let end = self.complete(run, at, |_, next| next >= Gap::Hard);
            if digits_of(end) >= 5 {
                return Some((at, end, Kind::Card, Certain));
            }
        }
        if says & bit::BIRTH != 0 && is_day(group) {
            return Some((at, group_end, Kind::Birthday, Certain));
        }
        if says & bit::ACCOUNT != 0 {
            // `QQ990 123 456`, but not `，1,234.56元`
            let spaced = match group.len() {
                2..=4 => self.complete(run, at, |n, next| n >= 8 || next >= Gap::Hard),
                _ => group_end,
            };
            let sum = self.c(run.place(at, spaced).1) == '元';
            let end = if sum { group_end } else { spaced };
            if digits_of(end) >= 5 {
                return Some((at, end, Kind::Account, Certain));
            }
        }
        None
    }

    /// Where a number that a word announces ends: at the end of the run, or where it is complete
    /// (`stop`, by its length and the gap behind), or before what is plainly another.
    fn complete(&self, run: &Run, at: usize, stop: impl Fn(usize, Gap) -> bool) -> usize {
        let mut end = run.group_end(at);
        while let Some(next) = run.unit(end) {
            if stop(end - at, next.gap) {
                break;
            }
            let next_end = run.group_end(end);
            // A date or a sum that follows.
            let (_, after) = run.place(end, next_end);
            if next.gap >= Gap::Hard && "年月日元条款项号人".contains(self.c(after)) {
                break;
            }
            end = next_end;
        }
        end
    }

    /// Where a telephone number ends that a word announces.
    fn phone(&self, run: &Run, at: usize) -> Option<usize> {
        let like_digit =
            |c: u8| c.is_ascii_digit() || matches!(c, b'O' | b'o' | b'l' | b'I' | b'*');
        let as_digit = |c: u8| match c {
            b'O' | b'o' => b'0',
            b'l' | b'I' => b'1',
            c => c,
        };
        let read = run.text(at, run.units.len());
        let length = read.iter().take_while(|c| like_digit(**c)).count();
        let read: Vec<u8> = read.iter().take(length).map(|c| as_digit(*c)).collect();
        let goals: &[usize] = match read.as_slice() {
            [b'1', b'3'..=b'9', ..] => &[11],
            [b'8', b'6', b'1', ..] => &[13],
            [b'8', b'6', ..] => &[11, 12, 13, 8],
            [b'0', ..] => &[10, 11, 12],
            [b'4' | b'8', b'0', b'0', ..] => &[10, 7, 8],
            _ => &[7, 8],
        };
        let masks = read.contains(&b'*');
        let end = self.complete(run, at, |n, next| goals.contains(&n) && next >= Gap::Hard);
        let end = end.min(at + length);
        // No person has a service number.
        if !masks && end - at == 10 && matches!(read.as_slice(), [b'4' | b'8', b'0', b'0', ..]) {
            return None;
        }
        let digits = read.iter().take(end - at).filter(|c| c.is_ascii_digit());
        let digits = digits.count();
        (digits >= 7 && end - at <= 20 || masks && digits >= 4).then_some(end)
    }
}

/// Whether these are the digits of a day: `19880819`.
fn is_day(units: &[u8]) -> bool {
    let number = |part: Option<&[u8]>| part.and_then(|p| std::str::from_utf8(p).ok()?.parse().ok());
    let part = |from, to| number(units.get(from..to)).unwrap_or(0_u16);
    units.len() == 8
        && matches!(part(0, 4), 1900..=2099)
        && matches!(part(4, 6), 1..=12)
        && matches!(part(6, 8), 1..=31)
}

fn all_digits(units: &[u8]) -> bool {
    units.iter().all(u8::is_ascii_digit)
}

pub(super) fn is_mobile(units: &[u8]) -> bool {
    matches!(units, [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 && all_digits(rest))
}

/// Lengths of some groups, with the gap before each.
struct Groups {
    all: [(u8, Gap); MOST_GROUPS],
    length: usize,
}

/// No number that is looked for has more.
const MOST_GROUPS: usize = 20;

impl std::ops::Deref for Groups {
    type Target = [(u8, Gap)];

    fn deref(&self) -> &Self::Target {
        self.all.get(..self.length).unwrap_or_default()
    }
}

/// The groups from `at` on, up to `most` units.
fn groups(run: &Run, at: usize, most: usize) -> Groups {
    let mut found = Groups {
        all: [(0, Gap::None); MOST_GROUPS],
        length: 0,
    };
    let mut start = at;
    while start < run.units.len() && start - at < most {
        let end = run.group_end(start);
        let gap = run.unit(start).map_or(Gap::None, |u| u.gap);
        let Some(group) = found.all.get_mut(found.length) else {
            break;
        };
        *group = (u8::try_from(end - start).unwrap_or(u8::MAX), gap);
        found.length += 1;
        start = end;
    }
    found
}

/// An identity number with other digits or letters before or behind it.
fn identity_within(group: &[u8]) -> Option<(usize, usize)> {
    if group.len() <= 18 {
        return None;
    }
    let fits = |w: &[u8]| identity::has_birthday(w) && identity::check_fits(w);
    let at = group.windows(18).position(fits)?;
    // What stands before it is looked at with it.
    Some((0, at + 18))
}

/// Digits inside a word with letters, such as `TEL1990000…`.
fn mobile_within(group: &[u8]) -> Option<(usize, usize)> {
    if !group.iter().any(u8::is_ascii_alphabetic) || group.len() == code::LENGTH {
        return None;
    }
    let mut start = 0;
    for part in group.split(|b| !b.is_ascii_digit()) {
        let end = start + part.len();
        if is_mobile(part) || part.strip_prefix(b"86").is_some_and(is_mobile) {
            return Some((0, end));
        }
        start = end + 1;
    }
    None
}

/// What is written for a hidden digit.
fn is_mask(unit: &u8) -> bool {
    matches!(unit, b'*' | b'x' | b'X')
}

/// A number of which somebody has hidden the middle: what is left still tells too much.
fn hidden(run: &Run, at: usize) -> Option<(usize, Kind)> {
    let mut end = at;
    while let Some(unit) = run.unit(end) {
        if end > at && unit.gap > Gap::Soft || !matches!(unit.c, b'0'..=b'9' | b'*' | b'x' | b'X') {
            break;
        }
        end += 1;
    }
    let units = run.text(at, end);
    let longest = units
        .split(|b| !is_mask(b))
        .map(<[u8]>::len)
        .max()
        .unwrap_or(0);
    let digits = units.iter().filter(|b| b.is_ascii_digit()).count();
    if longest < 3 || digits < 4 {
        return None;
    }
    let kind = match units {
        [b'1', ..] if units.len() == 11 => Kind::Mobile,
        [b'6', b'2' | b'0', ..] if (14..=19).contains(&units.len()) && units.len() != 18 => {
            Kind::BankAccount
        }
        _ if units.len() >= 14 || digits >= 6 => Kind::IdentityNumber,
        _ => return None,
    };
    Some((end - at, kind))
}

/// A card number: 16 to 19 digits, together or in fours.
fn bank(run: &Run, at: usize, group: &[u8], says: u64) -> Option<usize> {
    let excused = says & (bit::SERIAL | bit::AMOUNT | bit::CODE) != 0;
    if CARD.contains(&group.len()) && all_digits(group) {
        // Cards of the Chinese system begin with 62; no serial number of 19 digits does by chance.
        return (!excused || group.starts_with(b"62")).then_some(group.len());
    }
    // The first group of the usual ways to write one.
    if !matches!(group.len(), 4 | 6 | 8) {
        return None;
    }
    let lengths = groups(run, at, 19);
    let total: usize = lengths.iter().map(|g| usize::from(g.0)).sum();
    let (last, front) = lengths.split_last()?;
    let soft = lengths.iter().skip(1).all(|g| g.1 == Gap::Soft);
    let fours = front.iter().all(|g| g.0 == 4) && last.0 <= 4;
    let usual = fours || matches!(front, [(6 | 8, _)]) || matches!(front, [(8, _), (8, _)]);
    let text = run.text(at, at + total);
    let card = CARD.contains(&total) && soft && usual && all_digits(text) && !front.is_empty();
    (card && (!excused || text.starts_with(b"62"))).then_some(total)
}

/// The address of a network card: six pairs.
fn hardware(run: &Run, at: usize) -> Option<usize> {
    if run.group_end(at) != at + 2 {
        return None;
    }
    let lengths = groups(run, at, 12);
    let text = run.text(at, at + 12);
    let pairs = lengths.len() == 6 && lengths.iter().all(|g| g.0 == 2);
    let hex = text.len() == 12 && text.iter().all(u8::is_ascii_hexdigit);
    let letters = text.iter().any(u8::is_ascii_alphabetic);
    (pairs && hex && letters).then_some(12)
}
