//! A department's file lands once, or not at all.

use crate::support::*;
use jiff::civil::date;
use xinheng_app::{
    check,
    intake::{self, Landing, Outcome},
    site::{self, ListQuery},
    view::RecordAnswer,
};
use xinheng_domain::finding::{Finding, Severity};
use xinheng_store::batch;

fn three() -> [Row; 3] {
    [penalty(1, 1), penalty(1, 2).fine(), penalty(2, 3).warning()]
}

fn batch_of(outcome: &Outcome) -> &str {
    match &outcome.landing {
        Landing::Sealed { batch, .. } | Landing::Already { batch, .. } => batch,
        other => panic!("{other:?}"),
    }
}

#[test]
fn new_records_land() {
    let desk = Desk::new();
    let outcome = desk.land(&three(), TODAY);
    let counters = outcome.counters;
    assert_eq!((counters.reported, counters.new, counters.held), (3, 3, 1));
    assert_eq!((counters.refused, counters.provisional_subjects), (0, 0));
    let dossier = desk.dossier(&org(1), TODAY);
    assert_eq!((dossier.scope.in_scope, dossier.scope.shown), (1, 1));
    let view = desk.shown(&desk.number(&penalty(1, 1)), TODAY);
    assert_eq!(view.line.shown_from, TODAY);
    assert_eq!(view.line.shown_until, Some(date(2027, 10, 28)));
    assert_eq!(view.line.class_title.as_deref(), Some("一般失信信息"));
    assert_eq!(view.line.earliest_repair, Some(date(2027, 1, 29)));
    let clock = view.timeliness.unwrap();
    assert_eq!(clock.deadline, date(2026, 11, 6));
    assert!(clock.received_in_time && clock.published_in_time && !clock.provisional);
    for action in ["batch.stage", "batch.land", "batch.seal"] {
        assert_eq!(desk.audited(action).len(), 1, "{action}");
        assert_eq!(desk.audited(action)[0].actor, "operator:甲");
    }
}

#[test]
fn a_persons_number_in_the_name_of_a_file_is_not_kept() {
    let desk = Desk::new();
    let number = "99010119900307881X";
    let named = format!("样例餐饮店_{number}.csv");
    let path = desk.file(&named, &csv(&three()));
    let input = intake::Input {
        path: &path,
        file_name: &named,
        sheet: None,
        department: D1,
        dry_run: false,
    };
    let outcome = intake::import(&desk.operator(TODAY), input, &mut |_| {}).unwrap();
    assert!(matches!(outcome.landing, Landing::Sealed { .. }));
    let told: Vec<&str> = outcome.notices.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(told.first(), Some(&"file-name-identity-number"), "{told:?}");
    assert!(outcome.notices[0].message.contains("样例餐饮店_990***"));
    let plain = Desk::new().land(&three(), TODAY);
    assert_eq!(outcome.summary.findings, plain.summary.findings + 1);
    let kept: Vec<String> = desk.all().into_iter().map(|s| s.file_name).collect();
    assert!(
        kept.iter()
            .all(|name| name == "样例餐饮店_990***************.csv"),
        "{kept:?}"
    );
    assert!(!format!("{:?}", desk.audit()).contains(number));
    // The file is known again under any name.
    let again = desk.import(&three(), TODAY);
    assert!(matches!(again.landing, Landing::Already { .. }));
}

#[test]
fn the_same_file_again_changes_nothing() {
    let desk = Desk::new();
    let first = desk.land(&three(), TODAY);
    let before = desk.all();
    let again = desk.import(&three(), date(2026, 11, 5));
    assert!(matches!(again.landing, Landing::Already { .. }));
    assert_eq!(batch_of(&first), batch_of(&again));
    assert_eq!(first.counters, again.counters);
    assert_eq!(desk.all(), before);
    assert_eq!(desk.audited("batch.again").len(), 1);
    assert_eq!(desk.audited("batch.seal").len(), 1);
}

