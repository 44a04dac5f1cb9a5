//! What stands in names and is no name: text that was read in a wrong encoding, letters that only
//! look like Latin ones, enclosed signs, digits alone, separators at the ends, two organisations
//! in one cell. All of them are slow looks at names that [`super::scan`] found odd.

use super::{builtin::Builtin, scan};
use xinheng_domain::text;

/// All that is wrong with a name in this way, and the characters that show it.
pub(super) fn faults(name: &str) -> Vec<(Builtin, String)> {
    // Of what is no text nothing else can be said.
    if let Some(garbled) = garbled(name) {
        return vec![(Builtin::NameGarbled, garbled)];
    }
    let mut found = Vec::new();
    let mut add = |builtin, shown| found.push((builtin, shown));
    if !look_alikes(name).is_empty() {
        add(Builtin::NameLookAlike, look_alikes(name).join("”、“"));
    }
    if let Some(sign) = name.chars().find(|c| is_sign(*c)) {
        add(Builtin::NameSign, sign.to_string());
    }
    if is_digits(name) {
        add(Builtin::NameDigits, String::new());
    }
    if without_separators(name).len() < name.len() {
        add(Builtin::NameSeparator, String::new());
    }
    if !is_paired(name) {
        add(Builtin::NameBracket, String::new());
    }
    if holds_two(name) {
        add(Builtin::NameTwo, String::new());
    }
    found
}

/// What shows that the name was read in a wrong encoding once.
fn garbled(name: &str) -> Option<String> {
    if name.contains("锟斤拷") {
        return Some("锟斤拷".to_owned());
    }
    // Memory that was never written, behind the end of a text. Three at the beginning may be a
    // restaurant's own name.
    for (three, four) in [("烫烫烫", "烫烫烫烫"), ("屯屯屯", "屯屯屯屯")] {
        if name.ends_with(three) || name.contains(four) {
            return Some(three.to_owned());
        }
    }
    let of_gbk: String = name.chars().filter(|c| OF_GBK.contains(*c)).collect();
    if of_gbk.chars().count() >= 3 {
        return Some(of_gbk.chars().take(3).collect());
    }
    name.split(|c| !is_western(c))
        .find(|run| {
            let letters = run.chars().filter(|c| is_western_letter(*c)).count();
            letters >= 3 || letters >= 2 && run.chars().nth(3).is_some()
        })
        .map(|run| run.chars().take(3).collect())
}

/// Characters that UTF-8 of Chinese names turns into where it is read as GBK: the 40 most
/// frequent ones that are neither among the 6,763 of GB 2312 nor usual in traditional writing.
/// Three of them are in 96 of 100 names read so, and in no name of a register of 26,137.
const OF_GBK: &str =
    "佹傛傜傝傞叕堜夌夐巶幆徃悎愬戞棬檺欏氭湁満眳睙窞笓笟粍綔鍏鍒鍗鍘鍙鍝鏂鏄鐜鐢閫闄";

/// Characters that bytes from 80 on turn into where they are read as Western European text.
const fn is_western(c: char) -> bool {
    matches!(
        c,
        '\u{a1}'..='\u{b6}' | '\u{b8}'..='\u{ff}' | 'Œ' | 'œ' | 'Š' | 'š' | 'Ÿ' | 'Ž' | 'ž' | 'ƒ'
            | 'ˆ' | '˜' | '‚' | '„' | '†' | '‡' | '•' | '‰' | '‹' | '›' | '€' | '™'
    )
}

/// Letters among them: no word of a Western language has three accents in a row, or two among
/// signs.
const fn is_western_letter(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{ff}')
}

/// The Latin letter that a Cyrillic or Greek one looks like, in every usual typeface.
const fn latin(c: char) -> Option<char> {
    Some(match c {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'Υ' => 'Y',
        'Ζ' => 'Z',
        'а' => 'a',
        'с' => 'c',
        'е' => 'e',
        'і' => 'i',
        'ј' => 'j',
        'о' | 'ο' => 'o',
        'р' => 'p',
        'ѕ' => 's',
        'х' => 'x',
        'у' => 'y',
        _ => return None,
    })
}

