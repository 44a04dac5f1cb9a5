use crate::{
    Visit,
    district::{QINGHE, penalty, penalty_file},
};
use axum::http::{Method, StatusCode, header};
use xinheng_web::Limits;

/// Two rows: one with a wrong check character, one right.
fn faulty() -> String {
    penalty_file(&[
        penalty(
            "衡川市青禾食品有限公司",
            "法人及非法人组织",
            "91990100MA0X00015X",
            21,
            "2026-11-10",
            "",
        ),
        penalty(
            "衡川市青禾食品有限公司",
            "法人及非法人组织",
            QINGHE,
            22,
            "2026-11-11",
            "",
        ),
    ])
}

#[tokio::test]
async fn a_table_is_checked_and_the_faulty_cell_is_shown() {
    let visit = Visit::new();
    let sent = visit
        .hand_in("/check", "十一月.csv", faulty().as_bytes())
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let address = sent.header(header::LOCATION).to_owned();
    let html = visit.page(&address).await;
    assert!(html.contains("有 1 条数据需要改正"), "{html}");
    let place = "<strong>C2 行政相对人代码_1(统一社会信用代码)</strong>";
    assert!(html.contains(place), "{html}");
    assert!(html.contains("十一月.csv"));
    assert!(
        html.contains("91990100MA0X00015") && html.contains("<mark>X</mark>"),
        "the check character is marked"
    );
    let kept = visit.get(&address).await;
    assert_eq!(
        kept.header(header::CACHE_CONTROL),
        "no-store",
        "nobody else may keep it"
    );
}

#[tokio::test]
async fn a_notice_about_a_column_is_an_example_and_no_record() {
    let visit = Visit::new();
    let file = penalty_file(&[penalty(
        "衡川市青禾食品有限公司",
        "法人及非法人组织",
        QINGHE,
        22,
        "2026.11.11",
        "",
    )]);
    let sent = visit.hand_in("/check", "点.csv", file.as_bytes()).await;
    let address = format!("{}?code=spelling-date", sent.header(header::LOCATION));
    let html = visit.page(&address).await;
    assert!(
        html.contains("href=\"/help/findings/spelling-date\""),
        "{html}"
    );
    assert!(html.contains("列 处罚决定日期</strong>"), "{html}");
    assert!(html.contains("<dt>例如</dt>"), "{html}");
    assert!(!html.contains("<dt>现在填的是") && !html.contains("<dt>可以改成"));
    assert!(html.contains("data-label=\"数量\">1 处</td>"), "{html}");
    assert!(html.contains("可以报送，有的地方请核对"), "{html}");
}

/// What the use case writes about a file, and with it the command.
fn command(visit: &Visit, path: &std::path::Path, file_name: &str) -> Vec<u8> {
    let input = xinheng_app::check::Input {
        path,
        file_name,
        sheet: None,
    };
    let mut lines = Vec::new();
    let ctx = visit.district.office.ctx(
        xinheng_app::Actor::Public,
        xinheng_app::noon(crate::TODAY).unwrap(),
    );
    let no_book = None::<std::fs::File>;
    xinheng_app::check::file(&ctx, input, &mut lines, no_book).unwrap();
    lines
}

#[tokio::test]
async fn every_file_of_a_department_goes_through_the_page() {
    let visit = Visit::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/departments");
    let mut sent = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name == "expected.toml" {
            continue;
        }
        let answer = visit
            .hand_in("/check", name, &std::fs::read(&path).unwrap())
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}");
        let address = answer.header(header::LOCATION).to_owned();
        let lines = visit.get(&format!("{address}/findings.jsonl")).await;
        assert_eq!(lines.body, command(&visit, &path, name), "{name}");
        let html = visit.page(&address).await;
        for line in lines.text().lines() {
            let finding: serde_json::Value = serde_json::from_str(line).unwrap();
            if let Some(code) = finding["code"].as_str() {
                assert!(
                    html.contains(&format!("href=\"/help/findings/{code}\"")),
                    "{name}: {code}"
                );
            }
        }
        sent += 1;
    }
    assert!(sent >= 40, "{sent} files");
}

