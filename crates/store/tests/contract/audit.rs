use crate::build::{at, key, raw, read, write};
use serde_json::json;
use std::sync::Barrier;
use xinheng_store::{
    AuditEntry, Db, StoreError, audit,
    audit::{AuditReport, FaultKind},
    deployment,
};

fn verified(db: &Db) -> AuditReport {
    read(db, audit::verify)
}

/// What is wrong, and at which places of the log.
fn faults(db: &Db) -> Vec<(FaultKind, Vec<Option<u64>>)> {
    let places = |faults: audit::Faults| {
        assert_eq!(faults.count, faults.first.len() as u64);
        faults.first.into_iter().map(|f| f.position).collect()
    };
    let found = verified(db).faults.into_iter();
    found.map(|(kind, faults)| (kind, places(faults))).collect()
}

fn some(db: &Db, count: i64) {
    for n in 0..count {
        db.write::<(), StoreError>(|tx| {
            deployment::set(tx, "n", &n.to_string())?;
            let entry = AuditEntry::new(at(n), "甲", "test.set", serde_json::json!({"n": n}));
            Ok((
                (),
                if n % 2 == 0 {
                    entry.about(key(7))
                } else {
                    entry.for_purpose("核查")
                },
            ))
        })
        .unwrap();
    }
}

pub fn the_log_adds_up(db: &Db) {
    let none = read(db, audit::count);
    some(db, 5);
    assert_eq!(read(db, audit::count), none + 5);
    let of = |key: &str, actions: &[&str], limit| {
        read(db, |c| audit::of_subject(c, key, actions, limit))
    };
    let own = of(key(7).as_str(), &["record.look", "test.set"], 9);
    assert!(own.iter().all(|e| e.subject_key == Some(key(7))));
    assert_eq!(own.len(), 3);
    assert_eq!(of(key(7).as_str(), &["test.set"], 2).len(), 2);
    assert!(of("nobody", &["test.set"], 9).is_empty());
    assert!(of(key(7).as_str(), &["record.look"], 9).is_empty());
    assert!(of(key(7).as_str(), &[], 9).is_empty());
    let before = verified(db);
    assert_eq!((before.sealed, before.unsealed), (0, 5));
    assert_eq!(audit::seal(db, at(10)), Ok(5));
    assert_eq!(audit::seal(db, at(11)), Ok(0));
    some(db, 2);
    assert_eq!(audit::seal(db, at(12)), Ok(2));
    assert_eq!(read(db, audit::count), none + 7, "sealing is no change");
    let after = verified(db);
    assert_eq!((after.sealed, after.unsealed, after.pruned), (7, 0, 0));
    assert!(after.faults.is_empty(), "{after:#?}");
}

const AUDIT: [&str; 3] = ["audit_entry", "audit_pending", "audit_log"];

/// Does it behind the store's back, gives what is found, and puts everything back.
fn doctored(db: &Db, sql: &str) -> Vec<(FaultKind, Vec<Option<u64>>)> {
    for table in AUDIT {
        raw(
            db,
            &format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"),
        );
    }
    raw(db, sql);
    let found = faults(db);
    for table in AUDIT {
        raw(
            db,
            &format!(
                "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}; \
                 DROP TABLE kept_{table}"
            ),
        );
    }
    assert_eq!(faults(db), [], "{sql}: not put back");
    found
}

