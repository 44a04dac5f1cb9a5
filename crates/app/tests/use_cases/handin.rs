//! Files prepared in the browser: checked, corrected, released by another person, handed in once.

use crate::support::*;
use jiff::civil::{Date, date};
use std::io::Cursor;
use xinheng_app::{
    Actor, AppError, AppResult, Ctx, RefusalCode,
    account::{self, Grant, NewAccount},
    handin::{self, CellEdit, Fate, HandInView, One, Staging, Standing},
    intake,
};
use xinheng_domain::finding::Severity;

/// An account with roles of a department; who they are.
fn member(desk: &Desk, login: &str, roles: &[&str], department: &str) -> Actor {
    let operator = desk.operator(TODAY);
    let new = NewAccount {
        login,
        name: "程样清",
        demo: true,
    };
    let made = account::make(&operator, new).unwrap();
    for role in roles {
        let grant = Grant {
            login,
            role,
            department: Some(department),
            from: None,
            until: None,
        };
        account::grant(&operator, grant).unwrap();
    }
    Actor::Account {
        id: made.id,
        department: Some(department.to_owned()),
    }
}

/// A department's clerk, and one of another.
fn clerks(desk: &Desk) -> (Actor, Actor) {
    (
        member(desk, "cheng", &["clerk"], D1),
        member(desk, "an", &["clerk"], D2),
    )
}

fn staged(ctx: &Ctx<'_>, text: &str) -> AppResult<String> {
    let staging = Staging {
        bytes: text.as_bytes(),
        file_name: "十一月处罚.csv",
        sheet: None,
        department: D1,
    };
    handin::stage(ctx, staging)
}

fn open(ctx: &Ctx<'_>, id: &str) -> HandInView {
    handin::open(ctx, id, None, (0, 50)).unwrap()
}

fn refused<T: std::fmt::Debug>(answer: AppResult<T>, code: RefusalCode) {
    match answer {
        Err(AppError::Refused(refusal)) => assert_eq!(refusal.code, code, "{refusal}"),
        other => panic!("{code:?}: {other:?}"),
    }
}

fn absent<T: std::fmt::Debug>(answer: AppResult<T>) {
    assert!(matches!(answer, Err(AppError::NotFound(_))), "{answer:?}");
}

/// Rows, of which the second has a wrong day.
fn rows() -> [Row; 2] {
    [penalty(1, 1), penalty(2, 2).set("CF_JDRQ", "十月二十八日")]
}

/// The wrong day, put right.
fn right(view: &HandInView, value: &str) -> Vec<CellEdit> {
    let cell = view.cells.iter().find(|c| c.title == "处罚决定日期");
    let cell = cell.unwrap_or_else(|| panic!("{view:#?}"));
    vec![CellEdit {
        sheet_row: cell.sheet_row,
        column: cell.column,
        value: Some(value.to_owned()),
        alike: false,
    }]
}

