//! What no licence has in a name is struck from it at every address, however it came in.

use crate::{
    TODAY, Visit,
    district::{HESHUN, QINGHE, QINGHE_OLD, penalty, penalty_file},
    search::encoded,
};
use std::collections::BTreeSet;

/// Invented numbers, and a person of no district.
const SECRETS: [&str; 5] = [
    "13800138000",
    "13900139000",
    "990101199003078818",
    "赵拟安",
    "拟安",
];
const PRESENT: &str = "衡川市青禾食品有限公司（法定代表人赵拟安）";
const FORMER: &str = "衡川市青禾副食店13800138000";
const NAMESAKES: &str = "衡川市和顺物流有限公司（电话13900139000）";
const OLD_NAMESAKES: &str = "衡川市和顺运输队990101199003078818";

/// A district into which such names came before they were refused.
fn visit() -> Visit {
    let visit = Visit::new();
    let district = &visit.district;
    // Something of this week, for the home page.
    let row = penalty(
        "衡川市青禾食品有限公司",
        "法人及非法人组织",
        QINGHE,
        77,
        "2026-11-18",
        "",
    );
    district.take_in("week.csv", &penalty_file(&[row]), TODAY);
    district.annul();
    district.rename(QINGHE, PRESENT, FORMER);
    for code in HESHUN {
        district.rename(code, NAMESAKES, OLD_NAMESAKES);
    }
    visit
}

/// Every address that answers anybody, with everything in it that there is.
fn addresses(records: &BTreeSet<String>) -> Vec<String> {
    let codes = [QINGHE, QINGHE_OLD, HESHUN[0], HESHUN[1], "d1", "d2"];
    let queries = [
        "青禾",
        "衡川市青禾食品有限公司",
        "青木食品有限公司",
        "和顺",
        "和须物流",
        "和须运输队",
        "副食店",
        "运输队",
        "法定代表人",
        "电话1",
        "赵拟",
        "1380013",
        "13800138000",
        "1390013",
        QINGHE,
        QINGHE_OLD,
        &QINGHE.replace("MA0X", "MA8X"),
        &HESHUN[0].replace("MA0X", "MA8X"),
    ];
    let mut all = Vec::new();
    for (method, path, _) in xinheng_web::ROUTES {
        if *method != "get" {
            continue;
        }
        if path.ends_with("/search") {
            all.extend(queries.iter().map(|q| format!("{path}?q={}", encoded(q))));
        } else if path.contains("{code}") {
            all.extend(codes.iter().map(|code| path.replace("{code}", code)));
        } else if path.contains("{id}") {
            all.extend(records.iter().map(|id| path.replace("{id}", id)));
        } else if path.ends_with("/records") {
            all.push(format!("{path}?item=penalty&department=d1"));
        }
        all.push((*path).replace("{item}", "penalty"));
    }
    all
}

#[tokio::test]
async fn nothing_of_a_person_in_a_name_leaves_anywhere() {
    let visit = visit();
    let mut records = BTreeSet::new();
    for item in ["penalty", "permit"] {
        let list = visit.json(&format!("/api/v1/records?item={item}")).await;
        let all = list["records"].as_array().unwrap();
        records.extend(all.iter().map(|r| r["id"].as_str().unwrap().to_owned()));
    }
    assert!(records.len() > 4, "{records:?}");
    let mut told = 0;
    for address in addresses(&records) {
        let reply = visit.get(&address).await;
        let text = String::from_utf8_lossy(&reply.body);
        // What was asked for is repeated in the box, and nowhere else.
        let asked: Vec<&str> = SECRETS
            .into_iter()
            .filter(|secret| address.contains(&encoded(secret)))
            .collect();
        for secret in SECRETS.into_iter().filter(|s| !asked.contains(s)) {
            assert!(!text.contains(secret), "{address}: {text}");
        }
        if !asked.is_empty() || address.contains(&encoded("赵拟")) {
            assert!(
                !text.contains("/subjects/9"),
                "found by what is struck: {address}"
            );
        }
        told += usize::from(
            text.contains("衡川市青禾食品有限公司（") || text.contains("和顺物流有限公司（"),
        );
    }
    assert!(told > 20, "the names themselves are told: {told}");
}

#[tokio::test]
async fn a_struck_name_is_told_in_its_places() {
    let visit = visit();
    let dossier = visit.json(&format!("/api/v1/subjects/{QINGHE}")).await;
    let name = dossier["subject"]["name"].as_str().unwrap();
    assert!(
        name.starts_with("衡川市青禾食品有限公司（法定代表人赵**"),
        "{name}"
    );
    let former = dossier["subject"]["former_names"][0]["name"]
        .as_str()
        .unwrap();
    assert!(former.starts_with("衡川市青禾副食店（"), "{former}");
    assert_eq!(dossier["groups"][0]["records"][0]["subject_name"], name);
    let same = visit.json(&format!("/api/v1/subjects/{}", HESHUN[0])).await;
    let namesake = same["same_name"][0]["name"].as_str().unwrap();
    assert!(
        namesake.contains("和顺物流有限公司（") && namesake.contains("已隐去"),
        "{namesake}"
    );
    // What is left of the name is found, by the present and by the former one.
    for (query, by) in [("青禾食品", "present_name"), ("副食店", "former_name")] {
        let found = visit
            .json(&format!("/api/v1/search?q={}", encoded(query)))
            .await;
        assert_eq!(found["hits"][0]["matched_by"], by, "{found}");
    }
    let meant = visit
        .json(&format!("/api/v1/search?q={}", encoded("和须物流")))
        .await;
    assert_eq!(meant["hits"].as_array().unwrap().len(), 0);
    // The struck rest of a name makes it another one: nothing is said to be meant.
    for hit in meant["suggestions"].as_array().unwrap() {
        assert!(
            hit["matched_name"].as_str().unwrap().contains("已隐去"),
            "{hit}"
        );
    }
}
