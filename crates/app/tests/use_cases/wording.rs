//! The public wording of texts: what leaves, what departments say of it, whose names it hides.

use crate::support::*;
use jiff::civil::{Date, date};
use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};
use xinheng_app::{
    AppResult,
    forward::{self, Make},
    ops,
    record::{ReadingBasis, ReadingLine, Say, readings, said, say, some_readings, unsay},
    wording,
};
use xinheng_domain::{
    catalogue::{FieldKind, FieldPublicity, Role},
    condition::Values as _,
    reading::Says,
    record::RecordId,
};
use xinheng_store::{reading, testing};

const FIELD: &str = "CF_SY";
const MINOR: &str = "经查，当事人招用未满十六周岁的王小样（女，15周岁）从事餐饮服务。";

fn letter() -> ReadingBasis<'static> {
    ReadingBasis {
        document: Some("关于公示文本的函"),
        dated: Some(date(2026, 11, 1)),
        stated_by: Some("市场监督管理局 办公室"),
        grounds: None,
    }
}

fn own_grounds() -> ReadingBasis<'static> {
    ReadingBasis {
        grounds: Some("网页上能认出个人"),
        ..ReadingBasis::default()
    }
}

fn fact(desk: &Desk, id: &RecordId, day: Date) -> String {
    let view = desk.shown(id, day);
    let field = view.fields.iter().find(|f| f.id == FIELD).unwrap();
    field.value.clone()
}

/// The file for the platform above, of all that was decided in the month.
fn sent(out: &Path) -> Make<'_> {
    Make {
        template: "penalty-organisations",
        department: None,
        from: date(2026, 10, 1),
        until: date(2026, 10, 31),
        again: false,
        out,
    }
}

fn with(n: u32, number: u32, text: &str) -> Row {
    penalty(n, number).set(FIELD, text)
}

/// A text in which the finder doubts a piece, and that piece.
fn doubtful(desk: &Desk) -> (String, String) {
    for text in [
        "经查，当事人从高样处购进无标签的预包装食品三箱，货值金额58元。",
        "经查，当事人向石样林销售不合格产品，货值金额58元。",
        "检查时，柳样青在场，当事人未能出示进货凭证。",
        "经查，当事人与江样树签订合同后未履行进货查验义务。",
        "经查，食品三箱从王样花小吃店购进，货值金额58元。",
    ] {
        let book = desk.office.rulebook();
        let found = book
            .finder()
            .read(text, &xinheng_domain::finder::Context::default());
        let spans: Vec<_> = found
            .spans
            .iter()
            .filter(|s| s.verdict == xinheng_domain::finder::Verdict::Doubtful)
            .collect();
        if let ([one], None, 1) = (spans.as_slice(), found.withhold, found.spans.len()) {
            return (text.to_owned(), text[one.start..one.end].to_owned());
        }
    }
    panic!("the finder doubts none of them");
}

/// Who was representative before, and a text in which the finder alone does not find that name.
fn hidden(desk: &Desk) -> (&'static str, String) {
    let book = desk.office.rulebook();
    for name in [
        "白云", "高原", "江山", "黄河", "金秋", "马达", "方圆", "温暖",
    ] {
        for text in [
            "检查发现产品没有合格证明，货款由NAME结清。",
            "检查发现产品没有合格证明，已交NAME保管。",
            "检查发现产品没有合格证明，与NAME无关。",
        ] {
            let text = text.replace("NAME", name);
            let found = book
                .finder()
                .read(&text, &xinheng_domain::finder::Context::default());
            if found.spans.is_empty() && found.withhold.is_none() {
                return (name, text);
            }
        }
    }
    panic!("the finder finds all of them");
}

fn record_it(
    desk: &Desk,
    id: &RecordId,
    says: Says,
    text: Option<&str>,
    by: ReadingBasis<'_>,
) -> AppResult<u64> {
    let input = Say {
        record: id.as_str(),
        field: FIELD,
        says,
        text,
        by,
    };
    say(&desk.operator(TODAY), &input)
}

