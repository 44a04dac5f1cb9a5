//! What anybody may read.

use crate::support::*;
use jiff::civil::date;
use xinheng_app::{
    AppError, noon, record,
    site::{self, ListQuery},
    view::RecordAnswer,
};
use xinheng_domain::{
    record::RecordId,
    subject::{Subject, SubjectKey, SubjectKind},
};
use xinheng_store::AuditEntry;
use xinheng_store::subject;

fn hits(desk: &Desk, query: &str) -> Vec<(String, String)> {
    let found = site::search(&desk.public(TODAY), query, 20).unwrap();
    found
        .hits
        .into_iter()
        .map(|h| (h.code, h.matched_by))
        .collect()
}

#[test]
fn two_characters_of_a_name_are_enough() {
    let desk = Desk::new();
    let by_name = "present_name".to_owned();
    for query in ["青禾", " 青禾 ", "青 禾", "衡川市青禾食品有限公司"] {
        assert_eq!(hits(&desk, query), [(org(1), by_name.clone())], "{query}");
    }
    let found = site::search(&desk.public(TODAY), "青禾", 20).unwrap();
    assert_eq!(found.hits[0].matched_at, Some((3, 2)));
    for query in ["青", "", "  ", "（青）"] {
        assert_eq!(hits(&desk, query), [], "{query}");
    }
    let short = site::search(&desk.public(TODAY), "青", 20).unwrap();
    assert!(short.note.is_some());
    let nothing = site::search(&desk.public(TODAY), "不存在", 20).unwrap();
    assert!(nothing.note.unwrap().contains("不存在"));
}

/// Blanks part what was typed: a name that holds every part is found, wherever each stands.
#[test]
fn parts_of_a_name_are_found_together() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(2, 2)], TODAY);
    let code = |query: &str| -> Vec<String> {
        let hits = hits(&desk, query).into_iter();
        hits.map(|(code, _)| code).collect()
    };
    for query in [
        "青禾 公司",
        "公司　青禾",
        "衡川 食品 有限",
        " 青禾食品 限 ",
        "青禾 食品",
    ] {
        assert_eq!(code(query), [org(1)], "{query}");
        let asked = ListQuery {
            words: Some(query.to_owned()),
            limit: 9,
            ..ListQuery::default()
        };
        let list = site::list(&desk.public(TODAY), &asked).unwrap();
        assert_eq!(list.records.len(), 1, "{query}");
    }
    for query in ["青禾 建材", "青 公", "禾青 公司"] {
        assert!(code(query).is_empty(), "{query}");
    }
}

#[test]
fn whom_only_an_unsealed_file_names_is_nobody_yet() {
    let desk = Desk::new();
    let everybody = || site::home(&desk.public(TODAY)).unwrap().subjects;
    let before = everybody();
    let met = Subject {
        code: org(50),
        key: SubjectKey(org(50)),
        name: "衡川市待封存商贸有限公司".to_owned(),
        provisional: true,
        kind: SubjectKind::Organisation,
        status: String::new(),
        registered_on: None,
        person_named: false,
        as_of: None,
    };
    let ctx = desk.operator(TODAY);
    xinheng_app::testing::db(&desk.office)
        .write(|tx| {
            subject::insert_provisional(
                tx,
                std::slice::from_ref(&met),
                xinheng_domain::name::search_key,
            )?;
            let entry = AuditEntry::new(ctx.now(), "测试", "test.met", serde_json::Value::Null);
            Ok::<_, AppError>(((), entry))
        })
        .unwrap();
    assert_eq!(hits(&desk, "待封存"), []);
    assert_eq!(hits(&desk, &org(50)), []);
    let dossier = site::dossier(&desk.public(TODAY), &org(50), None, None).unwrap();
    assert!(dossier.is_none());
    assert_eq!(everybody(), before);
}

#[test]
fn an_old_identity_number_is_not_repeated() {
    let desk = Desk::new();
    // With a birthday, and sound as a registration number as well.
    let number = (0..10)
        .map(|n| format!("99010190010100{n}"))
        .find(|n| xinheng_domain::identity::is_registration_number(n.as_bytes()));
    let found = site::search(&desk.public(TODAY), &number.unwrap(), 20).unwrap();
    assert_eq!(found.query, "");
    assert!(found.note.unwrap().contains("不收录自然人"));
    let among = site::search(&desk.public(TODAY), "张三 身份证 990102198507238450", 9).unwrap();
    assert!(among.query.is_empty() && among.note.unwrap().contains("不收录自然人"));
}