/// A Greek or Cyrillic letter.
const fn is_foreign(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}')
}

/// Letters that look like Latin ones in a name that is not written in theirs: each once.
fn look_alikes(name: &str) -> Vec<String> {
    let foreign = || name.chars().filter(|c| is_foreign(*c));
    let latin_too = name.contains(|c: char| text::narrow(c).is_ascii_alphabetic());
    let own = foreign().any(|c| latin(c).is_none()) || !name.contains(scan::is_han);
    if own && !latin_too {
        return Vec::new();
    }
    let mut all: Vec<String> = Vec::new();
    for odd in foreign().filter(|c| latin(*c).is_some()).map(String::from) {
        if !all.contains(&odd) {
            all.push(odd);
        }
    }
    all
}

/// The name with Latin letters instead of what only looks like them. A name that holds other
/// letters of theirs stays: nobody knows which ones were meant.
pub(super) fn with_latin(name: &str) -> String {
    let foreign = name.chars().filter(|c| is_foreign(*c));
    if look_alikes(name).is_empty() || foreign.clone().any(|c| latin(c).is_none()) {
        return name.to_owned();
    }
    name.chars().map(|c| latin(c).unwrap_or(c)).collect()
}

/// Enclosed and squared characters, trade marks, arrows, boxes, stars, ticks.
const fn is_sign(c: char) -> bool {
    matches!(
        c,
        '©' | '®'
            | '℡'
            | '™'
            | '\u{2190}'..='\u{21ff}'
            | '\u{2460}'..='\u{27bf}'
            | '\u{2b00}'..='\u{2bff}'
            | '\u{3200}'..='\u{33ff}'
    )
}

/// Digits, and what parts them.
fn is_digits(name: &str) -> bool {
    name.contains(|c| text::narrow(c).is_ascii_digit())
        && name.chars().all(|c| {
            let c = text::narrow(c);
            c.is_ascii_digit() || matches!(c, '-' | '.' | ',' | '/' | ':') || scan::is_blank(c)
        })
}

/// What parts names in a list.
pub(super) const fn is_separator(c: char) -> bool {
    matches!(c, '、' | '，' | ',' | '；' | ';')
}

