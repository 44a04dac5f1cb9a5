//! Files for the platform above, and its answers.

use crate::support::*;
use jiff::civil::{Date, date};
use std::path::{Path, PathBuf};
use xinheng_app::{
    AppResult, Ctx,
    forward::{self, Answer, Listed, Made, Make, ReceiptOutcome},
    person::{self, PersonKey},
    record as records,
};
use xinheng_domain::{finding::Severity, redact};

pub const ORGANISATIONS: &str = "penalty-organisations";
pub const PERSONS: &str = "penalty-persons";
pub const NAME: &str = "仲孙玥琰";
pub const IDENTITY: &str = "990102198507238450";

pub fn file(template: &str, out: &Path) -> Make<'static> {
    Make {
        template: Box::leak(template.to_owned().into_boxed_str()),
        department: None,
        from: date(2026, 10, 1),
        until: date(2026, 10, 31),
        again: false,
        out: Box::leak(out.to_owned().into_boxed_path()),
    }
}

pub fn make(desk: &Desk, template: &str, name: &str) -> (Made, PathBuf) {
    let out = desk.dir.path().join(name);
    let made = forward::make(&desk.operator(TODAY), file(template, &out)).unwrap();
    (made, out)
}

fn skipped(made: &Made, word: &str) -> u64 {
    let fitting = made.skipped.iter().filter(|s| s.reason.contains(word));
    fitting.map(|s| s.count).sum()
}

fn rows_of(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader.records().map(|r| r.unwrap());
    rows.map(|r| r.iter().map(str::to_owned).collect())
        .collect()
}

pub fn answer_of<'a>(path: &'a Path, dispatch: Option<&'a str>) -> Answer<'a> {
    Answer {
        path,
        file_name: "receipt.csv",
        sheet: None,
        dispatch,
        department: None,
    }
}

fn read(ctx: &Ctx<'_>, path: &Path, dispatch: Option<&str>) -> AppResult<ReceiptOutcome> {
    forward::read_receipt(ctx, answer_of(path, dispatch))
}

/// The platform's answer: number, party, result, code, reason.
fn answer(desk: &Desk, rows: &[[&str; 5]], day: Date) -> AppResult<ReceiptOutcome> {
    let mut text = "行政处罚决定书文号,行政相对人名称,处理结果,错误代码,错误原因\n".to_owned();
    for row in rows {
        text.push_str(&row.join(","));
        text.push('\n');
    }
    let path = desk.file("receipt.csv", &text);
    read(&desk.operator(day), &path, None)
}

pub const ONE: &str = "衡信市监罚〔2026〕1号";
pub const TWO: &str = "衡信市监罚〔2026〕2号";
pub const GOOD: &str = "入库成功";
pub const BAD: &str = "失败";

pub fn two() -> Desk {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(2, 2)], TODAY);
    desk
}

#[test]
fn a_file_holds_the_templates_columns_and_the_records_values() {
    let desk = two();
    let (made, out) = make(&desk, ORGANISATIONS, "up.csv");
    assert_eq!((made.rows, made.skipped.len()), (2, 0));
    let rows = rows_of(&out);
    let at = |name: &str| rows[0].iter().position(|h| h == name).unwrap();
    let row = rows
        .iter()
        .find(|r| r[at("行政处罚决定书文号")] == ONE)
        .unwrap();
    assert_eq!(row[at("行政相对人名称")], NAMES[0]);
    assert_eq!(row[at("处罚决定日期")], "2026/10/28");
    assert_eq!(row[at("没收违法所得、没收非法财物的金额(万元)")], "0.0058");
    assert_eq!(row[at("处罚有效期")], "2099/12/31");
    assert!(!rows[0].iter().any(|h| h == "是否公开" || h == "证件号码"));
    assert_eq!(desk.audited("forward.make").len(), 1);
    // What was made is checked by ourselves without a refusal.
    let text = std::fs::read_to_string(&out).unwrap();
    let back = desk
        .hand_in(operator("甲"), D1, &text, TODAY, true)
        .unwrap();
    assert_eq!(back.counters.refused, 0, "{:?}", back.refused);
}

