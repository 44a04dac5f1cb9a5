//! Whose publication the site is: what each mode lets through, and that it adds up.

use crate::support::*;
use jiff::civil::date;
use xinheng_app::{
    Deployment, District, forward,
    site::{self, ListQuery, PlainKind},
    view::{RecordAnswer, Scope},
};
use xinheng_domain::publicity::Mode;

const NUMBERS: [u32; 3] = [1, 2, 3];

fn number(n: u32) -> String {
    format!("衡信市监罚〔2026〕{n}号")
}

/// Three records of three organisations in this mode.
fn in_mode(mode: Mode) -> Desk {
    let mut desk = Desk::new();
    let rows: Vec<Row> = NUMBERS.iter().map(|n| penalty(*n, *n)).collect();
    desk.land(&rows, TODAY);
    set(&mut desk, mode);
    desk
}

fn set(desk: &mut Desk, mode: Mode) {
    let district = District {
        publicity: mode,
        platform: Some("https://credit.example/".to_owned()),
        ..desk.office.district().clone()
    };
    Deployment::set_district(&desk.operator(TODAY), &district).unwrap();
    desk.reopen();
}

fn send(desk: &Desk, name: &str) {
    let out = desk.dir.path().join(name);
    let file = forward::Make {
        template: "penalty-organisations",
        department: None,
        from: date(2026, 10, 1),
        until: date(2026, 10, 31),
        again: false,
        out: &out,
    };
    forward::make(&desk.operator(TODAY), file).unwrap();
}

/// The platform's answer about some numbers.
fn answer(desk: &Desk, name: &str, rows: &[(u32, bool)]) {
    let mut text = "行政处罚决定书文号,行政相对人名称,处理结果,错误代码,错误原因\n".to_owned();
    for (n, good) in rows {
        let said = if *good {
            "入库成功,,"
        } else {
            "失败,1001,名称不符"
        };
        let name = NAMES[*n as usize - 1];
        text.push_str(&format!("{},{name},{said}\n", number(*n)));
    }
    let path = desk.file(name, &text);
    let answer = forward::Answer {
        path: &path,
        file_name: name,
        sheet: None,
        dispatch: None,
        department: None,
    };
    forward::read_receipt(&desk.operator(TODAY), answer).unwrap();
}

/// What each public answer shows of the three: dossiers, list, record pages, export, home, departments.
fn seen(desk: &Desk) -> Vec<Vec<u32>> {
    let ctx = desk.public(TODAY);
    let rows = NUMBERS.map(|n| penalty(n, n));
    let mut all = Vec::new();
    // What the platform has not accepted is not told of one organisation, nor in so small a number.
    let in_scope = |scope: &Scope| {
        let withheld: u64 = scope.withheld.iter().map(|w| w.count).sum();
        assert_eq!(scope.in_scope, scope.shown + withheld, "{scope:?}");
        assert_eq!(withheld, 0, "{scope:?}");
    };
    let mut dossiers = Vec::new();
    for n in NUMBERS {
        let dossier = desk.dossier(&org(n), TODAY);
        in_scope(&dossier.scope);
        let listed: usize = dossier.groups.iter().map(|g| g.records.len()).sum();
        assert_eq!(listed as u64, dossier.scope.shown);
        let records = site::subject_records(&ctx, &org(n), None, None, 10, None, None);
        let records = records.unwrap().unwrap();
        assert_eq!(records.scope, dossier.scope);
        let years: u64 = dossier.years.iter().map(|y| y.adverse + y.other).sum();
        assert_eq!(years, dossier.scope.shown);
        dossiers.extend((listed > 0).then_some(n));
    }
    all.push(dossiers);
    let numbers = |lines: &[xinheng_app::view::RecordLine]| {
        let mut found: Vec<u32> = NUMBERS
            .into_iter()
            .filter(|n| lines.iter().any(|l| l.document_number == number(*n)))
            .collect();
        found.sort_unstable();
        found
    };
    let list = site::list(
        &ctx,
        &ListQuery {
            limit: 50,
            ..ListQuery::default()
        },
    )
    .unwrap();
    in_scope(&list.scope);
    assert_eq!(list.records.len() as u64, list.scope.shown);
    let of_items = list.filters.iter().find(|f| f.name == "item").unwrap();
    let counted: u64 = of_items.choices.iter().filter_map(|c| c.count).sum();
    assert_eq!(counted, list.scope.shown, "counts of the filters");
    all.push(numbers(&list.records));
    let pages = NUMBERS.into_iter().zip(&rows).filter(|(_, row)| {
        let answer = desk.answer(&desk.number(row), TODAY);
        matches!(answer, RecordAnswer::Shown(_))
    });
    all.push(pages.map(|(n, _)| n).collect());
    let mut file = std::io::Cursor::new(Vec::new());
    site::export(&ctx, &ListQuery::default(), PlainKind::Csv, &mut file).unwrap();
    let text = String::from_utf8(file.into_inner()).unwrap();
    all.push(
        NUMBERS
            .into_iter()
            .filter(|n| text.contains(&number(*n)))
            .collect(),
    );
    let home = site::home(&ctx).unwrap();
    assert_eq!(home.week_count, home.week.len() as u64);
    all.push(numbers(&home.week));
    let departments = site::departments(&ctx).unwrap();
    let shown: u64 = departments.iter().map(|d| d.shown).sum();
    assert_eq!(shown, list.scope.shown, "figures of the departments");
    all
}