#[tokio::test]
async fn the_page_and_the_interface_give_the_same_bytes() {
    let visit = Visit::new();
    let sent = visit
        .hand_in("/check", "十一月.csv", faulty().as_bytes())
        .await;
    let address = sent.header(header::LOCATION).to_owned();
    let page = visit.get(&format!("{address}/findings.jsonl")).await;
    let form = visit
        .hand_in("/api/v1/check", "十一月.csv", faulty().as_bytes())
        .await;
    assert_eq!(page.header(header::CONTENT_TYPE), "application/x-ndjson");
    assert_eq!(page.text(), form.text());
    let path = visit.district.write("elsewhere.csv", &faulty());
    assert_eq!(page.body, command(&visit, &path, "十一月.csv"));
    let last: serde_json::Value =
        serde_json::from_str(page.text().lines().last().unwrap()).unwrap();
    assert_eq!(last["summary"]["rows"], 2);
    assert_eq!(last["summary"]["file"], "十一月.csv");
}

#[tokio::test]
async fn one_kind_of_finding_can_be_looked_at_alone() {
    let visit = Visit::new();
    let sent = visit.hand_in("/check", "a.csv", faulty().as_bytes()).await;
    let address = sent.header(header::LOCATION).to_owned();
    let lines = visit.get(&format!("{address}/findings.jsonl")).await;
    let first: serde_json::Value =
        serde_json::from_str(lines.text().lines().next().unwrap()).unwrap();
    let code = first["code"].as_str().unwrap();
    assert!(
        visit
            .page(&format!("{address}?code={code}"))
            .await
            .contains("显示全部问题")
    );
    assert_eq!(
        visit.get(&format!("{address}?from=x")).await.status,
        StatusCode::BAD_REQUEST
    );
}

/// A small file made to have very many findings.
#[tokio::test]
async fn of_very_many_findings_the_first_are_listed_and_all_are_counted() {
    let visit = Visit::new();
    let head = penalty_file(&[]);
    let columns = head.matches(',').count();
    let row = format!("x{}\n", ",x".repeat(columns));
    let file = format!("{}{}", head.trim_end(), "\n") + &row.repeat(8000);
    let path = visit.district.write("x.csv", &file);
    let sent = visit.hand_in("/check", "x.csv", file.as_bytes()).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let address = sent.header(header::LOCATION);
    let lines = visit.get(&format!("{address}/findings.jsonl")).await;
    assert_eq!(lines.body, command(&visit, &path, "x.csv"));
    let last: serde_json::Value =
        serde_json::from_str(lines.text().lines().last().unwrap()).unwrap();
    let count = |key: &str| last["summary"][key].as_u64().unwrap();
    let listed = lines.text().lines().count() as u64 - 1;
    assert!(count("unlisted") > 0, "{last}");
    assert_eq!(count("findings"), listed + count("unlisted"));
    assert!(lines.body.len() < 64 << 20);
    let html = visit.page(address).await;
    assert!(
        html.contains("没有逐条列出") && html.contains("--all"),
        "{html}"
    );
    // Beyond the end there is nothing, and just before it the last ones.
    let cases = [
        (u64::MAX, false),
        (99_999_999, false),
        (listed, false),
        (listed - 1, true),
    ];
    for (from, some) in cases {
        let html = visit.page(&format!("{address}?from={from}")).await;
        assert_eq!(html.contains("<li class=\"finding "), some, "{from}");
        assert!(!html.contains("rel=\"next\""), "{from}");
        assert_eq!(html.contains("现在是第"), some, "{from}");
    }
}

