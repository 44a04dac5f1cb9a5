//! The desks of clerks, reviewers and the office: rows opened, files for the platform above, batches; and
//! what must come to nothing.

use crate::{
    Reply, TODAY,
    district::{QINGHE, penalty_file},
    handed::{Member, main_of, row},
    office::{Office, token},
};
use axum::http::{StatusCode, header};
use xinheng_app::{Actor, account, noon};
use xinheng_web::OFFICE_ROUTES;

/// The address behind a link that begins so.
fn link(page: &str, begins: &str) -> String {
    let rest = page.split(&format!("href=\"{begins}")).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("no link to {begins}: {page}"));
    format!("{begins}{}", rest.split('"').next().unwrap())
}

fn operator(office: &Office) -> xinheng_app::Ctx<'_> {
    let operator = Actor::Operator {
        name: "甲".to_owned(),
    };
    let district = &office.visit.district.office;
    district.ctx(operator, noon(TODAY).unwrap())
}

/// A file of two good rows, handed in by a clerk; the addresses of file and batch.
async fn handed_in(clerk: &Member<'_>) -> (String, String) {
    let at = clerk
        .upload(&penalty_file(&[
            row(81, "2026-11-18"),
            row(82, "2026-11-17"),
        ]))
        .await;
    let done = clerk.post(&format!("{at}/release"), "revision=1").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let batch = link(&clerk.page(&at).await, "/batches/");
    (at, batch)
}

#[tokio::test]
async fn a_row_is_opened_and_any_of_its_cells_corrected() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    let at = clerk.upload(&penalty_file(&[row(71, "2026-11-18")])).await;
    let page = clerk.page(&at).await;
    assert!(page.contains("可以报送") && page.contains(&format!("{at}/rows?is=new")));
    let rows = clerk.page(&format!("{at}/rows?is=new")).await;
    let one = link(main_of(&rows), &format!("{at}/row?at="));
    let page = clerk.page(&one).await;
    let field = main_of(&page).split("value=\"2026-11-18\"").next().unwrap();
    let field = field.rsplit("name=\"").next().unwrap().split('"').next();
    let field = field.unwrap();
    let saved = clerk
        .post(
            &format!("{at}/edit"),
            &format!("revision=1&row=2&{field}=2026-11-17"),
        )
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let back = saved.header(header::LOCATION);
    assert_eq!(back, format!("{at}/row?at=2&saved=1"));
    let page = clerk.page(back).await;
    assert!(page.contains("已保存 1 处改正") && page.contains("已经改过"));
    // Typed into a form of before: nothing is lost, nothing is saved.
    let late = clerk
        .post(
            &format!("{at}/edit"),
            &format!("revision=1&row=2&{field}=%3Cb%3E"),
        )
        .await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text().contains("在您打开之后有了变动") && late.text().contains("&#60;b&#62;"));
    for (path, status) in [
        ("row?at=1", 404),
        ("row?at=9", 404),
        ("row?at=x", 400),
        ("row", 404),
        ("rows?is=x", 400),
        ("rows?from=x", 400),
        ("rows?from=99", 200),
    ] {
        let reply = clerk.get(&format!("{at}/{path}")).await;
        assert_eq!(reply.status.as_u16(), status, "{path}");
    }
    let done = clerk.post(&format!("{at}/release"), "revision=2").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!(
        clerk.get(&one).await.status,
        StatusCode::NOT_FOUND,
        "it is over"
    );
}

#[tokio::test]
async fn what_corrects_records_is_asked_before_it_is_handed_in() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    handed_in(&clerk).await;
    let changed = row(82, "2026-11-17").replace("超过保质期", "超过保存期限");
    assert_ne!(changed, row(82, "2026-11-17"), "a text to be changed");
    let list = penalty_file(&[row(81, "2026-11-18"), changed, row(83, "2026-11-18")]);
    let at = clerk.upload(&list).await;
    let page = clerk.page(&at).await;
    for told in [
        "rows?is=unchanged\">已在库 1 条",
        "rows?is=corrects\">更正 1 条",
        "rows?is=new\">新的 1 条",
        "name=\"corrects\"",
    ] {
        assert!(page.contains(told), "{told}: {}", main_of(&page));
    }
    let unasked = clerk.post(&format!("{at}/release"), "revision=1").await;
    assert_eq!(unasked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unasked.text().contains("报送就是更正"));
    let done = clerk
        .post(&format!("{at}/release"), "revision=1&corrects=yes")
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
}

async fn made(clerk: &Member<'_>, more: &str) -> Reply {
    let fields =
        format!("template=penalty-organisations&kind=.csv&from=2026-11-01&until=2026-11-30{more}");
    clerk.post("/forward", &fields).await
}

