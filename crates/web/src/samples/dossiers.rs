//! Dossiers and lists.

use crate::samples::*;

fn subject() -> SubjectView {
    SubjectView {
        code: CODE.to_owned(),
        name: NAME.to_owned(),
        name_masked: false,
        kind: "organisation".to_owned(),
        kind_title: "企业".to_owned(),
        status: "存续".to_owned(),
        registered_on: Some(date(2017, 4, 6)),
        provisional: false,
        former_names: vec![NameSpan {
            name: "衡川市青禾副食店".to_owned(),
            from: Some(date(2017, 4, 6)),
            until: Some(date(2020, 8, 30)),
        }],
        other_codes: vec!["91990100MA0X00074U".to_owned()],
        register_as_of: Some(date(2026, 11, 1)),
    }
}

fn scope(of: &str, shown: u64, withheld: &[(&str, &str, u64)]) -> Scope {
    let withheld: Vec<Withheld> = withheld
        .iter()
        .map(|(reason, title, count)| Withheld {
            reason: (*reason).to_owned(),
            title: (*title).to_owned(),
            count: *count,
        })
        .collect();
    Scope {
        of: of.to_owned(),
        in_scope: shown + withheld.iter().map(|w| w.count).sum::<u64>(),
        shown,
        withheld,
        outside: "依法不公开的、公示期已经结束的、还没有确定公示类别的，不在这个范围内，本页也不说明有没有。".to_owned(),
    }
}

pub(crate) fn dossier() -> Dossier {
    let event = |on, title: &str| LifeEvent {
        on,
        title: title.to_owned(),
    };
    let year = |year, adverse, other| YearCount {
        year,
        adverse,
        other,
    };
    Dossier {
        when: when(),
        subject: subject(),
        scope: scope("今天可以公示的记录", 4, &[]),
        groups: vec![
            RecordGroup {
                item: "permit".to_owned(),
                title: "行政许可".to_owned(),
                adverse: false,
                total: 12,
                repairable: 0,
                records: vec![permit_line(), long_term_line()],
            },
            RecordGroup {
                item: "penalty".to_owned(),
                title: "行政处罚".to_owned(),
                adverse: true,
                total: 2,
                repairable: 1,
                records: vec![penalty_line(), ending_line()],
            },
        ],
        life_line: vec![
            event(date(2020, 8, 31), "不再使用名称“衡川市青禾副食店”"),
            event(date(2017, 4, 6), "登记成立"),
        ],
        years: vec![year(2024, 0, 5), year(2025, 1, 3), year(2026, 1, 4)],
        sources: sources(),
        same_name: Vec::new(),
    }
}

pub(crate) fn dossier_bare() -> Dossier {
    let mut d = dossier();
    d.subject = SubjectView {
        code: "92990100MA0X0004X3".to_owned(),
        name: "张*（个体工商户）".to_owned(),
        name_masked: true,
        kind: "individual_business".to_owned(),
        kind_title: "个体工商户".to_owned(),
        status: String::new(),
        registered_on: None,
        provisional: true,
        former_names: Vec::new(),
        other_codes: Vec::new(),
        register_as_of: None,
    };
    d.scope = scope("今天可以公示的记录", 0, &[]);
    d.groups.iter_mut().for_each(|g| {
        g.records.clear();
        g.total = 0;
    });
    d.life_line.clear();
    d.years.clear();
    d.same_name = vec![hit(
        "91990100MA0X00031E",
        "衡川市和顺物流有限公司",
        None,
        "present_name",
        true,
    )];
    d
}

pub(crate) fn list() -> RecordList {
    let choice = |value: &str, title: &str, count, chosen| Choice {
        value: value.to_owned(),
        title: title.to_owned(),
        count,
        chosen,
    };
    let filter = |name: &str, title: &str, choices| FilterView {
        name: name.to_owned(),
        title: title.to_owned(),
        choices,
    };
    RecordList {
        when: when(),
        sentence: "公示中的行政处罚 214 条，按决定日期从新到旧排列，其中 9 条在 60 日内结束公示。"
            .to_owned(),
        scope: scope(
            "行政处罚记录",
            214,
            &[
                ("over", "公示期已经结束", 388),
                ("never_public", "依法不公示", 72),
                ("few", "其他原因（每种不足 5 条，合并计数）", 6),
            ],
        ),
        filters: vec![
            filter(
                "item",
                "种类",
                vec![
                    choice("permit", "行政许可", Some(2210), false),
                    choice("penalty", "行政处罚", Some(214), true),
                ],
            ),
            filter(
                "department",
                "报送部门",
                vec![
                    choice("d012", "信衡区市场监督管理局", Some(96), false),
                    choice("d031", "信衡区消防救援大队", None, false),
                ],
            ),
            filter(
                "month",
                "决定月份",
                vec![choice("2026-11", "2026 年 11 月", Some(12), false)],
            ),
            filter(
                "CF_CFLB",
                "处罚类别",
                vec![choice("罚款", "罚款", Some(180), false)],
            ),
        ],
        records: vec![
            penalty_line(),
            ending_line(),
            permit_line(),
            long_term_line(),
        ],
        next: Some("MjAyNi0wMy0wMnw3azJt".to_owned()),
    }
}