#[test]
fn a_doubtful_piece_is_masked_until_the_department_has_said_that_it_is_no_person() {
    let desk = Desk::new();
    let (text, piece) = doubtful(&desk);
    let row = with(1, 1, &text);
    desk.land(std::slice::from_ref(&row), TODAY);
    let id = desk.number(&row);
    assert!(!fact(&desk, &id, TODAY).contains(&piece), "masked at once");
    let open = readings(&desk.operator(TODAY), None).unwrap();
    let line = open.iter().find(|l| l.record == id.as_str()).unwrap();
    assert_eq!((line.doubtful, line.department.as_str()), (1, D1));
    assert_eq!(line.department_name, D1_NAME);
    // The fifth working day after a Monday is the next Monday.
    assert_eq!((line.due, line.overdue), (date(2026, 11, 9), false));
    assert!(!line.wording.contains(&piece));
    // Silence never unmasks.
    let late = date(2026, 12, 28);
    assert!(!fact(&desk, &id, late).contains(&piece));
    assert!(readings(&desk.operator(late), None).unwrap()[0].overdue);
    // Nor does the office.
    refused(
        record_it(&desk, &id, Says::NoPerson, Some(&piece), own_grounds()),
        "document-missing",
    );
    let future = ReadingBasis {
        dated: Some(date(2026, 11, 3)),
        ..letter()
    };
    bad_input(record_it(&desk, &id, Says::NoPerson, Some(&piece), future));
    let number = record_it(&desk, &id, Says::NoPerson, Some(&piece), letter()).unwrap();
    assert_eq!(fact(&desk, &id, TODAY), text);
    assert!(readings(&desk.operator(TODAY), None).unwrap().is_empty());
    let audited = desk.audited("record.reading");
    assert_eq!(audited.len(), 1);
    assert!(
        !audited[0].detail.to_string().contains(&piece),
        "the audit tells no name"
    );
    assert_eq!(audited[0].detail["document"], "关于公示文本的函");
    assert!(said(&desk.operator(TODAY)).unwrap()[0].piece.is_none());
    // Taken back: masked again, and twice is refused.
    unsay(&desk.operator(TODAY), number, &own_grounds()).unwrap();
    assert!(!fact(&desk, &id, TODAY).contains(&piece));
    refused(
        unsay(&desk.operator(TODAY), number, &own_grounds()),
        "undone-already",
    );
    not_found(unsay(&desk.operator(TODAY), 99, &own_grounds()));
    refused(
        unsay(&desk.operator(TODAY), number + 1, &own_grounds()),
        "undoing",
    );
    assert_eq!(desk.audited("record.reading").len(), 2);
    assert!(desk.sound());
}

#[test]
fn what_one_department_says_is_not_said_by_another() {
    let desk = Desk::new();
    let (text, piece) = doubtful(&desk);
    let (one, two) = (with(1, 1, &text), with(2, 2, &text).second());
    desk.land(std::slice::from_ref(&one), TODAY);
    let file = csv(std::slice::from_ref(&two));
    desk.hand_in(operator("甲"), D2, &file, TODAY, false)
        .unwrap();
    let (one, two) = (desk.number(&one), desk.number(&two));
    assert_eq!(readings(&desk.operator(TODAY), None).unwrap().len(), 2);
    record_it(&desk, &one, Says::NoPerson, Some(&piece), letter()).unwrap();
    assert_eq!(fact(&desk, &one, TODAY), text);
    assert!(!fact(&desk, &two, TODAY).contains(&piece));
    let open = readings(&desk.operator(TODAY), Some(D2)).unwrap();
    assert_eq!(open.len(), 1);
    assert!(
        readings(&desk.operator(TODAY), Some(D1))
            .unwrap()
            .is_empty()
    );
    assert!(
        readings(&desk.operator(TODAY), Some("d9")).is_err(),
        "unknown"
    );
}

