//! Proofs of what a record's page said.

use crate::support::*;
use jiff::ToSpan as _;
use xinheng_app::{
    Deployment, District, ops,
    proof::{self, ProofDocument},
    record::{ReadingBasis, Say, say},
    view::{ProofFile, ProofState, ProofView},
};
use xinheng_domain::{publicity::Mode, reading::Says, record::RecordId};
use xinheng_store::testing;

fn code(desk: &Desk, id: &RecordId) -> String {
    desk.shown(id, TODAY).proof.unwrap().code
}

fn check(desk: &Desk, code: &str, file: Option<&ProofDocument>) -> ProofView {
    proof::check(&desk.public(TODAY), code, file)
        .unwrap()
        .unwrap()
}

fn document(desk: &Desk, id: &RecordId) -> ProofDocument {
    let site = "https://credit.example";
    proof::document(&desk.public(TODAY), id.as_str(), site)
        .unwrap()
        .unwrap()
}

fn salts(desk: &Desk) -> u64 {
    let text = String::from_utf8_lossy(&desk.bytes()).len();
    assert!(text > 0);
    let outlived = |conn: &mut xinheng_store::Conn| {
        // On a day before everything no record is public: every salt counts.
        xinheng_store::proof::outlived(conn, jiff::civil::date(2000, 1, 1))
    };
    xinheng_app::testing::db(&desk.office)
        .read(outlived)
        .unwrap()
}

fn one() -> (Desk, RecordId) {
    let desk = Desk::new();
    let row = penalty(1, 1);
    desk.land(std::slice::from_ref(&row), TODAY);
    let id = desk.number(&row);
    (desk, id)
}

#[test]
fn the_first_look_makes_a_proof_and_the_next_one_finds_it() {
    let (desk, id) = one();
    assert_eq!(desk.audited("proof.make").len(), 0, "importing makes none");
    let first = code(&desk, &id);
    assert_eq!(first.len(), 19, "four groups of four: {first}");
    assert_eq!(code(&desk, &id), first);
    let entries = desk.audited("proof.make");
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].actor, "public");
    assert_eq!(entries[0].detail["proof"], first.as_str());
    assert_eq!(entries[0].subject_key, id.subject_key());
    assert_eq!(salts(&desk), 1);
    assert!(desk.sound());
}

#[test]
fn a_proof_says_that_it_is_ours_and_where_it_stands_in_the_audit() {
    let (desk, id) = one();
    let first = code(&desk, &id);
    // Waits for the sealer.
    desk.bytes();
    let found = check(&desk, &first, None);
    assert_eq!(found.state, ProofState::Current);
    assert_eq!(found.record.as_deref(), Some(id.as_str()));
    let place = found.audit.unwrap();
    assert!(place.sound && place.position > 1, "{place:?}");
    let unknown = proof::check(&desk.public(TODAY), "aaaa-aaaa-aaaa-aaaa", None);
    assert_eq!(unknown.unwrap(), None);
}

#[test]
fn an_entry_that_was_changed_or_unhooked_is_told() {
    let (desk, id) = one();
    let first = code(&desk, &id);
    desk.bytes();
    let location = xinheng_store::Location::Sqlite(desk.dir.path().join("xinheng.db"));
    let sql = "UPDATE audit_entry SET actor = 'operator:x' WHERE action = 'proof.make'";
    testing::doctor(&location, sql).unwrap();
    assert!(!check(&desk, &first, None).audit.unwrap().sound);
    let sql = "UPDATE audit_entry SET actor = 'public' WHERE action = 'proof.make'";
    testing::doctor(&location, sql).unwrap();
    assert!(check(&desk, &first, None).audit.unwrap().sound);
    let sql = "UPDATE proof SET digest = 'x'";
    testing::doctor(&location, sql).unwrap();
    let found = check(&desk, &first, None);
    assert_eq!(found.audit, None, "the audit knows another digest");
    assert_eq!(found.state, ProofState::Updated);
    assert!(!desk.sound(), "db verify tells it as well");
}