#[test]
fn a_file_is_corrected_in_place_and_handed_in_once() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    let text = csv(&rows());
    let id = staged(&ctx, &text).unwrap();
    assert_eq!(staged(&ctx, &text).unwrap(), id, "sent twice it is one");
    let view = open(&ctx, &id);
    assert_eq!(
        (
            view.line.checked.ready(),
            view.line.checked.counters.refused
        ),
        (1, 1)
    );
    assert_eq!(view.line.checked.counters.new, 1);
    let cell = &view.cells[0];
    assert_eq!((&*cell.place, &*cell.value), ("S3", "十月二十八日"));
    assert!(view.kinds.iter().any(|k| k.severity == Severity::RefuseRow));
    // What is sent back as it was is no correction.
    let same = right(&view, "十月二十八日");
    assert_eq!(handin::edit(&ctx, &id, 1, &same).unwrap(), 0);
    let cells = right(&view, DECIDED);
    assert_eq!(handin::edit(&ctx, &id, 1, &cells).unwrap(), 1);
    let view = open(&ctx, &id);
    assert_eq!((view.line.revision, view.line.checked.ready()), (2, 2));
    assert!(view.cells.iter().all(|c| c.title != "处罚决定日期"));
    assert_eq!(view.mended[0].value, DECIDED);
    // The workbook comes back with it.
    let mut book = Cursor::new(Vec::new());
    handin::workbook(&ctx, &id, &mut book).unwrap();
    assert!(book.into_inner().starts_with(b"PK"));
    let batch = handin::release(&ctx, &id, 2, true).unwrap();
    let all = desk.all();
    assert_eq!(all.len(), 2);
    let kept = intake::batches(&desk.operator(TODAY), intake::Batches::default(), 9).unwrap();
    let kept = kept.iter().find(|b| b.id == batch).unwrap();
    // The batch knows it by the hash of file and corrections.
    let read = |conn: &mut xinheng_store::Conn| {
        let file = xinheng_store::hand_in::get(conn, &id)?.unwrap();
        let known = xinheng_store::batch::get(conn, &batch)?.unwrap();
        assert_eq!(file.edited_hash, known.new.file_hash);
        assert_ne!(file.edited_hash, file.file_hash);
        Ok::<_, xinheng_store::StoreError>(())
    };
    xinheng_app::testing::db(&desk.office).read(read).unwrap();
    assert_eq!((kept.state, kept.counters.unwrap().new), ("sealed", 2));
    refused(handin::release(&ctx, &id, 3, true), RefusalCode::HandInOver);
    refused(handin::withdraw(&ctx, &id, 3), RefusalCode::HandInOver);
    refused(handin::edit(&ctx, &id, 3, &cells), RefusalCode::HandInOver);
    let view = open(&ctx, &id);
    assert_eq!(view.line.standing, Standing::Released);
    assert_eq!(view.landed.unwrap().new, 2);
    assert!(desk.sound());
    // A list that grows: what is here already is told.
    let more = [
        rows()[0].clone(),
        penalty(3, 3),
        penalty(2, 2).set("CF_SY", "更正的事实。"),
    ];
    let again = staged(&ctx, &csv(&more)).unwrap();
    let counters = open(&ctx, &again).line.checked.counters;
    let told = (counters.unchanged, counters.new, counters.new_version);
    assert_eq!(told, (1, 1, 1));
}

/// What is masked for the clerk never takes the place of what stands in the cell.
#[test]
fn a_mask_is_not_what_somebody_wrote() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    let number = "990101199003077774".to_owned();
    let told = format!("法定代表人身份证{number}，手机19900001234，销售过期饼干。");
    let id = staged(&ctx, &csv(&[penalty(1, 1).set("CF_SY", &told)])).unwrap();
    let view = open(&ctx, &id);
    let cell = view
        .cells
        .iter()
        .find(|c| c.value.contains("过期"))
        .unwrap();
    assert!(!cell.value.contains(&number) && cell.value.contains("***"));
    let save = |revision: u32, value: &str| {
        let edit = CellEdit {
            sheet_row: cell.sheet_row,
            column: cell.column,
            value: Some(value.to_owned()),
            alike: false,
        };
        handin::edit(&ctx, &id, revision, &[edit])
    };
    // The telephone goes, the stars stay: the number is still there, and is still warned of.
    let without = cell.value.replace("，手机19900001234", "");
    assert_eq!(save(1, &without).unwrap(), 1);
    let view = open(&ctx, &id);
    let again = view.cells.iter().find(|c| c.value == without).unwrap();
    let of_number = again.findings.iter().any(|f| f.message.contains("身份证"));
    assert!(of_number, "{:#?}", again.findings);
    let mut book = Cursor::new(Vec::new());
    handin::workbook(&ctx, &id, &mut book).unwrap();
    // Half a mask, and a mask that was copied from elsewhere, are not saved.
    for wrong in [&without.replace("****，", "，"), "身份证110***************"] {
        match save(2, wrong) {
            Err(AppError::BadInput(said)) => assert!(said.contains("星号"), "{said}"),
            other => panic!("{wrong}: {other:?}"),
        }
    }
    assert_eq!(save(2, "销售过期饼干。").unwrap(), 1);
    let view = open(&ctx, &id);
    assert!(view.cells.iter().all(|c| !c.value.contains('*')));
    let (row, at) = (cell.sheet_row, cell.column);
    let row = handin::row(&ctx, &id, row).unwrap();
    let mended = row.cells.iter().find(|c| c.column == at).unwrap();
    assert_eq!(mended.value, "销售过期饼干。");
    assert!(desk.sound());
}

