use crate::build::{code, day, key, load, read, registered, subject, write};
use xinheng_domain::subject::{Subject, SubjectCode, SubjectName};
use xinheng_store::{
    Db,
    register::{Applied, RegisterEntry},
    search, subject as subjects,
};

fn renamed() -> RegisterEntry {
    let name = |name: &str, from: &str, until: Option<&str>| SubjectName {
        name: name.into(),
        from: Some(day(from)),
        until: until.map(day),
    };
    RegisterEntry {
        subject: subject(1, "衡川新名商贸"),
        names: vec![
            name("衡川老名商贸", "2010-01-01", Some("2015-01-01")),
            name("衡川中名商贸", "2015-01-02", Some("2019-01-01")),
            name("衡川新名商贸", "2019-01-02", None),
        ],
        codes: vec![SubjectCode {
            code: code(1),
            current: true,
            from: None,
        }],
        search_names: vec![
            "衡川新名商贸".into(),
            "衡川老名商贸".into(),
            "衡川中名商贸".into(),
        ],
    }
}

pub fn names_and_codes_over_time(db: &Db) {
    let alias = SubjectCode {
        code: "OLD1".into(),
        current: false,
        from: Some(day("2009-01-01")),
    };
    let mut entry = renamed();
    entry.codes.push(alias.clone());
    assert_eq!(
        load(db, std::slice::from_ref(&entry)),
        Applied {
            new: 1,
            ..Applied::default()
        }
    );
    let names: Vec<_> = read(db, |c| subjects::names(c, &key(1)));
    assert_eq!(
        names,
        [
            entry.names[2].clone(),
            entry.names[1].clone(),
            entry.names[0].clone()
        ]
    );
    let codes = read(db, |c| subjects::codes(c, &key(1)));
    assert_eq!(
        codes,
        [
            SubjectCode {
                code: code(1),
                current: true,
                from: None
            },
            alias
        ]
    );
    assert!(read(db, |c| subjects::codes(c, &key(2))).is_empty());

    let (one, two) = (key(1), key(2));
    let former = read(db, |c| subjects::former_names(c, &[&one, &two]));
    assert_eq!(former.len(), 1);
    assert_eq!(former[&one], ["衡川老名商贸", "衡川中名商贸"]);

    // Found by former names too, and told apart.
    let hits = read(db, |c| search::names(c, "老名", 9)).hits;
    assert_eq!(hits.len(), 1);
    assert_eq!(
        (hits[0].name.as_str(), hits[0].current),
        ("衡川老名商贸", false)
    );
}

pub fn a_provisional_subject_is_confirmed(db: &Db) {
    let met = Subject {
        provisional: true,
        ..subject(1, "衡川误名")
    };
    write(db, |tx| {
        subjects::insert_provisional(tx, std::slice::from_ref(&met), str::to_owned)
    });
    assert_eq!(
        load(db, &[renamed(), registered(2, "衡川乙")]),
        Applied {
            new: 1,
            updated: 1,
            confirmed: 1,
            unchanged: 0
        }
    );
    let now = read(db, |c| subjects::get(c, &key(1))).unwrap();
    assert_eq!(
        (now.name.as_str(), now.provisional),
        ("衡川新名商贸", false)
    );
    assert!(read(db, |c| search::names(c, "误名", 9)).hits.is_empty());
    assert_eq!(read(db, subjects::count), 2);
}

pub fn the_same_register_changes_nothing(db: &Db) {
    load(db, &[renamed(), registered(2, "衡川乙")]);
    let look = || {
        (
            read(db, |c| subjects::names(c, &key(1))),
            read(db, |c| subjects::get(c, &key(2))),
            read(db, |c| search::names(c, "衡川", 99)),
        )
    };
    let before = look();
    // An entry that comes twice in one call counts once.
    let again = load(db, &[renamed(), registered(2, "衡川乙"), renamed()]);
    assert_eq!(
        again,
        Applied {
            unchanged: 2,
            ..Applied::default()
        }
    );
    assert_eq!(look(), before);
    assert_eq!(before.2.hits.len(), 4);
}

/// A code that was given anew leads to the same subject, and both are told.
pub fn another_code_leads_to_the_same_subject(db: &Db) {
    load(db, &[registered(1, "衡川新名商贸")]);
    write(db, |tx| {
        subjects::set_code(tx, &key(1), &code(9))?;
        xinheng_store::register::alias(tx, &code(9), &key(1), day("2026-11-02"))
    });
    assert_eq!(read(db, |c| subjects::key_of(c, &code(9))), Some(key(1)));
    let told = read(db, |c| subjects::codes(c, &key(1)));
    let told: Vec<_> = told.iter().map(|c| (c.code.clone(), c.current)).collect();
    assert_eq!(told, [(code(9), true), (code(1), false)]);
    assert!(xinheng_store::ops::verify(db).unwrap().sound());
}
