//! What may come in: licences and libraries, by the lists in `deny.toml`.
#![allow(clippy::unwrap_used, reason = "a test")]

use serde::Deserialize;
use xinheng_tree_tests::{TreeFile, metadata, report, spdx};

#[derive(Deserialize)]
struct Lists {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

/// Not called by our own code, though a dependency may bring them.
const NOT_DIRECTLY: [(&str, &str); 6] = [
    ("time", "dates are jiff's"),
    ("lazy_static", "std::sync::LazyLock"),
    ("once_cell", "std::sync::OnceLock"),
    ("rand", "randomness is an input: ids come from the context"),
    (
        "reqwest",
        "an asynchronous HTTP client; nothing here calls out",
    ),
    (
        "regex",
        "a few bytes are read by hand; say why if it is worth its size",
    ),
];

fn lists() -> Lists {
    toml::from_str(&TreeFile::read("deny.toml").text).unwrap()
}

#[test]
fn every_package_has_a_licence_we_may_ship() {
    let allowed = lists().licenses.allow;
    let packages = metadata::packages();
    let faults: Vec<String> = packages
        .iter()
        .filter_map(|package| {
            let licence = package.license.as_deref().unwrap_or("");
            (!spdx::satisfied(licence, &allowed))
                .then(|| format!("{} {}: {licence:?}", package.name, package.version))
        })
        .collect();
    report("licences that are not in deny.toml", &faults);
    assert!(
        packages.len() > 100,
        "cargo names too few packages to be believed"
    );
}

#[test]
fn no_forbidden_package_is_in_the_graph() {
    let bans = lists().bans.deny;
    let faults: Vec<String> = metadata::packages()
        .iter()
        .filter_map(|package| {
            let ban = bans.iter().find(|ban| ban.name == package.name)?;
            Some(format!("{}: {}", ban.name, ban.reason))
        })
        .collect();
    report("forbidden by deny.toml", &faults);
}

#[test]
fn our_crates_ask_for_nothing_they_should_not() {
    let mut faults = Vec::new();
    for package in metadata::ours() {
        for used in &package.dependencies {
            if let Some((_, reason)) = NOT_DIRECTLY.iter().find(|(name, _)| *name == used.name) {
                faults.push(format!("{} asks for {}: {reason}", package.name, used.name));
            }
        }
    }
    report("asked for directly", &faults);
}

/// More is possible, but somebody has to say so here (design: fewer than 250 for the server).
const MOST_PACKAGES: usize = 320;

#[test]
fn the_graph_stays_small() {
    let count = metadata::packages().len();
    assert!(
        count <= MOST_PACKAGES,
        "{count} packages; the limit is {MOST_PACKAGES}"
    );
}
