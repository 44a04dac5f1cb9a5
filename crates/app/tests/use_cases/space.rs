//! An organisation's own space: what it sees of itself, what it may do, and that it sees of nobody else.

use crate::{
    agent::agent_of,
    case::{moved, open, people, person, refused as refused_step, step},
    support::*,
};
use jiff::ToSpan as _;
use xinheng_app::{Actor, AppError, RefusalCode, case, record, space};

const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";

const OBJECTION: &[(&str, &str)] = &[
    ("MATTER", "内容"),
    ("CLAIM", "处罚金额应当是一万元"),
    ("WHY", "决定书原件"),
];

#[test]
fn all_own_records_are_seen_with_what_is_told_of_them() {
    let desk = Desk::new();
    let rows = [
        penalty(1, 1),
        penalty(1, 2).fine(),
        penalty(1, 3),
        penalty(2, 4),
    ];
    desk.land(&rows, TODAY);
    let withheld = desk.number(&rows[2]);
    record::withhold(
        &desk.operator(TODAY),
        withheld.as_str(),
        "内部线索：主体有误",
        None,
    )
    .unwrap();
    let ctx = desk.ctx(agent_of(&desk, "he", &org(1)), TODAY);
    let seen = space::home(&ctx).unwrap();
    assert_eq!((seen.name.as_str(), &seen.code), (NAMES[0], &org(1)));
    assert_eq!(seen.records.len(), 3);
    let of = |row: &Row| {
        let id = desk.number(row).to_string();
        seen.records.iter().find(|r| r.id == id).unwrap().clone()
    };
    assert!(of(&rows[0]).public && of(&rows[0]).earliest_repair.is_some());
    assert!(!of(&rows[1]).public && of(&rows[1]).standing.contains("类别未定"));
    assert!(of(&rows[2]).standing.contains("暂停公示，正在核实"));
    let told = format!("{seen:?}");
    assert!(
        !told.contains("内部线索") && !told.contains(NAMES[1]),
        "{told}"
    );
    // One of them whole, with what is typed where repair is applied for.
    let one = space::record(&ctx, &of(&rows[0]).id).unwrap();
    let repair_text = one.repair_text.unwrap();
    assert!(repair_text.promise.contains(NAMES[0]) && !repair_text.fields.is_empty());
    let kinds: Vec<&str> = one.openings.iter().map(|(id, _)| id.as_str()).collect();
    assert!(
        kinds.contains(&"objection") && kinds.contains(&"repair"),
        "{kinds:?}"
    );
    let held = space::record(&ctx, &of(&rows[1]).id).unwrap();
    assert!(!held.fields.is_empty() && held.repair_text.is_none());
    // Somebody else's is as unknown as none; each look has its entry.
    not_found(space::record(&ctx, desk.number(&rows[3]).as_str()));
    not_found(space::record(&ctx, "x"));
    assert_eq!(desk.audited("space.open").len(), 3);
    // Nobody of the house has a space.
    for actor in outsiders() {
        forbidden(space::home(&desk.ctx(actor.clone(), TODAY)));
        forbidden(space::looks(&desk.ctx(actor, TODAY)));
    }
    let officer = person(&desk, "officer", "officer", None);
    forbidden(space::home(&desk.ctx(officer, TODAY)));
    forbidden(space::home(&desk.operator(TODAY)));
}

