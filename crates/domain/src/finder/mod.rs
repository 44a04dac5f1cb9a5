//! The finder of personal data in running text (I6): compiled once from word lists, asked for
//! every text before it is shown.
//!
//! Numbers are known by their shape or by the word before them (`numbers.rs`, `shapes.rs`), names by
//! what stands beside them (`frames.rs`, `names.rs`), dwellings by the word before them. In doubt a
//! piece is masked and said to be doubtful, so that somebody reads it: one name too few on a page
//! harms less than one too many.

mod accounts;
mod again;
mod called;
mod cell;
mod class;
mod dwelling;
mod foreign;
mod frames;
mod lexicon;
mod mask;
mod names;
mod numbers;
mod own;
mod parties;
mod scan;
mod sensitive;
mod shapes;
mod sieve;
mod trie;
mod words;

pub use cell::NameFault;
pub use mask::STRUCK;
pub use words::Words;

use lexicon::Lexicon;
use scan::Scan;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, ops::Range, sync::LazyLock};

/// A kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Number of an identity card, whole, masked in part or mistyped.
    IdentityNumber,
    /// Number of a passport, a permit to travel, a soldier's card.
    Passport,
    /// Number of another personal card or file: of a driver, a patient, a pupil, an employee.
    Card,
    /// Mobile number.
    Mobile,
    /// Landline number.
    Landline,
    /// Number of a bank account or card.
    BankAccount,
    /// Last digits of such a number.
    Tail,
    /// Address of electronic mail.
    Email,
    /// Number plate of a vehicle.
    NumberPlate,
    /// Account in a network.
    Account,
    /// A person's dwelling.
    Address,
    /// A person's birthday.
    Birthday,
    /// A person's illness.
    Illness,
    /// A person's name.
    Name,
}

impl Kind {
    /// Chinese term.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::IdentityNumber => "身份证件号码",
            Self::Passport => "护照、通行证件号码",
            Self::Card => "个人证件或者档案编号",
            Self::Mobile => "手机号码",
            Self::Landline => "电话号码",
            Self::BankAccount => "银行账号",
            Self::Tail => "号码的尾数",
            Self::Email => "电子邮箱",
            Self::NumberPlate => "车牌号",
            Self::Account => "网络账号",
            Self::Address => "住址",
            Self::Birthday => "出生日期",
            Self::Illness => "健康状况",
            Self::Name => "姓名",
        }
    }
}

/// How sure the finder is. Both are masked; what is doubtful is put before a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may be something else.
    Doubtful,
    /// It is personal data.
    Certain,
}

/// Why a whole text is withheld, the weightier the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// More of it would be masked than is left.
    MostlyMasked,
    /// It tells somebody's state of health.
    Illness,
    /// It names a victim.
    Victim,
    /// It tells of sexual matters about somebody.
    Sexual,
    /// It tells of a minor.
    Minor,
}

impl Reason {
    /// What stands in place of the text, in Chinese.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::MostlyMasked => "（内容多为个人信息，不予公示）",
            Self::Illness => "（内容涉及个人健康状况，不予公示）",
            Self::Victim => "（内容涉及被害人，不予公示）",
            Self::Sexual => "（内容涉及个人隐私，不予公示）",
            Self::Minor => "（内容涉及未成年人，不予公示）",
        }
    }
}

/// A piece of personal data in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte behind the last.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// How sure that is.
    pub verdict: Verdict,
    /// Bytes of the word that announced it.
    pub announced_by: Option<Range<usize>>,
}

/// What is known of a text from the record it stands in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// Cells that name persons: the representative's, a business that bears a person's name.
    /// Their persons are masked wherever they stand.
    pub persons: &'a [&'a str],
    /// What stays whole wherever it stands: the party that is no person, authorities, places.
    pub whole: &'a [&'a str],
}

