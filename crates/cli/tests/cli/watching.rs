//! `import --watch` as an operator and a timer run it.

use crate::world::{World, code, command, penalties, text};
use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::Stdio,
};

fn folder(world: &World) -> PathBuf {
    let folder = world.dir.path().join("收件");
    std::fs::create_dir_all(folder.join("D01")).unwrap();
    folder
}

/// One time through, with nothing waited for: status and lines.
fn once(world: &World) -> (Option<i32>, Vec<serde_json::Value>) {
    let folder = folder(world);
    let watch = [
        "import",
        "--watch",
        folder.to_str().unwrap(),
        "--once",
        "--settle",
        "0",
    ];
    let out = world.run(&[&watch[..], &["--output", "json"]].concat());
    let lines = text(&out.stdout);
    let lines = lines.lines().map(|l| serde_json::from_str(l).unwrap());
    (out.status.code(), lines.collect())
}

#[test]
fn once_through_the_folder() {
    let world = World::new();
    let folder = folder(&world);
    assert_eq!(once(&world), (Some(0), Vec::new()));
    std::fs::write(folder.join("D01/a.csv"), penalties(1..=3)).unwrap();
    let (status, lines) = once(&world);
    assert_eq!((status, lines.len()), (Some(0), 1));
    assert_eq!(
        (&lines[0]["taken"], &lines[0]["landing"]),
        (&"done".into(), &"sealed".into())
    );
    assert_eq!(lines[0]["counters"]["new"], 3);
    assert!(
        lines[0]["moved_to"]
            .as_str()
            .is_some_and(|p| p.ends_with("D01/已处理/a.csv"))
    );
    assert!(folder.join("D01/已处理/a.csv.回执.txt").exists());
    assert_eq!(world.records(&code(2)).len(), 1);
    // A wrong place, and a file that is none: told apart by status and lines; the good one lands.
    std::fs::write(folder.join("散.csv"), penalties(4..=4)).unwrap();
    std::fs::write(folder.join("D01/b.csv"), "说明\n").unwrap();
    std::fs::write(folder.join("D01/c.csv"), penalties(5..=5)).unwrap();
    let (status, lines) = once(&world);
    assert_eq!((status, lines.len()), (Some(1), 3));
    assert_eq!(world.records(&code(5)).len(), 1);
    let stays = lines.iter().find(|l| l["taken"] == "stays").unwrap();
    assert_eq!(stays["file"], "散.csv");
    // To read for people.
    let out = world.run(&[
        "import",
        "--watch",
        folder.to_str().unwrap(),
        "--once",
        "--settle",
        "0",
    ]);
    assert!(
        text(&out.stdout).contains("散.csv：文件没有放在部门的文件夹里"),
        "{}",
        text(&out.stdout)
    );
    world.done(&["db", "verify"]);
}

/// Waits for the program to say something, tells it to end, and gives status and lines.
#[cfg(unix)]
fn told(world: &World, signal: &str) -> (Option<i32>, String) {
    let folder = folder(world);
    let watch = [
        "import",
        "--watch",
        folder.to_str().unwrap(),
        "--settle",
        "0",
        "--interval",
        "86400",
    ];
    let mut child = world
        .command(&watch)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    out.read_line(&mut said).unwrap();
    let kill = std::process::Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    let status = child.wait().unwrap().code();
    std::io::Read::read_to_string(&mut out, &mut said).unwrap();
    (status, said)
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_after_the_file_in_hand() {
    for signal in ["-TERM", "-INT"] {
        let world = World::new();
        let folder = folder(&world);
        for (name, from) in [("a", 1), ("b", 100), ("c", 200)] {
            std::fs::write(
                folder.join(format!("D01/{name}.csv")),
                penalties(from..=from + 50),
            )
            .unwrap();
        }
        let (status, said) = told(&world, signal);
        assert_eq!(status, Some(0), "{said}");
        // Each file is either done, with its receipts, or untouched.
        let done = said.lines().count();
        assert!(done >= 1, "{said}");
        let count = |folder: PathBuf, end: &str| {
            let all = std::fs::read_dir(folder).unwrap();
            all.filter(|e| {
                e.as_ref()
                    .unwrap()
                    .file_name()
                    .to_str()
                    .unwrap()
                    .ends_with(end)
            })
            .count()
        };
        assert_eq!(count(folder.join("D01/已处理"), ".csv"), done, "{said}");
        assert_eq!(count(folder.join("D01/已处理"), ".回执.txt"), done);
        assert_eq!(count(folder.join("D01"), ".csv"), 3 - done);
        world.done(&["db", "verify"]);
    }
}

#[test]
fn wrong_usage_is_said() {
    let world = World::new();
    let folder = folder(&world);
    let folder = folder.to_str().unwrap();
    for (args, says) in [
        (&["import"][..], "缺少必须写明的内容"),
        (
            &["import", "--watch", "/no/such/folder", "--once"],
            "/no/such/folder",
        ),
        (
            &["import", "--watch", folder, "--department", "D01"],
            "不能与",
        ),
        (
            &["import", "--watch", folder, "--settle", "x"],
            "秒数请写成",
        ),
        (
            &["import", "--watch", folder, "--settle", "-1"],
            "“-1”不能识别，秒数请写成 0 至 86400 的整数",
        ),
        (
            &["import", "--watch", folder, "--interval", "-5"],
            "“-5”不能识别，秒数请写成 1 至 86400 的整数",
        ),
        (&["import", "--once"], "请写明要收取的文件夹"),
        (&["import", "--settle", "5"], "请写明要收取的文件夹"),
        (&["import", "a.csv", "--once"], "请写明要收取的文件夹"),
        (
            &["import", "a.csv", "--department", "D01", "--once"],
            "--watch",
        ),
    ] {
        let out = world.run(args);
        assert_eq!(
            out.status.code(),
            Some(2),
            "{args:?}: {}",
            text(&out.stderr)
        );
        assert!(
            text(&out.stderr).contains(says),
            "{args:?}: {}",
            text(&out.stderr)
        );
    }
    let nowhere = command(&["import", "--watch", folder, "--once"])
        .output()
        .unwrap();
    assert_eq!(nowhere.status.code(), Some(2));
}
