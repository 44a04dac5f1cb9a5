//! Which characters a text is written in.

/// Whether a text has a character that GB 2312, the set of simplified Chinese, does not have: a
/// traditional form, a rare character, something else.
#[must_use]
pub fn beyond_simplified(text: &str) -> bool {
    let (bytes, _, replaced) = encoding_rs::GBK.encode(text);
    if replaced {
        return true;
    }
    let mut bytes = bytes.iter();
    while let Some(&lead) = bytes.next() {
        if lead.is_ascii() {
            continue;
        }
        // Marks, letters and characters of GB 2312 have both bytes in its square.
        let trail = bytes.next().copied().unwrap_or_default();
        if !(0xa1..=0xf7).contains(&lead) || trail < 0xa1 {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::beyond_simplified;

    #[test]
    fn traditional_and_rare_characters_are_told() {
        for text in ["", "经查，当事人张例安（男）abc-1 2", "罚款58元。", "苒澍"]
        {
            assert!(!beyond_simplified(text), "{text}");
        }
        for text in ["張例安", "例樣", "朱镕基", "𠮷", "司徒婳"] {
            assert!(beyond_simplified(text), "{text}");
        }
    }
}
