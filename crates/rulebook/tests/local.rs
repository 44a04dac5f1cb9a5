//! A deployment's own files: what they may add, and what is said of faulty ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test ends by failing.

use jiff::civil::date;
use std::{collections::BTreeMap, fs, path::Path};
use xinheng_checker::{Checker, HeaderRow, Rules};
use xinheng_domain::{act::Act, condition::Values, permission::Membership, publicity::Outcome};
use xinheng_rulebook::{
    LoadError, Rulebook,
    files::{self, Layer, RawFile},
};

struct Row(BTreeMap<String, String>);

impl Values for Row {
    fn value(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

fn row(pairs: &[(&str, &str)]) -> Row {
    let owned = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
    Row(pairs.iter().map(owned).collect())
}

fn with(local: &[(&str, &str)]) -> Result<Rulebook, LoadError> {
    let mut all = files::embedded();
    all.extend(local.iter().map(|(path, text)| RawFile {
        layer: Layer::Local,
        path: (*path).to_owned(),
        text: (*text).to_owned(),
    }));
    Rulebook::from_files(&all)
}

fn loaded(local: &[(&str, &str)]) -> Rulebook {
    with(local).unwrap_or_else(|e| panic!("{e}"))
}

/// Loads and expects one fault that contains the words.
fn refused(local: &[(&str, &str)], words: &str) {
    match with(local) {
        Ok(_) => panic!("accepted, although: {words}"),
        Err(e) => assert!(
            e.problems
                .iter()
                .any(|p| p.file.starts_with("本地/") && p.text.contains(words)),
            "no local fault says “{words}”:\n{e}"
        ),
    }
}

const SOURCE: &str = r#"
[[source]]
id = "local-1"
title = "衡川市信衡区样例规定"
issuer = "衡川市信衡区人民政府"
number = "衡信政发〔2026〕1号"
in_force = "2026-01-01"
verified = true
"#;

const ITEM: &str = r#"
id = "sample-check"
title = "样例检查结果"
edition = "1"
from = "2026-01-01"
adverse = false
basis = [{ source = "local-1", article = "第一条" }]
identity = ["JC_DM", "JC_RQ"]
publicity = { kind = "months", parameter = "sample.months" }
sentence = "{JC_JG}于{JC_RQ}检查{subject}：{JC_YJ}。"
does_not_mean = "不是对该单位信用的评价。"
how_it_ends = "到期自动停止展示。"
whom_to_ask = "请联系{authority}。"
filters = ["JC_YJ"]

[[field]]
id = "JC_MC"
name = "单位名称"
type = "name"
required = "always"
role = "subject_name"
publicity = "public"

[[field]]
id = "JC_DM"
name = "统一社会信用代码"
type = "unified_code"
required = "always"
role = "subject_code"
publicity = "public"

[[field]]
id = "JC_RQ"
name = "检查日期"
type = "date"
required = "always"
role = "decision_date"
publicity = "public"

[[field]]
id = "JC_JG"
name = "检查机关"
type = "name"
role = "authority_name"
publicity = "public"

[[field]]
id = "JC_YJ"
name = "检查结论"
type = "coded"
codes = "sample-result"
publicity = "public"
"#;

const CODES: &str = r#"
[[list]]
id = "sample-result"
title = "样例检查结论"
basis = [{ source = "local-1" }]
entry = [{ code = "1", title = "未发现问题" }, { code = "2", title = "已责令改正" }]
"#;

const MONTHS: &str = r#"
[[parameter]]
id = "sample.months"
title = "样例检查结果公示期限"
unit = "months"
[[parameter.value]]
from = "2026-01-01"
integer = 6
basis = { source = "local-1", article = "第二条" }
"#;

const WHOLE: [(&str, &str); 4] = [
    ("sources/local.toml", SOURCE),
    ("catalogues/sample.toml", ITEM),
    ("codes/sample.toml", CODES),
    ("parameters/sample.toml", MONTHS),
];

#[test]
fn a_new_item_is_files_only() {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in WHOLE {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // As an editor on Windows saves it.
        fs::write(path, format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    }
    fs::write(dir.path().join("README.md"), "not a rule").unwrap();
    let book = Rulebook::load(Some(dir.path())).unwrap_or_else(|e| panic!("{e}"));
    let item = book.item("sample-check").unwrap();
    assert_eq!(book.format("sample-check-1"), Some(item));
    assert!(book.label().contains("含本地文件4个"));
    let decision = book.decide_publicity(
        item,
        &row(&[("JC_RQ", "2026-08-31")]),
        "2026-09-02".parse().unwrap(),
        None,
        jiff::Timestamp::MAX,
    );
    let Outcome::Shown { until, .. } = decision.outcome else {
        panic!("{decision:?}");
    };
    // Six months from 31 August: February has no such day.
    assert_eq!(until, Some("2027-02-28".parse().unwrap()));
    assert_eq!(decision.trace[0].rule, "sample.months@2026-01-01+local");
}

#[test]
fn a_folder_that_does_not_exist_changes_nothing() {
    let book = Rulebook::load(Some(Path::new("/nowhere/at/all"))).unwrap();
    assert_eq!(book.digest(), Rulebook::load(None).unwrap().digest());
}

#[test]
fn any_change_of_any_file_changes_the_digest() {
    let plain = loaded(&[]);
    let other = loaded(&WHOLE);
    assert_ne!(plain.digest(), other.digest());
    assert_eq!(plain.digest().len(), 64);
    assert_eq!(other.digest(), loaded(&WHOLE).digest());
}

#[test]
fn a_sectors_threshold_takes_the_place_of_the_general_rule() {
    let thresholds = r#"
extends = "order-36"
[[rule]]
id = "sample-small-fine"
when = { all = [
  { field = "CF_CFJGDM", starts_with = ["11990100"] },
  { field = "CF_NR_FK", below_yuan = 10000 },
  { field = "CF_CFLB", has = ["罚款"] },
] }
classes = ["minor"]
instead_of = ["fine"]
value = "样例标准：罚款不足一万元，属于轻微失信信息"
basis = { source = "local-1", article = "第三条" }

[[rule]]
id = "sample-larger-fine"
when = { all = [
  { field = "CF_CFJGDM", starts_with = ["11990100"] },
  { field = "CF_NR_FK", at_least_yuan = 10000 },
  { field = "CF_CFLB", has = ["罚款"] },
] }
classes = ["general"]
instead_of = ["fine"]
value = "样例标准：罚款一万元以上，属于一般失信信息"
basis = { source = "local-1", article = "第三条" }
"#;
    let book = loaded(&[
        ("sources/local.toml", SOURCE),
        ("publicity/sample.toml", thresholds),
    ]);
    let item = book.item("penalty").unwrap();
    let decide = |authority, kinds, fine| {
        let row = self::row(&[
            ("CF_JDRQ", "2026-05-06"),
            ("CF_CFLB", kinds),
            ("CF_CFJGDM", authority),
            ("CF_NR_FK", fine),
        ]);
        let on = "2026-05-08".parse().unwrap();
        book.decide_publicity(item, &row, on, None, jiff::Timestamp::MAX)
            .outcome
    };
    let ours = "119901000000000000";
    assert!(matches!(
        decide(ours, "罚款", "9999.99"),
        Outcome::Never { class: Some(c), .. } if c == "minor"
    ));
    assert!(matches!(
        decide(ours, "罚款", "10000.00"),
        Outcome::Shown { class: Some(c), .. } if c == "general"
    ));
    // The heaviest kind still counts.
    assert!(matches!(
        decide(ours, "罚款、限制从业", "9999.99"),
        Outcome::Shown { class: Some(c), .. } if c == "serious"
    ));
    // What the row states does not change what the standard settles; the answer cites it.
    let row = row(&[
        ("CF_JDRQ", "2026-05-06"),
        ("CF_CFLB", "罚款"),
        ("CF_CFJGDM", ours),
        ("CF_NR_FK", "10000.00"),
        ("XH_SXLB", "严重"),
    ]);
    let on = "2026-05-08".parse().unwrap();
    let decision = book.decide_publicity(item, &row, on, None, jiff::Timestamp::MAX);
    assert!(matches!(&decision.outcome, Outcome::Shown { class: Some(c), .. } if c == "general"));
    let used = decision.trace.iter().find(|t| t.value.contains("样例标准"));
    let basis = used.and_then(|t| t.basis.as_ref()).unwrap();
    assert_eq!(
        book.cite(basis),
        "《衡川市信衡区样例规定》（衡信政发〔2026〕1号）第三条"
    );
    // Another sector's fines stay open, and so does a fine without an amount.
    assert!(matches!(
        decide("119901010000000000", "罚款", "9999.99"),
        Outcome::Held { .. }
    ));
    assert!(matches!(decide(ours, "罚款", ""), Outcome::Held { .. }));
}

/// A sector's table may go by law as well as by amount, and hold from a day on: no new words are
/// needed for it.
#[test]
fn a_table_by_law_and_amount_is_a_file() {
    let table = r#"
extends = "order-36"

[[rule]]
id = "food-huge"
when = { all = [
  { field = "CF_CFLB", has = ["罚款"] },
  { field = "CF_CFJG", contains = ["市场监督管理"] },
  { field = "CF_YJ", contains = ["食品安全法"] },
  { field = "CF_NR_FK", at_least_yuan = 50000 },
  { field = "CF_JDRQ", on_or_after = "2026-06-01" },
] }
classes = ["serious"]
instead_of = ["fine"]
value = "依照食品安全法罚款五万元以上，属于严重失信信息"
basis = { source = "local-1", article = "附表第一项" }
"#;
    let book = loaded(&[
        ("sources/local.toml", SOURCE),
        ("publicity/food.toml", table),
    ]);
    let item = book.item("penalty").unwrap();
    let class = |law, fine, day| {
        let row = row(&[
            ("CF_JDRQ", day),
            ("CF_CFLB", "罚款"),
            ("CF_CFJG", "衡川市信衡区市场监督管理局"),
            ("CF_YJ", law),
            ("CF_NR_FK", fine),
        ]);
        let on = "2026-06-08".parse().unwrap();
        let decision = book.decide_publicity(item, &row, on, None, jiff::Timestamp::MAX);
        match decision.outcome {
            Outcome::Shown { class, .. } => class,
            _ => None,
        }
    };
    let food = "《中华人民共和国食品安全法》第一百二十四条";
    let serious = Some("serious".to_owned());
    assert_eq!(class(food, "50000.00", "2026-06-01"), serious);
    for (law, fine, day) in [
        (food, "49999.99", "2026-06-01"),
        (food, "50000.00", "2026-05-31"),
        (
            "《中华人民共和国广告法》第五十八条",
            "50000.00",
            "2026-06-01",
        ),
    ] {
        assert_eq!(class(law, fine, day), None);
    }
}

#[test]
fn a_class_bears_the_title_of_its_own_regime() {
    let mut files = files::embedded();
    let newest = files.iter_mut().find(|f| f.path.ends_with("order-36.toml"));
    let text = &mut newest.unwrap().text;
    *text = text.replace("title = \"一般失信信息\"", "title = \"一般类失信信息\"");
    let book = Rulebook::from_files(&files).unwrap_or_else(|e| panic!("{e}"));
    let title = |id, on| book.class("penalty", id, on).map(|c| c.title.as_str());
    assert_eq!(
        title("general", Some(date(2022, 3, 1))),
        Some("一般失信信息")
    );
    assert_eq!(
        title("general", Some(date(2026, 4, 1))),
        Some("一般类失信信息")
    );
    // One of a newer regime, for an older decision.
    assert_eq!(title("minor", Some(date(2024, 3, 1))), Some("轻微失信信息"));
    assert_eq!(title("general", None), Some("一般类失信信息"));
}

#[test]
fn what_is_stated_of_a_class_never_goes_up() {
    let template = r#"
id = "sample-up"
title = "样例"
item = "penalty"
persons = false
sheet = "样例"
dates = "YYYY-MM-DD"
amounts = "wan"
basis = [{ source = "local-1" }]
column = [{ field = "CF_WSH" }, { field = "XH_SXYJ" }]
"#;
    refused(
        &[
            ("sources/local.toml", SOURCE),
            ("forward/sample.toml", template),
        ],
        "“XH_SXYJ”只供本区使用，不得报送上级平台",
    );
}

#[test]
fn a_class_can_only_be_stated_by_a_word_files_can_have() {
    let mut files = files::embedded();
    let newest = files.iter_mut().find(|f| f.path.ends_with("order-36.toml"));
    let text = &mut newest.unwrap().text;
    *text = text.replace("stated = \"一般\"", "stated = \"普通\"");
    let e = Rulebook::from_files(&files).unwrap_err();
    assert!(e.to_string().contains("载明的字样“普通”"), "{e}");
    let newest = files.iter_mut().find(|f| f.path.ends_with("order-36.toml"));
    let text = &mut newest.unwrap().text;
    *text = text.replace("stated = \"普通\"\n", "");
    let e = Rulebook::from_files(&files).unwrap_err();
    assert!(e.to_string().contains("[statement]"), "{e}");
}

#[test]
fn a_local_value_goes_before_ours_on_its_days_only() {
    let local = r#"
[[parameter]]
id = "publicity.alarm_lead"
[[parameter.value]]
from = "2026-07-01"
until = "2026-12-31"
integer = 4
basis = { source = "local-1" }
"#;
    let book = loaded(&[
        ("sources/local.toml", SOURCE),
        ("parameters/local.toml", local),
    ]);
    let on = |day: &str| {
        let value = book.parameter("publicity.alarm_lead", day.parse().unwrap());
        value.unwrap().value.integer
    };
    assert_eq!(on("2026-06-30"), Some(2));
    assert_eq!(on("2026-07-01"), Some(4));
    assert_eq!(on("2026-12-31"), Some(4));
    assert_eq!(on("2027-01-01"), Some(2));
}

#[test]
fn the_next_years_notice_and_more_values_can_be_added() {
    let calendar = r#"
year = 2027
[[edition]]
id = "2027.1"
notice = "样例：2027年放假安排"
known_from = "2026-11-25T00:00:00+08:00"
off = [{ from = "2027-01-01", to = "2027-01-03" }]
work = []
basis = [{ source = "local-1" }]
"#;
    let extend = r#"
[[extend]]
id = "uscc-exception"
basis = [{ source = "local-1", article = "第五条" }]
entry = [{ code = "91990100MA00000011", title = "样例：经核实在用" }]
"#;
    let book = loaded(&[
        ("sources/local.toml", SOURCE),
        ("calendars/2027.toml", calendar),
        ("codes/exceptions.toml", extend),
    ]);
    let calendar = book.calendars().at(jiff::Timestamp::MAX).unwrap();
    assert_eq!(calendar.announced_year(), 2027);
    assert_eq!(book.code_list("uscc-exception").unwrap().entries.len(), 1);
}

#[test]
fn faults_are_told_with_place_and_advice() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "parameters/x.toml",
            "[[parameter]\nid = 1",
            "不符合规则文件的格式",
        ),
        (
            "parameters/x.toml",
            "[[parametr]]\nid = 'a'",
            "不认识的项目“parametr”",
        ),
        (
            "parameters/x.toml",
            "[[parameter]]\nid = 'a'",
            "缺少“value”",
        ),
        (
            "sources/x.toml",
            "[[source]]\nid='a'\ntitle='b'\nissuer='c'\nnumber='d'\nin_force=2026-01-01\nverified=true",
            "不符合规则文件的格式",
        ),
        (
            "sources/x.toml",
            "[[source]]\nid='a'\ntitle='b'\nissuer='c'\nnumber='d'\nin_force='2026-13-01'\nverified=true",
            "日期应当写成",
        ),
        (
            "sources/x.toml",
            "[[source]]\nid='civil-code'\ntitle='b'\nissuer='c'\nnumber='d'\nin_force='2026-01-01'\nverified=true",
            "已在 sources/statutes.toml 中使用",
        ),
        (
            "sources/x.toml",
            "[[source]]\nid='nobody'\ntitle='b'\nissuer='c'\nnumber='d'\nin_force='2026-01-01'\nverified=true",
            "没有被任何规则引用",
        ),
        (
            "sources/x.toml",
            "[[source]]\nid='nobody'\ntitle='b'\nissuer='c'\nnumber='d'\nin_force='2026-01-01'\nreplaced_by='none'\nverified=true",
            "替代文件“none”不在",
        ),
        (
            "sources/x.toml",
            "[[source]]\nid='nobody'\ntitle='b'\nissuer='c'\nnumber='d'\nin_force='2026-01-01'\nrepealed='2025-01-01'\nverified=true",
            "废止日期早于施行日期",
        ),
        (
            "sources/x.toml",
            "[[source]]\nid='nobody'\ntitle='b'\nissuer='c'\nnumber='d'\nin_force='2026-01-01'\nurl='javascript:x'\nverified=true",
            "以 https:// 开头",
        ),
        ("rules/x.toml", "a = 1", "不认识的文件夹“rules”"),
        (
            "codes/x.toml",
            "[[extend]]\nid='none'\nbasis=[{source='civil-code'}]\nentry=[]",
            "要扩充的代码集不存在",
        ),
        (
            "codes/x.toml",
            "[[list]]\nid='l'\ntitle='t'\nbasis=[]\nentry=[]",
            "代码集没有依据",
        ),
        (
            "codes/x.toml",
            "[[list]]\nid='l'\ntitle='t'\nbasis=[{source='civil-code'}]\nentry=[{code='1',title='甲'},{code='2',title='乙',aliases=['甲']}]",
            "“甲”既指“甲”又指“乙”",
        ),
        (
            "codes/x.toml",
            "[[list]]\nid='l'\ntitle='t'\nbasis=[{source='no-such'}]\nentry=[]",
            "依据“no-such”不在",
        ),
        (
            "codes/divisions.txt",
            "# basis: gb-2260\n9901 0",
            "不是四位加两位的行政区划代码",
        ),
        ("codes/divisions.txt", "9901 00", "没有写明依据"),
        (
            "publicity/x.toml",
            "extends='none'\nrule=[]",
            "要扩充的公示规定不存在",
        ),
        (
            "publicity/x.toml",
            "extends='order-36'\n[[rule]]\nid='r'\nwhen={field='CF_NONE',present=true}\nclasses=['minor']\nvalue='v'\nbasis={source='civil-code'}",
            "条件中的字段“CF_NONE”不是“行政处罚”的字段",
        ),
        (
            "publicity/x.toml",
            "extends='order-36'\n[[rule]]\nid='r'\nwhen={field='CF_CFLB',has=['罚金']}\nclasses=['minor']\nvalue='v'\nbasis={source='civil-code'}",
            "条件中的“罚金”不是代码集",
        ),
        (
            "publicity/x.toml",
            "extends='order-36'\n[[rule]]\nid='r'\nwhen={field='CF_CFLB',has=['罚款']}\nclasses=['small']\nvalue='v'\nbasis={source='civil-code'}",
            "写明的类别“small”不存在",
        ),
        (
            "publicity/x.toml",
            "extends='order-36'\n[[rule]]\nid='r'\nwhen={field='CF_CFLB',has=['罚款']}\nclasses=['minor']\ninstead_of=['fines']\nvalue='v'\nbasis={source='civil-code'}",
            "要代替的规则“fines”不存在",
        ),
        (
            "publicity/x.toml",
            "id='r'\ntitle='t'\ntable='penalty'\nfrom='2027-01-01'\nbasis=[{source='civil-code'}]",
            "前一规定“order-36”没有截止日期",
        ),
        (
            "publicity/x.toml",
            "id='r'\ntitle='t'\ntable='none'\nbasis=[{source='civil-code'}]\n[[class]]\nid='c'\ntitle='t'\nshown=true\nvalue='v'\nbasis={source='civil-code'}",
            "没有最长公示期",
        ),
        (
            "publicity/x.toml",
            "id='r'\ntitle='t'\ntable='none'\nbasis=[{source='civil-code'}]\n[[class]]\nid='c'\ntitle='t'\nshown=true\nmin_months=4\nmax_months=3\nvalue='v'\nbasis={source='civil-code'}",
            "最短公示期长于最长公示期",
        ),
        (
            "publicity/x.toml",
            "id='r'\ntitle='t'\ntable='none'\nbasis=[{source='civil-code'}]",
            "没有目录项使用公示规定“none”",
        ),
        (
            "publicity/effects-x.toml",
            "[[dispute]]\nid='x'\nvalue='不存在'\nreason='r'\nbasis={source='civil-code'}",
            "不是任何相应字段的取值",
        ),
        (
            "messages/x.toml",
            "[[message]]\ncode='x'\ntitle='t'\ntext=''\nwhy='w'\nremedy='r'",
            "“text”没有内容",
        ),
        (
            "messages/x.toml",
            "[[message]]\ncode='decision-in-future'\ntitle='t'\ntext='x'\nwhy='w'\nremedy='r'",
            "已在 messages/rules.toml 中使用",
        ),
    ];
    for (path, text, words) in cases {
        refused(&[(path, text)], words);
    }
}

