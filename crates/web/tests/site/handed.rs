//! Files prepared in the browser, as those meet them who upload, correct and release.

use crate::{
    Reply, TODAY,
    district::{QINGHE, penalty, penalty_file},
    office::{Office, request, token},
};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use xinheng_app::{
    Actor,
    account::{self, Grant, NewAccount},
    noon,
};

pub fn row(number: u32, decided: &str) -> String {
    let name = "衡川市青禾食品有限公司";
    penalty(name, "法人及非法人组织", QINGHE, number, decided, "")
}

/// A file whose second row has a wrong day.
fn file() -> String {
    penalty_file(&[row(71, "2026-11-18"), row(72, "2026.13.40")])
}

/// Somebody who has signed in.
pub struct Member<'a> {
    office: &'a Office,
    pub cookie: String,
    pub token: String,
}

impl<'a> Member<'a> {
    /// One of those that the district has.
    pub async fn of(office: &'a Office, login: &str) -> Self {
        let cookie = office.enter(login).await;
        let token = token(office.get("/", &cookie).await.text());
        Self {
            office,
            cookie,
            token,
        }
    }

    /// A new one, with roles of a department.
    pub async fn new(office: &'a Office, login: &str, roles: &[&str], department: &str) -> Self {
        let operator = Actor::Operator {
            name: "甲".to_owned(),
        };
        let ctx = office
            .visit
            .district
            .office
            .ctx(operator, noon(TODAY).unwrap());
        let new = NewAccount {
            login,
            name: "安样宁",
            demo: true,
        };
        account::make(&ctx, new).unwrap();
        for role in roles {
            let grant = Grant {
                login,
                role,
                department: Some(department),
                from: None,
                until: None,
            };
            account::grant(&ctx, grant).unwrap();
        }
        Self::of(office, login).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.office.get(path, &self.cookie).await
    }

    pub async fn page(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        reply.text().to_owned()
    }

    pub async fn post(&self, path: &str, fields: &str) -> Reply {
        let fields = format!("form_token={}&{fields}", self.token);
        self.office.post(path, &self.cookie, &fields).await
    }

    async fn upload_as(&self, text: &str, token: &str, site: &'static str) -> Reply {
        self.send_file("/hand-in", text, token, site).await
    }

    pub async fn send_file(
        &self,
        path: &str,
        text: &str,
        token: &str,
        site: &'static str,
    ) -> Reply {
        let part = |head: &str, body: &str| {
            format!("--grenze\r\ncontent-disposition: form-data; {head}\r\n\r\n{body}\r\n")
        };
        let body = part("name=\"form_token\"", token)
            + &part("name=\"file\"; filename=\"处罚.csv\"", text)
            + "--grenze--\r\n";
        let request = request(Method::POST, path, &self.cookie)
            .header("sec-fetch-site", site)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=grenze");
        self.office
            .send(request.body(Body::from(body)).unwrap())
            .await
    }

    /// Uploads a file; its address.
    pub async fn upload(&self, text: &str) -> String {
        let reply = self.upload_as(text, &self.token, "same-origin").await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        reply.header(header::LOCATION).to_owned()
    }
}

pub fn main_of(page: &str) -> &str {
    page.split("<main").nth(1).unwrap()
}

/// The name of the field that holds a value.
fn field<'p>(page: &'p str, value: &str) -> &'p str {
    let before = page
        .split(&format!("value=\"{value}\" autocomplete"))
        .next();
    let name = before.unwrap().rsplit("name=\"").next().unwrap();
    name.split('"').next().unwrap()
}

#[tokio::test]
async fn a_file_is_uploaded_corrected_and_handed_in() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    assert!(main_of(&clerk.page("/").await).contains("href=\"/hand-in\""));
    let at = clerk.upload(&file()).await;
    assert_eq!(clerk.upload(&file()).await, at, "sent twice it is one");
    let page = clerk.page(&at).await;
    let main = main_of(&page);
    assert!(main.contains("需要改正") && main.contains("L3"), "{main}");
    assert!(main.contains("2026.13.40"));
    let name = field(main, "2026.13.40").to_owned();
    let edited = clerk
        .post(
            &format!("{at}/edit"),
            &format!("revision=1&{name}=2026-11-17"),
        )
        .await;
    assert_eq!(edited.status, StatusCode::SEE_OTHER, "{}", edited.text());
    let back = edited.header(header::LOCATION).to_owned();
    let page = clerk.page(back.split('#').next().unwrap()).await;
    assert!(page.contains("已保存 1 处改正") && !page.contains("2026.13.40"));
    let book = clerk.get(&format!("{at}/workbook.xlsx")).await;
    assert_eq!(book.status, StatusCode::OK);
    assert!(book.body.starts_with(b"PK"));
    let done = clerk.post(&format!("{at}/release"), "revision=2").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let receipt = clerk.page(&at).await;
    assert!(receipt.contains("回执"), "{receipt}");
    let batch = receipt.split("href=\"/batches/").nth(1).unwrap();
    let batch = format!("/batches/{}", batch.split('"').next().unwrap());
    let page = clerk.page(&batch).await;
    assert!(page.contains("已经导入") && page.contains("处罚.csv"));
    assert!(clerk.page("/batches").await.contains(&batch));
    // Sent again, and given up when it is through: refused, on the page.
    let again = clerk.post(&format!("{at}/release"), "revision=3").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text().contains("已经报送，不能再办理"));
    let given_up = clerk
        .post(&format!("{batch}/abandon"), "grounds=误报的文件&sure=yes")
        .await;
    assert_eq!(given_up.status, StatusCode::UNPROCESSABLE_ENTITY);
    let no_grounds = clerk
        .post(&format!("{batch}/abandon"), "grounds=&sure=yes")
        .await;
    assert_eq!(no_grounds.status, StatusCode::BAD_REQUEST);
    // The office sees batches, and no prepared file.
    let officer = Member::of(&office, "officer").await;
    assert!(officer.page("/batches").await.contains(&batch));
    assert_eq!(officer.get("/hand-in").await.status, StatusCode::FORBIDDEN);
    assert_eq!(officer.get(&at).await.status, StatusCode::FORBIDDEN);
    // What was handed in is public.
    let public = office.visit.page(&format!("/subjects/{QINGHE}")).await;
    assert!(public.contains("衡信市监罚〔2026〕72号"));
}

