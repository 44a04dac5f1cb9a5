//! Verification and backup.

use crate::support::*;
use jiff::ToSpan as _;
use xinheng_app::{AppError, Deployment, District, intake::Landing, noon, ops, record};
use xinheng_domain::refusal::RefusalCode;
use xinheng_store::audit;

#[test]
fn a_sound_database_says_so() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(1, 2).fine()], TODAY);
    let found = ops::verify(&desk.operator(TODAY)).unwrap();
    assert!(found.sound, "{found:#?}");
    assert_eq!(
        found.audit_unsealed, 0,
        "every use case seals what it wrote"
    );
    assert_eq!(found.audit_sealed as usize, desk.audit().len());
    assert!(found.lines.iter().any(|l| l.contains("逐条重算相符")));
}

#[test]
fn a_changed_audit_entry_is_found() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let path = desk.dir.path().join("copy").join("xinheng.db");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    ops::backup(&desk.operator(TODAY), &path, &mut |_, _| ()).unwrap();
    bad_input(ops::backup(&desk.operator(TODAY), &path, &mut |_, _| ()));
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.windows(10).position(|w| w == b"batch.seal").unwrap();
    bytes[at + 6] = b'S';
    std::fs::write(&path, bytes).unwrap();
    let office = Deployment::open(&place(path.parent().unwrap())).unwrap();
    let ctx = office.ctx(operator("甲"), xinheng_app::noon(TODAY).unwrap());
    let found = ops::verify(&ctx).unwrap();
    assert!(!found.sound, "{found:#?}");
}

#[test]
fn only_the_office_verifies_and_copies() {
    let desk = Desk::new();
    let to = desk.dir.path().join("copy.db");
    for actor in outsiders() {
        forbidden(ops::verify(&desk.ctx(actor.clone(), TODAY)));
        forbidden(ops::backup(&desk.ctx(actor, TODAY), &to, &mut |_, _| ()));
    }
    assert!(!to.exists());
}

#[test]
fn decided_and_replaced_records_verify() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(1, 2).fine()], TODAY);
    let ctx = desk.operator(TODAY);
    let held = xinheng_app::record::held(&ctx).unwrap();
    let decision = xinheng_app::record::Decide {
        id: &held[0].id,
        class: &held[0].candidates[0],
        stated: letter(),
        seen: None,
    };
    xinheng_app::record::decide(&ctx, &decision).unwrap();
    xinheng_app::record::withhold(&ctx, &held[0].id, "文书有误", None).unwrap();
    let old = desk.number(&penalty(1, 1));
    desk.land(&[penalty(2, 1).set("XH_THJL", old.as_str())], TODAY);
    let found = ops::verify(&ctx).unwrap();
    assert!(found.sound, "{found:#?}");
    let head = found.audit_head.unwrap();
    assert_eq!(
        head,
        format!("{}:{}", found.audit_sealed, &head[head.len() - 64..])
    );
}

#[test]
fn a_failed_backup_leaves_no_entry() {
    let desk = Desk::new();
    let nowhere = desk.dir.path().join("there/is/none.db");
    bad_input(ops::backup(&desk.operator(TODAY), &nowhere, &mut |_, _| ()));
    assert!(desk.audited("database.backup").is_empty());
}

#[test]
fn a_backup_is_restored_and_what_was_there_is_kept() {
    let desk = Desk::new();
    let now = xinheng_app::noon(TODAY).unwrap();
    desk.land(&[penalty(1, 1)], TODAY);
    let copy = desk.dir.path().join("copy.db");
    ops::backup(&desk.operator(TODAY), &copy, &mut |_, _| ()).unwrap();
    desk.land(&[penalty(1, 2)], TODAY);
    assert_eq!(desk.all().len(), 2);
    let here = place(desk.dir.path());
    // The desk's connections stay open, as a running server's do.
    let done = ops::restore(&here, operator("甲"), now, &copy, false).unwrap();
    assert!(done.verified.sound && !done.damaged, "{done:#?}");
    assert_eq!(desk.all().len(), 1);
    assert_eq!(desk.audited("db.restore").len(), 1);
    let kept = std::path::PathBuf::from(done.kept.unwrap());
    ops::restore(&here, operator("甲"), now, &kept, false).unwrap();
    assert_eq!(desk.all().len(), 2);
}