/// The same fault in every row is corrected once.
#[test]
fn a_cell_is_corrected_with_all_that_hold_the_same() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    let wrong = |n: u32, day: &str| penalty(n, n).set("CF_JDRQ", day);
    let mut rows: Vec<Row> = (1..=4).map(|n| wrong(n, "十月二十八日")).collect();
    rows.push(penalty(1, 5).set("CF_JDRQ", "十月二十九日"));
    rows.push(penalty(2, 6));
    let id = staged(&ctx, &csv(&rows)).unwrap();
    let view = open(&ctx, &id);
    let days = |view: &HandInView| -> Vec<(u64, usize)> {
        let days = view.cells.iter().filter(|c| c.title == "处罚决定日期");
        days.map(|c| (c.sheet_row, c.alike)).collect()
    };
    // Told where the first of them stands.
    assert_eq!(days(&view), [(2, 4), (3, 0), (4, 0), (5, 0), (6, 1)]);
    let column = view.cells[0].column;
    let cell = |sheet_row, value: &str, alike| CellEdit {
        sheet_row,
        column,
        value: Some(value.to_owned()),
        alike,
    };
    // As the form sends it: of the others one was typed otherwise, which stands.
    let cells = [
        cell(2, DECIDED, true),
        cell(3, "十月二十八日", false),
        cell(4, "2026-10-20", false),
        cell(6, "十月二十九日", false),
    ];
    assert_eq!(handin::edit(&ctx, &id, 1, &cells).unwrap(), 4);
    let view = open(&ctx, &id);
    assert_eq!(days(&view), [(6, 1)]);
    let row = |at| handin::row(&ctx, &id, at).unwrap();
    let day = |at| {
        let cells = row(at).cells;
        cells
            .into_iter()
            .find(|c| c.column == column)
            .unwrap()
            .value
    };
    let all: Vec<String> = (2..=7).map(day).collect();
    let told = [
        DECIDED,
        DECIDED,
        "2026-10-20",
        DECIDED,
        "十月二十九日",
        DECIDED,
    ];
    assert_eq!(all, told);
    // A text of many lines has room for them, however short it is.
    let text = row(2)
        .cells
        .into_iter()
        .find(|c| c.title == "违法事实")
        .unwrap();
    assert!(text.long && !text.value.contains('\n'));
    assert!(desk.sound());
}

/// Where nothing can be handed in, nobody is told to.
#[test]
fn a_file_of_which_nothing_is_good_waits_for_nobody_to_release_it() {
    let desk = Desk::new();
    let clerk = member(&desk, "cheng", &["clerk"], D1);
    let reviewer = member(&desk, "gao", &["reviewer"], D1);
    let told = |actor: &Actor| {
        let ctx = desk.ctx(actor.clone(), TODAY);
        let read = |conn: &mut xinheng_store::Conn| {
            Ok::<_, xinheng_store::StoreError>(handin::waiting(&ctx, conn, D1).unwrap())
        };
        let waiting = xinheng_app::testing::db(&desk.office).read(read).unwrap();
        (waiting.all, waiting.mine, waiting.stuck)
    };
    let wrong = penalty(1, 1).set("CF_JDRQ", "十月二十八日");
    let ctx = desk.ctx(clerk.clone(), TODAY);
    staged(&ctx, &csv(&[wrong])).unwrap();
    assert_eq!((told(&reviewer), told(&clerk)), ((1, 0, 1), (1, 0, 1)));
    staged(&ctx, &csv(&rows())).unwrap();
    assert_eq!((told(&reviewer), told(&clerk)), ((2, 1, 1), (2, 0, 1)));
}

#[test]
fn a_correction_makes_another_file_of_it() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    let text = csv(&rows());
    // As it came it lands with one row; the same file with a correction is no file of before.
    desk.hand_in(operator("甲"), D1, &text, TODAY, false)
        .unwrap();
    let id = staged(&ctx, &text).unwrap();
    let cells = right(&open(&ctx, &id), DECIDED);
    handin::edit(&ctx, &id, 1, &cells).unwrap();
    handin::release(&ctx, &id, 2, true).unwrap();
    assert_eq!(desk.all().len(), 2);
}

