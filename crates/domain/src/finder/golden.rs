//! What the finder answers, word for word, to many texts: who makes it faster changes no answer.
//! `golden.txt` holds one digest for each group of texts. After a change of the words or of a rule
//! that is meant to change answers, look at what the corpora say, then write it anew with
//! `UPDATE_GOLDEN=1 cargo test -p xinheng-domain golden`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;
use std::{fmt::Write, path::Path};
use xxhash_rust::xxh3::xxh3_64;

const DIGESTS: &str = "src/finder/golden.txt";
/// What is said of invented persons and of nobody.
const CORPORA: [&str; 7] = [
    "fresh.jsonl",
    "keep.jsonl",
    "ordinary.txt",
    "others.jsonl",
    "sentences.jsonl",
    "spellings.jsonl",
    "third.jsonl",
];
const GENERATED: usize = 20_000;

fn finder() -> Finder {
    let words = include_str!("../../../../rulebook/personal/words.toml");
    Finder::new(&toml::from_str(words).unwrap())
}

fn file(path: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join(path)).ok()
}

/// Texts of pieces that meet as they never do in life: names beside frames and beside nothing,
/// digits of many scripts, marks, characters above the basic plane.
fn generated(ordinary: &[String]) -> Vec<String> {
    const PIECES: &str = "驾驶员 法定代表人 法定代表人： 当事人 由 与 和 、 拖欠 签收 等8人 二人 （男， ，女， （14周岁） \
        现年52岁 的 在 为 公司 分公司 市场 食品店 住址： 家住 户籍地 衡川市信衡区样例路12号 3幢401室 身份证号 电话 \
        尾号1234 微信号 wxid_12ab 990101199003078818 990101900307882 19900001234 １９９０ 199-0000-1234 0990-88880000 \
        6222990000001234567 91990102MAEX00010W 浙A12345 WJ浙1234A 1990年3月7日出生 2026年3月7日 2026-01-05 〔2026〕12号 \
        1,234.56元 〇一二三 壹 三 ①②③ 𝟏𝟐𝟑 某 *** 未成年人 乙肝 被害人 卖淫 《食品安全法》 阿依古丽 买买提· 拟安 例安 \
        JOHN SMITH a.b@example.com 護照 張 𠀀 😀 \u{3000} \u{200b} ， 。 ： （ ） “ ” ；";
    const FAMILIES: &str = "赵钱孙李周吴郑王于何方高成任司上诸张罗石马白欧阳";
    const GIVEN: &str = "拟样例设安宁禾明华强红市店局的记家陽";
    let pieces: Vec<&str> = PIECES.split(' ').collect();
    let families: Vec<char> = FAMILIES.chars().collect();
    let given: Vec<char> = GIVEN.chars().collect();
    let mut seed = 88_172_645_463_325_252_u64;
    let mut below = |n: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 11) as usize % n
    };
    let mut texts = Vec::with_capacity(GENERATED);
    for _ in 0..GENERATED {
        let mut text = String::new();
        for _ in 0..1 + below(12) {
            match below(8) {
                0..=3 => text.push_str(pieces[below(pieces.len())]),
                4 | 5 => {
                    text.push(families[below(families.len())]);
                    for _ in 0..1 + below(2) {
                        text.push(given[below(given.len())]);
                    }
                }
                6 => {
                    for _ in 0..1 + below(20) {
                        text.push(char::from(b'0' + below(10) as u8));
                    }
                }
                _ => {
                    let chars: Vec<char> = ordinary[below(ordinary.len())].chars().collect();
                    let start = below(chars.len());
                    text.extend(chars.iter().skip(start).take(1 + below(15)));
                }
            }
        }
        texts.push(text);
    }
    texts
}

#[test]
fn every_answer_is_as_it_was() {
    let finder = finder();
    let lines = |path: &str| -> Vec<String> {
        let text = file(path).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    };
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for name in CORPORA {
        groups.push((
            name.to_owned(),
            lines(&format!("tests/data/personal/{name}")),
        ));
    }
    let ordinary = lines("tests/data/personal/ordinary.txt");
    for (n, texts) in generated(&ordinary).chunks(1_000).enumerate() {
        groups.push((format!("generated {n}"), texts.to_vec()));
    }
    let known = Context {
        persons: &["張例安", "欧阳拟安", "JOHN SMITH"],
        whole: &["衡川市信衡区", "高明亮食品厂"],
    };
    let mut digests = String::new();
    for (name, texts) in groups {
        assert!(!texts.is_empty(), "{name} has no text");
        let mut answers = String::new();
        for text in &texts {
            for context in [&Context::default(), &known] {
                writeln!(answers, "{:?}", finder.read(text, context)).unwrap();
            }
            let numbers = (scan(text), mask_identity_numbers(text));
            writeln!(answers, "{:?} {numbers:?}", finder.redact(text, &[])).unwrap();
        }
        let digest = xxh3_64(answers.as_bytes());
        writeln!(digests, "{name}: {} {digest:016x}", texts.len()).unwrap();
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::write(root.join(DIGESTS), digests).unwrap();
        return;
    }
    let expected = file(DIGESTS).unwrap_or_default();
    for (now, then) in digests.lines().zip(expected.lines()) {
        assert_eq!(now, then);
    }
    assert_eq!(digests.lines().count(), expected.lines().count());
}
