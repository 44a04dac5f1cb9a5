use crate::build::{
    at, day, entry, id, insert, key, raw, read, record as built, seal, sealed, stage, write,
};
use std::collections::HashMap;
use xinheng_domain::{
    publicity::PublicityColumns,
    record::{ClockColumns, EndKind, Ended, Record, RecordAct, RecordActKind, RecordId},
};
use xinheng_store::{Db, StoreError, record};

fn current(db: &Db, id: &RecordId) -> Option<record::Stored> {
    read(db, |c| record::current(c, id))
}

pub fn visible_from_the_sealing(db: &Db) {
    stage(db, "b1");
    insert(db, &[built(1, 1, 1, "b1")]);
    assert_eq!(current(db, &id(1, 1)), None);
    assert!(read(db, |c| record::of_subjects(c, &[key(1)], None, None, 9)).is_empty());
    seal(db, "b1", 50);
    let stored = current(db, &id(1, 1)).unwrap();
    assert_eq!(stored.record, built(1, 1, 1, "b1"));
    assert_eq!(stored.sealed_at, at(50));
    assert_eq!(
        (stored.file_name.as_str(), stored.file_hash.as_str()),
        ("b1.csv", "hash of b1")
    );
    assert_eq!(current(db, &id(1, 2)), None);
    assert_eq!(current(db, &RecordId("nonsense".into())), None);
}

pub fn current_is_the_highest_visible_version(db: &Db) {
    sealed(db, "b1", 10, &[built(1, 1, 1, "b1"), built(1, 2, 1, "b1")]);
    stage(db, "b2");
    insert(db, &[built(1, 1, 2, "b2")]);
    let versions = || -> Vec<u32> {
        read(db, |c| record::of_subjects(c, &[key(1)], None, None, 9))
            .into_iter()
            .map(|s| s.record.version)
            .collect()
    };
    // Staged, not sealed: the first version is still the current one.
    assert_eq!(versions(), [1, 1]);
    assert_eq!(current(db, &id(1, 1)).unwrap().record.version, 1);
    seal(db, "b2", 20);
    assert_eq!(versions(), [2, 1]);
    assert_eq!(current(db, &id(1, 1)).unwrap().record.version, 2);
    let all = read(db, |c| record::versions(c, &id(1, 1)));
    assert_eq!(
        all.iter().map(|s| s.record.version).collect::<Vec<_>>(),
        [2, 1]
    );

    // A later version sealed before an earlier one.
    stage(db, "b3");
    stage(db, "b4");
    insert(db, &[built(1, 1, 3, "b3")]);
    insert(db, &[built(1, 1, 4, "b4")]);
    seal(db, "b4", 30);
    assert_eq!(versions(), [4, 1]);
    seal(db, "b3", 40);
    assert_eq!(versions(), [4, 1]);
    assert_eq!(xinheng_store::ops::verify(db).unwrap().unmarked_versions, 0);
    raw(db, "UPDATE record SET followed = (1 = 0) WHERE version = 3");
    assert_eq!(xinheng_store::ops::verify(db).unwrap().unmarked_versions, 1);
}

pub fn heads_tell_what_is_there(db: &Db) {
    sealed(db, "b1", 10, &[built(1, 1, 1, "b1"), built(2, 1, 1, "b1")]);
    stage(db, "b2");
    insert(db, &[built(1, 1, 2, "b2")]);
    let wanted = [(key(1), id(1, 1)), (key(2), id(2, 1)), (key(3), id(3, 1))];
    let wanted: Vec<_> = wanted.iter().map(|(k, i)| (k, i)).collect();
    let heads = read(db, |c| record::heads(c, &wanted, "b2"));
    assert_eq!(heads.len(), 2);
    let head = &heads[&id(1, 1)];
    assert_eq!(
        (head.max_version, head.visible_version, head.same_batch),
        (2, Some(1), true)
    );
    assert_eq!(head.content_hash, "content 2");
    let head = &heads[&id(2, 1)];
    assert_eq!(
        (head.max_version, head.visible_version, head.same_batch),
        (1, Some(1), false)
    );
    assert_eq!(
        (head.public_from, head.ended),
        (Some(day("2026-01-05")), None)
    );
    // The same version twice is another writer's: the write is refused as a conflict.
    let again = [built(1, 1, 2, "b2")];
    let outcome = db.write::<(), StoreError>(|tx| Ok((record::insert(tx, &again)?, entry())));
    assert!(matches!(outcome, Err(StoreError::Conflict(_))));
    assert!(read(db, |c| record::heads(c, &[], "b2")).is_empty());
}