#[test]
fn a_workbook_is_corrected_in_its_sheet() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    let path = desk.dir.path().join("book.xlsx");
    workbook(&path, &[("处罚", &rows()[1..])]);
    let bytes = std::fs::read(&path).unwrap();
    let staging = Staging {
        bytes: &bytes,
        file_name: "book.xlsx",
        sheet: None,
        department: D1,
    };
    let id = handin::stage(&ctx, staging).unwrap();
    let view = open(&ctx, &id);
    assert_eq!(view.cells[0].place, "S2", "what keeps a row out goes first");
    handin::edit(&ctx, &id, 1, &right(&view, DECIDED)).unwrap();
    let view = open(&ctx, &id);
    assert!(view.cells.iter().all(|c| c.title != "处罚决定日期"));
    assert_eq!(view.mended[0].value, DECIDED);
    let mut book = Cursor::new(Vec::new());
    handin::workbook(&ctx, &id, &mut book).unwrap();
    // Handed in again as it came back, it is what was corrected.
    let staging = Staging {
        bytes: book.get_ref(),
        ..staging
    };
    let again = handin::stage(&ctx, staging).unwrap();
    assert_eq!(open(&ctx, &again).line.checked.ready(), 1);
    handin::release(&ctx, &id, 2, true).unwrap();
    assert_eq!(
        open(&ctx, &again).line.checked.counters.new,
        1,
        "as it was tried"
    );
    assert_eq!(desk.all().len(), 1);
}

#[test]
fn another_department_learns_not_even_that_there_is_a_file() {
    let desk = Desk::new();
    let (clerk, other) = clerks(&desk);
    let id = staged(&desk.ctx(clerk.clone(), TODAY), &csv(&rows())).unwrap();
    let reviewer = member(&desk, "wei", &["reviewer"], D2);
    let cells = right(&open(&desk.ctx(clerk, TODAY), &id), DECIDED);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    absent(handin::open(&by(&other), &id, None, (0, 50)));
    absent(handin::open(&by(&reviewer), &id, None, (0, 50)));
    absent(handin::workbook(&by(&other), &id, Cursor::new(Vec::new())));
    absent(handin::edit(&by(&other), &id, 1, &cells));
    absent(handin::release(&by(&other), &id, 1, true));
    absent(handin::withdraw(&by(&other), &id, 1));
    absent(handin::open(&by(&other), "nothing", None, (0, 50)));
    assert!(handin::list(&by(&other)).unwrap().is_empty());
    forbidden(staged(&by(&other), &csv(&rows())));
    for actor in [Actor::Public, member(&desk, "zong", &["responsible"], D1)] {
        forbidden(staged(&by(&actor), &csv(&rows())));
        forbidden(handin::list(&by(&actor)));
        forbidden(handin::open(&by(&actor), &id, None, (0, 50)));
        forbidden(handin::release(&by(&actor), &id, 1, true));
    }
    assert!(desk.all().is_empty());
}

#[test]
fn where_there_is_a_reviewer_nobody_releases_what_they_prepared() {
    let desk = Desk::new();
    let clerk = member(&desk, "cheng", &["clerk"], D1);
    let second = member(&desk, "an", &["clerk"], D1);
    let both = member(&desk, "wei", &["clerk", "reviewer"], D1);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    // The reviewer's own file.
    let own = staged(&by(&both), &csv(&[penalty(3, 9)])).unwrap();
    refused(
        handin::release(&by(&both), &own, 1, true),
        RefusalCode::OwnFile,
    );
    assert!(open(&by(&both), &own).barred.is_some());
    // A clerk's, which another clerk does not release either.
    let id = staged(&by(&clerk), &csv(&rows())).unwrap();
    refused(
        handin::release(&by(&clerk), &id, 1, true),
        RefusalCode::OwnFile,
    );
    let answer = handin::release(&by(&second), &id, 1, true);
    refused(answer, RefusalCode::ReviewerNeeded);
    // Whoever corrected a cell has prepared it as well.
    let cells = right(&open(&by(&both), &id), DECIDED);
    handin::edit(&by(&both), &id, 1, &cells).unwrap();
    refused(
        handin::release(&by(&both), &id, 2, true),
        RefusalCode::OwnFile,
    );
    let reviewer = member(&desk, "shen", &["reviewer"], D1);
    assert!(open(&by(&reviewer), &id).barred.is_none());
    forbidden(handin::edit(&by(&reviewer), &id, 2, &cells));
    handin::release(&by(&reviewer), &id, 2, true).unwrap();
    assert_eq!(desk.all().len(), 2);
    assert!(desk.sound());
}

