//! Every help page is a snapshot: a change of the command line shows in review.

use crate::world::{text, xinheng};

const PAGES: &[&[&str]] = &[
    &[],
    &["check"],
    &["template"],
    &["import"],
    &["register"],
    &["register", "import"],
    &["department"],
    &["record"],
    &["record", "show"],
    &["record", "held"],
    &["record", "decide"],
    &["record", "withhold"],
    &["record", "confirm"],
    &["serve"],
    &["code"],
    &["deadline"],
    &["search"],
    &["subject"],
    &["rulebook"],
    &["db"],
    &["db", "migrate"],
    &["db", "backup"],
    &["db", "restore"],
    &["db", "copy"],
    &["db", "verify"],
    &["district"],
    &["demo"],
];

#[test]
fn help_pages() {
    let mut all = String::new();
    for page in PAGES {
        let out = xinheng(&[*page, &["--help"]].concat());
        assert!(out.status.success(), "{page:?}");
        all.push_str(&format!(
            "$ xinheng {} --help\n{}\n",
            page.join(" "),
            text(&out.stdout)
        ));
    }
    insta::assert_snapshot!("help", all);
}