#[test]
fn what_the_notice_states_of_the_class_stays_here() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1).fine().stated("一般")], TODAY);
    for template in desk.office.rulebook().forward_templates() {
        let ours = |field: &str| field.starts_with("XH_SX");
        let mut columns = template.columns.iter().filter_map(|c| c.field.as_deref());
        assert!(!columns.any(ours), "{}", template.id);
    }
    let (made, out) = make(&desk, ORGANISATIONS, "up.csv");
    assert_eq!(made.rows, 1);
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.contains(ONE), "{text}");
    for own in ["失信信息类别", "样例领域失信信息分类标准", "一般"] {
        assert!(!text.contains(own), "{own}: {text}");
    }
}

#[test]
fn a_workbook_is_made_as_well() {
    let desk = two();
    let (made, out) = make(&desk, ORGANISATIONS, "up.xlsx");
    assert_eq!(made.rows, 2);
    assert!(std::fs::read(out).unwrap().starts_with(b"PK"));
}

#[test]
fn what_was_sent_is_not_sent_twice_until_it_is_answered() {
    let desk = two();
    make(&desk, ORGANISATIONS, "a.csv");
    let (second, path) = make(&desk, ORGANISATIONS, "b.csv");
    assert_eq!((second.rows, second.dispatch.is_none()), (0, true));
    assert!(!path.exists(), "no empty file");
    assert_eq!(skipped(&second, "等待回执"), 2);

    let read = answer(
        &desk,
        &[
            [ONE, NAMES[0], GOOD, "", ""],
            [TWO, NAMES[1], BAD, "1001", "名称不符"],
        ],
        TODAY,
    )
    .unwrap();
    assert_eq!((read.counters.accepted, read.counters.refused), (1, 1));
    let refusal = &read.refused[0];
    assert_eq!(
        (refusal.code.as_str(), refusal.reason.as_str()),
        ("1001", "名称不符")
    );
    assert!(refusal.meaning.as_ref().unwrap().contains("主数据"));
    assert_eq!(
        refusal.record.as_deref(),
        Some(desk.number(&penalty(2, 2)).as_str())
    );

    let (third, _) = make(&desk, ORGANISATIONS, "c.csv");
    assert_eq!(third.rows, 0);
    assert_eq!(
        (skipped(&third, "已接收"), skipped(&third, "尚未更正")),
        (1, 1)
    );

    // Corrected, it goes again by itself.
    desk.land(
        &[penalty(2, 2).set("CF_SY", "检查发现三件产品没有合格证明。")],
        date(2026, 11, 3),
    );
    let (fourth, _) = make(&desk, ORGANISATIONS, "d.csv");
    assert_eq!((fourth.rows, skipped(&fourth, "已接收")), (1, 1));
    let listed = forward::list(&desk.operator(TODAY), Listed::default()).unwrap();
    assert_eq!(listed.len(), 2);
    let first = listed.last().unwrap();
    assert_eq!(
        (first.rows, first.accepted, first.refused, first.waiting),
        (2, 1, 1, 0)
    );
}

#[test]
fn sending_again_is_safe() {
    let desk = two();
    make(&desk, ORGANISATIONS, "a.csv");
    let out = desk.dir.path().join("b.csv");
    let again = Make {
        again: true,
        ..file(ORGANISATIONS, &out)
    };
    let made = forward::make(&desk.operator(TODAY), again).unwrap();
    assert_eq!(made.rows, 2);
    // The answer counts for the version, whichever file it was in.
    answer(&desk, &[[ONE, NAMES[0], GOOD, "", ""]], TODAY).unwrap();
    let (after, _) = make(&desk, ORGANISATIONS, "c.csv");
    assert_eq!(
        (skipped(&after, "已接收"), skipped(&after, "等待回执")),
        (1, 1)
    );
}

