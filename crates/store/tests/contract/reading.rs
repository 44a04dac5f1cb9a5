//! Readings of texts in their order, what is noted as to be read, and the names of representatives.

use crate::build::{
    code, day, id, insert, key, load, raw, read, reading, record, registered, sealed, stage, write,
};
use std::collections::BTreeSet;
use xinheng_domain::{
    reading::TextReadings,
    subject::{SubjectCode, SubjectKey},
};
use xinheng_store::{Db, StoreError, ops, reading as readings, record as records, representative};

pub fn readings_come_back_in_order(db: &Db) {
    assert_eq!(read(db, readings::last), 0);
    for (n, hash) in ["h1", "h2"].into_iter().enumerate() {
        let mut given = reading(hash);
        given.undoes = (n == 1).then_some(1);
        let mut position = 0;
        write(db, |tx| {
            position = readings::add(tx, &given)?;
            Ok(())
        });
        assert_eq!(position, n as u64 + 1);
        given.position = position;
        assert_eq!(read(db, readings::all).last(), Some(&given));
    }
    assert_eq!(read(db, readings::last), 2);
    // The second takes back the first.
    let in_force = TextReadings::of(&read(db, readings::all));
    assert!(in_force.department("D01").unwrap().is_no_person("张家口"));
    let mut undone = reading("h3");
    undone.undoes = Some(2);
    undone.says = xinheng_domain::reading::Says::Undone;
    write(db, |tx| readings::add(tx, &undone).map(drop));
    let in_force = TextReadings::of(&read(db, readings::all));
    assert!(in_force.department("D01").is_none());
}

pub fn an_organisation_has_the_names_of_all_its_keys(db: &Db) {
    let mut entry = registered(1, "衡川信合商贸有限公司");
    entry.codes = vec![SubjectCode {
        code: code(900),
        from: None,
        current: false,
    }];
    load(db, &[entry, registered(2, "衡川试验有限公司")]);
    let name = |n: u32, name: &str| (key(n), name.to_owned());
    let given = [name(1, "张例安"), name(900, "李样禾"), name(2, "王样青")].into();
    write(db, |tx| {
        assert_eq!(representative::keep(tx, &given)?, 3);
        assert_eq!(representative::keep(tx, &given)?, 0, "kept once");
        Ok(())
    });
    let (one, old, two, none) = (key(1), key(900), key(2), key(3));
    let all = [&one, &old, &two, &none];
    let found = read(db, |conn| representative::names(conn, &all));
    let both = ["张例安".to_owned(), "李样禾".to_owned()];
    let of = |key: &SubjectKey| {
        found.get(key).map(|names| {
            let mut names = names.clone();
            names.sort();
            names
        })
    };
    let mut sorted = both.to_vec();
    sorted.sort();
    assert_eq!((of(&one), of(&old)), (Some(sorted.clone()), Some(sorted)));
    assert_eq!(
        (of(&two), of(&none)),
        (Some(vec!["王样青".to_owned()]), None)
    );
    assert!(read(db, |conn| representative::missing(conn, &given)).is_empty());
}

pub fn every_version_is_gone_through(db: &Db) {
    let all = [
        record(1, 1, 1, "b1"),
        record(1, 1, 2, "b1"),
        record(2, 2, 1, "b1"),
    ];
    sealed(db, "b1", 5, &all);
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = read(db, |conn| {
            let place = after.as_ref().map(|(id, version)| (id, *version));
            representative::contents(conn, place, 1)
        });
        let Some(one) = page.into_iter().next() else {
            break;
        };
        assert_eq!(
            (one.batch_id.as_str(), one.item.as_str()),
            ("b1", all[0].item.as_str())
        );
        seen.push((one.id.clone(), one.version));
        after = Some((one.id, one.version));
    }
    assert_eq!(seen, [(id(1, 1), 1), (id(1, 1), 2), (id(2, 2), 1)]);
    load(db, &[registered(1, "衡川信合商贸有限公司")]);
    let found = read(db, |conn| representative::organisations(conn, "", 10));
    assert!(
        found
            .iter()
            .any(|(k, _, name)| *k == key(1) && name == "衡川信合商贸有限公司")
    );
}

