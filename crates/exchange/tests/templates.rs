//! Blank workbooks: what stands in them, and that the printed example passes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support::{
    TODAY,
    book::{cells, part, sheets},
    checker, findings, items, lists,
};
use jiff::civil::date;
use rust_xlsxwriter::Workbook;
use std::io::Cursor;
use xinheng_domain::catalogue::{Item, Requirement};
use xinheng_exchange::{
    own,
    template::{self, Template},
};

fn made(item: &Item, today: jiff::civil::Date) -> Vec<u8> {
    let lists = lists();
    let template = Template {
        item,
        lists: &lists,
        basis: &["《样例规定》第一条".to_owned()],
        today,
    };
    let mut out = Cursor::new(Vec::new());
    template::write(template, &mut out).unwrap();
    out.into_inner()
}

fn item(id: &str) -> Item {
    items().into_iter().find(|i| i.id == id).unwrap()
}

#[test]
fn a_template_has_every_name_in_order_with_its_mark() {
    for item in items() {
        let book = made(&item, TODAY);
        // Short lists stand in the cells themselves.
        let expected = [item.title.as_str(), "填写示例", "填写说明", "下拉列表"];
        let long = usize::from(item.id != "list-entry");
        assert_eq!(sheets(&book), expected[..3 + long]);
        let header = &cells(&book, &item.title)[0];
        assert_eq!(header.len(), item.fields.len());
        for (cell, field) in header.iter().zip(&item.fields) {
            let must = field.required == Requirement::Always;
            assert_eq!(cell.strip_prefix('*'), must.then_some(field.name.as_str()));
            assert_eq!(cell.trim_start_matches('*'), field.name);
        }
        let guide = cells(&book, "填写说明");
        assert_eq!(guide[0][0], own::GUIDE);
        for field in &item.fields {
            let row = guide.iter().find(|row| row[2] == field.id).unwrap();
            assert!(
                row[1].contains(&field.name) && !row[3].is_empty(),
                "{row:?}"
            );
        }
        assert_eq!(cells(&book, "填写示例")[0][0], own::EXAMPLE);
    }
}

#[test]
fn a_blank_template_is_a_header_and_no_row() {
    let (found, summary) = findings(&checker(), &made(&item("penalty"), TODAY));
    let codes: Vec<_> = found.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(codes, ["file-header-only"], "our own sheets are not named");
    assert_eq!(summary.format.as_deref(), Some("penalty-2018"));
}

#[test]
fn the_example_filled_in_has_no_fault() {
    for item in items() {
        let book = made(&item, TODAY);
        let example = cells(&book, "填写示例").pop().unwrap();
        assert!(example.iter().filter(|c| !c.is_empty()).count() > 15);
        let mut filled = Workbook::new();
        for name in ["填写示例", "填写说明", &item.title] {
            let sheet = filled.add_worksheet().set_name(name).unwrap();
            for (row, line) in (0..).zip(cells(&book, name)) {
                for (column, cell) in (0..).zip(line) {
                    sheet.write_string(row, column, cell).unwrap();
                }
            }
        }
        let sheet = filled.worksheet_from_name(&item.title).unwrap();
        for (column, cell) in (0..).zip(&example) {
            sheet.write_string(1, column, cell).unwrap();
        }
        let (found, summary) = findings(&checker(), &filled.save_to_buffer().unwrap());
        assert_eq!((summary.rows, summary.refused), (1, 0), "{found:#?}");
        assert_eq!(found, []);
    }
}

#[test]
fn lists_hold_the_values_of_the_day() {
    let penalty = item("penalty");
    let book = made(&penalty, TODAY);
    let sheet = part(&book, "xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains("通报批评") && sheet.contains("限制从业"),
        "{sheet}"
    );
    let before = made(&penalty, date(2021, 7, 14));
    let sheet = part(&before, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("责令停产停业") && !sheet.contains("通报批评"));
    // A value with a comma of its own cannot stand in the rule: its list is on the hidden sheet.
    let hidden = cells(&book, "下拉列表");
    assert_eq!(hidden[0][0], own::LISTS);
    assert!(
        hidden
            .concat()
            .contains(&"适用简易程序，按规定不公示".to_owned())
    );
    let sheet = part(&book, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("'下拉列表'!$A$2:$A$6"), "{sheet}");
    assert!(
        part(&book, "xl/workbook.xml").contains("name=\"下拉列表\" sheetId=\"4\" state=\"hidden\"")
    );
}

#[test]
fn every_cell_says_what_belongs_there() {
    let sheet = part(&made(&item("penalty"), TODAY), "xl/worksheets/sheet1.xml");
    let hints: Vec<&str> = sheet.split("prompt=\"").skip(1).collect();
    assert_eq!(hints.len(), item("penalty").fields.len());
    let text = hints.concat();
    for wanted in [
        "必填。",
        "例如：",
        "依据：《样例规定》第一条",
        "最多18字",
        "本区增加的项目",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    for hint in hints {
        let hint = hint.split('"').next().unwrap();
        assert!(hint.chars().count() <= 255, "{hint}");
    }
}

#[test]
fn the_same_item_and_day_give_the_same_bytes() {
    let permit = item("permit");
    assert_eq!(made(&permit, TODAY), made(&permit, TODAY));
}
