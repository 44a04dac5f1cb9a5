//! What must hold whatever is handed in and whatever is asked.

use crate::support::*;
use jiff::{ToSpan as _, civil::Date, civil::date};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestError, TestRunner},
};
use std::collections::BTreeSet;
use xinheng_app::{
    intake, noon, ops, record,
    site::{self, ListQuery},
    view::{RecordAnswer, RecordList, Scope},
};

/// Runs `test` on so many values.
fn check<S: Strategy>(cases: u32, strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>)
where
    S::Value: std::fmt::Debug,
{
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 20,
        ..Config::default()
    };
    match TestRunner::new(config).run(&strategy, test) {
        Ok(()) => {}
        Err(TestError::Fail(why, value)) => panic!("{why}\n{value:#?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// A row, and the day on which it is handed in.
#[derive(Debug, Clone)]
struct Case {
    row: Row,
    day: usize,
}

const DAYS: [Date; 3] = [date(2026, 10, 12), date(2026, 10, 26), TODAY];

/// Rows of every fate: shown, held, never, over, disputed, served late, without a code.
fn case(number: u32) -> impl Strategy<Value = Case> {
    let kinds = select(vec![
        "没收违法所得",
        "罚款",
        "警告",
        "责令停产停业",
        "罚款、没收违法所得",
        "暂扣许可证件",
        "其他",
    ]);
    let states = select(vec![
        "",
        "",
        "",
        "无",
        "复议中",
        "停止执行",
        "已变更",
        "已撤销",
    ]);
    let decided = prop_oneof![
        4 => (0..60_i32).prop_map(|d| date(2026, 10, 9).saturating_sub(d.days())),
        2 => (0..1800_i32).prop_map(|d| date(2026, 10, 9).saturating_sub(d.days())),
    ];
    let end = prop_oneof![
        3 => Just(None),
        1 => (0..90_i32).prop_map(Some),
    ];
    let party = 0..7_u32;
    let hidden = prop::bool::weighted(0.1);
    let summary = prop::bool::weighted(0.1);
    (
        kinds,
        states,
        decided,
        end,
        party,
        hidden,
        summary,
        0..3_usize,
    )
        .prop_map(
            move |(kinds, state, decided, end, party, hidden, summary, day)| {
                let row = match party {
                    0..=3 => penalty(party + 1, number),
                    4 => other(SHOP, &shop(1), number).individual(),
                    5 => other("信衡区巷口早点铺", FILLER, number)
                        .individual()
                        .set("CF_XDR_GSZC", "990102600012345"),
                    _ => other(NAMES[0], &org(40), number),
                };
                let mut row = row
                    .set("CF_CFLB", kinds)
                    .set("CF_NR", &format!("{kinds}。"))
                    .set(
                        "CF_NR_WFFF",
                        if kinds.contains("没收") {
                            "0.0058"
                        } else {
                            ""
                        },
                    )
                    .set("CF_JDRQ", &decided.to_string())
                    .set("XH_ZYZT", state)
                    .set("XH_CX", if summary { "简易程序" } else { "" });
                if hidden {
                    row = row.set("XH_SFGK", "否").set("XH_BGKYY", "依法不予公开");
                }
                if let Some(days) = end {
                    let end = decided.saturating_add(days.days());
                    row = row.set("CF_GSJZQ", &end.to_string());
                }
                Case { row, day }
            },
        )
}

fn cases() -> impl Strategy<Value = Vec<Case>> {
    (6..24_u32).prop_flat_map(|n| (1..=n).map(case).collect::<Vec<_>>())
}

/// A deployment into which the cases came on their days.
fn desk_of(cases: &[Case]) -> Desk {
    let desk = Desk::bare();
    let departments = desk.file("departments.csv", &departments());
    xinheng_app::department::import(&desk.operator(DAYS[0]), &departments).unwrap();
    desk.register(&register_file(), DAYS[0]);
    for (i, day) in DAYS.into_iter().enumerate() {
        let mine = cases.iter().filter(|c| c.day == i);
        let rows: Vec<Row> = mine.map(|c| c.row.clone()).collect();
        if !rows.is_empty() {
            desk.land(&rows, day);
        }
    }
    desk
}

/// Any code a dossier may be asked by.
fn codes() -> Vec<String> {
    let mut codes: Vec<String> = (1..=4).map(org).collect();
    codes.extend([shop(1), shop(2), org(40)]);
    codes
}

/// What one asks by: a day and a state of knowledge, or neither.
type Asked = (Option<Date>, Option<Date>);

fn asked() -> impl Strategy<Value = Vec<Asked>> {
    let day = || prop::option::of((-60..60_i32).prop_map(|d| TODAY.saturating_add(d.days())));
    prop::collection::vec((day(), day()), 4)
}

fn adds_up(scope: &Scope) -> Result<(), TestCaseError> {
    let withheld: u64 = scope.withheld.iter().map(|w| w.count).sum();
    prop_assert_eq!(scope.in_scope, scope.shown + withheld, "{:?}", scope);
    prop_assert!(scope.withheld.iter().all(|w| w.count > 0));
    Ok(())
}

fn subject_list(desk: &Desk, code: &str, day: Date, (as_of, known): Asked) -> RecordList {
    let known = known.map(|d| noon(d).unwrap());
    let list = site::subject_records(&desk.public(day), code, None, None, 100, as_of, known);
    list.unwrap().unwrap()
}

fn query((as_of, known): Asked) -> ListQuery {
    ListQuery {
        limit: 4,
        as_of,
        known_at: known.map(|d| noon(d).unwrap()),
        ..ListQuery::default()
    }
}

fn ids<'a>(lines: impl IntoIterator<Item = &'a xinheng_app::view::RecordLine>) -> BTreeSet<String> {
    lines.into_iter().map(|l| l.id.clone()).collect()
}

/// I2 and I10 for dossiers, a subject's records, lists and single records, on the day itself and
/// on a day long after.
#[test]
fn every_answer_adds_up_and_dates_only_narrow() {
    check(
        16,
        (cases(), asked(), 0..900_i32),
        |(cases, asked, later)| {
            let desk = desk_of(&cases);
            for day in [TODAY, TODAY.saturating_add(later.days())] {
                let public = desk.public(day);
                for code in codes() {
                    let Some(whole) = site::dossier(&public, &code, None, None).unwrap() else {
                        continue;
                    };
                    adds_up(&whole.scope)?;
                    prop_assert_eq!(whole.scope.in_scope, whole.scope.shown);
                    let today = ids(&subject_list(&desk, &code, day, (None, None)).records);
                    let grouped: u64 = whole.groups.iter().map(|g| g.total).sum();
                    prop_assert_eq!(grouped, whole.scope.shown);
                    for &asked in &asked {
                        let known = asked.1.map(|d| noon(d).unwrap());
                        let dossier = site::dossier(&public, &code, asked.0, known);
                        let dossier = dossier.unwrap().unwrap();
                        adds_up(&dossier.scope)?;
                        prop_assert_eq!(dossier.scope.in_scope, whole.scope.in_scope);
                        let total: u64 = dossier.groups.iter().map(|g| g.total).sum();
                        prop_assert_eq!(total, dossier.scope.shown);
                        let list = subject_list(&desk, &code, day, asked);
                        prop_assert_eq!(&list.scope, &dossier.scope);
                        let shown = ids(&list.records);
                        prop_assert_eq!(shown.len() as u64, list.scope.shown);
                        prop_assert!(shown.is_subset(&today), "{:?}", asked);
                    }
                }
                let today = ids(&desk.walk(&query((None, None)), day));
                for &asked in &asked {
                    let list = site::list(&public, &query(asked)).unwrap();
                    adds_up(&list.scope)?;
                    let lines = desk.walk(&query(asked), day);
                    let shown = ids(&lines);
                    prop_assert_eq!(lines.len(), shown.len(), "no repeats");
                    prop_assert_eq!(shown.len() as u64, list.scope.shown);
                    prop_assert!(shown.is_subset(&today), "{:?}", asked);
                    let known = asked.1.map(|d| noon(d).unwrap());
                    for stored in desk.all() {
                        let id = stored.record.id;
                        let answer = site::record(&public, id.as_str(), asked.0, known).unwrap();
                        let is_shown = matches!(answer, RecordAnswer::Shown(_));
                        prop_assert_eq!(is_shown, shown.contains(id.as_str()), "{}", id);
                    }
                }
            }
            Ok(())
        },
    );
}

/// I5: class and end, or held with an alarm in time, or never with its reason, or ended.
#[test]
fn everything_adverse_ends() {
    check(16, cases(), |cases| {
        let desk = desk_of(&cases);
        let held = record::held(&desk.operator(TODAY)).unwrap();
        for stored in desk.all() {
            let r = &stored.record;
            let p = &r.publicity;
            prop_assert!(p.trace.len() > 2, "a reason: {:?}", r);
            let listed = held.iter().any(|h| h.id == r.id.as_str());
            match (p.from, &p.never, p.alarm_on) {
                (Some(from), None, None) => {
                    let until = p.until;
                    prop_assert!(until.is_some(), "{:?}", r);
                    prop_assert!(p.class.is_some() || until < Some(from), "{:?}", r);
                    prop_assert!(p.earliest_repair.is_none_or(|day| Some(day) <= until));
                    let after = until.unwrap().tomorrow().unwrap();
                    prop_assert!(!p.public_on(after));
                }
                (None, Some(reason), None) => prop_assert!(!reason.is_empty()),
                (None, None, Some(alarm)) => {
                    let clock = r.clock.as_ref().unwrap();
                    prop_assert!(alarm <= clock.deadline.max(r.first_received_on), "{:?}", r);
                    prop_assert_eq!(listed, r.ended.is_none());
                }
                _ => prop_assert!(false, "{:?}", r),
            }
            if let Some(ended) = &r.ended {
                prop_assert!(!ended.grounds.is_empty());
                let answer = desk.answer(&r.id, TODAY);
                prop_assert!(!matches!(answer, RecordAnswer::Shown(_)));
            }
        }
        Ok(())
    });
}

/// Everything the public can be answered, as one text.
fn everything(desk: &Desk) -> String {
    let public = desk.public(TODAY);
    let mut out = String::new();
    let mut add = |text: serde_json::Result<String>| {
        out.push_str(&text.unwrap());
        out.push('\n');
    };
    add(serde_json::to_string(&site::home(&public).unwrap()));
    add(serde_json::to_string(&site::departments(&public).unwrap()));
    let query = ListQuery {
        limit: 100,
        ..ListQuery::default()
    };
    add(serde_json::to_string(&site::list(&public, &query).unwrap()));
    for code in codes() {
        add(serde_json::to_string(
            &site::dossier(&public, &code, None, None).unwrap(),
        ));
        add(serde_json::to_string(
            &site::search(&public, &code, 50).unwrap(),
        ));
    }
    for name in ["衡川", "信衡", "公司", "面馆"] {
        add(serde_json::to_string(
            &site::search(&public, name, 50).unwrap(),
        ));
    }
    for stored in desk.all() {
        match desk.answer(&stored.record.id, TODAY) {
            RecordAnswer::Shown(view) => add(serde_json::to_string(&view)),
            RecordAnswer::Gone(tombstone) => add(serde_json::to_string(&tombstone)),
            RecordAnswer::Unknown => {}
        }
    }
    out
}

/// As a reader reads it: no blanks, no hyphens, one width.
fn squeezed(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '—'));
    xinheng_domain::text::half_width(&kept.collect::<String>()).to_ascii_uppercase()
}

