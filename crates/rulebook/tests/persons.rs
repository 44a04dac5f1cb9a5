//! What the checker says of persons: in running text, in the name of an organisation, in the cell
//! of its representative; and which businesses bear a person's name.
#![allow(clippy::unwrap_used)] // A test ends by failing.

use std::sync::LazyLock;
use xinheng_checker::{Checker, Row, Rules, Span, Verdict, blank};
use xinheng_domain::{
    finding::{Finding, Severity},
    subject::SubjectKind,
};
use xinheng_rulebook::Rulebook;

static BOOK: LazyLock<Rulebook> = LazyLock::new(|| Rulebook::load(None).unwrap());
static CHECKER: LazyLock<Checker> = LazyLock::new(|| {
    Checker::new(Rules {
        items: std::slice::from_ref(BOOK.item("penalty").unwrap()),
        lists: BOOK.code_lists(),
        messages: BOOK.messages(),
        codes: BOOK.code_tables().clone(),
        today: jiff::civil::date(2026, 11, 22),
        cite: &|basis| BOOK.cite(basis),
    })
    .unwrap()
    .with_finder(BOOK.shared_finder())
});

/// The verdict on the item's invented row with these cells, and its findings about persons.
fn row(given: &[(&str, &str)]) -> (Verdict, Vec<Finding>) {
    let fields = &BOOK.item("penalty").unwrap().fields;
    let line = |cell: &dyn Fn(&str) -> String| {
        let (mut text, mut spans) = (String::new(), Vec::new());
        for field in fields {
            let start = text.len() as u32;
            text.push_str(&cell(&field.id));
            let end = text.len() as u32;
            spans.push(Span { start, end });
        }
        (text, spans)
    };
    let (text, spans) = line(&|id| id.to_owned());
    let mut file = CHECKER
        .open(&Row::new(&text, &spans, 1), None, &mut |_| {})
        .unwrap();
    let (text, spans) = line(&|id| {
        let field = fields.iter().find(|f| f.id == id).unwrap();
        let value = given.iter().find(|(k, _)| *k == id).map(|(_, v)| *v);
        value
            .unwrap_or(field.example.as_deref().unwrap_or_default())
            .to_owned()
    });
    let mut found = Vec::new();
    let checked = file.check(Row::new(&text, &spans, 2), None);
    let ours = [
        "name-holds-personal-data",
        "representative-read",
        "personal-data-in-text",
        "personal-data-doubtful",
        "text-withheld",
    ];
    checked
        .findings(&mut blank(None), |f| {
            if ours.contains(&f.code.as_str()) {
                found.push(f.clone());
            }
            Ok::<_, std::convert::Infallible>(())
        })
        .unwrap();
    (checked.verdict(), found)
}

fn codes(given: &[(&str, &str)]) -> Vec<String> {
    row(given).1.into_iter().map(|f| f.code).collect()
}

#[test]
fn an_ordinary_row_has_nothing_of_a_person() {
    assert_eq!(codes(&[]), [""; 0]);
}

#[test]
fn names_that_hold_a_person_refuse_the_row() {
    for name in [
        "衡川测例有限公司（联系电话19900001234）",
        "衡川测例有限公司19900001234",
        "衡川测例有限公司6222021202099001234",
        "衡川测例有限公司（浙A12345）",
        "衡川测例有限公司（法定代表人李例强）",
    ] {
        let (verdict, found) = row(&[("CF_XDR_MC", name)]);
        let codes: Vec<&str> = found.iter().map(|f| f.code.as_str()).collect();
        assert_eq!(codes, ["name-holds-personal-data"], "{name}");
        assert_eq!(found[0].severity, Severity::RefuseRow, "{name}");
        assert_eq!(verdict, Verdict::Refused, "{name}");
    }
    for name in [
        "衡川测例（信衡）有限公司",
        "衡川3618号测例有限公司",
        "衡川测例合伙企业（有限合伙）",
        "衡川ABC测例有限公司",
    ] {
        assert_eq!(codes(&[("CF_XDR_MC", name)]), [""; 0], "{name}");
    }
}

#[test]
fn a_text_tells_where_the_person_stands_and_how_sure_that_is() {
    let certain =
        "经查，当事人销售的产品不合格，由店长李例强（身份证号990101199003078814）到场签收。";
    let (verdict, found) = row(&[("CF_SY", certain)]);
    assert_eq!(verdict, Verdict::Accepted { warned: true });
    let said = found
        .iter()
        .find(|f| f.code == "personal-data-in-text")
        .unwrap();
    assert!(said.message.contains("【李例强】"), "{}", said.message);
    assert!(said.message.contains("公示文本"), "{}", said.message);
    assert!(!said.is_doubt());
    for f in &found {
        assert!(!f.message.contains("19900307"), "{}", f.message);
        assert!(!f.value.contains("19900307"), "{}", f.value);
    }
    // The row's own representative is known, whatever stands beside.
    let own = [
        ("CF_SY", "当日样花与甲例安均在店内。"),
        ("CF_FRDB", "甲例安"),
    ];
    assert!(codes(&own).iter().any(|c| c.starts_with("personal-data")));
}