#[test]
fn two_people_on_one_file_and_a_form_of_before() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let second = member(&desk, "wei", &["clerk"], D1);
    let (one, two) = (desk.ctx(clerk, TODAY), desk.ctx(second, TODAY));
    let id = staged(&one, &csv(&rows())).unwrap();
    let seen = open(&two, &id);
    handin::edit(&one, &id, 1, &right(&seen, DECIDED)).unwrap();
    let late = right(&seen, "2026-10-27");
    refused(
        handin::edit(&two, &id, 1, &late),
        RefusalCode::HandInChanged,
    );
    refused(
        handin::release(&two, &id, 1, true),
        RefusalCode::HandInChanged,
    );
    refused(handin::withdraw(&two, &id, 1), RefusalCode::HandInChanged);
    assert_eq!(open(&two, &id).mended[0].value, DECIDED, "nothing is lost");
    // Corrected again, as it stands now.
    let cell = CellEdit {
        value: Some("2026-10-27".to_owned()),
        ..late[0].clone()
    };
    handin::edit(&two, &id, 2, &[cell]).unwrap();
    handin::withdraw(&two, &id, 3).unwrap();
    let view = open(&one, &id);
    assert_eq!(view.line.standing, Standing::Withdrawn);
    refused(handin::release(&one, &id, 4, true), RefusalCode::HandInOver);
    // It may be prepared again.
    assert_ne!(staged(&one, &csv(&rows())).unwrap(), id);
    assert!(desk.sound());
}

#[test]
fn only_cells_of_rows_of_data_are_corrected() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    let id = staged(&ctx, &csv(&rows())).unwrap();
    for (sheet_row, column) in [(1, 1), (0, 1), (99, 1), (3, 0), (3, 9_999)] {
        let cell = CellEdit {
            sheet_row,
            column,
            value: Some("甲".to_owned()),
            alike: false,
        };
        let answer = handin::edit(&ctx, &id, 1, &[cell]);
        assert!(matches!(answer, Err(AppError::BadInput(_))), "{answer:?}");
    }
    assert_eq!(open(&ctx, &id).line.revision, 1);
}

#[test]
fn a_cell_of_which_nothing_is_said_is_corrected_as_well() {
    let desk = Desk::new();
    let (clerk, other) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    // Of another department's rows nothing is read at all.
    let id = staged(&ctx, &csv(&rows())).unwrap();
    absent(handin::row(&desk.ctx(other.clone(), TODAY), &id, 2));
    absent(handin::rows(&desk.ctx(other, TODAY), &id, None, (0, 50)));
    for nowhere in [0, 1, 4, 99] {
        absent(handin::row(&ctx, &id, nowhere));
    }
    let view = handin::row(&ctx, &id, 2).unwrap();
    assert_eq!((view.fate, view.beside), (Fate::New, (None, Some(3))));
    assert_eq!(view.cells.len(), COLUMNS.len());
    // The item's labels; a column that is none of its has the file's.
    let titles: Vec<&str> = view.cells.iter().map(|c| &*c.title).collect();
    assert_eq!(titles.last(), Some(&"经办科室意见"));
    let at = titles.iter().position(|t| t.starts_with("没收违法所得"));
    let cell = &view.cells[at.unwrap()];
    assert_eq!(cell.value, "0.0058");
    assert!(cell.findings.is_empty(), "no rule says that it is wrong");
    let edit = |value: &str| CellEdit {
        sheet_row: 2,
        column: cell.column,
        value: Some(value.to_owned()),
        alike: false,
    };
    // All of them come back as a browser sends them; one was changed.
    let mut all: Vec<CellEdit> = view
        .cells
        .iter()
        .map(|c| CellEdit {
            sheet_row: 2,
            column: c.column,
            value: Some(c.value.clone()),
            alike: false,
        })
        .collect();
    assert_eq!(handin::edit(&ctx, &id, 1, &all).unwrap(), 0);
    all[at.unwrap()] = edit("0.0059");
    assert_eq!(handin::edit(&ctx, &id, 1, &all).unwrap(), 1);
    let view = handin::row(&ctx, &id, 2).unwrap();
    let cell = &view.cells[at.unwrap()];
    assert_eq!((&*cell.value, cell.edited), ("0.0059", true));
    refused(
        handin::edit(&ctx, &id, 1, &[edit("1")]),
        RefusalCode::HandInChanged,
    );
    handin::release(&ctx, &id, 2, false).unwrap();
    let landed = desk.all();
    assert!(
        landed[0].record.payload.contains("59.00"),
        "{}",
        landed[0].record.payload
    );
    absent(handin::row(&ctx, &id, 2));
    assert!(desk.sound());
}

