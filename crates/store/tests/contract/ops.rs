//! What a verification finds: content, decisions and audit against each other.

use crate::build::{at, id, key, raw, record, stage, write};
use sha2::{Digest as _, Sha256};
use xinheng_domain::record::{EndKind, Ended, RecordAct, RecordActKind};
use xinheng_store::{
    AuditEntry, Db, StoreError,
    audit::{self, FaultKind},
    batch, ops,
    record::{add_act, insert},
};

pub fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A record, another one that was replaced, and a decision with its entry, as the use cases
/// leave them.
fn decided(db: &Db) {
    stage(db, "b1");
    let mut one = record(1, 1, 1, "b1");
    one.content_hash = digest(&one.payload);
    let mut two = record(2, 1, 1, "b1");
    two.content_hash = digest(&two.payload);
    let mut over = record(2, 1, 2, "b1");
    over.content_hash = digest(&format!("{}\n{}", two.content_hash, id(1, 1)));
    over.ended = Some(Ended {
        kind: EndKind::Replaced,
        on: "2026-01-06".parse().unwrap(),
        grounds: "关键字段更正".to_owned(),
        replaced_by: Some(id(1, 1)),
    });
    let decision = RecordAct {
        record_id: id(1, 1),
        kind: RecordActKind::Class,
        class: Some("minor".to_owned()),
        facts: Some("facts".to_owned()),
        grounds: "情节轻微".to_owned(),
        actor: "operator:甲".to_owned(),
        at: at(20),
    };
    write(db, |tx| {
        insert(tx, &[one.clone(), two.clone(), over.clone()])?;
        batch::seal(tx, "b1", at(20))
    });
    db.write::<(), StoreError>(|tx| {
        add_act(tx, &decision)?;
        let detail = serde_json::json!({
            "record": id(1, 1), "class": "minor", "grounds": "情节轻微", "at": at(20).to_string(),
        });
        let entry = AuditEntry::new(at(20), "operator:甲", "record.decide", detail);
        Ok(((), entry.about(key(1))))
    })
    .unwrap();
    audit::seal(db, at(30)).unwrap();
}

/// Notes a line as the end of the log, as an intruder would.
pub fn noted(position: &str) -> String {
    format!(
        "UPDATE audit_head SET position = ({position}), \
         chain_hash = (SELECT chain_hash FROM audit_log WHERE position = ({position}))"
    )
}

pub fn what_was_rewritten_is_found(db: &Db) {
    decided(db);
    let found = || ops::verify(db).unwrap();
    let sound = found();
    assert!(sound.sound(), "{sound:#?}");
    let (position, hash) = sound.head.clone().unwrap();
    assert_eq!((position, hash.len()), (sound.audit.sealed, 64));
    assert_eq!(ops::chain_hash(db, position), Ok(Some(hash.clone())));
    assert_eq!(ops::chain_hash(db, u64::MAX), Ok(None));

    let change = |sql: &str| raw(db, sql);
    change("UPDATE record SET payload = '{\"n\":9}' WHERE version = 1");
    assert_eq!(found().altered.count, 2);
    assert_eq!(found().altered.first.len(), 2);
    change("UPDATE record SET payload = '{\"n\":1}'");
    assert!(found().sound());
    // The tombstone names another record.
    change("UPDATE record SET replaced_by = 'x' WHERE version = 2");
    assert_eq!(found().altered.first, [id(2, 1).to_string()]);
    change(&format!(
        "UPDATE record SET replaced_by = '{}' WHERE version = 2",
        id(1, 1)
    ));
    assert!(found().sound());

    for (wrong, right) in [
        ("grounds = '另有考虑'", "grounds = '情节轻微'"),
        ("actor = 'operator:乙'", "actor = 'operator:甲'"),
        ("class = 'serious'", "class = 'minor'"),
    ] {
        change(&format!("UPDATE record_act SET {wrong}"));
        assert_eq!(found().decisions.first, [id(1, 1).to_string()], "{wrong}");
        assert!(!found().sound());
        change(&format!("UPDATE record_act SET {right}"));
    }
    assert!(found().sound());

    // The last line of the log taken out, its entry left: neither logged nor waiting.
    let unlogged = || {
        let faults = found().audit.faults;
        faults.get(&FaultKind::Unlogged).map_or(0, |f| f.count)
    };
    let last = "(SELECT max(position) FROM audit_log)";
    change(&format!("DELETE FROM audit_log WHERE position = {last}"));
    assert_eq!(unlogged(), 1);
    assert!(!found().sound());
    // Line and entry taken out: the end that was noted beside the log is another one.
    change(
        "DELETE FROM audit_entry WHERE NOT EXISTS (SELECT 1 FROM audit_log l WHERE l.entry_id = audit_entry.entry_id)",
    );
    assert_eq!(unlogged(), 0);
    assert!(found().audit.faults.contains_key(&FaultKind::Shortened));
    // That taken back as well, only who noted the end elsewhere sees it.
    change(&noted("SELECT max(position) FROM audit_log"));
    assert!(found().audit.faults.is_empty());
    assert_ne!(found().head, Some((position, hash)));
    change("DELETE FROM record_act");
    assert!(ops::verify(db).is_ok());
}
