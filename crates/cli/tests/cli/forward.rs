//! From an import to the platform above and back, and rows of natural persons on their way.

use crate::world::{World, penalty, text};

fn line(out: &str) -> serde_json::Value {
    serde_json::from_str(out).unwrap_or_else(|e| panic!("{e}: {out}"))
}

/// A penalty on an invented person.
fn person(serial: u32) -> String {
    let row = penalty(serial);
    let cells: Vec<&str> = row.split(',').collect();
    let mut cells: Vec<String> = cells.into_iter().map(str::to_owned).collect();
    cells[0] = "仲孙玥琰".to_owned();
    cells[1] = "自然人".to_owned();
    cells[2] = String::new();
    cells[3] = String::new();
    format!("{},身份证,990102198507238450", cells.join(","))
}

fn penalties_and_a_person() -> String {
    let header = format!("{},CF_XDR_ZJLX,CF_XDR_ZJHM", crate::world::HEADER);
    format!(
        "{header}\n{},,\n{},,\n{}\n",
        penalty(1),
        penalty(2),
        person(3)
    )
}

#[test]
fn nothing_is_typed_twice() {
    let world = World::new();
    let said = world.done(&["person", "key"]);
    assert!(said.contains("妥善保管"), "{said}");
    let again = world.run(&["person", "key"]);
    assert!(text(&again.stderr).contains("已经存在"));
    let counters = &world.import(&world.file("a.csv", penalties_and_a_person()))["counters"];
    assert_eq!(
        (&counters["set_aside"], &counters["kept_apart"]),
        (&1.into(), &1.into())
    );
    let count = world.done(&["person", "count"]);
    assert!(
        count.contains("行政处罚") && !count.contains("仲孙"),
        "{count}"
    );

    let make = |template: &str, name: &str| {
        let out = world.dir.path().join(name);
        let args = [
            "forward",
            "make",
            template,
            "--from",
            "2026-05-01",
            "--until",
            "2026-05-31",
        ];
        let mut args = args.to_vec();
        args.extend(["--output", "json", "--out", out.to_str().unwrap()]);
        line(&world.done(&args))
    };
    let made = make("penalty-organisations", "up.xlsx");
    assert_eq!(made["rows"], 2, "{made}");
    assert_eq!(make("penalty-persons", "persons.csv")["rows"], 1);

    let receipt = world.file(
        "receipt.csv",
        "CF_WSH,CF_XDR_MC,处理结果,错误代码,错误原因\n\
         衡信监罚〔2026〕1号,衡川试验1号有限公司,入库成功,,\n\
         衡信监罚〔2026〕2号,衡川试验2号有限公司,失败,1001,名称与主数据不一致\n\
         衡信监罚〔2026〕3号,仲孙玥琰,入库成功,,\n\
         衡信监罚〔2026〕9号,衡川试验9号有限公司,入库成功,,\n",
    );
    let read = world.run(&["forward", "receipt", receipt.to_str().unwrap()]);
    assert_eq!(read.status.code(), Some(1));
    let said = text(&read.stdout);
    for word in [
        "〔1001〕名称与主数据不一致",
        "主数据不一致：请与登记库核对",
        "需要改正：",
        "9号”不是本系统报出的",
        "接收2，退回1",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let listed = world.done(&["forward", "list"]);
    assert!(
        listed.contains("2（已接收1，已退回1，等待回执0）"),
        "{listed}"
    );
    let later = world.file(
        "later.csv",
        "CF_WSH,CF_XDR_MC,处理结果,错误代码,错误原因\n\
         衡信监罚〔2026〕1号,衡川试验1号有限公司,失败,1001,名称与主数据不一致\n",
    );
    let read = world.run(&["forward", "receipt", later.to_str().unwrap()]);
    assert_eq!(read.status.code(), Some(1));
    let said = text(&read.stdout);
    for word in [
        "读入的回执“receipt.csv”却写的是接收",
        "退回1（其中1行此前的回执写接收）",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let listed = world.done(&["forward", "list"]);
    assert!(
        listed.contains("2（已接收0，已退回2，等待回执0）"),
        "{listed}"
    );
    assert_eq!(
        make("penalty-organisations", "again.xlsx")["dispatch"],
        serde_json::Value::Null
    );
    assert!(!world.dir.path().join("again.xlsx").exists());
    world.done(&["db", "verify"]);
}

#[test]
fn a_key_that_is_missing_stops_only_what_needs_it() {
    let world = World::new();
    world.done(&["person", "key"]);
    world.import(&world.file("a.csv", penalties_and_a_person()));
    let key = world.dir.path().join("data/person.key");
    let away = world.dir.path().join("elsewhere.key");
    std::fs::rename(&key, &away).unwrap();
    let file = world.file(
        "b.csv",
        penalties_and_a_person().replace("〔2026〕3号", "〔2026〕4号"),
    );
    let args = [
        "import",
        file.to_str().unwrap(),
        "--department",
        crate::world::DEPARTMENT,
    ];
    let out = world.run(&args);
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stderr));
    assert!(
        text(&out.stderr).contains("person.key"),
        "{}",
        text(&out.stderr)
    );
    // Another key would be of no use, and is not made.
    let out = world.run(&["person", "key"]);
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(
        said.contains("原来的密钥文件") && said.contains("--person-key"),
        "{said}"
    );
    assert!(!key.exists());
    // Named on the command line, it is found again.
    let mut named = args.to_vec();
    named.extend(["--person-key", away.to_str().unwrap()]);
    world.done(&named);
    let wrong = world.file("wrong.key", "nothing");
    let mut named = args.to_vec();
    named.extend(["--person-key", wrong.to_str().unwrap()]);
    assert!(!world.run(&named).status.success());
}
