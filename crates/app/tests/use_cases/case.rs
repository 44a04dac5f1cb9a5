//! Cases: opened, moved and closed by the people of a district.

mod elsewhere;
mod faults;
mod kinds;

use crate::support::*;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use xinheng_app::{
    Act, Actor, AppError, AppResult, Ctx, RefusalCode,
    account::{self, Grant, NewAccount},
    case::{self, CaseWork, Opening, Outcome, Stepping},
    department::{self, Merge},
    record,
};
use xinheng_domain::record::{EndKind, RecordId};

/// Somebody with a role, in a department or at the office.
pub(crate) fn person(desk: &Desk, login: &str, role: &str, department: Option<&str>) -> Actor {
    let ctx = desk.operator(TODAY);
    let new = NewAccount {
        login,
        name: "程样清",
        demo: false,
    };
    let made = account::make(&ctx, new).unwrap();
    let grant = Grant {
        login,
        role,
        department,
        from: None,
        until: None,
    };
    account::grant(&ctx, grant).unwrap();
    Actor::Account {
        id: made.id,
        department: department.map(str::to_owned),
    }
}

/// The people of the stories.
pub(crate) struct People {
    pub(crate) officer: Actor,
    pub(crate) second: Actor,
    pub(crate) head: Actor,
    pub(crate) responsible: Actor,
    pub(crate) clerk: Actor,
    pub(crate) stranger: Actor,
    pub(crate) admin: Actor,
}

pub(crate) fn people(desk: &Desk) -> People {
    People {
        officer: person(desk, "officer", "officer", None),
        second: person(desk, "second", "officer", None),
        head: person(desk, "head", "head", None),
        responsible: person(desk, "lead1", "responsible", Some(D1)),
        clerk: person(desk, "clerk1", "clerk", Some(D1)),
        stranger: person(desk, "lead2", "responsible", Some(D2)),
        admin: person(desk, "admin", "system-admin", None),
    }
}

pub(crate) fn open(
    ctx: &Ctx<'_>,
    (kind, step): (&str, &str),
    about: &str,
    typed: &[(&str, &str)],
) -> AppResult<Outcome> {
    let typed: BTreeMap<&str, &str> = typed.iter().copied().collect();
    case::open(
        ctx,
        &Opening {
            kind,
            step,
            about,
            typed: &|field| typed.get(field).copied().unwrap_or_default().to_owned(),
        },
    )
}

pub(crate) fn step(
    ctx: &Ctx<'_>,
    id: &str,
    step: &str,
    typed: &[(&str, &str)],
) -> AppResult<Outcome> {
    seeing(ctx, id, (step, None), typed)
}

fn seeing(
    ctx: &Ctx<'_>,
    id: &str,
    (step, seen): (&str, Option<u32>),
    typed: &[(&str, &str)],
) -> AppResult<Outcome> {
    let typed: BTreeMap<&str, &str> = typed.iter().copied().collect();
    case::step(
        ctx,
        &Stepping {
            id,
            step,
            seen,
            typed: &|field| typed.get(field).copied().unwrap_or_default().to_owned(),
        },
    )
}

pub(crate) fn moved(answer: AppResult<Outcome>) -> (String, String) {
    match answer.unwrap() {
        Outcome::Moved(moved) => (moved.id, moved.state),
        Outcome::Wrong(wrong) => panic!("{wrong:?}"),
    }
}

pub(crate) fn refused(answer: AppResult<Outcome>, code: RefusalCode) -> String {
    match answer {
        Err(AppError::Refused(refusal)) => {
            assert_eq!(refusal.code, code, "{refusal}");
            refusal.to_string()
        }
        other => panic!("{code:?}: {other:?}"),
    }
}

fn end(desk: &Desk, id: &RecordId) -> Option<EndKind> {
    let all = desk.all();
    let stored = all.into_iter().find(|s| s.record.id == *id).unwrap();
    stored.record.ended.map(|e| e.kind)
}

