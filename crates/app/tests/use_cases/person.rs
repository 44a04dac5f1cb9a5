//! Natural persons' rows: kept apart under a key, counted, never found again.

use crate::support::*;
use jiff::civil::date;
use serde_json::json;
use xinheng_app::{
    AppError, AppResult, Deployment,
    intake::{Landing, Outcome},
    person::{self, PersonKey},
};
use xinheng_store::AuditEntry;

const NAME: &str = "仲孙玥琰";
const IDENTITY: &str = "990102198507238450";

fn someone(number: u32) -> Row {
    other("", "", number).person(NAME, IDENTITY)
}

fn key_of(desk: &Desk) -> std::path::PathBuf {
    desk.dir.path().join("person.key")
}

fn with_key() -> Desk {
    let desk = Desk::new();
    PersonKey::create(&key_of(&desk)).unwrap();
    desk
}

fn kept(desk: &Desk) -> u64 {
    let lines = person::counts(&desk.operator(TODAY)).unwrap();
    lines.iter().map(|l| l.kept).sum()
}

fn try_import(desk: &Desk, rows: &[Row]) -> AppResult<Outcome> {
    desk.hand_in(operator("甲"), D1, &csv(rows), TODAY, false)
}

#[test]
fn without_a_key_nothing_is_kept() {
    let desk = Desk::new();
    let outcome = desk.import(&[penalty(1, 1), someone(2)], TODAY);
    assert_eq!(
        (outcome.counters.set_aside, outcome.counters.kept_apart),
        (1, 0)
    );
    assert_eq!(kept(&desk), 0);
    assert_eq!(outcome.persons_without_key, 1);
    let told = outcome.persons_told().join("\n");
    assert!(
        told.contains("1行没有保存") && told.contains("xinheng person key"),
        "{told}"
    );
}

#[test]
fn a_warning_about_a_kept_row_is_told_without_its_content() {
    let desk = with_key();
    // Born on no day of the calendar.
    let wrong = "990102198513238450";
    let outcome = desk.import(&[other("", "", 1).person(NAME, wrong), someone(2)], TODAY);
    assert_eq!(outcome.counters.kept_apart, 2);
    let told = outcome
        .warnings
        .iter()
        .find(|f| f.code == "identity-number-bad");
    let told = told.unwrap();
    assert_eq!((told.row, told.value.as_str()), (1, ""));
    assert!(!told.message.contains(wrong), "{told:?}");
    assert_eq!(
        (outcome.persons_warned, outcome.persons_without_key),
        (2, 0),
        "the invented division is told as well"
    );
    assert!(outcome.persons_told().concat().contains("2行请核对"));
}

#[test]
fn with_a_key_rows_are_kept_sealed_and_made_no_record_of() {
    let desk = with_key();
    let outcome = desk.import(&[penalty(1, 1), someone(2)], TODAY);
    let counters = outcome.counters;
    assert_eq!((counters.reported, counters.new), (2, 1));
    assert_eq!((counters.set_aside, counters.kept_apart), (1, 1));
    assert_eq!(kept(&desk), 1);
    assert_eq!(desk.all().len(), 1);
    let bytes = desk.bytes();
    for secret in [NAME, IDENTITY, "玥琰", "19850723"] {
        assert!(!has(&bytes, secret), "{secret}");
    }
    assert_eq!(desk.audited("person.key").len(), 1);
    let land = &desk.audited("batch.land")[0];
    assert_eq!(land.detail["persons"], 1);
}

#[test]
fn the_same_row_again_is_no_other_and_a_changed_one_is_a_version() {
    let desk = with_key();
    desk.import(&[someone(1)], TODAY);
    let outcome = desk.import(&[someone(1), someone(2)], date(2026, 11, 3));
    assert_eq!(outcome.counters.kept_apart, 2);
    assert_eq!(kept(&desk), 2);
    let changed = someone(1).set("CF_SY", "检查发现三件产品没有合格证明。");
    desk.import(&[changed], date(2026, 11, 4));
    assert_eq!(kept(&desk), 2);
}

#[test]
fn a_faulty_row_is_not_kept_and_a_second_one_is_named() {
    let desk = with_key();
    let faulty = someone(1).set("CF_JDRQ", "哪天");
    let outcome = desk.import(&[faulty, someone(2), someone(2)], TODAY);
    assert_eq!(
        (outcome.counters.set_aside, outcome.counters.kept_apart),
        (3, 1)
    );
    let twice = outcome
        .refused
        .iter()
        .find(|f| f.code == "duplicate-record");
    let twice = twice.unwrap();
    assert_eq!(
        (twice.row, twice.message.contains("第3行")),
        (3, true),
        "{twice:?}"
    );
    assert_eq!(kept(&desk), 1);
}

