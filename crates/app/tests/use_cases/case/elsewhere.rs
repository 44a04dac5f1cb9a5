//! What follows from a step elsewhere: once, whatever comes in between.

use super::*;
use xinheng_store::testing::doctor;

/// A case of a code, up to where the code centre has it.
fn returned(desk: &Desk, who: &People, old: &str, new: &str) -> String {
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let opened = [
        ("CODE", old),
        ("FAULT", "校验码错误"),
        ("FOUND", "登记簿上的代码有误"),
    ];
    let officer = &who.officer;
    let (id, _) = moved(open(&by(officer), ("code-fault", "open"), D1, &opened));
    let carried = [("CARRIER", "登记簿"), ("CARRIED", "登记簿第3页")];
    let body = [("BODY_NAME", NAMES[0]), ("BODY_NUMBER", "990100000012345")];
    let decided = [
        ("FLAG", "重新赋码"),
        ("PAPER", "衡信市监函〔2026〕7号"),
        ("RIGHT", new),
    ];
    for (name, typed) in [
        ("carried", &carried[..]),
        ("body", &body),
        ("forward", &[("ASSIGNER", D2)]),
        ("decide", &decided),
        ("licence", &[("LICENCE", "已经通知")]),
        ("return", &[("RETURNED", "回传表1")]),
    ] {
        moved(step(&by(officer), &id, name, typed));
    }
    id
}

fn replace(desk: &Desk, who: &People, id: &str, new: &str) -> String {
    let typed = [("RECEIPT", "已接收"), ("RIGHT", new)];
    moved(step(
        &desk.ctx(who.officer.clone(), TODAY),
        id,
        "replaced",
        &typed,
    ))
    .1
}

fn dossier(desk: &Desk, code: &str) -> Option<xinheng_app::view::Dossier> {
    xinheng_app::site::dossier(&desk.public(TODAY), code, None, None).unwrap()
}

#[test]
fn a_code_leads_to_the_one_that_took_its_place_and_nothing_moves() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1)], TODAY);
    let record = desk.number(&penalty(1, 1));
    let (old, new) = (org(1), org(71));
    let id = returned(&desk, &who, &old, &new);
    let state = replace(&desk, &who, &id, &new);
    assert_eq!(state, "代码中心已接收，待登记名录核对");
    for code in [&old, &new] {
        let found = dossier(&desk, code).unwrap();
        assert_eq!(found.subject.code, new);
        assert_eq!(found.subject.other_codes, std::slice::from_ref(&old));
        assert_eq!(found.scope.in_scope, 1);
    }
    // I1: the record stands where it stood.
    assert_eq!(desk.number(&penalty(1, 1)), record);
    let entries = desk.audited("subject.alias");
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].detail["caused_by"]["case"], id.as_str());
    assert_eq!(entries[0].subject_key.as_ref().unwrap().as_str(), old);
    assert!(desk.audited("case.effect")[0].detail["done"] == true);
    let shown = case::show(&desk.ctx(who.officer.clone(), TODAY), &id).unwrap();
    assert!(shown.unfinished.is_empty());
    assert_eq!(case::clocks(&desk.operator(TODAY)).unwrap(), 0);
    assert_eq!(desk.audited("subject.alias").len(), 1);
    // A register that says the same afterwards finds it done.
    let text = format!("代码,名称,曾用代码\n{new},{},{old}\n", NAMES[0]);
    desk.register(&text, TODAY);
    assert_eq!(dossier(&desk, &old).unwrap().scope.in_scope, 1);
    assert!(desk.sound());
}

#[test]
fn a_code_met_in_a_file_leads_to_the_registered_one() {
    let desk = Desk::new();
    let who = people(&desk);
    let met = org(72);
    desk.land(&[penalty(1, 1), other(NAMES[0], &met, 2)], TODAY);
    assert_eq!(dossier(&desk, &met).unwrap().scope.in_scope, 1);
    let id = returned(&desk, &who, &met, &org(1));
    replace(&desk, &who, &id, &org(1));
    for code in [&met, &org(1)] {
        let found = dossier(&desk, code).unwrap();
        assert_eq!((found.subject.code, found.scope.in_scope), (org(1), 2));
    }
    assert!(desk.sound());
}

