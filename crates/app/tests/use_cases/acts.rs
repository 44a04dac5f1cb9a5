//! Acts are about a record, versions are what a row said: neither undoes the other, in whatever
//! order they come.

use crate::support::*;
use jiff::civil::{Date, date};
use xinheng_app::{
    intake::{self, Landing},
    ops,
    record::{self, Because, Confirm, Decide},
    site,
};
use xinheng_domain::record::EndKind;

const LATER: Date = date(2026, 12, 1);

/// The corrected text of a row.
fn corrected(row: Row) -> Row {
    row.set("CF_SY", "经复核更正后的事实。")
}

fn class<'a>(id: &'a str, class: &'a str) -> Decide<'a> {
    Decide {
        id,
        class,
        stated: letter(),
        seen: None,
    }
}

#[test]
fn a_correction_makes_nothing_late() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    desk.land(&[corrected(penalty(1, 1))], LATER);
    let view = desk.shown(&desk.number(&penalty(1, 1)), LATER);
    let clock = view.timeliness.unwrap();
    assert!(
        clock.received_in_time && clock.published_in_time,
        "{clock:?}"
    );
    assert_eq!((clock.received_on, clock.published_on), (TODAY, TODAY));
    assert_eq!(clock.corrected_on, Some(LATER));
    let in_time = desk.in_time(date(2026, 10, 1));
    assert_eq!(in_time, [("penalty".to_owned(), 1, 1)]);
    // What came late stays late.
    desk.land(&[penalty(2, 2)], LATER);
    let late = desk.shown(&desk.number(&penalty(2, 2)), LATER).timeliness;
    let late = late.unwrap();
    assert!(
        !late.received_in_time && late.corrected_on.is_none(),
        "{late:?}"
    );
    assert_eq!(
        desk.in_time(date(2026, 10, 1)),
        [("penalty".to_owned(), 1, 2)]
    );
}

#[test]
fn a_replacement_keeps_the_first_receipt() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let old = desk.number(&penalty(1, 1));
    let new = penalty(1, 9).set("XH_THJL", old.as_str());
    desk.land(std::slice::from_ref(&new), LATER);
    let view = desk.shown(&desk.number(&new), LATER);
    let clock = view.timeliness.unwrap();
    assert_eq!((clock.received_on, clock.published_on), (TODAY, TODAY));
    assert_eq!(clock.corrected_on, Some(LATER));
    assert!(clock.received_in_time && clock.published_in_time);
    // The one that was replaced is counted no more: it is the same decision.
    assert_eq!(
        desk.in_time(date(2026, 10, 1)),
        [("penalty".to_owned(), 1, 1)]
    );
    let tombstone = desk.all().into_iter().find(|s| s.record.id == old).unwrap();
    assert_eq!(tombstone.record.payload, "{}", "no content is copied");
}

#[test]
fn a_refused_row_was_not_received() {
    let desk = Desk::new();
    let wrong = penalty(1, 1).set("CF_XDR_SHXYM", "91990102MAEX00010X");
    assert_eq!(desk.import(&[wrong], TODAY).counters.refused, 1);
    desk.land(&[penalty(1, 1)], LATER);
    let clock = desk.shown(&desk.number(&penalty(1, 1)), LATER).timeliness;
    assert_eq!(clock.unwrap().received_on, LATER);
}

