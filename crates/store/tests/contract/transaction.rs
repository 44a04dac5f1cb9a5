use crate::build::{at, entry, read, write};
use std::{sync::Barrier, time::Duration};
use xinheng_store::{AuditEntry, Db, Options, StoreError, audit, deployment};

#[derive(Debug, PartialEq)]
enum Refusal {
    ByRule,
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

pub fn a_refused_write_leaves_nothing(db: &Db) {
    let outcome = db.write::<(), Refusal>(|tx| {
        deployment::set(tx, "x", "1")?;
        Err(Refusal::ByRule)
    });
    assert_eq!(outcome, Err(Refusal::ByRule));
    assert_eq!(read(db, |c| deployment::setting(c, "x")), None);
    assert!(read(db, |c| audit::page(c, None, 10)).is_empty());
}

pub fn a_commit_has_its_entry(db: &Db) {
    write(db, |tx| deployment::set(tx, "x", "1"));
    let kept = read(db, |c| audit::page(c, None, 10));
    assert_eq!(kept.len(), 1);
    let mut entry = entry();
    // It tells what the write has put in.
    entry.detail["sums"] = kept[0].entry.detail["sums"].clone();
    assert_eq!(kept[0].entry, entry);
    assert!(
        entry.detail["sums"]["setting"]
            .as_str()
            .unwrap()
            .starts_with("+1:")
    );
}

pub fn a_conflict_runs_again_a_bounded_number_of_times(db: &Db) {
    use crate::build::new_batch;
    use xinheng_store::batch;
    write(db, |tx| batch::stage(tx, &new_batch("b1")));
    let mut tries = 0;
    let outcome = db.write::<(), StoreError>(|tx| {
        tries += 1;
        batch::stage(tx, &new_batch("b1"))?;
        Ok(((), entry()))
    });
    assert!(
        matches!(outcome, Err(StoreError::Conflict(_))),
        "{outcome:?}"
    );
    assert_eq!(tries, 5);
    // The connection is as good as before.
    write(db, |tx| deployment::set(tx, "x", "1"));
}

pub fn a_panic_leaves_the_pool_whole(db: &Db) {
    for _ in 0..20 {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _ = db.write::<(), StoreError>(|tx| {
                deployment::set(tx, "x", "1")?;
                std::panic::resume_unwind(Box::new("as intended"));
            });
        }));
        assert!(caught.is_err());
    }
    assert_eq!(read(db, |c| deployment::setting(c, "x")), None);
    write(db, |tx| deployment::set(tx, "x", "2"));
}

/// Both look, both see nothing, both insert: one meets the other's row and runs again.
pub fn two_writers_meet_and_both_succeed(db: &Db) {
    let both = Barrier::new(2);
    let one = |name: &str| {
        let mut first = true;
        db.write::<bool, StoreError>(|tx| {
            // On SQLite the second writer waits for the first: nobody may wait for it inside.
            let _ = std::mem::take(&mut first);
            let new = deployment::save_rulebook(
                tx,
                &deployment::RulebookEdition {
                    digest: "same".into(),
                    label: name.into(),
                    files: String::new(),
                    saved_at: at(1),
                },
            )?;
            Ok((
                new,
                AuditEntry::new(at(1), name, "test.save", serde_json::json!({})),
            ))
        })
        .unwrap()
    };
    let (a, b) = std::thread::scope(|scope| {
        let a = scope.spawn(|| {
            both.wait();
            one("a")
        });
        both.wait();
        let b = one("b");
        (a.join().unwrap(), b)
    });
    assert!(a ^ b, "exactly one saved it");
    assert_eq!(read(db, |c| audit::page(c, None, 10)).len(), 2);
}

fn set(db: &Db, value: &str) -> Result<(), StoreError> {
    db.write(|tx| Ok((deployment::set(tx, "x", value)?, entry())))
}

fn set_in_bulk(db: &Db, value: &str) -> Result<(), StoreError> {
    db.write_bulk(|tx| Ok((deployment::set(tx, "x", value)?, entry())))
}

/// Readers take no connection from a writer; a second writer is told when it has waited too long,
/// whatever its turn, and the next one goes.
pub fn writers_wait_for_writers_alone(db: &Db) {
    let options = Options {
        patience: Duration::from_millis(20),
        readers: 1,
        writers: 1,
        ..Options::default()
    };
    let db = &Db::open_with(db.location(), &options).unwrap();
    read(db, |_| set(db, "1").and_then(|()| set_in_bulk(db, "2")));
    write(db, |tx| {
        for told in [set(db, "3"), set_in_bulk(db, "4")] {
            assert!(matches!(told, Err(StoreError::Busy(_))), "{told:?}");
        }
        deployment::set(tx, "y", "5")
    });
    let value = |name| read(db, |c| deployment::setting(c, name));
    assert_eq!(
        (value("x").as_deref(), value("y").as_deref()),
        (Some("2"), Some("5"))
    );
    assert_eq!(set(db, "6"), Ok(()));
    // Each of the four that wrote has its entry.
    assert_eq!(read(db, |c| audit::page(c, None, 10)).len(), 4);
}
