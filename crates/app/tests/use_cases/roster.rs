//! Rosters: proposed, confirmed every year, and what they grant.

use crate::support::*;
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use xinheng_app::{
    Act, Actor, Scope,
    account::{self, Grant, NewAccount},
    roster::{self, Proposal, RosterStanding},
};

/// An account, with a role where one is named.
pub fn person(desk: &Desk, login: &str, role: Option<(&str, Option<&str>)>) -> Actor {
    let operator = desk.operator(TODAY);
    let new = NewAccount {
        login,
        name: "程样清",
        demo: true,
    };
    let made = account::make(&operator, new).unwrap();
    if let Some((role, department)) = role {
        let grant = Grant {
            login,
            role,
            department,
            from: None,
            until: None,
        };
        account::grant(&operator, grant).unwrap();
    }
    Actor::Account {
        id: made.id,
        department: role
            .and_then(|(_, department)| department)
            .map(str::to_owned),
    }
}

fn responsible(desk: &Desk) -> Actor {
    person(desk, "ouyang", Some(("responsible", Some(D1))))
}

fn proposal<'a>(login: &'a str, role: &'a str) -> Proposal<'a> {
    Proposal {
        department: D1,
        login,
        role,
        from: None,
        until: None,
    }
}

fn confirm(desk: &Desk, by: &Actor, day: Date) {
    let ctx = desk.ctx(by.clone(), day);
    let mark = roster::open(&ctx, D1).unwrap().mark;
    roster::confirm(&ctx, D1, &mark).unwrap();
}

/// Whether an account may stage files for the department on a day.
fn stages(desk: &Desk, of: &Actor, day: Date) -> bool {
    let Actor::Account { id, .. } = of else {
        panic!("an account")
    };
    let actor = Actor::Account {
        id: id.clone(),
        department: Some(D1.to_owned()),
    };
    let ctx = desk.ctx(actor, day);
    ctx.allow_in(Act::HandInStage, Scope::Department(D1))
        .is_ok()
}

#[test]
fn what_is_proposed_grants_nothing_and_the_confirmed_roster_does() {
    let desk = Desk::new();
    let head = responsible(&desk);
    let cheng = person(&desk, "cheng", None);
    let ctx = desk.ctx(head.clone(), TODAY);
    roster::propose(&ctx, proposal(" cheng ", "clerk")).unwrap();
    let view = roster::open(&ctx, D1).unwrap();
    assert_eq!((view.lines.len(), view.proposals.len()), (1, 1));
    assert_eq!(view.state.standing, RosterStanding::Overdue);
    assert!(!stages(&desk, &cheng, TODAY));
    roster::confirm(&ctx, D1, &view.mark).unwrap();
    assert!(stages(&desk, &cheng, TODAY));
    let view = roster::open(&ctx, D1).unwrap();
    assert_eq!((view.lines.len(), view.proposals.len()), (2, 0));
    let state = &view.state;
    assert_eq!(
        (state.standing, state.people),
        (RosterStanding::Confirmed, 2)
    );
    assert_eq!(state.confirmed.as_ref().unwrap().0, TODAY);

    let proposed = desk.audited("roster.propose");
    assert_eq!(proposed[0].detail["role"], "clerk");
    let confirmed = desk.audited("roster.confirm");
    assert_eq!(confirmed[0].detail["granted"][0]["role"], "clerk");
    assert_eq!(confirmed[0].detail["people"], 2);
    assert!(!format!("{proposed:?}{confirmed:?}").contains("程样清"));

    // Their end waits for its confirmation as well, and holds from the day after.
    roster::end(&ctx, proposal("cheng", "clerk")).unwrap();
    let tomorrow = TODAY.tomorrow().unwrap();
    assert!(stages(&desk, &cheng, tomorrow));
    confirm(&desk, &head, TODAY);
    assert!(stages(&desk, &cheng, TODAY) && !stages(&desk, &cheng, tomorrow));
}