fn person() -> impl Strategy<Value = String> {
    let family = select(vec!["张", "王", "李", "陈", "欧阳", "尉迟"]);
    let given = prop::collection::vec(select(vec!['苒', '骁', '琰', '澍', '昀', '珩']), 1..=2);
    (family, given).prop_map(|(f, g)| format!("{f}{}", g.into_iter().collect::<String>()))
}

/// An identity number of a division that does not exist, with its check character.
fn identity() -> impl Strategy<Value = String> {
    (1950..2005_u32, 1..=12_u32, 1..=28_u32, 0..1000_u32).prop_map(|(y, m, d, n)| {
        let first = format!("990101{y}{m:02}{d:02}{n:03}");
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let sum: u32 = first
            .bytes()
            .zip(weights)
            .map(|(b, w)| u32::from(b - b'0') * w)
            .sum();
        format!("{first}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
    })
}

fn phone() -> impl Strategy<Value = String> {
    (0..10_000_u32).prop_map(|n| format!("1990000{n:04}"))
}

/// How a text brings in a person.
fn planted(name: &str, identity: &str, phone: &str, how: usize) -> String {
    let wide: String = phone
        .chars()
        .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap())
        .collect();
    match how {
        0 => format!("法定代表人{name}（身份证号{identity}，电话{phone}）在现场。"),
        1 => format!(
            "经查，{name}签收决定书。联系电话：{} {} {}。",
            &phone[..3],
            &phone[3..7],
            &phone[7..]
        ),
        2 => format!("由{name}（{}）代收，手机{wide}。", identity.to_lowercase()),
        3 => format!(
            "当事人负责人 {name} ，公民身份号码：{} {} {}。",
            &identity[..6],
            &identity[6..14],
            &identity[14..]
        ),
        4 => format!("{name}、{phone}、{identity}"),
        5 => format!("致电+86{phone}，{name}称不知情。"),
        _ => format!(
            "证件{identity}；{}-{}-{}；{name}。",
            &phone[..3],
            &phone[3..7],
            &phone[7..]
        ),
    }
}

