//! What somebody is called in place of a name: `李小姐`, `老李`, `绰号“…”`.

use super::{
    Verdict::{Certain, Doubtful},
    class,
    frames::{Before, Behind},
    names::Named,
    scan::Scan,
    words::bit,
};

/// Behind a country: who is from there.
pub(super) const ABROAD: char = '籍';

/// Characters of a nickname in quotes.
const LONGEST: usize = 12;
/// Characters of a nickname without quotes.
const FEWEST: usize = 2;
const MOST: usize = 4;

impl Scan<'_> {
    /// What somebody is called, where it begins here: hardly anywhere.
    #[inline]
    pub(super) fn called(&self, i: usize, last_name: usize) -> Option<Named> {
        let plain = self.class(i) & (class::FAMILY | class::CAREFUL | class::DOUBLE);
        // 籍 is a family name as well.
        let may_be = if plain == 0 || self.c(i) == ABROAD {
            self.is_other_call(i)
        } else {
            let double = plain & class::DOUBLE != 0;
            (self.is(i + 1, class::SURE) || double && self.is(i + 2, class::SURE))
                && self.before(i) & (class::HAN | class::FRONT_END) != class::HAN
        };
        may_be.then(|| self.called_here(i, last_name)).flatten()
    }

    /// Whether what somebody is called may begin here without a family name.
    fn is_other_call(&self, i: usize) -> bool {
        let c = self.c(i);
        c == ABROAD || class::is_call(c) || self.words.may_start(self.code(i), bit::NICKNAME)
    }

    #[inline(never)]
    fn called_here(&self, i: usize, last_name: usize) -> Option<Named> {
        if self.c(i) == ABROAD
            && let Some(found) = self.abroad(i)
        {
            return Some(found);
        }
        if self.class(i) & class::NAME & !class::MINORITY == 0 {
            return match self.c(i) {
                c if class::is_call(c) => self.familiar(i, last_name),
                _ => self.nickname(i),
            };
        }
        let family = self.family(i);
        if family == 0 || !self.is(i + family, class::HAN) {
            return None;
        }
        self.addressed(i, family, last_name)
    }

    /// `李小姐`, `王总`: not where a business is called so.
    fn addressed(&self, i: usize, family: usize, last_name: usize) -> Option<Named> {
        let told = self.begins(i + family, bit::ADDRESS);
        let end = i + family + told.length;
        let careful =
            family == 1 && self.class(i) & (class::FAMILY | class::CAREFUL) != class::FAMILY;
        if !(1..=2).contains(&told.length) || careful && told.length < 2 {
            return None;
        }
        let behind = self.behind(end);
        if behind == Behind::Nothing || matches!(self.c_before(i), '“' | '"' | '‘' | '《') {
            return None;
        }
        let front = self.front(i, last_name);
        let sure = self.is(i, class::SURE);
        // Whoever is a 先生 is a person; a 主任 may be of something.
        let form = self.begins(i + family, bit::MARK).length == told.length;
        let sound = match front.strength {
            Before::Nothing => false,
            Before::Weak | Before::Start | Before::Organisation => {
                form || told.length == 2 && (sure || behind >= Behind::Verb)
                    || behind >= Behind::Act
            }
            _ => form || behind > Behind::Nothing && !careful,
        };
        let verdict = if form { Certain } else { Doubtful };
        (sound && !self.is_business(end) && !self.is_pair(i))
            .then_some((i, end, verdict, front.word))
    }

    /// `老李`, `小王`, where a person stands.
    fn familiar(&self, i: usize, last_name: usize) -> Option<Named> {
        let end = i + 2;
        if self.class(i + 1) & class::FAMILY == 0
            || self.is_pair(i + 1)
            || self.is_double(i + 1)
            || self.begins(i, !bit::MINORITY).length > 1
        {
            return None;
        }
        let behind = self.behind(end);
        if behind == Behind::Nothing {
            return None;
        }
        let front = self.front(i, last_name);
        let sound = match front.strength {
            Before::Nothing | Before::Weak => false,
            Before::Start | Before::Organisation => behind >= Behind::Act,
            Before::Short => behind >= Behind::Verb || self.is(i + 1, class::SURE),
            _ => true,
        };
        (sound && !self.is_business(end)).then_some((i, end, Doubtful, front.word))
    }

    /// What stands behind a word for what somebody is called.
    fn nickname(&self, i: usize) -> Option<Named> {
        let word = self.begins(i, bit::NICKNAME).length;
        // `投诉人称`, `官网名称`
        let other = self.c(i) == '人' && self.before(i) & class::HAN != 0
            || "称码字代段词列栏".contains(self.c(i + word));
        if word == 0 || other {
            return None;
        }
        let mut start = i + word;
        start += usize::from(matches!(self.c(start), '为' | '叫' | '是'));
        let marks = |n: &usize| self.c(*n) == ':' || self.is(*n, class::BLANK);
        start += (start..start + 3).take_while(marks).count();
        let announced = Some((i, i + word));
        if matches!(self.c(start), '“' | '"' | '‘' | '「' | '\'') {
            let close = |n: &usize| matches!(self.c(*n), '”' | '"' | '’' | '」' | '\'');
            let end = (start + 2..=start + 1 + LONGEST).find(close)?;
            return Some((start + 1, end, Certain, announced));
        }
        let is_name = |n: &usize| {
            self.class(*n) & (class::HAN | class::NEVER) == class::HAN
                || self.is(*n, class::LATIN | class::DIGIT)
        };
        let length = (start..=start + MOST).take_while(is_name).count();
        let end = start + length;
        let ends = (FEWEST..=MOST).contains(&length) && self.behind(end) > Behind::Nothing;
        ends.then_some((start, end, Doubtful, announced))
    }
}
