//! Files for the platform above, and its answers.

use crate::samples::*;
use xinheng_app::forward::{
    DispatchLine, DispatchView, Made, ReceiptOutcome, RefusedAbove, SentLine, Skipped, Stands,
    TemplateLine,
};
use xinheng_domain::forward::ReceiptCounters;

const RECORD: &str = "91990100MA0X00015Q-7k2m9d4q8w3x5c1v";

pub(crate) fn dispatch() -> DispatchLine {
    DispatchLine {
        id: "01980000-0000-7000-8000-00000000000f".to_owned(),
        template_title: "行政处罚（法人及非法人组织、个体工商户）".to_owned(),
        persons: false,
        department: "d001".to_owned(),
        department_name: "衡川市信衡区市场监督管理局".to_owned(),
        from: date(2026, 11, 1),
        until: TODAY,
        file: "行政处罚2026-11-01至2026-11-22.xlsx".to_owned(),
        sha256: "0f".repeat(32),
        made_by: "程样清".to_owned(),
        made_at: stamp(),
        rows: 128,
        accepted: 120,
        refused: 3,
        waiting: 5,
    }
}

pub(crate) fn forward_template() -> TemplateLine {
    TemplateLine {
        id: "penalty-organisations".to_owned(),
        title: "行政处罚（法人及非法人组织、个体工商户）".to_owned(),
        item: "penalty".to_owned(),
        columns: 28,
        verified: false,
    }
}

pub(crate) fn dispatch_view() -> DispatchView {
    let row = |(position, stands): (u64, Stands)| SentLine {
        position,
        stands,
        record: Some(RECORD.to_owned()),
        number: "衡信市监罚〔2026〕71号".to_owned(),
        party: "衡川市青禾食品有限公司".to_owned(),
        corrected: position == 4,
        code: if stands == Stands::Refused {
            "1001"
        } else {
            ""
        }
        .to_owned(),
        reason: if stands == Stands::Refused {
            "名称不符"
        } else {
            ""
        }
        .to_owned(),
        meaning: (position == 2).then(|| "名称与主数据不一致，请核对登记的名称。".to_owned()),
    };
    let all = [
        Stands::Accepted,
        Stands::Refused,
        Stands::Waiting,
        Stands::Refused,
        Stands::Refused,
    ];
    DispatchView {
        line: dispatch(),
        kept: true,
        in_all: 128,
        rows: (1..).zip(all).map(row).collect(),
    }
}

pub(crate) fn made() -> Made {
    Made {
        dispatch: Some(dispatch().id),
        template_title: dispatch().template_title,
        rows: 128,
        sha256: dispatch().sha256,
        worded: 2,
        withheld: vec![RECORD.to_owned()],
        skipped: vec![Skipped {
            reason: "上级平台已退回，尚未更正".to_owned(),
            count: 3,
            records: vec![RECORD.to_owned()],
        }],
    }
}

pub(crate) fn receipt() -> ReceiptOutcome {
    let refused = RefusedAbove {
        sheet_row: 7,
        document_number: "衡信市监罚〔2026〕71号".to_owned(),
        record: Some(RECORD.to_owned()),
        code: "1001".to_owned(),
        reason: "名称不符".to_owned(),
        meaning: Some("名称与主数据不一致，请核对登记的名称。".to_owned()),
    };
    ReceiptOutcome {
        again: false,
        dispatches: vec![dispatch().id],
        counters: ReceiptCounters {
            rows: 128,
            accepted: 120,
            refused: 2,
            unknown: 1,
            taken_back: 1,
            ..ReceiptCounters::default()
        },
        refused: vec![
            refused.clone(),
            RefusedAbove {
                record: None,
                meaning: None,
                ..refused
            },
        ],
        findings: check_refused().shown.into_iter().take(1).collect(),
    }
}