#[track_caller]
fn all_show(desk: &Desk, numbers: &[u32]) {
    for (at, seen) in seen(desk).iter().enumerate() {
        assert_eq!(seen, numbers, "answer {at}");
    }
}

#[test]
fn own_publication_shows_everything_whatever_was_answered_above() {
    let desk = in_mode(Mode::Own);
    all_show(&desk, &[1, 2, 3]);
    send(&desk, "a.csv");
    answer(&desk, "r.csv", &[(1, false)]);
    all_show(&desk, &[1, 2, 3]);
}

#[test]
fn a_mirror_shows_what_the_last_answer_accepts() {
    let mut desk = in_mode(Mode::Mirror);
    all_show(&desk, &[]);
    send(&desk, "a.csv");
    all_show(&desk, &[]);
    answer(&desk, "r1.csv", &[(1, true), (2, false), (3, true)]);
    // Figures are kept for a moment; a deployment opened anew has none.
    desk.reopen();
    all_show(&desk, &[1, 3]);
    // The platform takes one back: the last answer counts.
    answer(&desk, "r2.csv", &[(3, false)]);
    desk.reopen();
    all_show(&desk, &[1]);
    // Accepted once, so it was here: its page says that it is over, not that it never was.
    desk.gone(&desk.number(&penalty(3, 3)), TODAY);
    let never = desk.answer(&desk.number(&penalty(2, 2)), TODAY);
    assert_eq!(never, RecordAnswer::Unknown);
    let outside = desk.dossier(&org(2), TODAY).scope.outside;
    assert!(outside.contains("只显示上级平台已接收的信息"), "{outside}");
}

#[test]
fn a_correction_that_was_not_answered_above_is_not_mirrored() {
    let mut desk = in_mode(Mode::Mirror);
    send(&desk, "a.csv");
    answer(&desk, "r1.csv", &[(1, true), (2, true), (3, true)]);
    let corrected = penalty(1, 1).set("CF_SY", "检查发现销售的产品没有中文标识。");
    desk.land(&[corrected], TODAY);
    desk.reopen();
    all_show(&desk, &[2, 3]);
    send(&desk, "b.csv");
    answer(&desk, "r2.csv", &[(1, true)]);
    desk.reopen();
    all_show(&desk, &[1, 2, 3]);
}

#[test]
fn reading_an_answer_makes_figures_anew() {
    assert!(xinheng_app::Act::ForwardReceipt.moves_figures());
}

#[test]
fn a_guide_shows_no_record_and_says_where_to_look() {
    let mut desk = in_mode(Mode::Guide);
    let ctx = desk.public(TODAY);
    let refused = |answer: Result<(), xinheng_app::AppError>| match answer {
        Err(xinheng_app::AppError::Refused(refusal)) => {
            assert_eq!(refusal.code.as_str(), "published-elsewhere");
            assert!(
                refusal.remedy.contains("https://credit.example/"),
                "{refusal:?}"
            );
        }
        other => panic!("{other:?}"),
    };
    let id = desk.number(&penalty(1, 1));
    refused(site::record(&ctx, id.as_str(), None, None).map(drop));
    refused(site::dossier(&ctx, &org(1), None, None).map(drop));
    refused(site::whole_dossier(&ctx, &org(1), None, None).map(drop));
    refused(site::subject_records(&ctx, &org(1), None, None, 10, None, None).map(drop));
    refused(site::list(&ctx, &ListQuery::default()).map(drop));
    let mut file = std::io::Cursor::new(Vec::new());
    refused(site::export(&ctx, &ListQuery::default(), PlainKind::Csv, &mut file).map(drop));
    refused(site::search(&ctx, &org(1), 10).map(drop));
    refused(site::search(&ctx, "青禾", 10).map(drop));
    refused(site::withdrawals(&ctx, D1).map(drop));
    let home = site::home(&ctx).unwrap();
    assert_eq!((home.week_count, home.subjects), (0, 0));
    assert!(home.week.is_empty() && home.examples.is_empty() && home.in_time.is_empty());
    assert!(!home.doors.iter().any(|d| d.href.starts_with("/records")));
    assert!(
        home.sources.iter().any(|s| s.connected),
        "how far it is complete stays"
    );
    let departments = site::departments(&ctx).unwrap();
    assert_eq!(departments.iter().map(|d| d.shown).sum::<u64>(), 0);
    // What was shown before is shown again when the mode is another one.
    set(&mut desk, Mode::Own);
    all_show(&desk, &[1, 2, 3]);
}
