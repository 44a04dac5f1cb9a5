//! What stands beside a name: how strongly it says that one is there.

use super::{class, scan::Scan, words::bit};

/// What stands before a name, the stronger the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Before {
    /// Nothing that says anything.
    Nothing,
    /// A place, a time, 的.
    Weak,
    /// A text, a sentence or a clause begins.
    Start,
    /// An organisation.
    Organisation,
    /// A preposition of one character.
    Short,
    /// A word that ends like what persons are: 员, 人, 师.
    Generic,
    /// A verb that takes a person.
    Verb,
    /// Another name of the same row.
    Row,
    /// What persons are.
    Role,
    /// A word behind which a name nearly always stands.
    Title,
}

/// What stands behind a name, the stronger the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Behind {
    /// Nothing that says anything.
    Nothing,
    /// A function word of one character.
    Short,
    /// The clause ends.
    End,
    /// A bracket opens.
    Open,
    /// A common verb.
    Verb,
    /// A long number.
    Number,
    /// What persons are.
    Role,
    /// What persons have.
    Belonging,
    /// What only persons do.
    Act,
    /// `等8人`, `二人`.
    Row,
    /// Sex, age, form of address.
    Mark,
}

/// A frame before a name, with the word that announces it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Front {
    pub strength: Before,
    pub word: Option<(usize, usize)>,
}

/// Words that end at a place: what all of them tell, and the longest of some kinds.
#[derive(Debug, Default)]
struct Ends {
    bits: u64,
    role: usize,
    before: usize,
    plain: usize,
    organisation: usize,
}

/// Stands in place of what the caller wants left whole.
pub(super) const BLANKED: char = '\u{fffc}';

/// What words behind a name tell.
pub(super) const BEHIND: u64 = bit::MARK
    | bit::ROW
    | bit::ACT
    | bit::BELONGING
    | bit::ROLE
    | bit::TITLE
    | bit::VERB
    | bit::BEFORE
    | bit::SHORT_BEHIND;

/// What words before a name tell.
const FRONT: u64 = bit::TITLE
    | bit::ROLE
    | bit::BEFORE
    | bit::SHORT_BEFORE
    | bit::VERB
    | bit::ACT
    | bit::ORGANISATION;

/// A row of names that was read.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Where the names end, in order.
    ends: Vec<usize>,
    /// What stands behind the last one, where the row ends there.
    behind: Option<Behind>,
}

/// Most names in a row.
const LONGEST_ROW: usize = 60;

