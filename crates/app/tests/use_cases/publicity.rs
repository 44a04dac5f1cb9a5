//! Dates computed anew under another rulebook.

use crate::support::*;
use jiff::civil::date;
use xinheng_app::{
    publicity,
    record::{self, Decide},
    view::RecordAnswer,
};

/// The first day of a period counts: it ends a day earlier.
pub const SAME_DAY: &str = r#"
[[parameter]]
id = "publicity.period_start"
[[parameter.value]]
from = "2026-10-01"
until = "2026-12-31"
text = "same_day"
basis = { source = "civil-code", verified = false }
"#;

/// Small fines are minor, which settles what was open.
const SMALL_FINES: &str = r#"
extends = "order-36"

[[rule]]
id = "test-small-fine"
when = { all = [
  { field = "CF_CFLB", has = ["罚款"] },
  { field = "CF_NR_FK", below_yuan = 10000 },
] }
classes = ["general"]
instead_of = ["fine"]
value = "罚款不足一万元，属于一般失信信息"
basis = { source = "xinheng-conventions", verified = false }
"#;

#[test]
fn dates_follow_the_rulebook() {
    let mut desk = Desk::new();
    let held = penalty(1, 2).fine();
    let decided = penalty(1, 3).fine();
    let withheld = penalty(2, 4);
    desk.land(
        &[
            penalty(1, 1),
            held.clone(),
            decided.clone(),
            withheld.clone(),
        ],
        TODAY,
    );
    let id = desk.number(&decided);
    let class = Decide {
        id: id.as_str(),
        class: "serious",
        stated: letter(),
        seen: None,
    };
    record::decide(&desk.operator(TODAY), &class).unwrap();
    let id = desk.number(&withheld);
    record::withhold(&desk.operator(TODAY), id.as_str(), "主体有误", None).unwrap();

    assert_eq!(
        publicity::rebuild(&desk.operator(TODAY), &mut |_| {}).unwrap(),
        0
    );
    assert!(
        desk.audited("publicity.rebuild").is_empty(),
        "nothing was written"
    );

    desk.file("rulebook/parameters/local.toml", SAME_DAY);
    desk.reopen();
    let mut told = Vec::new();
    let day = date(2026, 11, 5);
    let done = publicity::rebuild(&desk.operator(day), &mut |n| told.push(n)).unwrap();
    assert_eq!((done, told.as_slice()), (4, [4].as_slice()));
    assert_eq!(desk.audited("publicity.rebuild").len(), 1);

    let view = desk.shown(&desk.number(&penalty(1, 1)), day);
    assert_eq!(view.line.shown_until, Some(date(2027, 10, 27)));
    assert_eq!(view.line.shown_from, TODAY);
    assert_eq!(view.version, 1, "no content changed");
    assert_eq!(desk.answer(&desk.number(&held), day), RecordAnswer::Unknown);
    let view = desk.shown(&desk.number(&decided), day);
    assert_eq!(view.line.shown_until, Some(date(2029, 10, 27)));
    assert_eq!(view.line.class_title.as_deref(), Some("严重失信信息"));
    desk.gone(&desk.number(&withheld), day);

    assert_eq!(
        publicity::rebuild(&desk.operator(day), &mut |_| {}).unwrap(),
        0
    );
}

#[test]
fn a_local_standard_settles_what_was_open() {
    let mut desk = Desk::new();
    let held = penalty(1, 2).fine();
    desk.land(std::slice::from_ref(&held), TODAY);
    desk.file("rulebook/publicity/local.toml", SMALL_FINES);
    desk.reopen();
    let day = date(2026, 11, 4);
    assert_eq!(
        publicity::rebuild(&desk.operator(day), &mut |_| {}).unwrap(),
        1
    );
    let view = desk.shown(&desk.number(&held), day);
    assert_eq!(view.line.class_title.as_deref(), Some("一般失信信息"));
    assert_eq!(view.line.shown_from, day, "it was nobody's before");
    assert!(record::held(&desk.operator(day)).unwrap().is_empty());
}

