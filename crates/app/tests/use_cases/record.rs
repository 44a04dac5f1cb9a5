//! What officers do with a record.

use crate::support::*;
use jiff::civil::date;
use xinheng_app::{
    record::{self, Decide, Stated},
    view::RecordAnswer,
};

/// A shown record and a held one.
fn desk() -> (Desk, String, String) {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(1, 2).fine()], TODAY);
    let shown = desk.number(&penalty(1, 1)).to_string();
    let held = desk.number(&penalty(1, 2)).to_string();
    (desk, shown, held)
}

const fn general<'a>(id: &'a str) -> Decide<'a> {
    Decide {
        id,
        class: "general",
        stated: letter(),
        seen: None,
    }
}

#[test]
fn a_look_leaves_its_purpose() {
    let (desk, shown, _) = desk();
    let history = record::show(&desk.operator(TODAY), &shown, "核对异议").unwrap();
    assert_eq!(history.versions.len(), 1);
    let fields = &history.versions[0].fields;
    assert!(
        fields.iter().any(|(_, value)| value == LEGAL),
        "officials see all"
    );
    let look = desk.audited("record.look").remove(0);
    assert_eq!(look.purpose.as_deref(), Some("核对异议"));
    assert_eq!(look.subject_key.unwrap().as_str(), org(1));
    let lines = record::of_subject(&desk.operator(TODAY), &org(1), "核对异议").unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(desk.audited("subject.look").len(), 1);
}

#[test]
fn looks_that_are_refused() {
    let (desk, shown, _) = desk();
    let ctx = desk.operator(TODAY);
    let audit = desk.audit();
    bad_input(record::show(&ctx, &shown, " "));
    bad_input(record::of_subject(&ctx, &org(1), ""));
    not_found(record::show(&ctx, "没有", "核对异议"));
    not_found(record::show(
        &ctx,
        &format!("{}-0123456789abcdef", org(1)),
        "核对异议",
    ));
    not_found(record::of_subject(&ctx, &org(99), "核对异议"));
    for actor in [xinheng_app::Actor::Public, clerk(D1)] {
        let ctx = desk.ctx(actor, TODAY);
        forbidden(record::show(&ctx, &shown, "核对异议"));
        forbidden(record::of_subject(&ctx, &org(1), "核对异议"));
        forbidden(record::held(&ctx));
        forbidden(xinheng_app::intake::number_of(
            &ctx,
            "penalty",
            &penalty(1, 1),
        ));
    }
    assert_eq!(desk.audit(), audit);
}

#[test]
fn a_class_is_decided_once_and_starts_publicity() {
    let (desk, _, held) = desk();
    let day = date(2026, 11, 4);
    let said = record::decide(&desk.operator(day), &general(&held)).unwrap();
    assert!(said.contains("一般失信信息"), "{said}");
    let view = desk.shown(&desk.number(&penalty(1, 2)), day);
    assert_eq!(view.line.shown_from, day, "it was nobody's before");
    assert_eq!(view.line.shown_until, Some(date(2027, 10, 28)));
    assert!(record::held(&desk.operator(day)).unwrap().is_empty());
    let entry = desk.audited("record.decide").remove(0);
    let grounds = format!("{D1_NAME}书面说明：衡信市监函〔2026〕3号（2026-11-02）");
    assert_eq!(entry.detail["grounds"], grounds);
    assert_eq!(entry.detail["stated"]["dated"], "2026-11-02");
    // A correction of the text keeps the class and the first day.
    let changed = penalty(1, 2).fine().set("BZ", "更正标点");
    desk.land(&[changed], date(2026, 11, 6));
    let view = desk.shown(&desk.number(&penalty(1, 2)), date(2026, 11, 6));
    assert_eq!((view.version, view.line.shown_from), (2, day));
    assert_eq!(view.line.class_title.as_deref(), Some("一般失信信息"));
}

