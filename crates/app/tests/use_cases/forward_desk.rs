//! Files for the platform above, made and answered in the browser, by a department or the office.

use crate::{
    forward::{
        BAD, GOOD, IDENTITY, NAME, ONE, ORGANISATIONS, PERSONS, TWO, answer_of, file, make, two,
    },
    support::*,
};
use jiff::civil::date;
use std::path::Path;
use xinheng_app::{
    Actor, Ctx,
    forward::{self, Answer, Listed, Make, Stands},
    person::PersonKey,
};

/// A department's file, as its clerk makes it in the browser.
fn own(department: &'static str) -> Make<'static> {
    Make {
        department: Some(department),
        ..file(ORGANISATIONS, Path::new("up.csv"))
    }
}

#[test]
fn a_clerk_makes_the_own_departments_file_and_reads_its_answer() {
    let desk = two();
    desk.hand_in(
        operator("乙"),
        D2,
        &csv(&[penalty(3, 3).second()]),
        TODAY,
        false,
    )
    .unwrap();
    let clerk = |department: &str| {
        let actor = Actor::Department {
            code: department.to_owned(),
            name: "程样清".to_owned(),
        };
        desk.ctx(actor, TODAY)
    };
    let (one, other) = (clerk(D1), clerk(D2));
    // Not the district's, nor another department's.
    forbidden(forward::keep(
        &one,
        file(ORGANISATIONS, Path::new("up.csv")),
    ));
    forbidden(forward::keep(&one, own(D2)));
    let made = forward::keep(&one, own(D1)).unwrap();
    assert_eq!(made.rows, 2);
    let id = made.dispatch.unwrap();
    let (name, bytes) = forward::file(&one, &id).unwrap();
    assert_eq!(name, "up.csv");
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(
        text.contains(ONE) && text.contains(TWO) && !text.contains("3号"),
        "{text}"
    );
    assert_eq!(desk.audited("forward.file").len(), 1);
    // It lies sealed in the database.
    for file in std::fs::read_dir(desk.dir.path()).unwrap() {
        let path = file.unwrap().path();
        let there = std::fs::read(&path).unwrap_or_default();
        let found = there.windows(bytes.len()).any(|w| w == bytes);
        assert!(!found, "{}", path.display());
    }
    // The other department learns not even that there is one; the office has it as well.
    not_found(forward::file(&other, &id));
    not_found(forward::open(&other, &id, None, (0, 50)));
    let listed = |ctx: &Ctx<'_>, department| {
        let asked = Listed {
            department: Some(department),
            ..Listed::default()
        };
        forward::list(ctx, asked)
    };
    assert!(listed(&other, D2).unwrap().is_empty());
    forbidden(listed(&other, D1));
    assert_eq!(listed(&one, D1).unwrap().len(), 1);
    assert_eq!(forward::file(&desk.operator(TODAY), &id).unwrap().1, bytes);
    // An answer that another department drops is about nothing of its own, and stands in nobody's way.
    let rows = format!(
        "行政处罚决定书文号,行政相对人名称,处理结果,错误代码,错误原因\n\
         {ONE},{},{GOOD},,\n{TWO},{},{BAD},1001,名称不符\n",
        NAMES[0], NAMES[1]
    );
    let path = desk.file("receipt.csv", &rows);
    let read_as = |ctx: &Ctx<'_>, department, dispatch| {
        let answer = Answer {
            department: Some(department),
            ..answer_of(&path, dispatch)
        };
        forward::read_receipt(ctx, answer)
    };
    forbidden(read_as(&other, D1, None));
    not_found(read_as(&other, D2, Some(&id)));
    let theirs = read_as(&other, D2, None).unwrap();
    assert_eq!((theirs.counters.unknown, theirs.dispatches.len()), (2, 0));
    let read = read_as(&one, D1, None).unwrap();
    let c = read.counters;
    assert_eq!((read.again, c.accepted, c.refused), (false, 1, 1));
    assert_eq!(read.dispatches, std::slice::from_ref(&id));
    assert!(read_as(&one, D1, None).unwrap().again);
    // Each count leads to its rows, with what to correct.
    let rows = |stands| forward::open(&one, &id, stands, (0, 50)).unwrap();
    let view = rows(None);
    assert_eq!((view.kept, view.in_all), (true, 2));
    assert_eq!((view.line.accepted, view.line.refused), (1, 1));
    let refused = rows(Some(Stands::Refused)).rows;
    assert_eq!(refused.len(), 1);
    assert_eq!((&*refused[0].number, &*refused[0].party), (TWO, NAMES[1]));
    assert_eq!(
        (&*refused[0].code, &*refused[0].reason),
        ("1001", "名称不符")
    );
    assert!(refused[0].meaning.is_some() && !refused[0].corrected);
    assert!(rows(Some(Stands::Waiting)).rows.is_empty());
    assert!(
        forward::open(&one, &id, None, (2, 50))
            .unwrap()
            .rows
            .is_empty()
    );
    // Corrected, it is told, and goes with the next file.
    let later = date(2026, 11, 3);
    desk.land(
        &[penalty(2, 2).set("CF_SY", "检查发现三件产品没有合格证明。")],
        later,
    );
    assert!(rows(Some(Stands::Refused)).rows[0].corrected);
    assert_eq!(forward::keep(&one, own(D1)).unwrap().rows, 1);
    assert!(desk.sound());
}