pub fn every_kind_of_tampering_is_named(db: &Db) {
    use FaultKind::{
        Altered, Backwards, Chain, Doubled, Gap, Missing, Moved, Orphan, Shortened, Twice, Unlogged,
    };
    some(db, 4);
    let look = AuditEntry::new(at(5), "甲", "subject.look", json!({"n": 5}));
    db.look::<(), StoreError>(|_| Ok(((), look.about(key(7)).for_purpose("核查"))))
        .unwrap();
    some(db, 1);
    assert_eq!(faults(db), []);
    let of = |n: u64| format!("(SELECT entry_id FROM kept_audit_log WHERE position = {n})");
    let entry = |n| format!("WHERE entry_id = {}", of(n));
    let at_5 = |kind| vec![(kind, vec![Some(5)])];
    let (look, last) = (entry(5), "audit_log WHERE position = 5");
    let other = key(8);
    let columns = [
        (format!("subject_key = '{other}'"), Moved),
        (
            format!("subject_key = '{other}', purpose = '正常核查', actor = '乙'"),
            Moved,
        ),
        ("at = '2026-01-04 00:00:09+00'".to_owned(), Altered),
        ("actor = '乙'".to_owned(), Altered),
        ("action = 'record.look'".to_owned(), Altered),
        ("purpose = '另有用途'".to_owned(), Altered),
        ("purpose = NULL".to_owned(), Altered),
        ("detail = '{}'".to_owned(), Altered),
        ("detail = 'x'".to_owned(), Altered),
    ];
    for (change, kind) in columns {
        let sql = format!("UPDATE audit_entry SET {change} {look}");
        assert_eq!(doctored(db, &sql), at_5(kind), "{change}");
    }
    // Another id: the line has no body, and the body no line.
    let sql = format!("UPDATE audit_entry SET entry_id = '0000' {look}");
    assert_eq!(
        doctored(db, &sql),
        [(Missing, vec![Some(5)]), (Unlogged, vec![None])]
    );
    // The look is gone; nobody has pruned anything.
    assert_eq!(
        doctored(db, &format!("DELETE FROM audit_entry {look}")),
        at_5(Missing)
    );
    // A second body that says the line is about another one.
    let sql = format!(
        "INSERT INTO audit_entry SELECT '{other}', entry_id, at, actor, action, purpose, detail \
         FROM kept_audit_entry {look}"
    );
    assert_eq!(doctored(db, &sql), at_5(Doubled));
    // Every column of the log but the position.
    for change in [
        "entry_hash = 'x'",
        "changes = 9",
        "changes = changes + 1",
        "sealed_at = '2026-01-04 00:00:09+00'",
    ] {
        let found = doctored(
            db,
            &format!("UPDATE {last}").replace("WHERE", &format!("SET {change} WHERE")),
        );
        assert!(
            found.contains(&(Chain, vec![Some(5)])),
            "{change}: {found:?}"
        );
    }
    let sql = format!("UPDATE audit_log SET subject_key = '{other}' WHERE position = 5");
    assert_eq!(
        doctored(db, &sql),
        [(Chain, vec![Some(5)]), (Moved, vec![Some(5)])]
    );
    // The line and the next: that one no longer follows.
    let sql = "UPDATE audit_log SET chain_hash = 'x' WHERE position = 5";
    assert_eq!(
        doctored(db, sql),
        [(Chain, vec![Some(5)]), (Shortened, vec![Some(5)])]
    );
    // A line taken out, in the middle and renumbered, and at the end.
    let out = format!("DELETE FROM {last}");
    assert_eq!(
        doctored(db, &out.replace('5', "3")),
        [
            (Gap, vec![Some(4)]),
            (Chain, vec![Some(4)]),
            (Unlogged, vec![None])
        ]
    );
    let sql = "DELETE FROM audit_log WHERE position = 3; \
               UPDATE audit_log SET position = 3 WHERE position = 4; \
               UPDATE audit_log SET position = 4 WHERE position = 5";
    assert_eq!(
        doctored(db, sql),
        [
            (Chain, vec![Some(3)]),
            (Unlogged, vec![None]),
            (Shortened, vec![Some(5)])
        ]
    );
    assert_eq!(
        doctored(db, &out),
        [(Unlogged, vec![None]), (Shortened, vec![Some(5)])]
    );
    // What waits: without an entry, under another subject, in the log as well, and not at all.
    let waits = "audit_pending (subject_key, entry_id)";
    let sql = format!("INSERT INTO {waits} VALUES ('{other}', 'ffff')");
    assert_eq!(doctored(db, &sql), [(Orphan, vec![None])]);
    let sql = format!("UPDATE audit_pending SET subject_key = '{other}'");
    assert_eq!(
        doctored(db, &sql),
        [(Unlogged, vec![None]), (Orphan, vec![None])]
    );
    let sql = format!("INSERT INTO {waits} SELECT subject_key, entry_id FROM audit_entry {look}");
    assert_eq!(doctored(db, &sql), [(Twice, vec![None])]);
    assert_eq!(
        doctored(db, "DELETE FROM audit_pending"),
        [(Unlogged, vec![None])]
    );
    // Several at once: none hides the others.
    let sql = format!(
        "DELETE FROM audit_entry {}; UPDATE audit_entry SET actor = '乙' {}; \
         DELETE FROM audit_entry {look}",
        entry(1),
        entry(2)
    );
    assert_eq!(
        doctored(db, &sql),
        [(Missing, vec![Some(1), Some(5)]), (Altered, vec![Some(2)])]
    );
    assert!(!faults(db).iter().any(|(kind, _)| *kind == Backwards));
}

