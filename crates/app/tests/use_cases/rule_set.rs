//! The district's own rules: proposed by one person, adopted by another, read from the database.

use crate::{
    case::{moved, open, people, step},
    support::{D1, Desk, TODAY, forbidden, operator, place},
};
use std::collections::BTreeMap;
use xinheng_app::{
    AppError, AppResult, Deployment, RefusalCode,
    case::{self},
    rule_set::{self, FileState},
};
use xinheng_store::rule_set::{RuleSet, RuleSetState};

pub const ADVICE: &str = "rulebook/cases/letter-of-advice.toml";

/// A procedure that is not shipped, with a letter of its own.
pub fn advice_kind() -> String {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../rulebook/cases/rectification.toml"
    ));
    text.unwrap()
        .replace("\"rectification\"", "\"letter-of-advice\"")
        .replace("title = \"整改\"", "title = \"提醒函办理\"")
        .replace("整改通知书", "提醒函")
}

pub const NARROW: &str = "[[narrow]]\nrole = \"responsible\"\nwithout = [\"record.end\"]\n";

fn refused<T: std::fmt::Debug>(answer: AppResult<T>, code: RefusalCode) -> String {
    match answer {
        Err(AppError::Refused(refusal)) => {
            assert_eq!(refusal.code, code, "{refusal}");
            refusal.to_string()
        }
        other => panic!("{code:?}: {other:?}"),
    }
}

fn bad<T: std::fmt::Debug>(answer: AppResult<T>) -> String {
    match answer {
        Err(AppError::BadInput(text)) => text,
        other => panic!("{other:?}"),
    }
}

fn knows(office: &Deployment, kind: &str) -> bool {
    office.rulebook().kinds().iter().any(|k| k.id == kind)
}

#[test]
fn what_one_proposed_and_another_adopted_holds_everywhere_at_once() {
    let desk = Desk::new();
    let who = people(&desk);
    let officer = || desk.ctx(who.officer.clone(), TODAY);
    let head = || desk.ctx(who.head.clone(), TODAY);
    assert!(bad(rule_set::propose(&officer())).contains("没有本地规则的文件夹"));
    desk.file(ADVICE, &advice_kind());
    desk.file("rulebook/permissions/narrow.toml", NARROW);
    let idle = rule_set::unadopted(&desk.office).unwrap().unwrap();
    assert!(idle.contains("2个文件没有采用，不起作用"), "{idle}");
    // Another process on the same database, which started before.
    let other = Deployment::open(&place(desk.dir.path())).unwrap();
    assert!(!knows(&other, "letter-of-advice"), "lying there is nothing");

    let seen = rule_set::list(&officer()).unwrap();
    let folder = seen.folder.unwrap();
    assert_eq!((folder.changes.len(), seen.waiting), (2, None));
    assert!(folder.problems.is_empty(), "{:?}", folder.problems);

    let set = rule_set::propose(&officer()).unwrap();
    assert_eq!((set.number, set.state, set.holds), (1, "等待采用", false));
    assert_eq!(set.proposed_by, "officer");
    assert!(other.reload().unwrap().is_none(), "nobody adopted it");
    let seen = rule_set::list(&head()).unwrap();
    let (line, examined) = seen.waiting.unwrap();
    assert_eq!((line.number, seen.folder), (1, None));
    let paths: Vec<_> = examined
        .changes
        .iter()
        .map(|c| (&*c.path, c.state))
        .collect();
    let new = FileState::New;
    assert_eq!(
        paths,
        [
            ("cases/letter-of-advice.toml", new),
            ("permissions/narrow.toml", new)
        ]
    );

    // The file is edited after it was proposed: what was proposed is adopted.
    desk.file(ADVICE, "id = [");
    let adopted = rule_set::adopt(&head(), 1).unwrap();
    assert!(adopted.holds && adopted.decided.unwrap().0 == "head");
    std::fs::remove_dir_all(desk.dir.path().join("rulebook")).unwrap();
    let other = other.reload().unwrap().unwrap();
    assert!(knows(&other, "letter-of-advice"));
    assert!(other.reload().unwrap().is_none(), "taken up once");
    assert!(knows(
        &Deployment::open(&place(desk.dir.path())).unwrap(),
        "letter-of-advice"
    ));
    assert!(
        place(desk.dir.path())
            .rulebook()
            .unwrap()
            .label()
            .contains("2个")
    );
    assert_eq!(rule_set::unadopted(&other).unwrap(), None);
    refused(rule_set::adopt(&head(), 1), RefusalCode::RulesDecided);

    let entry = &desk.audited("rulebook.adopt")[0];
    assert_eq!(
        (&entry.detail["number"], &entry.detail["files"]),
        (&1.into(), &2.into())
    );
    assert_eq!(entry.detail["changes"]["new"][1], "permissions/narrow.toml");
    assert_eq!(entry.actor, who.head.audit_name());
    assert_eq!(
        desk.audited("rulebook.propose")[0].actor,
        who.officer.audit_name()
    );
    assert!(desk.sound());

    // An empty folder takes all of it away; what was adopted before stays readable.
    desk.file("rulebook/read-me.md", "空");
    rule_set::propose(&officer()).unwrap();
    rule_set::adopt(&head(), 2).unwrap();
    let other = other.reload().unwrap().unwrap();
    assert!(!knows(&other, "letter-of-advice"));
    let first = rule_set::one(&officer(), 1).unwrap();
    assert!(!first.line.holds && first.files[0].1 == advice_kind());
    assert!(matches!(
        rule_set::one(&officer(), 3),
        Err(AppError::NotFound(_))
    ));
}

