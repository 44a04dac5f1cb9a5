//! Departments that are merged, renamed or split: who reads, who writes, what goes over.

use crate::{roster::person, support::*};
use xinheng_app::{
    Act, Actor, Ctx, RefusalCode, Scope,
    account::{self, Grant},
    department::{self, Merge, assign, merge, succeeded},
    handin::{self, Staging},
    intake, record,
    roster::{self, Proposal},
};

const D3: &str = "d3";

/// A third department.
fn third(desk: &Desk) {
    let list = desk.file(
        "third.csv",
        &format!(
            "编号,名称,代码\n{D3},衡川市信衡区药品监督管理局,{}\n",
            body(3)
        ),
    );
    department::import(&desk.operator(TODAY), &list).unwrap();
}

fn merged<'a>(from: &'a str, to: &'a [&'a str]) -> Merge<'a> {
    Merge {
        department: from,
        successors: to,
        document: "衡信编〔2026〕3号",
    }
}

/// Batches as they are listed for a department.
pub fn listed(
    ctx: &Ctx<'_>,
    department: Option<&str>,
) -> xinheng_app::AppResult<Vec<intake::BatchLine>> {
    let asked = intake::Batches {
        department,
        ..intake::Batches::default()
    };
    intake::batches(ctx, asked, 9)
}

fn staged(desk: &Desk, by: &Actor, department: &str, rows: &[Row]) -> String {
    let text = csv(rows);
    let staging = Staging {
        bytes: text.as_bytes(),
        file_name: "处罚.csv",
        sheet: None,
        department,
    };
    handin::stage(&desk.ctx(by.clone(), TODAY), staging).unwrap()
}

fn refused_as<T: std::fmt::Debug>(answer: xinheng_app::AppResult<T>, code: RefusalCode) {
    refused(answer, code.as_str());
}

#[test]
fn a_merged_department_hands_over_its_work_and_keeps_its_records() {
    let desk = Desk::new();
    let old = person(&desk, "lin", Some(("clerk", Some(D1))));
    let new = person(&desk, "cheng", Some(("clerk", Some(D2))));
    let officer = person(&desk, "huang", Some(("officer", None)));
    let (first, second) = (penalty(1, 1), penalty(2, 2));
    desk.hand_in(
        old.clone(),
        D1,
        &csv(std::slice::from_ref(&first)),
        TODAY,
        false,
    )
    .unwrap();
    let file = staged(&desk, &old, D1, std::slice::from_ref(&second));
    let changed = first
        .clone()
        .set("CF_SY", "检查发现销售的产品没有中文标签。");
    let corrected = csv(std::slice::from_ref(&changed));
    let theirs_now = csv(&[changed.second()]);
    let before = desk
        .hand_in(new.clone(), D2, &theirs_now, TODAY, true)
        .unwrap();
    assert_eq!(before.counters.refused, 1, "another department's record");

    let ctx = desk.ctx(officer, TODAY);
    assert_eq!(merge(&ctx, &merged(D1, &[D2])).unwrap(), 1);
    let told = desk.audited("department.merge");
    assert_eq!(told[0].detail["hand_ins"], 1);
    assert_eq!(told[0].detail["document"], "衡信编〔2026〕3号");
    let of = &succeeded(&ctx).unwrap()[0];
    assert_eq!(
        (of.department.0.as_str(), of.successors[0].0.as_str()),
        (D1, D2)
    );

    let public = xinheng_app::site::departments(&desk.public(TODAY)).unwrap();
    let told: Vec<_> = public.iter().map(|d| d.continued_by.as_slice()).collect();
    assert_eq!(told, [&[D2_NAME.to_owned()][..], &[]]);

    // The old department's people see, and write nothing.
    let theirs = desk.ctx(old.clone(), TODAY);
    assert_eq!(listed(&theirs, Some(D1)).unwrap().len(), 1);
    refused_as(
        desk.hand_in(old, D1, &csv(&[penalty(1, 3)]), TODAY, false),
        RefusalCode::DepartmentOver,
    );
    refused_as(
        handin::withdraw(&theirs, &file, 1),
        RefusalCode::DepartmentOver,
    );
    // Nor does anybody for it: not its folder, not the office.
    refused_as(
        desk.hand_in(clerk(D1), D1, &csv(&[penalty(1, 3)]), TODAY, false),
        RefusalCode::DepartmentOver,
    );
    refused_as(
        desk.hand_in(operator("甲"), D1, &csv(&[penalty(1, 3)]), TODAY, false),
        RefusalCode::DepartmentOver,
    );

    // The one after it goes on with the prepared file, sees the batches, corrects the records.
    let mine = desk.ctx(new.clone(), TODAY);
    assert_eq!(handin::list(&mine).unwrap()[0].id, file);
    let revision = handin::list(&mine).unwrap()[0].revision;
    handin::release(&mine, &file, revision, false).unwrap();
    assert_eq!(listed(&mine, Some(D2)).unwrap().len(), 2);
    let record = |row: &Row| {
        let all = desk.all();
        let id = desk.number(row);
        all.into_iter().find(|s| s.record.id == id).unwrap().record
    };
    assert_eq!(
        record(&first).department,
        D1,
        "the code under which it was reported"
    );
    assert_eq!(record(&second).department, D2);
    let after = desk.hand_in(new, D2, &corrected, TODAY, false).unwrap();
    assert_eq!((after.counters.refused, after.counters.new_version), (0, 1));
    assert_eq!(record(&first).version, 2);
    assert!(desk.sound());
}

