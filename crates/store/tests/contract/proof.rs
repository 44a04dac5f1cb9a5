//! Proofs and their salts.
use crate::build::{at, day, id, key, read, record as built, sealed, write};
use xinheng_domain::{
    publicity::PublicityColumns,
    record::{EndKind, Ended, Record},
};
use xinheng_store::{
    Db, StoreError,
    proof::{self, Proof, Salted},
    record::{self, Computed},
};

fn of(n: u32, code: &str) -> Proof {
    Proof {
        subject_key: id(n, 1).key_text().to_owned(),
        record_tail: id(n, 1).tail().to_owned(),
        code: code.to_owned(),
        version: 1,
        digest: format!("digest of {code}"),
        made_at: at(30),
    }
}

pub fn keep(db: &Db, n: u32, code: &str) {
    write(db, |tx| {
        proof::keep(tx, &of(n, code), &format!("salt of {code}"))
    });
}

fn salt(db: &Db, code: &str) -> Option<String> {
    read(db, |c| proof::by_code(c, code)).unwrap().salt
}

pub fn the_last_proof_of_a_record_has_the_salt(db: &Db) {
    sealed(db, "b1", 10, &[built(1, 1, 1, "b1"), built(2, 1, 1, "b1")]);
    assert_eq!(read(db, |c| proof::of_record(c, &id(1, 1))), None);
    assert_eq!(read(db, |c| proof::by_code(c, "c1")), None);
    keep(db, 1, "c1");
    keep(db, 2, "c2");
    let first = Salted {
        proof: of(1, "c1"),
        salt: Some("salt of c1".to_owned()),
    };
    assert_eq!(
        read(db, |c| proof::of_record(c, &id(1, 1))),
        Some(first.clone())
    );
    assert_eq!(read(db, |c| proof::by_code(c, "c1")), Some(first));
    keep(db, 1, "c3");
    assert_eq!(salt(db, "c1"), None, "known, and nothing to compare by");
    let present = read(db, |c| proof::of_record(c, &id(1, 1))).unwrap();
    assert_eq!(present.proof.code, "c3");
    assert_eq!(salt(db, "c2").as_deref(), Some("salt of c2"));
    let twice = db.write::<(), StoreError>(|tx| {
        proof::keep(tx, &of(1, "c3"), "another")?;
        Ok(((), crate::build::entry()))
    });
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
}

pub fn a_salt_ends_with_what_it_is_of(db: &Db) {
    let with = |n: u32, until: Option<&str>| {
        let base = built(n, 1, 1, "b1");
        Record {
            publicity: PublicityColumns {
                until: until.map(day),
                ..base.publicity.clone()
            },
            ..base
        }
    };
    let all = [
        with(1, Some("2026-01-06")),
        with(2, None),
        with(3, None),
        with(4, None),
    ];
    sealed(db, "b1", 10, &all);
    for n in 1..=4 {
        keep(db, n, &format!("c{n}"));
    }
    let last = day("2026-01-06");
    assert_eq!(
        read(db, |c| proof::outlived(c, last)),
        0,
        "the last day counts"
    );
    let after = day("2026-01-07");
    assert_eq!(read(db, |c| proof::outlived(c, after)), 1);
    assert_eq!(write(db, |tx| proof::forget_over(tx, after)), 1);
    assert_eq!((salt(db, "c1"), salt(db, "c2").is_some()), (None, true));

    // A later version lands.
    sealed(db, "b2", 20, &[built(2, 1, 2, "b2")]);
    assert_eq!(salt(db, "c2"), None);

    // It is over by an act; one that is computed anew and stays public keeps its salt.
    let computed = |n: u32, ended: Option<Ended>| Computed {
        publicity: with(n, None).publicity,
        clock: None,
        first_received_on: day("2026-01-05"),
        ended,
        once_public: false,
    };
    let over = Ended {
        kind: EndKind::Withheld,
        on: last,
        grounds: String::new(),
        replaced_by: None,
    };
    write(db, |tx| {
        record::update(tx, (&id(3, 1), 1), &computed(3, Some(over.clone())))
    });
    write(db, |tx| {
        record::update(tx, (&id(4, 1), 1), &computed(4, None))
    });
    assert_eq!((salt(db, "c3"), salt(db, "c4").is_some()), (None, true));
    assert_eq!(key(4).as_str(), id(4, 1).key_text());
}