#[test]
fn a_code_is_found_however_it_is_typed() {
    let desk = Desk::new();
    let code = org(1);
    let spaced = format!("{} {}", &code[..8], &code[8..]);
    for query in [code.clone(), code.to_lowercase(), spaced] {
        assert_eq!(hits(&desk, &query), [(org(1), "code".to_owned())]);
    }
    let unknown = site::search(&desk.public(TODAY), &org(99), 20).unwrap();
    assert!(unknown.hits.is_empty() && unknown.note.unwrap().contains("格式正确"));
    let wrong = site::search(&desk.public(TODAY), "91990100MA0Y00019X", 20).unwrap();
    assert!(wrong.note.unwrap().contains("不是正确的"));
}

#[test]
fn homonyms_are_told_apart() {
    let desk = Desk::new();
    let found = site::search(&desk.public(TODAY), "和顺物流", 20).unwrap();
    assert_eq!(found.hits.len(), 2);
    assert!(found.hits.iter().all(|h| h.homonym));
    let dossier = desk.dossier(&org(3), TODAY);
    assert_eq!(dossier.same_name.len(), 1);
    assert_eq!(dossier.same_name[0].code, org(4));
}

#[test]
fn who_is_named_by_a_person_is_found_by_code_only() {
    let desk = Desk::new();
    let row = other(OWNER, &shop(2), 5).individual().set("CF_FRDB", OWNER);
    desk.land(&[row], TODAY);
    for query in [OWNER, &OWNER[..6], &OWNER[6..]] {
        assert_eq!(hits(&desk, query), [], "{query}");
    }
    assert_eq!(hits(&desk, &shop(2)), [(shop(2), "code".to_owned())]);
    let dossier = desk.dossier(&shop(2), TODAY);
    assert!(dossier.subject.name_masked);
    assert_eq!(dossier.scope.shown, 1);
    let view = desk.shown(
        &RecordId(
            dossier
                .groups
                .iter()
                .find_map(|g| g.records.first())
                .unwrap()
                .id
                .clone(),
        ),
        TODAY,
    );
    for text in [
        serde_json::to_string(&dossier).unwrap(),
        serde_json::to_string(&view).unwrap(),
        serde_json::to_string(&site::search(&desk.public(TODAY), &shop(2), 5).unwrap()).unwrap(),
    ] {
        assert!(!text.contains(OWNER), "{text}");
        assert!(text.contains('尉'), "masked, not dropped");
    }
    // Nor by way of a legal representative.
    assert_eq!(hits(&desk, LEGAL), []);
}

#[test]
fn identity_numbers_are_not_searched() {
    let desk = Desk::new();
    for query in [
        "990101199003077774",
        "99010119900307777x",
        "990101900307778",
    ] {
        let answer = site::search(&desk.public(TODAY), query, 20).unwrap();
        assert!(answer.hits.is_empty() && answer.query.is_empty(), "{query}");
        let text = serde_json::to_string(&answer).unwrap();
        assert!(!text.contains("990101"), "{text}");
    }
}

