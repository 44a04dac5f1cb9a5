//! How the work grows with a text: counted in looks at its characters, for no clock tells it alike
//! twice.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use super::{scan::looks, *};
use std::iter;

/// Looks at one character of a text in which every sentence names somebody.
const MOST: usize = 100;

static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    Finder::new(&toml::from_str(include_str!("../../../../rulebook/personal/words.toml")).unwrap())
});

/// As many invented names as are wanted, none twice.
fn names() -> impl Iterator<Item = String> {
    const FAMILIES: &str = "赵孙李周吴郑冯陈蒋韩杨朱秦许吕张曹严陶姜谢邹苏潘葛范彭鲁韦马";
    const GIVEN: &str = "拟样例设安宁禾华强红梅军伟芳敏静丽艳勇娟涛超霞刚桂英玉兰建国";
    let given = || GIVEN.chars();
    given().flat_map(move |a| {
        given().flat_map(move |b| {
            FAMILIES
                .chars()
                .map(move |family| format!("{family}{a}{b}"))
        })
    })
}

/// What a text tells, and the text of so many persons.
type Suspects = (&'static str, fn(usize) -> String);

/// A sentence for each of so many persons, of the kinds whose growth was not as the text's.
const KINDS: [Suspects; 9] = [
    ("the same persons", |n| {
        "经查，赵拟安、钱样禾于当日在该店从事经营，电话19900001234，住样例路12号。".repeat(n / 2)
    }),
    ("another one each", |n| {
        let told = |name| format!("驾驶员{name}未携带从业资格证，自述受雇于该公司。");
        names().take(n).map(told).collect()
    }),
    ("one list of names", |n| {
        names().take(n).collect::<Vec<_>>().join("、") + "等人到场"
    }),
    ("given names alone", |n| {
        let told = |name: String| {
            let given: String = name.chars().skip(1).collect();
            format!("驾驶员{name}未到，由{given}签字")
        };
        names().take(n).map(told).collect()
    }),
    ("illnesses in one clause", |n| {
        let told = |name: String| format!("员工{name}患有乙肝仍由店长安排");
        names().take(n).map(told).collect()
    }),
    ("flats in one sentence", |n| {
        let told = |(i, name)| format!("业主{name}，位于{i}栋2单元110{}室，", i % 10);
        names().take(n).enumerate().map(told).collect()
    }),
    ("numbers", |n| {
        let told = |i: usize| format!("199 0000 {:04} 3-2-{i}，", i % 10_000);
        (0..n).map(told).collect()
    }),
    ("names with dots", |n| {
        let told = |name: String| format!("当事人买买提·{name}在场，");
        names().take(n).map(told).collect()
    }),
    ("hidden names", |n| {
        let told = |name: String| format!("{}某某，姓{name}，", name.chars().next().unwrap());
        names().take(n).map(told).collect()
    }),
];

#[test]
fn eight_times_the_suspects_are_eight_times_the_looks() {
    for (kind, text) in KINDS {
        let of = |n: usize| {
            let text = text(n);
            let (found, looks) = looks(|| FINDER.read(&text, &Context::default()).spans.len());
            (text.chars().count(), found, looks)
        };
        let [(few_chars, few_found, few), (chars, found, many)] = [of(200), of(1_600)];
        eprintln!(
            "{kind}: {few_found}, {found} found; {few}, {many} looks; {} a character",
            many / chars
        );
        assert!(found >= few_found * 7, "{kind}: {few_found}, then {found}");
        // Another character is looked at as often as each before it was.
        assert!(
            many * few_chars * 10 <= few * chars * 11,
            "{kind}: {few}, then {many} looks"
        );
    }
}

/// The longest text that a field takes, full of persons.
#[test]
fn five_thousand_characters_with_two_hundred_suspects() {
    let told = |name| format!("工人{name}于2026年3月2日作业时未佩戴安全帽，");
    let text: String = names()
        .take(200)
        .map(told)
        .chain(iter::once("以上。".into()))
        .collect();
    assert!(text.chars().count() >= 5_000);
    let (reading, looks) = looks(|| FINDER.read(&text, &Context::default()));
    eprintln!("{looks} looks");
    assert!(reading.spans.len() >= 200);
    let looks = looks / text.chars().count();
    assert!(looks <= MOST, "{looks} looks at a character");
    let room = scan::room();
    assert!(room <= 16 * text.len(), "{room} bytes for {}", text.len());
}
