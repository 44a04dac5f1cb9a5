//! A check whose findings come back in a workbook.

use super::{TODAY, checker, items, lists};
use std::io::Cursor;
use xinheng_checker::Checker;
use xinheng_domain::finding::{Finding, Summary};
use xinheng_exchange::{
    annotate::{self, Bounds, Dress, Gather},
    check::{FindingLimit, Options, check_file},
};

/// Checks a file and gives the findings, the summary and the workbook.
pub fn back(name: &str, bytes: &[u8]) -> (Vec<Finding>, Summary, Vec<u8>) {
    back_within(name, bytes, Bounds::default())
}

pub fn back_within(name: &str, bytes: &[u8], bounds: Bounds) -> (Vec<Finding>, Summary, Vec<u8>) {
    back_listing(name, bytes, bounds, FindingLimit::USUAL)
}

pub fn back_listing(
    name: &str,
    bytes: &[u8],
    bounds: Bounds,
    listed: FindingLimit,
) -> (Vec<Finding>, Summary, Vec<u8>) {
    back_by(&checker(), name, bytes, (bounds, listed))
}

/// The same by a checker of one's own.
pub fn back_by(
    checker: &Checker,
    name: &str,
    bytes: &[u8],
    (bounds, listed): (Bounds, FindingLimit),
) -> (Vec<Finding>, Summary, Vec<u8>) {
    let (items, lists) = (items(), lists());
    let mut found = Vec::new();
    let mut gather = Gather::new(&mut found).unwrap();
    let options = Options {
        listed,
        ..Options::named(name)
    };
    let summary = check_file(Cursor::new(bytes), checker, options, &mut gather).unwrap();
    let dress = Dress {
        items: &items,
        lists: &lists,
        today: TODAY,
        bounds,
    };
    let mut out = Cursor::new(Vec::new());
    annotate::write(Cursor::new(bytes), gather, &summary, dress, &mut out).unwrap();
    (found, summary, out.into_inner())
}
