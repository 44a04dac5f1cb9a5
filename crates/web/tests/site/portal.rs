//! The site below a path of a portal, and the modes of publicity as a visitor meets them.

use crate::{TODAY, Visit, district::QINGHE, record::id_of};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use xinheng_app::{District, SitePath};
use xinheng_domain::publicity::Mode;
use xinheng_web::{Clock, Limits};

const PATH: &str = "/credit";

/// The same site with other settings.
fn with(mut visit: Visit, set: impl FnOnce(&mut District)) -> Visit {
    let office = visit.district.set(set);
    let limits = Limits::default();
    visit.router = xinheng_web::router(office, Clock::Day(TODAY), limits).unwrap();
    visit
}

fn visit(set: impl FnOnce(&mut District)) -> Visit {
    with(Visit::new(), set)
}

fn below() -> Visit {
    visit(|d| d.path = SitePath::parse(PATH).unwrap())
}

/// Values of attributes that hold addresses, of this site alone.
fn addresses(html: &str) -> Vec<&str> {
    let mut all = Vec::new();
    for name in [" href=\"", " src=\"", " action=\"", " formaction=\""] {
        let values = html.split(name).skip(1);
        let values = values.filter_map(|rest| rest.split('"').next());
        all.extend(
            values.filter(|value| !value.starts_with('#') && !value.starts_with("https://")),
        );
    }
    all
}