#[test]
fn what_is_staged_undoes_no_act() {
    let desk = Desk::new();
    let rows = [penalty(1, 1), penalty(1, 2).fine()];
    desk.land(&rows, TODAY);
    let changed = rows.clone().map(corrected);
    desk.killed(&changed, date(2026, 11, 3));
    let [shown, held] = rows.each_ref().map(|row| desk.number(row));
    let day = date(2026, 11, 4);
    record::withhold(&desk.operator(day), shown.as_str(), "主体有误", None).unwrap();
    record::decide(&desk.operator(day), &class(held.as_str(), "general")).unwrap();
    // The interrupted import goes on.
    let resumed = desk.land(&changed, date(2026, 11, 5));
    assert!(matches!(
        resumed.landing,
        Landing::Sealed {
            resumed_chunks: 1,
            ..
        }
    ));
    let day = date(2026, 11, 5);
    desk.gone(&shown, day);
    let view = desk.shown(&held, day);
    assert_eq!((view.version, view.line.shown_from), (2, date(2026, 11, 4)));
    assert!(record::held(&desk.operator(day)).unwrap().is_empty());
    assert!(desk.sound());
    // Shown again, it is what the department said last.
    let second = desk.ctx(operator("乙"), day);
    record::confirm(&second, &confirming(shown.as_str(), true, "核实无误")).unwrap();
    let view = desk.shown(&shown, day);
    assert_eq!(view.version, 2);
    assert!(view.fields.iter().any(|f| f.value.contains("复核更正")));
    assert_eq!(view.line.shown_from, TODAY);
}

#[test]
fn a_class_holds_for_the_facts_it_was_stated_for_whatever_is_staged() {
    let desk = Desk::new();
    let fine = penalty(1, 2).fine();
    desk.land(std::slice::from_ref(&fine), TODAY);
    let larger = fine
        .clone()
        .set("CF_NR_FK", "100")
        .set("CF_NR", "罚款100万元。");
    desk.killed(std::slice::from_ref(&larger), date(2026, 11, 3));
    let id = desk.number(&fine);
    let day = date(2026, 11, 4);
    record::decide(&desk.operator(day), &class(id.as_str(), "general")).unwrap();
    assert_eq!(desk.shown(&id, day).version, 1);
    let landed = desk.land(std::slice::from_ref(&larger), date(2026, 11, 5));
    assert_eq!(landed.counters.held, 1);
    let day = date(2026, 11, 5);
    desk.gone(&id, day);
    assert_eq!(record::held(&desk.operator(day)).unwrap().len(), 1);
    // Corrected back, the class holds again, and the period has not started anew.
    desk.land(&[fine.set("BZ", "金额原来无误")], date(2026, 11, 6));
    let view = desk.shown(&id, date(2026, 11, 6));
    assert_eq!((view.version, view.line.shown_from), (3, date(2026, 11, 4)));
}

#[test]
fn an_abandoned_batch_has_received_nothing() {
    let desk = Desk::new();
    let row = penalty(1, 1);
    desk.killed(std::slice::from_ref(&row), TODAY);
    assert!(desk.all().is_empty());
    desk.land(&[corrected(row.clone())], LATER);
    let id = desk.number(&row);
    let received = || desk.shown(&id, LATER).timeliness.unwrap().received_on;
    // The first batch was received, and may still go on.
    assert_eq!(received(), TODAY);
    let staged = desk.staged();
    for actor in outsiders() {
        forbidden(intake::abandon(
            &desk.ctx(actor, LATER),
            &staged,
            "不再需要",
        ));
    }
    bad_input(intake::abandon(&desk.operator(LATER), &staged, " "));
    not_found(intake::abandon(&desk.operator(LATER), "没有", "不再需要"));
    intake::abandon(&desk.operator(LATER), &staged, "不再需要").unwrap();
    assert_eq!(received(), LATER);
    refused(
        intake::abandon(&desk.operator(LATER), &staged, "不再需要"),
        "batch-over",
    );
    assert_eq!(desk.audited("batch.abandon").len(), 1);
    let lines = intake::batches(&desk.operator(LATER), intake::Batches::default(), 10).unwrap();
    let states: Vec<&str> = lines.iter().map(|l| l.state).collect();
    assert_eq!(states, ["sealed", "refused"]);
    let names = (&*lines[0].department_name, &*lines[0].item_title);
    assert_eq!(names, (D1_NAME, "行政处罚"));
    let sealed = &lines[0].id;
    refused(
        intake::abandon(&desk.operator(LATER), sealed, "不再需要"),
        "batch-sealed",
    );
    // The same file comes again as a new batch: an older text, corrected back.
    desk.land(std::slice::from_ref(&row), date(2026, 12, 2));
    let view = desk.shown(&id, date(2026, 12, 2));
    assert_eq!(view.version, 3);
    assert!(desk.sound());
}

