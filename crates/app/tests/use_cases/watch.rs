//! The folder that departments drop files into, with a clock of the test's own.

use crate::support::*;
use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    time::Duration,
};
use xinheng_app::{
    Actor, AppError,
    intake::Landing,
    watch::{DONE, ReadyFile, Taken, Watch},
};
use xinheng_store::AuditEntry;

const SETTLE: u64 = 10;

/// A desk with a folder that is watched.
struct Box {
    desk: Desk,
    dir: tempfile::TempDir,
    watch: Watch,
}

impl Box {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let watch = Watch::begin(dir.path(), Duration::from_secs(SETTLE)).unwrap();
        Self {
            desk: Desk::new(),
            dir,
            watch,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn drop(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn look(&mut self, second: u64) -> Vec<ReadyFile> {
        let ctx = self.desk.operator(TODAY);
        let look = self.watch.look(&ctx, Duration::from_secs(second)).unwrap();
        assert!(look.unreadable.is_empty(), "{look:?}");
        look.ready
    }

    /// Looks, and takes all that is ready: names as shown, in order.
    fn round(&mut self, second: u64) -> Vec<(String, Taken)> {
        let ready = self.look(second);
        let take = |file: ReadyFile| {
            let ctx = self.desk.operator(TODAY);
            let taken = self.watch.take(&ctx, &file, &mut |_| ()).unwrap();
            (file.shown(&self.watch), taken)
        };
        ready.into_iter().map(take).collect()
    }

    /// Everything below the folder, sorted; the lock left out.
    fn tree(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![self.dir.path().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(self.dir.path()).unwrap();
                    found.push(name.to_str().unwrap().to_owned());
                }
            }
        }
        found.retain(|name| name != ".xinheng-watch");
        found.sort();
        found
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }
}

fn landing(taken: &Taken) -> &Landing {
    match taken {
        Taken::Done { landing, .. } => landing,
        other => panic!("{other:?}"),
    }
}

/// Answers repeat what identity numbers the file has.
#[cfg(unix)]
#[test]
fn answers_are_read_by_those_who_read_the_file_and_by_nobody_else() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut here = Box::new();
    here.drop("d1/a.csv", csv(&[penalty(1, 1)]));
    here.drop("nowhere/b.csv", "x");
    for (name, mode) in [("d1/a.csv", 0o664), ("nowhere/b.csv", 0o604)] {
        fs::set_permissions(here.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    here.round(0);
    here.round(SETTLE);
    for (name, wanted) in [
        ("d1/已处理/a.csv.回执.txt", 0o660),
        ("d1/已处理/a.csv.回执.json", 0o660),
        ("d1/已处理/a.csv.批注.xlsx", 0o660),
        ("nowhere/b.csv.回执.txt", 0o600),
    ] {
        let mode = fs::metadata(here.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, wanted, "{name}");
    }
}

#[test]
fn a_file_is_taken_once_it_is_still() {
    let mut here = Box::new();
    let whole = csv(&[penalty(1, 1), penalty(2, 2)]);
    let half = &whole.as_bytes()[..whole.len() / 2];
    here.drop("d1/处罚.csv", half);
    assert!(here.look(0).is_empty(), "seen for the first time");
    assert!(here.look(SETTLE - 1).is_empty());
    // It grew: the wait begins anew.
    here.drop("d1/处罚.csv", &whole);
    assert!(here.look(SETTLE).is_empty());
    assert!(here.look(2 * SETTLE - 1).is_empty());
    let taken = here.round(2 * SETTLE);
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].0, "d1/处罚.csv");
    assert!(matches!(landing(&taken[0].1), Landing::Sealed { .. }));
    assert_eq!(here.desk.all().len(), 2);
    let done = [
        "已处理/处罚.csv",
        "已处理/处罚.csv.回执.json",
        "已处理/处罚.csv.回执.txt",
        "已处理/处罚.csv.批注.xlsx",
    ];
    assert_eq!(here.tree(), done.map(|name| format!("d1/{name}")));
    assert_eq!(here.text("d1/已处理/处罚.csv"), whole, "kept as it came");
    assert!(
        here.round(100).is_empty(),
        "receipts and what is done are no files to take"
    );
}