#[test]
fn faulty_calendars_are_told() {
    let year = "year = 2029\n[[edition]]\nid = '2029.1'\nnotice = 'n'\nknown_from = '2028-11-25T00:00:00+08:00'\noff = []\nbasis = [{ source = 'civil-code' }]";
    let e = with(&[("calendars/2029.toml", year)]).unwrap_err();
    assert!(e.to_string().contains("连续"), "{e}");
}

#[test]
fn values_of_a_parameter_may_not_overlap_leave_gaps_or_rest_on_dead_letters() {
    let values = |text: &str| {
        let text = text.replace('§', "basis = { source = 'local-1' }");
        format!("[[parameter]]\nid = 'sample.months'\ntitle = 't'\nunit = 'months'\n{text}")
    };
    let check = |text: &str, words: &str| {
        let text = values(text);
        refused(
            &[WHOLE[0], WHOLE[1], WHOLE[2], ("parameters/x.toml", &text)],
            words,
        );
    };
    check("value = []", "参数没有取值");
    check(
        "[[parameter.value]]\nfrom='2026-01-01'\ninteger=1\n§\n[[parameter.value]]\nfrom='2026-01-01'\ninteger=2\n§",
        "重叠",
    );
    check(
        "[[parameter.value]]\nfrom='2026-01-01'\nuntil='2026-06-30'\ninteger=1\n§\n[[parameter.value]]\nfrom='2026-06-30'\ninteger=2\n§",
        "重叠",
    );
    check(
        "[[parameter.value]]\nfrom='2026-01-01'\nuntil='2026-06-29'\ninteger=1\n§\n[[parameter.value]]\nfrom='2026-07-01'\ninteger=2\n§",
        "之间没有取值",
    );
    check(
        "[[parameter.value]]\nfrom='2025-01-01'\ninteger=1\n§",
        "不能用于更早的日期",
    );
    check(
        "[[parameter.value]]\nfrom='2023-06-01'\ninteger=1\nbasis={source='ndrc-order-58'}",
        "取值却没有在此之前截止",
    );
    check(
        "[[parameter.value]]\nfrom='2026-01-01'\n§",
        "有且只有一个取值",
    );
    check(
        "[[parameter.value]]\nfrom='2026-01-01'\ntext='six'\n§",
        "有且只有一个取值",
    );
    check(
        "[[parameter.value]]\nfrom='2026-01-01'\ninteger=-1\n§",
        "不能为负数",
    );
}

