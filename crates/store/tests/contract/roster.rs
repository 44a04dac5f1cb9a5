//! Rosters, successors, letters and old passwords as they are kept.

use crate::build::{at, day, read, write};
use xinheng_domain::permission::Reach;
use xinheng_store::{
    Db,
    account::{self, PasswordUsed},
    agent::{self, Binding},
    auditor::{self, AuditLetter},
    department::{self, Matter, Successor},
    roster::{self, RosterConfirmation, RosterProposal},
};

fn proposal(department: &str, role: &str) -> RosterProposal {
    RosterProposal {
        department: department.to_owned(),
        account_id: "a0".to_owned(),
        role: role.to_owned(),
        from: day("2026-01-01"),
        until: None,
        proposed_by: "account:a9".to_owned(),
        proposed_at: at(2),
    }
}

fn confirmation(department: &str, seconds: i64) -> RosterConfirmation {
    RosterConfirmation {
        department: department.to_owned(),
        confirmed_at: at(seconds),
        confirmed_by: "account:a9".to_owned(),
        people: 3,
    }
}

fn step(from: &str, to: &str, since: &str) -> Successor {
    Successor {
        predecessor: from.to_owned(),
        successor: to.to_owned(),
        from: day(since),
        document: "3号".to_owned(),
        noted_by: "account:a9".to_owned(),
        noted_at: at(3),
    }
}

fn matter(from: &str, item: &str, to: &str) -> Matter {
    Matter {
        predecessor: from.to_owned(),
        item: item.to_owned(),
        successor: to.to_owned(),
        assigned_by: "account:a9".to_owned(),
        assigned_at: at(4),
    }
}

fn letter(id: &str, account: &str, departments: &str, until: &str) -> AuditLetter {
    AuditLetter {
        id: id.to_owned(),
        account_id: account.to_owned(),
        issuer: "审计局".to_owned(),
        number: "7号".to_owned(),
        dated: day("2026-01-01"),
        departments: departments.to_owned(),
        from: day("2026-01-05"),
        until: day(until),
        entered_by: "account:a9".to_owned(),
        entered_at: at(5),
    }
}

fn used(seconds: i64) -> PasswordUsed {
    PasswordUsed {
        account_id: "a0".to_owned(),
        set_at: at(seconds),
        password: format!("argon2id:8:1:00:{seconds:02}"),
    }
}

fn binding(id: &str, ended: bool) -> Binding {
    let by = |text: &str| ended.then(|| text.to_owned());
    Binding {
        id: id.to_owned(),
        account_id: "a3".to_owned(),
        subject_key: "91990101MA0X000010".to_owned(),
        document: "授权委托书".to_owned(),
        document_number: "3号".to_owned(),
        from: day("2026-01-05"),
        until: day("2026-12-31"),
        checked_by: "account:a9".to_owned(),
        checked_at: at(5),
        ended_by: by("account:a8"),
        ended_at: ended.then(|| at(8)),
        ended_why: by("已经离职"),
    }
}

/// A row in each of the tables.
pub fn furnish(db: &Db) {
    write(db, |tx| {
        roster::propose(tx, &proposal("d1", "clerk"))?;
        roster::confirm(tx, &confirmation("d1", 6))?;
        department::succeed(tx, &step("d8", "d1", "2026-01-01"))?;
        department::assign(tx, &matter("d8", "penalty", "d1"))?;
        auditor::enter(tx, &letter("l0", "a0", "d1 d2", "2026-02-01"))?;
        agent::keep(tx, &binding("b0", true))?;
        account::keep_password(tx, &used(7), None)
    });
}