#[test]
fn the_same_rows_in_another_file_are_unchanged() {
    let desk = Desk::new();
    desk.land(&three(), TODAY);
    let before = desk.all();
    let mut rows = three().to_vec();
    rows.reverse();
    let outcome = desk.land(&rows, date(2026, 11, 5));
    assert_eq!(outcome.counters.unchanged, 3);
    assert_eq!(outcome.counters.new + outcome.counters.new_version, 0);
    assert_eq!(desk.all(), before);
}

#[test]
fn a_changed_row_makes_a_new_version() {
    let desk = Desk::new();
    desk.land(&three(), TODAY);
    let changed = penalty(1, 1).set("CF_SY", "检查发现销售的三件产品没有合格证明。");
    let outcome = desk.land(&[changed.clone(), penalty(1, 2).fine()], date(2026, 11, 9));
    let counters = outcome.counters;
    assert_eq!((counters.new_version, counters.unchanged), (1, 1));
    let id = desk.number(&changed);
    assert_eq!(id, desk.number(&penalty(1, 1)), "the number stays");
    let view = desk.shown(&id, date(2026, 11, 9));
    assert_eq!(view.version, 2);
    assert_eq!(view.line.shown_from, TODAY, "a correction starts no period");
    let facts = view.fields.iter().find(|f| f.id == "CF_SY").unwrap();
    assert!(facts.value.contains("三件"));
}

#[test]
fn a_refused_row_stays_out_and_its_findings_are_kept() {
    let desk = Desk::new();
    let wrong = penalty(2, 8).set("CF_XDR_SHXYM", "91990100MA0Y00019X");
    let outcome = desk.import(&[penalty(1, 1), wrong, penalty(1, 1)], TODAY);
    assert_eq!((outcome.counters.new, outcome.counters.refused), (1, 2));
    assert_eq!(outcome.summary.accepted, 1);
    assert!(outcome.refused.iter().any(|f| f.code == "duplicate-record"));
    assert_eq!(desk.all().len(), 1);
    let id = batch_of(&outcome).to_owned();
    let kept = xinheng_app::testing::db(&desk.office)
        .read(|conn| batch::findings(conn, &id, None, 100))
        .unwrap();
    assert_eq!(kept.len() as u64, outcome.summary.findings);
}

#[test]
fn a_code_that_another_file_gave_another_name_is_told() {
    let desk = Desk::new();
    let stranger = |name, number| other(name, &org(9), number);
    let told = |outcome: &Outcome| {
        let id = batch_of(outcome).to_owned();
        let db = xinheng_app::testing::db(&desk.office);
        let kept = db.read(|conn| batch::findings(conn, &id, None, 100));
        let kept = kept.unwrap().into_iter().map(|(_, f)| f);
        kept.filter(|f| f.code == "register-met-otherwise")
            .map(|f| (f.value, f.expected))
            .collect::<Vec<_>>()
    };
    let first = desk.land(&[stranger("衡川市甲样商贸有限公司", 41)], TODAY);
    assert_eq!(told(&first), []);
    let same = desk.land(&[stranger("衡川市甲样商贸有限公司", 42)], TODAY);
    assert_eq!(told(&same), []);
    let differs = desk.import(&[stranger("衡川市乙样商贸有限公司", 43)], TODAY);
    assert_eq!(differs.counters.new, 1, "a warning only");
    assert_eq!(
        told(&differs),
        [(
            "衡川市乙样商贸有限公司".to_owned(),
            Some("衡川市甲样商贸有限公司".to_owned())
        )]
    );
}

#[test]
fn what_is_said_of_a_column_is_kept_first_and_told() {
    let desk = Desk::new();
    let dotted = |n| penalty(n, n).set("CF_JDRQ", "2026.10.28");
    let wrong = penalty(3, 3).set("CF_XDR_SHXYM", "91990100MA0Y00019X");
    let outcome = desk.import(
        &[dotted(1), wrong, dotted(2).set("CF_FRDB", "宇 文例")],
        TODAY,
    );
    assert_eq!((outcome.counters.new, outcome.counters.refused), (2, 1));
    let told: Vec<_> = outcome.notices.iter().map(|f| f.code.as_str()).collect();
    let expected = ["column-unnamed", "spelling-name-blank", "spelling-date"];
    assert!(
        expected[1..].iter().all(|code| told.contains(code)),
        "{told:?}"
    );
    let id = batch_of(&outcome).to_owned();
    let read = |conn: &mut xinheng_store::Conn| batch::findings(conn, &id, None, 100);
    let kept = xinheng_app::testing::db(&desk.office).read(read).unwrap();
    assert_eq!(kept.len() as u64, outcome.summary.findings);
    let rows: Vec<_> = kept.iter().map(|(_, f)| f.row).collect();
    assert!(rows.is_sorted() && rows.contains(&0), "{rows:?}");
    // What was read is what has landed: the same rows in the standard's spelling say nothing new.
    let again = desk.import(
        &[penalty(1, 1), penalty(2, 2).set("CF_FRDB", "宇文例")],
        TODAY,
    );
    assert_eq!((again.counters.unchanged, again.counters.new), (2, 0));
}