fn full() -> Record {
    Record {
        version: 1,
        publicity: PublicityColumns {
            from: None,
            until: None,
            earliest_repair: Some(day("2026-04-01")),
            class: Some("general".into()),
            alarm_on: Some(day("2026-01-09")),
            never: Some("属于不予公示的情形".into()),
            trace: "[{\"rule\":\"x\"}]".into(),
            rulebook: "another".into(),
        },
        clock: Some(ClockColumns {
            deadline: day("2026-01-10"),
            provisional: true,
            rule: "sgs.report_deadline@2018-07-25".into(),
            calendar: "2026".into(),
        }),
        replaces: Some(id(1, 8)),
        ended: Some(Ended {
            kind: EndKind::Replaced,
            on: day("2026-02-01"),
            grounds: "文号有误".into(),
            replaced_by: Some(id(1, 9)),
        }),
        decided_on: None,
        ..built(1, 1, 1, "b1")
    }
}

pub fn all_columns_come_back(db: &Db) {
    let plain = Record {
        publicity: PublicityColumns::default(),
        ..built(1, 2, 1, "b1")
    };
    sealed(db, "b1", 10, &[full(), plain.clone()]);
    assert_eq!(current(db, &id(1, 1)).unwrap().record, full());
    assert_eq!(current(db, &id(1, 2)).unwrap().record, plain);
}

pub fn acts_are_kept_in_order(db: &Db) {
    let act = |n: i64, kind| RecordAct {
        record_id: id(1, 1),
        kind,
        class: (kind == RecordActKind::Class).then(|| "general".to_owned()),
        facts: (kind == RecordActKind::Class).then(|| "facts".to_owned()),
        grounds: "依据".into(),
        actor: "甲".into(),
        at: at(n),
    };
    // Two of the same second keep their order.
    let all = [
        act(1, RecordActKind::Class),
        act(2, RecordActKind::Withhold),
        act(2, RecordActKind::Release),
        act(2, RecordActKind::Withhold),
        act(4, RecordActKind::Withdraw),
    ];
    for one in &all {
        write(db, |tx| record::add_act(tx, one));
    }
    assert_eq!(read(db, |c| record::acts(c, &id(1, 1))), all);
    assert!(read(db, |c| record::acts(c, &id(1, 2))).is_empty());
}

pub fn a_whole_record_is_what_is_visible_and_what_is_staged_above(db: &Db) {
    let whole = |number, tail| read(db, |c| record::whole(c, &id(number, tail)));
    stage(db, "b1");
    insert(db, &[built(1, 1, 1, "b1")]);
    assert_eq!(whole(1, 1), None, "nothing of it is visible");
    seal(db, "b1", 10);
    sealed(db, "b2", 20, &[built(1, 1, 2, "b2")]);
    for (batch, version) in [("b3", 3), ("b4", 4)] {
        stage(db, batch);
        insert(db, &[built(1, 1, version, batch)]);
    }
    write(db, |tx| {
        xinheng_store::batch::refuse(tx, "b3", "放弃", at(30))
    });
    let versions = |found: record::Whole| -> Vec<u32> {
        found.versions.iter().map(|s| s.record.version).collect()
    };
    let found = whole(1, 1).unwrap();
    assert_eq!(found.current().unwrap().record.version, 2);
    assert_eq!((found.revision, versions(found)), (1, vec![2, 4]));
    assert_eq!(whole(1, 2), None);
    // The refused batch has received nothing, and counts for the next number alone.
    let first = read(db, |c| record::first_received_on(c, &id(1, 1)));
    assert_eq!(first, Some(day("2026-01-05")));
    let sealed_at = read(db, |c| record::first_sealed_at(c, &id(1, 1)));
    assert_eq!(sealed_at, Some(at(10)));
    write(db, |tx| {
        xinheng_store::batch::refuse(tx, "b4", "放弃", at(30))
    });
    let one = (key(1), id(1, 1));
    let heads = read(db, |c| record::heads(c, &[(&one.0, &one.1)], "b5"));
    let head = &heads[&one.1];
    assert_eq!(
        (head.max_version, head.visible_version, head.staged),
        (4, Some(2), false)
    );
    assert_eq!(head.content_hash, "content 2");
    let followed = |batch: &str| read(db, |c| record::followed_elsewhere(c, batch));
    assert_eq!(followed("b3"), [id(1, 1)]);
    assert!(followed("b4").is_empty());
}

