//! What is suggested where a name is mistyped, and what never is.

use crate::support::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use xinheng_app::{
    intake::{self, Input, Progress},
    site,
    view::SearchAnswer,
};

fn search(desk: &Desk, query: &str) -> SearchAnswer {
    site::search(&desk.public(TODAY), query, 20).unwrap()
}

fn suggested(desk: &Desk, query: &str) -> Vec<String> {
    let answer = search(desk, query);
    assert!(answer.hits.is_empty(), "{query}: {answer:#?}");
    assert!(
        answer
            .note
            .is_some_and(|note| note.contains("没有名称中含有"))
    );
    let names = answer.suggestions.into_iter().map(|hit| hit.matched_name);
    names.collect()
}

#[test]
fn a_slip_leads_to_what_was_meant() {
    let desk = Desk::new();
    for typed in [
        "衡川市青木食品有限公司",
        "衡川市清禾食品有限公司",
        "衡川市青食品有限公司",
        "衡川市青青禾食品有限公司",
        "衡川市禾青食品有限公司",
        "衡川市青禾食品有限责任公司",
        "衡川市清禾食品",
        "清禾食品",
        "衡川市 青木（食品）有限公司",
        "衡川市青禾食品公司",
        "衡川市青禾食品股份有限公司",
        "青禾食品公司",
    ] {
        assert_eq!(suggested(&desk, typed), [NAMES[0]], "{typed}");
    }
    // What is found needs no suggestion.
    let found = search(&desk, "青禾食品");
    assert!(found.suggestions.is_empty() && found.hits.len() == 1);
}

#[test]
fn namesakes_are_other_organisations() {
    let desk = Desk::new();
    let answer = search(&desk, "衡川市和须物流有限公司");
    let codes: Vec<_> = answer
        .suggestions
        .iter()
        .map(|hit| hit.code.clone())
        .collect();
    let mut both = [org(3), org(4)];
    both.sort();
    assert_eq!(codes, both);
    assert!(answer.suggestions.iter().all(|hit| hit.homonym));
}

#[test]
fn an_absent_name_is_said_to_be_absent() {
    let desk = Desk::new();
    for typed in [
        "衡川市甲乙建筑有限公司",
        "衡川市青禾建材有限公司",
        "衡川市远山食品有限公司",
        "有限公司甲",
        "食品有限",
        "甲乙",
        "子丑寅卯辰巳午未",
    ] {
        let answer = search(&desk, typed);
        assert!(answer.suggestions.is_empty(), "{typed}: {answer:#?}");
    }
}

#[test]
fn no_business_named_by_a_person_is_suggested() {
    let desk = Desk::new();
    let near = [
        "尉迟骁炎",
        "尉迟骁",
        "尉迟骁琰琰",
        "衡川市尉迟骁炎",
        "尉迟骁琰（个体工商户",
    ];
    for typed in near {
        let answer = search(&desk, typed);
        let said = serde_json::to_string(&answer.suggestions).unwrap();
        assert!(
            !said.contains(OWNER) && !said.contains(&shop(2)),
            "{typed}: {said}"
        );
    }
    // Nor by the name of a legal representative.
    assert!(search(&desk, "司徒苒树").suggestions.is_empty());
}

#[test]
fn who_is_not_to_be_seen_yet_is_not_suggested() {
    let desk = Desk::new();
    let name = "衡川市新见机械有限公司";
    // Known from a file alone, whose import was broken off after its rows were written.
    let row = other(name, &org(77), 1);
    let path = desk.file("handed.csv", &csv(std::slice::from_ref(&row)));
    let input = Input {
        path: &path,
        file_name: "handed.csv",
        sheet: None,
        department: D1,
        dry_run: false,
    };
    let ctx = desk.operator(TODAY);
    let broken = catch_unwind(AssertUnwindSafe(|| {
        intake::import(&ctx, input, &mut |step| {
            assert!(!matches!(step, Progress::Landed(..)), "broken off");
        })
    }));
    assert!(broken.is_err());
    let typed = "衡川市新贝机械有限公司";
    assert!(suggested(&desk, typed).is_empty());
    assert_eq!(near(&desk, &wrong(&org(77), 13)), []);
    desk.land(&[row], TODAY);
    assert_eq!(suggested(&desk, typed), [name]);
    assert_eq!(near(&desk, &wrong(&org(77), 13)).len(), 1);
}

