use crate::build::{at, day, read, write};
use xinheng_domain::forward::ReceiptCounters;
use xinheng_store::{
    Db, StoreError,
    forward::{self, Above, Dispatch, DispatchContent, DispatchRow, Receipt, ReceiptRow},
};

fn dispatch(id: &str, persons: bool, rows: u64) -> Dispatch {
    Dispatch {
        id: id.to_owned(),
        template: "t".to_owned(),
        item: "penalty".to_owned(),
        persons,
        department: String::new(),
        decided_from: day("2026-10-01"),
        decided_until: day("2026-10-31"),
        file_name: format!("{id}.csv"),
        file_hash: format!("hash of {id}"),
        rows,
        rulebook: "book".to_owned(),
        actor: "operator:甲".to_owned(),
        made_at: at(50),
        number: 0,
    }
}

/// A file with these versions, in order.
pub fn sent(db: &Db, id: &str, persons: bool, versions: &[(&str, u32)]) {
    let rows: Vec<DispatchRow> = (1..)
        .zip(versions)
        .map(|(position, (name, version))| DispatchRow {
            position,
            name: (*name).to_owned(),
            version: *version,
            number_key: format!("number of {name}"),
            party_key: format!("party of {name}"),
        })
        .collect();
    let content = DispatchContent {
        id: id.to_owned(),
        content: b"sealed".to_vec(),
    };
    write(db, |tx| {
        forward::keep(tx, &dispatch(id, persons, rows.len() as u64), &rows)?;
        forward::keep_content(tx, &content)
    });
}

fn receipt(id: &str, seconds: i64) -> Receipt {
    Receipt {
        id: id.to_owned(),
        file_name: format!("{id}.csv"),
        file_hash: format!("hash of {id}"),
        counters: ReceiptCounters {
            rows: 2,
            accepted: 1,
            refused: 1,
            ..ReceiptCounters::default()
        },
        actor: "operator:甲".to_owned(),
        read_at: at(seconds),
    }
}

/// An answer: file, row, accepted.
pub fn answered(db: &Db, id: &str, seconds: i64, rows: &[(&str, u64, bool)]) {
    let rows: Vec<ReceiptRow> = (1..)
        .zip(rows)
        .map(|(row, (dispatch, position, accepted))| ReceiptRow {
            dispatch_id: (*dispatch).to_owned(),
            position: *position,
            row,
            accepted: *accepted,
            code: if *accepted {
                String::new()
            } else {
                "1001".to_owned()
            },
            reason: String::new(),
        })
        .collect();
    write(db, |tx| {
        forward::keep_receipt(tx, &receipt(id, seconds), &rows)
    });
}

fn refused() -> Above {
    Above::Refused {
        code: "1001".to_owned(),
        reason: String::new(),
    }
}

fn accepted(id: &str, seconds: i64) -> Above {
    Above::Accepted {
        at: at(seconds),
        file: format!("{id}.csv"),
    }
}

pub fn files_come_back_in_the_order_they_were_made(db: &Db) {
    for id in ["c", "a", "b"] {
        sent(db, id, false, &[("r1", 1)]);
    }
    let made = read(db, |c| forward::dispatches(c, None, None, 2));
    let numbered = |id, number| Dispatch {
        number,
        ..dispatch(id, false, 1)
    };
    assert_eq!(made, [numbered("b", 3), numbered("a", 2)]);
    let rows = read(db, |c| forward::sent(c, &["number of r1", "number of r2"]));
    let files: Vec<&str> = rows["number of r1"]
        .iter()
        .map(|s| s.dispatch_id.as_str())
        .collect();
    assert!(
        rows["number of r1"]
            .iter()
            .all(|s| !s.answered && s.version == 1)
    );
    assert_eq!((rows.len(), files), (1, vec!["c", "a", "b"]));
}