/// What the finder found in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Pieces of personal data, in order of place; they do not overlap.
    pub spans: Vec<Span>,
    /// Why the whole text is withheld, where it is.
    pub withhold: Option<Reason>,
}

impl Reading {
    /// The text with every piece masked, whether certain or doubtful.
    #[must_use]
    pub fn masked<'a>(&self, text: &'a str) -> Cow<'a, str> {
        mask::masked(text, &self.spans)
    }

    /// Whether something is doubtful, so that somebody must read the text.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.spans.iter().any(|s| s.verdict == Verdict::Doubtful)
    }
}

/// A text without personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted<'a> {
    /// The text; borrowed where nothing was struck.
    pub text: Cow<'a, str>,
    /// What was struck, in order of place.
    pub struck: Vec<Kind>,
}

/// A piece of personal data that needs no words to be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: Kind,
    /// Where, in bytes.
    pub range: Range<usize>,
}

/// Finds personal data in running text. Compiled once from word lists, then only read.
#[derive(Debug, Clone)]
pub struct Finder {
    words: Lexicon,
}

/// How often a masked text is read again: what is masked may let something else be seen.
const MOST_READINGS: usize = 4;

impl Finder {
    /// Compiles word lists. They are not checked: ask [`Words::faults`] before.
    #[must_use]
    pub fn new(words: &Words) -> Self {
        Self {
            words: Lexicon::compile(words),
        }
    }

    /// The forms of a character in which a known name is found: simplified, and the traditional ones.
    pub fn forms(&self, c: char) -> impl Iterator<Item = char> {
        self.words.forms(c)
    }

    /// What personal data stands in a text.
    #[must_use]
    pub fn read(&self, text: &str, context: &Context<'_>) -> Reading {
        self.read_scan(Scan::new(text, &self.words), context)
    }

    fn read_scan(&self, mut scan: Scan<'_>, context: &Context<'_>) -> Reading {
        scan.leave_whole(context.whole);
        let persons: Vec<String> = context
            .persons
            .iter()
            .flat_map(|cell| self.persons_in_cell(cell))
            .collect();
        if !persons.is_empty() {
            scan.read_own(&persons);
        }
        scan.read_numbers(true);
        if !scan.names.is_empty() {
            scan.read_names();
        }
        if scan.is_hidden() {
            scan.parted_names();
        }
        if !scan.found.is_empty() {
            scan.read_again();
        }
        scan.read_premises();
        if scan.found.is_empty() && !scan.is_masked() {
            return Reading::default();
        }
        let withhold = scan.sensitive();
        let spans = scan.spans();
        let withhold = withhold.or_else(|| scan.mostly_masked(&spans));
        Reading { spans, withhold }
    }

    /// The text as the public may see it: masked, or a sentence in its place where it is withheld
    /// whole. `persons` are cells that name persons.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str, persons: &[&str]) -> Redacted<'a> {
        self.redact_in(
            text,
            &Context {
                persons,
                whole: &[],
            },
        )
    }

    /// [`Finder::redact`] with all that is known of the record.
    #[must_use]
    pub fn redact_in<'a>(&self, text: &'a str, context: &Context<'_>) -> Redacted<'a> {
        let reading = self.read(text, context);
        let mut struck: Vec<Kind> = reading.spans.iter().map(|s| s.kind).collect();
        if let Some(reason) = reading.withhold.filter(|r| *r != Reason::MostlyMasked) {
            return Redacted {
                text: Cow::Owned(reason.sentence().to_owned()),
                struck,
            };
        }
        let mut text = reading.masked(text);
        for _ in 0..MOST_READINGS {
            if struck.is_empty() {
                break;
            }
            let again = self.read(&text, context);
            if again.spans.is_empty() {
                break;
            }
            struck.extend(again.spans.iter().map(|s| s.kind));
            let more = again.masked(&text).into_owned();
            if more == text {
                break;
            }
            text = Cow::Owned(more);
        }
        Redacted { text, struck }
    }
}

