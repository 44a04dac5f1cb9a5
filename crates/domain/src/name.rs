//! Names of organisations: compared, searched, and masked where they are a person's.

use crate::{
    subject::SubjectKind,
    text::{is_invisible, narrow},
};

/// A name for comparison with the register: brackets of both widths, blanks, case and the many
/// middle dots make no difference; everything else does.
#[must_use]
pub fn comparison_key(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(*c))
        .map(|c| match c {
            '〔' | '【' | '〈' | '﹝' | '［' | '[' => '(',
            '〕' | '】' | '〉' | '﹞' | '］' | ']' => ')',
            '•' | '・' | '‧' | '∙' | '･' | '⋅' | '●' | '．' => '·',
            c => narrow(c).to_ascii_uppercase(),
        })
        .collect()
}

/// Whether two spellings are one name.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a == b || comparison_key(a) == comparison_key(b)
}

/// A name for search: letters, digits and characters only, in lower case.
#[must_use]
pub fn search_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '\u{4e00}'..='\u{9fff}' => key.push(c),
            _ => key.extend(
                std::iter::once(narrow(c))
                    .filter(|c| c.is_alphanumeric())
                    .flat_map(char::to_lowercase),
            ),
        }
    }
    key
}

/// The overlapping pairs of characters of a search key, in order: the terms of the index.
pub fn bigrams(key: &str) -> impl Iterator<Item = &str> {
    let ends = key
        .char_indices()
        .skip(2)
        .map(|(i, _)| i)
        .chain(std::iter::once(key.len()));
    let pairs = key.chars().count().saturating_sub(1);
    key.char_indices()
        .zip(ends)
        .take(pairs)
        .filter_map(|((start, _), end)| key.get(start..end))
}

/// The search key of what somebody typed, or `None` where it is shorter than two characters: a
/// single one would match everything.
#[must_use]
pub fn query_key(query: &str) -> Option<String> {
    let key = search_key(query);
    (key.chars().nth(1).is_some()).then_some(key)
}

/// Whether an individual business is named by a person (I6): it bears the name of the one who
/// runs it, or nothing but a person's name. In doubt it is: only a word of trade (`trade_words`, from the rulebook) shows that it is not, and only
/// where enough of a name is left beside it: `张健康` has no trade, `欧阳文化` may be a person.
#[must_use]
pub fn is_person_named<W: AsRef<str>>(
    name: &str,
    kind: SubjectKind,
    legal_representative: Option<&str>,
    trade_words: &[W],
) -> bool {
    if kind != SubjectKind::IndividualBusiness {
        return false;
    }
    let bare = without_brackets(name);
    let key = search_key(&bare);
    let borne = |person: &str| {
        let person = search_key(person);
        person.chars().count() >= 2 && key.contains(&person)
    };
    if legal_representative.is_some_and(borne) {
        return true;
    }
    let own = without_region(&key);
    let length = own.chars().count();
    let dotted = bare.contains(['·', '•', '・']);
    let tells_trade = |word: &str| match word.chars().count() {
        0 => false,
        1 => length >= 3 && own.ends_with(word),
        n if length < n + 2 => false,
        _ if dotted || length == 4 => {
            own.ends_with(word) && !COMPOUND_FAMILY_NAMES.iter().any(|f| own.starts_with(f))
        }
        _ => own.contains(word),
    };
    // A register holds a million names and there are hundreds of words: most of them are ruled
    // out by their first character.
    let seen = own.chars().fold(0_u64, |bits, c| bits | bit(c));
    !trade_words.iter().any(|word| {
        let word = word.as_ref();
        word.chars().next().is_some_and(|c| seen & bit(c) != 0) && tells_trade(word)
    })
}

const fn bit(c: char) -> u64 {
    1 << (c as u32 % 64)
}

/// Family names of two characters: with a given name of two they make four.
const COMPOUND_FAMILY_NAMES: [&str; 24] = [
    "欧阳", "上官", "司马", "诸葛", "令狐", "慕容", "皇甫", "尉迟", "司徒", "司空", "夏侯", "东方",
    "南宫", "公孙", "宇文", "长孙", "端木", "独孤", "轩辕", "西门", "呼延", "澹台", "万俟", "闻人",
];

