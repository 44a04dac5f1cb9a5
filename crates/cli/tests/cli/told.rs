//! What the commands tell: nothing is left out in silence.

use crate::world::{DEPARTMENT, HEADER, World, code, penalty, text, xinheng};

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
        first.contains("（22条，先列出最近的20条，查看全部请加“--all”）"),
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

fn import(world: &World, file: &std::path::Path) -> String {
    let file = file.to_str().unwrap();
    let out = world.run(&["import", file, "--department", DEPARTMENT]);
    text(&out.stdout)
}

#[test]
fn import_and_check_tell_findings_alike() {
    let world = World::new();
    let odd = penalty(1).replace("2099-12-31", "2020-01-01");
    let file = world.file("a.csv", format!("{HEADER}\n{odd}\n{}\n", penalty(2)));
    let marked = |out: &str| -> Vec<String> {
        let marked = |l: &&str| l.starts_with("需要改正") || l.starts_with("请核对　");
        // What the register alone can tell is told by the import alone.
        let same = |l: &&str| !l.contains("register-");
        let lines = out.lines().filter(marked).filter(same);
        lines.map(str::to_owned).collect()
    };
    let args = ["check", file.to_str().unwrap(), "--data", &world.data()];
    let checked = marked(&text(&xinheng(&args).stdout));
    let imported = import(&world, &file);
    assert!(
        checked.iter().any(|l| l.starts_with("需要改正"))
            && checked.iter().any(|l| l.starts_with("请核对")),
        "{checked:?}"
    );
    assert_eq!(marked(&imported), checked, "{imported}");
    assert!(!imported.contains("那一次"), "{imported}");
    let again = import(&world, &file);
    let (said, table) = again.split_once("下表是那一次导入的行数").expect(&again);
    assert!(
        said.contains("没有作任何改动") && table.contains("新增"),
        "{again}"
    );
}

#[test]
fn a_file_that_is_refused_whole_has_no_figures() {
    let world = World::new();
    let file = world.file("a.csv", "甲,乙\n1,2\n");
    let whole = "整个文件需要改正，没有读取任何一行";
    let imported = import(&world, &file);
    assert!(imported.contains(whole), "{imported}");
    assert!(!imported.contains("新增"), "{imported}");
    let checked = text(&xinheng(&["check", file.to_str().unwrap()]).stdout);
    assert!(
        checked.contains(whole) && !checked.contains("共0条"),
        "{checked}"
    );
    let folder = world.dir.path().join("in/D01");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(&file, folder.join("a.csv")).unwrap();
    let watched = world.dir.path().join("in");
    let args = [
        "import",
        "--watch",
        watched.to_str().unwrap(),
        "--once",
        "--settle",
        "0",
    ];
    let watched = text(&world.run(&args).stdout);
    assert!(
        watched.contains("整个文件需要改正") && !watched.contains("报送0条"),
        "{watched}"
    );
    let receipt = std::fs::read_to_string(folder.join("已处理/a.csv.回执.txt")).unwrap();
    assert!(
        receipt.contains(whole) && !receipt.contains("报送0"),
        "{receipt}"
    );
}