/// A sector's table with its document, as a deployment lays it beside its data.
const SECTOR: [(&str, &str); 2] = [
    (
        "rulebook/sources/sector.toml",
        r#"
[[source]]
id = "sector-standard"
title = "样例领域失信信息分类标准"
issuer = "衡川市样例局"
number = "衡样规〔2026〕7号"
in_force = "2026-05-01"
verified = true
"#,
    ),
    (
        "rulebook/publicity/sector.toml",
        r#"
extends = "order-36"

[[rule]]
id = "sector-small"
when = { all = [
  { field = "CF_CFJG", contains = ["市场监督管理局"] },
  { field = "CF_JDRQ", on_or_after = "2026-05-01" },
  { field = "CF_CFLB", has = ["罚款"] },
  { field = "CF_NR_FK", below_yuan = 1000 },
] }
classes = ["minor"]
instead_of = ["fine"]
value = "罚款不足一千元，属于轻微失信信息"
basis = { source = "sector-standard", article = "第二条" }

[[rule]]
id = "sector-larger"
when = { all = [
  { field = "CF_CFJG", contains = ["市场监督管理局"] },
  { field = "CF_JDRQ", on_or_after = "2026-05-01" },
  { field = "CF_CFLB", has = ["罚款"] },
  { field = "CF_NR_FK", at_least_yuan = 1000 },
] }
classes = ["general"]
instead_of = ["fine"]
value = "罚款一千元以上，属于一般失信信息"
basis = { source = "sector-standard", article = "第三条" }
"#,
    ),
];

#[test]
fn a_sectors_table_settles_its_rows_and_is_cited() {
    let mut desk = Desk::new();
    for (path, text) in SECTOR {
        desk.file(path, text);
    }
    desk.reopen();
    let small = penalty(2, 2)
        .fine()
        .set("CF_NR", "罚款900元。")
        .set("CF_NR_FK", "0.09");
    let other = penalty(2, 3)
        .fine()
        .set("CF_CFJG", "衡川市信衡区水务局")
        .set("CF_CFJGDM", &body(3));
    let contradicting = penalty(1, 4).fine().stated("严重");
    let rows = [
        penalty(1, 1).fine(),
        small,
        other.clone(),
        contradicting.clone(),
    ];
    let outcome = desk.land(&rows, TODAY);
    assert_eq!(outcome.counters.held, 1, "{outcome:#?}");
    // Only the fine without a table is asked for, and the contradiction told.
    let codes: Vec<&str> = outcome.warnings.iter().map(|f| f.code.as_str()).collect();
    let of = |code: &str| codes.iter().filter(|c| **c == code).count();
    assert_eq!(
        (of("class-not-stated"), of("class-against-rules")),
        (1, 1),
        "{codes:?}"
    );
    let classes = outcome
        .warnings
        .iter()
        .filter(|f| f.code.starts_with("class-"));
    for told in classes {
        let basis = told.basis.as_deref().unwrap();
        assert!(basis.contains("《信用修复管理办法》"), "{basis}");
    }
    for row in [&rows[0], &contradicting] {
        let view = desk.shown(&desk.number(row), TODAY);
        assert_eq!(view.line.class_title.as_deref(), Some("一般失信信息"));
        let titles: Vec<_> = view
            .why
            .iter()
            .filter_map(|w| w.source_title.as_deref())
            .collect();
        let cited = "《样例领域失信信息分类标准》（衡样规〔2026〕7号）第三条";
        assert!(titles.contains(&cited), "{titles:?}");
        assert!(
            !view.why.iter().any(|w| w.rule.ends_with(".stated")),
            "{view:#?}"
        );
    }
    assert_eq!(
        desk.answer(&desk.number(&rows[1]), TODAY),
        RecordAnswer::Unknown
    );
    let held = record::held(&desk.operator(TODAY)).unwrap();
    assert_eq!(held[0].id, desk.number(&other).to_string());
    assert_eq!(held[0].authority, "衡川市信衡区水务局");
}