#[tokio::test]
async fn a_suggestion_is_one_button() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    let wrong = row(73, "2026-11-18").replace("衡川市青禾食品", "\u{200b}衡川市青禾食品");
    let at = clerk.upload(&penalty_file(&[wrong])).await;
    let page = clerk.page(&at).await;
    let name = page
        .split("name=\"take\" value=\"")
        .nth(1)
        .expect("a button");
    let name = name.split('"').next().unwrap();
    let taken = clerk
        .post(
            &format!("{at}/edit"),
            &format!("revision=1&take={name}&cell-{name}=x"),
        )
        .await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    let page = clerk.page(&at).await;
    assert!(!page.contains("name=\"take\"") && page.contains("已经改好的格子"));
}

/// The same in every row is one button, running text has room, and nothing good is nothing to release.
#[tokio::test]
async fn what_every_row_has_wrong_is_one_button() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    let reviewer = Member::new(&office, "reviews", &["reviewer"], "d1").await;
    let wrong = [74, 75, 76].map(|n| row(n, "去年十一月"));
    let at = clerk.upload(&penalty_file(&wrong)).await;
    let page = clerk.page(&at).await;
    assert!(page.contains("现在没有可以报送的数据") && !page.contains("另一人审核后报送"));
    let told = reviewer.page(&at).await;
    assert!(told.contains("现在没有可以报送的数据") && !told.contains("报送这份文件"));
    let desk = reviewer.page("/").await;
    assert!(desk.contains("没有可以报送的数据，要先改正"), "{desk}");
    let (before, _) = page.split_once("value=\"去年十一月\"").unwrap();
    let name = before.rsplit("name=\"cell-").next().unwrap();
    let name = name.split('"').next().unwrap();
    let column = name.split_once('-').unwrap().1;
    let offered = page.split("name=\"all\" value=\"").skip(1);
    let of_column: Vec<&str> = offered
        .filter(|b| {
            b.split('"')
                .next()
                .unwrap()
                .ends_with(&format!("-{column}"))
        })
        .collect();
    assert_eq!(of_column.len(), 1, "told once for a column");
    assert!(of_column[0].starts_with(&format!("{name}\">这一列有 3 格填的一样，全部照这一格改")));
    let saved = clerk
        .post(
            &format!("{at}/edit"),
            &format!("revision=1&all={name}&cell-{name}=2026-11-18"),
        )
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert!(saved.header(header::LOCATION).contains("saved=3"));
    let page = clerk.page(&at).await;
    assert!(!page.contains("现在没有可以报送的数据"));
}

#[tokio::test]
async fn another_departments_file_is_not_there() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    let at = clerk.upload(&file()).await;
    let other = Member::new(&office, "other", &["clerk"], "d2").await;
    let reviewer = Member::new(&office, "reviews", &["reviewer"], "d2").await;
    for path in [at.clone(), format!("{at}/workbook.xlsx")] {
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(reviewer.get(&path).await.status, StatusCode::NOT_FOUND);
    }
    for (step, status) in [("edit", 403), ("release", 404), ("withdraw", 403)] {
        let path = format!("{at}/{step}");
        let reply = other.post(&path, "revision=1&cell-3-12=x").await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{step}");
        let reply = reviewer.post(&path, "revision=1&cell-3-12=x").await;
        assert_eq!(reply.status.as_u16(), status, "{step}");
    }
    assert!(!other.page("/hand-in").await.contains(&at));
    let reply = reviewer
        .upload_as(&file(), &reviewer.token, "same-origin")
        .await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(clerk.page(&at).await.contains("2026.13.40"), "as it was");
}

