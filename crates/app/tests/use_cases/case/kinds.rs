//! Procedures that look at what is kept of an organisation, or wait for what a department hands in.

use super::*;

/// A list entry about the first organisation, as a department hands it in.
fn list_entry(number: &str) -> String {
    let cells = [
        ("单位名称", NAMES[0]),
        ("单位类别", "法人及非法人组织"),
        ("统一社会信用代码", &org(1)),
        ("名单", "市场监督管理严重违法失信名单"),
        ("列入决定书文号", number),
        ("列入事由", "受到较重行政处罚，性质恶劣、情节严重。"),
        ("列入依据", "《市场监督管理严重违法失信名单管理办法》"),
        ("移出条件和程序", "满一年且已经改正的，可以申请提前移出。"),
        ("列入决定日期", DECIDED),
        ("列入决定机关", D1_NAME),
        ("列入决定机关统一社会信用代码", &body(1)),
        ("数据来源单位", D1_NAME),
        ("数据来源单位统一社会信用代码", &body(1)),
        ("送达日期", DECIDED),
    ];
    let line = |of: &dyn Fn(&(&str, &str)) -> String| {
        let all: Vec<String> = cells
            .iter()
            .map(|cell| format!("\"{}\"", of(cell)))
            .collect();
        all.join(",")
    };
    let head = line(&|(name, _)| (*name).to_owned());
    format!("{head}\n{}\n", line(&|(_, value)| (*value).to_owned()))
}

fn hand_in(desk: &Desk, text: &str, day: Date) {
    let outcome = desk.hand_in(operator("甲"), D1, text, day, false).unwrap();
    assert_eq!(
        (outcome.counters.new, outcome.counters.refused),
        (1, 0),
        "{outcome:?}"
    );
}

const AWARD: &[(&str, &str)] = &[
    ("AWARD", "2026年度诚信示范单位"),
    ("APPROVAL", "衡信政发〔2026〕8号"),
    ("APPROVED_ON", "2026-09-01"),
    ("DEEDS", "连续五年按期履约。"),
];

#[test]
fn who_is_on_a_list_is_not_honoured_and_sees_why() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1), penalty(2, 2)], TODAY);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let opening = ("honour", "open");
    // A decision of the general class does not stand against it.
    let (id, state) = moved(open(&by(&who.responsible), opening, &org(2), AWARD));
    assert_eq!(state, "待评审");
    let shown = case::show(&by(&who.officer), &id).unwrap();
    let told = &shown.events[0].fields;
    assert!(
        told.iter()
            .any(|(name, value)| name == "筛查结果" && value.contains("没有有效的")),
        "{told:?}"
    );
    // One of the grave class does.
    let revoked = penalty(3, 3)
        .set("CF_CFLB", "吊销许可证件")
        .set("CF_NR", "吊销食品经营许可证。")
        .set("CF_NR_WFFF", "")
        .set("CF_NR_ZKDX", "食品经营许可证JY1");
    desk.land(&[revoked], TODAY);
    let text = refused(
        open(&by(&who.responsible), opening, &org(3), AWARD),
        RefusalCode::CaseWhen,
    );
    assert!(text.contains("衡信市监罚〔2026〕3号（行政处罚）"), "{text}");
    hand_in(&desk, &list_entry("衡信市监列〔2026〕3号"), TODAY);
    let text = refused(
        open(&by(&who.responsible), opening, &org(1), AWARD),
        RefusalCode::CaseWhen,
    );
    assert!(
        text.contains("衡信市监列〔2026〕3号（严重失信主体名单）"),
        "{text}"
    );
    let (_, offers) = case::openings(&by(&who.officer), "honour", &org(1)).unwrap();
    let why = offers[0].refused.as_ref().unwrap().to_string();
    assert!(why.contains("衡信市监列〔2026〕3号"), "{why}");
    assert!(desk.sound());
}