#[test]
fn a_dossier_says_what_it_shows() {
    let desk = Desk::new();
    desk.land(
        &[penalty(1, 1), penalty(1, 2).fine(), penalty(1, 3).warning()],
        TODAY,
    );
    let later = date(2026, 11, 9);
    desk.land(&[penalty(1, 4).set("CF_JDRQ", "2026-11-04")], later);
    let dossier = desk.dossier(&org(1), later);
    assert_eq!((dossier.scope.in_scope, dossier.scope.shown), (2, 2));
    assert!(dossier.scope.withheld.is_empty());
    let group = dossier.groups.iter().find(|g| g.item == "penalty").unwrap();
    assert_eq!(group.total, 2);
    assert!(group.records[0].decided_on > group.records[1].decided_on);
    let source = dossier
        .sources
        .iter()
        .find(|s| s.item == "penalty")
        .unwrap();
    assert!(source.connected);
    assert_eq!(source.complete_up_to, Some(date(2026, 11, 4)));
    let permit = dossier.sources.iter().find(|s| s.item == "permit").unwrap();
    assert!(!permit.connected, "no source is not the same as none");

    let public = desk.public(later);
    let known = site::dossier(&public, &org(1), None, Some(noon(TODAY).unwrap()));
    let known = known.unwrap().unwrap().scope;
    assert_eq!((known.in_scope, known.shown), (2, 1));
    assert_eq!(known.withheld[0].reason, "known_later");
    let as_of = site::dossier(&public, &org(1), Some(date(2026, 11, 3)), None);
    let as_of = as_of.unwrap().unwrap().scope;
    assert_eq!((as_of.in_scope, as_of.shown), (2, 1));
    assert_eq!(as_of.withheld[0].reason, "not_in_force_on_day");
    // What ended is outside the scope, whatever day is asked for.
    let after = desk.public(date(2028, 1, 3));
    let past = site::dossier(&after, &org(1), Some(later), None)
        .unwrap()
        .unwrap();
    assert_eq!((past.scope.in_scope, past.scope.shown), (0, 0));
    let unknown = site::dossier(&public, &org(99), None, None).unwrap();
    assert!(unknown.is_none());
}

#[test]
fn a_record_is_shown_unknown_or_gone() {
    let desk = Desk::new();
    let rows = [penalty(1, 1), penalty(1, 2).fine(), penalty(1, 3).warning()];
    desk.land(&rows, TODAY);
    let id = desk.number(&penalty(1, 1));
    let view = desk.shown(&id, TODAY);
    assert!(view.fields.iter().all(|f| f.id != "CF_FRDB"));
    assert!(view.fields_withheld >= 2);
    assert!(!view.does_not_mean.is_empty() && !view.how_it_ends.is_empty());
    assert_eq!(view.department_name, D1_NAME);
    // Never public is not told from what does not exist.
    for never in [
        desk.number(&penalty(1, 2)),
        desk.number(&penalty(1, 3)),
        RecordId(format!("{}-0123456789abcdef", org(1))),
        RecordId("没有".to_owned()),
        RecordId(String::new()),
    ] {
        assert_eq!(desk.answer(&never, TODAY), RecordAnswer::Unknown, "{never}");
    }
    // The last day, and the day after.
    desk.shown(&id, date(2027, 10, 28));
    desk.gone(&id, date(2027, 10, 29));
    // Dates only narrow.
    let public = desk.public(TODAY);
    let before = site::record(&public, id.as_str(), Some(date(2026, 11, 1)), None).unwrap();
    assert_eq!(before, RecordAnswer::Unknown);
    let earlier = noon(date(2026, 11, 1)).unwrap();
    let before = site::record(&public, id.as_str(), None, Some(earlier)).unwrap();
    assert_eq!(before, RecordAnswer::Unknown);
    // Withdrawn.
    record::withhold(&desk.operator(TODAY), id.as_str(), "主体有误", None).unwrap();
    desk.gone(&id, TODAY);
}

/// Thirty records of three kinds, two months and two departments, many on one day.
fn listed() -> Desk {
    let desk = Desk::new();
    let rows: Vec<Row> = (1..=20)
        .map(|n| {
            let row = penalty(n % 4 + 1, n);
            if n % 5 == 0 {
                row.set("CF_CFLB", "没收违法所得、责令停产停业")
            } else {
                row
            }
        })
        .collect();
    desk.land(&rows, TODAY);
    let rows: Vec<Row> = (21..=30)
        .map(|n| {
            let row = penalty(n % 4 + 1, n).second();
            row.set("CF_JDRQ", "2026-09-29")
        })
        .collect();
    let outcome = desk.hand_in(clerk(D2), D2, &csv(&rows), TODAY, false);
    assert_eq!(outcome.unwrap().counters.new, 10);
    desk
}

