use crate::build::{at, day, entry, new_batch, read, seal, stage, write};
use xinheng_domain::{
    batch::Counters,
    finding::{Finding, Severity},
    permission::Reach,
};
use xinheng_store::{
    Db, StoreError,
    batch::{self, FindingCursor, NewBatch},
};

fn counted(reported: u64) -> Counters {
    Counters {
        reported,
        new: reported,
        ..Counters::default()
    }
}

pub fn the_same_file_lands_once(db: &Db) {
    stage(db, "b1");
    let again = NewBatch {
        id: "b2".into(),
        ..new_batch("b1")
    };
    let outcome = db.write::<(), StoreError>(|tx| Ok((batch::stage(tx, &again)?, entry())));
    assert!(matches!(outcome, Err(StoreError::Conflict(_))));
    let found = read(db, |c| {
        batch::by_hash(c, ("hash of b1", ""), "D01", "penalty")
    })
    .unwrap();
    assert_eq!(found.new, new_batch("b1"));
    assert_eq!(found.sealed_at, None);
    assert_eq!(
        read(db, |c| batch::by_hash(
            c,
            ("hash of b1", ""),
            "D02",
            "penalty"
        )),
        None
    );

    // A refused file may come again.
    assert!(write(db, |tx| batch::refuse(tx, "b1", "表头有误", at(5))));
    assert_eq!(
        read(db, |c| batch::by_hash(
            c,
            ("hash of b1", ""),
            "D01",
            "penalty"
        )),
        None
    );
    write(db, |tx| batch::stage(tx, &again));
    let refused = read(db, |c| batch::get(c, "b1")).unwrap();
    assert_eq!(refused.refused, Some((at(5), "表头有误".to_owned())));
    let ids: Vec<_> = read(db, |c| {
        batch::list(c, &Reach::Departments(["D01".to_owned()].into()), None, 9)
    })
    .into_iter()
    .map(|b| b.new.id)
    .collect();
    assert_eq!(ids, ["b2", "b1"]);
    let open = read(db, |c| batch::open(c, &Reach::Everywhere, 9));
    assert!(
        open.iter()
            .all(|b| b.sealed_at.is_none() && b.refused.is_none())
    );
    let rest = read(db, |c| {
        batch::list(c, &Reach::Everywhere, Some((at(1), "b2")), 9)
    });
    assert_eq!(rest.len(), 1);
}

pub fn chunks_are_counted_once(db: &Db) {
    stage(db, "b1");
    let mark = |chunk, n, decided: Option<&str>| {
        write(db, |tx| {
            batch::mark_chunk(tx, "b1", chunk, &counted(n), decided.map(day))
        })
    };
    assert!(mark(0, 10, Some("2026-01-02")));
    assert!(!mark(0, 10, Some("2026-01-02")));
    assert!(mark(2, 5, None));
    assert!(mark(1, 7, Some("2026-01-04")));
    assert_eq!(read(db, |c| batch::chunks_done(c, "b1")), [0, 1, 2]);
    assert_eq!(
        read(db, |c| batch::totals(c, "b1")),
        (counted(22), Some(day("2026-01-04")))
    );
}

pub fn sealing_is_one_instant(db: &Db) {
    stage(db, "b1");
    write(db, |tx| batch::mark_chunk(tx, "b1", 0, &counted(3), None));
    assert_eq!(
        write(db, |tx| batch::seal(tx, "b1", at(20))),
        (counted(3), true)
    );
    assert_eq!(
        write(db, |tx| batch::seal(tx, "b1", at(30))),
        (counted(3), false)
    );
    assert!(!write(db, |tx| batch::refuse(tx, "b1", "晚了", at(31))));
    let sealed = read(db, |c| batch::get(c, "b1")).unwrap();
    assert_eq!(sealed.sealed_at, Some(at(20)));
    assert_eq!(sealed.counters, Some(counted(3)));
    assert_eq!(read(db, batch::last_sealed_at), Some(at(20)));

    let outcome = db.write::<_, StoreError>(|tx| Ok((batch::seal(tx, "none", at(1))?, entry())));
    assert!(matches!(outcome, Err(StoreError::Other(_))));
}

pub fn findings_keep_their_order(db: &Db) {
    stage(db, "b1");
    let finding = |row: u64, code: &str| Finding {
        sheet: None,
        row,
        sheet_row: row + 1,
        column: 3,
        field: "CF_XDR_SHXYM".into(),
        code: code.into(),
        severity: Severity::RefuseRow,
        value: "原文，“引号”\"".into(),
        expected: None,
        suggestion: Some("建议".into()),
        message: "说明".into(),
        basis: None,
    };
    let first = [finding(1, "a"), finding(1, "b"), finding(2, "a")];
    let second = [Finding {
        severity: Severity::Warn,
        ..finding(9, "a")
    }];
    write(db, |tx| batch::add_findings(tx, "b1", 1, &second));
    write(db, |tx| batch::add_findings(tx, "b1", 0, &first));
    let all = read(db, |c| batch::findings(c, "b1", None, 100));
    let texts: Vec<_> = all.iter().map(|(_, f)| (f.row, f.code.as_str())).collect();
    assert_eq!(texts, [(1, "a"), (1, "b"), (2, "a"), (9, "a")]);
    assert_eq!(all[0].1, first[0]);
    let after = FindingCursor {
        chunk: 0,
        position: 1,
    };
    assert_eq!(
        read(db, |c| batch::findings(c, "b1", Some(after), 1)),
        all[2..3]
    );
    assert_eq!(
        read(db, |c| batch::findings(c, "b1", Some(all[2].0), 9)),
        all[3..]
    );
    // Those of one kind, and those alone that kept a row out.
    let of = |wanted| read(db, |c| batch::findings_of(c, "b1", wanted, None, 9));
    assert_eq!(of((Some("b"), false)), all[1..2]);
    assert!(of((Some("c"), false)).is_empty());
    let out = all.iter().filter(|(_, f)| f.severity != Severity::Warn);
    assert_eq!(of((None, true)), out.cloned().collect::<Vec<_>>());
    let codes = read(db, |c| batch::finding_codes(c, "b1"));
    assert_eq!(codes, [("a".to_owned(), 3), ("b".to_owned(), 1)]);
}

pub fn freshness_per_source(db: &Db) {
    for (id, department, decided, sealed_at) in [
        ("b1", "D01", "2026-01-04", Some(40)),
        ("b2", "D01", "2026-01-02", Some(50)),
        ("b3", "D02", "2026-01-01", Some(30)),
        ("b4", "D02", "2026-01-05", None),
    ] {
        let staged = NewBatch {
            department: department.into(),
            ..new_batch(id)
        };
        write(db, |tx| batch::stage(tx, &staged));
        write(db, |tx| {
            batch::mark_chunk(tx, id, 0, &counted(10), Some(day(decided)))
        });
        if let Some(seconds) = sealed_at {
            seal(db, id, seconds);
        }
    }
    let fresh = read(db, |c| batch::freshness(c, None));
    let told: Vec<_> = fresh
        .iter()
        .map(|f| {
            (
                f.department.as_str(),
                f.last_sealed_at,
                f.last_decided_on,
                f.batches,
                f.received,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("D01", at(50), Some(day("2026-01-04")), 2, 20),
            ("D02", at(30), Some(day("2026-01-01")), 1, 10),
        ]
    );
    // What was not known then is not told.
    assert_eq!(read(db, |c| batch::freshness(c, Some(at(35)))).len(), 1);
}