pub fn what_is_to_be_read_is_noted(db: &Db) {
    let all = [
        record(1, 1, 1, "b1"),
        record(1, 1, 2, "b1"),
        record(2, 2, 1, "b1"),
        record(3, 3, 1, "b1"),
    ];
    sealed(db, "b1", 5, &all);
    stage(db, "b2");
    insert(db, &[record(4, 4, 1, "b2")]);
    let (first, later) = (day("2026-01-05"), day("2026-03-01"));
    let places = [(id(1, 1), 1), (id(1, 1), 2), (id(2, 2), 1), (id(4, 4), 1)];
    let note = |places: &[(xinheng_domain::record::RecordId, u32)]| {
        write(db, |tx| {
            let noted = places.iter().map(|(id, version)| (id, *version));
            readings::note(tx, noted, first)
        });
    };
    note(&places);
    let first_record = id(1, 1);
    let listed = |department, after| {
        let page = read(db, |conn| records::doubted(conn, department, after, 10));
        let places = page.into_iter().map(|s| (s.record.id, s.record.version));
        places.collect::<Vec<_>>()
    };
    // Current versions alone, and none that is not sealed.
    assert_eq!(listed(None, None), [(id(1, 1), 2), (id(2, 2), 1)]);
    assert_eq!(listed(Some("D01"), Some(&first_record)), [(id(2, 2), 1)]);
    assert_eq!(listed(Some("D02"), None), []);
    // Another finder: one is no doubt any more, another has become one; what stays keeps its day.
    let wanted: BTreeSet<_> = [(id(1, 1), 2), (id(3, 3), 1)].into();
    write(db, |tx| {
        let until = (id(3, 3), 1);
        let changed = readings::note_all(tx, (None, &until), &wanted, later)?;
        assert_eq!(changed, 3);
        assert_eq!(readings::note_all(tx, (None, &until), &wanted, later)?, 0);
        let behind = (id(2, 2), 1);
        readings::note_all(tx, (Some(&behind), &until), &[(id(3, 3), 1)].into(), later).map(drop)
    });
    assert_eq!(listed(None, None), [(id(1, 1), 2), (id(3, 3), 1)]);
    let keys = [key(1), key(3), key(4)];
    let keys: Vec<_> = keys.iter().collect();
    let noted = read(db, |conn| readings::noted(conn, &keys));
    let on = |n, version| noted.get(&(id(n, n), version)).copied();
    assert_eq!(
        (on(1, 2), on(3, 1), on(4, 1)),
        (Some(first), Some(later), Some(first))
    );
    assert_eq!((on(1, 1), noted.len()), (None, 3));
    assert!(ops::verify(db).unwrap().differences.is_empty());
}

pub fn names_are_read_off_rows_while_they_are_not_kept(db: &Db) {
    let mut entry = registered(1, "衡川信合商贸有限公司");
    entry.codes = vec![SubjectCode {
        code: code(900),
        from: None,
        current: false,
    }];
    load(db, &[entry]);
    let all = [
        record(1, 1, 1, "b1"),
        record(900, 2, 1, "b1"),
        record(2, 3, 1, "b1"),
    ];
    sealed(db, "b1", 5, &all);
    let (one, old, none) = (key(1), key(900), key(3));
    let found = read(db, |conn| {
        representative::names_in_rows(conn, &[&one, &old, &none], |item, payload| {
            Ok::<_, StoreError>(vec![format!("{item} {payload}")])
        })
    });
    let both = ["penalty {\"n\":1}", "penalty {\"n\":2}"];
    assert_eq!(
        (&found[&one][..], &found[&old][..]),
        (&both.map(String::from)[..], &both.map(String::from)[..])
    );
    assert!(!found.contains_key(&none));
    // A database that had been there before the table of names was made.
    assert!(!read(db, representative::came_later));
    raw(
        db,
        "UPDATE schema_migration SET applied_at = '2027-01-01T00:00:00Z' WHERE version >= 9",
    );
    assert!(read(db, representative::came_later));
}
