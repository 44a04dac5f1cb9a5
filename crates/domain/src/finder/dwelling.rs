//! Where persons live: behind a word for it, or behind a name; to the end of the address.

use super::{Kind, Verdict::Certain, class, scan::Scan, words::bit};

/// How far a part of an address is followed, in characters.
const LONGEST: usize = 60;
/// The longest part behind a comma.
const LONGEST_MORE: usize = 18;
/// Most parts of one address.
const MOST_PARTS: usize = 6;

/// Words behind which an address must be opened by a mark: they have other meanings.
const LOOSE: [&str; 8] = ["住宅", "住处", "住房", "宿舍", "家中", "居所", "籍贯", "家"];

/// A stretch of text that may be an address.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    end: usize,
    area: bool,
    house: bool,
    digit: bool,
}

impl Scan<'_> {
    /// Looks behind a word for a dwelling that ends with the character at `i`.
    pub(super) fn dwelling(&mut self, i: usize) {
        let spaced = self.is(i.wrapping_sub(1), class::BLANK);
        if self.before(i) & class::DWELL_BEFORE == 0 && !matches!(self.c(i), '住' | '家') && !spaced
        {
            return;
        }
        let mut told = self.longest(i + 1, bit::DWELLING | bit::PREMISES);
        if self.c(i) == '址' && i > 1 && self.is(i - 1, class::BLANK) && self.c(i - 2) == '住' {
            told.length = 1;
            told.bits = bit::DWELLING;
        }
        if told.length == 0 {
            return;
        }
        let mut start = i + 1 - told.length;
        // `住 址`
        if self.c(i) == '址' && self.before(i) & class::BLANK != 0 && self.c(i - 2) == '住' {
            start = i - 2;
        }
        let word: String = (start..=i).map(|n| self.c(n)).collect();
        let longer = self.begins(start, bit::DWELLING | bit::PREMISES).length;
        if longer > told.length || self.begins(i, bit::NO_DWELLING).length > 1 {
            return;
        }
        if self.c_before(start) == '的' && LOOSE.contains(&word.as_str()) {
            self.dwelling_before(start - 1);
        }
        let mut at = i + 1;
        let (mut colon, mut opened, mut led) = (false, false, false);
        while at < self.len() && at - i < 8 {
            match self.c(at) {
                ':' => colon = true,
                '(' | '[' | '“' | '"' => opened = true,
                '为' | '是' | '在' | '于' | '系' | '至' | '位' => led = true,
                _ if self.is(at, class::BLANK) => {}
                _ => break,
            }
            at += 1;
        }
        if self.starts_with(at, "已隐去") {
            return;
        }
        if word.is_ascii() || self.is(i, class::LATIN) {
            if colon && !self.is(start.wrapping_sub(1), class::LATIN) {
                self.foreign_address(at, (start, i + 1));
            }
            return;
        }
        let mut place = self.place(at);
        if place.end <= at && colon {
            // Nothing of an address, but announced by a colon it is one.
            place.end = self.stop(at, LONGEST_MORE);
        }
        if place.end <= at {
            return;
        }
        let located = place.house && (place.area || place.digit);
        let sound = if told.bits & bit::PREMISES != 0 {
            let person = self.is_behind_name(start);
            let business = "记营册司位公业产店厂".contains(self.c_before(start)) && start > 0;
            person && (located || place.area && place.digit)
                || !business && place.digit && self.is_home(at, place.end)
        } else if LOOSE.contains(&word.as_str()) {
            (colon || opened || led) && located
        } else if word == "住" || word == "居住" {
            located || colon
        } else {
            led |= matches!(self.c(i), '于' | '在');
            colon || place.area || located || led && self.is_numbered(at, place.end)
        };
        if sound {
            self.push(
                (at, place.end),
                Kind::Address,
                Certain,
                Some((start, i + 1)),
            );
        }
    }

    /// A flat before a word for a dwelling: `在位于锦绣花园6栋1103室的住宅内`.
    fn dwelling_before(&mut self, end: usize) {
        let leads = |n: &usize| self.is(*n, class::STOP) || "于在将至到从由".contains(self.c(*n));
        let first = end.saturating_sub(LONGEST);
        let start = (first..end).rfind(leads).map_or(first, |n| n + 1);
        let place = self.part(start, end - start);
        let room = matches!(self.c_before(end), '室' | '户' | '号' | '栋' | '幢' | '楼');
        if room && place.end == end && place.house && place.digit {
            self.push((start, end), Kind::Address, Certain, None);
        }
    }

    /// An address right behind a name: `李例强，衡川市信衡区样例路12号`.
    pub(super) fn dwelling_behind_name(&mut self, end: usize) {
        let mut at = end;
        while at < self.len() && at - end < 2 && matches!(self.c(at), ',' | ' ' | '、' | '(') {
            at += 1;
        }
        if at > end && self.is_address(at) {
            let place = self.place(at);
            self.push((at, place.end), Kind::Address, Certain, None);
        }
    }

    /// Whether a whole address begins at a place.
    pub(super) fn is_address(&self, at: usize) -> bool {
        if !self.may_be_area(at) {
            return false;
        }
        let place = self.part(at, LONGEST);
        let first = (at..place.end).position(|n| self.is(n, class::AREA));
        // The area comes first, and nothing else is told: `经营12号店` is none.
        place.end == self.stop(at, LONGEST)
            && place.area
            && place.house
            && place.digit
            && first.is_some_and(|n| (1..9).contains(&n))
    }

    /// Whether an area's name may begin at a place.
    pub(super) fn may_be_area(&self, at: usize) -> bool {
        (at + 1..at + 9).any(|n| self.is(n, class::AREA))
    }

    /// The address that begins at a place, over commas and brackets.
    fn place(&self, at: usize) -> Place {
        let mut whole = self.part(at, LONGEST);
        if whole.end == at {
            return whole;
        }
        for _ in 0..MOST_PARTS {
            let mark = self.c(whole.end);
            if !matches!(mark, ',' | '、' | '(' | '/' | ' ') && !self.is(whole.end, class::BLANK) {
                break;
            }
            let stop = self.stop(whole.end + 1, LONGEST_MORE);
            let more = self.part(whole.end + 1, LONGEST_MORE);
            let complete = more.end == stop && stop > whole.end + 1;
            // `衡市监罚〔2026〕1号` is a document, and no house.
            let year = |n: usize| (n..n + 4).all(|d| self.is(d, class::DIGIT));
            let document = (whole.end + 1..=stop).any(|n| {
                matches!(self.c(n), '(' | '[' | '〔' | '【')
                    && year(n + 1)
                    && matches!(self.c(n + 5), ')' | ']' | '〕' | '】')
            });
            if !complete || document || !(more.house && more.digit || more.area) {
                break;
            }
            whole = Place {
                end: more.end,
                area: whole.area || more.area,
                house: whole.house || more.house,
                digit: whole.digit || more.digit,
            };
            if mark == '(' && self.c(whole.end) == ')' {
                whole.end += 1;
            }
        }
        whole
    }

    /// Where the clause ends.
    fn stop(&self, at: usize, most: usize) -> usize {
        (at..self.len().min(at + most))
            .find(|&n| self.is(n, class::STOP))
            .unwrap_or_else(|| self.len().min(at + most))
    }

    /// One part of an address: to its last house, room or place before the clause ends.
    fn part(&self, at: usize, most: usize) -> Place {
        let stop = self.stop(at, most);
        let mut place = Place {
            end: at,
            ..Place::default()
        };
        let mut plain = 0;
        for n in at..stop {
            let digit = self.is(n, class::DIGIT | class::LATIN);
            place.digit |= self.is(n, class::DIGIT)
                || self.is(n, class::CHINESE_DIGIT) && self.is(n + 1, class::HOUSE);
            // `3单元` is a part of a house, `3元` a sum.
            let sum = self.c(n) == '元' && self.c_before(n) != '单';
            if self.c(n) == '当' && self.starts_with(n, "当事人") {
                break;
            }
            if digit || self.is(n, class::ADDRESS) && !sum {
                place.area |= self.is(n, class::AREA) && n > at;
                place.house |= self.is(n, class::HOUSE);
                place.end = n + 1;
                plain = 0;
            } else {
                plain += 1;
                // So far from the last part, something else is told.
                if plain > 12 {
                    break;
                }
            }
        }
        place
    }

    /// Whether a house, a stair and a room are told by their numbers alone: `东方名城6-2-903`.
    fn is_numbered(&self, at: usize, end: usize) -> bool {
        let dash = |n: &usize| {
            self.c(*n) == '-' && self.before(*n) & self.class(n + 1) & class::DIGIT != 0
        };
        self.is(at, class::HAN) && (1..=2).contains(&(at..end).filter(dash).count())
    }

    /// Whether an address is one of a house in which people live.
    fn is_home(&self, at: usize, end: usize) -> bool {
        let text: String = (at..end).map(|n| self.c(n)).collect();
        [
            "小区", "花园", "家园", "公寓", "宿舍", "新村", "单元", "苑", "里弄",
        ]
        .iter()
        .any(|w| text.contains(w))
    }

    /// `Address: Room 401, Building 3`: to the end of the sentence.
    fn foreign_address(&mut self, at: usize, word: (usize, usize)) {
        let end = (at..self.len().min(at + LONGEST * 2))
            .find(|&n| matches!(self.c(n), '。' | ';' | '\n' | '；'))
            .unwrap_or_else(|| self.len().min(at + LONGEST * 2));
        let digit = (at..end).any(|n| self.is(n, class::DIGIT));
        if digit && self.is(at, class::LATIN | class::DIGIT) {
            self.push((at, end), Kind::Address, Certain, Some(word));
        }
    }
}