#[test]
fn a_deputys_role_begins_and_ends_with_its_days() {
    let desk = Desk::new();
    let head = responsible(&desk);
    let (deputy, second) = (person(&desk, "wen", None), person(&desk, "lu", None));
    let (from, until) = (TODAY + 3.days(), TODAY + 9.days());
    let ctx = desk.ctx(head.clone(), TODAY);
    let days = |login, role| Proposal {
        from: Some(from),
        until: Some(until),
        ..proposal(login, role)
    };
    roster::propose(&ctx, days("wen", "clerk")).unwrap();
    roster::propose(&ctx, days("lu", "responsible")).unwrap();
    confirm(&desk, &head, TODAY);
    for (day, holds) in [
        (from - 1.day(), false),
        (from, true),
        (until, true),
        (until + 1.day(), false),
    ] {
        assert_eq!(stages(&desk, &deputy, day), holds, "{day}");
    }
    // A deputy of the responsible person lends for no longer than their own days, and not to
    // themselves.
    let Actor::Account { id, .. } = second else {
        panic!("an account")
    };
    let second = Actor::Account {
        id,
        department: Some(D1.to_owned()),
    };
    person(&desk, "shen", None);
    let ctx = desk.ctx(second, from);
    let longer = Proposal {
        until: Some(until + 1.day()),
        ..proposal("shen", "responsible")
    };
    refused(roster::propose(&ctx, longer), "roster-days");
    let own = Proposal {
        until: Some(until),
        ..proposal("lu", "responsible")
    };
    refused(roster::propose(&ctx, own), "roster-days");
    let within = Proposal {
        until: Some(until),
        ..proposal("shen", "responsible")
    };
    roster::propose(&ctx, within).unwrap();
}

#[test]
fn what_does_not_fit_is_refused() {
    let desk = Desk::new();
    let head = responsible(&desk);
    person(&desk, "cheng", None);
    person(&desk, "gone", None);
    account::lock(&desk.operator(TODAY), "gone", true).unwrap();
    person(&desk, "lu", Some(("system-admin", None)));
    let ctx = desk.ctx(head.clone(), TODAY);
    let propose = |of: Proposal<'_>| roster::propose(&ctx, of);
    not_found(propose(proposal("nobody", "clerk")));
    not_found(propose(proposal("gone", "clerk")));
    bad_input(propose(proposal("cheng", "officer")));
    bad_input(propose(proposal("cheng", "king")));
    let backdated = Proposal {
        from: Some(TODAY - 1.day()),
        ..proposal("cheng", "clerk")
    };
    bad_input(propose(backdated));
    let turned = Proposal {
        until: Some(TODAY - 1.day()),
        ..proposal("cheng", "clerk")
    };
    bad_input(propose(turned));
    refused(propose(proposal("cheng", "responsible")), "roster-days");
    refused(propose(proposal("lu", "reviewer")), "roles-exclude");
    not_found(roster::end(&ctx, proposal("cheng", "clerk")));
    not_found(roster::withdraw(&ctx, proposal("cheng", "clerk")));
    // What an administrator granted for good, an administrator ends.
    not_found(roster::end(&ctx, proposal("ouyang", "responsible")));

    propose(proposal("cheng", "clerk")).unwrap();
    let later = Proposal {
        from: Some(TODAY + 9.days()),
        ..proposal("cheng", "clerk")
    };
    refused(propose(later), "roster-has");
    // Others may have both: one of them then releases what the other prepared. Whoever makes the
    // roster may not.
    propose(proposal("cheng", "reviewer")).unwrap();
    propose(proposal("ouyang", "clerk")).unwrap();
    refused(propose(proposal("ouyang", "reviewer")), "roster-own");
    roster::withdraw(&ctx, proposal("ouyang", "clerk")).unwrap();
    propose(proposal("ouyang", "reviewer")).unwrap();
    refused(propose(proposal("ouyang", "clerk")), "roster-own");
    let entries = desk.audited("roster.propose").len();
    assert_eq!(entries, 5, "what is refused leaves no entry");
}