#[test]
fn the_same_answer_counts_once() {
    let desk = two();
    make(&desk, ORGANISATIONS, "a.csv");
    let rows = [[ONE, NAMES[0], GOOD, "", ""]];
    let first = answer(&desk, &rows, TODAY).unwrap();
    let again = answer(&desk, &rows, TODAY).unwrap();
    assert!(again.again && !first.again);
    assert_eq!(first.counters, again.counters);
    assert_eq!(desk.audited("forward.receipt").len(), 1);
}

#[test]
fn rows_never_sent_are_named_and_the_others_count() {
    let desk = two();
    make(&desk, ORGANISATIONS, "a.csv");
    let never = "衡信市监罚〔2026〕77号";
    let rows = [
        [ONE, NAMES[0], GOOD, "", ""],
        [never, NAMES[0], GOOD, "", ""],
        [TWO, "衡川市从未有过有限公司", BAD, "", ""],
        [TWO, NAMES[1], "什么", "", ""],
    ];
    let read = answer(&desk, &rows, TODAY).unwrap();
    let c = read.counters;
    assert_eq!(
        (c.rows, c.accepted, c.refused, c.unknown, c.faulty),
        (4, 1, 0, 2, 1)
    );
    let codes: Vec<(u64, &str)> = read
        .findings
        .iter()
        .map(|f| (f.sheet_row, f.code.as_str()))
        .collect();
    assert_eq!(
        codes,
        [
            (3, "receipt-never-sent"),
            (4, "receipt-never-sent"),
            (5, "receipt-result-unknown")
        ]
    );
    assert!(read.findings[0].message.contains(never));
}

#[test]
fn a_word_that_is_neither_yes_nor_no_is_never_taken_for_one() {
    let desk = two();
    make(&desk, ORGANISATIONS, "a.csv");
    let words = [
        "不成功",
        "未成功",
        "未接收",
        "不 成 功",
        "不正常",
        "处理中",
        "待处理",
    ];
    for word in words {
        let read = answer(&desk, &[[ONE, NAMES[0], word, "", ""]], TODAY).unwrap();
        let c = read.counters;
        assert_eq!((c.rows, c.accepted, c.refused, c.faulty), (1, 0, 0, 1));
        let [finding] = read.findings.as_slice() else {
            panic!("{:#?}", read.findings);
        };
        assert_eq!(
            (finding.code.as_str(), finding.severity, finding.sheet_row),
            ("receipt-result-unknown", Severity::RefuseRow, 2)
        );
        assert!(finding.message.contains(word) && finding.message.contains("没有记入"));
    }
}

#[test]
fn another_name_beside_the_code_is_told() {
    let desk = two();
    make(&desk, ORGANISATIONS, "a.csv");
    let blank = NAMES[1].replace('公', " 公");
    let file = format!(
        "文书号,处理结果,行政相对人名称,统一社会信用代码,错误代码,错误原因\n\
         {ONE},{GOOD},衡川市别的名称有限公司,{},,\n{TWO},{GOOD},{blank},{},,\n",
        org(1),
        org(2)
    );
    let path = desk.file("receipt.csv", &file);
    let read = read(&desk.operator(TODAY), &path, None).unwrap();
    assert_eq!((read.counters.accepted, read.counters.unknown), (2, 0));
    let [finding] = read.findings.as_slice() else {
        panic!("{:#?}", read.findings);
    };
    assert_eq!(
        (finding.code.as_str(), finding.severity, finding.sheet_row),
        ("receipt-name-differs", Severity::Warn, 2)
    );
    assert!(finding.message.contains("别的名称"), "{}", finding.message);
}

