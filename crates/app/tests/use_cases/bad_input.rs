//! What must come to nothing at the desks: one person under two names, a clock moved back.

use crate::support::*;
use jiff::SignedDuration;
use xinheng_app::{
    Actor, AppError, AppResult, RefusalCode,
    account::{self, Grant, NewAccount, SignIn},
    handin::{self, Staging},
    noon, record,
};

fn refused<T: std::fmt::Debug>(answer: AppResult<T>, code: RefusalCode) {
    match answer {
        Err(AppError::Refused(refusal)) => assert_eq!(refusal.code, code, "{refusal}"),
        other => panic!("{code:?}: {other:?}"),
    }
}

/// An account with a role; its id and password.
fn member(desk: &Desk, login: &str, role: &str, department: Option<&str>) -> (String, String) {
    let operator = desk.operator(TODAY);
    let new = NewAccount {
        login,
        name: "程样清",
        demo: true,
    };
    let made = account::make(&operator, new).unwrap();
    let grant = Grant {
        login,
        role,
        department,
        from: None,
        until: None,
    };
    account::grant(&operator, grant).unwrap();
    (made.id, made.password)
}

/// Login, name and user of the operating system are changed; the person is the same.
#[test]
fn a_person_under_another_name_is_no_second_person() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let id = desk.number(&penalty(1, 1));
    let (one, _) = member(&desk, "officer", "officer", None);
    let (two, _) = member(&desk, "head", "head", None);
    let as_account = |id: &str| {
        let id = id.to_owned();
        let department = None;
        desk.ctx(Actor::Account { id, department }, TODAY)
    };
    account::bind(&desk.operator(TODAY), "officer", Some("cheng")).unwrap();
    let bound = account::bound(&desk.operator(TODAY), "cheng").unwrap();
    let bound = bound.expect("the user is bound to the account");
    record::withhold(&desk.ctx(bound, TODAY), id.as_str(), "主体有误", None).unwrap();
    // Bound to another user, and under another login and name.
    account::bind(&desk.operator(TODAY), "officer", Some("an")).unwrap();
    let database = xinheng_app::testing::db(&desk.office).location();
    let rename = "UPDATE account SET login = 'an', name = '安样宁' WHERE login = 'officer'";
    xinheng_store::testing::doctor(database, rename).unwrap();
    let again = account::bound(&desk.operator(TODAY), "an")
        .unwrap()
        .unwrap();
    let confirm =
        |ctx: &xinheng_app::Ctx<'_>| record::confirm(ctx, &confirming(id.as_str(), true, "核实"));
    refused(confirm(&desk.ctx(again, TODAY)), RefusalCode::SecondPerson);
    refused(confirm(&as_account(&one)), RefusalCode::SecondPerson);
    confirm(&as_account(&two)).unwrap();
}

/// More than five minutes before the last entry of the audit nothing is written, a sign-in least.
#[test]
fn a_clock_moved_back_lets_nobody_in_again() {
    let desk = Desk::new();
    let (id, password) = member(&desk, "cheng", "clerk", Some(D1));
    xinheng_app::testing::db(&desk.office).clock_counts(true);
    let at = |actor: Actor, minutes: i64| {
        let now = noon(TODAY).unwrap() + SignedDuration::from_mins(minutes);
        desk.office.ctx(actor, now)
    };
    let sign_in = |minutes| {
        let typed = SignIn {
            login: "cheng",
            password: &password,
            code: "",
            known: None,
            door: account::Door::Office,
            address: "10.0.0.7",
        };
        account::sign_in(&at(Actor::Public, minutes), typed)
    };
    sign_in(60).unwrap();
    refused(sign_in(50), RefusalCode::ClockBehind);
    // Nor does what was prepared go out, or a file come in.
    let clerk = Actor::Account {
        id,
        department: Some(D1.to_owned()),
    };
    let text = csv(&[penalty(1, 1)]);
    let staging = Staging {
        bytes: text.as_bytes(),
        file_name: "a.csv",
        sheet: None,
        department: D1,
    };
    let staged = handin::stage(&at(clerk.clone(), 61), staging).unwrap();
    refused(
        handin::release(&at(clerk.clone(), 50), &staged, 1, true),
        RefusalCode::ClockBehind,
    );
    assert!(desk.all().is_empty());
    // Within five minutes clocks may differ.
    sign_in(58).unwrap();
    handin::release(&at(clerk, 58), &staged, 1, true).unwrap();
    assert_eq!(desk.all().len(), 1);
}