#[test]
fn after_a_split_both_read_and_nobody_writes_until_it_is_assigned() {
    let desk = Desk::new();
    third(&desk);
    let old = person(&desk, "lin", Some(("clerk", Some(D1))));
    let (two, three) = (
        person(&desk, "cheng", Some(("clerk", Some(D2)))),
        person(&desk, "zhao", Some(("clerk", Some(D3)))),
    );
    let first = penalty(1, 1);
    desk.hand_in(
        old.clone(),
        D1,
        &csv(std::slice::from_ref(&first)),
        TODAY,
        false,
    )
    .unwrap();
    let file = staged(&desk, &old, D1, &[penalty(2, 2)]);
    let operator = desk.operator(TODAY);
    assert_eq!(merge(&operator, &merged(D1, &[D2, D3])).unwrap(), 0);
    let corrected = csv(&[first.set("CF_SY", "检查发现销售的产品没有中文标签。")]);
    let correct = |by: &Actor, department| {
        let outcome = desk.hand_in(by.clone(), department, &corrected, TODAY, true);
        outcome.unwrap().counters.refused
    };
    for (by, department) in [(&two, D2), (&three, D3)] {
        let ctx = desk.ctx(by.clone(), TODAY);
        assert_eq!(listed(&ctx, Some(department)).unwrap().len(), 1);
        assert_eq!(handin::list(&ctx).unwrap().len(), 1, "both read");
        refused_as(handin::withdraw(&ctx, &file, 1), RefusalCode::MattersOpen);
        assert_eq!(correct(by, department), 1);
    }
    bad_input(assign(&operator, D1, "penalty", D1));
    bad_input(assign(&operator, D2, "penalty", D3));
    not_found(assign(&operator, D1, "king", D2));
    assert_eq!(assign(&operator, D1, "penalty", D2).unwrap(), 1);
    let told = desk.audited("department.assign");
    assert_eq!(
        (&told[0].detail["to"], &told[0].detail["hand_ins"]),
        (&D2.into(), &1.into())
    );
    assert_eq!((correct(&two, D2), correct(&three, D3)), (0, 1));
    let matters = &succeeded(&operator).unwrap()[0].matters;
    let of = |item: &str| {
        matters
            .iter()
            .find(|(id, ..)| id == item)
            .unwrap()
            .2
            .as_deref()
    };
    assert_eq!((of("penalty"), of("permit")), (Some(D2), None));
    let ctx = desk.ctx(two, TODAY);
    let revision = handin::list(&ctx).unwrap()[0].revision;
    handin::withdraw(&ctx, &file, revision).unwrap();
    assert!(desk.sound());
}