#[tokio::test]
async fn a_result_for_which_there_is_no_room_is_told() {
    let visit = Visit::with(Limits {
        results_bytes: 100,
        ..Limits::default()
    });
    let file = faulty();
    let full = visit.hand_in("/check", "a.csv", file.as_bytes()).await;
    assert_eq!(full.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(full.header(header::RETRY_AFTER), "300");
    assert!(full.text().contains("存放空间已满"), "{}", full.text());
    // What keeps nothing goes on.
    for path in ["/api/v1/check/workbook", "/api/v1/check"] {
        let reply = visit.hand_in(path, "a.csv", file.as_bytes()).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn findings_are_kept_alone_where_a_workbook_has_no_room() {
    let visit = Visit::with(Limits {
        results_bytes: 5_000,
        ..Limits::default()
    });
    let sent = visit.hand_in("/check", "a.csv", faulty().as_bytes()).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let address = sent.header(header::LOCATION);
    let html = visit.page(address).await;
    assert!(html.contains("没有留下批注后的工作簿"), "{html}");
    assert!(!html.contains("workbook.xlsx"), "{html}");
    let none = visit.get(&format!("{address}/workbook.xlsx")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let list = visit.get(&format!("{address}/findings.xlsx")).await;
    assert!(list.body.starts_with(b"PK"));
}

/// Who breaks off half-way, and who does not wait at all, leaves everything as it was.
#[tokio::test]
async fn a_file_that_is_fetched_half_holds_nothing() {
    use http_body_util::BodyExt as _;
    let visit = Visit::with(Limits::default());
    let row = penalty(
        "甲",
        "法人及非法人组织",
        "91990100MA0X00015X",
        21,
        "2026",
        "",
    );
    let file = penalty_file(&vec![row; 1200]);
    let sent = visit.hand_in("/check", "a.csv", file.as_bytes()).await;
    let address = sent.header(header::LOCATION).to_owned();
    for end in ["workbook.xlsx", "findings.xlsx", "findings.jsonl"] {
        let path = format!("{address}/{end}");
        let mut begun = visit.begin(&path).await;
        let first = begun.frame().await.unwrap().unwrap();
        let first = first.into_data().unwrap();
        drop(begun);
        drop(tokio::time::timeout(std::time::Duration::from_nanos(1), visit.get(&path)).await);
        let whole = visit.get(&path).await;
        assert_eq!(whole.status, StatusCode::OK, "{end}");
        assert!(whole.body.starts_with(&first), "{end}");
        assert!(whole.body.len() > first.len(), "{end} came in one piece");
    }
    let gone = visit.ask(Method::POST, &format!("{address}/delete")).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    for end in ["workbook.xlsx", "findings.xlsx", "findings.jsonl"] {
        let after = visit.get(&format!("{address}/{end}")).await;
        assert_eq!(
            after.status,
            StatusCode::NOT_FOUND,
            "{end} is deleted with it"
        );
    }
}

#[tokio::test]
async fn few_kinds_are_folded_and_many_are_not() {
    let visit = Visit::new();
    let row = |n| {
        penalty(
            "甲",
            "法人及非法人组织",
            "91990100MA0X00015X",
            n,
            "2026-11-10",
            "",
        )
    };
    for (rows, folded) in [(2, true), (40, false)] {
        let rows: Vec<String> = (21..21 + rows).map(row).collect();
        let sent = visit
            .hand_in("/check", "a.csv", penalty_file(&rows).as_bytes())
            .await;
        let html = visit.page(sent.header(header::LOCATION)).await;
        assert_eq!(html.contains("<summary>按类查看"), folded, "{html}");
    }
}

#[tokio::test]
async fn what_is_right_is_told_how_to_go_on() {
    let visit = Visit::new();
    let file = penalty_file(&[penalty(
        "衡川市青禾食品有限公司",
        "法人及非法人组织",
        QINGHE,
        22,
        "2026-11-11",
        "",
    )]);
    let sent = visit.hand_in("/check", "a.csv", file.as_bytes()).await;
    let html = visit.page(sent.header(header::LOCATION)).await;
    assert!(
        html.contains("可以报送") && html.contains("下一步：报送"),
        "{html}"
    );
    let sent = visit.hand_in("/check", "a.csv", faulty().as_bytes()).await;
    let html = visit.page(sent.header(header::LOCATION)).await;
    assert!(!html.contains("下一步：报送"), "{html}");
}

#[tokio::test]
async fn a_result_can_be_deleted_and_does_not_come_back() {
    let visit = Visit::new();
    let sent = visit.hand_in("/check", "a.csv", faulty().as_bytes()).await;
    let address = sent.header(header::LOCATION).to_owned();
    assert_eq!(
        visit
            .ask(Method::POST, &format!("{address}/delete"))
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let gone = visit.get(&address).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.text().contains("校核结果已经删除"));
}

#[tokio::test]
async fn a_form_without_a_file_says_where_and_what() {
    let visit = Visit::new();
    let reply = visit.hand_in("/check", "", b"").await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    let html = reply.text();
    assert!(
        html.contains("role=\"alert\"")
            && html.contains("href=\"#file\"")
            && html.contains("请先选择一个表格文件")
    );
    let plain = visit.ask(Method::POST, "/check").await;
    assert_eq!(plain.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_file_too_large_is_refused_with_advice() {
    let visit = Visit::with(Limits {
        upload_bytes: 1 << 20,
        ..Limits::default()
    });
    let large = vec![b'a'; (1 << 20) + 1];
    let page = visit.hand_in("/check", "a.csv", &large).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        page.text().contains("文件太大")
            && page.text().contains("1 MB")
            && page.text().contains("href=\"/check\"")
    );
    visit
        .hand_in("/api/v1/check", "a.csv", &large)
        .await
        .problem(413, "too-large");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_a_finding_not_an_error() {
    let visit = Visit::new();
    for (name, content) in [
        ("leer.csv", &b""[..]),
        ("kaputt.xlsx", &b"PK\x03\x04nonsense"[..]),
        ("bild.csv", &b"\x89PNG\r\n\x1a\n\0\0\0"[..]),
    ] {
        let sent = visit.hand_in("/check", name, content).await;
        assert_eq!(
            sent.status,
            StatusCode::SEE_OTHER,
            "{name}: {}",
            sent.text()
        );
        let html = visit.page(sent.header(header::LOCATION)).await;
        assert!(html.contains("整个文件需要改正"), "{name}");
        // Why stands first, and nothing is offered that would be empty.
        let note = html.split("<div class=\"note late\">").nth(1).unwrap();
        let note = note.split("</div>").next().unwrap();
        assert!(note.matches("<p>").count() > 1, "{name}: {note}");
        assert!(!html.contains("下载批注后的工作簿"), "{name}");
    }
}

#[tokio::test]
async fn the_annotated_workbook_comes_first_and_is_the_same_everywhere() {
    let visit = Visit::new();
    let sent = visit
        .hand_in("/check", "十一月.csv", faulty().as_bytes())
        .await;
    let address = sent.header(header::LOCATION).to_owned();
    let html = visit.page(&address).await;
    let links = ["workbook.xlsx", "findings.xlsx", "findings.jsonl"];
    let at = links.map(|end| html.find(&format!("href=\"{address}/{end}\"")).unwrap());
    assert!(at.is_sorted(), "{at:?}");
    // A time by the clock, which stays the same however often it is looked at.
    let kept = html.split("保留到 <span class=\"nowrap\">").nth(1).unwrap();
    assert_eq!(
        kept.find("</span>（北京时间），到时自动删除"),
        Some(5),
        "{html}"
    );
    assert!(kept.as_bytes()[2] == b':' && !html.contains("再过"));
    let page = visit.get(&format!("{address}/workbook.xlsx")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(
        page.header(header::CONTENT_TYPE)
            .ends_with("spreadsheetml.sheet")
    );
    assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
    let named = page.header(header::CONTENT_DISPOSITION);
    assert!(
        named.starts_with("attachment; filename*=UTF-8''%E5%8D%81"),
        "{named}"
    );
    assert!(page.body.starts_with(b"PK"));
    let interface = visit
        .hand_in("/api/v1/check/workbook", "十一月.csv", faulty().as_bytes())
        .await;
    assert_eq!(page.body, interface.body);
    // The command writes what the use case writes.
    let path = visit.district.write("elsewhere.csv", &faulty());
    let input = xinheng_app::check::Input {
        path: &path,
        file_name: "十一月.csv",
        sheet: None,
    };
    let office = &visit.district.office;
    let today = xinheng_app::civil_day(xinheng_app::noon(crate::TODAY).unwrap());
    let mut command = std::io::Cursor::new(Vec::new());
    let mut found = Vec::new();
    xinheng_app::check::annotated(
        office.rulebook(),
        today,
        input,
        None,
        xinheng_app::check::FindingLimit::USUAL,
        &mut found,
        &mut command,
    )
    .unwrap();
    assert_eq!(page.body, command.into_inner());
    // Handed in as it is, it is found to be what it was.
    let again = visit
        .hand_in("/check", "十一月（批注）.xlsx", &page.body)
        .await;
    let html = visit.page(again.header(header::LOCATION)).await;
    assert!(html.contains("有 1 条数据需要改正"), "{html}");
}

#[tokio::test]
async fn of_two_files_none_is_checked() {
    let visit = Visit::new();
    // The last part of the form begins where the first file ends.
    for second in ["file", "file2"] {
        let two = format!(
            "{}\r\n--grenze\r\ncontent-disposition: form-data; name=\"{second}\"; \
             filename=\"十二月.csv\"\r\n\r\n{}",
            faulty(),
            faulty()
        );
        for path in ["/check", "/api/v1/check", "/api/v1/check/workbook"] {
            let reply = visit.hand_in(path, "十一月.csv", two.as_bytes()).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}");
            assert!(reply.text().contains("一次只能上传一个文件"), "{path}");
        }
    }
}
