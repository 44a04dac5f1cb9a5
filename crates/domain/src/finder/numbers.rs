//! Runs of digits, letters and hidden digits, as people write numbers: in any script, in groups,
//! with anything between them. What a run is, [`super::shapes`] says.

use super::{
    class,
    scan::{Announced, Scan},
    words::bit,
};
use crate::{code, identity};

/// What stands before a unit of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// A blank, a dash, a dot.
    Soft,
    /// A comma, a stroke, a bracket; more than one mark.
    Hard,
    /// A note in brackets: `（户籍地）`.
    Note,
}

/// A digit, a letter or a hidden digit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    /// ASCII: a digit, a letter with its case, or `*`.
    pub c: u8,
    /// In characters of the text.
    pub at: usize,
    pub gap: Gap,
}

/// Longest run that is one number or a row of numbers.
const LONGEST: usize = 80;
/// Marks between two groups.
const MOST_MARKS: usize = 2;
/// Characters of a note between two groups.
const LONGEST_NOTE: usize = 6;

/// A number as it stands in the text.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub units: Vec<Unit>,
    /// Their characters.
    text: Vec<u8>,
}

impl Run {
    /// Without units and without room for them.
    pub(super) const NONE: Self = Self {
        units: Vec::new(),
        text: Vec::new(),
    };

    fn push(&mut self, unit: Unit) {
        self.units.push(unit);
        self.text.push(unit.c);
    }

    pub(super) fn unit(&self, i: usize) -> Option<&Unit> {
        self.units.get(i)
    }

    /// The end of the group that holds unit `i`.
    pub(super) fn group_end(&self, i: usize) -> usize {
        let behind = self.units.get(i + 1..).unwrap_or_default();
        let length = behind.iter().position(|u| u.gap != Gap::None);
        length.map_or(self.units.len(), |n| i + 1 + n)
    }

    /// The characters of some units.
    pub(super) fn text(&self, start: usize, end: usize) -> &[u8] {
        let text = self.text.get(start..end.min(self.text.len()));
        text.unwrap_or_default()
    }

    /// Characters of the text between which these units stand.
    pub(super) fn place(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.unit(start).map_or(0, |u| u.at);
        let last = end.checked_sub(1).and_then(|i| self.unit(i));
        (first, last.map_or(first, |u| u.at + 1))
    }
}

