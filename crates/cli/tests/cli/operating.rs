//! What an operator does with a deployment: backups, the log, real and training days, statuses.

use crate::{
    kernel::Server,
    world::{
        DEPARTMENT, TODAY, World, code, on_the_real_day, penalties, repository, text, xinheng,
    },
};
use std::{io::Write as _, path::Path, process::Stdio};
use xinheng_app::record;

fn file(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_backup_is_restored_under_a_running_server() {
    let world = World::new();
    world.import(&world.file("a.csv", penalties(1..=3)));
    let copy = world.dir.path().join("copy.db");
    let said = world.done(&["db", "backup", file(&copy)]);
    assert!(said.contains("xinheng db restore"), "{said}");
    world.import(&world.file("b.csv", penalties(4..=6)));
    let server = Server::start(&world);
    assert!(
        server
            .get(&format!("/subjects/{}", code(5)))
            .contains("200 OK")
    );
    let line = world.done(&["db", "restore", file(&copy), "--output", "json"]);
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["verified"]["sound"], true, "{line}");
    assert_eq!(line["damaged"], false);
    // The server's log of changes is of no harm, and it sees the restored state.
    assert!(
        server
            .get(&format!("/subjects/{}", code(2)))
            .contains("200 OK")
    );
    assert!(
        !server
            .get(&format!("/subjects/{}", code(5)))
            .contains("200 OK")
    );
    assert_eq!(server.stop(), Some(0));
    assert_eq!(world.records(&code(2)).len(), 1);
    assert!(!world.run(&["subject", &code(5)]).status.success());
    // What was there is a backup like any other.
    let kept = line["kept"].as_str().unwrap();
    assert!(kept.contains("before-restore-"), "{kept}");
    world.done(&["db", "restore", kept]);
    assert_eq!(world.records(&code(5)).len(), 1);
    world.done(&["db", "verify"]);
}

