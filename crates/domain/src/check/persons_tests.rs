#![allow(clippy::unwrap_used, reason = "in tests")]

use super::*;

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
    let finder = Finder::new(&crate::finder::Words::default());
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
