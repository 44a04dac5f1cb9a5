//! The deployment's own rules change while the site runs.

use crate::Visit;
use axum::http::StatusCode;

/// Every kind of page that the new item touches, with the record's organisation and number.
async fn pages(visit: &Visit) -> (Vec<String>, String) {
    let list = visit.json("/api/v1/records?item=water-saving").await;
    let record = &list["records"][0];
    let (id, code) = (
        record["id"].as_str().unwrap(),
        record["subject_code"].as_str().unwrap(),
    );
    let pages = vec![
        "/records".to_owned(),
        "/records?item=water-saving".to_owned(),
        "/catalogue".to_owned(),
        "/catalogue/water-saving".to_owned(),
        format!("/records/{id}"),
        format!("/subjects/{code}"),
        format!("/api/v1/records/{id}"),
        format!("/api/v1/subjects/{code}"),
        "/api/v1/catalogue/water-saving".to_owned(),
        "/api/v1/departments".to_owned(),
    ];
    (pages, format!("/api/v1/subjects/{code}"))
}

#[tokio::test]
async fn an_item_added_to_a_running_site_is_taken_up() {
    let visit = Visit::new();
    let before = visit.page("/").await;
    assert!(!before.contains("节水"));
    visit.district.add_item();
    visit.district.import_new_item();
    // The first page that meets a record of the item, whatever was looked at a moment ago.
    visit.page("/records").await;
    assert!(visit.page("/").await.contains("节水"));
    for path in pages(&visit).await.0 {
        let page = visit.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text());
        assert!(page.text().contains("节水"), "{path} speaks of the item");
    }
}

#[tokio::test]
async fn a_list_of_a_new_item_is_answered_at_once() {
    let visit = Visit::new();
    visit.page("/").await;
    visit.district.add_item();
    let list = visit.page("/records?item=water-saving").await;
    assert!(list.contains("节水"));
}

#[tokio::test]
async fn rules_that_do_not_load_change_nothing() {
    let visit = Visit::new();
    visit.district.add_item();
    visit.district.import_new_item();
    visit.page("/records").await;
    visit.district.spoil_rules();
    assert!(visit.district.office.reload().is_err());
    assert!(
        visit.district.office.reload().unwrap().is_none(),
        "told once"
    );
    assert_eq!(
        visit.get("/records?item=nonsense").await.status,
        StatusCode::BAD_REQUEST
    );
    assert!(visit.page("/records").await.contains("节水"));
}

#[tokio::test]
async fn records_of_an_item_nobody_knows_are_withheld_and_counted() {
    let visit = Visit::new();
    visit.district.add_item();
    visit.district.import_new_item();
    let (paths, dossier) = pages(&visit).await;
    let known = visit.json("/api/v1/records").await;
    let shown_before = visit.json(&dossier).await["scope"]["shown"].clone();
    visit.district.remove_item();
    // Whoever asks for an unknown item makes the site look.
    let unknown = visit.get("/records?item=nonsense").await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    let record = paths.iter().find(|p| p.starts_with("/records/")).unwrap();
    assert_eq!(visit.get(record).await.status, StatusCode::NOT_FOUND);
    let scope = visit.json(&dossier).await["scope"].clone();
    assert_eq!(scope["withheld"][0]["reason"], "unknown_item");
    assert_eq!(scope["withheld"][0]["count"], shown_before);
    assert_eq!(scope["in_scope"], shown_before);
    let list = visit.json("/api/v1/records").await;
    let count = |list: &serde_json::Value| list["scope"]["shown"].as_u64().unwrap();
    assert!(count(&list) < count(&known));
    assert_eq!(list["scope"]["in_scope"], known["scope"]["in_scope"]);
    let lines = list["records"].as_array().unwrap().len();
    assert_eq!(
        lines as u64,
        count(&list),
        "as many as are said to be shown"
    );
    let departments = visit.json("/api/v1/departments").await;
    let departments = departments["departments"].as_array().unwrap().clone();
    let theirs: u64 = departments
        .iter()
        .map(|d| d["shown"].as_u64().unwrap())
        .sum();
    assert_eq!(theirs, count(&list), "the departments' counts agree");
    for path in ["/", "/records", "/departments"] {
        assert_eq!(visit.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn the_catalogue_shows_what_is_in_force_today() {
    let visit = Visit::new();
    visit.district.add_coming_change();
    // Whoever asks for an unknown item makes the site look.
    visit.get("/records?item=nonsense").await;
    let rules = visit.page("/rules").await;
    assert!(rules.contains("3 个工作日"), "the change was taken up");
    for path in [
        "/catalogue/penalty",
        "/api/v1/catalogue/penalty",
        "/api/v1/catalogue",
    ] {
        let page = visit.get(path).await.text().to_owned();
        assert!(page.contains("7 个工作日内报送并公示"), "{path}: {page}");
        assert!(!page.contains("3 个工作日"), "{path}: {page}");
    }
}
