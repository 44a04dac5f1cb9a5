//! What anybody asks without an account.

use crate::{
    case::{moved, people, step},
    support::{D1_NAME, Desk, TODAY, has},
};
use std::collections::BTreeMap;
use xinheng_app::{
    Act, Actor, AppError,
    case::{self, AskOutcome, Asking, CaseWork},
};

fn ask(desk: &Desk, kind: &str, stamp: &str, typed: &[(&str, &str)]) -> AskOutcome {
    let typed: BTreeMap<&str, &str> = typed.iter().copied().collect();
    let asking = Asking {
        kind,
        stamp,
        typed: &|field| typed.get(field).copied().unwrap_or_default().to_owned(),
    };
    case::ask(&desk.public(TODAY), &asking).unwrap()
}

fn kept(outcome: AskOutcome) -> String {
    match outcome {
        AskOutcome::Kept(token) => token,
        AskOutcome::Wrong(wrong) => panic!("{wrong:?}"),
    }
}

fn stamp(desk: &Desk, kind: &str) -> String {
    case::ask_form(&desk.public(TODAY), kind).unwrap().stamp
}

#[test]
fn a_question_is_answered_by_its_private_link_and_published_where_it_helps_others() {
    let desk = Desk::new();
    let who = people(&desk);
    let by = |actor: &Actor| desk.ctx(actor.clone(), TODAY);
    let public = desk.public(TODAY);
    let kinds: Vec<String> = case::asks(&public).into_iter().map(|(id, ..)| id).collect();
    assert_eq!(kinds, ["page-report", "public-question"]);
    let first = stamp(&desk, "public-question");
    let question = [(
        "QUESTION",
        "我叫江样树，身份证一一〇一〇一一九九〇〇三〇七五一三八，电话13800138000，罚款交了为什么还公示？",
    )];
    let token = kept(ask(&desk, "public-question", &first, &question));
    // The same form again leads to the same, and is no second question.
    let again = ask(&desk, "public-question", &first, &question);
    assert_eq!(kept(again), token);
    let all = case::list(&by(&who.officer), &CaseWork::default()).unwrap();
    let [line] = &all.lines[..] else {
        panic!("{all:?}")
    };
    let id = line.id.clone();
    assert!(
        !id.contains(&token),
        "the number of the case is not the link"
    );
    // Neither the database nor the people who answer see who asked.
    for secret in ["江样树", "13800138000", "一一〇一〇一"] {
        assert!(!has(&desk.bytes(), secret), "{secret}");
    }
    assert!(
        !has(&desk.bytes(), &token),
        "of the link only its hash is kept"
    );
    let seen = case::asked(&public, &token).unwrap().unwrap();
    assert_eq!(seen.state, "已收到，等待分类");
    assert!(seen.open && seen.answer.is_empty());
    assert!(seen.asked[0].1.contains("罚款交了为什么还公示？"));
    assert_eq!(case::asked(&public, "abcd-efgh-jkmn-pqrs").unwrap(), None);
    // Capitals and spaces are read, too.
    assert!(
        case::asked(&public, &token.to_uppercase())
            .unwrap()
            .is_some()
    );
    moved(step(
        &by(&who.officer),
        &id,
        "to-unit",
        &[("UNIT", D1_NAME)],
    ));
    moved(step(
        &by(&who.clerk),
        &id,
        "draft",
        &[("DRAFT", "公示期未满")],
    ));
    let seen = case::asked(&public, &token).unwrap().unwrap();
    assert!(seen.answer.is_empty(), "a draft is no answer");
    let answer = [("ANSWER", "缴纳罚款不改变公示期，满三个月可以申请修复。")];
    moved(step(&by(&who.officer), &id, "release", &answer));
    let seen = case::asked(&public, &token).unwrap().unwrap();
    assert_eq!(seen.state, "已答复");
    assert_eq!(seen.answer[0].1, answer[0].1);
    assert!(case::answers(&public).unwrap().is_empty());
    let published = [
        ("HEADING", "交了罚款为什么还公示？"),
        ("PUBLIC_ANSWER", "公示期未满。请找江样树，电话13800138000。"),
    ];
    moved(step(&by(&who.officer), &id, "publish", &published));
    let answers = case::answers(&public).unwrap();
    assert_eq!(answers[0].heading, "交了罚款为什么还公示？");
    assert!(!answers[0].texts[0].contains("13800138000"), "{answers:?}");
    moved(step(&by(&who.officer), &id, "unpublish", &[]));
    assert!(case::answers(&public).unwrap().is_empty());
    assert_eq!(desk.audited(Act::CaseAsk.id()).len(), 1);
    assert!(desk.sound());
}

#[test]
fn what_cannot_be_kept_is_told_and_nothing_is_written() {
    let desk = Desk::new();
    let public = desk.public(TODAY);
    let try_it = |stamp: &str, text: &str| {
        case::ask(
            &public,
            &Asking {
                kind: "public-question",
                stamp,
                typed: &|_| text.to_owned(),
            },
        )
    };
    let told = |answer| match answer {
        Err(AppError::BadInput(told)) => told,
        other => panic!("{other:?}"),
    };
    let good = stamp(&desk, "public-question");
    let bad = told(try_it("abcd-efgh-jkmn-pqrs.1.00", "怎样修复？"));
    assert!(bad.contains("请再提交一次"), "{bad}");
    assert!(matches!(try_it(&good, ""), Ok(AskOutcome::Wrong(_))));
    let long = "长".repeat(2_001);
    assert!(matches!(try_it(&good, &long), Ok(AskOutcome::Wrong(_))));
    let ill = told(try_it(&good, "患者江样树因患艾滋病被该单位辞退。"));
    assert!(ill.contains("不能保存的情况"), "{ill}");
    // No kind that people of the office open.
    let asking = |kind: &'static str| Asking {
        kind,
        stamp: &good,
        typed: &|_| "x".to_owned(),
    };
    for kind in ["objection", "work-task", "nothing"] {
        let answer = case::ask(&public, &asking(kind));
        assert!(
            matches!(answer, Err(AppError::NotFound(_))),
            "{kind}: {answer:?}"
        );
    }
    assert!(desk.audited(Act::CaseAsk.id()).is_empty());
}
