//! The office's side: who comes in, what they carry, and what keeps others out.

use crate::{Reply, TODAY, Visit};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use tower::ServiceExt as _;
use xinheng_app::{
    Actor,
    account::{self, Grant, NewAccount},
    auditor::{self, NewLetter},
    noon,
};
use xinheng_web::{Clock, Limits, OFFICE_ROUTES};

/// The office's listener of a district, with accounts.
pub struct Office {
    router: axum::Router,
    pub visit: Visit,
    password: String,
}

impl Office {
    pub fn new() -> Self {
        let visit = Visit::new();
        let deployment = visit.district.as_demo();
        let operator = Actor::Operator {
            name: "甲".to_owned(),
        };
        let ctx = deployment.ctx(operator, noon(TODAY).unwrap());
        let mut password = String::new();
        for (login, role, department) in [
            ("clerk", "clerk", Some("d1")),
            // Gets the role where a test needs it: with a reviewer nobody releases their own.
            ("reviewer", "", None),
            ("responsible", "responsible", Some("d1")),
            ("officer", "officer", None),
            ("head", "head", None),
            ("auditor", "", None),
            ("system", "system-admin", None),
            ("security", "security-admin", None),
            ("audit", "audit-admin", None),
        ] {
            // As the demo makes them: the password need not be changed first.
            let new = NewAccount {
                login,
                name: "程样清",
                demo: true,
            };
            let made = account::make(&ctx, new).unwrap();
            if login == "clerk" {
                password = made.password;
            }
            if role.is_empty() {
                continue;
            }
            let grant = Grant {
                login,
                role,
                department,
                from: None,
                until: None,
            };
            account::grant(&ctx, grant).unwrap();
        }
        let letter = NewLetter {
            login: "auditor",
            issuer: "衡川市审计局",
            number: "衡审函〔2026〕7号",
            dated: TODAY,
            departments: &["d1"],
            from: None,
            until: TODAY,
        };
        auditor::enter(&ctx, &letter).unwrap();
        let router =
            xinheng_web::office_router(deployment, Clock::Day(TODAY), Limits::default()).unwrap();
        Self {
            router,
            visit,
            password,
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        Reply::of(response).await
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Reply {
        self.send(
            request(Method::GET, path, cookie)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    /// A form as a browser sends it from a page of the site.
    pub async fn post(&self, path: &str, cookie: &str, fields: &str) -> Reply {
        let request = request(Method::POST, path, cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(fields.to_owned())).unwrap())
            .await
    }

    /// Signs in by one click, as the demo offers it; gives the cookie.
    pub async fn enter(&self, login: &str) -> String {
        let reply = self
            .post("/sign-in/demo", "", &format!("login={login}"))
            .await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        session(&reply)
    }
}

pub fn request(method: Method, path: &str, cookie: &str) -> axum::http::request::Builder {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "office.example");
    match cookie {
        "" => request,
        cookie => request.header(header::COOKIE, cookie),
    }
}

/// The cookies that were set, as a browser sends them.
fn session(reply: &Reply) -> String {
    let all = reply.headers.get_all(header::SET_COOKIE).iter();
    let pairs = all.map(|v| v.to_str().unwrap().split(';').next().unwrap().to_owned());
    pairs.collect::<Vec<_>>().join("; ")
}

pub fn token(page: &str) -> String {
    let (_, rest) = page
        .split_once("name=\"form_token\" value=\"")
        .expect("a token");
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_comes_in_without_a_session() {
    let office = Office::new();
    let open = [
        "/sign-in",
        "/sign-in/demo",
        "/text-size",
        "/healthz",
        "/readyz",
    ];
    for (method, path, _) in OFFICE_ROUTES {
        if open.contains(path) || path.starts_with("/static/") || path.starts_with("/api/") {
            continue;
        }
        let reply = match *method {
            "get" => office.get(path, "").await,
            _ => office.post(path, "", "form_token=x").await,
        };
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{method} {path}");
        let to = reply.header(header::LOCATION);
        assert!(to.starts_with("/sign-in"), "{method} {path} leads to {to}");
        // A made-up session is none.
        let made_up = office.get(path, "xinheng_session=00ff").await;
        assert_ne!(made_up.status, StatusCode::OK, "{path}");
    }
    let public = office.get("/records", "").await;
    assert_eq!(
        public.status,
        StatusCode::NOT_FOUND,
        "the public side is elsewhere"
    );
    let elsewhere = office.visit.get("/sign-in").await;
    assert_eq!(
        elsewhere.status,
        StatusCode::NOT_FOUND,
        "and nobody signs in there"
    );
}

/// Which role gets which answer, for review: everything else is refused.
#[tokio::test]
async fn roles_and_routes() {
    let office = Office::new();
    let operator = Actor::Operator {
        name: "甲".to_owned(),
    };
    let district = &office.visit.district.office;
    let grant = Grant {
        login: "reviewer",
        role: "reviewer",
        department: Some("d1"),
        from: None,
        until: None,
    };
    account::grant(&district.ctx(operator, noon(TODAY).unwrap()), grant).unwrap();
    let mut lines = Vec::new();
    let all = [
        "clerk",
        "reviewer",
        "responsible",
        "officer",
        "head",
        "auditor",
        "system",
        "security",
        "audit",
    ];
    for login in all {
        let cookie = office.enter(login).await;
        let home = office.get("/", &cookie).await;
        let (_, menu) = home.text().split_once("主要栏目").unwrap();
        let entries = menu.split("</nav>").next().unwrap().matches("<li>").count();
        assert!((2..=7).contains(&entries), "{login} has {entries} entries");
        let token = token(home.text());
        for (method, path, act) in OFFICE_ROUTES {
            let ends = ["/sign-out", "/account/sessions/end", "/sign-in/demo"];
            if ends.contains(path) || path.starts_with("/static/") {
                continue;
            }
            let reply = match *method {
                "get" => office.get(path, &cookie).await,
                // A form is no answer to a programme; who may not do it at all is told so first.
                _ if path.starts_with("/api/") => {
                    let body = match path.ends_with("/steps") {
                        true => r#"{"step": "x", "seen": 1}"#,
                        false => r#"{"kind": "x", "step": "x", "about": "x"}"#,
                    };
                    let request = request(Method::POST, path, &cookie)
                        .header("sec-fetch-site", "same-origin")
                        .header(header::CONTENT_TYPE, "application/json");
                    office.send(request.body(Body::from(body)).unwrap()).await
                }
                _ => {
                    office
                        .post(path, &cookie, &format!("form_token={token}"))
                        .await
                }
            };
            let status = reply.status.as_u16();
            assert_ne!(status, 500, "{login} {method} {path}: {}", reply.text());
            lines.push(format!(
                "{login:<12}{method:<5}{path:<26}{:<20}{status}",
                act.id()
            ));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn a_form_from_elsewhere_or_without_its_token_does_nothing() {
    let office = Office::new();
    let cookie = office.enter("system").await;
    let page = office.get("/accounts", &cookie).await;
    let fields = format!("form_token={}&login=new&name=x", token(page.text()));
    let post = |site: Option<&'static str>, origin: Option<&'static str>, fields: &str| {
        let mut request = request(Method::POST, "/accounts", &cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        request.body(Body::from(fields.to_owned())).unwrap()
    };
    for (site, origin) in [
        (Some("cross-site"), None),
        (Some("same-site"), Some("https://office.example")),
        (None, Some("https://evil.example")),
        (None, Some("null")),
        (None, None),
    ] {
        let reply = office.send(post(site, origin, &fields)).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{site:?} {origin:?}");
    }
    let without = office
        .send(post(Some("same-origin"), None, "login=new&name=x"))
        .await;
    assert_eq!(without.status, StatusCode::FORBIDDEN);
    let others = token(office.get("/", &office.enter("clerk").await).await.text());
    let stolen = format!("form_token={others}&login=new&name=x");
    let reply = office.send(post(Some("same-origin"), None, &stolen)).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    let reply = office
        .send(post(None, Some("https://office.example"), &fields))
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert!(reply.text().contains("已建立账号“new”"));
}

#[tokio::test]
async fn a_session_is_kept_by_no_cache_and_readable_by_no_script() {
    let office = Office::new();
    let fields = format!("login=clerk&password={}&back=/account", office.password);
    let reply = office.post("/sign-in", "", &fields).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
    assert_eq!(reply.header(header::LOCATION), "/account");
    for cookie in reply.headers.get_all(header::SET_COOKIE) {
        let cookie = cookie.to_str().unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
            "{cookie}"
        );
    }
    let cookie = session(&reply);
    let page = office.get("/account", &cookie).await;
    assert_eq!(page.header(header::CACHE_CONTROL), "private, no-store");
    assert!(page.headers.get(header::CONTENT_ENCODING).is_none());
    let out = format!("form_token={}", token(page.text()));
    let reply = office.post("/sign-out", &cookie, &out).await;
    assert_eq!(reply.header(header::LOCATION), "/sign-in");
    let after = office.get("/account", &cookie).await;
    assert_eq!(
        after.status,
        StatusCode::SEE_OTHER,
        "the token is no longer good"
    );
}

#[tokio::test]
async fn what_is_wrong_is_said_on_the_page_and_nothing_typed_is_lost_but_the_password() {
    let office = Office::new();
    let reply = office
        .post("/sign-in", "", "login=clerk&password=Wrong-1&back=//evil")
        .await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = reply.text();
    assert!(text.contains("账号、密码或者动态口令不正确") && text.contains("value=\"clerk\""));
    assert!(!text.contains("Wrong-1") && !text.contains("evil"));
    // Browsers take a tab out of an address: what is left would lead elsewhere.
    let page = office.get("/sign-in?back=/%09/evil.example", "").await;
    let form = page.text().split("action=\"/sign-in\"").nth(1).unwrap();
    assert!(form.contains("name=\"back\" value=\"/\""), "{form}");
    let cookie = office.enter("security").await;
    let page = office.get("/accounts", &cookie).await;
    let fields = format!(
        "form_token={}&login=clerk&role=officer&department=d1",
        token(page.text())
    );
    let reply = office.post("/accounts/grant", &cookie, &fields).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert!(reply.text().contains("不是部门的角色"));
    // Markup is text.
    let system = office.enter("system").await;
    let token = token(office.get("/accounts", &system).await.text());
    let fields = format!("form_token={token}&login=new&name=%3Cb%3Ex");
    let reply = office.post("/accounts", &system, &fields).await;
    assert!(reply.text().contains("&#60;b&#62;x"), "{}", reply.text());
}

#[tokio::test]
async fn the_audit_shows_failures_and_no_names() {
    let office = Office::new();
    office
        .post("/sign-in", "", "login=clerk&password=Wrong-1")
        .await;
    let cookie = office.enter("audit").await;
    let page = office.get("/audit?act=account.sign_in", &cookie).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    assert!(text.contains("失败") && text.contains("127.0.0.1"));
    let main = text.split("<main").nth(1).unwrap();
    assert!(!main.contains("程样清"));
    let csv = office.get("/audit.csv?act=account.sign_in", &cookie).await;
    assert_eq!(csv.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    assert!(csv.text().lines().count() > 2);
    let bad = office.get("/audit?from=yesterday", &cookie).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_roster_is_proposed_and_confirmed_on_its_page() {
    let office = Office::new();
    let cookie = office.enter("responsible").await;
    let page = office.get("/roster", &cookie).await;
    let token = token(page.text());
    let send = |path: &'static str, fields: &str| {
        let fields = format!("form_token={token}&{fields}");
        let (office, cookie) = (&office, &cookie);
        async move { office.post(path, cookie, &fields).await }
    };
    let wrong = send("/roster", "login=king&role=clerk").await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    assert!(
        wrong.text().contains("value=\"king\""),
        "what was typed stays"
    );
    // The auditor's account is excluded from it.
    let refused = send("/roster", "login=auditor&role=reviewer").await;
    let status = refused.status;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text()
    );
    let done = send("/roster", "login=reviewer&role=clerk&until=2027-01-31").await;
    assert!(done.text().contains("已经拟定"), "{}", done.text());
    let mark = |page: &str| {
        let (_, rest) = page.split_once("name=\"mark\" value=\"").expect("a mark");
        rest.split('"').next().unwrap().to_owned()
    };
    let seen = mark(done.text());
    let stale = send("/roster/confirm", &format!("mark={}", mark(page.text()))).await;
    assert!(stale.text().contains("有了变动"), "{}", stale.text());
    let done = send("/roster/confirm", &format!("mark={seen}")).await;
    assert!(done.text().contains("已经确认人员名册"), "{}", done.text());
    let officer = office.enter("officer").await;
    let all = office.get("/departments", &officer).await;
    assert!(all.text().contains("已经确认"), "{}", all.text());
    let own = office.get("/roster?department=d1", &officer).await;
    assert!(
        !own.text().contains("name=\"mark\""),
        "the office only looks"
    );
    let elsewhere = office.get("/roster?department=d2", &cookie).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_sample_is_drawn_and_taken_along_within_the_letter() {
    let office = Office::new();
    let cookie = office.enter("auditor").await;
    let asked = "item=penalty&size=3&seed=abc&purpose=%E6%8A%BD%E6%9F%A5";
    let page = office.get(&format!("/samples?{asked}"), &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    let again = office.get(&format!("/samples?{asked}"), &cookie).await;
    let rows = |page: &Reply| {
        let (_, rest) = page.text().split_once("<tbody>").expect("rows").to_owned();
        rest.split("</tbody>").next().unwrap().to_owned()
    };
    assert_eq!(rows(&page), rows(&again));
    let book = office.get(&format!("/samples.xlsx?{asked}"), &cookie).await;
    assert!(book.header(header::CONTENT_TYPE).contains("spreadsheetml"));
    let outside = office
        .get(&format!("/samples?{asked}&department=d2"), &cookie)
        .await;
    assert_eq!(outside.status, StatusCode::FORBIDDEN);
    let nothing = office
        .get("/samples?item=penalty&size=x&seed=abc&purpose=abc", &cookie)
        .await;
    assert_eq!(nothing.status, StatusCode::BAD_REQUEST);
    assert!(nothing.text().contains("没有抽取"), "{}", nothing.text());
}
