use crate::build::{at, key, raw, read, write};
use xinheng_store::{AuditEntry, Db, StoreError, audit, deployment};

fn some(db: &Db, count: i64) {
    for n in 0..count {
        db.write::<(), StoreError>(|tx| {
            deployment::set(tx, "n", &n.to_string())?;
            let entry = AuditEntry::new(at(n), "甲", "setting.set", serde_json::json!({"n": n}));
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
    let before = read(db, audit::verify);
    assert_eq!((before.sealed, before.unsealed), (0, 5));
    assert_eq!(audit::seal(db, at(10)), Ok(5));
    assert_eq!(audit::seal(db, at(11)), Ok(0));
    some(db, 2);
    assert_eq!(audit::seal(db, at(12)), Ok(2));
    assert_eq!(read(db, audit::count), none + 7, "sealing is no change");
    let after = read(db, audit::verify);
    assert_eq!((after.sealed, after.unsealed, after.pruned), (7, 0, 0));
    assert_eq!(after.first_broken, None);
}

pub fn every_kind_of_tampering_is_named(db: &Db) {
    some(db, 4);
    audit::seal(db, at(10)).unwrap();
    let fault = || {
        read(db, audit::verify)
            .first_broken
            .map(|b| (b.position, b.fault))
    };
    let change = |sql: &str| raw(db, sql);

    // An entry's body, then back again.
    change("UPDATE audit_entry SET actor = '乙' WHERE detail = '{\"n\":1}'");
    assert_eq!(fault(), Some((2, "正文与哈希不符".to_owned())));
    change("UPDATE audit_entry SET actor = '甲' WHERE detail = '{\"n\":1}'");
    assert_eq!(fault(), None);

    // A pruned body is no fault, but it is counted.
    change("DELETE FROM audit_entry WHERE detail = '{\"n\":0}'");
    let report = read(db, audit::verify);
    assert_eq!((report.first_broken, report.pruned), (None, 1));

    // A line of the log taken out.
    change("DELETE FROM audit_log WHERE position = 3");
    assert_eq!(fault(), Some((4, "日志缺号".to_owned())));
    change("UPDATE audit_log SET position = 3 WHERE position = 4");
    assert_eq!(fault(), Some((3, "哈希链不相接".to_owned())));
    // Its entry is now not sealed by anything.
    assert_eq!(read(db, audit::verify).unsealed, 1);
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
