use crate::build::{at, day, read, seal, stage, write};
use xinheng_store::{
    Db,
    person::{self, PersonFilter, PersonRow},
};

pub fn row(key: &str, version: u32, batch: &str) -> PersonRow {
    PersonRow {
        key: key.to_owned(),
        version,
        batch_id: batch.to_owned(),
        row: 7,
        item: "penalty".to_owned(),
        department: "D01".to_owned(),
        decided_on: Some(day("2026-10-28")),
        received_on: day("2026-11-02"),
        content_index: format!("content of {key} {version}"),
        key_id: "k".to_owned(),
        sealed: format!("{key}{version}"),
    }
}

pub fn filter(limit: u32) -> PersonFilter<'static> {
    PersonFilter {
        item: "penalty",
        department: None,
        decided_from: day("2026-10-01"),
        decided_until: day("2026-10-31"),
        after: None,
        limit,
    }
}

pub fn rows_are_visible_from_the_sealing(db: &Db) {
    stage(db, "b1");
    write(db, |tx| {
        person::insert(tx, &[row("a", 1, "b1"), row("b", 1, "b1")])
    });
    assert_eq!(read(db, |c| person::page(c, &filter(9))), []);
    assert_eq!(read(db, person::counts), []);
    assert!(!read(db, person::is_empty), "it waits to be seen");
    let heads = read(db, |c| person::heads(c, &["a", "b", "c"]));
    assert_eq!((heads.len(), heads["a"].visible), (2, false));
    seal(db, "b1", 10);
    let heads = read(db, |c| person::heads(c, &["a"]));
    assert_eq!(
        (heads["a"].version, heads["a"].visible, heads["a"].row),
        (1, true, 7)
    );
    assert_eq!(heads["a"].content_index, "content of a 1");
    let counts = read(db, person::counts);
    assert_eq!((counts.len(), counts[0].kept, counts[0].deleted), (1, 2, 0));
}

pub fn the_highest_visible_version_counts(db: &Db) {
    for (batch, seconds) in [("b1", 10), ("b2", 20)] {
        stage(db, batch);
        let version = if batch == "b1" { 1 } else { 2 };
        write(db, |tx| person::insert(tx, &[row("a", version, batch)]));
        let before = read(db, |c| person::page(c, &filter(9)));
        assert_eq!(
            before.iter().map(|r| r.version).collect::<Vec<_>>(),
            vec![1; version as usize - 1]
        );
        seal(db, batch, seconds);
    }
    assert_eq!(
        read(db, |c| person::page(c, &filter(9))),
        [row("a", 2, "b2")]
    );
    assert_eq!(read(db, person::counts)[0].kept, 1);
}

pub fn pages_join(db: &Db) {
    stage(db, "b1");
    let keys = ["a", "b", "c", "d", "e"];
    let mut rows: Vec<PersonRow> = keys.iter().map(|k| row(k, 1, "b1")).collect();
    rows[3].decided_on = Some(day("2026-10-05"));
    rows[4].department = "D02".to_owned();
    write(db, |tx| person::insert(tx, &rows));
    seal(db, "b1", 10);
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let filter = PersonFilter {
            after: after.take(),
            ..filter(2)
        };
        let page = read(db, |c| person::page(c, &filter));
        let Some(last) = page.last() else { break };
        after = Some((last.decided_on.unwrap(), last.key.clone()));
        all.extend(page.into_iter().map(|r| r.key));
    }
    assert_eq!(all, ["d", "a", "b", "c", "e"]);
    let one = PersonFilter {
        department: Some("D02"),
        ..filter(9)
    };
    assert_eq!(read(db, |c| person::page(c, &one)).len(), 1);
    let none = PersonFilter {
        item: "permit",
        ..filter(9)
    };
    assert_eq!(read(db, |c| person::page(c, &none)), []);
}

pub fn accepted_rows_are_deleted_after_their_time(db: &Db) {
    stage(db, "b1");
    write(db, |tx| {
        person::insert(
            tx,
            &[row("a", 1, "b1"), row("b", 1, "b1"), row("c", 1, "b1")],
        )
    });
    seal(db, "b1", 10);
    crate::forward::sent(db, "d1", true, &[("a", 1), ("b", 1), ("c", 1)]);
    crate::forward::answered(db, "r1", 100, &[("d1", 1, true), ("d1", 2, false)]);
    assert_eq!(
        write(db, |tx| person::delete_accepted(tx, at(100), at(500))),
        0
    );
    assert_eq!(
        write(db, |tx| person::delete_accepted(tx, at(101), at(500))),
        1
    );
    assert_eq!(
        write(db, |tx| person::delete_accepted(tx, at(101), at(500))),
        0
    );
    let counts = read(db, person::counts);
    assert_eq!((counts[0].kept, counts[0].deleted), (2, 1));
    let left = read(db, |c| person::page(c, &filter(9)));
    assert_eq!(
        left.iter().map(|r| r.key.as_str()).collect::<Vec<_>>(),
        ["b", "c"]
    );
    assert_eq!(
        read(db, |c| person::heads(c, &["a"]))["a"].content_index,
        "content of a 1"
    );
}
