//! What Cargo says of the packages.

use serde::Deserialize;
use std::process::Command;

/// A package, as `cargo metadata` tells it.
#[derive(Debug, Clone, Deserialize)]
pub struct Package {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Opaque id.
    pub id: String,
    /// Licence expression.
    pub license: Option<String>,
    /// `None` = not of a registry: ours.
    pub source: Option<String>,
    /// What it asks for.
    pub dependencies: Vec<Dependency>,
}

/// One line of a `[dependencies]` table.
#[derive(Debug, Clone, Deserialize)]
pub struct Dependency {
    /// Name of the package.
    pub name: String,
    /// `None` = normal, else `dev` or `build`.
    pub kind: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
}

/// All packages that are built on the platforms we ship for, ours among them.
#[must_use]
pub fn packages() -> Vec<Package> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(crate::root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answer: Answer = serde_json::from_slice(&output.stdout).unwrap();
    let built: Vec<String> = answer
        .resolve
        .nodes
        .into_iter()
        .map(|node| node.id)
        .collect();
    answer
        .packages
        .into_iter()
        .filter(|package| built.contains(&package.id))
        .collect()
}

/// Only ours.
#[must_use]
pub fn ours() -> Vec<Package> {
    packages()
        .into_iter()
        .filter(|package| package.source.is_none())
        .collect()
}