pub fn a_file_is_kept_until_its_days_are_over(db: &Db) {
    sent(db, "f1", false, &[("r1", 1), ("r2", 1)]);
    answered(db, "e1", 60, &[("f1", 1, true)]);
    let rows = read(db, |c| forward::rows(c, "f1"));
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].0, &*rows[0].1.0, rows[0].1.1), (1, "r1", 1));
    assert_eq!(
        (&rows[0].2, &rows[1].2),
        (&accepted("e1", 60), &Above::Waiting)
    );
    let of =
        |department, template| read(db, |c| forward::dispatches(c, department, template, 9)).len();
    assert_eq!((of(None, Some("t")), of(Some(""), None)), (1, 1));
    assert_eq!((of(None, Some("x")), of(Some("D01"), None)), (0, 0));
    let held = || read(db, |c| forward::content(c, "f1")).map(|kept| kept.content);
    write(db, |tx| forward::sweep(tx, at(50)));
    assert_eq!(held().as_deref(), Some(&b"sealed"[..]));
    write(db, |tx| forward::sweep(tx, at(51)));
    assert_eq!(held(), None);
    assert_eq!(
        read(db, |c| forward::rows(c, "f1")).len(),
        2,
        "its rows stay"
    );
    assert!(read(db, |c| forward::dispatch(c, "f1")).is_some());
}

pub fn the_latest_answer_about_a_version_counts(db: &Db) {
    sent(db, "d1", false, &[("r1", 1), ("r2", 1)]);
    let of = |name: &str, version| (name.to_owned(), version);
    let all = [of("r1", 1), of("r1", 2), of("r2", 1), of("r3", 1)];
    let states = read(db, |c| forward::states(c, &all));
    assert_eq!(states.len(), 2);
    assert_eq!(states[&all[0]], Above::Waiting);

    answered(db, "e1", 100, &[("d1", 1, false)]);
    sent(db, "d2", false, &[("r1", 1), ("r1", 2)]);
    let states = read(db, |c| forward::states(c, &all));
    assert_eq!(
        (&states[&all[0]], &states[&all[1]]),
        (&refused(), &Above::Waiting)
    );

    answered(db, "e2", 200, &[("d2", 1, true)]);
    let states = read(db, |c| forward::states(c, &all));
    assert_eq!(
        (&states[&all[0]], &states[&all[2]]),
        (&accepted("e2", 200), &Above::Waiting)
    );
    assert_eq!(read(db, |c| forward::answered(c, "d1")), (1, 0, 1));
    assert_eq!(read(db, |c| forward::answered(c, "d2")), (1, 0, 1));
    let accepted = read(db, |c| forward::accepted_before(c, &["r1", "r2"]));
    assert_eq!((accepted.len(), accepted["r1"]), (1, 1));

    // One more in the same second comes after it, and says no again.
    let next = read(db, |c| forward::next_reading(c, at(200)));
    assert_eq!(next, at(201));
    answered(db, "e0", 201, &[("d2", 1, false)]);
    let states = read(db, |c| forward::states(c, &all));
    assert_eq!(states[&all[0]], refused());
    let later = read(db, |c| forward::next_reading(c, at(300)));
    assert_eq!(later, at(300));
}

pub fn an_answer_is_kept_once(db: &Db) {
    sent(db, "d1", false, &[("r1", 1)]);
    assert_eq!(
        read(db, |c| forward::receipt_by_hash(c, "hash of e1")),
        None
    );
    answered(db, "e1", 100, &[("d1", 1, true)]);
    let found = read(db, |c| forward::receipt_by_hash(c, "hash of e1"));
    assert_eq!(found, Some(receipt("e1", 100)));
    let again = Receipt {
        id: "e2".to_owned(),
        ..receipt("e1", 100)
    };
    let outcome = db.write::<(), StoreError>(|tx| {
        Ok((
            forward::keep_receipt(tx, &again, &[])?,
            crate::build::entry(),
        ))
    });
    assert!(matches!(outcome, Err(StoreError::Conflict(_))));
}

pub fn the_last_file_of_a_record_is_told(db: &Db) {
    sent(db, "f1", false, &[("r1", 1), ("r2", 1)]);
    sent(db, "f2", false, &[("r3", 1), ("r1", 2)]);
    let found = read(db, |conn| forward::last_sent(conn, &["r1", "r2", "r9"]));
    let of = |name: &str| {
        found
            .get(name)
            .map(|s| (s.file_name.as_str(), s.position, s.version))
    };
    let file = |id: &str| dispatch(id, false, 2).file_name;
    let (one, two) = (file("f1"), file("f2"));
    assert_eq!(of("r1"), Some((two.as_str(), 2, 2)));
    assert_eq!(of("r2"), Some((one.as_str(), 2, 1)));
    assert_eq!(of("r9"), None);
    assert_eq!(found["r1"].made_at, dispatch("f2", false, 2).made_at);
}
