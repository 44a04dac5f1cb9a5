use crate::build::{at, entry, read, write};
use std::sync::Barrier;
use xinheng_store::{AuditEntry, Db, StoreError, audit, deployment};

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