impl Scan<'_> {
    /// Looks at what begins with a digit or a letter; returns the place behind it.
    pub(super) fn number(&mut self, i: usize) -> usize {
        if let Some(end) = self.short(i) {
            return end;
        }
        let mut run = std::mem::take(&mut self.run);
        self.gather(i, &mut run);
        let end = self.read_run(i, &run);
        self.run = run;
        end
    }

    /// Looks at a run that begins with a place; returns the place behind what was read.
    fn read_run(&mut self, i: usize, run: &Run) -> usize {
        let Some(last) = run.units.last() else {
            return i + 1;
        };
        let end = last.at + 1;
        let first = run.unit(0).map_or(i, |u| u.at);
        let mut digits = run.text.iter().filter(|c| c.is_ascii_digit());
        let mut group_end = run.group_end(0);
        if digits.nth(2).is_none() {
            let (_, end) = run.place(0, group_end);
            return end.max(i + 1);
        }
        if let Some(end) = self.day(first).filter(|_| self.birthday(first)) {
            return end.max(i + 1);
        }
        // `91…-0000000000000001`: a record's number begins with its subject's code.
        let front = run.text(0, group_end);
        if group_end < run.units.len() && code::is_usable(front) && !identity::has_birthday(front) {
            while let Some(next) = run.unit(group_end)
                && self.c_before(next.at) == '-'
            {
                group_end = run.group_end(group_end);
            }
            let (_, end) = run.place(0, group_end);
            return end;
        }
        let announced = self.announced(first);
        let read = self.classify(run, announced);
        // What was not read may begin another number: only whole groups are passed.
        if read == run.units.len() {
            return end.max(i + 1);
        }
        if read > 0 {
            group_end = read;
        }
        let (_, end) = run.place(0, group_end);
        end.max(i + 1)
    }

    /// A day, an article, a sum: a number of few digits by itself. Nearly every number is one.
    fn short(&mut self, i: usize) -> Option<usize> {
        if self.is(i, class::LATIN | class::CHINESE_DIGIT) {
            // One Chinese digit beside no other is a word.
            let alone = self.is(i, class::CHINESE_DIGIT)
                && !self.is(i + 1, class::CHINESE_DIGIT | class::DIGIT | class::LATIN)
                && !(self.is(i + 1, class::SOFT | class::HARD)
                    && self.is(i + 2, class::CHINESE_DIGIT | class::DIGIT));
            return alone.then_some(i + 1);
        }
        let mut end = i + 1;
        while end < i + 6 && self.is(end, class::DIGIT) {
            end += 1;
        }
        let joined = class::DIGIT
            | class::CHINESE_DIGIT
            | class::LATIN
            | class::MASK
            | class::SOFT
            | class::HARD;
        if end == i + 6 || self.before(i) & (class::MASK | class::LATIN) != 0 {
            return None;
        }
        let next = self.class(end);
        if next & joined != 0 {
            // A mark that no digit follows ends the number.
            let marks = class::SOFT | class::HARD;
            let goes_on = class::DIGIT | class::CHINESE_DIGIT | class::LATIN | class::MASK | marks;
            if next & marks == 0 || self.is(end + 1, goes_on) {
                return None;
            }
        }
        if self.c(end) == '某' || self.c(end) == '(' {
            return None;
        }
        // Only a year of four digits, or of two, begins a date.
        let dated = matches!((end - i, self.c(end)), (4, _) | (2, '年') | (_, '十'));
        if dated && self.birthday(i) {
            return Some(end);
        }
        let near = self.before(i) & class::ANNOUNCES != 0
            || matches!(
                self.c_before(i),
                '为' | '是' | ':' | '(' | '号' | '码' | '数' | ' '
            );
        if end - i >= 3 && near && self.tail(i, end) {
            return Some(end);
        }
        Some(end)
    }

    /// The end of somebody's number: `尾号1234`.
    pub(super) fn tail(&mut self, i: usize, end: usize) -> bool {
        let Some(word) = self.announced(i).filter(|a| a.bits & bit::TAIL != 0) else {
            return false;
        };
        self.push(
            (i, end),
            super::Kind::Tail,
            super::Verdict::Certain,
            Some((word.start, word.end)),
        );
        true
    }

    /// The run that begins with a place.
    fn gather(&self, i: usize, run: &mut Run) {
        run.units.clear();
        run.text.clear();
        // Back to hidden digits before the first: `****8814`.
        let mut at = i;
        while at > 0 && i - at < 20 && self.is(at - 1, class::MASK) {
            at -= 1;
        }
        let mut gap = Gap::None;
        while run.units.len() < LONGEST {
            // `19900000000九十` is a whole number and a word.
            let word = gap == Gap::None
                && matches!(run.units.len(), 11 | 15 | 18 | 19)
                && self.is(at, class::CHINESE_DIGIT)
                && !matches!(self.c(at), '〇' | '零')
                && !self.is(at - 1, class::CHINESE_DIGIT)
                && !self.is(at + 2, class::DIGIT);
            if word {
                break;
            }
            if let Some((c, length)) = self.unit(at, gap, run.units.last()) {
                run.push(Unit { c, at, gap });
                // Many marks are as many hidden digits.
                for n in 1..length {
                    run.push(Unit {
                        c,
                        at: at + n,
                        gap: Gap::None,
                    });
                }
                at += length;
                gap = Gap::None;
                if c.is_ascii_digit() && !self.is(at - 1, class::CHINESE_DIGIT) {
                    at = self.plain_digits(at, run);
                }
                continue;
            }
            if gap != Gap::None || run.units.is_empty() {
                break;
            }
            let Some((next, length)) = self.gap(at) else {
                break;
            };
            gap = next;
            at += length;
        }
    }

    /// Plain digits behind one that is not Chinese: nearly all of a run.
    fn plain_digits(&self, start: usize, run: &mut Run) -> usize {
        let mut at = start;
        while run.units.len() < LONGEST
            && let c @ '0'..='9' = self.c(at)
        {
            let gap = Gap::None;
            run.push(Unit {
                c: c as u8,
                at,
                gap,
            });
            at += 1;
        }
        at
    }

    /// The unit at a place, and of how many characters.
    fn unit(&self, at: usize, gap: Gap, last: Option<&Unit>) -> Option<(u8, usize)> {
        let class = self.class(at);
        let c = self.c(at);
        if class & class::DIGIT != 0 {
            // A word such as 五七 ends where Arabic digits begin.
            let word = gap == Gap::None
                && last.is_some()
                && self.before(at) & class::CHINESE_DIGIT != 0
                && !matches!(self.c_before(at), '〇' | '零');
            if word {
                return None;
            }
            return Some((b'0' + class::digit(c)?, 1));
        }
        if class & class::LATIN != 0 {
            let c = u8::try_from(c).ok()?;
            // Behind a dash groups may hold letters; behind other marks a word begins.
            let joined = gap == Gap::None
                || self.c_before(at) == '-' && !self.is(at + 3, class::LATIN)
                || matches!(c, b'x' | b'X') && !self.is(at + 1, class::LATIN)
                || last.is_some_and(|u| u.c.is_ascii_alphabetic()) && self.is(at + 1, class::DIGIT);
            return joined.then_some((c, 1));
        }
        if class & class::CHINESE_DIGIT != 0 {
            let beside = class::CHINESE_DIGIT | class::DIGIT;
            // One behind Arabic digits begins a word, one before them ends one.
            let next = if last.is_none() && !matches!(c, '〇' | '零') {
                class::CHINESE_DIGIT
            } else {
                beside
            };
            let joined =
                gap == Gap::None && last.is_some() && self.before(at) & class::CHINESE_DIGIT != 0
                    || self.is(at + 1, next);
            return joined.then_some((b'0' + class::digit(c)?, 1));
        }
        if class & class::MASK != 0 {
            return Some((b'*', 1));
        }
        let digit_before = last.is_some_and(|u| u.c.is_ascii_digit() || u.c == b'*');
        if gap == Gap::None && digit_before {
            if c == '某' {
                return Some((b'*', 1));
            }
            if matches!(c, '.' | '_' | '…' | '-' | '~') {
                let length = (at..at + 24).take_while(|&n| self.c(n) == c).count();
                let enough = length >= 3 || c == '…';
                if enough && self.is(at + length, class::DIGIT | class::LATIN) {
                    return Some((b'*', length));
                }
            }
        }
        None
    }

    /// What stands between two groups, and of how many characters.
    fn gap(&self, at: usize) -> Option<(Gap, usize)> {
        let mut length = 0;
        let mut soft = true;
        let mut invisible = 0;
        while length - invisible < MOST_MARKS && self.is(at + length, class::SOFT | class::HARD) {
            soft &= self.is(at + length, class::SOFT);
            // Characters without width are no hiding place.
            if self.c(at + length) > '\u{ff}' && self.is(at + length, class::BLANK) {
                invisible += 1;
                if invisible > 4 {
                    return None;
                }
            }
            length += 1;
        }
        if length == 0 {
            return None;
        }
        // `990101（户籍地）19900307`
        if matches!(self.c(at), '(' | '…') || self.c(at + length - 1) == '(' {
            let note = self.han_run(at + length, LONGEST_NOTE + 1);
            if (1..=LONGEST_NOTE).contains(&note) && matches!(self.c(at + length + note), ')' | ':')
            {
                return Some((Gap::Note, length + note + 1));
            }
        }
        let marks = length - invisible.min(length.saturating_sub(1));
        Some(if soft && marks == 1 {
            (Gap::Soft, length)
        } else {
            (Gap::Hard, length)
        })
    }

    /// A birthday that begins here.
    fn birthday(&mut self, i: usize) -> bool {
        // A word behind the date or before it must say so.
        let led = match self.c_before(i) {
            ',' | '、' | '(' => i > 1 && matches!(self.c(i - 2), '男' | '女'),
            ':' | '于' | '为' | '是' | ' ' | '间' | '月' | '期' | '生' | '日' | '男' | '女' => {
                true
            }
            _ => false,
        };
        let born = (i..i + 16).any(|n| matches!(self.c(n), '生' | '诞'));
        if !led && !born {
            return false;
        }
        let Some(end) = self.day(i) else {
            return false;
        };
        let born = [
            "出生", "生于", "生人", "生)", "生，", "生,", "生。", "生;", "诞生",
        ]
        .iter()
        .any(|w| self.starts_with(end, w))
            || self.c(end) == '生' && self.is(end + 1, class::STOP);
        let announced = if born {
            None
        } else {
            match self.announced(i).filter(|a| a.bits & bit::BIRTH != 0) {
                Some(Announced { start, end, .. }) => Some((start, end)),
                None => return false,
            }
        };
        self.push(
            (i, end),
            super::Kind::Birthday,
            super::Verdict::Certain,
            announced,
        );
        true
    }

    /// The end of a year, a month or a day written at a place: `1990年3月7日`, `1990-03-07`.
    pub(super) fn day(&self, i: usize) -> Option<usize> {
        let number = |at: usize, most: usize| {
            let digits = class::DIGIT | class::CHINESE_DIGIT;
            let is_part = |n: &usize| self.is(*n, digits) || self.c(*n) == '十';
            let length = (at..at + most).take_while(is_part).count();
            (length > 0).then_some(at + length)
        };
        let year_end = number(i, 4)?;
        if year_end - i != 4 && !(year_end - i == 2 && self.c(year_end) == '年') {
            return None;
        }
        let year: u32 = (i..year_end).fold(0, |n, at| {
            n * 10 + u32::from(class::digit(self.c(at)).unwrap_or(0))
        });
        if year_end - i == 4 && !(1900..2100).contains(&year) {
            return None;
        }
        let mark = self.c(year_end);
        if mark == '年' {
            let Some(month) = number(year_end + 1, 3).filter(|&m| self.c(m) == '月') else {
                return Some(year_end + 1);
            };
            let day = number(month + 1, 3).filter(|&d| matches!(self.c(d), '日' | '号'));
            return Some(day.map_or(month + 1, |d| d + 1));
        }
        if !matches!(mark, '-' | '.' | '/' | '·' | ' ') {
            return None;
        }
        let month = number(year_end + 1, 2)?;
        if self.c(month) == mark
            && let Some(day) = number(month + 1, 2)
        {
            return Some(day);
        }
        (mark != ' ').then_some(month)
    }
}
