//! The contract of `docs/data-formats.md`: keys, order, bytes, status.

use crate::world::{World, code, penalties, penalty, repository, text, xinheng};

const KEYS: [&str; 12] = [
    "sheet",
    "row",
    "sheet_row",
    "column",
    "field",
    "code",
    "severity",
    "value",
    "expected",
    "suggestion",
    "message",
    "basis",
];

fn keys(line: &str) -> Vec<String> {
    // The order of keys is part of the contract: serde_json's map would sort them.
    let mut rest = line;
    let mut keys = Vec::new();
    let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
    let object = value.as_object().expect("an object");
    while keys.len() < object.len() {
        let next = object
            .keys()
            .filter(|k| !keys.contains(*k))
            .filter_map(|k| Some((rest.find(&format!("\"{k}\":"))?, k)))
            .min()
            .expect("every key stands in the line");
        keys.push(next.1.clone());
        rest = &rest[next.0 + next.1.len()..];
    }
    keys
}

#[test]
fn check_writes_the_same_lines_for_the_same_file_and_day() {
    let file = repository("examples/penalties-many-faults.csv");
    let args = ["check", file.to_str().unwrap(), "--output", "json"];
    let (first, second) = (xinheng(&args), xinheng(&args));
    assert_eq!(first.stdout, second.stdout);
    assert_eq!(first.status.code(), Some(1));
    let out = text(&first.stdout);
    let lines: Vec<&str> = out.lines().collect();
    let (summary, findings) = lines.split_last().expect("lines");
    assert!(findings.len() > 20);
    let mut places = Vec::new();
    for line in findings {
        assert_eq!(keys(line), KEYS);
        let f: serde_json::Value = serde_json::from_str(line).unwrap();
        places.push((
            f["row"].as_u64().unwrap(),
            f["column"].as_u64().unwrap(),
            f["code"].as_str().unwrap().to_owned(),
        ));
    }
    assert!(
        places.is_sorted(),
        "findings are ordered by row, column, code"
    );
    let summary: serde_json::Value = serde_json::from_str(summary).unwrap();
    let s = &summary["summary"];
    let n = |key: &str| s[key].as_u64().unwrap();
    assert_eq!(n("accepted") + n("refused") + n("set_aside"), n("rows"));
    assert_eq!(n("findings"), findings.len() as u64);
    assert_eq!(s["format"], "penalty-2018");
    assert_eq!(s["today"], "2026-11-22");
    insta::assert_snapshot!("check_json_lines", out);
}

#[test]
fn status_tells_usage_from_refusal() {
    assert_eq!(
        xinheng(&["check", "there-is-no-such-file.csv"])
            .status
            .code(),
        Some(2)
    );
    assert_eq!(
        xinheng(&["check", "--no-such-option", "x"]).status.code(),
        Some(2)
    );
    assert_eq!(xinheng(&["no-such-command"]).status.code(), Some(2));
    let correct = repository("examples/penalties-correct.csv");
    assert_eq!(
        xinheng(&["check", correct.to_str().unwrap()]).status.code(),
        Some(0)
    );
    let damaged = repository("examples/hostile/damaged.xlsx");
    let out = xinheng(&["check", damaged.to_str().unwrap(), "--output", "json"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stdout).contains("\"refuse_file\""));
}

/// An invented number of a division that does not exist, which passes the check of a unified code.
#[test]
fn an_identity_number_is_no_code_and_never_printed() {
    const NUMBER: &str = "990102190001010559";
    for args in [
        &["code", NUMBER][..],
        &["code", NUMBER, "--output", "json"],
        &["code", " 990102 19000101 0559 "],
        &["deadline", NUMBER],
        &["check", NUMBER],
    ] {
        let out = xinheng(args);
        assert_ne!(out.status.code(), Some(0), "{args:?}");
        let said = text(&out.stdout) + &text(&out.stderr);
        assert!(!said.contains("19000101"), "{said}");
        assert!(said.contains("990***"), "{args:?}: {said}");
    }
    let out = text(&xinheng(&["code", NUMBER, "--output", "json"]).stdout);
    assert!(out.contains("\"verdict\":\"identity_number\""), "{out}");
}

