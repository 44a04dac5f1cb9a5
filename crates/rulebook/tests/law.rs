//! Every law case holds, and there are enough of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test ends by failing.

use xinheng_rulebook::{Rulebook, files, law};

#[test]
fn every_law_case_holds() {
    let book = Rulebook::load(None).unwrap_or_else(|e| panic!("{e}"));
    let cases = law::cases(&files::embedded()).unwrap_or_else(|e| panic!("{e:#?}"));
    assert!(cases.len() >= 150, "only {} law cases", cases.len());
    let broken: Vec<String> = cases
        .iter()
        .filter_map(|c| Some(format!("{}：{}", c.title, c.run(&book).err()?)))
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