#[test]
fn lists_are_filtered() {
    let desk = listed();
    let count = |query: ListQuery| {
        let query = ListQuery {
            limit: 100,
            ..query
        };
        let list = site::list(&desk.public(TODAY), &query).unwrap();
        assert_eq!(list.scope.shown as usize, list.records.len());
        list.records.len()
    };
    let all = ListQuery::default;
    assert_eq!(count(all()), 30);
    assert_eq!(
        count(ListQuery {
            item: Some("permit".into()),
            ..all()
        }),
        0
    );
    assert_eq!(
        count(ListQuery {
            department: Some(D2.into()),
            ..all()
        }),
        10
    );
    assert_eq!(
        count(ListQuery {
            month: Some("2026-10".into()),
            ..all()
        }),
        20
    );
    let facet = |value: &str| ListQuery {
        item: Some("penalty".into()),
        facets: vec![("CF_CFLB".into(), value.into())],
        ..all()
    };
    assert_eq!(count(facet("责令停产停业")), 4);
    assert_eq!(count(facet("没收违法所得")), 30);
    assert_eq!(count(facet("没收")), 0, "a value, not a part of one");
    assert_eq!(
        count(ListQuery {
            month: Some("2026-09".into()),
            department: Some(D1.into()),
            ..all()
        }),
        0
    );
}

#[test]
fn filters_that_cannot_be() {
    let desk = listed();
    let all = ListQuery::default;
    for query in [
        ListQuery {
            item: Some("没有".into()),
            ..all()
        },
        ListQuery {
            month: Some("2026-13".into()),
            ..all()
        },
        ListQuery {
            month: Some("十月".into()),
            ..all()
        },
        ListQuery {
            facets: vec![("CF_CFLB".into(), "罚款".into())],
            ..all()
        },
        ListQuery {
            item: Some("penalty".into()),
            facets: vec![("CF_FRDB".into(), LEGAL.into())],
            ..all()
        },
        ListQuery {
            cursor: Some("甲".into()),
            ..all()
        },
        ListQuery {
            cursor: Some("2026-13-01_甲".into()),
            ..all()
        },
    ] {
        bad_input(site::list(&desk.public(TODAY), &query));
    }
}

#[test]
fn pages_have_no_gaps_and_no_repeats() {
    let desk = listed();
    for limit in [1, 3, 7, 29, 30, 31] {
        let query = ListQuery {
            limit,
            ..ListQuery::default()
        };
        let lines = desk.walk(&query, TODAY);
        let mut ids: Vec<&str> = lines.iter().map(|l| l.id.as_str()).collect();
        assert_eq!(ids.len(), 30, "pages of {limit}");
        assert!(lines.is_sorted_by(|a, b| a.decided_on >= b.decided_on));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 30, "pages of {limit}");
    }
    let first = |limit| {
        let query = ListQuery {
            limit,
            ..ListQuery::default()
        };
        site::list(&desk.public(TODAY), &query)
            .unwrap()
            .records
            .len()
    };
    assert_eq!((first(0), first(1000)), (1, 30));
}

#[test]
fn a_subjects_records_page_by_page() {
    let desk = listed();
    let public = desk.public(TODAY);
    let mut ids = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = site::subject_records(
            &public,
            &org(1),
            Some("penalty"),
            cursor.as_deref(),
            3,
            None,
            None,
        );
        let page = page.unwrap().unwrap();
        ids.extend(page.records.into_iter().map(|r| r.id));
        assert_eq!(page.scope.shown, 7);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(ids.len(), 7);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 7);
    bad_input(site::subject_records(
        &public,
        &org(1),
        None,
        Some("甲"),
        3,
        None,
        None,
    ));
    let none = site::subject_records(&public, &org(99), None, None, 3, None, None);
    assert!(none.unwrap().is_none());
}

#[test]
fn small_numbers_are_folded() {
    let desk = Desk::new();
    let fines = (1..=6).map(|n| penalty(1, n).fine());
    let rows: Vec<Row> = fines
        .chain([penalty(2, 10), penalty(2, 11).warning()])
        .collect();
    desk.land(&rows, TODAY);
    let scope = site::list(&desk.public(TODAY), &ListQuery::default())
        .unwrap()
        .scope;
    assert_eq!((scope.in_scope, scope.shown), (7, 1));
    let reasons: Vec<(&str, u64)> = scope
        .withheld
        .iter()
        .map(|w| (w.reason.as_str(), w.count))
        .collect();
    assert_eq!(reasons, [("held_back", 6)], "one warning is not told");
}