#[test]
fn a_file_made_in_the_browser_is_kept_for_seven_days_and_opened_by_its_key_alone() {
    let desk = two();
    let id = forward::keep(&desk.operator(TODAY), own(D1)).unwrap();
    let id = id.dispatch.unwrap();
    let key = desk.dir.path().join("staged.key");
    let hidden = desk.dir.path().join("hidden.key");
    std::fs::rename(&key, &hidden).unwrap();
    assert!(forward::file(&desk.operator(TODAY), &id).is_err());
    std::fs::rename(&hidden, &key).unwrap();
    let last = desk.operator(date(2026, 11, 9));
    assert!(forward::file(&last, &id).is_ok());
    let later = desk.operator(date(2026, 11, 10));
    not_found(forward::file(&later, &id));
    assert!(!forward::open(&later, &id, None, (0, 50)).unwrap().kept);
    // The next one removes it; its rows stay noted.
    let again = Make {
        again: true,
        ..own(D1)
    };
    forward::keep(&later, again).unwrap();
    let held = |conn: &mut xinheng_store::Conn| xinheng_store::forward::content(conn, &id);
    assert!(
        xinheng_app::testing::db(&desk.office)
            .read(held)
            .unwrap()
            .is_none()
    );
    assert_eq!(forward::open(&later, &id, None, (0, 50)).unwrap().in_all, 2);
    // One made by command lies where it was written.
    let (made, _) = make(&desk, ORGANISATIONS, "a.csv");
    assert_eq!(made.dispatch, None, "all of it waits");
    assert!(desk.sound());
}

#[test]
fn nothing_of_a_natural_person_is_listed() {
    let desk = Desk::new();
    PersonKey::create(&desk.dir.path().join("person.key")).unwrap();
    desk.import(&[other("", "", 2).person(NAME, IDENTITY)], TODAY);
    let persons = Make {
        template: PERSONS,
        ..own(D1)
    };
    let id = forward::keep(&desk.operator(TODAY), persons).unwrap();
    let id = id.dispatch.unwrap();
    for secret in [NAME, IDENTITY] {
        assert!(!has(&desk.bytes(), secret), "{secret}");
    }
    let view = forward::open(&desk.operator(TODAY), &id, None, (0, 50)).unwrap();
    assert_eq!(view.in_all, 1);
    let row = &view.rows[0];
    assert_eq!(
        (row.record.as_ref(), &*row.number, &*row.party),
        (None, "", "")
    );
}
