//! Invented values that show every branch of the templates. The district, the bodies and the
//! organisations do not exist; province digits 99 are not assigned.

// A sample that does not parse should stop the test; a table of samples reads best as one call a row.
#![allow(clippy::unwrap_used, clippy::too_many_arguments)]

use super::{
    Frame,
    check_result::{CheckResultPage, Group},
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use std::sync::LazyLock;
use xinheng_app::{rulebook::Rulebook, view::*};
use xinheng_domain::finding::{Finding, Severity, Summary};

const TODAY: Date = date(2026, 11, 22);
pub(crate) const CODE: &str = "91990100MA0X00015Q";

/// The rulebook in the binary.
pub(crate) fn rulebook() -> &'static Rulebook {
    static BOOK: LazyLock<Rulebook> = LazyLock::new(|| Rulebook::load(None).unwrap());
    &BOOK
}

pub(crate) fn stamp() -> Timestamp {
    "2026-05-20T09:12:40Z".parse().unwrap()
}

pub(crate) fn frame(path: &str) -> Frame {
    Frame {
        district: "信衡区".to_owned(),
        office: "信衡区社会信用体系建设办公室".to_owned(),
        contact:
            "电话 0990-0000000（工作日 9:00—17:00），衡川市信衡区平准路 1 号政务服务大厅 3 层。"
                .to_owned(),
        demo: true,
        path: path.to_owned(),
        large: false,
        today: TODAY,
    }
}

fn when() -> When {
    When {
        today: TODAY,
        as_of: None,
        known_at: None,
    }
}

fn line(
    id: &str,
    item: &str,
    name: &str,
    sentence: &str,
    number: &str,
    authority: &str,
    days: (Date, Date, Option<Date>),
    marks: &[&str],
) -> RecordLine {
    let adverse = item == "penalty";
    RecordLine {
        id: format!("{CODE}-{id}"),
        item: item.to_owned(),
        item_title: if adverse {
            "行政处罚"
        } else {
            "行政许可"
        }
        .to_owned(),
        adverse,
        subject_code: Some(CODE.to_owned()),
        subject_name: name.to_owned(),
        sentence: sentence.to_owned(),
        document_number: number.to_owned(),
        authority: authority.to_owned(),
        decided_on: Some(days.0),
        shown_from: days.1,
        shown_until: days.2,
        marks: marks.iter().map(|m| (*m).to_owned()).collect(),
    }
}

const NAME: &str = "衡川市信衡区青禾食品有限公司";

fn penalty_line() -> RecordLine {
    line(
        "7k2m9d4q8w3x5c1v",
        "penalty",
        NAME,
        "信衡区市场监督管理局于2026-05-18对衡川市信衡区青禾食品有限公司作出行政处罚决定（衡信市监处罚〔2026〕112号），处罚类别：罚款、没收违法所得。",
        "衡信市监处罚〔2026〕112号",
        "信衡区市场监督管理局",
        (
            date(2026, 5, 18),
            date(2026, 5, 20),
            Some(date(2027, 5, 18)),
        ),
        &[],
    )
}

fn permit_line() -> RecordLine {
    line(
        "2h6t0p9r4n8y1b3z",
        "permit",
        NAME,
        "信衡区市场监督管理局于2026-11-18准予衡川市信衡区青禾食品有限公司食品经营许可，有效期到2031-11-17。",
        "衡信市监许可〔2026〕2041号",
        "信衡区市场监督管理局",
        (
            date(2026, 11, 18),
            date(2026, 11, 20),
            Some(date(2031, 11, 17)),
        ),
        &[],
    )
}

fn ending_line() -> RecordLine {
    line(
        "9c4v7x1k5m2d8q3w",
        "penalty",
        NAME,
        "信衡区消防救援大队于2025-12-03对衡川市信衡区青禾食品有限公司作出行政处罚决定（衡信消行罚决字〔2025〕38号），处罚类别：罚款。",
        "衡信消行罚决字〔2025〕38号",
        "信衡区消防救援大队",
        (
            date(2025, 12, 3),
            date(2025, 12, 10),
            Some(date(2026, 12, 3)),
        ),
        &["60 日内到期", "复议中"],
    )
}

fn long_term_line() -> RecordLine {
    line(
        "5w8e2r6t9y3u1p4a",
        "permit",
        NAME,
        "信衡区城市管理局于2024-03-11准予衡川市信衡区青禾食品有限公司设置大型户外广告设施。",
        "衡信城管许可〔2024〕17号",
        "信衡区城市管理局",
        (date(2024, 3, 11), date(2024, 3, 14), None),
        &["已变更"],
    )
}

fn hit(code: &str, name: &str, at: Option<(u32, u32)>, by: &str, homonym: bool) -> SearchHit {
    SearchHit {
        code: code.to_owned(),
        matched_name: name.to_owned(),
        matched_at: at,
        matched_by: by.to_owned(),
        name: if by == "former_name" {
            NAME.to_owned()
        } else {
            name.to_owned()
        },
        kind_title: "法人和非法人组织".to_owned(),
        status: "存续".to_owned(),
        homonym,
        near: None,
    }
}

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