#[test]
fn an_item_that_contradicts_itself_is_refused() {
    let cases = [
        ("role = \"subject_code\"", "", "没有字段担任“SubjectCode”"),
        (
            "role = \"authority_name\"",
            "role = \"subject_name\"",
            "已由另一个字段担任",
        ),
        (
            "identity = [\"JC_DM\"",
            "identity = [\"JC_XX\"",
            "字段“JC_XX”不存在",
        ),
        (
            "codes = \"sample-result\"",
            "codes = \"none\"",
            "代码集“none”不存在",
        ),
        ("codes = \"sample-result\"", "", "没有写明代码集"),
        ("{JC_YJ}", "{JC_ZZ}", "花括号中的“JC_ZZ”不是本项的字段"),
        (
            "basis = [{ source = \"local-1\", article = \"第一条\" }]",
            "basis = []",
            "目录项没有依据",
        ),
        (
            "name = \"检查机关\"",
            "name = \"单位名称\"",
            "也是字段“JC_MC”的列名",
        ),
        (
            "id = \"sample-check\"",
            "id = \"penalty\"",
            "目录项编号“penalty”已在",
        ),
        (
            "id = \"sample-check\"",
            "id = \"样例\"",
            "编号只能用小写字母",
        ),
        (
            "kind = \"months\", parameter = \"sample.months\"",
            "kind = \"until_field\", field = \"JC_MC\", basis = [{ source = \"local-1\" }]",
            "不是日期字段",
        ),
        (
            "kind = \"months\", parameter = \"sample.months\"",
            "kind = \"classes\", table = \"none\"",
            "公示规定“none”不存在",
        ),
        (
            "does_not_mean = \"不是对该单位信用的评价。\"",
            "does_not_mean = \"\"",
            "没有内容",
        ),
        (
            "publicity = { kind",
            "clock = { parameter = \"sgs.report_deadline\", from_field = \"JC_MC\" }\npublicity = { kind",
            "“JC_MC”不是日期字段",
        ),
        (
            "type = \"name\"\nrole = \"authority_name\"",
            "type = \"text\"\nrole = \"authority_name\"",
            "只能在隐去个人信息后公开",
        ),
        (
            "role = \"authority_name\"",
            "role = \"legal_representative\"",
            "不得公开",
        ),
    ];
    for (from, to, words) in cases {
        assert!(ITEM.contains(from), "the sample has no “{from}”");
        let item = ITEM.replacen(from, to, 1);
        let files = [
            WHOLE[0],
            ("catalogues/sample.toml", &item),
            WHOLE[2],
            WHOLE[3],
        ];
        refused(&files, words);
    }
    let rule = "\n[[rule]]\ncode = \"no-sentence\"\nseverity = \"warn\"\nfield = \"JC_RQ\"\ncheck = { not_after_today = {} }\n";
    let item = format!("{ITEM}{rule}");
    refused(
        &[
            WHOLE[0],
            ("catalogues/sample.toml", &item),
            WHOLE[2],
            WHOLE[3],
        ],
        "没有“no-sentence”的提示语",
    );
}

