//! The district's own rules by command: proposed, adopted by another, refused.

use crate::world::{World, repository, text};
use std::path::Path;
use xinheng_app::rule_set;

fn lay(world: &World, path: &str, text: &str) {
    let file = Path::new(&world.data()).join("rulebook").join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

fn lay_kind(world: &World) {
    let kind = std::fs::read_to_string(repository("rulebook/cases/rectification.toml")).unwrap();
    let kind = kind.replace("\"rectification\"", "\"letter-of-advice\"");
    lay(world, "cases/letter-of-advice.toml", &kind);
}

/// Without what differs from run to run.
fn still(told: &str) -> String {
    let kept = told.lines().filter(|line| !line.contains("　提出："));
    kept.filter(|line| !line.contains("　决定："))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn rules_are_proposed_and_adopted_by_command() {
    let world = World::new();
    let mut said = String::new();
    let mut run = |args: &[&str]| {
        let out = world.run(&[&["rulebook"], args].concat());
        said.push_str(&format!(
            "$ xinheng rulebook {}\n{}\n{}状态：{}\n\n",
            args.join(" "),
            still(&text(&out.stdout)),
            still(&text(&out.stderr)),
            out.status.code().unwrap()
        ));
    };
    run(&["sets"]);
    run(&["propose"]);
    lay(
        &world,
        "cases/letter-of-advice.toml",
        "id = \"letter-of-advice\"\ntitel = 1\n",
    );
    run(&["propose"]);
    lay_kind(&world);
    run(&["propose"]);
    run(&["adopt", "1"]);
    run(&["refuse", "1", "--why", "文号有误"]);
    run(&["propose"]);
    run(&["sets"]);
    world.by_another(|ctx| drop(rule_set::adopt(ctx, 2).unwrap()));
    run(&["sets"]);
    run(&["adopt", "9"]);
    insta::assert_snapshot!("own_rules", said);
    assert!(world.done(&["case", "kinds"]).contains("letter-of-advice"));
    let json: serde_json::Value = serde_json::from_str(
        world
            .done(&["rulebook", "sets", "2", "--output", "json"])
            .lines()
            .next()
            .unwrap(),
    )
    .unwrap();
    assert_eq!((&json["holds"], &json["files"]), (&true.into(), &1.into()));
}
