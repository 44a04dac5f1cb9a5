//! The cell of the representative, and names of organisations that hold a person.

use super::{
    Context, Finder, Kind, Verdict, class,
    lexicon::{Lexicon, fold},
    words::bit,
};
use crate::{name, subject::SubjectKind};

/// What stands in the name of an organisation and does not belong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameFault {
    /// What it is, in order of place.
    pub kinds: Vec<Kind>,
    /// The name without it.
    pub masked: String,
}

impl Finder {
    /// The persons in the cell of a legal representative, without titles, brackets and forms of
    /// address, in simplified characters: `执行董事：張例安、李样禾（监事）等2人`. Hidden characters
    /// (`张某安`, `张*安`) stay as they are.
    #[must_use]
    pub fn persons_in_cell(&self, cell: &str) -> Vec<String> {
        let words = &self.words;
        let mut persons: Vec<String> = Vec::new();
        let bare = without_brackets(cell);
        for piece in bare.split(is_separator) {
            let parts: Vec<&str> = piece.split_whitespace().collect();
            let whole = |part: &&str| part.chars().filter(|c| is_han(*c)).count() >= 2;
            // `张 例 安` is one name, `张例安 李样禾` are two, `JOHN SMITH` is one.
            let apart = parts.len() > 1 && parts.iter().all(whole);
            let latin = parts.iter().all(|p| p.is_ascii());
            let names = match (apart, latin) {
                (true, _) => parts.iter().map(|p| (*p).to_owned()).collect(),
                (false, true) => vec![parts.join(" ")],
                (false, false) => vec![parts.concat()],
            };
            for name in names {
                let name = bare_person(words, &name);
                let length = name.chars().filter(|c| c.is_alphanumeric()).count();
                if length >= 2 && !persons.contains(&name) {
                    persons.push(name);
                }
            }
        }
        for name in self.persons_in_brackets(cell) {
            if !persons.contains(&name) {
                persons.push(name);
            }
        }
        persons
    }

    /// Persons whom a bracket names behind a word for what they are: an investor's name, then
    /// `（委派代表：张例安）`.
    fn persons_in_brackets(&self, cell: &str) -> Vec<String> {
        let mut persons = Vec::new();
        for inside in cell.split(OPENING).skip(1) {
            let inside = inside.split(CLOSING).next().unwrap_or_default();
            let mut led = false;
            for piece in inside.split(is_separator) {
                let chars: Vec<char> = piece.chars().filter(|c| !c.is_whitespace()).collect();
                let of = bit::TITLE | bit::ROLE;
                led |= self.words.begin(&chars, of).length > 0 || piece.contains("委派");
                let mut name = bare_person(&self.words, piece);
                if !name.is_ascii() {
                    name.retain(|c| !c.is_whitespace());
                }
                let name = name.trim_start_matches("委派");
                let name = name.trim_start_matches(['为', '系', '是']);
                if led && (self.is_person(name) || is_foreign(name)) {
                    persons.push(name.to_owned());
                }
            }
        }
        persons
    }

    /// What personal data an organisation's name holds: numbers, plates, its representative in
    /// brackets. No licence has such a name. `None` where it holds nothing.
    #[must_use]
    pub fn organisation_name_fault(&self, name: &str) -> Option<NameFault> {
        let reading = self.read(name, &Context::default());
        let bracketed = |at: usize| {
            let before = name.get(..at).unwrap_or_default();
            let opened = before.rfind(['（', '(', '【', '[']);
            opened.is_some_and(|o| o > before.rfind(['）', ')', '】', ']']).unwrap_or(0))
        };
        let spans: Vec<_> = reading
            .spans
            .into_iter()
            .filter(|s| match s.kind {
                Kind::Name => bracketed(s.start) && s.announced_by.is_some(),
                Kind::Birthday | Kind::Tail | Kind::Illness | Kind::Address => false,
                _ => s.verdict == Verdict::Certain,
            })
            .collect();
        if spans.is_empty() {
            return None;
        }
        let kinds = spans.iter().map(|s| s.kind).collect();
        Some(NameFault {
            kinds,
            masked: super::mask::masked(name, &spans).into_owned(),
        })
    }

    /// Whether an individual business is named by a person, whoever runs it. Certain where it
    /// bears the name in the cell of its representative, or tells no trade; doubtful where it
    /// begins with what may be a name and a word of trade follows: `李例强水果店`.
    #[must_use]
    pub fn person_named<W: AsRef<str>>(
        &self,
        name: &str,
        kind: SubjectKind,
        representative: Option<&str>,
        trade_words: &[W],
    ) -> Option<Verdict> {
        if kind != SubjectKind::IndividualBusiness {
            return None;
        }
        let persons = self.persons_in_cell(representative.unwrap_or_default());
        let key = self.simplified_key(name);
        if persons.iter().any(|p| bears(&key, &self.simplified_key(p))) {
            return Some(Verdict::Certain);
        }
        if name::is_person_named(name, kind, None, trade_words) {
            return Some(Verdict::Certain);
        }
        // A name of one in brackets behind the trade: `小吃店（李例强）`.
        let bracket = name
            .split(['（', '('])
            .nth(1)
            .map(|b| b.trim_end_matches(['）', ')']));
        if bracket.is_some_and(|b| self.is_person(b)) {
            return Some(Verdict::Doubtful);
        }
        let own: Vec<char> = name::without_region(&key).chars().collect();
        // A name of two characters is a shop's as well: `谷禾面馆`, but not `李强面馆`.
        let short = own.first_chunk().is_some_and(|[family, given]| {
            let (sure, typical) = (self.words.class(*family), self.words.class(*given));
            sure & class::SURE != 0 || typical & class::TYPICAL != 0
        });
        // `金龙鱼经营部`
        let kept = self.words.begin(&own, bit::KEEP).length;
        let is_owner = |length: usize| {
            let (person, trade) = own.split_at_checked(length)?;
            let person: String = person.iter().collect();
            let trade: String = trade.iter().collect();
            // What the owner is called ends where a word of trade begins, and not in one.
            let told = kept < length
                && self.is_person(&person)
                && trade_words.iter().any(|w| is_at_edge(&trade, w.as_ref()))
                && !trade_words.iter().any(|w| is_cut(&own, length, w.as_ref()));
            told.then_some(Verdict::Doubtful)
        };
        is_owner(3).or_else(|| short.then(|| is_owner(2)).flatten())
    }