#[test]
fn what_is_here_already_is_told_and_what_differs_is_asked() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    desk.land(&[penalty(1, 1), penalty(2, 2)], TODAY);
    let list = [
        penalty(1, 1),
        penalty(2, 2).set("CF_SY", "更正的事实。"),
        penalty(3, 3),
        penalty(1, 4).set("CF_JDRQ", "x"),
        penalty(1, 5).person("令狐霁澄", "11010119900307003X"),
    ];
    let id = staged(&ctx, &csv(&list)).unwrap();
    let fates = open(&ctx, &id).fates.unwrap();
    let told = (fates.unchanged, fates.corrects, fates.new);
    assert_eq!((told, fates.refused, fates.set_aside), ((1, 1, 1), 1, 1));
    let rows = |fate, first| handin::rows(&ctx, &id, fate, (first, 2)).unwrap().rows;
    let places = |fate| {
        rows(fate, 0)
            .iter()
            .map(|r| r.sheet_row)
            .collect::<Vec<_>>()
    };
    for (fate, row) in [
        (Fate::Unchanged, 2),
        (Fate::Corrects, 3),
        (Fate::New, 4),
        (Fate::Refused, 5),
        (Fate::SetAside, 6),
    ] {
        assert_eq!(places(Some(fate)), [row], "{fate:?}");
    }
    assert_eq!(places(None), [2, 3], "a page at a time");
    assert_eq!(rows(None, 4)[0].sheet_row, 6);
    let corrects = &rows(Some(Fate::Corrects), 0)[0];
    assert_eq!((&*corrects.party, &*corrects.decided), (NAMES[1], DECIDED));
    let person = &rows(Some(Fate::SetAside), 0)[0];
    assert_eq!(
        (&*person.party, &*person.number),
        ("", ""),
        "nothing of a person"
    );
    // Not by the way: whoever releases it says so.
    refused(
        handin::release(&ctx, &id, 1, false),
        RefusalCode::CorrectionsAsked,
    );
    assert_eq!(open(&ctx, &id).line.standing, Standing::Prepared);
    handin::release(&ctx, &id, 1, true).unwrap();
    assert_eq!(open(&ctx, &id).landed.unwrap().new_version, 1);
}

/// Whoever brings a file by command has prepared it.
#[test]
fn nobody_of_a_department_imports_past_its_reviewer() {
    let desk = Desk::new();
    let clerk = member(&desk, "cheng", &["clerk"], D1);
    let text = csv(&rows());
    let by = |actor: &Actor, dry| desk.hand_in(actor.clone(), D1, &text, TODAY, dry);
    // Without a reviewer a clerk hands in alone, as on the page.
    by(&clerk, false).unwrap();
    let both = member(&desk, "wei", &["clerk", "reviewer"], D1);
    let more = csv(&[penalty(3, 9)]);
    let by = |actor: &Actor, dry| desk.hand_in(actor.clone(), D1, &more, TODAY, dry);
    for actor in [&clerk, &both] {
        refused(by(actor, false), RefusalCode::PastReviewer);
        // What would become of it is told.
        by(actor, true).unwrap();
    }
    assert_eq!(desk.all().len(), 1);
    // The office's: an account, and the operator.
    let officer = NewAccount {
        login: "office",
        name: "程样清",
        demo: true,
    };
    let made = account::make(&desk.operator(TODAY), officer).unwrap();
    let grant = Grant {
        login: "office",
        role: "officer",
        department: None,
        from: None,
        until: None,
    };
    account::grant(&desk.operator(TODAY), grant).unwrap();
    let officer = Actor::Account {
        id: made.id,
        department: None,
    };
    by(&officer, false).unwrap();
    assert_eq!(desk.all().len(), 2);
    // Where the reviewer is locked, or no longer one, there is none.
    account::lock(&desk.operator(TODAY), "wei", true).unwrap();
    let last = csv(&[penalty(1, 8)]);
    desk.hand_in(clerk, D1, &last, TODAY, false).unwrap();
    assert_eq!(desk.all().len(), 3);
}

