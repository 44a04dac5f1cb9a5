//! Help, rules, catalogue, departments, guide.

use crate::Visit;
use axum::http::{StatusCode, header};

#[tokio::test]
async fn every_finding_has_a_page() {
    let visit = Visit::new();
    let all = visit.json("/api/v1/findings").await;
    let all = all["findings"].as_array().unwrap();
    assert!(all.len() > 20);
    let overview = visit.page("/help/findings").await;
    for finding in all {
        let help = finding["help"].as_str().unwrap();
        assert!(
            overview.contains(&format!("href=\"{help}\"")),
            "{help} is not in the overview"
        );
        let page = visit.page(help).await;
        assert!(page.contains("怎样改"), "{help}");
        let sample = page.split_once("class=\"sample\">").expect(help).1;
        let sample = sample.split_once("</p>").expect(help).0;
        let open = |c: char| matches!(c, '{' | '}');
        assert!(!sample.contains(open), "{help} shows a place: {sample}");
        let text = finding["text"].as_str().unwrap();
        assert_eq!(
            sample.matches("<var>").count(),
            text.matches('{').count(),
            "{help}: {sample}"
        );
        for name in ["行号", "现在填的内容", "<var></var>"] {
            assert!(!sample.contains(name), "{help} shows a place: {sample}");
        }
    }
    assert_eq!(
        visit.get("/help/findings/nonsense").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn every_rule_leads_to_its_source() {
    let visit = Visit::new();
    let rules = visit.page("/rules").await;
    assert!(rules.contains("7 个工作日"), "the seven-day deadline");
    assert!(rules.contains("没有读到原文") && rules.contains("本区适用口径"));
    // What other pages call it leads to the lines that are called so.
    let open = rules.split("id=\"open\"").nth(1).unwrap();
    assert!(open.contains("正在核对的依据") && open.contains("href=\"/rules#"));
    let marked = rules
        .matches("<span class=\"tag soon\">依据正在核对</span>")
        .count();
    assert!(marked > 1, "the lines bear the same words");
    let guide = visit.page("/guide/repair").await;
    assert!(guide.contains("依据正在核对，见<a href=\"/rules#open\">"));
    let read = visit.page("/rules/sources/penalty-law-2021").await;
    assert!(read.contains("LawRefBook/Laws") && read.contains("读过全文"));
    let unread = visit.page("/rules/sources/ndrc-order-58").await;
    assert!(unread.contains("没有读到原文") && !unread.contains("读过全文"));
    // How accounts are guarded is told to operators alone.
    for word in ["密码", "登录失败", "自动退出"] {
        assert!(!rules.contains(word), "{word}");
    }
    let guarded = visit.get("/rules/sources/gbt-22239").await;
    assert_eq!(guarded.status, StatusCode::NOT_FOUND);
    let conventions = visit.page("/rules/sources/xinheng-conventions").await;
    assert!(!conventions.contains("登录一次最长"));
    let sources = visit.district.office.rulebook().sources().iter();
    for source in sources.filter(|s| s.id != "gbt-22239") {
        let html = visit.page(&format!("/rules/sources/{}", source.id)).await;
        assert!(html.contains(&source.number), "{}", source.id);
    }
    assert_eq!(
        visit.get("/rules/sources/nonsense").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_catalogue_names_every_field() {
    let visit = Visit::new();
    for item in visit.district.office.rulebook().items() {
        let html = visit.page(&format!("/catalogue/{}", item.id)).await;
        for field in &item.fields {
            assert!(
                html.contains(&format!("<tr id=\"{}\">", field.id)),
                "{}.{}",
                item.id,
                field.id
            );
        }
    }
    assert_eq!(
        visit.get("/catalogue/nonsense").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn departments_say_how_far_they_have_reported() {
    let visit = Visit::new();
    let html = visit.page("/departments").await;
    assert!(
        html.contains("2026-11-17"),
        "complete up to the latest decision"
    );
    assert!(
        html.contains("没有报送过"),
        "the second department never did"
    );
    assert!(visit.page("/departments/d1").await.contains("2026-11-17"));
    assert_eq!(
        visit.get("/departments/nonsense").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_guide_takes_its_numbers_from_the_rulebook() {
    let visit = Visit::new();
    let html = visit.page("/guide/repair").await;
    for class in visit
        .district
        .office
        .rulebook()
        .regimes()
        .iter()
        .flat_map(|r| &r.classes)
    {
        assert!(html.contains(&class.title), "{}", class.title);
        for months in [class.min_months, class.max_months].into_iter().flatten() {
            assert!(
                html.contains(&format!("{months} 个月")),
                "{months} months of {}",
                class.title
            );
        }
    }
    assert!(visit.page("/about").await.contains("不公示什么"));
}

#[tokio::test]
async fn every_item_has_a_template_to_fill_in() {
    let visit = Visit::new();
    let html = visit.page("/catalogue/penalty").await;
    assert!(
        html.contains("href=\"/catalogue/penalty/template.xlsx\""),
        "{html}"
    );
    let reply = visit.get("/catalogue/penalty/template.xlsx").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(
        reply
            .header(header::CONTENT_TYPE)
            .ends_with("spreadsheetml.sheet")
    );
    let named = reply.header(header::CONTENT_DISPOSITION);
    assert!(named.ends_with(".xlsx"), "{named}");
    // The command writes what the use case writes.
    let rulebook = visit.district.office.rulebook();
    let mut command = std::io::Cursor::new(Vec::new());
    xinheng_app::template::write(rulebook, crate::TODAY, "penalty", &mut command).unwrap();
    assert_eq!(reply.body, command.into_inner());
    // As it is, it has no row; and it is no fault of ours that it has none.
    let sent = visit.hand_in("/check", "模板.xlsx", &reply.body).await;
    let html = visit.page(sent.header(header::LOCATION)).await;
    assert!(html.contains("file-header-only"), "{html}");
}
