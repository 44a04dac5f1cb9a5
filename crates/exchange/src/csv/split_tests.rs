//! Beside the `csv` crate, on anything.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use super::super::CsvReader;
use crate::{fault::Stop, rows::RowReader};
use proptest::prelude::*;
use std::{io::Read, ops::ControlFlow};

/// Rows as we read them: line and cells. `None` where the file is at fault.
fn ours(input: impl Read) -> Option<Vec<(u64, Vec<String>)>> {
    let mut rows = Vec::new();
    let read = CsvReader::new(input).read(&mut |block| {
        for row in block.iter() {
            // Other readers drop the marks of such a row in silence.
            if row.stray() > 0 {
                return ControlFlow::Break(());
            }
            let cells = row.iter().map(str::to_owned).collect();
            rows.push((row.sheet_row(), cells));
        }
        ControlFlow::Continue(())
    });
    match read {
        Ok(()) => Some(rows),
        Err(Stop::File(_)) => None,
        Err(Stop::Io(e)) => panic!("{e}"),
    }
}

fn theirs(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let records = reader.records().map(|r| r.unwrap());
    records
        .map(|r| r.iter().map(str::to_owned).collect())
        .filter(|r: &Vec<String>| r.len() > 1 || !r[0].is_empty())
        .collect()
}

#[test]
fn lines_are_counted_inside_quotes() {
    let rows = ours("a,\"x\ny\r\nz\"\n\nb,c\r\n\"q\"\"t\",\"\"\rlast".as_bytes()).unwrap();
    let expected = [
        (1, vec!["a", "x\ny\r\nz"]),
        (5, vec!["b", "c"]),
        (6, vec!["q\"t", ""]),
        (7, vec!["last"]),
    ];
    assert_eq!(rows.len(), 4);
    for ((line, cells), (l, c)) in rows.iter().zip(expected) {
        assert_eq!((*line, cells.iter().map(String::as_str).collect()), (l, c));
    }
}

proptest! {
    #[test]
    fn cuts_as_the_csv_crate(text in "[,\"\n\ra甲 ]{0,60}") {
        if let Some(rows) = ours(text.as_bytes()) {
            let cells = rows.into_iter().map(|(_, cells)| cells);
            let cells: Vec<_> = cells.filter(|r| r.len() > 1 || !r[0].is_empty()).collect();
            let theirs = theirs(&text);
            prop_assert!(theirs.starts_with(&cells));
            prop_assert!(theirs.len() == cells.len() || text.contains('"'));
        }
    }

    #[test]
    fn what_is_quoted_as_it_should_be_is_read_as_it_was(
        (columns, cells) in (2..9_usize).prop_flat_map(|columns| {
            // Fewer separators than a record has; in narrow tables as many as may be.
            let commas = if columns < 5 { 9 } else { columns - 2 };
            let text = "[a甲\"\n\r ]{0,6}";
            let cell = prop::collection::vec(text, 1..=commas + 1).prop_map(|p| p.join(","));
            (Just(columns), prop::collection::vec(cell, columns..columns * 6))
        }),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header: Vec<String> = (0..columns).map(|i| format!("列{i}")).collect();
        let rows: Vec<&[String]> = cells.chunks_exact(columns).collect();
        writer.write_record(&header).unwrap();
        for row in &rows {
            writer.write_record(*row).unwrap();
        }
        let found = ours(writer.into_inner().unwrap().as_slice());
        prop_assert!(found.is_some());
        let found = found.unwrap();
        prop_assert_eq!(found.len(), rows.len() + 1);
        for ((_, cells), row) in found.iter().skip(1).zip(rows) {
            prop_assert_eq!(cells.as_slice(), row);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(xinheng_testkit::cases(8)))]

    #[test]
    fn blocks_make_no_difference(
        // Fewer separators in a cell than a record has, where they are looked at.
        rows in prop::collection::vec(
            prop::collection::vec("[a甲\"\n\r]{0,13}", 1..=3).prop_map(|parts| parts.join(",")),
            1..20,
        ),
        repeat in 3000..9000_usize,
    ) {
        // Larger than one block, so that records are cut at its end.
        let record: String = rows.iter().map(|c| format!("\"{}\",", c.replace('"', "\"\""))).collect();
        let text = format!("{record}\n").repeat(repeat / rows.len());
        let found = ours(text.as_bytes()).unwrap();
        prop_assert_eq!(found.len(), repeat / rows.len());
        let lines = record.matches('\n').count() + record.replace("\r\n", "").matches('\r').count() + 1;
        for (i, (line, cells)) in found.iter().enumerate() {
            prop_assert_eq!(*line, (i * lines) as u64 + 1);
            prop_assert_eq!(&cells[..rows.len()], rows.as_slice());
        }
    }
}