#[test]
fn a_persons_spelling_is_told_and_not_kept() {
    let desk = Desk::new();
    let person = penalty(1, 7701).person("鸢嬿 澍昀", "990101199003077774");
    let outcome = desk.import(&[person.set("CF_JDRQ", "2026.11.1"), penalty(1, 1)], TODAY);
    let told: Vec<_> = outcome.notices.iter().map(|f| f.code.as_str()).collect();
    assert!(
        told.contains(&"spelling-name-blank") && told.contains(&"spelling-date"),
        "{told:?}"
    );
    let bytes = desk.bytes();
    // No family name of the rulebook's lists, which are kept in the database.
    for secret in ["鸢嬿", "澍昀", "2026.11.1"] {
        assert!(!has(&bytes, secret), "{secret} is in the database");
    }
}

#[test]
fn a_refused_file_keeps_its_findings_and_nothing_else() {
    let desk = Desk::new();
    let text = csv(&three()).replacen("行政处罚决定书文号", "不相干的列", 1);
    let outcome = desk
        .hand_in(operator("甲"), D1, &text, TODAY, false)
        .unwrap();
    assert_eq!(outcome.landing, Landing::Refused);
    assert!(desk.all().is_empty());
    let entry = desk.audited("batch.refuse").remove(0);
    let id = entry.detail["batch"].as_str().unwrap().to_owned();
    let (kept, stored) = xinheng_app::testing::db(&desk.office)
        .read(|conn| {
            Ok::<_, xinheng_store::StoreError>((
                batch::findings(conn, &id, None, 100)?,
                batch::get(conn, &id)?,
            ))
        })
        .unwrap();
    assert!(
        kept.iter().any(|(_, f)| f.message.contains("文号")),
        "{kept:?}"
    );
    let (_, reason) = stored.unwrap().refused.unwrap();
    assert!(!reason.is_empty());
    // The mended file is not hindered by the refused one.
    assert_eq!(desk.land(&three(), TODAY).counters.new, 3);
}

#[test]
fn a_file_of_no_known_kind_is_refused() {
    let desk = Desk::new();
    let outcome = desk
        .hand_in(operator("甲"), D1, "甲,乙\n1,2\n", TODAY, false)
        .unwrap();
    assert_eq!(outcome.landing, Landing::Refused);
    assert!(!outcome.refused.is_empty());
    assert!(desk.all().is_empty());
}

#[test]
fn a_dry_run_writes_nothing_but_its_entry() {
    let desk = Desk::new();
    let rows = [penalty(1, 1), penalty(2, 2).set("CF_WSH", "")];
    let good = desk
        .hand_in(operator("甲"), D1, &csv(&rows), TODAY, true)
        .unwrap();
    assert_eq!(good.landing, Landing::Tried);
    assert_eq!((good.summary.accepted, good.counters.refused), (1, 1));
    let bad = desk
        .hand_in(operator("甲"), D1, "甲,乙\n1,2\n", TODAY, true)
        .unwrap();
    assert_eq!(bad.landing, Landing::Tried);
    // The tables hold what the entries tell, and these tell of no change.
    assert!(
        xinheng_app::ops::verify(&desk.operator(TODAY))
            .unwrap()
            .sound
    );
    // What would become of the rows tells what is held: who asked stands in the audit.
    let entries = desk.audited("batch.try");
    assert_eq!(entries.len(), 2);
    assert!(
        entries
            .iter()
            .all(|e| e.actor == "operator:甲" && e.detail["sums"].is_null())
    );
    let of_good = |e: &&xinheng_store::AuditEntry| e.detail["sha256"] == good.summary.sha256;
    let detail = &entries.iter().find(of_good).unwrap().detail;
    assert_eq!(
        (&detail["department"], &detail["counters"]["new"]),
        (&D1.into(), &1.into())
    );
}