#[test]
fn the_annotated_workbook_is_a_file_like_any_other() {
    let mut here = Box::new();
    here.drop(
        "d1/a.csv",
        csv(&[penalty(1, 1), penalty(2, 2).set("CF_JDRQ", "去年")]),
    );
    here.look(0);
    here.round(SETTLE);
    let workbook = fs::read(here.path("d1/已处理/a.csv.批注.xlsx")).unwrap();
    here.drop("d1/a.csv.批注.xlsx", &workbook);
    here.look(100);
    let taken = here.round(100 + SETTLE);
    assert_eq!(taken.len(), 1, "{taken:?}");
    let Taken::Done { counters, .. } = &taken[0].1 else {
        panic!("{taken:?}");
    };
    assert_eq!(
        (counters.reported, counters.refused, counters.unchanged),
        (2, 1, 1)
    );
}

/// Everything written in a workbook.
fn words_of(path: &Path) -> String {
    let mut book = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut words = String::new();
    for place in 0..book.len() {
        book.by_index(place)
            .unwrap()
            .read_to_string(&mut words)
            .unwrap();
    }
    words
}

#[test]
fn the_workbook_shows_what_the_receipt_tells() {
    let mut here = Box::new();
    here.desk.land(&[penalty(1, 1)], TODAY);
    // Another department's record; a name the register has otherwise; a code it does not know,
    // which landing enters under the first of two names.
    let rows = [
        penalty(1, 1).set("BZ", "改").second(),
        other("衡川市他名食品有限公司", &org(2), 2).second(),
        other("衡川市初见商贸有限公司", &org(77), 3).second(),
        other("衡川市再见商贸有限公司", &org(77), 4).second(),
    ];
    here.drop("d2/a.csv", csv(&rows));
    here.look(0);
    let taken = here.round(SETTLE);
    assert!(
        matches!(taken.as_slice(), [(_, Taken::Done { .. })]),
        "{taken:?}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&here.text("d2/已处理/a.csv.回执.json")).unwrap();
    let told = json["findings"].as_array().unwrap();
    let codes: Vec<&str> = told.iter().map(|f| f["code"].as_str().unwrap()).collect();
    for code in ["register-name-differs", "record-of-another-department"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    let words = words_of(&here.path("d2/已处理/a.csv.批注.xlsx"));
    for finding in told {
        let message = finding["message"].as_str().unwrap();
        assert!(words.contains(message), "{message}");
    }
    // And nothing else: the second name was no fault when the file came.
    assert!(!codes.contains(&"register-met-otherwise"), "{codes:?}");
    assert!(!words.contains("初见商贸有限公司”，"), "{words}");
    assert!(words.contains("有 2 条数据需要改正"));
}

#[test]
fn the_workbook_of_a_file_refused_knows_the_departments() {
    let mut here = Box::new();
    let rows = [
        penalty(1, 1),
        penalty(2, 2).set("CF_XDR_MC", "衡川市他名建材有限公司"),
    ];
    // Without a column that must be there the file is refused as a whole.
    let text = csv(&rows).replace("\"处罚依据\"", "\"别的依据\"");
    here.drop("d1/a.csv", text);
    here.look(0);
    here.round(SETTLE);
    let told = here.text("d1/已处理/a.csv.回执.txt");
    assert!(told.contains("处罚依据"), "{told}");
    let words = words_of(&here.path("d1/已处理/a.csv.批注.xlsx"));
    assert!(words.contains("缺少必填列“处罚依据”"), "{words}");
}

#[test]
fn a_file_that_changes_while_it_is_taken_waits() {
    let mut here = Box::new();
    here.drop("d1/a.csv", csv(&[penalty(1, 1)]));
    here.look(0);
    let ready = here.look(SETTLE);
    here.drop("d1/a.csv", csv(&[penalty(1, 1), penalty(2, 2)]));
    let ctx = here.desk.operator(TODAY);
    let taken = here.watch.take(&ctx, &ready[0], &mut |_| ()).unwrap();
    assert_eq!(taken, Taken::Changed);
    assert!(here.desk.all().is_empty());
    assert!(here.look(SETTLE + 1).is_empty());
    assert_eq!(here.round(2 * SETTLE + 1).len(), 1);
    assert_eq!(here.desk.all().len(), 2);
    // Gone before its turn.
    here.drop("d1/b.csv", csv(&[penalty(3, 3)]));
    here.look(100);
    let ready = here.look(100 + SETTLE);
    fs::remove_file(here.path("d1/b.csv")).unwrap();
    let ctx = here.desk.operator(TODAY);
    assert_eq!(
        here.watch.take(&ctx, &ready[0], &mut |_| ()).unwrap(),
        Taken::Changed
    );
}

#[test]
fn files_go_in_in_order_of_arrival_and_one_does_not_stop_another() {
    let mut here = Box::new();
    here.drop("d1/丙.csv", "不是报送文件");
    here.look(0);
    here.drop("d2/甲/一月/a.csv", csv(&[penalty(2, 2).second()]));
    here.look(1);
    here.drop("d1/乙.csv", csv(&[penalty(1, 1)]));
    here.look(2);
    let taken = here.round(2 + SETTLE);
    let names: Vec<_> = taken.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["d1/丙.csv", "d2/甲/一月/a.csv", "d1/乙.csv"]);
    assert_eq!(landing(&taken[0].1), &Landing::Refused);
    let receipt = here.text("d1/已处理/丙.csv.回执.txt");
    assert!(
        receipt.contains("整个文件需要改正，没有读取任何一行") && receipt.contains("〔"),
        "{receipt}"
    );
    let departments: Vec<_> = here
        .desk
        .all()
        .into_iter()
        .map(|r| r.record.department)
        .collect();
    assert_eq!(departments.len(), 2);
    assert!(departments.contains(&D1.to_owned()) && departments.contains(&D2.to_owned()));
}

#[test]
fn the_same_file_again_changes_nothing_and_replaces_nothing() {
    let mut here = Box::new();
    for second in [0, 100, 200] {
        here.drop("d1/a.csv", csv(&[penalty(1, 1)]));
        here.look(second);
        let taken = here.round(second + SETTLE);
        let first = matches!(landing(&taken[0].1), Landing::Sealed { .. });
        assert_eq!(first, second == 0);
    }
    assert_eq!(here.desk.all().len(), 1);
    let files: Vec<_> = here
        .tree()
        .into_iter()
        .filter(|n| n.ends_with(".csv"))
        .collect();
    assert_eq!(
        files,
        ["d1/已处理/a-2.csv", "d1/已处理/a-3.csv", "d1/已处理/a.csv"]
    );
    assert!(
        here.text("d1/已处理/a.csv.回执.txt")
            .contains("已导入并封存")
    );
    assert!(
        here.text("d1/已处理/a-2.csv.回执.txt")
            .contains("此前已经导入")
    );
    // A restart between the import and the move: the file is still there.
    fs::rename(here.path("d1/已处理/a.csv"), here.path("d1/a.csv")).unwrap();
    here.look(300);
    assert_eq!(here.round(300 + SETTLE).len(), 1);
    assert_eq!(here.desk.all().len(), 1);
}

#[test]
fn a_receipt_tells_rows_and_findings() {
    let mut here = Box::new();
    let wrong = penalty(2, 2).set("CF_JDRQ", "去年");
    here.drop("d1/a.csv", csv(&[penalty(1, 1).warning(), wrong]));
    here.look(0);
    here.round(SETTLE);
    let text = here.text("d1/已处理/a.csv.回执.txt");
    for part in [
        "信衡回执",
        "文件：a.csv",
        D1_NAME,
        "2026-11-02",
        "报送2，需要改正1，请核对1",
        "去年",
        ".批注.xlsx",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&here.text("d1/已处理/a.csv.回执.json")).unwrap();
    assert_eq!(
        (&json["landing"], &json["department"]),
        (&"sealed".into(), &D1.into())
    );
    assert_eq!(
        (&json["counters"]["refused"], &json["more"]),
        (&1.into(), &false.into())
    );
    // Warnings too, in the order of the rows.
    let rows: Vec<_> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["row"].as_u64())
        .collect();
    assert!(
        rows.contains(&Some(1)) && rows.contains(&Some(2)) && rows.is_sorted(),
        "{json}"
    );
    assert_eq!(json["day"], "2026-11-02");
}