#[test]
fn a_parameter_nobody_uses_and_one_nobody_defined_are_told() {
    let e = with(&[WHOLE[0], WHOLE[1], WHOLE[2]]).unwrap_err();
    assert!(e.to_string().contains("sample.months"), "{e}");
    let e = with(&[WHOLE[0], WHOLE[3]]).unwrap_err();
    assert!(e.to_string().contains("没有被任何规则使用"), "{e}");
}

#[test]
fn a_file_that_is_no_text_is_told_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let codes = dir.path().join("codes");
    fs::create_dir_all(codes.join("deeper")).unwrap();
    // GB18030 for 罚款, as an older editor saves it.
    fs::write(
        codes.join("x.toml"),
        b"# ok\ntitle = \"\xb7\xa3\xbf\xee\"\n",
    )
    .unwrap();
    let e = Rulebook::load(Some(dir.path())).unwrap_err();
    assert!(e.to_string().contains("第2行不是 UTF-8 编码"), "{e}");
    assert!(e.to_string().contains("只有一层文件夹"), "{e}");
}

#[test]
fn every_fault_is_listed_not_only_the_first() {
    let e = with(&[
        ("parameters/x.toml", "[[parametr]]"),
        ("sources/x.toml", "[[sorce]]"),
    ])
    .unwrap_err();
    assert_eq!(e.problems.len(), 2, "{e}");
    assert_eq!(e.problems[0].place, "第1行");
}