#[test]
fn a_file_is_compared_word_for_word() {
    let (desk, id) = one();
    let file = document(&desk, &id);
    assert_eq!(
        file.check,
        format!("https://credit.example/verify/{}", file.code)
    );
    let found = check(&desk, &file.code, Some(&file));
    assert_eq!(
        (found.state, found.file),
        (ProofState::Current, Some(ProofFile::Same))
    );
    let mut altered = file.clone();
    let last = altered
        .wording
        .iter_mut()
        .find(|w| w.1.contains("58"))
        .unwrap();
    last.1 = last.1.replace("58", "5800");
    let found = check(&desk, &file.code, Some(&altered));
    assert_eq!(found.file, Some(ProofFile::Altered));
    // Another record's number on this one's words.
    altered = file.clone();
    altered.record = "91990100MA0Y00020X-aaaaaaaaaaaaaaaa".to_owned();
    let found = check(&desk, &file.code, Some(&altered));
    assert_eq!(found.file, Some(ProofFile::Altered));
    let text = serde_json::to_string(&file).unwrap();
    assert_eq!(proof::read(text.as_bytes()).unwrap(), file);
    let salted = |conn: &mut xinheng_store::Conn| xinheng_store::proof::of_record(conn, &id);
    let kept = xinheng_app::testing::db(&desk.office).read(salted).unwrap();
    assert!(
        !text.contains(&kept.unwrap().salt.unwrap()),
        "the salt never leaves"
    );
    for wrong in [
        "",
        "{}",
        "[1]",
        &text.replace("xinheng-proof-1", "xinheng-proof-2"),
    ] {
        bad_input(proof::read(wrong.as_bytes()));
    }
}

#[test]
fn a_correction_makes_the_old_proof_an_updated_one() {
    let (desk, id) = one();
    let old = document(&desk, &id);
    let corrected = penalty(1, 1).set("CF_SY", "检查发现销售的产品没有中文标识。");
    desk.land(&[corrected], TODAY);
    let found = check(&desk, &old.code, Some(&old));
    assert_eq!(
        (found.state, found.file),
        (ProofState::Updated, Some(ProofFile::Closed))
    );
    let new = code(&desk, &id);
    assert_ne!(new, old.code);
    assert_eq!(check(&desk, &new, None).state, ProofState::Current);
    assert_eq!(check(&desk, &old.code, None).state, ProofState::Updated);
    assert_eq!(salts(&desk), 1, "the old one is destroyed");
    assert!(desk.sound());
}

#[test]
fn another_public_wording_makes_another_proof() {
    let desk = Desk::new();
    let text = "经查，当事人从高样处购进无标签的预包装食品三箱，货值金额58元。";
    let row = penalty(1, 1).set("CF_SY", text);
    desk.land(std::slice::from_ref(&row), TODAY);
    let id = desk.number(&row);
    let old = document(&desk, &id);
    let by = ReadingBasis {
        grounds: Some("网页上能认出个人"),
        ..ReadingBasis::default()
    };
    let said = say(
        &desk.operator(TODAY),
        &Say {
            record: id.as_str(),
            field: "CF_SY",
            says: Says::Withhold,
            text: None,
            by,
        },
    );
    said.unwrap();
    let found = check(&desk, &old.code, Some(&old));
    assert_eq!(found.state, ProofState::Updated);
    assert_eq!(found.file, Some(ProofFile::Same), "it did stand there");
    assert_ne!(code(&desk, &id), old.code);
    let found = check(&desk, &old.code, Some(&old));
    assert_eq!(found.file, Some(ProofFile::Closed));
}

