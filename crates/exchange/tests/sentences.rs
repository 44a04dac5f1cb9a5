//! What a finding quotes, and whether its sentence is one that helps.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support::{Rows, checker, codes, csv, findings, penalty, penalty_with};
use xinheng_domain::finding::{Finding, Severity};
use xinheng_exchange::check::{Options, check_file};

const NUMBER: &str = "行政处罚决定书文号";
const FINE: &str = "罚款金额(万元)";
const DECIDED: &str = "处罚决定日期";

/// The finding of this code about a row with this change.
fn told(changes: &[(&'static str, &str)], code: &str) -> Finding {
    let (found, _) = findings(&checker(), &csv(&[penalty_with(1, changes)]));
    let of_code = found.iter().find(|f| f.code == code);
    of_code
        .unwrap_or_else(|| unreachable!("{found:#?}"))
        .clone()
}

#[test]
fn document_numbers_in_mixed_brackets_or_with_a_full_stop_are_read_and_told() {
    let right = "衡信市监罚〔2026〕2号";
    for (written, code) in [
        ("衡信市监罚〔2026]2号", "document-number-brackets"),
        ("衡信市监罚(2026〕2号", "document-number-brackets"),
        ("衡信市监罚「2026」2号", "document-number-brackets"),
        ("衡信市监罚『2026』2号", "document-number-brackets"),
        ("衡信市监罚〔2026〕2号。", "document-number-full-stop"),
        ("衡信市监罚〔2026〕2号 .", "document-number-full-stop"),
    ] {
        let file = csv(&[penalty(1), penalty_with(2, &[(NUMBER, written)])]);
        let mut rows = Rows::default();
        let options = Options::named("a");
        let summary =
            check_file(std::io::Cursor::new(&file), &checker(), options, &mut rows).unwrap();
        let case = format!("{written}: {:#?}", rows.found);
        assert_eq!(codes(&rows.found), [code], "{case}");
        assert_eq!(rows.found[0].suggestion.as_deref(), Some(right), "{case}");
        assert_eq!(rows.found[0].value, written, "{case}");
        assert_eq!(summary.accepted, 2, "{case}");
        assert!(rows.second.iter().any(|(_, v)| v == right), "{case}");
    }
}

#[test]
fn rules_over_the_file_quote_the_cell() {
    for written in ["衡信市监罚〖2026〗1号", "衡信市监罚 〔2026〕 1号"] {
        let file = csv(&[penalty(1), penalty_with(1, &[(NUMBER, written)])]);
        let (found, _) = findings(&checker(), &file);
        let twice = found.iter().find(|f| f.code == "duplicate-record");
        assert_eq!(twice.unwrap().value, written, "{found:#?}");
    }
}

#[test]
fn unknown_values_are_quoted_as_written() {
    for (header, written, quoted, suggestion) in [
        ("处罚类别", "罚 款", "“罚 款”", Some("罚款")),
        ("处罚类别", "警告、罚 款", "“罚 款”", Some("警告、罚款")),
        ("处罚类别", "罚款 批评", "“批评”", None),
        ("处罚类别", "批 评、罚款", "“批 评”", None),
        (
            "行政相对人类别",
            "法人及 非法人组织",
            "“法人及 非法人组织”",
            Some("法人及非法人组织"),
        ),
    ] {
        let found = told(&[(header, written)], "coded-unknown");
        assert_eq!(found.severity, Severity::RefuseRow);
        assert_eq!(found.suggestion.as_deref(), suggestion, "{found:#?}");
        assert!(found.message.contains(quoted), "{found:#?}");
    }
}

#[test]
fn sentences_fit_what_is_written() {
    for (header, value, code, said) in [
        (FINE, "-", "amount-invalid", "不是数字"),
        (FINE, "-0.2", "amount-invalid", "金额不能为负数"),
        (
            FINE,
            "0万元",
            "fine-differs-from-text",
            "填写的是“0万元”（单位：万元）",
        ),
        (DECIDED, "2026年11月", "date-invalid", "没有写明是哪一天"),
        (DECIDED, "2026.11", "date-invalid", "没有写明是哪一天"),
        (DECIDED, "2026.13", "date-invalid", "：不是日期。"),
        ("处罚有效期", "长期", "date-invalid", "2099-12-31"),
        ("处罚有效期", "永久有效", "date-invalid", "2099-12-31"),
    ] {
        let found = told(&[(header, value)], code);
        assert!(found.message.contains(said), "{value}: {found:#?}");
    }
}

#[test]
fn a_programs_word_is_called_one_wherever_it_stands() {
    let code = "行政相对人代码_1(统一社会信用代码)";
    let file = csv(&[penalty_with(1, &[(code, "undefined")])]);
    let (found, summary) = findings(&checker(), &file);
    assert_eq!(codes(&found), ["value-placeholder"], "{found:#?}");
    assert_eq!(
        (found[0].severity, summary.refused),
        (Severity::RefuseRow, 1)
    );
    let found = told(&[("法定代表人证件号码", "undefined")], "value-placeholder");
    assert_eq!(found.value, "undefined");
    assert!(found.message.contains("“undefined”"), "{found:#?}");
}

#[test]
fn every_character_that_only_looks_like_one_is_named() {
    let name = "衡川\u{2f08}\u{2f42}样例\u{2f08}公司";
    let found = told(&[("行政相对人名称", name)], "text-compatibility-character");
    let named = "字符“\u{2f08}”、“\u{2f42}”，";
    assert!(found.message.contains(named), "{found:#?}");
}