#[test]
fn a_doubt_is_a_finding_of_its_own() {
    let corpus = include_str!("../../domain/tests/data/personal/ordinary.txt");
    let (verdict, found) = row(&[("CF_SY", "现场检查时例强配合调查。"), ("CF_FRDB", "李例强")]);
    let doubts: Vec<_> = found.iter().filter(|f| f.is_doubt()).collect();
    assert_eq!(doubts.len(), 1, "{found:?}");
    assert_eq!(doubts[0].severity, Severity::Warn);
    assert!(doubts[0].message.contains("【例强】") && doubts[0].message.contains("疑为"));
    assert_eq!(verdict, Verdict::Accepted { warned: true });
    // And of ordinary texts nothing is said.
    let told = corpus
        .lines()
        .filter(|l| !l.trim().is_empty() && !l.starts_with('#'))
        .filter(|l| !codes(&[("CF_SY", l)]).is_empty())
        .count();
    assert!(told * 100 <= corpus.lines().count(), "{told}");
}

#[test]
fn equal_texts_are_read_alike_with_and_without_their_party() {
    // The name of the party stays whole, also where the same text was read for another before.
    let text = "由店长李例强到场签收。";
    for _ in 0..2 {
        assert_eq!(codes(&[("CF_SY", text)]), ["personal-data-in-text"]);
    }
}

#[test]
fn a_minor_withholds_the_text() {
    let (_, found) = row(&[("CF_SY", "当事人向未成年人李例强（15周岁）出售卷烟。")]);
    let codes: Vec<&str> = found.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(codes, ["text-withheld"]);
    assert!(found[0].message.contains("未成年人"));
}

#[test]
fn a_cell_of_more_than_a_name_is_said_as_it_was_read() {
    for (cell, read) in [
        ("李例强（执行董事）", "“李例强”"),
        ("执行董事：李例强", "“李例强”"),
        ("李例强先生", "“李例强”"),
        ("李例强、王样花", "“李例强”、“王样花”"),
        ("李例强等2人", "“李例强”"),
    ] {
        let (_, found) = row(&[("CF_FRDB", cell)]);
        let codes: Vec<&str> = found.iter().map(|f| f.code.as_str()).collect();
        assert_eq!(codes, ["representative-read"], "{cell}");
        assert!(found[0].message.contains(read), "{}", found[0].message);
        assert_eq!(found[0].severity, Severity::Warn);
    }
    for cell in [
        "李例强",
        "張例安",
        "欧阳例强",
        "阿依古丽·例强",
        "JOHN SMITH",
        "张 例",
    ] {
        assert_eq!(codes(&[("CF_FRDB", cell)]), [""; 0], "{cell}");
    }
}

#[test]
fn businesses_that_bear_a_persons_name() {
    let words = BOOK.trade_words();
    let kind = SubjectKind::IndividualBusiness;
    let named = |name: &str, head: Option<&str>| BOOK.is_person_named(name, kind, head, &words);
    for head in [
        "李例强（经营者）",
        "李例强、王样花",
        "经营者：李例强",
        "李例强女士",
        "李某强",
    ] {
        assert!(named("李例强小吃店", Some(head)), "{head}");
        assert!(named("衡川市信衡区李例强小吃店", Some(head)), "{head}");
    }
    // Whoever runs it.
    assert!(named("李例强水果店", Some("王样花")));
    assert!(named("小吃店（李例强）", Some("王样花")));
    for shop in [
        "李强百货",
        "信衡区王芳理发店",
        "黄勇超市",
        "欧阳文静理发店",
        "赵拟安建材商行",
    ] {
        assert!(named(shop, Some("王样花")), "{shop}");
    }
    // The name ends where the trade begins: nobody is called 谷禾面.
    for shop in [
        "老街面馆",
        "好又多超市",
        "信衡区周黑鸭食品店",
        "谷禾面馆",
        "信衡区湛屿便利店",
        "岑汀日用百货",
        "李文具店",
    ] {
        assert!(!named(shop, Some("王样花")), "{shop}");
    }
    let organisation = SubjectKind::Organisation;
    assert!(!BOOK.is_person_named("李例强小吃店", organisation, Some("李例强"), &words));
}