pub fn decisions_that_are_no_more(db: &Db) {
    let ended = |number, kind, on: &str| Record {
        ended: Some(Ended {
            kind,
            on: day(on),
            grounds: "理由".into(),
            replaced_by: None,
        }),
        ..built(number, 1, 1, "b1")
    };
    let other = Record {
        department: "D02".into(),
        ..ended(5, EndKind::Annulled, "2026-03-03")
    };
    sealed(
        db,
        "b1",
        10,
        &[
            ended(1, EndKind::Annulled, "2026-03-01"),
            ended(2, EndKind::Changed, "2026-03-02"),
            ended(3, EndKind::Withdrawn, "2026-03-02"),
            ended(4, EndKind::Annulled, "2026-01-31"),
            other,
            built(6, 1, 1, "b1"),
            ended(7, EndKind::Withheld, "2026-03-02"),
        ],
    );
    let waiting = read(db, |c| record::withheld(c, 9));
    let ids: Vec<RecordId> = waiting.into_iter().map(|s| s.record.id).collect();
    assert_eq!(ids, [id(7, 1)]);
    let count = |most| read(db, |c| record::count_withheld(c, most));
    assert_eq!((count(9), count(0)), (1, 0));
    let found = read(db, |c| record::no_more(c, "D01", day("2026-02-01"), 9));
    let ids: Vec<RecordId> = found.into_iter().map(|s| s.record.id).collect();
    assert_eq!(ids, [id(2, 1), id(1, 1)]);
}

pub fn a_change_in_between_is_a_conflict(db: &Db) {
    sealed(db, "b1", 10, &[built(1, 1, 1, "b1")]);
    let revision = || read(db, |c| record::whole(c, &id(1, 1))).unwrap().revision;
    assert_eq!(revision(), 1);
    write(db, |tx| record::guard(tx, &id(1, 1), 1));
    assert_eq!(revision(), 2);
    let mut tries = 0;
    let outcome = db.write::<(), StoreError>(|tx| {
        tries += 1;
        Ok((record::guard(tx, &id(1, 1), 1)?, entry()))
    });
    assert!(
        matches!(outcome, Err(StoreError::Conflict(_))),
        "{outcome:?}"
    );
    assert!(tries > 1, "it was tried again");
    assert_eq!(revision(), 2);
}

pub fn new_rules_replace_the_cache_alone(db: &Db) {
    sealed(
        db,
        "b1",
        10,
        &[
            built(1, 1, 1, "b1"),
            built(2, 1, 1, "b1"),
            built(3, 1, 1, "b1"),
        ],
    );
    let stale = |digest: &str, after: Option<&RecordId>| -> Vec<RecordId> {
        read(db, |c| record::stale(c, digest, after, 2))
            .into_iter()
            .map(|s| s.record.id)
            .collect()
    };
    assert!(stale("digest", None).is_empty());
    assert_eq!(stale("new", None), [id(1, 1), id(2, 1)]);
    assert_eq!(stale("new", Some(&id(2, 1))), [id(3, 1)]);
    let answer = PublicityColumns {
        rulebook: "new".into(),
        until: Some(day("2026-06-30")),
        class: Some("serious".into()),
        trace: "[1]".into(),
        ..built(1, 1, 1, "b1").publicity
    };
    let ended = Ended {
        kind: EndKind::Withheld,
        on: day("2026-02-01"),
        grounds: "公示有误".into(),
        replaced_by: None,
    };
    let computed = |once_public| record::Computed {
        publicity: answer.clone(),
        clock: None,
        first_received_on: day("2026-01-02"),
        ended: Some(ended.clone()),
        once_public,
    };
    let update = |version, once| {
        write(db, |tx| {
            record::update(tx, (&id(1, 1), version), &computed(once))
        })
    };
    assert!(update(1, false));
    assert!(!update(2, false));
    assert_eq!(stale("new", None), [id(2, 1), id(3, 1)]);
    let now = current(db, &id(1, 1)).unwrap().record;
    assert_eq!(
        now,
        Record {
            publicity: answer.clone(),
            first_received_on: day("2026-01-02"),
            ended: Some(ended.clone()),
            ..built(1, 1, 1, "b1")
        }
    );
    // That it was public once stays known, whatever later answers say.
    let once = |db: &Db| current(db, &id(1, 1)).unwrap().once_public;
    assert!(!once(db));
    for was_public in [true, false] {
        update(1, was_public);
        assert!(once(db));
    }
}