/// Whoever prunes bodies says of which lines, in an entry behind them.
pub fn a_body_is_pruned_only_where_an_entry_says_so(db: &Db) {
    some(db, 4);
    audit::seal(db, at(10)).unwrap();
    raw(
        db,
        "DELETE FROM audit_entry WHERE detail LIKE '{\"n\":0%' OR detail LIKE '{\"n\":2%'",
    );
    let missing = |places: &[u64]| {
        vec![(
            FaultKind::Missing,
            places.iter().map(|p| Some(*p)).collect(),
        )]
    };
    assert_eq!(faults(db), missing(&[1, 3]));
    let prune = |second, ranges| {
        let detail = json!({"positions": ranges, "basis": "retention"});
        db.write::<(), StoreError>(|_| {
            Ok((
                (),
                AuditEntry::new(at(second), "甲", "audit.prune", detail.clone()),
            ))
        })
        .unwrap();
    };
    prune(20, json!([[1, 2]]));
    assert_eq!(faults(db), missing(&[1, 3]), "it is not chained yet");
    audit::seal(db, at(20)).unwrap();
    // No act of this program prunes: whoever wrote the entry is told as well.
    let pruned = |missing: &[u64], by: &[u64]| {
        let places = |of: &[u64]| of.iter().map(|p| Some(*p)).collect::<Vec<_>>();
        let mut all = vec![];
        if !missing.is_empty() {
            all.push((FaultKind::Missing, places(missing)));
        }
        all.push((FaultKind::Pruned, places(by)));
        all
    };
    assert_eq!(faults(db), pruned(&[3], &[5]));
    assert_eq!(verified(db).pruned, 1);
    // It names no line behind it: whatever comes is not pruned beforehand.
    prune(21, json!([[3, 3], [6, 99]]));
    audit::seal(db, at(21)).unwrap();
    assert_eq!(faults(db), pruned(&[], &[5, 6]));
    raw(db, "DELETE FROM audit_entry WHERE detail LIKE '%[6,99]%'");
    assert_eq!(faults(db), pruned(&[3, 6], &[5]));
}

fn looks(db: &Db, second: i64, number: u32) -> Result<u32, StoreError> {
    db.look(|conn| {
        deployment::setting(conn, "n")?;
        let entry = AuditEntry::new(at(second), "甲", "subject.look", json!({"n": number}));
        Ok((number, entry.about(key(number)).for_purpose("核查")))
    })
}

pub fn looks_at_once_leave_a_line_each(db: &Db) {
    some(db, 3);
    audit::seal(db, at(3)).unwrap();
    let before = read(db, audit::changes);
    assert_eq!(before, 3);
    let all = Barrier::new(100);
    std::thread::scope(|scope| {
        for n in 0..100 {
            let all = &all;
            scope.spawn(move || {
                all.wait();
                assert_eq!(looks(db, 5, n), Ok(n));
                // The line is there when the answer is.
                let kept = read(db, |conn| audit::page(conn, None, 200));
                assert!(
                    kept.iter()
                        .any(|k| k.entry.detail == json!({"n": n}) && k.entry.purpose.is_some())
                );
            });
        }
    });
    let found = verified(db);
    assert_eq!((found.sealed, found.unsealed), (103, 0));
    assert!(found.faults.is_empty());
    // What is public is as it was, and a change is one also before it is chained.
    assert_eq!(read(db, audit::changes), before);
    some(db, 1);
    assert_eq!(read(db, audit::changes), before + 1);
    audit::seal(db, at(6)).unwrap();
    assert_eq!(read(db, audit::changes), before + 1);
}

/// Every act chains what it wrote; many at once do not stand in each other's way.
pub fn many_sealers_at_once_all_succeed(db: &Db) {
    let all = Barrier::new(16);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                all.wait();
                some(db, 3);
                audit::seal(db, at(9)).unwrap();
            });
        }
    });
    let found = verified(db);
    assert_eq!((found.sealed, found.unsealed), (48, 0));
    assert!(found.faults.is_empty(), "{found:#?}");
}