#[test]
fn a_row_of_a_record_that_another_batch_ends_waits_for_it() {
    let desk = Desk::new();
    let row = penalty(1, 1);
    desk.land(std::slice::from_ref(&row), TODAY);
    let id = desk.number(&row);
    let annulled = row.clone().set("XH_ZYZT", "已撤销");
    desk.killed(std::slice::from_ref(&annulled), date(2026, 11, 3));
    let other = [corrected(row), penalty(2, 5)];
    let outcome = desk.import(&other, date(2026, 11, 4));
    assert_eq!((outcome.counters.refused, outcome.counters.new), (1, 1));
    assert_eq!(outcome.refused[0].code, "record-being-ended");
    intake::abandon(&desk.operator(LATER), &desk.staged(), "误报").unwrap();
    let again = desk.land(&other, date(2026, 11, 5));
    assert_eq!(
        (again.counters.new_version, again.counters.unchanged),
        (1, 1)
    );
    assert_eq!(desk.shown(&id, date(2026, 11, 5)).version, 3);
}

#[test]
fn what_was_seen_must_still_stand() {
    let desk = Desk::new();
    let row = penalty(1, 2).fine();
    desk.land(std::slice::from_ref(&row), TODAY);
    let id = desk.number(&row);
    let ctx = desk.operator(TODAY);
    let seen = Some(record::show(&ctx, id.as_str(), "核对").unwrap().revision);
    desk.land(&[corrected(row)], date(2026, 11, 3));
    let decide = Decide {
        seen,
        ..class(id.as_str(), "general")
    };
    refused(record::decide(&ctx, &decide), "record-changed");
    refused(
        record::withhold(&ctx, id.as_str(), "主体有误", seen),
        "record-changed",
    );
    let now = Some(record::show(&ctx, id.as_str(), "核对").unwrap().revision);
    record::withhold(&ctx, id.as_str(), "主体有误", now).unwrap();
    let confirm = Confirm {
        seen: now,
        ..confirming(id.as_str(), false, "核实")
    };
    refused(
        record::confirm(&desk.ctx(operator("乙"), TODAY), &confirm),
        "record-changed",
    );
    assert_eq!(desk.audited("record.end").len(), 1);
}

#[test]
fn the_kinds_of_end_are_kept_apart() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(1, 2), penalty(1, 3)], TODAY);
    let wanted = [
        (1, Because::Wrong, EndKind::Withdrawn),
        (2, Because::Annulled, EndKind::Annulled),
        (3, Because::Changed, EndKind::Changed),
    ];
    for (number, because, kind) in wanted {
        let id = desk.number(&penalty(1, number));
        record::withhold(&desk.operator(TODAY), id.as_str(), "来函说明", None).unwrap();
        let confirm = Confirm {
            over: Some(because),
            ..confirming(id.as_str(), false, "来函说明")
        };
        record::confirm(&desk.ctx(operator("乙"), TODAY), &confirm).unwrap();
        let all = desk.all();
        let stored = all.iter().find(|s| s.record.id == id).unwrap();
        assert_eq!(stored.record.ended.as_ref().map(|e| e.kind), Some(kind));
        desk.gone(&id, TODAY);
    }
    assert!(desk.sound());
}