#[test]
fn yes_and_no_about_one_row_is_named_and_no_counts() {
    for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0]] {
        let desk = two();
        make(&desk, ORGANISATIONS, "a.csv");
        let yes = [ONE, NAMES[0], GOOD, "", ""];
        let rows = [yes, [ONE, NAMES[0], BAD, "E9", "名称不符"], yes];
        let rows = order.map(|at| rows[at]);
        let read = answer(&desk, &rows, TODAY).unwrap();
        let c = read.counters;
        assert_eq!(
            (c.rows, c.accepted, c.refused, c.contradicted),
            (3, 0, 1, 2)
        );
        let [finding] = read.findings.as_slice() else {
            panic!("{:#?}", read.findings);
        };
        let refused = order.iter().position(|at| *at == 1).unwrap() as u64 + 2;
        let others: Vec<String> = (2..5)
            .filter(|row| *row != refused)
            .map(|row| row.to_string())
            .collect();
        let said = format!("第{}行写接收，第{refused}行写退回", others.join("、"));
        assert!(finding.message.contains(&said), "{}", finding.message);
        assert!(finding.message.contains("按退回记入") && finding.message.contains(ONE));
        assert_eq!(
            (finding.code.as_str(), finding.severity, finding.sheet_row),
            ("receipt-contradicts", Severity::Warn, refused)
        );
        let (after, _) = make(&desk, ORGANISATIONS, "b.csv");
        assert_eq!((skipped(&after, "退回"), skipped(&after, "已接收")), (1, 0));
    }
}

#[test]
fn accepted_with_an_error_counts_as_refused() {
    for (code, reason) in [("1001", "主体不存在"), ("E9", ""), ("0", "名称不符")] {
        let desk = two();
        make(&desk, ORGANISATIONS, "a.csv");
        let rows = [
            [ONE, NAMES[0], "已接收", code, reason],
            [TWO, NAMES[1], "已接收", "0", "入库成功。"],
        ];
        let read = answer(&desk, &rows, TODAY).unwrap();
        let c = read.counters;
        assert_eq!((c.accepted, c.refused, c.contradicted), (1, 1, 0));
        assert_eq!(read.refused[0].code, code);
        let [finding] = read.findings.as_slice() else {
            panic!("{:#?}", read.findings);
        };
        assert_eq!(
            (finding.code.as_str(), finding.severity, finding.sheet_row),
            ("receipt-contradicts", Severity::Warn, 2)
        );
        let said = "第2行写接收，又写有错误代码或者错误原因。已按退回记入";
        assert!(finding.message.contains(said), "{}", finding.message);
        let (after, _) = make(&desk, ORGANISATIONS, "b.csv");
        assert_eq!((skipped(&after, "退回"), skipped(&after, "已接收")), (1, 1));
    }
}

#[test]
fn a_later_no_after_a_yes_is_told_and_counts() {
    let desk = two();
    make(&desk, ORGANISATIONS, "a.csv");
    let yes = |number, name| [number, name, GOOD, "", ""];
    let first = answer(&desk, &[yes(ONE, NAMES[0]), yes(TWO, NAMES[1])], TODAY).unwrap();
    assert_eq!((first.counters.accepted, first.findings), (2, vec![]));
    // The same day: a training deployment's clock stands still.
    let no = [ONE, NAMES[0], BAD, "E9", "名称不符"];
    let read = answer(&desk, &[yes(TWO, NAMES[1]), no], TODAY).unwrap();
    let c = read.counters;
    assert_eq!((c.rows, c.accepted, c.refused, c.taken_back), (2, 1, 1, 1));
    let [finding] = read.findings.as_slice() else {
        panic!("{:#?}", read.findings);
    };
    assert_eq!(
        (finding.code.as_str(), finding.severity, finding.sheet_row),
        ("receipt-takes-back", Severity::Warn, 3)
    );
    for said in [
        "第3行退回",
        ONE,
        "2026-11-02 12:00读入的回执“receipt.csv”",
        "改记为退回",
    ] {
        assert!(finding.message.contains(said), "{}", finding.message);
    }
    let (after, _) = make(&desk, ORGANISATIONS, "b.csv");
    assert_eq!((skipped(&after, "退回"), skipped(&after, "已接收")), (1, 1));
    // The same bytes again tell what they told.
    let again = answer(&desk, &[yes(TWO, NAMES[1]), no], TODAY).unwrap();
    assert_eq!((again.again, again.counters), (true, c));
    // No once more is no news, and yes after no is how it should be.
    let read = answer(&desk, &[no], date(2026, 11, 3)).unwrap();
    assert_eq!((read.counters.taken_back, read.findings), (0, vec![]));
    let read = answer(&desk, &[yes(ONE, NAMES[0])], date(2026, 11, 4)).unwrap();
    assert_eq!((read.counters.accepted, read.findings), (1, vec![]));
    let (after, _) = make(&desk, ORGANISATIONS, "c.csv");
    assert_eq!((skipped(&after, "退回"), skipped(&after, "已接收")), (0, 2));
}

