//! The register: the code alone decides who is who.

use crate::support::*;
use jiff::civil::date;
use xinheng_app::{register, site};

const HEAD: &str = "代码,名称,名称启用日期,曾用名,曾用代码,法定代表人\n";

#[test]
fn organisations_are_entered_once() {
    let desk = Desk::bare();
    let first = desk.register(&register_file(), TODAY);
    assert_eq!((first.applied.new, first.unchanged), (6, 0));
    assert!(first.refused.is_empty() && !first.refused_file);
    let again = desk.register(&register_file(), date(2026, 11, 9));
    assert_eq!((again.applied.new, again.applied.updated), (0, 0));
    assert_eq!(again.unchanged, 6);
    assert_eq!(desk.audited("register.import").len(), 2);
    assert_eq!(desk.audited("register.apply")[0].actor, "operator:甲");
}

#[test]
fn rows_with_faults_stay_out() {
    let desk = Desk::bare();
    let text = format!(
        "代码,名称\n{},甲行商贸有限公司\n91990100MA0Y00019X,乙行商贸有限公司\n{},\n",
        org(1),
        org(2)
    );
    let outcome = desk.register(&text, TODAY);
    assert_eq!(outcome.applied.new, 1);
    assert_eq!(outcome.summary.refused, 2);
    let rows: Vec<u64> = outcome.refused.iter().map(|f| f.row).collect();
    assert_eq!(rows, [2, 3]);
    assert!(!outcome.refused_file);
}

#[test]
fn a_file_without_its_columns_is_refused() {
    let desk = Desk::bare();
    let outcome = desk.register("名称,成立日期\n甲行商贸有限公司,2020-01-01\n", TODAY);
    assert!(outcome.refused_file);
    assert_eq!(outcome.applied.new, 0);
    let found = site::search(&desk.public(TODAY), "甲行", 10).unwrap();
    assert!(found.hits.is_empty());
}

#[test]
fn only_the_office_keeps_the_register() {
    let desk = Desk::bare();
    let path = desk.file("register.csv", &register_file());
    let audit = desk.audit();
    for actor in outsiders() {
        let ctx = desk.ctx(actor, TODAY);
        forbidden(register::import(&ctx, &path, None, &mut |_| {}));
    }
    assert_eq!(desk.audit(), audit);
}

#[test]
fn what_a_file_called_it_is_confirmed_by_the_register() {
    let desk = Desk::new();
    let outcome = desk.land(&[other("衡川市云岫商贸有限公司", &org(20), 1)], TODAY);
    assert_eq!(outcome.counters.provisional_subjects, 1);
    assert!(desk.dossier(&org(20), TODAY).subject.provisional);
    let text = format!("{HEAD}{},衡川市云岫贸易有限公司,,,,\n", org(20));
    let applied = desk.register(&text, date(2026, 11, 3)).applied;
    assert_eq!((applied.new, applied.confirmed), (0, 1));
    let dossier = desk.dossier(&org(20), date(2026, 11, 3));
    assert!(!dossier.subject.provisional);
    assert_eq!(dossier.subject.name, "衡川市云岫贸易有限公司");
    // The name in the file was never the register's.
    assert!(dossier.subject.former_names.is_empty());
    assert_eq!(dossier.scope.shown, 1);
}

#[test]
fn a_rename_keeps_the_former_name() {
    let desk = Desk::new();
    let day = date(2026, 11, 9);
    let text = format!("{HEAD}{},衡川市青禾粮油有限公司,2026-11-05,,,\n", org(1));
    assert_eq!(desk.register(&text, day).applied.updated, 1);
    let subject = desk.dossier(&org(1), day).subject;
    assert_eq!(subject.name, "衡川市青禾粮油有限公司");
    assert_eq!(subject.former_names.len(), 1);
    assert_eq!(subject.former_names[0].name, NAMES[0]);
    assert_eq!(subject.former_names[0].until, Some(date(2026, 11, 4)));
    let found = site::search(&desk.public(day), "青禾食品", 10).unwrap();
    assert_eq!(found.hits.len(), 1);
    assert_eq!(found.hits[0].matched_by, "former_name");
    assert_eq!(found.hits[0].name, "衡川市青禾粮油有限公司");
    // The same word again changes nothing.
    let again = desk.register(&text, date(2026, 11, 10));
    assert_eq!((again.applied.updated, again.unchanged), (0, 1));
}

