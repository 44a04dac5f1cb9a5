//! Cases as they are kept.

use crate::build::{at, day, read, write};
use jiff::civil::Date;
use std::collections::BTreeMap;
use xinheng_domain::case::{CaseId, Event};
use xinheng_store::{
    Db, StoreError,
    case::{
        self, Head, Kept, Link, OnDesk, Wanted,
        effect::{self, CaseEffect},
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
        effect::add(tx, &follows("furnishedone", 1))?;
        effect::add_done(tx, &follows("furnishedone", 1), at(3))?;
        case::add_link(tx, &link("furnishedone"))
    });
}

fn follows(tail: &str, position: u32) -> CaseEffect {
    CaseEffect {
        subject_key: "d:d1".to_owned(),
        case_tail: tail.to_owned(),
        seq: 1,
        position,
        target_key: crate::build::code(1),
        effect: "{}".to_owned(),
        refused: String::new(),
        done_at: None,
    }
}

/// An effect is noted with its case, and kept as done where it is about: the second time is refused.
pub fn effects_elsewhere_are_done_once(db: &Db) {
    let (id, noted) = (
        CaseId::new("d:d1", "followedone0"),
        follows("followedone0", 1),
    );
    let later = follows("followedone1", 2);
    write(db, |tx| {
        effect::add(tx, &noted)?;
        effect::add(tx, &later)
    });
    let open = |after: Option<&CaseId>| read(db, |c| effect::unfinished(c, after, 9));
    assert_eq!(open(None), [id.clone(), later.case()]);
    assert_eq!(open(Some(&id)), [later.case()]);
    assert_eq!(read(db, |c| effect::done(c, &noted)), None);
    write(db, |tx| effect::add_done(tx, &noted, at(5)));
    assert_eq!(read(db, |c| effect::done(c, &noted)), Some(at(5)));
    assert_eq!(read(db, |c| effect::done(c, &later)), None);
    let twice = db.write(|tx| {
        effect::add_done(tx, &noted, at(6))?;
        Ok::<_, StoreError>(((), crate::build::entry()))
    });
    assert!(twice.is_err(), "{twice:?}");
    let done = CaseEffect {
        done_at: Some(at(5)),
        ..noted
    };
    write(db, |tx| effect::put(tx, &done));
    assert_eq!(read(db, |c| effect::of_case(c, &id)), [done]);
    assert_eq!(open(None), [later.case()]);
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
    assert_eq!(read(db, |c| case::of_subject(c, "d:d1", 9)).len(), 1);
    assert!(read(db, |c| case::of_subject(c, "d:d9", 9)).is_empty());
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

/// What waits for a file is given once a batch was sealed that has something of the organisation, or
/// where its record has ended; what waits for any row of an organisation each time.
pub fn what_waits_for_a_file_is_found_when_one_has_come(db: &Db) {
    use crate::build::{id as record_id, key, record, seal, sealed};
    sealed(
        db,
        "b1",
        10,
        &[record(1, 1, 1, "b1"), record(2, 1, 1, "b1")],
    );
    let wait = |about: &str, number: u32, tail: &str| {
        let subject_key = key(number).to_string();
        write(db, |tx| {
            let id = CaseId::new(&subject_key, tail);
            case::add(tx, &id, &event(1, "open", "open"))?;
            let head = Head {
                subject_key: subject_key.clone(),
                about: Some(about.to_owned()),
                ..head(tail, 1, "open", None)
            };
            let desk = OnDesk {
                subject_key: subject_key.clone(),
                department: String::new(),
                ..desk(tail, case::WAITS_FOR_FILE, Some("2026-01-07"))
            };
            let kept = Kept {
                head: &head,
                unique: None,
                desks: &[desk],
            };
            case::keep(tx, &kept)?;
            Ok(id)
        })
    };
    let one = wait(record_id(1, 1).as_str(), 1, "waitsone");
    let other = wait(record_id(2, 1).as_str(), 2, "waitstwo");
    let any = wait(key(3).as_str(), 3, "waitsany");
    let waiting = |after: Option<&CaseId>, most| read(db, |c| case::waiting(c, after, most));
    assert_eq!(waiting(None, 9), std::slice::from_ref(&any));
    crate::build::stage(db, "b2");
    crate::build::insert(db, &[record(1, 1, 2, "b2")]);
    assert_eq!(waiting(None, 9), std::slice::from_ref(&any));
    seal(db, "b2", 3 * 24 * 3600);
    assert_eq!(waiting(None, 9), [one.clone(), any.clone()]);
    assert_eq!(waiting(None, 1), std::slice::from_ref(&one));
    assert_eq!(waiting(Some(&one), 9), std::slice::from_ref(&any));
    let ends = "UPDATE record SET ended_kind = 'annulled' WHERE subject_key = ";
    crate::build::raw(db, &format!("{ends}'{}'", key(2)));
    assert_eq!(waiting(None, 9), [one, other, any]);
}
