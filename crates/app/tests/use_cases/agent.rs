//! Agents of organisations: bound by a document that was seen, ended, and stopped with the
//! organisation.

use crate::{case::person, support::*};
use jiff::{ToSpan as _, civil::Date};
use xinheng_app::{
    Act, Actor, AppError, Ctx,
    account::{self, Begun, Door, SignIn},
    agent::{self, NewAgent},
    space,
};

pub(crate) const UNTIL: Date = jiff::civil::date(2027, 6, 30);

pub(crate) fn new<'a>(login: &'a str, code: &'a str) -> NewAgent<'a> {
    NewAgent {
        login,
        name: "贺样川",
        code,
        document: "授权委托书",
        number: "2026年第3号",
        until: Some(UNTIL),
        demo: true,
    }
}

pub(crate) fn sign_in(
    ctx: &Ctx<'_>,
    door: Door,
    login: &str,
    password: &str,
) -> xinheng_app::AppResult<Begun> {
    account::sign_in(
        ctx,
        SignIn {
            login,
            password,
            code: "",
            address: "10.0.0.7",
            door,
            known: None,
        },
    )
}

/// An agent of an organisation, signed in.
pub(crate) fn agent_of(desk: &Desk, login: &str, code: &str) -> Actor {
    let first = agent::bind(&desk.operator(TODAY), &new(login, code)).unwrap();
    let public = desk.public(TODAY);
    let begun = sign_in(&public, Door::Space, login, &first).unwrap();
    let signed = account::resume(&public, Door::Space, &begun.token).unwrap();
    signed.expect("a session").actor()
}

/// The register again, with the first organisation in another state.
pub(crate) fn register_as(desk: &Desk, status: &str) {
    let text = register_file().replacen("存续", status, 1);
    desk.register(&text, TODAY + 1.day());
}

#[test]
fn an_agent_is_bound_by_a_document_and_the_entry_tells_who_saw_it() {
    let desk = Desk::new();
    let counter = person(&desk, "counter", "counter", None);
    let ctx = desk.ctx(counter.clone(), TODAY);
    assert!(
        agent::documents(&ctx)
            .unwrap()
            .contains(&"授权委托书".to_owned())
    );
    let first = agent::bind(&ctx, &new("he", &org(1))).unwrap();
    let [line] = &agent::list(&ctx).unwrap()[..] else {
        panic!("one");
    };
    assert_eq!(line.subject, (NAMES[0].to_owned(), org(1)));
    assert_eq!(line.document, "授权委托书 2026年第3号");
    assert_eq!(
        (line.checked_by.as_str(), line.checked_on),
        ("counter", TODAY)
    );
    assert_eq!((line.until, line.over), (UNTIL, false));
    let [entry] = &desk.audited("agent.bind")[..] else {
        panic!("one entry");
    };
    assert_eq!(entry.actor, counter.audit_name());
    assert_eq!(entry.detail["document"], "授权委托书");
    assert_eq!(
        entry.subject_key.as_ref().map(|k| k.as_str()),
        Some(&*org(1))
    );
    let public = desk.public(TODAY);
    let begun = sign_in(&public, Door::Space, "he", &first).unwrap();
    let signed = account::resume(&public, Door::Space, &begun.token).unwrap();
    assert!(signed.unwrap().may(Act::SpaceOpen));
    assert!(desk.sound());
}

