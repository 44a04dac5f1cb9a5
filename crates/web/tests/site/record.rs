use crate::{Visit, district::QINGHE};
use axum::http::{StatusCode, header};

/// Number of the public record that bears this document number.
pub async fn id_of(visit: &Visit, document: &str) -> String {
    let list = visit
        .json(&format!("/api/v1/subjects/{QINGHE}/records?limit=100"))
        .await;
    let found = list["records"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["document_number"] == document);
    found.unwrap_or_else(|| panic!("{document} is not public: {list:#}"))["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_record_explains_itself() {
    let visit = Visit::new();
    let html = visit
        .page(&format!(
            "/records/{}",
            id_of(&visit, "衡信市监罚〔2026〕1号").await
        ))
        .await;
    // It belongs to whoever was looked for, not to the list.
    let here = html.split("aria-current=\"true\"").nth(1).unwrap();
    assert!(here.starts_with(">查询</a>"), "{here:.40}");
    for part in [
        "谁在什么时候决定",
        "公示多久，为什么",
        "它不说明什么",
        "这家单位可以做什么",
        "按时",
        "凭证",
        "2027-05-18",
    ] {
        assert!(html.contains(part), "{part}");
    }
}

/// The answer stands before everything else: what happened, until when, how much, from when.
#[tokio::test]
async fn a_record_answers_first() {
    let visit = Visit::new();
    let id = id_of(&visit, "衡信市监罚〔2026〕1号").await;
    let html = visit.page(&format!("/records/{id}")).await;
    let head = html.split("谁在什么时候决定").next().unwrap();
    for part in [
        "衡川市青禾食品有限公司因违反食品安全法，被处以没收违法所得58元（",
        "一般失信信息，最短公示三个月，最长公示一年",
        "href=\"#shown\"><strong>正在公示</strong>",
        "2027-05-18</span> 结束",
        "还有 5 个月",
        "href=\"#what\"><strong>没收违法所得、没收非法财物 58元</strong>",
        "href=\"#ways\"><strong>已经可以申请修复",
        "href=\"#objection\"",
    ] {
        assert!(head.contains(part), "{part} is not in {head}");
    }
    assert_eq!(html.matches("正在核对").count(), 1, "one line of doubt");
    assert!(!html.contains("没有读到") && !html.contains("未核实"));
    let permit = id_of(&visit, "衡信市监许〔2026〕1号").await;
    let html = visit.page(&format!("/records/{permit}")).await;
    assert!(html.contains("不需要申请修复") && !html.contains("行政复议"));
}

/// One answer to where repair is applied for, by who decided: on the record, in its strip, in the
/// interface, in the guide, and nowhere another one.
#[tokio::test]
async fn where_repair_is_applied_for_is_one_answer() {
    const MARKET: &str = "国家企业信用信息公示系统";
    const NATIONAL: &str = "“信用中国”网站";
    let visit = Visit::new();
    let id = id_of(&visit, "衡信市监罚〔2026〕1号").await;
    let html = visit.page(&format!("/records/{id}")).await;
    let (strip, rest) = html.split_once("谁在什么时候决定").unwrap();
    assert!(strip.contains(MARKET) && rest.contains(MARKET));
    assert!(
        !html.contains("信用中国"),
        "the market regulator's goes by its own system"
    );
    let way = rest.split("申请修复</h3>").nth(1).unwrap();
    let way = way.split("</li>").next().unwrap();
    for part in [
        MARKET,
        "href=\"https://www.gsxt.gov.cn/\"",
        "href=\"/guide/repair#where\"",
    ] {
        assert!(way.contains(part), "{part} is not in {way}");
    }
    let said = visit.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(said["repair_at"]["title"], MARKET);
    let ends = said["how_it_ends"].as_str().unwrap();
    assert!(
        ends.contains(MARKET) && !ends.contains("信用中国"),
        "{ends}"
    );
    let permit = id_of(&visit, "衡信市监许〔2026〕1号").await;
    let said = visit.json(&format!("/api/v1/records/{permit}")).await;
    assert!(said["repair_at"].is_null());
    let guide = visit.page("/guide/repair").await;
    let place = guide.split("id=\"where\"").nth(1).unwrap();
    let place = place.split("</ul>").next().unwrap();
    assert!(place.contains(MARKET) && place.contains(NATIONAL));
    let item = visit.page("/catalogue/penalty").await;
    assert!(item.contains(MARKET) && item.contains(NATIONAL) && !item.contains("repair_site"));
    let about = visit.page("/about").await;
    assert!(!about.contains("统一在") && about.contains("/guide/repair#where"));
}

#[tokio::test]
async fn a_record_under_review_says_so() {
    let visit = Visit::new();
    let html = visit
        .page(&format!(
            "/records/{}",
            id_of(&visit, "衡信市监罚〔2026〕3号").await
        ))
        .await;
    assert!(html.contains("复议"));
}

#[tokio::test]
async fn a_decision_annulled_leaves_a_notice_without_facts() {
    let visit = Visit::new();
    let id = id_of(&visit, "衡信市监罚〔2026〕2号").await;
    visit.district.annul();
    let reply = visit.get(&format!("/records/{id}")).await;
    assert_eq!(reply.status, StatusCode::GONE);
    assert_eq!(reply.header(header::CACHE_CONTROL), "no-store");
    let html = reply.text();
    for told in [
        "撤回说明",
        "衡信市监罚〔2026〕2号",
        "已依法撤销",
        "第四十八条",
    ] {
        assert!(html.contains(told), "{told} is missing");
    }
    for content in ["没收", "食品安全法", "青禾"] {
        assert!(!html.contains(content), "{content} is left");
    }
    let theirs = visit.page("/departments/d1").await;
    assert!(theirs.contains("撤回说明") && theirs.contains("衡信市监罚〔2026〕2号"));
    assert!(!visit.page("/departments/d2").await.contains("撤回说明"));
    let dossier = visit.page(&format!("/subjects/{QINGHE}")).await;
    assert!(!dossier.contains("衡信市监罚〔2026〕2号"));
}

#[tokio::test]
async fn what_is_over_leaves_a_page_without_content() {
    let visit = Visit::new();
    let id = id_of(&visit, "衡信市监罚〔2026〕2号").await;
    visit.district.withhold(&id);
    let reply = visit.get(&format!("/records/{id}")).await;
    assert_eq!(reply.status, StatusCode::GONE);
    let html = reply.text();
    assert!(html.contains("这条记录已不再公示"));
    for content in ["衡信市监罚〔2026〕2号", "没收", "食品安全法", "青禾"] {
        assert!(!html.contains(content), "{content} is left");
    }
    assert!(
        html.contains(&format!("href=\"/subjects/{QINGHE}\"")),
        "{html}"
    );
}

#[tokio::test]
async fn unknown_numbers_are_not_found() {
    let visit = Visit::new();
    for id in [
        "nonsense",
        "91990100MA0X00015Q-0000000000000000",
        "..%2F..%2Fetc%2Fpasswd",
        "%00",
        "%FF",
    ] {
        let reply = visit.get(&format!("/records/{id}")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{id}");
        assert!(reply.text().contains("<h1>"), "{id} has a page");
    }
}

#[tokio::test]
async fn caches_must_ask_and_get_a_short_answer() {
    let visit = Visit::new();
    let path = format!("/records/{}", id_of(&visit, "衡信市监罚〔2026〕1号").await);
    let first = visit.get(&path).await;
    assert_eq!(
        first.header(header::CACHE_CONTROL),
        "public, max-age=0, must-revalidate"
    );
    let request = axum::http::Request::builder()
        .uri(&path)
        .header(header::IF_NONE_MATCH, first.header(header::ETAG));
    let second = visit
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(second.status, StatusCode::NOT_MODIFIED);
    assert!(second.body.is_empty());
    assert!(
        first
            .header(header::HeaderName::from_static("x-robots-tag"))
            .contains("noindex")
    );
}
