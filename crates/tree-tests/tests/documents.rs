//! Documents tell the truth about the tree: links lead somewhere, the two READMEs agree, every
//! decision is in the index, and nothing tells on which machine it was written.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;
use xinheng_tree_tests::{TreeFile, files, report, root, source};

fn documents() -> Vec<TreeFile> {
    files("", &[".md"])
}

/// Targets of `[text](target)` and `![text](target)`, outside code.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for (at, _) in line.match_indices("](") {
            let target = line[at + 2..].split(')').next().unwrap();
            found.push((index + 1, target.to_owned()));
        }
    }
    found
}

/// The anchor that Markdown viewers give a heading.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        })
        .collect()
}

fn headings(text: &str) -> Vec<(usize, String)> {
    let mut in_code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        let level = line.chars().take_while(|c| *c == '#').count();
        if !in_code && level > 0 && line[level..].starts_with(' ') {
            found.push((level, line[level..].trim().to_owned()));
        }
    }
    found
}

/// Lines of fenced `sh` blocks without what stands after `#`.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside {
            let command = line.split(" #").next().unwrap().trim();
            if !command.is_empty() && !command.starts_with('#') {
                found.push(command.to_owned());
            }
        }
    }
    found
}

#[test]
fn links_lead_to_something() {
    let mut faults = Vec::new();
    for file in documents() {
        let folder = root().join(&file.path).parent().unwrap().to_path_buf();
        for (line, target) in links(&file.text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, place) = target.split_once('#').unwrap_or((&target, ""));
            let there = if path.is_empty() {
                root().join(&file.path)
            } else {
                folder.join(path)
            };
            if !there.exists() {
                faults.push(format!("{}:{line}: {target}", file.path));
            } else if !place.is_empty() && path.ends_with(".md") | path.is_empty() {
                let text = std::fs::read_to_string(&there).unwrap();
                if !headings(&text)
                    .iter()
                    .any(|(_, heading)| anchor(heading) == place)
                {
                    faults.push(format!("{}:{line}: no heading #{place}", file.path));
                }
            }
        }
    }
    report("links that lead nowhere", &faults);
}

#[test]
fn files_that_documents_name_exist() {
    let tops = [
        "crates/",
        "rulebook/",
        "templates/",
        "static/",
        "docs/",
        "scripts/",
        "e2e/",
        "examples/",
    ];
    let mut faults = Vec::new();
    for file in documents() {
        for (index, line) in file.text.lines().enumerate() {
            for quoted in line.split('`').skip(1).step_by(2) {
                let is_path = tops.iter().any(|top| quoted.starts_with(top))
                    && !quoted.contains([' ', '*', '<', '{', '…']);
                // Folders that are made, not written.
                if is_path && quoted != "e2e/out" && !root().join(quoted).exists() {
                    faults.push(format!("{}:{}: {quoted}", file.path, index + 1));
                }
            }
        }
    }
    report("files that are named and do not exist", &faults);
}

#[test]
fn both_readmes_have_the_same_headings_and_commands() {
    let english = TreeFile::read("README.md").text;
    let chinese = TreeFile::read("README.zh-CN.md").text;
    let levels =
        |text: &str| -> Vec<usize> { headings(text).into_iter().map(|(level, _)| level).collect() };
    assert_eq!(levels(&english), levels(&chinese), "levels of headings");
    assert_eq!(commands(&english), commands(&chinese), "commands");
    let targets = |text: &str| -> BTreeSet<String> {
        links(text)
            .into_iter()
            .map(|(_, target)| target)
            .filter(|target| !target.starts_with("README") && !target.starts_with('#'))
            .collect()
    };
    assert_eq!(targets(&english), targets(&chinese), "links");
    assert!(commands(&english).contains(&"make run".to_owned()));
    assert!(commands(&english).contains(&"make test".to_owned()));
}

#[test]
fn commands_of_make_that_documents_name_exist() {
    let makefile = TreeFile::read("Makefile").text;
    let targets: BTreeSet<&str> = makefile
        .lines()
        .filter(|line| !line.starts_with(['\t', '#', '.', ' ']))
        .filter_map(|line| line.split_once(':').map(|(target, _)| target))
        .flat_map(str::split_whitespace)
        .collect();
    let mut faults = Vec::new();
    for file in documents() {
        for (at, _) in file.text.match_indices("`make ") {
            let rest = &file.text[at + "`make ".len()..];
            let target: String = rest
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-')
                .collect();
            if !targets.contains(target.as_str()) {
                faults.push(format!("{}: make {target}", file.path));
            }
        }
    }
    report("commands that do not exist", &faults);
}

#[test]
fn every_decision_is_in_the_index() {
    let index = TreeFile::read("docs/adr/README.md").text;
    let listed: BTreeSet<String> = links(&index)
        .into_iter()
        .map(|(_, target)| target)
        .collect();
    let mut number = 0;
    for file in files("docs/adr", &[".md"]) {
        let name = file.path.rsplit('/').next().unwrap();
        if name == "README.md" {
            continue;
        }
        number += 1;
        assert!(
            name.starts_with(&format!("{number:04}-")),
            "{name}: numbers run from 0001 without gaps"
        );
        assert!(listed.contains(name), "{name} is not in docs/adr/README.md");
        for part in [
            "Status:",
            "Date:",
            "## Context",
            "## Decision",
            "## Consequences",
        ] {
            assert!(file.text.contains(part), "{name} has no {part:?}");
        }
    }
    assert!(number > 0, "no decision is written down");
}

#[test]
fn nothing_tells_where_it_was_written() {
    // Put together here, so that this file does not name them itself.
    let traces = [
        ["/ro", "ot/"].concat(),
        ["/wo", "rk/"].concat(),
        ["/tmp", "/xh"].concat(),
        ["shared", "/design"].concat(),
        ["shared", "/facts"].concat(),
        ["registry.", "npmjs"].concat(),
        ["crates", ".io/"].concat(),
        ["index.crates", ".io"].concat(),
        ["py", "pi.org"].concat(),
        ["deb.", "debian.org"].concat(),
    ];
    let mut faults = Vec::new();
    for file in files("", &[]) {
        // Cargo writes the index's address into its lock file itself.
        if file.path == "Cargo.lock" {
            continue;
        }
        for (index, line) in file.text.lines().enumerate() {
            for trace in &traces {
                if line.contains(trace.as_str()) {
                    faults.push(format!("{}:{}: {trace}", file.path, index + 1));
                }
            }
        }
    }
    report("traces of a machine or a registry", &faults);
}

#[test]
fn chinese_texts_speak_calmly() {
    let mut faults = Vec::new();
    let mut texts = files("templates", &[]);
    texts.extend(files("rulebook", &[".toml"]));
    texts.extend(files("static", &[".js"]));
    texts.extend(
        files("crates", &[".rs"])
            .into_iter()
            .filter(|file| !file.is_test()),
    );
    for file in texts {
        for line in source::without_tests(&file.text) {
            // One form of address, the polite one; official letters write 你单位 to a body.
            if line.code.replace("你单位", "").contains('你') {
                faults.push(format!(
                    "{}:{}: {}",
                    file.path,
                    line.number,
                    line.code.trim()
                ));
            }
            // As a character that the checker knows, it stands in quotes of its own.
            if line.code.replace("'！'", "").contains('！') {
                faults.push(format!(
                    "{}:{}: {}",
                    file.path,
                    line.number,
                    line.code.trim()
                ));
            }
        }
    }
    report("exclamation marks, and 你 where it is 您", &faults);
}