    /// Whether a text is a family name with one or two characters, and no common word.
    fn is_person(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().map(|c| self.words.simple(c)).collect();
        let given = match chars.as_slice() {
            [a, b, rest @ ..] if self.words.are_double(*a, *b) => rest,
            [a, rest @ ..] if self.words.class(*a) & class::FAMILY != 0 => {
                if rest.first().is_some_and(|b| self.words.are_pair(*a, *b)) {
                    return false;
                }
                rest
            }
            _ => return false,
        };
        let keep = self.words.begin(&chars, bit::KEEP).length;
        matches!(given.len(), 1..=2)
            && keep == 0
            && given
                .iter()
                .all(|c| is_han(*c) && self.words.class(*c) & class::NEVER == 0)
            && !given
                .iter()
                .any(|c| "记家氏姐哥嫂妈爸爷婆老大小".contains(*c))
    }

    fn simplified_key(&self, name: &str) -> String {
        let simple = |c: char| self.words.simple(c);
        name.chars()
            .filter(|c| c.is_alphanumeric() || is_hidden(*c))
            .map(|c| simple(fold(c)))
            .collect()
    }
}

/// Whether a word begins what is told of a trade, or ends it.
fn is_at_edge(trade: &str, word: &str) -> bool {
    !word.is_empty() && (trade.starts_with(word) || trade.ends_with(word))
}

/// Whether a word stands on both sides of a place, or ends there: nobody is called 李文具.
fn is_cut(name: &[char], at: usize, word: &str) -> bool {
    let length = word.chars().count();
    let mut starts = at.saturating_sub(length).max(1)..at;
    length > 1
        && starts.any(|start| {
            let here = name.get(start..).unwrap_or_default();
            here.len() >= length && here.iter().zip(word.chars()).all(|(a, b)| *a == b)
        })
}

/// Whether a name bears a person's, of whose characters some may be hidden.
fn bears(name: &str, person: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let person: Vec<char> = person.chars().collect();
    let open = person.iter().filter(|c| !is_hidden(**c)).count();
    open >= 2
        && name.windows(person.len()).any(|w| {
            w.iter()
                .zip(&person)
                .all(|(a, b)| a == b || is_hidden(*b) && is_han(*a))
        })
}

/// A person's name without what stands around it in a cell.
fn bare_person(words: &Lexicon, piece: &str) -> String {
    const ADDRESS: [&str; 6] = ["先生", "女士", "小姐", "同志", "老师", "经理"];
    let mut chars: Vec<char> = piece
        .chars()
        .filter(|c| {
            c.is_alphanumeric() || is_hidden(*c) || matches!(c, ' ' | '·' | '•' | '・' | ':' | '：')
        })
        .collect();
    // `委派代表：张例安`, `执行董事张例安`
    if let Some(colon) = chars.iter().rposition(|c| matches!(c, ':' | '：')) {
        chars.drain(..=colon);
    }
    // `执行事务合伙人委派代表张例安`
    loop {
        let title = words.begin(&chars, bit::TITLE | bit::ROLE).length;
        if title == 0 || chars.len() < title + 2 {
            break;
        }
        chars.drain(..title);
    }
    let mut name: String = chars.into_iter().map(|c| words.simple(c)).collect();
    if let Some(at) = name.find('等').filter(|&at| {
        let behind = name.get(at + '等'.len_utf8()..).unwrap_or_default();
        behind.is_empty() || behind.ends_with(['人', '名', '位'])
    }) {
        name.truncate(at);
    }
    for form in ADDRESS {
        if let Some(bare) = name.strip_suffix(form)
            && bare.chars().count() >= 2
        {
            name.truncate(bare.len());
        }
    }
    name.trim().to_owned()
}

/// Whether a name is one of a foreigner or a minority, or is hidden in part: `JOHN SMITH`.
fn is_foreign(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2 && (name.is_ascii() || name.contains(['·', '•', '・']))
        || letters >= 1 && name.chars().any(is_hidden)
}

const OPENING: [char; 5] = ['(', '（', '[', '【', '〔'];
const CLOSING: [char; 5] = [')', '）', ']', '】', '〕'];

fn is_separator(c: char) -> bool {
    matches!(
        c,
        '、' | '，' | ',' | '/' | '／' | ';' | '；' | '|' | '｜' | '\n' | '&' | '和' | '与' | '及'
    )
}

const fn is_hidden(c: char) -> bool {
    matches!(c, '某' | '*' | '＊' | '×' | '○')
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if OPENING.contains(&c) {
            depth += 1;
        } else if CLOSING.contains(&c) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 {
            out.push(c);
        }
    }
    out
}