#[test]
fn a_correction_refused_takes_nothing_back() {
    let desk = two();
    make(&desk, ORGANISATIONS, "a.csv");
    answer(&desk, &[[ONE, NAMES[0], GOOD, "", ""]], TODAY).unwrap();
    desk.land(
        &[penalty(1, 1).set("CF_SY", "检查发现三件产品没有合格证明。")],
        date(2026, 11, 3),
    );
    make(&desk, ORGANISATIONS, "b.csv");
    let no = [ONE, NAMES[0], BAD, "E9", "名称不符"];
    let read = answer(&desk, &[no], date(2026, 11, 4)).unwrap();
    assert_eq!((read.counters.refused, read.counters.taken_back), (1, 0));
    assert_eq!(read.findings, []);
    // Both copies of one version are one: whichever file the no is about.
    let desk = two();
    make(&desk, ORGANISATIONS, "a.csv");
    let out = desk.dir.path().join("b.csv");
    let again = Make {
        again: true,
        ..file(ORGANISATIONS, &out)
    };
    forward::make(&desk.operator(TODAY), again).unwrap();
    answer(&desk, &[[ONE, NAMES[0], GOOD, "", ""]], TODAY).unwrap();
    let read = answer(&desk, &[no], TODAY).unwrap();
    assert_eq!((read.counters.refused, read.counters.taken_back), (1, 1));
}

#[test]
fn the_same_said_twice_is_no_contradiction() {
    let desk = two();
    make(&desk, ORGANISATIONS, "a.csv");
    let yes = [ONE, NAMES[0], GOOD, "", ""];
    let no = [TWO, NAMES[1], BAD, "E9", "名称不符"];
    let read = answer(&desk, &[yes, no, yes, no], TODAY).unwrap();
    let c = read.counters;
    assert_eq!(read.findings, []);
    assert_eq!(
        (c.rows, c.accepted, c.refused, c.contradicted),
        (4, 2, 2, 0)
    );
}

#[test]
fn one_number_for_two_parties_needs_the_party() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(2, 1)], TODAY);
    make(&desk, ORGANISATIONS, "a.csv");
    let read = answer(&desk, &[[ONE, "", GOOD, "", ""]], TODAY).unwrap();
    assert_eq!(
        (read.counters.unknown, read.findings[0].code.as_str()),
        (1, "receipt-ambiguous")
    );
    let read = answer(&desk, &[[ONE, NAMES[1], GOOD, "", ""]], TODAY).unwrap();
    assert_eq!(read.counters.accepted, 1);
    let (after, _) = make(&desk, ORGANISATIONS, "b.csv");
    let accepted = after
        .skipped
        .iter()
        .find(|s| s.reason.contains("已接收"))
        .unwrap();
    assert_eq!(accepted.records, [desk.number(&penalty(2, 1)).to_string()]);
}

#[test]
fn what_is_left_out_is_counted_with_its_reason() {
    let desk = Desk::new();
    let summary = penalty(1, 3).set("XH_CX", "简易程序");
    let secret = penalty(1, 4)
        .set("XH_SFGK", "否")
        .set("XH_BGKYY", "国家秘密");
    desk.import(&[penalty(1, 1), penalty(2, 2), summary, secret], TODAY);
    let grounds = "当事人提出内容有误";
    records::withhold(
        &desk.operator(TODAY),
        desk.number(&penalty(2, 2)).as_str(),
        grounds,
        None,
    )
    .unwrap();
    let (made, _) = make(&desk, ORGANISATIONS, "a.csv");
    let left: u64 = made.skipped.iter().map(|s| s.count).sum();
    assert_eq!(made.rows + left, desk.all().len() as u64, "{made:?}");
    assert_eq!(skipped(&made, "简易程序"), 1);
    assert_eq!(skipped(&made, "暂时撤下"), 1);
}

