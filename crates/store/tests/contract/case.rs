//! Cases as they are kept.

use crate::build::{at, day, read, write};
use jiff::civil::Date;
use std::collections::BTreeMap;
use xinheng_domain::case::{CaseId, Event};
use xinheng_store::{
    Db, StoreError,
    case::{
        self, Head, Kept, Link, OnDesk, Wanted,
        file::{self, CaseFile},
        letter::{self, Letter, Numbered},
    },
};

fn event(seq: u32, step: &str, state: &str) -> Event {
    Event {
        seq,
        step: step.to_owned(),
        actor: "account:a0".to_owned(),
        role: Some("officer".to_owned()),
        department: (seq > 1).then(|| "d1".to_owned()),
        at: at(i64::from(seq)),
        fields: BTreeMap::from([("WHY".to_owned(), "主体有误".to_owned())]),
        state: state.to_owned(),
        assigned: Some("d1".to_owned()),
    }
}

fn head(tail: &str, seq: u32, phase: &str, due: Option<&str>) -> Head {
    Head {
        subject_key: "d:d1".to_owned(),
        case_tail: tail.to_owned(),
        kind: "rectification".to_owned(),
        edition: day("2026-01-01"),
        about: Some("d1".to_owned()),
        opened_on: day("2026-11-02"),
        seq,
        state: "open".to_owned(),
        phase: phase.to_owned(),
        assigned: Some("d1".to_owned()),
        due_on: due.map(day),
        due_clock: due.map(|_| "due".to_owned()),
        late_since: None,
        next_on: due.map(day),
    }
}

fn desk(tail: &str, role: &str, due: Option<&str>) -> OnDesk {
    OnDesk {
        subject_key: "d:d1".to_owned(),
        case_tail: tail.to_owned(),
        role: role.to_owned(),
        department: "d1".to_owned(),
        due_on: due.map_or(Date::MAX, day),
    }
}

fn open(db: &Db, tail: &str, due: Option<&str>) {
    write(db, |tx| {
        let id = CaseId::new("d:d1", tail);
        case::add(tx, &id, &event(1, "open", "open"))?;
        let kept = Kept {
            head: &head(tail, 1, "open", due),
            unique: Some(tail),
            desks: &[desk(tail, "responsible", due)],
        };
        case::keep(tx, &kept)
    });
}

/// A row in each of the tables.
pub fn furnish(db: &Db) {
    open(db, "furnishedone", Some("2026-11-30"));
    write(db, |tx| {
        letter::add(
            tx,
            &paper("furnishedone"),
            Some(&numbered(1, "furnishedone")),
        )?;
        file::add(tx, &material("furnishedone"), b"sealed".to_vec())?;
        case::add_link(tx, &link("furnishedone"))
    });
}

fn paper(tail: &str) -> Letter {
    Letter {
        subject_key: "d:d1".to_owned(),
        case_tail: tail.to_owned(),
        seq: 1,
        letter: "rectify".to_owned(),
        number: "信用函〔2026〕1号".to_owned(),
        issuer: String::new(),
        title: "整改通知书".to_owned(),
        addressee: "甲局".to_owned(),
        body: "第一段。\n第二段。".to_owned(),
        made_at: at(1),
    }
}

fn numbered(number: i64, tail: &str) -> Numbered {
    Numbered {
        series: "信用函".to_owned(),
        year: 2026,
        number,
        code: format!("code-{number}-{tail}"),
        subject_key: "d:d1".to_owned(),
        case_tail: tail.to_owned(),
        seq: 1,
        letter: "rectify".to_owned(),
        made_on: day("2026-11-02"),
    }
}

fn material(tail: &str) -> CaseFile {
    CaseFile {
        subject_key: "d:d1".to_owned(),
        case_tail: tail.to_owned(),
        id: "f1".to_owned(),
        file_name: "报告.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        bytes: 6,
        file_hash: "00".to_owned(),
        added_by: "account:a1".to_owned(),
        role: "responsible".to_owned(),
        department: Some("d1".to_owned()),
        added_at: at(1),
        removed_by: None,
        removed_at: None,
    }
}

