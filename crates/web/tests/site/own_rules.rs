//! A procedure that is not shipped, put as files into a running deployment and adopted by two people:
//! page, interface, in-box, letters and permissions follow without a restart. And the interface of
//! cases beside it.

use crate::{
    Reply,
    office::{Office, request, token},
};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use xinheng_web::OFFICE_ROUTES;

const CASES: &str = "/api/office/cases";

/// A procedure of its own, with a letter of its own.
fn kind() -> String {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../rulebook/cases/rectification.toml"
    );
    std::fs::read_to_string(path)
        .unwrap()
        .replace("\"rectification\"", "\"letter-of-advice\"")
        .replace("title = \"整改\"", "title = \"提醒函办理\"")
        .replace("整改通知书", "信用提醒函")
}

const NARROW: &str = "[[narrow]]\nrole = \"clerk\"\nwithout = [\"case.open\"]\n";

impl Office {
    async fn json(&self, path: &str, cookie: &str) -> Value {
        let reply = self.get(path, cookie).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        reply.json()
    }

    /// Sends JSON, as a program of the office does.
    pub async fn tell(&self, path: &str, cookie: &str, body: &Value) -> Reply {
        let request = request(Method::POST, path, cookie)
            .header(header::ORIGIN, "http://office.example")
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// A form of the page of the district's own rules.
    async fn rules(&self, cookie: &str, what: &str) -> Reply {
        let token = token(self.get("/", cookie).await.text());
        let fields = format!("form_token={token}");
        self.post(&format!("/rules/{what}"), cookie, &fields).await
    }
}

fn opening(kind: &str) -> Value {
    json!({"kind": kind, "step": "open", "about": "d1", "fields": {
        "PROBLEM": "迟报三条", "FOUND_BY": "数据核对", "DUE": "2026-12-31"}})
}

#[tokio::test]
async fn a_procedure_of_its_own_works_everywhere_once_two_have_adopted_it() {
    let office = Office::new();
    let (officer, head) = (office.enter("officer").await, office.enter("head").await);
    let (clerk, lead) = (
        office.enter("clerk").await,
        office.enter("responsible").await,
    );
    assert_eq!(
        office.get("/cases/new", &clerk).await.status,
        StatusCode::OK
    );
    office
        .visit
        .district
        .lay("cases/letter-of-advice.toml", &kind());
    office.visit.district.lay("permissions/narrow.toml", NARROW);

    // Lying there it is nothing: no page and no interface know it.
    let all = office.get("/cases/new", &officer).await;
    assert!(!all.text().contains("提醒函办理"));
    let reply = office
        .tell(CASES, &officer, &opening("letter-of-advice"))
        .await;
    reply.problem(404, "not-found");

    let seen = office.get("/rules", &officer).await;
    assert!(
        seen.text().contains("cases/letter-of-advice.toml"),
        "{}",
        seen.text()
    );
    let proposed = office.rules(&officer, "propose").await;
    assert_eq!(proposed.status, StatusCode::OK, "{}", proposed.text());
    assert!(proposed.text().contains("等待采用：第 1 号"));
    let own = office.rules(&officer, "1/adopt").await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    let seen = office.get("/rules", &head).await;
    assert!(seen.text().contains("信用提醒函") && seen.text().contains("采用第 1 号"));
    let adopted = office.rules(&head, "1/adopt").await;
    assert_eq!(adopted.status, StatusCode::OK, "{}", adopted.text());
    assert!(adopted.text().contains("现在起作用"), "{}", adopted.text());
    assert!(
        office
            .get("/rules/1", &officer)
            .await
            .text()
            .contains("narrow")
    );

    // Page and interface, at once and by the same router.
    let form = office
        .get("/cases/new?kind=letter-of-advice&about=d1", &officer)
        .await;
    assert!(form.text().contains("提醒函办理") && form.text().contains("通知整改"));
    let may = format!("{CASES}/openings?kind=letter-of-advice&about=d1");
    let may = office.json(&may, &officer).await;
    assert_eq!(may["may"][0]["step"], "open");
    assert_eq!(may["may"][0]["asks"][0]["id"], "PROBLEM");
    let opened = office
        .tell(CASES, &officer, &opening("letter-of-advice"))
        .await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    let id = opened.json()["id"].as_str().unwrap().to_owned();

    // In-box: of whom it waits for, and of nobody else.
    let mine = format!("{CASES}?mine=true");
    let inbox = office.json(&mine, &lead).await;
    assert_eq!(inbox["cases"][0]["id"], id.as_str());
    assert_eq!(inbox["cases"][0]["kind"], "letter-of-advice");
    assert!(
        office
            .get("/cases", &lead)
            .await
            .text()
            .contains("提醒函办理")
    );
    assert_eq!(office.json(&mine, &clerk).await["cases"], json!([]));

    // Its letter: page and file.
    let case = office.json(&format!("{CASES}/{id}"), &officer).await;
    let letter = &case["letters"][0];
    assert_eq!(letter["title"], "信用提醒函");
    let page = letter["page"].as_str().unwrap();
    let shown = office.get(page, &officer).await;
    assert!(shown.text().contains("迟报三条"), "{}", shown.text());
    let file = office.get(&format!("{page}/docx"), &officer).await;
    assert!(file.status == StatusCode::OK && file.body.starts_with(b"PK"));

    // Permissions: its steps belong to whom it names, and what was taken away is gone.
    let steps = format!("{CASES}/{id}/steps");
    let report = json!({"step": "report", "seen": case["seq"], "fields": {"DONE": "已补报"}});
    let not_theirs = office.tell(&steps, &clerk, &report).await;
    assert_eq!(
        not_theirs.problem(422, "refused")["refusal"]["code"],
        "case-only-by"
    );
    assert_eq!(
        office.get("/cases/new", &clerk).await.status,
        StatusCode::FORBIDDEN
    );
    let done = office.tell(&steps, &lead, &report).await;
    assert_eq!(done.json()["state"], "待核验", "{}", done.text());

    // Taken out of the folder it goes on; taken out by two it is refused while the case goes on.
    office.visit.district.remove_item();
    office.visit.district.lay("read-me.md", "空");
    let removed = office.rules(&officer, "propose").await;
    assert_eq!(removed.status, StatusCode::BAD_REQUEST);
    assert!(removed.text().contains("1件没有办结"), "{}", removed.text());
    assert_eq!(
        office.json(&mine, &officer).await["cases"][0]["id"],
        id.as_str()
    );
}

#[tokio::test]
async fn the_interface_of_cases_tells_what_may_be_done_and_why_not() {
    let office = Office::new();
    let (officer, lead) = (
        office.enter("officer").await,
        office.enter("responsible").await,
    );
    let wrong = json!({"kind": "rectification", "step": "open", "about": "d1",
        "fields": {"PROBLEM": "迟报", "DUE": "明天"}});
    let reply = office.tell(CASES, &officer, &wrong).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        reply.header(header::CONTENT_TYPE),
        "application/problem+json"
    );
    let fields = reply.json()["fields"].as_array().unwrap().clone();
    let fields: BTreeSet<_> = fields
        .iter()
        .map(|f| f["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, BTreeSet::from(["DUE", "FOUND_BY"]));

    let mut ids = BTreeSet::new();
    for _ in 0..3 {
        let opened = office
            .tell(CASES, &officer, &opening("rectification"))
            .await;
        ids.insert(opened.json()["id"].as_str().unwrap().to_owned());
    }
    // Page by page, each case once.
    let mut seen = BTreeSet::new();
    let mut path = format!("{CASES}?kind=rectification&phase=open&limit=2");
    for more in [true, false] {
        let page = office.json(&path, &officer).await;
        let cases = page["cases"].as_array().unwrap();
        seen.extend(cases.iter().map(|c| c["id"].as_str().unwrap().to_owned()));
        assert_eq!(page["next"].is_string(), more, "{page}");
        assert_eq!(page["more"], more);
        path = format!(
            "{CASES}?kind=rectification&limit=2&cursor={}",
            page["next"].as_str().unwrap_or_default()
        );
    }
    assert_eq!(seen, ids);
    assert_eq!(
        office.json(&format!("{CASES}?phase=end"), &officer).await["cases"],
        json!([])
    );
    assert_eq!(
        office.json(&format!("{CASES}?late=true"), &officer).await["cases"],
        json!([])
    );
    for wrong in [
        "phase=x",
        "late=1",
        "cursor=x",
        "limit=0",
        "kinds=x",
        "mine=true&late=true",
    ] {
        let reply = office.get(&format!("{CASES}?{wrong}"), &officer).await;
        reply.problem(400, "bad-request");
    }

    let id = ids.first().unwrap();
    let one = format!("{CASES}/{id}");
    let case = office.json(&one, &officer).await;
    assert!(
        case["waits_for"][0]
            .as_str()
            .unwrap()
            .contains("分管负责人")
    );
    assert_eq!(case["terms"][0]["on"], "2026-12-31");
    assert_eq!(case["timeline"][0]["fields"][0]["value"], "迟报三条");
    let offers = case["may"].as_array().unwrap();
    assert!(
        offers
            .iter()
            .any(|o| o["step"] == "stop" && o["refused"].is_null())
    );
    // What the page offers is what the step does; somebody was faster.
    let steps = format!("{one}/steps");
    let accept = json!({"step": "accept", "seen": case["seq"], "fields": {"ACCEPTED": "可以"}});
    let refused = office
        .tell(&steps, &officer, &accept)
        .await
        .problem(422, "refused");
    assert_eq!(refused["refusal"]["code"], "case-elsewhere");
    assert!(
        refused["refusal"]["remedy"]
            .as_str()
            .unwrap()
            .contains("重新打开")
    );
    let report = json!({"step": "report", "seen": case["seq"], "fields": {"DONE": "已补报"}});
    assert_eq!(
        office.tell(&steps, &lead, &report).await.status,
        StatusCode::OK
    );
    let stop = json!({"step": "stop", "seen": case["seq"], "fields": {"STOPPED": "不需要"}});
    let late = office
        .tell(&steps, &officer, &stop)
        .await
        .problem(422, "refused");
    assert_eq!(late["refusal"]["code"], "case-changed");

    // What one may not do now, and why.
    let records = office.visit.json("/api/v1/records").await;
    let withholding = json!({"kind": "withholding", "step": "open",
        "about": records["records"][0]["id"], "fields": {"WHY": "主体有误"}});
    let opened = office.tell(CASES, &officer, &withholding).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    let id = opened.json()["id"].as_str().unwrap().to_owned();
    let case = office.json(&format!("{CASES}/{id}"), &officer).await;
    assert_eq!(case["record"], records["records"][0]["id"]);
    let offers = case["may"].as_array().unwrap();
    let restore = offers.iter().find(|o| o["step"] == "restore").unwrap();
    assert_eq!(restore["refused"]["code"], "case-second-person");
    assert!(
        restore["refused"]["remedy"]
            .as_str()
            .unwrap()
            .contains("另一人")
    );

    office
        .get(&format!("{CASES}/d:d1-nothing"), &officer)
        .await
        .problem(404, "not-found");
    let typo = json!({"step": "stop", "sene": 1});
    office
        .tell(&steps, &officer, &typo)
        .await
        .problem(400, "bad-request");
}

#[tokio::test]
async fn the_interface_of_cases_is_for_those_who_signed_in_and_for_pages_of_ours() {
    let office = Office::new();
    let officer = office.enter("officer").await;
    for (method, path, _) in OFFICE_ROUTES
        .iter()
        .filter(|(_, p, _)| p.starts_with("/api/"))
    {
        let reply = match *method {
            "get" => office.get(path, "").await,
            _ => office.tell(path, "", &opening("rectification")).await,
        };
        reply.problem(401, "not-signed-in");
        assert!(
            reply
                .headers
                .get(header::ACCESS_CONTROL_ALLOW_ORIGIN)
                .is_none()
        );
    }
    let send = |origin: Option<&'static str>, kind: &'static str| {
        let mut request = request(Method::POST, CASES, &officer).header(header::CONTENT_TYPE, kind);
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        let body = Body::from(opening("rectification").to_string());
        office.send(request.body(body).unwrap())
    };
    let json = "application/json";
    for origin in [None, Some("http://elsewhere.example")] {
        send(origin, json).await.problem(403, "forbidden");
    }
    let here = Some("http://office.example");
    send(here, "text/plain").await.problem(400, "bad-request");
    assert_eq!(send(here, json).await.status, StatusCode::CREATED);
    let other = office.visit.get(CASES).await;
    assert_eq!(
        other.status,
        StatusCode::NOT_FOUND,
        "not at the public listener"
    );
    let problems = office.get("/help/problems", &officer).await;
    assert!(problems.text().contains("not-signed-in"));
}

#[tokio::test]
async fn the_interface_of_cases_is_described() {
    let office = Office::new();
    let officer = office.enter("officer").await;
    let reply = office.get("/api/office/openapi.json", &officer).await;
    let document = reply.json();
    let paths = document["paths"].as_object().unwrap();
    let described: BTreeSet<(&str, &str)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |m| (m.as_str(), path.as_str()))
        })
        .collect();
    let served = OFFICE_ROUTES
        .iter()
        .filter(|(_, path, _)| path.starts_with("/api/") && !path.ends_with("openapi.json"));
    let served: BTreeSet<(&str, &str)> = served.map(|(method, path, _)| (*method, *path)).collect();
    assert_eq!(described, served);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for reference in reply.text().split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
    insta::assert_json_snapshot!("office_openapi", document);
}
