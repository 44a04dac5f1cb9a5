//! People who sign in: what they may, what they may not, and what is left of it.

use crate::support::*;
use jiff::{SignedDuration, Timestamp};
use xinheng_app::{
    Act, Actor, AppError, AppResult, Ctx, RefusalCode, Scope,
    account::{self, Begun, Door, Grant, Made, NewAccount, SignIn},
    noon,
};

fn made(desk: &Desk, login: &str) -> Made {
    let new = NewAccount {
        login,
        name: "程样清",
        demo: false,
    };
    account::make(&desk.operator(TODAY), new).unwrap()
}

fn granted(desk: &Desk, login: &str, role: &str, department: Option<&str>) {
    account::grant(&desk.operator(TODAY), grant(login, role, department)).unwrap();
}

fn grant<'a>(login: &'a str, role: &'a str, department: Option<&'a str>) -> Grant<'a> {
    Grant {
        login,
        role,
        department,
        from: None,
        until: None,
    }
}

/// The visitor so many seconds after noon.
fn at(desk: &Desk, seconds: i64) -> Ctx<'_> {
    let now = noon(TODAY).unwrap() + SignedDuration::from_secs(seconds);
    desk.office.ctx(Actor::Public, now)
}

fn typed<'a>(login: &'a str, password: &'a str) -> SignIn<'a> {
    SignIn {
        login,
        password,
        code: "",
        address: "10.0.0.7",
        door: Door::Office,
        known: None,
    }
}

fn refused<T: std::fmt::Debug>(answer: AppResult<T>, code: RefusalCode) {
    match answer {
        Err(AppError::Refused(refusal)) => assert_eq!(refusal.code, code, "{refusal}"),
        other => panic!("{code:?}: {other:?}"),
    }
}

/// Somebody who has signed in.
fn actor(desk: &Desk, begun: &Begun, seconds: i64) -> Actor {
    let signed = account::resume(&at(desk, seconds), Door::Office, &begun.token).unwrap();
    signed.expect("a session").actor()
}

fn by(desk: &Desk, actor: Actor) -> Ctx<'_> {
    desk.ctx(actor, TODAY)
}

#[test]
fn a_clerk_signs_in_and_hands_in_for_the_own_department_alone() {
    let desk = Desk::new();
    let Made { password, id } = made(&desk, "cheng");
    granted(&desk, "cheng", "clerk", Some(D1));
    let begun = account::sign_in(&at(&desk, 0), typed(" Cheng ", &password)).unwrap();
    let signed = account::resume(&at(&desk, 1), Door::Office, &begun.token)
        .unwrap()
        .unwrap();
    assert_eq!(signed.department.as_deref(), Some(D1));
    assert_eq!(
        signed.roles,
        [("clerk".to_owned(), "信息报送员".to_owned())]
    );
    assert!(signed.password_given && signed.may(Act::BatchStage) && !signed.may(Act::RecordEnd));
    let rows = csv(&[penalty(1, 1)]);
    desk.hand_in(signed.actor(), D1, &rows, TODAY, false)
        .unwrap();
    forbidden(desk.hand_in(signed.actor(), D2, &rows, TODAY, false));
    forbidden(
        by(&desk, signed.actor()).look(Act::RecordHeld, "核查", |_| -> AppResult<_> {
            panic!("it was run")
        }) as AppResult<()>,
    );
    let entries = desk.audit();
    assert!(
        entries
            .iter()
            .any(|e| e.entry.actor == format!("account:{id}") && e.entry.action == "batch.seal")
    );
    let text = format!("{entries:?}");
    assert!(!text.contains("程样清") && !text.contains(&begun.token) && !text.contains(&password));
}