/// Rows that are public, of two organisations.
fn open_rows() -> Vec<Row> {
    let of_first = (1..=3).map(|n| penalty(1, n));
    of_first.chain((4..=9).map(|n| penalty(2, n))).collect()
}

/// Whoever knows a name or a code finds out nothing of what is not public: every answer is the
/// same as on a site that never had it, whatever is asked, so no difference of two answers tells.
#[test]
fn no_question_tells_what_an_organisation_has_that_is_not_public() {
    let without = Desk::new();
    without.land(&open_rows(), TODAY);
    let with = Desk::new();
    let mut rows = open_rows();
    let secret: Vec<Row> = (21..=30)
        .map(|n| penalty(1, n).fine())
        .chain((31..=40).map(|n| penalty(1, n).warning()))
        .chain([penalty(1, 41).set("CF_JDRQ", "2026-09-29").warning()])
        .collect();
    rows.extend(secret.iter().cloned());
    with.land(&rows, TODAY);
    let all = || ListQuery {
        limit: 100,
        ..ListQuery::default()
    };
    let penalties = || ListQuery {
        item: Some("penalty".into()),
        ..all()
    };
    let day = Some(date(2026, 9, 29));
    let words =
        [None, Some(NAMES[0]), Some(&*org(1)), Some(NAMES[1])].map(|w| w.map(str::to_owned));
    let mut asked = Vec::new();
    for words in words {
        for base in [all(), penalties()] {
            let named = ListQuery {
                words: words.clone(),
                ..base
            };
            let month = |month: &str| ListQuery {
                month: Some(month.into()),
                ..named.clone()
            };
            asked.extend([month("2026-09"), month("2026-10")]);
            asked.push(ListQuery {
                department: Some(D1.into()),
                ..named.clone()
            });
            asked.push(ListQuery {
                from: day,
                ..named.clone()
            });
            asked.push(ListQuery {
                until: day,
                ..named.clone()
            });
            asked.push(ListQuery {
                from: day,
                until: day,
                ..month("2026-09")
            });
            asked.push(ListQuery {
                since: day,
                ..named.clone()
            });
            if named.item.is_some() {
                let facets = vec![("CF_CFLB".to_owned(), "警告".to_owned())];
                asked.push(ListQuery {
                    facets,
                    ..named.clone()
                });
            }
            if named.words.is_some() {
                asked.push(ListQuery {
                    as_of: day,
                    ..named.clone()
                });
                let known_at = Some(jiff::Timestamp::UNIX_EPOCH);
                asked.push(ListQuery {
                    known_at,
                    ..named.clone()
                });
                asked.push(named);
            }
        }
    }
    for query in &asked {
        let [one, other] =
            [&with, &without].map(|desk| site::list(&desk.public(TODAY), query).unwrap());
        assert_eq!(one.scope, other.scope, "{query:?}");
        assert_eq!(one.sentence, other.sentence, "{query:?}");
        assert_eq!(one.filters, other.filters, "{query:?}");
        assert_eq!(one.records.len(), other.records.len(), "{query:?}");
        let known = one.scope.in_scope - one.scope.shown;
        assert!(known == 0 || query.as_of.is_some() || query.known_at.is_some());
    }
    let [one, other] = [&with, &without].map(|desk| desk.dossier(&org(1), TODAY).scope);
    assert_eq!(one, other);
    // A place after a record that is not public is a place after nothing.
    let (hidden, unknown) = (with.number(&secret[0]), with.number(&secret[0]).to_string());
    let tail = unknown.len() - 1;
    let end = if unknown.ends_with('0') { "1" } else { "0" };
    let unknown = format!("{}{end}", &unknown[..tail]);
    for (oldest_first, day) in [(true, "2026-09-28"), (false, "2026-09-28")] {
        let after = |id: &str| {
            let query = ListQuery {
                cursor: Some(format!("{day}_{id}")),
                oldest_first,
                ..all()
            };
            site::list(&with.public(TODAY), &query).unwrap().records
        };
        assert_eq!(after(hidden.as_str()), after(&unknown), "{day}");
    }
}

