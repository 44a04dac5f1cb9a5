//! Results of a check.

use crate::samples::*;

fn finding(
    row: u64,
    column: u32,
    field: &str,
    code: &str,
    severity: Severity,
    value: &str,
    suggestion: Option<&str>,
    message: &str,
) -> Finding {
    Finding {
        sheet: Some("法人处罚".to_owned()),
        row,
        sheet_row: row + 1,
        column,
        field: field.to_owned(),
        code: code.to_owned(),
        severity,
        value: value.to_owned(),
        expected: (code == "date-format").then(|| "日期，写成 2026-03-02".to_owned()),
        suggestion: suggestion.map(str::to_owned),
        message: message.to_owned(),
        basis: (column == 3).then(|| "GB 32100-2015".to_owned()),
    }
}

fn summary(rows: u64, refused: u64, findings: u64) -> Summary {
    Summary {
        file: "市场监管局2026年11月第三周处罚.xlsx".to_owned(),
        sha256: "9f2b1c4d7e8a0b3c5d6e7f8091a2b3c4d5e6f70819a2b3c4d5e6f70819a2b3c4".to_owned(),
        format: Some("penalty-2018".to_owned()),
        today: "2026-11-22".to_owned(),
        rows,
        accepted: rows - refused - 2,
        refused,
        set_aside: 2,
        rows_with_warnings: refused / 2,
        findings,
        unlisted: 0,
    }
}

pub(crate) fn check_refused() -> CheckResultPage {
    let group = |code: &str, title: &str, severity, findings| Group {
        code: code.to_owned(),
        title: title.to_owned(),
        severity,
        findings,
        rows: findings,
    };
    CheckResultPage {
        frame: frame("/check/results/sample"),
        base: "/check/results/7f3c2a19d0e84b6fa1c5e2d9b8374650".to_owned(),
        has_book: true,
        gone_at: stamp(),
        summary: summary(128, 6, 63),
        format_title: "行政处罚".to_owned(),
        groups: vec![
            group(
                "code-bad-check",
                "统一社会信用代码校验码不符",
                Severity::RefuseRow,
                3,
            ),
            group("date-format", "日期格式不对", Severity::RefuseRow, 3),
            group(
                "amount-differs",
                "罚款金额和处罚内容不一致",
                Severity::Warn,
                57,
            ),
        ],
        chosen: None,
        total: 63,
        first: 0,
        titles: [
            ("CF_XDR_SHXYM", "统一社会信用代码"),
            ("CF_JDRQ", "处罚决定日期"),
        ]
        .map(|(field, title)| (field.to_owned(), title.to_owned()))
        .into(),
        shown: vec![
            finding(
                12,
                3,
                "CF_XDR_SHXYM",
                "code-bad-check",
                Severity::RefuseRow,
                "91990100MA0X00015X",
                None,
                "第 12 行“统一社会信用代码”第 18 位应为校验码，现为“X”，请核对营业执照后改正。",
            ),
            finding(
                17,
                23,
                "CF_JDRQ",
                "date-format",
                Severity::RefuseRow,
                "2026.11.９",
                Some("2026-11-09"),
                "第 17 行“处罚决定日期”现为“2026.11.９”，请写成 2026-11-09。",
            ),
            finding(
                31,
                20,
                "CF_NR_FK",
                "amount-differs",
                Severity::Warn,
                "2000",
                Some("0.2"),
                "第 31 行“罚款金额（万元）”现为 2000 万元，处罚内容写的是 2000 元，请核对单位。",
            ),
            finding(
                40,
                1,
                "CF_XDR_MC",
                "text-invisible",
                Severity::Warn,
                "衡川市\u{200b}和顺物流有限公司\u{3000}",
                Some("衡川市和顺物流有限公司"),
                "第 40 行“行政相对人名称”中有看不见的字符，请删除。",
            ),
        ],
    }
}

pub(crate) fn check_clean() -> CheckResultPage {
    CheckResultPage {
        summary: summary(128, 0, 0),
        groups: Vec::new(),
        has_book: false,
        total: 0,
        shown: Vec::new(),
        ..check_refused()
    }
}