#[test]
fn a_skeleton_settles_later_rows_and_unmasks_nothing() {
    let desk = Desk::new();
    let (text, piece) = doubtful(&desk);
    let one = with(1, 1, &text);
    desk.land(std::slice::from_ref(&one), TODAY);
    let id = desk.number(&one);
    record_it(&desk, &id, Says::Masked, None, letter()).unwrap();
    assert!(
        !fact(&desk, &id, TODAY).contains(&piece),
        "as it is means masked"
    );
    assert!(readings(&desk.operator(TODAY), None).unwrap().is_empty());
    let two = with(2, 2, &text);
    desk.land(std::slice::from_ref(&two), TODAY);
    assert!(readings(&desk.operator(TODAY), None).unwrap().is_empty());
    assert!(!fact(&desk, &desk.number(&two), TODAY).contains(&piece));
    // A text without anything masked needs no such word.
    let plain = penalty(3, 3);
    desk.land(std::slice::from_ref(&plain), TODAY);
    refused(
        record_it(&desk, &desk.number(&plain), Says::Masked, None, letter()),
        "nothing-masked",
    );
}

#[test]
fn the_office_hides_at_once_and_shows_nothing_by_itself() {
    let desk = Desk::new();
    let row = penalty(1, 1);
    desk.land(std::slice::from_ref(&row), TODAY);
    let id = desk.number(&row);
    let text = fact(&desk, &id, TODAY);
    bad_input(record_it(
        &desk,
        &id,
        Says::Withhold,
        None,
        ReadingBasis::default(),
    ));
    // A piece is named, but the whole would be withheld; a day is named, but no document.
    bad_input(record_it(
        &desk,
        &id,
        Says::Withhold,
        Some("合格证明"),
        own_grounds(),
    ));
    let dated = ReadingBasis {
        dated: Some(date(2026, 11, 1)),
        ..own_grounds()
    };
    bad_input(record_it(&desk, &id, Says::Withhold, None, dated));
    refused(
        record_it(&desk, &id, Says::Mask, Some("不在其中"), own_grounds()),
        "piece-not-there",
    );
    let mask = record_it(&desk, &id, Says::Mask, Some("合格证明"), own_grounds()).unwrap();
    assert!(!fact(&desk, &id, TODAY).contains("合格证明"));
    let withheld = record_it(&desk, &id, Says::Withhold, None, own_grounds()).unwrap();
    assert_eq!(fact(&desk, &id, TODAY), "（依法不公开）");
    for number in [mask, withheld] {
        refused(
            unsay(&desk.operator(TODAY), number, &own_grounds()),
            "document-missing",
        );
    }
    // The department words it anew; the finder reads that as well.
    let new = "检查发现产品没有合格证明，联系电话13800138000。";
    record_it(&desk, &id, Says::Rewritten, Some(new), letter()).unwrap();
    let shown = fact(&desk, &id, TODAY);
    assert!(
        shown.starts_with("检查发现产品没有合格证明") && !shown.contains("13800138000"),
        "{shown}"
    );
    // A text changed afterwards is another text: nothing that was said applies to it.
    let changed = row.set(FIELD, "检查发现销售的产品没有合格证明，已改正。");
    desk.land(&[changed], date(2026, 11, 3));
    assert_eq!(
        fact(&desk, &id, date(2026, 11, 3)),
        "检查发现销售的产品没有合格证明，已改正。"
    );
    assert_ne!(shown, text);
    assert!(desk.sound());
}

#[test]
fn a_text_about_a_minor_is_withheld_whole_and_waits_to_be_read() {
    let desk = Desk::new();
    let row = with(1, 1, MINOR);
    desk.land(std::slice::from_ref(&row), TODAY);
    let id = desk.number(&row);
    let shown = fact(&desk, &id, TODAY);
    assert!(
        shown.contains("未成年人") && !shown.contains("餐饮"),
        "{shown}"
    );
    assert!(readings(&desk.operator(TODAY), None).unwrap()[0].withheld);
    let out = desk.dir.path().join("up.csv");
    let input = sent(&out);
    desk.land(
        &[
            with(
                2,
                2,
                "联系电话13800138000，没有合格证明的产品已经全部召回并登记。",
            ),
            penalty(3, 3),
        ],
        TODAY,
    );
    let made = forward::make(&desk.operator(TODAY), input).unwrap();
    assert_eq!((made.rows, made.worded), (3, 2));
    assert_eq!(made.withheld, [id.to_string()]);
    let sent = std::fs::read_to_string(&out).unwrap();
    assert!(!sent.contains("13800138000") && !sent.contains("王小样") && !sent.contains("餐饮"));
    assert!(
        sent.contains("已经全部召回并登记") && sent.contains(LEGAL),
        "its own column stays"
    );
    assert_eq!(desk.audited("forward.make")[0].detail["worded"], 2);
}