/// What is counted of all kinds is what is counted of each: the one taken from the other leaves
/// nothing small.
#[test]
fn counts_of_all_kinds_are_those_of_each() {
    let desk = Desk::new();
    let fines = (1..=6).map(|n| penalty(1, n).fine());
    let rows: Vec<Row> = fines.chain([penalty(2, 11).warning()]).collect();
    desk.land(&rows, TODAY);
    let scope = |item: Option<&str>| {
        let query = ListQuery {
            item: item.map(str::to_owned),
            ..ListQuery::default()
        };
        site::list(&desk.public(TODAY), &query).unwrap().scope
    };
    let of_each = ["penalty", "permit"].map(|item| scope(Some(item)).withheld);
    assert_eq!(scope(None).withheld, of_each.concat());
}

#[test]
fn the_home_page_and_the_departments() {
    let desk = listed();
    let home = site::home(&desk.public(TODAY)).unwrap();
    assert_eq!(home.week_count, 30);
    assert_eq!(home.week.len(), 8);
    assert_eq!(home.subjects, 6);
    assert!(home.doors.iter().any(|d| d.href == "/records?item=penalty"));
    for example in &home.examples {
        assert!(!hits(&desk, example).is_empty(), "{example}");
    }
    let (_, in_time, all) = &home.in_time[0];
    assert_eq!((*in_time, *all), (20, 30), "those of September came late");
    let departments = site::departments(&desk.public(TODAY)).unwrap();
    let shown: Vec<u64> = departments.iter().map(|d| d.shown).collect();
    assert_eq!(shown, [20, 10]);
    let source = departments[1]
        .sources
        .iter()
        .find(|s| s.item == "penalty")
        .unwrap();
    assert_eq!(source.complete_up_to, Some(date(2026, 9, 29)));
    assert_eq!(source.last_received_on, Some(TODAY));
    // Eight days later nothing of it is news.
    let home = site::home(&desk.public(date(2026, 11, 9))).unwrap();
    assert_eq!(home.week_count, 0);
}

#[test]
fn an_empty_deployment_answers() {
    let desk = Desk::bare();
    let public = desk.public(TODAY);
    let home = site::home(&public).unwrap();
    assert_eq!((home.week_count, home.subjects), (0, 0));
    assert!(site::departments(&public).unwrap().is_empty());
    let list = site::list(&public, &ListQuery::default()).unwrap();
    assert_eq!((list.scope.in_scope, list.records.len()), (0, 0));
    assert!(list.next.is_none());
}

#[test]
fn a_persons_present_name_is_struck_where_the_record_carries_a_former_one() {
    let desk = Desk::new();
    let text = format!("代码,名称,曾用名\n{},仲孙玥,信衡区清风小吃店\n", shop(7));
    desk.register(&text, TODAY);
    let row = other("信衡区清风小吃店", &shop(7), 60)
        .individual()
        .set("CF_FRDB", "仲孙玥")
        .set("CF_SY", "仲孙玥经营的信衡区清风小吃店销售过期饼干。");
    desk.land(std::slice::from_ref(&row), TODAY);
    let view = desk.shown(&desk.number(&row), TODAY);
    let shown = serde_json::to_string(&view).unwrap();
    assert!(!shown.contains("仲孙玥"), "{shown}");
    let row = row.set("CF_FRDB", "丁戊己");
    desk.land(std::slice::from_ref(&row), date(2026, 11, 3));
    let view = desk.shown(&desk.number(&row), date(2026, 11, 3));
    let shown = serde_json::to_string(&view).unwrap();
    assert!(!shown.contains("仲孙玥"), "{shown}");
}

/// For what, how much and by whom stand in the first line; each amount behind what it is of.
#[test]
fn the_first_line_says_for_what_and_how_much() {
    let desk = Desk::new();
    let row = penalty(1, 1)
        .set("CF_WFXW", "生产不合格产品。")
        .set("CF_CFLB", "罚款、没收违法所得、责令停产停业")
        .set(
            "CF_NR",
            "罚款人民币210000元；没收违法所得3805元；责令停产停业。",
        )
        .set("CF_NR_FK", "21")
        .set("CF_NR_WFFF", "0.3805")
        .set("XH_SXLB", "严重");
    desk.land(std::slice::from_ref(&row), TODAY);
    let line = desk.shown(&desk.number(&row), TODAY).line;
    assert_eq!(line.matter, "生产不合格产品");
    assert_eq!(
        line.outcome,
        "罚款21万元、没收违法所得3,805元、责令停产停业"
    );
    let told = line
        .sentence
        .contains("因生产不合格产品，被处以罚款21万元、");
    assert!(told && line.sentence.contains(D1_NAME), "{}", line.sentence);
    let amounts: Vec<_> = line.amounts.iter().map(|a| (&*a.title, &*a.yuan)).collect();
    assert_eq!(
        amounts,
        [
            ("罚款", "210000.00"),
            ("没收违法所得、没收非法财物", "3805.00")
        ]
    );
    assert_eq!(line.class_title.as_deref(), Some("严重失信信息"));
}