impl Scan<'_> {
    pub(super) fn front(&self, i: usize, last_name: usize) -> Front {
        let mut at = i;
        let mut colon = false;
        let mut opened = false;
        while at > 0 && i - at < 4 {
            match self.c(at - 1) {
                ':' => colon = true,
                '“' | '"' | '‘' | '(' | '\'' | '「' | '【' | '[' => opened = true,
                _ if self.before(at) & class::BLANK != 0 && self.c(at - 1) != '\n' => {}
                _ => break,
            }
            at -= 1;
        }
        let is = |strength| Front {
            strength,
            word: None,
        };
        if at == 0 {
            return is(Before::Start);
        }
        let c = self.c(at - 1);
        if c == BLANKED {
            return is(Before::Organisation);
        }
        if opened && self.is_short_for(at, i) {
            return is(Before::Title);
        }
        let parted = c == ')' || at > 1 && self.before(at - 1) & class::BLANK != 0;
        if parted && let Some((word, title)) = self.label(at) {
            let strength = if colon && title {
                Before::Title
            } else {
                Before::Role
            };
            return Front {
                strength,
                word: Some(word),
            };
        }
        let before = self.before(at);
        // Another name of the row.
        let mark = self.row_mark_before(i);
        if last_name > 0 && mark > 0 && last_name == i - mark {
            return is(Before::Row);
        }
        let Ends {
            mut bits,
            mut role,
            before: verb,
            plain,
            organisation,
        } = self.words_before(at);
        let mut end = at;
        if role == 0 && matches!(c, '为' | '是' | '系' | '叫' | '姓' | '即' | '由' | '名') {
            let led = self.words_before(at - 1);
            if led.role > 0 {
                (bits, role) = (led.bits, led.role);
                end = at - 1;
                colon = true;
            } else if matches!(c, '为' | '是' | '系')
                && matches!(self.c_before(at - 1), '人' | '员' | '者')
            {
                // `倾倒渣土的人员为…`
                return Front {
                    strength: Before::Role,
                    word: Some((at - 2, at - 1)),
                };
            }
        }
        // `康师傅`
        if role > 0 && self.ends(end, bit::KEEP).length > role {
            bits &= !(bit::TITLE | bit::ROLE);
        }
        let front = |strength, length: usize| Front {
            strength,
            word: Some((end - length, end)),
        };
        // `雇用的…`
        if c == '的' && self.ends(at - 1, bit::BEFORE_PARTY).length > 1 {
            return is(Before::Verb);
        }
        // `抽查了…`
        if c == '了' && self.words_before(at - 1).before > 0 {
            return is(Before::Verb);
        }
        if bits & bit::TITLE != 0 {
            return front(Before::Title, role);
        }
        if bits & bit::ROLE != 0 {
            let strength = if colon { Before::Title } else { Before::Role };
            return front(strength, role);
        }
        if verb > 0 {
            return front(Before::Verb, verb);
        }
        let generic =
            before & class::GENERIC != 0 && at > 1 && self.before(at - 1) & class::HAN != 0;
        if generic {
            return front(Before::Generic, 1);
        }
        if bits & bit::SHORT_BEFORE != 0 {
            return front(Before::Short, 1);
        }
        if plain > 1 {
            return is(Before::Short);
        }
        // `姓 名：`
        if colon && c == '名' && self.before(at - 1) & class::BLANK != 0 {
            return is(Before::Title);
        }
        let house = matches!(c, '店' | '厂' | '院' | '局' | '所' | '校' | '站' | '行');
        if organisation > 1 || organisation == 1 && house {
            return is(Before::Organisation);
        }
        let numbered = c == '.' && at > 1 && self.before(at - 1) & class::DIGIT != 0;
        // `护士执业证书-…`
        let dash = c == '-' && self.before(at - 1) & class::HAN != 0;
        if before & class::STOP != 0 || numbered || colon || opened || dash {
            return is(Before::Start);
        }
        if before & class::WEAK != 0 || before & (class::DIGIT | class::LATIN) != 0 {
            return is(Before::Weak);
        }
        is(Before::Nothing)
    }

    /// Whether what stands before a bracket is short for the name in it: `谢某（谢拟红）`,
    /// `老李（李拟顺）`, `*安（李拟安）`.
    fn is_short_for(&self, at: usize, i: usize) -> bool {
        let family = self.c(i);
        let hidden = |n: usize| matches!(self.c(n), '某' | '*' | '×' | '○');
        if hidden(at - 1) {
            return (at.saturating_sub(4)..at).any(|n| self.c(n) == family || hidden(n));
        }
        let short = at > 1 && matches!(self.c(at - 2), '老' | '小' | '阿' | '大' | '*' | '某');
        let own = (i..i + 4).any(|n| self.c(n) == self.c(at - 1));
        short && own
    }

    /// The word for persons before a place that no plain word before it is: with something in
    /// brackets behind it, or with blanks between its characters. And whether it is a title.
    fn label(&self, at: usize) -> Option<((usize, usize), bool)> {
        /// Characters in the brackets.
        const LONGEST: usize = 14;
        let of = bit::TITLE | bit::ROLE;
        if self.c(at - 1) == ')' {
            let mut open = (at.saturating_sub(LONGEST)..at).rfind(|&n| self.c(n) == '(')?;
            while open > 0 && self.before(open) & class::BLANK != 0 {
                open -= 1;
            }
            let told = self.ends(open, of);
            // `法定代表人（拟设）`: a person stands before, and is no label.
            let named = (open..at).any(|n| self.is_taken(n)) || self.is_taken(open.wrapping_sub(1));
            return (told.length > 0 && !named)
                .then(|| ((open - told.length, open), told.bits & bit::TITLE != 0));
        }
        if self.before(at) & class::ROLE_END == 0 || self.before(at - 1) & class::BLANK == 0 {
            return None;
        }
        // Only single characters are parted.
        let mut codes = Vec::new();
        let mut places = Vec::new();
        let mut n = at;
        while n > 0 && self.before(n) & class::HAN != 0 && codes.len() < 8 {
            n -= 1;
            codes.push(self.code(n));
            places.push(n);
            if self.before(n) & class::BLANK == 0 {
                break;
            }
            while n > 0 && self.before(n) & class::BLANK != 0 && self.c(n - 1) != '\n' {
                n -= 1;
            }
        }
        let told = self.words.ends(codes.into_iter(), of);
        let start = *places.get(told.length.checked_sub(1)?)?;
        (told.length > 1).then_some(((start, at), told.bits & bit::TITLE != 0))
    }

    /// Whether anything may stand before a place that [`Scan::front`] finds, where
    /// [`Scan::may_announce`] says no: all of it, and little more.
    pub(super) fn may_be_led(&self, i: usize) -> bool {
        let before = self.before(i);
        before & (class::HAN | class::GENERIC | class::WEAK) != class::HAN
            || matches!(self.c_before(i), BLANKED | '了')
            || self.may_end(i, FRONT)
    }

    /// Whether [`Scan::front`] may find a role, a title or a row before a place.
    pub(super) fn may_be_titled(&self, i: usize, last_name: usize) -> bool {
        if last_name > 0 && last_name + 2 >= i {
            return true;
        }
        let mut at = i;
        loop {
            let before = self.before(at);
            let leads = matches!(
                self.c_before(at),
                '为' | '是' | '系' | '叫' | '姓' | '即' | '由' | '名'
            );
            let titled =
                before & class::ROLE_END != 0 && self.ends(at, bit::TITLE | bit::ROLE).bits != 0;
            // In brackets stands whom an abbreviation means, behind them whom a label names.
            let bracket = matches!(self.c_before(at), '(' | ')');
            if leads || titled || bracket || before & class::LATIN != 0 {
                return true;
            }
            let passed = before & class::BLANK != 0
                || matches!(
                    self.c_before(at),
                    ':' | '“' | '"' | '‘' | '\'' | '「' | '【' | '['
                );
            if !passed || at == 0 || i - at >= 4 {
                return false;
            }
            at -= 1;
        }
    }

    /// Whether a word may end at a place.
    pub(super) fn may_end(&self, i: usize, of: u64) -> bool {
        let (last, first) = (self.code(i.wrapping_sub(1)), self.code(i.wrapping_sub(2)));
        self.words.may_end(first, last, of)
    }

    /// Every word that ends at a place, read once.
    #[inline]
    fn words_before(&self, at: usize) -> Ends {
        let mut ends = Ends::default();
        self.words
            .read_back(self.backward(at), FRONT, |bits, length| {
                ends.bits |= bits;
                if bits & (bit::TITLE | bit::ROLE) != 0 {
                    ends.role = length;
                }
                if bits & bit::BEFORE != 0 {
                    ends.before = length;
                }
                if bits & (bit::VERB | bit::ACT) != 0 {
                    ends.plain = length;
                }
                if bits & bit::ORGANISATION != 0 {
                    ends.organisation = length;
                }
            });
        ends
    }

    pub(super) fn behind(&self, j: usize) -> Behind {
        let mut at = j;
        while at < self.len()
            && at - j < 2
            && (matches!(self.c(at), '”' | '"' | '’' | '」' | '】' | ']')
                || self.is(at, class::BLANK) && self.c(at) != '\n')
        {
            at += 1;
        }
        if at >= self.len() {
            return Behind::End;
        }
        let c = self.c(at);
        if c == '(' && self.starts_with(at, "(已隐去") {
            return Behind::Number;
        }
        let told = self.begins(at, BEHIND).bits;
        if told & bit::MARK != 0 || self.age(at) {
            return Behind::Mark;
        }
        if told & bit::ROW != 0 || self.number_of_persons(at) {
            return Behind::Row;
        }
        if c == ',' && self.is_address(at + 1) {
            return Behind::Mark;
        }
        if told & bit::ACT != 0 {
            return Behind::Act;
        }
        if told & bit::BELONGING != 0 {
            return Behind::Belonging;
        }
        if c == '的' && self.begins(at + 1, bit::BELONGING | bit::ROLE).bits != 0 {
            return Behind::Belonging;
        }
        if told & (bit::ROLE | bit::TITLE) != 0 {
            return Behind::Role;
        }
        if self.is(at, class::DIGIT) {
            let length = (at..at + 7)
                .take_while(|&n| self.is(n, class::DIGIT))
                .count();
            return match length {
                7.. => Behind::Number,
                // `鲁拟 2026年`
                _ if at > j => Behind::End,
                4 if self.c(at + 4) == '年' => Behind::End,
                1 | 2 if self.c(at + length) == '月' => Behind::End,
                _ if self.is_paid(at) => Behind::Row,
                _ => Behind::Nothing,
            };
        }
        if told & (bit::VERB | bit::BEFORE) != 0 {
            return Behind::Verb;
        }
        if told & bit::SHORT_BEHIND != 0 {
            return Behind::Short;
        }
        if c == '(' {
            return Behind::Open;
        }
        if self.is(at, class::STOP) || at > j {
            return Behind::End;
        }
        Behind::Nothing
    }

    /// Whether a sum stands here, and then another name with a sum: `施拟军19500元、郝样力…`.
    fn is_paid(&self, at: usize) -> bool {
        let end = (at..at + 12)
            .find(|&n| !self.is(n, class::DIGIT) && self.c(n) != '.')
            .unwrap_or(at);
        let start = end + 2;
        let given = start + self.family(start);
        self.c(end) == '元'
            && (self.row_mark(end + 1) == 1 || matches!(self.c(end + 1), ',' | ';'))
            && given > start
            && (given + 1..given + 3).any(|n| self.is(n, class::DIGIT) && self.is_given(given, n))
    }

    /// Whether anything may stand here that stands behind names: all that [`Scan::behind_row`]
    /// finds, and little more.
    pub(super) fn may_be_behind(&self, j: usize) -> bool {
        self.is(j, class::PERSON_BEHIND | class::STOP)
            || self.words.may_begin(self.code(j), self.code(j + 1), BEHIND)
    }

    /// Whether a mark of a person or a row of them may stand here: all that [`Scan::behind_row`] finds
    /// of these, and little more.
    pub(super) fn may_be_person(&self, j: usize) -> bool {
        self.is(j, class::PERSON_BEHIND) && self.may_be_told_behind(j, bit::MARK | bit::ROW)
    }

    /// The same of all that only persons have or do.
    pub(super) fn may_be_persons(&self, j: usize) -> bool {
        let of = bit::MARK | bit::ROW | bit::ACT | bit::BELONGING;
        self.c(j) == '的' || self.may_be_told_behind(j, of)
    }

    fn may_be_told_behind(&self, j: usize, of: u64) -> bool {
        let class = self.class(j);
        let next = self.c(j + 1);
        let age = || self.is(j + 1, class::DIGIT) || matches!(next, '(' | ',' | '、');
        let row = || self.family(j + 1) > 0;
        let marked = class & class::PERSON_BEHIND != 0
            && match self.c(j) {
                '、' | '/' => row() || age(),
                ',' => row() || age() || self.may_be_area(j + 1),
                '(' => age(),
                '和' | '与' | '及' | '跟' | '同' | '或' => row(),
                '以' => next == '及' && self.family(j + 2) > 0,
                _ if class & (class::HAN | class::DIGIT) != 0 => self.number_of_persons(j),
                // Quotes and blanks are passed over.
                _ => true,
            };
        marked || self.begins(j, of).bits != 0
    }

    /// Whether what stands before a place says by itself that a name begins there, whatever stands
    /// behind it: all that [`Scan::front`] finds of this kind, and a little more.
    pub(super) fn may_announce(&self, i: usize) -> bool {
        let before = self.before(i);
        let c = self.c_before(i);
        let word = before & class::GENERIC != 0
            || before & class::ROLE_END != 0 && self.may_end(i, bit::TITLE | bit::ROLE)
            || matches!(
                c,
                '为' | '是'
                    | '系'
                    | '叫'
                    | '姓'
                    | '即'
                    | '由'
                    | '名'
                    | '和'
                    | '与'
                    | '及'
                    | '跟'
                    | '同'
                    | '或'
            );
        word || before & class::HAN == 0 && !matches!(c, '\0' | ',' | '。' | ';')
    }

    /// What stands behind a name or behind the row that it begins.
    pub(super) fn behind_row(&self, j: usize) -> Behind {
        let mark = self.row_mark(j);
        if mark == 0 || self.family(j + mark) == 0 {
            return self.behind(j);
        }
        let mut row = self.row.borrow_mut();
        if row.ends.binary_search(&j).is_err() {
            self.read_row(j, &mut row);
        }
        let left = row.ends.len() - row.ends.partition_point(|end| *end < j);
        match row.behind {
            Some(behind) if left <= LONGEST_ROW => behind,
            _ => self.behind(j),
        }
    }

    /// Reads a row of names to its end, once for all of them.
    #[inline(never)]
    fn read_row(&self, j: usize, row: &mut Row) {
        row.ends.clear();
        let mut at = j;
        loop {
            row.ends.push(at);
            let mark = self.row_mark(at);
            if mark == 0 {
                row.behind = Some(self.behind(at));
                return;
            }
            let start = at + mark;
            let family = self.family(start);
            let next = [2, 1]
                .into_iter()
                .map(|given| start + family + given)
                .find(|&end| {
                    family > 0
                        && self.is_given(start + family, end)
                        && (self.row_mark(end) > 0 && self.family(end + self.row_mark(end)) > 0
                            || self.behind(end) > Behind::Nothing)
                });
            match next {
                Some(end) => at = end,
                None => {
                    row.behind = None;
                    return;
                }
            }
        }
    }

    /// Characters of what parts two names of a row.
    pub(super) fn row_mark(&self, at: usize) -> usize {
        match self.c(at) {
            '、' | '和' | '与' | '及' | '跟' | '同' => 1,
            '以' if self.c(at + 1) == '及' => 2,
            ',' | '/' | '或' if self.family(at + 1) > 0 => 1,
            _ => 0,
        }
    }

    pub(super) fn row_mark_before(&self, i: usize) -> usize {
        let c = self.c_before(i);
        match c {
            '及' if i > 1 && self.c(i - 2) == '以' => 2,
            '、' | '和' | '与' | '及' | '跟' | '同' | '/' | '或' => 1,
            _ => 0,
        }
    }

    /// Characters of the family name at a place.
    pub(super) fn family(&self, i: usize) -> usize {
        if self.is_double(i) {
            2
        } else {
            usize::from(self.is(i, class::FAMILY | class::CAREFUL))
        }
    }

    /// Whether these characters may be a given name.
    pub(super) fn is_given(&self, start: usize, end: usize) -> bool {
        let plain = |n: usize| {
            self.class(n) & (class::HAN | class::NEVER) == class::HAN
                && self.c(n) != '某'
                && self.c(n) != BLANKED
        };
        end <= self.len() && ((start..end).all(plain) || end == start + 2 && self.is_odd(start))
    }

    /// Whether a given name begins here with a character that else stands in none: `为民`, `向东`.
    pub(super) fn is_odd(&self, given: usize) -> bool {
        const ODD: class::Class = class::NEVER | class::TYPICAL;
        self.class(given) & ODD == ODD && self.class(given + 1) & ODD == class::TYPICAL
    }

    /// `（14周岁`, `，52岁`.
    fn age(&self, at: usize) -> bool {
        let mut n = at;
        while n < at + 2 && matches!(self.c(n), '(' | ',' | '、') {
            n += 1;
        }
        let digits = (n..n + 3).take_while(|&d| self.is(d, class::DIGIT)).count();
        let end = n + digits;
        n > at && digits > 0 && (self.c(end) == '岁' || self.starts_with(end, "周岁"))
    }

    /// `等8人`, `3人`, `等12名`.
    fn number_of_persons(&self, at: usize) -> bool {
        let start = at + usize::from(self.c(at) == '等');
        let numeral = |n: &usize| {
            self.is(*n, class::DIGIT | class::CHINESE_DIGIT)
                || matches!(self.c(*n), '十' | '百' | '两' | '多' | '余' | '数')
        };
        let digits = (start..start + 5).take_while(numeral).count();
        digits > 0 && matches!(self.c(start + digits), '人' | '名' | '位' | '户')
    }
}
