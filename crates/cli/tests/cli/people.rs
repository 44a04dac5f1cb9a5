//! Rosters, departments that are no more, and letters, by commands.

use crate::world::{DEPARTMENT, World, text};

fn json(line: &str) -> serde_json::Value {
    serde_json::from_str(line.lines().last().unwrap()).unwrap()
}

#[test]
fn a_roster_is_proposed_shown_and_confirmed() {
    let world = World::new();
    world.done(&["account", "add", "chen", "--name", "陈样清"]);
    let roster = |args: &[&str]| {
        let all: Vec<&str> = ["account", "roster"].iter().chain(args).copied().collect();
        world.done(&all)
    };
    roster(&[
        "propose",
        DEPARTMENT,
        "chen",
        "clerk",
        "--until",
        "2026-12-31",
    ]);
    let shown = roster(&["show", DEPARTMENT]);
    assert!(
        shown.contains("陈样清") && shown.contains("拟定"),
        "{shown}"
    );
    assert!(roster(&["list"]).contains("逾期没有确认"));
    roster(&["confirm", DEPARTMENT]);
    let line = json(&roster(&["list", "--output", "json"]));
    assert_eq!(
        (&line["standing"], &line["people"]),
        (&"已经确认".into(), &1.into())
    );
    assert!(world.done(&["account", "list"]).contains("clerk@D01"));
    roster(&["end", DEPARTMENT, "chen", "clerk"]);
    roster(&["withdraw", DEPARTMENT, "chen", "clerk"]);
    let none = world.run(&["account", "roster", "withdraw", DEPARTMENT, "chen", "clerk"]);
    assert_eq!(none.status.code(), Some(1), "{}", text(&none.stderr));
}

#[test]
fn a_department_goes_on_under_another_code() {
    let world = World::new();
    let list = world.file(
        "more.csv",
        "编号,名称\nD02,衡川市信衡区综合执法局\nD03,衡川市信衡区药品监督管理局\n",
    );
    world.done(&["department", "import", list.to_str().unwrap()]);
    let no_document = ["department", "merge", DEPARTMENT, "D02", "--document", " "];
    assert_eq!(world.run(&no_document).status.code(), Some(1));
    let said = world.done(&[
        "department",
        "merge",
        DEPARTMENT,
        "D02",
        "D03",
        "--document",
        "3号",
    ]);
    assert!(said.contains("移交0份"), "{said}");
    world.done(&["department", "assign", DEPARTMENT, "penalty", "D03"]);
    let again = world.run(&[
        "department",
        "merge",
        DEPARTMENT,
        "D02",
        "--document",
        "4号",
    ]);
    let told = text(&again.stderr);
    assert!(told.contains("D02") && told.contains("承接"), "{told}");
}

#[test]
fn a_letter_is_entered_listed_and_ended() {
    let world = World::new();
    world.done(&["account", "add", "shen", "--name", "沈样宁"]);
    let grant = world.run(&["account", "grant", "shen", "auditor"]);
    assert!(
        text(&grant.stderr).contains("审计函件"),
        "{}",
        text(&grant.stderr)
    );
    let add = [
        "account",
        "letter",
        "add",
        "shen",
        "--issuer",
        "衡川市审计局",
        "--number",
        "7号",
        "--dated",
        "2026-11-20",
        "--until",
        "2026-12-20",
        "--department",
        DEPARTMENT,
        "--output",
        "json",
    ];
    let id = json(&world.done(&add))["letter"]
        .as_str()
        .unwrap()
        .to_owned();
    let list = world.done(&["account", "letter", "list"]);
    assert!(list.contains("衡川市审计局7号"), "{list}");
    world.done(&["account", "letter", "end", &id]);
    let line = json(&world.done(&["account", "letter", "list", "--output", "json"]));
    assert_eq!(line["until"], "2026-11-21");
}