#[test]
fn what_is_no_backup_restores_nothing() {
    let desk = Desk::new();
    let now = xinheng_app::noon(TODAY).unwrap();
    desk.land(&[penalty(1, 1)], TODAY);
    let here = place(desk.dir.path());
    let text = desk.file("text.db", "不是数据库");
    for from in [
        &text,
        &desk.dir.path().join("none.db"),
        &desk.dir.path().join("xinheng.db"),
    ] {
        bad_input(ops::restore(&here, operator("甲"), now, from, false));
    }
    for actor in outsiders() {
        forbidden(ops::restore(&here, actor, now, &text, false));
    }
    let elsewhere = xinheng_app::Place {
        database: Some("postgres://nobody@127.0.0.1:1/none".to_owned()),
        ..here
    };
    bad_input(ops::restore(&elsewhere, operator("甲"), now, &text, false));
    assert_eq!(desk.all().len(), 1);
    assert!(desk.audited("db.restore").is_empty());
}

/// Everything that writes, under a clock that was set back by three days.
#[test]
fn a_clock_set_back_writes_nothing_and_says_so() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let id = desk.number(&penalty(1, 1));
    let before = desk.audit().len();
    xinheng_app::testing::db(&desk.office).clock_counts(true);
    let wrong = TODAY.saturating_sub(3.days());
    let refused = |outcome: Result<(), AppError>| match outcome {
        Err(AppError::Refused(refusal)) => {
            assert_eq!(refusal.code, RefusalCode::ClockBehind);
            assert!(refusal.remedy.contains("--clock-is-right"), "{refusal}");
            assert!(refusal.message.contains("2026-"), "{refusal}");
        }
        other => panic!("{other:?}"),
    };
    let ctx = desk.operator(wrong);
    refused(ops::clock_holds(&ctx));
    let handed_in = desk.hand_in(operator("甲"), D1, &csv(&[penalty(1, 2)]), wrong, false);
    refused(handed_in.map(drop));
    refused(record::show(&ctx, id.as_str(), "核查").map(drop));
    refused(record::withhold(&ctx, id.as_str(), "文书有误", None).map(drop));
    refused(Deployment::set_district(&ctx, desk.office.district()));
    assert_eq!(desk.audit().len(), before, "no line, no act");
    assert_eq!(desk.all().len(), 1);
    let tried = desk.hand_in(operator("甲"), D1, &csv(&[penalty(1, 2)]), wrong, true);
    refused(tried.map(drop));
    assert_eq!(desk.audit().len(), before, "nor an answer");
    // What only reads goes on.
    assert!(ops::verify(&ctx).unwrap().sound);

    // The operator says that the clock was wrong before and is right now.
    assert!(ops::confirm_clock(&ctx).unwrap());
    assert!(!ops::confirm_clock(&ctx).unwrap(), "said once");
    desk.land(&[penalty(1, 2)], wrong);
    assert_eq!(desk.audited("clock.confirm").len(), 1);
    let found = ops::verify(&ctx).unwrap();
    assert!(found.sound, "{found:#?}");
    assert!(found.lines.iter().any(|l| l.contains("已确认系统时间正确")));
    for actor in outsiders() {
        forbidden(ops::confirm_clock(&desk.ctx(actor, wrong)));
    }
}

#[test]
fn a_deployment_for_training_has_no_clock() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let district = District {
        demo: true,
        ..desk.office.district().clone()
    };
    Deployment::set_district(&desk.operator(TODAY), &district).unwrap();
    let mut desk = desk;
    desk.office = Deployment::open(&place(desk.dir.path())).unwrap();
    let earlier = TODAY.saturating_sub(3.days());
    ops::clock_holds(&desk.operator(earlier)).unwrap();
    desk.land(&[penalty(1, 2)], earlier);
    let found = ops::verify(&desk.operator(earlier)).unwrap();
    assert!(found.sound, "{found:#?}");
    assert!(found.lines.iter().any(|l| l.contains("这不是问题")));
}