#[test]
fn a_role_taken_away_counts_at_once() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    let id = staged(&ctx, &csv(&rows())).unwrap();
    open(&ctx, &id);
    account::revoke(&desk.operator(TODAY), "cheng", "clerk", Some(D1)).unwrap();
    forbidden(handin::release(&ctx, &id, 1, true));
    forbidden(handin::open(&ctx, &id, None, (0, 50)));
    assert!(desk.all().is_empty());
}

const LATER: Date = date(2026, 11, 10);

#[test]
fn a_file_is_kept_for_seven_days() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let id = staged(&desk.ctx(clerk.clone(), TODAY), &csv(&rows())).unwrap();
    let last = desk.ctx(clerk.clone(), date(2026, 11, 9));
    assert_eq!(open(&last, &id).line.standing, Standing::Prepared);
    let later = desk.ctx(clerk, LATER);
    let view = open(&later, &id);
    assert_eq!(view.line.standing, Standing::Expired);
    assert!(view.cells.is_empty(), "nothing of it is shown");
    refused(
        handin::release(&later, &id, 1, true),
        RefusalCode::HandInOver,
    );
    // The next one that is prepared removes it.
    let held = || {
        let read = |conn: &mut xinheng_store::Conn| xinheng_store::hand_in::content(conn, &id);
        xinheng_app::testing::db(&desk.office).read(read).unwrap()
    };
    assert!(held().is_some());
    staged(&later, &csv(&[penalty(1, 5)])).unwrap();
    assert!(held().is_none());
    absent(handin::workbook(&later, &id, Cursor::new(Vec::new())));
    assert!(desk.sound());
}

#[test]
fn nothing_of_a_prepared_file_can_be_read_without_its_key() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    let identity = "11010119900307003X";
    let mut all = rows().to_vec();
    all.push(
        penalty(1, 3)
            .person("令狐霁澄", identity)
            .set("CF_JDRQ", "x"),
    );
    let id = staged(&ctx, &csv(&all)).unwrap();
    let view = open(&ctx, &id);
    assert_eq!(view.line.checked.counters.set_aside, 1);
    // That a row is a person's is counted, and not among what is to be corrected.
    assert!(view.cells.iter().all(|c| c.value != "自然人"));
    let cells = right(&view, "二〇二六年秋");
    handin::edit(&ctx, &id, 1, &cells).unwrap();
    for file in std::fs::read_dir(desk.dir.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        for told in ["令狐霁澄", identity, "十月二十八日", "二〇二六年秋"] {
            let found = bytes.windows(told.len()).any(|w| w == told.as_bytes());
            assert!(!found, "{told} in {}", path.display());
        }
    }
    // A key that is lost or another one opens nothing, and says so.
    let key = desk.dir.path().join("staged.key");
    let hidden = desk.dir.path().join("hidden.key");
    std::fs::rename(&key, &hidden).unwrap();
    let lost = handin::open(&ctx, &id, None, (0, 50)).unwrap_err();
    assert!(lost.to_string().contains("待报送文件的密钥"), "{lost}");
    staged(&ctx, &csv(&[penalty(1, 8)])).unwrap();
    let other = handin::open(&ctx, &id, None, (0, 50)).unwrap_err();
    assert!(other.to_string().contains("请重新上传"), "{other}");
}