#[test]
fn a_damaged_database_is_moved_aside() {
    let world = World::new();
    world.import(&world.file("a.csv", penalties(1..=3)));
    let copy = world.dir.path().join("copy.db");
    world.done(&["db", "backup", file(&copy)]);
    let live = Path::new(&world.data()).join("xinheng.db");
    std::fs::write(&live, "坏".repeat(9000)).unwrap();
    std::fs::write(live.with_file_name("xinheng.db-wal"), "旧").unwrap();
    // Nobody can say whether it was for training: the day is the real one.
    let refused = world.run(&["db", "restore", file(&copy)]);
    assert_eq!(refused.status.code(), Some(2));
    let out = on_the_real_day(&["db", "restore", file(&copy), "--data", &world.data()]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    assert!(
        text(&out.stdout).contains("damaged-"),
        "{}",
        text(&out.stdout)
    );
    assert_eq!(world.records(&code(2)).len(), 1);
    world.done(&["db", "verify"]);
    // Another machine, where there is nothing yet.
    let new = world.dir.path().join("new/data");
    let out = on_the_real_day(&["db", "restore", file(&copy), "--data", file(&new)]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let there = on_the_real_day(&["search", &code(2), "--data", file(&new)]);
    assert!(there.status.success());
}

#[test]
fn what_is_no_backup_is_wrong_usage() {
    let world = World::new();
    let csv = world.file("a.csv", penalties(1..=3));
    for from in ["none.db", file(&csv)] {
        let out = world.run(&["db", "restore", from]);
        assert_eq!(out.status.code(), Some(2), "{}", text(&out.stderr));
        assert!(text(&out.stderr).contains("现有的数据没有改动"));
    }
    let out = on_the_real_day(&["db", "restore", "x", "--database", "postgres://h/none"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("pg_restore"));
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_databases_and_backups() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let copy = world.dir.path().join("copy.db");
    world.done(&["db", "backup", file(&copy)]);
    for path in [&copy, &Path::new(&world.data()).join("xinheng.db")] {
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
    // An empty file that was there before, and a link that would make one.
    let (empty, link) = (
        world.dir.path().join("empty"),
        world.dir.path().join("link"),
    );
    for folder in [&empty, &link] {
        std::fs::create_dir(folder).unwrap();
    }
    let there = empty.join("xinheng.db");
    std::fs::write(&there, "").unwrap();
    std::fs::set_permissions(&there, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    world.done(&["db", "copy", "--from", &world.data(), "--to", file(&empty)]);
    let mode = std::fs::metadata(&there).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let nowhere = world.dir.path().join("nowhere.db");
    std::os::unix::fs::symlink(&nowhere, link.join("xinheng.db")).unwrap();
    let out = world.run(&["db", "copy", "--from", &world.data(), "--to", file(&link)]);
    assert_ne!(out.status.code(), Some(0), "{}", text(&out.stdout));
    assert!(!nowhere.exists());
}

#[test]
fn the_server_tells_its_start_and_the_number_of_a_fault() {
    let world = World::new();
    world.import(&world.file("a.csv", penalties(1..=300)));
    let log = world.dir.path().join("log.txt");
    let server = Server::telling(&world, Stdio::from(std::fs::File::create(&log).unwrap()));
    server.get("/");
    let live = Path::new(&world.data()).join("xinheng.db");
    std::fs::write(&live, "坏".repeat(9000)).unwrap();
    let bad: Vec<String> = (0..20)
        .map(|n| server.get(&format!("/subjects/{}?n={n}", code(n))))
        .filter(|answer| answer.starts_with("HTTP/1.1 503"))
        .collect();
    server.stop();
    assert!(!bad.is_empty(), "the database was not read");
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(log.contains("serving address=127.0.0.1"), "{log}");
    assert_eq!(log.matches(" INFO ").count(), 1, "{log}");
    assert_eq!(log.matches(" ERROR ").count(), bad.len(), "{log}");
    for answer in &bad {
        let id = answer.split("x-request-id: ").nth(1).unwrap();
        let id = id.split('\r').next().unwrap();
        assert!(log.contains(id), "{id}: {log}");
    }
}

/// A process that may open few files holds fewer connections, says so once, and answers whoever comes
/// although those who read slowly would have all of them.
#[test]
fn few_open_files_make_fewer_connections() {
    let world = World::new();
    let log = world.dir.path().join("log.txt");
    let serve = world.command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut few = std::process::Command::new("sh");
    few.args(["-c", "ulimit -n 256 && exec \"$0\" \"$@\""])
        .arg(serve.get_program())
        .args(serve.get_args());
    let server = Server::of(&mut few, Stdio::from(std::fs::File::create(&log).unwrap()));
    // More than the answers fit into what the system keeps for those who do not read.
    let asked = "GET /static/x/app.js HTTP/1.1\r\nHost: x\r\n\r\n".to_owned()
        + &"GET /api/docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(8);
    let slow: Vec<_> = (0..200)
        .map(|_| {
            let mut reader = server.connect();
            reader.write_all(asked.as_bytes()).unwrap();
            reader
        })
        .collect();
    for _ in 0..3 {
        let answer = server.get("/healthz");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    drop(slow);
    assert_eq!(server.stop(), Some(0));
    let log = std::fs::read_to_string(&log).unwrap();
    let told: Vec<&str> = log.lines().filter(|line| line.contains(" WARN ")).collect();
    let [told] = told[..] else {
        panic!("{log}");
    };
    for said in [
        "open_files=256",
        "connections=96",
        "connections_wanted=4096",
        "LimitNOFILE=",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
}

/// What writes, without its deployment.
fn writes(csv: &str, copy: &str) -> Vec<Vec<String>> {
    let id = format!("{}-0123456789abcdef", code(1));
    [
        vec!["import", csv, "--department", DEPARTMENT],
        vec!["register", "import", csv],
        vec!["department", "import", csv],
        vec![
            "record",
            "decide",
            &id,
            "--class",
            "minor",
            "--document",
            "函",
            "--dated",
            "2026-11-02",
            "--by",
            "某局",
        ],
        vec!["record", "withhold", &id, "--grounds", "理由"],
        vec!["record", "confirm", &id, "--grounds", "理由"],
        vec![
            "district",
            "set",
            "--name",
            "区",
            "--office",
            "办",
            "--contact",
            "处",
        ],
        vec!["rulebook", "apply"],
        vec!["db", "migrate"],
        vec!["db", "backup", copy],
        vec!["db", "restore", csv],
    ]
    .into_iter()
    .map(|args| args.into_iter().map(str::to_owned).collect())
    .collect()
}

#[test]
fn a_real_deployment_is_not_written_under_another_day() {
    let dir = tempfile::TempDir::new().unwrap();
    let data = dir.path().join("data");
    let data = file(&data);
    let csv = dir.path().join("p.csv");
    std::fs::write(&csv, penalties(1..=3)).unwrap();
    let list = dir.path().join("d.csv");
    std::fs::write(&list, "编号,名称\nD01,衡川市信衡区市场监督管理局\n").unwrap();
    let early = xinheng(&["db", "migrate", "--data", data]);
    assert_eq!(early.status.code(), Some(2));
    assert!(
        on_the_real_day(&["db", "migrate", "--data", data])
            .status
            .success()
    );
    let real = on_the_real_day(&["department", "import", file(&list), "--data", data]);
    assert!(real.status.success(), "{}", text(&real.stderr));
    let copy = dir.path().join("copy.db");
    for args in writes(file(&csv), file(&copy)) {
        let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
        args.extend(["--data", data]);
        let out = xinheng(&args);
        assert_eq!(
            out.status.code(),
            Some(2),
            "{args:?}: {}",
            text(&out.stderr)
        );
        assert!(text(&out.stderr).contains("“--today”"), "{args:?}");
    }
    // A look at what is held back is audited, so it has its real day as well.
    let held = xinheng(&["record", "held", "--data", data]);
    assert_eq!(held.status.code(), Some(2), "{}", text(&held.stderr));
    // Nor is what is over shown as if it were not, with no entry at all.
    let code = code(1);
    for args in [
        &["search", &code][..],
        &["subject", &code],
        &["subject", &code, "--purpose", "核查"],
        &["department", "list"],
        &["forward", "list"],
        &["person", "count"],
        &["db", "verify"],
        &[
            "import",
            file(&csv),
            "--department",
            DEPARTMENT,
            "--dry-run",
        ],
    ] {
        let out = xinheng(&[args, &["--data", data]].concat());
        assert_eq!(out.status.code(), Some(2), "{args:?}");
        assert!(text(&out.stderr).contains("“--today”"), "{args:?}");
    }
    // A check shows nothing that is kept.
    let out = xinheng(&["check", file(&csv), "--register", "--data", data]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    // Real once, real always.
    let training = on_the_real_day(&["db", "migrate", "--training", "--data", data]);
    assert_eq!(training.status.code(), Some(2));
    let demo = xinheng(&["demo", "--small", "--data", data]);
    assert_eq!(demo.status.code(), Some(2), "{}", text(&demo.stderr));
}

#[test]
fn a_training_deployment_says_so_on_every_page() {
    let world = World::new();
    assert!(world.done(&["district", "show"]).contains("演示和培训"));
    let server = Server::start(&world);
    assert!(server.get("/").contains("演示数据"));
    server.stop();
    world.done(&["db", "migrate", "--training"]);
}

#[test]
fn wrong_usage_is_told_from_a_refusal() {
    let world = World::new();
    let csv = world.file("p.csv", penalties(1..=3));
    let csv = file(&csv);
    let correct = repository("examples/penalties-correct.csv");
    let correct = file(&correct);
    let alone: &[(&[&str], &str)] = &[
        (&["check", correct, "--register"], "--data"),
        (&["check", correct, "--sheet", "表"], "没有工作表"),
        (
            &[
                "check",
                correct,
                "--database",
                "postgres://nobody@127.0.0.1:1/x",
            ],
            "请加上“--register”",
        ),
        (&["search", "试验", "--limit", "0"], "1 以上的整数"),
        (&["search", "试验", "--limit", "-3"], "“-3”不能识别，个数"),
        (
            &["deadline", "2026-09-28", "--days", "-7"],
            "“-7”不能识别，天数请写成 0 以上",
        ),
        (&["deadline", "2026-09-28", "--days", "x"], "天数请写成"),
        (&["deadline", "28.9.2026", "--days", "7"], "日期请写成"),
        (
            &["deadline", "2026-09-28", "--days", "7", "--known-at", "x"],
            "时刻请写成",
        ),
        (&["serve", "--listen", "x"], "127.0.0.1:8080"),
        (&["demo", "--small"], "--data"),
    ];
    for (args, says) in alone {
        let out = xinheng(args);
        assert_eq!(
            out.status.code(),
            Some(2),
            "{args:?}: {}",
            text(&out.stderr)
        );
        assert!(
            text(&out.stderr).contains(says),
            "{args:?}: {}",
            text(&out.stderr)
        );
    }
    let (data, none) = (world.data(), world.dir.path().join("none"));
    std::fs::create_dir(&none).unwrap();
    std::fs::write(none.join("xinheng.db"), "这不是数据库。".repeat(500)).unwrap();
    let none = none.to_str().unwrap();
    let make = [
        "forward",
        "make",
        "penalty-organisations",
        "--from",
        "2026-05-01",
    ];
    let placed: &[(&[&str], &str)] = &[
        (&["search", " "], "请写明要查找的内容"),
        (
            &[&make[..], &["--until", "2026-05-31", "--out", "y.pdf"]].concat(),
            ".xlsx 或者 .csv",
        ),
        (
            &[&make[..], &["--until", "2026-04-30", "--out", "y.csv"]].concat(),
            "晚于截止日期",
        ),
        (
            &[
                &make[..],
                &["--until", "2026-05-31", "--out", "/no/such/folder/y.csv"],
            ]
            .concat(),
            "/no/such/folder",
        ),
        (
            &["person", "key", "/no/such/folder/person.key"],
            "/no/such/folder",
        ),
        (&["db", "copy", "--from", &data, "--to", csv], csv),
        (&["db", "copy", "--from", &data, "--to", none], "目标库“"),
        (&["db", "backup", "/no/such/folder/x.db"], "/no/such/folder"),
        (
            &["import", csv, "--department", DEPARTMENT, "--sheet", "表"],
            "没有工作表",
        ),
        (&["register", "import", csv, "--sheet", "表"], "没有工作表"),
        (&["demo", "--small"], "--data"),
    ];
    for (args, says) in placed {
        let out = world.run(args);
        let said = text(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{args:?}: {said}");
        assert!(
            said.contains(says) && !said.contains("连接不上") && !said.contains("备份恢复"),
            "{args:?}: {said}"
        );
    }
    let migrate = on_the_real_day(&["db", "migrate", "--data", csv]);
    assert_eq!(migrate.status.code(), Some(2));
    assert!(text(&migrate.stderr).contains(csv));
    let none = xinheng(&["code", "", "--output", "json"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(text(&none.stdout).contains("\"verdict\":\"bad_length\""));
}

#[test]
fn a_code_is_taken_as_people_write_it() {
    let world = World::new();
    world.import(&world.file("a.csv", penalties(1..=1)));
    let grouped = xinheng_domain::text::code_groups(&code(1)).to_lowercase();
    assert!(world.done(&["subject", &grouped]).contains("试验1号"));
    assert!(
        world
            .done(&["subject", &grouped, "--purpose", "自动测试"])
            .contains("文书号")
    );
}

#[test]
fn every_act_has_a_json_line() {
    let world = World::new();
    let fine = penalties(1..=1).replace("没收违法所得,没收违法所得。", "罚款,罚款二千元。");
    let fine = fine.replace("CF_CFJGDM,", "CF_CFJGDM,CF_NR_FK,");
    let fine: String = fine
        .lines()
        .enumerate()
        .map(|(n, line)| {
            if n == 0 {
                return format!("{line}\n");
            }
            let mut cells: Vec<&str> = line.split(',').collect();
            cells.insert(14, "0.2");
            cells.join(",") + "\n"
        })
        .collect();
    let landed = world.import(&world.file("fine.csv", fine));
    assert_eq!(landed["counters"]["held"], 1, "{landed}");
    let json = |args: &[&str]| -> serde_json::Value {
        let out = world.done(&[args, &["--output", "json"]].concat());
        serde_json::from_str(&out).unwrap_or_else(|e| panic!("{args:?}: {e}: {out}"))
    };
    let held = world.done(&["record", "held"]);
    let id = json(&["record", "held"])["id"].as_str().unwrap().to_owned();
    assert!(
        held.contains(&id) && held.contains("一般失信信息"),
        "{held}"
    );
    // A title is as good as an id.
    let decided = json(&[
        "record",
        "decide",
        &id,
        "--class",
        "轻微",
        "--document",
        "样例函〔2026〕1号",
        "--dated",
        "2026-11-02",
        "--by",
        "样例局法制科",
    ]);
    assert_eq!(
        (&decided["done"], &decided["class"]),
        (&"decided".into(), &"minor".into())
    );
    let withheld = world.done(&["record", "withhold", &id, "--grounds", "文书有误"]);
    assert!(withheld.contains("没有公示"), "never shown: {withheld}");
    world.by_another(|ctx| {
        let shown_again = record::Confirm {
            id: &id,
            over: None,
            grounds: "无误",
            seen: None,
        };
        record::confirm(ctx, &shown_again).unwrap();
        record::withhold(ctx, &id, "文书有误", None).unwrap();
    });
    let restored = json(&["record", "confirm", &id, "--restore", "--grounds", "无误"]);
    assert_eq!(restored["done"], "restored");
    let withheld = json(&["record", "withhold", &id, "--grounds", "文书有误"]);
    assert_eq!(withheld["was_public"], false);
    let shown = world.done(&["record", "show", &id, "--purpose", "自动测试"]);
    assert!(shown.contains("封存于 2026-11-22 12:00"), "{shown}");

    assert_eq!(json(&["rulebook", "check"])["sound"], true);
    assert_eq!(json(&["rulebook", "apply"])["rebuilt"], 0);
    assert_eq!(json(&["db", "migrate"])["training"], true);
    let copy = world.dir.path().join("copy.db");
    assert_eq!(json(&["db", "backup", file(&copy)])["file"], file(&copy));
    let verified = json(&["db", "verify"]);
    assert_eq!(
        (&verified["sound"], &verified["altered_decisions"]),
        (&true.into(), &0.into())
    );
    assert!(verified["audit_head"].is_string());
    let list = world.dir.path().join("departments.csv");
    assert_eq!(
        json(&["department", "import", file(&list)])["departments"],
        1
    );
    let set = [
        "district",
        "set",
        "--name",
        "区",
        "--office",
        "办",
        "--contact",
        "处",
    ];
    assert_eq!(json(&set)["demo"], true);
    assert_eq!(TODAY, "2026-11-22");
}

#[test]
fn a_noted_end_of_the_chain_is_looked_for() {
    let world = World::new();
    let copy = world.dir.path().join("copy.db");
    world.done(&["db", "backup", file(&copy)]);
    world.import(&world.file("a.csv", penalties(1..=3)));
    let verify = |noted: &str| {
        let out = world.run(&["db", "verify", "--noted", noted, "--output", "json"]);
        let line = serde_json::from_slice::<serde_json::Value>(&out.stdout);
        (out.status.code(), line.unwrap_or_default())
    };
    let line: serde_json::Value =
        serde_json::from_str(&world.done(&["db", "verify", "--output", "json"])).unwrap();
    assert!(line["noted"].is_null());
    let head = line["audit_head"].as_str().unwrap();
    world.import(&world.file("b.csv", penalties(4..=6)));
    let (code, line) = verify(head);
    assert_eq!((code, &line["noted"]), (Some(0), &true.into()), "{line}");
    // An earlier state: what was noted is not in it.
    world.done(&["db", "restore", file(&copy)]);
    let (code, line) = verify(head);
    assert_eq!((code, &line["noted"]), (Some(3), &false.into()), "{line}");
    assert_eq!(verify("12").0, Some(2));
}

/// A variable names the database for every command; a check that needs none goes on.
#[test]
fn a_database_named_around_is_no_wrong_usage() {
    let correct = repository("examples/penalties-correct.csv");
    let out = crate::world::command(&["check", file(&correct)])
        .env("XINHENG_DATABASE", "postgres://nobody@127.0.0.1:1/x")
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", text(&out.stderr));
}

#[test]
fn the_rulebook_is_shown_a_fact_a_line() {
    let shown = |args: &[&str]| {
        let out = crate::world::command(&[&["rulebook", "show"], args].concat())
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", text(&out.stderr));
        text(&out.stdout)
    };
    // So that no terminal is too narrow for a date, and `grep` finds what belongs together.
    let all = shown(&[]);
    let facts = all.lines().filter(|line| line.starts_with('　'));
    for line in facts {
        assert!(line.contains('：'), "{line}");
    }
    assert!(
        all.contains("\n　内容：7个工作日（自2018-07-25起）\n"),
        "{all}"
    );
    let shown = shown(&["sgs.report_deadline"]);
    // The first line names the edition.
    let (_, rest) = shown.split_once('\n').unwrap();
    insta::assert_snapshot!("rulebook_show", rest);
}

#[test]
fn what_is_open_in_the_rulebook_is_listed_for_the_operator() {
    let out = xinheng(&["rulebook", "open", "--output", "json"]);
    assert!(out.status.success());
    let sections = text(&out.stdout);
    let sections: Vec<serde_json::Value> = sections
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(sections.len(), 2, "what nobody read, what is read so here");
    let lines = |n: usize| sections[n]["lines"].as_array().unwrap().iter();
    assert!(lines(0).all(|line| line["verified"] == false));
    assert!(lines(1).all(|line| line["reading"] == true && line["note"].is_string()));
    let told = text(&xinheng(&["rulebook", "check"]).stdout);
    let (unread, ours) = (lines(0).count(), lines(1).count());
    assert!(
        told.contains(&format!("没有读到原文的依据{unread}，本区适用口径{ours}。")),
        "{told}"
    );
    assert!(told.contains("xinheng rulebook open"));
}

#[test]
fn the_platform_is_an_address_that_pages_may_link_to() {
    let world = World::new();
    let set = |platform: &str| {
        let set = [
            "district",
            "set",
            "--name",
            "区",
            "--office",
            "办",
            "--contact",
            "处",
        ];
        world.run(&[&set[..], &["--platform", platform]].concat())
    };
    for wrong in [
        "javascript:alert(1)",
        "http://x.cn",
        "https://",
        "https://x.cn/\"><b>",
        "x.cn",
    ] {
        assert_eq!(set(wrong).status.code(), Some(2), "{wrong}");
    }
    assert!(set("https://www.example.gov.cn/").status.success());
    let shown = world.done(&["district", "show"]);
    assert!(shown.contains("申请修复的网站：https://www.example.gov.cn/"));
}

#[test]
fn settings_that_are_not_given_stay_and_empty_ones_go() {
    let world = World::new();
    let first = world.run(&["district", "set", "--path", "/credit"]);
    assert_eq!(first.status.code(), Some(2));
    assert!(text(&first.stderr).contains("第一次设置请一起写上"));
    let named = ["--name", "区", "--office", "办", "--contact", "处"];
    let set = [
        "district",
        "set",
        "--path",
        "/credit/",
        "--sponsor",
        "<b>政府办</b>",
    ];
    world.done(&[&set[..], &named[..]].concat());
    world.done(&[
        "district",
        "set",
        "--header-link",
        "首页=https://a.example/",
        "--publicity",
        "mirror",
    ]);
    let shown = world.done(&["district", "show"]);
    for line in [
        "区（县）：区",
        "网站的路径：/credit",
        "主办单位：<b>政府办</b>",
        "页首链接：首页 https://a.example/",
        "公示方式：同步上级公示",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    world.done(&[
        "district",
        "set",
        "--path",
        "/",
        "--sponsor",
        "",
        "--header-link",
        "",
        "--publicity",
        "own",
    ]);
    let shown = world.done(&["district", "show"]);
    for gone in ["网站的路径", "主办单位", "页首链接"] {
        assert!(!shown.contains(gone), "{gone}: {shown}");
    }
    for (wrong, why) in [
        (["--path", "credit"], "应当以“/”开头"),
        (["--path", "/credit//"], "多了一个“/”"),
        (["--path", "/a/../b"], "“..”"),
        (["--path", "/credit?a=b"], "问号"),
        (["--sponsor", "a\nb"], "只能写一行"),
        (["--footer-link", "首页"], "标题=https"),
        (["--publicity", "guide"], "--platform"),
        (["--portal-name", "门户"], "要一起写"),
    ] {
        let out = world.run(&[&["district", "set"][..], &wrong[..]].concat());
        assert_eq!(out.status.code(), Some(2), "{wrong:?}");
        let told = text(&out.stderr);
        assert!(told.contains(why), "{wrong:?}: {told}");
    }
    let svg = world.file("logo.svg", "<svg onload=\"alert(1)\"/>");
    let out = world.run(&["district", "set", "--logo", svg.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("不是 PNG 文件"));
    let logo = crate::world::repository("e2e/fixtures/logo.png");
    world.done(&["district", "set", "--logo", logo.to_str().unwrap()]);
    assert!(
        world
            .done(&["district", "show"])
            .contains("标志图片：96×96")
    );
    world.done(&["district", "set", "--logo", ""]);
    assert!(!world.done(&["district", "show"]).contains("标志图片"));
}