#[tokio::test]
async fn a_form_from_elsewhere_or_of_before_changes_nothing() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    for (token, site) in [
        (clerk.token.as_str(), "cross-site"),
        ("", "same-origin"),
        ("x", "same-origin"),
    ] {
        let reply = clerk.upload_as(&file(), token, site).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{token} {site}");
    }
    let nothing = clerk.page("/hand-in").await;
    assert!(nothing.contains("还没有准备报送的文件"));
    let at = clerk.upload(&file()).await;
    for step in ["edit", "release", "withdraw"] {
        let path = format!("{at}/{step}");
        let elsewhere = request(Method::POST, &path, &clerk.cookie)
            .header("sec-fetch-site", "cross-site")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let fields = format!("form_token={}&revision=1", clerk.token);
        let reply = office
            .send(elsewhere.body(Body::from(fields)).unwrap())
            .await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{step}");
        let reply = office.post(&path, &clerk.cookie, "revision=1").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{step}");
        let reply = clerk.post(&path, "revision=x").await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{step}");
        let reply = clerk.post(&path, "revision=7&cell-3-12=%3Cb%3E").await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{step}");
        assert!(reply.text().contains("在您打开之后有了变动"));
        // What was typed is kept, as text.
        assert_eq!(reply.text().contains("&#60;b&#62;"), step == "edit");
    }
    for fields in [
        "revision=1&cell-1-1=x",
        "revision=1&cell-x=x",
        "revision=1&cell-99-1=x",
        "revision=1&row=x&cell-2-1=x",
    ] {
        let reply = clerk.post(&format!("{at}/edit"), fields).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{fields}");
    }
    let gone = clerk.post(&format!("{at}/withdraw"), "revision=1").await;
    assert_eq!(gone.header(header::LOCATION), "/hand-in");
    assert!(clerk.page(&at).await.contains("已经撤回"));
    let missing = clerk.get(&format!("{at}/workbook.xlsx")).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let strange = clerk.get(&format!("{at}?from=x")).await;
    assert_eq!(strange.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_no_table_is_told_beside_the_form() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    for text in ["你好", "%PDF-1.7 \u{1}", "a,b\n1,2\n"] {
        let reply = clerk.upload_as(text, &clerk.token, "same-origin").await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
        assert!(reply.text().contains("没有接收这份文件"));
    }
    let reply = clerk.post("/hand-in", "").await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_reviewer_releases_what_another_prepared() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    let both = Member::new(&office, "both", &["clerk", "reviewer"], "d1").await;
    let own = both.upload(&penalty_file(&[row(74, "2026-11-18")])).await;
    let reply = both.post(&format!("{own}/release"), "revision=1").await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text().contains("您自己准备或者改正过的"));
    let at = clerk.upload(&file()).await;
    let page = clerk.page(&at).await;
    assert!(!page.contains(&format!("action=\"{at}/release\"")));
    let reply = clerk.post(&format!("{at}/release"), "revision=1").await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = both.page(&at).await;
    assert!(page.contains(&format!("action=\"{at}/release\"")));
    // Taken away between opening and pressing the button.
    let reviewer = Member::new(&office, "reviews", &["reviewer"], "d1").await;
    reviewer.page(&at).await;
    let operator = Actor::Operator {
        name: "甲".to_owned(),
    };
    let ctx = office
        .visit
        .district
        .office
        .ctx(operator, noon(TODAY).unwrap());
    account::revoke(&ctx, "reviews", "reviewer", Some("d1")).unwrap();
    let reply = reviewer.post(&format!("{at}/release"), "revision=1").await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    let reply = both.post(&format!("{at}/release"), "revision=1").await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
}

#[tokio::test]
async fn one_decision_is_filled_in_as_a_form() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    let page = clerk.page("/hand-in/one?item=penalty").await;
    assert!(page.contains("name=\"field-CF_XDR_MC\""));
    let missing = clerk.get("/hand-in/one?item=nothing").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let text = penalty_file(&[row(75, "2026-11-18")]);
    let (head, values) = text.trim().split_once('\n').unwrap();
    let fields = |decided: &str| {
        let pairs = head.split(',').zip(values.split(','));
        let pairs = pairs.map(|(name, value)| {
            let value = if name == "CF_JDRQ" { decided } else { value };
            format!("field-{name}={value}")
        });
        format!("item=penalty&{}", pairs.collect::<Vec<_>>().join("&"))
    };
    let wrong = clerk.post("/hand-in/one", &fields("十一月")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let main = main_of(wrong.text());
    assert!(main.contains("href=\"#field-CF_JDRQ\"") && main.contains("value=\"十一月\""));
    assert!(
        main.contains("衡信市监罚〔2026〕75号"),
        "nothing typed is lost"
    );
    let empty = clerk.post("/hand-in/one", "item=penalty").await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    let good = clerk.post("/hand-in/one", &fields("2026-11-18")).await;
    assert_eq!(good.status, StatusCode::SEE_OTHER, "{}", good.text());
    let page = clerk.page(good.header(header::LOCATION)).await;
    assert!(page.contains("单条填报（行政处罚）"));
}