#[test]
fn a_release_that_broke_off_goes_on() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    let id = staged(&ctx, &csv(&rows())).unwrap();
    let key = desk.dir.path().join("staged.key");
    let hidden = desk.dir.path().join("hidden.key");
    std::fs::rename(&key, &hidden).unwrap();
    handin::release(&ctx, &id, 1, true).unwrap_err();
    assert_eq!(open(&ctx, &id).line.standing, Standing::Landing);
    refused(handin::withdraw(&ctx, &id, 2), RefusalCode::HandInOver);
    std::fs::rename(&hidden, &key).unwrap();
    handin::release(&ctx, &id, 2, true).unwrap();
    assert_eq!(desk.all().len(), 1);
    assert_eq!(open(&ctx, &id).line.standing, Standing::Released);
}

#[test]
fn what_is_no_table_is_not_prepared() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    for text in ["", "你好", "%PDF-1.7\n%\u{1}", "a,b\n1,2\n"] {
        refused(staged(&ctx, text), RefusalCode::NotClean);
    }
    assert!(handin::list(&ctx).unwrap().is_empty());
    // A table of which no row can go in is prepared, and not released.
    let id = staged(&ctx, &csv(&[rows()[1].clone()])).unwrap();
    refused(handin::release(&ctx, &id, 1, true), RefusalCode::NotClean);
}

#[test]
fn one_decision_is_filled_in_as_a_form() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    let typed = |row: Row| {
        move |field: &str| {
            let value = xinheng_domain::condition::Values::value(&row, field);
            value.unwrap_or_default().to_owned()
        }
    };
    let quoted = penalty(1, 1).set("CF_SY", "他说“好”，\"是\"，\n换行。");
    // A wrong cell, an empty one, and one that is read, though written in full width.
    let faulty = rows()[1].clone().set("CF_WSH", "").set("CF_NR_FK", "１２");
    let wrong = handin::one(&ctx, D1, "penalty", typed(faulty)).unwrap();
    let One::Wrong(findings) = wrong else {
        panic!("{wrong:?}");
    };
    for field in ["CF_JDRQ", "CF_WSH", "CF_NR_FK"] {
        assert!(findings.iter().any(|f| f.field == field), "{findings:#?}");
    }
    // There is no row in a form.
    for said in &findings {
        assert!(!said.message.contains("第2行"), "{}", said.message);
        assert!(!said.message.is_empty());
    }
    assert!(handin::list(&ctx).unwrap().is_empty());
    let good = handin::one(&ctx, D1, "penalty", typed(quoted)).unwrap();
    let One::Prepared(id) = good else {
        panic!("{good:?}");
    };
    handin::release(&ctx, &id, 1, true).unwrap();
    assert_eq!(desk.all().len(), 1);
    absent(handin::one(&ctx, D1, "nothing", |_| String::new()));
    let empty = handin::one(&ctx, D1, "penalty", |_| String::new());
    assert!(matches!(empty, Err(AppError::BadInput(_))));
    forbidden(handin::one(&ctx, D2, "penalty", |_| String::new()));
}

/// The count is that of the last check: a file of so many rows would take the test a minute.
#[test]
fn fifty_thousand_rows_are_corrected_here_and_one_more_is_not() {
    let desk = Desk::new();
    let (clerk, _) = clerks(&desk);
    let ctx = desk.ctx(clerk, TODAY);
    let database = xinheng_app::testing::db(&desk.office).location();
    for (count, number) in [(50_001, 1), (50_000, 2)] {
        let wrong = penalty(1, number).set("CF_JDRQ", "十月二十八日");
        let id = staged(&ctx, &csv(&[wrong])).unwrap();
        let change = format!(
            "UPDATE hand_in SET counters = replace(counters, '\"rows\":1,', '\"rows\":{count},') \
             WHERE hand_in_id = '{id}'"
        );
        xinheng_store::testing::doctor(database, &change).unwrap();
        let view = open(&ctx, &id);
        assert_eq!(view.line.checked.summary.rows, count);
        let cells = right(&view, DECIDED);
        let answer = handin::edit(&ctx, &id, 1, &cells);
        match count {
            50_000 => assert_eq!(answer.unwrap(), 1),
            _ => refused(answer, RefusalCode::TooManyRows),
        }
        // The workbook is there in any case.
        let mut book = Cursor::new(Vec::new());
        handin::workbook(&ctx, &id, &mut book).unwrap();
        assert!(book.into_inner().starts_with(b"PK"));
    }
}
