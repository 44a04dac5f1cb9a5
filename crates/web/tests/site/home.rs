use crate::Visit;

#[tokio::test]
async fn the_home_page_shows_the_week_and_how_complete_the_data_is() {
    let visit = Visit::new();
    let html = visit.page("/").await;
    assert!(html.contains("最近七天新公示"));
    assert!(
        html.contains("衡信市监许〔2026〕1号") || html.contains("衡川市青禾食品有限公司"),
        "the permit of this week is listed"
    );
    assert!(html.contains("数据收到哪一天"));
    assert!(html.contains("action=\"/search\""));
}
