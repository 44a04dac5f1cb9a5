//! Files stay small enough to be read at one sitting. Tests are not counted.
#![allow(
    clippy::print_stdout,
    reason = "the list of long files is for whoever runs the test"
)]

use xinheng_tree_tests::{files, report, source};

/// Above this a file is split by meaning, or an ADR says why not.
const LIMIT: usize = 800;
/// Above this a file is listed, so that it is looked at.
const LISTED: usize = 400;

fn lengths() -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = files("crates", &[".rs"])
        .into_iter()
        .chain(files("bench", &[".rs"]))
        .filter(|file| !file.is_test())
        .map(|file| (source::without_tests(&file.text).len(), file.path))
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found
}

#[test]
fn no_file_is_longer_than_the_limit() {
    let lengths = lengths();
    let faults: Vec<String> = lengths
        .iter()
        .filter(|(lines, _)| *lines > LIMIT)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    report("longer than 800 lines", &faults);
    for (lines, path) in lengths.iter().filter(|(lines, _)| *lines > LISTED) {
        println!("{lines} lines: {path}");
    }
}

#[test]
fn half_of_the_files_are_short() {
    let lengths = lengths();
    let at = |share: usize| {
        lengths
            .get(lengths.len() * (100 - share) / 100)
            .map_or(0, |f| f.0)
    };
    let (median, ninety) = (at(50), at(90));
    println!(
        "{} files, median {median}, 90 % below {ninety}",
        lengths.len()
    );
    // The aim is 130 and 400; the test leaves room to breathe.
    assert!(median <= 200, "median {median}");
    assert!(ninety <= 500, "90th percentile {ninety}");
}
