//! The district's own rules as they were proposed and adopted, and the editions that cases use.

use crate::build::{at, day, read, write};
use std::collections::BTreeMap;
use xinheng_domain::case::CaseId;
use xinheng_store::{
    Db,
    case::{self, Head, Kept},
    rule_set::{self, CaseEdition, EditionInUse, RuleSet, RuleSetState},
};

fn set(number: u64, state: RuleSetState) -> RuleSet {
    let decided = state != RuleSetState::Proposed;
    RuleSet {
        number,
        digest: format!("{number:064}"),
        files: BTreeMap::from([("cases/one.toml".to_owned(), format!("id = \"{number}\""))]),
        proposed_by: "account:a1".to_owned(),
        proposed_at: at(1),
        state,
        decided_by: decided.then(|| "account:a2".to_owned()),
        decided_at: decided.then(|| at(2)),
        reason: String::new(),
    }
}

fn edition(kind: &str, digest: &str) -> CaseEdition {
    CaseEdition {
        kind: kind.to_owned(),
        edition: day("2026-01-01"),
        digest: digest.to_owned(),
        used_at: at(3),
    }
}

/// A row in each of the tables.
pub fn furnish(db: &Db) {
    write(db, |tx| {
        rule_set::keep(tx, &set(1, RuleSetState::Adopted))?;
        rule_set::keep(tx, &set(2, RuleSetState::Refused))?;
        rule_set::use_edition(tx, &edition("objection", "one"))?;
        rule_set::use_edition(tx, &edition("repair", "two"))
    });
}

pub fn the_set_adopted_last_holds(db: &Db) {
    assert_eq!(read(db, rule_set::mark), None);
    assert_eq!(read(db, rule_set::in_force), None);
    write(db, |tx| rule_set::keep(tx, &set(1, RuleSetState::Proposed)));
    assert_eq!(read(db, rule_set::mark), None, "nobody adopted it");
    assert_eq!(read(db, rule_set::count_waiting), 1);
    write(db, |tx| {
        rule_set::keep(tx, &set(1, RuleSetState::Adopted))?;
        rule_set::keep(tx, &set(2, RuleSetState::Adopted))?;
        rule_set::keep(tx, &set(3, RuleSetState::Replaced))?;
        rule_set::keep(tx, &set(4, RuleSetState::Refused))
    });
    assert_eq!(read(db, rule_set::mark), Some(2));
    let second = set(2, RuleSetState::Adopted);
    assert_eq!(read(db, rule_set::in_force), Some(second.clone()));
    assert_eq!(read(db, |c| rule_set::get(c, 2)), Some(second));
    assert_eq!(read(db, |c| rule_set::get(c, 5)), None);
    let numbers: Vec<u64> = read(db, rule_set::all).iter().map(|s| s.number).collect();
    assert_eq!(numbers, [4, 3, 2, 1]);
}

pub fn editions_are_in_use_until_their_cases_end(db: &Db) {
    let head = |tail: &str, kind: &str, phase: &str| Head {
        subject_key: "d:d1".to_owned(),
        case_tail: tail.to_owned(),
        kind: kind.to_owned(),
        edition: day("2026-01-01"),
        about: None,
        opened_on: day("2026-01-05"),
        seq: 1,
        state: "s".to_owned(),
        phase: phase.to_owned(),
        assigned: None,
        due_on: None,
        due_clock: None,
        late_since: None,
        next_on: None,
    };
    let put = |of: Head| {
        let head = &of;
        write(db, |tx| {
            case::keep(
                tx,
                &Kept {
                    head,
                    unique: None,
                    desks: &[],
                },
            )
        });
        CaseId::new(&of.subject_key, &of.case_tail)
    };
    for (tail, kind, phase) in [
        ("t1", "objection", "open"),
        ("t2", "objection", "rest"),
        ("t3", "objection", "end"),
        ("t4", "repair", "open"),
        ("t5", "arrears", "end"),
    ] {
        put(head(tail, kind, phase));
    }
    write(db, |tx| {
        rule_set::use_edition(tx, &edition("objection", "one"))
    });
    write(db, |tx| {
        rule_set::use_edition(tx, &edition("objection", "two"))
    });
    let used = |kind: &str, cases, digest: Option<&str>| EditionInUse {
        kind: kind.to_owned(),
        edition: day("2026-01-01"),
        cases,
        digest: digest.map(str::to_owned),
    };
    assert_eq!(
        read(db, rule_set::editions_in_use),
        [used("objection", 2, Some("one")), used("repair", 1, None)],
        "what was kept first stays"
    );
}