#[test]
fn a_dry_run_says_what_would_become_of_the_rows() {
    let desk = Desk::new();
    desk.land(&three(), TODAY);
    let [first, second, third] = three();
    let rows = [
        first,
        second.set("BZ", "更正标点"),
        third.set("CF_JDRQ", "2026-12-01"),
        penalty(1, 77),
        penalty(1, 78).fine(),
    ];
    let day = date(2026, 11, 4);
    let before = desk.all();
    let tried = desk.hand_in(clerk(D1), D1, &csv(&rows), day, true).unwrap();
    assert_eq!(desk.all(), before);
    let landed = desk
        .hand_in(clerk(D1), D1, &csv(&rows), day, false)
        .unwrap();
    assert_eq!(tried.counters, landed.counters);
    let c = landed.counters;
    assert_eq!(
        (c.unchanged, c.new_version, c.refused, c.new, c.held),
        (1, 1, 1, 2, 2)
    );
    // Another department's file, and a file that came already.
    let foreign = desk
        .hand_in(clerk(D2), D2, &csv(&three().map(Row::second)), day, true)
        .unwrap();
    assert_eq!(foreign.counters.refused, 3);
    let again = desk.hand_in(clerk(D1), D1, &csv(&rows), day, true).unwrap();
    assert_eq!(again.counters.unchanged, 4);
}

#[test]
fn a_refused_row_lands_from_the_same_file_when_its_cause_is_gone() {
    let desk = Desk::new();
    let early = date(2026, 10, 27);
    let rows = [penalty(1, 1), penalty(1, 2).set("CF_JDRQ", "2026-10-26")];
    let first = desk.import(&rows, early);
    assert_eq!((first.counters.new, first.counters.refused), (1, 1));
    let second = desk.import(&rows, TODAY);
    assert!(matches!(second.landing, Landing::Sealed { .. }));
    let c = second.counters;
    assert_eq!((c.new, c.unchanged, c.refused), (1, 1, 0));
    let third = desk.import(&rows, TODAY);
    assert!(matches!(third.landing, Landing::Already { .. }));
}

#[test]
fn a_file_of_which_no_row_is_kept_is_no_report() {
    let desk = Desk::new();
    desk.land(&three(), TODAY);
    let outcome = desk
        .hand_in(
            operator("甲"),
            D2,
            &csv(&three().map(Row::second)),
            TODAY,
            false,
        )
        .unwrap();
    assert_eq!(outcome.counters.refused, 3);
    let all = site::departments(&desk.public(TODAY)).unwrap();
    let other = all.iter().find(|d| d.code == D2).unwrap();
    assert!(other.sources.iter().all(|s| s.last_received_on.is_none()));
}

#[test]
fn each_sheet_of_a_workbook_lands() {
    let desk = Desk::new();
    let path = desk.dir.path().join("two.xlsx");
    workbook(
        &path,
        &[("十月", &[penalty(1, 1)]), ("十一月", &[penalty(1, 2)])],
    );
    let import = |sheet| {
        let input = intake::Input {
            path: &path,
            file_name: "two.xlsx",
            sheet,
            department: D1,
            dry_run: false,
        };
        intake::import(&desk.operator(TODAY), input, &mut |_| {}).unwrap()
    };
    for sheet in ["十月", "十一月"] {
        assert_eq!(import(Some(sheet)).counters.new, 1, "{sheet}");
        let again = import(Some(sheet));
        assert!(matches!(again.landing, Landing::Already { .. }), "{sheet}");
    }
}