#[test]
fn a_mistaken_class_is_decided_again() {
    let (desk, _, held) = desk();
    let day = date(2026, 11, 4);
    record::decide(&desk.operator(day), &general(&held)).unwrap();
    let later = date(2026, 11, 9);
    let serious = Decide {
        class: "严重失信信息",
        stated: Stated {
            document: "衡信市监函〔2026〕5号（更正）",
            ..letter()
        },
        ..general(&held)
    };
    let said = record::decide(&desk.operator(later), &serious).unwrap();
    for told in [
        "此前是一般失信信息",
        "2027-10-28",
        "现在是严重失信信息",
        "2029-10-28",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    let entry = desk.audited("record.decide").remove(0);
    assert_eq!(entry.detail["before"]["class"], "general");
    assert_eq!(entry.detail["before"]["until"], "2027-10-28");
    assert_eq!(entry.detail["until"], "2029-10-28");
    refused(
        record::decide(&desk.operator(later), &serious),
        "class-unchanged",
    );
    let view = desk.shown(&desk.number(&penalty(1, 2)), later);
    assert_eq!(view.line.shown_from, day, "public since the first decision");
    assert_eq!(view.line.shown_until, Some(date(2029, 10, 28)));
    let minor = Decide {
        class: "minor",
        ..general(&held)
    };
    record::decide(&desk.operator(later), &minor).unwrap();
    desk.gone(&desk.number(&penalty(1, 2)), later);
    assert_eq!(desk.audited("record.decide").len(), 3);
}

#[test]
fn a_class_ends_with_the_facts_it_rests_on() {
    let (desk, _, held) = desk();
    let minor = Decide {
        class: "minor",
        ..general(&held)
    };
    record::decide(&desk.operator(TODAY), &minor).unwrap();
    let larger = penalty(1, 2).fine().set("CF_NR_FK", "100");
    let outcome = desk.land(std::slice::from_ref(&larger), date(2026, 11, 5));
    assert_eq!(
        (outcome.counters.new_version, outcome.counters.held),
        (1, 1)
    );
    let landed = desk.audited("batch.land");
    let told = landed.iter().filter(|e| e.detail["reopened"][0] == *held);
    assert_eq!(told.count(), 1, "{landed:#?}");
    let day = date(2026, 11, 6);
    assert_eq!(record::held(&desk.operator(day)).unwrap().len(), 1);
    let history = record::show(&desk.operator(day), &held, "核对").unwrap();
    assert!(history.acts[0].contains("不再适用"), "{history:?}");
    // A correction of a text alone does not bring the old class back.
    let worded = larger.set("BZ", "更正标点");
    desk.land(&[worded], date(2026, 11, 7));
    assert_eq!(record::held(&desk.operator(day)).unwrap().len(), 1);
    record::decide(&desk.operator(day), &general(&held)).unwrap();
    assert!(record::held(&desk.operator(day)).unwrap().is_empty());
}

#[test]
fn officials_read_amounts_in_yuan() {
    let (desk, _, held) = desk();
    let history = record::show(&desk.operator(TODAY), &held, "核对").unwrap();
    let fields = &history.versions[0].fields;
    let fine = fields.iter().find(|(name, _)| name.starts_with("罚款金额"));
    let (name, value) = fine.unwrap();
    assert!(
        !name.contains("万元") && value.ends_with('元'),
        "{name} {value}"
    );
}

#[test]
fn a_lenient_class_is_never_public() {
    let (desk, _, held) = desk();
    let minor = Decide {
        class: "minor",
        ..general(&held)
    };
    record::decide(&desk.operator(TODAY), &minor).unwrap();
    assert_eq!(
        desk.answer(&desk.number(&penalty(1, 2)), TODAY),
        RecordAnswer::Unknown
    );
}

#[test]
fn classes_that_cannot_be_decided() {
    let (desk, shown, held) = desk();
    let ctx = desk.operator(TODAY);
    refused(record::decide(&ctx, &general(&shown)), "class-not-open");
    let unknown = Decide {
        class: "unpublished",
        ..general(&held)
    };
    refused(record::decide(&ctx, &unknown), "class-not-candidate");
    let incomplete = [
        Stated {
            document: "",
            ..letter()
        },
        Stated {
            by: " ",
            ..letter()
        },
        // Nobody can have a letter of tomorrow.
        Stated {
            dated: date(2026, 11, 3),
            ..letter()
        },
    ];
    for stated in incomplete {
        bad_input(record::decide(
            &ctx,
            &Decide {
                stated,
                ..general(&held)
            },
        ));
    }
    not_found(record::decide(&ctx, &general("没有")));
    for actor in [xinheng_app::Actor::Public, clerk(D1)] {
        forbidden(record::decide(&desk.ctx(actor, TODAY), &general(&held)));
    }
    assert!(desk.audited("record.decide").is_empty());
    assert_eq!(record::held(&ctx).unwrap().len(), 1);
}

#[test]
fn withheld_at_once_and_confirmed_by_a_second_person() {
    let (desk, shown, _) = desk();
    let day = date(2026, 11, 3);
    record::withhold(&desk.operator(day), &shown, "主体有误", None).unwrap();
    let id = desk.number(&penalty(1, 1));
    assert_eq!(desk.gone(&id, day).replaced_by, None);
    let held = record::held(&desk.operator(day)).unwrap();
    let part = |after: Option<&str>| record::some_held(&desk.operator(day), after).unwrap();
    assert_eq!(
        (held.len(), part(None).lines.len(), part(None).next),
        (1, 1, None)
    );
    let behind = |day: &str| part(Some(&format!("{day}_{}", held[0].id))).lines.len();
    let alarm = held[0].alarm_on.to_string();
    assert_eq!((behind("2000-01-01"), behind(&alarm)), (1, 0));
    bad_input(record::some_held(&desk.operator(day), Some("nowhere")));
    let waiting = record::withheld(&desk.operator(day)).unwrap();
    assert_eq!((waiting.len(), waiting[0].by.as_str()), (1, "operator:甲"));
    assert_eq!(waiting[0].department_name, D1_NAME);
    forbidden(record::withheld(&desk.public(day)));
    assert_eq!(desk.dossier(&org(1), day).scope.in_scope, 0);
    refused(
        record::withhold(&desk.operator(day), &shown, "主体有误", None),
        "record-over",
    );
    let same = desk.operator(day);
    refused(
        record::confirm(&same, &confirming(&shown, false, "核实")),
        "second-person",
    );
    refused(
        record::confirm(&same, &confirming(&shown, true, "核实")),
        "second-person",
    );
    let second = desk.ctx(operator("乙"), day);
    bad_input(record::confirm(&second, &confirming(&shown, false, "")));
    record::confirm(&second, &confirming(&shown, false, "核实")).unwrap();
    desk.gone(&id, day);
    refused(
        record::confirm(&second, &confirming(&shown, true, "核实")),
        "not-withheld",
    );
    assert_eq!(desk.audited("record.end").len(), 2);
    let again = desk.land(&[penalty(1, 1), penalty(1, 7)], date(2026, 11, 5));
    assert_eq!(again.counters.unchanged, 1);
    desk.gone(&id, date(2026, 11, 5));
}

#[test]
fn a_correction_is_kept_while_a_record_is_withheld() {
    let (desk, shown, _) = desk();
    let id = desk.number(&penalty(1, 1));
    record::withhold(&desk.operator(TODAY), &shown, "主体有误", None).unwrap();
    let corrected = penalty(1, 1).set("BZ", "更正标点");
    let outcome = desk.land(std::slice::from_ref(&corrected), date(2026, 11, 3));
    assert_eq!(outcome.counters.new_version, 1);
    desk.gone(&id, date(2026, 11, 3));
    let again = desk.land(&[corrected, penalty(1, 7)], date(2026, 11, 4));
    assert_eq!(again.counters.unchanged, 1);
    let day = date(2026, 11, 5);
    record::confirm(
        &desk.ctx(operator("乙"), day),
        &confirming(&shown, true, "核实无误"),
    )
    .unwrap();
    let view = desk.shown(&id, day);
    assert_eq!((view.version, view.line.shown_from), (2, TODAY));
    assert!(view.fields.iter().any(|f| f.value == "更正标点"));
}

#[test]
fn withheld_in_error_is_shown_again() {
    let (desk, shown, _) = desk();
    record::withhold(&desk.operator(TODAY), &shown, "主体有误", None).unwrap();
    let day = date(2026, 11, 3);
    record::confirm(
        &desk.ctx(operator("乙"), day),
        &confirming(&shown, true, "核实无误"),
    )
    .unwrap();
    let view = desk.shown(&desk.number(&penalty(1, 1)), day);
    assert_eq!(view.version, 1, "an act makes no version");
    assert_eq!(view.line.shown_from, TODAY);
    let history = record::show(&desk.operator(day), &shown, "核对").unwrap();
    assert_eq!((history.versions.len(), history.acts.len()), (1, 2));
}

#[test]
fn withholding_is_refused() {
    let (desk, shown, _) = desk();
    let ctx = desk.operator(TODAY);
    bad_input(record::withhold(&ctx, &shown, "x", None));
    not_found(record::withhold(&ctx, "没有", "主体有误", None));
    refused(
        record::confirm(&ctx, &confirming(&shown, true, "核实")),
        "not-withheld",
    );
    not_found(record::confirm(&ctx, &confirming("没有", true, "核实")));
    for actor in [xinheng_app::Actor::Public, clerk(D1)] {
        let ctx = desk.ctx(actor, TODAY);
        forbidden(record::withhold(&ctx, &shown, "主体有误", None));
        forbidden(record::confirm(&ctx, &confirming(&shown, true, "核实")));
    }
    assert!(desk.audited("record.end").is_empty());
}

#[test]
fn what_was_never_public_leaves_no_tombstone() {
    let (desk, _, held) = desk();
    record::withhold(&desk.operator(TODAY), &held, "主体有误", None).unwrap();
    let id = desk.number(&penalty(1, 2));
    assert_eq!(desk.answer(&id, TODAY), RecordAnswer::Unknown);
    assert!(record::held(&desk.operator(TODAY)).unwrap().is_empty());
}
