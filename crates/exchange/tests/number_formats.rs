//! Numbers of a spreadsheet whose format shows something else.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::support::{checker, codes, findings, penalty};
use rust_xlsxwriter::{Format, Formula, Workbook};
use xinheng_testkit::xls::{self, XlsCell, XlsExtra, XlsSheet};

const FINE: &str = "罚款金额(万元)";
const NUMBER: &str = "行政处罚决定书文号";

fn table() -> [Vec<String>; 2] {
    let row = penalty(1);
    let (header, cells): (Vec<_>, Vec<_>) = row.into_iter().unzip();
    [header.into_iter().map(str::to_owned).collect(), cells]
}

fn column(name: &str) -> u16 {
    let [header, _] = table();
    header.iter().position(|h| h == name).unwrap() as u16
}

/// A workbook in which this column holds a number under this format; with a formula somewhere.
fn workbook(name: &str, number: f64, format: &str, formula: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(table()) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    let format = Format::new().set_num_format(format);
    let place = column(name);
    if formula {
        let value = Formula::new("1000*2").set_result(number.to_string());
        sheet
            .write_formula_with_format(1, place, value, &format)
            .unwrap();
    } else {
        sheet
            .write_number_with_format(1, place, number, &format)
            .unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_unit_in_the_format_is_read_as_shown() {
    for formula in [false, true] {
        let bytes = workbook(FINE, 2000.0, "#,##0\"元\"", formula);
        let (found, summary) = findings(&checker(), &bytes);
        assert_eq!(codes(&found), ["amount-invalid"]);
        assert_eq!((found[0].value.as_str(), summary.refused), ("2000元", 1));
        assert_eq!(found[0].suggestion.as_deref(), Some("0.2"));

        let (found, summary) = findings(&checker(), &workbook(FINE, 0.2, "0%", formula));
        assert_eq!((found[0].value.as_str(), summary.refused), ("20%", 1));

        let bytes = workbook(FINE, 2000.0, "0!.0000\"万元\"", formula);
        let (found, _) = findings(&checker(), &bytes);
        assert_eq!(codes(&found), ["amount-unit-written"]);
        assert_eq!(found[0].suggestion.as_deref(), Some("0.2"));
    }
    // Digits that nobody sees.
    let bytes = workbook(FINE, 2345.0, "0!.0,\"万元\"", false);
    let (found, summary) = findings(&checker(), &bytes);
    assert_eq!(
        (codes(&found), summary.refused),
        (vec!["amount-invalid"], 1)
    );
    assert!(found[0].value.contains("2345"), "{found:#?}");
}

#[test]
fn zeros_in_front_are_read_as_shown() {
    let bytes = workbook(NUMBER, 12.0, "00000", false);
    let (found, _) = findings(&checker(), &bytes);
    assert_eq!(codes(&found), ["document-number-odd"]);
    assert_eq!(found[0].value, "00012");
}

#[test]
fn other_formats_are_as_before() {
    for format in ["General", "0.00", "#,##0.00", "0.0_);[Red](0.0)"] {
        let (found, summary) = findings(&checker(), &workbook(FINE, 0.2, format, false));
        assert_eq!(
            (summary.accepted, found.len()),
            (1, 0),
            "{format} {found:#?}"
        );
    }
}

#[test]
fn an_old_workbook_as_a_new_one() {
    let sheet = XlsSheet::of("处罚", &table()).with(1, column(FINE), XlsCell::Yuan(2000.0));
    let (found, _) = findings(&checker(), &xls::workbook(&[sheet], XlsExtra::default()));
    assert_eq!(codes(&found), ["amount-invalid"]);
    assert_eq!(found[0].value, "2000元");
}
