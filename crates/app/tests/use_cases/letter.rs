//! Letters of cases and the files that belong to them.

use crate::{
    case::{moved, open, people, refused, step},
    support::{D1, Desk, TODAY, has},
};
use xinheng_app::{Act, Actor, AppError, RefusalCode, case};

const PROBLEM: &[(&str, &str)] = &[
    ("PROBLEM", "迟报三条"),
    ("FOUND_BY", "数据核对"),
    ("DUE", "2026-12-31"),
];

/// The smallest file that is recognised as what its name says.
const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";

#[test]
fn a_step_writes_its_letter_with_the_next_number_and_anybody_can_ask_whether_it_is_ours() {
    let desk = Desk::new();
    let who = people(&desk);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let kind = ("rectification", "open");
    let (first, _) = moved(open(&by(&who.officer), kind, D1, PROBLEM));
    let (second, _) = moved(open(&by(&who.officer), kind, D1, PROBLEM));
    let seen = case::show(&by(&who.responsible), &first).unwrap();
    let [line] = &seen.letters[..] else {
        panic!("{:?}", seen.letters);
    };
    assert_eq!(line.number, "信用函〔2026〕1号");
    assert_eq!(line.served, None);
    let letter = case::letter(&by(&who.responsible), &first, &line.place).unwrap();
    assert_eq!(letter.line.title, "整改通知书");
    assert_eq!(
        letter.body,
        [
            "经数据核对，发现你单位存在以下问题：迟报三条。",
            &format!("请于2026年12月31日前完成整改，把整改情况和材料录入系统，办件编号{first}。"),
        ]
    );
    // The register goes on without a gap, and says which case each number is of.
    let year = TODAY.year();
    let register = case::register(&by(&who.head), year).unwrap();
    let told: Vec<_> = register.iter().map(|r| (&*r.number, &*r.case)).collect();
    let expected = [
        ("信用函〔2026〕2号", second.as_str()),
        ("信用函〔2026〕1号", first.as_str()),
    ];
    assert_eq!(told, expected);
    // Whoever holds it asks; nothing of the case is told.
    let note = letter.note.unwrap();
    let code = note.split_whitespace().nth(1).unwrap().split('，').next();
    let public = desk.public(TODAY);
    let mark = case::letter_mark(&public, code.unwrap()).unwrap().unwrap();
    assert_eq!(mark.number, "信用函〔2026〕1号");
    assert!(!mark.replaced);
    assert_eq!(
        case::letter_mark(&public, "abcd-efgh-jkmn-pqrs").unwrap(),
        None
    );
    // A Word file that its people finish.
    let (name, bytes) = case::letter_file(&by(&who.officer), &first, &line.place).unwrap();
    assert_eq!(name, format!("整改通知书-{TODAY}.docx"));
    assert!(bytes.starts_with(b"PK"));
    // Of another department, and none of the case's.
    let stranger = case::letter(&by(&who.stranger), &first, &line.place);
    assert!(stranger.is_err(), "{stranger:?}");
    let none = case::letter(&by(&who.officer), &first, "9-rectify");
    assert!(matches!(none, Err(AppError::NotFound(_))), "{none:?}");
    assert!(case::register(&by(&who.clerk), year).is_err());
    assert!(desk.sound());
}

#[test]
fn service_is_recorded_by_whoever_writes_once_and_on_a_day_that_can_be() {
    let desk = Desk::new();
    let who = people(&desk);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let (id, _) = moved(open(
        &by(&who.officer),
        ("rectification", "open"),
        D1,
        PROBLEM,
    ));
    let day = TODAY.to_string();
    let direct = [("SERVICE_WAY", "直接送达"), ("SERVED_ON", day.as_str())];
    let wire = [("SERVICE_WAY", "电子送达"), ("SERVED_ON", day.as_str())];
    let early = [("SERVICE_WAY", "直接送达"), ("SERVED_ON", "2020-01-01")];
    let serve = "serve-rectify";
    let told = refused(
        step(&by(&who.officer), &id, serve, &early),
        RefusalCode::CaseNotThen,
    );
    assert!(told.contains(&format!("（{TODAY}）")), "{told}");
    refused(
        step(&by(&who.officer), &id, serve, &wire),
        RefusalCode::CaseWhen,
    );
    refused(
        step(&by(&who.responsible), &id, serve, &direct),
        RefusalCode::CaseOnlyBy,
    );
    moved(step(&by(&who.officer), &id, serve, &direct));
    let seen = case::show(&by(&who.officer), &id).unwrap();
    assert_eq!(seen.letters[0].served, Some((TODAY, "直接送达".to_owned())));
    assert!(seen.offers.iter().all(|o| o.step != serve), "offered again");
    refused(
        step(&by(&who.officer), &id, serve, &direct),
        RefusalCode::CaseElsewhere,
    );
}