#[test]
fn only_what_was_seen_and_still_fits_is_confirmed() {
    let desk = Desk::new();
    let head = responsible(&desk);
    person(&desk, "cheng", None);
    let ctx = desk.ctx(head.clone(), TODAY);
    let before = roster::open(&ctx, D1).unwrap().mark;
    roster::propose(&ctx, proposal("cheng", "clerk")).unwrap();
    refused(roster::confirm(&ctx, D1, &before), "roster-changed");
    // Meanwhile they got a role that excludes it.
    let grant = Grant {
        login: "cheng",
        role: "audit-admin",
        department: None,
        from: None,
        until: None,
    };
    account::grant(&desk.operator(TODAY), grant).unwrap();
    let mark = roster::open(&ctx, D1).unwrap().mark;
    refused(roster::confirm(&ctx, D1, &mark), "roles-exclude");
    account::revoke(&desk.operator(TODAY), "cheng", "audit-admin", None).unwrap();
    account::lock(&desk.operator(TODAY), "cheng", true).unwrap();
    not_found(roster::confirm(&ctx, D1, &mark));
    account::lock(&desk.operator(TODAY), "cheng", false).unwrap();
    assert!(desk.audited("roster.confirm").is_empty());

    // Confirmed days later, it grants none of the days before.
    let later = TODAY + 4.days();
    confirm(&desk, &head, later);
    let line = roster::open(&desk.ctx(head.clone(), later), D1).unwrap();
    let own = line.lines.iter().find(|l| l.login == "cheng").unwrap();
    assert_eq!(own.from, later);
    // A deputy whose days are over by then gets none.
    let days = Proposal {
        from: Some(later),
        until: Some(later + 1.day()),
        ..proposal("cheng", "reviewer")
    };
    roster::propose(&desk.ctx(head.clone(), later), days).unwrap();
    confirm(&desk, &head, later + 2.days());
    let view = roster::open(&desk.ctx(head, later + 2.days()), D1).unwrap();
    assert_eq!((view.lines.len(), view.proposals.len()), (2, 0));
}

#[test]
fn a_year_without_confirmation_is_told_and_takes_nothing() {
    let desk = Desk::new();
    let head = responsible(&desk);
    let cheng = person(&desk, "cheng", None);
    roster::propose(&desk.ctx(head.clone(), TODAY), proposal("cheng", "clerk")).unwrap();
    confirm(&desk, &head, TODAY);
    let officer = person(&desk, "huang", Some(("officer", None)));
    let standing = |day: Date| {
        let all = roster::list(&desk.ctx(officer.clone(), day)).unwrap();
        assert_eq!(all.len(), 2, "all departments");
        all[0].standing
    };
    assert_eq!(standing(date(2026, 12, 31)), RosterStanding::Confirmed);
    assert_eq!(standing(date(2027, 1, 1)), RosterStanding::Due);
    assert_eq!(standing(date(2027, 1, 31)), RosterStanding::Due);
    let late = date(2027, 2, 1);
    assert_eq!(standing(late), RosterStanding::Overdue);
    assert!(stages(&desk, &cheng, late), "nobody is locked out");
    confirm(&desk, &head, late);
    assert_eq!(standing(late), RosterStanding::Confirmed);
    let own = roster::list(&desk.ctx(head, late)).unwrap();
    assert_eq!(own.len(), 1, "the own one alone");
}

#[test]
fn only_the_responsible_person_keeps_the_roster_and_administrators_all_other_roles() {
    let desk = Desk::new();
    let head = responsible(&desk);
    person(&desk, "cheng", None);
    let security = person(&desk, "gu", Some(("security-admin", None)));
    let others = [
        person(&desk, "lin", Some(("clerk", Some(D1)))),
        person(&desk, "sima", Some(("reviewer", Some(D1)))),
        person(&desk, "zhang", Some(("responsible", Some(D2)))),
        person(&desk, "huang", Some(("officer", None))),
        person(&desk, "zhao", Some(("head", None))),
        security.clone(),
        person(&desk, "lu", Some(("system-admin", None))),
        person(&desk, "ji", Some(("audit-admin", None))),
        Actor::Public,
        clerk(D1),
    ];
    let mark = roster::open(&desk.ctx(head, TODAY), D1).unwrap().mark;
    for other in others {
        let ctx = desk.ctx(other, TODAY);
        forbidden(roster::propose(&ctx, proposal("cheng", "clerk")));
        forbidden(roster::end(&ctx, proposal("lin", "clerk")));
        forbidden(roster::withdraw(&ctx, proposal("cheng", "clerk")));
        forbidden(roster::confirm(&ctx, D1, &mark));
    }
    let ctx = desk.ctx(security, TODAY);
    let grant = |role, department| {
        let grant = Grant {
            login: "cheng",
            role,
            department,
            from: None,
            until: None,
        };
        account::grant(&ctx, grant)
    };
    refused(grant("clerk", Some(D1)), "roster-grants");
    refused(grant("reviewer", Some(D1)), "roster-grants");
    refused(grant("auditor", None), "letter-grants");
    // The first responsible person, and every role taken at once.
    grant("responsible", Some(D2)).unwrap();
    account::revoke(&ctx, "lin", "clerk", Some(D1)).unwrap();
    let not_theirs = roster::open(
        &desk.ctx(
            person(&desk, "qian", Some(("responsible", Some(D2)))),
            TODAY,
        ),
        D1,
    );
    not_found(not_theirs);
}
