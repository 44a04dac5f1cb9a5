//! Small builders of invented things.

use jiff::{Timestamp, civil::Date};
use xinheng_domain::{
    publicity::PublicityColumns,
    record::{Record, RecordId},
    subject::{Subject, SubjectKey, SubjectKind, SubjectName},
};
use xinheng_store::{
    AuditEntry, Db, StoreError, Tx,
    batch::{self, NewBatch},
    record,
    register::{self, RegisterEntry},
};

/// Some seconds after the tests' beginning of time.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_767_571_200 + seconds).unwrap()
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// An invented code of a division that does not exist. The store does not check codes.
pub fn code(number: u32) -> String {
    format!("91990100{number:08}0X")
}

pub fn key(number: u32) -> SubjectKey {
    SubjectKey(code(number))
}

pub fn id(number: u32, tail: u32) -> RecordId {
    RecordId::new(&key(number), &format!("t{tail:015}"))
}

pub fn entry() -> AuditEntry {
    AuditEntry::new(at(0), "test", "test.write", serde_json::json!({"n": 1}))
}

/// Writes with an entry that does not matter.
pub fn write<T>(db: &Db, mut f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
    db.write::<T, StoreError>(|tx| Ok((f(tx)?, entry())))
        .unwrap()
}

pub fn read<T>(db: &Db, f: impl FnOnce(&mut xinheng_store::Conn) -> Result<T, StoreError>) -> T {
    db.read::<T, StoreError>(f).unwrap()
}

pub fn subject(number: u32, name: &str) -> Subject {
    Subject {
        key: key(number),
        code: code(number),
        name: name.to_owned(),
        kind: SubjectKind::Organisation,
        status: "存续".to_owned(),
        registered_on: Some(day("2020-03-01")),
        provisional: false,
        person_named: false,
        as_of: Some(day("2026-01-01")),
    }
}

pub fn registered(number: u32, name: &str) -> RegisterEntry {
    RegisterEntry {
        subject: subject(number, name),
        names: vec![SubjectName {
            name: name.to_owned(),
            from: None,
            until: None,
        }],
        codes: Vec::new(),
        search_names: vec![name.to_owned()],
    }
}

pub fn load(db: &Db, entries: &[RegisterEntry]) -> register::Applied {
    write(db, |tx| register::apply(tx, entries))
}

pub fn new_batch(id: &str) -> NewBatch {
    NewBatch {
        id: id.to_owned(),
        item: "penalty".to_owned(),
        department: "D01".to_owned(),
        file_name: format!("{id}.csv"),
        file_hash: format!("hash of {id}"),
        sheet: String::new(),
        attempt: 1,
        format: Some("penalty-2018".to_owned()),
        rulebook: "digest".into(),
        actor: "clerk".to_owned(),
        received_on: day("2026-01-05"),
        staged_at: at(1),
    }
}

/// A public record of subject `number`.
pub fn record(number: u32, tail: u32, version: u32, batch: &str) -> Record {
    Record {
        subject_key: key(number),
        id: id(number, tail),
        version,
        item: "penalty".to_owned(),
        department: "D01".to_owned(),
        batch_id: batch.to_owned(),
        row: u64::from(tail),
        first_received_on: day("2026-01-05"),
        decided_on: Some(day("2025-12-30")),
        document_number: format!("信衡罚〔2025〕{tail}号"),
        content_hash: format!("content {version}"),
        facets: "|CF_CFLB=罚款|".to_owned(),
        payload: format!("{{\"n\":{tail}}}"),
        publicity: PublicityColumns {
            from: Some(day("2026-01-05")),
            until: Some(day("2026-12-30")),
            trace: "[]".into(),
            rulebook: "digest".into(),
            ..PublicityColumns::default()
        },
        clock: None,
        replaces: None,
        ended: None,
    }
}

pub fn stage(db: &Db, batch_id: &str) {
    write(db, |tx| batch::stage(tx, &new_batch(batch_id)));
}

pub fn seal(db: &Db, batch_id: &str, seconds: i64) {
    write(db, |tx| batch::seal(tx, batch_id, at(seconds)));
}

pub fn insert(db: &Db, records: &[Record]) {
    write(db, |tx| record::insert(tx, records));
}

/// A sealed batch with these records.
pub fn sealed(db: &Db, batch_id: &str, seconds: i64, records: &[Record]) {
    stage(db, batch_id);
    insert(db, records);
    seal(db, batch_id, seconds);
}

/// Changes the database behind the store's back, as an intruder would.
pub fn raw(db: &Db, sql: &str) {
    match db.location() {
        xinheng_store::Location::Sqlite(path) => {
            rusqlite::Connection::open(path)
                .unwrap()
                .execute_batch(sql)
                .unwrap();
        }
        xinheng_store::Location::Postgres(address) => {
            let mut client = postgres::Client::connect(address, postgres::NoTls).unwrap();
            client.batch_execute(sql).unwrap();
        }
    }
}

/// What a department said of a text.
pub fn reading(hash: &str) -> xinheng_domain::reading::TextReading {
    xinheng_domain::reading::TextReading {
        position: 0,
        department: "D01".to_owned(),
        text_hash: hash.to_owned(),
        skeleton_hash: "s".to_owned(),
        says: xinheng_domain::reading::Says::NoPerson,
        piece: Some("张家口".to_owned()),
        undoes: Some(1),
        record_id: id(1, 1),
        field: "CF_SY".to_owned(),
        document: "函".to_owned(),
        dated_on: Some(day("2026-01-02")),
        stated_by: "局".to_owned(),
        grounds: "地名".to_owned(),
        actor: "operator:甲".to_owned(),
        acted_at: at(21),
    }
}