#[test]
fn an_agent_objects_and_follows_it_without_what_is_internal() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let who = people(&desk);
    let ctx = desk.ctx(agent_of(&desk, "he", &org(1)), TODAY);
    let id = desk.number(&penalty(1, 1));
    let (case, _) = moved(open(&ctx, ("objection", "open"), id.as_str(), OBJECTION));
    let file = case::attach(&ctx, &case, "决定书.pdf", PDF).unwrap();
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    moved(step(&by(&who.officer), &case, "forward", &[]));
    let inside = case::attach(
        &by(&who.officer),
        &case,
        "内部.pdf",
        b"%PDF-1.7\n1\n%%EOF\n",
    )
    .unwrap();
    moved(step(
        &by(&who.responsible),
        &case,
        "reject",
        &[("REASON", "与决定书一致")],
    ));
    let seen = case::show(&ctx, &case).unwrap();
    let told = format!("{seen:?}");
    for hidden in ["officer", "lead1", "内部.pdf", "关于核实信用信息异议的函"] {
        assert!(!told.contains(hidden), "{hidden}: {told}");
    }
    assert!(told.contains("处罚金额应当是一万元"), "its own words");
    let sides: Vec<&str> = seen.events.iter().map(|e| e.role.as_str()).collect();
    assert_eq!(sides[2], "本单位");
    assert!(seen.events.iter().all(|e| e.by.is_empty()));
    let [letter] = &seen.letters[..] else {
        panic!("{:?}", seen.letters);
    };
    let text = case::letter(&ctx, &case, &letter.place).unwrap();
    assert!(text.body.concat().contains("与决定书一致"));
    case::letter_file(&ctx, &case, &letter.place).unwrap();
    not_found(case::letter(&ctx, &case, "2-forward"));
    case::download(&ctx, &case, &file).unwrap();
    not_found(case::download(&ctx, &case, &inside));
    // It asks again, and takes it back; what others do it may not.
    refused_step(
        step(&ctx, &case, "review-uphold", &[]),
        RefusalCode::CaseOnlyBy,
    );
    moved(step(&ctx, &case, "again", &[("AGAIN", "请复核")]));
    moved(step(
        &ctx,
        &case,
        "take-back",
        &[("TAKEN_BACK", "不再坚持")],
    ));
    let home = space::home(&ctx).unwrap();
    assert_eq!((home.cases.len(), home.letters.len()), (1, 1));
    assert!(!home.cases[0].waits);
}

#[test]
fn what_a_department_prepares_is_not_seen_before_the_notice() {
    let desk = Desk::new();
    let who = people(&desk);
    let reviewer = person(&desk, "reviewer1", "reviewer", Some(D1));
    let ctx = desk.ctx(agent_of(&desk, "he", &org(1)), TODAY);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let proposal = [
        ("REGIME", "市场监督管理严重违法失信名单"),
        ("DECISION", "衡信市监罚〔2026〕1号"),
        ("EFFECTIVE", "2026-10-01"),
        ("FACTS", "多次违法"),
    ];
    let (case, _) = moved(open(
        &by(&who.clerk),
        ("listing", "open"),
        &org(1),
        &proposal,
    ));
    assert!(space::home(&ctx).unwrap().cases.is_empty());
    forbidden(case::show(&ctx, &case));
    forbidden(step(&ctx, &case, "speak", &[("SAYS", "申辩")]));
    moved(step(&by(&reviewer), &case, "pass", &[("LAWFUL", "合法")]));
    moved(step(
        &by(&who.responsible),
        &case,
        "tell",
        &[("NOTICE", "拟列入")],
    ));
    let seen = case::show(&ctx, &case).unwrap();
    assert!(
        !format!("{seen:?}").contains("多次违法"),
        "not what the department noted"
    );
    assert_eq!(seen.letters.len(), 1);
    moved(step(&ctx, &case, "speak", &[("SAYS", "已经改正")]));
}

#[test]
fn an_agent_sees_and_does_nothing_for_another_organisation() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(2, 2)], TODAY);
    let one = desk.ctx(agent_of(&desk, "he", &org(1)), TODAY);
    let two = desk.ctx(agent_of(&desk, "hu", &org(2)), TODAY);
    let id = desk.number(&penalty(1, 1));
    let (case, _) = moved(open(&one, ("objection", "open"), id.as_str(), OBJECTION));
    let file = case::attach(&one, &case, "决定书.pdf", PDF).unwrap();
    forbidden(case::show(&two, &case));
    forbidden(case::letter(&two, &case, "1-x"));
    forbidden(case::letter_file(&two, &case, "1-x"));
    forbidden(case::download(&two, &case, &file));
    forbidden(case::attach(&two, &case, "一.pdf", b"%PDF-1.7\n2\n%%EOF\n"));
    forbidden(case::detach(&two, &case, &file));
    forbidden(step(&two, &case, "take-back", &[("TAKEN_BACK", "不")]));
    forbidden(open(
        &two,
        ("repair", "open"),
        id.as_str(),
        &[("NUMBER", "1"), ("APPLIED", "2026-10-30")],
    ));
    forbidden(open(&two, ("authorisation", "open"), &org(1), SLIP));
    let (title, offers) = case::openings(&two, "objection", id.as_str()).unwrap();
    assert!(title.is_empty() && offers.is_empty());
    not_found(space::record(&two, id.as_str()));
    let seen = space::home(&two).unwrap();
    assert_eq!((seen.records.len(), seen.cases.len()), (1, 0));
    // Nothing of the house is theirs.
    forbidden(case::inbox(&two));
    forbidden(record::of_subject(&two, &org(1), "看看"));
    forbidden(record::show(&two, id.as_str(), "看看"));
    forbidden(space::extract(&two, &case));
}

