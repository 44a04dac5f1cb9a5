//! Files that a department prepares, and what became of them.

use crate::samples::*;
use xinheng_app::{
    handin::{
        Checked, Fate, Fates, FaultyCell, HandInLine, HandInView, Kind, RowLine, RowView, RowsView,
        Standing,
    },
    intake::{BatchKind, BatchLine, BatchView},
};
use xinheng_domain::batch::Counters;

fn line(id: &str, standing: Standing, (ready, refused, warned): (u64, u64, u64)) -> HandInLine {
    let summary = check_refused().summary;
    HandInLine {
        id: id.to_owned(),
        file_name: summary.file.clone(),
        item_title: "行政处罚".to_owned(),
        prepared_by: "程样清".to_owned(),
        prepared_at: stamp(),
        kept_until: date(2026, 5, 27),
        standing,
        checked: Checked {
            counters: Counters {
                reported: ready + refused + 2,
                refused,
                warned,
                set_aside: 2,
                new: ready.saturating_sub(3),
                new_version: 1,
                unchanged: 2,
                ..Counters::default()
            },
            summary: Summary {
                rows: ready + refused + 2,
                ..summary
            },
        },
        batch: (standing == Standing::Released)
            .then(|| "01980000-0000-7000-8000-000000000001".to_owned()),
        revision: 2,
    }
}

pub(crate) fn hand_ins() -> Vec<HandInLine> {
    [
        Standing::Prepared,
        Standing::Landing,
        Standing::Released,
        Standing::Withdrawn,
        Standing::Expired,
    ]
    .map(|standing| line("0f", standing, (120, 6, 3)))
    .into()
}

fn cells() -> Vec<FaultyCell> {
    let shown = check_refused().shown.into_iter();
    let cell = |finding: Finding| FaultyCell {
        sheet_row: finding.sheet_row,
        column: finding.column,
        place: format!("C{}", finding.sheet_row),
        title: "处罚决定日期".to_owned(),
        value: finding.value.clone(),
        edited: finding.row > 20,
        long: finding.row > 30,
        alike: usize::try_from(finding.row % 4).unwrap_or_default(),
        findings: vec![finding],
    };
    let mut cells: Vec<FaultyCell> = shown.map(cell).collect();
    if let Some(long) = cells.last_mut() {
        long.value = "违法事实。\n".repeat(20);
    }
    cells
}

fn mended() -> Vec<FaultyCell> {
    let cell = |(row, cell): (u64, FaultyCell)| FaultyCell {
        sheet_row: row,
        findings: Vec::new(),
        ..cell
    };
    (200..).zip(cells().into_iter().skip(2)).map(cell).collect()
}

fn fates() -> Fates {
    Fates {
        new: 117,
        corrects: 1,
        unchanged: 2,
        refused: 6,
        set_aside: 2,
    }
}

/// Rows of a file, and of one that is too large for its rows to be told.
pub(crate) fn hand_in_rows() -> [RowsView; 2] {
    let all = [
        Fate::New,
        Fate::Corrects,
        Fate::Unchanged,
        Fate::Refused,
        Fate::SetAside,
    ];
    let row = |(sheet_row, fate): (u64, Fate)| RowLine {
        sheet_row,
        fate,
        number: "衡信市监罚〔2026〕71号".to_owned(),
        party: "衡川市青禾食品有限公司".to_owned(),
        decided: "2026-11-18".to_owned(),
    };
    let some = RowsView {
        line: line("0f", Standing::Prepared, (120, 6, 3)),
        fates: Some(fates()),
        rows: (2..).zip(all).map(row).collect(),
    };
    let none = RowsView {
        fates: None,
        rows: Vec::new(),
        ..some.clone()
    };
    [some, none]
}

/// A row with all its cells.
pub(crate) fn hand_in_row() -> RowView {
    let cells = cells().into_iter();
    let cell = |(column, cell): (u32, FaultyCell)| FaultyCell {
        sheet_row: 12,
        column,
        place: format!("C{column}"),
        findings: cell.findings.into_iter().filter(|_| column == 2).collect(),
        ..cell
    };
    RowView {
        line: line("0f", Standing::Prepared, (120, 6, 3)),
        sheet_row: 12,
        fate: Fate::Corrects,
        cells: (1..).zip(cells).map(cell).collect(),
        notices: check_refused().shown.into_iter().take(1).collect(),
        beside: (Some(11), None),
    }
}

/// One to be corrected, one of a kind of fault, one that is right, one that is handed in.
pub(crate) fn hand_in_views() -> Vec<HandInView> {
    let kind = |code: &str, severity| Kind {
        code: code.to_owned(),
        title: "日期格式不对".to_owned(),
        severity,
        count: 3,
    };
    let kinds = [
        "date-format",
        "code-bad-check",
        "amount-differs",
        "required",
    ];
    let wrong = HandInView {
        line: line("0f", Standing::Prepared, (120, 6, 3)),
        fates: Some(fates()),
        kinds: kinds.map(|code| kind(code, Severity::RefuseRow)).into(),
        notices: check_refused().shown.into_iter().take(1).collect(),
        notices_in_all: 7,
        cells_in_all: 163,
        cells: cells(),
        mended: mended(),
        edits: 2,
        barred: Some("这份文件是您自己准备的，要由本部门的另一人审核后报送。".to_owned()),
        ended: None,
        landed: None,
    };
    let right = HandInView {
        line: line("0f", Standing::Prepared, (120, 0, 0)),
        kinds: Vec::new(),
        notices: Vec::new(),
        notices_in_all: 0,
        cells_in_all: 0,
        cells: Vec::new(),
        mended: Vec::new(),
        edits: 0,
        barred: None,
        ..wrong.clone()
    };
    let released = HandInView {
        line: line("0f", Standing::Released, (120, 6, 3)),
        ended: Some(("安样宁".to_owned(), stamp())),
        landed: Some(right.line.checked.counters),
        ..right.clone()
    };
    let some = HandInView {
        kinds: vec![kind("date-format", Severity::Warn)],
        ..wrong.clone()
    };
    vec![wrong, some, right, released]
}

pub(crate) fn batches() -> Vec<BatchLine> {
    let line = |state: &'static str| BatchLine {
        id: "01980000-0000-7000-8000-000000000001".to_owned(),
        department: "d001".to_owned(),
        department_name: "衡川市信衡区市场监督管理局".to_owned(),
        item: "penalty".to_owned(),
        item_title: "行政处罚".to_owned(),
        file_name: "市场监管局2026年11月第三周处罚.xlsx".to_owned(),
        received_on: TODAY,
        state,
        sealed_at: (state == "sealed").then(stamp),
        refusal: (state == "refused").then(|| "放弃导入：误报".to_owned()),
        counters: (state == "sealed").then(|| hand_ins()[0].checked.counters),
        latest_decision: (state == "sealed").then_some(TODAY),
    };
    ["sealed", "staged", "refused"].map(line).into()
}

/// One that was imported, with what its check said.
pub(crate) fn batch_view() -> BatchView {
    BatchView {
        line: batches().remove(0),
        kinds: vec![BatchKind {
            code: "date-format".to_owned(),
            title: "日期格式不对".to_owned(),
            count: 3,
        }],
        sha256: "0f".repeat(32),
    }
}
