//! Marks of quotation that a writer who does not quote left in a text file.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::support::{checker, codes, csv, findings, penalty, penalty_with};

/// A file whose remarks are these, written without any quoting.
fn plain(remarks: &[&str]) -> Vec<u8> {
    let rows = (1..=remarks.len() as u32).map(|i| penalty_with(i, &[("备注", "此处")]));
    let rows: Vec<_> = rows.collect();
    let mut text = String::from_utf8(csv(&rows)).unwrap();
    for remark in remarks {
        text = text.replacen("此处", remark, 1);
    }
    // The last column is another one.
    text.replace('\n', ",普通程序\n")
        .replacen("普通程序", "处罚程序", 1)
        .into_bytes()
}

#[test]
fn records_between_two_marks_are_not_swallowed() {
    for remarks in [
        // The second mark opens a cell itself, or ends one.
        ["\"见附件", "", "\"见附件", ""],
        ["\"见附件", "见附件\"", "", ""],
        ["\"见附件", "", "见附件\"", ""],
    ] {
        let (found, summary) = findings(&checker(), &plain(&remarks));
        assert_eq!(codes(&found), ["file-quote-across-rows"], "{remarks:?}");
        assert_eq!((found[0].sheet_row, summary.accepted), (2, 0));
        assert!(found[0].value.contains("见附件"), "{found:#?}");
        assert!(found[0].message.starts_with("第2行第"), "{found:#?}");
    }
    // Not the first record, and not the first line.
    let (found, summary) = findings(&checker(), &plain(&["", "", "\"见附件", "\"见附件"]));
    assert_eq!(codes(&found), ["file-quote-across-rows"]);
    assert_eq!((found[0].row, found[0].sheet_row, summary.rows), (3, 4, 2));
}

#[test]
fn text_behind_a_closing_mark_refuses_its_row() {
    let file = plain(&["", "\"见附件\"及照片", "\"见附件\" ", ""]);
    let (found, summary) = findings(&checker(), &file);
    assert_eq!(codes(&found), ["quote-stray"]);
    assert_eq!((found[0].row, found[0].sheet_row), (2, 3));
    assert_eq!(found[0].value, "\"见附件\"及照片");
    assert_eq!((summary.accepted, summary.refused), (3, 1));
}

#[test]
fn an_honest_text_of_several_lines_is_accepted() {
    let fact = "经查,当事人于10月销售\"样例\"饼干,\n货值90元,\n\n已售3袋,余3袋,均已过期。";
    let rows = [penalty_with(1, &[("违法事实", fact)]), penalty(2)];
    let (found, summary) = findings(&checker(), &csv(&rows));
    assert_eq!((summary.accepted, found.len()), (2, 0), "{found:#?}");
}
