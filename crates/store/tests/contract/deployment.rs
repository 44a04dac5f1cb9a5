use crate::build::{at, read, write};
use xinheng_store::{
    Db,
    department::{self, Department},
    deployment::{self, RulebookEdition},
};

pub fn secret_is_made_once(db: &Db) {
    let first = read(db, deployment::get);
    assert_ne!(first.secret, [0; 32]);
    assert!(
        !format!("{first:?}").contains(&format!("{}", first.secret[0])) || first.id.len() == 32
    );
    Db::migrate(db.location(), at(99)).unwrap();
    assert_eq!(read(db, deployment::get), first);
    assert_eq!(first.created_at, at(0));
}

pub fn settings_and_departments_are_upserted(db: &Db) {
    assert_eq!(read(db, |c| deployment::setting(c, "name")), None);
    write(db, |tx| deployment::set(tx, "name", "甲"));
    write(db, |tx| deployment::set(tx, "name", "乙"));
    assert_eq!(
        read(db, |c| deployment::setting(c, "name")).as_deref(),
        Some("乙")
    );

    let mut unit = Department {
        code: "D02".into(),
        name: "信衡区乙局".into(),
        unified_code: None,
        kind: "district".into(),
        order: 2,
        contact: "平准路1号".to_owned(),
    };
    let other = Department {
        code: "D01".into(),
        order: 1,
        ..unit.clone()
    };
    write(db, |tx| department::upsert(tx, &unit));
    write(db, |tx| department::upsert(tx, &other));
    unit.name = "信衡区丙局".into();
    unit.unified_code = Some("11990100000000001X".into());
    write(db, |tx| department::upsert(tx, &unit));
    assert_eq!(read(db, department::all), [other, unit.clone()]);
    assert_eq!(read(db, |c| department::get(c, "D02")), Some(unit));
    assert_eq!(read(db, |c| department::get(c, "D03")), None);
}

pub fn rulebook_editions_are_kept(db: &Db) {
    let edition = |digest: &str, seconds| RulebookEdition {
        digest: digest.into(),
        label: "2026".into(),
        files: "正文".into(),
        saved_at: at(seconds),
    };
    assert_eq!(read(db, deployment::latest_rulebook), None);
    assert!(write(db, |tx| deployment::save_rulebook(
        tx,
        &edition("a", 1)
    )));
    assert!(write(db, |tx| deployment::save_rulebook(
        tx,
        &edition("b", 2)
    )));
    assert!(!write(db, |tx| deployment::save_rulebook(
        tx,
        &edition("a", 3)
    )));
    assert_eq!(read(db, deployment::latest_rulebook), Some(edition("b", 2)));
    assert_eq!(
        read(db, |c| deployment::rulebook(c, "a")),
        Some(edition("a", 1))
    );
}
