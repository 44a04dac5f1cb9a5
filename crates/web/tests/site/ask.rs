//! What anybody asks without an account: the form, the private link, and what keeps floods away.

use crate::{Reply, Visit, search::encoded};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};

fn stamp(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"stamp\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn send(visit: &Visit, kind: &str, origin: &str, fields: &[(&str, &str)]) -> Reply {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let body = pairs.join("&");
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/ask/{kind}"))
        .header(header::ORIGIN, origin)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    visit.send(request).await
}

const HERE: &str = "https://xinheng.example";

#[tokio::test]
async fn a_question_is_sent_once_and_read_by_its_private_link() {
    let visit = Visit::new();
    let stamp = stamp(&visit.page("/ask/public-question").await);
    let fields = [("stamp", stamp.as_str()), ("field-QUESTION", "怎样修复？")];
    let reply = send(&visit, "public-question", HERE, &fields).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
    let link = reply.header(header::LOCATION).to_owned();
    assert!(link.starts_with("/asked/"), "{link}");
    let again = send(&visit, "public-question", HERE, &fields).await;
    assert_eq!(again.header(header::LOCATION), link);
    let reply = visit.get(&link).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header(header::REFERRER_POLICY), "same-origin");
    assert!(reply.header(header::CACHE_CONTROL).contains("no-store"));
    let page = reply.text();
    for words in ["已收到，等待分类", "怎样修复？", "请保存链接", "noindex"] {
        assert!(page.contains(words), "{words} is not in {page}");
    }
    let none = visit.get("/asked/abcd-efgh-jkmn-pqrs").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_wrong_stands_above_the_form_and_nothing_typed_is_lost() {
    let visit = Visit::new();
    let page = visit.page("/ask/page-report?page=/rules").await;
    assert!(page.contains("value=\"/rules\""), "{page}");
    let stamp = stamp(&page);
    let fields = [
        ("stamp", stamp.as_str()),
        ("field-PAGE", "/rules"),
        ("field-WHAT", "第三条写错了"),
    ];
    let reply = send(&visit, "page-report", HERE, &fields).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text().contains("有 1 处需要改正"));
    assert!(reply.text().contains("第三条写错了"));
    let old = [("stamp", "a.1.b"), ("field-QUESTION", "怎样修复？")];
    let reply = send(&visit, "public-question", HERE, &old).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert!(reply.text().contains("请再提交一次") && reply.text().contains("怎样修复？"));
    let elsewhere = visit
        .page("/ask/page-report?page=https://example.org/")
        .await;
    assert!(
        !elsewhere.contains("value=\"https://example.org"),
        "an address of another site"
    );
    let none = visit.get("/ask/objection").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn from_elsewhere_and_in_floods_nothing_is_taken() {
    let visit = Visit::new();
    let fields = [("stamp", "x"), ("field-QUESTION", "怎样修复？")];
    let reply = send(
        &visit,
        "public-question",
        "https://elsewhere.example",
        &fields,
    )
    .await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    for _ in 0..20 {
        let reply = send(&visit, "public-question", HERE, &fields).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    }
    let reply = send(&visit, "public-question", HERE, &fields).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
}