#[test]
fn what_is_withdrawn_can_not_be_shown_by_anybody_any_more() {
    let (desk, id) = one();
    let file = document(&desk, &id);
    let ctx = desk.operator(TODAY);
    xinheng_app::record::withhold(&ctx, id.as_str(), "公示有误", None).unwrap();
    assert_eq!(salts(&desk), 0, "destroyed with the act");
    let found = check(&desk, &file.code, Some(&file));
    assert_eq!(
        (found.state, found.file),
        (ProofState::Over, Some(ProofFile::Closed))
    );
    assert_eq!(found.record, None);
    let told = serde_json::to_string(&found).unwrap();
    for word in [NAMES[0], "没收违法所得", id.as_str()] {
        assert!(!told.contains(word), "{told}");
    }
    // Shown again: a new proof, and the old one is of nothing that can be compared.
    let ctx = desk.ctx(operator("乙"), TODAY);
    let again = confirming(id.as_str(), true, "核对无误");
    xinheng_app::record::confirm(&ctx, &again).unwrap();
    assert_ne!(code(&desk, &id), file.code);
    assert_eq!(check(&desk, &file.code, None).state, ProofState::Updated);
    assert!(desk.sound());
}

#[test]
fn what_ends_by_itself_is_tidied_away() {
    let (desk, id) = one();
    let first = code(&desk, &id);
    let until = desk.shown(&id, TODAY).line.shown_until.unwrap();
    assert_eq!(
        proof::tidy(&desk.operator(until)).unwrap(),
        0,
        "the last day counts"
    );
    let after = until.saturating_add(1.day());
    let found = proof::check(&desk.public(after), &first, None)
        .unwrap()
        .unwrap();
    assert_eq!(found.state, ProofState::Over);
    let ctx = desk.operator(after);
    let told = ops::verify(&ctx).unwrap();
    assert!(
        told.lines.iter().any(|l| l.contains("1个凭证的随机数")),
        "{told:#?}"
    );
    assert_eq!(proof::tidy(&desk.operator(after)).unwrap(), 1);
    assert_eq!(salts(&desk), 0);
    for actor in outsiders() {
        forbidden(proof::tidy(&desk.ctx(actor, after)));
    }
    assert_eq!(proof::tidy(&desk.operator(after)).unwrap(), 0);
    assert_eq!(
        desk.audited("proof.end").len(),
        1,
        "nothing to do leaves no entry"
    );
    let told = ops::verify(&ctx).unwrap();
    assert!(!told.lines.iter().any(|l| l.contains("凭证的随机数")));
}

#[test]
fn what_is_not_public_has_no_proof() {
    let desk = Desk::new();
    let held = penalty(1, 1).fine();
    desk.land(std::slice::from_ref(&held), TODAY);
    let id = desk.number(&held);
    let none = proof::document(&desk.public(TODAY), id.as_str(), "").unwrap();
    assert_eq!(none, None);
    assert_eq!(desk.audited("proof.make").len(), 0);
}

#[test]
fn a_site_that_shows_no_record_says_of_every_proof_that_it_is_over() {
    let (mut desk, id) = one();
    let file = document(&desk, &id);
    let guide = District {
        publicity: Mode::Guide,
        ..desk.office.district().clone()
    };
    Deployment::set_district(&desk.operator(TODAY), &guide).unwrap();
    desk.reopen();
    let found = check(&desk, &file.code, Some(&file));
    assert_eq!(
        (found.state, found.file),
        (ProofState::Over, Some(ProofFile::Closed))
    );
}

#[test]
fn another_last_day_is_another_thing_on_paper() {
    let (mut desk, id) = one();
    let file = document(&desk, &id);
    desk.file("rulebook/parameters/local.toml", crate::publicity::SAME_DAY);
    desk.reopen();
    xinheng_app::publicity::rebuild(&desk.operator(TODAY), &mut |_| {}).unwrap();
    let found = check(&desk, &file.code, Some(&file));
    assert_eq!(
        (found.state, found.file),
        (ProofState::Updated, Some(ProofFile::Same))
    );
    assert_ne!(code(&desk, &id), file.code);
}