#[tokio::test]
async fn every_address_of_every_page_respects_the_path() {
    let plain = Visit::new();
    let record = id_of(&plain, "衡信市监罚〔2026〕1号").await;
    let visit = with(plain, |d| d.path = SitePath::parse(PATH).unwrap());
    for path in [
        "/",
        "/search?q=%E9%9D%92%E7%A6%BE",
        "/records",
        "/records?item=penalty",
        "/departments",
        "/check",
        "/guide/repair",
        "/rules",
        "/catalogue",
        "/about",
        "/site-map",
        "/verify",
        "/help/findings",
        "/help/problems",
        "/nowhere",
        &format!("/subjects/{QINGHE}"),
        &format!("/records/{record}"),
    ] {
        let reply = visit.get(&format!("{PATH}{path}")).await;
        let html = reply.text();
        let found = addresses(html);
        assert!(found.len() > 10, "{path}: {html}");
        for address in found {
            assert!(
                address == PATH
                    || address.starts_with("/credit/") && !address.starts_with("/credit/credit"),
                "{path}: {address}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_outside_of_the_path_is_nowhere() {
    let visit = below();
    for outside in ["/records", "/creditors", "/api/v1/departments", "/Credit/"] {
        assert_eq!(
            visit.get(outside).await.status,
            StatusCode::NOT_FOUND,
            "{outside}"
        );
    }
    let home = visit.get("/").await;
    assert_eq!(home.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(home.header(header::LOCATION), "/credit/");
    for inside in [
        "/credit",
        "/credit/",
        "/healthz",
        "/readyz",
        "/credit/healthz",
    ] {
        assert_eq!(visit.get(inside).await.status, StatusCode::OK, "{inside}");
    }
    let slash = visit.get("/credit/records/?item=penalty").await;
    assert_eq!(
        slash.header(header::LOCATION),
        "/credit/records?item=penalty"
    );
    assert_eq!(
        visit.get("/credit//evil.example/").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn redirects_cookies_and_programs_respect_the_path() {
    let visit = below();
    let moved = visit
        .get(&format!("/credit/subjects/{}", QINGHE.to_lowercase()))
        .await;
    assert_eq!(
        moved.header(header::LOCATION),
        format!("/credit/subjects/{QINGHE}")
    );
    let typed = visit.get("/credit/verify?code=ABCD+efgh+jkmn+pqrs").await;
    assert_eq!(
        typed.header(header::LOCATION),
        "/credit/verify/abcd-efgh-jkmn-pqrs"
    );
    let request = Request::builder()
        .method(Method::POST)
        .uri("/credit/text-size")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("size=large&back=%2Fabout"))
        .unwrap();
    let chosen = visit.send(request).await;
    assert_eq!(chosen.header(header::LOCATION), "/credit/about");
    assert!(
        chosen
            .header(header::SET_COOKIE)
            .contains("; Path=/credit; SameSite")
    );
    let openapi = visit.json("/credit/api/v1/openapi.json").await;
    assert_eq!(openapi["servers"], serde_json::json!([{"url": "/credit"}]));
    let problem = visit.get("/credit/api/v1/nowhere").await.json();
    assert_eq!(problem["help"], "/credit/help/problems#not-found");
    let findings = visit.json("/credit/api/v1/findings").await;
    let help = findings["findings"][0]["help"].as_str().unwrap();
    assert!(help.starts_with("/credit/help/findings/"), "{help}");
    let robots = visit.get("/credit/robots.txt").await;
    assert!(robots.text().contains("Disallow: /credit/records\n"));
    let viewer = visit.get("/credit/api/docs/swagger-initializer.js").await;
    assert!(viewer.text().contains("\"/credit/api/v1/openapi.json\""));
}

#[tokio::test]
async fn a_page_below_a_path_is_kept_and_asked_again_like_any_other() {
    let visit = below();
    let reply = visit.get("/credit/about").await;
    let tag = reply.header(header::ETAG).to_owned();
    assert!(!tag.is_empty());
    let again = Request::builder()
        .uri("/credit/about")
        .header(header::IF_NONE_MATCH, &tag)
        .body(Body::empty())
        .unwrap();
    assert_eq!(visit.send(again).await.status, StatusCode::NOT_MODIFIED);
    let head = visit.ask(Method::HEAD, "/credit/about").await;
    assert!(head.body.is_empty());
    let told = head.header(header::CONTENT_LENGTH);
    assert!(
        told.is_empty() || told == reply.body.len().to_string(),
        "{told}"
    );
}

#[tokio::test]
async fn the_canonical_address_is_told_where_the_operator_named_the_site() {
    let mut visit = Visit::new();
    assert!(!visit.page("/about").await.contains("rel=\"canonical\""));
    let office = visit
        .district
        .set(|d| d.path = SitePath::parse(PATH).unwrap());
    let limits = Limits {
        site: Some("https://www.xinheng.gov.example".to_owned()),
        ..Limits::default()
    };
    visit.router = xinheng_web::router(office, Clock::Day(TODAY), limits).unwrap();
    let page = visit.page("/credit/about?text=large").await;
    let told = "<link rel=\"canonical\" href=\"https://www.xinheng.gov.example/credit/about\">";
    assert!(page.contains(told), "{page}");
}

#[tokio::test]
async fn markup_in_a_setting_is_text() {
    let evil = "<script>alert(1)</script>";
    let visit = visit(|d| {
        d.portal.name = Some(evil.to_owned());
        d.portal.home = Some("https://www.xinheng.gov.example/".to_owned());
        d.imprint.sponsor = Some(evil.to_owned());
        d.imprint.icp = Some("\"><b>".to_owned());
    });
    for path in ["/", "/about", "/site-map", "/nowhere"] {
        let reply = visit.get(path).await;
        let html = reply.text();
        assert!(!html.contains(evil) && !html.contains("<b>"), "{path}");
        assert!(html.contains("&#60;script&#62;"), "{path}: {html}");
    }
    assert_eq!(
        visit.get("/portal/000000000000/logo.png").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_guide_answers_with_the_place_where_to_look() {
    let visit = visit(|d| {
        d.publicity = Mode::Guide;
        d.platform = Some("https://credit.example/".to_owned());
    });
    for path in [
        "/records",
        "/records.csv",
        "/records.xlsx",
        "/records/x",
        "/records/x/proof.json",
        "/search?q=%E9%9D%92%E7%A6%BE",
        &format!("/subjects/{QINGHE}"),
        &format!("/subjects/{QINGHE}/records"),
    ] {
        let reply = visit.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        let html = reply.text();
        assert!(html.contains("这里不显示单位的信用信息"), "{path}: {html}");
        assert!(html.contains("href=\"https://credit.example/\""), "{path}");
        assert!(
            !html.contains("href=\"/records\""),
            "{path}: no door to nothing"
        );
    }
    for path in [
        "/api/v1/records",
        "/api/v1/records/x",
        "/api/v1/search?q=%E9%9D%92%E7%A6%BE",
        &format!("/api/v1/subjects/{QINGHE}"),
        &format!("/api/v1/subjects/{QINGHE}/records"),
        "/api/v1/departments/d1/withdrawals",
    ] {
        let problem = visit.get(path).await.problem(404, "published-elsewhere");
        assert_eq!(problem["refusal"]["code"], "published-elsewhere", "{path}");
        let remedy = problem["refusal"]["remedy"].as_str().unwrap();
        assert!(remedy.contains("https://credit.example/"), "{path}");
    }
    for path in [
        "/",
        "/departments",
        "/check",
        "/rules",
        "/catalogue",
        "/guide/repair",
        "/about",
        "/site-map",
        "/help/findings",
        "/verify",
    ] {
        let html = visit.page(path).await;
        assert!(!html.contains("href=\"/records"), "{path}");
    }
    assert!(visit.page("/about").await.contains("只作指引"));
}
