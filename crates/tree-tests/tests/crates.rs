//! Which crate may use which: the arrows of ARCHITECTURE.md (ADR 0001).
#![allow(clippy::unwrap_used, reason = "a test")]

use xinheng_tree_tests::{files, metadata, report};

/// Crate → what it may use. `domain` is open to all.
const ARROWS: [(&str, &[&str]); 9] = [
    ("xinheng-domain", &[]),
    ("xinheng-checker", &["xinheng-domain"]),
    ("xinheng-rulebook", &["xinheng-checker", "xinheng-domain"]),
    ("xinheng-exchange", &["xinheng-checker", "xinheng-domain"]),
    ("xinheng-store", &["xinheng-domain"]),
    (
        "xinheng-app",
        &[
            "xinheng-checker",
            "xinheng-domain",
            "xinheng-rulebook",
            "xinheng-exchange",
            "xinheng-store",
        ],
    ),
    ("xinheng-web", &["xinheng-domain", "xinheng-app"]),
    ("xinheng-demo", &["xinheng-domain", "xinheng-app"]),
    (
        "xinheng",
        &[
            "xinheng-checker",
            "xinheng-domain",
            "xinheng-app",
            "xinheng-web",
            "xinheng-demo",
        ],
    ),
];

/// For tests and measurements: they may use all, nothing that is shipped may use them.
const OUTSIDE: [&str; 3] = ["xinheng-testkit", "xinheng-bench", "xinheng-tree-tests"];

/// Library → the one crate of ours that may know it.
const KEPT_IN: [(&str, &[&str]); 9] = [
    ("rusqlite", &["xinheng-store"]),
    ("postgres", &["xinheng-store"]),
    ("calamine", &["xinheng-exchange"]),
    ("encoding_rs", &["xinheng-exchange", "xinheng-demo"]),
    ("askama", &["xinheng-web"]),
    ("axum", &["xinheng-web"]),
    ("tower-http", &["xinheng-web"]),
    ("clap", &["xinheng"]),
    ("tokio", &["xinheng-web", "xinheng"]),
];

#[test]
fn crates_use_only_what_their_arrows_allow() {
    let ours = metadata::ours();
    let mut faults = Vec::new();
    for package in &ours {
        let name = package.name.as_str();
        if OUTSIDE.contains(&name) {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
            faults.push(format!(
                "{name} is new: give it a place in ARROWS and in ARCHITECTURE.md"
            ));
            continue;
        };
        for used in &package.dependencies {
            let ours = used.name == "xinheng" || used.name.starts_with("xinheng-");
            let for_tests = used.kind.as_deref() == Some("dev");
            if ours && !for_tests && !allowed.contains(&used.name.as_str()) {
                faults.push(format!("{name} → {}", used.name));
            }
        }
    }
    report("crates that use what they may not", &faults);
    assert!(ours.len() > OUTSIDE.len(), "cargo names no crate of ours");
}

#[test]
fn every_arrow_leads_between_crates_that_exist() {
    let ours: Vec<String> = metadata::ours()
        .into_iter()
        .map(|package| package.name)
        .collect();
    let named = ARROWS.iter().flat_map(|(from, to)| to.iter().chain([from]));
    let faults: Vec<String> = named
        .chain(&OUTSIDE)
        .filter(|name| !ours.iter().any(|known| known == *name))
        .map(|name| format!("{name} does not exist"))
        .collect();
    report("names in this test", &faults);
}

#[test]
fn a_library_is_known_only_where_it_belongs() {
    let mut faults = Vec::new();
    for package in metadata::ours() {
        let name = package.name.as_str();
        if OUTSIDE.contains(&name) {
            continue;
        }
        for used in package
            .dependencies
            .iter()
            .filter(|used| used.kind.is_none())
        {
            let kept = KEPT_IN.iter().find(|(library, _)| *library == used.name);
            if kept.is_some_and(|(_, homes)| !homes.contains(&name)) {
                faults.push(format!("{name} uses {}", used.name));
            }
        }
    }
    report("libraries outside the crate that keeps them", &faults);
}

#[test]
fn the_inner_crates_are_synchronous() {
    let mut faults = Vec::new();
    for krate in ["domain", "rulebook", "exchange", "store", "app"] {
        for file in xinheng_tree_tests::files(&format!("crates/{krate}/src"), &[".rs"]) {
            for line in xinheng_tree_tests::source::without_tests(&file.text) {
                if line.code.contains("async fn") || line.code.contains(".await") {
                    faults.push(format!("{}:{}", file.path, line.number));
                }
            }
        }
    }
    report("async in a synchronous crate (ADR 0001)", &faults);
}

/// Pages and interface show what `app::law` reads out of the rulebook (ADR 17).
#[test]
fn the_site_reads_no_rulebook() {
    let mut faults = Vec::new();
    for file in files("crates/web/src", &[".rs"]) {
        for word in ["rulebook()", "rulebook::", "Rulebook"] {
            if file.text.contains(word) {
                faults.push(format!("{}: {word}", file.path));
            }
        }
    }
    report("the site asks `ctx.law()`", &faults);
}
