//! An organisation's space at the public listener: who comes in, what is kept of their answers, and that
//! no agent gets at another organisation's matters by any address.

use crate::{
    Reply, TODAY,
    district::{HESHUN, LEGAL_REPRESENTATIVE, QINGHE},
    office::{Office, request, token},
};
use axum::{
    Router,
    body::Body,
    http::{Method, StatusCode, header},
};
use std::fmt::Write as _;
use tower::ServiceExt as _;
use xinheng_app::{
    Actor,
    agent::{self, NewAgent},
    noon,
};
use xinheng_web::{Clock, Limits, SPACE_ROUTES};

struct Space {
    office: Office,
    router: Router,
}

/// An agent who has signed in.
struct Agent<'s> {
    space: &'s Space,
    cookie: String,
    token: String,
}

impl Space {
    /// A district with an agent each of two organisations.
    fn new() -> Self {
        let office = Office::new();
        let deployment = office.visit.district.as_demo();
        let operator = Actor::Operator {
            name: "甲".to_owned(),
        };
        let ctx = deployment.ctx(operator, noon(TODAY).unwrap());
        for (login, code) in [("he", QINGHE), ("qi", HESHUN[0])] {
            let new = NewAgent {
                login,
                name: "贺样川",
                code,
                document: "授权委托书",
                number: "",
                until: Some(TODAY),
                demo: true,
            };
            agent::bind(&ctx, &new).unwrap();
        }
        let router = xinheng_web::router(deployment, Clock::Day(TODAY), Limits::default()).unwrap();
        Self { office, router }
    }

    async fn send(&self, request: axum::http::Request<Body>) -> Reply {
        Reply::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    async fn get(&self, path: &str, cookie: &str) -> Reply {
        let request = request(Method::GET, path, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, cookie: &str, fields: &str) -> Reply {
        let request = request(Method::POST, path, cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(fields.to_owned())).unwrap())
            .await
    }

    async fn enter(&self, login: &str) -> Agent<'_> {
        let reply = self
            .post("/my/sign-in/demo", "", &format!("login={login}"))
            .await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        assert_eq!(reply.header(header::LOCATION), "/my");
        let all = reply.headers.get_all(header::SET_COOKIE).iter();
        let pairs = all.map(|v| v.to_str().unwrap().split(';').next().unwrap());
        let cookie = pairs.collect::<Vec<_>>().join("; ");
        assert!(cookie.starts_with("xinheng_my_session="), "{cookie}");
        let home = self.get("/my", &cookie).await;
        assert_eq!(home.status, StatusCode::OK, "{}", home.text());
        // It does not tell by its length what its token is.
        let packed = request(Method::GET, "/my", &cookie).header("accept-encoding", "gzip, br");
        let packed = self.send(packed.body(Body::empty()).unwrap()).await;
        assert_eq!(packed.header(header::CONTENT_ENCODING), "");
        let token = token(home.text());
        Agent {
            space: self,
            cookie,
            token,
        }
    }
}

impl Agent<'_> {
    async fn get(&self, path: &str) -> Reply {
        let reply = self.space.get(path, &self.cookie).await;
        // What is a person's is kept by nobody.
        let kept = reply.header(header::CACHE_CONTROL);
        assert!(kept.ends_with("no-store"), "{path}: {kept}");
        if reply.status.is_success() {
            assert_eq!(kept, "private, no-store", "{path}");
        }
        reply
    }

    async fn page(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        reply.text().to_owned()
    }

    async fn post(&self, path: &str, fields: &str) -> Reply {
        let fields = format!("form_token={}&{fields}", self.token);
        self.space.post(path, &self.cookie, &fields).await
    }
}

/// Addresses that are open to whoever is nobody yet.
const OPEN: [&str; 2] = ["/my/sign-in", "/my/sign-in/demo"];

fn filled(path: &str) -> String {
    let place = |part: &str| if part.starts_with('{') { "x1" } else { part }.to_owned();
    path.split('/').map(place).collect::<Vec<_>>().join("/")
}

/// The link that begins so.
fn link(page: &str, begins: &str) -> String {
    let rest = page.split(&format!("href=\"{begins}")).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("no link to {begins}: {page}"));
    format!("{begins}{}", rest.split('"').next().unwrap())
}

#[test]
fn every_address_of_the_space_names_its_act() {
    let mut table = String::new();
    for (method, path, act) in SPACE_ROUTES {
        writeln!(table, "{method:<5}{path:<44}{}", act.id()).unwrap();
    }
    insta::assert_snapshot!("space_acts", table);
}

