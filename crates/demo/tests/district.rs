//! The invented district holds together: the same twice, whole, and about nobody real.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop anywhere

use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use xinheng_demo::{Batch, DIVISION, Demo, EventKind, NaturalKey, Size};
use xinheng_domain::code;

const TODAY: Date = date(2026, 11, 22);

/// Stands for the deployment's record numbers.
fn lookup(key: &NaturalKey) -> Option<String> {
    Some(format!("{}-{:0>16}", key.subject_code, "1"))
}

fn demo(size: Size) -> Demo {
    Demo::new(7, TODAY, size).expect("the data files are in order")
}

fn batches(demo: &Demo) -> impl Iterator<Item = &Batch> {
    demo.events.iter().filter_map(|e| match &e.kind {
        EventKind::Batch(b) => Some(b),
        _ => None,
    })
}

/// The rows of a file by Chinese header or column code, whatever the department's habits.
fn rows(batch: &Batch) -> Vec<BTreeMap<String, String>> {
    let bytes = batch.bytes(&mut lookup);
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding_rs::GB18030.decode(&bytes).0.into_owned(),
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn value<'a>(row: &'a BTreeMap<String, String>, names: &[&str]) -> &'a str {
    names
        .iter()
        .find_map(|n| row.get(*n))
        .map_or("", String::as_str)
}

const CODE: &[&str] = &[
    "CF_XDR_SHXYM",
    "XK_XDR_SHXYM",
    "行政相对人代码_1(统一社会信用代码)",
];
const CATEGORY: &[&str] = &["CF_XDR_LB", "XK_XDR_LB", "行政相对人类别"];

#[test]
fn the_same_seed_gives_the_same_district() {
    let all = |demo: &Demo| -> Vec<(String, Vec<u8>)> {
        demo.events
            .iter()
            .map(|e| match &e.kind {
                EventKind::Departments { file_name, bytes }
                | EventKind::Register { file_name, bytes } => {
                    (format!("{} {file_name}", e.at), bytes.clone())
                }
                EventKind::Batch(b) => (format!("{} {}", e.at, b.file_name), b.bytes(&mut lookup)),
            })
            .collect()
    };
    let (one, two) = (demo(Size::Small), demo(Size::Small));
    assert_eq!(all(&one), all(&two));
    assert_eq!(one.landmarks, two.landmarks);
    let other = Demo::new(8, TODAY, Size::Small).unwrap();
    assert_ne!(all(&one), all(&other));
}