/// Ids of what waits for somebody.
fn inbox(desk: &Desk, actor: &Actor, day: Date) -> Vec<String> {
    let listed = case::inbox(&desk.ctx(actor.clone(), day)).unwrap();
    listed.lines.into_iter().map(|l| l.id).collect()
}

/// Opens a case about the first department, of a kind that asks what a rectification asks.
fn advice(ctx: &Ctx<'_>, kind: &str) -> String {
    let typed = [
        ("PROBLEM", "迟报三条"),
        ("FOUND_BY", "数据核对"),
        ("DUE", "2026-11-30"),
    ];
    moved(open(ctx, (kind, "open"), D1, &typed)).0
}

const WHY: &[(&str, &str)] = &[("WHY", "主体有误")];

#[test]
fn a_wrong_publication_is_stopped_by_one_and_settled_by_the_department() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1)], TODAY);
    let record = desk.number(&penalty(1, 1));
    let by = |actor: &Actor, day| desk.ctx(actor.clone(), day);
    let opening = ("withholding", "open");
    let (id, state) = moved(open(
        &by(&who.officer, TODAY),
        opening,
        record.as_str(),
        WHY,
    ));
    assert_eq!(state, "已暂停公示，待第二人核定");
    assert_eq!(end(&desk, &record), Some(EndKind::Withheld));
    desk.gone(&record, TODAY);
    // A second case about the same waits for the first.
    refused(
        open(&by(&who.responsible, TODAY), opening, record.as_str(), WHY),
        RefusalCode::CaseWhen,
    );
    refused(
        step(&by(&who.officer, TODAY), &id, "keep", &[("KEEP", "核实中")]),
        RefusalCode::CaseSecondPerson,
    );
    assert_eq!(inbox(&desk, &who.second, TODAY), [id.as_str()]);
    assert!(inbox(&desk, &who.responsible, TODAY).is_empty());
    moved(step(
        &by(&who.second, TODAY),
        &id,
        "keep",
        &[("KEEP", "核实中")],
    ));
    assert_eq!(inbox(&desk, &who.responsible, TODAY), [id.as_str()]);
    // What is said to be corrected has to have come.
    let said = [("CORRECTED", "名称已更正")];
    let text = refused(
        step(&by(&who.responsible, TODAY), &id, "correct", &said),
        RefusalCode::CaseWhen,
    );
    assert!(
        text.contains("还没有收到更正后的数据") && text.contains("报送文件"),
        "{text}"
    );
    let later = date(2026, 11, 3);
    desk.land(&[penalty(1, 1).set("CF_SY", "经复核更正后的事实。")], later);
    desk.gone(&record, later);
    let (_, state) = moved(step(&by(&who.responsible, later), &id, "correct", &said));
    assert_eq!(state, "已更正并恢复公示");
    assert_eq!(end(&desk, &record), None);
    let steps: Vec<_> = desk.audited("case.step");
    assert_eq!(steps.len(), 2);
    assert!(
        steps
            .iter()
            .all(|e| !e.detail.to_string().contains("核实中"))
    );
    assert_eq!(desk.audited("case.open").len(), 1);
    assert!(desk.sound());
}

#[test]
fn nobody_moves_what_is_not_theirs() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1)], TODAY);
    let record = desk.number(&penalty(1, 1));
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let opening = ("withholding", "open");
    for outsider in [&who.stranger, &who.admin, &Actor::Public] {
        forbidden(open(&by(outsider), opening, record.as_str(), WHY));
    }
    refused(
        open(&by(&who.clerk), opening, record.as_str(), WHY),
        RefusalCode::CaseOnlyBy,
    );
    let (id, _) = moved(open(&by(&who.officer), opening, record.as_str(), WHY));
    for outsider in [&who.stranger, &who.admin, &Actor::Public] {
        forbidden(case::show(&by(outsider), &id));
        forbidden(step(&by(outsider), &id, "keep", &[("KEEP", "核实中")]));
    }
    for outsider in [&who.admin, &Actor::Public] {
        forbidden(case::inbox(&by(outsider)));
        forbidden(case::clocks(&by(outsider)));
    }
    refused(
        step(&by(&who.responsible), &id, "keep", &[("KEEP", "核实中")]),
        RefusalCode::CaseOnlyBy,
    );
    let list = |actor: &Actor| {
        case::list(&by(actor), &CaseWork::default())
            .unwrap()
            .lines
            .len()
    };
    assert_eq!(
        (
            list(&who.officer),
            list(&who.responsible),
            list(&who.stranger)
        ),
        (1, 1, 0)
    );
    assert_eq!(desk.audited("case.step").len(), 0);
}