#[test]
fn the_class_that_the_row_states_is_shown_with_its_basis() {
    let desk = Desk::new();
    let told = "《样例领域失信信息分类标准》第五条，承办人电话19900007777";
    let stated = penalty(1, 1).fine().stated("一般").set("XH_SXYJ", told);
    let bare = penalty(1, 2)
        .fine()
        .stated("一般失信信息")
        .set("XH_SXYJ", "");
    let outcome = desk.land(&[stated.clone(), bare.clone()], TODAY);
    assert_eq!(outcome.counters.held, 0);
    let view = desk.shown(&desk.number(&stated), TODAY);
    assert_eq!(view.line.class_title.as_deref(), Some("一般失信信息"));
    let said = |view: &xinheng_app::view::RecordView| {
        let rule = view
            .why
            .iter()
            .find(|w| w.rule == "publicity.order-36.stated");
        let rule = rule.unwrap_or_else(|| panic!("{view:#?}"));
        assert!(!rule.verified, "nobody has read that notices state it");
        rule.value.clone()
    };
    let value = said(&view);
    assert!(
        value.starts_with("作出决定的单位在告知书或者决定书中载明失信信息类别：一般失信信息；所依据的是：《样例领域失信信息分类标准》第五条"),
        "{value}"
    );
    assert!(!value.contains("19900007777"), "{value}");
    assert!(
        view.fields.iter().all(|f| !f.id.starts_with("XH_SX")),
        "{view:#?}"
    );
    let bare = desk.shown(&desk.number(&bare), TODAY);
    assert!(said(&bare).ends_with("；没有写明依据"));
    // Whoever decided is another word now: the row's own statement is content.
    let day = date(2026, 11, 5);
    let outcome = desk.land(&[stated.clone().stated("严重")], day);
    assert_eq!(
        (outcome.counters.new_version, outcome.counters.held),
        (1, 0)
    );
    let view = desk.shown(&desk.number(&stated), day);
    assert_eq!(view.line.class_title.as_deref(), Some("严重失信信息"));
    assert_eq!(
        view.line.shown_from, TODAY,
        "a correction begins no new period"
    );
    // Taken back: nobody knows.
    let outcome = desk.land(&[stated.clone().set("XH_SXLB", "").set("XH_SXYJ", "")], day);
    assert_eq!(
        (outcome.counters.new_version, outcome.counters.held),
        (1, 1)
    );
}

#[test]
fn a_letter_after_the_row_goes_before_what_it_states() {
    let desk = Desk::new();
    let stated = penalty(1, 1).fine().stated("一般");
    desk.land(std::slice::from_ref(&stated), TODAY);
    let id = desk.number(&stated).to_string();
    let letter = Decide {
        id: &id,
        class: "serious",
        stated: letter(),
        seen: None,
    };
    let said = record::decide(&desk.operator(TODAY), &letter).unwrap();
    assert!(said.contains("此前是一般失信信息"), "{said}");
    let view = desk.shown(&desk.number(&stated), TODAY);
    assert_eq!(view.line.class_title.as_deref(), Some("严重失信信息"));
    let said: Vec<&str> = view.why.iter().map(|w| w.value.as_str()).collect();
    let recorded = said
        .iter()
        .any(|v| v.contains("另行书面说明") && v.ends_with("严重失信信息"));
    assert!(recorded, "{said:?}");
    // A row that states another class is the later word.
    let day = date(2026, 11, 6);
    desk.land(&[stated.clone().stated("轻微")], day);
    desk.gone(&desk.number(&stated), day);
}

/// What is never public any more.
const CONFISCATIONS: &str = r#"
extends = "order-36"

[[rule]]
id = "test-confiscation"
when = { field = "CF_CFLB", has = ["没收违法所得"] }
classes = ["minor"]
instead_of = ["confiscation"]
value = "没收违法所得，不公示"
basis = { source = "xinheng-conventions", verified = false }
"#;

#[test]
fn what_a_new_rulebook_hides_leaves_a_tombstone() {
    let mut desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let id = desk.number(&penalty(1, 1));
    desk.shown(&id, TODAY);
    desk.file("rulebook/publicity/local.toml", CONFISCATIONS);
    desk.reopen();
    let day = date(2026, 11, 4);
    assert_eq!(
        publicity::rebuild(&desk.operator(day), &mut |_| {}).unwrap(),
        1
    );
    desk.gone(&id, day);
}

/// A sentence of the checker: no date hangs on it.
const SENTENCE: &str = r#"
[[message]]
code = "test-sentence"
title = "试"
text = "试。"
why = "试。"
remedy = "试。"
"#;

#[test]
fn another_sentence_makes_no_record_stale() {
    let mut desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let before = desk.deployment_digest();
    desk.file("rulebook/messages/local.toml", SENTENCE);
    desk.reopen();
    assert_ne!(desk.deployment_digest(), before, "it is another rulebook");
    let rebuilt = || publicity::rebuild(&desk.operator(TODAY), &mut |_| {}).unwrap();
    assert_eq!(rebuilt(), 0);
}

#[test]
fn only_the_office_rebuilds() {
    let desk = Desk::new();
    for actor in outsiders() {
        forbidden(publicity::rebuild(&desk.ctx(actor, TODAY), &mut |_| {}));
    }
}
