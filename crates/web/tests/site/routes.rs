//! The table of addresses × methods for the public, held in review: a new address, or one that
//! answers to a new method, shows as a difference.

use crate::Visit;
use axum::http::Method;
use std::{collections::BTreeSet, fmt::Write as _};

#[tokio::test]
async fn addresses_by_methods_for_the_public() {
    let visit = Visit::new();
    let paths: BTreeSet<&str> = xinheng_web::ROUTES
        .iter()
        .map(|(_, path, _)| *path)
        .chain(["/api/docs", "/nowhere"])
        .collect();
    let methods = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    let mut table = format!("{:<44}", "public");
    methods
        .iter()
        .for_each(|m| write!(table, " {:>7}", m.as_str()).unwrap());
    table.push('\n');
    for path in paths {
        // Each place is filled with something that does not exist: the table is about doors.
        let address = path
            .replace("{code}", "x1")
            .replace("{id}", "x1")
            .replace("{item}", "x1")
            .replace("{token}", "x1")
            .replace("{tag}", "x1")
            .replace("{name}", "x1");
        write!(table, "{path:<44}").unwrap();
        for method in &methods {
            let reply = visit.ask(method.clone(), &address).await;
            write!(table, " {:>7}", reply.status.as_u16()).unwrap();
        }
        table.push('\n');
    }
    insta::assert_snapshot!("routes", table);
}

/// The table of addresses × acts: what an answer may rest on, held in review.
#[test]
fn every_address_names_its_act() {
    let mut table = String::new();
    for (method, path, act) in xinheng_web::ROUTES {
        writeln!(table, "{:<5}{path:<44}{}", method, act.id()).unwrap();
    }
    insta::assert_snapshot!("acts", table);
}
