//! What the fuzz targets share: a checker of the embedded rulebook, and what must hold whatever
//! a file holds.

use jiff::civil::date;
use std::{io::Cursor, panic, process::abort, sync::LazyLock, sync::Once};
use xinheng_domain::{
    check::{Checker, Rules},
    finding::Finding,
};
use xinheng_exchange::check::{Options, check_file};
use xinheng_rulebook::Rulebook;

/// The checker every page and command uses.
pub static CHECKER: LazyLock<Checker> = LazyLock::new(|| {
    let book = Rulebook::load(None).expect("the rulebook in the program loads");
    Checker::new(Rules {
        items: book.items(),
        lists: book.code_lists(),
        messages: book.messages(),
        codes: book.code_tables().clone(),
        today: date(2026, 11, 20),
        cite: &|basis| book.cite(basis),
    })
    .and_then(|checker| checker.with_layouts(book.layouts()))
    .expect("the rulebook compiles")
});

/// Checks a file of any bytes. Rows add up, findings are counted and in order, and each says
/// something.
///
/// A panic inside the library that reads new workbooks is caught by the reader, which refuses the
/// file: only one that comes out here is a fault.
pub fn check(bytes: &[u8]) {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| panic::set_hook(Box::new(|_| {})));
    if let Err(cause) = panic::catch_unwind(|| holds(bytes)) {
        let said = cause.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| cause.downcast_ref::<&str>().copied());
        eprintln!("panicked: {}", said.unwrap_or("without words"));
        abort();
    }
}

fn holds(bytes: &[u8]) {
    let mut found: Vec<Finding> = Vec::new();
    let summary = check_file(Cursor::new(bytes), &CHECKER, Options::named("a"), &mut found)
        .expect("reading memory does not fail");
    assert_eq!(
        summary.accepted + summary.refused + summary.set_aside,
        summary.rows
    );
    assert_eq!(summary.findings, found.len() as u64);
    for finding in &found {
        assert!(!finding.code.is_empty() && !finding.message.is_empty());
        assert!(finding.row <= summary.rows + 1, "{finding:?}");
    }
}