#[test]
fn a_decision_that_is_no_more_is_told_for_a_while() {
    let desk = Desk::new();
    let annulled = penalty(1, 1).set("XH_ZYZT", "已撤销");
    let never_public = penalty(1, 4).warning();
    desk.land(
        &[
            penalty(1, 1),
            penalty(1, 2),
            penalty(1, 3),
            never_public.clone(),
        ],
        TODAY,
    );
    let day = date(2026, 11, 4);
    desk.land(&[annulled, never_public.set("XH_ZYZT", "已撤销")], day);
    for (number, because) in [(2, Because::Changed), (3, Because::Wrong)] {
        let id = desk.number(&penalty(1, number));
        record::withhold(&desk.operator(day), id.as_str(), "李某的电话写错", None).unwrap();
        let confirm = Confirm {
            over: Some(because),
            ..confirming(id.as_str(), false, "李某的电话写错")
        };
        record::confirm(&desk.ctx(operator("乙"), day), &confirm).unwrap();
    }
    let told = site::withdrawals(&desk.public(day), D1).unwrap();
    let numbers: Vec<&str> = told.iter().map(|w| w.document_number.as_str()).collect();
    assert_eq!(numbers.len(), 2, "{told:#?}");
    let (first, second) = ("衡信市监罚〔2026〕1号", "衡信市监罚〔2026〕2号");
    assert!(numbers.contains(&first) && numbers.contains(&second));
    let notice = desk
        .gone(&desk.number(&penalty(1, 1)), day)
        .withdrawal
        .unwrap();
    assert_eq!(
        (notice.withdrawn_on, notice.shown_until),
        (day, date(2026, 12, 4))
    );
    assert!(notice.reason.contains("已依法撤销") && notice.basis.contains("第四十八条"));
    let changed = desk
        .gone(&desk.number(&penalty(1, 2)), day)
        .withdrawal
        .unwrap();
    assert!(changed.reason.contains("变更"), "{changed:?}");
    // No party, no facts, nobody's words.
    let all = serde_json::to_string(&told).unwrap();
    for kept_back in [NAMES[0], "合格证明", "李某", LEGAL] {
        assert!(!all.contains(kept_back), "{kept_back}: {all}");
    }
    // Published wrongly: nothing is told. Over: the number alone is left.
    assert!(
        desk.gone(&desk.number(&penalty(1, 3)), day)
            .withdrawal
            .is_none()
    );
    assert!(site::withdrawals(&desk.public(day), D2).unwrap().is_empty());
    let last = date(2026, 12, 4);
    assert_eq!(site::withdrawals(&desk.public(last), D1).unwrap().len(), 2);
    let after = date(2026, 12, 5);
    assert!(
        site::withdrawals(&desk.public(after), D1)
            .unwrap()
            .is_empty()
    );
    assert!(
        desk.gone(&desk.number(&penalty(1, 1)), after)
            .withdrawal
            .is_none()
    );
}

#[test]
fn the_latest_statement_of_a_class_counts() {
    let desk = Desk::new();
    let fine = penalty(1, 2).fine().stated("一般");
    desk.land(std::slice::from_ref(&fine), TODAY);
    let id = desk.number(&fine);
    let day = date(2026, 11, 3);
    record::decide(&desk.operator(day), &class(id.as_str(), "serious")).unwrap();
    let title = |day| desk.shown(&id, day).line.class_title.unwrap();
    assert_eq!(title(day), "严重失信信息");
    // A later row that states a class is the later word, be it the same as before.
    desk.land(&[corrected(fine)], date(2026, 11, 4));
    assert_eq!(title(date(2026, 11, 4)), "一般失信信息");
    record::decide(
        &desk.operator(date(2026, 11, 5)),
        &class(id.as_str(), "serious"),
    )
    .unwrap();
    assert_eq!(title(date(2026, 11, 5)), "严重失信信息");
}