#[test]
fn sizes_are_as_promised() {
    let full = demo(Size::Full);
    let rows: usize = batches(&full).map(Batch::rows).sum();
    assert!((12_000..14_500).contains(&rows), "{rows} rows");
    let files = batches(&full).count();
    assert!((700..2_500).contains(&files), "{files} files");
    let organisations: BTreeSet<String> = full
        .events
        .iter()
        .filter_map(|e| match &e.kind {
            EventKind::Register { bytes, .. } => Some(bytes),
            _ => None,
        })
        .flat_map(|bytes| {
            csv::Reader::from_reader(bytes.as_slice())
                .into_records()
                .map(|r| r.unwrap().get(0).unwrap().to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(
        (2_900..3_050).contains(&organisations.len()),
        "{}",
        organisations.len()
    );
    let small = demo(Size::Small);
    let rows: usize = batches(&small).map(Batch::rows).sum();
    assert!((600..950).contains(&rows), "{rows} rows");
}

#[test]
fn time_runs_forward_and_never_past_today() {
    let demo = demo(Size::Small);
    assert!(demo.events.is_sorted_by(|a, b| a.at < b.at));
    let noon = TODAY
        .at(12, 0, 0, 0)
        .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
    assert!(demo.events.last().unwrap().at < noon.unwrap().timestamp());
    assert!(matches!(demo.events[0].kind, EventKind::Departments { .. }));
}

#[test]
fn every_code_is_of_a_division_that_does_not_exist() {
    let divisions = include_str!("../../../rulebook/codes/divisions.txt");
    assert!(
        !divisions.lines().any(|l| l.starts_with("99")),
        "a province 99 exists now"
    );
    let demo = demo(Size::Full);
    let mut bad_check = 0;
    for batch in batches(&demo) {
        for row in rows(batch) {
            let code = value(&row, CODE);
            if code.is_empty() {
                assert_eq!(value(&row, CATEGORY), "自然人");
                continue;
            }
            if code == code::PLACEHOLDER {
                continue;
            }
            assert_eq!(&code[2..8], DIVISION, "{code}");
            if !code::is_valid(code.as_bytes()) {
                bad_check += 1;
            }
        }
    }
    assert!(
        (5..150).contains(&bad_check),
        "{bad_check} planted wrong codes"
    );
    for event in &demo.events {
        let (bytes, place) = match &event.kind {
            EventKind::Register { bytes, .. } => (bytes, 0),
            EventKind::Departments { bytes, .. } => (bytes, 2),
            EventKind::Batch(_) => continue,
        };
        for record in csv::Reader::from_reader(bytes.as_slice()).into_records() {
            let record = record.unwrap();
            let code = record.get(place).unwrap();
            assert!(
                code::is_valid(code.as_bytes()) && &code[2..8] == DIVISION,
                "{code}"
            );
        }
    }
}

#[test]
fn identity_and_phone_numbers_are_nobodys() {
    let demo = demo(Size::Full);
    let (mut identities, mut phones) = (0, 0);
    for batch in batches(&demo) {
        for row in rows(batch) {
            // Codes are held by the test before; every other run of digits is looked at here.
            let text: String = row
                .iter()
                .filter(|(k, _)| !k.contains("代码") && !k.ends_with("DM") && !k.contains("SHXYM"))
                .map(|(_, v)| format!("{v}\n"))
                .collect();
            for run in text.split(|c: char| !c.is_ascii_alphanumeric()) {
                let digits = run.bytes().take_while(u8::is_ascii_digit).count();
                if run.len() == 18 && digits >= 17 {
                    assert!(run.starts_with(DIVISION), "{run}");
                    identities += 1;
                }
                if run.len() == 11 && digits == 11 {
                    assert!(run.starts_with("1990000"), "{run}");
                    phones += 1;
                }
            }
        }
    }
    assert!(
        identities > 50 && phones > 10,
        "{identities} identity numbers, {phones} phones"
    );
}

#[test]
fn every_state_has_its_landmark() {
    let demo = demo(Size::Small);
    let ids: BTreeSet<&str> = demo.landmarks.iter().map(|l| l.id.as_str()).collect();
    assert_eq!(ids.len(), demo.landmarks.len(), "an id twice");
    for id in [
        "current",
        "ending_soon",
        "ended",
        "held",
        "held_decided",
        "never_public_summary",
        "never_public_warning",
        "not_published",
        "late",
        "before_regime",
        "after_regime",
        "holiday",
        "reconsideration",
        "litigation",
        "stayed",
        "withdrawn",
        "replaced",
        "replacement",
        "two_versions",
        "alias",
        "alias_old_code",
        "alias_record",
        "former_name",
        "redacted",
        "person_named",
        "person_named_record",
        "without_code",
        "homonym_1",
        "homonym_2",
        "homonym_3",
        "near_1",
        "near_2",
        "provisional",
        "dissolved",
        "permit_long_term",
        "permit_ending_soon",
        "permit_ended",
        "busy",
        "clean",
    ] {
        assert!(ids.contains(id), "{id}");
    }
    let code = |id: &str| {
        demo.landmarks
            .iter()
            .find(|l| l.id == id)
            .unwrap()
            .code
            .clone()
    };
    assert_ne!(code("homonym_1"), code("homonym_2"));
    assert_ne!(code("alias"), code("alias_old_code"));
}

#[test]
fn a_replacing_row_carries_the_number_of_the_record_it_replaces() {
    let demo = demo(Size::Small);
    let replacing: Vec<_> = batches(&demo)
        .flat_map(rows)
        .filter(|r| !value(r, &["XH_THJL", "替换记录编号"]).is_empty())
        .collect();
    assert!(replacing.len() >= 2, "{}", replacing.len());
}

#[test]
fn fines_in_text_and_column_agree_unless_planted() {
    let demo = demo(Size::Full);
    let (mut all, mut differ) = (0, 0);
    for batch in batches(&demo).filter(|b| b.item == "penalty") {
        for row in rows(batch) {
            let told = value(&row, &["CF_NR", "处罚内容"]);
            let Some((_, rest)) = told.split_once("罚款人民币") else {
                continue;
            };
            let yuan: f64 = rest.split('元').next().unwrap().parse().unwrap();
            let wan: f64 = value(&row, &["CF_NR_FK", "罚款金额(万元)"])
                .parse()
                .unwrap();
            all += 1;
            differ += u32::from((wan * 10_000.0 - yuan).abs() > 0.001);
        }
    }
    assert!(
        all > 3_000 && differ > 0 && differ < all / 50,
        "{differ} of {all}"
    );
}

/// Cells that name persons, or whom they are about.
const PERSONS: &[&str] = &[
    "CF_FRDB",
    "XK_FRDB",
    "法定代表人",
    "法定代表人姓名",
    "CF_XDR_MC",
    "XK_XDR_MC",
    "行政相对人名称",
];

#[test]
fn ordinary_texts_stay_whole_and_unread() {
    let book = xinheng_rulebook::Rulebook::load(None).unwrap();
    let context = xinheng_domain::finder::Context::default();
    let mut texts = BTreeSet::new();
    for batch in batches(&demo(Size::Full)) {
        for row in rows(batch) {
            // Natural persons' rows are never shown.
            if value(&row, CATEGORY).contains("自然人") {
                continue;
            }
            let cells = row
                .into_iter()
                .filter(|(name, _)| !PERSONS.contains(&name.as_str()));
            let texts_of = cells.map(|(_, text)| text);
            texts.extend(texts_of.filter(|t| t.chars().count() >= 8));
        }
    }
    let mut doubtful = BTreeSet::new();
    let mut masked = BTreeSet::new();
    for text in &texts {
        let reading = book.finder().read(text, &context);
        if reading.is_doubtful() {
            doubtful.insert(reading.masked(text).into_owned());
        } else if !reading.spans.is_empty() {
            masked.insert(reading.masked(text).into_owned());
        }
    }
    let all = texts.len();
    assert!(all > 3_000, "{all} texts");
    let few = doubtful.len() * 500 <= all;
    assert!(few, "{} of {all}: {doubtful:#?}", doubtful.len());
    // Some rows name whoever handed them in; nothing else is masked.
    masked.retain(|text| !text.contains("联系人") && !text.contains("经办人"));
    assert!(masked.is_empty(), "{masked:#?}");
}
