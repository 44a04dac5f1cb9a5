//! Texts that are withheld whole: about minors, victims, illness, sexual matters.

use super::{Kind, Reason, Verdict::Certain, class, frames::BLANKED, scan::Scan, words::bit};

/// Characters between a word for a minor and the name.
const BESIDE: usize = 4;

/// What a clause says before an illness, read once however many illnesses it tells.
#[derive(Debug, Default)]
struct Clause {
    /// The first place that was not read.
    read: usize,
    /// What a product is said to do.
    claims: bool,
    patient: bool,
}

impl Scan<'_> {
    /// Why the whole text is withheld, where a person stands in it. Illnesses are found on the way.
    pub(super) fn sensitive(&mut self) -> Option<Reason> {
        let persons = self.persons();
        if persons.is_empty() {
            return None;
        }
        let mut reason = None;
        let mut raise = |found| reason = reason.max(Some(found));
        let announced: Vec<(usize, usize)> = self
            .found
            .iter()
            .filter(|f| f.kind == Kind::Name)
            .filter_map(|f| f.announced)
            .collect();
        if announced
            .iter()
            .any(|&(_, end)| self.ends(end, bit::VICTIM).length > 0)
        {
            raise(Reason::Victim);
        }
        if let Some(found) = persons.iter().filter_map(|p| self.told_of(*p)).max() {
            raise(found);
        }
        // Sentences, counted; and in which of them a person stands.
        let mut sentence = 0;
        let sentences: Vec<usize> = (0..self.len())
            .map(|i| {
                let here = sentence;
                sentence += usize::from(matches!(self.c(i), '。' | '\n' | '!' | '?'));
                here
            })
            .collect();
        let mut peopled = vec![false; sentence + 1];
        let mut near = vec![false; self.len() + 1];
        for &(start, end) in &persons {
            let number = sentences.get(start).copied().unwrap_or(0);
            if let Some(peopled) = peopled.get_mut(number) {
                *peopled = true;
            }
            let around = start.saturating_sub(BESIDE)..(end + BESIDE + 1).min(near.len());
            near.get_mut(around).unwrap_or_default().fill(true);
        }
        let of = bit::ILLNESS | bit::SEXUAL | bit::MINOR;
        let mut illnesses = Vec::new();
        let mut clause = Clause::default();
        for i in 0..self.len() {
            if self.is(i, class::STOP) {
                clause = Clause {
                    read: i + 1,
                    ..Clause::default()
                };
                continue;
            }
            if self.is(i, class::DIGIT) && self.minor_age(i) {
                raise(Reason::Minor);
            }
            let told = self.begins(i, of);
            if told.bits == 0 {
                continue;
            }
            let end = i + told.length;
            if told.bits & bit::MINOR != 0 {
                let beside = (i..=end).any(|n| near.get(n) == Some(&true));
                let other = "园用乐玩医服食专餐票座游保福".contains(self.c(end));
                if beside && !other {
                    raise(Reason::Minor);
                }
            }
            let number = sentences.get(i).copied().unwrap_or(0);
            let among = peopled.get(number) == Some(&true);
            if told.bits & bit::ILLNESS != 0 && among && !self.is_claim(i, end, &mut clause) {
                illnesses.push((i, end));
                raise(Reason::Illness);
            }
            if told.bits & bit::SEXUAL != 0 && among {
                raise(Reason::Sexual);
            }
        }
        for place in illnesses {
            self.push(place, Kind::Illness, Certain, None);
        }
        reason
    }

    /// Whether an illness is what a product is said to heal, or a part of a longer word: no one's.
    fn is_claim(&self, i: usize, end: usize, clause: &mut Clause) -> bool {
        for n in clause.read..i {
            clause.claims |= self.begins(n, bit::CLAIM).length > 1;
            clause.patient |= self.begins(n, bit::PATIENT).length > 1;
        }
        clause.read = clause.read.max(i);
        self.begins(i, bit::CLAIM).length > end - i || clause.claims && !clause.patient
    }

    /// What is told by the word before a person with sex and age: `死者蒋某，男，56岁`.
    fn told_of(&self, (start, end): (usize, usize)) -> Option<Reason> {
        let near = end..end + 9;
        let sex = near.clone().any(|n| matches!(self.c(n), '男' | '女'));
        let age = near.clone().any(|n| self.is(n, class::DIGIT))
            && near.clone().any(|n| self.c(n) == '岁');
        if !(sex && age) {
            return None;
        }
        let told = self.ends(start, bit::DEAD | bit::PATIENT);
        if told.bits & bit::DEAD != 0 {
            return Some(Reason::Victim);
        }
        (told.bits & bit::PATIENT != 0).then_some(Reason::Illness)
    }

    /// Names, and persons whose names were made unreadable before: `李某`.
    fn persons(&self) -> Vec<(usize, usize)> {
        let mut persons: Vec<(usize, usize)> = self
            .found
            .iter()
            .filter(|f| f.kind == Kind::Name)
            .map(|f| (f.start, f.end))
            .collect();
        for i in 0..self.len() {
            let hidden = |n: usize| matches!(self.c(n), '某' | '*') && self.c(n) != BLANKED;
            let masked = hidden(i + 1) || hidden(i + 2) && self.is(i + 1, class::HAN);
            if masked && self.family(i) == 1 {
                let end = (i + 2..i + 4).take_while(|&n| hidden(n)).count() + i + 2;
                persons.push((i, end));
            }
        }
        persons
    }

    fn minor_age(&self, i: usize) -> bool {
        if self.before(i) & class::DIGIT != 0 {
            return false;
        }
        let digits = (i..i + 3).take_while(|&n| self.is(n, class::DIGIT)).count();
        let age = (i..i + digits).fold(0_u32, |n, at| {
            n * 10 + u32::from(class::digit(self.c(at)).unwrap_or(0))
        });
        let end = i + digits;
        let years = self.c(end) == '岁' || self.starts_with(end, "周岁");
        years && age < u32::from(self.words.adult_age) && self.c_before(i) != '满'
    }
}
