//! Rebuilds when a rule file is added: the macro that embeds the folder sees changed files only.

fn main() {
    #[expect(clippy::print_stdout, reason = "how a build script speaks to cargo")]
    {
        println!("cargo::rerun-if-changed=../../rulebook");
    }
}