#[tokio::test]
async fn nobody_comes_in_without_a_session_of_this_side() {
    let space = Space::new();
    let officer = space.office.enter("officer").await;
    let value = officer
        .split_once('=')
        .unwrap()
        .1
        .split(';')
        .next()
        .unwrap();
    let he = space.enter("he").await;
    let own = he
        .cookie
        .split_once('=')
        .unwrap()
        .1
        .split(';')
        .next()
        .unwrap();
    for (method, path, _) in SPACE_ROUTES {
        if OPEN.contains(path) {
            continue;
        }
        let path = filled(path);
        // Nobody; an officer with their own cookie, and with their session in the agents' cookie.
        for cookie in [
            String::new(),
            officer.clone(),
            format!("xinheng_my_session={value}"),
        ] {
            let reply = match *method {
                "get" => space.get(&path, &cookie).await,
                _ => space.post(&path, &cookie, "form_token=x").await,
            };
            let to = reply.header(header::LOCATION);
            let out = to.starts_with("/my/sign-in") || reply.status == StatusCode::FORBIDDEN;
            assert!(out, "{method} {path}: {} {to}", reply.status);
        }
    }
    // The other way round.
    for cookie in [he.cookie.clone(), format!("xinheng_session={own}")] {
        let reply = space.office.get("/cases", &cookie).await;
        assert!(reply.header(header::LOCATION).starts_with("/sign-in"));
    }
    // At the wrong door an account is none.
    let said = |reply: Reply| {
        assert_ne!(reply.status, StatusCode::SEE_OTHER);
        reply.text().replace("officer", "x").replace("nobody", "x")
    };
    let try_in = |login: &'static str| {
        let fields = format!("login={login}&password=x");
        let space = &space;
        async move { said(space.post("/my/sign-in", "", &fields).await) }
    };
    assert_eq!(try_in("officer").await, try_in("nobody").await);
    let demo = space.post("/my/sign-in/demo", "", "login=officer").await;
    assert_eq!(demo.status, StatusCode::NOT_FOUND);
    let demo = space.office.post("/sign-in/demo", "", "login=he").await;
    assert_eq!(demo.status, StatusCode::NOT_FOUND);
    let offered = space.get("/my/sign-in", "").await;
    assert!(offered.text().contains("青禾") && !offered.text().contains("黄设舟"));
}

#[tokio::test]
async fn an_agent_plays_an_objection_and_a_slip_through_the_pages() {
    let space = Space::new();
    let he = space.enter("he").await;
    let home = he.page("/my").await;
    assert!(
        home.contains("青禾") && !home.contains("和顺") && !home.contains(LEGAL_REPRESENTATIVE)
    );
    let mut record = String::new();
    for part in home.split("href=\"/my/records/").skip(1) {
        let at = format!("/my/records/{}", part.split('"').next().unwrap());
        let page = he.page(&at).await;
        assert!(!page.contains(LEGAL_REPRESENTATIVE), "{page}");
        if page.contains("kind=objection") && page.contains("公示中，") {
            record = at;
        }
    }
    let page = he.page(&record).await;
    let form = link(&page, "/my/cases/new?kind=objection").replace("&amp;", "&");
    let form = he.page(&form).await;
    assert!(form.contains("action=\"/my/cases/new\""), "{form}");
    let about = record.trim_start_matches("/my/records/");
    let begin = format!("kind=objection&step=open&about={about}");
    let reply = he.post("/my/cases/new", &begin).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let whole = format!("{begin}&field-MATTER=内容&field-CLAIM=一万元&field-WHY=决定书");
    let reply = he.post("/my/cases/new", &whole).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
    let case = reply
        .header(header::LOCATION)
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    assert!(case.starts_with("/my/cases/"), "{case}");
    let page = he.page(&case).await;
    assert!(
        page.contains("一万元") && page.contains("本单位") && !page.contains("=\"/cases"),
        "{page}"
    );
    // The office passes it on; no name of theirs is told.
    let officer = space.office.enter("officer").await;
    let inside = case.trim_start_matches("/my").to_owned();
    let form = space.office.get(&inside, &officer).await;
    let forward = format!("form_token={}&step=forward&seq=1", token(form.text()));
    let done = space
        .office
        .post(&format!("{inside}/step"), &officer, &forward)
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let page = he.page(&case).await;
    assert!(
        page.contains("转作出决定的单位") && !page.contains("officer"),
        "{page}"
    );
    let back = "step=take-back&seq=2&field-TAKEN_BACK=不再坚持";
    let done = he.post(&format!("{case}/step"), back).await;
    assert_eq!(done.header(header::LOCATION), format!("{case}?done=1"));
    // A slip: the office lets somebody in, and the organisation reads it.
    let slip = format!(
        "kind=authorisation&step=open&about={QINGHE}&field-RECIPIENT=样例银行&field-PURPOSE=贷款\
         &field-SECTIONS=公示中的记录&field-UNTIL=2026-12-31"
    );
    let reply = he.post("/my/cases/new", &slip).await;
    let slip = reply
        .header(header::LOCATION)
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    assert!(slip.starts_with("/my/cases/"), "{}", reply.text());
    let inside = slip.trim_start_matches("/my").to_owned();
    let early = space
        .office
        .get(&format!("{inside}/extract"), &officer)
        .await;
    assert_eq!(early.status, StatusCode::BAD_REQUEST);
    let form = space.office.get(&inside, &officer).await;
    assert!(form.text().contains("打印授权的内容"));
    let look = format!(
        "form_token={}&step=look&seq=1&field-PAPER=介绍信",
        token(form.text())
    );
    space
        .office
        .post(&format!("{inside}/step"), &officer, &look)
        .await;
    let printed = space
        .office
        .get(&format!("{inside}/extract"), &officer)
        .await;
    assert_eq!(printed.status, StatusCode::OK, "{}", printed.text());
    assert!(printed.text().contains("样例银行") && printed.text().contains("青禾"));
    let looks = he.page("/my/looks").await;
    assert!(
        looks.contains("凭授权打印") && !looks.contains("officer"),
        "{looks}"
    );
}

