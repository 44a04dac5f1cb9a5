//! Accounts, roles and sessions as they are kept.

use crate::build::{at, day, read, write};
use xinheng_store::{
    AuditEntry, Db, StoreError,
    account::{self, Account, Failures, Granted, Session},
};

fn account(id: &str, login: &str) -> Account {
    Account {
        id: id.to_owned(),
        login: login.to_owned(),
        name: "程样清".to_owned(),
        password: "argon2id:8:1:00:00".to_owned(),
        password_given: true,
        locked: false,
        factor: Some("00ff".to_owned()),
        factor_step: 7,
        recovery: String::new(),
        os_user: None,
        demo: false,
        revision: 1,
        made_by: "operator:甲".to_owned(),
        made_at: at(1),
    }
}

fn granted(id: &str, role: &str) -> Granted {
    Granted {
        account_id: id.to_owned(),
        role: role.to_owned(),
        department: "d1".to_owned(),
        from: day("2026-01-01"),
        until: None,
        granted_by: "operator:甲".to_owned(),
        granted_at: at(2),
    }
}

fn session(token: &str, id: &str, ends: i64) -> Session {
    Session {
        token_hash: token.to_owned(),
        account_id: id.to_owned(),
        department: "d1".to_owned(),
        address: "10.0.0.7".to_owned(),
        begun_at: at(3),
        seen_at: at(4),
        ends_at: at(ends),
    }
}

fn failures(address: &str, failures: u32) -> Failures {
    Failures {
        login_hash: "h".to_owned(),
        address: address.to_owned(),
        failures,
        last_at: at(5),
    }
}

/// A row in each of the tables.
pub fn furnish(db: &Db) {
    write(db, |tx| {
        account::add(tx, &account("a0", "zhang"))?;
        account::grant(tx, &granted("a0", "clerk"))?;
        account::note_failures(tx, &failures("10.0.0.9", 1))
    });
    let begun = session("t0", "a0", 900);
    db.write::<(), StoreError>(|tx| {
        account::keep_session(tx, &begun)?;
        let entry = AuditEntry::new(begun.begun_at, "zhang", "account.sign_in", begun.told());
        Ok(((), entry))
    })
    .unwrap();
}

pub fn accounts_and_roles_come_back(db: &Db) {
    write(db, |tx| {
        account::add(tx, &account("a1", "cheng"))?;
        account::add(tx, &account("a2", "an"))
    });
    let taken = db.write(|tx| {
        account::add(tx, &account("a3", "cheng"))?;
        Ok::<_, StoreError>(((), crate::build::entry()))
    });
    assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
    let cheng = read(db, |c| account::by_login(c, "cheng")).unwrap();
    assert_eq!(cheng, account("a1", "cheng"));
    assert_eq!(read(db, |c| account::get(c, "a1")), Some(cheng.clone()));
    let bound = Account {
        os_user: Some("cheng1".to_owned()),
        ..cheng.clone()
    };
    write(db, |tx| account::change(tx, &bound));
    let known = read(db, |c| account::by_os_user(c, "cheng1")).unwrap();
    assert_eq!(
        known,
        Account {
            revision: 2,
            ..bound
        }
    );
    // Whoever read it before that changes nothing.
    let stale = db.write(|tx| {
        account::change(tx, &cheng)?;
        Ok::<_, StoreError>(((), crate::build::entry()))
    });
    assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
    let logins: Vec<String> = read(db, account::all)
        .into_iter()
        .map(|a| a.login)
        .collect();
    assert_eq!(logins, ["an", "cheng"]);

    write(db, |tx| {
        account::grant(tx, &granted("a1", "reviewer"))?;
        account::grant(tx, &granted("a1", "clerk"))?;
        account::grant(tx, &granted("a2", "clerk"))
    });
    let until = Some(day("2026-06-30"));
    write(db, |tx| {
        let ended = Granted {
            until,
            ..granted("a1", "clerk")
        };
        account::grant(tx, &ended)
    });
    let roles = read(db, |c| account::granted(c, "a1"));
    let short: Vec<_> = roles.iter().map(|g| (g.role.as_str(), g.until)).collect();
    assert_eq!(short, [("clerk", until), ("reviewer", None)]);
    assert_eq!(read(db, account::all_granted).len(), 3);
}

pub fn sessions_and_failures_are_of_the_moment(db: &Db) {
    let before = read(db, |c| xinheng_store::audit::page(c, None, 50)).len();
    let keep = |run: &dyn Fn(&mut xinheng_store::Tx<'_>) -> Result<(), StoreError>| {
        db.keep(|tx| run(tx)).unwrap();
    };
    keep(&|tx| {
        account::keep_session(tx, &session("t1", "a1", 100))?;
        account::keep_session(tx, &session("t2", "a1", 200))?;
        account::keep_session(tx, &session("t3", "a2", 300))
    });
    keep(&|tx| {
        let seen = Session {
            seen_at: at(50),
            ..session("t1", "a1", 100)
        };
        account::keep_session(tx, &seen)
    });
    let one = read(db, |c| account::session(c, "t1")).unwrap();
    assert_eq!(one.seen_at, at(50));
    assert_eq!(read(db, |c| account::sessions(c, "a1")).len(), 2);
    keep(&|tx| account::sweep(tx, at(150), at(0)));
    assert_eq!(read(db, |c| account::session(c, "t1")), None);
    keep(&|tx| account::end_sessions(tx, "a1", Some("t3")).map(drop));
    assert!(
        read(db, |c| account::session(c, "t3")).is_some(),
        "another one's"
    );
    keep(&|tx| account::end_sessions(tx, "a1", None).map(drop));
    assert_eq!(read(db, |c| account::sessions(c, "a1")), []);

    keep(&|tx| {
        account::note_failures(tx, &failures("10.0.0.7", 2))?;
        account::note_failures(tx, &failures("10.0.0.8", 3))
    });
    let (here, all) = read(db, |c| account::failures(c, ("h", "10.0.0.7"), at(0)));
    assert_eq!((here, all.failures), (Some(failures("10.0.0.7", 2)), 5));
    assert_eq!(all.last_at, Some(at(5)));
    let later = read(db, |c| account::failures(c, ("h", "10.0.0.7"), at(6))).1;
    assert_eq!((later.failures, later.last_at), (0, None));
    keep(&|tx| account::forget_failures(tx, "h", "10.0.0.7"));
    let (here, all) = read(db, |c| account::failures(c, ("h", "10.0.0.7"), at(0)));
    assert_eq!((here, all.failures), (None, 3));
    let after = read(db, |c| xinheng_store::audit::page(c, None, 50)).len();
    assert_eq!(before, after, "no entry");
}
