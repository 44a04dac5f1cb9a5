//! Renders every page with all its samples and holds the result against rules that no template
//! may break. `XINHENG_PAGES=dir` also writes the pages out, to be looked at.

#![allow(clippy::unwrap_used, clippy::panic)] // a page that does not render should stop the test

use crate::{
    about::page::AboutPage,
    ask::page as ask,
    catalogue,
    check::{page::CheckPage, result_page::CheckResultPage},
    department,
    frame::Page,
    help,
    home::page::HomePage,
    office,
    proof::page::ProofPage,
    reason::ReasonPage,
    record::{self, list_page::ListPage},
    rules,
    search::page::SearchPage,
    site_map::page::SiteMapPage,
    space,
    subject::page::DossierPage,
};
use std::collections::BTreeMap;

fn add<P: Page>(name: &str, into: &mut BTreeMap<String, String>) {
    let first: Vec<String> = P::samples().iter().map(|p| p.render().unwrap()).collect();
    let second: Vec<String> = P::samples().iter().map(|p| p.render().unwrap()).collect();
    assert_eq!(first, second, "{name} renders differently the second time");
    assert!(!first.is_empty(), "{name} has no sample");
    into.extend(
        first
            .into_iter()
            .enumerate()
            .map(|(i, html)| (format!("{name}-{i}"), html)),
    );
}

fn pages() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    add::<HomePage>("home", &mut all);
    add::<SearchPage>("search", &mut all);
    add::<DossierPage>("dossier", &mut all);
    add::<record::page::RecordPage>("record", &mut all);
    add::<record::page::GonePage>("gone", &mut all);
    add::<ListPage>("list", &mut all);
    add::<department::page::DepartmentsPage>("departments", &mut all);
    add::<department::page::DepartmentPage>("department", &mut all);
    add::<CheckPage>("check", &mut all);
    add::<CheckResultPage>("check-result", &mut all);
    add::<help::page::FindingsPage>("help-findings", &mut all);
    add::<help::page::FindingPage>("help-finding", &mut all);
    add::<rules::page::RepairGuidePage>("guide", &mut all);
    add::<rules::page::RulesPage>("rules", &mut all);
    add::<rules::page::SourcePage>("source", &mut all);
    add::<catalogue::page::CataloguePage>("catalogue", &mut all);
    add::<catalogue::page::ItemPage>("catalogue-item", &mut all);
    add::<AboutPage>("about", &mut all);
    add::<space::HomePage>("space", &mut all);
    add::<space::RecordPage>("space-record", &mut all);
    add::<space::LooksPage>("space-looks", &mut all);
    add::<ProofPage>("proof", &mut all);
    add::<ask::AsksPage>("asks", &mut all);
    add::<ask::AskPage>("ask", &mut all);
    add::<ask::AskedPage>("asked", &mut all);
    add::<ask::AnswersPage>("answers", &mut all);
    add::<SiteMapPage>("site-map", &mut all);
    add::<help::problems::ProblemsPage>("help-problems", &mut all);
    add::<ReasonPage>("reason", &mut all);
    office::samples(&mut |name, pages| {
        let pages = pages.into_iter().enumerate();
        all.extend(pages.map(|(i, html)| (format!("office-{name}-{i}"), html)));
    });
    all
}

#[test]
fn every_page_renders_and_keeps_the_rules() {
    let pages = pages();
    if let Ok(dir) = std::env::var("XINHENG_PAGES") {
        for (name, html) in &pages {
            std::fs::write(format!("{dir}/{name}.html"), html).unwrap();
        }
    }
    let mut faults = Vec::new();
    for (name, html) in &pages {
        let mut want = |ok: bool, what: &str| {
            if !ok {
                faults.push(format!("{name}: {what}"));
            }
        };
        want(html.contains("<html lang=\"zh-CN\""), "no language");
        want(html.matches("<h1").count() == 1, "not exactly one h1");
        want(html.matches("<main").count() == 1, "not exactly one main");
        want(
            !html.contains("<title> ·") && html.contains("</title>"),
            "no title",
        );
        want(!html.contains(" style="), "inline style");
        want(!html.contains("<style"), "style element");
        want(
            html.matches("<script").count() == html.matches("<script src=").count(),
            "inline script",
        );
        want(
            !html.contains(" onclick=") && !html.contains(" onchange="),
            "inline handler",
        );
        want(!html.contains('！'), "exclamation mark");
        want(!html.contains("。。"), "two full stops");
        for word in ["操作失败", "黑名单", "评级", "javascript:"] {
            want(!html.contains(word), word);
        }
        want(unique_ids(html), "an id twice");
        want(labelled(html), "a field without a label");
        want(
            targets_exist(html),
            "a link to an id that is not on the page",
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Values of an attribute, in order.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(start.as_str())
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

fn unique_ids(html: &str) -> bool {
    let mut ids = values(html, "id");
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    ids.len() == all
}

fn labelled(html: &str) -> bool {
    let labels = values(html, "for");
    html.split('<')
        .filter(|t| t.starts_with("input ") || t.starts_with("select "))
        .all(|tag| {
            let tag = format!(" {}", tag.split('>').next().unwrap_or_default());
            tag.contains("type=\"hidden\"")
                || values(&tag, "id")
                    .first()
                    .is_some_and(|id| labels.contains(id))
        })
}

fn targets_exist(html: &str) -> bool {
    let ids = values(html, "id");
    values(html, "href")
        .iter()
        .filter_map(|h| h.strip_prefix('#'))
        .all(|id| ids.contains(&id))
}

/// Every code of a finding that a page shows stands in a link to its help.
#[test]
fn codes_lead_to_their_help() {
    let pages = pages();
    let html = pages.get("check-result-0").unwrap();
    for code in [
        "code-bad-check",
        "date-format",
        "amount-differs",
        "text-invisible",
    ] {
        assert!(
            html.contains(&format!("href=\"/help/findings/{code}\"")),
            "{code} has no link to help"
        );
    }
}

/// The order of the record page is a promise to the reader.
#[test]
fn a_record_explains_itself_in_order() {
    let pages = pages();
    let html = pages.get("record-0").unwrap();
    let order = [
        "<h1>",
        "谁在什么时候决定",
        "公示多久，为什么",
        "现在的状态",
        "它不说明什么",
        "这家单位可以做什么",
        "从哪里来，是否按时",
        "<h2>凭证",
    ];
    let places: Vec<usize> = order
        .iter()
        .map(|part| {
            html.find(part)
                .unwrap_or_else(|| panic!("{part} is missing"))
        })
        .collect();
    assert!(places.is_sorted(), "{places:?}");
}

/// A code is grouped for the eye and copied without blanks.
#[test]
fn codes_copy_without_blanks() {
    let pages = pages();
    let html = pages.get("dossier-0").unwrap();
    let code = "<span class=\"uscc\"><span>9199</span><span>0100</span><span>MA0X</span><span>0001</span><span>5Q</span></span>";
    assert!(html.contains(code));
}
