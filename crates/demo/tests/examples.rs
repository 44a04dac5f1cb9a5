//! The example files are what the program writes, and the third item's rule files load.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop anywhere

#[path = "../examples/write_examples/custom_item.rs"]
mod custom_item;
#[path = "../examples/write_examples/departments/mod.rs"]
mod departments;
#[path = "../examples/write_examples/files.rs"]
mod files;
#[path = "../examples/write_examples/kinds.rs"]
mod kinds;
#[path = "../examples/write_examples/table.rs"]
mod table;

use std::path::Path;
use xinheng_domain::code;
use xinheng_rulebook::Rulebook;

fn examples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

#[test]
fn the_files_are_up_to_date() {
    for (path, bytes) in files::all() {
        let found = std::fs::read(examples().join(&path)).unwrap_or_default();
        assert!(
            found == bytes,
            "{path} differs: run cargo run -p xinheng-demo --example write_examples"
        );
    }
}

#[test]
fn codes_of_the_examples_are_right_and_nobodys() {
    for n in 1..30 {
        for pair in ["91", "92"] {
            let code = table::code(pair, n);
            assert!(
                code::is_valid(code.as_bytes()) && &code[2..8] == "990102",
                "{code}"
            );
        }
    }
}

#[test]
fn the_third_item_is_a_file_and_no_code() {
    let book = Rulebook::load(Some(&examples().join("custom-item/rulebook"))).unwrap();
    let item = book.item("water-saving").expect("the item is known");
    assert_eq!(item.format_id(), "water-saving-1");
    assert!(
        book.message("water-saving-mending-without-findings")
            .is_some()
    );
}

#[test]
fn the_demo_district_brings_its_own_rules() {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in xinheng_demo::RULEBOOK {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let book = Rulebook::load(Some(folder.path())).unwrap();
    assert!(book.code_tables().knows_division(990_102));
}