impl Scan<'_> {
    /// Everything but names; with `all`, places where a name may begin are noted.
    fn read_numbers(&mut self, all: bool) {
        self.sift();
        let wanted = std::mem::take(&mut self.wanted);
        let mut names = std::mem::take(&mut self.names);
        // What was read already.
        let mut done = 0;
        sieve::each(&wanted, |i| {
            if i < done {
                return;
            }
            let class = self.class(i);
            // A nickname begins where nothing else does.
            if all && (class & class::NAME != 0 || class & class::BESIDE_NAMES == 0) {
                names.push(i as u32);
            }
            if all && class & class::SIGN != 0 && self.c(i) == ':' {
                let blanks = (i + 1..i + 4).take_while(|&n| self.is(n, class::BLANK));
                names.push((i + 1 + blanks.count()) as u32);
            }
            // Nearly every place holds a name or nothing.
            if class & class::BESIDE_NAMES != 0 {
                done = self.look(i, all).unwrap_or(done);
            }
        });
        (self.wanted, self.names) = (wanted, names);
    }

    /// Looks at a place for all but names; tells how far a number or a word of letters was read that
    /// begins there.
    fn look(&mut self, i: usize, all: bool) -> Option<usize> {
        let class = self.class(i);
        if all {
            if class & class::DWELL != 0 {
                self.dwelling(i);
            }
            if class & class::SIGN != 0 && self.c(i) != ':' {
                self.mail(i);
            }
        }
        if class & (class::DIGIT | class::LATIN | class::CHINESE_DIGIT) == 0 {
            return None;
        }
        if all && class & class::LATIN != 0 {
            let end = (i..i + 8).take_while(|&n| self.is(n, class::LATIN)).count() + i;
            if self.is(end - 1, class::DWELL) {
                self.dwelling(end - 1);
            }
            if let Some(end) = self.latin(i).or_else(|| self.foreign(i)) {
                return Some(end);
            }
        }
        if all
            && class & class::DIGIT != 0
            && self.before(i) & class::PROVINCE != 0
            && let Some(end) = self.police_plate(i).or_else(|| self.farm_plate(i))
        {
            return Some(end);
        }
        Some(self.number(i))
    }

    /// Addresses that are dwellings only beside a name, once names are known.
    fn read_premises(&mut self) {
        if !self.found.iter().any(|f| f.kind == Kind::Name) {
            return;
        }
        for n in 0..self.found.len() {
            let Some(end) = self
                .found
                .get(n)
                .filter(|f| f.kind == Kind::Name)
                .map(|f| f.end)
            else {
                continue;
            };
            // `，住所：`, `　地址：`
            let marks = (end..end + 3).take_while(|&n| self.is_loose(n)).count();
            for last in [end + 1, end + 2, end + marks + 1, end + marks + 2] {
                if self.is(last, class::DWELL) {
                    self.dwelling(last);
                }
            }
        }
    }

    /// Takes out what stays whole.
    fn leave_whole(&mut self, whole: &[&str]) {
        for name in whole.iter().filter(|n| n.chars().nth(1).is_some()) {
            let length = name.chars().count();
            let (mut bytes, mut at) = (0, 0);
            for (start, _) in self.text.match_indices(name) {
                at += self.text.get(bytes..start).map_or(0, |t| t.chars().count());
                bytes = start;
                self.blank(at, at + length);
            }
        }
    }

    /// What was found, in bytes, in order, without overlaps.
    fn spans(&mut self) -> Vec<Span> {
        let mut found = std::mem::take(&mut self.found);
        if found.is_empty() {
            return Vec::new();
        }
        let starts: Vec<usize> = self.text.char_indices().map(|(at, _)| at).collect();
        let at = |i: usize| starts.get(i).copied().unwrap_or(self.text.len());
        let bytes = |start, end| at(start)..at(end);
        found.sort_by_key(|f| {
            (
                f.start,
                std::cmp::Reverse(f.end),
                std::cmp::Reverse(f.verdict),
            )
        });
        let mut spans: Vec<Span> = Vec::with_capacity(found.len());
        let mut done = 0;
        for one in found {
            if one.end <= done || one.end <= one.start {
                continue;
            }
            let Range { start, end } = bytes(one.start.max(done), one.end);
            // Of two that overlap, the rest of the second goes with the first.
            if let Some(last) = spans.last_mut().filter(|_| one.start < done) {
                last.end = end;
                done = one.end;
                continue;
            }
            spans.push(Span {
                start,
                end,
                kind: one.kind,
                verdict: one.verdict,
                announced_by: one.announced.map(|(s, e)| bytes(s, e)),
            });
            done = one.end;
        }
        spans
    }

    /// Whether more of the text is masked than is left. Short texts are masked alone.
    fn mostly_masked(&self, spans: &[Span]) -> Option<Reason> {
        /// Characters of a text that can be said to be mostly masked.
        const SHORTEST: usize = 12;
        /// The number of a thing counts as so many, however long it is.
        const NUMBER: usize = 4;
        /// Characters that tell what was done: `无证经营烟花爆竹`.
        const FEWEST: usize = 8;
        let masked: usize = spans
            .iter()
            .map(|s| {
                let own = self.text.get(s.start..s.end).unwrap_or_default();
                let thing = matches!(s.kind, Kind::NumberPlate | Kind::Card);
                own.chars()
                    .count()
                    .min(if thing { NUMBER } else { usize::MAX })
            })
            .sum();
        let is_mark = |i: &usize| self.is(*i, class::STOP | class::BLANK);
        let words = self.len() - (0..self.len()).filter(is_mark).count();
        let mostly = self.len() >= SHORTEST && masked * 2 > words;
        (mostly && self.facts(spans) < FEWEST).then_some(Reason::MostlyMasked)
    }

    /// Characters of the clauses in which nothing is masked, but for labels.
    fn facts(&self, spans: &[Span]) -> usize {
        let mut left = spans.iter().peekable();
        let inside = |(at, _)| {
            while left.next_if(|s| s.end <= at).is_some() {}
            left.peek().is_some_and(|s| s.start <= at)
        };
        let masked: Vec<bool> = self.text.char_indices().map(inside).collect();
        let mut facts = 0;
        let mut start = 0;
        for i in 0..=self.len() {
            let outside = masked.get(i) != Some(&true);
            if !(outside && self.is(i, class::STOP)) {
                continue;
            }
            let clause = masked.get(start..i).unwrap_or_default();
            let told = (start..i).filter(|&n| self.is(n, class::HAN)).count();
            let label = words::bit::TITLE | words::bit::ROLE | words::bit::ANNOUNCING;
            let label = label | words::bit::DWELLING | words::bit::PREMISES;
            if !clause.contains(&true) && self.ends(i, label).length == 0 {
                facts += told;
            }
            start = i + 1;
        }
        facts
    }
}

