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
    name.chars()
        .map(narrow)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
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

/// Whether an individual business is named by nothing but a person's name (I6). In doubt it
/// is: only a word of trade in the name (`trade_words`, from the rulebook) shows that it is not.
/// A single-character word counts at the end of a name of five or more characters only, since
/// `欧阳知行` may be a person.
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
    let (bare, _) = without_brackets(name);
    let key = search_key(&bare);
    if legal_representative.is_some_and(|person| search_key(person) == key) {
        return true;
    }
    let length = key.chars().count();
    !trade_words.iter().any(|word| {
        let word = word.as_ref();
        match word.chars().count() {
            0 => false,
            1 => length >= 5 && key.ends_with(word),
            n => length > n && key.contains(word),
        }
    })
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
    let (bare, _) = without_brackets(name);
    let person: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
    format!("{}（个体工商户）", mask_person(&person))
}

/// The name without what stands in round brackets, and whether there was any.
fn without_brackets(name: &str) -> (String, bool) {
    let mut depth = 0_u32;
    let mut met = false;
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '(' | '（' => {
                depth += 1;
                met = true;
            }
            ')' | '）' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    (out, met)
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
        let words = ["店", "行", "面馆", "超市", "经营部"];
        let named =
            |name, person| is_person_named(name, SubjectKind::IndividualBusiness, person, &words);
        assert!(named("甲乙丙", None));
        assert!(named("甲乙丙（个体工商户）", None));
        assert!(named("衡川市信衡区甲乙丙", None));
        assert!(named("欧阳知行", None));
        assert!(named("老甲店", None));
        assert!(named("面馆", None));
        assert!(named("甲行超市", Some("甲行 超市")));
        assert!(!named("甲记面馆", None));
        assert!(!named("信衡区甲乙店", None));
        assert!(!named("信衡区老街面馆（个体工商户）", Some("甲乙")));
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