#[test]
fn an_example_passes_the_checks_of_its_own_item() {
    let book = Rulebook::from_files(&files::embedded()).unwrap();
    for item in book.items() {
        for field in &item.fields {
            let must = field.required == xinheng_domain::catalogue::Requirement::Always;
            assert!(
                !must || field.example.is_some(),
                "{}: {} is printed in the template without an example",
                item.id,
                field.id
            );
        }
    }
    // One character of a code wrong, in a copy of an item that came with the binary.
    let penalty = files::embedded()
        .into_iter()
        .find(|f| f.path == "catalogues/penalty.toml")
        .unwrap();
    let copy = penalty
        .text
        .replace("id = \"penalty\"", "id = \"penalty-copy\"")
        .replace(
            "example = \"91990102MAEX00010W\"",
            "example = \"91990102MAEX00010X\"",
        );
    refused(
        &[("catalogues/penalty-copy.toml", copy.as_str())],
        "通不过本项自己的校核",
    );
    // A date that another field forbids.
    let copy = penalty
        .text
        .replace("id = \"penalty\"", "id = \"penalty-copy\"")
        .replace("example = \"2099-12-31\"", "example = \"2026-01-01\"");
    refused(
        &[("catalogues/penalty-copy.toml", copy.as_str())],
        "早于决定日期2026-04-10",
    );
}

