//! The store: loading a register, searching it, loading records, reading dossiers; on
//! PostgreSQL beside a bare COPY into a table with the same columns and indexes.

use crate::measure::{Meter, percentiles, processor};
use jiff::{Timestamp, civil::Date};
use std::{error::Error, hint::black_box, time::Instant};
use xinheng_domain::{
    publicity::PublicityColumns,
    record::{ClockColumns, Record, RecordId},
    subject::{Subject, SubjectKey, SubjectKind, SubjectName},
};
use xinheng_store::{
    AuditEntry, Conn, Db, Location, StoreError, Tx,
    batch::{self, NewBatch},
    ops, record,
    register::{self, RegisterEntry},
    search, subject,
};

/// What a benchmark gives.
pub type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Names loaded in one write.
const NAMES_AT_ONCE: u32 = 20_000;
/// Records written in one write: about a tenth of a second.
const RECORDS_AT_ONCE: u32 = 4_000;
/// Queries and dossiers measured.
const SAMPLES: u32 = 5_000;

/// Runs everything for `count` names and as many records, on SQLite and, where a server is
/// named in `XINHENG_TEST_POSTGRES`, on PostgreSQL.
///
/// # Errors
/// Whatever the databases say.
pub fn run(count: u32) -> Done {
    let folder = std::env::temp_dir().join(format!("xinheng-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = both(count, &folder);
    std::fs::remove_dir_all(&folder)?;
    outcome
}

/// A part to be looked at alone, on SQLite.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Register and search.
    Names,
    /// Records and dossiers.
    Records,
}

/// Runs one part on SQLite.
///
/// # Errors
/// Whatever the database says.
pub fn only(count: u32, part: Part) -> Done {
    let folder = std::env::temp_dir().join(format!("xinheng-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let location = Location::in_folder(&folder);
    Db::migrate(&location, STAGED)?;
    let db = Db::open(&location)?;
    let outcome = if part == Part::Names {
        load_names(&db, count).and_then(|()| searches(&db, count))
    } else {
        records(&db, count)
            .and_then(|()| dossiers(&db, count))
            .and_then(|()| lists(&db))
    };
    std::fs::remove_dir_all(&folder)?;
    outcome
}

fn both(count: u32, folder: &std::path::Path) -> Done {
    println!("== store on SQLite, {count} names and records");
    on(&Location::in_folder(folder), count)?;
    if let Ok(address) = std::env::var("XINHENG_TEST_POSTGRES") {
        println!("== store on PostgreSQL, {count} names and records");
        let mut client = postgres::Client::connect(&address, postgres::NoTls)?;
        client.batch_execute("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench")?;
        let address = format!("{address}&options=-c%20search_path%3Dbench");
        on(&Location::parse(&address), count)?;
        bare_copy(&address)?;
        client.batch_execute("DROP SCHEMA bench CASCADE")?;
    }
    Ok(())
}

fn on(location: &Location, count: u32) -> Done {
    Db::migrate(location, STAGED)?;
    let db = Db::open(location)?;
    load_names(&db, count)?;
    searches(&db, count)?;
    records(&db, count)?;
    dossiers(&db, count)?;
    lists(&db)?;
    println!("size {} MB", ops::size(&db)? / 1_000_000);
    Ok(())
}

const STAGED: Timestamp = Timestamp::constant(1_767_571_200, 0);

fn write<T>(db: &Db, mut f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> Done<T> {
    let entry = AuditEntry::new(
        STAGED,
        "bench",
        "bench.write",
        serde_json::Value::Object(Default::default()),
    );
    Ok(db.write::<T, StoreError>(|tx| Ok((f(tx)?, entry.clone())))?)
}

fn read<T>(db: &Db, f: impl FnOnce(&mut Conn) -> Result<T, StoreError>) -> Done<T> {
    Ok(db.read::<T, StoreError>(f)?)
}

/// A repeatable scatter of numbers (splitmix64).
pub fn scatter(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One of these, by a seed.
pub fn pick<T: Copy>(from: &[T], seed: u64) -> T {
    from[usize::try_from(scatter(seed)).unwrap_or(0) % from.len()]
}

/// An invented key of a division that does not exist, in no order.
fn key(number: u32) -> SubjectKey {
    let mut body = scatter(u64::from(number)) % 2_000_000_000_000;
    let mut text = String::from("91990100");
    for _ in 0..9 {
        let digit = u32::try_from(body % 36).unwrap_or(0);
        text.push(
            char::from_digit(digit, 36)
                .unwrap_or('0')
                .to_ascii_uppercase(),
        );
        body /= 36;
    }
    text.push('X');
    SubjectKey(text)
}

/// Characters of an invented name that are its own, beside place, trade and form.
pub fn own_characters(number: u32) -> u64 {
    2 + scatter(u64::from(number) * 16 + 1) % 3
}

/// An invented name; lengths and common parts as in a district's register.
pub fn name(number: u32) -> String {
    let n = u64::from(number) * 16;
    let places = [
        "衡川市",
        "衡川",
        "信衡区",
        "衡川市信衡区",
        "华北",
        "",
        "中",
        "新",
    ];
    let trades = [
        "科技",
        "贸易",
        "商贸",
        "食品",
        "建筑工程",
        "物流",
        "餐饮管理",
        "信息技术",
        "机电设备",
        "农业发展",
        "文化传媒",
        "医疗器械",
        "房地产开发",
        "环保科技",
        "汽车销售",
        "装饰装修",
    ];
    let forms = [
        "有限公司",
        "有限公司",
        "有限公司",
        "有限责任公司",
        "股份有限公司",
        "合作社",
        "经营部",
        "商行",
    ];
    let mut text = String::from(pick(&places, n));
    for at in 0..own_characters(number) {
        let code = 0x4e00 + u32::try_from(scatter(n + 2 + at) % 3_000).unwrap_or(0);
        text.push(char::from_u32(code).unwrap_or('信'));
    }
    text.push_str(pick(&trades, n + 8));
    text.push_str(pick(&forms, n + 9));
    text
}

/// Loads and indexes so many invented names.
///
/// # Errors
/// Whatever the database says.
pub fn load_names(db: &Db, count: u32) -> Done {
    let mut load = Meter::new("register: load and index");
    let mut begin = 0;
    while begin < count {
        let end = count.min(begin + NAMES_AT_ONCE);
        let entries: Vec<RegisterEntry> = (begin..end).map(registered).collect();
        load.run(|| write(db, |tx| register::apply(tx, &entries)))?;
        begin = end;
    }
    ops::analyze(db)?;
    load.report(count.into());
    Ok(())
}

fn registered(number: u32) -> RegisterEntry {
    let (key, name) = (key(number), name(number));
    RegisterEntry {
        names: vec![SubjectName {
            name: name.clone(),
            from: None,
            until: None,
        }],
        codes: Vec::new(),
        search_names: vec![name.clone()],
        subject: Subject {
            code: key.0.clone(),
            key,
            name,
            kind: SubjectKind::Organisation,
            status: "存续".to_owned(),
            registered_on: Some(Date::constant(2019, 5, 6)),
            provisional: false,
            person_named: false,
            as_of: Some(Date::constant(2026, 1, 1)),
        },
    }
}

/// Any two to eight characters side by side in a name.
fn query(sample: u32, count: u32) -> String {
    let n = scatter(u64::from(sample) + 77);
    let chars: Vec<char> = name(u32::try_from(n % u64::from(count)).unwrap_or(0))
        .chars()
        .collect();
    let length = (2 + usize::try_from(n >> 40).unwrap_or(0) % 7).min(chars.len());
    let from = usize::try_from(n >> 50).unwrap_or(0) % (chars.len() - length + 1);
    chars[from..from + length].iter().collect()
}

fn searches(db: &Db, count: u32) -> Done {
    let mut times = Vec::new();
    let mut slowest = (0.0, String::new());
    let used = processor();
    for sample in 0..SAMPLES {
        let query = query(sample, count);
        let begin = Instant::now();
        let hits = read(db, |conn| search::names(conn, &query, 20))?;
        let time = begin.elapsed().as_secs_f64() * 1e3;
        if hits.hits.is_empty() {
            return Err(format!("nothing found for {query}").into());
        }
        if time > slowest.0 {
            slowest = (time, query);
        }
        times.push(time);
    }
    percentiles("search, 2–8 characters anywhere, 20 hits (ms)", &mut times);
    mean("search", processor() - used);
    println!("  slowest: {:.3} ms for {}", slowest.0, slowest.1);
    for common in [
        "有限公司",
        "公司",
        "衡川市",
        "科技有限公司",
        "有限责任公司",
        "衡川市信衡区",
    ] {
        let begin = Instant::now();
        let hits = read(db, |conn| search::names(conn, common, 20))?;
        let time = begin.elapsed().as_secs_f64() * 1e3;
        println!(
            "  common: {time:.3} ms for {common}, truncated {}",
            hits.truncated
        );
    }
    recall(db, count)
}

/// Against a plain look at every name.
fn recall(db: &Db, count: u32) -> Done {
    let queries: Vec<String> = (0..20).map(|n| query(n * 31, count)).collect();
    let mut expected = vec![0_usize; queries.len()];
    for number in 0..count {
        let name = name(number);
        for (query, found) in queries.iter().zip(&mut expected) {
            *found += usize::from(name.contains(query.as_str()));
        }
    }
    for (query, expected) in queries.iter().zip(expected) {
        let hits = read(db, |conn| search::names(conn, query, 1_000))?;
        if hits.hits.len() != expected.min(1_000) || hits.truncated != (expected > 1_000) {
            return Err(format!("{query}: {} of {expected}", hits.hits.len()).into());
        }
    }
    println!("  recall: exact for {} queries", queries.len());
    Ok(())
}

/// Rows of a batch: no file has more of them.
const BATCH: u32 = 1_000_000;

/// The batch of a record: one minute after the one before.
fn batch_of(number: u32) -> String {
    let moment = 0x019b_8b74_1800_u64 + u64::from(number / BATCH) * 60_000;
    format!("{moment:012x}9ddfb2ada9df8e347d7a")
}

/// A record as an import makes it; payload of about 700 bytes.
fn built(number: u32, count: u32) -> Record {
    // Five records for every fourth subject or so, in no order.
    let owner =
        u32::try_from(scatter(u64::from(number) + 5) % u64::from(count.div_ceil(5))).unwrap_or(0);
    let subject_key = key(owner);
    let decided = Date::constant(2021, 1, 1)
        .checked_add(jiff::Span::new().days(i64::from(number % 1_800)))
        .unwrap_or(Date::constant(2021, 1, 1));
    Record {
        id: RecordId::new(
            &subject_key,
            &format!("{:016x}", scatter(u64::from(number) + 9)),
        ),
        subject_key,
        version: 1,
        item: "penalty".to_owned(),
        department: format!("D{:02}", number % 50),
        batch_id: batch_of(number),
        row: (number % BATCH + 1).into(),
        first_received_on: Date::constant(2026, 1, 5),
        decided_on: Some(decided),
        document_number: format!("信衡市监罚〔2025〕{number}号"),
        content_hash: format!("{:064x}", scatter(number.into())),
        facets: "|CF_CFLB=罚款|CF_XDR_LB=法人及非法人组织|".to_owned(),
        payload: format!(
            "{{\"CF_WFSS\":\"{}\",\"n\":{number}}}",
            "经查，当事人未按规定履行义务，违反了有关规定，责令改正并处罚款。".repeat(7)
        ),
        publicity: PublicityColumns {
            from: Some(decided),
            until: Some(Date::constant(2027, 1, 1)),
            earliest_repair: Some(Date::constant(2026, 6, 1)),
            class: Some("general".to_owned()),
            trace: format!("[{{\"rule\":\"publicity\",\"value\":\"{}\"}}]", number % 40).into(),
            rulebook: "7d3f".repeat(16).into(),
            ..PublicityColumns::default()
        },
        clock: Some(ClockColumns {
            deadline: decided,
            provisional: false,
            rule: "sgs.report_deadline@2018-07-25".to_owned(),
            calendar: "2025".to_owned(),
        }),
        replaces: None,
        ended: None,
    }
}

fn records(db: &Db, count: u32) -> Done {
    let batches: Vec<u32> = (0..count).step_by(BATCH as usize).collect();
    for number in &batches {
        write(db, |tx| batch::stage(tx, &staged(*number)))?;
    }
    let mut link = Meter::new("records: link codes");
    let mut heads = Meter::new("records: what is known of them");
    let mut insert = Meter::new("records: insert");
    let mut slowest = 0.0_f64;
    let mut begin = 0;
    while begin < count {
        let end = count.min(begin + RECORDS_AT_ONCE);
        let records: Vec<Record> = (begin..end).map(|n| built(n, count)).collect();
        let codes: Vec<&str> = records.iter().map(|r| r.subject_key.as_str()).collect();
        let ids: Vec<_> = records.iter().map(|r| (&r.subject_key, &r.id)).collect();
        let found = link.run(|| read(db, |conn| subject::link(conn, &codes)))?;
        black_box(found);
        let batch = batch_of(begin);
        let known = heads.run(|| read(db, |conn| record::heads(conn, &ids, &batch)))?;
        if !known.is_empty() {
            return Err("a record met twice".into());
        }
        let start = Instant::now();
        insert.run(|| write(db, |tx| record::insert(tx, &records)))?;
        slowest = slowest.max(start.elapsed().as_secs_f64() * 1e3);
        begin = end;
    }
    for number in &batches {
        write(db, |tx| batch::seal(tx, &batch_of(*number), STAGED))?;
    }
    ops::analyze(db)?;
    for meter in [&link, &heads, &insert] {
        meter.report(count.into());
    }
    println!("  slowest write of {RECORDS_AT_ONCE}: {slowest:.0} ms");
    Ok(())
}

fn staged(number: u32) -> NewBatch {
    NewBatch {
        id: batch_of(number),
        item: "penalty".to_owned(),
        department: "D01".to_owned(),
        file_name: "bench.csv".to_owned(),
        file_hash: format!("{number:064x}"),
        sheet: String::new(),
        attempt: 1,
        format: None,
        rulebook: "7d3f".repeat(16),
        actor: "bench".to_owned(),
        received_on: Date::constant(2026, 1, 5),
        staged_at: STAGED,
    }
}

fn dossiers(db: &Db, count: u32) -> Done {
    let mut times = Vec::new();
    let mut records = 0;
    let used = processor();
    for sample in 0..SAMPLES {
        let owner = scatter(u64::from(sample)) % u64::from(count.div_ceil(5));
        let code = key(u32::try_from(owner)?).0;
        let begin = Instant::now();
        let found = read(db, |conn| {
            let keys = subject::keys_of(conn, &code)?;
            black_box(subject::get(
                conn,
                keys.first().unwrap_or(&SubjectKey(String::new())),
            )?);
            record::of_subjects(conn, &keys, None, None, 200)
        })?;
        times.push(begin.elapsed().as_secs_f64() * 1e6);
        records += found.len();
    }
    mean("dossier", processor() - used);
    println!("  {} records in {SAMPLES} dossiers", records);
    percentiles("dossier: keys, subject, records (µs)", &mut times);
    Ok(())
}

fn lists(db: &Db) -> Done {
    let today = Date::constant(2026, 1, 6);
    let filter = record::ListFilter {
        item: Some("penalty".to_owned()),
        public_on: Some(today),
        limit: 50,
        ..record::ListFilter::default()
    };
    for (what, filter) in [
        ("list: one item", filter.clone()),
        (
            "list: one department",
            record::ListFilter {
                department: Some("D07".to_owned()),
                ..filter.clone()
            },
        ),
    ] {
        let begin = Instant::now();
        let page = read(db, |conn| record::list(conn, &filter))?;
        println!(
            "{what}: {:.2} ms for {} rows",
            begin.elapsed().as_secs_f64() * 1e3,
            page.len()
        );
        let begin = Instant::now();
        let counts = read(db, |conn| record::counts(conn, &filter, today))?;
        println!(
            "  counts: {:.0} ms, {} in scope",
            begin.elapsed().as_secs_f64() * 1e3,
            counts.in_scope
        );
    }
    let begin = Instant::now();
    black_box(read(db, |conn| record::tally(conn, today, false))?);
    println!("tally: {:.0} ms", begin.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

/// The rows of `record` again by COPY alone, into a table with the same columns and indexes.
///
/// # Errors
/// The server's own.
pub fn bare_copy(address: &str) -> Done {
    let mut client = postgres::Client::connect(address, postgres::NoTls)?;
    client.batch_execute(
        "CREATE TABLE bare (LIKE record INCLUDING ALL); COPY record TO '/tmp/xinheng-bench-rows' (FORMAT binary)",
    )?;
    let begin = Instant::now();
    client.batch_execute("COPY bare FROM '/tmp/xinheng-bench-rows' (FORMAT binary)")?;
    // Written by the server's user; whoever may, clears it away.
    let _ = std::fs::remove_file("/tmp/xinheng-bench-rows");
    println!(
        "bare COPY with the same indexes: {:.1} s",
        begin.elapsed().as_secs_f64()
    );
    Ok(())
}

fn mean(what: &str, used: f64) {
    println!(
        "{what}: mean {:.0} µs of processor time",
        used / f64::from(SAMPLES) * 1e6
    );
}
