//! The JSON interface.

mod openapi;

use crate::{
    Visit,
    district::{HESHUN, QINGHE, QINGHE_OLD},
    record::id_of,
};
use axum::{
    body::Body,
    http::{Method, Request, header},
};

#[tokio::test]
async fn a_subject_and_its_scope() {
    let visit = Visit::new();
    let dossier = visit.json(&format!("/api/v1/subjects/{QINGHE}")).await;
    assert_eq!(dossier["subject"]["code"], QINGHE);
    let scope = &dossier["scope"];
    let withheld: u64 = scope["withheld"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["count"].as_u64().unwrap())
        .sum();
    assert_eq!(
        scope["in_scope"].as_u64().unwrap(),
        scope["shown"].as_u64().unwrap() + withheld
    );
    assert_eq!(scope["shown"], 4, "three penalties and a permit");
}

#[tokio::test]
async fn an_old_code_answers_with_the_present_one_inside() {
    let visit = Visit::new();
    assert_eq!(
        visit.json(&format!("/api/v1/subjects/{QINGHE_OLD}")).await["subject"]["code"],
        QINGHE
    );
}

#[tokio::test]
async fn unknown_things_are_problems_with_help() {
    let visit = Visit::new();
    visit
        .get("/api/v1/subjects/91990100MA0X0009XX")
        .await
        .problem(404, "no-such-subject");
    visit
        .get("/api/v1/subjects/91990100MA0X0009XX/records")
        .await
        .problem(404, "no-such-subject");
    visit
        .get("/api/v1/records/nonsense")
        .await
        .problem(404, "no-such-record");
    visit
        .get("/api/v1/catalogue/nonsense")
        .await
        .problem(404, "not-found");
    visit.get("/api/v1/nowhere").await.problem(404, "not-found");
    visit.get("/api/nowhere").await.problem(404, "not-found");
    visit
        .ask(Method::DELETE, "/api/v1/records")
        .await
        .problem(405, "method-not-allowed");
    let help = visit.page("/help/problems").await;
    for code in [
        "no-such-subject",
        "no-such-record",
        "not-found",
        "method-not-allowed",
        "bad-request",
        "too-large",
        "gone",
        "busy",
    ] {
        assert!(
            help.contains(&format!("id=\"{code}\"")),
            "{code} is not explained"
        );
    }
}

#[tokio::test]
async fn bad_parameters_name_themselves() {
    let visit = Visit::new();
    for path in [
        format!("/api/v1/subjects/{QINGHE}?as_of=2026-02-30"),
        format!("/api/v1/subjects/{QINGHE}?known_at=2026"),
        format!("/api/v1/subjects/{QINGHE}/records?limit=0"),
        format!("/api/v1/subjects/{QINGHE}/records?cursor=nonsense"),
        "/api/v1/records?month=november".to_owned(),
        "/api/v1/records?month=5777-60".to_owned(),
        "/api/v1/records?month=".to_owned(),
        "/api/v1/records?known_at=".to_owned(),
        "/api/v1/records?limit=".to_owned(),
        "/api/v1/records?limit=%2B5".to_owned(),
        "/api/v1/records?colour=blue".to_owned(),
        "/api/v1/records?CF_CFLB=x".to_owned(),
        "/api/v1/records?item=permit&CF_CFLB=x".to_owned(),
        "/api/v1/records?department=nosuch".to_owned(),
        "/api/v1/records?item=nosuch".to_owned(),
        "/api/v1/records?item=permit&item=penalty".to_owned(),
        format!("/api/v1/subjects/{QINGHE}?as_of=2026-01-01&as_of=2026-01-02"),
        format!("/api/v1/subjects/{QINGHE}/records?item=nosuch"),
        format!("/api/v1/subjects/{QINGHE}/records?colour=blue"),
        "/api/v1/search".to_owned(),
        "/api/v1/search?q=".to_owned(),
        "/api/v1/search?q=ab&limit=101".to_owned(),
        format!("/api/v1/search?q={}", "a".repeat(101)),
        "/api/v1/search?q=%00".to_owned(),
    ] {
        let problem = visit.get(&path).await.problem(400, "bad-request");
        let detail = problem["detail"].as_str().unwrap();
        // Nothing of pages, and a search has no `next`.
        assert!(!detail.contains("列表上方"), "{path}: {detail}");
        let pages = !path.contains("search");
        assert!(pages || !detail.contains("next"), "{path}: {detail}");
    }
}

