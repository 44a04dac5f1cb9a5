//! Auditors: what a letter opens, for how long, and samples that anybody can draw again.

use crate::{merge::listed, roster::person, support::*};
use calamine::Reader as _;
use jiff::{ToSpan as _, civil::Date};
use std::io::Cursor;
use xinheng_app::{
    Act, Actor, Scope,
    account::{self, NewAccount},
    auditor::{self, Draw, NewLetter, Sampled},
    record,
};

fn letter<'a>(login: &'a str, departments: &'a [&'a str]) -> NewLetter<'a> {
    NewLetter {
        login,
        issuer: "衡川市审计局",
        number: "衡审函〔2026〕7号",
        dated: TODAY,
        departments,
        from: None,
        until: TODAY + 9.days(),
    }
}

/// An auditor with a letter for these departments; the letter's id.
fn auditor_of(desk: &Desk, login: &str, departments: &[&str]) -> (Actor, String) {
    let new = NewAccount {
        login,
        name: "沈样宁",
        demo: true,
    };
    let made = account::make(&desk.operator(TODAY), new).unwrap();
    let id = auditor::enter(&desk.operator(TODAY), &letter(login, departments)).unwrap();
    let actor = Actor::Account {
        id: made.id,
        department: None,
    };
    (actor, id)
}

/// Two departments with records.
fn furnished() -> (Desk, Row, Row) {
    let desk = Desk::new();
    let (one, two) = (penalty(1, 1), penalty(2, 2));
    desk.land(&[one.clone(), penalty(1, 3), penalty(2, 4)], TODAY);
    desk.hand_in(clerk(D2), D2, &csv(&[two.clone().second()]), TODAY, false)
        .unwrap();
    (desk, one, two)
}

fn draw<'a>(seed: &'a str, size: usize) -> Draw<'a> {
    Draw {
        item: "penalty",
        department: None,
        from: None,
        until: None,
        size,
        seed,
        purpose: "抽查准确性",
    }
}

fn numbers(of: &Sampled) -> Vec<&str> {
    of.rows.iter().map(|row| row.record.as_str()).collect()
}

#[test]
fn an_auditor_sees_what_the_letter_names_and_every_look_names_the_letter() {
    let (desk, one, two) = furnished();
    let (shen, _) = auditor_of(&desk, "shen", &[D1]);
    let ctx = desk.ctx(shen.clone(), TODAY);
    let id = desk.number(&one);
    record::show(&ctx, id.as_str(), "抽查").unwrap();
    let entry = desk.audited("record.look").pop().unwrap();
    assert_eq!(
        entry.purpose.as_deref(),
        Some("凭衡川市审计局衡审函〔2026〕7号：抽查")
    );
    let elsewhere = desk.number(&two);
    forbidden(record::show(&ctx, elsewhere.as_str(), "抽查"));
    // Lists are cut, not refused.
    let all = listed(&ctx, None).unwrap();
    assert!(!all.is_empty() && all.iter().all(|b| b.department == D1));
    forbidden(listed(&ctx, Some(D2)));
    let of = |code: &str| record::of_subject(&ctx, code, "抽查").unwrap().len();
    assert_eq!((of(&org(1)), of(&org(2))), (2, 1));
    assert!(record::held(&ctx).is_ok() && record::withheld(&ctx).is_ok());
    // Whoever sees the whole district sees both.
    let (whole, _) = auditor_of(&desk, "zhou", &[]);
    let ctx = desk.ctx(whole, TODAY);
    record::show(&ctx, elsewhere.as_str(), "抽查").unwrap();
    // Nothing is changed by a letter.
    for act in Act::ALL
        .iter()
        .filter(|act| act.way() == xinheng_app::Way::Change)
    {
        let own = [
            Act::AccountSignIn,
            Act::AccountSignOut,
            Act::AccountPassword,
            Act::AccountFactor,
            Act::DeskSwitch,
            Act::ProofMake,
            Act::CaseAsk,
        ];
        if !own.contains(act) {
            forbidden(ctx.allow_in(*act, Scope::Department(D1)));
        }
    }
}