#[test]
fn the_answer_tells_nobody_whether_there_is_such_an_account() {
    let desk = Desk::new();
    let Made { password, .. } = made(&desk, "cheng");
    made(&desk, "gone");
    account::lock(&desk.operator(TODAY), "gone", true).unwrap();
    let wrong = |login, password| {
        let answer = account::sign_in(&at(&desk, 0), typed(login, password));
        match answer {
            Err(AppError::Refused(refusal)) => refusal.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let said = wrong("cheng", "not it");
    assert_eq!(said, wrong("nobody", "not it"));
    assert_eq!(said, wrong("gone", &password));
    assert_eq!(said, wrong("", ""));
}

#[test]
fn five_failures_lock_a_name_at_an_address_and_nobody_else() {
    let desk = Desk::new();
    let Made { password, .. } = made(&desk, "cheng");
    for second in 0..5 {
        let answer = account::sign_in(&at(&desk, second), typed("cheng", "wrong"));
        refused(answer, RefusalCode::SignInWrong);
    }
    let right = typed("cheng", &password);
    refused(
        account::sign_in(&at(&desk, 6), right),
        RefusalCode::SignInLocked,
    );
    // From another address, and after ten minutes, it goes.
    let elsewhere = SignIn {
        address: "10.0.0.8",
        ..right
    };
    account::sign_in(&at(&desk, 7), elsewhere).unwrap();
    account::sign_in(&at(&desk, 605), right).unwrap();
    // A success forgets them.
    for second in 700..704 {
        let answer = account::sign_in(&at(&desk, second), typed("cheng", "wrong"));
        refused(answer, RefusalCode::SignInWrong);
    }
    account::sign_in(&at(&desk, 705), right).unwrap();
    refused(
        account::sign_in(&at(&desk, 706), typed("cheng", "wrong")),
        RefusalCode::SignInWrong,
    );
    let failed = desk.audit();
    let failed = failed
        .iter()
        .filter(|e| e.entry.detail["outcome"] == "wrong");
    assert_eq!(failed.count(), 10, "each failure has its entry");
}

#[test]
fn tried_from_many_addresses_a_name_slows_down_but_not_for_a_browser_that_is_known() {
    let desk = Desk::new();
    let Made { password, .. } = made(&desk, "cheng");
    let begun = account::sign_in(&at(&desk, 0), typed("cheng", &password)).unwrap();
    for n in 0..10 {
        let address = format!("10.1.0.{n}");
        let one = SignIn {
            address: &address,
            ..typed("cheng", "wrong")
        };
        refused(
            account::sign_in(&at(&desk, 1), one),
            RefusalCode::SignInWrong,
        );
    }
    let fresh = SignIn {
        address: "10.2.0.1",
        ..typed("cheng", &password)
    };
    let busy = account::sign_in(&at(&desk, 1), fresh);
    assert!(
        matches!(busy, Err(AppError::Busy { retry_after: 1 })),
        "{busy:?}"
    );
    let known = SignIn {
        known: Some(&begun.known),
        ..fresh
    };
    account::sign_in(&at(&desk, 1), known).unwrap();
    // A second later the next one may try, and the right password gets in.
    account::sign_in(&at(&desk, 2), fresh).unwrap();
}

/// Behind one address, as in a network with one way out, one who fails keeps nobody else out.
#[test]
fn a_known_browser_is_not_locked_by_others_at_its_address() {
    let desk = Desk::new();
    let Made { password, .. } = made(&desk, "cheng");
    let begun = account::sign_in(&at(&desk, 0), typed("cheng", &password)).unwrap();
    for second in 1..6 {
        refused(
            account::sign_in(&at(&desk, second), typed("cheng", "wrong")),
            RefusalCode::SignInWrong,
        );
    }
    let right = typed("cheng", &password);
    refused(
        account::sign_in(&at(&desk, 6), right),
        RefusalCode::SignInLocked,
    );
    let known = SignIn {
        known: Some(&begun.known),
        ..right
    };
    account::sign_in(&at(&desk, 6), known).unwrap();
}

#[test]
fn a_second_factor_is_asked_for_and_each_code_counts_once() {
    let desk = Desk::new();
    let Made { password, .. } = made(&desk, "cheng");
    let begun = account::sign_in(&at(&desk, 0), typed("cheng", &password)).unwrap();
    let me = actor(&desk, &begun, 1);
    let factor = account::new_factor("cheng", "信衡区").unwrap();
    assert!(factor.address.starts_with("otpauth://totp/%E4%BF%A1"));
    let code = |seconds: i64| code_at(&factor.secret, noon(TODAY).unwrap().as_second() + seconds);
    refused(
        account::set_factor(&by(&desk, me.clone()), &factor.secret, "000000"),
        RefusalCode::FactorWrong,
    );
    let recovery = account::set_factor(&by(&desk, me.clone()), &factor.secret, &code(0)).unwrap();
    assert_eq!(recovery.len(), 8);
    let with = |code: &str, seconds| {
        let one = SignIn {
            code,
            ..typed("cheng", &password)
        };
        account::sign_in(&at(&desk, seconds), one)
    };
    refused(with("", 10), RefusalCode::FactorMissing);
    refused(with(&code(0), 10), RefusalCode::SignInWrong);
    with(&code(60), 60).unwrap();
    refused(with(&code(60), 61), RefusalCode::SignInWrong);
    with(&recovery[3], 62).unwrap();
    refused(with(&recovery[3], 63), RefusalCode::SignInWrong);
    // A lost factor: the administrator resets.
    let reset = account::reset(&desk.operator(TODAY), "cheng").unwrap();
    account::sign_in(&at(&desk, 100), typed("cheng", &reset.password)).unwrap();
}

fn code_at(secret: &str, seconds: i64) -> String {
    let bytes = xinheng_domain::hex::unhex(secret).unwrap();
    let totp = totp_rs::Builder::new()
        .with_secret(totp_rs::Secret::from(bytes))
        .build()
        .unwrap();
    totp.generate(seconds.unsigned_abs()).to_string()
}

#[test]
fn a_session_ends_by_rest_by_its_length_by_the_person_and_by_the_administrator() {
    let desk = Desk::new();
    let Made { password, .. } = made(&desk, "cheng");
    let begin = |seconds| account::sign_in(&at(&desk, seconds), typed("cheng", &password)).unwrap();
    let lives = |begun: &Begun, seconds| {
        let found = account::resume(&at(&desk, seconds), Door::Office, &begun.token).unwrap();
        found.is_some()
    };
    let first = begin(0);
    assert!(
        lives(&first, 1700) && lives(&first, 3400),
        "each request counts"
    );
    assert!(!lives(&first, 3400 + 1801));
    let second = begin(0);
    for minute in (0..600).step_by(20) {
        assert!(lives(&second, minute * 60), "{minute}");
    }
    assert!(!lives(&second, 600 * 60));
    let third = begin(0);
    let me = actor(&desk, &third, 1);
    account::end(&by(&desk, me), &third.token).unwrap();
    assert!(!lives(&third, 2));
    let fourth = begin(0);
    account::lock(&desk.operator(TODAY), "cheng", true).unwrap();
    assert!(!lives(&fourth, 1));
    assert!(
        account::resume(&at(&desk, 1), Door::Office, "made up")
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_role_that_is_taken_away_counts_at_once_in_the_middle_of_the_work() {
    let desk = Desk::new();
    let Made { password, .. } = made(&desk, "cheng");
    granted(&desk, "cheng", "clerk", Some(D1));
    let begun = account::sign_in(&at(&desk, 0), typed("cheng", &password)).unwrap();
    let me = actor(&desk, &begun, 1);
    let ctx = by(&desk, me);
    let permit = || {
        ctx.rehearse(Act::BatchAbandon, |load| {
            Ok(load.permit(Scope::Department(D1))?.nothing(()))
        })
    };
    permit().unwrap();
    account::revoke(&desk.operator(TODAY), "cheng", "clerk", Some(D1)).unwrap();
    forbidden(permit());
    // Roles have days: granted again from tomorrow on.
    let tomorrow = TODAY.tomorrow().unwrap();
    let later = Grant {
        from: Some(tomorrow),
        ..grant("cheng", "clerk", Some(D1))
    };
    account::grant(&desk.operator(TODAY), later).unwrap();
    forbidden(permit());
}

#[test]
fn one_person_in_several_departments_chooses_for_whom_they_act() {
    let desk = Desk::new();
    let Made { password, .. } = made(&desk, "cheng");
    granted(&desk, "cheng", "clerk", Some(D1));
    granted(&desk, "cheng", "clerk", Some(D2));
    let begun = account::sign_in(&at(&desk, 0), typed("cheng", &password)).unwrap();
    let signed = account::resume(&at(&desk, 1), Door::Office, &begun.token)
        .unwrap()
        .unwrap();
    let desk_of = |code: &str, name: &str| (Some(code.to_owned()), name.to_owned());
    assert_eq!(signed.desks, [desk_of(D1, D1_NAME), desk_of(D2, D2_NAME)]);
    forbidden(desk.hand_in(signed.actor(), D2, &csv(&[penalty(1, 1)]), TODAY, false));
    let me = by(&desk, signed.actor());
    account::switch(&me, &begun.token, Some(D2)).unwrap();
    // Nobody switches for another, and not to where they have no role.
    let zhang = Actor::Account {
        id: made(&desk, "zhao").id,
        department: None,
    };
    forbidden(account::switch(&by(&desk, zhang), &begun.token, Some(D1)));
    forbidden(account::switch(&at(&desk, 2), &begun.token, Some(D1)));
    let other = actor(&desk, &begun, 3);
    desk.hand_in(other.clone(), D2, &csv(&[penalty(1, 2)]), TODAY, false)
        .unwrap();
    forbidden(desk.hand_in(other, D1, &csv(&[penalty(1, 3)]), TODAY, false));
    forbidden(account::switch(&me, &begun.token, None));
    let switched = desk.audited("desk.switch");
    assert_eq!(switched.len(), 1, "what is refused leaves no entry");
    assert_eq!(switched[0].detail["acts_for"], D1, "done there");
    assert_eq!(switched[0].detail["to"], D2);
    let sealed = desk.audited("batch.seal");
    assert_eq!(sealed.last().unwrap().detail["acts_for"], D2);
}

#[test]
fn administrators_keep_to_their_own_and_not_to_themselves() {
    let desk = Desk::new();
    let session = |login: &str, role: &str| {
        let Made { password, .. } = made(&desk, login);
        granted(&desk, login, role, None);
        let begun = account::sign_in(&at(&desk, 0), typed(login, &password)).unwrap();
        actor(&desk, &begun, 1)
    };
    let system = session("system", "system-admin");
    let security = session("security", "security-admin");
    let audit = session("audit", "audit-admin");
    let new = NewAccount {
        login: "new",
        name: "新人",
        demo: false,
    };
    forbidden(account::make(&by(&desk, security.clone()), new));
    forbidden(account::make(&by(&desk, audit.clone()), new));
    account::make(&by(&desk, system.clone()), new).unwrap();
    forbidden(account::grant(
        &by(&desk, system.clone()),
        grant("new", "clerk", Some(D1)),
    ));
    account::grant(
        &by(&desk, security.clone()),
        grant("new", "responsible", Some(D1)),
    )
    .unwrap();
    refused(
        account::grant(
            &by(&desk, security.clone()),
            grant("security", "head", None),
        ),
        RefusalCode::OwnAccount,
    );
    refused(
        account::lock(&by(&desk, system.clone()), "system", true),
        RefusalCode::OwnAccount,
    );
    refused(
        account::reset(&by(&desk, system.clone()), "system"),
        RefusalCode::OwnAccount,
    );
    refused(
        account::revoke(
            &by(&desk, security.clone()),
            "security",
            "security-admin",
            None,
        ),
        RefusalCode::OwnAccount,
    );
    // Nobody becomes another administrator by a new password.
    for other in ["security", "audit"] {
        let taken = account::reset(&by(&desk, system.clone()), other);
        refused(taken, RefusalCode::AdministratorAccount);
        let locked = account::lock(&by(&desk, system.clone()), other, true);
        refused(locked, RefusalCode::AdministratorAccount);
    }
    account::reset(&by(&desk, system.clone()), "new").unwrap();
    account::reset(&desk.operator(TODAY), "security").unwrap();
    refused(
        account::grant(
            &by(&desk, security.clone()),
            grant("system", "audit-admin", None),
        ),
        RefusalCode::RolesExclude,
    );
    // None of them sees what is handed in.
    for actor in [system, security, audit] {
        let seen = by(&desk, actor).look(Act::BatchList, "核查", |_| panic!("it was run"));
        forbidden(seen as AppResult<()>);
    }
}

#[test]
fn what_is_granted_fits_role_department_and_days() {
    let desk = Desk::new();
    made(&desk, "cheng");
    let ctx = desk.operator(TODAY);
    let bad = |grant: Grant<'_>| match account::grant(&ctx, grant) {
        Err(AppError::BadInput(text) | AppError::NotFound(text)) => text,
        other => panic!("{other:?}"),
    };
    insta::assert_snapshot!(
        [
            bad(grant("cheng", "king", None)),
            bad(grant("cheng", "anybody", None)),
            bad(grant("cheng", "clerk", None)),
            bad(grant("cheng", "officer", Some(D1))),
            bad(grant("cheng", "clerk", Some("d9"))),
            bad(grant("nobody", "clerk", Some(D1))),
            bad(Grant {
                until: Some(TODAY.yesterday().unwrap()),
                ..grant("cheng", "clerk", Some(D1))
            }),
        ]
        .join("\n")
    );
    for login in ["", "a", "Cheng Yang", "程样清", &"x".repeat(41)] {
        let new = NewAccount {
            login,
            name: "程样清",
            demo: false,
        };
        assert!(
            matches!(account::make(&ctx, new), Err(AppError::BadInput(_))),
            "{login}"
        );
    }
    let again = NewAccount {
        login: "CHENG",
        name: "程样清",
        demo: false,
    };
    refused(account::make(&ctx, again), RefusalCode::LoginTaken);
}

#[test]
fn a_new_password_is_strong_and_ends_the_other_sessions() {
    let desk = Desk::new();
    let Made { password, .. } = made(&desk, "cheng");
    let begin = || account::sign_in(&at(&desk, 0), typed("cheng", &password)).unwrap();
    let (here, elsewhere) = (begin(), begin());
    let ctx = by(&desk, actor(&desk, &here, 1));
    let set = |old: &str, new: &str| account::set_password(&ctx, &here.token, old, new);
    refused(set("not it", "Correct-horse-7"), RefusalCode::PasswordWrong);
    for weak in ["Short-1", "alllowercaseletters", "My-cheng-Password-1"] {
        refused(set(&password, weak), RefusalCode::PasswordWeak);
    }
    refused(set(&password, &password), RefusalCode::PasswordSame);
    set(&password, "Correct-horse-7").unwrap();
    let lives = |begun: &Begun| account::resume(&at(&desk, 2), Door::Office, &begun.token).unwrap();
    assert!(!lives(&here).expect("this one goes on").password_given);
    assert!(lives(&elsewhere).is_none());
    account::sign_in(&at(&desk, 3), typed("cheng", "Correct-horse-7")).unwrap();
}

#[test]
fn a_password_comes_again_after_others_and_is_changed_in_time() {
    let desk = Desk::new();
    let Made { password, .. } = made(&desk, "cheng");
    let begun = account::sign_in(&at(&desk, 0), typed("cheng", &password)).unwrap();
    let me = actor(&desk, &begun, 1);
    let set = |second: i64, old: &str, new: &str| {
        let now = noon(TODAY).unwrap() + SignedDuration::from_secs(second);
        account::set_password(&desk.office.ctx(me.clone(), now), &begun.token, old, new)
    };
    let nth = |n: i64| format!("Correct-horse-{n}");
    set(1, &password, &nth(1)).unwrap();
    for n in 2..=5 {
        set(n, &nth(n - 1), &nth(n)).unwrap();
    }
    refused(set(6, &nth(5), &nth(1)), RefusalCode::PasswordUsed);
    set(6, &nth(5), &nth(6)).unwrap();
    set(7, &nth(6), &nth(1)).unwrap();
    refused(set(8, &nth(1), &nth(3)), RefusalCode::PasswordUsed);
    let text = format!("{:?}", desk.audited("account.password"));
    assert!(!text.contains("argon2id"), "{text}");

    let signed = |days: i64| {
        let day = TODAY + jiff::Span::new().days(days);
        let ctx = desk.ctx(Actor::Public, day);
        let begun = account::sign_in(&ctx, typed("cheng", &nth(1))).unwrap();
        let later = desk.ctx(Actor::Public, day);
        account::resume(&later, Door::Office, &begun.token)
            .unwrap()
            .unwrap()
    };
    assert!(!signed(89).password_due && signed(90).password_due);
}

/// Every role's acts, for review: who may do what.
#[test]
fn roles_and_acts() {
    let desk = Desk::bare();
    let permissions = desk.office.rulebook().permissions();
    let mut lines = Vec::new();
    for act in Act::ALL {
        let holders = permissions.roles().iter().filter_map(|role| {
            let far = if role.any.contains(act) {
                ""
            } else if role.own_department.contains(act) {
                "（本部门）"
            } else if role.own_subject.contains(act) {
                "（本单位）"
            } else {
                return None;
            };
            Some(format!("{}{far}", role.id))
        });
        let holders: Vec<String> = holders.collect();
        lines.push(
            format!("{:<20} {}", act.id(), holders.join(" "))
                .trim_end()
                .to_owned(),
        );
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_clock_of_a_session_is_that_of_the_request() {
    let desk = Desk::new();
    let Made { password, .. } = made(&desk, "cheng");
    let begun = account::sign_in(&at(&desk, 0), typed("cheng", &password)).unwrap();
    let ends: Timestamp = noon(TODAY).unwrap() + SignedDuration::from_mins(600);
    assert_eq!(begun.ends_at, ends);
}

#[test]
fn without_a_number_in_force_nobody_signs_in_by_another() {
    let desk = Desk::new();
    let password = made(&desk, "zeng").password;
    let early = noon(jiff::civil::date(2019, 11, 30)).unwrap();
    let ctx = desk.office.ctx(Actor::Public, early);
    match account::sign_in(&ctx, typed("zeng", &password)) {
        Err(AppError::Rulebook(told)) => assert!(told.contains("account.lock_after"), "{told}"),
        other => panic!("{other:?}"),
    }
}