const SLIP: &[(&str, &str)] = &[
    ("RECIPIENT", "衡川样例银行信衡支行"),
    ("PURPOSE", "申请流动资金贷款"),
    ("SECTIONS", "公示中的记录"),
    ("UNTIL", "2026-12-31"),
];

#[test]
fn a_slip_lets_see_exactly_its_sections_until_it_is_taken_back() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(1, 2).fine()], TODAY);
    let agent = agent_of(&desk, "he", &org(1));
    let counter = person(&desk, "counter", "counter", None);
    let officer = person(&desk, "officer", "officer", None);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let (case, _) = moved(open(&by(&agent), ("authorisation", "open"), &org(1), SLIP));
    // Nobody is let in before it is noted for whom.
    bad_input(space::extract(&by(&counter), &case));
    moved(step(
        &by(&counter),
        &case,
        "look",
        &[("PAPER", "介绍信7号")],
    ));
    let seen = space::extract(&by(&counter), &case).unwrap();
    assert_eq!(seen.recipient, "衡川样例银行信衡支行");
    let numbers: Vec<&str> = seen.records.iter().map(|r| r.line.id.as_str()).collect();
    assert_eq!(numbers, [desk.number(&penalty(1, 1)).as_str()]);
    // By whoever noted it, on that day.
    bad_input(space::extract(&by(&officer), &case));
    bad_input(space::extract(
        &desk.ctx(counter.clone(), TODAY + 1.day()),
        &case,
    ));
    forbidden(space::extract(&by(&agent), &case));
    let lead = person(&desk, "lead", "responsible", Some(D1));
    forbidden(space::extract(&by(&lead), &case));
    // The organisation sees the step and the look.
    let told = space::looks(&by(&agent)).unwrap();
    assert_eq!(told.looks.len(), 1);
    assert_eq!(told.looks[0].act, "凭授权打印单位的信息");
    let own = case::show(&by(&agent), &case).unwrap();
    assert_eq!(own.events[0].title, "凭授权查询");
    moved(step(&by(&agent), &case, "revoke", &[]));
    let said = space::extract(&by(&counter), &case);
    assert!(format!("{said:?}").contains("撤回"), "{said:?}");
    bad_input(said);
    // All of them, where the slip says so.
    let all = [
        SLIP[0],
        SLIP[1],
        ("SECTIONS", "全部记录，包括不公示的"),
        SLIP[3],
    ];
    let (case, _) = moved(open(
        &by(&counter),
        ("authorisation", "open"),
        &org(1),
        &all,
    ));
    moved(step(
        &by(&officer),
        &case,
        "look",
        &[("PAPER", "介绍信8号")],
    ));
    assert_eq!(
        space::extract(&by(&officer), &case).unwrap().records.len(),
        2
    );
    // On the day after its last one it is over.
    let late = jiff::civil::date(2027, 1, 1);
    bad_input(space::extract(&desk.ctx(officer.clone(), late), &case));
    // No case of another kind, and no person.
    let id = desk.number(&penalty(1, 1));
    let (objection, _) = moved(open(
        &by(&agent),
        ("objection", "open"),
        id.as_str(),
        OBJECTION,
    ));
    not_found(space::extract(&by(&officer), &objection));
    let person = open(
        &by(&counter),
        ("authorisation", "open"),
        "11010119900307001X",
        SLIP,
    );
    let Err(AppError::BadInput(text)) = person else {
        panic!("{person:?}");
    };
    assert!(text.contains("农户") && !text.contains("1990"), "{text}");
    assert_eq!(desk.audited("case.extract").len(), 2);
}

#[test]
fn the_organisation_reads_which_bodies_looked_and_why() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1)], TODAY);
    let one = agent_of(&desk, "he", &org(1));
    let officer = person(&desk, "huangshezhou", "officer", None);
    let id = desk.number(&penalty(1, 1));
    record::show(&desk.ctx(officer, TODAY), id.as_str(), "核实异议").unwrap();
    let ctx = desk.ctx(one, TODAY);
    let told = space::looks(&ctx).unwrap();
    let [look] = &told.looks[..] else {
        panic!("{told:?}");
    };
    assert_eq!((look.on, look.purpose.as_str()), (TODAY, "核实异议"));
    assert_eq!(look.body, desk.office.district().office);
    assert!(!format!("{told:?}").contains("huangshezhou"));
    // Its own looks are none of others.
    space::home(&ctx).unwrap();
    assert_eq!(space::looks(&ctx).unwrap().looks.len(), 1);
}
