use crate::{Visit, search::encoded};
use axum::http::StatusCode;

#[tokio::test]
async fn a_list_is_filtered_by_its_address() {
    let visit = Visit::new();
    let all = visit.page("/records").await;
    assert!(all.contains("违反食品安全法") && all.contains("食品销售"));
    let penalties = visit.page("/records?item=penalty").await;
    assert!(penalties.contains("违反食品安全法") && !penalties.contains("食品销售"));
    let month = visit.page("/records?month=2026-11").await;
    assert!(!month.contains("违反食品安全法") && month.contains("食品销售"));
    let facet = visit
        .page(&format!(
            "/records?item=penalty&CF_CFLB={}",
            encoded("没收违法所得")
        ))
        .await;
    assert!(facet.contains("违反食品安全法"));
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
        ("since=2026-02-30", "since"),
        ("from=x", "from"),
        ("until=1", "until"),
        ("from=2026-03-02&until=2026-03-01", "早于"),
        ("order=sideways", "sideways"),
        ("name=%E9%9D%92", "两个字"),
        ("name=990102198507238450", "身份证件号码"),
        ("name=%E9%9D%92%E7%A6%BE990102198507238450", "身份证件号码"),
    ] {
        let reply = visit.get(&format!("/records?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(reply.text().contains(word), "{query} is not named");
        assert!(!reply.text().contains("990102198507238450"), "{query}");
        let file = visit.get(&format!("/records.csv?{query}")).await;
        assert!(
            file.status == StatusCode::BAD_REQUEST || query.starts_with("cursor"),
            "a file asks the same: {query}"
        );
    }
}

/// With a name, a code or any other condition nothing is told of what is not public, on the page
/// and in the interface.
#[tokio::test]
async fn under_a_condition_nothing_is_counted_that_is_not_public() {
    let visit = Visit::new();
    let id = crate::record::id_of(&visit, "衡信市监罚〔2026〕1号").await;
    visit.district.withhold(&id);
    for query in [
        "name=%E9%9D%92%E7%A6%BE",
        "name=91990100MA0X00015Q",
        "item=penalty&name=91990100MA0X00015Q&month=2026-05",
        "item=penalty&department=d1",
        "item=penalty&from=2026-05-01&until=2026-05-31",
        "since=2026-01-01",
        "item=penalty&CF_CFLB=%E7%BD%9A%E6%AC%BE",
    ] {
        let list = visit.json(&format!("/api/v1/records?{query}")).await;
        let scope = &list["scope"];
        assert_eq!(scope["in_scope"], scope["shown"], "{query}: {scope}");
        assert_eq!(scope["withheld"], serde_json::json!([]), "{query}");
        let html = visit.page(&format!("/records?{query}")).await;
        assert!(
            !html.contains("不显示的：") && html.contains("也不能由此推断有无"),
            "{query}"
        );
    }
}

/// What is wrong in a field stands above the form, and what was typed in it.
#[tokio::test]
async fn a_slip_in_the_form_does_not_take_the_form_away() {
    let visit = Visit::new();
    for (query, field) in [
        ("item=penalty&from=2026-03-02&until=2026-03-01", "from"),
        ("item=penalty&from=x&until=2026-03-01", "from"),
        ("item=penalty&until=9&from=2026-03-02", "until"),
        ("item=penalty&name=%E9%9D%92&from=2026-03-02", "name"),
    ] {
        let reply = visit.get(&format!("/records?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        let html = reply.text();
        for part in [
            "role=\"alert\"",
            &format!("href=\"#f-{field}\""),
            "name=\"until\"",
            "<option value=\"penalty\" selected>",
        ] {
            assert!(html.contains(part), "{query}: {part}");
        }
        let kept = format!("name=\"{field}\" value=\"");
        let kept = html.split(&kept).nth(1).unwrap();
        assert!(!kept.starts_with('"'), "{query}: what was typed is kept");
        assert!(!html.contains("条记录") && !html.contains("class=\"pager"));
    }
}

/// The list can be taken away from where its count stands, and paper says which part it is.
#[tokio::test]
async fn a_list_says_which_part_of_it_is_on_paper() {
    let visit = Visit::new();
    let whole = visit.page("/records").await;
    assert!(!whole.contains("本件没有列全"));
    let head = whole.split("class=\"filters\"").next().unwrap();
    assert!(head.contains("/records.xlsx") && head.contains("/records.csv"));
    let first = visit.page("/records?limit=2").await;
    assert!(first.contains("条中的第 1—2 条。"));
    let next = first.split("rel=\"next\"").next().unwrap();
    let next = next.rsplit("href=\"").next().unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&");
    let second = visit.page(&next).await;
    assert!(
        second.contains("本件没有列全") && !second.contains("第 1—"),
        "{next}"
    );
}

#[tokio::test]
async fn a_left_over_filter_of_another_item_falls_away() {
    let visit = Visit::new();
    let html = visit
        .page(&format!("/records?item=permit&CF_CFLB={}", encoded("罚款")))
        .await;
    assert!(html.contains("食品销售"));
}

fn documents(list: &serde_json::Value) -> Vec<&str> {
    let records = list["records"].as_array().unwrap().iter();
    records
        .map(|r| r["document_number"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_list_is_searched_bounded_by_days_and_turned() {
    let visit = Visit::new();
    for (query, found) in [
        ("name=%E5%92%8C%E9%A1%BA", vec!["衡信市监许〔2026〕2号"]),
        // Its former name leads to it too, and so do both its codes.
        (
            "item=permit&name=%E5%89%AF%E9%A3%9F",
            vec!["衡信市监许〔2026〕1号"],
        ),
        (
            "item=permit&name=91990100MA0X00074U",
            vec!["衡信市监许〔2026〕1号"],
        ),
        ("name=%E4%B8%8D%E5%9C%A8", vec![]),
        // Named by a person: found by its code alone.
        ("name=%E5%8F%B8%E5%BE%92%E5%AE%88%E7%BA%A6", vec![]),
        ("name=92990100MA0X0004X3", vec!["衡信市监罚〔2026〕9号"]),
        (
            "from=2026-05-12&until=2026-05-18",
            vec!["衡信市监罚〔2026〕1号", "衡信市监罚〔2026〕3号"],
        ),
        ("from=2026-05-12&month=2026-03", vec![]),
        (
            "since=2026-11-16&until=2026-10-01",
            vec!["衡信市监许〔2026〕2号"],
        ),
        (
            "order=oldest&until=2026-05-11",
            vec!["衡信市监许〔2026〕2号", "衡信市监罚〔2026〕2号"],
        ),
    ] {
        let list = visit.json(&format!("/api/v1/records?{query}")).await;
        assert_eq!(documents(&list), found, "{query}");
        assert_eq!(list["scope"]["shown"], found.len(), "{query} is counted");
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = visit
            .json(&format!("/api/v1/records?order=oldest&limit=2{cursor}"))
            .await;
        seen.extend(ids(&page));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        cursor = format!("&cursor={}", encoded(next));
    }
    let mut whole = ids(&visit.json("/api/v1/records?limit=100").await);
    whole.reverse();
    assert_eq!(seen, whole);
}

#[tokio::test]
async fn a_month_that_is_not_offered_is_a_condition_all_the_same() {
    let visit = Visit::new();
    let html = visit.page("/records?month=2001-01").await;
    assert!(html.contains("决定月份：2001年01月") && html.contains("没有同时符合这些条件"));
}

#[tokio::test]
async fn the_count_of_the_week_opens_exactly_its_rows() {
    let visit = Visit::new();
    let home = visit.page("/").await;
    let link = home.split("href=\"/records?since=").nth(1).unwrap();
    let since = link.split('"').next().unwrap();
    assert_eq!(since, "2026-11-16");
    let list = visit.json(&format!("/api/v1/records?since={since}")).await;
    assert!(home.contains(&format!("查看这 {} 条", list["scope"]["shown"])));
}

#[tokio::test]
async fn the_list_is_taken_away_as_a_file() {
    let visit = Visit::new();
    let row = crate::district::penalty(
        "衡川市和顺物流有限公司",
        "法人及非法人组织",
        crate::district::HESHUN[1],
        8,
        "2026-05-19",
        "",
    );
    let row = row.replacen("违反食品安全法", "@违反食品安全法", 1);
    let day = jiff::civil::date(2026, 5, 21);
    visit
        .district
        .take_in("formula.csv", &crate::district::penalty_file(&[row]), day);
    let reply = visit
        .get("/records.csv?item=penalty&from=2026-05-18&until=2026-05-31&order=oldest&limit=1")
        .await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(
        reply
            .header(axum::http::header::CONTENT_DISPOSITION)
            .starts_with("attachment")
    );
    let text = reply.text().trim_start_matches('\u{feff}');
    let rows: Vec<&str> = text.lines().collect();
    let header: Vec<&str> = rows[0].split(',').collect();
    let amount = header
        .iter()
        .position(|h| *h == "没收违法所得、没收非法财物（元）");
    let amount = amount.unwrap_or_else(|| panic!("{header:?}"));
    assert!(header.contains(&"罚款（元）") && !header.contains(&"金额（元）"));
    let cells: Vec<&str> = rows[1].split(',').collect();
    assert_eq!(cells[amount], "58.00", "a number and nothing else");
    assert_eq!(
        rows.len(),
        3,
        "its header and both rows, whatever the page's length: {text}"
    );
    assert!(rows[1].contains("违反食品安全法") && rows[1].contains("没收违法所得58元"));
    assert!(rows[2].contains(",'@违反食品安全法,"), "{}", rows[2]);
    assert!(!text.contains("司徒守约") && !text.contains("19900001234"));

    let book = visit.get("/records.xlsx?item=penalty").await;
    assert_eq!(book.status, StatusCode::OK);
    assert!(book.body.starts_with(b"PK"));
}

#[tokio::test]
async fn who_breaks_off_a_file_leaves_the_site_as_it_was() {
    let visit = Visit::new();
    for _ in 0..30 {
        // Not waited for: gone before the answer.
        let asked = visit.get("/records.xlsx");
        let gone = tokio::time::timeout(std::time::Duration::from_nanos(1), asked).await;
        drop(gone);
    }
    let page = visit.page("/records").await;
    assert!(page.contains("/records.xlsx"));
    let whole = visit.get("/records.csv").await;
    assert_eq!(whole.text().lines().count(), 7, "six records and a header");
}