#[test]
fn only_the_office_reads_and_records() {
    let desk = Desk::new();
    let row = penalty(1, 1);
    desk.land(std::slice::from_ref(&row), TODAY);
    let id = desk.number(&row);
    for actor in outsiders() {
        let ctx = desk.ctx(actor, TODAY);
        forbidden(readings(&ctx, None));
        forbidden(said(&ctx));
        forbidden(unsay(&ctx, 1, &letter()));
        forbidden(wording::fill(&ctx, &mut |_| ()));
        let input = Say {
            record: id.as_str(),
            field: FIELD,
            says: Says::Withhold,
            text: None,
            by: letter(),
        };
        forbidden(say(&ctx, &input));
    }
    let ctx = desk.operator(TODAY);
    let input = |field| Say {
        record: id.as_str(),
        field,
        says: Says::Withhold,
        text: None,
        by: letter(),
    };
    not_found(say(&ctx, &input("CF_XDR_MC")));
    not_found(say(&ctx, &input("没有这一栏")));
    not_found(say(
        &ctx,
        &Say {
            record: "9-0000000000000000",
            ..input(FIELD)
        },
    ));
    bad_input(say(
        &ctx,
        &Say {
            text: Some("一"),
            says: Says::NoPerson,
            ..input(FIELD)
        },
    ));
    assert!(desk.audited("record.reading").is_empty());
    assert_eq!(
        xinheng_app::testing::db(&desk.office)
            .read(reading::last)
            .unwrap(),
        0
    );
}

#[test]
fn a_representative_who_left_is_masked_in_every_text_of_the_organisation() {
    let desk = Desk::new();
    let (former, text) = hidden(&desk);
    let old = penalty(1, 1).set("CF_FRDB", &format!("执行董事：{former}"));
    desk.land(&[old], TODAY);
    let (own, others) = (with(1, 2, &text), with(2, 3, &text));
    desk.land(&[own.clone(), others], TODAY);
    let shown = fact(&desk, &desk.number(&own), TODAY);
    assert!(
        !shown.contains(former) && shown.contains("没有合格证明"),
        "{shown}"
    );
    // The department cannot unmask the organisation's own person.
    let id = desk.number(&own);
    refused(
        record_it(&desk, &id, Says::NoPerson, Some(former), letter()),
        "own-person",
    );
    // Nobody finds an organisation by that name.
    let found = xinheng_app::site::search(&desk.public(TODAY), former, 20).unwrap();
    assert!(found.hits.is_empty());
    assert!(desk.sound());
}

#[test]
fn names_of_old_records_are_filled_in_and_a_killed_run_goes_on() {
    let desk = Desk::new();
    let rows: Vec<Row> = (1..=2100)
        .map(|n| {
            let name = char::from_u32(0x4e00 + n).unwrap();
            penalty(1, n).set("CF_FRDB", &format!("司徒苒{name}"))
        })
        .collect();
    desk.land(&rows, TODAY);
    let ctx = desk.operator(TODAY);
    let names = || {
        let key = xinheng_domain::subject::SubjectKey(org(1));
        let found = xinheng_app::testing::db(&desk.office)
            .read(|conn| xinheng_store::representative::names(conn, &[&key]));
        found.unwrap().get(&key).map_or(0, Vec::len)
    };
    let all = names();
    assert!(all > 2000, "landing keeps them: {all}");
    assert_eq!(wording::fill(&ctx, &mut |_| ()).unwrap(), 0);
    assert_eq!(desk.audited("text.fill").len(), 3);
    assert!(desk.sound());
    as_upgraded(&desk);
    let killed = catch_unwind(AssertUnwindSafe(|| {
        wording::fill(&ctx, &mut |_| panic!("killed"))
    }));
    assert!(killed.is_err());
    let half = names();
    assert!(half > 900 && half < all, "{half}");
    let mut seen = Vec::new();
    let rest = wording::fill(&ctx, &mut |n| seen.push(n)).unwrap();
    assert_eq!((half as u64 + rest, names()), (all as u64, all));
    assert_eq!(
        seen.last(),
        Some(&1100),
        "what was done before is not done again"
    );
    assert_eq!(wording::fill(&ctx, &mut |_| panic!("done")).unwrap(), 0);
    assert_eq!(desk.audited("text.fill").len(), 6);
}