fn link(tail: &str) -> Link {
    Link {
        token_hash: format!("hash-{tail}"),
        subject_key: "d:d1".to_owned(),
        case_tail: tail.to_owned(),
        made_on: day("2026-11-02"),
    }
}

pub fn letters_files_and_links_come_back(db: &Db) {
    let id = CaseId::new("d:d1", "lettersofone");
    assert_eq!(read(db, |c| letter::next(c, "信用函", 2026)), 1);
    write(db, |tx| {
        letter::add(
            tx,
            &paper("lettersofone"),
            Some(&numbered(1, "lettersofone")),
        )?;
        file::add(tx, &material("lettersofone"), b"sealed".to_vec())?;
        case::add_link(tx, &link("lettersofone"))
    });
    assert_eq!(read(db, |c| letter::next(c, "信用函", 2026)), 2);
    assert_eq!(read(db, |c| letter::next(c, "信用函", 2027)), 1);
    assert_eq!(
        read(db, |c| letter::of_case(c, &id)),
        [paper("lettersofone")]
    );
    let one = numbered(1, "lettersofone");
    let of = read(db, |c| letter::number_of(c, &paper("lettersofone")));
    assert_eq!(of.as_ref(), Some(&one));
    assert_eq!(
        read(db, |c| letter::by_code(c, &one.code)),
        Some(one.clone())
    );
    assert_eq!(read(db, |c| letter::register(c, 2026, 9)), [one]);
    // A number that is taken is refused: whoever asked for it runs again.
    let taken = db.write(|tx| {
        letter::add(tx, &paper("another"), Some(&numbered(1, "another")))?;
        Ok::<_, StoreError>(((), crate::build::entry()))
    });
    assert!(taken.is_err(), "{taken:?}");
    assert!(read(db, |c| letter::of_case(c, &CaseId::new("d:d1", "another"))).is_empty());
    let known = material("lettersofone");
    assert_eq!(
        read(db, |c| file::content(c, &known)),
        Some(b"sealed".to_vec())
    );
    let removed = CaseFile {
        removed_by: Some("account:a1".to_owned()),
        removed_at: Some(at(2)),
        ..known
    };
    write(db, |tx| file::remove(tx, &removed));
    let kept = read(db, |c| file::of_case(c, &id));
    assert_eq!(kept, std::slice::from_ref(&removed));
    assert_eq!(read(db, |c| file::content(c, &removed)), None);
    let hash = "hash-lettersofone";
    assert_eq!(
        read(db, |c| case::link(c, hash)),
        Some(link("lettersofone"))
    );
    assert_eq!(read(db, |c| case::link(c, "hash-none")), None);
}

pub fn a_case_comes_back_with_its_events(db: &Db) {
    open(db, "abcdefghjkmn", Some("2026-11-30"));
    let id = CaseId::new("d:d1", "abcdefghjkmn");
    let (kept, case) = read(db, |c| case::get(c, &id)).unwrap();
    assert_eq!(kept, head("abcdefghjkmn", 1, "open", Some("2026-11-30")));
    assert_eq!(case.events, [event(1, "open", "open")]);
    assert_eq!((case.id, case.about.as_deref()), (id.clone(), Some("d1")));
    assert_eq!(
        read(db, |c| case::get(c, &CaseId::new("d:d1", "nothingthere"))),
        None
    );
    // The number of the event is the guard.
    let again = db.write(|tx| {
        case::add(tx, &id, &event(1, "report", "review"))?;
        Ok::<_, StoreError>(((), crate::build::entry()))
    });
    assert!(again.is_err(), "{again:?}");
    assert_eq!(
        read(db, |c| case::open(
            c,
            "d:d1",
            "rectification",
            "abcdefghjkmn"
        ))
        .as_deref(),
        Some("abcdefghjkmn")
    );
    write(db, |tx| {
        case::add(tx, &id, &event(2, "accept", "closed"))?;
        let kept = Kept {
            head: &head("abcdefghjkmn", 2, "end", None),
            unique: Some("abcdefghjkmn"),
            desks: &[],
        };
        case::keep(tx, &kept)
    });
    assert_eq!(
        read(db, |c| case::open(
            c,
            "d:d1",
            "rectification",
            "abcdefghjkmn"
        )),
        None
    );
    assert_eq!(read(db, |c| case::about(c, "d:d1", "d1")).len(), 1);
    let last = read(db, |c| case::last_in(c, "d:d1", "rectification", "closed"));
    assert_eq!(last, None, "the head says where it stands");
    let last = read(db, |c| case::last_in(c, "d:d1", "rectification", "open"));
    assert_eq!(last, Some(at(1)));
}

