//! The ways to the database (ADR 17): a use case names its act, or has no connection.

use xinheng_tree_tests::{files, report, source};

/// Where the ways are, and what makes a deployment before there is anybody to ask.
const WAYS: [&str; 4] = [
    "crates/app/src/kernel.rs",
    "crates/app/src/ctx.rs",
    "crates/app/src/lib.rs",
    "crates/app/src/deployment.rs",
];

/// What leads past them.
const PAST: [&str; 5] = [
    ".db()",
    ".write(|",
    "audit::seal(",
    "Db::open",
    "AuditEntry::new",
];

#[test]
fn no_use_case_comes_to_the_database_but_by_its_act() {
    let mut faults = Vec::new();
    let mut ways = 0;
    for file in files("crates/app/src", &[".rs"]) {
        let found: Vec<&str> = source::without_tests(&file.text)
            .into_iter()
            .map(|line| line.code)
            .filter(|code| PAST.iter().any(|past| code.contains(past)))
            .collect();
        if WAYS.contains(&file.path.as_str()) {
            ways += found.len();
        } else {
            faults.extend(found.iter().map(|line| format!("{}: {line}", file.path)));
        }
    }
    report("comes to the database without an act", &faults);
    assert!(ways > 0, "the names that are looked for are those in use");
}