fn sources() -> Vec<SourceState> {
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

pub(crate) fn search() -> SearchAnswer {
    SearchAnswer {
        query: "青禾".to_owned(),
        hits: vec![
            hit(CODE, NAME, Some((6, 2)), "present_name", false),
            hit(
                "91990100MA0X00023K",
                "衡川青禾农业科技有限公司",
                Some((2, 2)),
                "present_name",
                false,
            ),
            hit(CODE, "衡川市青禾副食店", Some((3, 2)), "former_name", false),
        ],
        more: true,
        note: None,
        suggestions: Vec::new(),
    }
}

pub(crate) fn search_homonyms() -> SearchAnswer {
    SearchAnswer {
        query: CODE.to_owned(),
        hits: vec![
            hit(CODE, NAME, None, "alias_code", false),
            hit(
                "91990100MA0X00023K",
                "衡川市和顺物流有限公司",
                Some((3, 4)),
                "present_name",
                true,
            ),
            hit(
                "91990100MA0X00031E",
                "衡川市和顺物流有限公司",
                Some((3, 4)),
                "present_name",
                true,
            ),
        ],
        more: false,
        note: Some("输入的是 18 位代码，已按代码查询，同时列出名称相近的单位。".to_owned()),
        suggestions: Vec::new(),
    }
}

pub(crate) fn search_nothing() -> SearchAnswer {
    SearchAnswer {
        query: "没有的名字".to_owned(),
        hits: Vec::new(),
        more: false,
        note: None,
        suggestions: Vec::new(),
    }
}

pub(crate) fn search_mistyped_code() -> SearchAnswer {
    let typed = CODE.replacen('9', "8", 1);
    let near = |code: &str, at, difference: &str| SearchHit {
        near: Some(NearCode {
            code: code.to_owned(),
            at,
            difference: difference.to_owned(),
        }),
        ..hit(CODE, NAME, None, "near_code", false)
    };
    SearchAnswer {
        note: Some(format!(
            "「{typed}」不是正确的统一社会信用代码，请核对登记证照上的18位代码。"
        )),
        query: typed,
        suggestions: vec![
            near(CODE, Some((0, 1)), "第1位是9，输入的是8"),
            near("91990100MA0X00023K", None, "没有输入的第3位9"),
        ],
        ..search_nothing()
    }
}

pub(crate) fn search_mistyped() -> SearchAnswer {
    let other = "91990100MA0X00023K";
    SearchAnswer {
        query: "衡川市和须物流有限公司".to_owned(),
        note: Some("没有名称中含有「衡川市和须物流有限公司」的组织。请核对用字。".to_owned()),
        suggestions: [CODE, other]
            .map(|code| hit(code, "衡川市和顺物流有限公司", None, "present_name", true))
            .into(),
        ..search_nothing()
    }
}

fn subject() -> SubjectView {
    SubjectView {
        code: CODE.to_owned(),
        name: NAME.to_owned(),
        name_masked: false,
        kind: "organisation".to_owned(),
        kind_title: "法人和非法人组织".to_owned(),
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
    let event = |on, title: &str, record: Option<&str>| LifeEvent {
        on,
        title: title.to_owned(),
        record: record.map(|r| format!("{CODE}-{r}")),
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
                records: vec![permit_line(), long_term_line()],
            },
            RecordGroup {
                item: "penalty".to_owned(),
                title: "行政处罚".to_owned(),
                adverse: true,
                total: 2,
                records: vec![penalty_line(), ending_line()],
            },
        ],
        life_line: vec![
            event(
                date(2026, 11, 18),
                "取得食品经营许可",
                Some("2h6t0p9r4n8y1b3z"),
            ),
            event(
                date(2026, 5, 18),
                "受到行政处罚：罚款、没收违法所得",
                Some("7k2m9d4q8w3x5c1v"),
            ),
            event(
                date(2025, 12, 3),
                "受到行政处罚：罚款",
                Some("9c4v7x1k5m2d8q3w"),
            ),
            event(
                date(2020, 8, 31),
                "名称变更为衡川市信衡区青禾食品有限公司",
                None,
            ),
            event(date(2017, 4, 6), "登记成立", None),
        ],
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
    d.same_name = vec![hit(
        "91990100MA0X00031E",
        "衡川市和顺物流有限公司",
        None,
        "present_name",
        true,
    )];
    d
}

fn field(id: &str, name: &str, value: &str, redacted: bool) -> FieldView {
    FieldView {
        id: id.to_owned(),
        name: name.to_owned(),
        value: value.to_owned(),
        redacted,
    }
}

fn why(value: &str, article: &str, verified: bool) -> RuleView {
    RuleView {
        rule: "publicity.order-36.general".to_owned(),
        value: value.to_owned(),
        source: Some("ndrc-order-36".to_owned()),
        source_title: Some(format!(
            "《信用修复管理办法》（国家发展和改革委员会令第36号）{article}"
        )),
        verified,
        note: (!verified).then(|| "归类规则见于公开解读，没有核对条文。".to_owned()),
    }
}

pub(crate) fn penalty() -> RecordView {
    RecordView {
        when: when(),
        line: penalty_line(),
        fields: vec![
            field("CF_WFXW", "违法行为类型", "违反食品安全法", false),
            field("CF_SY", "违法事实", "2026年4月9日检查发现，当事人销售超过保质期的预包装食品14盒，货值326元，违法所得58元。经营者［个人信息已隐去］到场签字确认。", true),
            field("CF_YJ", "处罚依据", "《中华人民共和国食品安全法》第三十四条第十项、第一百二十四条第一款第五项", false),
            field("CF_CFLB", "处罚类别", "罚款、没收违法所得", false),
            field("CF_NR", "处罚内容", "没收违法所得58元；罚款20000元。", false),
            field("CF_NR_FK", "罚款金额", "20000.00 元", false),
            field("CF_YXQ", "处罚有效期", "2027-05-18", false),
        ],
        fields_withheld: 4,
        class_title: Some("一般失信信息".to_owned()),
        why: vec![
            why("没收违法所得、没收非法财物，属于一般失信信息", "一般失信信息", false),
            why("一般失信信息，最短公示三个月，最长公示一年，自决定文书之日起算", "一般失信信息", true),
        ],
        earliest_repair: Some(date(2026, 8, 18)),
        does_not_mean: "这条信息只说明行政机关就一件事作出过处罚决定，不是对该单位整体信用的评价，也不说明该单位现在仍有违法行为。公示期满后本站不再展示，任何单位不得以本站曾经展示为由另行限制该单位。".to_owned(),
        how_it_ends: "最长公示期届满，本页自动停止展示，不需要申请。最短公示期届满、已纠正违法行为并履行处罚决定的，可以通过“信用中国”网站免费申请信用修复，提前终止公示。".to_owned(),
        whom_to_ask: "关于处罚决定的事实和内容，请联系作出决定的机关：信衡区市场监督管理局。关于本站展示的内容和期限，请联系区信用主管部门。".to_owned(),
        department: "d012".to_owned(),
        department_name: "信衡区市场监督管理局".to_owned(),
        batch: "2026-0520-7K2M".to_owned(),
        timeliness: Some(Timeliness {
            deadline: date(2026, 5, 27),
            provisional: false,
            received_on: date(2026, 5, 20),
            published_on: date(2026, 5, 20),
            received_in_time: true,
            published_in_time: true,
            rule: "sgs.report_deadline@2018-07-25".to_owned(),
            calendar: "2026.1".to_owned(),
        }),
        version: 1,
        known_since: stamp(),
        replaces: None,
    }
}

pub(crate) fn permit() -> RecordView {
    let mut r = penalty();
    r.line = long_term_line();
    r.class_title = None;
    r.why.truncate(1);
    r.earliest_repair = None;
    r.fields = vec![field(
        "XK_NR",
        "许可内容",
        "在平准路 88 号商场南立面设置大型户外广告设施一处。",
        false,
    )];
    r.does_not_mean = "许可只说明行政机关准予做这件事，不是对单位信用的肯定。".to_owned();
    r.how_it_ends = "许可被注销、撤销或者变更后，本页停止显示。".to_owned();
    r.version = 3;
    r.replaces = Some(format!("{CODE}-0a1b2c3d4e5f6g7h"));
    if let Some(t) = r.timeliness.as_mut() {
        t.received_in_time = false;
        t.published_in_time = false;
        t.provisional = true;
    }
    r
}

pub(crate) fn unlinked() -> RecordView {
    let mut r = penalty();
    r.line.subject_code = None;
    r.line.marks = vec!["复议中".to_owned()];
    r.when.as_of = Some(date(2026, 9, 1));
    r.when.known_at = Some(stamp());
    r.earliest_repair = Some(date(2026, 12, 18));
    r.timeliness = None;
    r
}

pub(crate) fn tombstone(replaced_by: Option<&str>) -> Tombstone {
    Tombstone {
        id: format!("{CODE}-7k2m9d4q8w3x5c1v"),
        status: "no_longer_current".to_owned(),
        message: "这条记录曾经公示，现在已不再公示。".to_owned(),
        replaced_by: replaced_by.map(str::to_owned),
    }
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

pub(crate) fn departments() -> Vec<DepartmentView> {
    let department = |code: &str, name: &str, connected, shown| DepartmentView {
        code: code.to_owned(),
        name: name.to_owned(),
        sources: vec![
            source("permit", "行政许可", connected),
            source("penalty", "行政处罚", false),
        ],
        shown,
    };
    vec![
        department("d012", "信衡区市场监督管理局", true, 1096),
        department("d031", "信衡区消防救援大队", true, 58),
        department("d044", "信衡区文化和旅游局", false, 0),
    ]
}

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
        total: 0,
        shown: Vec::new(),
        ..check_refused()
    }
}