#[test]
fn what_is_filled_in_is_checked_and_nothing_is_written_before() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1).fine()], TODAY);
    let record = desk.number(&penalty(1, 1));
    let ctx = desk.ctx(who.responsible.clone(), TODAY);
    let opening = ("class-question", "state-now");
    let typed = |class, dated| {
        [
            ("CLASS", class),
            ("DOCUMENT", "衡信市监函〔2026〕3号"),
            ("DATED", dated),
            ("SIGNED", "法规科 王科长"),
        ]
    };
    let wrong = match open(&ctx, opening, record.as_str(), &typed("很重", "2026-13-01")).unwrap()
    {
        Outcome::Wrong(wrong) => wrong,
        moved => panic!("{moved:?}"),
    };
    let fields: Vec<&str> = wrong.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["CLASS", "DATED"]);
    assert!(
        wrong.iter().all(|f| f.message.starts_with('“')),
        "a form has no rows"
    );
    assert!(desk.audited("case.open").is_empty());
    let empty = open(&ctx, opening, record.as_str(), &[]).unwrap();
    assert!(
        matches!(&empty, Outcome::Wrong(w) if w.len() == 4),
        "{empty:?}"
    );
    let (id, state) = moved(open(
        &ctx,
        opening,
        record.as_str(),
        &typed("一般失信信息", "2026-11-02"),
    ));
    assert_eq!(state, "已说明类别");
    let stored = desk
        .all()
        .into_iter()
        .find(|s| s.record.id == record)
        .unwrap();
    assert_eq!(stored.record.publicity.class.as_deref(), Some("general"));
    assert!(stored.record.publicity.public_on(TODAY));
    let view = case::show(&ctx, &id).unwrap();
    let shown: Vec<_> = view.events[0]
        .fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    assert_eq!(shown[0], ("失信信息类别", "一般失信信息"));
    // The office returns it, and does not state it.
    let officer = desk.ctx(who.officer, TODAY);
    refused(
        step(&officer, &id, "state", &typed("一般失信信息", "2026-11-02")),
        RefusalCode::CaseOnlyBy,
    );
    moved(step(
        &officer,
        &id,
        "return",
        &[("NOT_SO", "文件没有写明类别")],
    ));
    assert!(desk.sound());
}

#[test]
fn repair_ends_publicity_and_its_revocation_brings_it_back_and_bars() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1), penalty(1, 2)], TODAY);
    let record = desk.number(&penalty(1, 1));
    let early = date(2026, 12, 1);
    let late = date(2027, 3, 1);
    let by = |actor: &Actor, day| desk.ctx(actor.clone(), day);
    let opening = ("repair", "open");
    let applied = [("NUMBER", "XF20261201001"), ("APPLIED", "2026-12-01")];
    let (id, _) = moved(open(
        &by(&who.officer, early),
        opening,
        record.as_str(),
        &applied,
    ));
    let view = case::show(&by(&who.responsible, early), &id).unwrap();
    let accept = view.offers.iter().find(|o| o.step == "accept").unwrap();
    let why = accept.refused.as_ref().unwrap();
    assert_eq!(why.until, Some(date(2027, 1, 29)), "{why}");
    assert!(why.basis.as_ref().unwrap().contains("信用修复管理办法"));
    refused(
        step(&by(&who.responsible, early), &id, "accept", &[]),
        RefusalCode::CaseWhen,
    );
    moved(step(&by(&who.responsible, late), &id, "accept", &[]));
    moved(step(
        &by(&who.responsible, late),
        &id,
        "grant",
        &[("GRANTED", "衡信修〔2027〕1号")],
    ));
    assert_eq!(end(&desk, &record), Some(EndKind::Repaired));
    desk.gone(&record, late);
    // Nothing to be restored is offered to the office.
    refused(
        step(
            &by(&who.officer, late),
            &id,
            "revoke",
            &[("REVOKED", "虚假材料")],
        ),
        RefusalCode::CaseOnlyBy,
    );
    moved(step(
        &by(&who.responsible, late),
        &id,
        "revoke",
        &[("REVOKED", "虚假材料")],
    ));
    assert_eq!(end(&desk, &record), None);
    desk.shown(&record, late);
    let other = desk.number(&penalty(1, 2));
    let barred = refused(
        open(&by(&who.officer, late), opening, other.as_str(), &applied),
        RefusalCode::CaseWhen,
    );
    assert!(barred.contains("2030-03-02起可以办理"), "{barred}");
    assert!(desk.sound());
}