fn set(db: &Db, second: i64) -> Result<(), StoreError> {
    db.write(|tx| {
        deployment::set(tx, "second", &second.to_string())?;
        Ok(((), AuditEntry::new(at(second), "甲", "test.set", json!({}))))
    })
}

/// Many small steps back are one large one: each entry is held against the latest of all.
pub fn a_clock_cannot_creep_back(db: &Db) {
    set(db, 0).unwrap();
    db.clock_counts(true);
    set(db, -290).unwrap();
    audit::seal(db, at(-290)).unwrap();
    assert_eq!(read(db, audit::last), Some(at(0)));
    assert!(matches!(set(db, -580), Err(StoreError::ClockBehind { .. })));
    assert!(looks(db, -580, 1).is_err());
}

/// Three days, five minutes and a second, five minutes.
pub fn a_clock_that_was_set_back_writes_nothing(db: &Db) {
    const DAYS: i64 = 3 * 24 * 3600;
    set(db, -DAYS).unwrap();
    set(db, 0).unwrap();
    set(db, -DAYS).unwrap();
    db.clock_counts(true);
    let behind = |second| {
        let (now, last) = (at(second), at(0));
        Err(StoreError::ClockBehind { now, last })
    };
    for sealed in [false, true] {
        if sealed {
            audit::seal(db, at(0)).unwrap();
        }
        for second in [-DAYS, -301] {
            assert_eq!(set(db, second), behind(second));
            assert_eq!(looks(db, second, 1).map(drop), behind(second));
            let kept = read(db, |conn| deployment::setting(conn, "second"));
            assert_eq!(kept, Some((-DAYS).to_string()), "as it was before");
        }
    }
    // The order in the log is that of the moments, whatever was written first.
    assert_eq!(faults(db), []);
    // The machine's clock was wrong until now, as the operator says.
    let word = AuditEntry::new(at(-DAYS), "甲", "clock.confirm", json!({}));
    audit::confirm(db, &word).unwrap();
    assert_eq!(read(db, audit::last), Some(at(-DAYS)));
    set(db, -DAYS + 1).unwrap();
    looks(db, -DAYS + 2, 2).unwrap();
    assert_eq!((faults(db), verified(db).confirmed), (vec![], 1));
    // Without the word it is told where time runs backwards, once for each place.
    db.clock_counts(false);
    for second in [-2 * DAYS, -2 * DAYS + 1, -2 * DAYS - 299, -2 * DAYS - 301] {
        set(db, second).unwrap();
        audit::seal(db, at(0)).unwrap();
    }
    assert_eq!(
        faults(db),
        [(FaultKind::Backwards, vec![Some(7), Some(10)])]
    );
}

pub fn entries_are_paged_newest_first(db: &Db) {
    some(db, 5);
    let first = read(db, |c| audit::page(c, None, 2));
    let rest = read(db, |c| audit::page(c, Some(&first[1].id), 10));
    let numbers: Vec<_> = first
        .iter()
        .chain(&rest)
        .map(|kept| kept.entry.detail["n"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [4, 3, 2, 1, 0]);
    assert_eq!(first[0].entry.subject_key, Some(key(7)));
    assert_eq!(first[1].entry.purpose.as_deref(), Some("核查"));
    // A purpose of the write itself is not needed.
    write(db, |tx| deployment::set(tx, "a", "b"));
}

pub fn an_entry_is_found_at_its_place_in_the_log(db: &Db) {
    some(db, 1);
    db.write::<(), StoreError>(|tx| {
        deployment::set(tx, "n", "proof")?;
        let mut entry = AuditEntry::new(at(2), "甲", "test.proof", json!({"code": "a"}));
        entry.subject_key = Some(key(1));
        Ok(((), entry))
    })
    .unwrap();
    let place = |code: &str| {
        read(db, |c| {
            audit::place(c, &key(1), "test.proof", |detail| detail["code"] == code)
        })
    };
    assert_eq!(place("a"), None, "it waits for the sealer");
    audit::seal(db, at(3)).unwrap();
    let found = place("a").unwrap();
    assert!(found.sound && found.sealed_at == at(3), "{found:?}");
    assert_eq!(place("b"), None);
    raw(
        db,
        "UPDATE audit_entry SET detail = '{\"code\":\"a\",\"x\":1}' WHERE action = 'test.proof'",
    );
    assert!(!place("a").unwrap().sound);
}