#[test]
fn code_answers_a_line_per_line_and_never_suggests_a_check_character() {
    let out = xinheng(&[
        "code",
        "91350203M0001QKT19",
        "00000000000000000X",
        "91990102MAEX00010w",
        "123",
        "--output",
        "json",
    ]);
    insta::assert_snapshot!("code_json_lines", text(&out.stdout));
}

#[test]
fn deadline_crosses_the_national_holiday() {
    let of = |args: &[&str]| {
        text(&xinheng(&[&["deadline"], args, &["--output", "json"]].concat()).stdout)
    };
    // Facts of the calendar of 2026: 1 to 7 October off, 10 October worked (State Council notice).
    assert!(
        of(&["2026-09-30", "--days", "7"])
            .contains("\"deadline\":\"2026-10-15\",\"provisional\":false")
    );
    // The notice of 2027 is not out.
    assert!(of(&["2026-12-28", "--days", "7"]).contains("\"provisional\":true"));
    // In March 2019 three more days of May became holidays; before that nobody knew.
    assert!(
        of(&[
            "2019-04-30",
            "--days",
            "1",
            "--known-at",
            "2019-03-01T00:00:00Z"
        ])
        .contains("\"2019-05-02\"")
    );
    assert!(
        of(&[
            "2019-04-30",
            "--days",
            "1",
            "--known-at",
            "2019-04-01T00:00:00Z"
        ])
        .contains("\"2019-05-05\"")
    );
    let unknown = xinheng(&["deadline", "2029-01-05", "--days", "7"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        text(&unknown.stderr).contains("2029年部分节假日安排的通知"),
        "the awaited notice is named: {}",
        text(&unknown.stderr)
    );
}

#[test]
fn register_check_names_a_name_that_differs() {
    let world = World::new();
    let register = world.file(
        "register.csv",
        format!(
            "代码,名称\n{},衡川试验一号有限公司\n",
            crate::world::code(1)
        ),
    );
    world.done(&["register", "import", register.to_str().unwrap()]);
    let file = world.file("p.csv", penalties([1]));
    let out = world.run(&[
        "check",
        file.to_str().unwrap(),
        "--register",
        "--output",
        "json",
    ]);
    let out = text(&out.stdout);
    assert!(
        out.contains("衡川试验一号有限公司"),
        "the registered name is told: {out}"
    );
    assert!(penalty(1).contains("衡川试验1号有限公司"));
    let hits = world.done(&["search", "试验", "--output", "json"]);
    assert!(
        !hits.contains("试验1号"),
        "checking renames nothing: {hits}"
    );
}

#[test]
fn a_search_says_what_may_have_been_meant() {
    let world = World::new();
    world.import(&world.file("a.csv", penalties(17..=17)));
    // Nothing is found: status 1, and one suggestion, which is another name.
    let out = world.run(&["search", "衡川武验17号有限公司"]);
    assert_eq!(out.status.code(), Some(1));
    let said = text(&out.stdout);
    assert!(said.contains("没有名称中含有"), "{said}");
    let (_, meant) = said.split_once("您要找的是不是").expect("a suggestion");
    assert!(meant.contains("试验17号"), "{said}");
    let out = world.run(&["search", "衡川武验17号有限公司", "--output", "json"]);
    let line: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(line["hits"], serde_json::json!([]));
    assert_eq!(line["suggestions"][0]["code"], code(17));
    let typed = code(17).replacen('9', "8", 1);
    let said = text(&world.run(&["search", &typed]).stdout);
    assert!(
        said.contains("这些代码与输入的只差一处，请与登记证照核对"),
        "{said}"
    );
    assert!(said.contains("第1位是9，输入的是8"), "{said}");
    let absent = world.run(&["search", "子丑寅卯有限公司"]);
    assert!(!text(&absent.stdout).contains("您要找的是不是"));
}
