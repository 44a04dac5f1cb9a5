//! Verification and backup.

use crate::support::*;
use xinheng_app::{Office, ops};

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
    ops::backup(&desk.operator(TODAY), &path).unwrap();
    bad_input(ops::backup(&desk.operator(TODAY), &path));
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.windows(10).position(|w| w == b"batch.seal").unwrap();
    bytes[at + 6] = b'S';
    std::fs::write(&path, bytes).unwrap();
    let office = Office::open(&place(path.parent().unwrap())).unwrap();
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
        forbidden(ops::backup(&desk.ctx(actor, TODAY), &to));
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
    };
    xinheng_app::record::decide(&ctx, &decision).unwrap();
    xinheng_app::record::withhold(&ctx, &held[0].id, "文书有误").unwrap();
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
    bad_input(ops::backup(&desk.operator(TODAY), &nowhere));
    assert!(desk.audited("database.backup").is_empty());
}

#[test]
fn a_backup_is_restored_and_what_was_there_is_kept() {
    let desk = Desk::new();
    let now = xinheng_app::noon(TODAY).unwrap();
    desk.land(&[penalty(1, 1)], TODAY);
    let copy = desk.dir.path().join("copy.db");
    ops::backup(&desk.operator(TODAY), &copy).unwrap();
    desk.land(&[penalty(1, 2)], TODAY);
    assert_eq!(desk.all().len(), 2);
    let here = place(desk.dir.path());
    // The desk's connections stay open, as a running server's do.
    let done = ops::restore(&here, operator("甲"), now, &copy).unwrap();
    assert!(done.verified.sound && !done.damaged, "{done:#?}");
    assert_eq!(desk.all().len(), 1);
    assert_eq!(desk.audited("db.restore").len(), 1);
    let kept = std::path::PathBuf::from(done.kept.unwrap());
    ops::restore(&here, operator("甲"), now, &kept).unwrap();
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
        bad_input(ops::restore(&here, operator("甲"), now, from));
    }
    for actor in outsiders() {
        forbidden(ops::restore(&here, actor, now, &text));
    }
    let elsewhere = xinheng_app::Place {
        database: Some("postgres://nobody@127.0.0.1:1/none".to_owned()),
        ..here
    };
    bad_input(ops::restore(&elsewhere, operator("甲"), now, &text));
    assert_eq!(desk.all().len(), 1);
    assert!(desk.audited("db.restore").is_empty());
}