/// As a database of an earlier program after its upgrade: nothing is kept of texts yet.
fn as_upgraded(desk: &Desk) {
    let sql = "DELETE FROM subject_person; DELETE FROM text_doubt; \
               DELETE FROM setting WHERE name = 'subject_person'; \
               UPDATE schema_migration SET applied_at = '2026-11-01T04:00:00Z' WHERE version >= 9";
    testing::doctor(xinheng_app::testing::db(&desk.office).location(), sql).unwrap();
}

#[test]
fn nobody_is_shown_while_names_are_being_filled_in() {
    let mut desk = Desk::new();
    let before: Vec<Row> = (1..=1100).map(|n| penalty(1, n)).collect();
    desk.land(&before, TODAY);
    // Behind the first piece of the filling, in order of keys.
    let (former, text) = hidden(&desk);
    let old = penalty(4, 2001).set("CF_FRDB", &format!("执行董事：{former}"));
    let own = with(4, 2002, &text);
    desk.land(&[old.clone(), own.clone()], TODAY);
    desk.land(&[old.set("CF_FRDB", LEGAL)], TODAY);
    let id = desk.number(&own);
    let masked = |desk: &Desk, when: &str| {
        let shown = fact(desk, &id, TODAY);
        assert!(
            !shown.contains(former) && shown.contains("没有合格证明"),
            "{when}: {shown}"
        );
        let dossier = format!("{:?}", desk.dossier(&org(4), TODAY));
        let lines = desk.walk(
            &xinheng_app::site::ListQuery {
                limit: 100,
                ..Default::default()
            },
            TODAY,
        );
        assert!(
            !dossier.contains(former) && !format!("{lines:?}").contains(former),
            "{when}"
        );
    };
    masked(&desk, "kept by landing");
    as_upgraded(&desk);
    desk.reopen();
    masked(&desk, "nothing is filled in");
    let target = tempfile::tempdir().unwrap();
    let copied = xinheng_app::copy::copy(
        &desk.office,
        operator("甲"),
        xinheng_app::noon(TODAY).unwrap(),
        &place(target.path()),
        &mut |_| (),
    );
    bad_input(copied);
    let ctx = desk.operator(TODAY);
    let killed = catch_unwind(AssertUnwindSafe(|| {
        wording::fill(&ctx, &mut |_| panic!("killed"))
    }));
    assert!(killed.is_err());
    masked(&desk, "half of it is filled in");
    wording::fill(&desk.operator(TODAY), &mut |_| ()).unwrap();
    masked(&desk, "all is filled in");
}

/// Every text of the finder's samples, in a row of its own.
fn samples() -> Vec<Row> {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/tests/data/personal");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    let texts: String = files
        .iter()
        .map(|f| std::fs::read_to_string(f).unwrap() + "\n")
        .collect();
    let texts = texts
        .lines()
        .filter(|l| !l.is_empty() && l.chars().count() < 200);
    (1..)
        .zip(texts)
        .map(|(n, text)| with(1 + n % 4, n, text))
        .collect()
}