#[test]
fn natural_persons_are_set_aside_and_nothing_of_them_is_kept() {
    let desk = Desk::new();
    let identity = "990101199003077774";
    let persons = [
        penalty(1, 7701).person("鸢嬿澍昀", identity),
        // Faults whose findings quote the cell.
        penalty(1, 7702)
            .person("鸢嬿★昀", "99010119900307777")
            .set("CF_JDRQ", "2026年13月77日")
            .set("CF_WSH", "鸢嬿私字七七零三")
            .set("CF_SY", "鸢嬿澍昀（电话19900007703）在现场。")
            .set("CF_CFLB", "鸢嬿的处罚")
            .set("", "鸢嬿科室意见"),
        penalty(1, 7704)
            .person("鸢嬿琰", "")
            .set("CF_XDR_SHXYM", &org(77))
            .set("CF_NR_FK", "鸢嬿元")
            .set("XH_THJL", "鸢嬿记录"),
    ];
    let mut rows = persons.to_vec();
    rows.push(penalty(1, 1));
    let outcome = desk.import(&rows, TODAY);
    assert_eq!(outcome.counters.set_aside, 3);
    assert_eq!((outcome.counters.new, outcome.counters.refused), (1, 0));
    assert_eq!(outcome.summary.set_aside, 3);
    assert_eq!(desk.all().len(), 1);
    let bytes = desk.bytes();
    assert!(has(&bytes, "青禾"), "the bytes are those of the database");
    for secret in [
        "鸢嬿",
        identity,
        "99010119900307777",
        "19900007703",
        "7701号",
        "7702号",
        "7704号",
        &org(77),
        "13月77日",
    ] {
        assert!(!has(&bytes, secret), "{secret} is in the database");
    }
}

#[test]
fn a_file_without_a_header_leaves_nothing_of_its_first_row() {
    let desk = Desk::new();
    let text = "仲孙玥,自然人,990102198507238450,19900007777\n仲孙玥,自然人,1,2\n";
    let outcome = desk
        .hand_in(operator("甲"), D1, text, TODAY, false)
        .unwrap();
    assert!(matches!(outcome.landing, Landing::Refused));
    let bytes = desk.bytes();
    for trace in ["仲孙玥", "990102198507238450", "19900007777"] {
        assert!(!has(&bytes, trace), "{trace}");
    }
    let shown = serde_json::to_string(&outcome.refused).unwrap();
    assert!(!shown.contains("990102198507238450"), "{shown}");
}

#[test]
fn a_person_whose_category_is_wrong_leaves_nothing() {
    let desk = Desk::new();
    let row = penalty(1, 5)
        .person("仲孙玥", "990102198507238450")
        .set("CF_XDR_LB", "自然 人")
        .set("CF_SY", "仲孙玥住独秀路99号，电话19900007777。");
    let outcome = desk.import(&[row, penalty(1, 6)], TODAY);
    assert_eq!(outcome.counters.refused, 1);
    let bytes = desk.bytes();
    for trace in ["仲孙玥", "990102198507238450", "19900007777", "独秀路"] {
        assert!(!has(&bytes, trace), "{trace}");
    }
}

#[test]
fn held_back_with_an_alarm_before_the_deadline() {
    let desk = Desk::new();
    desk.land(&three(), TODAY);
    let held = xinheng_app::record::held(&desk.operator(TODAY)).unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].candidates, ["minor", "general", "serious"]);
    // Seven working days end on 6 November; two before is the fourth.
    assert_eq!(held[0].alarm_on, date(2026, 11, 4));
    assert!(!held[0].alarmed);
    let later = xinheng_app::record::held(&desk.operator(date(2026, 11, 4))).unwrap();
    assert!(later[0].alarmed);
    let id = desk.number(&penalty(1, 2));
    assert_eq!(desk.answer(&id, TODAY), RecordAnswer::Unknown);
}

#[test]
fn the_files_own_end_wins_only_where_it_is_earlier() {
    let desk = Desk::new();
    let earlier = penalty(1, 1).set("CF_GSJZQ", "2027-02-01");
    let later = penalty(1, 2).set("CF_GSJZQ", "2029-02-01");
    let over = penalty(1, 3).set("CF_GSJZQ", "2026-10-30");
    desk.land(&[earlier.clone(), later.clone(), over.clone()], TODAY);
    let view = desk.shown(&desk.number(&earlier), TODAY);
    assert_eq!(view.line.shown_until, Some(date(2027, 2, 1)));
    assert!(
        view.why
            .iter()
            .any(|r| r.rule == "publicity.file-end.earlier")
    );
    let view = desk.shown(&desk.number(&later), TODAY);
    assert_eq!(view.line.shown_until, Some(date(2027, 10, 28)));
    // Over before it could be shown: it never was public, so it leaves no tombstone.
    assert_eq!(
        desk.answer(&desk.number(&over), TODAY),
        RecordAnswer::Unknown
    );
}