#[test]
fn too_many_equally_near_are_no_help() {
    let desk = Desk::new();
    let names = ["山", "水", "云", "林", "石", "田"];
    let rows: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(n, c)| {
            let code = org(100 + u32::try_from(n).unwrap());
            format!("{code},衡川市东{c}机械制造有限公司,2019-03-01,存续,,,{LEGAL}\n")
        })
        .collect();
    let header = "代码,名称,成立日期,状态,曾用名,曾用代码,法定代表人\n";
    let typed = "衡川市东风机械制造有限公司";
    desk.register(&format!("{header}{}", rows[..5].concat()), TODAY);
    assert_eq!(suggested(&desk, typed).len(), 5);
    desk.register(&format!("{header}{}", rows.concat()), TODAY);
    assert!(suggested(&desk, typed).is_empty());
    // One that looks alike stands out.
    assert_eq!(
        suggested(&desk, "衡川市东由机械制造有限公司")[0],
        "衡川市东田机械制造有限公司"
    );
}

/// A code with the character at this place changed.
fn wrong(code: &str, at: usize) -> String {
    let other = if code[at..].starts_with('2') {
        "3"
    } else {
        "2"
    };
    format!("{}{other}{}", &code[..at], &code[at + 1..])
}

/// Code of the organisation, where it differs, and in what.
type Told = (String, Option<(u32, u32)>, String);

fn near(desk: &Desk, typed: &str) -> Vec<Told> {
    let answer = search(desk, typed);
    assert!(answer.hits.is_empty() && answer.note.is_some(), "{typed}");
    let hits = answer.suggestions.into_iter();
    let told = hits.map(|hit| {
        assert_eq!(hit.matched_by, "near_code");
        let near = hit.near.unwrap();
        (hit.code, near.at, near.difference)
    });
    told.collect()
}

#[test]
fn a_code_with_one_slip_leads_to_who_bears_it() {
    let desk = Desk::new();
    let code = org(1);
    let (a, b) = (&code[8..9], &code[9..10]);
    for (typed, at, difference) in [
        (
            wrong(&code, 13),
            Some((13, 1)),
            format!("第14位是{}，输入的是2", &code[13..14]),
        ),
        (
            format!("{}{b}{a}{}", &code[..8], &code[10..]),
            Some((8, 2)),
            "第9位和第10位与输入的前后相反".to_owned(),
        ),
        (
            format!("{}{}", &code[..8], &code[9..]),
            Some((8, 1)),
            "第9位是M，输入的少了这一位".to_owned(),
        ),
        (
            format!("{}W{}", &code[..8], &code[8..]),
            None,
            "输入的第9位“W”是多出的".to_owned(),
        ),
        (
            wrong(&code, 17).to_lowercase(),
            Some((17, 1)),
            format!("第18位是{}，输入的是2", &code[17..]),
        ),
    ] {
        assert_eq!(
            near(&desk, &typed),
            [(code.clone(), at, difference)],
            "{typed}"
        );
    }
    // Two slips are another code, and a code that fits is near no other.
    assert_eq!(near(&desk, &wrong(&wrong(&code, 13), 14)), []);
    assert_eq!(near(&desk, &org(999)), []);
}

#[test]
fn a_code_names_no_business_named_by_a_person_unless_it_is_right() {
    let desk = Desk::new();
    assert_eq!(search(&desk, &shop(2)).hits.len(), 1);
    for at in 0..18 {
        for typed in [
            wrong(&shop(2), at),
            format!("{}{}", &shop(2)[..at], &shop(2)[at + 1..]),
        ] {
            let said = serde_json::to_string(&search(&desk, &typed)).unwrap();
            assert!(!said.contains(OWNER) && !said.contains(&shop(2)), "{said}");
        }
    }
}

#[test]
fn a_former_code_with_a_slip_leads_to_the_present_one() {
    let desk = Desk::new();
    let (former, now) = (org(300), org(301));
    let header = "代码,名称,成立日期,状态,曾用名,曾用代码,法定代表人\n";
    let row = format!("{now},衡川市新址仓储有限公司,2019-03-01,存续,,{former},{LEGAL}\n");
    desk.register(&format!("{header}{row}"), TODAY);
    let answer = search(&desk, &wrong(&former, 13));
    let hit = &answer.suggestions[0];
    assert_eq!((&hit.code, answer.suggestions.len()), (&now, 1));
    assert_eq!(hit.near.as_ref().unwrap().code, former);
}