/// A name without the place it begins with: `衡川市信衡区甲乙` is `甲乙`.
pub(crate) fn without_region(key: &str) -> &str {
    let mut own = key;
    let mut before = '\0';
    for (at, c) in key.char_indices() {
        let rest = key.get(at + c.len_utf8()..).unwrap_or_default();
        // 超市, 夜市, 市场, 社区 … name no place.
        let marks = match c {
            '市' => {
                !matches!(before, '\0' | '超' | '夜' | '菜' | '城' | '都')
                    && !rest.starts_with('场')
            }
            '区' => !matches!(before, '\0' | '社' | '小'),
            '省' | '县' | '镇' | '乡' | '村' => before != '\0',
            _ => false,
        };
        if marks && rest.chars().nth(1).is_some() {
            own = rest;
        }
        before = c;
    }
    own
}

/// The first character and an asterisk for each other one: `张三丰` becomes `张**`.
#[must_use]
pub fn mask_person(name: &str) -> String {
    name.trim()
        .chars()
        .enumerate()
        .map(|(i, c)| if i == 0 { c } else { '*' })
        .collect()
}

/// What the public sees of an individual business named by a person: `张**（个体工商户）`.
#[must_use]
pub fn mask_business(name: &str) -> String {
    let bare = without_brackets(name);
    let person: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
    format!("{}（个体工商户）", mask_person(&person))
}

/// The name without what stands in round brackets.
fn without_brackets(name: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name() {
        assert!(same("信衡（衡川）餐饮有限公司", "信衡(衡川)餐饮 有限公司"));
        assert!(same("ａｂｃ商贸有限公司", "ABC商贸有限公司"));
        assert!(same("阿依·古丽商行", "阿依•古丽商行"));
        assert!(!same("有限公司甲", "有眼公司甲"));
    }

    #[test]
    fn bigrams_overlap() {
        let key = search_key("信衡(A)店");
        assert_eq!(key, "信衡a店");
        assert_eq!(bigrams(&key).collect::<Vec<_>>(), ["信衡", "衡a", "a店"]);
        assert_eq!(bigrams("甲乙").collect::<Vec<_>>(), ["甲乙"]);
        assert_eq!(bigrams("甲").count(), 0);
        assert_eq!(bigrams("").count(), 0);
    }

    #[test]
    fn queries_need_two_characters() {
        assert_eq!(query_key(" 信衡 ").as_deref(), Some("信衡"));
        assert_eq!(query_key("信"), None);
        assert_eq!(query_key("(信)"), None);
    }

    #[test]
    fn person_named_businesses() {
        let words = ["店", "面馆", "超市", "健康", "文化", "经营部"];
        let named =
            |name, person| is_person_named(name, SubjectKind::IndividualBusiness, person, &words);
        for person in [
            "甲乙丙",
            "甲乙丙（个体工商户）",
            "衡川市信衡区甲乙丙",
            "甲健康",
            "信衡区甲健康",
            "欧阳文化",
            "欧阳知行",
            "面馆",
            "甲店",
            "买买提·甲健康·乙丙",
            "甲乙丙（面馆）",
            "",
        ] {
            assert!(named(person, None), "{person}");
        }
        assert!(named("甲行超市", Some("甲行 超市")));
        // It bears the name of the one who runs it.
        assert!(named("信衡区甲乙店", Some("甲乙")));
        assert!(!named("信衡区甲乙店", Some("甲")));
        for shop in [
            "甲记面馆",
            "老甲店",
            "信衡区甲乙店",
            "信衡区好又多超市",
            "超市甲乙面馆",
            "信衡区老街面馆（个体工商户）",
            "甲乙丙经营部",
            "买买提·甲乙面馆",
        ] {
            assert!(!named(shop, Some("丁戊")), "{shop}");
        }
        assert!(!is_person_named(
            "甲乙丙",
            SubjectKind::Organisation,
            None,
            &words
        ));
        let none: [&str; 0] = [];
        assert!(is_person_named(
            "甲记面馆",
            SubjectKind::IndividualBusiness,
            None,
            &none
        ));
    }

    #[test]
    fn masks() {
        assert_eq!(mask_person("张三丰"), "张**");
        assert_eq!(mask_person("张三"), "张*");
        assert_eq!(mask_person(""), "");
        assert_eq!(mask_business("张三（个体工商户）"), "张*（个体工商户）");
    }
}