#[test]
fn nothing_is_seen_before_the_letter_and_after_it() {
    let (desk, one, _) = furnished();
    let new = NewAccount {
        login: "shen",
        name: "沈样宁",
        demo: true,
    };
    let made = account::make(&desk.operator(TODAY), new).unwrap();
    let later = NewLetter {
        from: Some(TODAY + 2.days()),
        ..letter("shen", &[])
    };
    let id = auditor::enter(&desk.operator(TODAY), &later).unwrap();
    let actor = Actor::Account {
        id: made.id,
        department: None,
    };
    let number = desk.number(&one);
    let look = |day: Date| record::show(&desk.ctx(actor.clone(), day), number.as_str(), "抽查");
    let sample = |day: Date| auditor::draw(&desk.ctx(actor.clone(), day), &draw("种子", 1));
    forbidden(look(TODAY + 1.day()));
    look(TODAY + 2.days()).unwrap();
    look(TODAY + 9.days()).unwrap();
    forbidden(look(TODAY + 10.days()));
    forbidden(sample(TODAY + 10.days()));
    sample(TODAY + 9.days()).unwrap();
    // Ended before its time.
    let day = TODAY + 4.days();
    auditor::end(&desk.operator(day), &id).unwrap();
    forbidden(look(day));
    let ended = desk.audited("auditor.end");
    assert_eq!(ended[0].detail["letter"], id.as_str());
    refused(auditor::end(&desk.operator(day), &id), "letter-over");
    not_found(auditor::end(&desk.operator(day), "x"));
}

#[test]
fn of_two_letters_each_opens_its_own_and_one_that_ends_leaves_the_other() {
    let (desk, one, two) = furnished();
    let (shen, first) = auditor_of(&desk, "shen", &[D1]);
    let second = NewLetter {
        number: "衡审函〔2026〕8号",
        until: TODAY + 3.days(),
        ..letter("shen", &[D2])
    };
    auditor::enter(&desk.operator(TODAY), &second).unwrap();
    let look = |row: &Row, day: Date| {
        let id = desk.number(row);
        record::show(&desk.ctx(shen.clone(), day), id.as_str(), "抽查")
    };
    look(&one, TODAY).unwrap();
    look(&two, TODAY).unwrap();
    forbidden(look(&two, TODAY + 4.days()));
    look(&one, TODAY + 4.days()).unwrap();
    auditor::end(&desk.operator(TODAY), &first).unwrap();
    forbidden(look(&one, TODAY));
    look(&two, TODAY).unwrap();
}

#[test]
fn a_letter_has_issuer_number_days_and_an_auditor_who_is_nothing_else() {
    let desk = Desk::new();
    let security = person(&desk, "gu", Some(("security-admin", None)));
    person(&desk, "shen", None);
    person(&desk, "huang", Some(("officer", None)));
    let ctx = desk.ctx(security.clone(), TODAY);
    let enter = |letter: &NewLetter<'_>| auditor::enter(&ctx, letter);
    let good = letter("shen", &[]);
    bad_input(enter(&NewLetter {
        issuer: " ",
        ..good
    }));
    bad_input(enter(&NewLetter { number: "", ..good }));
    bad_input(enter(&NewLetter {
        dated: TODAY + 1.day(),
        ..good
    }));
    bad_input(enter(&NewLetter {
        from: Some(TODAY - 1.day()),
        ..good
    }));
    bad_input(enter(&NewLetter {
        until: TODAY - 1.day(),
        ..good
    }));
    not_found(enter(&NewLetter {
        login: "nobody",
        ..good
    }));
    not_found(enter(&letter("shen", &["d9"])));
    refused(enter(&letter("huang", &[])), "roles-exclude");
    refused(enter(&letter("gu", &[])), "own-account");
    enter(&good).unwrap();
    let entered = desk.audited("auditor.enter");
    assert_eq!(entered.len(), 1);
    assert_eq!(entered[0].detail["number"], "衡审函〔2026〕7号");
    let lines = auditor::letters(&ctx).unwrap();
    assert_eq!((lines.len(), lines[0].over), (1, false));
    let others = [
        person(&desk, "lu", Some(("system-admin", None))),
        person(&desk, "ji", Some(("audit-admin", None))),
        person(&desk, "zhao", Some(("head", None))),
        person(&desk, "lin", Some(("clerk", Some(D1)))),
        Actor::Public,
    ];
    for other in others {
        let ctx = desk.ctx(other, TODAY);
        forbidden(auditor::enter(&ctx, &good));
        forbidden(auditor::end(&ctx, &lines[0].id));
        forbidden(auditor::letters(&ctx));
        forbidden(auditor::draw(&ctx, &draw("种子", 1)));
    }
}