/// The plainest words before numbers, for what is asked without a rulebook.
static CORE: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::compile(&Words {
        identity: "身份证 公民身份 身份号 证件号 居住证 护照 通行证 军官证 士官证".to_owned(),
        phone: "电话 手机 座机 热线 传真 联系方式 tel 微信".to_owned(),
        bank: "账号 帐号 账户 帐户 卡号 银行卡 存折 银行 支行 卡".to_owned(),
        serial:
            "第 字 编号 案号 文号 证号 许可证 批号 条码 条形码 单号 流水号 注册号 登记号 代码 执照"
                .to_owned(),
        amounts: "金额 罚款 人民币 价款 货值 共计 合计 为 共".to_owned(),
        codes: "信用代码".to_owned(),
        connectors: "号 号码 码 编号 为 是 no.".to_owned(),
        ..Words::default()
    })
});

/// The first identity number, mobile number or bank account in a text, for the checker.
#[must_use]
pub fn scan(text: &str) -> Option<Hit> {
    hits(text).into_iter().find(|h| {
        matches!(
            h.kind,
            Kind::IdentityNumber | Kind::Mobile | Kind::BankAccount
        )
    })
}

/// A value for a finding: identity numbers in it masked, all else as it is.
#[must_use]
pub fn mask_identity_numbers(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    for Hit { kind, range } in hits(text) {
        if kind == Kind::IdentityNumber {
            out.push_str(text.get(done..range.start).unwrap_or_default());
            let number = text.get(range.clone()).unwrap_or_default();
            out.push_str(&crate::identity::mask_identity(number));
            done = range.end;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// A text that somebody changed after [`mask_identity_numbers`] was shown to them, with the numbers
/// of `text` where their masks were left standing; none where a mask is not whole, or not that of a
/// number of `text`: what stands for a number must not be taken for it.
#[must_use]
pub fn unmask_identity_numbers(text: &str, typed: &str) -> Option<String> {
    let numbers: Vec<(String, &str)> = hits(text)
        .into_iter()
        .filter(|hit| hit.kind == Kind::IdentityNumber)
        .filter_map(|hit| text.get(hit.range))
        .map(|number| (crate::identity::mask_identity(number), number))
        .collect();
    let own: Vec<&str> = stars(text).filter_map(|at| text.get(at)).collect();
    let mut out = String::new();
    let (mut done, mut used) = (0, 0);
    for at in stars(typed) {
        // Three characters stand before the stars of a mask.
        let before = typed.get(done..at.start)?;
        let front = before.char_indices().rev().nth(2).map(|(at, _)| done + at);
        let mask = front.and_then(|front| typed.get(front..at.end));
        let of_mask = |(known, _): &&(String, &str)| Some(known.as_str()) == mask;
        let same: Vec<&str> = numbers.iter().filter(of_mask).map(|(_, n)| *n).collect();
        let (Some(front), Some(mask), Some(first)) = (front, mask, same.first()) else {
            let run = typed.get(at.clone())?;
            let three = front.and_then(|front| typed.get(front..at.start));
            let begins = |(known, _): &(String, &str)| three.is_some_and(|t| known.starts_with(t));
            let begins = numbers.iter().any(begins);
            // Stars that were there before anybody masked anything are the writer's own.
            if !begins && (run.len() < MANY_STARS || own.contains(&run)) {
                continue;
            }
            return None;
        };
        // Where one of several that look alike was taken away, nobody knows which is left.
        let number = if same.iter().all(|n| n == first) {
            first
        } else if typed.matches(mask).count() == same.len() {
            used += 1;
            same.get(used - 1)?
        } else {
            return None;
        };
        out.push_str(typed.get(done..front)?);
        out.push_str(number);
        done = at.end;
    }
    out.push_str(typed.get(done..)?);
    Some(out)
}

/// So many stars in a row stand for a number; fewer are somebody's own way to leave something out.
const MANY_STARS: usize = 6; // no law: half of what the shortest mask has

/// Where stars stand in a row.
fn stars(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text.get(from..)?.find('*')?;
        let rest = text.get(start..)?;
        let end = rest.find(|c| c != '*').map_or(text.len(), |n| start + n);
        from = end;
        Some(start..end)
    })
}

/// Numbers of persons, without a rulebook.
fn hits(text: &str) -> Vec<Hit> {
    let mut scan = Scan::new(text, &CORE);
    scan.read_numbers(false);
    let spans = scan.spans();
    let hit = |s: Span| Hit {
        kind: s.kind,
        range: s.start..s.end,
    };
    spans.into_iter().map(hit).collect()
}

#[cfg(test)]
mod golden;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod steps;
#[cfg(test)]
#[path = "tests.rs"]
mod tests;
