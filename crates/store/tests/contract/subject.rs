use crate::build::{
    code, insert, key, load, read, record as built, registered, seal, stage, subject, write,
};
use std::collections::HashSet;
use xinheng_domain::subject::{Subject, SubjectCode, SubjectKind};
use xinheng_store::{
    Db,
    register::RegisterEntry,
    search,
    subject::{self as subjects, Linked},
};

fn provisional(number: u32, name: &str) -> Subject {
    Subject {
        provisional: true,
        as_of: None,
        ..subject(number, name)
    }
}

fn meet(db: &Db, all: &[Subject]) -> u64 {
    write(db, |tx| {
        subjects::insert_provisional(tx, all, str::to_owned)
    })
}

pub fn codes_lead_to_keys(db: &Db) {
    let alias = SubjectCode {
        code: "OLD1".into(),
        current: false,
        from: None,
    };
    let corrected = RegisterEntry {
        subject: Subject {
            code: "NEW2".into(),
            ..subject(2, "衡川乙")
        },
        codes: vec![SubjectCode {
            code: "NEW2".into(),
            current: true,
            from: None,
        }],
        ..registered(2, "衡川乙")
    };
    load(
        db,
        &[
            RegisterEntry {
                codes: vec![alias],
                ..registered(1, "衡川甲")
            },
            corrected,
        ],
    );

    assert_eq!(read(db, |c| subjects::key_of(c, &code(1))), Some(key(1)));
    assert_eq!(read(db, |c| subjects::key_of(c, "OLD1")), Some(key(1)));
    assert_eq!(read(db, |c| subjects::key_of(c, "NONE")), None);
    let (one, two) = (code(1), code(2));
    let many = [one.as_str(), "OLD1", two.as_str(), "NEW2", "NONE"];
    let found = read(db, |c| subjects::keys(c, &many));
    assert_eq!(found.len(), 4);
    assert_eq!((&found["OLD1"], &found[&one]), (&key(1), &key(1)));
    assert_eq!((&found["NEW2"], &found[&two]), (&key(2), &key(2)));
    let found = read(db, |c| subjects::aliases(c, &many));
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((&found["OLD1"], &found["NEW2"]), (&key(1), &key(2)));

    let keys = read(db, |c| subjects::keys_of(c, &code(1)));
    assert_eq!(
        keys.iter().map(|k| k.as_str()).collect::<Vec<_>>(),
        [&code(1), "OLD1"]
    );
    assert!(read(db, |c| subjects::keys_of(c, "NONE")).is_empty());

    let (one, two) = (code(1), code(2));
    let linked = read(db, |c| {
        subjects::link(c, &[&one, "OLD1", &two, "NEW2", "NONE"])
    });
    assert_eq!(linked.len(), 4);
    assert_eq!(
        linked["OLD1"],
        Linked {
            key: key(1),
            name: "衡川甲".into(),
            kind: SubjectKind::Organisation,
            provisional: false,
            person_named: false,
            code: one.clone(),
        }
    );
    assert_eq!(
        (linked[&two].code.as_str(), &linked[&two].key),
        ("NEW2", &key(2))
    );
    assert_eq!(linked["NEW2"].key, key(2));
    // More than one statement's worth.
    let many: Vec<String> = (0..700).map(code).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(read(db, |c| subjects::link(c, &many)).len(), 2);
    assert_eq!(read(db, subjects::count), 2);
}

/// A code first met alone, then told by the register to be an old code of another subject:
/// readers are led on, and still find the records that stand under the old key.
pub fn an_alias_wins_over_a_provisional_subject(db: &Db) {
    assert_eq!(meet(db, &[provisional(5, "衡川旧名")]), 1);
    let alias = SubjectCode {
        code: code(5),
        current: false,
        from: None,
    };
    load(
        db,
        &[RegisterEntry {
            codes: vec![alias],
            ..registered(6, "衡川新名")
        }],
    );
    assert_eq!(read(db, |c| subjects::key_of(c, &code(5))), Some(key(6)));
    assert_eq!(
        read(db, |c| subjects::keys_of(c, &code(6))),
        [key(6), key(5)]
    );
    assert_eq!(
        read(db, |c| subjects::keys_of(c, &code(5))),
        [key(6), key(5)]
    );
    let five = code(5);
    assert_eq!(read(db, |c| subjects::link(c, &[&five]))[&five].key, key(6));
}

pub fn provisional_subjects_are_added_once(db: &Db) {
    let both = [
        provisional(1, "衡川甲"),
        provisional(2, "衡川乙"),
        provisional(1, "衡川甲"),
    ];
    assert_eq!(meet(db, &both), 2);
    assert_eq!(
        meet(db, &[provisional(1, "别名"), provisional(3, "衡川丙")]),
        1
    );
    assert_eq!(
        read(db, |c| subjects::get(c, &key(1))),
        Some(provisional(1, "衡川甲"))
    );
    // Met, and nobody knows yet: there is no sealed record of theirs.
    let all = [
        provisional(1, "衡川甲"),
        provisional(2, "衡川乙"),
        registered(7, "衡川庚").subject,
    ];
    let unseen = |db: &Db| read(db, |c| subjects::unseen(c, &all));
    assert_eq!(read(db, subjects::count), 0);
    assert_eq!(unseen(db), HashSet::from([key(1), key(2)]));
    stage(db, "b1");
    insert(db, &[built(1, 1, 1, "b1")]);
    assert_eq!(unseen(db), HashSet::from([key(1), key(2)]));
    seal(db, "b1", 10);
    assert_eq!(unseen(db), HashSet::from([key(2)]));
    assert_eq!(read(db, subjects::count), 1);
    let (one, four) = (key(1), key(4));
    assert_eq!(read(db, |c| subjects::get_many(c, &[&one, &four])).len(), 1);
    assert_eq!(read(db, |c| search::names(c, "衡川", 9)).hits.len(), 3);
}