const LAYOUT: &str = r#"
id = "sample-layout"
title = "样例系统导出"
item = "penalty"
basis = [{ source = "local-1", article = "第二条" }]
signature = ["AJH", "DSR"]
column = [
  { id = "AJH", headers = ["案件编号"] },
  { id = "DSR", headers = ["当事人姓名或名称"] },
  { id = "KS", headers = ["承办科室"], carried = "现行标准没有承办科室" },
]
field = [
  { id = "CF_WSH", from = ["AJH"] },
  { id = "CF_XDR_MC", from = ["DSR"] },
  { id = "CF_XDR_LB", constant = "法人及非法人组织" },
]
"#;

#[test]
fn a_layout_is_a_file_and_no_code() {
    let path = "layouts/sample.toml";
    let book = loaded(&[("sources/local.toml", SOURCE), (path, LAYOUT)]);
    assert!(book.layouts().iter().any(|l| l.id == "sample-layout"));
    let checker = Checker::new(Rules {
        items: book.items(),
        lists: book.code_lists(),
        messages: book.messages(),
        codes: book.code_tables().clone(),
        today: date(2026, 11, 20),
        cite: &|basis| book.cite(basis),
    });
    let checker = checker
        .and_then(|c| c.with_layouts(book.layouts()))
        .unwrap();
    let mut said = Vec::new();
    let header = HeaderRow::new(["案件编号", "当事人姓名或名称", "承办科室"], 1);
    let _ = checker.open(&header.row(), None, &mut |f| {
        said.push((f.code.clone(), f.value.clone()))
    });
    assert!(
        said.contains(&("layout-recognised".to_owned(), "样例系统导出".to_owned())),
        "{said:?}"
    );
    for (from, to, words) in [
        ("item = \"penalty\"", "item = \"none\"", "不存在"),
        ("from = [\"AJH\"]", "from = [\"AJX\"]", "没有列“AJX”"),
        ("id = \"CF_WSH\"", "id = \"CF_XXX\"", "没有这一项"),
        (
            ", carried = \"现行标准没有承办科室\"",
            "",
            "没有对应到任何一项",
        ),
        (
            "constant = \"法人及非法人组织\"",
            "constant = \"企业\"",
            "不在代码集中",
        ),
        ("案件编号", "处罚类别", "不能作为特征列"),
        (
            "[\"AJH\", \"DSR\"]\ncolumn",
            "[\"AJH\"]\ncolumn",
            "特征列少于",
        ),
        ("\"sample-layout\"", "\"penalty-2015\"", "已在"),
        (
            "article = \"第二条\" }]",
            "article = \"第二条\" }]\nneeds = 1",
            "不认识的项目",
        ),
    ] {
        assert!(LAYOUT.contains(from), "{from}");
        let text = LAYOUT.replace(from, to);
        refused(&[("sources/local.toml", SOURCE), (path, &text)], words);
    }
}

