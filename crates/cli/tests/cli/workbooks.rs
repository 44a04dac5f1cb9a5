//! Workbooks the command writes: the annotated one and the templates.

use crate::{
    kernel::copy,
    world::{World, repository, text, xinheng},
};
use std::path::{Path, PathBuf};

/// Findings without the sheet's name, and the counts.
fn findings(args: &[&str]) -> (Vec<serde_json::Value>, serde_json::Value) {
    let out = xinheng(&[args, &["--output", "json"]].concat());
    let mut lines: Vec<serde_json::Value> = text(&out.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut summary = lines.pop().unwrap()["summary"].take();
    for key in ["file", "sha256"] {
        summary.as_object_mut().unwrap().remove(key);
    }
    for line in &mut lines {
        line.as_object_mut().unwrap().remove("sheet");
    }
    (lines, summary)
}

fn examples() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["examples", "examples/hostile", "examples/departments"] {
        for entry in std::fs::read_dir(repository(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e != "md" && e != "toml") {
                found.push(path);
            }
        }
    }
    found
}

/// A file that cannot be read to its end cannot come back whole; programs and links to other
/// files are not carried over.
const NOT_WHOLE: [&str; 14] = [
    "file-bomb",
    "file-damaged",
    "file-empty",
    "file-encrypted",
    "file-kind-not-read",
    "file-not-a-table",
    "file-nul-byte",
    "file-quote-across-rows",
    "file-quote-unclosed",
    "file-separator-unsafe",
    "file-too-many-columns",
    "text-undecodable",
    "workbook-external-links",
    "workbook-macros-not-run",
];

/// A small file can be made to have very many findings.
#[test]
fn of_very_many_findings_all_are_listed_where_it_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    let good = std::fs::read_to_string(repository("examples/penalties-correct.csv")).unwrap();
    let head = good.lines().next().unwrap();
    let row = format!("x{}\n", ",x".repeat(head.matches(',').count()));
    std::fs::write(&path, format!("{head}\n{}", row.repeat(8000))).unwrap();
    let file = path.to_str().unwrap();
    let (usual, counts) = findings(&["check", file]);
    let (all, all_counts) = findings(&["check", file, "--all"]);
    assert_eq!(counts["findings"], all_counts["findings"]);
    assert_eq!(all_counts["unlisted"], 0);
    assert_eq!(all_counts["findings"], all.len());
    let about_rows = |found: &[serde_json::Value]| found.iter().filter(|f| f["row"] != 0).count();
    assert_eq!(about_rows(&usual), 60_000);
    assert_eq!(counts["unlisted"], about_rows(&all) - 60_000);
    let told = xinheng(&["check", file]);
    assert!(text(&told.stdout).contains("要全部列出，请加上“--all”"));
}

/// What is made from a clerk's file has identity numbers in it.
#[cfg(unix)]
#[test]
fn an_annotated_workbook_is_its_makers_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("批注.xlsx");
    let file = repository("examples/penalties-correct.csv");
    xinheng(&[
        "check",
        file.to_str().unwrap(),
        "--out",
        to.to_str().unwrap(),
    ]);
    let mode = std::fs::metadata(to).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn every_example_comes_back_as_a_workbook_that_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut whole = 0;
    for (number, file) in examples().into_iter().enumerate() {
        let back = folder.path().join(format!("back-{number}.xlsx"));
        let back = back.to_str().unwrap();
        let file = file.to_str().unwrap();
        let told = findings(&["check", file]);
        assert_eq!(findings(&["check", file, "--out", back]), told, "{file}");
        assert!(std::fs::read(back).unwrap().starts_with(b"PK"), "{file}");
        let codes = told.0.iter().map(|f| f["code"].as_str().unwrap());
        if codes.into_iter().all(|code| !NOT_WHOLE.contains(&code)) {
            assert_eq!(findings(&["check", back]), told, "{file}");
            whole += 1;
        }
    }
    assert!(whole > 50, "{whole}");
}

#[test]
fn the_workbook_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let file = repository("examples/penalties-many-faults.csv");
    let file = file.to_str().unwrap();
    let out = xinheng(&["check", file, "--out", &at("批注.xlsx")]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stdout).contains("批注后的工作簿："));
    let copy = at("copy.xlsx");
    std::fs::copy(repository("examples/permits-correct.xlsx"), &copy).unwrap();
    for (file, to, says) in [
        (file, at("表.csv"), "应当以 .xlsx 结尾"),
        (file, at("没有/表.xlsx"), "请检查目录是否存在"),
        (copy.as_str(), copy.clone(), "原文件不会改动"),
    ] {
        let out = xinheng(&["check", file, "--out", &to]);
        assert_eq!(out.status.code(), Some(2), "{to}");
        assert!(text(&out.stderr).contains(says), "{}", text(&out.stderr));
        assert!(out.stdout.is_empty(), "nothing is checked before");
    }
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 2, "no half-written file is left behind");
}

/// What a blank template is to the checker: a header of the format, and no row.
fn is_blank_template(world: &World, path: &Path, format: &str) {
    let out = world.run(&["check", path.to_str().unwrap(), "--output", "json"]);
    let lines = text(&out.stdout);
    assert_eq!(lines.lines().count(), 2, "{lines}");
    assert!(lines.contains("\"file-header-only\""), "{lines}");
    assert!(
        lines.contains(&format!("\"format\":\"{format}\"")),
        "{lines}"
    );
}

#[test]
fn every_item_has_its_template_those_of_local_files_too() {
    let world = World::new();
    let local = Path::new(&world.data()).join("rulebook");
    copy(&repository("examples/custom-item/rulebook"), &local);
    let list = world.done(&["template", "--list", "--output", "json"]);
    let items: Vec<serde_json::Value> = list
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ids: Vec<&str> = items.iter().map(|i| i["item"].as_str().unwrap()).collect();
    assert_eq!(ids, ["list-entry", "penalty", "permit", "water-saving"]);
    for item in &items {
        let id = item["item"].as_str().unwrap();
        let path = world.dir.path().join(format!("{id}.xlsx"));
        world.done(&["template", id, "--out", path.to_str().unwrap()]);
        is_blank_template(&world, &path, item["format"].as_str().unwrap());
    }
    let unknown = world.run(&["template", "nothing", "--out", "模板.xlsx"]);
    assert_eq!(unknown.status.code(), Some(1));
    let said = text(&unknown.stderr);
    assert!(said.contains("water-saving（节水检查结果）"), "{said}");
    assert_eq!(world.run(&["template", "penalty"]).status.code(), Some(2));
    // What was filled in is not lost.
    let filled = world.file("filled.xlsx", "mine");
    let again = world.run(&["template", "penalty", "--out", filled.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(2), "{}", text(&again.stderr));
    assert_eq!(std::fs::read(&filled).unwrap(), b"mine");
    let nowhere = xinheng(&["template", "--list", "--data", "nowhere-at-all"]);
    assert_eq!(nowhere.status.code(), Some(2), "{}", text(&nowhere.stderr));
}