pub fn held_records_by_alarm(db: &Db) {
    let held = |number, alarm: &str| Record {
        publicity: PublicityColumns {
            from: None,
            until: None,
            alarm_on: Some(day(alarm)),
            ..built(1, 1, 1, "b1").publicity
        },
        ..built(number, 1, 1, "b1")
    };
    let over = Record {
        ended: full().ended,
        ..held(4, "2026-01-01")
    };
    sealed(
        db,
        "b1",
        10,
        &[
            held(1, "2026-01-09"),
            held(2, "2026-01-07"),
            held(3, "2026-01-12"),
            over,
            built(5, 1, 1, "b1"),
        ],
    );
    let due: Vec<_> = read(db, |c| record::held(c, day("2026-01-09"), 9))
        .into_iter()
        .map(|s| s.record.id)
        .collect();
    assert_eq!(due, [id(2, 1), id(1, 1)]);
    let behind = |alarm, number| {
        let after = (day(alarm), &id(number, 1));
        read(db, |c| record::held_behind(c, after, 9))
            .into_iter()
            .map(|s| s.record.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(behind("2026-01-07", 2), [id(1, 1), id(3, 1)]);
    assert_eq!(behind("2026-01-12", 3), []);
    for (day, limit, count) in [
        ("2026-01-09", 9, 2),
        ("2026-01-12", 9, 3),
        ("2026-01-12", 2, 2),
    ] {
        let day = day.parse().unwrap();
        assert_eq!(read(db, |c| record::count_held(c, day, limit)), count);
    }
}

pub fn dossier_reads_all_keys(db: &Db) {
    let permit = Record {
        item: "permit".into(),
        ..built(2, 5, 1, "b1")
    };
    sealed(
        db,
        "b1",
        10,
        &[
            built(1, 1, 1, "b1"),
            built(1, 2, 1, "b1"),
            permit,
            built(3, 1, 1, "b1"),
        ],
    );
    let ids = |item: Option<&str>, after: Option<&RecordId>, limit| -> Vec<RecordId> {
        read(db, |c| {
            record::of_subjects(c, &[key(1), key(2)], item, after, limit)
        })
        .into_iter()
        .map(|s| s.record.id)
        .collect()
    };
    assert_eq!(ids(None, None, 9), [id(1, 1), id(1, 2), id(2, 5)]);
    assert_eq!(ids(Some("permit"), None, 9), [id(2, 5)]);
    assert_eq!(ids(None, Some(&id(1, 1)), 1), [id(1, 2)]);
    assert!(read(db, |c| record::of_subjects(c, &[], None, None, 9)).is_empty());
    let ids = [id(1, 1), id(9, 9), id(1, 1)];
    let numbers = read(db, |c| record::document_numbers(c, &ids));
    let now = read(db, |c| record::current(c, &id(1, 1))).unwrap();
    let wanted = HashMap::from([(id(1, 1), now.record.document_number)]);
    assert_eq!(numbers, wanted);
    assert!(read(db, |c| record::document_numbers(c, &[])).is_empty());
    let many = read(db, |c| record::current_many(c, &[id(1, 1), id(9, 9)]));
    assert_eq!(many.len(), 1);
}
