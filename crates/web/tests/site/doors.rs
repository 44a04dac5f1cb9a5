//! What a request may send, address by address: the cases come from the router's table, so that a
//! new address is held as well.

use crate::Visit;
use axum::{
    body::{Body, Bytes},
    http::{Method, Request, StatusCode, header},
};
use futures_util::{StreamExt as _, stream};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use xinheng_web::{FILE_ROUTES, Limits, ROUTES};

const WORDS: usize = 64 << 10;
const UPLOAD: usize = 1 << 20;
/// What a form with a file may have beside it.
const BESIDE: usize = 1 << 20;
/// What the test sends at a time.
const PIECE: usize = 8 << 10;

fn takes_files(method: &str, path: &str) -> bool {
    method == "post" && FILE_ROUTES.contains(&path)
}

fn request(method: &str, path: &str) -> axum::http::request::Builder {
    let address: String = path
        .split('/')
        .map(|part| if part.starts_with('{') { "x1" } else { part })
        .collect::<Vec<_>>()
        .join("/");
    Request::builder()
        .method(method.to_uppercase().as_str())
        .uri(address)
}

/// A body without end that begins like this, and how much of it was taken.
fn endless(begin: &str) -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let (counted, mut begin) = (Arc::clone(&taken), begin.as_bytes().to_vec());
    let pieces = stream::repeat_with(move || {
        begin.resize(PIECE, b'a');
        counted.fetch_add(PIECE, Ordering::Relaxed);
        Ok::<_, std::io::Error>(Bytes::from(std::mem::take(&mut begin)))
    });
    (Body::from_stream(pieces), taken)
}

fn visit() -> Visit {
    Visit::with(Limits {
        upload_bytes: UPLOAD as u64,
        ..Limits::default()
    })
}

#[tokio::test]
async fn every_address_refuses_at_once_what_says_that_it_is_too_large() {
    let visit = visit();
    for (method, path, _) in ROUTES {
        let most = if takes_files(method, path) {
            UPLOAD + BESIDE
        } else {
            WORDS
        };
        let (body, taken) = endless("");
        let large = request(method, path)
            .header(header::CONTENT_LENGTH, most + 1)
            .body(body)
            .unwrap();
        let reply = visit.send(large).await;
        assert_eq!(
            reply.status,
            StatusCode::PAYLOAD_TOO_LARGE,
            "{method} {path}"
        );
        assert_eq!(taken.load(Ordering::Relaxed), 0, "{method} {path}");
    }
}

#[tokio::test]
async fn every_address_reads_no_more_than_it_may() {
    let visit = visit();
    for (method, path, _) in ROUTES {
        let most = if takes_files(method, path) {
            UPLOAD + BESIDE
        } else {
            WORDS
        };
        for kind in [
            "application/x-www-form-urlencoded",
            "text/csv",
            "application/json",
        ] {
            let (body, taken) = endless("size=");
            let reply = request(method, path).header(header::CONTENT_TYPE, kind);
            let reply = visit.send(reply.body(body).unwrap()).await;
            let taken = taken.load(Ordering::Relaxed);
            assert!(taken <= most + 2 * PIECE, "{method} {path}: {taken}");
            // Who does not read the body answers as without one; who reads it says what is wrong.
            let too_large = reply.status == StatusCode::PAYLOAD_TOO_LARGE;
            assert!(
                too_large || taken <= PIECE,
                "{method} {path}: {}",
                reply.status
            );
        }
    }
}

