//! What the finder answers, word for word, to many texts: who makes it faster changes no answer.
//! `golden.txt` holds one digest for each group of texts. After a change of the words or of a rule
//! that is meant to change answers, look at what the corpora say, then write it anew with
//! `UPDATE_GOLDEN=1 cargo test -p xinheng-domain golden`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;
use proptest::prelude::*;
use std::{fmt::Write, path::Path};
use xxhash_rust::xxh3::xxh3_64;

const DIGESTS: &str = "src/finder/golden.txt";
/// What is said of invented persons and of nobody.
const CORPORA: [&str; 13] = [
    "fifth.jsonl",
    "fresh.jsonl",
    "keep.jsonl",
    "ordinary.txt",
    "others.jsonl",
    "plain.txt",
    "sentences.jsonl",
    "spellings.jsonl",
    "stranger-again.jsonl",
    "stranger-sentences.jsonl",
    "stranger-spellings.jsonl",
    "third.jsonl",
    "useful.txt",
];
const GENERATED: usize = 20_000;

static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(&words()));

/// What a record may know.
const KNOWN: Context<'static> = Context {
    persons: &["張例安", "欧阳拟安", "JOHN SMITH"],
    whole: &["衡川市信衡区", "高明亮食品厂"],
};

fn words() -> Words {
    toml::from_str(include_str!("../../../../rulebook/personal/words.toml")).unwrap()
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

/// The corpora and what is generated, by groups.
fn texts() -> Vec<(String, Vec<String>)> {
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
    groups
}

#[test]
fn every_answer_is_as_it_was() {
    let finder = &*FINDER;
    let mut digests = String::new();
    for (name, texts) in texts() {
        assert!(!texts.is_empty(), "{name} has no text");
        let mut answers = String::new();
        for text in &texts {
            for context in [&Context::default(), &KNOWN] {
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

/// The first look at a text strikes off most places. What it strikes off holds nothing: who looks at
/// every place reads the same.
fn same_everywhere(text: &str, context: &Context<'_>) -> Result<(), TestCaseError> {
    let mut scan = Scan::new(text, &FINDER.words);
    scan.everywhere = true;
    prop_assert_eq!(FINDER.read(text, context), FINDER.read_scan(scan, context));
    let numbers = |everywhere| {
        let mut scan = Scan::new(text, &CORE);
        scan.everywhere = everywhere;
        scan.read_numbers(false);
        scan.spans()
    };
    prop_assert_eq!(numbers(false), numbers(true));
    Ok(())
}

#[test]
fn the_first_look_misses_nothing() {
    for text in texts().into_iter().flat_map(|(_, texts)| texts) {
        for context in [&Context::default(), &KNOWN] {
            let same = same_everywhere(&text, context);
            assert!(same.is_ok(), "{text}: {same:?}");
        }
    }
}

/// Words of every list, characters of every class.
fn piece() -> impl Strategy<Value = String> {
    static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let words = words();
        let lists = words.lists().map(|(_, list, _)| list.to_owned());
        let more = [words.double_families, words.pairs, words.tails];
        let lists = lists.iter().chain(&more).flat_map(|l| l.split_whitespace());
        let mut all: Vec<String> = lists.map(str::to_owned).collect();
        let chars = [
            words.families,
            words.careful_families,
            words.never_given,
            words.typical_given,
        ];
        let chars = chars.iter().flat_map(|list| list.chars());
        all.extend(chars.filter(|c| !c.is_whitespace()).map(String::from));
        all
    });
    prop_oneof![
        4 => prop::sample::select(WORDS.as_slice()),
        1 => "[赵钱孙李周于何方高欧阳司马白古][拟样例设某]?[安宁禾]?",
        1 => "[，。；：、（）“”\n 0-9A-Za-z０-９Ａ-Ｚ*·@#〔〕-]{1,4}",
        1 => "[〇一二三四五六七八九0-9]{1,12}",
        1 => "\\PC{1,3}",
        1 => "[住家址号室幢路村的于在为是男女]{1,3}",
    ]
}

proptest! {
    #[test]
    fn the_first_look_misses_nothing_of_anything(
        pieces in prop::collection::vec(piece(), 0..12), cell in "[赵钱孙][拟样例设][安宁禾]",
    ) {
        let text = pieces.concat();
        let persons = [cell.as_str()];
        let context = Context { persons: &persons, whole: &["衡川市信衡区", "某公司"] };
        same_everywhere(&text, &Context::default())?;
        same_everywhere(&text, &context)?;
    }
}
