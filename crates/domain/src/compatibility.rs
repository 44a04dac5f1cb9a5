//! Characters that look like a Chinese character and are none: radicals and compatibility
//! ideographs, as copying from some documents brings them along. A name that holds one is found by
//! nobody who types the name.

use unicode_normalization::char::decompose_compatible;

/// Whether the character is of a block of such characters and stands for another one. Twelve
/// characters of these blocks are characters in their own right.
#[must_use]
pub fn is_compatibility(c: char) -> bool {
    match c {
        '\u{2e80}'..='\u{2fd5}' => true,
        '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}' => unified(c).is_some(),
        _ => false,
    }
}

/// The character that it looks like; `None` where it is no compatibility character, or a part of
/// characters that is none itself.
#[must_use]
pub fn unified(c: char) -> Option<char> {
    match c {
        '\u{2e80}'..='\u{2fd5}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}' => {}
        _ => return None,
    }
    let mut stands_for = None;
    decompose_compatible(c, |d| stands_for = Some(d));
    stands_for.filter(|&d| d != c).or_else(|| {
        let mut known = SIMPLIFIED.iter();
        known.find(|(radical, _)| *radical == c).map(|(_, d)| *d)
    })
}

/// The text with the characters that are meant; `None` where it holds no compatibility character
/// that stands for another.
#[must_use]
pub fn unify(text: &str) -> Option<String> {
    text.chars()
        .any(|c| unified(c).is_some())
        .then(|| text.chars().map(|c| unified(c).unwrap_or(c)).collect())
}

/// All such characters of a text, each once, for a sentence that sets the list in quotation
/// marks: `⼈”、“⽂`.
pub fn named(text: &str) -> String {
    let mut all: Vec<String> = Vec::new();
    for odd in text
        .chars()
        .filter(|c| is_compatibility(*c))
        .map(String::from)
    {
        if !all.contains(&odd) {
            all.push(odd);
        }
    }
    all.join("”、“")
}

/// Radicals that are whole characters of today, but have no mapping in Unicode's own table of
/// decompositions.
const SIMPLIFIED: [(char, char); 42] = [
    ('\u{2e88}', '刀'),
    ('\u{2e8c}', '小'),
    ('\u{2e92}', '巳'),
    ('\u{2e9c}', '日'),
    ('\u{2e9d}', '月'),
    ('\u{2ea0}', '民'),
    ('\u{2ebb}', '聿'),
    ('\u{2ebc}', '肉'),
    ('\u{2ebd}', '臼'),
    ('\u{2ec1}', '虎'),
    ('\u{2ec4}', '西'),
    ('\u{2ec5}', '见'),
    ('\u{2ec6}', '角'),
    ('\u{2ec9}', '贝'),
    ('\u{2ecb}', '车'),
    ('\u{2ed1}', '長'),
    ('\u{2ed3}', '长'),
    ('\u{2ed4}', '门'),
    ('\u{2ed7}', '雨'),
    ('\u{2ed8}', '青'),
    ('\u{2ed9}', '韦'),
    ('\u{2eda}', '页'),
    ('\u{2edb}', '风'),
    ('\u{2edc}', '飞'),
    ('\u{2edd}', '食'),
    ('\u{2ee2}', '马'),
    ('\u{2ee3}', '骨'),
    ('\u{2ee4}', '鬼'),
    ('\u{2ee5}', '鱼'),
    ('\u{2ee6}', '鸟'),
    ('\u{2ee7}', '卤'),
    ('\u{2ee8}', '麦'),
    ('\u{2ee9}', '黄'),
    ('\u{2eea}', '黾'),
    ('\u{2eeb}', '斉'),
    ('\u{2eec}', '齐'),
    ('\u{2eed}', '歯'),
    ('\u{2eee}', '齿'),
    ('\u{2eef}', '竜'),
    ('\u{2ef0}', '龙'),
    ('\u{2ef1}', '龜'),
    ('\u{2ef2}', '亀'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_they_stand_for() {
        for (text, meant) in [
            ("\u{2f08}民", "人民"),
            ("衡川市\u{2ed3}\u{2f4a}\u{2ee2}场", "衡川市长木马场"),
            ("\u{f9b5}例\u{f92c}", "例例郎"),
            ("\u{2f801}", "丸"),
        ] {
            assert_eq!(unify(text).as_deref(), Some(meant), "{text}");
        }
        for text in [
            "",
            "衡川样例食品有限公司",
            "（ＡＢＣ）①㈱",
            "\u{fa0e}\u{fa29}",
        ] {
            assert_eq!(unify(text), None, "{text}");
            assert!(!text.chars().any(is_compatibility), "{text}");
        }
    }

    #[test]
    fn twelve_are_characters_in_their_own_right() {
        let block = '\u{f900}'..='\u{fad9}';
        let own = block.filter(|c| !matches!(*c as u32, 0xfa6e | 0xfa6f) && unified(*c).is_none());
        assert_eq!(own.count(), 12);
    }

    #[test]
    fn a_part_of_characters_is_told_without_a_guess() {
        assert!(is_compatibility('\u{2eae}') && unified('\u{2eae}').is_none());
        assert_eq!(unified('\u{2fd5}'), Some('龠'));
    }
}
