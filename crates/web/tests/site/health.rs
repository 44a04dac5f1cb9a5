use crate::Visit;
use axum::http::{StatusCode, header};
use xinheng_web::Limits;

#[tokio::test]
async fn the_process_lives_and_the_database_answers() {
    let visit = Visit::new();
    assert_eq!(visit.json("/healthz").await["status"], "ok");
    assert_eq!(visit.json("/readyz").await["status"], "ready");
}

#[tokio::test]
async fn a_database_whose_file_is_gone_is_not_ready() {
    let visit = Visit::new();
    let file = visit.district.path("xinheng.db");
    std::fs::rename(&file, file.with_extension("away")).unwrap();
    let reply = visit.get("/readyz").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(reply.json()["status"], "not_ready");
    std::fs::rename(file.with_extension("away"), &file).unwrap();
    assert_eq!(visit.json("/readyz").await["status"], "ready");
}

#[tokio::test]
async fn who_asks_too_early_is_told_when_to_come_again() {
    let visit = Visit::with(Limits {
        readers: 0,
        waiting: 0,
        ..Limits::default()
    });
    let reply = visit.get("/readyz").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(reply.header(header::RETRY_AFTER), "2");
    assert_eq!(reply.json()["status"], "not_ready");
    assert_eq!(visit.json("/healthz").await["status"], "ok");
}

#[tokio::test]
async fn search_engines_keep_no_copies() {
    let visit = Visit::new();
    let reply = visit.get("/robots.txt").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.text().contains("Disallow: /records"));
}