#[tokio::test]
async fn a_record_over_is_gone_and_keeps_nothing_but_its_number() {
    let visit = Visit::new();
    let id = id_of(&visit, "衡信市监罚〔2026〕2号").await;
    assert_eq!(
        visit.json(&format!("/api/v1/records/{id}")).await["line"]["id"],
        id.as_str()
    );
    visit.district.withhold(&id);
    let gone = visit.get(&format!("/api/v1/records/{id}")).await;
    let problem = gone.problem(410, "gone");
    assert_eq!(problem["tombstone"]["id"], id.as_str());
    assert_eq!(problem["tombstone"]["status"], "no_longer_current");
    for content in ["2号", "没收", "食品", "青禾"] {
        assert!(!gone.text().contains(content), "{content} is left");
    }
    assert_eq!(
        visit.json(&format!("/api/v1/subjects/{QINGHE}")).await["scope"]["shown"],
        3
    );
}

#[tokio::test]
async fn a_decision_annulled_is_told_without_facts() {
    let visit = Visit::new();
    let id = id_of(&visit, "衡信市监罚〔2026〕2号").await;
    let address = "/api/v1/departments/d1/withdrawals";
    let told = |answer: serde_json::Value| answer["withdrawals"].as_array().unwrap().len();
    assert_eq!(told(visit.json(address).await), 0);
    visit.district.annul();
    let gone = visit.get(&format!("/api/v1/records/{id}")).await;
    let problem = gone.problem(410, "gone");
    let notice = &problem["tombstone"]["withdrawal"];
    assert_eq!(notice["document_number"], "衡信市监罚〔2026〕2号");
    assert_eq!(notice["record"], id.as_str());
    for content in ["没收", "食品", "青禾"] {
        assert!(!gone.text().contains(content), "{content} is left");
    }
    let listed = visit.json(address).await;
    assert_eq!(&listed["withdrawals"][0], notice);
    assert_eq!(
        told(visit.json("/api/v1/departments/d2/withdrawals").await),
        0
    );
}

#[tokio::test]
async fn search_finds_names_and_codes() {
    let visit = Visit::new();
    let found = visit.json("/api/v1/search?q=%E5%92%8C%E9%A1%BA").await;
    let codes: Vec<&str> = found["hits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| h["code"].as_str().unwrap())
        .collect();
    for code in HESHUN {
        assert!(codes.contains(&code), "{code}");
    }
    assert_eq!(
        visit
            .json("/api/v1/search?q=%E5%92%8C%E9%A1%BA&limit=1")
            .await["more"],
        true
    );
    assert_eq!(
        visit.json(&format!("/api/v1/search?q={QINGHE}")).await["hits"][0]["matched_by"],
        "code"
    );
}

#[tokio::test]
async fn reference_lists() {
    let visit = Visit::new();
    assert_eq!(
        visit.json("/api/v1/departments").await["departments"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let items = visit.json("/api/v1/catalogue").await;
    assert!(
        items["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|i| i["id"] == "penalty")
    );
    assert_eq!(
        visit.json("/api/v1/catalogue/penalty").await["format"],
        "penalty-2018"
    );
}

#[tokio::test]
async fn a_body_is_required() {
    let visit = Visit::new();
    for path in ["/api/v1/check", "/api/v1/check/workbook"] {
        let nothing = visit.ask(Method::POST, path).await;
        let problem = nothing.problem(400, "bad-request");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("没有收到文件"), "{detail}");
    }
}

#[tokio::test]
async fn a_file_as_the_body_is_checked() {
    let visit = Visit::new();
    let send = |content: &'static str| {
        Request::builder()
            .method(Method::POST)
            .uri("/api/v1/check?name=..%2F..%2Fa.csv")
            .header(header::CONTENT_TYPE, "text/csv")
            .body(Body::from(content))
            .unwrap()
    };
    let reply = visit.send(send("a,b\n1,2\n")).await;
    assert_eq!(reply.header(header::CONTENT_TYPE), "application/x-ndjson");
    let last: serde_json::Value =
        serde_json::from_str(reply.text().lines().last().unwrap()).unwrap();
    assert_eq!(
        last["summary"]["file"], "a.csv",
        "a base name, never a path"
    );
    assert_eq!(last["summary"]["today"], "2026-11-22");
    assert_eq!(
        visit.send(send("a,b\n1,2\n")).await.text(),
        reply.text(),
        "the same bytes again"
    );
}
