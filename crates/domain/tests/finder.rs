//! The finder on the corpora of invented people: floors of what is hidden and what is left whole.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "tests"
)]

use serde::Deserialize;
use std::sync::LazyLock;
use xinheng_domain::finder::{Context, Finder, Words};

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../rulebook/personal/words.toml")).unwrap()
});
static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(&WORDS));

const SPELLINGS: &str = include_str!("data/personal/spellings.jsonl");
const SENTENCES: &str = include_str!("data/personal/sentences.jsonl");
const KEEP: &str = include_str!("data/personal/keep.jsonl");
const OTHERS: &str = include_str!("data/personal/others.jsonl");
const FRESH: &str = include_str!("data/personal/fresh.jsonl");
const ORDINARY: &str = include_str!("data/personal/ordinary.txt");

#[derive(Deserialize)]
struct Text {
    text: String,
    #[serde(default)]
    secrets: Vec<String>,
}

fn texts(lines: &str) -> Vec<Text> {
    lines
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

/// How many secrets there are, and how many can be read in what the public sees.
fn shown(corpus: &str) -> (usize, usize) {
    // The record's own representative, as every row of the corpora has one.
    let (mut all, mut shown) = (0, 0);
    for Text { text, secrets } in texts(corpus) {
        let public = FINDER.redact(&text, &["张例安"]).text;
        for secret in secrets {
            all += 1;
            if public.contains(&secret) {
                shown += 1;
                eprintln!("{secret}\n   {text}\n   {public}");
            }
        }
    }
    (all, shown)
}

#[test]
fn spellings() {
    let (all, shown) = shown(SPELLINGS);
    eprintln!("spellings {shown} of {all}");
    assert!(shown * 100 <= all, "{shown} of {all}");
}

#[test]
fn sentences() {
    let (all, shown) = shown(SENTENCES);
    assert_eq!(shown, 0, "of {all}");
}

#[test]
fn others() {
    let (all, shown) = shown(OTHERS);
    eprintln!("others {shown} of {all}");
    assert!(shown * 50 <= all, "{shown} of {all}");
}

#[test]
fn keep() {
    let texts = texts(KEEP);
    let whole = |t: &&Text| FINDER.read(&t.text, &Context::default()).spans.is_empty();
    let kept = texts.iter().filter(whole).count();
    assert_eq!(kept, texts.len());
}

#[test]
fn ordinary() {
    let mut touched = 0;
    for line in ORDINARY.lines() {
        let reading = FINDER.read(line, &Context::default());
        if !reading.spans.is_empty() {
            touched += 1;
            eprintln!("{}  {:?}", reading.masked(line), reading.spans[0].verdict);
        }
    }
    assert_eq!(touched, 0);
}

#[test]
fn fresh() {
    let (all, shown) = shown(FRESH);
    eprintln!("fresh {shown} of {all}");
    assert!(shown * 50 <= all, "{shown} of {all}");
}