/// The longest time of a class is not said alone of a record that ends before.
#[test]
fn an_earlier_end_of_the_file_is_said_with_the_class() {
    let desk = Desk::new();
    let earlier = penalty(1, 1).set("CF_GSJZQ", "2027-02-01");
    desk.land(&[earlier.clone(), penalty(1, 2)], TODAY);
    let note = |row: &Row| desk.shown(&desk.number(row), TODAY).class_note.unwrap();
    let told = note(&earlier);
    assert!(
        told.contains("最长公示") && told.ends_with("这一条公示到2027年2月1日为止"),
        "{told}"
    );
    let whole = note(&penalty(1, 2));
    assert!(!whole.contains("这一条"), "{whole}");
}

/// A cell of three pages, an amount of nothing, a person's number: none spoils the first line.
#[test]
fn the_first_line_stands_whatever_the_cells_hold() {
    let desk = Desk::new();
    let long = format!("经营者电话19900001234，{}", "销售不合格产品\n".repeat(200));
    let rows = [
        penalty(1, 1).set("CF_WFXW", &long).set("CF_NR_WFFF", "0"),
        penalty(1, 2).set("CF_WFXW", "{CF_CFJG}[{subject}"),
    ];
    desk.land(&rows, TODAY);
    let lines = rows.iter().map(|row| desk.number(row));
    let lines: Vec<_> = lines.map(|id| desk.shown(&id, TODAY).line).collect();
    assert!(lines[0].matter.chars().count() < 90 && lines[0].matter.ends_with("……"));
    assert!(!lines[0].sentence.contains("19900001234") && !lines[0].sentence.contains('\n'));
    assert_eq!(
        (lines[0].outcome.as_str(), lines[0].amounts.len()),
        ("没收违法所得", 0)
    );
    assert_eq!(
        lines[1].matter, "{CF_CFJG}[{subject}",
        "a cell is no pattern"
    );
}

/// A page of twenty thousand is a page of twenty: what is listed is bounded, what is counted is not.
#[test]
fn a_dossier_lists_the_first_of_many_and_counts_all() {
    let desk = Desk::new();
    let rows: Vec<Row> = (1..=45).map(|n| penalty(1, n)).collect();
    desk.land(&rows, TODAY);
    let dossier = site::dossier(&desk.public(TODAY), &org(1), None, None);
    let dossier = dossier.unwrap().unwrap();
    let group = &dossier.groups[0];
    assert!(group.adverse, "what speaks against it stands first");
    assert_eq!((group.total, group.records.len()), (45, 20));
    assert_eq!(dossier.scope.shown, 45);
    let years: u64 = dossier.years.iter().map(|y| y.adverse + y.other).sum();
    assert_eq!(years, 45);
    let whole = site::whole_dossier(&desk.public(TODAY), &org(1), None, None);
    assert_eq!(whole.unwrap().unwrap().groups[0].records.len(), 45);
}

/// A number that no rule of the day names is not taken to be nothing.
#[test]
fn without_a_number_in_force_nothing_is_counted_by_another() {
    let desk = Desk::new();
    let told = |answer: Result<(), AppError>| match answer {
        Err(AppError::Rulebook(told)) => told,
        other => panic!("{other:?}"),
    };
    let early = desk.public(date(2015, 9, 30));
    let list = site::list(&early, &ListQuery::default()).map(drop);
    assert!(told(list).contains("display.small_number"));
    let early = desk.public(date(2021, 7, 14));
    let notices = site::withdrawals(&early, D1).map(drop);
    assert!(told(notices).contains("publicity.withdrawal_notice"));
}
