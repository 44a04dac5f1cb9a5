//! What a command leaves in the audit, and what it lets through to the terminal.

use crate::world::{World, on_the_real_day, text};
use std::io::Write as _;
use xinheng_app::{Actor, Deployment, District, Place};

/// A deployment that is no training, whose last act was in another century.
fn written_in(at: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let place = Place {
        data: Some(dir.path().to_owned()),
        ..Place::default()
    };
    let at = at.parse().unwrap();
    let office = Deployment::create(&place, at).unwrap();
    let operator = Actor::Operator {
        name: "somebody".to_owned(),
    };
    let district = District::default();
    Deployment::set_district(&office.ctx(operator, at), &district).unwrap();
    dir
}

#[test]
fn a_clock_before_the_last_act_is_refused_until_the_operator_says_it_is_right() {
    let dir = written_in("2199-01-01T00:00:00Z");
    let data = dir.path().to_str().unwrap();
    let run = |args: &[&str]| on_the_real_day(&[args, &["--data", data]].concat());
    let set = [
        "district",
        "set",
        "--name",
        "甲",
        "--office",
        "乙",
        "--contact",
        "丙",
    ];
    let backup = dir.path().join("copy.db");
    let backup = ["db", "backup", backup.to_str().unwrap()];
    let lines = || {
        let out = run(&["db", "verify", "--output", "json"]);
        let line: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(line["sound"], true, "{line}");
        line["audit_sealed"].as_u64().unwrap() + line["audit_unsealed"].as_u64().unwrap()
    };
    for args in [&set[..], &backup] {
        let refused = run(args);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{args:?}: {said}");
        assert!(said.contains("2199-01-01 08:00:00"), "{said}");
        assert!(said.contains("--clock-is-right"), "{said}");
    }
    assert_eq!(
        lines(),
        1,
        "nothing was written, and what only reads goes on"
    );
    assert!(!std::path::Path::new(backup[2]).exists());

    let said = run(&[&set[..], &["--clock-is-right"]].concat());
    assert!(said.status.success(), "{}", text(&said.stderr));
    assert_eq!(lines(), 3, "the word has an entry of its own");
    let later = run(&backup);
    assert!(later.status.success(), "{}", text(&later.stderr));
    assert_eq!(lines(), 4);
    // Said once more it has nothing to say.
    assert!(
        run(&[&set[..], &["--clock-is-right"]].concat())
            .status
            .success()
    );
    assert_eq!(lines(), 5);
}

/// Escapes that colour, clear, and turn round what follows.
const EVIL: &str = "9199\u{1b}[31m\u{9b}2J\u{202e}x";

#[test]
fn arguments_and_lines_do_not_steer_the_terminal() {
    let world = World::new();
    let steers = |c: char| c.is_control() && c != '\n' && c != '\t' || c == '\u{202e}';
    let commands: [&[&str]; 7] = [
        &["code", EVIL],
        &["search", EVIL],
        &["subject", EVIL],
        &["subject", EVIL, "--purpose", "核查"],
        &["record", "show", EVIL, "--purpose", "核查"],
        &["check", EVIL],
        &["deadline", EVIL, "--days", "7"],
    ];
    for args in commands {
        let out = world.run(args);
        let said = text(&out.stdout) + &text(&out.stderr);
        assert!(!said.is_empty());
        assert!(!said.contains(steers), "{args:?}: {said:?}");
    }
    let mut lines = world.command(&["code", "-"]);
    let mut lines = lines
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(lines.stdin.take().unwrap(), "{EVIL}").unwrap();
    let said = text(&lines.wait_with_output().unwrap().stdout);
    assert!(
        said.contains("9199�[31m") && !said.contains(steers),
        "{said:?}"
    );
}
