//! Prepared files as they are kept.

use crate::build::{at, read, write};
use xinheng_store::{
    Db, StoreError,
    hand_in::{self, HandIn, HandInContent, HandInEdit, HandInState},
};

fn file(id: &str, seconds: i64) -> HandIn {
    HandIn {
        id: id.to_owned(),
        department: "d1".to_owned(),
        item: Some("penalty".to_owned()),
        file_name: "十一月处罚.xlsx".to_owned(),
        file_hash: "00ff".to_owned(),
        edited_hash: "00ff".to_owned(),
        sheet: String::new(),
        staged_by: "account:a0".to_owned(),
        staged_at: at(seconds),
        state: HandInState::Prepared,
        revision: 1,
        ended_by: None,
        ended_at: None,
        batch_id: None,
        counters: "{\"rows\":1}".to_owned(),
    }
}

fn content(id: &str) -> HandInContent {
    HandInContent {
        hand_in_id: id.to_owned(),
        content: vec![0, 255, 7],
        findings: vec![1],
    }
}

fn edit(id: &str, column: u32, value: &str) -> HandInEdit {
    HandInEdit {
        hand_in_id: id.to_owned(),
        sheet_row: 3,
        column,
        value: value.to_owned(),
        edited_by: "account:a0".to_owned(),
        edited_at: at(4),
    }
}

/// A row in each of the tables.
pub fn furnish(db: &Db) {
    write(db, |tx| {
        hand_in::add(tx, &file("h0", 3), &content("h0"))?;
        hand_in::edit(tx, &edit("h0", 3, "0a"))
    });
}

pub fn files_and_corrections_come_back(db: &Db) {
    write(db, |tx| hand_in::add(tx, &file("h1", 3), &content("h1")));
    write(db, |tx| hand_in::add(tx, &file("h2", 4), &content("h2")));
    assert_eq!(read(db, |c| hand_in::get(c, "h1")), Some(file("h1", 3)));
    let open = |item: Option<&str>| read(db, |c| hand_in::open(c, "d1", item)).len();
    assert_eq!(
        (open(None), open(Some("penalty")), open(Some("permit"))),
        (2, 2, 0)
    );
    let all = read(db, |c| hand_in::list(c, "d1", 9));
    assert_eq!(all, [file("h2", 4), file("h1", 3)]);
    assert_eq!(read(db, |c| hand_in::list(c, "d2", 9)), []);
    let same = |hash: &str| read(db, |c| hand_in::prepared(c, "d1", (hash, "")));
    assert_eq!(same("00ff"), Some(file("h2", 4)));
    assert_eq!(same("00"), None);
    write(db, |tx| {
        hand_in::edit(tx, &edit("h1", 2, "0a"))?;
        hand_in::edit(tx, &edit("h1", 1, "0b"))?;
        hand_in::edit(tx, &edit("h1", 2, "0c"))?;
        hand_in::keep_findings(tx, "h1", &[9])
    });
    let edits = read(db, |c| hand_in::edits(c, "h1"));
    assert_eq!(edits, [edit("h1", 1, "0b"), edit("h1", 2, "0c")]);
    let kept = read(db, |c| hand_in::content(c, "h1")).unwrap();
    assert_eq!((kept.content, kept.findings), (vec![0, 255, 7], vec![9]));
    assert_eq!(read(db, |c| hand_in::findings(c, "h1")), Some(vec![9]));
    assert_eq!(read(db, |c| hand_in::findings(c, "h9")), None);
    let released = HandIn {
        state: HandInState::Released,
        ended_by: Some("account:a1".to_owned()),
        ended_at: Some(at(9)),
        batch_id: Some("b1".to_owned()),
        ..file("h1", 3)
    };
    write(db, |tx| hand_in::change(tx, &released));
    let known = read(db, |c| hand_in::get(c, "h1")).unwrap();
    assert_eq!(
        known,
        HandIn {
            revision: 2,
            ..released
        }
    );
    // Whoever read it before that changes nothing.
    let stale = db.write(|tx| {
        hand_in::change(tx, &file("h1", 3))?;
        Ok::<_, StoreError>(((), crate::build::entry()))
    });
    assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
}

pub fn a_file_is_forgotten_and_who_handed_it_in_is_not(db: &Db) {
    for (id, seconds) in [("h1", 3), ("h2", 40), ("h3", 4)] {
        write(db, |tx| {
            hand_in::add(tx, &file(id, seconds), &content(id))?;
            hand_in::edit(tx, &edit(id, 1, "0a"))
        });
    }
    write(db, |tx| hand_in::forget(tx, "h3"));
    // One that is landing is still needed.
    let landing = HandIn {
        state: HandInState::Released,
        ..file("h4", 5)
    };
    write(db, |tx| hand_in::add(tx, &landing, &content("h4")));
    assert_eq!(write(db, |tx| hand_in::sweep(tx, at(40))), 1);
    assert_eq!(write(db, |tx| hand_in::sweep(tx, at(40))), 0);
    for (id, left) in [("h1", false), ("h2", true), ("h3", false)] {
        let kept = read(db, |c| hand_in::content(c, id));
        assert_eq!(kept.is_some(), left, "{id}");
        let value = if left { "0a" } else { "" };
        let edits = read(db, |c| hand_in::edits(c, id));
        assert_eq!(edits, [edit(id, 1, value)], "{id}");
        assert!(read(db, |c| hand_in::get(c, id)).is_some());
    }
    assert!(read(db, |c| hand_in::content(c, "h4")).is_some());
    assert!(xinheng_store::ops::verify(db).unwrap().sound());
}