#[test]
fn what_was_accepted_and_is_over_is_to_be_withdrawn_above() {
    let desk = two();
    make(&desk, ORGANISATIONS, "a.csv");
    answer(&desk, &[[ONE, NAMES[0], GOOD, "", ""]], TODAY).unwrap();
    let id = desk.number(&penalty(1, 1));
    records::withhold(&desk.operator(TODAY), id.as_str(), "决定已被撤销", None).unwrap();
    records::confirm(
        &desk.ctx(operator("乙"), TODAY),
        &confirming(id.as_str(), false, "已核实"),
    )
    .unwrap();
    let (made, _) = make(&desk, ORGANISATIONS, "b.csv");
    let line = made
        .skipped
        .iter()
        .find(|s| s.reason.contains("申请撤回"))
        .unwrap();
    assert_eq!(line.records, [id.to_string()]);
}

#[test]
fn natural_persons_go_up_and_are_deleted_when_their_time_is_over() {
    let desk = Desk::new();
    PersonKey::create(&desk.dir.path().join("person.key")).unwrap();
    let rows = [penalty(1, 1), other("", "", 2).person(NAME, IDENTITY)];
    desk.import(&rows, TODAY);
    let (orgs, _) = make(&desk, ORGANISATIONS, "orgs.csv");
    assert_eq!(orgs.rows, 1);
    let (made, out) = make(&desk, PERSONS, "persons.csv");
    assert_eq!(made.rows, 1);
    let rows = rows_of(&out);
    let at = |name: &str| rows[0].iter().position(|h| h == name).unwrap();
    assert_eq!(
        (
            rows[1][at("行政相对人名称")].as_str(),
            rows[1][at("证件号码")].as_str()
        ),
        (NAME, IDENTITY)
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(&out).unwrap().permissions().mode() & 0o077,
            0
        );
    }
    for secret in [NAME, IDENTITY] {
        assert!(!has(&desk.bytes(), secret), "{secret}");
    }
    // Nothing is deleted before it is accepted, nor before its time is over.
    assert_eq!(
        person::delete(&desk.operator(date(2027, 6, 1)))
            .unwrap()
            .rows,
        0
    );
    let read = answer(&desk, &[[TWO, NAME, GOOD, "", ""]], TODAY).unwrap();
    assert_eq!((read.counters.accepted, read.refused.len()), (1, 0));
    assert_eq!(
        person::delete(&desk.operator(date(2026, 12, 1)))
            .unwrap()
            .rows,
        0
    );
    let done = person::delete(&desk.operator(date(2026, 12, 3))).unwrap();
    assert_eq!((done.rows, done.days, done.verified), (1, 30, false));
    let counts = person::counts(&desk.operator(TODAY)).unwrap();
    assert_eq!((counts[0].kept, counts[0].deleted), (0, 1));
    let (after, _) = make(&desk, PERSONS, "after.csv");
    assert_eq!(after.rows, 0);
    // An old file handed in again brings nothing back.
    let changed_order = [other("", "", 2).person(NAME, IDENTITY), penalty(1, 1)];
    desk.import(&changed_order, date(2026, 12, 4));
    let counts = person::counts(&desk.operator(TODAY)).unwrap();
    assert_eq!((counts[0].kept, counts[0].deleted), (0, 1));
}

#[test]
fn what_the_platform_says_of_a_person_is_told_and_not_kept() {
    let desk = Desk::new();
    PersonKey::create(&desk.dir.path().join("person.key")).unwrap();
    desk.import(
        &[penalty(1, 1), other("", "", 2).person(NAME, IDENTITY)],
        TODAY,
    );
    make(&desk, ORGANISATIONS, "orgs.csv");
    make(&desk, PERSONS, "persons.csv");
    let reason = format!("{NAME}的证件号码{IDENTITY}不符");
    let rows = [
        [ONE, NAMES[0], BAD, "1001", reason.as_str()],
        [TWO, NAME, BAD, "1001", reason.as_str()],
    ];
    let read = answer(&desk, &rows, TODAY).unwrap();
    let masked = redact::mask_identity_numbers(&reason);
    assert!(!masked.contains(IDENTITY));
    assert!(read.refused.iter().all(|r| r.reason == masked));
    assert!(!has(&desk.bytes(), IDENTITY));
    // The other row's words are kept, without the number.
    assert!(has(&desk.bytes(), "的证件号码"));
}