/// I6: the legal representative, identity numbers and phones planted in free text stay inside.
#[test]
fn persons_never_leave() {
    let one = (person(), identity(), phone(), 0..7_usize, 0..6_usize);
    check(12, prop::collection::vec(one, 1..12), |all| {
        let mut cases = Vec::new();
        for (i, (name, identity, phone, how, place)) in all.iter().enumerate() {
            let place = ["CF_SY", "CF_NR", "CF_WFXW", "BZ", "CF_YJ", "CF_NR_ZKDX"][*place];
            let text = planted(name, identity, phone, *how);
            let number = i as u32 + 1;
            let row = if i % 3 == 2 {
                other(name, &shop(10 + number), number).individual()
            } else {
                penalty(number % 4 + 1, number)
            };
            let row = row
                .set("CF_FRDB", name)
                .set("CF_FR_ZJLX", "身份证")
                .set("CF_FR_ZJHM", identity)
                .set("", &text)
                .set(place, &text);
            cases.push(Case { row, day: 2 });
        }
        let desk = desk_of(&cases);
        let shown = desk.walk(
            &ListQuery {
                limit: 100,
                ..ListQuery::default()
            },
            TODAY,
        );
        prop_assert_eq!(shown.len(), all.len(), "all of them are public");
        let said = squeezed(&everything(&desk));
        for (name, identity, phone, ..) in &all {
            for secret in [name, identity, phone] {
                prop_assert!(!said.contains(&squeezed(secret)), "{} leaves", secret);
            }
        }
        prop_assert!(!said.contains(LEGAL));
        Ok(())
    });
}