#[test]
fn a_permission_file_takes_away_and_widens_nothing() {
    const FILE: &str = "permissions/own.toml";
    let role = |id: &str| {
        format!(
            "[[role]]\nid = \"{id}\"\ntitle = \"样例\"\nbody = \"department\"\nduty = \"样例。\"\n\
             own_department = [\"record.end\"]\n"
        )
    };
    refused(&[(FILE, &role("own-role"))], "本地文件不能增加角色");
    // Nor by writing a role of ours anew.
    refused(&[(FILE, &role("clerk"))], "本地文件不能增加角色");
    let narrow =
        |role: &str, act: &str| format!("[[narrow]]\nrole = \"{role}\"\nwithout = [\"{act}\"]\n");
    refused(&[(FILE, &narrow("clerk", "record.end"))], "角色没有权限");
    refused(&[(FILE, &narrow("nobody", "record.end"))], "角色不存在");
    refused(&[(FILE, &narrow("anybody", "file.check"))], "不能收回");
    assert!(with(&[(FILE, &narrow("clerk", "no.such"))]).is_err());
    let clerk = Membership {
        role: "clerk".to_owned(),
        department: Some("d1".to_owned()),
        from: date(2026, 1, 1),
        until: None,
    };
    let may = |rulebook: &Rulebook, act| rulebook.permissions().reach([&clerk], act).is_some();
    let own = loaded(&[(FILE, &narrow("clerk", "forward.make"))]);
    assert!(!may(&own, Act::ForwardMake) && may(&own, Act::HandInStage));
    assert!(may(&loaded(&[]), Act::ForwardMake));
}