#[test]
fn what_is_no_organisation_of_the_register_gets_no_agent() {
    let desk = Desk::new();
    desk.land(&[other("没有登记的公司", &org(9), 5)], TODAY);
    let ctx = desk.operator(TODAY);
    let bind = |change: &dyn Fn(NewAgent<'static>) -> NewAgent<'static>| {
        let code: &'static str = Box::leak(org(1).into_boxed_str());
        agent::bind(&ctx, &change(new("he", code)))
    };
    let other_code = |code: String| -> &'static str { Box::leak(code.into_boxed_str()) };
    // Met in a file, and never heard of.
    for n in [9, 8] {
        let code = other_code(org(n));
        refused(bind(&|a| NewAgent { code, ..a }), "subject-not-known");
    }
    // A wrong check character, a person's number, an unlinked key.
    let wrong = other_code(org(1).replace(&org(1)[17..], "*"));
    for code in [wrong, "110101900307001", "11010119900307001X", "x:00ff", ""] {
        let said = bind(&|a| NewAgent { code, ..a });
        let Err(AppError::BadInput(text)) = said else {
            panic!("{code}: {said:?}");
        };
        assert!(!text.contains("19900307"), "{text}");
    }
    let person = bind(&|a| NewAgent {
        code: "11010119900307001X",
        ..a
    });
    assert!(format!("{person:?}").contains("个人"), "{person:?}");
    // No identity number anywhere, in whatever digits.
    for number in ["110101199003070011", "一一〇一〇一一九九〇〇三〇七〇〇一一"] {
        bad_input(bind(&|a| NewAgent { number, ..a }));
    }
    bad_input(bind(&|a| NewAgent {
        document: "口头说明",
        ..a
    }));
    bad_input(bind(&|a| NewAgent { until: None, ..a }));
    bad_input(bind(&|a| NewAgent {
        until: Some(TODAY - 1.day()),
        ..a
    }));
    bad_input(bind(&|a| NewAgent { login: "贺", ..a }));
    register_as(&desk, "注销");
    refused(bind(&|a| a), "subject-over");
    let second = other_code(org(2));
    bind(&|a| NewAgent { code: second, ..a }).unwrap();
    refused(bind(&|a| NewAgent { code: second, ..a }), "login-taken");
    assert_eq!(desk.audited("agent.bind").len(), 1);
}

#[test]
fn only_whoever_sees_documents_binds_and_ends() {
    let desk = Desk::new();
    let one = agent_of(&desk, "he", &org(1));
    let id = agent::list(&desk.operator(TODAY)).unwrap()[0].id.clone();
    let mut others = outsiders().to_vec();
    others.push(one);
    for (login, role, department) in [
        ("cheng", "responsible", Some(D1)),
        ("auditing", "audit-admin", None),
        ("security", "security-admin", None),
        ("system", "system-admin", None),
    ] {
        others.push(person(&desk, login, role, department));
    }
    for actor in others {
        let ctx = desk.ctx(actor, TODAY);
        forbidden(agent::list(&ctx));
        forbidden(agent::bind(&ctx, &new("hu", &org(2))));
        forbidden(agent::end(&ctx, &id, "已经离职"));
    }
    // The head ends, and binds nobody; no administrator grants it by hand.
    let head = desk.ctx(person(&desk, "head", "head", None), TODAY);
    forbidden(agent::bind(&head, &new("hu", &org(2))));
    let grant = account::Grant {
        login: "security",
        role: "agent",
        department: None,
        from: None,
        until: None,
    };
    refused(
        account::grant(&desk.operator(TODAY), grant),
        "document-grants",
    );
    agent::end(&head, &id, "已经离职").unwrap();
}

#[test]
fn an_ended_agent_is_told_so_and_sees_nothing() {
    let desk = Desk::new();
    let one = agent_of(&desk, "he", &org(1));
    let ctx = desk.operator(TODAY);
    let id = agent::list(&ctx).unwrap()[0].id.clone();
    bad_input(agent::end(&ctx, &id, " "));
    not_found(agent::end(&ctx, "x", "已经离职"));
    agent::end(&ctx, &id, "已经离职").unwrap();
    refused(agent::end(&ctx, &id, "已经离职"), "agent-over");
    refused(space::home(&desk.ctx(one, TODAY)), "agent-over");
    let line = agent::list(&ctx).unwrap().remove(0);
    assert!(line.over);
    assert_eq!(line.why.as_deref(), Some("已经离职"));
    assert_eq!(desk.audited("agent.end").len(), 1);
    // Another one's last day.
    let two = agent_of(&desk, "hu", &org(2));
    space::home(&desk.ctx(two.clone(), UNTIL)).unwrap();
    refused(space::home(&desk.ctx(two, UNTIL + 1.day())), "agent-over");
}

#[test]
fn with_the_organisation_ends_its_agent() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let one = agent_of(&desk, "he", &org(1));
    let day = TODAY + 1.day();
    register_as(&desk, "吊销");
    space::home(&desk.ctx(one.clone(), day)).unwrap();
    register_as(&desk, "注销");
    let ctx = desk.ctx(one, day);
    let said = space::home(&ctx);
    assert!(format!("{said:?}").contains("清算组"), "{said:?}");
    refused(said, "subject-over");
    refused(space::looks(&ctx), "subject-over");
    let id = desk.number(&penalty(1, 1));
    refused(space::record(&ctx, id.as_str()), "subject-over");
    // What is of the account goes on: they can leave.
    account::end_all(&ctx).unwrap();
}

#[test]
fn nobody_comes_in_at_the_others_door() {
    let desk = Desk::new();
    let first = agent::bind(&desk.operator(TODAY), &new("he", &org(1))).unwrap();
    let house = account::NewAccount {
        login: "huang",
        name: "黄设舟",
        demo: true,
    };
    let made = account::make(&desk.operator(TODAY), house).unwrap();
    account::grant(
        &desk.operator(TODAY),
        account::Grant {
            login: "huang",
            role: "officer",
            department: None,
            from: None,
            until: None,
        },
    )
    .unwrap();
    let public = desk.public(TODAY);
    let told = |answer: xinheng_app::AppResult<Begun>| answer.unwrap_err().to_string();
    let nobody = told(sign_in(&public, Door::Space, "nobody", "x"));
    for (door, login, password) in [
        (Door::Office, "he", &first),
        (Door::Space, "huang", &made.password),
    ] {
        // As an account that is not there.
        assert_eq!(told(sign_in(&public, door, login, password)), nobody);
    }
    let agent = sign_in(&public, Door::Space, "he", &first).unwrap();
    let officer = sign_in(&public, Door::Office, "huang", &made.password).unwrap();
    let resumed = |door, begun: &Begun| account::resume(&public, door, &begun.token).unwrap();
    assert!(resumed(Door::Office, &agent).is_none());
    assert!(resumed(Door::Space, &officer).is_none());
    assert!(resumed(Door::Space, &agent).is_some());
}
