use crate::{
    Visit,
    district::{LEGAL_REPRESENTATIVE, PERSON_NAMED, QINGHE, QINGHE_OLD},
};
use axum::http::{StatusCode, header};

#[tokio::test]
async fn a_dossier_shows_what_is_public_and_says_what_is_not() {
    let visit = Visit::new();
    let html = visit.page(&format!("/subjects/{QINGHE}")).await;
    assert!(html.contains("<h1>衡川市青禾食品有限公司</h1>"));
    assert!(html.contains("这里显示什么，不显示什么"));
    assert!(html.contains("衡信市监罚〔2026〕1号"));
    assert!(html.contains("衡信市监许〔2026〕1号"));
    assert!(html.contains("曾用名"));
    assert!(html.contains("<dd>企业</dd>"), "what its code says");
    // Every count leads to its rows.
    let records = format!("/subjects/{QINGHE}/records");
    let counts = format!(
        "正在公示 <strong><a href=\"{records}\">4</a></strong> 条（\
         行政处罚 <a href=\"{records}?item=penalty\">3</a>，\
         行政许可 <a href=\"{records}?item=permit\">1</a>）。"
    );
    assert!(html.contains(&counts), "{html}");
    for (address, rows) in [("", 4), ("?item=penalty", 3), ("?item=permit", 1)] {
        let list = visit.page(&format!("{records}{address}")).await;
        assert_eq!(list.matches("<th scope=\"row\"").count(), rows, "{address}");
    }
    assert!(html.contains("没收违法所得58元") && html.contains("一般失信信息"));
    assert!(html.contains("可修复自 2026-08-19"));
    // First what a manager came for, then the rest, then what is outside.
    let first = "<a href=\"#g-penalty\">3 条行政处罚</a>，现在都可以申请修复";
    let order = [first, "id=\"g-penalty\"", "id=\"scope\""];
    let order = order.map(|part| html.find(part).unwrap_or_else(|| panic!("{part}: {html}")));
    assert!(order.is_sorted());
    let places = ["id=\"g-penalty\"", "id=\"g-permit\""].map(|id| html.find(id).unwrap());
    assert!(places.is_sorted(), "what speaks against it stands first");
    let json = visit.json(&format!("/api/v1/subjects/{QINGHE}")).await;
    assert_eq!(
        json["years"],
        serde_json::json!([{"year": 2026, "adverse": 3, "other": 1}])
    );
}

#[tokio::test]
async fn an_old_code_and_a_sloppy_one_lead_to_the_one_address() {
    let visit = Visit::new();
    for code in [
        QINGHE_OLD.to_owned(),
        QINGHE.to_lowercase(),
        "9199%200100%20MA0X%200001%205Q".to_owned(),
    ] {
        let reply = visit
            .get(&format!("/subjects/{code}?as_of=2026-11-01"))
            .await;
        assert_eq!(reply.status, StatusCode::PERMANENT_REDIRECT, "{code}");
        assert_eq!(
            reply.header(header::LOCATION),
            format!("/subjects/{QINGHE}?as_of=2026-11-01"),
            "{code}"
        );
    }
}

#[tokio::test]
async fn an_unknown_code_is_explained() {
    let visit = Visit::new();
    let reply = visit.get("/subjects/91990100MA0X0009XX").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(reply.text().contains("没有这个代码的单位"));
}

/// Invented numbers of a division that does not exist; the first passes the check of a unified
/// code as well, the second is an old one.
#[tokio::test]
async fn an_identity_number_in_an_address_is_never_repeated() {
    let visit = Visit::new();
    for number in [
        "990102190001010559",
        "990101900307882",
        "9901021900 0101 0559",
    ] {
        let bare = number.replace(' ', "");
        let typed = number.replace(' ', "%20");
        for address in [
            format!("/subjects/{typed}"),
            format!("/subjects/{typed}/"),
            format!("/subjects/{typed}/records"),
            format!("/subjects/{typed}?text=large"),
            format!("/records?department={typed}"),
            format!("/records?item=penalty&month={typed}"),
            format!("/api/v1/subjects/{typed}"),
            format!("/api/v1/subjects/{typed}/records"),
            format!("/api/v1/records?department={typed}"),
            format!("/api/v1/search?q={typed}"),
            format!("/search?q={typed}"),
            format!("/nothing/{typed}"),
        ] {
            let reply = visit.get(&address).await;
            let location = reply.headers.get(header::LOCATION).is_some();
            assert!(!location, "{address}");
            let text = reply.text();
            for told in [number, &bare, &typed] {
                assert!(!text.contains(told), "{address}: {text}");
            }
        }
        let page = visit.get(&format!("/subjects/{typed}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(page.text().contains("990***"), "{}", page.text());
        assert!(page.text().contains("像是个人的身份证件号码"));
    }
}

#[tokio::test]
async fn dates_only_narrow() {
    let visit = Visit::new();
    let early = visit
        .page(&format!("/subjects/{QINGHE}?as_of=2026-06-01"))
        .await;
    assert!(early.contains("衡信市监罚〔2026〕1号"));
    assert!(
        !early.contains("衡信市监许〔2026〕1号"),
        "the permit was not in force on that day"
    );
    assert!(early.contains("回到今天"));
    let known = visit
        .page(&format!("/subjects/{QINGHE}?known_at=2026-05-01"))
        .await;
    assert!(
        !known.contains("衡信市监罚〔2026〕1号"),
        "nothing was known by then"
    );
}

#[tokio::test]
async fn bad_dates_are_explained() {
    let visit = Visit::new();
    for query in ["as_of=2026-13-01", "known_at=gestern"] {
        let reply = visit.get(&format!("/subjects/{QINGHE}?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(reply.text().contains("读不懂"), "{query}");
    }
}

#[tokio::test]
async fn a_person_over_a_shop_is_masked_and_found_by_code_alone() {
    let visit = Visit::new();
    let html = visit.page(&format!("/subjects/{PERSON_NAMED}")).await;
    assert!(html.contains("司*"), "masked");
    assert!(!html.contains("司徒守约"));
}

#[tokio::test]
async fn legal_representatives_and_numbers_never_leave() {
    let visit = Visit::new();
    let mut pages = vec![
        format!("/subjects/{QINGHE}"),
        "/records".to_owned(),
        "/".to_owned(),
        format!("/subjects/{QINGHE}/records"),
    ];
    let list = visit.json("/api/v1/records?limit=100").await;
    let ids: Vec<String> = list["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(ids.len() >= 5);
    pages.extend(ids.iter().map(|id| format!("/records/{id}")));
    pages.extend(ids.iter().map(|id| format!("/api/v1/records/{id}")));
    for path in pages {
        let text = visit.get(&path).await;
        assert!(
            !text.text().contains(LEGAL_REPRESENTATIVE),
            "{path} names a person"
        );
        assert!(
            !text.text().contains("19900001234"),
            "{path} shows a telephone number"
        );
    }
}

#[tokio::test]
async fn the_records_of_one_organisation_have_their_own_list() {
    let visit = Visit::new();
    let html = visit
        .page(&format!("/subjects/{QINGHE}/records?item=penalty"))
        .await;
    assert!(html.contains("公示中的行政处罚"));
    assert!(!html.contains("衡信市监许〔2026〕1号"));
    assert_eq!(
        visit
            .get("/subjects/91990100MA0X0009XX/records")
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}