#[test]
fn a_receipt_tells_that_persons_rows_need_a_key() {
    let mut here = Box::new();
    let person = other("", "", 1).person("仲孙玥琰", "990102198507238450");
    here.drop("d1/a.csv", csv(&[person, penalty(1, 1)]));
    here.look(0);
    here.round(SETTLE);
    let text = here.text("d1/已处理/a.csv.回执.txt");
    assert!(
        text.contains("自然人信息1行没有保存") && text.contains("xinheng person key"),
        "{text}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&here.text("d1/已处理/a.csv.回执.json")).unwrap();
    assert_eq!(json["persons_without_key"], 1);
    // The same file again: the figures are those of then.
    let person = other("", "", 1).person("仲孙玥琰", "990102198507238450");
    here.drop("d1/a.csv", csv(&[person, penalty(1, 1)]));
    here.look(2 * SETTLE);
    here.round(3 * SETTLE);
    let text = here.text("d1/已处理/a-2.csv.回执.txt");
    assert!(text.contains("那一次导入的条数：报送2"), "{text}");
}

#[test]
fn a_receipt_of_a_file_refused_tells_all_of_its_header() {
    let mut here = Box::new();
    let file = csv(&[penalty(1, 1)]);
    here.drop("d1/c.csv", file.replacen("处罚决定日期", "决定的日子", 1));
    here.look(0);
    here.round(SETTLE);
    let json: serde_json::Value =
        serde_json::from_str(&here.text("d1/已处理/c.csv.回执.json")).unwrap();
    assert_eq!(json["landing"], "refused");
    let codes: Vec<_> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["code"].as_str().unwrap())
        .collect();
    // The name that is missed, and the one that stands in its place.
    for code in ["column-missing", "column-unknown"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
    let text = here.text("d1/已处理/c.csv.回执.txt");
    assert!(
        text.contains("决定的日子") && text.contains("〔column-unknown〕"),
        "{text}"
    );
}

#[test]
fn a_signature_below_the_table_is_neither_counted_nor_kept() {
    let mut here = Box::new();
    let file = csv(&[penalty(1, 1)]) + "合计\n填表人：甲例乙\n";
    here.drop("d1/e.csv", file);
    here.look(0);
    here.round(SETTLE);
    let text = here.text("d1/已处理/e.csv.回执.txt");
    for part in [
        "报送1，需要改正0",
        "“合计、填表人”",
        "〔rows-beside-table〕",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("甲例乙"), "{text}");
}

#[test]
fn a_receipt_tells_what_was_read_in_a_column() {
    let mut here = Box::new();
    let dotted = penalty(1, 1).set("CF_JDRQ", "2026.10.28");
    here.drop("d1/b.csv", csv(&[dotted]));
    here.look(0);
    here.round(SETTLE);
    let text = here.text("d1/已处理/b.csv.回执.txt");
    for part in [
        "报送1，需要改正0",
        "1. 请核对：",
        "1格用点号",
        "2026-10-28",
        "〔spelling-date〕",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("需要改正的数据没有导入"), "{text}");
    assert!(
        !text.contains("建议改为"),
        "nothing is to be changed: {text}"
    );
}

#[test]
fn a_receipt_tells_what_refuses_and_what_would_be_right() {
    let mut here = Box::new();
    let wrong = penalty(1, 1).set("CF_XDR_LB", "法人及其他组织");
    let bad = penalty(1, 2).set("CF_JDRQ", "2026-02-30");
    here.drop("d1/a.csv", csv(&[wrong, bad]));
    here.drop("d1/加密.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing");
    here.look(0);
    here.round(SETTLE);
    let text = here.text("d1/已处理/a.csv.回执.txt");
    for part in ["需要改正：第", "已经逐格批注", "需要改正的数据没有导入"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let text = here.text("d1/已处理/加密.xlsx.回执.txt");
    assert!(text.contains("1. 需要改正："), "{text}");
    assert!(
        text.contains("请在原文件里改正") && !text.contains("逐格"),
        "{text}"
    );
}

#[test]
fn what_lies_in_the_wrong_place_stays_with_a_receipt() {
    let mut here = Box::new();
    here.drop("散.csv", csv(&[penalty(1, 1)]));
    here.drop("d9/新.csv", csv(&[penalty(1, 2)]));
    here.look(0);
    let taken = here.round(SETTLE);
    assert!(
        taken.iter().all(|(_, t)| matches!(t, Taken::Stays(_))),
        "{taken:?}"
    );
    assert_eq!(
        here.tree(),
        [
            "d9/新.csv",
            "d9/新.csv.回执.json",
            "d9/新.csv.回执.txt",
            "散.csv",
            "散.csv.回执.json",
            "散.csv.回执.txt",
        ]
    );
    assert!(
        here.text("散.csv.回执.txt")
            .contains("没有放在部门的文件夹里")
    );
    assert!(here.text("d9/新.csv.回执.txt").contains("“d9”不是部门编号"));
    assert!(here.round(100).is_empty(), "told once");
    // The list of departments is completed: what waited for it goes in by itself.
    let list = here
        .desk
        .file("more.csv", "编号,名称\nd9,衡川市信衡区新设局\n");
    xinheng_app::department::import(&here.desk.operator(TODAY), &list).unwrap();
    let taken = here.round(101);
    assert!(
        matches!(landing(&taken[0].1), Landing::Sealed { .. }),
        "{taken:?}"
    );
    assert_eq!(taken.len(), 1);
    assert!(
        !here.tree().contains(&"d9/新.csv.回执.txt".to_owned()),
        "the old receipt is withdrawn"
    );
    // Moved to where it belongs.
    fs::rename(here.path("散.csv"), here.path("d9/散.csv")).unwrap();
    here.look(200);
    assert_eq!(here.round(200 + SETTLE).len(), 1);
    assert_eq!(here.desk.all().len(), 2);
}

#[test]
fn what_is_unfinished_hidden_or_not_ours_is_left_alone() {
    let mut here = Box::new();
    let content = csv(&[penalty(1, 1)]);
    let names = [
        "d1/~$a.xlsx",
        "d1/a.csv.part",
        "d1/a.tmp",
        "d1/.a.csv",
        ".d1/a.csv",
        "d1/Thumbs.db",
        "d1/已处理/a.csv",
    ];
    for name in names {
        here.drop(name, &content);
    }
    here.look(0);
    assert!(here.round(SETTLE).is_empty());
    assert_eq!(here.tree().len(), names.len());
    assert!(here.desk.all().is_empty());
}

/// Anybody who may write to the folder could hold the program for good.
#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_the_lock_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path().join(".xinheng-watch"))
        .status()
        .unwrap();
    assert!(made.success());
    let begun = Watch::begin(folder.path(), Duration::ZERO);
    assert!(matches!(begun, Err(AppError::BadInput(_))));
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_not_read() {
    let mut here = Box::new();
    let secret = here.desk.file("secret.csv", &csv(&[penalty(1, 1)]));
    fs::create_dir(here.path("d1")).unwrap();
    std::os::unix::fs::symlink(&secret, here.path("d1/a.csv")).unwrap();
    std::os::unix::fs::symlink(here.desk.dir.path(), here.path("d2")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(here.path("d1/pipe"))
        .status()
        .unwrap();
    assert!(made.success());
    here.look(0);
    let taken = here.round(SETTLE);
    assert_eq!(taken.len(), 3);
    for (name, taken) in &taken {
        assert!(
            matches!(taken, Taken::Stays(said) if said.contains("不是普通文件")),
            "{name}: {taken:?}"
        );
        assert!(here.text(&format!("{name}.回执.txt")).contains("没有读取"));
    }
    assert!(here.desk.all().is_empty());
}

#[cfg(unix)]
#[test]
fn a_name_that_steers_a_terminal_is_shown_harmless() {
    let mut here = Box::new();
    let name = "处\n罚\u{1b}[2J\u{202e}.csv";
    here.drop(&format!("d1/{name}"), csv(&[penalty(1, 1)]));
    here.look(0);
    let taken = here.round(SETTLE);
    assert_eq!(taken[0].0, "d1/处\u{fffd}罚\u{fffd}[2J\u{fffd}.csv");
    assert!(here.path(&format!("d1/{DONE}/{name}")).exists());
    let receipt = here.text(&format!(
        "d1/{DONE}/处\u{fffd}罚\u{fffd}[2J\u{fffd}.csv.回执.txt"
    ));
    assert!(!receipt.contains('\u{1b}') && receipt.contains("文件：处\u{fffd}罚"));
    assert_eq!(here.desk.all().len(), 1);
}

#[test]
fn a_locked_database_is_tried_again() {
    let mut here = Box::new();
    here.drop("d1/a.csv", csv(&[penalty(1, 1)]));
    here.look(0);
    let ready = here.look(SETTLE);
    // Another program holds the database for good; the desk's connections ask in vain.
    let other = xinheng_store::Location::Sqlite(here.desk.dir.path().join("xinheng.db"));
    let impatient = xinheng_store::Options {
        patience: Duration::ZERO,
        ..xinheng_store::Options::default()
    };
    let db = xinheng_store::Db::open_with(&other, &impatient).unwrap();
    let whole = xinheng_app::Act::DatabaseVerify;
    here.desk.operator(TODAY).whole(whole).unwrap();
    let taken = db.write::<_, AppError>(|_| {
        let ctx = here.desk.operator(TODAY);
        let taken = here.watch.take(&ctx, &ready[0], &mut |_| ()).unwrap();
        let nothing = serde_json::Value::Null;
        Ok((
            taken,
            AuditEntry::new(ctx.now(), "测试", "test.hold", nothing),
        ))
    });
    let taken = taken.unwrap();
    assert!(
        matches!(&taken, Taken::Later(said) if said.contains("正忙")),
        "{taken:?}"
    );
    assert_eq!(here.tree(), ["d1/a.csv"], "no receipt, nothing moved");
    let taken = here.round(SETTLE + 1);
    assert!(matches!(landing(&taken[0].1), Landing::Sealed { .. }));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_moved_is_not_taken_twice() {
    let mut here = Box::new();
    let wrong = penalty(2, 2).set("CF_XDR_LB", "企业单位");
    here.drop("d1/a.csv", csv(&[penalty(1, 1), wrong]));
    // Something else bears the name.
    here.drop("d1/已处理", "");
    here.look(0);
    let taken = here.round(SETTLE);
    assert!(
        matches!(&taken[0].1, Taken::NotMoved { landing: Landing::Sealed { .. }, why, .. } if why.contains("已处理")),
        "{taken:?}"
    );
    let text = here.text("d1/a.csv.回执.txt");
    assert!(text.contains("已导入并封存") && text.contains("企业单位"));
    // It speaks of no workbook that is not there.
    assert!(!text.contains(".批注.xlsx") && text.contains("没有写出批注后的工作簿"));
    assert!(!here.tree().iter().any(|name| name.ends_with(".批注.xlsx")));
    assert!(here.round(100).is_empty());
}

#[test]
fn one_program_watches_a_folder_and_only_for_the_office() {
    let here = Box::new();
    bad_input(Watch::begin(here.dir.path(), Duration::ZERO));
    let file = here.desk.file("x.csv", "");
    bad_input(Watch::begin(&file, Duration::ZERO));
    let missing = Watch::begin(Path::new("/no/such/folder"), Duration::ZERO).unwrap_err();
    assert!(matches!(missing, AppError::File { .. }), "{missing}");
    let mut here = here;
    here.drop("d1/a.csv", csv(&[penalty(1, 1)]));
    here.look(0);
    let ready = here.look(SETTLE);
    for actor in [Actor::Public, clerk(D1)] {
        let ctx = here.desk.ctx(actor, TODAY);
        forbidden(here.watch.take(&ctx, &ready[0], &mut |_| ()));
    }
}
