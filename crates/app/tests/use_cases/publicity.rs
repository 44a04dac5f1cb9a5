//! Dates computed anew under another rulebook.

use crate::support::*;
use jiff::civil::date;
use xinheng_app::{
    publicity,
    record::{self, Decide},
    view::RecordAnswer,
};

/// The first day of a period counts: it ends a day earlier.
const SAME_DAY: &str = r#"
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
        grounds: "数额巨大",
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
    assert_eq!(view.class_title.as_deref(), Some("严重失信信息"));
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
    assert_eq!(view.class_title.as_deref(), Some("一般失信信息"));
    assert_eq!(view.line.shown_from, day, "it was nobody's before");
    assert!(record::held(&desk.operator(day)).unwrap().is_empty());
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

#[test]
fn only_the_office_rebuilds() {
    let desk = Desk::new();
    for actor in outsiders() {
        forbidden(publicity::rebuild(&desk.ctx(actor, TODAY), &mut |_| {}));
    }
}
