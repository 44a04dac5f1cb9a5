use crate::Visit;
use axum::http::StatusCode;
use std::collections::BTreeSet;

#[tokio::test]
async fn the_description_is_held_in_review() {
    let visit = Visit::new();
    let document = visit.json("/api/v1/openapi.json").await;
    insta::assert_json_snapshot!("openapi", document);
}

/// Every address under /api/v1 is described, and nothing else is.
#[tokio::test]
async fn every_address_is_described() {
    let visit = Visit::new();
    let document = visit.json("/api/v1/openapi.json").await;
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .unwrap()
                .keys()
                .map(move |m| (m.clone(), path.clone()))
        })
        .collect();
    let served: BTreeSet<(String, String)> = xinheng_web::ROUTES
        .iter()
        .filter(|(_, path, _)| path.starts_with("/api/v1") && *path != "/api/v1/openapi.json")
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(described, served);
}

/// A reference that leads nowhere makes generated clients fail.
#[tokio::test]
async fn every_reference_has_its_schema() {
    let visit = Visit::new();
    let reply = visit.get("/api/v1/openapi.json").await;
    let document = reply.json();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for reference in reply.text().split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn the_viewer_works_without_the_network() {
    let visit = Visit::new();
    let reply = visit.get("/api/docs/").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(
        !reply.text().contains("//cdn") && !reply.text().contains("https://"),
        "{}",
        reply.text()
    );
    assert_eq!(
        visit.get("/api/docs/swagger-ui-bundle.js").await.status,
        StatusCode::OK
    );
}
