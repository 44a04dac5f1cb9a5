//! Files and databases as they should not be: a clear sentence, the right status, nothing lost.

use crate::world::{DEPARTMENT, World, penalties, repository, text, xinheng};

/// File, and the code of the finding that names its fault.
const HOSTILE: &[(&str, &str)] = &[
    ("empty.csv", "refuse_file"),
    ("header-only.csv", "refuse_file"),
    ("two-header-rows.csv", "refuse_file"),
    ("damaged.xlsx", "refuse_file"),
    ("not-a-table.csv", "refuse_file"),
    ("nul-bytes.csv", "refuse_"),
    ("zero-width-and-right-to-left.csv", "\"severity\""),
    ("full-width.csv", "\"severity\""),
];

#[test]
fn hostile_files_are_named_and_never_land() {
    let world = World::new();
    for (name, says) in HOSTILE {
        let file = repository(&format!("examples/hostile/{name}"));
        let out = xinheng(&["check", file.to_str().unwrap(), "--output", "json"]);
        let lines = text(&out.stdout);
        assert!(
            matches!(out.status.code(), Some(0 | 1)),
            "{name}: {}",
            text(&out.stderr)
        );
        assert!(lines.contains(says), "{name}: {lines}");
        let landed = world.import(&file);
        if *says == "refuse_file" {
            assert_eq!(landed["landing"], "refused", "{name}");
            assert_eq!(landed["counters"]["new"], 0, "{name}");
        }
    }
}

#[test]
fn a_huge_cell_and_a_hundred_thousand_columns_are_refused() {
    let world = World::new();
    let cell = "长".repeat(32 * 1024 * 1024 / 3);
    let huge = world.file(
        "huge.csv",
        format!("{}\n\"{cell}\",x\n", crate::world::HEADER),
    );
    let wide = world.file(
        "wide.csv",
        "列,".repeat(100_000) + "\n" + &",".repeat(100_000),
    );
    for file in [huge, wide] {
        let out = world.run(&["check", file.to_str().unwrap(), "--output", "json"]);
        assert_eq!(out.status.code(), Some(1));
        assert!(text(&out.stdout).contains("refuse_file"));
        assert!(out.stdout.len() < 10_000, "a fault is told in a few words");
    }
}

#[test]
fn a_missing_department_is_named() {
    let world = World::new();
    let file = world.file("p.csv", penalties([1]));
    let out = world.run(&["import", file.to_str().unwrap(), "--department", "D99"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("D99"));
}

#[test]
fn a_database_that_is_gone_newer_or_no_database_is_told() {
    let nowhere = tempfile::TempDir::new().unwrap();
    let at = |dir: &std::path::Path| xinheng(&["db", "verify", "--data", dir.to_str().unwrap()]);
    let gone = at(nowhere.path());
    assert_eq!(gone.status.code(), Some(2));
    assert!(text(&gone.stderr).contains("xinheng db migrate"));
    std::fs::write(nowhere.path().join("xinheng.db"), "不是数据库".repeat(1000)).unwrap();
    let other = at(nowhere.path());
    assert_eq!(other.status.code(), Some(3));
    assert!(
        text(&other.stderr).contains("不是数据库"),
        "{}",
        text(&other.stderr)
    );
    let none = xinheng(&["db", "verify"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("--data"));
}

#[test]
fn a_broken_local_rule_stops_everything_with_its_place() {
    let world = World::new();
    let folder = std::path::Path::new(&world.data()).join("rulebook/parameters");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mine.toml"), "[[parameter]]\nid = 3\n").unwrap();
    let out = world.run(&["rulebook", "check"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stdout).contains("mine.toml"));
    let file = world.file("p.csv", penalties([1]));
    let import = world.run(&["import", file.to_str().unwrap(), "--department", DEPARTMENT]);
    assert_eq!(import.status.code(), Some(3));
    assert!(text(&import.stderr).contains("mine.toml"));
}

#[test]
fn a_backup_opens_and_never_overwrites() {
    let world = World::new();
    world.import(&world.file("p.csv", penalties(1..=3)));
    let to = world.dir.path().join("copy/xinheng.db");
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    world.done(&["db", "backup", to.to_str().unwrap()]);
    let again = world.run(&["db", "backup", to.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(2));
    let copy = to.parent().unwrap().to_str().unwrap().to_owned();
    let out = xinheng(&["search", "试验", "--output", "json", "--data", &copy]);
    assert!(out.status.success());
    assert!(text(&out.stdout).contains("试验1号"));
}
