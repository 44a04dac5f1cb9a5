//! Cutting names into words.

/// `RecordLine`, `record_line`, `/record-line/{id}` → `record`, `line`. Digits end a word and
/// are dropped; what stands in braces is a place, not a word.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut in_braces = false;
    let mut end = |word: &mut String| {
        if !word.is_empty() {
            found.push(std::mem::take(word));
        }
    };
    for c in name.chars() {
        match c {
            '{' => in_braces = true,
            '}' => in_braces = false,
            _ if in_braces => {}
            c if c.is_uppercase() => {
                end(&mut word);
                word.extend(c.to_lowercase());
            }
            c if c.is_alphabetic() => word.push(c),
            _ => end(&mut word),
        }
    }
    end(&mut word);
    found
}

/// The word without its plural ending.
#[must_use]
pub fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "xes", "ches"] {
        if let Some(stem) = word.strip_suffix(ending) {
            return format!("{stem}{}", &ending[..ending.len() - 2]);
        }
    }
    match word.strip_suffix('s') {
        Some(stem) if !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is") => {
            stem.to_owned()
        }
        _ => word.to_owned(),
    }
}

/// Whether `text` holds `word`: a Chinese one anywhere, a Latin one as a whole word (also as
/// part of `snake_case`), whatever its case.
#[must_use]
pub fn holds(text: &str, word: &str) -> bool {
    if !word.is_ascii() {
        return text.contains(word);
    }
    let text = text.to_lowercase();
    let word = word.to_lowercase();
    text.match_indices(&word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..]
            .trim_start_matches('s')
            .chars()
            .next();
        let free = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphabetic());
        free(before) && free(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut() {
        assert_eq!(words("RecordLine"), ["record", "line"]);
        assert_eq!(
            words("/api/v1/subjects/{code}/records"),
            ["api", "v", "subjects", "records"]
        );
        assert_eq!(words("name_index"), ["name", "index"]);
        assert_eq!(
            ["entries", "classes", "status", "records"].map(singular),
            ["entry", "class", "status", "record"]
        );
    }

    #[test]
    fn words_to_avoid_are_seen_in_any_dress() {
        assert!(holds("let credit_score = 1", "score"));
        assert!(holds("Scores", "score"));
        assert!(!holds("underscored", "score"));
        assert!(holds("列入黑名单", "黑名单"));
    }
}