/// Whether every bracket has its other half, of either width.
pub(super) fn is_paired(name: &str) -> bool {
    let mut depth = 0_i32;
    for c in name.chars() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' if depth == 0 => return false,
            '）' | ')' => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

/// The name without separators at its ends.
pub(super) fn without_separators(name: &str) -> &str {
    if !name.starts_with(is_separator) && !name.ends_with(is_separator) {
        return name;
    }
    name.trim_matches(|c| is_separator(c) || scan::is_blank(c))
}

/// How the name of an organisation ends that does not go on: an organisation's own name may hold
/// an enumeration, but not behind one of these with another one at its end.
const LEGAL_FORMS: [&str; 12] = [
    "公司",
    "厂",
    "合作社",
    "事务所",
    "（有限合伙）",
    "（普通合伙）",
    "（特殊普通合伙）",
    "（个人独资）",
    "（个体工商户）",
    "(有限合伙)",
    "(普通合伙)",
    "(个体工商户)",
];

/// Whether a separator outside brackets parts two names that both end in a legal form.
pub(super) fn holds_two(name: &str) -> bool {
    let mut depth = 0_usize;
    name.char_indices().any(|(at, c)| {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let parts = depth == 0 && (is_separator(c) || matches!(c, '/' | '／'));
        let (before, behind) = name.split_at(at);
        parts
            && is_organisation(before)
            && is_organisation(behind.get(c.len_utf8()..).unwrap_or_default())
    })
}

pub(super) fn is_organisation(name: &str) -> bool {
    let name = name.trim_matches(|c| is_separator(c) || scan::is_blank(c));
    name.chars().nth(3).is_some() && LEGAL_FORMS.iter().any(|form| name.ends_with(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(name: &str) -> Vec<Builtin> {
        faults(name).into_iter().map(|(b, _)| b).collect()
    }

    #[test]
    fn text_read_in_a_wrong_encoding() {
        for (name, shown) in [
            ("衡川锟斤拷锟斤拷公司", "锟斤拷"),
            ("衡川样例烫烫烫", "烫烫烫"),
            ("屯屯屯屯有限公司", "屯屯屯"),
            ("鏍蜂緥椋熷搧鏈夐檺鍏徃", "夐檺鍏"),
            ("ÓÐÏÞ¹«Ë¾", "ÓÐÏ"),
            ("衡川æœ‰é™公司å…¬å", "æœ‰"),
        ] {
            let told = faults(name);
            assert!(
                matches!(&*told, [(Builtin::NameGarbled, s)] if s.starts_with(shown)),
                "{name}: {told:?}"
            );
            assert!(scan::odd_for_a_name(name), "{name}");
        }
        for name in [
            "烫烫烫火锅店",
            "麻辣烫烫烫店",
            "香港銀鏈有限公司",
            "屯屯食品厂",
            "Café Noël",
        ] {
            assert_eq!(codes(name), [], "{name}");
        }
    }

    #[test]
    fn letters_of_other_alphabets() {
        for (name, meant) in [
            ("衡川АВС有限公司", "衡川ABC有限公司"),
            ("衡川Сo有限公司", "衡川Co有限公司"),
            ("Τest (衡川) Co., Ltd.", "Test (衡川) Co., Ltd."),
            ("Аpple Inc", "Apple Inc"),
        ] {
            assert_eq!(codes(name), [Builtin::NameLookAlike], "{name}");
            assert_eq!(with_latin(name), meant);
            assert!(scan::odd_for_a_name(name), "{name}");
        }
        let mixed = "衡川АЖbc有限公司";
        assert_eq!(codes(mixed), [Builtin::NameLookAlike]);
        assert_eq!(with_latin(mixed), mixed);
        for name in [
            "ООО Ромашка",
            "РОСА",
            "衡川Ромашка公司",
            "衡川β-Tech公司",
            "α淀粉酶厂",
        ] {
            assert_eq!(codes(name), [], "{name}");
            assert_eq!(with_latin(name), name);
        }
    }

    #[test]
    fn signs_digits_and_separators() {
        for (name, code) in [
            ("㈱衡川样例", Builtin::NameSign),
            ("①衡川样例公司", Builtin::NameSign),
            ("衡川样例公司✅", Builtin::NameSign),
            ("衡川★样例公司", Builtin::NameSign),
            ("衡川样例®公司", Builtin::NameSign),
            ("20260410", Builtin::NameDigits),
            ("１２ - 3", Builtin::NameDigits),
            ("衡川样例公司、", Builtin::NameSeparator),
            ("，衡川样例公司", Builtin::NameSeparator),
            (", 衡川样例公司", Builtin::NameSeparator),
            ("衡川样例公司；", Builtin::NameSeparator),
        ] {
            assert_eq!(codes(name), [code], "{name}");
        }
        assert_eq!(without_separators(", 衡川样例公司 、"), "衡川样例公司");
    }

    #[test]
    fn two_organisations() {
        for name in [
            "衡川甲例有限公司、衡川乙例厂",
            "衡川甲例有限公司；衡川乙例有限公司",
            "衡川甲例有限公司/衡川乙例有限公司",
            "衡川甲例（衡川）有限公司， 衡川乙例中心（有限合伙）",
            "衡川甲例店（个体工商户）、乙丙丁、衡川乙例有限公司",
        ] {
            assert_eq!(codes(name), [Builtin::NameTwo], "{name}");
        }
        for name in [
            "甲乙、丙丁村民委员会",
            "衡川甲、乙有限公司",
            "衡川五金厂、塑料厂联合工会",
            "衡川样例厂（原甲例公司、乙例公司）",
            "《某》杂志社",
        ] {
            assert_eq!(codes(name), [], "{name}");
        }
    }
}