#[test]
fn nobody_adopts_what_they_proposed_and_others_may_not_at_all() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.file(ADVICE, &advice_kind());
    for actor in [&who.clerk, &who.responsible, &who.admin, &who.head] {
        forbidden(rule_set::propose(&desk.ctx(actor.clone(), TODAY)));
    }
    rule_set::propose(&desk.operator(TODAY)).unwrap();
    let own = refused(
        rule_set::adopt(&desk.operator(TODAY), 1),
        RefusalCode::RulesOwn,
    );
    assert!(own.contains("第1号"), "{own}");
    for actor in [&who.clerk, &who.responsible, &who.admin, &who.officer] {
        let ctx = desk.ctx(actor.clone(), TODAY);
        forbidden(rule_set::adopt(&ctx, 1));
        forbidden(rule_set::refuse(&ctx, 1, "不妥"));
    }
    for actor in [&who.clerk, &who.responsible, &who.admin] {
        let ctx = desk.ctx(actor.clone(), TODAY);
        forbidden(rule_set::list(&ctx));
        forbidden(rule_set::one(&ctx, 1));
    }
    let head = desk.ctx(who.head.clone(), TODAY);
    assert!(matches!(
        rule_set::adopt(&head, 2),
        Err(AppError::NotFound(_))
    ));
    assert!(bad(rule_set::refuse(&head, 1, " ")).contains("理由"));
    let set = rule_set::refuse(&head, 1, "文号有误").unwrap();
    assert_eq!((set.state, &*set.reason), ("不采用", "文号有误"));
    refused(rule_set::refuse(&head, 1, "又"), RefusalCode::RulesDecided);
    assert_eq!(desk.audited("rulebook.refuse").len(), 1);

    // A second proposal takes the place of the first.
    let officer = desk.ctx(who.officer, TODAY);
    rule_set::propose(&officer).unwrap();
    assert_eq!(rule_set::propose(&officer).unwrap().number, 3);
    refused(rule_set::adopt(&head, 2), RefusalCode::RulesDecided);
    rule_set::adopt(&head, 3).unwrap();
    refused(rule_set::propose(&officer), RefusalCode::RulesSame);
}

#[test]
fn every_problem_is_told_with_its_place_and_nothing_is_proposed() {
    let desk = Desk::new();
    desk.file(
        ADVICE,
        &advice_kind().replace("to = \"closed\"", "to = \"nowhere\""),
    );
    desk.file("rulebook/parameters/x.toml", "[[parameter]]\nid = 3\n");
    let ctx = desk.operator(TODAY);
    let text = bad(rule_set::propose(&ctx));
    assert!(text.contains("本地/cases/letter-of-advice.toml"), "{text}");
    assert!(text.contains("本地/parameters/x.toml（第2行）"), "{text}");
    assert!(desk.audited("rulebook.propose").is_empty());
    let folder = rule_set::list(&ctx).unwrap().folder.unwrap();
    assert!(folder.problems.len() >= 2, "{folder:?}");

    std::fs::remove_dir_all(desk.dir.path().join("rulebook")).unwrap();
    desk.file(
        "rulebook/permissions/narrow.toml",
        "[[narrow]]\nrole = \"head\"\nwithout = [\"rulebook.adopt\"]\n",
    );
    let text = bad(rule_set::propose(&ctx));
    assert!(text.contains("没有人可以“采用本地规则”"), "{text}");
}

