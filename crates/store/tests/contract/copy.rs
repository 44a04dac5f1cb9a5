//! A deployment copied into another database: from each of the three kinds into each.

use crate::build::{
    at, code, day, id, insert, key, load, raw, read, record, registered, stage, write,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use xinheng_domain::{
    batch::Counters,
    finding::{Finding, Severity},
    record::{RecordAct, RecordActKind},
    subject::SubjectName,
};
use xinheng_store::{
    AuditEntry, Db, Layout, Location, StoreError, audit, batch,
    copy::{Copied, Copy, CopyProgress},
    department, deployment, ops, person,
    record::add_act,
    search,
};
use xinheng_testkit::{TempPostgres, TempSqlite};

/// More than go over in one transaction.
const MANY: u32 = 6_000;
const FEW: u32 = 60;

/// Something in every table: registered and provisional subjects, former names and codes, a
/// sealed batch and one that is being imported, decisions, settings, a rulebook.
pub fn furnish(db: &Db, subjects: u32) {
    let mut renamed = registered(1, "衡川信合商贸有限公司");
    renamed.names.insert(
        0,
        SubjectName {
            name: "衡川旧合商贸有限公司".to_owned(),
            from: Some(day("2020-01-01")),
            until: Some(day("2024-01-01")),
        },
    );
    renamed.search_names.push("衡川旧合商贸有限公司".to_owned());
    renamed.codes = vec![xinheng_domain::subject::SubjectCode {
        code: code(900),
        from: None,
        current: false,
    }];
    let mut entries = vec![renamed];
    entries.extend((2..subjects).map(|n| registered(n, &format!("衡川试验{n}号有限公司"))));
    load(db, &entries);
    stage(db, "b1");
    let sound = |n, tail, batch: &str| {
        let mut record = record(n, tail, 1, batch);
        record.content_hash = crate::ops::digest(&record.payload);
        record
    };
    let records: Vec<_> = (1..40).map(|n| sound(n, n, "b1")).collect();
    insert(db, &records);
    crate::build::seal(db, "b1", 20);
    crate::proof::keep(db, 1, "c1");
    // Staged, with a chunk that landed and findings; not sealed.
    stage(db, "b2");
    let landing: Vec<_> = (1..20).map(|n| sound(n, 100 + n, "b2")).collect();
    insert(db, &landing);
    let finding = Finding {
        sheet: None,
        row: 3,
        sheet_row: 4,
        column: 1,
        field: "CF_WSH".to_owned(),
        code: "required".to_owned(),
        severity: Severity::RefuseRow,
        value: "\u{202e}\u{0007}\"'".to_owned(),
        expected: None,
        suggestion: None,
        message: "应当填写。".to_owned(),
        basis: None,
    };
    write(db, |tx| {
        batch::mark_chunk(tx, "b2", 0, &Counters::default(), Some(day("2026-01-02")))?;
        batch::add_findings(tx, "b2", 0, std::slice::from_ref(&finding))?;
        deployment::set(tx, "district", "{\"name\":\"信衡区\"}")?;
        deployment::save_rulebook(
            tx,
            &deployment::RulebookEdition {
                digest: "digest".to_owned(),
                label: "试".to_owned(),
                files: "长".repeat(300_000),
                saved_at: at(3),
            },
        )?;
        department::upsert(
            tx,
            &department::Department {
                contact: "办公电话 0990-1234567".to_owned(),
                code: "D01".to_owned(),
                name: "局".to_owned(),
                unified_code: None,
                kind: "reporting".to_owned(),
                order: 1,
            },
        )
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
    db.write::<(), StoreError>(|tx| {
        add_act(tx, &decision)?;
        let detail = serde_json::json!({
            "record": id(1, 1), "class": "minor", "grounds": "情节轻微", "at": at(20).to_string(),
        });
        let entry = AuditEntry::new(at(20), "operator:甲", "record.decide", detail);
        Ok(((), entry.about(key(1))))
    })
    .unwrap();
    write(db, |tx| {
        person::insert(tx, &[crate::person::row("p", 1, "b2")])
    });
    write(db, |tx| {
        let name = (key(1), "司徒苒澍".to_owned());
        xinheng_store::representative::keep(tx, &[name].into())
    });
    write(db, |tx| {
        xinheng_store::reading::add(tx, &crate::build::reading("h1"))
    });
    write(db, |tx| {
        let noted = [(&id(1, 1), 1), (&id(2, 2), 1)];
        xinheng_store::reading::note(tx, noted.into_iter(), day("2026-01-05"))
    });
    crate::account::furnish(db);
    crate::case::furnish(db);
    crate::hand_in::furnish(db);
    crate::roster::furnish(db);
    crate::rule_set::furnish(db);
    crate::forward::sent(db, "f1", false, &[("r1", 1), ("r2", 1)]);
    crate::forward::answered(db, "e1", 25, &[("f1", 1, true), ("f1", 2, false)]);
    audit::seal(db, at(30)).unwrap();
    // Entries that wait for the sealer go over as well.
    write(db, |tx| deployment::set(tx, "later", "1"));
}

fn copy(from: &Db, to: &Location) -> Result<Copied, StoreError> {
    Copy::prepare(from, to, at(40))?.run(&mut |_| ())
}

/// Runs `test` with an empty place in each kind of database.
fn into_each(test: impl Fn(&Location)) {
    let sqlite = TempSqlite::new().unwrap();
    test(&Location::Sqlite(sqlite.path()));
    for layout in [None, Some(Layout::Whole), Some(Layout::Partitions(3))] {
        if let Some(place) = TempPostgres::new() {
            let location = Location::parse(&place.address());
            if let Some(layout) = layout {
                Db::migrate_with(&location, layout, at(5)).unwrap();
            }
            test(&location);
        }
    }
}

fn same(here: &Db, there: &Db) {
    let (one, other) = (ops::verify(here).unwrap(), ops::verify(there).unwrap());
    assert_eq!(one.head, other.head);
    assert_eq!(one.audit, other.audit);
    assert_eq!(one.rows, other.rows);
    assert_eq!(&one.altered, &other.altered);
    assert!(other.audit.faults.is_empty() && other.integrity.is_empty());
    assert_eq!(read(here, deployment::get), read(there, deployment::get));
    for query in ["试验17", "有限公司", "衡川旧合", "衡川", "5999号"] {
        let found = |db: &Db| read(db, |conn| search::names(conn, query, 50));
        assert_eq!(found(here), found(there), "{query}");
        assert!(!found(there).hits.is_empty(), "{query}");
    }
    let page = |db: &Db| read(db, |conn| audit::page(conn, None, 50));
    assert_eq!(page(here), page(there));
    let findings = |db: &Db| read(db, |conn| batch::findings(conn, "b2", None, 9));
    assert_eq!(findings(here), findings(there));
}

pub fn whole_deployments_go_over(db: &Db) {
    furnish(db, MANY);
    into_each(|to| {
        let mut steps = Vec::new();
        let done = Copy::prepare(db, to, at(40))
            .and_then(|copy| {
                assert!(copy.begins());
                copy.run(&mut |step| steps.push(step))
            })
            .unwrap();
        assert!(done.equal(), "{done:#?}");
        assert!(!done.resumed && !done.already && done.written_since == 0);
        assert_eq!(done.tables.len(), xinheng_store::manifest::TABLES.len() - 1);
        for table in &done.tables {
            assert!(table.rows.0 > 0, "nothing of {} was tried", table.table);
        }
        let ends = |step: &CopyProgress| matches!(step, CopyProgress::Copied(a, b) | CopyProgress::Compared(a, b) if a == b);
        assert!(steps.len() > 4 && ends(steps.last().unwrap()), "{steps:?}");
        let there = Db::open(to).unwrap();
        same(db, &there);
        // Again changes nothing, and what was imported half goes on in the copy.
        let again = copy(db, to).unwrap();
        assert!(again.already && again.equal());
        write(&there, |tx| batch::seal(tx, "b2", at(60)));
        audit::seal(&there, at(61)).unwrap();
        assert!(ops::verify(&there).unwrap().audit.faults.is_empty());
        // By now the copy is another state, and is left alone.
        let refused = copy(db, to).unwrap_err();
        assert!(
            refused.to_string().contains("与源库现在的状态不同"),
            "{refused}"
        );
    });
}

pub fn a_killed_copy_goes_on(db: &Db) {
    furnish(db, MANY);
    into_each(|to| {
        for kill_at in [1_u32, 2, 3, 5, 8] {
            let mut step = 0;
            let killed = catch_unwind(AssertUnwindSafe(|| {
                Copy::prepare(db, to, at(40)).unwrap().run(&mut |_| {
                    step += 1;
                    assert!(step < kill_at, "killed");
                })
            }));
            assert!(killed.is_err());
            let opened = Db::open(to).unwrap_err();
            assert!(matches!(opened, StoreError::Unfinished(_)), "{opened}");
        }
        let mut first = None;
        let done = Copy::prepare(db, to, at(41))
            .unwrap()
            .run(&mut |step| {
                first.get_or_insert(step);
            })
            .unwrap();
        assert!(done.resumed && done.equal(), "{done:#?}");
        assert!(
            matches!(first, Some(CopyProgress::Copied(done, all)) if done > 0 && done < all),
            "{first:?}"
        );
        same(db, &Db::open(to).unwrap());
    });
}

pub fn two_copies_do_not_meet(db: &Db) {
    furnish(db, FEW);
    into_each(|to| {
        let refused = |state: &str| {
            let refused = copy(db, to).unwrap_err();
            assert!(
                refused.to_string().contains("另一个复制正在写入"),
                "{state}: {refused}"
            );
        };
        // Before the first row, in the middle, and again after one that was killed.
        let waiting = Copy::prepare(db, to, at(40)).unwrap();
        refused("prepared");
        let mut steps = 0;
        let killed = catch_unwind(AssertUnwindSafe(|| {
            waiting.run(&mut |_| {
                steps += 1;
                assert!(steps < 4, "killed");
                if steps == 3 {
                    refused("under way");
                }
            })
        }));
        assert!(killed.is_err() && steps == 4);
        let done = Copy::prepare(db, to, at(41))
            .unwrap()
            .run(&mut |step| {
                if matches!(step, CopyProgress::Copied(done, all) if done == all) {
                    refused("going on");
                }
            })
            .unwrap();
        assert!(done.resumed && done.equal(), "{done:#?}");
        // What is whole is only compared: two may do so, and nothing is left of the claim.
        let one = Copy::prepare(db, to, at(42)).unwrap();
        assert!(copy(db, to).unwrap().already && one.run(&mut |_| ()).unwrap().already);
        if let Location::Sqlite(path) = to {
            let folder = std::fs::read_dir(path.parent().unwrap()).unwrap();
            let names = folder.map(|entry| entry.unwrap().file_name());
            let left: Vec<_> = names
                .filter(|n| n.to_string_lossy().contains("copying"))
                .collect();
            assert!(left.is_empty(), "{left:?}");
        }
    });
}

pub fn nothing_is_copied_into_itself(db: &Db) {
    furnish(db, FEW);
    let refused = |to: &Location| {
        let refused = copy(db, to).unwrap_err();
        assert!(refused.to_string().contains("就是源库"), "{refused}");
    };
    refused(db.location());
    if let Location::Sqlite(path) = db.location() {
        let dir = tempfile::tempdir_in(path.parent().unwrap()).unwrap();
        let other = dir.path().join("other.db");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(path, &other).unwrap();
            refused(&Location::Sqlite(other.clone()));
            std::fs::remove_file(&other).unwrap();
        }
        std::fs::hard_link(path, &other).unwrap();
        refused(&Location::Sqlite(other.clone()));
        assert!(!other.with_extension("db-wal").exists(), "it was opened");
    }
    if let Location::Postgres(address) = db.location() {
        // The same server by another address; written so that no host need be reachable.
        let other = format!("{address}&application_name=elsewhere");
        refused(&Location::Postgres(other));
        // Another schema of the same database is another database.
        let place = TempPostgres::new().unwrap();
        assert!(
            copy(db, &Location::parse(&place.address()))
                .unwrap()
                .equal()
        );
    }
}

/// Two names of one empty file would be two claims, and two logs.
pub fn a_file_with_two_names_is_no_target(db: &Db) {
    furnish(db, FEW);
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (dir.path().join("one.db"), dir.path().join("two.db"));
    std::fs::write(&one, "").unwrap();
    std::fs::hard_link(&one, &two).unwrap();
    for name in [&one, &two] {
        let refused = copy(db, &Location::Sqlite(name.clone())).unwrap_err();
        assert!(refused.to_string().contains("硬链接"), "{refused}");
    }
    assert_eq!(
        std::fs::metadata(&one).unwrap().len(),
        0,
        "it was written to"
    );
    std::fs::remove_file(&two).unwrap();
    assert!(copy(db, &Location::Sqlite(one)).unwrap().equal());
}

pub fn what_changed_meanwhile_is_told(db: &Db) {
    furnish(db, FEW);
    into_each(|to| {
        // Written to while it is copied: the copy is of the state at the beginning.
        let head = ops::verify(db).unwrap();
        let mut written = false;
        let done = Copy::prepare(db, to, at(40))
            .unwrap()
            .run(&mut |_| {
                if !written {
                    written = true;
                    write(db, |tx| deployment::set(tx, "later", "2"));
                }
            })
            .unwrap();
        assert_eq!((done.equal(), done.written_since), (true, 1));
        let there = Db::open(to).unwrap();
        assert_eq!(ops::verify(&there).unwrap().audit, head.audit);
        assert_eq!(
            read(&there, |c| deployment::setting(c, "later")),
            Some("1".to_owned())
        );
        write(db, |tx| deployment::set(tx, "later", "1"));
    });
    into_each(|to| {
        // Written to between two runs: they would not be one state.
        let killed = catch_unwind(AssertUnwindSafe(|| {
            let mut step = 0;
            Copy::prepare(db, to, at(40)).unwrap().run(&mut |_| {
                step += 1;
                assert!(step < 4, "killed");
            })
        }));
        assert!(killed.is_err());
        // Sealing alone moves entries from one table into another.
        audit::seal(db, at(50)).unwrap();
        let refused = copy(db, to).unwrap_err();
        assert!(refused.to_string().contains("又有写入"), "{refused}");
        assert!(matches!(Db::open(to), Err(StoreError::Unfinished(_))));
        let unfinished = Copy::prepare(db, to, at(40)).unwrap();
        assert!(!unfinished.begins());
        write(db, |tx| deployment::set(tx, "later", "1"));
    });
}

pub fn a_foreign_target_is_refused(db: &Db) {
    furnish(db, FEW);
    into_each(|to| {
        // Another deployment, be it of one row.
        Db::migrate(to, at(1)).unwrap();
        let other = Db::open(to).unwrap();
        let secret = read(&other, deployment::get);
        other
            .write::<(), StoreError>(|_| {
                let entry = AuditEntry::new(at(1), "t", "test.t", serde_json::json!({}));
                Ok(((), entry))
            })
            .unwrap();
        let refused = copy(db, to).unwrap_err();
        assert!(refused.to_string().contains("已经有别的数据"), "{refused}");
        assert_eq!(read(&other, deployment::get), secret);
        // A newer and an older program's.
        raw(
            &other,
            "INSERT INTO schema_migration VALUES (999, 'x', 'x', 'x')",
        );
        assert!(matches!(copy(db, to), Err(StoreError::SchemaNewer { .. })));
        let newest = xinheng_store::SCHEMA_VERSION;
        raw(
            &other,
            &format!("DELETE FROM schema_migration WHERE version >= {newest}"),
        );
        assert!(matches!(copy(db, to), Err(StoreError::SchemaOlder { .. })));
        // Somebody else's tables.
        raw(&other, "DROP TABLE schema_migration");
        let refused = copy(db, to).unwrap_err();
        assert!(refused.to_string().contains("已经有别的表"), "{refused}");
    });
}

pub fn a_difference_is_found(db: &Db) {
    furnish(db, FEW);
    into_each(|to| {
        // A row of the target is changed after it went over.
        let killed = catch_unwind(AssertUnwindSafe(|| {
            let mut seen = 0;
            Copy::prepare(db, to, at(40)).unwrap().run(&mut |step| {
                if matches!(step, CopyProgress::Compared(..)) {
                    seen += 1;
                }
                assert!(seen == 0, "killed");
            })
        }));
        assert!(killed.is_err());
        let sql = "UPDATE record SET payload = '{\"n\":9}' WHERE batch_id = 'b2'";
        behind(to, sql);
        let done = copy(db, to).unwrap();
        let wrong: Vec<_> = done.tables.iter().filter(|t| !t.equal()).collect();
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert_eq!((wrong[0].table, wrong[0].rows), ("record", (58, 58)));
        assert!(matches!(Db::open(to), Err(StoreError::Unfinished(_))));
    });
}

/// Changes a database that cannot be opened as a deployment.
fn behind(location: &Location, sql: &str) {
    match location {
        Location::Sqlite(path) => {
            rusqlite::Connection::open(path)
                .unwrap()
                .execute_batch(sql)
                .unwrap();
        }
        Location::Postgres(address) => {
            let mut client = postgres::Client::connect(address, postgres::NoTls).unwrap();
            client.batch_execute(sql).unwrap();
        }
    }
}