/// The audit of a backup counts as well, or yesterday would come back with it.
#[test]
fn a_clock_before_the_backup_restores_nothing() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let copy = desk.dir.path().join("copy.db");
    ops::backup(&desk.operator(TODAY), &copy, &mut |_, _| ()).unwrap();
    let there = tempfile::tempdir().unwrap();
    let place = place(there.path());
    let wrong = noon(TODAY.saturating_sub(1.day())).unwrap();
    let refused = ops::restore(&place, operator("甲"), wrong, &copy, false);
    assert!(
        matches!(&refused, Err(AppError::Refused(r)) if r.code == RefusalCode::ClockBehind),
        "{refused:?}"
    );
    assert!(!there.path().join("xinheng.db").exists());
    let done = ops::restore(&place, operator("甲"), wrong, &copy, true).unwrap();
    assert!(done.verified.sound, "{done:#?}");
}

/// Public figures are made anew when something public may have changed, and by no look.
#[test]
fn looks_do_not_move_the_mark_of_public_figures() {
    let desk = Desk::new();
    let mark = || {
        let db = xinheng_app::testing::db(&desk.office);
        db.read::<_, AppError>(|conn| Ok(audit::changes(conn)?))
            .unwrap()
    };
    let before = mark();
    let first = csv(&[penalty(1, 1)]);
    desk.hand_in(operator("甲"), D1, &first, TODAY, false)
        .unwrap();
    assert_eq!(
        mark(),
        before + 1,
        "an import changes it once, when it is sealed"
    );
    let before = mark();
    let ctx = desk.operator(TODAY);
    let id = desk.number(&penalty(1, 1));
    record::show(&ctx, id.as_str(), "核查").unwrap();
    record::of_subject(&ctx, &org(1), "核查").unwrap();
    record::held(&ctx).unwrap();
    desk.hand_in(operator("甲"), D1, &first, TODAY, false)
        .unwrap();
    ops::backup(&ctx, &desk.dir.path().join("copy.db"), &mut |_, _| ()).unwrap();
    assert_eq!(mark(), before);
    record::withhold(&ctx, id.as_str(), "文书有误", None).unwrap();
    assert!(mark() > before);
    let before = mark();
    Deployment::set_district(&ctx, desk.office.district()).unwrap();
    assert!(mark() > before);
}

/// A file that was handed in again changes nothing, but that it came is chained at once.
#[test]
fn a_file_handed_in_again_leaves_no_entry_unsealed() {
    let desk = Desk::new();
    let rows = [penalty(1, 1)];
    desk.land(&rows, TODAY);
    let again = desk.import(&rows, TODAY);
    assert!(matches!(again.landing, Landing::Already { .. }));
    assert_eq!(desk.audited("batch.again").len(), 1);
    let found = ops::verify(&desk.operator(TODAY)).unwrap();
    assert_eq!(found.audit_unsealed, 0);
}

/// As after a restore under a running import: the batch is gone, its rows are not.
#[test]
fn rows_without_their_batch_are_told() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(2, 2)], TODAY);
    assert!(ops::verify(&desk.operator(TODAY)).unwrap().sound);
    let location = xinheng_app::testing::db(&desk.office).location().clone();
    xinheng_store::testing::doctor(&location, "DELETE FROM batch").unwrap();
    let told = ops::verify(&desk.operator(TODAY)).unwrap();
    assert!(!told.sound);
    let said = "有2个记录版本所属的批次不在";
    assert!(told.lines.iter().any(|l| l.contains(said)), "{told:#?}");
}

#[test]
fn a_list_of_texts_to_be_read_leaves_an_entry() {
    let desk = Desk::new();
    record::readings(&desk.operator(TODAY), None).unwrap();
    assert_eq!(desk.audited("record.readings").len(), 1);
}

/// The entry cannot be written: then there is no backup.
#[test]
fn a_backup_that_is_not_in_the_audit_is_none() {
    let desk = Desk::new();
    xinheng_app::testing::db(&desk.office).clock_counts(true);
    desk.land(&[penalty(1, 1)], TODAY);
    let to = desk.dir.path().join("copy.db");
    let early = desk.operator(TODAY.saturating_sub(3.days()));
    assert!(ops::backup(&early, &to, &mut |_, _| ()).is_err());
    assert!(!to.exists());
    assert!(!desk.dir.path().join("copy.db.part").exists());
    ops::backup(&desk.operator(TODAY), &to, &mut |_, _| ()).unwrap();
    assert!(to.exists());
}
