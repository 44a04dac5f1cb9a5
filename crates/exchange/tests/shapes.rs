//! Merged cells, hidden rows and hidden columns: a clerk sees another table than the file holds,
//! and is told so.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{annotated::back, book::part, checker, csv, findings, penalty};
use rust_xlsxwriter::{Format, Workbook};
use std::io::Cursor;
use xinheng_domain::finding::{Finding, Severity, Summary};
use xinheng_exchange::check::{Options, check_file};
use xinheng_testkit::xls::{self, XlsExtra, XlsSheet};

const RECORDS: u32 = 30;

/// Header and records as texts, below a title that is merged over two rows.
fn table() -> Vec<Vec<String>> {
    let rows: Vec<_> = (1..=RECORDS).map(penalty).collect();
    let header = rows[0].iter().map(|(h, _)| (*h).to_owned()).collect();
    let cells = rows
        .iter()
        .map(|r| r.iter().map(|(_, v)| v.clone()).collect());
    let title = vec!["行政处罚信息表".to_owned()];
    [title, Vec::new(), header]
        .into_iter()
        .chain(cells)
        .collect()
}

/// Areas by first and last row and column, from 0.
type Areas = Vec<[u16; 4]>;

fn xlsx_of(areas: &Areas, rows: &[u16], columns: &[u16]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(table()) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    for area in areas {
        let [first, last, from, to] = *area;
        let text = table()[usize::from(first)][usize::from(from)].clone();
        let (first, last) = (u32::from(first), u32::from(last));
        sheet
            .merge_range(first, from, last, to, &text, &Format::new())
            .unwrap();
    }
    for row in rows {
        sheet.set_row_hidden(u32::from(*row)).unwrap();
    }
    for column in columns {
        sheet.set_column_hidden(*column).unwrap();
    }
    book.save_to_buffer().unwrap()
}

fn xls_of(areas: &Areas, rows: &[u16], columns: &[u16]) -> Vec<u8> {
    let mut sheet = XlsSheet::of("处罚", &table());
    for [first, last, from, to] in areas {
        let inside = |(r, c, _): &(u16, u16, _)| {
            (first..=last).contains(&r) && (from..=to).contains(&c) && (r, c) != (first, from)
        };
        sheet.cells.retain(|cell| !inside(cell));
    }
    sheet.merged.clone_from(areas);
    sheet.hidden_rows = rows.to_vec();
    sheet.hidden_columns = columns.to_vec();
    xls::workbook(&[sheet], XlsExtra::default())
}

/// What is said of the shape, and the summary.
fn told(file: &[u8]) -> (Vec<Finding>, Summary) {
    let (mut found, summary) = findings(&checker(), file);
    found.retain(|f| {
        matches!(
            &*f.code,
            "cells-merged-down" | "rows-hidden" | "columns-hidden"
        )
    });
    assert!(
        found
            .iter()
            .all(|f| f.severity == Severity::Warn && f.row == 0)
    );
    (found, summary)
}

#[test]
fn merged_cells_are_named_and_no_value_is_guessed() {
    // A title over two rows, one beside another in a row, and one over three records.
    let areas = vec![[0, 1, 0, 5], [7, 7, 8, 9], [4, 6, 0, 0]];
    for file in [xlsx_of(&areas, &[], &[]), xls_of(&areas, &[], &[])] {
        let (found, summary) = told(&file);
        assert_eq!(found.len(), 1, "{found:#?}");
        let finding = &found[0];
        assert_eq!((finding.sheet_row, finding.column), (5, 1));
        assert!(finding.message.starts_with("A5:A7是"), "{finding:?}");
        // The rows below have no name, and the one beside lacks what the other covers.
        assert_eq!((summary.rows, summary.refused), (RECORDS.into(), 3));
    }
}

#[test]
fn at_most_ten_areas_are_named() {
    let areas: Areas = (0..12).map(|i| [4 + i * 2, 5 + i * 2, 3, 3]).collect();
    for file in [xlsx_of(&areas, &[], &[]), xls_of(&areas, &[], &[])] {
        let (found, _) = told(&file);
        let said = &found[0].message;
        assert!(said.starts_with("D5:D6、D7:D8、"), "{said}");
        assert!(said.contains("D23:D24等12处"), "{said}");
        assert!(!said.contains("D25:D26"), "{said}");
    }
}

#[test]
fn hidden_rows_and_columns_are_checked_and_said() {
    // The title is hidden as well, and a row below the table.
    let (rows, columns) = ([0, 4, 5, 8, 200], [1, 3, 40]);
    let areas = Vec::new();
    for file in [
        xlsx_of(&areas, &rows, &columns),
        xls_of(&areas, &rows, &columns),
    ] {
        let (found, summary) = told(&file);
        let said: Vec<_> = found
            .iter()
            .map(|f| (f.message.as_str(), f.sheet_row, f.column))
            .collect();
        assert_eq!(
            said,
            [
                ("B、D列是隐藏的，同样检查了。", 3, 2),
                ("第5行等3行是隐藏的（包括被筛选掉的），同样检查了。", 5, 0),
            ]
        );
        assert_eq!(summary.accepted, u64::from(RECORDS));
    }
}

#[test]
fn a_cell_of_a_page_that_reaches_down_is_named() {
    let mut page = "<html><table>".to_owned();
    let header = String::from_utf8(csv(&[penalty(1)])).unwrap();
    page.push_str("<tr>");
    for cell in header.lines().next().unwrap().split(',') {
        page.push_str(&format!("<td rowspan=1>{cell}</td>"));
    }
    page.push_str("</tr>");
    for serial in 1..=2 {
        page.push_str("<tr>");
        for (at, (_, value)) in penalty(serial).iter().enumerate() {
            match (serial, at) {
                (1, 3) => page.push_str(&format!("<td rowspan=2>{value}</td>")),
                (2, 3) => {}
                _ => page.push_str(&format!("<td>{value}</td>")),
            }
        }
        page.push_str("</tr>");
    }
    page.push_str("</table></html>");
    let (found, summary) = told(page.as_bytes());
    assert_eq!(found.len(), 1);
    assert!(found[0].message.starts_with("D2:D3是"), "{found:?}");
    assert_eq!(summary.rows, 2);
}

#[test]
fn a_large_sheet_is_noted_across_the_borders_of_what_is_read() {
    // Every row is hidden: their tags fall on every border.
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let header = penalty(1);
    for (column, (name, _)) in (0..).zip(&header) {
        sheet.write_string(0, column, *name).unwrap();
    }
    for row in 1..=1500_u32 {
        sheet.set_row_hidden(row).unwrap();
        for (column, (_, value)) in (0..).zip(penalty(row)) {
            sheet.write_string(row, column, value).unwrap();
        }
    }
    let file = book.save_to_buffer().unwrap();
    let mut found: Vec<Finding> = Vec::new();
    check_file(
        Cursor::new(&file),
        &checker(),
        Options::named("a.xlsx"),
        &mut found,
    )
    .unwrap();
    let said: Vec<_> = found.iter().filter(|f| f.code == "rows-hidden").collect();
    assert_eq!(said.len(), 1);
    assert!(said[0].message.starts_with("第2行等1500行"), "{said:?}");
}

#[test]
fn the_workbook_back_has_a_note_at_the_merged_cells() {
    let (_, _, book) = back("处罚.xlsx", &xlsx_of(&vec![[4, 6, 0, 0]], &[], &[]));
    let notes = part(&book, "xl/comments1.xml");
    assert!(notes.contains("A5:A7是合并几行的单元格"), "{notes}");
}