/// What a form has before its first part, and the header of a part, stand in memory.
#[tokio::test]
async fn what_begins_a_part_of_a_form_has_its_bound() {
    const PART_HEAD: usize = 16 << 10;
    let visit = visit();
    let disposition = "content-disposition: form-data; name=";
    let shapes = [
        String::new(),
        "--grenze\r\n".to_owned(),
        format!("--grenze\r\n{disposition}\"file\"; filename=\"a.csv\"\r\nx-y: "),
        format!("--grenze\r\n{disposition}\"sheet\"\r\n\r\nA\r\n--grenze\r\nx-y: "),
    ];
    for path in FILE_ROUTES {
        for shape in &shapes {
            let (body, taken) = endless(shape);
            let form = request("post", path)
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=grenze");
            let reply = visit.send(form.body(body).unwrap()).await;
            let taken = taken.load(Ordering::Relaxed);
            assert_eq!(
                reply.status,
                StatusCode::BAD_REQUEST,
                "{path} {shape}: {}",
                reply.text()
            );
            assert!(
                reply.text().contains("说明太长"),
                "{path} {shape}: {}",
                reply.text()
            );
            assert!(taken <= PART_HEAD + 3 * PIECE, "{path} {shape}: {taken}");
        }
        // A field that is not ours is passed over, and counts.
        let other = format!("--grenze\r\n{disposition}\"other\"\r\n\r\n");
        let (body, taken) = endless(&other);
        let form = request("post", path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=grenze");
        let reply = visit.send(form.body(body).unwrap()).await;
        let taken = taken.load(Ordering::Relaxed);
        assert_eq!(
            reply.status,
            StatusCode::PAYLOAD_TOO_LARGE,
            "{path}: {}",
            reply.text()
        );
        assert!(taken <= UPLOAD + BESIDE + 2 * PIECE, "{path}: {taken}");
    }
}

/// A form of very many tiny parts is over at the second file, or when there are too many parts.
#[tokio::test]
async fn a_form_has_one_file_and_few_parts() {
    let visit = visit();
    let part = |name: &str| {
        format!("--grenze\r\ncontent-disposition: form-data; name={name}\r\n\r\na\r\n")
    };
    let file = part("\"file\"; filename=\"a.csv\"");
    let cases = [
        (file.repeat(15_000), "不止一个"),
        (part("\"file\"").repeat(15_000), "不止一个"),
        (
            file.clone() + &part("\"x\"; filename=\"b\"").repeat(15_000),
            "不止一个",
        ),
        (file + &part("\"sheet\"").repeat(15_000), "字段太多"),
        (part("\"x\"").repeat(15_000), "字段太多"),
    ];
    for path in FILE_ROUTES {
        for (sent, why) in &cases {
            let taken = Arc::new(AtomicUsize::new(0));
            let (counted, sent) = (Arc::clone(&taken), Bytes::from(sent.clone()));
            let pieces = (0..sent.len()).step_by(PIECE).map(move |at| {
                let piece = sent.slice(at..sent.len().min(at + PIECE));
                counted.fetch_add(piece.len(), Ordering::Relaxed);
                Ok::<_, std::io::Error>(piece)
            });
            let form = request("post", path)
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=grenze")
                .body(Body::from_stream(stream::iter(pieces)))
                .unwrap();
            let reply = visit.send(form).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path} {why}");
            assert!(reply.text().contains(why), "{path}: {}", reply.text());
            // A step of the reader takes a piece, and a part has three or four.
            let taken = taken.load(Ordering::Relaxed);
            let most = if *why == "字段太多" {
                4 * 32
            } else {
                4 * 2
            };
            assert!(taken <= most * PIECE, "{path} {why}: {taken}");
        }
    }
}

