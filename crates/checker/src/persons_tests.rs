#![allow(clippy::unwrap_used, reason = "in tests")]

use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;

static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    Finder::new(&toml::from_str(include_str!("../../../rulebook/personal/words.toml")).unwrap())
});

fn span(text: &str, piece: &str, kind: Kind, verdict: Verdict) -> Span {
    let start = text.find(piece).unwrap();
    Span {
        start,
        end: start + piece.len(),
        kind,
        verdict,
        announced_by: None,
    }
}

#[test]
fn places_show_the_words_around_and_no_number() {
    let text =
        "执法人员于当日到现场检查，由甲乙丙（990101199003078814）到场签收，并且确认了全部事实。";
    let spans = [
        span(text, "甲乙丙", Kind::Name, Verdict::Certain),
        span(
            text,
            "990101199003078814",
            Kind::IdentityNumber,
            Verdict::Certain,
        ),
    ];
    assert_eq!(
        places(text, &spans, |_| true),
        "“现场检查，由【甲乙丙】（”（姓名）、“（【990***************】）到场签收，”（身份证件号码）"
    );
    assert_eq!(places(text, &spans, |s| s.verdict == Verdict::Doubtful), "");
}

#[test]
fn many_places_are_counted() {
    let text = "甲一、甲二、甲三、甲四";
    let spans: Vec<Span> = text
        .split('、')
        .map(|p| span(text, p, Kind::Name, Verdict::Certain))
        .collect();
    let said = places(text, &spans, |_| true);
    assert!(
        said.ends_with("等4处") && said.matches('【').count() == 3,
        "{said}"
    );
}

#[test]
fn what_is_kept_is_bounded() {
    let finder = Finder::new(&xinheng_domain::finder::Words::default());
    let mut readings = Readings::default();
    for n in 0..KEPT + 10 {
        readings.of(&finder, &format!("第{n}批次的产品不合格"));
    }
    assert!(readings.found.is_empty(), "only what was found takes room");
    for n in 0..KEPT + 10 {
        readings.of(&finder, &format!("联系电话199000{n:05}"));
    }
    assert!((1..=KEPT).contains(&readings.found.len()));
    let silent = readings.of(&finder, "第1批次的产品不合格");
    assert_eq!(*silent, Reading::default());
}

#[test]
fn numbers_of_one_issuer_are_read_once() {
    let mut readings = Readings::default();
    let nothing = Reading::default();
    for number in ["衡信市监罚〔2026〕12号", "衡信市监罚〔2025〕34号"] {
        assert_eq!(*readings.of(&FINDER, number), nothing);
    }
    assert_eq!(readings.silent.iter().filter(|hash| **hash != 0).count(), 1);
    // Whom a number names is found in each of them.
    for number in [
        "李小姐〔2026〕12号",
        "李小姐〔2026〕34号",
        "李小姐〔2026〕12号",
    ] {
        assert_eq!(
            *readings.of(&FINDER, number),
            FINDER.read(number, &Context::default())
        );
        assert_eq!(readings.of(&FINDER, number).spans.len(), 1, "{number}");
    }
    for other in [
        "衡信〔2026〕19900001234号",
        "衡信〔2026〕1号（李例强）",
        "A〔2026〕1号",
        "衡信罚1号",
    ] {
        assert!(shape_of(other).is_none(), "{other}");
    }
}

proptest! {
    #[test]
    fn no_digit_of_a_number_of_the_usual_form_names_anybody(
        issuer in "[衡信市监罚字号李王张例强的由与对]{0,3}(身份证|手机|尾号|出生|生日|账号|证号|住|卡|微信)?[衡李]{0,1}",
        (a, b) in (0..999_999_u32, 0..999_999_u32),
    ) {
        let of = |serial: u32| format!("{issuer}〔{}〕{serial:06}号", 1990 + serial % 60);
        let (a, b) = (of(a), of(b));
        prop_assert!(shape_of(&a).is_some() && shape_of(&a) == shape_of(&b));
        let silent = |text: &str| FINDER.read(text, &Context::default()) == Reading::default();
        prop_assert_eq!(silent(&a), silent(&b), "{} {}", a, b);
    }
}