#[tokio::test]
async fn a_file_for_the_platform_above_is_made_downloaded_and_answered() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    let (_, batch) = handed_in(&clerk).await;
    let page = clerk.page(&batch).await;
    let way = link(main_of(&page), "/forward?item=penalty")
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let form = clerk.page(way.split('#').next().unwrap()).await;
    assert!(
        form.contains("value=\"penalty-organisations\" selected"),
        "{form}"
    );
    let reply = made(&clerk, "").await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let main = main_of(reply.text());
    assert!(main.contains("已经生成，2 行"), "{main}");
    let one = link(main, "/forward/");
    let one = one.trim_end_matches("/file").to_owned();
    let file = clerk.get(&format!("{one}/file")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(
        file.header(header::CONTENT_DISPOSITION)
            .starts_with("attachment")
    );
    assert!(file.text().contains("衡信市监罚〔2026〕81号"));
    // A second time nothing is left to be sent.
    assert!(made(&clerk, "").await.text().contains("没有要报送的"));
    let answer = "行政处罚决定书文号,行政相对人名称,处理结果,错误代码,错误原因\n\
        衡信市监罚〔2026〕81号,衡川市青禾食品有限公司,入库成功,,\n\
        衡信市监罚〔2026〕82号,衡川市青禾食品有限公司,失败,1001,<b>名称不符\n";
    let path = format!("{one}/receipt");
    // Not from elsewhere, not without the token.
    for (token, site) in [(clerk.token.as_str(), "cross-site"), ("x", "same-origin")] {
        for path in [path.as_str(), "/forward/receipt"] {
            let reply = clerk.send_file(path, answer, token, site).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path} {token} {site}");
        }
    }
    let reply = clerk
        .send_file(&path, answer, &clerk.token, "same-origin")
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let main = main_of(reply.text());
    assert!(
        main.contains("接收 1 行") && main.contains("&#60;b&#62;名称不符"),
        "{main}"
    );
    let again = clerk
        .send_file("/forward/receipt", answer, &clerk.token, "same-origin")
        .await;
    assert!(again.text().contains("以前已经读入"));
    // Each count is a link to its rows.
    let list = clerk.page("/forward").await;
    for (is, number) in [("accepted", "81"), ("refused", "82")] {
        let rows = link(&list, &format!("{one}?is={is}"));
        let page = clerk.page(&rows).await;
        let table = page.split("<tbody>").nth(1).unwrap();
        assert!(
            table.contains(&format!("〔2026〕{number}号")),
            "{is}: {table}"
        );
        assert_eq!(table.matches("<tr>").count(), 1, "{is}");
    }
    // What is wrong is told on the page, with what was typed.
    for (more, told) in [
        ("&kind=", ""),
        ("&until=2026-01-01", "晚于"),
        ("&until=", "起止"),
        ("&template=nothing", "请选择报送模板"),
        ("&kind=.doc", "请选择文件的种类"),
    ] {
        let fields = "template=penalty-organisations&kind=.csv&from=2026-11-01&until=2026-11-30";
        let (name, value) = more.trim_start_matches('&').split_once('=').unwrap();
        let fields: Vec<String> = fields
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((known, _)) if known == name => format!("{name}={value}"),
                _ => pair.to_owned(),
            })
            .collect();
        let reply = clerk.post("/forward", &fields.join("&")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{more}");
        assert!(reply.text().contains(told), "{more}");
    }
    let none = clerk
        .send_file(
            "/forward/receipt",
            "a,b\n1,2\n",
            &clerk.token,
            "same-origin",
        )
        .await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    assert!(none.text().contains("不能作为回执读入"));
    // The office sees it, and may make one for any department.
    let officer = Member::of(&office, "officer").await;
    let list = officer.page("/forward?department=d1").await;
    assert!(list.contains(&one) && !officer.page("/forward?department=d2").await.contains(&one));
    let theirs = made(&officer, "&department=d1&again=yes").await;
    assert!(theirs.text().contains("已经生成"), "{}", theirs.text());
}