/// I1: a name leads nowhere; only a code does.
#[test]
fn a_name_alone_links_nothing() {
    let how = select(vec![0_usize, 1, 2]);
    check(12, prop::collection::vec((1..=4_u32, how), 1..10), |all| {
        let mut rows = Vec::new();
        for (i, (n, how)) in all.iter().enumerate() {
            let number = i as u32 + 1;
            let name = NAMES[(*n - 1) as usize];
            rows.push(match how {
                0 => penalty(*n, number),
                1 => other(name, &org(100 + number), number),
                _ => other(SHOP, FILLER, number)
                    .individual()
                    .set("CF_XDR_GSZC", "990102600012345"),
            });
        }
        let cases: Vec<Case> = rows
            .iter()
            .map(|row| Case {
                row: row.clone(),
                day: 2,
            })
            .collect();
        let desk = desk_of(&cases);
        for n in 1..=4 {
            let own = all.iter().filter(|(m, how)| *m == n && *how == 0).count();
            let list = subject_list(&desk, &org(n), TODAY, (None, None));
            prop_assert_eq!(list.records.len(), own);
            for line in &list.records {
                prop_assert_eq!(line.subject_code.clone(), Some(org(n)));
            }
        }
        let shop = subject_list(&desk, &shop(1), TODAY, (None, None));
        prop_assert_eq!(shop.scope.in_scope, 0);
        prop_assert_eq!(desk.all().len(), all.len());
        Ok(())
    });
}

/// What a deployment knows, told without the times at which it learnt it.
fn state(desk: &Desk) -> Vec<String> {
    let mut all: Vec<String> = desk
        .all()
        .into_iter()
        .map(|s| {
            let mut r = s.record;
            r.batch_id = String::new();
            serde_json::to_string(&(
                s.sealed_at,
                s.file_hash,
                r.id,
                r.version,
                r.row,
                r.content_hash,
                r.payload,
                r.publicity,
                r.ended,
            ))
            .unwrap()
        })
        .collect();
    all.sort_unstable();
    all
}

