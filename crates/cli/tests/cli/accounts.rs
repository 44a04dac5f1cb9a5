//! Whose act a command is: an account of the operating system, and no variable.
#![cfg(unix)]

use crate::world::{World, code, penalties, text};
use nix::unistd::{Uid, User, getuid};
use std::process::Command;

/// A deployment with a record that was withheld from the command line, and its number.
fn withheld() -> (World, String) {
    let world = World::new();
    world.import(&world.file("a.csv", penalties([1])));
    let id = world.records(&code(1))[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let said = world.done(&["record", "withhold", &id, "--grounds", "文书有误"]);
    assert!(said.contains("本人的系统账号"), "{said}");
    (world, id)
}

fn confirm(world: &World, id: &str) -> Command {
    world.command(&["record", "confirm", id, "--grounds", "属实"])
}

fn own_name() -> String {
    let user = User::from_uid(getuid()).unwrap();
    user.map_or_else(|| format!("uid-{}", getuid()), |user| user.name)
}

#[test]
fn a_variable_makes_nobody_a_second_person() {
    let (world, id) = withheld();
    let no_account = 3_999_999_999_u32.to_string();
    for (name, value) in [
        ("USER", "second"),
        ("LOGNAME", "second"),
        ("SUDO_USER", "second"),
        ("SUDO_UID", no_account.as_str()),
        ("SUDO_UID", "second"),
    ] {
        let out = confirm(&world, &id).env(name, value).output().unwrap();
        let said = text(&out.stderr);
        assert_eq!(out.status.code(), Some(1), "{name}: {said}");
        assert!(
            said.contains(&format!("账号“{}”", own_name())) && said.contains("sudo"),
            "{name}: {said}"
        );
    }
}

#[test]
fn the_account_that_called_sudo_acts() {
    let (world, id) = withheld();
    // Some account that is another than the one of this test.
    let mut ids = (1..200).chain([65534]).map(Uid::from_raw);
    let other = ids.find(|uid| *uid != getuid() && User::from_uid(*uid).unwrap().is_some());
    let other = other.expect("every system has a second account");
    let mut second = confirm(&world, &id);
    let out = second.env("SUDO_UID", other.to_string()).output().unwrap();
    // Without root and without sudo the variable was set by hand, which counts for nothing.
    assert_eq!(
        out.status.success(),
        getuid().is_root(),
        "{}",
        text(&out.stderr)
    );
}

/// People have accounts of the system bound to theirs: a withholding is a case between two of them.
#[test]
fn who_has_an_account_withholds_by_a_case() {
    let world = World::new();
    world.import(&world.file("a.csv", penalties([1])));
    let id = world.records(&code(1))[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    world.done(&["account", "add", "huang", "--name", "黄样舟"]);
    world.done(&["account", "grant", "huang", "officer"]);
    world.done(&["account", "bind", "huang", &own_name()]);
    let withhold = ["record", "withhold", &id, "--grounds", "文书有误"];
    let seen = world.run(&[&withhold[..], &["--seen", "1"]].concat());
    assert_eq!(seen.status.code(), Some(2));
    assert!(
        text(&seen.stderr).contains("--seen"),
        "{}",
        text(&seen.stderr)
    );
    assert!(!world.done(&["record", "withheld"]).contains(&id));
    let said = world.done(&withhold);
    assert!(said.contains("待第二人核定"), "{said}");
    assert!(world.done(&["record", "withheld"]).contains(&id));
    assert!(world.done(&["case", "list"]).contains("暂停公示"));
    // By a case, and by nothing beside it.
    let confirmed = confirm(&world, &id).output().unwrap();
    assert!(!confirmed.status.success());
}
