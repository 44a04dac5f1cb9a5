//! Rebuilds when a rule file is added: the macro that embeds the folder sees changed files only.

fn main() {
    println!("cargo::rerun-if-changed=../../rulebook");
}
