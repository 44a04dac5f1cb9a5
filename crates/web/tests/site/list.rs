use crate::{Visit, search::encoded};
use axum::http::StatusCode;

#[tokio::test]
async fn a_list_is_filtered_by_its_address() {
    let visit = Visit::new();
    let all = visit.page("/records").await;
    assert!(all.contains("衡信市监罚〔2026〕1号") && all.contains("衡信市监许〔2026〕1号"));
    let penalties = visit.page("/records?item=penalty").await;
    assert!(
        penalties.contains("衡信市监罚〔2026〕1号") && !penalties.contains("衡信市监许〔2026〕1号")
    );
    let month = visit.page("/records?month=2026-11").await;
    assert!(!month.contains("衡信市监罚〔2026〕1号") && month.contains("衡信市监许〔2026〕1号"));
    let facet = visit
        .page(&format!(
            "/records?item=penalty&CF_CFLB={}",
            encoded("没收违法所得")
        ))
        .await;
    assert!(facet.contains("衡信市监罚〔2026〕1号"));
    let nothing = visit
        .page(&format!(
            "/records?item=penalty&CF_CFLB={}",
            encoded("警告")
        ))
        .await;
    assert!(nothing.contains("没有同时符合这些条件的公示记录"));
}

#[tokio::test]
async fn pages_follow_one_another_without_loss_or_repetition() {
    let visit = Visit::new();
    let all = visit.json("/api/v1/records?limit=100").await;
    let whole: Vec<String> = ids(&all);
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let more = cursor
            .map(|c: String| format!("&cursor={}", encoded(&c)))
            .unwrap_or_default();
        let page = visit.json(&format!("/api/v1/records?limit=2{more}")).await;
        seen.extend(ids(&page));
        cursor = page["next"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
        assert!(seen.len() <= whole.len(), "pages do not end");
    }
    assert_eq!(seen, whole);
}

fn ids(list: &serde_json::Value) -> Vec<String> {
    list["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn what_cannot_be_understood_is_told() {
    let visit = Visit::new();
    for (query, word) in [
        ("month=2026-13", "month"),
        ("limit=0", "limit"),
        ("item=nonsense", "nonsense"),
        ("cursor=nonsense", ""),
        ("colour=blue", "colour"),
        ("department=nosuch", "nosuch"),
        ("item=permit&item=penalty", "item"),
        ("as_of=x", "as_of"),
    ] {
        let reply = visit.get(&format!("/records?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(reply.text().contains(word), "{query} is not named");
    }
}

#[tokio::test]
async fn a_left_over_filter_of_another_item_falls_away() {
    let visit = Visit::new();
    let html = visit
        .page(&format!("/records?item=permit&CF_CFLB={}", encoded("罚款")))
        .await;
    assert!(html.contains("衡信市监许〔2026〕1号"));
}
