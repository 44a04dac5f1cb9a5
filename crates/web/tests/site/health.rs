use crate::Visit;
use axum::http::StatusCode;

#[tokio::test]
async fn the_process_lives_and_the_database_answers() {
    let visit = Visit::new();
    assert_eq!(visit.json("/healthz").await["status"], "ok");
    assert_eq!(visit.json("/readyz").await["status"], "ready");
}

#[tokio::test]
async fn search_engines_keep_no_copies() {
    let visit = Visit::new();
    let reply = visit.get("/robots.txt").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.text().contains("Disallow: /records"));
}
