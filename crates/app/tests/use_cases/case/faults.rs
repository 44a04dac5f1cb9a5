//! What goes wrong in a case, and what becomes of it.

use super::*;

const DOUBT: &[(&str, &str)] = &[
    ("MATTER", "内容"),
    ("CLAIM", "未公示价格"),
    ("WHY", "附处罚决定书"),
];

/// An objection that lies with the department.
fn objection(desk: &Desk, who: &People, record: &RecordId, day: Date) -> String {
    let ctx = desk.ctx(who.officer.clone(), day);
    let (id, _) = moved(open(&ctx, ("objection", "open"), record.as_str(), DOUBT));
    moved(step(&ctx, &id, "forward", &[]));
    id
}

#[test]
fn a_record_that_is_over_in_mid_case_ends_it_and_clears_every_desk() {
    let ends: [fn(&Desk, &RecordId); 3] = [
        |desk, record| {
            let on = date(2026, 11, 3);
            let wrong = confirming(record.as_str(), false, "公示有误");
            record::withhold(&desk.operator(on), record.as_str(), "主体有误", None).unwrap();
            record::confirm(&desk.ctx(operator("乙"), on), &wrong).unwrap();
        },
        |desk, record| {
            let on = date(2026, 11, 3);
            let annulled = xinheng_app::record::Confirm {
                over: Some(xinheng_app::record::Because::Annulled),
                ..confirming(record.as_str(), false, "复议撤销")
            };
            record::withhold(&desk.operator(on), record.as_str(), "已经撤销", None).unwrap();
            record::confirm(&desk.ctx(operator("乙"), on), &annulled).unwrap();
        },
        |desk, record| {
            let row = penalty(1, 9).set("XH_THJL", record.as_str());
            desk.land(&[row], date(2026, 11, 3));
        },
    ];
    for (at, over) in ends.iter().enumerate() {
        let desk = Desk::new();
        let who = people(&desk);
        desk.land(&[penalty(1, 1), penalty(2, 2)], TODAY);
        let record = desk.number(&penalty(1, 1));
        let id = objection(&desk, &who, &record, TODAY);
        let other = objection(&desk, &who, &desk.number(&penalty(2, 2)), TODAY);
        let day = date(2026, 11, 3);
        assert_eq!(case::clocks(&desk.operator(day)).unwrap(), 0, "{at}");
        over(&desk, &record);
        // Whoever acts before the clocks have run is told where it stands.
        let found = [("FOUND", "填错")];
        let responsible = desk.ctx(who.responsible.clone(), day);
        let late = step(&responsible, &id, "uphold", &found);
        refused(late, RefusalCode::CaseElsewhere);
        assert_eq!(case::clocks(&desk.operator(day)).unwrap(), 1, "{at}");
        assert_eq!(case::clocks(&desk.operator(day)).unwrap(), 0, "{at}");
        let view = case::show(&responsible, &id).unwrap();
        assert_eq!(
            (view.state.as_str(), view.open),
            ("记录已经结束，不再处理", false),
            "{at}"
        );
        assert_eq!(inbox(&desk, &who.responsible, day), [other], "{at}");
        assert!(desk.sound(), "{at}");
    }
}

#[test]
fn a_right_ends_with_its_term_and_a_letter_that_is_never_served_lets_it_stand() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1), penalty(2, 2)], TODAY);
    let by = |actor: &Actor, day| desk.ctx(actor.clone(), day);
    let reject = |n: u32| {
        let record = desk.number(&penalty(n, n));
        let id = objection(&desk, &who, &record, TODAY);
        let why = [("REASON", "决定书无误")];
        moved(step(&by(&who.responsible, TODAY), &id, "reject", &why));
        id
    };
    let (served, never) = (reject(1), reject(2));
    let day = TODAY.to_string();
    let service = [("SERVICE_WAY", "直接送达"), ("SERVED_ON", day.as_str())];
    let letter = "serve-rejected";
    let responsible = by(&who.responsible, TODAY);
    moved(step(&responsible, &served, letter, &service));
    refused(
        step(&responsible, &served, letter, &service),
        RefusalCode::CaseElsewhere,
    );
    // Ten working days from the second of November end on the sixteenth.
    let again = [("AGAIN", "请复核")];
    let after = by(&who.officer, date(2026, 11, 17));
    let told = refused(
        step(&after, &served, "again", &again),
        RefusalCode::CaseTooLate,
    );
    assert!(told.contains("申请复核") && told.contains("11"), "{told}");
    moved(step(&after, &never, "again", &again));
    assert_eq!(desk.audited("case.step").len(), 6);
}

#[test]
fn a_step_on_a_day_off_counts_from_the_next_working_day() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1)], TODAY);
    let sunday = date(2026, 11, 8);
    let id = objection(&desk, &who, &desk.number(&penalty(1, 1)), sunday);
    let view = case::show(&desk.ctx(who.responsible.clone(), sunday), &id).unwrap();
    // Seven working days, the Monday the first of them.
    assert_eq!(view.terms[0].on, Some(date(2026, 11, 17)));
    let found = [("FOUND", "填错")];
    moved(step(
        &desk.ctx(who.responsible.clone(), sunday),
        &id,
        "uphold",
        &found,
    ));
}