#[test]
fn a_rename_tells_nothing_of_names_before_it() {
    let desk = Desk::bare();
    let text = format!(
        "{HEAD}{},衡川市青禾食品有限公司,,衡川市青禾副食店,,\n",
        org(1)
    );
    desk.register(&text, TODAY);
    let day = date(2026, 11, 9);
    let text = format!("{HEAD}{},衡川市青禾粮油有限公司,2026-11-05,,,\n", org(1));
    desk.register(&text, day);
    let subject = desk.dossier(&org(1), day).subject;
    let until = |name: &str| {
        let span = subject.former_names.iter().find(|n| n.name == name);
        span.unwrap_or_else(|| panic!("{name}")).until
    };
    assert_eq!(until("衡川市青禾食品有限公司"), Some(date(2026, 11, 4)));
    assert_eq!(until("衡川市青禾副食店"), None, "nobody said when it ended");
}

#[test]
fn back_to_a_former_name() {
    let desk = Desk::new();
    for (day, name) in [(3, "衡川市青禾粮油有限公司"), (4, NAMES[0])] {
        let text = format!("{HEAD}{},{name},,,,\n", org(1));
        desk.register(&text, date(2026, 11, day));
    }
    let subject = desk.dossier(&org(1), date(2026, 11, 4)).subject;
    assert_eq!(subject.name, NAMES[0]);
    let former: Vec<&str> = subject
        .former_names
        .iter()
        .map(|n| n.name.as_str())
        .collect();
    assert_eq!(former, ["衡川市青禾粮油有限公司"]);
}

#[test]
fn an_alias_code_leads_to_the_same_dossier() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let text = format!("{HEAD}{},{},,,{},\n", org(60), NAMES[0], org(1));
    assert_eq!(desk.register(&text, TODAY).applied.updated, 1);
    for code in [org(1), org(60)] {
        let dossier = desk.dossier(&code, TODAY);
        assert_eq!(dossier.subject.code, org(60));
        assert_eq!(dossier.subject.other_codes, [org(1)]);
        assert_eq!(dossier.scope.shown, 1);
    }
    let found = site::search(&desk.public(TODAY), &org(1), 10).unwrap();
    assert_eq!(found.hits[0].matched_by, "alias_code");
    assert_eq!(found.hits[0].code, org(60));
    // A row under either code is the record known already.
    let again = penalty(1, 1).set("CF_XDR_SHXYM", &org(60));
    assert_eq!(desk.number(&again), desk.number(&penalty(1, 1)));
    let outcome = desk.land(&[again], date(2026, 11, 3));
    assert_eq!(outcome.counters.new, 0);
    assert_eq!(desk.dossier(&org(60), date(2026, 11, 3)).scope.shown, 1);
}

#[test]
fn a_code_that_turns_out_an_alias_takes_its_records_along() {
    let desk = Desk::new();
    // Met under a wrong code, before the register said whose it was.
    let met = other(NAMES[0], &org(61), 1);
    desk.land(&[met.clone(), penalty(1, 2)], TODAY);
    assert_eq!(desk.dossier(&org(1), TODAY).scope.shown, 1);
    let text = format!("{HEAD}{},{},,,{},\n", org(1), NAMES[0], org(61));
    desk.register(&text, TODAY);
    let dossier = desk.dossier(&org(61), TODAY);
    assert_eq!(dossier.subject.code, org(1));
    assert_eq!(dossier.scope.shown, 2);
    // One organisation, found once.
    let found = site::search(&desk.public(TODAY), "青禾食品", 10).unwrap();
    assert_eq!(found.hits.len(), 1, "{:#?}", found.hits);
    assert!(!found.hits[0].homonym);
    assert!(dossier.same_name.is_empty(), "{:#?}", dossier.same_name);
}

#[test]
fn another_name_is_a_finding_and_renames_nobody() {
    let desk = Desk::new();
    let row = other("衡川市青禾酒业有限公司", &org(1), 1);
    let outcome = desk.import(&[row, penalty(2, 2)], TODAY);
    assert_eq!((outcome.counters.new, outcome.counters.refused), (1, 1));
    let finding = &outcome.refused[0];
    assert_eq!(finding.code, "register-name-differs");
    assert_eq!(finding.expected.as_deref(), Some(NAMES[0]));
    let message = desk.office.rulebook().message("register-name-differs");
    assert!(message.unwrap().title.contains("1001"));
    let dossier = desk.dossier(&org(1), TODAY);
    assert_eq!(dossier.subject.name, NAMES[0]);
    assert_eq!(dossier.scope.in_scope, 0);
    let found = site::search(&desk.public(TODAY), "青禾酒业", 10).unwrap();
    assert!(found.hits.is_empty());
}

