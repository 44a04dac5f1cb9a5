//! The proof on a record's page, and the page that checks it.

use crate::{Visit, record::id_of};
use axum::http::{StatusCode, header};

/// The number of a record and the code on its page.
async fn proved(visit: &Visit) -> (String, String) {
    let id = id_of(visit, "衡信市监罚〔2026〕1号").await;
    let record = visit.json(&format!("/api/v1/records/{id}")).await;
    let code = record["proof"]["code"].as_str().unwrap().to_owned();
    (id, code)
}

async fn file(visit: &Visit, id: &str) -> String {
    let reply = visit.get(&format!("/records/{id}/proof.json")).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(
        reply
            .header(header::CONTENT_DISPOSITION)
            .starts_with("attachment; filename=\"xinheng-proof-")
    );
    reply.text().to_owned()
}

#[tokio::test]
async fn page_and_interface_bear_the_same_code_and_it_leads_to_the_check() {
    let visit = Visit::new();
    let (id, code) = proved(&visit).await;
    let page = visit.page(&format!("/records/{id}")).await;
    assert!(
        page.contains(&format!(
            "href=\"/verify/{code}\">https://xinheng.example/verify/{code}<"
        )),
        "{page}"
    );
    let html = visit.page(&format!("/verify/{code}")).await;
    assert!(
        html.contains("凭证真实，内容没有变化")
            && html.contains(&format!("href=\"/records/{id}\""))
    );
    assert!(
        !html.contains("没收违法所得") && !html.contains("青禾食品"),
        "no content"
    );
    let found = visit.json(&format!("/api/v1/proofs/{code}")).await;
    assert_eq!(found["state"], "current");
    assert_eq!(found["record"], id.as_str());
}

#[tokio::test]
async fn what_was_withdrawn_is_told_without_its_content() {
    let visit = Visit::new();
    let (id, code) = proved(&visit).await;
    let kept = file(&visit, &id).await;
    visit.district.withhold(&id);
    let html = visit.page(&format!("/verify/{code}")).await;
    assert!(html.contains("凭证真实，记录已不再公示"));
    for word in [id.as_str(), "没收违法所得", "青禾食品"] {
        assert!(!html.contains(word), "{word}");
    }
    let reply = visit
        .hand_in("/verify", "proof.json", kept.as_bytes())
        .await;
    assert!(reply.text().contains("不能核对") && !reply.text().contains("青禾食品"));
    let found = visit.json(&format!("/api/v1/proofs/{code}")).await;
    assert_eq!(
        (&found["state"], &found["record"]),
        (&"over".into(), &serde_json::Value::Null)
    );
    let reply = visit.get(&format!("/records/{id}/proof.json")).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_is_checked_word_for_word() {
    let visit = Visit::new();
    let (id, _) = proved(&visit).await;
    let kept = file(&visit, &id).await;
    let reply = visit
        .hand_in("/verify", "proof.json", kept.as_bytes())
        .await;
    assert!(
        reply.status == StatusCode::OK && reply.text().contains("内容相符"),
        "{}",
        reply.text()
    );
    let altered = kept.replacen("58元", "5800元", 1);
    assert_ne!(altered, kept);
    let reply = visit
        .hand_in("/verify", "proof.json", altered.as_bytes())
        .await;
    assert!(reply.text().contains("内容不符"), "{}", reply.text());
    assert!(reply.text().contains("<h1>文件内容不符，请不要采信</h1>"));
    assert!(
        !reply.text().contains("<h1>凭证真实"),
        "the file comes first"
    );
}

#[tokio::test]
async fn what_is_no_proof_is_told_so() {
    let visit = Visit::new();
    for unknown in [
        "/verify/aaaa-aaaa-aaaa-aaaa",
        "/verify/%3Cb%3E",
        "/verify/-",
    ] {
        let reply = visit.get(unknown).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{unknown}");
        assert!(reply.text().contains("没有这张凭证"), "{unknown}");
    }
    visit
        .get("/api/v1/proofs/aaaa-aaaa-aaaa-aaaa")
        .await
        .problem(404, "no-such-proof");
    for (content, told) in [
        (&b""[..], "请先选择一个凭证文件"),
        (b"{}", "不是本站的凭证文件"),
        (b"\xff\xfe", "不是本站的凭证文件"),
    ] {
        let reply = visit.hand_in("/verify", "x.json", content).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        assert!(reply.text().contains(told), "{}", reply.text());
    }
    let large = vec![b'x'; 100 << 10];
    let reply = visit.hand_in("/verify", "x.json", &large).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
}