#[test]
fn whoever_hands_a_row_in_is_told_of_it_and_nothing_of_it_is_kept() {
    let desk = with_key();
    let faulty = someone(1).set("CF_JDRQ", "去年冬天");
    let uncoded = penalty(1, 2)
        .set("CF_XDR_SHXYM", "91990100MA0Y00009Z")
        .set("CF_WSH", "");
    let outcome = desk.import(&[faulty, uncoded, someone(3)], TODAY);
    assert_eq!(outcome.persons_at_fault, 1);
    let told = |row: u64| {
        let found = outcome.refused.iter().filter(move |f| f.row == row);
        found
            .map(|f| f.message.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert!(told(1).contains("去年冬天"), "{}", told(1));
    assert!(told(2).contains("91990100MA0Y00009Z"), "{}", told(2));
    // Kept are place, column and kind of the fault.
    let read = |conn: &mut xinheng_store::Conn| {
        let all = xinheng_store::batch::list(
            conn,
            &xinheng_domain::permission::Reach::Everywhere,
            None,
            9,
        )?;
        xinheng_store::batch::findings(conn, &all[0].new.id, None, 99)
    };
    let kept = xinheng_app::testing::db(&desk.office).read(read).unwrap();
    let of_two = kept
        .iter()
        .map(|(_, f)| f)
        .find(|f| f.row == 2 && f.field == "CF_XDR_SHXYM");
    let said = &of_two.unwrap().message;
    assert!(
        said.contains("统一社会信用代码") && said.contains("不保存"),
        "{said}"
    );
    // Of a cell that is empty nobody is told that its content is not kept.
    let kept_of = |finding: &&xinheng_domain::finding::Finding| finding.row > 0;
    for finding in kept.iter().map(|(_, f)| f).filter(kept_of) {
        let empty = finding.code == "required-missing";
        assert!(!empty || !finding.message.contains("不保存"), "{finding:?}");
    }
    for secret in ["去年冬天", "91990100MA0Y00009Z", NAME] {
        assert!(!has(&desk.bytes(), secret), "{secret}");
    }
}

#[test]
fn another_departments_row_is_not_changed() {
    let desk = with_key();
    desk.import(&[someone(1)], TODAY);
    let changed = someone(1).second().set("CF_NR", "没收违法所得59元。");
    let outcome = desk
        .hand_in(operator("甲"), D2, &csv(&[changed]), TODAY, false)
        .unwrap();
    assert_eq!(outcome.counters.kept_apart, 0);
    assert_eq!(
        outcome.refused.last().unwrap().code,
        "record-of-another-department"
    );
}

#[test]
fn a_file_comes_again_once_there_is_a_key() {
    let desk = Desk::new();
    let rows = [penalty(1, 1), someone(2)];
    desk.import(&rows, TODAY);
    PersonKey::create(&key_of(&desk)).unwrap();
    let outcome = desk.import(&rows, TODAY);
    assert!(matches!(outcome.landing, Landing::Sealed { .. }));
    assert_eq!(
        (outcome.counters.unchanged, outcome.counters.kept_apart),
        (1, 1)
    );
    let outcome = desk.import(&rows, TODAY);
    assert!(matches!(outcome.landing, Landing::Already { .. }));
}

#[test]
fn a_dry_run_keeps_nothing() {
    let desk = with_key();
    let outcome = desk
        .hand_in(operator("甲"), D1, &csv(&[someone(1)]), TODAY, true)
        .unwrap();
    assert_eq!(outcome.counters.kept_apart, 1);
    assert_eq!(kept(&desk), 0);
    assert!(desk.audited("person.key").is_empty());
}

#[test]
fn a_missing_or_wrong_key_stops_the_import_and_says_so() {
    let desk = with_key();
    desk.import(&[someone(1)], TODAY);
    let key = key_of(&desk);
    let text = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let before = desk.audit().len();
    let missing = try_import(&desk, &[someone(2)]).unwrap_err().to_string();
    assert!(missing.contains("没有找到密钥文件"), "{missing}");
    PersonKey::create(&key).unwrap();
    let wrong = try_import(&desk, &[someone(2)]).unwrap_err().to_string();
    assert!(wrong.contains("密钥文件不对"), "{wrong}");
    std::fs::write(&key, "不是密钥").unwrap();
    bad_input(try_import(&desk, &[someone(2)]));
    assert_eq!(desk.audit().len(), before, "nothing was written");
    // A file without natural persons needs no key.
    desk.land(&[penalty(1, 9)], TODAY);
    std::fs::write(&key, text).unwrap();
    desk.import(&[someone(2)], TODAY);
    assert_eq!(kept(&desk), 2);
}

#[test]
fn a_second_key_is_made_only_while_nothing_is_kept() {
    let desk = Desk::new();
    let key = key_of(&desk);
    let new_key = || person::new_key(&desk.operator(TODAY), &key);
    let first = new_key().unwrap();
    // Noted with the first file; every row of it was another department's or at fault.
    desk.import(&[someone(1).set("CF_JDRQ", "哪天"), penalty(1, 7)], TODAY);
    let noted = xinheng_app::testing::db(&desk.office).write(|tx| {
        xinheng_store::deployment::set(tx, "person_key", &first)?;
        let at = xinheng_app::noon(TODAY)?;
        Ok::<_, AppError>(((), AuditEntry::new(at, "测试", "person.key", json!({}))))
    });
    noted.unwrap();
    std::fs::remove_file(&key).unwrap();
    let second = new_key().unwrap();
    assert_ne!(first, second);
    desk.import(&[someone(2)], TODAY);
    assert_eq!(kept(&desk), 1);
    std::fs::remove_file(&key).unwrap();
    let said = new_key().unwrap_err();
    assert!(matches!(said, AppError::Refused(_)), "{said}");
    assert!(said.to_string().contains(&second), "{said}");
    assert!(!key.exists());
}

#[test]
fn a_key_file_elsewhere_must_be_there() {
    let desk = Desk::new();
    let place = xinheng_app::Place {
        person_key: Some(desk.dir.path().join("anderswo.key")),
        ..place(desk.dir.path())
    };
    let office = Deployment::open(&place).unwrap();
    let said = office.person_key().unwrap_err();
    assert!(matches!(said, AppError::BadInput(_)), "{said}");
}

#[test]
fn counting_and_deleting_are_the_offices_own() {
    let desk = Desk::new();
    for actor in outsiders() {
        forbidden(person::counts(&desk.ctx(actor.clone(), TODAY)));
        forbidden(person::delete(&desk.ctx(actor, TODAY)));
    }
}
