//! Key fields corrected: another record takes the place of a wrong one.

use crate::support::*;
use jiff::civil::date;
use xinheng_app::intake::Landing;

#[test]
fn the_old_number_leads_to_the_new_record() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let old = desk.number(&penalty(1, 1));
    let day = date(2026, 11, 5);
    let right = penalty(2, 1).set("XH_THJL", old.as_str());
    let outcome = desk.land(std::slice::from_ref(&right), day);
    assert_eq!((outcome.counters.new, outcome.counters.replaced), (1, 1));
    let new = desk.number(&right);
    let tombstone = desk.gone(&old, day);
    assert_eq!(tombstone.replaced_by.as_deref(), Some(new.as_str()));
    assert_eq!(
        desk.shown(&new, day).replaces.as_deref(),
        Some(old.as_str())
    );
    assert_eq!(desk.dossier(&org(1), day).scope.in_scope, 0);
    assert_eq!(desk.dossier(&org(2), day).scope.shown, 1);
    // The wrong row handed in again stays replaced.
    let again = desk.land(&[penalty(1, 1), penalty(3, 5)], date(2026, 11, 6));
    assert_eq!(again.counters.unchanged, 1);
    desk.gone(&old, date(2026, 11, 6));
}

#[test]
fn a_record_that_does_not_exist_cannot_be_replaced() {
    let desk = Desk::new();
    let id = format!("{}-0123456789abcdef", org(1));
    let rows = [penalty(1, 1).set("XH_THJL", &id), penalty(1, 2)];
    let outcome = desk.import(&rows, TODAY);
    assert!(matches!(outcome.landing, Landing::Sealed { .. }));
    assert_eq!((outcome.counters.new, outcome.counters.refused), (1, 1));
    assert_eq!((outcome.summary.accepted, outcome.summary.refused), (1, 1));
    let finding = &outcome.refused[0];
    assert_eq!(finding.code, "replaces-unknown");
    assert_eq!((finding.row, finding.field.as_str()), (1, "XH_THJL"));
    assert!(finding.message.contains(&id), "{finding:?}");
}

#[test]
fn another_departments_record_cannot_be_replaced() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let old = desk.number(&penalty(1, 1));
    let row = penalty(2, 90)
        .second()
        .set("CF_CFJG", D2_NAME)
        .set("CF_CFJGDM", &body(2))
        .set("XH_THJL", old.as_str());
    let outcome = desk
        .hand_in(clerk(D2), D2, &csv(&[row]), TODAY, false)
        .unwrap();
    assert_eq!(outcome.counters.refused, 1);
    assert_eq!(outcome.refused[0].code, "replaces-unknown");
    desk.shown(&old, TODAY);
}

#[test]
fn a_record_is_replaced_once() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let old = desk.number(&penalty(1, 1));
    let right = penalty(2, 1).set("XH_THJL", old.as_str());
    let other = penalty(3, 1).set("XH_THJL", old.as_str());
    // Twice in one file.
    let outcome = desk.import(&[right.clone(), other.clone()], TODAY);
    assert_eq!((outcome.counters.new, outcome.counters.refused), (1, 1));
    assert_eq!(outcome.refused[0].code, "replaces-over");
    assert_eq!(outcome.refused[0].row, 2);
    // And later.
    let outcome = desk.import(&[other], date(2026, 11, 4));
    assert_eq!((outcome.counters.new, outcome.counters.refused), (0, 1));
    assert_eq!(outcome.refused[0].code, "replaces-over");
    // The correction itself may come again.
    let again = desk.land(&[right, penalty(3, 9)], date(2026, 11, 5));
    assert_eq!(again.counters.unchanged, 1);
}

#[test]
fn another_decision_about_another_party_is_not_replaced() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let old = desk.number(&penalty(1, 1));
    let outcome = desk.import(&[penalty(2, 8).set("XH_THJL", old.as_str())], TODAY);
    assert_eq!(outcome.counters.refused, 1);
    assert_eq!(outcome.refused[0].code, "replaces-unrelated");
    desk.shown(&old, TODAY);
}

#[test]
fn another_departments_record_cannot_be_corrected() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let old = desk.number(&penalty(1, 1));
    // The same decision, as another department's file tells it.
    let foreign = penalty(1, 1).set("CF_SY", "检查发现销售的两件产品没有合格证明。");
    let rows = [foreign.second(), penalty(2, 90).second()];
    let outcome = desk
        .hand_in(operator("甲"), D2, &csv(&rows), TODAY, false)
        .unwrap();
    assert_eq!((outcome.counters.new, outcome.counters.refused), (1, 1));
    let finding = &outcome.refused[0];
    assert_eq!(finding.code, "record-of-another-department");
    assert_eq!((finding.row, finding.field.as_str()), (1, "CF_WSH"));
    assert!(finding.message.contains(D1), "{finding:?}");
    assert_eq!(desk.shown(&old, TODAY).version, 1);
}

#[test]
fn a_record_of_the_same_file_cannot_take_the_place_of_itself() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let old = desk.number(&penalty(1, 1));
    let same = penalty(1, 1)
        .set("XH_THJL", old.as_str())
        .set("CF_SY", "检查发现销售的两件产品没有合格证明。");
    let outcome = desk.land(&[same], date(2026, 11, 5));
    assert_eq!(
        (outcome.counters.new_version, outcome.counters.replaced),
        (1, 0)
    );
    assert_eq!(desk.shown(&old, date(2026, 11, 5)).version, 2);
}

#[test]
fn changed_and_replaced_in_one_file() {
    for replacing_first in [false, true] {
        let desk = Desk::new();
        desk.land(&[penalty(1, 1)], TODAY);
        let old = desk.number(&penalty(1, 1));
        let mut rows = [
            penalty(1, 1).set("BZ", "补充说明"),
            penalty(1, 12).set("XH_THJL", old.as_str()),
        ];
        if replacing_first {
            rows.reverse();
        }
        let day = date(2026, 11, 5);
        let outcome = desk.land(&rows, day);
        assert_eq!(outcome.counters.replaced, 1);
        assert!(desk.gone(&old, day).replaced_by.is_some());
        assert_eq!(desk.dossier(&org(1), day).scope.shown, 1);
    }
}
