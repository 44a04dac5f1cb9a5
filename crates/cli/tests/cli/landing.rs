//! A batch lands once (I7): killed at any moment, handed in twice at once, never half visible.

use crate::world::{DEPARTMENT, World, code, penalties, text};
use std::{
    process::Stdio,
    time::{Duration, Instant},
};

/// How often an import is killed.
const KILLS: u32 = 200;
/// Rows of the file: three chunks.
const ROWS: u32 = 450;

/// Moments spread over a run without a clock or chance: a fixed walk through the unit interval.
fn moment(kill: u32) -> f64 {
    (f64::from(kill) * 0.618_033_988_75).fract()
}

#[test]
fn killed_two_hundred_times_nothing_is_lost_doubled_or_half_visible() {
    let mut kills = 0;
    let mut landed_files = 0;
    while kills < KILLS {
        let world = World::new();
        let base = landed_files * 1000;
        let file = world.file("p.csv", penalties(base + 1..=base + ROWS));
        let probe = code(base + 1);
        let args = ["import", file.to_str().unwrap(), "--department", DEPARTMENT];
        let mut longest = Duration::from_millis(400);
        loop {
            let begun = Instant::now();
            let mut child = world
                .command(&args)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let until = longest.mul_f64(moment(kills));
            let finished = loop {
                if let Some(status) = child.try_wait().unwrap() {
                    break Some(status);
                }
                if begun.elapsed() >= until && kills < KILLS {
                    child.kill().unwrap();
                    child.wait().unwrap();
                    break None;
                }
                std::thread::yield_now();
            };
            match finished {
                // A little longer each time, so that every part of the run is met.
                None => {
                    kills += 1;
                    longest = longest.mul_f64(1.05);
                    if kills.is_multiple_of(10) {
                        assert_half_landed_is_invisible(&world, &probe);
                    }
                }
                Some(status) => {
                    assert!(status.success(), "after {kills} kills: {status}");
                    break;
                }
            }
        }
        landed_files += 1;
        let again = world.import(&file);
        assert_eq!(again["landing"], "already");
        assert_eq!(again["counters"]["new"], ROWS);
        assert_eq!(again["counters"]["new_version"], 0);
        for serial in [1, 100, 101, 300, ROWS] {
            assert_eq!(world.records(&code(base + serial)).len(), 1, "row {serial}");
        }
        world.done(&["db", "verify"]);
    }
    assert!(landed_files >= 1);
}

fn assert_half_landed_is_invisible(world: &World, probe: &str) {
    let out = world.run(&["subject", probe, "--output", "json"]);
    // Unknown as yet, or known without a record: never a part of the batch.
    if out.status.success() {
        let dossier: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        let already = world
            .run(&["search", probe, "--output", "json"])
            .status
            .success();
        assert!(already);
        let in_scope = dossier["scope"]["in_scope"].as_u64().unwrap();
        assert!(in_scope <= 1, "{in_scope}");
        if in_scope == 1 {
            // The batch was sealed just before the kill: then all of it is there.
            assert_eq!(world.records(probe).len(), 1);
        }
    }
}

#[test]
fn two_imports_of_one_file_at_once_land_it_once() {
    let world = World::new();
    let file = world.file("p.csv", penalties(1..=600));
    let args = [
        "import",
        file.to_str().unwrap(),
        "--department",
        DEPARTMENT,
        "--output",
        "json",
    ];
    let spawn = || {
        world
            .command(&args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let both = [spawn(), spawn()].map(|c| c.wait_with_output().unwrap());
    for out in &both {
        assert!(
            out.status.success(),
            "{}{}",
            text(&out.stdout),
            text(&out.stderr)
        );
        let line: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(line["counters"]["new"], 600);
    }
    assert_eq!(world.records(&code(1)).len(), 1);
    world.done(&["db", "verify"]);
}

#[test]
fn two_files_at_once_land_both() {
    let world = World::new();
    let files = [penalties(1..=400), penalties(300..=700)].map(|c| {
        let name = format!("{}.csv", c.len());
        world.file(&name, c)
    });
    let both = files.map(|file| {
        world
            .command(&[
                "import",
                file.to_str().unwrap(),
                "--department",
                DEPARTMENT,
                "--output",
                "json",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    });
    for child in both {
        let out = child.wait_with_output().unwrap();
        assert!(
            out.status.success(),
            "{}{}",
            text(&out.stdout),
            text(&out.stderr)
        );
    }
    for serial in [1, 299, 300, 350, 400, 401, 700] {
        assert_eq!(world.records(&code(serial)).len(), 1, "row {serial}");
    }
}