/// What is computed agrees with what is computed anew, after corrections, acts, replacements and
/// batches that were given up; and what does not agree is named.
#[test]
fn everything_computed_agrees_with_itself() {
    let desk = Desk::new();
    let rows = [
        penalty(1, 1),
        penalty(1, 2).fine(),
        penalty(1, 3).fine().stated("一般"),
        penalty(1, 4).warning(),
        penalty(2, 5),
    ];
    desk.land(&rows, TODAY);
    let [a, b, _, _, e] = rows.each_ref().map(|row| desk.number(row));
    desk.killed(&[corrected(rows[0].clone())], date(2026, 11, 3));
    record::decide(
        &desk.operator(date(2026, 11, 4)),
        &class(b.as_str(), "general"),
    )
    .unwrap();
    desk.land(&[rows[2].clone().set("CF_NR_FK", "100")], date(2026, 11, 5));
    record::withhold(
        &desk.operator(date(2026, 11, 6)),
        a.as_str(),
        "主体有误",
        None,
    )
    .unwrap();
    let new = penalty(2, 6).set("XH_THJL", e.as_str());
    desk.land(&[new, corrected(rows[1].clone())], date(2026, 11, 7));
    intake::abandon(&desk.operator(date(2026, 11, 8)), &desk.staged(), "误报").unwrap();
    desk.land(
        &[rows[2].clone().set("XH_ZYZT", "已撤销")],
        date(2026, 11, 9),
    );
    let day = date(2026, 11, 10);
    let deep = || ops::verify_deep(&desk.operator(day), &mut |_, _| {}).unwrap();
    assert!(deep().sound && desk.sound(), "{:#?}", deep());
    assert_eq!((deep().records, deep().stale), (6, 0));
    for actor in outsiders() {
        forbidden(ops::verify_deep(&desk.ctx(actor, day), &mut |_, _| {}));
    }
    let database = xinheng_app::testing::db(&desk.office).location();
    let doctor = |change: &str| xinheng_store::testing::doctor(database, change).unwrap();
    for change in [
        "public_until = '2030-01-01'",
        "first_received_on = '2026-10-30'",
        "publicity_class = 'minor'",
    ] {
        let place = format!("WHERE record_tail = '{}' AND version = 2", b.tail());
        doctor(&format!(
            "CREATE TABLE kept AS SELECT * FROM record {place}"
        ));
        doctor(&format!("UPDATE record SET {change} {place}"));
        assert_eq!(deep().wrong, 1, "{change}");
        assert!(
            deep().lines.iter().any(|l| l.contains(b.as_str())),
            "{change}"
        );
        assert!(!desk.sound(), "{change}");
        doctor(&format!(
            "DELETE FROM record {place}; INSERT INTO record SELECT * FROM kept; DROP TABLE kept"
        ));
    }
    assert!(deep().sound && desk.sound());
    // Under another secret a correction would be another record.
    doctor("UPDATE deployment SET secret = zeroblob(32)");
    let mut other = desk;
    other.reopen();
    let found = ops::verify_deep(&other.operator(day), &mut |_, _| {}).unwrap();
    assert!(!found.sound, "{found:#?}");
}

#[test]
fn a_row_for_a_record_that_is_over_is_told() {
    let desk = Desk::new();
    let row = penalty(1, 1);
    desk.land(std::slice::from_ref(&row), TODAY);
    let id = desk.number(&row);
    record::withhold(&desk.operator(TODAY), id.as_str(), "主体有误", None).unwrap();
    let second = desk.ctx(operator("乙"), TODAY);
    record::confirm(&second, &confirming(id.as_str(), false, "核实")).unwrap();
    // The old file again says nothing new; a corrected row would be lost.
    let again = desk.land(&[row.clone(), penalty(2, 7)], date(2026, 11, 3));
    assert_eq!(again.counters.unchanged, 1);
    let rows = [corrected(row.clone()), penalty(2, 8)];
    let told = desk.import(&rows, date(2026, 11, 4));
    assert_eq!(
        (told.counters.refused, told.refused[0].code.as_str()),
        (1, "record-is-over")
    );
    // Handed in again it changes nothing (I7).
    let again = desk.import(&rows, date(2026, 11, 5));
    assert!(
        matches!(again.landing, Landing::Already { .. }),
        "{again:?}"
    );
    // What was published wrongly is reported rightly in its place.
    let right = penalty(1, 9).set("XH_THJL", id.as_str());
    desk.land(std::slice::from_ref(&right), date(2026, 11, 6));
    let day = date(2026, 11, 6);
    let view = desk.shown(&desk.number(&right), day);
    assert_eq!(view.timeliness.unwrap().received_on, TODAY);
    desk.gone(&id, day);
    assert!(desk.sound());
}