#[test]
fn the_list_of_what_is_noted_is_that_of_all_records() {
    let mut desk = Desk::new();
    desk.import(&samples(), TODAY);
    let noted =
        |desk: &Desk| xinheng_app::record::readings_are_noted(&desk.operator(TODAY)).unwrap();
    let list = |desk: &Desk| readings(&desk.operator(TODAY), None).unwrap();
    let all = list(&desk);
    assert!(all.len() > 50, "{}", all.len());
    assert!(!noted(&desk), "nobody has said that it is");
    let part = |desk: &Desk, after: Option<&str>| {
        some_readings(&desk.operator(TODAY), None, after).unwrap()
    };
    assert_eq!(part(&desk, None), None, "a page does not read every record");
    wording::fill(&desk.operator(TODAY), &mut |_| ()).unwrap();
    assert!(noted(&desk));
    assert_eq!(list(&desk), all, "as landing noted them");
    // Part by part it is the same list: each behind the record with which the one before ended.
    let (mut parts, mut seen, mut after) = (0, Vec::new(), None::<String>);
    loop {
        let some = part(&desk, after.as_deref()).unwrap();
        if let Some(after) = &after {
            let later = |line: &ReadingLine| line.record > *after;
            assert!(some.lines.iter().all(later), "behind {after}");
        }
        seen.extend(some.lines);
        parts += 1;
        after = some.next;
        if after.is_none() {
            break;
        }
    }
    let records = |lines: &[ReadingLine]| lines.iter().map(|l| l.records).sum::<u64>();
    assert!(parts > 1 && seen.len() >= all.len(), "{parts}");
    assert_eq!(records(&seen), records(&all));
    let other = some_readings(&desk.operator(TODAY), Some(D2), None);
    assert_eq!(other.unwrap().unwrap().lines, []);
    assert!(desk.sound());
    as_upgraded(&desk);
    assert!(!noted(&desk));
    wording::fill(&desk.operator(TODAY), &mut |_| ()).unwrap();
    assert_eq!(list(&desk), all, "as filled in");
    // Other rules may have other words: every record is read until they have gone through all.
    desk.file(
        "rulebook/parameters/own.toml",
        "[[parameter]]\nid = \"person.reading_due\"\n[[parameter.value]]\nfrom = \"2026-11-01\"\ninteger = 3\n\
         basis = { source = \"xinheng-conventions\" }\n",
    );
    desk.reopen();
    assert!(noted(&desk), "a day of law is no word");
    desk.file(
        "rulebook/personal/own.toml",
        "families = \"\"\"\n亓\n\"\"\"\n",
    );
    desk.reopen();
    assert!(!noted(&desk));
    assert_eq!(list(&desk).len(), all.len());
    wording::fill(&desk.operator(TODAY), &mut |_| ()).unwrap();
    assert!(noted(&desk));
    let sooner = list(&desk);
    assert_eq!(
        (sooner.len(), sooner[0].due),
        (all.len(), date(2026, 11, 5))
    );
}

#[test]
fn what_had_been_shown_is_listed_with_its_rows_above() {
    let desk = Desk::new();
    let (text, piece) = doubtful(&desk);
    // Public, sent above; public, not sent; held, so that nobody has seen it.
    let rows = [
        with(1, 1, &text),
        with(2, 2, MINOR),
        with(3, 3, &text.replace("58", "59")).fine(),
    ];
    desk.land(&rows, TODAY);
    let out = desk.dir.path().join("up.csv");
    let make = |again, day| {
        let input = Make {
            template: "penalty-organisations",
            department: None,
            from: date(2026, 10, 1),
            until: date(2026, 10, 31),
            again,
            out: &out,
        };
        let _ = std::fs::remove_file(&out);
        forward::make(&desk.operator(day), input).unwrap()
    };
    make(false, date(2026, 11, 3));
    as_upgraded(&desk);
    let list = |day| readings(&desk.operator(day), None).unwrap();
    let of = |row: &Row, day| {
        let id = desk.number(row).to_string();
        list(day).into_iter().find(|l| l.record == id).unwrap()
    };
    // Not gone through yet: each list is the first one.
    let upgraded = date(2026, 12, 1);
    assert_eq!(of(&rows[0], upgraded).due, date(2026, 12, 31));
    wording::fill(&desk.operator(upgraded), &mut |_| ()).unwrap();
    let day = date(2026, 12, 20);
    let line = of(&rows[0], day);
    assert_eq!(
        (line.published, line.due, line.overdue),
        (true, date(2026, 12, 31), false)
    );
    assert!(!line.wording.contains(&piece));
    let [above] = line.above.as_slice() else {
        panic!("{line:?}");
    };
    assert_eq!(
        (&above.record, above.file.as_str()),
        (&line.record, "up.csv")
    );
    let file = std::fs::read_to_string(&out).unwrap();
    let sent = file.lines().nth(above.row as usize).unwrap();
    assert!(sent.contains("衡信市监罚〔2026〕1号"), "{sent}");
    assert_eq!(above.made_on, date(2026, 11, 3));
    assert!(of(&rows[1], day).published && of(&rows[1], day).withheld);
    let held = of(&rows[2], day);
    // Five working days from the day on which it was doubted.
    assert_eq!((held.published, held.due), (false, date(2026, 12, 8)));
    assert!(held.above.is_empty());
    assert!(of(&rows[0], date(2027, 1, 1)).overdue);
    assert!(
        !fact(&desk, &desk.number(&rows[0]), day).contains(&piece),
        "silence never unmasks"
    );
    // Sent again it is masked, and there is nothing to correct.
    make(true, date(2026, 12, 21));
    assert!(of(&rows[0], date(2026, 12, 22)).above.is_empty());
    // What comes now is no such text.
    let new = with(4, 4, &text.replace("58", "60"));
    desk.land(std::slice::from_ref(&new), day);
    let line = of(&new, date(2026, 12, 22));
    assert_eq!((line.published, line.due), (false, date(2026, 12, 25)));
}