#[test]
fn the_corrected_data_closes_an_objection_and_a_late_one_comes_to_the_head() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1)], TODAY);
    let record = desk.number(&penalty(1, 1));
    let by = |actor: &Actor, day| desk.ctx(actor.clone(), day);
    let typed = [
        ("MATTER", "内容"),
        ("CLAIM", "未公示价格"),
        ("WHY", "附处罚决定书"),
    ];
    let opening = ("objection", "open");
    let (id, _) = moved(open(
        &by(&who.officer, TODAY),
        opening,
        record.as_str(),
        &typed,
    ));
    refused(
        open(&by(&who.second, TODAY), opening, record.as_str(), &typed),
        RefusalCode::CaseAlready,
    );
    moved(step(&by(&who.officer, TODAY), &id, "forward", &[]));
    // Seven working days from the second of November end on the eleventh.
    let view = case::show(&by(&who.responsible, TODAY), &id).unwrap();
    assert_eq!(view.terms[0].on, Some(date(2026, 11, 11)));
    assert_eq!(view.waits_for, [format!("{D1_NAME}的分管负责人")]);
    assert!(inbox(&desk, &who.head, date(2026, 11, 12)).is_empty());
    let night = desk.operator(date(2026, 11, 12));
    assert_eq!(case::clocks(&night).unwrap(), 1);
    assert_eq!(case::clocks(&night).unwrap(), 0, "nothing changes twice");
    assert_eq!(inbox(&desk, &who.head, date(2026, 11, 12)), [id.as_str()]);
    let day = date(2026, 11, 12);
    moved(step(
        &by(&who.responsible, day),
        &id,
        "uphold",
        &[("FOUND", "事实栏填错")],
    ));
    assert_eq!(inbox(&desk, &who.clerk, day), [id.as_str()]);
    desk.land(&[penalty(1, 1).set("CF_SY", "经复核更正后的事实。")], day);
    // The page shows it at once, whether the clocks have run or not.
    let view = case::show(&by(&who.clerk, day), &id).unwrap();
    assert_eq!(
        (view.state.as_str(), view.open),
        ("异议成立，已经更正", false)
    );
    assert_eq!(view.events[0].by, "系统");
    assert_eq!(case::clocks(&desk.operator(day)).unwrap(), 1);
    assert!(inbox(&desk, &who.clerk, day).is_empty());
    moved(open(
        &by(&who.second, day),
        opening,
        record.as_str(),
        &typed,
    ));
    assert!(desk.sound());
}

#[test]
fn of_two_who_saw_the_same_one_is_told_what_the_other_did() {
    let desk = Desk::new();
    let who = people(&desk);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let id = advice(&by(&who.officer), "rectification");
    let seen = Some(case::show(&by(&who.responsible), &id).unwrap().seq);
    moved(seeing(
        &by(&who.responsible),
        &id,
        ("report", seen),
        &[("DONE", "已补报")],
    ));
    let text = refused(
        seeing(
            &by(&who.officer),
            &id,
            ("stop", seen),
            &[("STOPPED", "已解决")],
        ),
        RefusalCode::CaseChanged,
    );
    assert!(
        text.contains("lead1") && text.contains("报告整改情况"),
        "{text}"
    );
    refused(
        step(&by(&who.responsible), &id, "report", &[("DONE", "再报")]),
        RefusalCode::CaseElsewhere,
    );
}