#[test]
fn a_former_name_is_only_pointed_out() {
    let desk = Desk::new();
    let text = format!("{HEAD}{},衡川市青禾粮油有限公司,2026-10-05,,,\n", org(1));
    desk.register(&text, TODAY);
    let outcome = desk.land(&[penalty(1, 1)], TODAY);
    assert_eq!((outcome.counters.new, outcome.counters.warned), (1, 1));
    let dossier = desk.dossier(&org(1), TODAY);
    assert_eq!(dossier.subject.name, "衡川市青禾粮油有限公司");
    assert_eq!(dossier.scope.shown, 1);
}

#[test]
fn a_persons_name_is_not_found_also_where_it_is_a_former_one() {
    let desk = Desk::new();
    let text = format!(
        "代码,名称,曾用名,法定代表人\n{},信衡区明月小吃店,仲孙旧名,仲孙玥\n{},信衡区仲孙玥小吃店,,仲孙玥\n",
        shop(7),
        shop(8),
    );
    let outcome = desk.register(&text, TODAY);
    assert_eq!(outcome.applied.new, 2);
    for query in ["仲孙旧名", "旧名", "仲孙玥"] {
        let found = site::search(&desk.public(TODAY), query, 20).unwrap();
        assert!(found.hits.is_empty(), "{query}");
    }
    let found = site::search(&desk.public(TODAY), "明月", 20).unwrap();
    assert_eq!(found.hits.len(), 1);
    let dossier = desk.dossier(&shop(7), TODAY);
    let shown = serde_json::to_string(&dossier).unwrap();
    assert!(!shown.contains("旧名"), "{shown}");
}

#[test]
fn a_name_that_holds_a_person_stays_out() {
    let desk = Desk::new();
    let text = format!(
        "代码,名称,曾用名\n{},衡川测例有限公司（联系电话19900001234）,\n{},衡川清例有限公司,衡川旧例有限公司（法定代表人李例强）\n{},衡川明例有限公司,衡川前例有限公司\n",
        shop(7),
        shop(8),
        shop(9),
    );
    let outcome = desk.register(&text, TODAY);
    assert_eq!((outcome.applied.new, outcome.summary.refused), (1, 2));
    for (refused, field) in outcome.refused.iter().zip(["REG_NAME", "REG_FORMER"]) {
        assert_eq!(refused.code, "name-holds-personal-data");
        assert_eq!(refused.field, field);
    }
    assert!(outcome.refused[1].message.contains("“曾用名”里有姓名"));
    let kept = desk.bytes();
    assert!(!has(&kept, "19900001234") && !has(&kept, "李例强"));
}

#[test]
fn a_shop_that_bears_a_name_is_found_by_its_code_alone() {
    let desk = Desk::new();
    let text = format!(
        "代码,名称,法定代表人\n{},李例强小吃店,李例强（经营者）\n{},王样花水果店,赵例安\n",
        shop(7),
        shop(8),
    );
    assert_eq!(desk.register(&text, TODAY).applied.new, 2);
    for query in ["李例强", "王样花"] {
        let found = site::search(&desk.public(TODAY), query, 20).unwrap();
        assert!(found.hits.is_empty(), "{query}");
    }
    for n in [7, 8] {
        let shown = serde_json::to_string(&desk.dossier(&shop(n), TODAY)).unwrap();
        assert!(
            !shown.contains("例强") && !shown.contains("样花"),
            "{shown}"
        );
    }
}

#[test]
fn an_identity_number_is_no_former_code() {
    let desk = Desk::new();
    let text = format!(
        "代码,名称,曾用代码\n{},信衡区明月小吃店,990102198507238450\n{},信衡区清风小吃店,990100600012345\n",
        shop(7),
        shop(8),
    );
    let outcome = desk.register(&text, TODAY);
    assert_eq!((outcome.applied.new, outcome.summary.refused), (1, 1));
    assert_eq!(outcome.refused[0].code, "former-code-bad");
    assert!(!has(&desk.bytes(), "990102198507238450"));
}
