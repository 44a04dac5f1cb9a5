//! Names of persons in running text, by what stands beside them.

use super::{
    Kind,
    Verdict::{self, Certain, Doubtful},
    class,
    frames::{Before, Behind, Front},
    scan::Scan,
    words::bit,
};

/// Longest run of characters of a minority's name on one side of a dot.
pub(super) const LONGEST_PART: usize = 9;

/// Words of which names are made as well.
pub(super) const NAME_LIKE: u64 = bit::MINORITY | bit::SHORT_BEHIND | bit::NAMED;

/// A name that was found: its characters, how sure it is, and the word that announced it.
pub(super) type Named = (usize, usize, Verdict, Option<(usize, usize)>);

/// A name that may stand here.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    end: usize,
    verdict: Verdict,
    behind: Behind,
}

impl Scan<'_> {
    /// Looks at every place where a name may begin.
    pub(super) fn read_names(&mut self) {
        let places = std::mem::take(&mut self.names);
        let mut done = 0;
        for i in places.iter().map(|i| *i as usize) {
            if i < done || self.is_taken(i) {
                continue;
            }
            if let Some((start, end, verdict, word)) = self.called(i, done) {
                self.push((start, end), Kind::Name, verdict, word);
                done = end;
                continue;
            }
            if let Some((start, end, verdict, word)) = self.party(i)
                && !(start..end).any(|n| self.is_taken(n))
            {
                self.push((start, end), Kind::Name, verdict, word);
                done = end;
                continue;
            }
            if !self.may_begin_name(i)
                || !(self.everywhere || self.may_be_told(i, done) && self.may_be_framed(i))
            {
                continue;
            }
            let front = self.front(i, done);
            let class = self.class(i);
            let found = if class & class::DOT != 0 {
                self.dotted(i, done)
            } else {
                let named = self
                    .named(i, front)
                    .map(|c| (i, c.end, c.verdict, front.word));
                self.better(i, front, named)
            };
            let found = found.or_else(|| self.announced_name(i, front));
            // Not over what was found before.
            let found = found.filter(|&(start, end, ..)| !(start..end).any(|n| self.is_taken(n)));
            if let Some((start, end, verdict, word)) = found {
                self.push((start, end), Kind::Name, verdict, word);
                self.dwelling_behind_name(end);
                done = end;
            }
        }
        self.names = places;
    }

    /// Rules out, at little cost, nearly every place where no name begins: what follows is no
    /// given name, or a family name is part of a common word.
    fn may_begin_name(&self, i: usize) -> bool {
        let class = self.class(i);
        if class & (class::DOT | class::MINORITY) != 0 {
            return true;
        }
        let before = self.before(i);
        if class & (class::FAMILY | class::CAREFUL | class::DOUBLE) == 0 {
            // Behind a colon.
            return class & class::HAN != 0;
        }
        if self.class(i + 1) & (class::HAN | class::NEVER) != class::HAN && !self.is_odd(i + 1) {
            // `：郑和例`
            return self.is(i + 1, class::BLANK) && self.spaced_end(i).is_some()
                || self.c(i + 1) == '和' && self.c_before(i) == ':';
        }
        if class & (class::FAMILY | class::CAREFUL) == 0 || class & class::DOUBLE != 0 {
            return self.family(i) > 0;
        }
        let marked = self.is(i + 2, class::MARK_FIRST) || self.is(i + 3, class::MARK_FIRST);
        // Inside a clause, something that stands before names must end here.
        if before & (class::HAN | class::FRONT_END) == class::HAN {
            return marked;
        }
        let role = before & class::ROLE_END != 0
            || matches!(
                self.c_before(i),
                ':' | '(' | '“' | ' ' | '、' | '和' | '与' | '及'
            );
        // `判决汪洋犯`, `祁连山的行为`
        let told = |end| self.may_be_persons(end);
        role || marked
            || !self.is_pair(i)
            || self.is(i + 2, class::TYPICAL) && told(i + 3)
            || self.is_named(i) && told(i + 2)
    }

    /// Whether what stands before or behind a name may say that one begins here: most places are
    /// ruled out by what follows.
    fn may_be_framed(&self, i: usize) -> bool {
        if self.is(i, class::DOT) || self.may_announce(i) || self.is_minority(i) {
            return true;
        }
        // Where nothing before says so, only a person's mark or a row behind does.
        let led = self.may_be_led(i);
        let may_be_behind = |j| {
            if led {
                self.may_be_behind(j)
            } else {
                self.may_be_person(j)
            }
        };
        let given = i + self.family(i);
        self.is_given(given, given + 1) && may_be_behind(given + 1)
            || (self.is_given(given, given + 2) || self.is_peaceful(given))
                && may_be_behind(given + 2)
            || led && self.may_be_likely(i)
    }

    /// Whether characters may be taken for a name even where nothing behind them says so.
    fn may_be_likely(&self, i: usize) -> bool {
        self.is(i, class::SURE) || self.is_typical(i + 1)
    }

    /// Whether a given name ends with a word that parts names: `郎永和（已故）`, but not `郎永和王样花`
    /// nor `郎永和法定代表人`.
    fn is_peaceful(&self, given: usize) -> bool {
        self.c(given + 1) == '和'
            && self.is(given, class::TYPICAL)
            && self.family(given + 2) == 0
            && self.begins(given + 2, bit::TITLE | bit::ROLE).length == 0
    }

    /// Whether a given name of two characters of which most are made begins here.
    fn is_typical(&self, given: usize) -> bool {
        self.is(given, class::TYPICAL) && self.is(given + 1, class::TYPICAL)
    }

    /// Whether characters are taken for a name although nothing behind them says so: the family name
    /// is nothing else, or the given name is made of characters that most are made of.
    #[inline(never)]
    fn is_likely(&self, i: usize, family: usize, end: usize) -> bool {
        let given = i + family;
        let other = |n| self.longest_word(n, !NAME_LIKE) > 1;
        let typical = self.may_be_likely(i + family - 1);
        end == given + 2
            && (family == 2 || self.class(i) & (class::FAMILY | class::CAREFUL) == class::FAMILY)
            && (typical || self.is(i, class::SURE))
            && !self.is_pair(i)
            && !(self.is_area(given) || "家氏记老府总".contains(self.c(given)))
            && !matches!(self.c_before(i), '“' | '"' | '《' | '‘')
            && !(other(given) && !self.is(i, class::SURE) || other(given + 1))
    }

    /// The same of a given name of one character: `由韩东从`, `抄表员傅彪未`.
    #[inline(never)]
    fn is_short_likely(
        &self,
        (i, family, end): (usize, usize, usize),
        before: Before,
        behind: Behind,
    ) -> bool {
        let given = i + family;
        // `李勇于当日`: a function word ends no word with the name.
        let word = || {
            let longest = self.longest_word(given, !(bit::MINORITY | bit::SHORT_BEHIND));
            longest > 1 && !self.is(given + 1, class::NEVER)
        };
        let framed = match before {
            Before::Generic => behind >= Behind::Short,
            before => {
                (family == 2 || self.is(i, class::SURE))
                    && !self.is_area(given)
                    && (before >= Before::Short && behind >= Behind::Short
                        || before >= Before::Start && behind >= Behind::Verb
                        || before >= Before::Start
                            && behind == Behind::Short
                            && self.is(given, class::TYPICAL))
            }
        };
        // `韩设、李拟：…`
        let mark = self.row_mark(end);
        let row = before >= Before::Start && mark > 0;
        let row = row && self.is(i, class::SURE) && self.is(end + mark, class::SURE);
        end == given + 1 && (framed || row) && !self.is_pair(i) && !word()
    }

    /// Whether the business of a person begins here, which bears the person's name: `王样花小吃店`.
    fn is_owner(&self, i: usize, family: usize, end: usize) -> bool {
        /// Characters of the trade.
        const LONGEST: usize = 7;
        let sure = family == 2 || self.is(i, class::SURE);
        sure && self.is_likely(i, family, end)
            && self.begins(i, bit::KEEP).length == 0
            && (end..end + LONGEST)
                .take_while(|&n| self.is(n, class::HAN) && !self.is(n, class::NEVER))
                .any(|n| {
                    let told = self.ends(n + 1, bit::TRADE).length;
                    told > 0 && n + 1 >= end + told && n > end
                })
    }

    /// Whether enough may stand beside a place where what follows is more often another word: a
    /// role or a row before it, or behind it what only persons have.
    fn may_be_told(&self, i: usize, last_name: usize) -> bool {
        let class = self.class(i);
        if class & class::DOT != 0 || self.is_double(i) || self.is_minority(i) {
            return true;
        }
        let (one, two) = (i + 2, i + 3);
        let behind = if class & (class::FAMILY | class::CAREFUL) == 0 {
            // Behind a colon.
            false
        } else if self.is_pair(i) {
            self.may_be_person(two)
                || self.may_be_person(one)
                || self.is(two - 1, class::TYPICAL) && self.may_be_persons(two)
        } else {
            class & class::CAREFUL == 0
                || self.is_typical(i + 1)
                || self.before(i) & class::DIGIT != 0
                || self.may_be_persons(two)
                || self.may_be_person(one)
        };
        behind || self.is_named(i) && self.may_be_persons(one) || self.may_be_titled(i, last_name)
    }

    /// Whether a part of a minority's name begins here.
    pub(super) fn is_minority(&self, i: usize) -> bool {
        self.is(i, class::MINORITY)
            && self.may_be_pair(i)
            && self.begins(i, bit::MINORITY).bits != 0
    }

    /// A name with a family name in front.
    fn named(&self, i: usize, front: Front) -> Option<Candidate> {
        let family = self.family(i);
        if family == 0 {
            return None;
        }
        let given = i + family;
        let word = family == 1 && self.is_pair(i);
        let candidates = [2, 1].into_iter().filter_map(|length| {
            let end = given + length;
            // Behind a title even a rare character is one of a name, where the clause ends with it.
            let odd = length == 2 && self.is_odd(given);
            if odd && front.strength < Before::Verb && !self.is(i, class::SURE) {
                return None;
            }
            let titled = front.strength >= Before::Role
                && length == 2
                && self.is_given(given, given + 1)
                && self.is(given + 1, class::HAN)
                && self.is(end, class::STOP);
            let peaceful = length == 2 && self.is_peaceful(given);
            if !self.is_given(given, end) && !titled && !peaceful {
                return None;
            }
            // Few characters stand behind what is a person although nothing before says so, or
            // although it is another word.
            let needs_person = match front.strength {
                Before::Nothing => true,
                Before::Weak => length == 1 || word,
                before => {
                    let typical = length == 2 && self.is(end - 1, class::TYPICAL);
                    let named = length == 1 && self.is_named(i) && self.may_be_persons(end);
                    before < Before::Row && word && !typical && !named
                }
            };
            if needs_person && !self.everywhere && !self.may_be_person(end) {
                return None;
            }
            let behind = self.behind_row(end);
            let verdict = self.judge(i, family, end, front.strength, behind)?;
            // `衡川市住房公积金管理中心`
            let place = matches!(
                self.c(end - 1),
                '市' | '县' | '区' | '镇' | '乡' | '省' | '局' | '厂' | '店' | '院' | '校'
            );
            // `郭村卫生室`
            let village = length == 2 && self.is_area(given);
            if (place || village) && front.strength < Before::Role && behind < Behind::Row {
                return None;
            }
            let other = behind < Behind::Belonging
                && self.organisation(i, end, front.strength)
                && !self.is_owner(i, family, end)
                || self.is_document_number(i)
                || self.is_thing(i, end, front);
            if other {
                return None;
            }
            Some(Candidate {
                end,
                verdict,
                behind,
            })
        });
        let best = candidates.fold(None, |best: Option<Candidate>, next| match best {
            None => Some(next),
            Some(best) => {
                let better = (next.verdict == Certain, next.behind)
                    > (best.verdict == Certain, best.behind)
                    && best.behind <= Behind::Short;
                Some(if better { next } else { best })
            }
        });
        let best = best.map(|best| self.shortened(i, given, best));
        // What rules a name out is asked last: few places come so far.
        best.filter(|best| {
            let kept = self.begins(i, bit::KEEP).length > 2 && front.strength < Before::Title;
            !kept
                && !self.is_inside_word(i, given, best.end, front.strength)
                && !self.is_word(i, best, front.strength)
        })
    }

    /// A name without a third character that begins what stands behind it: `石磊同时`, `白雪到不`.
    #[inline(never)]
    fn shortened(&self, i: usize, given: usize, best: Candidate) -> Candidate {
        let last = given + 1;
        let verb = self.begins(last, bit::VERB | bit::ACT).length > 1
            && self.begins(best.end, bit::SHORT_BEHIND).length == 0;
        let later = self.begins(last, bit::LATER).length > 1;
        let function = self.begins(last, bit::SHORT_BEHIND).length > 0;
        let other = (later || best.behind <= Behind::Short && (verb || function))
            && !self.is(last, class::TYPICAL);
        let short = given == i + 1
            && best.end == given + 2
            && self.is_given(given, last)
            && (!self.is_pair(i) || self.is_named(i));
        if short && other {
            Candidate {
                end: last,
                verdict: Doubtful,
                behind: self.behind_row(last),
            }
        } else {
            best
        }
    }

    /// A name of a minority, where it is longer, or one with blanks, where no other is.
    fn better(&self, i: usize, front: Front, named: Option<Named>) -> Option<Named> {
        let class = self.class(i);
        if named.is_none() && self.is(i + 1, class::BLANK) {
            return self.spaced(i, front);
        }
        if class & class::MINORITY == 0 {
            return named;
        }
        match (named, self.minority(i, front)) {
            (Some(named), Some(parts)) if parts.1 <= named.1 => Some(named),
            (named, parts) => parts.or(named),
        }
    }

    /// A name with blanks between its characters, behind a word for persons: `吴　拟　敏`.
    fn spaced(&self, i: usize, front: Front) -> Option<Named> {
        let end = (front.strength >= Before::Row)
            .then(|| self.spaced_end(i))
            .flatten()?;
        let certain = front.strength == Before::Title;
        let verdict = if certain { Certain } else { Doubtful };
        Some((i, end, verdict, front.word))
    }

    fn spaced_end(&self, i: usize) -> Option<usize> {
        /// Blanks between two characters.
        const MOST: usize = 3;
        let mut at = i + self.family(i);
        let mut given = 0;
        while given < 2 {
            let blank = |n: &usize| self.is(*n, class::BLANK) && self.c(*n) != '\n';
            let blanks = (at..at + MOST).take_while(blank).count();
            let next = at + blanks;
            let run = self.han_run(next, 3);
            let fits = run > 0 && given + run <= 2 && self.is_given(next, next + run);
            let other = run == 2 && self.longest_word(next, !bit::MINORITY) > 1
                || matches!(self.c(next), '男' | '女' | '等');
            if blanks == 0 || !fits || other {
                break;
            }
            given += run;
            at = next + run;
        }
        (at > i + self.family(i) && self.family(i) > 0).then_some(at)
    }

    /// Whether a word for persons ends with the candidate and covers it: `法定代表人`.
    fn is_word(&self, i: usize, best: &Candidate, before: Before) -> bool {
        // `厨师安康`: behind what persons are a place is a name.
        let place = best.end == i + 2 && before >= Before::Role && self.is_named(i);
        let keep = if place { 0 } else { bit::KEEP };
        let of = bit::TITLE | bit::ROLE | bit::BELONGING | keep;
        self.ends(best.end, of).length >= best.end - i
    }

    /// Whether the family name belongs to another word: to one that it ends (`现金`), to a word for
    /// persons behind it (`农民工`), or to a name with a dot.
    fn is_inside_word(&self, i: usize, given: usize, end: usize, before: Before) -> bool {
        // `出租给钱伟东`
        let typical = end == given + 2 && self.is_typical(given);
        let ends_word = i > 0
            && before < Before::Role
            && before != Before::Start
            && self.is_tail(i)
            && !typical;
        let role = self
            .begins(given, bit::ROLE | bit::TITLE | bit::MARK)
            .length
            > 1;
        let dot = (i + 1..i + LONGEST_PART).find(|&n| !self.is(n, class::HAN));
        let dotted = dot.is_some_and(|n| self.is(n, class::DOT) && self.is(n + 1, class::HAN));
        // `康师傅红烧牛肉面`, `供应商签订`
        let kept = before < Before::Role
            && (1..=3).any(|n| i >= n && self.begins(i - n, bit::KEEP | bit::ROLE).length > n);
        ends_word || role || dotted || kept
    }

    /// `一台`, `2箱`: what somebody gets.
    fn is_count(&self, at: usize) -> bool {
        self.is(at, class::DIGIT | class::CHINESE_DIGIT)
            && "台批辆件箱套瓶份部条只双包盒袋张块斤吨架".contains(self.c(at + 1))
    }

    /// Whether a character makes a thing of the common word before it: `周转房`, `单位名`.
    fn is_noun_end(&self, at: usize) -> bool {
        "房名费率量器机料品物证书表单款额金税期法度性化层级类型式线管网".contains(self.c(at))
    }

    /// Whether a character makes a place of the family name before it: `郭村`.
    fn is_area(&self, at: usize) -> bool {
        "县市区村庄镇乡沟桥路堡".contains(self.c(at))
    }

    /// Whether a common word that is a name as well begins here.
    fn is_named(&self, i: usize) -> bool {
        self.words.may_start(self.code(i), bit::NAMED) && self.begins(i, bit::NAMED).length == 2
    }

    /// Whether what follows a family name that is often another word tells of a time or a place.
    fn is_pointing(&self, given: usize) -> bool {
        "本该其此上下前后次同近当今各某每首年月日事我\u{4f60}他她它".contains(self.c(given))
    }

    /// How sure a name is between what stands before and behind it.
    fn judge(
        &self,
        i: usize,
        family: usize,
        end: usize,
        before: Before,
        behind: Behind,
    ) -> Option<Verdict> {
        let two = end - i - family == 2;
        let word = family == 1 && self.is_pair(i);
        // `成建国将废油出售`, but not `向江河倾倒`.
        let led = two && self.is_typical(i + family) && !matches!(self.c(i), '向' | '于' | '应');
        let careful = word || family == 1 && self.is(i, class::CAREFUL) && !led;
        let strong = behind >= Behind::Belonging;
        // `导游高尚擅自变更行程`
        let named = before >= Before::Role && behind > Behind::Nothing
            || before >= Before::Verb && strong
            || before >= Before::Start && behind == Behind::Mark;
        if named && end == i + 2 && self.is_named(i) {
            return Some(Doubtful);
        }
        // `13900001234江样树`
        let numbered = before == Before::Weak && self.is_behind_number(i);
        if numbered && two && !word && behind >= Behind::End {
            return Some(Doubtful);
        }
        if careful {
            let verdict = match (before, behind) {
                (_, Behind::Mark)
                    if two || before >= Before::Role || before >= Before::Start && !word =>
                {
                    Some(Doubtful)
                }
                (Before::Title, Behind::End | Behind::Open | Behind::Role) if two => Some(Certain),
                (Before::Title, Behind::End | Behind::Open) if !word => Some(Doubtful),
                (Before::Title | Before::Role | Before::Row, _)
                    if two
                        && behind >= Behind::Short
                        && (behind >= Behind::Verb || word && self.is(end - 1, class::TYPICAL))
                        && !(word && self.is_noun_end(end - 1)) =>
                {
                    Some(Doubtful)
                }
                (Before::Role | Before::Row, Behind::End | Behind::Open | Behind::Short)
                | (Before::Title, Behind::Short)
                    if two && !word =>
                {
                    Some(Doubtful)
                }
                (Before::Title | Before::Role, Behind::Nothing) if two && !word => Some(Doubtful),
                (Before::Row | Before::Role | Before::Title, Behind::Row | Behind::Act)
                    if !word =>
                {
                    Some(Doubtful)
                }
                // `对白雪松经营`
                (Before::Verb | Before::Short | Before::Generic, _)
                    if two && strong && (!word || self.is(end - 1, class::TYPICAL)) =>
                {
                    Some(Doubtful)
                }
                // `祁连山的行为`
                (Before::Start, Behind::Belonging)
                    if two && word && self.is(end - 1, class::TYPICAL) =>
                {
                    Some(Doubtful)
                }
                (Before::Start | Before::Organisation, _)
                    if two && !word && behind >= Behind::Act && !self.is_pointing(i + family) =>
                {
                    Some(Doubtful)
                }
                _ => None,
            }?;
            // `律师费发票开具`: what follows is a word of its own, but not in `祁连山的行为`.
            let is_word = || self.longest_word(i + family, !NAME_LIKE) > 1;
            let owner = two && behind == Behind::Belonging && self.is(end - 1, class::TYPICAL);
            let other = before < Before::Title && behind < Behind::Mark && !owner && is_word();
            return (!other).then_some(verdict);
        }
        let verdict = |certain| Some(if certain { Certain } else { Doubtful });
        let likely = || {
            // `记录：曹绍例`
            let alone = behind == Behind::End && self.c_before(i) == ':';
            let typical = before >= Before::Short
                || alone
                || self.may_be_likely(i + family - 1) && self.is(end - 1, class::TYPICAL)
                || self.is_owner(i, family, end);
            typical && self.is_likely(i, family, end)
                || self.is_short_likely((i, family, end), before, behind)
        };
        let answer = match before {
            Before::Nothing => match behind {
                Behind::Mark => verdict(two),
                Behind::Row => Some(Doubtful),
                _ => None,
            },
            Before::Weak => match behind {
                Behind::Mark | Behind::Row => Some(Certain),
                Behind::Act | Behind::Belonging | Behind::Role => two.then_some(Certain),
                Behind::Verb | Behind::Short | Behind::Number => two.then_some(Doubtful),
                _ => None,
            },
            Before::Start | Before::Organisation => match behind {
                Behind::Mark | Behind::Row => Some(Certain),
                Behind::Act => verdict(two),
                Behind::Belonging | Behind::Role => two.then_some(Certain),
                Behind::Verb | Behind::Short | Behind::Number => two.then_some(Doubtful),
                _ => None,
            },
            Before::Short => match behind {
                Behind::Nothing => None,
                Behind::Short | Behind::End | Behind::Open => two.then_some(Doubtful),
                _ => verdict(two || strong),
            },
            Before::Generic => match behind {
                Behind::Nothing
                    if matches!(
                        self.c_before(i),
                        '员' | '者' | '师' | '长' | '人' | '手' | '户' | '客'
                    ) =>
                {
                    two.then_some(Doubtful)
                }
                Behind::Nothing => None,
                Behind::Short => two.then_some(Doubtful),
                Behind::End | Behind::Open => Some(Doubtful),
                _ => verdict(two || strong),
            },
            Before::Verb => match behind {
                Behind::Nothing => (two && self.is_count(end)).then_some(Doubtful),
                Behind::Short => verdict(two),
                _ => Some(Certain),
            },
            Before::Row | Before::Role | Before::Title => match behind {
                Behind::Nothing => two.then_some(Doubtful),
                _ => Some(Certain),
            },
        };
        let framed = before > Before::Nothing;
        answer.or_else(|| (framed && likely()).then_some(Doubtful))
    }

    /// Whether a number as long as a telephone's stands right before a place.
    fn is_behind_number(&self, i: usize) -> bool {
        /// Digits of it.
        const FEWEST: usize = 5;
        let digits = (i.saturating_sub(FEWEST)..i).filter(|&n| self.is(n, class::DIGIT));
        digits.count() == FEWEST
    }

    /// Whether an organisation, a place or a product begins here, which ends within a few
    /// characters.
    fn organisation(&self, i: usize, end: usize, before: Before) -> bool {
        /// Characters of its name.
        const LONGEST: usize = 12;
        let plain = before < Before::Role;
        if plain
            && self.begins(i, bit::KEEP).length > 0
            && self.begins(i, bit::KEEP).length + i >= end
        {
            return true;
        }
        // `白砂糖`, but not `孟庆山`
        let person = self.is(i, class::SURE)
            && self.is(end - 1, class::TYPICAL)
            && !(self.c(i + 1) == '家' || self.is_area(i + 1));
        if plain && !person && self.begins(end - 1, bit::ORGANISATION).length == 1 {
            return true;
        }
        // `驾驶人倪样国无道路运输从业资格`
        if !plain && self.c(end) == '无' {
            return false;
        }
        // `褚大勇上路`
        let verb = self.begins(end, bit::VERB).length;
        // `批准罗敏拟临时占用道路`
        let likely = before >= Before::Short && self.is(i, class::SURE);
        let longest = if likely { LONGEST / 2 } else { LONGEST };
        for n in end + verb..i + longest {
            if !self.is(n, class::HAN) || self.is(n, class::NEVER) {
                return false;
            }
            let told = self.ends(n + 1, bit::ORGANISATION);
            let named = told.length > 1
                || told.length == 1 && "店厂局院市县区镇村路街牌校".contains(self.c(n));
            if named && n + 1 > end {
                return true;
            }
        }
        false
    }

    /// Whether a title of a book, a prize or a place begins here: `《鲁拟全集》`, `马家营`; or a
    /// preposition behind the party: `当事人向社会`.
    fn is_thing(&self, i: usize, end: usize, front: Front) -> bool {
        let title = self.c_before(i) == '《'
            || "奖班杯桦杉榆汤粑".contains(self.c(end - 1))
            || self.c(i + 1) == '家'
                && "营沟坝湾渠坪岗寨院河铺桥坡岭梁塘巷口垭嘴山".contains(self.c(i + 2));
        let party = front.word.is_some_and(|(start, end)| {
            end == i && self.starts_with(start, "当事人") && end - start == 3
        });
        // `当事人于海波未到`, but not `于金山在`.
        let given = i + 1;
        let name =
            end == i + 3 && self.is_typical(given) && self.begins(given, bit::KEEP).length < 2;
        let preposition =
            matches!(self.c(i), '向' | '于' | '应') && !name && self.behind_row(end) < Behind::Act
                || self.c(i) == '于' && "边旁侧内外中上下里口岸".contains(self.c(end - 1));
        title && front.strength < Before::Role || party && preposition
    }

    /// Whether the number of a document begins here: `衡市监罚〔2026〕12号`, `衡审批许12号`.
    fn is_document_number(&self, i: usize) -> bool {
        /// Characters before its year or its number.
        const LONGEST: usize = 14;
        let length = self.han_run(i, LONGEST);
        let end = i + length;
        let dated = matches!(self.c(end), '〔' | '[' | '【')
            || self.c(end) == '('
                && self.is(end + 1, class::DIGIT)
                && self.is(end + 4, class::DIGIT);
        let digits = (end..end + 12)
            .take_while(|&n| self.is(n, class::DIGIT))
            .count();
        let last = self.c_before(end);
        let numbered =
            digits > 0 && self.c(end + digits) == '号' && "字罚许决准批函告通裁案第".contains(last);
        length > 1 && (dated || numbered)
    }
}