#[test]
fn units_that_join_in_close_their_own_rows() {
    let desk = Desk::new();
    let who = people(&desk);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let typed = [
        ("WHAT", "补齐历史数据"),
        ("SOURCE", "年度要点第三条"),
        ("DUE", "2026-11-30"),
    ];
    let (id, _) = moved(open(&by(&who.officer), ("work-task", "open"), D1, &typed));
    moved(step(
        &by(&who.officer),
        &id,
        "join",
        &[("UNIT", D2_NAME), ("SHARE", "提供台账")],
    ));
    let done = [("DONE", "已补齐")];
    let text = refused(
        step(&by(&who.responsible), &id, "report", &done),
        RefusalCode::CaseWhen,
    );
    assert!(text.contains("还有配合单位没有完成"));
    // The unit that joins in has the case on its desk, sees it and closes its own row.
    assert_eq!(inbox(&desk, &who.stranger, TODAY), [id.as_str()]);
    let view = case::show(&by(&who.stranger), &id).unwrap();
    assert_eq!(view.lines[0].rows, [[D2_NAME, "提供台账", "办理中"]]);
    moved(step(
        &by(&who.stranger),
        &id,
        "unit-done",
        &[("UNIT_DONE", "已提供")],
    ));
    let (_, state) = moved(step(&by(&who.responsible), &id, "report", &done));
    assert_eq!(state, "待核验");
}

#[test]
fn a_kind_that_a_district_lays_beside_works_without_a_rebuild() {
    let mut desk = Desk::new();
    desk.file(crate::rule_set::ADVICE, &crate::rule_set::advice_kind());
    desk.reopen();
    assert!(
        desk.office
            .rulebook()
            .kind("letter-of-advice", TODAY)
            .is_none()
    );
    desk.adopt();
    let who = people(&desk);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    assert!(
        case::kinds(&by(&who.officer))
            .iter()
            .any(|(_, title, _)| title == "提醒函办理")
    );
    let id = advice(&by(&who.officer), "letter-of-advice");
    assert_eq!(inbox(&desk, &who.responsible, TODAY), [id.as_str()]);
    // Taken from the folder it holds all the same.
    std::fs::remove_dir_all(desk.dir.path().join("rulebook")).unwrap();
    desk.reopen();
    assert_eq!(inbox(&desk, &who.responsible, TODAY), [id.as_str()]);
    assert_eq!(
        case::show(&desk.ctx(who.responsible, TODAY), &id)
            .unwrap()
            .title,
        "提醒函办理"
    );
}

#[test]
fn an_unknown_case_kind_step_or_matter_is_told() {
    let desk = Desk::new();
    let ctx = desk.operator(TODAY);
    let not_found = |answer: AppResult<Outcome>, words: &str| match answer {
        Err(AppError::NotFound(text)) => assert!(text.contains(words), "{text}"),
        other => panic!("{other:?}"),
    };
    not_found(open(&ctx, ("nothing", "open"), D1, &[]), "没有这一类办件");
    not_found(
        open(&ctx, ("rectification", "report"), D1, &[]),
        "没有这一步骤",
    );
    not_found(open(&ctx, ("rectification", "open"), "d9", &[]), "d9");
    not_found(open(&ctx, ("objection", "open"), "x-1", &[]), "x-1");
    not_found(
        step(&ctx, "d:d1-abcdefghjkmn", "report", &[]),
        "abcdefghjkmn",
    );
    let before = desk.ctx(operator("甲"), date(2025, 12, 31));
    refused(
        open(&before, ("rectification", "open"), D1, &[]),
        RefusalCode::CaseKindOver,
    );
    assert!(ctx.allow(Act::CaseClocks).is_ok());
}

