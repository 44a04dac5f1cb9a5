use crate::{
    Visit,
    district::{HESHUN, LEGAL_REPRESENTATIVE, PERSON_NAMED, QINGHE, QINGHE_OLD},
};
use axum::http::StatusCode;

#[tokio::test]
async fn two_characters_anywhere_in_the_name_suffice() {
    let visit = Visit::new();
    let html = visit.page("/search?q=%E9%9D%92%E7%A6%BE").await;
    assert!(
        html.contains("<mark>青禾</mark>"),
        "the matched part is marked"
    );
    assert!(html.contains(&format!("/subjects/{QINGHE}")));
}

#[tokio::test]
async fn a_code_leads_to_its_organisation_also_an_old_one() {
    let visit = Visit::new();
    for code in [QINGHE, QINGHE_OLD] {
        let html = visit.page(&format!("/search?q={code}")).await;
        assert!(html.contains("代码一致"), "{code}");
        assert!(html.contains(&format!("/subjects/{QINGHE}")), "{code}");
    }
}

#[tokio::test]
async fn organisations_of_the_same_name_are_told_apart() {
    let visit = Visit::new();
    let html = visit
        .page("/search?q=%E5%92%8C%E9%A1%BA%E7%89%A9%E6%B5%81")
        .await;
    for code in HESHUN {
        assert!(html.contains(&format!("/subjects/{code}")), "{code}");
    }
    assert!(html.contains("有同名单位"));
    // Labels and headings of the site apart, the answer calls them by one word.
    let answer = html.split_once("<section class=\"section\"").unwrap().1;
    let answer = answer.split_once("</main>").unwrap().0;
    assert!(!answer.contains("组织"), "{answer}");
}

#[tokio::test]
async fn no_person_is_found_by_name() {
    let visit = Visit::new();
    let html = visit
        .page(&format!("/search?q={}", encoded(LEGAL_REPRESENTATIVE)))
        .await;
    assert!(
        !html.contains(&format!("/subjects/{QINGHE}")),
        "not by a legal representative"
    );
    assert!(
        !html.contains(&format!("/subjects/{PERSON_NAMED}")),
        "not by a person's name over a shop"
    );
}

/// An invented number of a division that does not exist.
#[tokio::test]
async fn an_identity_number_typed_by_mistake_is_not_repeated() {
    let visit = Visit::new();
    let html = visit.page("/search?q=990101199003070015").await;
    assert!(html.contains("不收录自然人"));
    assert!(!html.contains("990101199003070015"));
}

#[tokio::test]
async fn an_empty_question_shows_the_box_and_nothing_else() {
    let visit = Visit::new();
    assert!(visit.page("/search").await.contains("查询单位"));
    assert!(visit.page("/search?q=%20%20").await.contains("查询单位"));
}

#[tokio::test]
async fn what_is_not_found_is_no_dead_end() {
    let visit = Visit::new();
    let html = visit.page("/search?q=%E4%B8%8D%E5%AD%98%E5%9C%A8").await;
    assert!(html.contains("没有名称中含有"));
    assert!(html.contains("查询提示"));
}

#[tokio::test]
async fn a_mistyped_name_leads_to_what_was_meant() {
    let visit = Visit::new();
    let html = visit
        .page(&format!("/search?q={}", encoded("和须物流")))
        .await;
    assert!(
        html.contains("没有名称中含有"),
        "what is absent is said to be absent"
    );
    let (_, meant) = html.split_once("您要找的是不是").expect("a suggestion");
    // Both that bear the name, as different organisations.
    for code in HESHUN {
        assert!(meant.contains(&format!("/subjects/{code}")), "{code}");
    }
    assert!(meant.contains("有同名单位") && !meant.contains("<mark>"));
    let found = visit
        .page(&format!("/search?q={}", encoded("和顺物流")))
        .await;
    assert!(!found.contains("您要找的是不是"));
    let absent = visit
        .page(&format!("/search?q={}", encoded("子丑寅卯")))
        .await;
    assert!(!absent.contains("您要找的是不是"));
}

#[tokio::test]
async fn a_mistyped_code_leads_to_what_was_meant() {
    let visit = Visit::new();
    let typed = QINGHE.replace("MA0X", "MA8X");
    let html = visit.page(&format!("/search?q={typed}")).await;
    assert!(html.contains("不是正确的统一社会信用代码"));
    let (_, meant) = html.split_once("您要找的是不是").expect("a suggestion");
    assert!(meant.contains(&format!("/subjects/{QINGHE}")));
    assert!(
        meant.contains("这些代码与输入的只差一处，请与登记证照核对")
            && meant.contains("<mark>0</mark>")
    );
    assert!(meant.contains("第11位是0，输入的是8"));
    // Of a former code both are told.
    let typed = QINGHE_OLD.replace("MA0X", "MA8X");
    let html = visit.page(&format!("/search?q={typed}")).await;
    assert!(html.contains(&format!("这是旧代码，现在使用 {QINGHE}")));
    // A business named by a person is found by its exact code alone.
    let typed = PERSON_NAMED.replace("MA0X", "MA8X");
    let html = visit.page(&format!("/search?q={typed}")).await;
    assert!(!html.contains("您要找的是不是"));
}

#[tokio::test]
async fn what_is_typed_is_never_run() {
    let visit = Visit::new();
    let html = visit
        .page("/search?q=%3Cscript%3Ealert(1)%3C/script%3E")
        .await;
    assert!(!html.contains("<script>alert"));
}

#[tokio::test]
async fn bad_limits_are_explained() {
    let visit = Visit::new();
    let reply = visit.get("/search?q=ab&limit=9999").await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert!(reply.text().contains("limit 最大是 100"));
}

pub fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}