#[tokio::test]
async fn no_address_gives_another_organisations_matters() {
    let space = Space::new();
    let (he, qi) = (space.enter("he").await, space.enter("qi").await);
    let home = he.page("/my").await;
    let record = link(&home, "/my/records/");
    let about = record.trim_start_matches("/my/records/").to_owned();
    let slip = format!(
        "kind=authorisation&step=open&about={QINGHE}&field-RECIPIENT=样例银行&field-PURPOSE=贷款\
         &field-SECTIONS=公示中的记录&field-UNTIL=2026-12-31"
    );
    let reply = he.post("/my/cases/new", &slip).await;
    let case = reply
        .header(header::LOCATION)
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    let mut tried = 0;
    for (method, path, _) in SPACE_ROUTES {
        let (at, fields) = match *path {
            p if p.starts_with("/my/cases/{id}") => (
                p.replace("/my/cases/{id}", &case)
                    .replace("{place}", "1-x")
                    .replace("{file}", "f"),
                "step=revoke&seq=1".to_owned(),
            ),
            "/my/records/{id}" => (record.clone(), String::new()),
            "/my/cases/new" => (
                format!("{path}?kind=objection&about={about}"),
                format!(
                    "kind=objection&step=open&about={about}&field-MATTER=内容&field-CLAIM=x&field-WHY=y"
                ),
            ),
            p => {
                assert!(!p.contains('{'), "{p}: of what is the id?");
                continue;
            }
        };
        tried += 1;
        let reply = match *method {
            "get" => qi.get(&at).await,
            _ => qi.post(&at, &fields).await,
        };
        let told = reply.text();
        // A form that offers nothing opens nothing.
        let offers = (*method, *path) == ("get", "/my/cases/new");
        assert_eq!(
            reply.status.is_success(),
            offers,
            "{method} {at}: {} {told}",
            reply.status
        );
        assert!(!reply.status.is_redirection(), "{method} {at}");
        for secret in ["青禾", "样例银行"] {
            assert!(!told.contains(secret), "{method} {at} tells {secret}");
        }
    }
    assert!(tried > 8, "{tried} addresses name something");
    assert!(
        he.page(&case).await.contains("授权有效"),
        "nothing was done"
    );
}

#[tokio::test]
async fn a_form_from_elsewhere_or_without_its_token_does_nothing() {
    let space = Space::new();
    let he = space.enter("he").await;
    for (method, path, _) in SPACE_ROUTES {
        if *method == "get" || OPEN.contains(path) {
            continue;
        }
        let path = filled(path);
        let form = |site: &'static str, fields: String| {
            let request = request(Method::POST, &path, &he.cookie)
                .header("sec-fetch-site", site)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            space.send(request.body(Body::from(fields)).unwrap())
        };
        let elsewhere = form("cross-site", format!("form_token={}", he.token)).await;
        assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "{path}");
        let without = form("same-origin", "form_token=x".to_owned()).await;
        assert!(
            without.status.is_client_error(),
            "{path}: {}",
            without.status
        );
    }
    assert!(he.page("/my").await.contains("青禾"), "still signed in");
}

#[tokio::test]
async fn an_officer_binds_an_agent_on_the_page_and_ends_it() {
    let office = Office::new();
    let officer = office.enter("officer").await;
    let page = office.get("/agents", &officer).await;
    let token = token(page.text());
    let fields = |number: &str| {
        format!(
            "form_token={token}&code={}&name=戚设宁&login=ning&document=授权委托书&number={number}&until=2026-12-31",
            HESHUN[1]
        )
    };
    let wrong = office
        .post("/agents", &officer, &fields("11010119900307001X"))
        .await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text().contains("身份证件号码") && !wrong.text().contains("19900307001"));
    let done = office.post("/agents", &officer, &fields("3号")).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    assert!(done.text().contains("初始密码"));
    let (_, rest) = done.text().split_once("name=\"binding\" value=\"").unwrap();
    let binding = rest.split('"').next().unwrap();
    let end = format!("form_token={token}&binding={binding}&why=已经离职");
    let ended = office.post("/agents/end", &officer, &end).await;
    assert!(ended.text().contains("已经离职"), "{}", ended.text());
    let clerk = office.enter("clerk").await;
    assert_eq!(
        office.get("/agents", &clerk).await.status,
        StatusCode::FORBIDDEN
    );
}