#[test]
fn texts_and_interrupted_batches_are_the_successors_too() {
    let desk = Desk::new();
    let reviewer = person(&desk, "sima", Some(("reviewer", Some(D2))));
    let other = person(&desk, "lu", Some(("reviewer", Some(D1))));
    let text = "经查，当事人从高样处购进无标签的预包装食品三箱，货值金额58元。";
    let doubtful = penalty(1, 1).set("CF_SY", text);
    desk.land(std::slice::from_ref(&doubtful), TODAY);
    desk.killed(&[penalty(2, 2)], TODAY);
    let id = desk.number(&doubtful);
    let readings =
        |by: &Actor, department| record::readings(&desk.ctx(by.clone(), TODAY), Some(department));
    let own = readings(&other, D1).unwrap().len();
    assert!(readings(&reviewer, D2).unwrap().is_empty() && own > 0);
    merge(&desk.operator(TODAY), &merged(D1, &[D2])).unwrap();
    assert_eq!(readings(&reviewer, D2).unwrap().len(), own);
    let say = record::Say {
        record: id.as_str(),
        field: "CF_SY",
        says: xinheng_domain::reading::Says::Masked,
        text: None,
        by: record::ReadingBasis {
            document: None,
            dated: None,
            stated_by: None,
            grounds: Some("已核对"),
        },
    };
    refused_as(
        record::say(&desk.ctx(other, TODAY), &say),
        RefusalCode::DepartmentOver,
    );
    let mine = desk.ctx(reviewer, TODAY);
    record::say(&mine, &say).unwrap();
    assert!(readings_left(&mine).is_empty());
    intake::abandon(&mine, &desk.staged(), "改由新的部门报送").unwrap();
}

fn readings_left(ctx: &Ctx<'_>) -> Vec<record::ReadingLine> {
    record::readings(ctx, Some(D2)).unwrap()
}

#[test]
fn what_is_no_more_is_neither_merged_nor_merged_into_nor_given_people() {
    let desk = Desk::new();
    third(&desk);
    let head = person(&desk, "ouyang", Some(("responsible", Some(D1))));
    person(&desk, "cheng", None);
    let proposal = Proposal {
        department: D1,
        login: "cheng",
        role: "clerk",
        from: None,
        until: None,
    };
    roster::propose(&desk.ctx(head.clone(), TODAY), proposal).unwrap();
    let operator = desk.operator(TODAY);
    bad_input(merge(&operator, &merged(D1, &[])));
    bad_input(merge(&operator, &merged(D1, &[D1])));
    not_found(merge(&operator, &merged(D1, &["d9"])));
    not_found(merge(&operator, &merged("d9", &[D1])));
    let nameless = Merge {
        document: " ",
        ..merged(D1, &[D2])
    };
    bad_input(merge(&operator, &nameless));
    merge(&operator, &merged(D1, &[D2])).unwrap();
    for again in [merged(D1, &[D3]), merged(D3, &[D1])] {
        refused_as(merge(&operator, &again), RefusalCode::DepartmentOver);
    }
    let grant = Grant {
        login: "cheng",
        role: "clerk",
        department: Some(D1),
        from: None,
        until: None,
    };
    refused_as(
        account::grant(&operator, grant),
        RefusalCode::DepartmentOver,
    );
    refused_as(
        roster::propose(&desk.ctx(head, TODAY), proposal),
        RefusalCode::DepartmentOver,
    );
    let all = roster::list(&operator).unwrap();
    assert!(
        all.iter().all(|state| state.code != D1),
        "no roster is waited for"
    );
    // Further on: whatever came before comes along.
    merge(&operator, &merged(D2, &[D3])).unwrap();
    let three = person(&desk, "zhao", Some(("clerk", Some(D3))));
    let ctx = desk.ctx(three, TODAY);
    for code in [D1, D2, D3] {
        ctx.allow_in(Act::BatchAbandon, Scope::Department(code))
            .unwrap();
    }
}

#[test]
fn only_the_office_merges_and_assigns() {
    let desk = Desk::new();
    let others = [
        person(&desk, "lin", Some(("clerk", Some(D1)))),
        person(&desk, "ouyang", Some(("responsible", Some(D1)))),
        person(&desk, "zhao", Some(("head", None))),
        person(&desk, "gu", Some(("security-admin", None))),
        person(&desk, "lu", Some(("system-admin", None))),
        Actor::Public,
        clerk(D1),
    ];
    for other in others {
        let ctx = desk.ctx(other, TODAY);
        forbidden(merge(&ctx, &merged(D1, &[D2])));
        forbidden(assign(&ctx, D1, "penalty", D2));
    }
    assert!(desk.audited("department.merge").is_empty());
}