#[test]
fn nothing_is_public_before_its_service() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1).set("XH_SDRQ", "2026-11-02")], TODAY);
    let view = desk.shown(&desk.number(&penalty(1, 1)), TODAY);
    assert_eq!(view.line.shown_from, TODAY);
    let refused = desk.import(&[penalty(1, 2).set("XH_SDRQ", "2026-11-03")], TODAY);
    assert_eq!(refused.counters.refused, 1, "served in the future");
}

#[test]
fn unknown_departments_and_other_peoples_departments() {
    let desk = Desk::new();
    let text = csv(&three());
    not_found(desk.hand_in(operator("甲"), "d9", &text, TODAY, false));
    let audit = desk.audit();
    forbidden(desk.hand_in(xinheng_app::Actor::Public, D1, &text, TODAY, false));
    forbidden(desk.hand_in(clerk(D2), D1, &text, TODAY, false));
    forbidden(desk.hand_in(clerk(D2), D1, &text, TODAY, true));
    assert!(desk.all().is_empty());
    assert_eq!(desk.audit(), audit);
    let own = desk.hand_in(clerk(D1), D1, &text, TODAY, false).unwrap();
    assert_eq!(own.counters.new, 3);
    assert_eq!(desk.audited("batch.seal")[0].actor, "department:d1:经办人");
}

#[test]
fn a_file_that_does_not_exist_is_a_fault_of_the_file() {
    let desk = Desk::new();
    let path = desk.dir.path().join("nowhere.csv");
    let input = xinheng_app::intake::Input {
        path: &path,
        file_name: "nowhere.csv",
        sheet: None,
        department: D1,
        dry_run: false,
    };
    let answer = xinheng_app::intake::import(&desk.operator(TODAY), input, &mut |_| {});
    assert!(matches!(answer, Err(xinheng_app::AppError::File { .. })));
}

#[test]
fn a_party_without_a_code_has_no_dossier() {
    let desk = Desk::new();
    let row = other("信衡区巷口早点铺", FILLER, 1)
        .individual()
        .set("CF_XDR_GSZC", "990102600012345");
    let outcome = desk.land(&[row], TODAY);
    assert_eq!(outcome.counters.provisional_subjects, 0);
    let lines = desk.walk(&ListQuery::default(), TODAY);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].subject_code, None);
    let key = desk.all()[0].record.subject_key.to_string();
    assert!(key.starts_with("x:"));
    let asked = xinheng_app::site::dossier(&desk.public(TODAY), &key, None, None);
    assert!(asked.unwrap().is_none());
}

#[test]
fn a_code_and_its_alias_in_one_file_are_one_record() {
    let desk = Desk::new();
    desk.register(
        &format!("代码,名称,曾用代码\n{},{},{}\n", org(1), NAMES[0], org(50)),
        TODAY,
    );
    let alias = penalty(1, 1).set("CF_XDR_SHXYM", &org(50));
    let outcome = desk.import(&[penalty(1, 1), alias], TODAY);
    assert!(matches!(outcome.landing, Landing::Sealed { .. }));
    assert_eq!(desk.all().len(), 1, "{outcome:#?}");
    assert_eq!(desk.dossier(&org(50), TODAY).scope.shown, 1);
}

#[test]
fn an_annulled_decision_leaves_at_once() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let day = date(2026, 11, 9);
    desk.land(&[penalty(1, 1).set("XH_ZYZT", "已撤销")], day);
    let tombstone = desk.gone(&desk.number(&penalty(1, 1)), day);
    assert_eq!(tombstone.status, "no_longer_current");
    assert_eq!(tombstone.replaced_by, None);
    assert_eq!(desk.dossier(&org(1), day).scope.in_scope, 0);
    // An old file handed in again brings nothing back.
    let again = desk.land(&[penalty(1, 1), penalty(1, 2)], date(2026, 11, 10));
    assert_eq!((again.counters.unchanged, again.counters.new), (1, 1));
    desk.gone(&desk.number(&penalty(1, 1)), date(2026, 11, 10));
}

