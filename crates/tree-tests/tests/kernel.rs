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

/// Acts of entries that earlier programs wrote, or that a later one will; and those of a migration,
/// which runs where nobody can act yet.
///
/// `RecordRepair` is done by steps of cases alone, under the step's own act; its role must hold it.
const NOT_DONE: [&str; 5] = [
    "SubjectPersons",
    "AuditPrune",
    "DatabaseUpgrade",
    "RecordRepair",
    "DatabaseMigrate",
];

#[test]
fn every_act_is_done_somewhere() {
    let declared = xinheng_tree_tests::TreeFile::read("crates/domain/src/act.rs").text;
    let acts = declared.lines().filter_map(|line| {
        let (name, rest) = line.trim().split_once(" = \"")?;
        rest.contains('.').then(|| name.to_owned())
    });
    let acts: Vec<String> = acts.collect();
    assert!(acts.len() > 30, "the acts were found");
    let done: String = files("crates/app/src", &[".rs"])
        .into_iter()
        .chain(files("crates/web/src", &[".rs"]))
        .map(|file| file.text)
        .collect();
    let routes = |act: &str| done.contains(&format!("=> {act}, "));
    let faults: Vec<String> = acts
        .into_iter()
        .filter(|act| !NOT_DONE.contains(&act.as_str()))
        .filter(|act| !done.contains(&format!("Act::{act}")) && !routes(act))
        .collect();
    report("acts that nothing does", &faults);
}
