//! Records, with every kind of field and reason.

use crate::samples::*;
use xinheng_app::view::RepairSite;

fn field(id: &str, name: &str, value: &str, redacted: bool) -> FieldView {
    FieldView {
        id: id.to_owned(),
        name: name.to_owned(),
        value: value.to_owned(),
        redacted,
        origin: id.ends_with("DM"),
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
        reading: !verified,
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
            field("CF_CFJGDM", "处罚机关统一社会信用代码", "11990102001002219C", false),
        ],
        fields_withheld: 4,
        class_note: Some("一般失信信息，最短公示三个月，最长公示一年，自决定文书之日起算".to_owned()),
        why: vec![
            why("没收违法所得、没收非法财物，属于一般失信信息", "一般失信信息", false),
            why("一般失信信息，最短公示三个月，最长公示一年，自决定文书之日起算", "一般失信信息", true),
        ],
        does_not_mean: "这条信息只说明行政机关就一件事作出过处罚决定，不是对该单位整体信用的评价，也不说明该单位现在仍有违法行为。公示期满后本站不再展示。".to_owned(),
        how_it_ends: "最长公示期届满，本页自动停止展示，不需要申请。最短公示期届满、已纠正违法行为并履行处罚决定的，可以通过国家企业信用信息公示系统免费申请信用修复，提前终止公示。".to_owned(),
        repair_at: Some(RepairSite {
            title: "国家企业信用信息公示系统".to_owned(),
            address: Some("https://www.gsxt.gov.cn/".to_owned()),
        }),
        whom_to_ask: "关于处罚决定的事实和内容，请联系作出决定的机关：信衡区市场监督管理局。关于本站展示的内容和期限，请联系区信用主管部门。".to_owned(),
        department: "d012".to_owned(),
        department_name: "信衡区市场监督管理局".to_owned(),
        department_contact: "办公电话 0990-0000002（工作日 9:00—17:00）".to_owned(),
        batch: "2026-0520-7K2M".to_owned(),
        timeliness: Some(Timeliness {
            deadline: date(2026, 5, 27),
            provisional: false,
            received_on: date(2026, 5, 20),
            published_on: date(2026, 5, 20),
            corrected_on: None,
            received_in_time: true,
            published_in_time: true,
            rule: "sgs.report_deadline@2018-07-25".to_owned(),
            calendar: "2026.1".to_owned(),
        }),
        version: 1,
        known_since: stamp(),
        replaces: None,
        proof: Some(ProofMark {
            code: "abcd-efgh-jkmn-pqrs".to_owned(),
            made_at: stamp(),
        }),
    }
}

pub(crate) fn permit() -> RecordView {
    let mut r = penalty();
    r.line = long_term_line();
    r.class_note = None;
    r.repair_at = None;
    r.why.truncate(1);
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
    r.line.earliest_repair = Some(date(2026, 12, 18));
    r.timeliness = None;
    r
}

pub(crate) fn tombstone(replaced_by: Option<&str>) -> Tombstone {
    Tombstone {
        id: format!("{CODE}-7k2m9d4q8w3x5c1v"),
        status: "no_longer_current".to_owned(),
        message: "这条记录曾经公示，现在已不再公示。".to_owned(),
        replaced_by: replaced_by.map(str::to_owned),
        withdrawal: None,
    }
}

pub(crate) fn withdrawal() -> Withdrawal {
    Withdrawal {
        record: format!("{CODE}-7k2m9d4q8w3x5c1v"),
        item_title: "行政处罚".to_owned(),
        document_number: "衡信市监罚〔2026〕12号".to_owned(),
        authority: "衡川市信衡区市场监督管理局".to_owned(),
        withdrawn_on: date(2026, 11, 18),
        reason: "决定已依法撤销，撤回公示".to_owned(),
        basis: "《中华人民共和国行政处罚法》第四十八条第二款".to_owned(),
        shown_until: date(2026, 12, 18),
    }
}

/// How a proof stands.
pub(crate) fn proof(state: ProofState, file: Option<ProofFile>, placed: bool) -> ProofView {
    ProofView {
        code: "abcd-efgh-jkmn-pqrs".to_owned(),
        state,
        made_at: stamp(),
        record: (state != ProofState::Over).then(|| format!("{CODE}-7k2m9d4q8w3x5c1v")),
        file,
        audit: placed.then(|| ProofPlace {
            position: 12_034,
            chain_hash: "0123456789abcdef".repeat(4),
            sealed_at: stamp(),
            sound: state != ProofState::Over,
        }),
    }
}