#[test]
fn the_same_text_in_many_rows_is_read_once() {
    let desk = Desk::new();
    let (text, _) = doubtful(&desk);
    let rows: Vec<Row> = (1..=10_000)
        .map(|n| {
            let name = char::from_u32(0x4e00 + n % 2000).unwrap();
            other(
                &format!("衡川市{name}品商行有限公司"),
                &org(100 + n % 9000),
                n,
            )
            .set(FIELD, &text)
            .set("CF_FRDB", &format!("司徒苒{name}"))
            .set("CF_WSH", &format!("衡信市监罚〔2026〕{n}号"))
        })
        .collect();
    desk.land(&rows, TODAY);
    let before = desk.office.texts_read();
    let open = readings(&desk.operator(TODAY), None).unwrap();
    let line = open.iter().find(|l| l.field == FIELD).unwrap();
    assert_eq!(line.records, 10_000);
    let read = desk.office.texts_read() - before;
    // One number for each row's document, and a few texts that all of them share.
    assert!(read < 10_050, "{read} texts were read");
    let again = desk.office.texts_read();
    readings(&desk.operator(TODAY), None).unwrap();
    assert_eq!(desk.office.texts_read(), again, "kept");
}

#[test]
fn verification_tells_identity_numbers_where_codes_and_names_belong() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(2, 2)], TODAY);
    assert_eq!(
        ops::verify(&desk.operator(TODAY)).unwrap().identity_numbers,
        0
    );
    let number = "990102190001010559";
    let sql = format!(
        "UPDATE record SET payload = replace(payload, '\"CF_XDR_SHXYM\":\"{}\"', '\"CF_XDR_SHXYM\":\"{number}\"')",
        org(1)
    );
    testing::doctor(xinheng_app::testing::db(&desk.office).location(), &sql).unwrap();
    let found = ops::verify(&desk.operator(TODAY)).unwrap();
    assert_eq!(found.identity_numbers, 1);
    let line = found
        .lines
        .iter()
        .find(|l| l.contains("身份证件号码"))
        .unwrap();
    assert!(line.contains("第1行") && !line.contains(number), "{line}");
}

/// A person may stand in any column, and none of them leaves with the name: neither on a page nor in
/// the file for the platform above.
#[test]
fn every_published_column_is_read() {
    const NOTE: &str = "（当事人王样花）";
    let desk = Desk::new();
    let item = desk.office.rulebook().item("penalty").unwrap().clone();
    let mut fields = Vec::new();
    for (id, _) in COLUMNS {
        let told = item.field(id).filter(|f| {
            let open = f.publicity != FieldPublicity::Withheld || f.kind == FieldKind::Text;
            let text = [
                FieldKind::Text,
                FieldKind::DocumentNumber,
                FieldKind::Number,
                FieldKind::Name,
            ];
            open && text.contains(&f.kind) && f.role != Some(Role::SubjectName)
        });
        fields.extend(told.map(|_| *id));
    }
    for (n, id) in (1..).zip(&fields) {
        let row = penalty(1, n);
        let value = row.value(id).unwrap_or_default().to_owned() + NOTE;
        desk.import(&[row.set(id, &value)], TODAY);
    }
    let mut masked = BTreeSet::new();
    for record in desk.all() {
        for field in desk.shown(&record.record.id, TODAY).fields {
            assert!(
                !field.value.contains("样花"),
                "{}: {}",
                field.id,
                field.value
            );
            if field.value.contains("王**") {
                masked.insert(field.id);
            }
        }
    }
    let out = desk.dir.path().join("up.csv");
    forward::make(&desk.operator(TODAY), sent(&out)).unwrap();
    let sent = std::fs::read_to_string(&out).unwrap();
    assert!(!sent.contains("样花"), "{sent}");
    for id in ["CF_WSH", "CF_SY", "CF_NR", "CF_WFXW", "CF_YJ", "BZ"] {
        assert!(masked.contains(id), "{id} of {masked:?}");
    }
}