pub fn proposals_and_confirmations_come_back(db: &Db) {
    write(db, |tx| {
        roster::propose(tx, &proposal("d1", "reviewer"))?;
        roster::propose(tx, &proposal("d1", "clerk"))?;
        roster::propose(tx, &proposal("d2", "clerk"))
    });
    let until = Some(day("2026-06-30"));
    let shorter = RosterProposal {
        until,
        ..proposal("d1", "clerk")
    };
    write(db, |tx| roster::propose(tx, &shorter));
    let own = read(db, |c| roster::proposals(c, "d1"));
    assert_eq!(own, [shorter.clone(), proposal("d1", "reviewer")]);
    assert_eq!(read(db, roster::all_proposals).len(), 3);
    assert!(write(db, |tx| roster::drop_proposal(tx, &shorter)));
    assert!(!write(db, |tx| roster::drop_proposal(tx, &shorter)));
    assert_eq!(read(db, roster::all_proposals).len(), 2);

    write(db, |tx| {
        roster::confirm(tx, &confirmation("d1", 8))?;
        roster::confirm(tx, &confirmation("d1", 9))?;
        roster::confirm(tx, &confirmation("d2", 7))
    });
    let last = read(db, roster::confirmed);
    assert_eq!(last, [confirmation("d1", 9), confirmation("d2", 7)]);
}

pub fn successors_count_from_their_day(db: &Db) {
    write(db, |tx| {
        department::succeed(tx, &step("p", "a", "2026-03-01"))?;
        department::succeed(tx, &step("p", "b", "2026-03-01"))?;
        department::assign(tx, &matter("p", "penalty", "b"))?;
        department::assign(tx, &matter("p", "penalty", "a"))
    });
    assert_eq!(read(db, department::successors).len(), 2);
    let before = read(db, |c| department::succession(c, day("2026-02-28")));
    assert!(!before.is_over("p"));
    let since = read(db, |c| department::succession(c, day("2026-03-01")));
    assert!(since.is_split("p"));
    assert_eq!(since.holder("p", Some("penalty")), Some("a"));
    assert_eq!(since.holder("p", Some("permit")), None);
}

pub fn letters_hold_for_their_days(db: &Db) {
    write(db, |tx| {
        auditor::enter(tx, &letter("l1", "a1", "d1 d2", "2026-02-01"))?;
        auditor::enter(tx, &letter("l2", "a1", "d3", "2026-01-10"))?;
        auditor::enter(tx, &letter("l3", "a2", "", "2026-02-01"))
    });
    let named = |account, on| {
        let letters = read(db, |c| auditor::in_force(c, account, day(on)));
        auditor::reach(&letters)
    };
    let of = |codes: &[&str]| {
        let codes = codes.iter().map(|code| (*code).to_owned());
        Some(Reach::Departments(codes.collect()))
    };
    assert_eq!(named("a1", "2026-01-04"), None);
    assert_eq!(named("a1", "2026-01-05"), of(&["d1", "d2", "d3"]));
    assert_eq!(named("a1", "2026-01-11"), of(&["d1", "d2"]));
    assert_eq!(named("a1", "2026-02-02"), None);
    assert_eq!(named("a2", "2026-02-01"), Some(Reach::Everywhere));
    assert_eq!(
        read(db, |c| auditor::get(c, "l3")),
        Some(letter("l3", "a2", "", "2026-02-01"))
    );
    assert_eq!(read(db, auditor::all).len(), 3);
}

pub fn the_last_passwords_are_kept(db: &Db) {
    for seconds in 1..=3 {
        write(db, |tx| account::keep_password(tx, &used(seconds), None));
    }
    let set_at = read(db, |c| account::password_set_at(c, "a0"));
    assert_eq!(set_at, Some(at(3)));
    assert_eq!(read(db, |c| account::password_set_at(c, "a1")), None);
    write(db, |tx| account::keep_password(tx, &used(4), Some(at(3))));
    assert_eq!(
        read(db, |c| account::passwords(c, "a0")),
        [used(4), used(3)]
    );
}

pub fn bindings_are_ended_and_stay(db: &Db) {
    write(db, |tx| {
        agent::keep(tx, &binding("b1", false))?;
        agent::keep(tx, &binding("b2", false))?;
        agent::keep(tx, &binding("b1", true))
    });
    let all = read(db, agent::all);
    assert_eq!(all, [binding("b2", false), binding("b1", true)]);
    let one = read(db, |c| agent::get(c, "b1"));
    assert_eq!(one, Some(binding("b1", true)));
    assert_eq!(read(db, |c| agent::get(c, "b9")), None);
}