#[tokio::test]
async fn an_old_batch_tells_its_findings_and_gives_its_receipt() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    let at = clerk
        .upload(&penalty_file(&[
            row(91, "2026-11-18"),
            row(92, "2026.13.40"),
        ]))
        .await;
    clerk.post(&format!("{at}/release"), "revision=1").await;
    let batch = link(&clerk.page(&at).await, "/batches/");
    let page = clerk.page(&batch).await;
    let refused = link(main_of(&page), &format!("{batch}/findings?is=refused"));
    let kind = link(main_of(&page), &format!("{batch}/findings?code=date"));
    for path in [&kind, &refused] {
        let page = clerk.page(path).await;
        assert!(page.contains("2026.13.40"), "{path}: {}", main_of(&page));
        assert_eq!(main_of(&page).matches("<li>").count(), 1, "{path}");
    }
    let receipt = clerk.get(&format!("{batch}/receipt.txt")).await;
    assert_eq!(receipt.status, StatusCode::OK);
    assert!(
        receipt
            .header(header::CONTENT_DISPOSITION)
            .starts_with("attachment")
    );
    let text = receipt.text();
    assert!(
        text.contains("新收到1") && text.contains("需要改正1"),
        "{text}"
    );
    assert!(text.contains(batch.trim_start_matches("/batches/")));
    for bad in ["findings?is=x", "findings?after=x"] {
        let reply = clerk.get(&format!("{batch}/{bad}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    // Given up only by whoever says that they mean it.
    let unsure = clerk
        .post(&format!("{batch}/abandon"), "grounds=误报的文件")
        .await;
    assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
    assert!(unsure.text().contains("勾选确认"));
}

/// Every address that names something, with what another department's is called.
#[tokio::test]
async fn another_departments_id_opens_nothing_at_any_address() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    let (_, batch) = handed_in(&clerk).await;
    let staged = clerk.upload(&penalty_file(&[row(85, "2026-11-18")])).await;
    let reply = made(&clerk, "").await;
    let forward = link(main_of(reply.text()), "/forward/");
    let forward = forward.trim_end_matches("/file").to_owned();
    let public = office.visit.page(&format!("/subjects/{QINGHE}")).await;
    let mut record = String::new();
    for rest in public.split("href=\"/records/").skip(1) {
        let id = rest.split('"').next().unwrap();
        if office
            .visit
            .page(&format!("/records/{id}"))
            .await
            .contains("〔2026〕81号")
        {
            record = id.to_owned();
        }
    }
    assert!(!record.is_empty(), "{public}");
    let opening = format!("kind=record-change&step=data-error&about={record}&field-ERROR=事实有误");
    let reply = clerk.post("/cases/new", &opening).await;
    let case = reply
        .header(axum::http::header::LOCATION)
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    assert!(case.starts_with("/cases/"), "{}", reply.text());
    let both = ["clerk", "reviewer"];
    let other = Member::new(&office, "other", &both, "d2").await;
    let mut tried = 0;
    for (method, path, act) in OFFICE_ROUTES {
        // By what it begins with, an address says of what the id is.
        let (named, fields) = match *path {
            p if p.starts_with("/hand-in/{id}") => (p.replace("/hand-in/{id}", &staged), "revision=1&cell-2-1=x&at=2".to_owned()),
            p if p.starts_with("/batches/{id}") => (p.replace("/batches/{id}", &batch), "grounds=误报的文件&sure=yes".to_owned()),
            p if p.starts_with("/cases/{id}") => (p.replace("/cases/{id}", &case), "step=drop&seq=1&field-CHECKED=无误".to_owned()),
            p if p.starts_with("/api/office/cases/{id}") => (p.replace("/cases/{id}", &case), r#"{"step":"drop","seen":1}"#.to_owned()),
            "/api/office/cases" if *method == "post" => ((*path).to_owned(), format!(r#"{{"kind":"record-change","step":"open","about":"{record}"}}"#)),
            "/api/office/cases/openings" => (format!("{path}?kind=record-change&about={record}"), String::new()),
            "/cases/new" => (format!("{path}?kind=record-change&about={record}"), opening.clone()),
            p if p.starts_with("/forward/{id}") => (p.replace("/forward/{id}", &forward), String::new()),
            "/readings/one" => (format!("{path}?record={record}&field=CF_SY"), String::new()),
            "/readings" if *method == "post" => ((*path).to_owned(), format!("record={record}&field=CF_SY&says=masked")),
            p if p.starts_with("/records/") => (format!("{path}?id={record}&code={QINGHE}&purpose=核实"), format!("id={record}&revision=1&grounds=核实&over=no&class=general&document=函&dated=2026-11-18&by=某局")),
            "/forward" if *method == "post" => ((*path).to_owned(), "template=penalty-organisations&kind=.csv&from=2026-11-01&until=2026-11-30&department=d1".to_owned()),
            p => {
                assert!(!p.contains("{id}"), "{p}: of what is the id?");
                continue;
            }
        };
        tried += 1;
        let reply = match *method {
            "get" => other.get(&named).await,
            _ if path.ends_with("/receipt") => {
                let answer = "文书号,处理结果\n1,成功\n";
                other
                    .send_file(&named, answer, &other.token, "same-origin")
                    .await
            }
            _ if path.starts_with("/api/") => {
                let body: serde_json::Value = serde_json::from_str(&fields).unwrap();
                office.tell(&named, &other.cookie, &body).await
            }
            _ => other.post(&named, &fields).await,
        };
        // A department named in a field is not heard: they act for their own. A form that offers nothing
        // opens nothing.
        let own = *path == "/forward"
            || *path == "/api/office/cases/openings"
            || (*method, *path) == ("get", "/cases/new");
        let told = reply.text();
        let opened = reply.status.is_success() || reply.status.is_redirection();
        assert_eq!(
            opened,
            own,
            "{method} {path} ({}): {} {told}",
            act.id(),
            reply.status
        );
        for secret in ["青禾", "〔2026〕8"] {
            assert!(!told.contains(secret), "{method} {path} tells {secret}");
        }
    }
    assert!(tried > 20, "{tried} addresses name something");
    // All is as it was.
    assert!(clerk.page(&staged).await.contains("可以报送"));
    assert!(clerk.page(&batch).await.contains("已经导入"));
}

#[tokio::test]
async fn a_session_that_ends_or_a_cookie_that_is_tampered_with_sends_no_form() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    let at = clerk.upload(&penalty_file(&[row(86, "2026-11-18")])).await;
    let release = format!("{at}/release");
    let fields = format!("form_token={}&revision=1", clerk.token);
    // One sign of the session changed.
    let (name, value) = clerk.cookie.split_once('=').unwrap();
    let turned = match value.as_bytes()[0] {
        b'0' => '1',
        _ => '0',
    };
    let tampered = format!("{name}={turned}{}", &value[1..]);
    let reply = office.post(&release, &tampered, &fields).await;
    assert!(reply.header(header::LOCATION).starts_with("/sign-in"));
    // The token of another session of the same person.
    let second = office.enter("clerk").await;
    let theirs = token(office.get("/", &second).await.text());
    let crossed = format!("form_token={theirs}&revision=1");
    let reply = office.post(&release, &clerk.cookie, &crossed).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    // Ended elsewhere while the form stood open.
    let ended = office
        .post(
            "/account/sessions/end",
            &second,
            &format!("form_token={theirs}"),
        )
        .await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);
    for (method, path, _) in OFFICE_ROUTES {
        if *method == "post" && !["/sign-in", "/sign-in/demo", "/text-size"].contains(path) {
            let reply = office.post(path, &clerk.cookie, &fields).await;
            if path.starts_with("/api/") {
                assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{path}");
                continue;
            }
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{path}");
            assert!(
                reply.header(header::LOCATION).starts_with("/sign-in"),
                "{path}"
            );
        }
    }
    // The clerk locked by the administrator in the middle, signed in anew.
    let clerk = Member::of(&office, "clerk").await;
    assert!(
        clerk.page(&at).await.contains("可以报送"),
        "nothing was done"
    );
    account::lock(&operator(&office), "clerk", true).unwrap();
    let reply = clerk.post(&release, "revision=1").await;
    assert_ne!(reply.status, StatusCode::OK);
    assert!(
        office
            .visit
            .page(&format!("/subjects/{QINGHE}"))
            .await
            .find("〔2026〕86号")
            .is_none()
    );
}

/// Each piece of work on a desk leads to its rows.
#[tokio::test]
async fn every_count_on_a_desk_leads_to_its_rows() {
    let office = Office::new();
    let clerk = Member::of(&office, "clerk").await;
    clerk.upload(&penalty_file(&[row(87, "2026-11-18")])).await;
    for login in ["clerk", "officer", "system", "security", "audit"] {
        let member = Member::of(&office, login).await;
        let home = member.page("/").await;
        let work = main_of(&home).split("desk-work").nth(1);
        let links: Vec<String> = work
            .unwrap_or_default()
            .split("href=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        assert!(!links.is_empty(), "{login}: {home}");
        for href in links {
            let reply = member.get(&href).await;
            assert_eq!(reply.status, StatusCode::OK, "{login} {href}");
        }
    }
    let officer = Member::of(&office, "officer").await;
    let home = officer.page("/").await;
    for href in [
        "/batches",
        "/readings",
        "/records/held",
        "/records/withheld",
        "/forward",
    ] {
        assert!(main_of(&home).contains(&format!("href=\"{href}")), "{href}");
    }
}

/// Where the finder has other words than those by which texts were noted, the list would have to read
/// every record: the page says so and reads none, until all is noted anew.
#[tokio::test]
async fn texts_that_are_gone_through_anew_are_not_looked_for_on_a_page() {
    let office = Office::new();
    let officer = Member::of(&office, "officer").await;
    let page = officer.page("/readings").await;
    assert!(page.contains("正在重新整理"), "{page}");
    assert!(officer.page("/").await.contains("href=\"/readings\""));
    xinheng_app::wording::fill(&operator(&office), &mut |_| {}).unwrap();
    let page = officer.page("/readings").await;
    assert!(!page.contains("正在重新整理"), "{page}");
    assert!(page.contains("class=\"count\"") && page.contains(" 段"));
}