pub fn desks_and_lists_hold_what_is_asked_for(db: &Db) {
    for (tail, due) in [
        ("aaaaaaaaaaaa", Some("2026-11-30")),
        ("bbbbbbbbbbbb", Some("2026-11-09")),
        ("cccccccccccc", None),
    ] {
        open(db, tail, due);
    }
    let tails = |heads: Vec<Head>| heads.into_iter().map(|h| h.case_tail).collect::<Vec<_>>();
    let on_desk = |role: &str, limit| tails(read(db, |c| case::on_desk(c, role, "d1", limit)));
    assert_eq!(
        on_desk("responsible", 9),
        ["bbbbbbbbbbbb", "aaaaaaaaaaaa", "cccccccccccc"]
    );
    assert_eq!(on_desk("responsible", 1), ["bbbbbbbbbbbb"]);
    assert_eq!(on_desk("officer", 9), [""; 0]);
    let today = day("2026-11-10");
    let count = |limit| {
        read(db, |c| {
            case::count_on_desk(c, ("responsible", "d1"), today, limit)
        })
    };
    assert_eq!((count(9), count(2)), ((3, 1), (2, 1)));
    let list = |wanted: Wanted<'_>| read(db, |c| case::list(c, &wanted, today, 9)).len();
    assert_eq!(list(Wanted::default()), 3);
    let wanted = Wanted {
        department: Some("d1"),
        kind: Some("rectification"),
        phase: Some("open"),
        late: true,
        after: None,
    };
    assert_eq!(list(wanted), 1);
    assert_eq!(
        list(Wanted {
            department: Some("d2"),
            ..wanted
        }),
        0
    );
    assert_eq!(
        list(Wanted {
            kind: Some("other"),
            ..wanted
        }),
        0
    );
    assert_eq!(
        list(Wanted {
            phase: Some("end"),
            ..wanted
        }),
        0
    );
    let behind = |tail| Wanted {
        after: Some((day("2026-11-02"), tail)),
        ..Wanted::default()
    };
    let page = |wanted: Wanted<'_>| tails(read(db, |c| case::list(c, &wanted, today, 1)));
    assert_eq!(page(Wanted::default()), ["cccccccccccc"]);
    assert_eq!(page(behind("cccccccccccc")), ["bbbbbbbbbbbb"]);
    assert_eq!(page(behind("aaaaaaaaaaaa")), [""; 0]);
    let stand = |state: &str, limit| {
        tails(read(db, |c| {
            case::in_state(c, "rectification", state, limit)
        }))
    };
    assert_eq!(stand("open", 2), ["cccccccccccc", "bbbbbbbbbbbb"]);
    assert_eq!(stand("done", 9), [""; 0]);
    let brought = read(db, |c| case::brought(c, day("2026-11-29"), 9));
    assert_eq!(brought, [CaseId::new("d:d1", "bbbbbbbbbbbb")]);
}
