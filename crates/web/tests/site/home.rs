use crate::{Visit, record::id_of};

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
    assert!(
        html.contains("家单位可以查到") && html.contains("登记资料尚未核实"),
        "what is counted is named"
    );
    assert!(html.contains("action=\"/search\""));
}

#[tokio::test]
async fn what_is_withheld_leaves_the_home_page_at_once() {
    let visit = Visit::new();
    let permit = "衡信市监许〔2026〕1号";
    let id = id_of(&visit, permit).await;
    let link = format!("href=\"/records/{id}\"");
    let before = visit.page("/").await;
    assert!(before.contains(&link) && before.contains(">2 条<"));
    visit.district.withhold(&id);
    let html = visit.page("/").await;
    assert!(!html.contains(&link));
    assert!(html.contains(">1 条<"), "it is gone from the count too");
}

#[tokio::test]
async fn the_examples_lead_to_something() {
    let visit = Visit::new();
    let html = visit.page("/").await;
    let examples = html.split("class=\"examples\"").nth(1).unwrap();
    let examples = examples.split("</p>").next().unwrap();
    assert!(
        examples.contains(">青禾<") || examples.contains(">和顺<"),
        "{examples}"
    );
    for link in examples.split("href=\"").skip(1) {
        let address = link.split('"').next().unwrap();
        let found = visit.page(address).await;
        assert!(found.contains("href=\"/subjects/"), "{address}");
    }
}
