//! Verification and backup.

use crate::support::*;
use xinheng_app::{Office, ops};

#[test]
fn a_sound_database_says_so() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(1, 2).fine()], TODAY);
    let found = ops::verify(&desk.operator(TODAY)).unwrap();
    assert!(found.sound, "{found:#?}");
    assert_eq!(
        found.audit_unsealed, 0,
        "every use case seals what it wrote"
    );
    assert_eq!(found.audit_sealed as usize, desk.audit().len());
    assert!(found.lines.iter().any(|l| l.contains("逐条重算相符")));
}

#[test]
fn a_changed_audit_entry_is_found() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let path = desk.dir.path().join("copy").join("xinheng.db");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    ops::backup(&desk.operator(TODAY), &path).unwrap();
    bad_input(ops::backup(&desk.operator(TODAY), &path));
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.windows(10).position(|w| w == b"batch.seal").unwrap();
    bytes[at + 6] = b'S';
    std::fs::write(&path, bytes).unwrap();
    let office = Office::open(&place(path.parent().unwrap())).unwrap();
    let ctx = office.ctx(operator("甲"), xinheng_app::noon(TODAY).unwrap());
    let found = ops::verify(&ctx).unwrap();
    assert!(!found.sound, "{found:#?}");
}

#[test]
fn only_the_office_verifies_and_copies() {
    let desk = Desk::new();
    let to = desk.dir.path().join("copy.db");
    for actor in outsiders() {
        forbidden(ops::verify(&desk.ctx(actor.clone(), TODAY)));
        forbidden(ops::backup(&desk.ctx(actor, TODAY), &to));
    }
    assert!(!to.exists());
}