#[test]
fn a_listing_ends_when_the_departments_row_has_come() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1)], TODAY);
    let reviewer = person(&desk, "reviewer1", "reviewer", Some(D1));
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let opened = [
        ("REGIME", "市场监督管理严重违法失信名单"),
        ("DECISION", "衡信市监罚〔2026〕1号"),
        ("EFFECTIVE", DECIDED),
        ("FACTS", "受到较重行政处罚。"),
    ];
    forbidden_to_list(&by(&who.officer), &opened);
    let (id, _) = moved(open(&by(&who.clerk), ("listing", "open"), &org(1), &opened));
    let go = |actor: &Actor, name: &str, typed: &[(&str, &str)]| {
        moved(step(&by(actor), &id, name, typed)).1
    };
    go(&reviewer, "pass", &[("LAWFUL", "同意")]);
    let told = [
        ("NOTICE", "衡信市监告〔2026〕3号"),
        ("SERVED", "2026-11-02"),
    ];
    go(&who.responsible, "tell", &told);
    go(&who.clerk, "speak", &[("SAYS", "没有异议")]);
    go(&who.responsible, "answer", &[("ANSWERED", "已经答复")]);
    let decided = [
        ("MEETING", "2026年第20次局长办公会"),
        ("NUMBER", "衡信市监列〔2026〕3号"),
        ("DECIDED", DECIDED),
    ];
    let text = refused(
        step(&by(&who.responsible), &id, "decide", &decided),
        RefusalCode::CaseWhen,
    );
    assert!(text.contains("上级机关的同意"), "{text}");
    go(&who.clerk, "consent", &[("CONSENT", "衡市监函〔2026〕9号")]);
    go(&who.responsible, "decide", &decided);
    let state = go(&who.clerk, "deliver", &[("DELIVERED", DECIDED)]);
    assert_eq!(state, "已送达，待报送名单信息");
    assert_eq!(inbox(&desk, &who.clerk, TODAY), [id.as_str()]);
    // Another entry is not waited for.
    hand_in(&desk, &list_entry("衡信市监列〔2026〕4号"), TODAY);
    assert!(case::show(&by(&who.officer), &id).unwrap().open);
    hand_in(&desk, &list_entry("衡信市监列〔2026〕3号"), TODAY);
    let shown = case::show(&by(&who.officer), &id).unwrap();
    assert_eq!(
        (shown.open, shown.state.as_str()),
        (false, "已列入，名单信息已收到")
    );
    assert_eq!(case::clocks(&desk.operator(TODAY)).unwrap(), 1);
    assert!(inbox(&desk, &who.clerk, TODAY).is_empty());
    assert!(desk.sound());
}

fn forbidden_to_list(ctx: &Ctx<'_>, typed: &[(&str, &str)]) {
    refused(
        open(ctx, ("listing", "open"), &org(1), typed),
        RefusalCode::CaseOnlyBy,
    );
}

#[test]
fn a_removal_is_about_a_list_entry() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1)], TODAY);
    let record = desk.number(&penalty(1, 1));
    let ctx = desk.ctx(who.officer.clone(), TODAY);
    let typed = [("APPLIED", "2026-11-02"), ("PROOF", "缴款凭证")];
    not_found(open(&ctx, ("removal", "open"), record.as_str(), &typed));
    hand_in(&desk, &list_entry("衡信市监列〔2026〕3号"), TODAY);
    let all = desk.all();
    let entry = all.iter().find(|s| s.record.item == "list-entry").unwrap();
    let id = entry.record.id.clone();
    desk.shown(&id, TODAY);
    let (case, state) = moved(open(&ctx, ("removal", "open"), id.as_str(), &typed));
    assert_eq!(state, "待列入的部门受理");
    // A year has not passed.
    refused(
        step(
            &desk.ctx(who.responsible.clone(), TODAY),
            &case,
            "accept",
            &[],
        ),
        RefusalCode::CaseWhen,
    );
}

#[test]
fn a_record_without_a_code_is_linked_by_the_row_that_takes_its_place() {
    let desk = Desk::new();
    let who = people(&desk);
    let bare = penalty(1, 1)
        .individual()
        .set("CF_XDR_SHXYM", FILLER)
        .set("CF_XDR_GSZC", "990100600000123");
    desk.land(&[bare, penalty(2, 2)], TODAY);
    let all = desk.all();
    let record = all
        .iter()
        .find(|s| s.record.subject_key.is_unlinked())
        .unwrap();
    let record = record.record.id.clone();
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let opening = ("link-confirmation", "open");
    let typed = [("CODE", shop(1)), ("PROOF", "注册号对照".to_owned())];
    let typed: Vec<(&str, &str)> = typed.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let linked = desk.number(&penalty(2, 2));
    refused(
        open(&by(&who.officer), opening, linked.as_str(), &typed),
        RefusalCode::CaseWhen,
    );
    let (id, _) = moved(open(&by(&who.officer), opening, record.as_str(), &typed));
    refused(
        step(&by(&who.officer), &id, "confirm", &[("CHECKED", "一致")]),
        RefusalCode::CaseSecondPerson,
    );
    moved(step(
        &by(&who.second),
        &id,
        "confirm",
        &[("CHECKED", "一致")],
    ));
    let right = other(SHOP, &shop(1), 1)
        .individual()
        .set("XH_THJL", record.as_str());
    let later = date(2026, 11, 3);
    desk.land(&[right], later);
    let shown = case::show(&desk.ctx(who.officer.clone(), later), &id).unwrap();
    assert_eq!(
        (shown.open, shown.state.as_str()),
        (false, "已由有代码的记录替换")
    );
}
