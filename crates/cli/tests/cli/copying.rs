//! `db copy` as an operator runs it: killed, run again, into the wrong place.

use crate::world::{World, code, on_the_real_day, penalties, text, xinheng};
use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn copied(world: &World, to: &str) -> Vec<serde_json::Value> {
    let out = world.done(&[
        "db",
        "copy",
        "--from",
        &world.data(),
        "--to",
        to,
        "--output",
        "json",
    ]);
    lines(&out)
}

#[test]
fn a_copy_killed_anywhere_goes_on_and_is_equal() {
    let world = World::new();
    world.import(&world.file("a.csv", penalties(1..=2_000)));
    let to = world.dir.path().join("copy").display().to_string();
    let data = world.data();
    let args = ["db", "copy", "--from", &data, "--to", &to];
    let (mut kills, mut parts, mut finished) = (0_u32, 0, false);
    let mut longest = Duration::from_millis(20);
    while !finished && kills < 100 {
        let begun = Instant::now();
        let mut command = world.command(&args);
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = quiet.spawn().unwrap();
        finished = loop {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                break true;
            }
            if begun.elapsed() >= longest {
                child.kill().unwrap();
                child.wait().unwrap();
                break false;
            }
            std::thread::yield_now();
        };
        if !finished {
            kills += 1;
            longest = longest.mul_f64(1.1);
            // Nobody takes a part for the whole: before the first row it is an empty installation,
            // then it does not open, and after the comparison it is whole.
            let out = xinheng(&["db", "verify", "--data", &to]);
            let (said, why) = (text(&out.stdout), text(&out.stderr));
            parts += u32::from(why.contains("没有完成的复制"));
            let empty = said.contains("　subject：0行") && said.contains("　audit_entry：0行");
            let whole =
                said.contains("　record：2000行") && said.contains("　batch_finding：10000行");
            assert!(out.status.code() != Some(0) || empty || whole, "{said}");
        }
    }
    assert!(parts > 0, "killed {kills} times, and never in the middle");
    let done = copied(&world, &to);
    let (last, tables) = done.split_last().unwrap();
    let last = &last["copy"];
    assert_eq!(
        (&last["equal"], &last["already"]),
        (&true.into(), &true.into())
    );
    assert!(
        tables
            .iter()
            .all(|t| t["equal"] == true && t["hash"] == t["target_hash"])
    );
    let rows = |name: &str| tables.iter().find(|t| t["table"] == name).unwrap()["rows"].clone();
    assert_eq!((rows("record"), rows("batch")), (2_000.into(), 1.into()));
    let verified = |data: &str| {
        let out = xinheng(&["db", "verify", "--data", data, "--output", "json"]);
        lines(&text(&out.stdout)).remove(0)
    };
    assert_eq!(verified(&to)["sound"], true);
    assert_eq!(verified(&to)["audit_head"], verified(&data)["audit_head"]);
    assert_eq!(verified(&to)["audit_head"], last["audit_head"]);
    let there = xinheng(&["search", &code(1_234), "--data", &to]);
    assert!(there.status.success(), "{}", text(&there.stderr));
}

#[test]
fn two_copies_at_one_moment_do_not_spoil_the_target() {
    let world = World::new();
    world.import(&world.file("a.csv", penalties(1..=500)));
    let data = world.data();
    let to = world.dir.path().join("copy");
    let target = to.display().to_string();
    let args = ["db", "copy", "--from", &data, "--to", &target];
    let both: Vec<_> = (0..2)
        .map(|_| {
            let mut command = world.command(&args);
            let quiet = command.stdout(Stdio::null()).stderr(Stdio::piped());
            quiet.spawn().unwrap()
        })
        .collect();
    let mut done = 0;
    for child in both {
        let out = child.wait_with_output().unwrap();
        let said = text(&out.stderr);
        if out.status.success() {
            done += 1;
        } else {
            assert_eq!(out.status.code(), Some(2), "{said}");
            assert!(said.contains("另一个复制正在写入目标库"), "{said}");
        }
    }
    assert!(done > 0, "they refused each other");
    let lines = copied(&world, &target);
    assert_eq!(lines.last().unwrap()["copy"]["equal"], true);
    // One that lives holds it; what a killed one left behind does not.
    let to = world.dir.path().join("other");
    let target = to.display().to_string();
    std::fs::create_dir(&to).unwrap();
    let lock = std::fs::File::create(to.join("xinheng.db.copying")).unwrap();
    lock.lock().unwrap();
    let args = ["db", "copy", "--from", &data, "--to", &target];
    let out = world.run(&args);
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{said}");
    assert!(said.contains("再次运行会接着复制"), "{said}");
    drop(lock);
    assert_eq!(
        copied(&world, &target).last().unwrap()["copy"]["equal"],
        true
    );
    assert!(!to.join("xinheng.db.copying").exists());
}

#[test]
fn what_cannot_be_copied_is_said_and_changes_nothing() {
    let world = World::new();
    let data = world.data();
    let other = World::new();
    let nowhere = world.dir.path().join("none").display().to_string();
    let before = std::fs::read(Path::new(&other.data()).join("xinheng.db")).unwrap();
    let hard = world.dir.path().join("hard");
    std::fs::create_dir(&hard).unwrap();
    std::fs::hard_link(Path::new(&data).join("xinheng.db"), hard.join("xinheng.db")).unwrap();
    let hard = hard.display().to_string();
    for (from, to, status, says) in [
        (&nowhere, &data, 2, "“--from”"),
        (&data, &data, 2, "同一个数据库"),
        (&data, &hard, 2, "同一个数据库"),
        (&data, &other.data(), 2, "已经有别的数据"),
    ] {
        let out = world.run(&["db", "copy", "--from", from, "--to", to]);
        let said = text(&out.stderr);
        assert_eq!(out.status.code(), Some(status), "{said}");
        assert!(said.contains(says), "{said}");
    }
    let after = std::fs::read(Path::new(&other.data()).join("xinheng.db")).unwrap();
    assert!(before == after, "the foreign target was touched");
    // A copy of a real deployment has its real day.
    let real = world.dir.path().join("real").display().to_string();
    assert!(
        on_the_real_day(&["db", "migrate", "--data", &real])
            .status
            .success()
    );
    let to = world.dir.path().join("copy").display().to_string();
    let out = xinheng(&["db", "copy", "--from", &real, "--to", &to]);
    assert_eq!(out.status.code(), Some(2));
    assert!(
        text(&out.stderr).contains("“--today”"),
        "{}",
        text(&out.stderr)
    );
    let out = on_the_real_day(&["db", "copy", "--from", &real, "--to", &to]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let said = text(&out.stdout);
    assert!(
        said.contains("逐表核对相符") && said.contains("审计链末端"),
        "{said}"
    );
    // The source goes on: another copy into the same place would be another state.
    assert!(
        on_the_real_day(&[
            "district",
            "set",
            "--name",
            "区",
            "--office",
            "办",
            "--contact",
            "处",
            "--data",
            &real
        ])
        .status
        .success()
    );
    let out = on_the_real_day(&["db", "copy", "--from", &real, "--to", &to]);
    assert_eq!(out.status.code(), Some(2));
    assert!(
        text(&out.stderr).contains("与源库现在的状态不同"),
        "{}",
        text(&out.stderr)
    );
}
