//! What is written with letters: accounts, mail addresses, number plates.

use super::{Kind, Verdict::Certain, class, lexicon::fold, scan::Scan, words::bit};

/// Shortest account.
const SHORTEST: usize = 4;
/// Longest account that is followed.
const LONGEST: usize = 40;

impl Scan<'_> {
    /// Looks at a word of Latin letters; returns the place behind what was found.
    pub(super) fn latin(&mut self, i: usize) -> Option<usize> {
        if let Some(found) = self.plate(i) {
            self.push(found, Kind::NumberPlate, Certain, None);
            return Some(found.1);
        }
        self.account(i)
    }

    /// A number plate whose letters begin here: `浙A·12345`, `WJ浙1234A`.
    fn plate(&self, i: usize) -> Option<(usize, usize)> {
        let mut start = i;
        while start > 0 && i - start < 2 && self.before(start) & (class::BLANK | class::SOFT) != 0 {
            start -= 1;
        }
        let province = start
            .checked_sub(1)
            .filter(|&p| self.is(p, class::PROVINCE))?;
        // `梯11川Z00231`: equipment, registered.
        let kind = (province.saturating_sub(4)..province).rfind(|&n| !self.is(n, class::DIGIT));
        if kind.is_some_and(|n| n + 1 < province && "锅容管梯起厂索游瓶".contains(self.c(n)))
        {
            return None;
        }
        if !self.is(i, class::LATIN) || self.is(i + 1, class::LATIN) && self.is(i + 2, class::LATIN)
        {
            return None;
        }
        if let Some(end) = self.spaced_plate(i + 1) {
            return Some((province, end));
        }
        let mut at = i + 1;
        let mut marks = 0;
        // One mark of any kind, or two.
        while marks < 2
            && !self.is(at, class::HAN | class::LATIN | class::DIGIT)
            && at < self.len()
            && !matches!(self.c(at), ',' | '。' | ';' | '、' | '\n' | '(' | ')')
        {
            at += 1;
            marks += 1;
        }
        let length = (at..at + 7)
            .take_while(|&n| self.is(n, class::LATIN | class::DIGIT))
            .count();
        let digits = (at..at + length)
            .filter(|&n| self.is(n, class::DIGIT))
            .count();
        let special = "挂学警港澳领试超".contains(self.c(at + length)) && at + length < self.len();
        match (length, special) {
            (4, true) if digits >= 2 => Some((province, at + length + 1)),
            (5 | 6, special) if digits >= 2 => Some((province, at + length + usize::from(special))),
            _ => None,
        }
    }

    /// The end of a plate with blanks between all its characters: `浙 A 9 9 Z 3 4`.
    fn spaced_plate(&self, start: usize) -> Option<usize> {
        let of = class::LATIN | class::DIGIT;
        let alone =
            |at: usize| self.is(at, class::BLANK) && self.is(at + 1, of) && !self.is(at + 2, of);
        let length = (0..7).take_while(|n| alone(start + 2 * n)).count();
        let digits = (0..length).filter(|n| self.is(start + 2 * n + 1, class::DIGIT));
        (matches!(length, 5 | 6) && digits.count() >= 2).then_some(start + 2 * length)
    }

    /// A plate of a tractor, whose digits begin here: `浙99-12345号拖拉机`.
    pub(super) fn farm_plate(&mut self, i: usize) -> Option<usize> {
        let province = i.checked_sub(1).filter(|&p| self.is(p, class::PROVINCE))?;
        let digits = |at: usize, length: usize| {
            (at..at + length).all(|n| self.is(n, class::DIGIT))
                && !self.is(at + length, class::DIGIT)
        };
        let (start, end) = (i + 3, i + 8);
        let shape = digits(i, 2) && self.is(i + 2, class::SOFT) && digits(start, 5);
        let told = "牌驶照辆".contains(self.c_before(province))
            || self.c(end) == '号' && "拖联收农变车".contains(self.c(end + 1));
        if !shape || !told {
            return None;
        }
        self.push((province, end), Kind::NumberPlate, Certain, None);
        Some(end)
    }

    /// A plate of the armed police, whose digits begin here: `WJ浙1234A`.
    pub(super) fn police_plate(&mut self, i: usize) -> Option<usize> {
        let province = i.checked_sub(1).filter(|&p| self.is(p, class::PROVINCE))?;
        let start = province.checked_sub(2)?;
        if !(fold(self.c(start)) == 'w' && fold(self.c(start + 1)) == 'j') {
            return None;
        }
        let length = (i..i + 6)
            .take_while(|&n| self.is(n, class::LATIN | class::DIGIT))
            .count();
        if !(4..=6).contains(&length) {
            return None;
        }
        self.push((start, i + length), Kind::NumberPlate, Certain, None);
        Some(i + length)
    }

    /// An account that begins here, behind a word for one or joined to it.
    fn account(&mut self, i: usize) -> Option<usize> {
        if self.before(i) & (class::LATIN | class::DIGIT) != 0 {
            return None;
        }
        let is_part = |n: &usize| {
            self.is(*n, class::LATIN | class::DIGIT)
                || matches!(self.c(*n), '_' | '-' | '.')
                    && self.is(*n + 1, class::LATIN | class::DIGIT)
        };
        let mut end = i + (i..i + LONGEST).take_while(is_part).count();
        // `昵称“小店shop88”`
        let lead = (1..=4).find(|&n| {
            let quoted = i > n && matches!(self.c(i - n - 1), '“' | '"' | ':');
            quoted && (i - n..i).all(|h| self.is(h, class::HAN))
        });
        let i = lead.map_or(i, |n| i - n);
        let word = self.announced(i).filter(|w| w.bits & bit::ACCOUNT != 0);
        let Some(word) = word else {
            return self.glued(i, end);
        };
        // `淘宝账号li例强88`
        let han = self.han_run(end, 4);
        if han > 0 && self.is(end + han, class::DIGIT | class::LATIN) {
            let more = (end + han..end + han + LONGEST).take_while(is_part).count();
            end += han + more;
        }
        let telling = (i..end).any(|n| self.is(n, class::DIGIT) || matches!(self.c(n), '_' | '-'));
        let explicit = word.end < i || matches!(self.c_before(i), '号' | '名' | '称' | 'd' | 'D');
        if end - i < SHORTEST || !(telling || explicit) || self.c(end) == '@' {
            return None;
        }
        self.push(
            (i, end),
            Kind::Account,
            Certain,
            Some((word.start, word.end)),
        );
        Some(end)
    }

    /// An account joined to the word for it: `vxabc12345`.
    fn glued(&mut self, i: usize, end: usize) -> Option<usize> {
        let glued = ["vx", "wx", "qq", "weixin"].iter().find(|prefix| {
            let joined = prefix
                .chars()
                .enumerate()
                .all(|(n, c)| fold(self.c(i + n)) == c);
            joined && end - i >= prefix.len() + 5 && (self.c(i + 2) != '_')
        });
        if let Some(prefix) = glued
            && (i + prefix.len()..end).any(|n| self.is(n, class::DIGIT))
        {
            let start = i + prefix.len();
            self.push((start, end), Kind::Account, Certain, Some((i, start)));
            return Some(end);
        }
        None
    }

    /// The mail address around an `@`.
    pub(super) fn mail(&mut self, at: usize) {
        let is_part = |n: usize| {
            self.is(n, class::LATIN | class::DIGIT)
                || matches!(self.c(n), '.' | '_' | '%' | '+' | '-')
        };
        let mut start = at;
        while start > 0 && at - start < 64 && is_part(start - 1) {
            start -= 1;
        }
        let latin = at - start;
        // `李例强@qq.com`
        let mut han = 0;
        while han < 3 && start > 0 && latin == 0 && self.is(start - 1, class::HAN) {
            start -= 1;
            han += 1;
        }
        let mut end = at + 1;
        let is_host = |n: usize| {
            is_part(n)
                || self.c(n) == '。'
                    && self.is(n + 1, class::LATIN)
                    && self.before(n) & class::LATIN != 0
        };
        while end - at < 64 && is_host(end) {
            end += 1;
        }
        while end > at + 1 && matches!(self.c(end - 1), '.' | '-' | '_') {
            end -= 1;
        }
        let points = (at + 1..end).any(|n| matches!(self.c(n), '.' | '。'));
        let known = [
            "qq", "163", "126", "gmail", "sina", "outlook", "hotmail", "foxmail", "139",
        ];
        let host: String = (at + 1..end).map(|n| fold(self.c(n))).collect();
        let sign = self.c(at) == '@';
        let sound = start < at && (points || sign && known.contains(&host.as_str()));
        if sound && (sign || points && latin > 0 && self.is(at + 1, class::LATIN | class::DIGIT)) {
            self.push((start, end), Kind::Email, Certain, None);
        }
    }
}
