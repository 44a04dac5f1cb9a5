//! What the commands tell: nothing is left out in silence.

use crate::world::{HEADER, World, code, penalty};

/// A file of so many penalties on the first organisation.
fn on_one(count: u32) -> String {
    let own = |serial: u32| {
        penalty(serial)
            .replace(&code(serial), &code(1))
            .replace(&format!("衡川试验{serial}号"), "衡川试验1号")
    };
    std::iter::once(HEADER.to_owned())
        .chain((1..=count).map(own))
        .map(|line| line + "\n")
        .collect()
}

#[test]
fn a_dossier_says_what_it_does_not_list_and_how_to_see_it() {
    let world = World::new();
    world.import(&world.file("22.csv", on_one(22)));
    let lines = |out: &str| out.lines().filter(|l| l.contains("公示至")).count();
    let first = world.done(&["subject", &code(1)]);
    assert_eq!(lines(&first), 20, "{first}");
    assert!(
        first.contains("（22条，先列出最近的20条，查看全部请加「--all」）"),
        "{first}"
    );
    let all = world.done(&["subject", &code(1), "--all"]);
    assert_eq!(lines(&all), 22, "{all}");
    assert!(all.contains("（22条）"), "{all}");
    let json = world.done(&["subject", &code(1), "--output", "json"]);
    let dossier: serde_json::Value = serde_json::from_str(&json).unwrap();
    let groups = dossier["groups"].as_array().unwrap();
    let listed: usize = groups
        .iter()
        .map(|g| g["records"].as_array().unwrap().len())
        .sum();
    assert_eq!(dossier["scope"]["shown"], listed, "{json}");
}