/// Who has sent next to nothing holds no place, and keeps nobody out.
#[tokio::test]
async fn a_file_takes_a_place_when_there_is_something_of_it() {
    let visit = Arc::new(Visit::with(Limits {
        uploads: 1,
        ..Limits::default()
    }));
    let file = "a,b\n1,2\n".as_bytes();
    // Ten have begun; each then sends what it is told to send.
    let mut begun = Vec::new();
    for _ in 0..10 {
        let (send, sent) = tokio::sync::mpsc::channel::<Bytes>(1);
        let pieces = stream::unfold(sent, |mut sent| async move {
            let piece = sent.recv().await?;
            Some((Ok::<_, std::io::Error>(piece), sent))
        });
        let asked = request("post", "/api/v1/check")
            .body(Body::from_stream(Box::pin(pieces)))
            .unwrap();
        let sender = Arc::clone(&visit);
        let answer = tokio::spawn(async move { sender.send(asked).await });
        send.send(Bytes::from_static(b"a")).await.unwrap();
        // There is room for the next piece when this one was taken.
        drop(send.reserve().await.unwrap());
        begun.push((send, answer));
    }
    let other = request("post", "/api/v1/check")
        .body(Body::from(file))
        .unwrap();
    assert_eq!(visit.send(other).await.status, StatusCode::OK);

    // One of them goes on and has the place; the next that goes on is told to come again.
    let (first, first_answer) = begun.pop().unwrap();
    first.send(Bytes::from(vec![b'a'; WORDS])).await.unwrap();
    first.send(Bytes::from_static(b"\n")).await.unwrap();
    drop(first.reserve().await.unwrap());
    let (second, second_answer) = begun.pop().unwrap();
    second.send(Bytes::from(vec![b'a'; WORDS])).await.unwrap();
    let busy = second_answer.await.unwrap();
    busy.problem(503, "busy");
    assert_eq!(busy.header(header::RETRY_AFTER), "30");
    // A small one that is whole is to be checked, and needs a place as well.
    let (third, third_answer) = begun.pop().unwrap();
    drop(third);
    third_answer.await.unwrap().problem(503, "busy");
    drop(first);
    assert_eq!(first_answer.await.unwrap().status, StatusCode::OK);
}

/// So many files at once: one more is refused before any of it is read.
#[tokio::test]
async fn files_at_once_have_their_number() {
    let visit = Arc::new(Visit::with(Limits {
        uploads: 1,
        ..Limits::default()
    }));
    for path in FILE_ROUTES {
        let (begun, mut has_begun) = tokio::sync::mpsc::channel::<()>(1);
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        // As much as makes it take its place, and the end of it later.
        let much = Bytes::from("a,b\n".repeat(WORDS / 4 + 1));
        let much = stream::once(async move { Ok::<_, std::io::Error>(much) });
        let held = much.chain(stream::once(async move {
            begun.send(()).await.unwrap();
            ended.await.unwrap();
            Ok(Bytes::from_static(b"1,2\n"))
        }));
        let first = request("post", path)
            .header(header::CONTENT_TYPE, "text/csv")
            .body(Body::from_stream(Box::pin(held)))
            .unwrap();
        let sender = Arc::clone(&visit);
        let is_api = path.starts_with("/api");
        let first = tokio::spawn(async move { sender.send(first).await });
        if is_api {
            has_begun.recv().await.unwrap();
            let (body, taken) = endless("");
            let second = request("post", path).body(body).unwrap();
            let busy = visit.send(second).await;
            busy.problem(503, "busy");
            assert_eq!(busy.header(header::RETRY_AFTER), "30");
            assert_eq!(taken.load(Ordering::Relaxed), 0);
            end.send(()).unwrap();
            assert_eq!(first.await.unwrap().status, StatusCode::OK);
        } else {
            // No form: nothing of it is waited for.
            assert_eq!(first.await.unwrap().status, StatusCode::BAD_REQUEST);
        }
        let after = request("post", path)
            .body(Body::from("a,b\n1,2\n"))
            .unwrap();
        assert_ne!(
            visit.send(after).await.status,
            StatusCode::SERVICE_UNAVAILABLE
        );
    }
}

/// A silent sender ends, wherever the words go.
#[tokio::test]
async fn every_address_ends_a_body_that_does_not_come() {
    let visit = Visit::with(Limits {
        silence: std::time::Duration::from_millis(20),
        ..Limits::default()
    });
    for (method, path, _) in ROUTES {
        let silent = Body::from_stream(stream::pending::<std::io::Result<Bytes>>());
        let asked = request(method, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, "https://xinheng.example")
            .body(silent)
            .unwrap();
        let reply = visit.send(asked).await;
        let reads = *method == Method::POST.as_str().to_lowercase();
        // A form with a small file in it: what is no form is told so at once.
        let of_a_form = *path == "/verify";
        if reads
            && !of_a_form
            && !path.ends_with("/delete")
            && (path.starts_with("/api") || !takes_files(method, path))
        {
            assert_eq!(reply.status, StatusCode::REQUEST_TIMEOUT, "{method} {path}");
        }
    }
}