#[test]
fn a_procedure_is_not_edited_or_taken_away_while_cases_go_on_by_it() {
    let mut desk = Desk::new();
    let who = people(&desk);
    desk.file(ADVICE, &advice_kind());
    desk.adopt();
    let officer = || desk.ctx(who.officer.clone(), TODAY);
    let typed = [
        ("PROBLEM", "迟报"),
        ("FOUND_BY", "核对"),
        ("DUE", "2026-11-30"),
    ];
    let (id, _) = moved(open(&officer(), ("letter-of-advice", "open"), D1, &typed));

    std::fs::remove_file(desk.dir.path().join(ADVICE)).unwrap();
    let removed = bad(rule_set::propose(&officer()));
    for word in [
        "“letter-of-advice”自2026-01-01",
        "没有这个版本的文件",
        "1件没有办结",
    ] {
        assert!(removed.contains(word), "{removed}");
    }
    desk.file(
        ADVICE,
        &advice_kind().replace("asks = [\"DONE\"]", "asks = [\"DONE\", \"BACK\"]"),
    );
    let edited = bad(rule_set::propose(&officer()));
    assert!(edited.contains("文件有改动，1件没有办结"), "{edited}");
    // Better words change nothing of what goes on; another edition stands beside the first.
    desk.file(
        ADVICE,
        &advice_kind().replace("title = \"提醒函办理\"", "title = \"提醒函\""),
    );
    rule_set::propose(&officer()).unwrap();
    rule_set::adopt(&desk.ctx(who.head.clone(), TODAY), 2).unwrap();
    desk.office = desk.office.reload().unwrap().unwrap();
    let officer = || desk.ctx(who.officer.clone(), TODAY);
    assert_eq!(case::show(&officer(), &id).unwrap().title, "提醒函");
    rule_set::editions_kept(&desk.operator(TODAY)).unwrap();

    // A case is opened between the proposal and its adoption.
    moved(step(&officer(), &id, "stop", &[("STOPPED", "已经更正")]));
    std::fs::remove_file(desk.dir.path().join(ADVICE)).unwrap();
    rule_set::propose(&officer()).unwrap();
    moved(open(&officer(), ("letter-of-advice", "open"), D1, &typed));
    let head = || desk.ctx(who.head.clone(), TODAY);
    assert!(bad(rule_set::adopt(&head(), 3)).contains("1件没有办结"));

    // Another program, or somebody else, has brought rules that lack it: it does not begin.
    let db = xinheng_app::testing::db(&desk.office);
    let set = RuleSet {
        number: 4,
        digest: String::new(),
        files: BTreeMap::new(),
        proposed_by: "account:a".to_owned(),
        proposed_at: head().now(),
        state: RuleSetState::Adopted,
        decided_by: None,
        decided_at: None,
        reason: String::new(),
    };
    db.write(|tx| {
        xinheng_store::rule_set::keep(tx, &set)?;
        let told = xinheng_store::AuditEntry::new(
            head().now(),
            "测试",
            "rulebook.adopt",
            serde_json::Value::Null,
        );
        Ok::<_, AppError>(((), told))
    })
    .unwrap();
    let without = desk.office.reload().unwrap().unwrap();
    let ctx = without.ctx(operator("甲"), head().now());
    let told = refused(rule_set::editions_kept(&ctx), RefusalCode::EditionInUse);
    assert!(
        told.contains("letter-of-advice") && told.contains("1件"),
        "{told}"
    );
}

#[test]
fn rules_that_another_program_cannot_read_are_replaced_all_the_same() {
    let desk = Desk::new();
    let ctx = desk.operator(TODAY);
    let db = xinheng_app::testing::db(&desk.office);
    let files = BTreeMap::from([("cases/old.toml".to_owned(), "id = 1".to_owned())]);
    let set = RuleSet {
        number: 1,
        digest: String::new(),
        files,
        proposed_by: "account:a".to_owned(),
        proposed_at: ctx.now(),
        state: RuleSetState::Adopted,
        decided_by: None,
        decided_at: None,
        reason: String::new(),
    };
    db.write(|tx| {
        xinheng_store::rule_set::keep(tx, &set)?;
        let nothing = serde_json::Value::Null;
        let told = xinheng_store::AuditEntry::new(ctx.now(), "测试", "rulebook.adopt", nothing);
        Ok::<_, AppError>(((), told))
    })
    .unwrap();
    let place = place(desk.dir.path());
    match Deployment::open(&place) {
        Err(AppError::Rulebook(text)) => {
            assert!(text.contains("本地/cases/old.toml（第1行）"), "{text}");
            assert!(text.contains("第1号"), "{text}");
        }
        other => panic!("{other:?}"),
    }
    let mending = Deployment::open_to_mend(&place).unwrap();
    desk.file("rulebook/read-me.md", "空");
    rule_set::propose(&mending.ctx(operator("甲"), ctx.now())).unwrap();
    rule_set::adopt(&mending.ctx(operator("乙"), ctx.now()), 2).unwrap();
    Deployment::open(&place).unwrap();
}