/// What each role may do in each procedure, read by people: a change of the rules shows here.
#[test]
fn procedures_and_roles() {
    let desk = Desk::bare();
    let mut table = String::new();
    for kind in desk.office.rulebook().kinds() {
        use std::fmt::Write as _;
        let title = |id: &String| kind.state(id).map_or("", |s| s.title.as_str());
        writeln!(table, "{} {}（自{}）", kind.id, kind.title, kind.from).unwrap();
        for step in kind.steps.iter().filter(|s| s.serves.is_none()) {
            let by: Vec<String> = step.by.iter().map(|w| w.clone().into()).collect();
            let from: Vec<&str> = step.from.iter().map(title).collect();
            let by = if by.is_empty() {
                "系统".to_owned()
            } else {
                by.join("、")
            };
            let to = step.to.as_ref().map_or("（不变）", title);
            writeln!(table, "  {}　{by}　{} → {to}", step.title, from.join("、")).unwrap();
            for letter in step.letters.iter().filter_map(|id| kind.letter(id)) {
                writeln!(table, "    文书：{}（{}）", letter.title, letter.sent()).unwrap();
            }
        }
    }
    insta::assert_snapshot!("procedures_and_roles", table);
}

#[test]
fn a_power_that_a_district_takes_from_a_role_is_gone_from_the_steps() {
    let mut desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1)], TODAY);
    let record = desk.number(&penalty(1, 1));
    desk.file("rulebook/permissions/narrow.toml", crate::rule_set::NARROW);
    desk.adopt();
    let by = desk.ctx(who.responsible, TODAY);
    forbidden(open(&by, ("withholding", "open"), record.as_str(), WHY));
    assert_eq!(end(&desk, &record), None);
}

#[test]
fn what_a_case_has_withheld_is_shown_again_by_its_steps_alone() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1)], TODAY);
    let record = desk.number(&penalty(1, 1));
    let by = desk.ctx(who.officer, TODAY);
    let (id, _) = moved(open(&by, ("withholding", "open"), record.as_str(), WHY));
    let second = desk.ctx(operator("乙"), TODAY);
    let old = record::confirm(&second, &confirming(record.as_str(), true, "核实"));
    match old {
        Err(AppError::Refused(refusal)) => {
            assert_eq!(refusal.code, RefusalCode::CaseAlready);
            assert!(refusal.message.contains(&id), "{refusal}");
        }
        other => panic!("{other:?}"),
    }
    moved(step(&second, &id, "restore", &[("BACK", "核实无误")]));
    assert_eq!(end(&desk, &record), None);
}

#[test]
fn whoever_comes_after_a_department_goes_on_with_its_cases() {
    let desk = Desk::new();
    let who = people(&desk);
    desk.land(&[penalty(1, 1)], TODAY);
    let record = desk.number(&penalty(1, 1));
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let typed = [
        ("MATTER", "内容"),
        ("CLAIM", "未公示价格"),
        ("WHY", "附处罚决定书"),
    ];
    let opening = ("objection", "open");
    let (objection, _) = moved(open(&by(&who.officer), opening, record.as_str(), &typed));
    moved(step(&by(&who.officer), &objection, "forward", &[]));
    let letter = advice(&by(&who.officer), "rectification");
    forbidden(step(
        &by(&who.stranger),
        &objection,
        "uphold",
        &[("FOUND", "填错")],
    ));
    let merge = Merge {
        department: D1,
        successors: &[D2],
        document: "衡信编〔2026〕3号",
    };
    department::merge(&by(&who.officer), &merge).unwrap();
    let mut waiting = inbox(&desk, &who.stranger, TODAY);
    waiting.sort();
    let mut both = [objection.clone(), letter.clone()];
    both.sort();
    assert_eq!(waiting, both);
    assert!(
        case::show(&by(&who.stranger), &objection)
            .unwrap()
            .offers
            .len()
            > 1
    );
    let found = [("FOUND", "事实栏填错")];
    assert!(step(&by(&who.responsible), &objection, "uphold", &found).is_err());
    moved(step(&by(&who.stranger), &objection, "uphold", &found));
    moved(step(
        &by(&who.stranger),
        &letter,
        "report",
        &[("DONE", "已补报")],
    ));
    assert!(desk.sound());
}