#[test]
fn a_file_of_an_older_layout_lands_as_todays_item() {
    let desk = Desk::new();
    let cells = [
        ("CF_WSH", "衡信市监罚〔2017〕12号"),
        ("CF_AJMC", "销售不合格产品案"),
        ("CF_BM", "A01"),
        ("CF_CFLB1", "警告"),
        ("CF_SY", "当事人销售不合格产品。"),
        ("CF_YJ", "《中华人民共和国产品质量法》第五十条"),
        ("CF_XDR_MC", NAMES[0]),
        ("CF_XDR_SHXYM", &org(1)),
        ("CF_FR", "甲乙丙"),
        ("CF_JG", "警告"),
        ("CF_JDRQ", "2017/04/10"),
        ("CF_JZQ", "2099/12/31"),
        ("CF_XZJG", D1_NAME),
        ("CF_ZT", "0"),
    ];
    let line = |part: fn(&(&'static str, &str)) -> String| {
        cells
            .iter()
            .map(|(h, v)| part(&(*h, *v)))
            .collect::<Vec<_>>()
    };
    let text = format!(
        "行政处罚信息表\n{}\n{}\n",
        line(|c| c.0.to_owned()).join(","),
        line(|c| c.1.to_owned()).join(",")
    );
    let outcome = desk
        .hand_in(operator("甲"), D1, &text, TODAY, false)
        .unwrap();
    assert_eq!(
        (outcome.counters.new, outcome.counters.refused),
        (1, 0),
        "{outcome:#?}"
    );
    let all = desk.all();
    assert_eq!(all.len(), 1);
    let payload = format!("{:?}", all[0].record);
    for said in [
        "警告",
        "法人及非法人组织",
        "2017-04-10",
        "flex_CF_BM",
        "A01",
        FILLER,
    ] {
        assert!(payload.contains(said), "{said} in {payload}");
    }
    let again = desk
        .hand_in(operator("甲"), D1, &text, TODAY, false)
        .unwrap();
    assert!(matches!(again.landing, Landing::Already { .. }));
}

/// A file dropped into another department's folder: its rows would be that one's for ever.
#[test]
fn a_file_of_another_department_stays_out() {
    let desk = Desk::new();
    let outcome = desk
        .hand_in(operator("甲"), D2, &csv(&three()), TODAY, false)
        .unwrap();
    assert_eq!(outcome.counters.refused, 3);
    let finding = &outcome.refused[0];
    assert_eq!(finding.code, "source-other-department");
    assert_eq!(finding.field, "CF_SJLYDM");
    assert_eq!(finding.expected.as_deref(), Some(D2_NAME));
    // The right one is not locked out.
    desk.land(&three(), TODAY);
}

#[test]
fn a_departments_name_beside_anothers_code_is_told() {
    let desk = Desk::new();
    let told = |row: Row| {
        let path = desk.file("in.csv", &csv(&[row]));
        let ctx = desk.operator(TODAY);
        let mut register = check::StoredRegister::of(&ctx);
        let mut found: Vec<Finding> = Vec::new();
        let input = check::Input {
            path: &path,
            file_name: "in.csv",
            sheet: None,
        };
        let rulebook = desk.office.rulebook();
        check::run(
            rulebook,
            TODAY,
            input,
            Some(&mut register),
            check::FindingLimit::USUAL,
            &mut found,
        )
        .unwrap();
        found.retain(|f| f.code == "department-name-differs");
        found
    };
    let found = told(penalty(1, 1).set("CF_CFJG", D2_NAME));
    assert_eq!((found.len(), found[0].severity), (1, Severity::Warn));
    assert_eq!(found[0].field, "CF_CFJG");
    assert_eq!(found[0].expected.as_deref(), Some(D1_NAME));
    assert!(told(penalty(1, 1)).is_empty());
}
