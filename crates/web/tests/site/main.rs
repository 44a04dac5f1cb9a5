//! The site as a visitor meets it: one module per part of the address tree.

// Helpers of tests say what they do by their names.
#![allow(missing_docs)]
// A test that cannot set up its district should stop.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api;
mod ask;
mod changed_rules;
mod check;
mod desks;
mod district;
mod doors;
mod dossier;
mod frame;
mod handed;
mod health;
mod home;
mod list;
mod names;
mod office;
mod own_rules;
mod portal;
mod proof;
mod record;
mod reference;
mod routes;
mod search;
mod server;
mod space;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use district::District;
use http_body_util::BodyExt;
use std::time::Duration;
use tower::ServiceExt;
use xinheng_web::{Clock, Limits};

/// The day of the site in these tests.
pub const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("no JSON ({e}): {}", self.text()))
    }

    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(&name).map_or("", |v| v.to_str().unwrap())
    }

    /// The problem document, which must say where help is.
    pub fn problem(&self, status: u16, code: &str) -> serde_json::Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(
            self.header(header::CONTENT_TYPE),
            "application/problem+json"
        );
        let problem = self.json();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["help"], format!("/help/problems#{code}"));
        problem
    }
}

impl Reply {
    async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = tokio::time::timeout(Duration::from_secs(60), body.collect())
            .await
            .unwrap()
            .unwrap();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: body.to_bytes().to_vec(),
        }
    }
}

/// The site of a district.
pub struct Visit {
    router: Router,
    /// Keeps the folder of the deployment.
    pub district: District,
}

impl Visit {
    pub(crate) fn new() -> Self {
        Self::with(Limits {
            upload_bytes: 1 << 20,
            ..Limits::default()
        })
    }

    pub fn with(limits: Limits) -> Self {
        let district = District::new();
        let router =
            xinheng_web::router(district.office.clone(), Clock::Day(TODAY), limits).unwrap();
        Self { router, district }
    }

    /// Sends a request, with the name of a host where it has none.
    pub async fn send(&self, mut request: Request<Body>) -> Reply {
        let host = request.headers_mut().entry(header::HOST);
        host.or_insert(header::HeaderValue::from_static("xinheng.example"));
        self.send_as_it_is(request).await
    }

    pub async fn send_as_it_is(&self, request: Request<Body>) -> Reply {
        Reply::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub async fn ask(&self, method: Method, path: &str) -> Reply {
        self.send(
            Request::builder()
                .method(method)
                .uri(path)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    /// The body of an answer that has only begun.
    pub async fn begin(&self, path: &str) -> Body {
        let request = Request::builder().uri(path);
        let request = request.header(header::HOST, "xinheng.example");
        let request = request.body(Body::empty()).unwrap();
        self.router
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_body()
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.ask(Method::GET, path).await
    }

    /// The page, which must be one.
    pub async fn page(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        assert_eq!(
            reply.header(header::CONTENT_TYPE),
            "text/html; charset=utf-8"
        );
        reply.text().to_owned()
    }

    /// The JSON answer, which must be one.
    pub async fn json(&self, path: &str) -> serde_json::Value {
        let reply = self.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        reply.json()
    }

    /// A form with one file.
    pub async fn hand_in(&self, path: &str, name: &str, content: &[u8]) -> Reply {
        let mut body = format!(
            "--grenze\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--grenze--\r\n");
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=grenze")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }
}