/// What is asked of a column's kind holds for the items of every catalogue.
#[test]
fn every_published_text_column_is_checked_for_persons() {
    let desk = Desk::bare();
    for item in desk.office.rulebook().items() {
        for field in &item.fields {
            let read = [FieldKind::Text, FieldKind::DocumentNumber].contains(&field.kind)
                && field.publicity != FieldPublicity::Withheld;
            let checked = item.rules.iter().any(|rule| {
                rule.field == field.id
                    && matches!(
                        rule.check,
                        xinheng_domain::catalogue::CrossCheck::NoPersonalData {}
                    )
            });
            assert!(!read || checked, "{} of {}", field.id, item.id);
        }
    }
}

/// Somebody of a department, as they sign in.
fn person(desk: &Desk, login: &str, role: &str, department: &str) -> xinheng_app::Actor {
    use xinheng_app::account::{Grant, NewAccount, grant, make};
    let ctx = desk.operator(TODAY);
    let new = NewAccount {
        login,
        name: "程样清",
        demo: true,
    };
    let made = make(&ctx, new).unwrap();
    let granted = Grant {
        login,
        role,
        department: Some(department),
        from: None,
        until: None,
    };
    grant(&ctx, granted).unwrap();
    xinheng_app::Actor::Account {
        id: made.id,
        department: Some(department.to_owned()),
    }
}

/// 公示审查: the word of the department's own reviewer is the department's word.
#[test]
fn a_reviewer_reads_the_own_departments_texts_and_no_others() {
    use xinheng_app::record::text_to_read;
    let desk = Desk::new();
    let (text, piece) = doubtful(&desk);
    let row = with(1, 1, &text);
    desk.land(std::slice::from_ref(&row), TODAY);
    let id = desk.number(&row);
    let reviewer = person(&desk, "reviewer", "reviewer", D1);
    let other = person(&desk, "other", "reviewer", D2);
    let clerk = person(&desk, "clerk", "clerk", D1);
    let say_as = |actor: &xinheng_app::Actor, by| {
        let input = Say {
            record: id.as_str(),
            field: FIELD,
            says: Says::NoPerson,
            text: Some(&piece),
            by,
        };
        say(&desk.ctx(actor.clone(), TODAY), &input)
    };
    for actor in [&other, &clerk] {
        let ctx = desk.ctx((*actor).clone(), TODAY);
        forbidden(text_to_read(&ctx, id.as_str(), FIELD));
        forbidden(readings(&ctx, Some(D1)));
        forbidden(say_as(actor, letter()));
    }
    let ctx = desk.ctx(reviewer.clone(), TODAY);
    assert_eq!(readings(&ctx, Some(D1)).unwrap().len(), 1);
    forbidden(readings(&ctx, None));
    let read = text_to_read(&ctx, id.as_str(), FIELD).unwrap();
    let whole: String = read
        .pieces
        .iter()
        .map(|(piece, _)| piece.as_str())
        .collect();
    assert_eq!(whole, text);
    let marked: Vec<&str> = read
        .pieces
        .iter()
        .filter(|(_, m)| *m)
        .map(|(p, _)| p.as_str())
        .collect();
    assert_eq!(marked, [piece.as_str()]);
    assert!(!read.wording.contains(&piece));
    assert_eq!(desk.audited("record.text").len(), 1);
    say_as(&reviewer, ReadingBasis::default()).unwrap();
    assert_eq!(fact(&desk, &id, TODAY), text);
    let entry = desk.audited("record.reading").pop().unwrap();
    assert_eq!(entry.detail["document"], "公示审查");
    assert!(entry.actor.starts_with("account:"));
}