#[test]
fn what_cannot_be_done_stands_on_the_case_and_in_the_in_box_until_it_can() {
    let desk = Desk::new();
    let who = people(&desk);
    let (old, new) = (org(73), org(74));
    let id = returned(&desk, &who, &old, &new);
    replace(&desk, &who, &id, &new);
    moved(step(
        &desk.ctx(who.officer.clone(), TODAY),
        &id,
        "verified",
        &[("SEEN", "第3期")],
    ));
    let unfinished = || {
        let shown = case::show(&desk.ctx(who.officer.clone(), TODAY), &id).unwrap();
        shown.unfinished
    };
    let told = unfinished();
    assert_eq!(told[0].0, format!("代码{old}改为{new}"));
    assert!(told[0].1.contains("导入登记名录以后自动继续"), "{told:?}");
    assert_eq!(inbox(&desk, &who.officer, TODAY), [id.as_str()]);
    // Tried again it leaves no second entry.
    let entries = desk.audited("case.effect").len();
    assert_eq!(case::clocks(&desk.operator(TODAY)).unwrap(), 0);
    assert_eq!(desk.audited("case.effect").len(), entries);
    desk.register(&format!("代码,名称\n{new},衡川市新禾食品有限公司\n"), TODAY);
    assert_eq!(case::clocks(&desk.operator(TODAY)).unwrap(), 1);
    assert!(unfinished().is_empty());
    assert!(inbox(&desk, &who.officer, TODAY).is_empty());
    assert_eq!(dossier(&desk, &old).unwrap().subject.code, new);
    assert!(desk.sound());
}

#[test]
fn two_registered_organisations_of_different_names_are_not_made_one() {
    let desk = Desk::new();
    let who = people(&desk);
    let id = returned(&desk, &who, &org(1), &org(2));
    replace(&desk, &who, &id, &org(2));
    let shown = case::show(&desk.ctx(who.officer.clone(), TODAY), &id).unwrap();
    let why = &shown.unfinished[0].1;
    assert!(why.contains(NAMES[0]) && why.contains(NAMES[1]), "{why}");
    assert_eq!(dossier(&desk, &org(1)).unwrap().subject.code, org(1));
    assert!(desk.audited("subject.alias").is_empty());
}

/// The program is stopped before the effect, or between it and what the case is told: the job takes it
/// up, and it is done once.
#[test]
fn a_kill_between_a_step_and_its_effect_loses_nothing_and_does_nothing_twice() {
    for (table, before) in [("effect_done", "INSERT"), ("case_effect", "UPDATE")] {
        let desk = Desk::new();
        let who = people(&desk);
        let (old, new) = (org(1), org(75));
        let id = returned(&desk, &who, &old, &new);
        let place = xinheng_app::testing::db(&desk.office).location();
        let stop = format!(
            "CREATE TRIGGER stopped BEFORE {before} ON {table} \
             BEGIN SELECT RAISE(ABORT, 'stopped'); END"
        );
        doctor(place, &stop).unwrap();
        let state = replace(&desk, &who, &id, &new);
        assert_eq!(state, "代码中心已接收，待登记名录核对", "{table}");
        assert!(case::clocks(&desk.operator(TODAY)).is_err(), "{table}");
        let done = usize::from(table == "case_effect");
        assert_eq!(desk.audited("subject.alias").len(), done);
        let shown = case::show(&desk.ctx(who.officer.clone(), TODAY), &id).unwrap();
        assert_eq!(shown.unfinished.len(), 1, "{table}");
        doctor(place, "DROP TRIGGER stopped").unwrap();
        for more in [1, 0] {
            assert_eq!(case::clocks(&desk.operator(TODAY)).unwrap(), more);
        }
        assert_eq!(desk.audited("subject.alias").len(), 1, "{table}");
        let shown = case::show(&desk.ctx(who.officer.clone(), TODAY), &id).unwrap();
        assert!(shown.unfinished.is_empty(), "{table}");
        assert_eq!(dossier(&desk, &old).unwrap().subject.code, new);
        assert!(desk.sound());
    }
}