#[test]
fn an_old_answer_is_not_taken_for_one_about_the_correction() {
    let desk = two();
    make(&desk, ORGANISATIONS, "a.csv");
    desk.land(
        &[penalty(1, 1).set("CF_SY", "检查发现三件产品没有合格证明。")],
        date(2026, 11, 3),
    );
    let (second, _) = make(&desk, ORGANISATIONS, "b.csv");
    assert_eq!(second.rows, 1);
    answer(&desk, &[[ONE, NAMES[0], BAD, "1001", ""]], TODAY).unwrap();
    let (after, _) = make(&desk, ORGANISATIONS, "c.csv");
    assert_eq!(
        (after.rows, skipped(&after, "等待回执")),
        (0, 2),
        "{after:?}"
    );
    answer(&desk, &[[ONE, NAMES[0], GOOD, "", ""]], TODAY).unwrap();
    let (after, _) = make(&desk, ORGANISATIONS, "d.csv");
    assert_eq!(skipped(&after, "已接收"), 1);
}

#[test]
fn natural_persons_without_a_key_cannot_be_sent() {
    let desk = two();
    let out = desk.dir.path().join("a.csv");
    bad_input(forward::make(&desk.operator(TODAY), file(PERSONS, &out)));
}

#[test]
fn a_file_is_never_overwritten() {
    let desk = two();
    let out = desk.file("a.csv", "mine");
    bad_input(forward::make(
        &desk.operator(TODAY),
        file(ORGANISATIONS, &out),
    ));
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "mine");
    assert!(
        forward::list(&desk.operator(TODAY), Listed::default())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn wrong_questions_are_answered() {
    let desk = two();
    let out = desk.dir.path().join("a.csv");
    let ctx = desk.operator(TODAY);
    not_found(forward::make(&ctx, file("nothing", &out)));
    let backwards = Make {
        until: date(2026, 9, 1),
        ..file(ORGANISATIONS, &out)
    };
    bad_input(forward::make(&ctx, backwards));
    let unknown = Make {
        department: Some("d9"),
        ..file(ORGANISATIONS, &out)
    };
    not_found(forward::make(&ctx, unknown));
    bad_input(forward::make(
        &ctx,
        file(ORGANISATIONS, &desk.dir.path().join("a.doc")),
    ));
    let nowhere = desk.dir.path().join("nowhere/a.csv");
    assert!(forward::make(&ctx, file(ORGANISATIONS, &nowhere)).is_err());
    let receipt = desk.file("no-receipt.csv", "甲,乙\n1,2\n");
    bad_input(read(&ctx, &receipt, None));
    let receipt = desk.file("r.csv", &format!("文书号,处理结果\n{ONE},成功\n"));
    not_found(read(&ctx, &receipt, Some("unbekannt")));
}

#[test]
fn reporting_above_is_the_offices_own() {
    let desk = two();
    let out = desk.dir.path().join("a.csv");
    let receipt = desk.file("r.csv", "x");
    for actor in outsiders() {
        let ctx = desk.ctx(actor, TODAY);
        forbidden(forward::make(&ctx, file(ORGANISATIONS, &out)));
        forbidden(read(&ctx, &receipt, None));
        forbidden(forward::list(&ctx, Listed::default()));
    }
}

#[test]
fn grounds_too_short_are_told_how_long() {
    let desk = two();
    let id = desk.number(&penalty(1, 1));
    let said = |grounds| {
        let refused = records::withhold(&desk.operator(TODAY), id.as_str(), grounds, None);
        refused.unwrap_err().to_string()
    };
    assert!(said("错").contains("太短，请至少写2个字"), "{}", said("错"));
    assert!(said(" ").contains("请写明撤下理由"), "{}", said(" "));
}
