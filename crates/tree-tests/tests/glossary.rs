//! One word per concept: public names, tables and addresses against `docs/glossary.toml`.

use std::collections::{BTreeMap, BTreeSet};
use xinheng_tree_tests::{TreeFile, files, glossary::Glossary, report, source, words};

/// Where people and programs read words: code, pages, scripts, rules, messages.
fn texts() -> Vec<TreeFile> {
    let mut found = files("crates", &[".rs", ".sql", ".toml"]);
    // A test that looks for such a word has to name it.
    found.retain(|file| !file.is_test());
    for folder in ["templates", "static", "rulebook", "examples"] {
        found.extend(files(folder, &[]));
    }
    found.extend(files("bench", &[".rs"]));
    found
}

/// Name → where it was seen.
fn public_names() -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for file in files("crates", &[".rs"])
        .into_iter()
        .filter(|file| !file.is_test())
    {
        for (line, name) in source::public_types(&file) {
            names.insert(name, format!("{}:{line}", file.path));
        }
        if file.path.starts_with("crates/web/") {
            for path in source::url_paths(&file.text) {
                names.insert(path, file.path.clone());
            }
        }
    }
    for file in files("crates/store", &[".sql", ".rs"]) {
        for table in source::tables(&file.text) {
            names.insert(table, file.path.clone());
        }
    }
    names
}

#[test]
fn words_to_avoid_stand_nowhere() {
    let glossary = Glossary::read();
    let mut faults = Vec::new();
    for file in texts() {
        for (index, line) in file.text.lines().enumerate() {
            for word in &glossary.forbidden {
                if words::holds(line, &word.word) {
                    let place = format!("{}:{}", file.path, index + 1);
                    faults.push(format!("{place}: {} ({})", word.word, word.reason));
                }
            }
        }
    }
    report("words to avoid", &faults);
}

#[test]
fn public_names_are_made_of_known_words() {
    let glossary = Glossary::read();
    let known = glossary.known();
    let mut faults = Vec::new();
    for (name, place) in public_names() {
        for word in words::words(&name) {
            let word = words::singular(&word);
            if !known.contains(&word) {
                faults.push(format!(
                    "{name} ({place}): {word:?} is neither term nor plain word"
                ));
            }
        }
    }
    report(
        "names with words that docs/glossary.toml does not know",
        &faults,
    );
}

#[test]
fn public_names_use_the_term_and_not_another_word_for_it() {
    let glossary = Glossary::read();
    let avoided = glossary.avoided();
    let mut faults = Vec::new();
    for (name, place) in public_names() {
        let parts: BTreeSet<String> = words::words(&name)
            .iter()
            .map(|word| words::singular(word))
            .collect();
        for (word, term) in &avoided {
            if parts.contains(*word) {
                faults.push(format!("{name} ({place}): say {term:?}, not {word:?}"));
            }
        }
    }
    report("second words for one concept", &faults);
}

#[test]
fn the_glossary_agrees_with_itself() {
    let glossary = Glossary::read();
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for term in &glossary.term {
        if !seen.insert(term.word.clone()) {
            faults.push(format!("{} stands twice", term.word));
        }
        for (what, text) in [
            ("chinese", &term.chinese),
            ("meaning", &term.meaning),
            ("source", &term.source),
        ] {
            if text.trim().is_empty() {
                faults.push(format!("{}: no {what}", term.word));
            }
        }
        if term.chinese.is_ascii() {
            faults.push(format!("{}: {:?} is not Chinese", term.word, term.chinese));
        }
    }
    let known = glossary.known();
    for (word, term) in glossary.avoided() {
        if known.contains(word) {
            faults.push(format!(
                "{term}: {word:?} is to be avoided and known at once"
            ));
        }
    }
    let mut sorted = glossary.plain.words.clone();
    sorted.sort();
    sorted.dedup();
    if sorted != glossary.plain.words {
        faults.push("plain.words is not in order, or a word stands twice".to_owned());
    }
    report("docs/glossary.toml", &faults);
}

#[test]
fn the_terms_named_in_the_architecture_are_there() {
    let glossary = Glossary::read();
    for (word, chinese) in [
        ("subject", "信用主体"),
        ("record", "信用信息"),
        ("department", "报送部门"),
        ("batch", "归集批次"),
        ("finding", "问题"),
        ("publicity period", "公示期"),
        ("basis", "依据"),
    ] {
        assert!(
            glossary
                .term
                .iter()
                .any(|term| term.word == word && term.chinese == chinese),
            "{word} = {chinese}"
        );
    }
}
