//! The rulebook in the binary is in order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test ends by failing.

use xinheng_rulebook::Rulebook;

#[test]
fn the_rulebook_in_the_binary_is_in_order() {
    match Rulebook::load(None) {
        Ok(book) => assert!(book.items().len() >= 2),
        Err(e) => panic!("{e}"),
    }
}