/// The deployment of `desk` copied into a folder of its own: the same secret, so the same numbers.
fn copy(desk: &Desk) -> Desk {
    let dir = tempfile::tempdir().unwrap();
    ops::backup(
        &desk.operator(TODAY),
        &dir.path().join("xinheng.db"),
        &mut |_, _| (),
    )
    .unwrap();
    let office = xinheng_app::Deployment::open(&place(dir.path())).unwrap();
    Desk { office, dir }
}

/// I7: killed after any chunk, as often as one likes, and handed in again.
#[test]
fn interrupted_anywhere_it_lands_the_same() {
    let rows: Vec<Row> = (1..=2050)
        .map(|n| {
            let row = other(NAMES[0], &org(n % 50 + 100), n);
            if n % 7 == 0 { row.fine() } else { row }
        })
        .collect();
    let text = csv(&rows);
    let base = Desk::new();
    let whole = copy(&base);
    let landed = whole
        .hand_in(operator("甲"), D1, &text, TODAY, false)
        .unwrap();
    assert_eq!(landed.counters.new, 2050);
    let expected = state(&whole);
    // The last word is told when all chunks have landed and the batch is not sealed.
    check(4, prop::collection::vec(1..=2_u32, 1..3), |stops| {
        let desk = copy(&base);
        let path = desk.file("in.csv", &text);
        let input = intake::Input {
            path: &path,
            file_name: "in.csv",
            sheet: None,
            department: D1,
            dry_run: false,
        };
        for stop in &stops {
            let mut told = 0;
            let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                intake::import(&desk.operator(TODAY), input, &mut |p| {
                    told += u32::from(matches!(p, intake::Progress::Landed(..)));
                    if told == *stop {
                        // As a kill: no message, nothing more is written.
                        std::panic::resume_unwind(Box::new("killed"));
                    }
                })
            }));
            prop_assert!(killed.is_err());
            prop_assert!(desk.all().is_empty(), "nothing half-landed is visible");
        }
        let outcome = intake::import(&desk.operator(TODAY), input, &mut |_| {}).unwrap();
        let most = u64::from(*stops.iter().max().unwrap());
        match outcome.landing {
            intake::Landing::Sealed { resumed_chunks, .. } => {
                prop_assert_eq!(resumed_chunks, most);
            }
            other => prop_assert!(false, "{:?}", other),
        }
        prop_assert_eq!(outcome.counters, landed.counters);
        prop_assert_eq!(&state(&desk), &expected);
        let again = intake::import(&desk.operator(TODAY), input, &mut |_| {}).unwrap();
        let already = matches!(again.landing, intake::Landing::Already { .. });
        prop_assert!(already);
        prop_assert_eq!(&state(&desk), &expected);
        prop_assert!(ops::verify(&desk.operator(TODAY)).unwrap().sound);
        Ok(())
    });
}

/// I7: the same rows in other files, in any order and as often as one likes.
#[test]
fn rows_handed_in_again_change_nothing() {
    check(
        8,
        (
            cases(),
            prop::collection::vec(any::<prop::sample::Index>(), 1..8),
        ),
        |(cases, picks)| {
            let desk = desk_of(&cases);
            let before = state(&desk);
            let mut chosen: Vec<usize> = picks.iter().map(|p| p.index(cases.len())).collect();
            chosen.dedup();
            chosen.sort_unstable();
            chosen.dedup();
            chosen.reverse();
            let mut rows: Vec<Row> = chosen.iter().map(|&i| cases[i].row.clone()).collect();
            // Another file: a row nobody else has.
            rows.push(penalty(1, 9000));
            let outcome = desk.land(&rows, TODAY);
            prop_assert_eq!(outcome.counters.unchanged, chosen.len() as u64);
            prop_assert_eq!(outcome.counters.new, 1);
            let number = desk.number(&penalty(1, 9000));
            let after: Vec<String> = state(&desk)
                .into_iter()
                .filter(|s| !s.contains(number.as_str()))
                .collect();
            prop_assert_eq!(after, before);
            Ok(())
        },
    );
}