#[test]
fn a_file_is_kept_sealed_taken_out_by_who_may_and_removed_by_who_added_it() {
    let desk = Desk::new();
    let who = people(&desk);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let (id, _) = moved(open(
        &by(&who.officer),
        ("rectification", "open"),
        D1,
        PROBLEM,
    ));
    let file = case::attach(&by(&who.responsible), &id, "整改报告.PDF", PDF).unwrap();
    // The same again is the same file.
    let again = case::attach(&by(&who.officer), &id, "另一个名字.pdf", PDF).unwrap();
    assert_eq!(again, file);
    let (name, media, bytes) = case::download(&by(&who.officer), &id, &file).unwrap();
    assert_eq!(
        (&*name, media, &*bytes),
        ("整改报告.PDF", "application/pdf", PDF)
    );
    assert!(
        !has(&desk.bytes(), "%PDF-1.7"),
        "the database holds the plain file"
    );
    assert!(case::download(&by(&who.stranger), &id, &file).is_err());
    assert!(case::attach(&by(&who.stranger), &id, "a.pdf", PDF).is_err());
    // By another person of the department: not theirs.
    let other = case::attach(&by(&who.officer), &id, "b.pdf", b"%PDF-1.4 b").unwrap();
    let detached = case::detach(&by(&who.responsible), &id, &other);
    assert!(
        matches!(&detached, Err(AppError::Refused(r)) if r.code == RefusalCode::CaseFileOfAnother),
        "{detached:?}"
    );
    case::detach(&by(&who.responsible), &id, &file).unwrap();
    let gone = case::download(&by(&who.officer), &id, &file);
    assert!(matches!(gone, Err(AppError::NotFound(_))), "{gone:?}");
    let seen = case::show(&by(&who.officer), &id).unwrap();
    assert_eq!(seen.files.len(), 2, "what was removed is still told");
    let removed = |f: &case::FileLine| f.removed_at.is_some() == (f.id == file);
    assert!(seen.files.iter().all(removed), "{:?}", seen.files);
    // Over: nothing moves any more.
    moved(step(&by(&who.officer), &id, "stop", &[("STOPPED", "重复")]));
    let late = case::attach(&by(&who.officer), &id, "c.pdf", b"%PDF-1.4 c");
    assert!(
        matches!(&late, Err(AppError::Refused(r)) if r.code == RefusalCode::CaseOver),
        "{late:?}"
    );
    assert!(case::detach(&by(&who.officer), &id, &other).is_err());
    // Every act has its line, and no line a name.
    let entries = desk.audited(Act::CaseAttach.id());
    assert_eq!(entries.len(), 3, "{entries:?}");
    assert!(!format!("{entries:?}").contains("整改报告"));
    assert_eq!(desk.audited(Act::CaseFile.id()).len(), 1);
    assert!(desk.sound());
}

#[test]
fn a_file_that_lies_is_empty_or_too_large_is_told_so() {
    let desk = Desk::new();
    let who = people(&desk);
    let ctx = desk.ctx(who.officer, TODAY);
    let (id, _) = moved(open(&ctx, ("rectification", "open"), D1, PROBLEM));
    let wrong = |name: &str, bytes: &[u8]| match case::attach(&ctx, &id, name, bytes) {
        Err(AppError::BadInput(told)) => told,
        other => panic!("{name}: {other:?}"),
    };
    assert!(wrong("照片.jpg", PDF).contains("和文件名的后缀不一致"));
    assert!(wrong("程序.exe", b"MZ\x90\x00").contains("认不出“程序.exe”"));
    assert!(wrong("空.pdf", b"").contains("认不出“空.pdf”"));
    assert!(wrong("网页.pdf", b"<html><script>alert(1)</script>").contains("认不出"));
    let large = [PDF, &vec![b' '; case::MOST_BYTES]].concat();
    assert!(wrong("大.pdf", &large).contains("超过20MB"));
    assert!(case::show(&ctx, &id).unwrap().files.is_empty());
}
