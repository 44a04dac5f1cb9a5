//! The home page and the departments.

use crate::samples::*;

fn source(item: &str, title: &str, connected: bool) -> SourceState {
    SourceState {
        item: item.to_owned(),
        title: title.to_owned(),
        department: String::new(),
        department_name: String::new(),
        connected,
        last_received_on: connected.then(|| date(2026, 11, 20)),
        complete_up_to: connected.then(|| date(2026, 11, 18)),
    }
}

pub(super) fn sources() -> Vec<SourceState> {
    vec![
        source("permit", "行政许可", true),
        source("penalty", "行政处罚", true),
        source("commitment", "信用承诺", false),
    ]
}

pub(crate) fn home() -> Home {
    let door = |href: &str, title: &str, text: &str| Door {
        href: href.to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
    };
    Home {
        when: when(),
        office: "信衡区社会信用体系建设办公室".to_owned(),
        examples: vec![
            "青禾食品".to_owned(),
            CODE.to_owned(),
            "建设工程".to_owned(),
        ],
        doors: vec![
            door(
                "/records?item=permit",
                "行政许可",
                "看有效的许可，核对证照编号和有效期",
            ),
            door(
                "/records?item=penalty",
                "行政处罚",
                "看公示中的处罚，每一条都写明公示到哪天",
            ),
            door("/records", "公示列表", "按部门、种类、月份筛选"),
            door(
                "/guide/repair",
                "信用修复指南",
                "最早哪天能申请，怎样申请，不收费",
            ),
        ],
        since: date(2026, 11, 16),
        week: vec![permit_line(), penalty_line(), ending_line()],
        week_count: 63,
        subjects: 3014,
        sources: sources(),
        in_time: vec![
            ("行政许可".to_owned(), 1204, 1226),
            ("行政处罚".to_owned(), 611, 640),
        ],
    }
}

pub(crate) fn departments() -> Vec<DepartmentView> {
    let department = |code: &str, name: &str, connected, shown| DepartmentView {
        code: code.to_owned(),
        name: name.to_owned(),
        sources: vec![
            source("permit", "行政许可", connected),
            source("penalty", "行政处罚", false),
        ],
        shown,
        continued_by: if shown == 58 {
            vec!["信衡区市场监督管理局".to_owned()]
        } else {
            Vec::new()
        },
        contact: if connected {
            "办公电话 0990-0000002".to_owned()
        } else {
            String::new()
        },
    };
    vec![
        department("d012", "信衡区市场监督管理局", true, 1096),
        department("d031", "信衡区消防救援大队", true, 58),
        department("d044", "信衡区文化和旅游局", false, 0),
    ]
}