#[test]
fn a_deputy_acts_to_the_last_day_and_no_longer() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1)], TODAY);
    let ctx = desk.operator(TODAY);
    let new = NewAccount {
        login: "deputy",
        name: "程样清",
        demo: false,
    };
    let made = account::make(&ctx, new).unwrap();
    let last = date(2026, 11, 3);
    let grant = Grant {
        login: "deputy",
        role: "responsible",
        department: Some(D1),
        from: None,
        until: Some(last),
    };
    account::grant(&ctx, grant).unwrap();
    let deputy = Actor::Account {
        id: made.id,
        department: Some(D1.to_owned()),
    };
    let id = objection(&desk, &who, &desk.number(&penalty(1, 1)), TODAY);
    let (appraise, found) = ([("APPRAISER", "某鉴定所")], [("FOUND", "填错")]);
    let after = desk.ctx(deputy.clone(), date(2026, 11, 4));
    forbidden(step(&after, &id, "appraise", &appraise));
    forbidden(case::inbox(&after));
    moved(step(&desk.ctx(deputy, last), &id, "appraise", &appraise));
    forbidden(step(&after, &id, "uphold", &found));
    assert_eq!(desk.audited("case.step").len(), 2);
}

#[test]
fn payments_above_the_debt_are_refused_and_those_that_add_up_close_it() {
    let desk = Desk::new();
    let who = people(&desk);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let opened = [
        ("CREDITOR", org(1)),
        ("DEBTOR", D1_NAME.to_owned()),
        ("CONTRACT", "HT20260001".to_owned()),
        ("CLAIMED", "12.5".to_owned()),
        ("PAPERS", "合同一份".to_owned()),
    ];
    let opened: Vec<(&str, &str)> = opened.iter().map(|(f, v)| (*f, v.as_str())).collect();
    let (id, _) = moved(open(&by(&who.officer), ("arrears", "open"), D1, &opened));
    moved(step(&by(&who.officer), &id, "accept", &[]));
    let unit = by(&who.responsible);
    let part = |amount: &'static str| [("PAY_BY", "2026-12-31"), ("AMOUNT", amount)];
    let answer = [("ANSWER", "分两期支付")];
    moved(step(&unit, &id, "plan", &part("12.4999")));
    let told = refused(step(&unit, &id, "agree", &answer), RefusalCode::CaseWhen);
    assert!(told.contains("不相等"), "{told}");
    moved(step(&unit, &id, "plan", &part("0.0001")));
    moved(step(&unit, &id, "agree", &answer));
    let paid = |amount: &'static str| {
        [
            ("PAID_ON", "2026-11-02"),
            ("PAID", amount),
            ("VOUCHER", "PZ1"),
        ]
    };
    moved(step(&unit, &id, "pay", &paid("10")));
    let told = refused(
        step(&unit, &id, "pay", &paid("2.5001")),
        RefusalCode::CaseWhen,
    );
    assert!(told.contains("付款合计超过拖欠金额"), "{told}");
    let told = refused(step(&unit, &id, "all-paid", &[]), RefusalCode::CaseWhen);
    assert!(told.contains("不相等"), "{told}");
    moved(step(&unit, &id, "pay", &paid("2.5")));
    let (_, state) = moved(step(&unit, &id, "all-paid", &[]));
    assert_eq!(state, "已支付，待债权人确认");
    let view = case::show(&unit, &id).unwrap();
    let paid = view.lines.iter().find(|l| l.title == "付款").unwrap();
    assert_eq!(paid.rows.len(), 2, "what was refused is not kept");
}

/// What belongs to one case is not reached through another, and a receipt goes into the case that waits
/// for one.
#[test]
fn letters_files_and_receipts_of_another_case_are_not_taken() {
    let desk = Desk::new();
    let who = people(&desk);
    let officer = desk.ctx(who.officer.clone(), TODAY);
    let one = advice(&officer, "rectification");
    let other = advice(&officer, "rectification");
    let of_one = case::show(&officer, &one).unwrap();
    let place = &of_one.letters[0].place;
    assert!(case::letter(&officer, &one, place).is_ok());
    let file = case::attach(&officer, &one, "../../甲/报告.pdf", b"%PDF-1.7 x").unwrap();
    let (name, ..) = case::download(&officer, &one, &file).unwrap();
    assert!(!name.contains(['/', '\\']), "{name}");
    let missing = |answer: AppResult<()>| match answer {
        Err(AppError::NotFound(_)) => {}
        other => panic!("{other:?}"),
    };
    missing(case::download(&officer, &other, &file).map(drop));
    missing(case::detach(&officer, &other, &file));
    missing(case::letter(&officer, &other, "9-rectify").map(drop));
    missing(case::letter(&officer, &other, &format!("{place}x")).map(drop));
    // A case that waits for no receipt from above takes none.
    let opened = [
        ("CODE", org(1)),
        ("FAULT", "校验码错误".to_owned()),
        ("FOUND", "登记簿上的代码有误".to_owned()),
    ];
    let opened: Vec<(&str, &str)> = opened.iter().map(|(f, v)| (*f, v.as_str())).collect();
    let (fault, _) = moved(open(&officer, ("code-fault", "open"), D1, &opened));
    let receipt = [("RECEIPT", "已接收"), ("RIGHT", "91990102MAEX00010W")];
    for name in ["accepted", "replaced", "rejected"] {
        refused(
            step(&officer, &fault, name, &receipt),
            RefusalCode::CaseElsewhere,
        );
        // Nor has another kind the step.
        missing(step(&officer, &one, name, &receipt).map(drop));
    }
    assert!(desk.audited("subject.alias").is_empty());
}