#[test]
fn the_same_seed_and_population_give_the_same_rows() {
    let (desk, ..) = furnished();
    let (whole, _) = auditor_of(&desk, "zhou", &[]);
    let ctx = desk.ctx(whole, TODAY);
    let all = auditor::draw(&ctx, &draw("彩票 2026134", 9)).unwrap();
    assert_eq!((all.population, all.rows.len()), (4, 4));
    let two = auditor::draw(&ctx, &draw("彩票 2026134", 2)).unwrap();
    assert_eq!(numbers(&two), numbers(&all)[..2]);
    assert_eq!(two.digest, all.digest);
    let other = auditor::draw(&ctx, &draw("彩票 2026135", 9)).unwrap();
    assert_ne!(numbers(&other), numbers(&all));
    // Entries of one moment stand in no order.
    let entries = desk.audited("sample.draw").into_iter();
    let mut of_seed = entries.filter(|e| e.detail["seed"] == "彩票 2026134");
    let entry = of_seed.next().unwrap();
    assert_eq!(entry.detail["digest"], all.digest.as_str());
    assert_eq!(entry.detail["population"], 4);
    assert!(entry.purpose.unwrap().starts_with("凭衡川市审计局"));

    // Within the letter alone, and of the days that were asked for.
    let (narrow, _) = auditor_of(&desk, "shen", &[D2]);
    let ctx = desk.ctx(narrow, TODAY);
    let own = auditor::draw(&ctx, &draw("彩票 2026134", 9)).unwrap();
    assert_eq!(
        (own.population, own.rows[0].department.as_str()),
        (1, D2_NAME)
    );
    let of = |department, from: Option<Date>| {
        let ask = Draw {
            department,
            from,
            ..draw("彩票 2026134", 9)
        };
        auditor::draw(&ctx, &ask)
    };
    forbidden(of(Some(D1), None));
    assert_eq!(of(Some(D2), None).unwrap().population, 1);
    assert_eq!(of(None, Some(TODAY)).unwrap().population, 0);
    bad_input(auditor::draw(&ctx, &draw(" ", 9)));
    bad_input(auditor::draw(&ctx, &draw("种子", 0)));
    bad_input(auditor::draw(&ctx, &draw("种子", auditor::MOST + 1)));
    bad_input(auditor::draw(
        &ctx,
        &Draw {
            purpose: "",
            ..draw("种子", 1)
        },
    ));
    not_found(auditor::draw(
        &ctx,
        &Draw {
            item: "king",
            ..draw("种子", 1)
        },
    ));

    let mut bytes = Cursor::new(Vec::new());
    auditor::table(&all, &mut bytes).unwrap();
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(bytes.into_inner())).unwrap();
    let sheet = book.worksheet_range("样本").unwrap();
    let cell = |row, column| {
        sheet
            .get((row, column))
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    assert_eq!(sheet.height(), 5);
    assert_eq!(
        (cell(0, 2), cell(1, 2)),
        ("记录编号".to_owned(), all.rows[0].record.clone())
    );
    assert!((4..40).any(|column| cell(0, column) == "处罚决定日期"));
}
