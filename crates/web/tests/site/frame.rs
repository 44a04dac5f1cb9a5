//! What holds for every answer: headers, sizes, errors, redirects.

use crate::Visit;
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, Version, header},
};
use xinheng_web::Limits;

#[tokio::test]
async fn every_answer_carries_its_protection_and_its_number() {
    let visit = Visit::new();
    for path in [
        "/",
        "/nowhere",
        "/api/v1/search?q=ab",
        "/api/v1/nowhere",
        "/healthz",
    ] {
        let reply = visit.get(path).await;
        let policy = reply.header(header::CONTENT_SECURITY_POLICY);
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"),
            "{path}: {policy}"
        );
        assert_eq!(
            reply.header(header::X_CONTENT_TYPE_OPTIONS),
            "nosniff",
            "{path}"
        );
        assert!(
            !reply
                .header(header::HeaderName::from_static("x-request-id"))
                .is_empty(),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_callers_number_is_kept_where_it_is_a_plain_one() {
    let visit = Visit::new();
    for (given, kept) in [("abc-123", true), ("a b", false), ("", false)] {
        let request = Request::builder()
            .uri("/healthz")
            .header("x-request-id", given)
            .body(Body::empty())
            .unwrap();
        let reply = visit.send(request).await;
        assert_eq!(
            reply.header(header::HeaderName::from_static("x-request-id")) == given,
            kept,
            "{given:?}"
        );
    }
}

#[tokio::test]
async fn a_slash_too_many_leads_home() {
    let visit = Visit::new();
    let reply = visit.get("/records/?item=penalty").await;
    assert_eq!(reply.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(reply.header(header::LOCATION), "/records?item=penalty");
    assert_eq!(
        visit.get("//example.org/").await.status,
        StatusCode::NOT_FOUND,
        "no door to elsewhere"
    );
}

#[tokio::test]
async fn nothing_here_is_no_dead_end() {
    let visit = Visit::new();
    let reply = visit.get("/nowhere").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(reply.text().contains("没有找到这一页") && reply.text().contains("href=\"/records\""));
}

#[tokio::test]
async fn a_wrong_method_names_the_right_ones() {
    let visit = Visit::new();
    let reply = visit.ask(Method::POST, "/records").await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(reply.header(header::ALLOW).contains("GET"));
    assert!(reply.text().contains("不接受这种请求"));
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let visit = Visit::new();
    let reply = visit.ask(Method::HEAD, "/about").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.body.is_empty());
}

#[tokio::test]
async fn pages_are_packed_for_those_who_can_unpack() {
    let visit = Visit::new();
    let request = Request::builder()
        .uri("/about")
        .header(header::ACCEPT_ENCODING, "gzip")
        .body(Body::empty())
        .unwrap();
    let reply = visit.send(request).await;
    assert_eq!(reply.header(header::CONTENT_ENCODING), "gzip");
    assert_eq!(reply.body.get(..2), Some(&[0x1f, 0x8b][..]));
}

#[tokio::test]
async fn large_text_is_chosen_by_a_form_and_remembered() {
    let visit = Visit::new();
    let request = Request::builder()
        .method(Method::POST)
        .uri("/text-size")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("size=large&back=%2Fabout"))
        .unwrap();
    let reply = visit.send(request).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert_eq!(reply.header(header::LOCATION), "/about");
    let cookie = reply
        .header(header::SET_COOKIE)
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let request = Request::builder()
        .uri("/about")
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    assert!(visit.send(request).await.text().contains("class=\"large\""));
    assert!(!visit.page("/about").await.contains("class=\"large\""));
    assert!(
        visit
            .page("/about?text=large")
            .await
            .contains("class=\"large\"")
    );
}

#[tokio::test]
async fn embedded_files_are_kept_for_ever() {
    let visit = Visit::new();
    let html = visit.page("/about").await;
    let style = html
        .split("href=\"/static/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let reply = visit.get(&format!("/static/{style}")).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.header(header::CACHE_CONTROL).contains("immutable"));
    assert_eq!(
        visit
            .get("/static/0/site.css")
            .await
            .header(header::CACHE_CONTROL),
        "no-cache"
    );
    assert_eq!(
        visit.get("/static/0/nonsense.css").await.status,
        StatusCode::NOT_FOUND
    );
}

/// What stands before us may have read another host, another body, another address.
#[tokio::test]
async fn a_head_that_can_be_read_in_two_ways_is_refused() {
    let visit = Visit::new();
    let asked = |path: &str, heads: &[(&str, &str)]| {
        let mut asked = Request::builder().uri(path);
        for (name, value) in heads {
            asked = asked.header(*name, *value);
        }
        asked.body(Body::empty()).unwrap()
    };
    let hosts = [("host", "a.example"), ("host", "b.example")];
    let two = visit.send(asked("/", &hosts)).await;
    assert_eq!(two.status, StatusCode::BAD_REQUEST);
    assert!(two.text().contains("只能有一个"), "{}", two.text());
    let none = visit.send_as_it_is(asked("/api/v1/departments", &[])).await;
    none.problem(400, "bad-request");
    let mut old = asked("/", &[]);
    *old.version_mut() = Version::HTTP_10;
    assert_eq!(visit.send_as_it_is(old).await.status, StatusCode::OK);

    let coded = |value| asked("/", &[("transfer-encoding", value)]);
    for (value, status) in [
        ("gzip, chunked", StatusCode::NOT_IMPLEMENTED),
        ("gzip", StatusCode::NOT_IMPLEMENTED),
        ("Chunked", StatusCode::OK),
    ] {
        assert_eq!(visit.send(coded(value)).await.status, status, "{value}");
    }
    let twice = [
        ("transfer-encoding", "gzip"),
        ("transfer-encoding", "chunked"),
    ];
    let twice = visit.send(asked("/", &twice)).await;
    assert_eq!(twice.status, StatusCode::NOT_IMPLEMENTED);

    for path in ["/\\evil.example/", "/records\\", "/api\\v1"] {
        let reply = visit.get(path).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(reply.headers.get(header::LOCATION).is_none(), "{path}");
    }
}

#[tokio::test]
async fn only_the_interface_is_for_pages_elsewhere() {
    let visit = Visit::new();
    let policy = header::HeaderName::from_static("cross-origin-resource-policy");
    for (path, value) in [
        ("/", "same-origin"),
        ("/nowhere", "same-origin"),
        ("/healthz", "same-origin"),
        ("/api/v1/departments", "cross-origin"),
    ] {
        assert_eq!(
            visit.get(path).await.header(policy.clone()),
            value,
            "{path}"
        );
    }
}

#[tokio::test]
async fn too_much_at_once_is_told_when_to_come_again() {
    let visit = Visit::with(Limits {
        readers: 1,
        waiting: 0,
        ..Limits::default()
    });
    let replies = futures_util::future::join_all((0..50).map(|_| visit.get("/records"))).await;
    let (mut answered, mut busy) = (0, 0);
    for reply in replies {
        match reply.status {
            StatusCode::OK => answered += 1,
            StatusCode::SERVICE_UNAVAILABLE => {
                assert_eq!(reply.header(header::RETRY_AFTER), "2");
                assert!(reply.text().contains("现在访问的人太多"));
                busy += 1;
            }
            other => panic!("{other}"),
        }
    }
    assert!(
        answered > 0 && busy > 0,
        "{answered} answered, {busy} told to wait"
    );
}
